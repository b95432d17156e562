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


@pytest.fixture
def copy(tmp_path):
    """A copy of the data package that a test may spoil."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    return folder


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


def fields(*kinds):
    return [(t, f["name"]) for t in TABLES for f in resource(t)["schema"]["fields"] if f["type"] in kinds]


@pytest.mark.parametrize(("name", "column"), fields("integer", "number", "boolean", "date", "year", "yearmonth"))
def test_a_cell_of_the_wrong_type_is_refused_with_row_and_column(copy, name, column):
    def spoil(header, rows):
        rows[0][header.index(column)] = "about 1,000"
        return rows

    rewrite(copy / f"{name}.csv", spoil)
    with pytest.raises(faults.DataError) as caught:
        data.load(name, copy, BIBLIOGRAPHY)
    assert any(f.row == 2 and f.column == column and f.value == "about 1,000" for f in caught.value.faults)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "＝1", "a;=1", "\tx", "a\nb", "a\x00b", "a\u202eb"])
def test_text_that_is_more_than_text_is_refused(copy, text):
    """The tables are offered as they are, to spreadsheets too; `;` begins a cell in half of them."""

    def spoil(header, rows):
        rows[0][header.index("title")] = text
        return rows

    rewrite(copy / "events.csv", spoil)
    found = fault(copy, "events")
    assert found.column == "title" and ("formula" in found.reason or "control character" in found.reason)


def bounded():
    return [
        (t, f["name"], bound)
        for t in TABLES
        for f in resource(t)["schema"]["fields"]
        for bound in ("minimum", "maximum")
        if bound in f.get("constraints", {}) and f["type"] in {"integer", "number", "year"}
    ]


@pytest.mark.parametrize(("name", "column", "bound"), bounded())
def test_a_value_out_of_range_is_refused(copy, name, column, bound):
    field = next(f for f in resource(name)["schema"]["fields"] if f["name"] == column)
    limit = field["constraints"][bound]
    beyond = str(int(limit) + (1 if bound == "maximum" else -1))

    def spoil(header, rows):
        rows[-1][header.index(column)] = beyond
        return rows

    rewrite(copy / f"{name}.csv", spoil)
    with pytest.raises(faults.DataError) as caught:
        data.load(name, copy, BIBLIOGRAPHY)
    assert any(bound in f.reason and f.column == column for f in caught.value.faults)


def enumerated():
    return [
        (t, f["name"]) for t in TABLES for f in resource(t)["schema"]["fields"] if "enum" in f.get("constraints", {})
    ]


@pytest.mark.parametrize(("name", "column"), enumerated())
def test_a_value_outside_its_list_is_refused(copy, name, column):
    def spoil(header, rows):
        rows[0][header.index(column)] = "zzz"
        return rows

    rewrite(copy / f"{name}.csv", spoil)
    with pytest.raises(faults.DataError) as caught:
        data.load(name, copy, BIBLIOGRAPHY)
    assert any(f.column == column and f.value == "zzz" and f.row == 2 for f in caught.value.faults)


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


def test_a_constraint_that_is_not_understood_is_an_error(copy):
    path = copy / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    events = next(r for r in package["resources"] if r["name"] == "events")
    events["schema"]["fields"][0].setdefault("constraints", {})["jsonSchema"] = {}
    path.write_text(json.dumps(package), "utf-8")
    with pytest.raises(faults.DataError, match="not understood"):
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


def test_a_missing_cell_is_missing_and_a_dash_is_not():
    events = data.load("events")
    assert events["end_date"].isna().any()
    assert pd.api.types.is_datetime64_any_dtype(events["date"])


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
    monkeypatch.setattr(build, "_mark", lambda files: "never seen before")
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
    reason = r"after_horizon\.csv, row 2, column date: not past the evidence horizon, 2026-05-31"
    with pytest.raises(faults.DataError, match=reason):
        case.check(copy, SEEDS, BIBLIOGRAPHY)


def test_the_horizon_is_that_of_the_newest_edition(copy):
    assert case.check() == 23
    with (copy / "editions.csv").open("a", encoding="utf-8") as stream:
        stream.write("2027.05,2027-05-20,2026-11-30,Another.\n")
    assert case.horizon(copy, BIBLIOGRAPHY) == pd.Timestamp("2026-11-30")
