"""How the book is cited: the files agree when others' parsers read them, the pages carry the same facts, names stay."""

from __future__ import annotations

import datetime
import importlib.resources
import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs

import jsonschema
import pytest
import rispy
import yaml
from bs4 import BeautifulSoup
from pybtex.database import parse_string

from bookpress import project
from bookpress.cite import formats, head
from bookpress.cite.capitals import headline
from bookpress.metadata import Author, Book, Chapter, commit, read_book, read_chapter
from bookpress.run import downloads
from bookpress.web import permalinks
from tests.conftest import pdf_text, soup, until
from vouch.pages import findings
from vouch.paths import ROOT

CFF = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
DOCUMENTS = re.findall(r"(?:file|root): (chapters/[\w-]+)", (ROOT / "_toc.yml").read_text("utf-8"))

TOY = Book(
    title="Müller & Söhne: a {brace}, 50% of $1_000 # ~x^2 \\ “Ωmega” <b>",
    authors=(Author("Ärzte & {Co}"), Author("Zoë d’Été", "d’Été", "Zoë")),
    version="2030.01-rc_1",
    date=datetime.date(2030, 1, 9),
    licences=("CC-BY-4.0", "MIT"),
    description="What & why.",
    publisher="Verlag {Größe} & Partner",
    url="https://example.org/a_b/~c/",
    doi="10.1234/a_b.c",
    commit="0123456789abcdef",
)
TOY_CHAPTER = Chapter("chapters/a-b", "Naïve: “über” & {un}able_to? </script>", TOY.authors, TOY, "Tags <i> & more.")


def works():
    book = read_book(ROOT)
    return [book, *(read_chapter(ROOT, name, book) for name in DOCUMENTS), TOY, TOY_CHAPTER]


def from_tex(text: str) -> str:
    """LaTeX's own commands for special signs, back to the signs. Independent of the table that writes them."""
    text = re.sub(r"(?<!\\)[{}]", "", text.replace("{}", ""))  # grouping braces
    for command, sign in {
        r"\textbraceleft": "{", r"\textbraceright": "}", r"\textasciitilde": "~", r"\textasciicircum": "^",
        r"\&": "&", r"\%": "%", r"\$": "$", r"\#": "#", r"\_": "_", r"\textbackslash": "\\",
    }.items():  # fmt: skip
        text = text.replace(command, sign)
    return text


def read_bib(text: str) -> dict:
    ((key, entry),) = parse_string(text, "bibtex").entries.items()
    fields = {name: value if name in ("url", "doi") else from_tex(value) for name, value in entry.fields.items()}
    names = []
    for person in entry.persons["author"]:
        last, first = " ".join(person.prelast_names + person.last_names), " ".join(person.first_names)
        names.append((from_tex(last), from_tex(first)))
    return {
        "key": key, "type": {"incollection": "chapter", "book": "book"}[entry.type], "authors": names,
        "title": fields["title"], "book": fields.get("booktitle", ""), "date": fields["date"], "year": fields["year"],
        "edition": fields["edition"], "publisher": fields.get("publisher", ""), "url": fields.get("url", ""),
        "doi": fields.get("doi", ""), "language": fields["language"], "abstract": fields.get("abstract", ""),
        "keywords": fields.get("keywords", ""), "note": fields.get("note", ""),
    }  # fmt: skip


def read_ris(text: str) -> dict:
    (item,) = rispy.loads(text)
    assert set(item) <= set(rispy.TAG_KEY_MAPPING.values()), "an unknown tag"
    names = []
    for name in item["authors"]:  # "Family, given", and a comma with nothing behind it for an organisation
        family, comma, given = name.rpartition(",")
        assert comma, name
        names.append((family.strip(), given.strip()))
    return {
        "key": item["id"], "type": {"CHAP": "chapter", "BOOK": "book"}[item["type_of_reference"]], "authors": names,
        "title": item["title"], "book": item.get("secondary_title", ""), "date": item["date"].replace("/", "-"),
        "year": item["year"], "edition": item["edition"], "publisher": item.get("publisher", ""),
        "url": "".join(item.get("urls", [])), "doi": item.get("doi", ""), "language": item["language"],
        "abstract": item.get("abstract", ""), "keywords": ", ".join(item.get("keywords", [])),
        "note": "".join(item["notes"]),
    }  # fmt: skip


def read_csl(text: str) -> dict:
    (item,) = json.loads(text)
    day = datetime.date(*item["issued"]["date-parts"][0])
    return {
        "key": item["id"], "type": item["type"],
        "authors": [(a.get("literal") or a["family"], a.get("given", "")) for a in item["author"]],
        "title": item["title"], "book": item.get("container-title", ""), "date": day.isoformat(), "year": str(day.year),
        "edition": item["edition"], "publisher": item.get("publisher", ""), "url": item.get("URL", ""),
        "doi": item.get("DOI", ""), "language": item["language"], "abstract": item.get("abstract", ""),
        "keywords": item.get("keyword", ""), "note": item["note"],
    }  # fmt: skip


