"""No finding changes without its entry, pages say which edition they are of, and the feed is one."""

from __future__ import annotations

import csv
import datetime
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup

from bookpress.metadata import Author, Book, read_book
from tests.checkers import EPUBCHECK, JAVA
from tests.methods.test_editions import EDITIONS, TWO
from vouch import findings
from vouch.evidence import data, faults, finding_changes
from vouch.methods.firmness import editions
from vouch.pages import changes
from vouch.pages import feed as atom
from vouch.paths import ROOT

DAY = datetime.date(2026, 11, 23)
ACCEPTED = {
    "as_of": "2026-01-25", "claimant": "UEC", "id": "voters.turnout", "note": "", "text": "54", "unit": "%",
    "value": 54.1, "chapter": "chapters/voters",
}  # fmt: skip
OTHER = ACCEPTED | {"id": "coup.year", "text": "2021", "unit": "", "value": "2021", "chapter": "chapters/coup"}


# ------------------------------------------------------------------------------------------------------ the real book
def test_every_finding_of_the_book_is_accepted(book):
    found = changes.unaccepted()
    assert not found, "changed findings; look at each, then `make accept WHY=...`:\n" + "\n".join(found)


# -------------------------------------------------------------------------------------------- a book of two findings
@pytest.fixture
def root(tmp_path):
    """A checkout in which both findings are accepted and built."""
    for name in ("editions.csv", "datapackage.json"):
        (tmp_path / "data").mkdir(exist_ok=True)
        shutil.copy(ROOT / "data" / name, tmp_path / "data")
    package = json.loads((tmp_path / "data/datapackage.json").read_text("utf-8"))
    for table in package["resources"]:
        table["rowCount"] = {"minimum": 0}
    (tmp_path / "data/datapackage.json").write_text(json.dumps(package), "utf-8")
    shutil.copy(ROOT / "CITATION.cff", tmp_path)
    (tmp_path / "data/finding_changes.csv").write_text(
        (ROOT / "data/finding_changes.csv").read_text("utf-8").partition("\n")[0] + "\n", "utf-8"
    )
    (tmp_path / "_build/html").mkdir(parents=True)
    write(tmp_path / "data" / "findings.json", [])
    built(tmp_path, OTHER, ACCEPTED)
    changes.accept("First edition.", tmp_path, datetime.date(2026, 11, 21))
    assert changes.unaccepted(tmp_path) == []
    return tmp_path


def write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")


def built(root: Path, *records: dict) -> None:
    write(root / changes.BUILT, list(records))


