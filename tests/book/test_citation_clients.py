"""Citation files and bibliography as other people's programs read and print them: pandoc, Citation.js, and others."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pypandoc
import pytest
from pybtex.database import parse_file, parse_string

from bookpress.cite import capitals, formats
from bookpress.cite.published import published
from bookpress.metadata import read_book, read_chapter
from tests.checkers import NODE, NODE_MODULES
from vouch.paths import BIBLIOGRAPHY, ROOT

PERIODICALS, DATASETS = ["news", "state-media"], ["dataset"]


def pandoc(path: Path, *options: str) -> str:
    command = [pypandoc.get_pandoc_path(), "--fail-if-warnings", "--wrap=none", *options]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=path.parent).stdout


def citation_js(*paths: Path) -> dict:
    """By file: items, formatted entries by key, and for BibTeX what biblatex-csl-converter found."""
    command = [NODE, ROOT / "tests" / "node" / "citations.cjs", NODE_MODULES, *paths]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return {Path(name).name: one for name, one in found.items()}


@cache
def works():
    """Book and chapters as they would be with an address, a DOI and a commit, by key."""
    whole = replace(read_book(ROOT), url="https://example.org/a_b/", doi="10.1234/a_b.c", commit="0" * 40)
    names = re.findall(r"(?:file|root): (chapters/[\w-]+)", (ROOT / "_toc.yml").read_text("utf-8"))
    return {work.key: work for work in (whole, *(read_chapter(ROOT, name, whole) for name in names))}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """All citation files of a format in one: `all.bib`, `all.ris`, `all.json`."""
    folder = tmp_path_factory.mktemp("cite")
    for ending, (_, write) in formats.FORMATS.items():
        texts = [write(work) for work in works().values()]
        joined = json.dumps([json.loads(text)[0] for text in texts]) if ending == "json" else "".join(texts)
        (folder / f"all.{ending}").write_bytes(joined.encode())
    return folder


@pytest.fixture(scope="module")
def read_by_javascript(files):
    return citation_js(*(files / f"all.{ending}" for ending in formats.FORMATS))


def facts(item: dict) -> dict:
    """What all readers must find in an item of CSL, spelling apart."""
    (author,) = item["author"]
    return {
        "type": item["type"], "author": author.get("literal") or author["family"], "given": author.get("given", ""),
        # Small letters: pandoc sets a capital after a colon.
        "title": item["title"].replace("’", "'").lower(), "book": item.get("container-title", "").replace("’", "'"),
        "year": item["issued"]["date-parts"][0][0], "edition": item["edition"].removeprefix("edition "),
        "language": item["language"].partition("-")[0], "url": item["URL"], "doi": item.get("DOI", ""),
    }  # fmt: skip


def expected(work) -> dict:
    whole = formats.book_of(work)
    return {
        "type": "book" if work is whole else "chapter", "author": whole.authors[0].name, "given": "",
        "title": work.title.lower(), "book": "" if work is whole else whole.title, "year": whole.date.year,
        "edition": whole.version, "language": "en", "url": work.url, "doi": work.doi,
    }  # fmt: skip


@pytest.mark.parametrize("ending", formats.FORMATS)
def test_pandoc_and_citation_js_read_the_same_in_every_file(files, read_by_javascript, ending):
    source = {"bib": "biblatex", "ris": "ris", "json": "csljson"}[ending]
    by_pandoc = json.loads(pandoc(files / f"all.{ending}", "-f", source, "-t", "csljson", f"all.{ending}"))
    for items in (by_pandoc, read_by_javascript[f"all.{ending}"]["items"]):
        if ending == "ris":  # pandoc makes its own keys, and RIS has no other name for a work
            found = {item["URL"]: facts(item | {"language": item.get("language", "en")}) for item in items}
            assert found == {work.url: expected(work) for work in works().values()}
        else:
            assert {item["id"]: facts(item) for item in items} == {key: expected(one) for key, one in works().items()}


def test_biblatex_csl_converter_finds_no_fault(read_by_javascript):
    read = read_by_javascript["all.bib"]["converter"]
    assert read["errors"] == [] and len(read["entries"]) == len(works())
    assert [one for one in read["warnings"] if one["type"] != "unexpected_field"] == []
    assert {entry["bib_type"] for entry in read["entries"]} == {"book", "incollection"}


def printed(path: Path) -> list[str]:
    """The bibliography that pandoc prints in its default style, Chicago's author-date, one line a work."""
    (path.parent / "cites.md").write_text('---\nnocite: "@*"\n---\n')
    lines = pandoc(path, "--citeproc", "--bibliography", path.name, "-t", "plain", "cites.md").splitlines()
    return [alone(line) for line in lines if line]