@pytest.mark.parametrize("work", works(), ids=lambda work: work.key)
def test_the_three_formats_agree_field_by_field(work):
    whole = formats.book_of(work)
    expected = {
        "key": work.key, "type": "book" if work is whole else "chapter", "title": work.title,
        "authors": [(a.family or a.name, a.given) for a in work.authors],
        "book": "" if work is whole else whole.title, "date": whole.date.isoformat(), "year": str(whole.date.year),
        "edition": f"edition {whole.version}", "publisher": whole.publisher, "url": work.url, "doi": work.doi,
        "language": "en", "abstract": work.description, "note": formats.edition_note(whole),
        "keywords": ", ".join(whole.keywords) if work is whole else "",
    }  # fmt: skip
    assert read_ris(formats.ris(work)) == expected
    assert read_csl(formats.csl(work)) == expected
    # BibTeX's own styles add the word to the edition, and print no address but in a note.
    commit = f"Commit {whole.commit}. " if whole.commit else ""
    expected |= {"edition": whole.version, "note": (commit + formats.address(work)).removesuffix(". ")}
    assert read_bib(formats.bibtex(work)) == expected


def test_ris_begins_and_ends_as_the_format_says():
    text = formats.ris(TOY_CHAPTER)
    assert text.count("\n") == text.count("\r\n"), "lines end as RIS wants them"
    lines = text.splitlines()
    assert lines[0] == "TY  - CHAP" and lines[-1].rstrip() == "ER  -"
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line + " ") for line in lines)
    assert "AU  - Ärzte & {Co}," in lines, "EndNote: a comma behind an organisation"


def test_a_month_is_bibtexs_own_word():
    for work in works():
        assert re.search(r"^ +month = (jan|dec),$", formats.bibtex(work), re.M)


def test_an_unbalanced_brace_in_a_title_does_not_break_the_entry():
    book = Book("Open { only", (Author("A } b"),), "1", datetime.date(2030, 1, 1))
    read = read_bib(formats.bibtex(book))
    assert (read["title"], read["authors"]) == ("Open { only", [("A } b", "")])


@pytest.mark.parametrize("work", works(), ids=lambda work: work.key)
def test_a_csl_processor_understands_the_item(work):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
        from citeproc.source.json import CiteProcJSON

        with warnings.catch_warnings(record=True) as complaints:
            warnings.simplefilter("always")
            source = CiteProcJSON(json.loads(formats.csl(work)))
        assert [str(c.message) for c in complaints if "support" in str(c.message)] == []
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        bibliography = CitationStylesBibliography(style, source, formatter.plain)
        bibliography.register(Citation([CitationItem(work.key)]))
        (text,) = map(str, bibliography.bibliography())
    whole = formats.book_of(work)
    assert whole.title.split(":")[0].split("?")[0].split(" & ")[0] in text and str(whole.date.year) in text
    assert work is whole or work.title[:8] in text


def test_formatted_citations_follow_the_manuals():
    book = Book("What Next? A study", (Author("The Project"),), "2030.01", datetime.date(2030, 1, 9))
    asked = Chapter("chapters/who", "Who could vote?", book.authors, book)
    chapter = Chapter("chapters/it", "It was so", book.authors, book)
    plain, chicago, apa = formats.plain, formats.chicago, formats.apa
    assert plain(chicago(asked)) == "The Project. 2030. “Who Could Vote?” In What Next? A Study, edition 2030.01."
    assert plain(chicago(chapter)) == "The Project. 2030. “It Was So.” In What Next? A Study, edition 2030.01."
    assert plain(chicago(book)) == "The Project. 2030. What Next? A Study. Edition 2030.01."
    assert plain(apa(asked)) == "The Project. (2030). Who could vote? In What Next? A study (edition 2030.01)."
    assert plain(apa(chapter)) == "The Project. (2030). It was so. In What Next? A study (edition 2030.01)."
    assert plain(apa(book)) == "The Project. (2030). What Next? A study (edition 2030.01)."
    assert [text for text, italic in chicago(asked) if italic] == ["What Next? A Study"]
    german = replace(book, title="Was nun? Eine kurze Studie", language="de")
    assert "Eine kurze Studie" in plain(chicago(german)), "capitals of headlines are an English custom"
    two = Book(
        "T", (Author("Ann B. Lee", "Lee", "Ann B."), Author("Ugo Né", "Né", "Ugo")), "1", book.date, publisher="P"
    )
    assert plain(chicago(two)) == "Lee, Ann B., and Ugo Né. 2030. T. Edition 1. P."
    assert plain(apa(two)) == "Lee, A. B., & Né, U. (2030). T (edition 1). P."


def test_addresses_are_used_once_they_are_set_and_never_before():
    plain = formats.plain
    assert plain(formats.chicago(TOY)).endswith(" https://doi.org/10.1234/a_b.c.")
    assert plain(formats.apa(TOY_CHAPTER)).endswith(" https://example.org/a_b/~c/chapters/a-b.html")
    assert "https://example.org/a_b/~c/chapters/a-b.html#fig-x" in plain(formats.part("figure", "fig-x", TOY_CHAPTER))
    for work in works()[:-2]:
        if not CFF.get("url") and not CFF.get("doi"):
            for _, write in formats.FORMATS.values():
                assert "http" not in write(work)


# ------------------------------------------------------------------------------------------------------ one source
def test_citation_cff_is_valid():
    schema = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / "citation-file-format.json"
    dates = json.loads(json.dumps(CFF, default=str))
    jsonschema.Draft7Validator(json.loads(schema.read_text("utf-8"))).validate(dates)


