"""What not every form can show is right in HTML, PDF and EPUB, or told in all three alike, with its place."""

from __future__ import annotations

import base64
import re
import struct
import unicodedata
import zlib
from html import unescape
from pathlib import Path

import nbformat
import pypdfium2
import pytest
from bs4 import BeautifulSoup

from bookpress.web.csp import with_classes
from tests.bookpress import books
from tests.bookpress.test_epub_elsewhere import faults

pytestmark = pytest.mark.long

EXTENSIONS = ["myst_nb", "sphinx_design", "bookpress.web", "bookpress.epub", "bookpress.typst"]
CONF = f"""
extensions = {EXTENSIONS!r}
project = 'P'
html_theme = 'sphinx_book_theme'
nb_execution_mode = 'off'
numfig = True
show_warning_types = True
typst_timestamp = 1700000000
myst_enable_extensions = ['colon_fence', 'dollarmath', 'html_image', 'tasklist']
suppress_warnings = ['mystnb.unknown_mime_type']
"""


def png(broken: bool = False) -> bytes:
    """A picture of one pixel, or one whose checksum is wrong."""

    def part(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data) ^ broken
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = part(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(b"\0\xff\0\0")) + part(b"IEND", b"")


DATA = "data:image/png;base64," + base64.b64encode(png()).decode()
STYLER = """<style type="text/css">
#T_0a1b2_row0_col0 { background-color: yellow; }
</style>
<table id="T_0a1b2"><caption>Styledcaption</caption><thead><tr><th>Head&nbsp;word</th></tr></thead>
<tbody><tr><td id="T_0a1b2_row0_col0" class="data">Yellowcell</td></tr></tbody></table>"""
WIDE = (
    "<table><thead><tr>" + "".join(f"<th>a_long_snake_case_name_{n}</th>" for n in range(15)) + "</tr></thead></table>"
)
OUTPUTS = [
    {"text/html": STYLER, "text/plain": "plainstyler"},
    {"text/html": "<div><table><tr><td>Firsttable</td></tr></table><table><tr><td>Secondtable</td></tr></table>"
                  "<p>5 rows × 67 columns</p></div>"},
    {"text/html": WIDE},
    {"text/html": "<p>Half&eacute; <b>boldword</b> <script>run()</script></p>"},
    {"text/html": '<div style="color: red">Redword</div>'},
    {"application/vnd.jupyter.widget-view+json": {"model_id": "m", "version_major": 2}, "text/plain": "Slider(3)"},
    {"text/html": "<div id='chart'></div><script>draw()</script>", "text/plain": "Chart(of rows)"},
    {"text/html": "<div id='chart'></div><script>draw()</script>"},
]  # fmt: skip
STREAM = (
    "bell\x07 form\x0c \x1b[31mredansi\x1b[0m \x1b[2J\x1b]8;;https://example.org\x07linkansi\x1b]8;;\x07\n"
    + "longline" * 300
    + "\n"
)
MARKUP = f"""Beforeheading words.

# Markup with {{index}}`markedword` in it

Press <kbd>Keyword</kbd>, H<sub>2</sub>O, <mark>Marked *slanted*</mark>, <span style="color: #0000ff">Blueword</span>
and <b>unclosed.

<div style="border: 1px solid"><p>Rawparagraph</p><ul><li>Rawitem</li></ul></div>

<blockquote>Rawquote</blockquote>

<details><summary>Rawsummary</summary>Rawdetails</details>

<figure><img src="box.svg" alt="Box in raw"><figcaption>Rawcaption</figcaption></figure>

- [ ] Opentask
- [x] Donetask

```{{code-block}} python
:caption: Codecaption
:name: code-a
print(1)
```

See {{numref}}`code-a`.

![Datapicture]({DATA})

<img src="{DATA}" alt="Rawdatapicture">

Endword.
"""
FAULTS = """# Faults

![](box.svg)

![Remoteone](https://example.invalid/a.png)

<p><img src="https://example.invalid/b.png" alt="Remotetwo"></p>

<img src="box.svg">

<iframe src="https://example.invalid/film"></iframe>

\\begin{align} a &= b \\end{align}

$\\nosuch$

```{image} https://example.invalid/c.png
:alt: Remotethree
:target: https://example.org
```

Lastword.
"""
TOLD = {
    ("faults.md:3", "image 'box.svg' has no text alternative"),
    ("faults.md:5", "image 'https://example.invalid/a.png' is on the network"),
    ("faults.md:7", "image 'https://example.invalid/b.png' is on the network"),
    ("faults.md:17", "image 'https://example.invalid/c.png' is on the network"),
    ("faults.md:9", "image 'box.svg' has no text alternative"),
    ("faults.md:11", "<iframe> in raw HTML"),
    ("faults.md:13", "an equation is printed as text"),
    ("faults.md:15", "a formula stands as its source"),
    ("outputs.ipynb", "an output that needs a script and came without a static form"),
}
ARRIVE = (
    *("Styledcaption", "Head word", "Yellowcell", "Firsttable", "Secondtable", "5 rows × 67 columns", "Halfé"),
    *(
        "boldword",
        "Redword",
        "Slider(3)",
        "Chart(of rows)",
        "bell",
        "redansi",
        "linkansi",
        "Beforeheading",
        "markedword",
        "Keyword",
    ),
    *("Marked slanted", "Blueword", "unclosed.", "Rawparagraph", "Rawitem", "Rawquote", "Rawsummary", "Rawdetails"),
    *(
        "Rawcaption",
        "Opentask",
        "Donetask",
        "Codecaption",
        "See Listing 1",
        "Endword",
        "Remoteone",
        "Remotetwo",
        "Remotethree",
    ),
    *("example.invalid/film", "Lastword", r"\nosuch", r"\begin{align} a &= b", "Interactive in the notebook only."),
)


