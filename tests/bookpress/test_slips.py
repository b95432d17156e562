"""Slips of a writer: right in HTML, PDF and EPUB, or told in all three alike, with the place, in one line each."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pypdfium2
import pytest
from bs4 import BeautifulSoup
from nbclient import client

from bookpress.build import command
from bookpress.build.sphinx_run import _in_cells
from bookpress.contents import Unreadable
from bookpress.forms.sound import fault, fault_of, fault_of_data
from bookpress.forms.source import open_fences
from bookpress.run.chapters import _mapping, check, with_attachments
from bookpress.run.notebooks import _read
from bookpress.run.outputs import CarriageReturns
from bookpress.run.settings import ExecutionFailed
from bookpress.typst.settings import Page
from bookpress.typst.tables import Cell, Table, in_parts
from tests.book import toybook
from tests.bookpress import books
from tests.bookpress.test_epub_elsewhere import faults
from tests.bookpress.test_forms import CONF, png

pytestmark = pytest.mark.long

PICTURES = {
    "text.png": b"this is text",
    "cut.png": png()[:-20],
    "sum.png": png(broken=True),
    "empty.svg": b"",
    "open.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><rect></svg>",
    "page.svg": b"<html><body>404</body></html>",
    "other.jpg": png(),
    "pointer.png": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
    "scan.bmp": b"BM" + bytes(60),
}
_RETURNS = "_RGX_CARRIAGERETURN"
"""The name by which nbclient knows what takes them out."""
NAMES = [f"a_long_snake_name_{number}" for number in range(40)]
WIDE = "\n".join(["| " + " | ".join(NAMES) + " |", "|---" * 40 + "|", "| x " * 40 + "|"])
FORMULAS = (r"a = \ref{x}", r"\eqref{x} + b", r"\ce{H2O}", r"\href{https://example.org}{x}", r"\unicode{x41}")
PAGES = {
    "pictures_md": "# Pictures\n\n" + "\n\n".join(f"![Words of {name}]({name})" for name in PICTURES)
    + '\n\n<div><img src="text.png" alt="Words of raw"></div>\n\n![Words of data](data:image/png;base64,AAAA)\n',
    "formulas_md": "# Formulas\n\n" + "\n\n".join(f"$$ {latex} $$" for latex in FORMULAS) + "\n",
    "open_md": "# Open\n\n```{note}\nOpenwords.\n",
    "50%_md": "# Half\n\nWords.\n",
    "bare_md": "Barewords, and no heading.\n",
    "named_md": "Namedwords without a heading of their own.\n",
    "names_md": "# Names\n\n![A](<a b.png>) ![F](a-b.png) ![B](bäö.png) ![C](c.png?x=1) ![D](U.PNG)\n\n"
    "<div><img src='c.png?v=2' alt='E'></div>\n",
    "rtl_md": "# שלום again\n\nהמילה English בתוך.\n\nEnglish with שלום inside.\n\n- שלום\n- plain\n",
    "latex_md": "# LaTeX\n\n```{raw} latex\n\\newpage\n```\n\n```{raw} latex\nsaid twice\n```\n\n"
    "```{raw} html\n<b>Said in HTML</b>\n```\n\n$3 and $HOME and $4, and a formula $a$.\n\n"
    "From $\\alpha on.\n\n\\begin{tabular}{l} a \\end{tabular}\n\n$$\na = b\n\nOn.\n\n"
    "## Of $\\beta\n",
    "dollar_md": "# Dollar\n\n$$ a = b $\n",
    "margin_md": "# Margin\n\n```{margin}\nMarginwords.\n```\n",
    "wide_md": f"# Wide\n\n{WIDE}\n",
}  # fmt: skip
TOLD = {
    *(f"pictures.md:{3 + 2 * number}: image '{name}'" for number, name in enumerate(PICTURES)),
    f"pictures.md:{3 + 2 * len(PICTURES)}: image 'text.png'",
    f"pictures.md:{5 + 2 * len(PICTURES)}: image 'data:image",
    *(f"formulas.md:{3 + 2 * number}: a formula stands as its source" for number in range(len(FORMULAS))),
    "open.md:3: the fence '```{note}' is never closed",
    "latex.md:3: raw text for 'latex' is in no form",
    "latex.md:17: LaTeX is printed as text, with its $:",
    "latex.md:19: LaTeX is printed as text, with its \\begin{tabular}:",
    "latex.md:26: LaTeX is printed as text, with its $:",
    "latex.md:21: LaTeX is printed as text, with its $$:",
    "dollar.md:3: LaTeX is printed as text, with its $$:",
    "50%.md:1: the name of this file holds '%'",
    "bare.md:1: a page without a heading",
}


@pytest.fixture(scope="module")
def forms(tmp_path_factory) -> dict[str, tuple[Path, list[str]]]:
    """The folder of each form of one book, and what was told."""
    listed = "".join(f"   {name.removesuffix('_md')}\n" for name in PAGES if name != "named_md")
    index = f"Index\n=====\n\n.. toctree::\n\n{listed}   Titled in the contents <named>\n"
    source = books.write(tmp_path_factory.mktemp("slips"), conf_py=CONF, index_rst=index, **PAGES)
    sound = dict.fromkeys(("a b.png", "a-b.png", "bäö.png", "c.png", "U.PNG"), png())
    for name, content in {**PICTURES, **sound}.items():
        (source / name).write_bytes(content)
    made = {}
    for builder in ("html", "epub", "typst"):
        out, warnings = books.build(source, builder)
        lines = [re.sub(r"^\S*/(?=[\w%]+\.md)", "", line) for line in warnings.splitlines() if "WARNING" in line]
        made[builder] = (out, [line.replace("WARNING: ", "") for line in lines])
    return made


def printed(forms) -> str:
    pdf = pypdfium2.PdfDocument(forms["typst"][0] / "book.pdf")
    return " ".join(page.get_textpage().get_text_range() for page in pdf)


@pytest.mark.parametrize("builder", ["html", "epub", "typst"])
def test_each_slip_is_told_once_with_its_place(forms, builder):
    lines = forms[builder][1]
    assert [told for told in TOLD if sum(line.startswith(told) for line in lines) != 1] == []
    assert len(lines) == len(TOLD), "\n".join(lines)


def test_what_cannot_be_drawn_leaves_its_words(forms):
    for text in [(forms["html"][0] / "pictures.html").read_text("utf-8"), printed(forms)]:
        assert [
            name for name in [*PICTURES, "raw", "data"] if f"Words of {name}" not in re.sub(r"\s+", " ", text)
        ] == []
    assert not list((forms["html"][0] / "_images").glob("*.bmp"))


def test_the_epub_of_all_these_is_valid(forms):
    assert faults(next(forms["epub"][0].glob("*.epub"))) == []


def test_directives_of_the_theme_are_known_in_every_form(forms):
    pages = [forms["html"][0] / "margin.html", forms["epub"][0] / "margin.xhtml"]
    assert all("Marginwords." in text for text in [*(page.read_text("utf-8") for page in pages), printed(forms)])


def test_pictures_are_found_by_the_names_that_authors_write(forms):
    page = BeautifulSoup((forms["html"][0] / "names.html").read_text("utf-8"), "html.parser")
    shown = {image["alt"]: image["src"] for image in page.select("article img")}
    assert set(shown) == set("ABCDEF") and shown["C"] == shown["E"] == "_images/c.png"
    assert {path.name for path in (forms["html"][0] / "_images").glob("*.png")} >= {"a b.png", "bäö.png", "c.png"}


def test_a_page_has_the_title_that_the_contents_give_it(forms):
    html = (forms["html"][0] / "named.html").read_text("utf-8")
    assert re.search(r"<h1>Titled in the contents", html)
    text = re.sub(r"\s+", " ", printed(forms))
    assert "Titled in the contents Namedwords" in text


def test_a_block_runs_in_the_direction_of_its_script(forms):
    html = (forms["html"][0] / "rtl.html").read_text("utf-8")
    assert len(re.findall(r'<(?:h1|p) class="bp-rtl"', html)) == 3 and "<p>English with" in html
    sheets = (forms["html"][0] / "_static").rglob("*.css")
    assert any("bp-rtl" in sheet.read_text("utf-8") for sheet in sheets)
    assert len(re.findall(r'class="bp-rtl" dir="rtl"', (forms["epub"][0] / "rtl.xhtml").read_text("utf-8"))) == 3
    pdf = pypdfium2.PdfDocument(forms["typst"][0] / "book.pdf")
    (page,) = [page for page in pdf if "inside" in page.get_textpage().get_text_range()]
    words = page.get_textpage()
    place = words.get_text_range().index("English")
    _, _, right, _ = words.get_charbox(place)
    assert right > page.get_width() / 2, "what begins at the right stands there"


def test_a_table_too_wide_for_paper_stands_in_parts(forms):
    pdf = pypdfium2.PdfDocument(forms["typst"][0] / "book.pdf")
    text = re.sub(r"\s+", "", printed(forms))
    assert [name for name in NAMES if name not in text] == []
    assert text.count("a_long_snake_name_0a_long") > 5, "the first column stands in each part"
    for page in pdf:
        words = page.get_textpage()
        boxes = [words.get_rect(number) for number in range(words.count_rects())]
        snakes = [box for box in boxes if "snake" in words.get_text_bounded(*box)]
        for left, bottom, right, top in snakes:
            assert right < page.get_width()
            over = [b for b in snakes if b[0] < right - 1 and left < b[2] - 1 and b[1] < top - 1 and bottom < b[3] - 1]
            assert len(over) == 1, "names stand upon each other"


def test_parts_cut_what_spans_them_and_keep_what_a_row_is_about():
    wide = [Cell(name, name) for name in NAMES]
    table = Table(
        head=[
            [Cell("", ""), Cell("", ""), Cell("Group", "Group", columns=40)],
            [Cell("i", "i"), Cell("j", "j"), *wide],
        ],
        body=[
            [Cell("a", "a", rows=2, stub=True), Cell("1", "1", stub=True), *(Cell("x", "x") for _ in NAMES)],
            [Cell("2", "2", stub=True), *(Cell("y", "y") for _ in NAMES)],
            [Cell("all", "all", columns=42)],
        ],
    )
    parts = in_parts(table, Page())
    assert len(parts) > 5
    for part, layout in parts:
        columns = part.columns
        assert len(layout.widths) == columns and not layout.turned
        assert [cell.text for cell in part.head[1][:2]] == ["i", "j"] and part.head[0][2].columns == columns - 2
        assert part.body[0][0].rows == 2 and part.body[1][0].text == "2" and part.body[2][0].columns == columns
    assert [cell.text for part, _ in parts for cell in part.head[1][2:]] == NAMES
    assert len(in_parts(Table(body=[[Cell("a", "a"), Cell("b", "b")]]), Page())) == 1


# ---------------------------------------------------------------------------------------------------------- pictures
@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.png", png(), ""),
        ("a.PNG", png(), ""),
        ("a.svg", books.SVG.encode(), ""),
        ("a", png(), "its name does not end so"),
        ("a.svg", b"<svg><rect/></svg>", "lacks xmlns"),
        ("a.svg", books.SVG.encode("utf-16"), "not UTF-8"),
        ("a.svg", books.SVG.replace("<rect", '<image href="b.png"/><rect').encode(), "shows another file"),
        ("a.svg", books.SVG.replace("<rect", "<foreignObject/><rect").encode(), "holds HTML"),
        ("a.svg", books.SVG.replace("<rect", "<switch><foreignObject/></switch><rect").encode(), ""),
        ("a.avif", b"\0\0\0 ftypavif", "no picture"),
    ],
)  # fmt: skip
def test_a_picture_is_what_it_is_called(name, content, why):
    said = fault(name, content)
    assert why in said and bool(why) == bool(said) and "\n" not in said


def test_a_picture_that_is_mended_is_looked_at_again(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"")
    assert fault_of(path) == "it is empty" and fault_of(tmp_path) == "it is a folder"
    path.write_bytes(png())
    assert fault_of(path) == ""
    assert fault_of_data("data:image/png;base64,!") and fault_of_data("data:nothing")


# --------------------------------------------------------------------------------------------------------- notebooks
def notebook(*cells: dict, **changed: object) -> str:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | changed)


def stored(*outputs: dict) -> str:
    return notebook({"cell_type": "code", "source": "1", "outputs": outputs})


def shown(data: object) -> dict:
    return {"output_type": "display_data", "data": {"image/png": data}}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "n.ipynb:1: no Jupyter notebook, which is JSON"),
        (notebook()[:-5] + "\n", "n.ipynb:2: no Jupyter notebook, which is JSON"),
        ("[]", "n.ipynb:1: no Jupyter notebook: it names no format"),
        (notebook(nbformat=3), "n.ipynb:1: a notebook of format 3, not 4"),
        (notebook(metadata=None), "n.ipynb:1: no Jupyter notebook: it has no list of cells"),
        (notebook({"cell_type": "raw", "source": ""}, {"cell_type": "odd"}), "n.ipynb: cell 2: of the kind 'odd'"),
        (notebook({"cell_type": "code"}), "n.ipynb: cell 1: without its text"),
        (stored({"output_type": "odd"}), "n.ipynb: cell 1: a stored output is of the kind 'odd'"),
        (stored({"output_type": "display_data"}), "n.ipynb: cell 1: a stored output has no `data`"),
        (stored(shown("aGVsbG8="), shown("!!x")), "n.ipynb: cell 1: a stored output is no image/png in base64"),
        (stored(shown(None)), "n.ipynb: cell 1: a stored output is no image/png in base64"),
    ],
)
def test_what_is_no_notebook_is_refused_with_its_place(text, told):
    with pytest.raises(Unreadable) as caught:
        check(Path("n.ipynb"), text)
    assert str(caught.value).startswith(told) and "\n" not in str(caught.value)


def test_stored_outputs_that_can_be_read_are_taken():
    lines = {"output_type": "stream", "name": "stdout", "text": "x"}, shown(["aGVs\n", "bG8=\n"])
    check(Path("n.ipynb"), stored(*lines, {"output_type": "error", "ename": "", "evalue": "", "traceback": []}))


def test_a_notebook_with_a_byte_order_mark_can_be_downloaded(tmp_path):
    (tmp_path / "n.ipynb").write_text(
        notebook({"cell_type": "raw", "source": "x", "metadata": {}, "id": "a"}), "utf-8-sig"
    )
    assert _read(tmp_path / "n.ipynb").cells[0].source == "x"


@pytest.mark.parametrize("text", ["a\rb", "a\rbb\nc\r\nd\re\r", "\r\rx", "", "\r", "a\r\r", "x\n\ry\rz\n"])
def test_what_a_carriage_return_writes_over_is_taken_out_as_by_nbclient(text):
    assert CarriageReturns().sub("", text) == re.sub(r".*\r(?=[^\n])", "", text)


def test_a_line_of_a_million_letters_is_read_at_once():
    """In the time of an expression that looks at the rest of the line from each letter, nobody would see the end."""
    assert _RETURNS in vars(client) and len(CarriageReturns().sub("", "\rword " + "word " * 400_000)) == 2_000_005


def test_pictures_pasted_into_a_notebook_are_read():
    cell = {"cell_type": "markdown", "source": ["![A](attachment:a%20b.png)\n", "![B](attachment:gone.png)"]}
    text = with_attachments(notebook(cell | {"attachments": {"a b.png": {"image/png": "QUJD\n"}}}))
    source = json.loads(text)["cells"][0]["source"]
    assert source == "![A](data:image/png;base64,QUJD)\n![B](attachment:gone.png)"
    assert with_attachments(notebook()) == notebook()


def test_a_place_in_a_notebook_is_a_cell():
    record = logging.LogRecord("sphinx", logging.WARNING, "", 0, "", (), None)
    record.location = "/book/n.ipynb:20003"
    assert _in_cells(record) and record.location == "/book/n.ipynb: cell 2, line 3"
    record.location = "/book/n.md:20003"
    assert _in_cells(record) and record.location == "/book/n.md:20003"
    record.msg = "toctree contains reference to nonexisting document 'gone' [etoc.ref]"
    assert _in_cells(record) and record.location == "_toc.yml"


# ------------------------------------------------------------------------------------------------------------- text
@pytest.mark.parametrize(
    ("text", "open_at"),
    [
        ("# A\n\n```python\nx\n\nEnd\n", [3]),
        ("````{note}\nA\n\n```{tip}\nDeep\n```\n", [1]),
        ("```{note}\nx\n```\n", []),
        ("::::{note}\n:::{tip}\nx\n:::\n", [1]),
        ("::::{note}\n:::{tip}\nx\n:::\n::::\n", []),
        ("~~~\na\n~~~~\n", []),
        ("<!--\n```\n-->\n\nEnd\n", []),
        ("---\na: |\n  ```\n---\n\nx\n", []),
        ("- a\n\n  ```python\n  x\n\nEnd\n", []),
    ],
)
def test_a_fence_that_is_never_closed_is_found(text, open_at):
    assert [line for line, _ in open_fences(text)] == open_at


def test_what_a_page_fails_of_is_told_with_the_page_and_without_a_traceback(tmp_path, capfd):
    """In a fork too, of which Sphinx says nothing but the exception."""
    toybook.write(tmp_path, {"one": "# One\n\n```{include} one.md\n```\n", "two": "# Two\n\nWords.\n"})
    toybook.edit(tmp_path / "_config.yml", "    vouch.pages.findings: .\n", "")
    assert command.main(["html"], tmp_path) == 1
    (line,) = [line for line in capfd.readouterr().err.splitlines() if "published book is unchanged" in line]
    assert re.search(r"chapters/one\.md: it includes itself, by line 3", line)
    assert not (tmp_path / "_build/html").exists()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("title: Toy", "tittle: Toy", "_config.yml:1: 'tittle' is no setting; is 'title' meant?"),
        ("author: Nobody", "author: 3", "_config.yml:2: author: 3 is not of type 'string'"),
        ("  timeout: 120", "  timout: 300", "_config.yml:6: 'execute: timout' is no setting; is 'timeout' meant?"),
        ("  timeout: 120", "  timeout: soon", "_config.yml:6: execute: timeout: 'soon' is not of type 'number'"),
        ("sphinx:", "html: {favico: x}\nsphinx:", "_config.yml:7: 'html: favico' is no setting; is 'favicon' meant?"),
        (
            "sphinx:",
            "html:\n  analytics:\n    plausible_analytics_domian: x\nsphinx:",
            "_config.yml:9: 'html: analytics: p",
        ),
        ("author: Nobody", "author: Nobody\ntitle: Other", "_config.yml:3: not YAML: 'title' stands on line 1 already"),
        (
            "  timeout: 120",
            "  timeout: 120\n  timeout: 3",
            "_config.yml:7: not YAML: 'timeout' stands on line 6 already",
        ),
        ("bookpress.run: .", "nosuch.extension: .", "nosuch"),
    ],
)
def test_a_configuration_that_means_something_else_is_refused(tmp_path, capfd, old, new, told):
    toybook.write(tmp_path, {"one": "# One\n\nWords.\n"})
    toybook.edit(tmp_path / "_config.yml", old, new)
    assert command.main(["html"], tmp_path) != 0
    (line,) = capfd.readouterr().err.splitlines()
    assert told in line


def test_two_books_of_two_languages_in_one_process(tmp_path, capfd):
    for language, word in (("de", "Inhalt"), ("en", "Contents")):
        folder = tmp_path / language
        folder.mkdir()
        toybook.write(folder, {"one": "# One\n\n## Two\n\nWords.\n"})
        extended = "sphinx:\n  extra_extensions: [bookpress.web]\n  config:\n    language: " + language + "\n"
        (folder / "_config.yml").write_text(f"title: T\nauthor: A\n{extended}", "utf-8")
        assert command.main(["html"], folder) == 0, capfd.readouterr().err
        assert word in (folder / "_build/html/chapters/one.html").read_text("utf-8")


@pytest.mark.parametrize("part", ["typst", "epub"])
def test_where_no_part_tells_of_a_page_without_a_heading_sphinx_does(tmp_path, part):
    """The web book of a project that uses bookpress for print alone."""
    conf = f"project = 'P'\nextensions = ['bookpress.{part}']\n"
    source = books.write(tmp_path, conf_py=conf, index_rst="I\n=\n\n.. toctree::\n\n   bare\n", bare_rst="Words.\n")
    warnings = books.build(source, "html", show_warning_types=True)[1]
    assert "[toc.no_title]" in warnings and "bookpress.heading" not in warnings


def test_what_a_notebook_says_of_its_kernel_is_told_if_it_names_none():
    """nbformat lets it pass."""
    with pytest.raises(ExecutionFailed) as caught:
        _mapping({"kernelspec": "python3"}, "kernelspec", "name: python3", "n")
    assert str(caught.value).startswith(
        "n: `kernelspec` in its head is 'python3'; it is a mapping, such as `kernelspec: {"
    )
    assert _mapping({"kernelspec": None}, "kernelspec", "name: python3", "n") == {}
