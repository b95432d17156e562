"""The loader: what it accepts, what it refuses, and that it says where."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from vouch.evidence import case, checks, data, faults, sources
from vouch.paths import BIBLIOGRAPHY, DATA, ROOT, SEEDS

PACKAGE = json.loads((DATA / "datapackage.json").read_text("utf-8"))
TABLES = [resource["name"] for resource in PACKAGE["resources"]]


def saved(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of each file."""
    return {path.name: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.iterdir()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A copy of the data package, and what its files are."""
    folder = tmp_path_factory.mktemp("package") / "data"
    shutil.copytree(DATA, folder)
    return folder, saved(folder)


@pytest.fixture
def copy(whole, tmp_path):
    """The copy in a place of its own, where a test may spoil it; only what was spoilt is copied again."""
    home, before = whole
    folder = home.rename(tmp_path / "data")
    yield folder
    now = saved(folder)
    for name in now.keys() - before.keys():
        (folder / name).unlink()
    for name in {name for name in before if now.get(name) != before[name]}:
        shutil.copy2(DATA / name, folder / name)
    folder.rename(home)


def resource(name):
    return next(r for r in PACKAGE["resources"] if r["name"] == name)


def rewrite(path: Path, change) -> None:
    """Apply change(header, rows) to a CSV file; change returns the rows to write."""
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    rows = change(header, rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])


def fault(folder, name) -> faults.Fault:
    with pytest.raises(faults.DataError) as caught:
        data.load(name, folder, BIBLIOGRAPHY)
    first = caught.value.faults[0]
    assert f"{name}.csv" in first.file
    assert str(first) in str(caught.value)
    return first


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_valid_and_typed(name):
    frame = data.load(name)
    assert len(frame) >= 1
    assert list(frame.columns) == [field["name"] for field in resource(name)["schema"]["fields"]]
    kinds = {"integer": "Int64", "year": "Int64", "number": "float64", "boolean": "boolean", "date": "datetime64"}
    for field in resource(name)["schema"]["fields"]:
        if field["type"] in kinds:
            assert str(frame[field["name"]].dtype).startswith(kinds[field["type"]])


@pytest.mark.parametrize("name", TABLES)
def test_a_truncated_file_is_refused(copy, name):
    path = copy / f"{name}.csv"
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) - 3])
    assert fault(copy, name).row == raw.decode().rstrip("\n").count("\n") + 1


@pytest.mark.parametrize("name", TABLES)
def test_another_encoding_is_refused_with_its_row(copy, name):
    path = copy / f"{name}.csv"
    raw = path.read_bytes()
    path.write_bytes(raw[:-1] + "é".encode("latin-1") + b"\n")
    found = fault(copy, name)
    assert "UTF-8" in found.reason
    assert found.row == raw.decode().count("\n")


@pytest.mark.parametrize("name", TABLES)
def test_a_ragged_row_is_refused(copy, name):
    path = copy / f"{name}.csv"
    path.write_text(
        path.read_text("utf-8") + "one cell too few\n" * (len(resource(name)["schema"]["fields"]) > 1), "utf-8"
    )
    if len(resource(name)["schema"]["fields"]) > 1:
        assert "cells where" in fault(copy, name).reason


@pytest.mark.parametrize("name", TABLES)
def test_a_renamed_column_is_refused(copy, name):
    path = copy / f"{name}.csv"
    first = resource(name)["schema"]["fields"][0]["name"]
    path.write_text(path.read_text("utf-8").replace(first, first + "_", 1), "utf-8")
    assert fault(copy, name).row == 1


@pytest.mark.parametrize("name", [t for t in TABLES if resource(t)["schema"].get("primaryKey")])
def test_a_repeated_key_is_refused_and_names_both_rows(copy, name):
    rewrite(copy / f"{name}.csv", lambda header, rows: [*rows, rows[0]])
    found = fault(copy, name)
    assert "repeats" in found.reason and "row 2" in found.reason


def test_every_table_has_a_primary_key():
    assert [t for t in TABLES if not resource(t)["schema"].get("primaryKey")] == []


def of_tables(chosen, *more):
    """Tables that have such fields, each with the names of these and with what is given."""
    found = {name: [f["name"] for f in resource(name)["schema"]["fields"] if chosen(f)] for name in TABLES}
    return [pytest.param(name, of, *more, id="-".join((name, *more))) for name, of in found.items() if of]


def fields(*kinds):
    return of_tables(lambda field: field["type"] in kinds)


@pytest.mark.parametrize(("name", "columns"), fields("integer", "number", "boolean", "date", "year", "yearmonth"))
def test_cells_of_the_wrong_type_are_refused_with_row_and_column(copy, name, columns):
    def spoil(header, rows):
        for column in columns:
            rows[0][header.index(column)] = "about 1,000"
        return rows

    rewrite(copy / f"{name}.csv", spoil)
    with pytest.raises(faults.DataError) as caught:
        data.load(name, copy, BIBLIOGRAPHY)
    assert {f.column for f in caught.value.faults if f.row == 2 and f.value == "about 1,000"} == set(columns)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "＝1", "a;=1", "\tx", "a\nb", "a\x00b", "a\u202eb"])
def test_text_that_is_more_than_text_is_refused(copy, text):
    """The tables are offered as they are, to spreadsheets too; `;` begins a cell in half of them."""

    def spoil(header, rows):
        rows[0][header.index("title")] = text
        return rows

    rewrite(copy / "events.csv", spoil)
    found = fault(copy, "events")
    assert found.column == "title" and ("formula" in found.reason or "control character" in found.reason)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (" Talks", "spaces before or after"),
        ("Talks ", "spaces before or after"),
        ("Talks\u00a0in Minsk", "U+00A0 NO-BREAK SPACE"),
        ("Talks\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\u200eTalks", "U+200E LEFT-TO-RIGHT MARK"),
        ("Cafe\u0301", "Unicode NFC"),
    ],
)
def test_text_that_looks_like_another_is_refused(copy, text, reason):
    def spoil(header, rows):
        rows[0][header.index("title")] = text
        return rows

    rewrite(copy / "events.csv", spoil)
    found = fault(copy, "events")
    assert (found.row, found.column) == (2, "title") and reason in found.reason


@pytest.mark.parametrize(
    ("name", "column", "text"),
    [
        ("gdp", "year", "٢٠٢٠"),
        ("events", "date", "၂၀၂၀-၀၁-၀၁"),
        ("townships", "townships_total", "၁၀"),
        ("townships", "townships_total", "1" + "0" * 20),
        ("townships", "townships_total", "1" + "0" * 5000),
        ("gdp", "gdp_usd", "1e999"),
    ],
)
def test_digits_of_other_scripts_and_numbers_that_cannot_be_held_are_refused(copy, name, column, text):
    def spoil(header, rows):
        rows[0][header.index(column)] = text
        return rows

    rewrite(copy / f"{name}.csv", spoil)
    found = fault(copy, name)
    assert (found.row, found.column) == (2, column) and found.reason.startswith("not a")


def test_a_pattern_of_the_description_asks_for_plain_digits(copy):
    def spoil(header, rows):
        rows[0][header.index("pcode")] = "MMR၀၀၁၀၀၁"
        return rows

    rewrite(copy / "township_population.csv", spoil)
    assert "does not match the pattern" in fault(copy, "township_population").reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (";", "an empty part"),
        ("{0};", "an empty part"),
        ("{0};;{1}", "an empty part"),
        ("{0}; {1}", "spaces around the `;`"),
        ("{0};{1};{0}", "more than once"),
        ("  ", "a value is required"),
    ],
)
@pytest.mark.parametrize(
    ("name", "column"), [("events", "source"), ("checks", "source"), ("assessment", "standard_ids")]
)
def test_a_list_with_empty_parts_spaces_or_repeats_is_refused(copy, name, column, text, reason):
    known = sorted(sources.bibliography_keys())[:2] if column == "source" else ["a", "b"]

    def spoil(header, rows):
        rows[0][header.index(column)] = text.format(*known)
        return rows

    rewrite(copy / f"{name}.csv", spoil)
    with pytest.raises(faults.DataError) as caught:
        data.load(name, copy, BIBLIOGRAPHY)
    assert any(f.row == 2 and f.column == column and reason in f.reason for f in caught.value.faults)


def test_a_header_that_only_looks_right_is_told_with_what_is_not_seen(copy):
    path = copy / "countries.csv"
    text = path.read_text("utf-8")
    path.write_text("\ufeff" + text, "utf-8")
    assert "byte order mark (BOM)" in fault(copy, "countries").reason
    path.write_text(text.replace("iso3", "iso3 ", 1), "utf-8")
    assert "'iso3 ' instead of 'iso3'" in fault(copy, "countries").reason
    path.write_text(text.replace("\n", ",more\n", 1), "utf-8")
    assert "'more' instead of nothing" in fault(copy, "countries").reason


def bounded(bound):
    numbers = {"integer", "number", "year"}
    return of_tables(lambda field: field["type"] in numbers and bound in field.get("constraints", {}), bound)


@pytest.mark.parametrize(("name", "columns", "bound"), [*bounded("minimum"), *bounded("maximum")])
def test_values_out_of_range_are_refused(copy, name, columns, bound):
    limits = {field["name"]: field.get("constraints", {}).get(bound) for field in resource(name)["schema"]["fields"]}
    beyond = {column: int(limits[column]) + (1 if bound == "maximum" else -1) for column in columns}

    def spoil(header, rows):
        for column, value in beyond.items():
            rows[-1][header.index(column)] = str(value)
        return rows

    rewrite(copy / f"{name}.csv", spoil)
    with pytest.raises(faults.DataError) as caught:
        data.load(name, copy, BIBLIOGRAPHY)
    assert {f.column for f in caught.value.faults if bound in f.reason} == beyond.keys()


@pytest.mark.parametrize(("name", "columns"), of_tables(lambda field: "enum" in field.get("constraints", {})))
def test_values_outside_their_list_are_refused(copy, name, columns):
    def spoil(header, rows):
        for column in columns:
            rows[0][header.index(column)] = "zzz"
        return rows

    rewrite(copy / f"{name}.csv", spoil)
    with pytest.raises(faults.DataError) as caught:
        data.load(name, copy, BIBLIOGRAPHY)
    assert {f.column for f in caught.value.faults if f.value == "zzz" and f.row == 2} == set(columns)


def referring():
    return [(t, key) for t in TABLES for key in resource(t)["schema"].get("foreignKeys", [])]


@pytest.mark.parametrize(("name", "key"), referring(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_dangling_key_is_refused(copy, name, key):
    """Remove the referred row, rather than invent a key: a made-up key might break a pattern first."""
    own = key["fields"] if isinstance(key["fields"], list) else [key["fields"]]
    theirs = key["reference"]["fields"]
    theirs = theirs if isinstance(theirs, list) else [theirs]
    target = key["reference"]["resource"] or name
    with (copy / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        used = next(tuple(row[c] for c in own) for row in csv.DictReader(stream) if all(row[c] for c in own))

    def drop(header, rows):
        return [row for row in rows if tuple(row[header.index(c)] for c in theirs) != used]

    without_counts(copy)
    rewrite(copy / f"{target}.csv", drop)
    with pytest.raises(faults.DataError) as caught:
        data.load(name, copy, BIBLIOGRAPHY)
    assert any("no such" in f.reason and target in f.reason for f in caught.value.faults)


def lists():
    return [(t, f["name"]) for t in TABLES for f in resource(t)["schema"]["fields"] if "listOf" in f]


@pytest.mark.parametrize(("name", "column"), lists())
def test_a_dangling_key_in_a_list_is_refused(copy, name, column):
    field = next(f for f in resource(name)["schema"]["fields"] if f["name"] == column)
    target, their = field["listOf"]["resource"], field["listOf"]["fields"]
    with (copy / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        used = next(row[column] for row in csv.DictReader(stream) if row[column]).split(field["separator"])[0]
    without_counts(copy)
    rewrite(copy / f"{target}.csv", lambda header, rows: [row for row in rows if row[header.index(their)] != used])
    with pytest.raises(faults.DataError) as caught:
        data.load(name, copy, BIBLIOGRAPHY)
    assert any(f.column == column and "no such" in f.reason for f in caught.value.faults)


def without_counts(folder):
    """Lift the minimum numbers of rows, which would speak up before the key does."""
    path = folder / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    for described in package["resources"]:
        described["rowCount"] = {"minimum": 0}
    path.write_text(json.dumps(package), "utf-8")


def test_missing_rows_are_refused(copy):
    rewrite(copy / "townships.csv", lambda header, rows: rows[:-1])
    assert "at least" in fault(copy, "townships").reason


def cited():
    return [
        (t, f["name"]) for t in TABLES for f in resource(t)["schema"]["fields"] if f.get("rdfType") == data.SOURCE_TYPE
    ]


@pytest.mark.parametrize(("name", "column"), cited())
def test_a_source_that_is_not_in_the_bibliography_is_refused(copy, name, column):
    def spoil(header, rows):
        rows[0][header.index(column)] = "nobody-2026-nowhere"
        return rows

    rewrite(copy / f"{name}.csv", spoil)
    with pytest.raises(faults.DataError) as caught:
        data.load(name, copy, BIBLIOGRAPHY)
    assert any(f.value == "nobody-2026-nowhere" and "references.bib" in f.reason for f in caught.value.faults)


def test_source_columns_are_marked_as_such():
    """A column named source that is not marked would never be checked."""
    unmarked = [
        (t, f["name"])
        for t in TABLES
        for f in resource(t)["schema"]["fields"]
        if f["name"] == "source" and f.get("rdfType") != data.SOURCE_TYPE
    ]
    assert unmarked == []


def test_a_missing_file_is_named(copy):
    (copy / "events.csv").unlink()
    assert "missing" in fault(copy, "events").reason


def test_an_unknown_table_lists_the_known_ones():
    with pytest.raises(faults.DataError, match=r"there are: .*events"):
        data.load("event")


def test_an_undescribed_file_is_refused(copy):
    (copy / "stray.csv").write_text("a\n1\n")
    with pytest.raises(faults.DataError, match=r"stray\.csv: not described"):
        data.check_all(copy, BIBLIOGRAPHY)


def redescribe(folder: Path, change) -> str:
    """What is said of the package after change(package, table events, its column date)."""
    path = folder / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    events = next(r for r in package["resources"] if r["name"] == "events")
    change(package, events, next(f for f in events["schema"]["fields"] if f["name"] == "date"))
    path.write_text(json.dumps(package), "utf-8")
    with pytest.raises(faults.DataError) as caught:
        data.load("events", folder, BIBLIOGRAPHY)
    first = str(caught.value.faults[0])
    assert "datapackage.json" in first
    return first.partition("datapackage.json: ")[2]


AT = "table events, column date: "


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p, t, c: c["constraints"].update(jsonSchema={}), AT + "constraints: the key 'jsonSchema' is not"),
        (lambda p, t, c: c.update(rdftype=data.SOURCE_TYPE), AT + "the key 'rdftype' is not understood"),
        (lambda p, t, c: c.update(rdfType="http://example.org/x"), AT + "rdfType 'http://example.org/x' is not"),
        (lambda p, t, c: c.update(listof={}), AT + "the key 'listof' is not understood"),
        (lambda p, t, c: c.update(constraint={"required": True}), AT + "the key 'constraint' is not understood"),
        (lambda p, t, c: c.update(format="%d.%m.%Y"), AT + "the key 'format' is not understood"),
        (lambda p, t, c: c.update(decimalChar=","), AT + "the key 'decimalChar' is not understood"),
        (lambda p, t, c: c.update(missingValues=["-"]), AT + "the key 'missingValues' is not understood"),
        (lambda p, t, c: c.update(type="datetime"), AT + "type 'datetime' is not understood; known: 'string'"),
        (lambda p, t, c: c.update(separator="|"), AT + "separator '|' is not understood; known: ';'"),
        (lambda p, t, c: c.update(unit=3), AT + "unit 3 is not of its kind"),
        (lambda p, t, c: c["constraints"].update(required=1), AT + "constraints: required 1 is not of its kind"),
        (lambda p, t, c: c["constraints"].update(maximum="20x5"), AT + "maximum '20x5': not a date of the form"),
        (lambda p, t, c: c["constraints"].update(enum=["May"]), AT + "enum 'May': not a date of the form"),
        (lambda p, t, c: c["constraints"].update(pattern="2.*"), AT + "pattern says nothing of a date"),
        (
            lambda p, t, c: t["schema"]["fields"][0]["constraints"].update(pattern="(2"),
            "table events, column event_id: pattern '(2': missing )",
        ),
        (
            lambda p, t, c: t["schema"]["fields"][0]["constraints"].update(maximum="ev-9"),
            "table events, column event_id: maximum says nothing of a string",
        ),
        (lambda p, t, c: c.pop("type"), AT + "lacks the key 'type'"),
        (
            lambda p, t, c: c.update(listOf={"resource": "nowhere", "fields": "x"}),
            AT + "listOf: there is no table 'now",
        ),
        (
            lambda p, t, c: c.update(listOf={"resource": "seats", "fields": "x"}),
            AT + "listOf: there is no column 'x' in",
        ),
        (lambda p, t, c: c.update(listOf={"resource": "seats", "fields": "party"}), AT + "listOf needs a separator"),
        (lambda p, t, c: t["schema"]["fields"].append(dict(c)), "table events, column date: described twice"),
        (lambda p, t, c: t["schema"].update(foreignkeys=[]), "table events: schema: the key 'foreignkeys' is not"),
        (
            lambda p, t, c: t["schema"].update(missingValues=["", "-"]),
            "table events: schema: missingValues ['', '-'] is",
        ),
        (lambda p, t, c: t["schema"].update(primaryKey=["id"]), "table events: primaryKey: there is no column 'id' in"),
        (lambda p, t, c: t["schema"].update(primaryKey=[1]), "table events: schema: primaryKey [1] is not of its kind"),
        (
            lambda p, t, c: t["schema"]["foreignKeys"][0].update(fields="nobody"),
            "table events: foreign key nobody: there is no column 'nobody' in the table events",
        ),
        (
            lambda p, t, c: t["schema"]["foreignKeys"][0]["reference"].update(fields="nobody"),
            "table events: foreign key category: there is no column 'nobody' in the table categories",
        ),
        (lambda p, t, c: t["dialect"].update(delimiter=";"), "table events: dialect: delimiter ';' is not understood"),
        (lambda p, t, c: t.update(encoding="latin-1"), "table events: encoding 'latin-1' is not understood"),
        (lambda p, t, c: t.update(row_count=1), "table events: the key 'row_count' is not understood"),
        (lambda p, t, c: t["sources"].append({"doi": "x"}), "table events: source number 2: the key 'doi' is not"),
        (lambda p, t, c: p["resources"].append(t), "table events: its name stands twice"),
        (lambda p, t, c: p["resources"].append(t | {"name": "more"}), "table events.csv: its path stands twice"),
        (lambda p, t, c: p.update(version=1), "version 1 is not of its kind"),
        (lambda p, t, c: p.update(resource=[]), "the key 'resource' is not understood"),
        (lambda p, t, c: p.update(resources={}), "resources is not a list"),
        (lambda p, t, c: p["resources"].insert(0, 1), "table number 1: not an object but 1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_description_that_is_not_understood_is_refused_with_table_column_and_key(copy, change, said):
    assert redescribe(copy, change).startswith(said)


def test_a_source_of_a_table_that_is_not_in_the_bibliography_is_refused(copy):
    def change(package, table, column):
        table["sources"].append({"title": "Nothing", "key": "nobody-2026-nowhere"})

    assert redescribe(copy, change) == "table events, sources: no such source in references.bib: 'nobody-2026-nowhere'"


def test_a_key_that_stands_twice_in_the_description_is_refused(copy):
    path = copy / "datapackage.json"
    text = path.read_text("utf-8")
    before, mark, after = text.partition('"name": "events"')
    column = after.index('"type": "date"')
    path.write_text(before + mark + after[:column] + '"type": "string", ' + after[column:], "utf-8")
    with pytest.raises(faults.DataError, match="table events, column date: the key 'type' stands twice"):
        data.load("events", copy, BIBLIOGRAPHY)


def test_every_field_is_described_and_numbers_have_units():
    lacking = [
        (r["name"], f["name"])
        for r in PACKAGE["resources"]
        for f in r["schema"]["fields"]
        if not f.get("description") or (f["type"] in {"number", "integer"} and not f.get("unit"))
    ]
    assert lacking == []


def test_every_table_names_licence_sources_and_coverage():
    lacking = [
        r["name"]
        for r in PACKAGE["resources"]
        if not (r.get("licenses") and r.get("description") and r.get("coverage"))
    ]
    assert lacking == []


def test_bibliography_keys_agree_with_pybtex():
    from pybtex.database import parse_file

    assert sources.bibliography_keys() == frozenset(parse_file(str(BIBLIOGRAPHY)).entries)


def test_frictionless_finds_the_package_valid():
    """The same package, judged by the reference implementation of the standard."""
    command = [Path(sys.executable).parent / "frictionless", "validate", "data/datapackage.json", "--json"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    report = json.loads(result.stdout[result.stdout.index("{") :])
    assert report["valid"], [(t["name"], t["errors"][:2]) for t in report["tasks"] if not t["valid"]]
    assert len(report["tasks"]) == len(TABLES)


def test_a_missing_cell_is_missing_and_a_dash_is_not(copy):
    def spoil(header, rows):
        rows[0][header.index("detail")], rows[1][header.index("end_date")] = "–", ""
        return rows

    rewrite(copy / "events.csv", spoil)
    loaded = data.load("events", copy, BIBLIOGRAPHY)
    assert loaded["detail"][0] == "–" and pd.isna(loaded["end_date"][1])
    rewrite(
        copy / "events.csv",
        lambda header, rows: [["–" if n == "date" else c for n, c in zip(header, row, strict=True)] for row in rows],
    )
    assert "not a date" in fault(copy, "events").reason


def test_the_command_exits_with_2_and_names_file_and_row(copy, monkeypatch):
    def spoil(header, rows):
        rows[0][header.index("date")] = "yesterday"
        return rows

    rewrite(copy / "events.csv", spoil)
    code = (
        "import sys; from pathlib import Path; from vouch.evidence import checks;"
        "sys.exit(checks.main(Path(sys.argv[1])))"
    )
    result = subprocess.run([sys.executable, "-c", code, str(copy)], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 2
    assert re.search(r"events\.csv, row 2, column date: not a date", result.stderr)


def test_the_command_refuses_what_the_build_refuses(copy, capsys):
    """A misquoted claim is valid by every column's description; only the ledger's own check sees it."""
    path = copy / "claims.csv"
    path.write_text(path.read_text("utf-8").replace("has arrived", "had arrived", 1), "utf-8")
    assert data.check_all(copy, BIBLIOGRAPHY)
    assert checks.main(copy) == 2
    assert re.search(r"claims\.csv, row \d+, column quote: not the text of", capsys.readouterr().err)


def test_the_build_checks_by_the_same_list(monkeypatch):
    from bookpress.build import command as build

    asked = []
    monkeypatch.setattr(checks, "CHECKS", {"one": lambda *places: asked.append(places) or 1})
    monkeypatch.setattr(build, "_passed", lambda record: ({}, {}))
    monkeypatch.setattr(Path, "write_text", lambda *_: 0)
    build.preflight(ROOT)
    assert asked == [(DATA, SEEDS, BIBLIOGRAPHY)]


def test_a_day_past_the_horizon_is_refused_wherever_it_stands(copy):
    """By its row, or, where somebody raised the limit and not the horizon, by the limit."""

    def later(header, rows):
        rows[0][header.index("date")] = "2026-08-15"
        return rows

    rewrite(copy / "events.csv", later)
    assert "above the maximum" in fault(copy, "events").reason
    descriptor = copy / "datapackage.json"
    descriptor.write_text(descriptor.read_text("utf-8").replace("2026-05-31", "2026-08-31"), "utf-8")
    data.package.cache_clear()
    with pytest.raises(faults.DataError, match=r"events\.date: ends on 2026-08-31, the evidence horizon is 2026-05-31"):
        case.check(copy, SEEDS, BIBLIOGRAPHY)


def test_what_was_relayed_later_or_planned_may_lie_past_the_horizon_and_nothing_else(copy):
    """A row of what was relayed after the horizon belongs to another table if its day lies before it."""
    assert data.load("signposts", copy, BIBLIOGRAPHY)["deadline"].max() > case.horizon()
    descriptor = copy / "datapackage.json"
    descriptor.write_text(
        descriptor.read_text("utf-8").replace('"minimum": "2026-06-01"', '"minimum": "2026-05-01"'), "utf-8"
    )

    def earlier(header, rows):
        rows[0][header.index("date")] = "2026-05-31"
        return rows

    rewrite(copy / "after_horizon.csv", earlier)
    data.package.cache_clear()
    reason = r"after_horizon\.csv, row 2, column date: earlier than 2026-06-01"
    with pytest.raises(faults.DataError, match=reason):
        case.check(copy, SEEDS, BIBLIOGRAPHY)


DATED = ("date", "year", "yearmonth")


@pytest.mark.parametrize(
    ("name", "column", "text", "reason"),
    [
        ("searches", "day", "2062-11-28", "later than 2027-12-01"),
        ("searches", "day", "2025-11-28", "earlier than 2026-06-01"),
        ("rechecks", "checked", "1026-11-28", "earlier than 2026-06-01"),
        ("signposts", "written", "2126-11-21", "later than 2027-12-01"),
        ("finding_changes", "date", "2226-11-21", "later than 2027-12-01"),
        ("treaties", "as_of", "2026-06-01", "later than 2026-05-31"),
        ("mission_audit", "spoke", "2026-06-01", "later than 2026-05-31"),
    ],
)
def test_a_day_without_a_limit_of_its_own_is_held_to_one(copy, name, column, text, reason):
    def spoil(header, rows):
        rows[0][header.index(column)] = text
        return rows

    rewrite(copy / f"{name}.csv", spoil)
    with pytest.raises(faults.DataError, match=rf"{name}\.csv, row 2, column {column}: {reason}.*'{text}'"):
        case.check(copy, SEEDS, BIBLIOGRAPHY)


@pytest.mark.parametrize(
    ("name", "column", "limit", "until"),
    [
        ("gdp", "year", "2027", "2027"),
        ("ucdp_month", "month", "2026-06", "2026-06"),
        ("events", "date", "2026-05-30", "2026-05-30"),
        ("conflicts", "start_date", "2027-01-01", "2027-01-01"),
    ],
)
def test_a_limit_that_is_not_the_horizon_is_refused_in_months_and_years_too(copy, name, column, limit, until):
    path = copy / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    table = next(r for r in package["resources"] if r["name"] == name)
    next(f for f in table["schema"]["fields"] if f["name"] == column)["constraints"]["maximum"] = limit
    path.write_text(json.dumps(package), "utf-8")
    with pytest.raises(faults.DataError, match=rf"{name}\.{column}: ends on {until}, the evidence horizon is"):
        case.check(copy, SEEDS, BIBLIOGRAPHY)


def test_a_horizon_later_than_its_edition_is_refused(copy):
    rewrite(copy / "editions.csv", lambda header, rows: [*rows[:-1], [*rows[-1][:2], "2062-05-31", *rows[-1][3:]]])
    with pytest.raises(faults.DataError, match=r"editions\.csv, row \d+, column horizon: later than the day of its"):
        case.check(copy, SEEDS, BIBLIOGRAPHY)


@pytest.mark.parametrize("column", ["date", "year"])
def test_a_column_without_limit_or_exception_is_looked_at(copy, column):
    name = {"date": "timeline", "year": "gdp"}[column]
    path = copy / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    table = next(r for r in package["resources"] if r["name"] == name)
    del next(f for f in table["schema"]["fields"] if f["name"] == column)["constraints"]["maximum"]
    path.write_text(json.dumps(package), "utf-8")

    def spoil(header, rows):
        rows[-1][header.index(column)] = {"date": "2026-06-01", "year": "2027"}[column]
        return rows

    rewrite(copy / f"{name}.csv", spoil)
    with pytest.raises(faults.DataError, match=rf"{name}\.csv, row \d+, column {column}: later than 2026-05-31"):
        case.check(copy, SEEDS, BIBLIOGRAPHY)


def test_the_horizon_is_that_of_the_newest_edition(copy):
    days = {(t, f["name"]) for t in TABLES for f in resource(t)["schema"]["fields"] if f["type"] in DATED}
    assert case.check() == len(days)
    assert {*case.RELAYED, *case.WORKED, *case.FREE} <= days
    with (copy / "editions.csv").open("a", encoding="utf-8") as stream:
        stream.write("2027.05,2027-05-20,2026-11-30,Another.\n")
    assert case.horizon(copy, BIBLIOGRAPHY) == pd.Timestamp("2026-11-30")
