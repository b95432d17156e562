"""Which sources may carry what: the classes, and that no headline rests on the weakest alone."""

from __future__ import annotations

import re

import pytest

from vouch.evidence import checks, data, faults, sources
from vouch.paths import BIBLIOGRAPHY, CHAPTERS, ROOT

OF = sources.classes().set_index("source")["class"]


def weak_rows(table: str) -> list[str]:
    """Ids of the rows of a table that cite works of the weakest class and no other."""
    ids = data.load(table).iloc[:, 0]
    return [str(one) for one, keys in zip(ids, checks.row_sources(table), strict=True) if weak(keys)]


def weak(keys: set[str]) -> bool:
    return bool(keys) and all(OF.get(key) == "weakest" for key in keys)


@pytest.mark.parametrize(
    "key, kind, annotation, expected",
    [
        ("ap-2026-01-01-x", "news", "Agency copy.", "agency"),
        ("irrawaddy-2026-01", "news", "Independent outlet. Read as a copy.", "press"),
        ("aljazeera-2026", "news", "Machine-altered copy of a report.", "weakest"),
        ("wikipedia-x", "dataset", "", "weakest"),
        ("ap-2026-04-24-x", "news", "Relayed, original not read: address in a tracker.", "relayed"),
        ("un-2005", "intergovernmental", "", "official"),
        ("gnlm-2020", "state-media", "", "state media"),
    ],
)
def test_the_class_of_a_work(key, kind, annotation, expected):
    assert sources.source_class(key, kind, annotation) == expected


def test_a_work_of_no_kind_has_no_class():
    with pytest.raises(ValueError, match="no keyword"):
        sources.source_class("x", "", "")


def test_every_work_has_one_class_and_every_cited_work_of_the_tables_is_known():
    assert set(OF) <= set(sources.CLASSES) and OF.index.is_unique
    cited = {key for table in data.tables() for keys in checks.row_sources(table) for key in keys}
    assert cited <= set(OF.index)


def test_no_cell_of_the_scorecard_rests_on_the_weakest_class():
    assert weak_rows("assessment") == []


def test_no_verdict_rests_on_the_weakest_class():
    """Of what counts as evidence: the report that an article retells, and the background, do not."""
    evidence = data.load("evidence")
    counted = evidence[(evidence["direction"] != "context") & ~evidence["retold"]]
    keys = counted.groupby("claim")["source"].agg(lambda cells: {key for cell in cells for key in cell.split(";")})
    assert [claim for claim, found in keys.items() if weak(found)] == []


def test_no_headline_number_rests_on_the_weakest_class():
    """The rows behind the summary: townships, the figures that the chapters of the election name, seats of the winner,
    words that praised and acts that congratulated, votes on Myanmar."""
    named = set(weak_rows("figures"))
    code = [CHAPTERS / f"{name}.md" for name in ("coup", "voters", "standard", "vouchers", "summary")]
    code += [*(ROOT / "vouch" / "methods" / "election").glob("*.py")]
    text = "".join(path.read_text("utf-8") for path in code)
    assert sorted(one for one in named if re.search(rf"\b{re.escape(one)}\b", text)) == []
    assert weak_rows("townships") == [] and weak_rows("constituency_votes") == []
    seats = data.load("seats").assign(keys=checks.row_sources("seats"))
    houses = seats[seats["party"].isin(["USDP", "NLD"]) & seats["election"].isin(["2020", "2025-26"])]
    assert not houses["keys"].map(weak).any()
    for table, level in {"statements": "praised", "acts": "congratulated-or-recognised"}.items():
        coded = data.load(f"{table}_first_coding").iloc[:, [0, 2]].set_axis(["id", "level"], axis=1)
        rows = data.load(table).assign(keys=checks.row_sources(table))
        rows = rows[rows.iloc[:, 0].isin(coded.loc[coded["level"] == level, "id"])]
        for asked, keys in rows.groupby("asked_id")["keys"].agg(lambda cells: set().union(*cells)).items():
            assert not weak(keys), asked
    votes = data.load("un_votes").assign(keys=checks.row_sources("un_votes"))
    mine = data.load("un_resolutions").query("topic == 'Myanmar'")["resolution"]
    belarus = votes[votes["resolution"].isin(mine) & (votes["iso3"] == "BLR")]
    assert len(belarus) and not belarus["keys"].map(weak).any()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("  title = {A title},\n", "has no title"),
        ("  language = {en},\n", "has no language"),
        ("  annotation = {Read.},\n", "has no annotation"),
        ("  keywords = {diaspora, news},\n", "no keyword names its kind; one of news, "),
    ],
)
def test_an_entry_that_lacks_what_every_work_has_is_refused_with_its_line(tmp_path, line, reason):
    entry = (
        "@misc{new-2026,\n  title = {A title},\n  language = {en},\n  annotation = {Read.},\n"
        "  keywords = {diaspora, news},\n}\n"
    )
    path = tmp_path / "references.bib"
    path.write_text(BIBLIOGRAPHY.read_text("utf-8") + "\n" + entry, "utf-8")
    whole = sources.check(path)
    assert whole == len(sources.kinds()) + 1
    assert line in entry
    (tmp_path / "lacking").mkdir()
    path = tmp_path / "lacking" / "references.bib"
    path.write_text(BIBLIOGRAPHY.read_text("utf-8") + "\n" + entry.replace(line, ""), "utf-8")
    row = path.read_text("utf-8").count("\n") - entry.count("\n") + 2
    with pytest.raises(faults.DataError, match=rf"references\.bib, row {row}: new-2026: {reason}"):
        sources.check(path)


