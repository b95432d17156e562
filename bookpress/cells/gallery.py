"""The gallery: every figure of the book, small, with its finding, as a link to its place.

Directive `gallery`, for HTML. What it shows is read from the finished chapters when its page is written, so that
no figure can be missing; pictures are the files of the chapters, loaded when they come into view.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from bookpress.cells.display import shown
from bookpress.cells.drawing import drawing
from bookpress.contents import documents
from bookpress.words import _

_PAGES, _CONTENT = "bookpress_gallery_pages", "bookpress_gallery_content"


class Gallery(nodes.General, nodes.Element):
    """The place of a gallery in its page."""


class GalleryDirective(SphinxDirective):
    """`gallery`."""

    def run(self) -> list[nodes.Node]:
        self.env.__dict__.setdefault(_PAGES, set()).add(self.env.docname)
        return [Gallery()]


def content(app: Sphinx) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Chapters with figures, in the order of the book: docname, title, and of each figure name, number and finding."""
    env = app.env
    chapters = []
    for docname in documents(app):
        numbers = env.toc_fignumbers.get(docname, {}).get("figure", {})
        figures = [
            (part.name, ".".join(map(str, numbers.get(part.name, ()))), part.finding)
            for part in shown(env).get(docname, [])
            if part.kind == "figures"
        ]
        if figures:
            chapters.append((docname, env.titles[docname].astext(), figures))
    return chapters


def outdated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Pages with a gallery, where the figures, their numbers or titles are no longer those that it showed."""
    now = content(app)
    if env.__dict__.get(_CONTENT) == now:
        return []
    env.__dict__[_CONTENT] = now
    return sorted(env.__dict__.get(_PAGES, set()) & env.found_docs)


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the figures in place of the directive; nothing on paper, where the list of figures serves."""
    for place in list(doctree.findall(Gallery)):
        if app.builder.name != "html":
            place.parent.remove(place)
            continue
        parts = []
        for chapter, title, figures in content(app):
            address = app.builder.get_relative_uri(docname, chapter)
            heading = nodes.title("", "", nodes.reference("", title, refuri=address, internal=True))
            tree = app.env.get_doctree(chapter)
            cards = nodes.bullet_list("", *(_card(tree, address, *figure) for figure in figures))
            parts.append(nodes.section("", heading, cards, ids=[f"figures-{chapter.rpartition('/')[2]}"]))
        place.replace_self(nodes.container("", *parts, classes=["bp-gallery"]))


def _card(tree: nodes.document, address: str, name: str, number: str, finding: str) -> nodes.list_item:
    link = nodes.reference("", "", refuri=f"{address}#{name}", internal=True, classes=["figure-card"])
    figure = next(node for node in tree.findall(nodes.figure) if name in node["ids"])
    held = next(figure.findall(drawing))
    for picture in held.findall(nodes.image):  # the light and the dark form
        copy = picture.deepcopy()
        copy["alt"] = ""  # the finding beside it names the link; the figure itself has the whole text
        link += copy
    if number:
        link += nodes.inline("", f"{_('Figure')} {number} ", classes=["figure-number"])
    link += nodes.inline("", finding, classes=["figure-finding"])
    return nodes.list_item("", nodes.paragraph("", "", link))


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_node(Gallery)
    app.add_directive("gallery", GalleryDirective)
    app.connect("env-get-updated", outdated, priority=900)  # when figures have their numbers
    app.connect("doctree-resolved", fill)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
