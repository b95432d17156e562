"""The gallery: every figure of the book, small, with its finding, as a link to its place.

Directive `gallery`. What it shows is read from the finished chapters when its page is written, so that no figure can be
missing; pictures are the files of the chapters, on the web loaded when they come into view. In the PDF of
`bookpress.typst` four stand on a page, each with the number of its own page.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from bookpress.cells.display import shown
from bookpress.cells.drawing import FILE, drawing
from bookpress.cells.masonry import masonry, sized
from bookpress.contents import documents
from bookpress.words import _, curled

_PAGES, _CONTENT = "bookpress_gallery_pages", "bookpress_gallery_content"


class Gallery(nodes.General, nodes.Element):
    """The place of a gallery in its page."""


class PrintedGallery(nodes.General, nodes.Element):
    """The gallery on paper: a reference, a picture and a finding for each figure."""


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
    """Put the figures in place of the directive."""
    for place in list(doctree.findall(Gallery)):
        if app.builder.name == "html":
            place.replace_self(masonry(_by_chapter(app, docname)))
        elif app.builder.name == "typst":
            place.replace_self(_on_paper(app))
        elif app.builder.name == "epub":
            place.replace_self(_in_a_book(app, docname))
        else:
            place.parent.remove(place)


def _by_chapter(app: Sphinx, docname: str) -> Iterator[tuple[str, list[nodes.list_item]]]:
    """Title and cards of each chapter with figures."""
    for chapter, title, figures in content(app):
        address, tree = app.builder.get_relative_uri(docname, chapter), app.env.get_doctree(chapter)
        yield title, [_card(tree, address, *figure) for figure in figures]


def _in_a_book(app: Sphinx, docname: str) -> nodes.container:
    """In the EPUB: a list for each chapter, with the light form of each figure."""
    parts = []
    for chapter, title, figures in content(app):
        address, tree = app.builder.get_relative_uri(docname, chapter), app.env.get_doctree(chapter)
        heading = nodes.title("", "", nodes.reference("", title, refuri=address, internal=True))
        cards = nodes.bullet_list("", *(_card(tree, address, *figure, dark=False) for figure in figures))
        parts.append(nodes.section("", heading, cards, ids=[f"figures-{chapter.rpartition('/')[2]}"]))
    return nodes.container("", *parts, classes=["bp-gallery"])


def _on_paper(app: Sphinx) -> PrintedGallery:
    gallery = PrintedGallery()
    for chapter, _title, figures in content(app):
        tree = app.env.get_doctree(chapter)
        for name, number, finding in figures:
            figure = next(node for node in tree.findall(nodes.figure) if name in node["ids"])
            label = f"{_('Figure')} {number}" if number else finding
            address = app.builder.get_relative_uri("", chapter)
            link = nodes.reference("", label, refuri=f"{address}#{name}", internal=True)
            picture = next(image for image in figure.findall(nodes.image) if FILE in image["classes"])
            gallery += [link, picture.deepcopy(), nodes.Text(curled(finding))]
    return gallery


def print_gallery(self: Any, node: PrintedGallery) -> None:
    """In the PDF: pictures without a text of their own, for the finding below says what each shows."""
    from bookpress.typst.markup import ascii_name, literal

    cards = []
    for link, picture, finding in zip(*(iter(node.children),) * 3, strict=True):
        file = self.builder.images.get(picture["uri"]) if isinstance(picture, nodes.image) else None
        if file:
            path = literal(f"/images/{ascii_name(file)}")
            cards.append(f"({path}, [{self.write(link)}], [{self.write(finding)}])")
    self.body.append(f"\n#picture-cards({', '.join(cards)})\n\n")
    raise nodes.SkipNode


def _card(
    tree: nodes.document, address: str, name: str, number: str, finding: str, *, dark: bool = True
) -> nodes.list_item:
    link = nodes.reference("", "", refuri=f"{address}#{name}", internal=True, classes=["figure-card"])
    figure = next(node for node in tree.findall(nodes.figure) if name in node["ids"])
    held = next(figure.findall(drawing))
    for picture in held.findall(nodes.image):  # the light and the dark form
        if not dark and "only-dark" in picture["classes"]:
            continue
        copy = picture.deepcopy()
        copy["alt"] = ""  # the finding beside it names the link; the figure itself has the whole text
        link += copy
    if number:
        link += nodes.inline("", f"{_('Figure')} {number} ", classes=["figure-number"])
    link += nodes.inline("", curled(finding), classes=["figure-finding"])
    return nodes.list_item("", nodes.paragraph("", "", link))


def merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    """Take over which pages a parallel reader found to have a gallery."""
    env.__dict__.setdefault(_PAGES, set()).update(other.__dict__.get(_PAGES, set()) & docnames)


def size_pictures(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Tell the browser how large the pictures of a gallery are."""
    if app.builder.name == "html" and "bp-gallery" in (context.get("body") or ""):
        files = {quote(name): Path(app.srcdir) / uri for uri, name in app.builder.images.items()}
        context["body"] = sized(context["body"], files)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_node(Gallery)
    app.add_node(PrintedGallery, typst=(print_gallery, None))
    app.add_directive("gallery", GalleryDirective)
    app.connect("env-get-updated", outdated, priority=900)  # when figures have their numbers
    app.connect("env-merge-info", merge)
    app.connect("doctree-resolved", fill)
    app.connect("html-page-context", size_pictures)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