def test_a_bibliography_that_no_parser_reads_is_refused(tmp_path):
    path = tmp_path / "references.bib"
    path.write_text("@misc{a, title = {One}\n", "utf-8")
    with pytest.raises(faults.DataError, match=r"references\.bib"):
        sources.check(path)


ENTRY = (
    "@misc{{x-2025,\n  title = {{X}},\n  {},\n  language = {{en}},\n  annotation = {{Read.}},\n"
    "  keywords = {{news}},\n}}\n"
)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("date = {2025-02-30}", "date '2025-02-30' is no day"),
        ("date = {25/11/2025}", "date '25/11/2025' is no day"),
        ("date = {2025-13}", "date '2025-13' is no day"),
        ("date = {2025-1-1}", "date '2025-1-1' is no day"),
        ("date = {2025-11-28/2025-11-29}", "date '2025-11-28/2025-11-29' is no day"),
        ("date = {٢٠٢٥}", "date '٢٠٢٥' is no day"),
        ("year = {2025a}", "year '2025a' is no year"),
        ("date = {2025-11-28}, year = {2024}", "date '2025-11-28' is not of the year 2024"),
    ],
)
def test_a_date_that_is_none_is_refused_with_line_and_key(tmp_path, said, reason):
    path = tmp_path / "references.bib"
    path.write_text("% Works.\n\n" + ENTRY.format(said), "utf-8")
    with pytest.raises(faults.DataError, match=rf"references\.bib, row 3: x-2025: {re.escape(reason)}"):
        sources.check(path)


@pytest.mark.parametrize("said", ["date = {2024-02-29}", "date = {2025-11}", "date = {2025}", "year = {2025}"])
def test_a_date_is_as_exact_as_is_known(tmp_path, said):
    path = tmp_path / "references.bib"
    path.write_text(ENTRY.format(said), "utf-8")
    assert sources.check(path) == 1


def test_a_bibliography_in_another_encoding_is_refused_with_its_line(tmp_path, capsys, monkeypatch):
    path = tmp_path / "references.bib"
    path.write_bytes(ENTRY.format("date = {2025}").replace("Read.", "Gelesen für uns.").encode("latin-1"))
    for ask in (sources.bibliography_keys, sources.kinds, sources.check):
        with pytest.raises(faults.DataError, match=r"references\.bib, row 5: not UTF-8: byte 0xfc"):
            ask(path)
    monkeypatch.setattr(checks, "run", lambda folder: checks.CHECKS["works"](folder, folder, path))
    assert checks.main() == 2
    assert "row 5: not UTF-8" in capsys.readouterr().err


def test_an_entry_may_be_written_in_any_way_that_bibtex_knows(tmp_path):
    path = tmp_path / "references.bib"
    entry = '@misc{ a, title="One",language = {en}, annotation = {Read,\n  twice.}, keywords={news} }\n'
    path.write_text(entry, "utf-8")
    assert sources.check(path) == 1