def entries(root: Path) -> list[dict]:
    with (root / "data/finding_changes.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def accepted(root: Path) -> list[dict]:
    return json.loads((root / "data" / "findings.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("part", "value", "told"),
    [
        ("text", "55", "voters.turnout: 54 %, as of 2026-01-25, UEC -> 55 %, as of 2026-01-25, UEC: not accepted"),
        ("value", 54.2, "unrounded 54.1 -> 54 %, as of 2026-01-25, UEC, unrounded 54.2: not accepted"),
        ("unit", "per cent", "54 %, as of 2026-01-25, UEC -> 54 per cent, as of"),
        ("as_of", "2026-01-30", "as of 2026-01-25, UEC -> 54 %, as of 2026-01-30"),
        ("claimant", "", "UEC -> 54 %, as of 2026-01-25: not accepted"),
        ("note", "one of two", "voters.turnout: note or chapter"),
    ],
)
def test_a_changed_finding_is_told_with_old_and_new(root, part, value, told):
    built(root, OTHER, ACCEPTED | {part: value})
    (line,) = changes.unaccepted(root)
    assert told in line


def test_a_finding_that_appears_or_disappears_is_told(root):
    built(root, ACCEPTED, ACCEPTED | {"id": "voters.roll"})
    assert [line.partition(", as of")[0] for line in changes.unaccepted(root)] == [
        "coup.year: 2021",
        "voters.roll: (nothing) -> 54 %",
    ]


def test_the_last_digits_of_another_machine_are_no_change(root):
    built(root, OTHER, ACCEPTED | {"value": 54.1 + 1e-13})
    before = (root / "data" / "findings.json").read_bytes()
    assert changes.unaccepted(root) == []
    assert changes.accept("", root).empty
    assert (root / "data" / "findings.json").read_bytes() == before


def test_accepting_writes_the_entries_and_the_list(root):
    built(root, ACCEPTED | {"text": "55", "value": 54.6}, ACCEPTED | {"id": "voters.roll", "text": "24", "value": 24})
    changes.accept("The commission\ncorrected the roll.", root, DAY)
    assert changes.unaccepted(root) == []
    new = [entry for entry in entries(root) if "corrected" in entry["why"]]
    found = [
        (e["finding"], e["number"], e["old"], e["new"], e["value"], e["why"], e["edition"], e["date"]) for e in new
    ]
    why, version = "The commission corrected the roll.", read_book(ROOT).version
    assert found == [
        ("coup.year", "2", "2021", "", "", why, version, "2026-11-23"),
        ("voters.roll", "1", "", "24", "24", why, version, "2026-11-23"),
        ("voters.turnout", "2", "54", "55", "54.6", why, version, "2026-11-23"),
    ]
    assert [entry["text"] for entry in accepted(root)] == ["55", "24"]
    finding_changes.check(root / "data")


@pytest.mark.parametrize("why", ["", "   ", "typo"])
def test_nothing_is_accepted_without_a_reason(root, why):
    built(root, OTHER, ACCEPTED | {"text": "55"})
    before = entries(root), accepted(root)
    with pytest.raises(ValueError, match="give a reason"):
        changes.accept(why, root)
    assert (entries(root), accepted(root)) == before


def test_a_clock_that_runs_behind_is_noticed(root):
    built(root, OTHER, ACCEPTED | {"text": "55"})
    with pytest.raises(ValueError, match="today is 2020-01-01, but the last entry is of 2026-11-21"):
        changes.accept("The roll was corrected.", root, datetime.date(2020, 1, 1))


def test_a_note_that_changes_needs_no_entry(root):
    built(root, OTHER, ACCEPTED | {"note": "one of two"})
    assert changes.accept("", root).empty
    assert len(entries(root)) == 2 and accepted(root)[1]["note"] == "one of two"


def test_editing_the_list_by_hand_is_told(root):
    for path in (root / "data" / "findings.json", root / changes.BUILT):
        write(path, [OTHER, ACCEPTED])
    write(root / "data" / "findings.json", [OTHER, ACCEPTED | {"text": "55"}])
    (line,) = changes.unaccepted(root)
    assert line.startswith("voters.turnout: 54 %") and "without an entry" in line


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[{", r"findings\.json: not JSON: .* line 1"),
        ("{}", "not a list of findings"),
        (json.dumps([OTHER, {"id": "voters.turnout"}]), r"findings\.json, entry 2: not a whole finding: .*'value'"),
        (json.dumps([OTHER, OTHER]), r"entry 2: coup\.year occurs twice"),
        (json.dumps([OTHER, ACCEPTED | {"id": "turnout"}]), r"entry 2: 'turnout' is not of the form"),
        (json.dumps([ACCEPTED | {"value": None}]), r"voters\.turnout: None is not a number"),
        (json.dumps([ACCEPTED | {"colour": "red"}]), "entry 1: not a whole finding: .*colour"),
    ],
)
def test_a_faulty_list_is_named_with_the_entry(root, content, told):
    (root / "data" / "findings.json").write_text(content, "utf-8")
    with pytest.raises(ValueError, match=told):
        findings.read(root / "data" / "findings.json")
    with pytest.raises(ValueError, match=told):
        changes.unaccepted(root)


def test_a_history_that_does_not_follow_is_refused_with_its_row(root):
    table = root / "data/finding_changes.csv"
    table.write_text(
        table.read_text("utf-8") + "voters.turnout,2,2026.11,2026-11-23,53,55,54.6,%,,,The roll was corrected.\n",
        "utf-8",
    )
    before = table.read_bytes()
    with pytest.raises(
        faults.DataError, match=r"finding_changes\.csv, row 4, column old: voters\.turnout: .* '54' \(value '53'\)"
    ):
        changes.accept("The roll was corrected.", root)
    assert table.read_bytes() == before


def test_an_edition_that_the_list_of_editions_lacks_is_refused(root):
    cff = (ROOT / "CITATION.cff").read_text("utf-8")
    (root / "CITATION.cff").write_text(re.sub(r"^version: .*$", 'version: "2027.05"', cff, flags=re.M), "utf-8")
    built(root, OTHER, ACCEPTED | {"text": "55"})
    with pytest.raises(ValueError, match=r"editions\.csv has no row for the edition 2027\.05"):
        changes.accept("The roll was corrected.", root)


def test_the_command_shows_the_differences_and_wants_a_reason(root, capsys):
    built(root, OTHER, ACCEPTED | {"text": "55"})
    assert changes.main([], root) == 1
    assert changes.main(["--accept", ""], root) == 2
    out, err = capsys.readouterr()
    assert "54 %, as of 2026-01-25, UEC -> 55 %" in out and "make accept WHY=" in err
    assert changes.main(["--accept", "The roll was corrected."], root) == 0
    assert changes.main([], root) == 0


# ---------------------------------------------------------------------------------------------- which edition this is
def test_every_page_says_its_edition_and_leads_to_the_changes_and_the_feed(book):
    version, horizon = read_book(ROOT).version, yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    line = f"Edition {version} · evidence to {horizon['sphinx']['config']['vouch_horizon']}"
    for page in [*book.pages, book.html / "search.html", book.html / "genindex.html"]:
        soup = BeautifulSoup(page.read_text("utf-8"), "lxml")
        link = soup.select_one("footer .vouch-edition a")
        assert link.get_text() == line, page.name
        assert (page.parent / link["href"]).resolve() == book.html / "chapters/changes.html"
        (feed,) = soup.select('head link[rel="alternate"][type="application/atom+xml"]')
        assert (page.parent / feed["href"]).resolve() == book.html / atom.FEED, page.name


def test_editions_are_those_of_the_metadata():
    listed = data.load("editions").sort_values("date")
    whole = read_book(ROOT)
    last = listed.iloc[-1]
    assert (last["edition"], last["date"].date()) == (whole.version, whole.date)
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]["config"]
    assert f"{last['horizon'].day} {last['horizon']:%B %Y}" == config["vouch_horizon"]
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert all(f"\n## {one}" in changelog for one in listed["edition"])


# ----------------------------------------------------------------------------------------------------------- the feed
TOY = Book(
    title="What & why? <A> test", authors=(Author("Ärzte & Co"),), version="2027.05", date=datetime.date(2027, 5, 3),
)  # fmt: skip
TOY_EDITIONS = EDITIONS.assign(
    horizon=pd.to_datetime(["2027-03-31", "2026-05-31"]), summary=["More & <more>.", "First."]
)
NAMES = {"a": "http://www.w3.org/2005/Atom"}


def toy_feed(**known: str) -> str:
    return atom.feed(replace(TOY, **known), TOY_EDITIONS, editions.between(TWO, EDITIONS))


def validated(path: Path) -> None:
    """By Jing, a validator for RELAX NG, with the grammar of Atom beside this file."""
    libraries = EPUBCHECK.parent / "lib" / "*"
    command = [
        JAVA,
        "-cp",
        libraries,
        "com.thaiopensource.relaxng.util.Driver",
        "-c",
        Path(__file__).with_name("atom.rnc"),
    ]
    done = subprocess.run([*command, path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_feed_is_valid_atom(book, tmp_path):
    validated(book.html / atom.FEED)
    (tmp_path / "toy.atom").write_text(toy_feed(url="https://example.org/b/"), "utf-8")
    validated(tmp_path / "toy.atom")
    spoilt = re.sub(r"<updated>.*?</updated>", "<updated>2027-05-03</updated>", toy_feed(), count=1)
    (tmp_path / "toy.atom").write_text(spoilt, "utf-8")
    with pytest.raises(AssertionError, match="updated"):
        validated(tmp_path / "toy.atom")


def read_feed(text: str):
    from lxml import etree

    return etree.fromstring(text.encode())


def test_the_feed_tells_editions_and_changed_chapters():
    feed = read_feed(toy_feed())
    titles = feed.xpath("a:entry/a:title/text()", namespaces=NAMES)
    changed = "1 finding changed"
    assert titles == [
        "Edition 2027.05", f"Edition 2027.05, a: {changed}", f"Edition 2027.05, b: {changed}", "Edition 2026.11",
    ]  # fmt: skip
    assert feed.xpath("a:updated/text()", namespaces=NAMES) == ["2027-05-03T00:00:00Z"], "the edition's day, not today"
    contents = [
        BeautifulSoup(html, "lxml").get_text(" ") for html in feed.xpath("a:entry/a:content/text()", namespaces=NAMES)
    ]
    assert "More & <more>." in contents[0] and "Evidence to 31 March 2027" in contents[0]
    assert "a.changed : 54 %, as of 2026-05 → 56 %, as of 2026-05. recount; source" in contents[1]
    assert "b.gone : 3 %, as of 2026-05 → gone. dropped" in contents[2]


def test_ids_are_unique_and_stay_when_an_address_comes():
    def ids(text):
        return read_feed(text).xpath("//a:id/text()", namespaces=NAMES)

    assert len(set(ids(toy_feed()))) == 5
    assert ids(toy_feed()) == ids(toy_feed(url="https://example.org/b/", version="2027.11"))
    assert all(name.startswith("urn:uuid:") for name in ids(toy_feed()))


@pytest.mark.parametrize("url", ["", "https://example.org/b/"])
def test_links_are_absolute_once_there_is_an_address(url):
    links = read_feed(toy_feed(url=url)).xpath("//a:link/@href", namespaces=NAMES)
    assert set(links) == {f"{url}changes.atom", f"{url}chapters/changes.html"}
