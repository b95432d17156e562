"""Whatever MyST an author writes: HTML, PDF and EPUB all take it or all refuse it, and its words arrive in each."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from pathlib import Path

import pypdfium2
import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bookpress.typst.settings import TypstError
from tests.bookpress import books

pytestmark = pytest.mark.long

CONF = """
extensions = ['myst_nb', 'sphinx_design', 'bookpress.web', 'bookpress.epub', 'bookpress.typst']
project = 'P'
html_theme = 'sphinx_book_theme'
nb_execution_mode = 'off'
numfig = True
show_warning_types = True
typst_timestamp = 1700000000
myst_enable_extensions = [
    'amsmath', 'attrs_inline', 'colon_fence', 'deflist', 'dollarmath', 'fieldlist', 'html_image', 'smartquotes',
    'strikethrough', 'substitution', 'tasklist',
]
myst_heading_anchors = 3
# What MyST itself says of random pages: levels that jump, languages that nobody knows. None of it is a word lost.
suppress_warnings = ['toc.no_title', 'myst.header', 'myst.strikethrough', 'misc.highlighting_failure']
"""
WORD = "quill"
"""Begins every word; a number follows when the pages are put together: no two are the same."""
FORMULAS = (
    r"x^2", r"\frac{a}{b}",
    r"a &= b \\ c &= d", r"\begin{cases} a \\ b \end{cases}", r"\text{is $x$}", r"\nosuch", r"{",
    r"\begin{pmatrix} 1 & 2 \end{pmatrix}", r"\boxed{x} \cancel{y}", r"5 \% \$",
)  # fmt: skip

word = st.just(WORD)
noise = st.text("*_`[]()<>{}$#&\\\"'~^|:!-+=@%/;., \n0123456789abé–", max_size=24)
"""What an author's slip of the finger may leave."""


