"""The printed book: a small project built with the Typst builder, and the structure of the PDF that comes out."""

from __future__ import annotations

import html
import io
import json
import re
from pathlib import Path

import pikepdf
import pypdf
import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from bookpress.mathml import read
from bookpress.typst.html.tables import read_html_table
from bookpress.typst.markup import breakable, literal
from bookpress.typst.maths import to_typst
from bookpress.typst.settings import Page
from bookpress.typst.tables import Cell, Table, alignments, choose_layout, placed, write_table

pytestmark = pytest.mark.long

PAGE = Page()
INJECTION = '#let x = "y" $z$ \\ @a <b> [c] *d* _e_ ~ // /*'
LONG_WORD = "abcdefghij" * 6
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="80"><rect width="200" height="80" fill="#ccc"/></svg>'
)

CONF = """
extensions = ["myst_nb", "sphinx_design", "sphinxcontrib.bibtex", "bookpress.typst"]
project = "Small book"
author = "The authors"
language = "en"
numfig = True
smartquotes = False  # the hostile string is compared letter by letter
numfig_format = {"figure": "Figure %s", "table": "Table %s", "section": "Section %s", "code-block": "Listing %s"}
nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath", "colon_fence", "deflist", "fieldlist"]
bibtex_bibfiles = ["references.bib"]
bibtex_reference_style = "author_year"
typst_timestamp = 1780185600
typst_show_code = False
typst_missing_glyphs = "error"
typst_title_page = {
    "title": "A small book", "subtitle": "It tries things out", "authors": ["One Author", "Another"],
    "facts": {"Edition": "First edition", "Licence": "CC BY 4.0"}, "keywords": ["small", "book"],
}
"""

# Data reaches the book as nodes: here a directive puts the hostile string in every kind of place.
HOSTILE_DIRECTIVE = """
from docutils import nodes
from docutils.parsers.rst import Directive

TEXT = {text!r}


class Hostile(Directive):
    def run(self):
        paragraph = nodes.paragraph("", "", nodes.Text("plain " + TEXT), nodes.literal("", "code " + TEXT))
        paragraph += nodes.reference("", "link " + TEXT, refuri='https://example.org/"]#panic()')
        admonition = nodes.admonition("", nodes.title("", "title " + TEXT), nodes.paragraph("", "box " + TEXT))
        return [paragraph, admonition, nodes.literal_block("", "block " + TEXT)]


def setup(app):
    app.add_directive("hostile", Hostile)
    return {{"parallel_read_safe": True}}
"""

INDEX = """
# Summary

First paragraph {cite}`smith2020`, with {numref}`fig-box`, {numref}`tab-long`, {doc}`two` and {term}`Vouching`.[^note]

[^note]: The text of the footnote.

```{toctree}
:caption: The part
:numbered:

one
two
three
```
"""

TOC = "\n```{toctree}\n:numbered:\n\none\ntwo\nthree\n```\n"
FIGURE = ":::{figure} light.svg\n:name: fig-only\n:alt: A grey box\n\nA box.\n:::\n"

ONE = f"""
# First chapter

```{{hostile}}
```

```{{index}} single: Somebody Named
```

The word {LONG_WORD} is long. Александр Лукашенко. [Outside](https://example.org/outside) and $x^2 = \\frac{{1}}{{n}}$.

:::{{figure}} light.svg
:name: fig-box
:alt: A grey box in light colours

The caption of the box. And more.
:::

```{{image}} light.svg
:alt: A second grey box
:class: only-light
```
```{{image}} light.svg
:alt: The dark twin
:class: only-dark
```

## A section

:::{{container}} html-only
Screen words.
:::
:::{{container}} pdf-only
Paper words.
:::

```{{glossary}}
Vouching
  Saying that something is so.
```
"""

ROWS = "\n".join(f"| {i} | Place {i} | {i * 1234:,} |" for i in range(1, 121))
TWO = f"""
# Second chapter

:::{{table}} A long table
:name: tab-long

| No | Placename | Votes |
|---:|---|---:|
{ROWS}
:::

::::{{grid}} 2
:::{{grid-item-card}} Card title
Card text.
:::
:::{{grid-item-card}} Other card
Other text.
:::
::::

```{{bibliography}}
```
"""