def test_what_other_files_repeat_agrees_with_citation_cff():
    book = read_book(ROOT)
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    assert (config["title"], config["author"]) == (book.main_title, book.authors[0].name)
    assert f"{book.main_title} {book.subtitle}" == book.title
    assert [author.name for author in book.authors] == ["Who Vouches for the Vote? project"]
    moment = datetime.datetime.fromtimestamp(config["sphinx"]["config"]["typst_timestamp"], datetime.UTC)
    assert moment.date() == book.date
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    assert package["version"] == book.version
    assert package["created"][:10] == book.date.isoformat()
    assert re.search(rf'^version = "{re.escape(book.version)}"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.M)


def test_the_commit_is_named_only_where_it_is_what_was_built(tmp_path):
    assert commit(tmp_path) == ""
    for arguments in (
        ["init", "-q"], ["add", "a"],
        ["-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-q", "-m", "one"],
    ):  # fmt: skip
        (tmp_path / "a").write_text("1")
        subprocess.run(["git", "-C", tmp_path, *arguments], check=True)
    assert re.fullmatch("[0-9a-f]{40}", commit(tmp_path))
    (tmp_path / "below").mkdir()
    assert commit(tmp_path / "below") == ""
    (tmp_path / "a").write_text("2")
    assert commit(tmp_path) == ""


def test_a_chapter_may_name_authors_and_a_description(tmp_path):
    (tmp_path / "x.md").write_text(
        "---\nauthors:\n  - {family-names: Né, given-names: Ugo}\n  - The Society\n"
        "description: |\n  Two\n  lines.\n---\n"
        "```\n# not a heading\n```\n\n# A *fine* `title`: yes & no\n",
        "utf-8",
    )
    chapter = read_chapter(tmp_path, "x", TOY)
    assert chapter.title == "A fine title: yes & no"
    assert chapter.authors == (Author("Ugo Né", "Né", "Ugo"), Author("The Society"))
    assert chapter.description == "Two lines."
    (tmp_path / "y.md").write_text("No heading.\n")
    with pytest.raises(ValueError, match="no heading"):
        read_chapter(tmp_path, "y", TOY)


# --------------------------------------------------------------------------------------------- a book of two chapters
TOY_CFF = """\
cff-version: 1.2.0
message: "Cite."
title: 'Toys & "Games": a <b>study</b>'
authors: [{name: "Toy & Co"}]
version: "1.0"
date-released: 2030-01-09
license: [CC-BY-4.0]
url: https://example.org/toys
doi: 10.1234/toys
"""
CONF = """\
extensions = ["myst_parser", "bookpress.cite", "bookpress.web"]
project = "Toys"
language = "en"
root_doc = "chapters/one"
html_theme = "basic"
nitpicky = True
permalinks_kinds = ["findings"]
"""


def build(folder, cff=TOY_CFF, aliases=""):
    """Two chapters in HTML; the output folder and what Sphinx complained of."""
    (folder / "chapters").mkdir(exist_ok=True)
    (folder / "conf.py").write_text(CONF)
    (folder / "CITATION.cff").write_text(cff)
    (folder / "aliases.yml").write_text(aliases)
    (folder / "chapters" / "one.md").write_text(
        "# One\n\n```{toctree}\ntwo\n```\n\n```{cite-book}\n```\n\n```{cite-chapters}\n```\n"
    )
    (folder / "chapters" / "two.md").write_text(
        "---\nauthors: [Toy Maker]\ndescription: 'About \"two\" & <one>'\n---\n"
        '# Two: "quoted" & </script>\n\n(fig-new)=\n## Below\n\nText.\n'
    )
    # A process of its own: bare myst-parser and myst-nb cannot both be set up in one.
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-d", folder / "trees", folder, folder / "out"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    return folder / "out", result.stderr


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    out, complaints = build(tmp_path_factory.mktemp("toy"))
    assert complaints == ""
    return out


def meta(page) -> dict[str, list[str]]:
    """Contents by name or property, as a browser reads them."""
    found: dict[str, list[str]] = {}
    for element in page.head.find_all("meta"):
        found.setdefault(element.get("name") or element.get("property") or "", []).append(element.get("content"))
    return found


def json_ld(text: str) -> list[dict]:
    from extruct.jsonld import JsonLdExtractor

    return JsonLdExtractor().extract(text)


def parse(path):
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def test_a_set_address_is_used_everywhere_and_values_are_escaped(toy):
    page = parse(toy / "chapters" / "two.html")
    found = meta(page)
    base = "https://example.org/toys/"
    assert found["citation_title"] == found["og:title"] == found["DC.title"] == ['Two: "quoted" & </script>']
    assert found["citation_book_title"] == found["citation_inbook_title"] == ['Toys & "Games": a <b>study</b>']
    assert found["citation_author"] == ["Toy Maker,"], "the comma keeps an organisation's name whole"
    assert found["description"] == ['About "two" & <one>']
    assert "citation_pdf_url" not in found, "the PDF is not that of the chapter"
    assert found["og:url"] == found["citation_public_url"] == [f"{base}chapters/two.html"]
    assert [link["href"] for link in page.find_all("link", rel="canonical")] == [f"{base}chapters/two.html"]
    (data,) = json_ld((toy / "chapters" / "two.html").read_text("utf-8"))
    assert data["@type"] == "Chapter" and data["url"] == f"{base}chapters/two.html"
    assert data["isPartOf"]["@type"] == "Book" and data["isPartOf"]["url"] == base
    assert data["name"] == 'Two: "quoted" & </script>'
    assert f"{base}chapters/two.html" in (toy / "cite" / "two.ris").read_text("utf-8")
    assert len(page.find_all("h1")) == 1


def test_the_first_page_stands_for_the_book_and_so_does_the_one_that_leads_to_it(toy):
    base = "https://example.org/toys/"
    for name in ("index", "chapters/one"):
        text = (toy / f"{name}.html").read_text("utf-8")
        found = meta(BeautifulSoup(text, "html.parser"))
        assert found["citation_title"] == found["og:title"] == ['Toys & "Games": a <b>study</b>'], name
        assert found["og:type"] == ["book"] and not {"citation_book_title", "citation_inbook_title"} & set(found)
        assert found["citation_author"] == ["Toy & Co,"] and found["prism.edition"] == ["edition 1.0"]
        assert found["citation_doi"] == ["10.1234/toys"] and found["DC.identifier"] == ["https://doi.org/10.1234/toys"]
        assert found["citation_public_url"] == found["og:url"] == [base]
        assert found["citation_pdf_url"] == [f"{base}toys-games.pdf"]
        (data,) = json_ld(text)
        assert (data["@type"], data["name"], data["url"]) == ("Book", 'Toys & "Games": a <b>study</b>', base)
        assert data["identifier"] == "https://doi.org/10.1234/toys"


def test_search_engines_are_told_of_every_page_once_there_is_an_address(tmp_path):
    out, _ = build(tmp_path, aliases="pages: {chapters/old: chapters/two}\n")
    listed = [one.get_text() for one in BeautifulSoup((out / "sitemap.xml").read_text("utf-8"), "xml").find_all("loc")]
    base = "https://example.org/toys/"
    assert listed == [f"{base}{name}.html" for name in ("chapters/one", "chapters/two", "genindex")]
    assert (out / "robots.txt").read_text().splitlines()[-1] == f"Sitemap: {base}sitemap.xml"
    build(tmp_path, TOY_CFF.replace("url: https://example.org/toys\n", ""))
    assert not (out / "sitemap.xml").exists() and not (out / "robots.txt").exists()


def test_files_are_written_for_chapters_and_book(toy):
    wanted = {f"{name}.{ending}" for name in ("one", "two", "toys-games") for ending in ("bib", "ris", "json")}
    assert {path.name for path in (toy / "cite").iterdir()} == wanted
    for path in (toy / "cite").glob("*.bib"):
        assert read_bib(path.read_text("utf-8"))["title"]


@pytest.mark.long
def test_changed_metadata_reach_pages_that_did_not_change(tmp_path):
    out, _ = build(tmp_path, TOY_CFF.replace("url: https://example.org/toys\n", ""))
    before = (out / "chapters" / "two.html").read_text("utf-8")
    assert "example.org" not in before and "citation_pdf_url" not in before and "canonical" not in before
    build(tmp_path)
    assert meta(parse(out / "chapters" / "two.html"))["og:url"] == ["https://example.org/toys/chapters/two.html"]
    build(tmp_path, TOY_CFF.replace('"1.0"', '"1.1"'))
    assert "1.1, 9 January 2030" in parse(out / "chapters" / "two.html").select_one("aside.bp-cite").get_text()


def test_a_chapter_that_is_renamed_is_renamed_in_the_table_of_all(tmp_path):
    """Which stands on a page that is not read again for it."""
    out, _complaints = build(tmp_path)
    (tmp_path / "chapters" / "two.md").write_text("# Another title\n\nText.\n")
    command = [sys.executable, "-m", "sphinx", "-v", "-b", "html", "-d", tmp_path / "trees", tmp_path, out]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    said = subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout
    assert "0 added, 1 changed, 0 removed" in said
    assert [cell.get_text(strip=True) for cell in soup(out / "chapters" / "one.html").select("tbody th")] == [
        "One",
        "Another title",
    ]


def test_old_addresses_lead_to_the_new_ones(tmp_path):
    elsewhere = ("old", "chapters/more/old")
    aliases = "pages: {chapters/old: chapters/two, old: chapters/two, chapters/more/old: chapters/two}\n"
    out, complaints = build(tmp_path, aliases=f"{aliases}anchors: {{fig-old: fig-new}}\nfindings:\n")
    assert complaints == ""
    assert [parse(out / f"{old}.html").body.a["href"] for old in elsewhere] == ["chapters/two.html", "../two.html"]
    page = parse(out / "chapters" / "old.html")
    assert page.find("meta", attrs={"http-equiv": "refresh"})["content"] == "1; url=two.html"
    assert page.body.a["href"] == "two.html"
    assert page.find("link", rel="canonical")["href"] == "https://example.org/toys/chapters/two.html"
    assert len(page.find_all("h1")) == 1 and page.html["lang"] == "en"
    two = parse(out / "chapters" / "two.html")
    assert two.find(id="fig-new") and two.find(id="fig-old").get_text() == ""
    out, complaints = build(tmp_path)  # the aliases are withdrawn
    assert complaints == "" and not (out / "chapters" / "old.html").exists()
    assert not any((out / f"{old}.html").exists() for old in elsewhere) and (out / "index.html").exists()
    assert not parse(out / "chapters" / "two.html").find(id="fig-old")


@pytest.mark.parametrize(
    ("aliases", "message"),
    [
        ("pages: {chapters/two: chapters/one}", "must be gone"),
        ("pages: {chapters/old: chapters/nowhere}", "must be gone"),
        ("anchors: {fig-old: fig-nowhere}", "is nowhere"),
        ("anchors: {below: fig-new}", "still in use"),
    ],
)
def test_an_alias_that_cannot_work_is_reported(tmp_path, aliases, message):
    assert message in build(tmp_path, aliases=aliases)[1]


def test_a_name_may_vanish_only_with_an_alias():
    given = {("chapter", "a"), ("figure", "fig-a"), ("finding", "x.a"), ("claim", "S000-01")}
    present = {("chapter", "b"), ("figure", "fig-b"), ("finding", "x.b")}
    lost = permalinks.vanished(given, present, permalinks.Aliases())
    assert lost == ["chapter a", "claim S000-01", "figure fig-a", "finding x.a"]
    aliases = permalinks.Aliases({"chapters/a": "chapters/b"}, {"fig-a": "fig-b"}, {"findings": {"x.a": "x.gone"}})
    assert permalinks.vanished(given, present, aliases) == ["claim S000-01", "finding x.a"]
    assert permalinks.vanished(given, present, aliases, {("finding", "x.a")}) == ["claim S000-01"]


def test_a_name_has_ended_where_its_last_row_has_no_value(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.bookpress]\nended-in = { finding = ["log.csv", "name", "new"] }\n')
    (tmp_path / "log.csv").write_text("name,new,why\nx.a,1,begun\nx.a,,ended\nx.b,,ended\nx.b,2,begun again\n")
    assert permalinks.ended_of(tmp_path) == {("finding", "x.a")}


def test_the_data_are_a_dataset_with_files_only_where_they_have_an_address():
    package = {
        "name": "p", "title": "P", "description": "D", "version": "1", "licenses": [{"name": "CC0-1.0"}],
        "resources": [{"name": "r", "path": "r.csv", "title": "R", "description": "Rows", "licenses": [{"name": "X"}]}],
    }  # fmt: skip
    text = head.script(head.dataset_data(package, TOY, "chapters/data"))
    (data,) = json_ld(f"<html><head>{text}</head></html>")
    assert data["hasPart"][0]["distribution"]["contentUrl"] == "https://example.org/a_b/~c/data/r.csv"
    nowhere = Book("T", (Author("A"),), "1", TOY.date)
    assert "distribution" not in head.dataset_data(package, nowhere)["hasPart"][0]


# -------------------------------------------------------------------------------------------------- the built book
@pytest.mark.built
def test_no_permanent_name_has_vanished(book):
    """New names are added by `python -m bookpress.web.permalinks`."""
    given, present, aliases = permalinks.listed_in(ROOT), permalinks.names_of(ROOT), permalinks.of_book(ROOT)
    assert permalinks.vanished(given, present, aliases, permalinks.ended_of(ROOT)) == []


ADDRESS, REPOSITORY, DOI = "https://example.org/book/", "https://github.com/example/book", "10.1234/book.5"
AT_AN_ADDRESS = f"""
import sys
from dataclasses import replace
from pathlib import Path
from bookpress import metadata
from bookpress.build.sphinx_run import run_sphinx
as_it_is = metadata.read_book
metadata.read_book = lambda *a: replace(as_it_is(*a), url="{ADDRESS}", repository="{REPOSITORY}", doi="{DOI}")
run_sphinx(Path("{ROOT}"), "html", Path(sys.argv[1]))
"""


@dataclass(frozen=True)
class Site:
    """All pages of the book, and the metadata they are made from."""

    html: Path
    book: Book

    def chapters(self):
        return [(self.html / f"{name}.html", read_chapter(ROOT, name, self.book)) for name in DOCUMENTS]


@pytest.fixture(scope="module")
def published(book, once):
    """The pages as Sphinx writes them from the same doctrees once CITATION.cff names an address."""

    def make(work: Path) -> None:
        for name in ("doctrees", "jupyter_execute"):
            shutil.copytree(ROOT / "_build" / ".work" / name, work / name)
        command = [sys.executable, "-c", AT_AN_ADDRESS, work]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
        assert result.returncode == 0, result.stderr[-3000:]

    return once("published", make) / "html"


@pytest.fixture(scope="module", params=["as it is", pytest.param("at an address", marks=pytest.mark.long)])
def site(request, book):
    whole = replace(read_book(ROOT), commit="")
    if request.param == "as it is":
        return Site(book.html, whole)
    return Site(request.getfixturevalue("published"), replace(whole, url=ADDRESS, repository=REPOSITORY, doi=DOI))


@pytest.mark.built
def test_chapters_are_offered_to_run_elsewhere_once_there_is_a_repository(site):
    computed, offered = [], []
    for path, _ in site.chapters():
        if soup(path).select_one(".bp-takeaway"):
            computed.append(path.stem)
        links = {link.get_text(): link["href"] for link in soup(path).select(".bp-takeaway a:not([download])")}
        if "run it on Binder" in links:
            offered.append(path.stem)
            where, _, query = links.pop("run it on Binder").partition("?")
            assert re.fullmatch("https://mybinder.org/v2/gh/example/book/([0-9a-f]{40}|HEAD)", where), (
                "the commit, if all is committed"
            )
            assert parse_qs(query) == {"urlpath": [f"lab/tree/chapters/{path.stem}.md"]}
        assert not links
    assert len(computed) > 10 and offered == (computed if site.book.repository else [])


def test_where_a_chapter_runs_elsewhere():
    """The forms of Binder for any git server, and of nbgitpuller."""
    whole = replace(TOY, repository="https://git.example.org/a/book", commit="")
    assert downloads.elsewhere(whole.repository, whole.commit, "chapters/coup", "https://hub.example.org/") == {
        "Binder": "https://mybinder.org/v2/git/https%3A%2F%2Fgit.example.org%2Fa%2Fbook/HEAD?urlpath=lab%2Ftree%2Fchapters%2Fcoup.md",
        "JupyterHub": "https://hub.example.org/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgit.example.org%2Fa%2Fbook"
        "&urlpath=lab%2Ftree%2Fbook%2Fchapters%2Fcoup.md",
    }
    assert downloads.elsewhere("", "", "chapters/coup", "https://hub.example.org/") == {}


@pytest.mark.built
def test_every_chapter_says_how_it_is_cited(site):
    for path, chapter in site.chapters():
        box = soup(path).select_one("aside.bp-cite")
        assert not box.details.has_attr("open") and box.summary.get_text() == "Cite this chapter"
        assert box.find_previous("footer", class_="prev-next-footer"), "the neighbours stand above it"
        assert box.select_one("#cite-chapter-apa").get_text() == formats.plain(formats.apa(chapter))
        assert f"This edition exactly: {chapter.book.version}, " in box.get_text()
        for link in box.select("a[download]"):
            assert (path.parent / link["href"]).resolve().exists(), link["href"]
        for ending, (_, write) in formats.FORMATS.items():
            file = site.html / "cite" / f"{chapter.id}.{ending}"
            text = re.sub(r", commit [0-9a-f]{40}|Commit [0-9a-f]{40}(\. )?", "", file.read_bytes().decode())
            assert text.replace(',\n    note = ""', "") == write(chapter), file.name


def described(page, whole, work):
    """The meta elements that a page must have for readers of its head, by name."""
    is_chapter = work is not whole
    return {
        "citation_title": work.title, "citation_book_title": whole.title if is_chapter else "",
        "citation_inbook_title": whole.title if is_chapter else "", "citation_doi": "" if is_chapter else whole.doi,
        "citation_publication_date": f"{whole.date:%Y/%m/%d}", "citation_language": "en",
        "citation_public_url": work.url, "prism.edition": f"edition {whole.version}",
        # Zotero attaches it to whatever it saves: the whole book is not the text of a chapter.
        "citation_pdf_url": whole.url and f"{whole.url}{whole.id}.pdf" if not is_chapter else "",
        "DC.title": work.title, "DC.source": whole.title if is_chapter else "", "DC.date": whole.date.isoformat(),
        "DC.type": "Text", "DC.identifier": work.url if is_chapter or not whole.doi else f"https://doi.org/{whole.doi}",
        "DC.description": work.description, "DC.language": "en",
        "og:title": work.title, "og:site_name": whole.main_title, "og:url": work.url, "og:locale": "en_GB",
        "og:type": "article" if is_chapter else "book",  # `book` on a chapter would mislead Zotero
        "description": work.description,
    }  # fmt: skip


@pytest.mark.built
def test_the_head_of_every_page_describes_it_to_reference_managers(site):
    """Highwire's names are those that Zotero and Google Scholar read; each stands once. The first page is the book."""
    for path, chapter in [*site.chapters(), (site.html / "index.html", None)]:
        whole, found = site.book, meta(soup(path))
        work = whole if chapter is None or chapter.docname == DOCUMENTS[0] else chapter
        wanted = described(path, whole, work)
        assert {name: found.get(name, [""]) for name in wanted} == {name: [text] for name, text in wanted.items()}
        assert [name.removesuffix(",") for name in found["citation_author"]] == [one.name for one in work.authors]
        assert found["DC.creator"] == [author.name for author in work.authors]
        assert "citation_journal_title" not in found, path.name


@pytest.mark.built
def test_pages_that_nobody_cites_say_what_they_are(site):
    cited = {f"{name}.html" for name in DOCUMENTS} | {"index.html"}
    others = [path for path in site.html.rglob("*.html") if path.relative_to(site.html).as_posix() not in cited]
    others = [path for path in others if not soup(path).find("meta", attrs={"http-equiv": "refresh"})]
    assert len(others) > 10
    for path in others:
        found, name = meta(soup(path)), path.relative_to(site.html).as_posix()
        assert found["og:type"] == ["website"] and len(found["description"][0]) > 20, name
        assert found.get("og:url", [""]) == [site.book.url and site.book.url + name]
        assert not any(one.startswith("citation_") for one in found), name


@pytest.mark.built
def test_every_page_says_its_viewport_once(site):
    for path in site.html.rglob("*.html"):
        assert len(meta(soup(path))["viewport"]) == 1, path.name


@pytest.mark.built
def test_the_sitemap_lists_every_page_and_is_there_only_with_an_address(site):
    listed = site.html / "sitemap.xml"
    assert listed.exists() == (site.html / "robots.txt").exists() == bool(site.book.url)
    if not site.book.url:
        return
    found = [one.get_text() for one in BeautifulSoup(listed.read_text("utf-8"), "xml").find_all("loc")]
    pages = [path for path in site.html.rglob("*.html") if path.name != "search.html"]
    pages = [path for path in pages if not soup(path).find("meta", attrs={"http-equiv": "refresh"})]
    assert found == sorted(f"{site.book.url}{path.relative_to(site.html).as_posix()}" for path in pages)


@pytest.mark.built
def test_others_read_the_head_of_every_page_alike(site):
    import extruct

    for path, chapter in site.chapters():
        page, whole = soup(path), site.book
        first = chapter.docname == DOCUMENTS[0]
        work = whole if first else chapter
        head = str(page.head)
        read = extruct.extract(f"<html>{head}</html>", syntaxes=["opengraph", "dublincore", "json-ld"], errors="strict")
        (graph,) = read["opengraph"]
        assert dict(graph["properties"])["og:title"] == work.title
        (core,) = read["dublincore"]
        elements = {one["name"]: one["content"] for one in core["elements"] + core["terms"]}
        assert elements["DC.title"] == work.title and elements.get("DC.source") == (None if first else whole.title)
        (data,) = [one for one in read["json-ld"] if one["@type"] == ("Book" if first else "Chapter")]
        around = data if first else data["isPartOf"]
        assert data["name"] == work.title and len(page.find_all("h1")) == 1
        assert data["@context"] == "https://schema.org" and around["@type"] == "Book"
        assert around["name"] == whole.title and around["bookEdition"] == whole.version
        assert data["datePublished"] == around["datePublished"] == whole.date.isoformat()
        assert (data.get("url", ""), around.get("url", "")) == (work.url, whole.url)
        # One organisation, in whatever form: Highwire's and RIS's comma says that no given name follows.
        names = [author.name for author in work.authors]
        assert [one["name"] for one in data["author"]] == names
        assert [one["@type"] for one in data["author"]] == ["Organization"] * len(names)
        assert [name.removesuffix(",") for name in meta(page)["citation_author"]] == names
        for read_one, ending in ((read_bib, "bib"), (read_ris, "ris"), (read_csl, "json")):
            file = (site.html / "cite" / f"{work.id}.{ending}").read_bytes().decode()
            assert read_one(file)["authors"] == [(name, "") for name in names]
        relative = re.findall(r'"(?:url|contentUrl)": "(?!https?:|#)[^"]*"', head)
        assert relative == [], "an address is whole or not there"


@pytest.mark.built
def test_every_page_names_its_one_address_and_no_page_makes_one_up(site):
    for path in site.html.rglob("*.html"):
        links = [link["href"] for link in soup(path).find_all("link", rel="canonical")]
        name = path.relative_to(site.html).as_posix()
        leads_to = f"{DOCUMENTS[0]}.html" if name == "index.html" else name
        assert links == ([f"{site.book.url}{leads_to}"] if site.book.url else []), name


# What schema.org's readers ask for, after the pages of Google on ClaimReview and Dataset.
REVIEW = ("claimReviewed", "url", "author", "datePublished", "itemReviewed", "reviewRating", "reviewBody")


@pytest.mark.built
def test_claim_reviews_have_what_their_readers_require(site):
    for seed in ("s000", "s004"):
        path = site.html / "chapters" / f"ledger-{seed}.html"
        page = soup(path)
        reviews = [one for one in json_ld(str(page.head)) if one["@type"] == "ClaimReview"]
        judged = [row for row in json.loads((site.html / "claims.json").read_text("utf-8")) if row["verdict"]]
        judged = {row["claim"]: row for row in judged if row["seed"].lower() == seed}
        assert [one["identifier"] for one in reviews] == list(judged)
        for one in reviews:
            assert all(one[name] for name in REVIEW), one["identifier"]
            where, _, anchor = one["url"].partition("#")
            assert where == (f"{site.book.url}chapters/{path.name}" if site.book.url else "")
            assert page.find(id=anchor), anchor
            rating = one["reviewRating"]
            assert rating["alternateName"] == judged[one["identifier"]]["verdict"]
            assert ("ratingValue" in rating) == (rating["alternateName"] not in ("outdated", "unverifiable"))
            if "ratingValue" in rating:
                assert rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]
            assert one["itemReviewed"]["text"] == judged[one["identifier"]]["quote"]