def around(before: str, after: str, inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return inner.map(lambda text: f"{before}{text}{after}")


plain = st.lists(word, min_size=1, max_size=4).map(" ".join)
inline = st.one_of(
    plain,
    *(around(mark, mark, plain) for mark in ("*", "**", "`", "~~", "_")),
    *(
        around(f"<{tag}>", f"</{tag}>", plain)
        for tag in ("kbd", "sub", "sup", "mark", "b", "small", "span", "u", "nosuch")
    ),
    around("[", "](https://example.org/a_b?c=d&e#f)", plain),
    around("<https://example.org/", ">", word),
    around("{sub}`", "`", plain),
    around("{abbr}`", " (meaning)`", word),
    st.sampled_from(FORMULAS).map(lambda formula: f"${formula}$"),
    st.sampled_from(
        ["$3 and $4", "US$5", "\\$", "&amp; &nbsp; &lt;", "a\\_b", "1 < 2 > 0", "☑ ✓ → €", "^{x}", "---", "..."]
    ),
)
line = st.lists(inline, min_size=1, max_size=5).map(" ".join)


def listed(mark: str) -> st.SearchStrategy[str]:
    return st.lists(line, min_size=1, max_size=3).map(lambda items: "\n".join(f"{mark} {item}" for item in items))


def table(rows: list[str]) -> str:
    cells = [row.replace("|", "/") for row in rows]
    return "\n".join([f"| {cells[0]} | {WORD} |", "|---|---|", *(f"| {cell} | {WORD} |" for cell in cells[1:])])


block = st.one_of(
    line,
    around("## ", "", line),
    *(listed(mark) for mark in ("-", "1.", "- [ ]", "- [x]", ">")),
    st.lists(line, min_size=1, max_size=3).map(table),
    *(around(f"```{{{name}}}\n", "\n```", line) for name in ("note", "warning", "epigraph", "margin")),
    *(around(f"```{{{name}}} Title\n", "\n```", line) for name in ("sidebar", "topic")),
    around("```{admonition} A title\n:class: tip\n", "\n```", line),
    around("```{dropdown} Fold\n", "\n```", line),
    around("```python\n", "\n```", plain),
    around("```\n\x1b[31m", "\n```", plain),
    around("```{code-block} python\n:caption: Said\n", "\n```", plain),
    around("```{figure} box.svg\n:alt: A box\n\n", "\n```", line),
    around("```{list-table}\n* - ", f"\n  - {WORD}\n```", plain),
    around("![A box](box.svg) ", "", plain),
    around(f"{WORD}\n: ", "", line),
    around(":field: ", "", line),
    around(f"{WORD}[^n]\n\n[^n]: ", "", line),
    *(around(f"<{tag}>", f"</{tag}>", plain) for tag in ("div", "p", "center", "details", "table")),
    around("<ul><li>", "</li></ul>", plain),
    around("<table><tr><td>", "<td>x</table>", plain),
    around("<details><summary>", f"</summary>{WORD}</details>", plain),
    around("% ", "", plain),
    around("<!-- ", " -->", plain),
    st.sampled_from(["***", "+++", "(label)=", "<br>", "</div>", "<div>", "<script>x()</script>", "```{nosuch}\n```"]),
    st.sampled_from(FORMULAS).map(lambda formula: f"$$\n{formula}\n$$"),
    noise,
)  # fmt: skip
page = st.lists(block, min_size=1, max_size=5).map("\n\n".join)


def built(source: Path, builder: str) -> tuple[str | None, dict[str, str]]:
    """The text of one form, nothing if it was refused, and the words of each page of the web book."""
    try:
        out, warnings = books.build(source, builder)
    except TypstError:
        return None, {}
    refused = {line for line in warnings.splitlines() if re.search("WARNING|ERROR|CRITICAL", line)}
    refused = {line for line in refused if "[typst.glyph]" not in line}
    texts = {}
    if builder == "typst":
        pdf = pypdfium2.PdfDocument(out / "book.pdf")
        texts["book"] = " ".join(page.get_textpage().get_text_range() for page in pdf)
    else:
        for path in out.glob("p*.html" if builder == "html" else "p*.xhtml"):
            soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
            article = soup.select_one("article.bd-article") or soup.body
            for hidden in article.select(".headerlink, .prev-next-footer"):
                hidden.decompose()
            texts[path.stem] = article.get_text(" ")
    return "\n".join(sorted(refused)), texts


def words(text: str) -> set[str]:
    """Words with their numbers; those that a page breaks or parts are put together."""
    joined = re.sub(r"[\s\u00ad\u200b\ufffe]+", "", unicodedata.normalize("NFKC", text))
    return set(re.findall(rf"{WORD}\d+x", joined))


def check(pages: list[str]) -> None:
    """Build all pages as one book in three forms."""
    count = iter(range(10_000))
    numbered = [re.sub(WORD, lambda _: f"{WORD}{next(count)}x", text) for text in pages]
    index = "Index\n=====\n\n.. toctree::\n\n" + "".join(f"   p{number}\n" for number in range(len(pages)))
    with tempfile.TemporaryDirectory() as folder:
        named = {f"p{number}_md": f"# Page {number}\n\n{text}\n" for number, text in enumerate(numbered)}
        source = books.write(Path(folder), conf_py=CONF, index_rst=index, **named)
        told, texts = {}, {}
        for builder in ("html", "epub", "typst"):
            refused, texts[builder] = built(source, builder)
            told[builder] = re.sub(r"\S*/(?=p\d+\.md)", "", refused or "")
        assert bool(told["html"]) == bool(told["epub"]) == bool(told["typst"]), told
        seen = words(" ".join(texts["html"].values()))
        for builder in ("epub", "typst"):
            missing = seen - words(" ".join(texts[builder].values()))
            lines = [line for text in named.values() for line in text.splitlines() if words(line) & missing]
            assert not missing, (builder, sorted(missing), lines)


@settings(
    max_examples=2, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
@given(st.lists(page, min_size=14, max_size=14))
def test_all_forms_take_it_or_all_refuse_it(pages):
    check(pages)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(st.lists(page, min_size=4, max_size=8))
def test_all_forms_take_much_more_of_it_or_all_refuse_it(pages):
    check(pages)