STYLED = f"""<style>#T_a_row0_col1 {{background-color: #dddddd; color: #000000}}</style>
<table id="T_a"><caption>Styled caption</caption><thead><tr><th></th><th>Votes</th></tr></thead>
<tbody><tr><th>{html.escape(INJECTION)}</th><td id="T_a_row0_col1">1,234</td></tr></tbody></table>"""

NOTEBOOK = {
    "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python", "pygments_lexer": "ipython3"},
    },
    "nbformat": 4,
    "nbformat_minor": 5,
    "cells": [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Third chapter"},
        {
            "cell_type": "code",
            "id": "b",
            "metadata": {},
            "execution_count": 1,
            "source": "secret_code = 1",
            "outputs": [
                {
                    "output_type": "execute_result",
                    "execution_count": 1,
                    "metadata": {},
                    "data": {"text/html": STYLED, "text/plain": "plain fallback"},
                },
            ],
        },
    ],
}

REFERENCES = """@article{smith2020, author={Smith, Anna}, title={On vouching}, journal={Journal of Toys}, year={2020},
url={https://example.org/a/long/address/with/many/parts/and/still/more/parts/index.html}}"""


def write_project(folder: Path, **files: str) -> Path:
    """Write the small project; keyword arguments replace or add chapters."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "conf.py").write_text(CONF + HOSTILE_DIRECTIVE.format(text=INJECTION), encoding="utf-8")
    (folder / "references.bib").write_text(REFERENCES, encoding="utf-8")
    (folder / "light.svg").write_text(SVG, encoding="utf-8")
    (folder / "three.ipynb").write_text(json.dumps(NOTEBOOK), encoding="utf-8")
    for name, text in ({"index": INDEX, "one": ONE, "two": TWO} | files).items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def build(folder: Path, out: str = "out", **config: object) -> tuple[Path, str]:
    """Build the project; return the PDF's path and the warnings."""
    warnings = io.StringIO()
    target = folder / "_build" / out
    with patch_docutils(str(folder)), docutils_namespace():
        app = Sphinx(
            str(folder), str(folder), str(target), str(folder / "_build" / f"{out}-doctrees"), "typst",
            confoverrides={"exclude_patterns": ["_build"], **config}, status=None, warning=warnings,
        )  # fmt: skip
        app.build()
    return target / "book.pdf", warnings.getvalue()


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The small book, built once, and the warnings of its build."""
    return build(write_project(tmp_path_factory.mktemp("book")))


@pytest.fixture(scope="module")
def pages(book: tuple[Path, str]) -> list[str]:
    """The text of each page, soft hyphens and line breaks taken out."""
    reader = pypdf.PdfReader(book[0])
    return [re.sub(r"\s+", " ", page.extract_text().replace("\u00ad", "")) for page in reader.pages]


def structure(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """All structure elements of a tagged PDF."""
    found, stack = [], [pdf.Root.StructTreeRoot.K]
    while stack:
        node = stack.pop()
        if isinstance(node, pikepdf.Array):
            stack.extend(node)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(node)
            if "/K" in node:
                stack.append(node.K)
    return found


def test_a_clean_book_gives_no_warnings(book):
    assert book[1] == ""


def test_the_pdf_is_tagged_and_says_what_it_is(book):
    with pikepdf.open(book[0]) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        meta = pdf.open_metadata()
        assert meta["pdfuaid:part"] == "1"
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "A")
        assert str(pdf.docinfo.Title) == "A small book"
        assert "One Author" in str(pdf.docinfo.Author)
        assert str(pdf.docinfo.Keywords) == "small, book"
        assert str(pdf.docinfo.CreationDate).startswith("D:20260531")


def test_all_chapters_are_bookmarked_below_their_part(book):
    with pikepdf.open(book[0]) as pdf, pdf.open_outline() as outline:
        titles = {item.title: [child.title for child in item.children] for item in outline.root}
    assert titles["The part"] == ["1 First chapter", "2 Second chapter", "3 Third chapter"]
    assert {"Contents", "List of figures", "List of tables", "Summary", "Index"} <= set(titles)


def test_each_figure_has_its_text_alternative_and_dark_twins_are_left_out(book):
    with pikepdf.open(book[0]) as pdf:
        figures = [element for element in structure(pdf) if element.S == "/Figure"]
        alternatives = sorted(str(figure.Alt) for figure in figures if "/Alt" in figure)
        formulas = [str(element.Alt) for element in structure(pdf) if element.S == "/Formula"]
    assert alternatives == ["A grey box in light colours", "A second grey box"]
    assert formulas == ["x^2 = \\frac{1}{n}"]


def test_tables_have_headers_and_headings_do_not_skip_a_level(book):
    with pikepdf.open(book[0]) as pdf:
        kinds = [str(element.S) for element in structure(pdf)]
    assert kinds.count("/Table") == 2
    assert kinds.count("/TH") >= 5
    assert {"/Title", "/H1", "/H2", "/H3", "/Note", "/TOC", "/Caption"} <= set(kinds)


def test_fonts_are_embedded(book):
    descriptors = 0
    with pikepdf.open(book[0]) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                descriptors += 1
                assert any(key in item for key in ("/FontFile", "/FontFile2", "/FontFile3"))
                assert "LastResort" not in str(item.FontName)
    assert descriptors


def test_hostile_text_comes_out_as_it_went_in(pages):
    text = " ".join(pages)
    for place in ("plain", "code", "link", "title", "box", "block"):
        assert f"{place} {INJECTION}" in text, place
    table = next(page for page in pages if "Styled caption" in page)
    assert INJECTION in table


def test_a_long_word_is_copied_whole(book):
    text = "".join(page.extract_text() for page in pypdf.PdfReader(book[0]).pages)
    assert LONG_WORD in re.sub(r"[\s\u00ad]", "", text)
    assert "\u200b" not in text


def test_cyrillic_is_set(pages):
    assert "Александр Лукашенко" in " ".join(pages)


def test_screen_only_parts_are_left_out_and_paper_only_parts_printed(pages):
    text = " ".join(pages)
    assert "Paper words." in text
    for gone in ("Screen words.", "secret_code", "plain fallback"):
        assert gone not in text


def test_code_is_printed_on_request(tmp_path):
    pdf, _ = build(write_project(tmp_path), typst_show_code=True)
    assert "secret_code" in "".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages)


def test_references_name_pages_and_numbers(pages):
    summary = next(page for page in pages if "First paragraph" in page)
    number = next(
        i for i, page in enumerate(pages, 1) if "Figure 1.1" in page and "The caption of the box. And" in page
    )
    assert f"Figure 1.1, p. {number}" in summary
    chapter = next(i for i, page in enumerate(pages, 1) if page.startswith("Chapter 2 Second chapter"))
    assert f"Second chapter (Chapter 2, p. {chapter})" in summary
    assert "Vouching (" not in summary  # glossary terms are links without a page
    assert "The text of the footnote." in summary


def test_links_print_their_address_in_a_note(pages):
    page = next(page for page in pages if "Александр" in page)
    assert "https://example.org/outside" in page


def test_long_tables_repeat_their_header(pages):
    assert sum("Placename" in page and "Votes" in page for page in pages) >= 3


def test_running_headers_name_the_chapter_that_the_page_is_in(pages):
    for page in pages:
        if page.startswith("Chapter ") or page.startswith("The part"):
            continue
        if "Placename" in page and "Chapter 2" not in page:
            assert page.startswith(("A small book", "Second chapter")), page[:60]
    part = [page for page in pages if page.startswith("The part")]
    assert part == ["The part"]  # no header, no number
    assert all("The part" not in page for page in pages[pages.index(part[0]) + 1 :])


def test_a_part_without_a_page_stands_above_its_first_chapter(tmp_path):
    """And the contents list no sections, if the book says so; both stay bookmarks."""
    short = {"one": "# First chapter\n\n## A section\n\nText.\n", "two": "# Second chapter\n\nText.\n"}
    project = write_project(
        tmp_path, **short, index=INDEX.partition("First paragraph")[0] + TOC.replace(":numbered:", ":caption: The part")
    )
    pdf, warnings = build(project, typst_part_pages=False, typst_contents_sections=False)
    assert warnings == ""
    read = pypdf.PdfReader(pdf)
    texts = [" ".join(page.extract_text().split()) for page in read.pages]
    contents = next(text for text in texts if text.startswith("Contents"))
    assert "Second chapter" in contents and "A section" not in contents
    opening = [text for text in texts if "The part" in text and not text.startswith("Contents")]
    assert len(opening) == 1 and opening[0].startswith("The part First chapter")
    assert not any("First chapter" in text and "Second chapter" in text for text in texts if text != contents)

    def titles(items):
        return [name for item in items for name in (titles(item) if isinstance(item, list) else [item.title])]

    assert {"The part", "First chapter", "A section", "Second chapter"} <= set(titles(read.outline))


def test_no_figure_stands_above_a_chapter_title(pages):
    assert [page[:23] for page in pages if "Chapter 1 First" in page] == ["Chapter 1 First chapter"]


def test_lists_of_figures_and_tables_point_to_the_right_pages(pages):
    number = next(i for i, page in enumerate(pages, 1) if "The caption of the box. And" in page)
    page = next(page for page in pages if page.startswith("List of figures"))
    assert re.search(rf"Figure 1\.1 The caption of the box[ .]+{number}\b", page)


def test_the_index_gives_pages(pages):
    number = next(i for i, page in enumerate(pages, 1) if "Chapter 1" in page and "plain #let" in page)
    assert f"Somebody Named, {number}" in pages[-1]


def test_pages_that_follow_each_other_are_one_locator_of_the_index(tmp_path):
    named = "```{index} single: Somebody Named\n```\n"
    text = f"# One\n\n{named}First.\n\n## A\n\n{named}Second on the same page.\n"
    chapters = {"one": text, "two": f"# Two\n\n{named}Third.\n"}
    see = "\n```{index} see: SN; Somebody Named\n```\n"
    pdf, warnings = build(write_project(tmp_path, **chapters, index=INDEX.partition("First paragraph")[0] + see + TOC))
    assert warnings == ""
    texts = [page.extract_text() for page in pypdf.PdfReader(pdf).pages]
    one, two = (next(k for k, t in enumerate(texts, 1) if word in t) for word in ("First.", "Third."))
    assert two == one + 1
    assert f"Somebody Named, {one}–{two}" in texts[-1]
    assert "SN, see Somebody Named" in texts[-1]


def test_the_list_of_tables_has_its_own_running_header(tmp_path):
    tables = "\n".join(
        f":::{{table}} Table called {k}\n:name: tab-{k}\n\n| a |\n|---|\n| {k} |\n:::\n" for k in range(110)
    )
    pdf, _ = build(write_project(tmp_path, one=f"# One\n\n{FIGURE}\n{tables}", index="# Summary\n" + TOC))
    texts = [page.extract_text() for page in pypdf.PdfReader(pdf).pages]
    first = next(k for k, text in enumerate(texts) if "List of tables" in text and "Table called 1" in text)
    headers = {text.split("\n")[0] for text in texts[first + 1 : first + 4] if "Table called" in text}
    assert "List of tables" in headers


SAMPLER = """# One