@pytest.mark.built
def test_the_data_page_describes_every_table_as_a_dataset(site):
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    page = (site.html / "chapters" / "data.html").read_text("utf-8")
    (data,) = [item for item in json_ld(page) if item["@type"] == "Dataset"]
    assert {part["identifier"] for part in data["hasPart"]} == {resource["name"] for resource in package["resources"]}
    for one in (data, *data["hasPart"]):
        assert one["license"] and one["name"] and 50 <= len(one["description"]) <= 5000, one["identifier"]
    assert data["creator"] and data["version"] == site.book.version
    for part in data["hasPart"]:
        file = part.get("distribution", {}).get("contentUrl", "")
        assert file.startswith(f"{site.book.url}data/") if site.book.url else not file
        assert not file or (site.html / file.removeprefix(site.book.url)).is_file(), file


@pytest.mark.built
def test_every_figure_table_and_claim_says_how_it_is_cited(site):
    """By its permanent name, with chapter and edition, and with its address once there is one."""
    cited = {}
    for path, chapter in site.chapters():
        for part in soup(path).select("details.cite-part"):
            text = part.select_one(".cite-entry p").get_text()
            kind, name = re.search(r"\. (Figure|Table|Claim) ([\w-]+), in “", text).groups()
            assert part.summary.get_text() == f"Cite this {kind.lower()}" and soup(path).find(id=name)
            assert headline(chapter.title, "en") in text and f"edition {chapter.book.version}, " in text
            assert (f" {chapter.url}#{name}." in text) if chapter.url else "http" not in text
            cited.setdefault(kind.lower(), set()).add(name)
    present = permalinks.names(site.html, project.commands(ROOT)["named-in"], project.sources(ROOT))
    old = permalinks.of_book(ROOT).anchors  # lead on, and are not cited
    for kind in ("figure", "table", "claim"):
        assert cited[kind] == {name for of, name in present if of == kind} - set(old)