def alone(line: str) -> str:
    """A line of a bibliography as it would be without the others: no letter after the year; plain apostrophes."""
    return re.sub(r"\b(20\d\d)[a-z]{1,2}\b", r"\1", line).replace("’", "'").strip()


@pytest.mark.parametrize("ending", ["ris", "json"])
def test_pandoc_prints_what_the_page_says_in_chicago(files, ending):
    own = sorted(formats.plain(formats.chicago(work)) for work in works().values())
    assert sorted(printed(files / f"all.{ending}")) == own


@pytest.mark.parametrize("ending", ["ris", "json"])
def test_citation_js_prints_what_the_page_says_in_apa(read_by_javascript, ending):
    found = read_by_javascript[f"all.{ending}"]["apa"]
    own = {key: formats.plain(formats.apa(work)) for key, work in works().items()}
    assert {key: alone(line) for key, line in found.items()} == own


def test_from_bibtex_all_is_printed_but_the_word_before_the_edition(files, read_by_javascript):
    """BibTeX's own styles add it; a second one in the file would be printed twice."""
    bare = [formats.plain(formats.chicago(work)) for work in works().values()]
    bare = sorted(re.sub(r"[Ee]dition (?=2\d{3}\.)", "", line) for line in bare)
    assert sorted(printed(files / "all.bib")) == bare
    assert all("edition" not in line.replace("Editions", "") for line in read_by_javascript["all.bib"]["apa"].values())


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Who could vote?", "Who Could Vote?"),
        ("Ledger: the memorandum article", "Ledger: The Memorandum Article"),
        ("What is it now", "What Is It Now"),
        ("By which standard? an answer", "By Which Standard? An Answer"),
        ("What an “odd” vote (it) was", "What an “Odd” Vote (It) Was"),
        ("The coup of iPhone owners and NATO", "The Coup of iPhone Owners and NATO"),
    ],
)
def test_headlines_have_the_capitals_that_processors_print(tmp_path, title, headline):
    assert capitals.headline(title, "en") == headline
    item = {"id": "a", "type": "chapter", "title": title, "issued": {"date-parts": [[2030]]}}
    (tmp_path / "a.json").write_text(json.dumps([item]), "utf-8")
    (line,) = printed(tmp_path / "a.json")
    assert re.sub("[‘’“”]", "'", headline) in re.sub("[‘’“”]", "'", line)


# ------------------------------------------------------------------------------------------ the published bibliography
@pytest.fixture(scope="module")
def bibliography(tmp_path_factory):
    path = tmp_path_factory.mktemp("published") / "references.bib"
    path.write_text(published([BIBLIOGRAPHY], PERIODICALS, DATASETS), "utf-8")
    return path


@cache
def source():
    return parse_file(str(BIBLIOGRAPHY), bib_format="bibtex").entries


def bare(text: str) -> str:
    """Without what TeX wants and no reader sees."""
    return re.sub(r"[{}]|\\(?=[%#&_$])", "", text)


def test_no_work_is_lost_and_nothing_is_added(bibliography):
    written = parse_file(str(bibliography), bib_format="bibtex").entries
    assert list(written) == list(source())
    for key, entry in written.items():
        own = source()[key]
        assert [str(one) for one in entry.persons["author"]] == [str(one) for one in own.persons["author"]], key
        for name in ("year", "month", "url", "doi", "volume", "number", "pages", "keywords", "language"):
            assert entry.fields.get(name) == own.fields.get(name), key
        for name in ("title", "note", "annotation"):
            written_as = entry.fields.get(name.replace("annotation", "annote"), "")
            assert bare(written_as) == bare(own.fields.get(name, "")), key
            assert not re.search(r"(?<!\\)[%#&_$]", written_as), f"{key}: TeX would end the {name} there"
        assert "annotation" not in entry.fields
        assert entry.fields.get("date", "")[:4] == own.fields.get("year", "")
        outlet = bare(own.fields.get("howpublished", ""))
        named = {bare(entry.fields.get(name, "")) for name in ("organization", "journal")}
        assert not outlet or outlet in named or [bare(str(one)) for one in own.persons["author"]] == [outlet], key
        assert "howpublished" not in entry.fields
        assert entry.type == ("online" if own.type == "misc" and "url" in own.fields and
                              "dataset" not in own.fields["keywords"] else entry.type), key  # fmt: skip