```{note}
Note words.
```

:::{admonition} Admonition title
Admonition words.
:::

::::{tab-set}
:::{tab-item} Tab title
Tab words.
:::
::::

:::{dropdown} Dropdown title
Dropdown words.
:::

:::{container} margin
Margin words.
:::

```{epigraph}
Quoted words.

-- Quoted person
```

```{eval-rst}
| First line
|   Second line

-o  Option words

.. rubric:: Rubric words

.. topic:: Topic title

   Topic words.

.. code-block:: python
   :caption: Caption of code

   code_words = 1

:abbr:`ABBR (abbreviation words)` and H\\ :sub:`2`\\ O.

>>> doctest_words()

.. seealso:: Elsewhere words.

.. versionadded:: 1.0
   Version words.
```

Words around ![A small picture](light.svg) a picture.

```{image} light.svg
:alt: A sized picture
:width: 120px
```

---

Term words
: Definition words

Noted[^a] twice[^a]. <br> Broken line. <!-- comment words --> [Somewhere](https://example.org/same), and
[somewhere](https://example.org/same) again.

[^a]: Footnote words.

:::{list-table} Stub caption
:stub-columns: 1

* - Stub words
  - Cell words
:::

$$
x = 1
$$ (eq-one)

Equation {eq}`eq-one` [](#eq-one).

1. Numbered words
   - Nested words
"""


def test_everything_a_page_may_hold_is_printed(tmp_path):
    pdf, warnings = build(write_project(tmp_path, one=SAMPLER, index="# Summary\n" + TOC))
    assert warnings == ""
    flat = re.sub(r"\s+", " ", "".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages))
    for words in set(re.findall(r"\w+ words", SAMPLER)) - {"comment words"}:
        assert words in flat
    for text in ("Admonition title", "Quoted person", "First line", "Caption of code", "code_words", "doctest_words"):
        assert text in flat, text
    assert "comment words" not in flat
    assert flat.count("Footnote words") == 1
    with pikepdf.open(pdf) as opened:
        alternatives = {str(one.Alt) for one in structure(opened) if "/Alt" in one}
    assert {"A small picture", "A sized picture"} <= alternatives


def test_a_note_goes_with_its_table(tmp_path):
    """Below a short table; above a long one, on the page of its first rows."""
    note = "\n:::{container} table-note\nWhat the rows mean.\n:::\n"
    table = f"| No | Placename | Votes |\n|---:|---|---:|\n{ROWS}"
    long = f"# Two\n\n:::{{table}} Long\n:name: tab-long\n\n{table}\n:::\n{note}"
    pdf, _ = build(write_project(tmp_path, one="# One\n", two=long, index="# Summary\n" + TOC))
    texts = [page.extract_text() for page in pypdf.PdfReader(pdf).pages]
    assert [("What the rows mean." in text) for text in texts if "Placename" in text] == [True, False, False]
    short = long.replace(ROWS, ROWS.partition("\n")[0])
    pdf, _ = build(write_project(tmp_path / "short", one="# One\n", two=short, index="# Summary\n" + TOC))
    (text,) = [page.extract_text() for page in pypdf.PdfReader(pdf).pages if "Placename" in page.extract_text()]
    assert text.index("Placename") < text.index("What the rows mean.")


def test_a_reference_in_brackets_opens_no_second_pair(tmp_path):
    text = "# Summary\n\nSee ({doc}`two`) and {doc}`three`.\n" + TOC
    pdf, _ = build(write_project(tmp_path, index=text))
    flat = re.sub(r"\s+", " ", "".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages))
    assert re.search(r"See \(Second chapter, Chapter 2, p\. \d+\) and Third chapter \(Chapter 3, p\. \d+\)\.", flat)


def test_two_builds_are_byte_identical(book, tmp_path):
    other, _ = build(write_project(tmp_path / "elsewhere"), out="other")
    assert other.read_bytes() == book[0].read_bytes()


def test_the_environment_can_set_the_date(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    pdf, _ = build(write_project(tmp_path))
    with pikepdf.open(pdf) as opened:
        assert str(opened.docinfo.CreationDate).startswith("D:20231114")


def test_an_unknown_node_warns(tmp_path):
    project = write_project(tmp_path, one="# One\n\n```{hostile}\n```\n")
    conf = project / "conf.py"
    source = conf.read_text(encoding="utf-8")
    conf.write_text(source.replace("return [paragraph,", "return [nodes.organization('', 'x'), paragraph,"), "utf-8")
    _, warnings = build(project)
    assert "no rule for node <organization>" in warnings


def test_an_image_without_alternative_warns(tmp_path):
    _, warnings = build(write_project(tmp_path, one="# One\n\n![](light.svg)\n"))
    assert "no text alternative" in warnings


def test_a_missing_glyph_is_an_error_that_names_the_text(tmp_path):
    with pytest.raises(Exception, match="no font has a glyph") as caught:
        build(write_project(tmp_path, one="# One\n\nThe name မြန်မာ is Burmese.\n"))
    assert "one.md" in str(caught.value)
    assert "The name" in str(caught.value)


def test_an_unknown_title_page_key_warns(tmp_path):
    _, warnings = build(write_project(tmp_path), typst_title_page={"titel": "x"})
    assert "'titel'" in warnings


# ------------------------------------------------------------------------------------------------------------ the parts


def test_literals_escape_quotes_backslashes_and_drop_control_characters():
    assert literal('a"b\\c\n\x00d') == '"a\\"b\\\\c\\nd"'


def test_only_long_words_get_places_to_break():
    assert breakable("short words stay") == "short words stay"
    assert breakable(LONG_WORD).replace("\u200b", "") == LONG_WORD
    assert max(map(len, breakable(LONG_WORD).split("\u200b"))) <= 28


def test_html_tables_keep_spans_colours_and_the_caption():
    table, caption = read_html_table(STYLED)
    assert caption == "Styled caption"
    assert [cell.text for cell in table.head[0]] == ["", "Votes"]
    assert table.body[0][1].fill == "#dddddd"
    assert alignments(table) == ["left", "right"]


def test_html_in_cells_keeps_breaks_emphasis_and_safe_links():
    cell = (
        '<b>bold</b> <em>slanted</em><br>next <a href="https://example.org/">out</a> <a href="javascript:x()">no</a>'
        "<span>plain</span><table><tr><td>inner</td></tr></table>"
    )
    source = f'<table><tr><td style="font-weight: bold">{cell}</td><td style="color: #ff0000">red</td></tr></table>'
    table, caption = read_html_table(source)
    assert caption == "" and len(table.body) == 1, "rows of a table in a cell are not rows of this one"
    first, second = (one.content for one in table.body[0])
    assert first.startswith("#strong[") and first.count("#strong[") == 2
    assert "#emph[" in first and "#linebreak()" in first
    assert '#external-link("https://example.org/"' in first and "javascript" not in first
    assert second.startswith('#text(fill: rgb("#ff0000"))')


def test_cells_below_a_tall_cell_move_to_the_right():
    tall = Cell("tall", "tall", rows=2)
    table = Table(head=[[Cell("a", "a"), Cell("b", "b")]], body=[[tall, Cell("1", "1")], [Cell("2", "2")]])
    assert [(r, c) for r, c, _ in placed(table.body)] == [(0, 0), (0, 1), (1, 1)]
    assert alignments(table) == ["left", "right"]
    assert "table.cell(rowspan: 2, [tall])" in write_table(table, choose_layout(table, PAGE))


def test_a_layout_stays_in_its_place():
    """In a box it neither turns nor sticks out; asked to turn, it turns; the author's widths hold where words fit."""
    words = "several words of ordinary text that can be wrapped to the next line"
    wide = Table(body=[[Cell(words, words) for _ in range(9)]])
    boxed = choose_layout(wide, PAGE, 300, confined=True)
    assert (boxed.bleed, boxed.turned) == (0, False) and sum(boxed.widths) <= 300.5
    assert choose_layout(wide, PAGE, turned=True).turned
    given = Table(body=[[Cell("a", "a"), Cell("b", "b")]], widths=[1, 3])
    first, second = choose_layout(given, PAGE).widths
    assert second == pytest.approx(3 * first)
    unbreakable = Table(body=[[Cell("x", "x" * 200) for _ in range(4)]])
    assert sum(choose_layout(unbreakable, PAGE, 200, confined=True).widths) <= 200.5


def test_a_wide_table_is_set_smaller_and_fits():
    words = "several words of ordinary text that can be wrapped to the next line"
    table = Table(body=[[Cell(words, words) for _ in range(8)]])
    layout = choose_layout(table, PAGE)
    assert layout.size < 9.5 or layout.turned
    room = PAGE.turned_width if layout.turned else PAGE.text_width + 2 * PAGE.bleed
    assert sum(layout.widths) <= room + 0.5


def test_numbers_keep_their_natural_width_beside_long_text():
    text = "a long remark " * 20
    table = Table(body=[[Cell("1", "1,234"), Cell("x", text)]])
    first, second = choose_layout(table, PAGE).widths
    assert first < 60
    assert first + second == pytest.approx(PAGE.text_width, abs=1)


FORMULAS = {
    "x^2": "attach(x, t: 2)",
    "x_i": "attach(x, b: i)",
    r"\frac{1}{n}": "frac(1, n)",
    r"\sqrt[3]{y}": "root(3, y)",
    r"\binom{n}{k}": "lr(( mat(delim: #none, n; k) ))",
    r"\left( \frac{a}{b} \right)": "lr(( frac(a, b) ))",
    r"\left. x \right|": "lr( x |)",
    r"\hat{p}": "accent(p, hat)",
    r"\underline{x}": "underline(x)",
    r"\overline{xy}": "overline(x y)",
    r"\sum_{i=1}^{n} i": "attach(∑, b: i = 1, t: n) i",
    r"\max_i i": 'attach(op("max", limits: #true), b: i) #h(0.1667em) i',
    r"\overset{a}{b}": "attach(limits(b), t: a)",
    r"a \text{ if } b": 'a" if "b',
    r"a \quad b": "a #h(1em) b",
    r"\boxed{a}": "#box(stroke: .5pt, inset: (x: 3pt), outset: (y: 3pt), $display(display(a))$)",
    r"\cancel{a}": "cancel(a)",
    r"\phantom{a}": "#hide($a $)",
}


@pytest.mark.parametrize("latex", FORMULAS)
def test_formulas_become_typst_maths(latex):
    """With the escapes read back, and without the spaces that Typst ignores."""
    plain = re.sub(r"\\u\{(\w+)\}", lambda code: chr(int(code[1], 16)), to_typst(read(latex).tree))
    assert plain.replace(" ", "") == FORMULAS[latex].replace(" ", "")