@pytest.mark.built
def test_every_number_has_an_address_and_says_how_it_is_cited(site):
    findings = json.loads((site.html / "findings.json").read_text("utf-8"))
    for path, chapter in site.chapters():
        own = {one["id"]: one for one in findings if one["chapter"] == chapter.docname}
        listed = soup(path).select(".vouch-numbers tbody tr")
        assert [row["id"] for row in listed] == list(own), path.name
        for row in listed:
            printed = [own[row["id"]][name] for name in ("text", "unit")]
            assert [cell.get_text() for cell in row("td")[:2]] == printed and row.a["href"] == f"#{row['id']}"
            assert row.button["data-name"] == row["id"]
        if own:
            text = soup(path).find(id="cite-number").get_text()
            assert ". Number [name], in “" in text and headline(chapter.title, "en") in text
            assert (f" {chapter.url}#[name]." in text) if chapter.url else "http" not in text


def test_an_old_name_of_a_number_leads_to_the_row_of_the_new_one():
    found = [{"id": "a.new", "text": "5 < 6", "unit": "%", "as_of": "", "claimant": "A & B"}]
    page = BeautifulSoup(findings.listed(found, "[name]", {"a.new": ["a.old"]}), "html.parser")
    (row,) = page.select("tbody tr")
    assert row["id"] == "a.new" and row.find(id="a.old")
    assert [cell.get_text() for cell in row("td")] == ["5 < 6", "%", "Cite", "", "A & B"]


