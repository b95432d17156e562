"""What goes wrong in the real checkout is named with file and row, and leaves the last good book as it was."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.conftest import build
from tests.faults.conftest import PROBE
from vouch.paths import ROOT


def refused(checkout, *words):
    result = build(checkout, "html")
    said = result.stdout + result.stderr
    assert result.returncode != 0, said
    for word in words:
        assert word in said, said[-3000:]
    assert "Traceback (most recent call last)" not in result.stderr
    assert (checkout / "_build" / "html" / "index.html").read_text() == "the last good book"
    return result


def test_a_malformed_row(checkout):
    path = checkout / "data" / "townships.csv"
    lines = path.read_text("utf-8").split("\n")
    header = lines[0].split(",")
    cells = lines[3].split(",")
    cells[header.index("townships_total")] = "many"
    lines[3] = ",".join(cells)
    path.write_text("\n".join(lines), "utf-8")
    assert refused(checkout, "data/townships.csv, row 4, column townships_total", "many").returncode == 2


def test_a_missing_table(checkout):
    (checkout / "data" / "events.csv").unlink()
    refused(checkout, "data/events.csv", "missing")


def test_a_changed_seed(checkout):
    path = checkout / "seeds" / "000_49230f428f76a6ee.txt"
    path.write_bytes(path.read_bytes().replace(b"Lukashenko", b"Lukashenka", 1))
    refused(checkout, "seeds/000_49230f428f76a6ee.txt", "changed")


def test_a_quotation_that_is_not_in_the_article(checkout):
    path = checkout / "data" / "claims.csv"
    path.write_text(path.read_text("utf-8").replace("has arrived in Myanmar", "had arrived in Myanmar", 1), "utf-8")
    refused(checkout, "data/claims.csv, row", "not the text of S000")


def test_an_entry_that_does_not_follow_from_the_one_before(checkout):
    path = checkout / "data" / "finding_changes.csv"
    row = path.read_text("utf-8").count("\n") + 1
    with path.open("a", encoding="utf-8") as stream:
        stream.write("articles.claims,2,2026.11,2026-11-21,147,149,149,claims,,,Counted once more.\n")
    expected = f"data/finding_changes.csv, row {row}, column old: articles.claims"
    assert refused(checkout, expected, "'147'", "'148'").returncode == 2


def test_a_signpost_decided_without_a_source(checkout):
    path = checkout / "data" / "signpost_readings.csv"
    path.write_text(path.read_text("utf-8").replace(",open,", ",yes,", 1), "utf-8")
    assert refused(checkout, "data/signpost_readings.csv, row 2, column source", "has a source").returncode == 2


def test_a_source_that_does_not_exist(checkout):
    path = checkout / "data" / "references.bib"
    text = path.read_text("utf-8")
    path.write_text(text.replace("@misc{irrawaddy-2010-usdp-765,", "@misc{gone-away,", 1), "utf-8")
    assert text != path.read_text("utf-8")
    refused(checkout, "no such source in references.bib", "irrawaddy-2010-usdp-765")


def described(checkout, change):
    path = checkout / "data" / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    change(next(one["schema"] for one in package["resources"] if one["name"] == "events"))
    path.write_text(json.dumps(package), "utf-8")


def rewritten(checkout, name, old, new):
    path = checkout / name
    path.write_bytes(path.read_bytes().replace(old, new, 1))


FAULTY = {
    "a foreign key to a column that is not there": (
        lambda checkout: described(checkout, lambda schema: schema["foreignKeys"][0]["reference"].update(fields="x")),
        "data/datapackage.json: table events: foreign key category: there is no column 'x' in the table categories",
    ),
    "a limit that is no day": (
        lambda checkout: described(checkout, lambda s: s["fields"][1]["constraints"].update(maximum="20x5")),
        "data/datapackage.json: table events, column date: maximum '20x5': not a date of the form YYYY-MM-DD",
    ),
    "an integer that no column holds": (
        lambda checkout: rewritten(checkout, "data/coups_per_year.csv", b",1945,0\n", b",1945,1" + b"0" * 20 + b"\n"),
        "data/coups_per_year.csv, row 2, column coups: not an integer of at most 64 bits",
    ),
    "an empty list of articles": (
        lambda checkout: (checkout / "seeds/seeds.yml").write_text("seeds:\n", "utf-8"),
        "seeds/seeds.yml: `seeds` lists no article",
    ),
    "a bibliography in another encoding": (
        lambda checkout: rewritten(checkout, "data/references.bib", b"@", b"% F\xfcr uns\n@"),
        "data/references.bib, row 4: not UTF-8: byte 0xfc",
    ),
}


@pytest.mark.parametrize("case", FAULTY)
def test_the_check_says_it_in_one_line(checkout, case):
    spoil, said = FAULTY[case]
    spoil(checkout)
    command = [sys.executable, "-m", "vouch.evidence.checks"]
    result = subprocess.run(command, cwd=checkout, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (2, "")
    assert set(result.stderr.splitlines()) == {line for line in result.stderr.splitlines() if said in line}
    assert result.stderr


@pytest.mark.long
def test_a_chapter_that_raises_names_its_line_every_time(checkout):
    path = checkout / "chapters" / "probe.md"
    path.write_text(PROBE.replace('"townships"', '"township"'))
    line = next(n for n, text in enumerate(path.read_text().split("\n"), 1) if '"township"' in text)
    for _ in range(2):  # a stock build forgets the failure the second time
        refused(checkout, "chapters/probe.md", str(line), "no table 'township'")


@pytest.mark.long
def test_an_unknown_claim(checkout):
    with (checkout / "chapters" / "probe.md").open("a") as stream:
        stream.write("\nNobody said this {claim}`S000-999`.\n")
    refused(checkout, "probe.md", "S000-999")


@pytest.mark.long
def test_an_unknown_reference(checkout):
    with (checkout / "chapters" / "probe.md").open("a") as stream:
        stream.write("\nSee {numref}`fig-that-is-not`.\n")
    refused(checkout, "probe.md", "fig-that-is-not")


@pytest.mark.long
def test_a_good_build_replaces_the_old_book(checkout):
    result = build(checkout, "html")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "the last good book" not in (checkout / "_build" / "html" / "index.html").read_text()


def test_old_python_is_refused_in_words(tmp_path):
    """The set-up script itself must run on an old Python as far as its message."""
    code = (ROOT / "vouch" / "upkeep" / "environment.py").read_text("utf-8")
    code = code.replace("if sys.version_info < (3, 11):", "if sys.version_info < (99, 0):")
    place = tmp_path / "vouch" / "upkeep" / "environment.py"
    place.parent.mkdir(parents=True)
    place.write_text(code)
    result = subprocess.run([sys.executable, place], capture_output=True, text=True)
    assert result.returncode == 1
    assert "Python 3.11 or newer is needed" in result.stderr
