"""Text of pages that a form of the book would set otherwise than its author means."""

from __future__ import annotations

import re
import unicodedata
from itertools import zip_longest

from docutils import nodes
from sphinx import addnodes

from bookpress.contents import title_in_contents
from bookpress.forms.places import LOGGER, Watched

_EQUATION = re.compile(
    r"\s*\\begin\{(?:align|aligned|alignat|equation|eqnarray|gather|gathered|multline|split|flalign|[pbvBV]?matrix)\*?\}"
)
_LATEX = re.compile(r"\$\$|\$(?=\\[A-Za-z])|\\begin\{\w+\*?\}")
_ODD = re.compile(r"[#?%]")
RTL = "bp-rtl"
"""Class of a block that is written from right to left."""


class LooseEquations(Watched):
    """Equations that stand in the text because no extension of Markdown reads them, or their dollars do not close.

    Of a single dollar only what can be no money and no variable of a shell is told: one before a command of LaTeX.
    """

    default_priority = 6

    def apply_to_book(self) -> None:
        for paragraph in self.document.findall(nodes.TextElement):
            if not isinstance(paragraph, (nodes.paragraph, nodes.title, nodes.caption, nodes.term)):
                continue
            begins = paragraph.children[0] if paragraph.children else None
            if isinstance(begins, nodes.Text) and _EQUATION.match(begins.astext()):
                message = "an equation is printed as text: put it between $$, or name amsmath in myst_enable_extensions"
                self.tell("maths", paragraph, message)
            elif (sign := _latex_in(paragraph)) and self._is_markdown(paragraph):
                message = "LaTeX is printed as text, with its %s: it is never closed, or no extension reads it"
                self.tell("maths", paragraph, message, sign)

    def _is_markdown(self, node: nodes.Node) -> bool:
        return not str(self.env.doc2path(self.page_of(node), base=False)).endswith(".rst")


def _latex_in(paragraph: nodes.Element) -> str:
    """The first sign of LaTeX in a text; a dollar before a formula of one dollar is one of two."""
    for child, after in zip_longest(paragraph.children, paragraph.children[1:]):
        if isinstance(child, nodes.Text):
            text = child.astext()
            if found := _LATEX.search(text):
                return found[0]
            if text.endswith("$") and isinstance(after, nodes.math):
                return "$$"
    return ""


class Headings(Watched):
    """Pages to which no link would lead: by the name of their file, or for want of a heading.

    A page without a heading has the title that the contents give it; one that has none is told. In print its words
    would belong to the chapter before; on the screen no list of pages would lead to it.
    """

    default_priority = 2

    def apply_to_book(self) -> None:
        for page in [self.document, *self.document.findall(addnodes.start_of_file)]:
            docname = self.page_of(page)
            if odd := _ODD.search(docname):
                message = "the name of this file holds %r, which links take for something else: rename the file"
                place = f"{self.env.doc2path(docname)}:1"
                LOGGER.warning(message, odd[0], location=place, type="bookpress", subtype="heading")
            if any(isinstance(child, nodes.section) for child in page.children):
                continue
            title = title_in_contents(self.env, docname)
            if title:
                section = nodes.section("", nodes.title("", title), *page.children, ids=[nodes.make_id(docname)])
                page.children = []
                page += section
                continue
            message = "a page without a heading: begin it with one (`# Title`)"
            place = f"{self.env.doc2path(docname)}:1"
            LOGGER.warning(message, location=place, type="bookpress", subtype="heading")


class Directions(Watched):
    """Blocks that begin with Arabic, Hebrew or another script of their direction run from right to left."""

    default_priority = 7

    def apply_to_book(self) -> None:
        kinds = (nodes.paragraph, nodes.title, nodes.subtitle, nodes.caption, nodes.term, nodes.rubric, nodes.line)
        for block in self.document.findall(nodes.TextElement):
            if not isinstance(block, kinds):
                continue
            ways = (unicodedata.bidirectional(char) for char in block.astext())
            if next((way for way in ways if way in ("L", "R", "AL")), "L") != "L":
                block["classes"] = [*block["classes"], RTL]