@pytest.mark.built
def test_the_print_edition_has_all_citations_in_one_place(book, site):
    """With permanent names, and no box behind each chapter."""
    text = pdf_text(book.pdf)
    assert "Cite this chapter" not in text
    listed = re.sub(r"\W+", " ", text[text.rindex("The permanent name stands behind each citation") :])
    for path, chapter in site.chapters():
        title = re.sub(r"\W+", " ", headline(chapter.title, "en")).strip()
        assert re.search(rf"{title} In Who Vouches for the Vote .{{,160}}? {path.stem.replace('-', ' ')} ", listed), (
            title
        )


@pytest.mark.built
def test_a_citation_is_copied_by_keyboard_from_the_disk(book, browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto((book.html / "chapters" / "voters.html").as_uri())
    page.locator("aside.bp-cite summary").focus()
    page.keyboard.press("Enter")
    button = page.locator("aside.bp-cite .bp-copy").first
    button.focus()
    page.keyboard.press("Enter")
    found = page.locator("aside.bp-cite .bp-copied").first
    found.wait_for(state="visible")
    assert found.inner_text() == "Copied"
    page.evaluate("document.body.insertAdjacentHTML('afterbegin', '<textarea id=paste></textarea>')")
    page.focus("#paste")
    page.keyboard.press("Control+V")
    assert page.input_value("#paste").strip() == page.locator("#cite-chapter-chicago").inner_text()
    context.close()


@pytest.mark.built
def test_a_link_to_a_number_opens_its_row_and_its_citation_is_copied(book, browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto((book.html / "chapters" / "voters.html").as_uri() + "#voters.turnout_official")
    row = page.locator('[id="voters.turnout_official"]')
    row.wait_for(state="visible")
    until(page, "() => scrollY > 1000")
    row.locator("button").press("Enter")
    row.locator(".bp-copied", has_text="Copied").wait_for()
    page.evaluate("document.body.insertAdjacentHTML('afterbegin', '<textarea id=paste></textarea>')")
    page.focus("#paste")
    page.keyboard.press("Control+V")
    assert ". Number voters.turnout_official, in “Who Could Vote?” In " in page.input_value("#paste")
    context.close()
