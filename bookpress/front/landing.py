"""The landing page: the book's title, its answer, its numbers and its picture before the first page's own text."""

from __future__ import annotations

import re
from datetime import datetime, time
from html import escape
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.i18n import format_date
from sphinx.writers.html5 import HTML5Translator

from bookpress.front.wholes import WholeItems
from bookpress.metadata import Book, book
from bookpress.words import _, curled

LOGGER = logging.getLogger(__name__)
_SCREEN_ONLY = ["html-only"]  # the class by which the builders for paper and e-readers leave things out


class Landing(nodes.General, nodes.Element):
    """What stands before the page's own title; attribute `picture`."""


class Parts(nodes.General, nodes.Element):
    """A navigation through the parts of the book."""


class _Held(SphinxDirective):
    """A directive that wraps the MyST text that it holds."""

    has_content = True

    def held(self) -> list[nodes.Node]:
        holder = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, holder)
        return list(holder.children)


class LandingDirective(_Held):
    """`landing`."""

    option_spec = {"picture": directives.unchanged}  # noqa: RUF012 (as docutils has it)

    def run(self) -> list[nodes.Node]:
        inside = Landing("", *self.held(), picture=self.options.get("picture", ""))
        return [nodes.container("", inside, classes=_SCREEN_ONLY)]


class NumbersDirective(_Held):
    """`landing-numbers`."""

    def run(self) -> list[nodes.Node]:
        return [nodes.container("", *self.held(), classes=[*_SCREEN_ONLY, "landing-numbers"])]


class WaysDirective(_Held):
    """`landing-ways`: the files of the whole book follow the first link."""

    def run(self) -> list[nodes.Node]:
        box = nodes.container("", *self.held(), classes=[*_SCREEN_ONLY, "landing-ways"])
        for ways in box.findall(nodes.bullet_list):
            ways.insert(1, WholeItems())
            break
        return [box]


class PartsDirective(_Held):
    """`landing-parts`."""

    def run(self) -> list[nodes.Node]:
        return [nodes.container("", Parts("", *self.held()), classes=_SCREEN_ONLY)]


DIRECTIVES: dict[str, type[SphinxDirective]] = {
    "landing": LandingDirective,
    "landing-numbers": NumbersDirective,
    "landing-ways": WaysDirective,
    "landing-parts": PartsDirective,
}


def arrange(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the landing before the page: a section of its own, named after the book, which holds the page's."""
    landing = next(iter(doctree.findall(Landing)), None)
    if landing is None or app.builder.format != "html":
        return
    box, page = landing.parent, next(iter(doctree.findall(nodes.section)))
    box.parent.remove(box)
    words = nodes.container("", *_masthead(book(app), app), *landing.children, classes=["landing-words"])
    shown = Landing("", words)
    if name := landing["picture"]:
        if (picture := _picture(page, name)) is not None:
            picture.parent.remove(picture)
            shown += nodes.container("", picture, classes=["landing-picture"])
        else:
            message = "the landing page has no figure %r"
            LOGGER.warning(message, name, location=docname, type="bookpress", subtype="landing")
    parts = [_taken(part) for part in list(page.findall(Parts))]
    around, place = page.parent, page.parent.index(page)
    around.remove(page)
    around.insert(place, nodes.section("", shown, *parts, page))


def name_page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """The title of the landing page is the book's, in tabs, bookmarks and lists of results."""
    if doctree is not None and doctree.next_node(Landing) is not None:
        context["book_title"] = book(app).title


def _taken(part: Parts) -> nodes.Node:
    part.parent.parent.remove(part.parent)
    return part


def _picture(page: nodes.section, name: str) -> nodes.Element | None:
    """The child of the page in which a figure stands: its cell, with the links to its data and code."""
    for figure in page.findall(nodes.figure):
        if name in figure["ids"]:
            node: nodes.Element = figure
            while node.parent is not page:
                node = node.parent
            return node
    return None


def _masthead(whole: Book, app: Sphinx) -> list[nodes.Node]:
    """Title, subtitle, and the line that says which edition this is."""
    moment = datetime.combine(whole.date, time())
    day = f"{whole.date.day} {format_date('%B %Y', date=moment, language=app.config.language)}"
    facts = [_("Edition %s") % whole.version] if whole.version else []
    facts += [day, *(f"{label}: {text}" for label, text in app.config.front_facts.items())]
    subtitle = [nodes.paragraph("", _set(whole.subtitle), classes=["landing-subtitle"])] if whole.subtitle else []
    return [
        # Not a title of docutils: that stands at the head of its section, outside any box.
        nodes.raw("", f"<h1>{escape(_set(whole.main_title))}</h1>", format="html"),
        *subtitle,
        nodes.paragraph("", " · ".join(facts), classes=["landing-edition"]),
    ]


def _set(text: str) -> str:
    """Plain text as it is set in large type: with a curved apostrophe, and no line that breaks within 2025–26."""
    return re.sub(r"(?<=\d)–(?=\d)", "–\u2060", curled(text))


def visit(self: HTML5Translator, node: Landing) -> None:
    self.body.append('<div class="bp-landing"><div class="landing-columns">\n')


def depart(self: HTML5Translator, node: Landing) -> None:
    self.body.append("</div></div>\n")


def visit_parts(self: HTML5Translator, node: Parts) -> None:
    name = escape(_("Parts of the book"))
    self.body.append(f'<nav class="landing-parts" aria-label="{name}">\n')


def depart_parts(self: HTML5Translator, node: Parts) -> None:
    self.body.append("</nav>\n")
