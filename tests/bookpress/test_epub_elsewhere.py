"""The EPUB of anybody's book: raw HTML, pictures from elsewhere, its settings, and other projects' documentation."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bookpress.epub.tidy import tidy
from tests.book.test_typst_elsewhere import DOCUMENTATION, beside
from tests.bookpress import books
from tests.checkers import EPUBCHECK, JAVA

pytestmark = pytest.mark.long

EXTENSIONS = "extensions = ['myst_nb', 'bookpress.epub']\nproject = 'A book'\nnb_execution_mode = 'off'\n"
SHOWN = "show_warning_types = True\nmyst_enable_extensions = ['dollarmath', 'html_image', 'tasklist']\n"


def book(folder: Path, conf: str = "", **pages: str) -> Path:
    """Pages of Markdown; `index` is the first."""
    return books.write(
        folder, conf_py=EXTENSIONS + SHOWN + conf, **{f"{name}_md": text for name, text in pages.items()}
    )


def made(source: Path, **settings: object) -> tuple[dict[str, str], str]:
    """The texts in the EPUB, and the warnings."""
    out, warnings = books.build(source, "epub", **settings)
    (package,) = out.glob("*.epub")
    with zipfile.ZipFile(package) as archive:
        texts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    for name, text in texts.items():
        if name.endswith((".xhtml", ".opf", ".xml")):
            ElementTree.fromstring(text)
    return texts, warnings


def faults(package: Path) -> list[str]:
    """What EPUBCheck has against an EPUB: identifier and text of each message, without those that are no error."""
    command = [str(JAVA), "-jar", str(EPUBCHECK), "--json", "-", str(package)]
    checked = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=300).stdout)
    worth = [entry for entry in checked["messages"] if entry["severity"] in ("ERROR", "FATAL")]
    return [f"{e['ID']}: {e['message']} ({e['locations'][0]['path'].rpartition('/')[2]})" for e in worth]


# ------------------------------------------------------------------------------------------------------------ raw HTML
def mended(body: str) -> str:
    return tidy(body, lambda address: address if address.startswith("_images/") else None, lambda lost: None)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("a<br>b<hr>", "a<br/>b<hr/>"),
        ("<!-- a -- b ---><p>c</p>", "<p>c</p>"),
        ("<style scoped>x { }</style><p>c</p>", "<p>c</p>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"),
        ("<p>a<p>b", "<div>a<p>b</p></div>"),
        ("<p>a<div>b</div></p>", "<div>a<div>b</div></div>"),
        ('<font color="red">a</font><center>b</center>', "<span>a</span><div>b</div>"),
        ('<p align="left" onclick="x()">a &amp; b &nbsp;</p>', "<p>a &amp; b \u00a0</p>"),
        ('<i id="x"></i><i id="x"></i><i id=""></i>', '<i id="x"></i><i></i><i></i>'),
        (
            "<details><p>b</p><summary><p>a</p></summary></details>",
            "<details><summary><span>a</span></summary><p>b</p></details>",
        ),
        ('<input type="checkbox" checked disabled> a', "☑  a"),
        ("<svg viewbox='0 0 1 1'><rect/></svg>", 'viewBox="0 0 1 1"'),
        ("<o:p>a</o:p><unknown>b</unknown>", "ab"),
        ('<img src="_images/a.png">', '<img alt="" src="_images/a.png"/>'),
        ('<img src="https://example.org/a.png" alt="A">', '<a href="https://example.org/a.png">A</a>'),
        ("<a name='x'>a</a>\x07", '<a id="x">a</a>'),
    ],
)  # fmt: skip
def test_html_becomes_xhtml(given, wanted):
    got = mended(given)
    ElementTree.fromstring(f'<x xmlns:xlink="x">{got}</x>')
    assert re.sub(r"\s+", " ", wanted) in re.sub(r"\s+", " ", got)


def test_a_frame_of_a_notebook_is_a_table_and_its_code_is_kept_unless_told(tmp_path):
    source = books.mixed(tmp_path, EXTENSIONS)
    texts, _ = made(source)
    page = texts["notebook.xhtml"]
    assert '<table class="dataframe">' in page and "<style" not in page and "1 rows × 1 columns" in page
    assert "nothing is executed" in re.sub(r"<[^>]+>", "", page)
    assert "nothing is executed" not in re.sub(r"<[^>]+>", "", made(source, epub_show_code=False)[0]["notebook.xhtml"])
    assert "Raw<br/>text" in texts["old.xhtml"] and "remark" not in texts["old.xhtml"]
    assert "<math" in texts["old.xhtml"] and "(1)" in texts["old.xhtml"], "whatever renders formulas in the web book"
    assert faults(next((source / "_build" / "epub").glob("*.epub"))) == []


def test_pictures_from_elsewhere_do_not_stop_the_build(tmp_path):
    dot = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs="
    index = (
        '# Page\n\n<p><img src="https://example.invalid/a.png" alt="A far coast"></p>\n\n'
        f'<p><img src="{dot}" alt="A dot"></p>\n\n<p><img src="box.svg" alt="A box"></p>\n\n'
        '<p><img src="gone.png" alt="Gone"></p>\n\n<iframe src="https://example.invalid/film"></iframe>\n'
    )
    source = book(tmp_path, index=index)
    texts, warnings = made(source)
    page = texts["index.xhtml"]
    assert (
        '<a href="https://example.invalid/a.png">A far coast</a>' in page
        and dot in page
        and "<span>Gone</span>" in page
    )
    assert "_images/box.svg" in texts and 'src="_images/box.svg"' in page
    assert warnings.count("[bookpress.image]") == 2 and warnings.count("[bookpress.html]") == 1
    assert re.search(r"index\.md:3: WARNING: image 'https://example\.invalid/a\.png'", warnings)
    assert made(source, suppress_warnings=["bookpress"])[1] == "", "nothing else is told"
    assert faults(next((source / "_build" / "epub").glob("*.epub"))) == []


def test_links_to_what_is_not_in_it_are_words(tmp_path):
    index = "# Page\n\n[One](https://example.org) <a href='data.csv'>two</a> and {ref}`genindex`.\n"
    texts, warnings = made(book(tmp_path, index=index))
    assert "two" in texts["index.xhtml"] and "data.csv" not in texts["index.xhtml"]
    assert (
        "a link to 'data.csv'" in warnings
        and "[epub.link]" in warnings
        and "genindex.xhtml" not in texts["index.xhtml"]
    )
    assert 'href="https://example.org"' in texts["index.xhtml"]


# ------------------------------------------------------------------------------------------- what it says of itself
def test_a_book_that_says_little_of_itself(tmp_path):
    index = "# First\n\n```{toctree}\nCalled so <bare>\nother-page\n```\n"
    source = book(tmp_path, index=index, bare="Words only.\n", **{"other-page": "More words.\n"})
    texts, _ = made(source, project="", suppress_warnings=["toc.no_title"])
    package = texts["content.opf"]
    assert "<dc:title>First</dc:title>" in package
    for empty in ("dc:description", "dc:rights", "dc:creator", "dc:publisher", "schema:bookEdition"):
        assert empty not in package
    assert ">Called so</a>" in texts["nav.xhtml"] and ">Other page</a>" in texts["nav.xhtml"]
    assert faults(next((source / "_build" / "epub").glob("*.epub"))) == []


def test_its_settings(tmp_path):
    conf = (
        "epub_title_facts = {'Shelf': 'QA & 76'}\nepub_rights = 'CC0'\nepub_title_note = 'See <b>the web book<br>'\n"
        "epub_accessibility_summary = 'Seen by all.'\nepub_extra_styles = 'own.css'\nepub_description = 'On things.'\n"
    )
    source = book(tmp_path, conf, index="# First\n\nWords.\n")
    (source / "own.css").write_text("em { color: inherit; }\n", "utf-8")
    texts, _ = made(source)
    assert "<dt>Shelf</dt><dd>QA &amp; 76</dd>" in texts["title.xhtml"]
    assert "See <b>the web book<br/></b>" in texts["title.xhtml"] and "On things." in texts["title.xhtml"]
    assert "<dc:rights>CC0</dc:rights>" in texts["content.opf"] and "Seen by all." in texts["content.opf"]
    assert texts["style.css"].endswith("em { color: inherit; }\n")
    assert faults(next((source / "_build" / "epub").glob("*.epub"))) == []


def test_facts_of_the_printed_title_page_stand_in(tmp_path):
    source = book(tmp_path, "extensions += ['bookpress.typst']\n", index="# First\n\nWords.\n")
    texts, _ = made(source, typst_title_page={"facts": {"Shelf": "QA 76"}})
    assert "<dt>Shelf</dt><dd>QA 76</dd>" in texts["title.xhtml"]


def test_it_speaks_the_language_of_the_book(tmp_path):
    source = book(tmp_path, index="# Erstes\n\nWorte.\n")
    texts, _ = made(source, language="de")
    assert "<h1>Inhalt</h1>" in texts["nav.xhtml"] and "Umschlag" in texts["cover.xhtml"]
    assert "<dt>Datum</dt>" in texts["title.xhtml"] and "<dc:language>de</dc:language>" in texts["content.opf"]
    assert "<h1>Contents</h1>" in made(source)[0]["nav.xhtml"], "the next build in this process speaks its own language"


def test_a_style_sheet_that_is_not_there_is_named(tmp_path):
    from bookpress.epub.builder import EpubError

    with pytest.raises(EpubError, match=r"epub_extra_styles.*gone\.css"):
        books.build(book(tmp_path, index="# First\n"), "epub", epub_extra_styles=["gone.css"])


# --------------------------------------------------------------------------------------------- other people's packages
OF_THE_SOURCE: dict[str, set[str]] = {
    "sphinx_book_theme": set(),
    "sphinx_exercise": set(),
    "sphinxcontrib_bibtex": set(),
}
"""Messages of EPUBCheck that the sources deserve, by project."""


@pytest.mark.parametrize("name", DOCUMENTATION)
def test_the_documentation_of_other_projects_becomes_a_valid_epub(tmp_path, name):
    """As it comes, but for extensions that are not here: every page arrives, and what is lost is told."""
    place, extensions, _ = DOCUMENTATION[name]
    with beside(name) as (folder,):
        source = folder / place
        works = sorted(str(path) for path in source.rglob("*.bib"))
        conf = books.write(
            tmp_path / "conf",
            conf_py=(
                f"project = {name!r}\nextensions = {['bookpress.epub', *extensions]!r}\n"
                "exclude_patterns = ['_build', 'api*', '**/api*']\nnb_execution_mode = 'off'\n"
                "myst_enable_extensions = ['amsmath', 'attrs_inline', 'colon_fence', 'deflist', 'dollarmath',"
                " 'html_image', 'linkify', 'substitution', 'tasklist']\n"
                f"bibtex_bibfiles = {works!r}\nshow_warning_types = True\n"
            ),
        )
        out, warnings = books.build(source, "epub", conf=conf, out=tmp_path / "out", ask_nobody=True)
    (package,) = out.glob("*.epub")
    with zipfile.ZipFile(package) as archive:
        pages = [name for name in archive.namelist() if name.endswith(".xhtml")]
    assert len(pages) > 5
    assert not re.search(r"WARNING: .*KeyError|Traceback", warnings)
    assert set(faults(package)) == OF_THE_SOURCE[name]
