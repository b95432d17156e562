"""The boxes on citing as text, for paper and e-readers."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from bookpress.cite.box import BookCitation
from bookpress.cite.formats import STYLES, Work, exact_edition
from bookpress.metadata import Chapter, book, chapter


class ChapterCitation(nodes.topic):
    """How a chapter is cited, on paper and e-readers: small print at its end."""


class Printed(SphinxPostTransform):
    """The boxes as text at the end of each chapter."""

    default_priority = 8
    formats = ("typst", "epub")

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(BookCitation)):
            node.replace_self(_box_nodes(book(self.app), "Cite the book"))
        parts = [(self.document, self.env.docname)]
        parts += [(node, node["docname"]) for node in self.document.findall(addnodes.start_of_file)]
        for tree, docname in parts:
            section = next(iter(tree.findall(nodes.section)), None)
            if section is None:
                continue
            below = (addnodes.start_of_file, nodes.compound)  # the chapters that come after the first page
            place = next((k for k, child in enumerate(section) if isinstance(child, below)), len(section))
            section.insert(place, _box_nodes(chapter(self.app, docname), "Cite this chapter"))


def _box_nodes(work: Work, title: str) -> nodes.topic:
    paragraphs = []
    for label, style in STYLES.values():
        line = nodes.paragraph("", "", nodes.strong("", f"{label}. "))
        for text, italic in style(work):
            line += nodes.emphasis("", text) if italic else nodes.Text(text)
        paragraphs.append(line)
    if isinstance(work, Chapter):  # which edition exactly: once, behind the title page
        paragraphs.append(nodes.paragraph("", f"Permanent name of this chapter: {work.id}."))
        return ChapterCitation("", nodes.title("", title), *paragraphs, classes=["bp-cite-chapter"])
    paragraphs.append(nodes.paragraph("", f"This edition exactly: {exact_edition(work)}."))
    return nodes.topic("", nodes.title("", title), *paragraphs)


def print_chapter_citation(self: Any, node: ChapterCitation) -> None:
    """In the PDF of `bookpress.typst`: a note of the template's, never alone on a page."""
    self.body.append(self.box("citation-note", node))
    raise nodes.SkipNode
