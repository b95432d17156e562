"""A third article goes from a text file to a page of the book, and until it is finished everybody is told."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys

import pytest
import yaml

from vouch.evidence import checks, claims, data, faults, provenance, seeds
from vouch.paths import ROOT
from vouch.upkeep import new_article

ARTICLE = """A visit that nobody expected

A delegation from Farland arrived on Monday. “We came to watch,” its leader said. Who counts the votes?
"""
TOC = "format: jb-book\nroot: chapters/reproduce\nchapters:\n  - file: chapters/ledger-s005\n"


@pytest.fixture
def checkout(tmp_path):
    book = tmp_path / "book"
    for name in ("bookpress", "chapters", "data", "seeds", "vouch"):
        shutil.copytree(ROOT / name, book / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_config.yml", "_toc.yml", "pyproject.toml", "CITATION.cff"):
        shutil.copy(ROOT / name, book / name)
    return book


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, "utf-8")
    return path


def run(checkout, *command):
    """As in a checkout of one's own: its modules, not those of this one."""
    return subprocess.run([sys.executable, "-m", *command], cwd=checkout, capture_output=True, text=True)


def state(checkout):
    return {path: path.read_bytes() for path in checkout.rglob("*") if path.is_file() and ".pyc" not in path.name}


@pytest.mark.long
def test_a_third_article_reaches_its_page(checkout, article):
    done = run(checkout, "vouch.upkeep.new_article", str(article))
    assert done.returncode == 0, done.stderr
    stored = next((checkout / "seeds").glob("005_*.txt"))
    assert stored.read_bytes() == article.read_bytes()

    output = run(checkout, "vouch.evidence.checks")
    assert output.returncode == 0, output.stderr
    for words in ("3 articles", "Not wrong, but not finished", "S005: seeds/seeds.yml does not say yet: label, short",
                  "S005: 4 of 4 sentences are neither in data/claims.csv", "“A visit that nobody expected”",
                  "S005: _toc.yml does not list chapters/ledger-s005"):  # fmt: skip
        assert words in output.stdout, output.stdout[-2000:]

    # One claim of it, as somebody would code it; the rest still waits.
    with (checkout / "data" / "claims.csv").open("a", encoding="utf-8") as stream:
        quote = "A delegation from Farland arrived on Monday."
        start = ARTICLE.index(quote)
        row = ["S005-01", "S005", start, start + len(quote), quote, "A delegation of Farland arrived on a Monday."]
        csv.writer(stream, lineterminator="\n").writerow([*row, "event", "article", "", "", "", "", "false", "false"])
    (checkout / "_toc.yml").write_text(TOC)
    (checkout / "chapters/aliases.yml").write_text("")  # of pages that this small book does not have
    built = run(checkout, "bookpress.build", "html")
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-4000:]
    page = (checkout / "_build/html/chapters/ledger-s005.html").read_text("utf-8")
    assert 'id="S005-01"' in page and "A delegation of Farland arrived on a Monday." in page
    assert "“We came to watch,” its leader said." in page
    exported = json.loads((checkout / "_build/html/claims.json").read_text("utf-8"))
    assert any(record["claim"] == "S005-01" for record in exported)
    assert "S005: 3 of 4 sentences" in run(checkout, "vouch.evidence.checks").stdout


def test_what_an_article_expects_waits_until_it_is_scored(checkout):
    ledger = checkout / "data" / "claims.csv"
    row = next(row for row in ledger.read_text("utf-8").splitlines() if row.startswith("S004-02,"))
    assert row.endswith(",true,false"), "checkable, and does not look forward"
    ledger.write_text(ledger.read_text("utf-8").replace(row, row.removesuffix("false") + "true"), "utf-8")
    assert checks.left_to_do(checkout) == ["S004: data/forecasts.csv does not say what came of S004-02"]


