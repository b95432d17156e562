"""The boxes on citing as text, for paper and e-readers."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from bookpress.cite.box import BookCitation, ChapterCitations, gathered
from bookpress.cite.formats import STYLES, Work, chicago, exact_edition
from bookpress.contents import documents
from bookpress.metadata import Chapter, book, chapter
from bookpress.words import _


class ChapterCitation(nodes.topic):
    """How a chapter is cited, on paper and e-readers: small print at its end."""


class Printed(SphinxPostTransform):
    """The boxes as text: of all chapters in one place where the book has one (`cite-chapters`), else at their ends."""

    default_priority = 8
    formats = ("typst", "epub")

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(BookCitation)):
            node.replace_self(_box_nodes(book(self.app), _("Cite the book")))
        for place in list(self.document.findall(ChapterCitations)):
            place.replace_self(self.all_of_them())
        if not gathered(self.env):
            self.at_the_ends()

    def all_of_them(self) -> nodes.bullet_list:
        """The citation of each chapter with its permanent name."""
        listed = nodes.bullet_list("")
        for docname in documents(self.app):
            work = chapter(self.app, docname)
            line = nodes.paragraph("", "", *_pieces(chicago(work)), nodes.Text(" "), nodes.literal("", work.id))
            listed += nodes.list_item("", line)
        return listed

    def at_the_ends(self) -> None:
        """A box behind each chapter."""
        parts: list[tuple[nodes.Element, str]] = [(self.document, self.env.docname)]
        parts += [(node, node["docname"]) for node in self.document.findall(addnodes.start_of_file)]
        for tree, docname in parts:
            section = next(iter(tree.findall(nodes.section)), None)
            if section is None:
                continue
            below = (addnodes.start_of_file, nodes.compound)  # the chapters that come after the first page
            place = next((k for k, child in enumerate(section) if isinstance(child, below)), len(section))
            section.insert(place, _box_nodes(chapter(self.app, docname), _("Cite this chapter")))


def _pieces(pieces: list[tuple[str, bool]]) -> list[nodes.Node]:
    return [nodes.emphasis("", text) if italic else nodes.Text(text) for text, italic in pieces]


def _box_nodes(work: Work, title: str) -> nodes.topic:
    paragraphs = []
    for label, style in STYLES.values():
        paragraphs.append(nodes.paragraph("", "", nodes.strong("", f"{label}. "), *_pieces(style(work))))
    if isinstance(work, Chapter):  # which edition exactly: once, behind the title page
        paragraphs.append(nodes.paragraph("", _("Permanent name of this chapter: %s.") % work.id))
        return ChapterCitation("", nodes.title("", title), *paragraphs, classes=["bp-cite-chapter"])
    paragraphs.append(nodes.paragraph("", _("This edition exactly: %s.") % exact_edition(work)))
    return nodes.topic("", nodes.title("", title), *paragraphs)


def print_chapter_citation(self: Any, node: ChapterCitation) -> None:
    """In the PDF of `bookpress.typst`: a note of the template's, never alone on a page."""
    self.body.append(self.box("citation-note", node))
    raise nodes.SkipNode