def test_every_capital_of_a_title_is_kept_by_styles_that_lower_them(bibliography):
    for key, entry in parse_file(str(bibliography), bib_format="bibtex").entries.items():
        depth, unkept = 0, []
        for sign in entry.fields["title"]:
            depth += {"{": 1, "}": -1}.get(sign, 0)
            unkept += [sign] if sign.isupper() and not depth else []
        assert unkept == [], key
        language = entry.fields["language"]
        assert entry.fields.get("langid") == formats.LANGIDS.get(language), f"{key}: {language}"


def test_pandoc_keeps_titles_outlets_and_notes(bibliography):
    items = json.loads(pandoc(bibliography, "-f", "biblatex", "-t", "csljson", bibliography.name))
    assert len(items) == len(source())
    for item in items:
        own = source()[item["id"]]
        assert plain_signs(item["title"]) == plain_signs(own.fields["title"]), item["id"]
        assert item["annote"], item["id"]
        outlets = {plain_signs(item.get(name, "")) for name in ("publisher", "container-title")}
        outlet = plain_signs(own.fields.get("howpublished", ""))
        assert outlet in outlets or [plain_signs(one.get("literal", "")) for one in item["author"]] == [outlet]
        if "year" in own.fields:
            assert item["issued"]["date-parts"][0][0] == int(own.fields["year"])


def plain_signs(text: str) -> str:
    """Letters and digits only: signs of TeX and typography differ."""
    return "".join(re.findall(r"[^\W_]", re.sub(r"<[^>]+>", "", text))).lower()


def test_no_outlet_is_printed_twice(bibliography):
    lines = printed(bibliography)
    assert len(lines) == len(source())
    assert [line for line in lines if re.search(r"\b([^.”;]{4,}); \1[.,]", line)] == []
    own = [one for one in source().values() if one.fields.get("howpublished") == "The Irrawaddy" == author(one)]
    pages = {one.fields["url"] for one in own if "url" in one.fields}
    found = [line for line in lines if line.rpartition(" ")[2].removesuffix(".") in pages]
    assert len(found) >= len(pages) > 50
    assert [line for line in found if "The Irrawaddy" in line.removeprefix("The Irrawaddy").partition("”")[2]] == []


def author(entry) -> str:
    return " and ".join(bare(str(one)) for one in entry.persons["author"])


def test_citation_js_and_the_converter_read_every_work(bibliography):
    read = citation_js(bibliography)[bibliography.name]
    assert len(read["items"]) == len(read["converter"]["entries"]) == len(source())
    assert read["converter"]["errors"] == [] and read["converter"]["warnings"] == []
    kinds = {item["type"] for item in read["items"]}
    assert {"webpage", "article-journal", "book", "chapter", "paper-conference", "report"} <= kinds
    by_key = {item["id"]: item for item in read["items"]}
    signed = [key for key, own in source().items() if own.persons["author"][0].first_names and own.type == "misc"]
    lost = [key for key in signed if not (by_key[key].get("publisher") or by_key[key].get("container-title"))]
    assert lost == [], "who is not the author is named as the outlet"


def test_what_the_file_says_of_a_work_is_said_in_fields_that_programs_keep(tmp_path):
    (tmp_path / "a.bib").write_text(
        """
@misc{a, author = {{Outlet}}, title = {Der {NATO}-Staat und die “Bundesliga” \\& Co}, howpublished = {Outlet 1% & Co},
  year = {2030}, month = may, language = {de}, keywords = {news}, annotation = {Read.}}
@misc{b, author = {Né, Ugo}, title = {Data of a vote}, howpublished = {Archive}, year = {2030},
  url = {https://e.org/a_b}, language = {en}, keywords = {dataset}}
@misc{c, author = {Né, Ugo}, title = {On votes}, howpublished = {Outlet}, url = {https://e.org/c}, language = {en}}
""",
        "utf-8",
    )
    text = published([tmp_path / "a.bib"], PERIODICALS, DATASETS)
    first, second, third = parse_string(text, "bibtex").entries.values()
    assert (first.type, first.fields["journal"], first.fields["date"]) == ("article", r"Outlet 1\% \& Co", "2030-05")
    assert first.fields["title"] == "{Der} {NATO}-Staat und die “{Bundesliga”} \\& {Co}"
    assert (first.fields["langid"], first.fields["annote"]) == ("german", "Read.") and "    month = may," in text
    assert (second.type, second.fields["organization"], second.fields["date"]) == ("misc", "Archive", "2030")
    assert (third.type, third.fields["organization"]) == ("online", "Outlet")
    assert not {"date", "year"} & set(third.fields), "no day is made up"
    assert "a_b" in second.fields["url"]


@pytest.mark.built
def test_the_book_publishes_what_was_tested_here(book, bibliography):
    assert (book.html / "references.bib").read_text("utf-8") == bibliography.read_text("utf-8")