def test_an_origin_that_is_not_in_the_bibliography_is_named_and_none_is_allowed(checkout):
    listed = checkout / "seeds" / "seeds.yml"
    text = listed.read_text("utf-8")
    source = "source: time-2023-09-russia-election"
    assert text.count(source) == 1
    places = (checkout / "data", checkout / "seeds", checkout / "data" / "references.bib")
    listed.write_text(text.replace(source, "source: not stated"), "utf-8")
    with pytest.raises(faults.DataError, match=r"seeds\.yml, column origin\.source of S004: neither .*'not stated'"):
        claims.check(*places)
    listed.write_text(text.replace(source, "source: none"), "utf-8")
    assert claims.check(*places) == len(data.load("claims"))
    assert list(provenance.summary(seeds.load_all(checkout / "seeds"))["source"])[1] == ""


def test_nothing_is_claimed_of_an_article_that_was_only_taken_in(checkout, article):
    before = {name: (checkout / "data" / f"{name}.csv").read_bytes() for name in ("claims", "nonfactual", "verdicts")}
    new_article.add(article, "S017", checkout)
    for name, content in before.items():
        assert (checkout / "data" / f"{name}.csv").read_bytes() == content
    seed = seeds.load("S017", checkout / "seeds")
    assert len(checks.unfilled(seed)) == len(checks.FIELDS), "every field waits, none is guessed"
    rows = list(csv.DictReader(io.StringIO((checkout / "seeds/S017.sentences.csv").read_text("utf-8"))))
    assert [row["quote"] for row in rows] == [sentence.text for sentence in seeds.sentences(seed)]
    assert all(seed.text[int(row["start"]) : int(row["end"])] == row["quote"] for row in rows)
    # The pages on the articles still have something to show.
    assert provenance.summary([seed]).loc[0, "published"] == provenance.OPEN
    assert provenance.clues([seed]).empty and provenance.wording([seed]).empty
    assert seeds.labels(checkout / "seeds")["S017"] == "S017"


def test_descriptor_and_list_of_articles_change_only_where_they_must(checkout, article):
    old = {path: (checkout / path).read_text("utf-8") for path in ("data/datapackage.json", "seeds/seeds.yml")}
    new_article.add(article, root=checkout)
    described = (checkout / "data/datapackage.json").read_text("utf-8")
    added = set(described.splitlines()) - set(old["data/datapackage.json"].splitlines())
    assert {line.strip() for line in added} == {'"S004",', '"S005"'}
    listed = (checkout / "seeds/seeds.yml").read_text("utf-8")
    assert listed.startswith(old["seeds/seeds.yml"]), "comments and order of the others stay"
    assert yaml.safe_load(listed)["seeds"][-1]["id"] == "S005"


@pytest.mark.parametrize(
    ("content", "seed", "reason"),
    [
        (ARTICLE.encode(), "S004", "S004 is taken"),
        (ARTICLE.encode(), "5", "no id of an article"),
        (b"Caf\xe9\n", None, "line 1: not UTF-8"),
        (b" \n", None, "is empty"),
        (b"One\r\nTwo\r\n", None, "CR line ends"),
        ((ROOT / "seeds" / "004_d5799c3cceb11833.txt").read_bytes(), None, "in the book already, as S004"),
    ],
)
def test_what_cannot_be_taken_in_changes_nothing(checkout, tmp_path, content, seed, reason):
    path = tmp_path / "other.txt"
    path.write_bytes(content)
    before = state(checkout)
    with pytest.raises(seeds.SeedError, match=reason):
        new_article.add(path, seed, checkout)
    assert state(checkout) == before


def test_a_claim_on_an_article_that_is_not_there_is_named(checkout):
    path = checkout / "data" / "claims.csv"
    path.write_text(path.read_text("utf-8").replace(",S004,", ",S005,", 1), "utf-8")
    descriptor = checkout / "data" / "datapackage.json"
    descriptor.write_text(new_article._with_seed(descriptor.read_text("utf-8"), "S005"), "utf-8")
    with pytest.raises(faults.DataError, match=r"claims\.csv, row \d+, column seed: no such article in seeds\.yml"):
        claims.check(checkout / "data", checkout / "seeds", checkout / "data" / "references.bib")


def test_the_articles_of_this_book_are_finished():
    assert checks.left_to_do() == []