def stored() -> str:
    """A notebook with what its cells have shown."""
    shown = [nbformat.v4.new_output("display_data", data) for data in OUTPUTS]
    cells = [nbformat.v4.new_markdown_cell("# Outputs")]
    cells += [
        nbformat.v4.new_code_cell("shown", outputs=[output], execution_count=number)
        for number, output in enumerate([*shown, nbformat.v4.new_output("stream", text=STREAM)], 1)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=kernel))


@pytest.fixture(scope="module")
def forms(tmp_path_factory) -> dict[str, tuple[str, str, Path]]:
    """Text, warnings and folder of each form of one book."""
    index = "Index\n=====\n\n.. toctree::\n\n   outputs\n   markup\n   faults\n"
    source = books.write(
        tmp_path_factory.mktemp("forms"), conf_py=CONF, index_rst=index, outputs_ipynb=stored(), markup_md=MARKUP,
        faults_md=FAULTS,
    )  # fmt: skip
    made = {}
    for builder in ("html", "epub", "typst"):
        out, warnings = books.build(source, builder)
        if builder == "typst":
            pages = pypdfium2.PdfDocument(out / "book.pdf")
            text = " ".join(page.get_textpage().get_text_range() for page in pages)
        else:
            pages = sorted(out.glob("*.html" if builder == "html" else "*.xhtml"))
            text = " ".join(BeautifulSoup(page.read_text("utf-8"), "html.parser").get_text() for page in pages)
        made[builder] = (text, warnings, out)
    return made


def test_the_epub_is_valid(forms):
    assert faults(next(forms["epub"][2].glob("*.epub"))) == []


def plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text.replace("\u00ad", "")))


@pytest.mark.parametrize("builder", ["html", "epub", "typst"])
def test_every_word_arrives(forms, builder):
    text = plain(forms[builder][0])
    assert [word for word in ARRIVE if plain(word) not in text] == []
    assert text.count("longline") >= (299 if builder == "typst" else 300), "a page may end within one"
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", forms[builder][0]) or builder == "typst"
    assert "run()" not in text and "draw()" not in text and "[31m" not in text


@pytest.mark.parametrize("builder", ["html", "epub", "typst"])
def test_what_is_told_is_told_alike_and_with_its_place(forms, builder):
    lines = [line for line in forms[builder][1].splitlines() if "WARNING" in line and "[typst.glyph]" not in line]
    found = {
        (place, what)
        for line in lines
        for place, what in TOLD
        if re.search(rf"{re.escape(place)}\b", line) and what in line
    }
    assert found == TOLD, sorted(TOLD - found)
    assert len(lines) == len(TOLD), "\n".join(lines)


def test_styles_of_outputs_hold_under_the_policy_of_a_page(forms):
    page = (forms["html"][2] / "outputs.html").read_text("utf-8")
    policy = unescape(re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1])
    assert "unsafe" not in policy
    sheets = re.findall(r"<style[^>]*>(.*?)</style>", page, re.DOTALL)
    assert any("background-color: yellow" in sheet for sheet in sheets)
    assert len(re.findall(r"'sha256-[^']*'", policy.partition("style-src")[2].partition(";")[0])) >= len(set(sheets))
    assert not re.search(r"<[^>]* style=", page)
    (name,) = re.findall(r'class="(bp-s-\w+)"[^>]*>Redword', page)
    assert re.search(rf"\.{name} {{ color: red !important }}", page)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ('<p style="a: b">x</p>', r'<p class="bp-s-\w+">x</p>'),
        ('<p class="k" style="a: b">x</p>', r'<p class="bp-s-\w+ k">x</p>'),
        ("<p style='a: \"b\"'>x</p>", r'<p class="bp-s-\w+">x</p>'),
        ('<code>&lt;p style="a: b"&gt;</code>', r'<code>&lt;p style="a: b"&gt;</code>'),
        ('<p title="a style=&quot;b&quot;">x</p>', r'<p title="a style=&quot;b&quot;">x</p>'),
        ('<p style="}</style><script>">x</p>', "<p>x</p>"),
        ('<p style="">x</p>', "<p>x</p>"),
    ],
)
def test_a_style_becomes_a_class(given, wanted):
    body, sheet = with_classes(given)
    assert re.fullmatch(wanted, body)
    assert ("a: b" in sheet or 'a: "b"' in sheet) == ("bp-s" in body) and "script" not in sheet


def test_paper_breaks_long_lines_and_keeps_colours(forms):
    source = (forms["typst"][2] / "text" / "outputs.typ").read_text("utf-8")
    assert "#ffff00" in source and "#ff0000" in source
    for page in pypdfium2.PdfDocument(forms["typst"][2] / "book.pdf"):
        width = page.get_width()
        words = page.get_textpage()
        boxes = [words.get_rect(number) for number in range(words.count_rects())]
        assert all(right <= width for _, _, right, _ in boxes), "something runs off the page"


def test_words_before_a_heading_stand_in_their_own_chapter(forms):
    text = plain(forms["typst"][0])
    assert text.rindex("Markupwithmarkedwordinit") < text.index("Beforeheading") < text.index("PressKeyword")
