"""Where in an author's files a node stands, and how what is wrong there is told."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from bookpress.kept import kept

LOGGER = logging.getLogger(__name__)


def place(node: nodes.Node) -> str:
    """File and line of a node: its own, of what it stands in, or of what stands before it there."""
    at: nodes.Node | None = node
    source = ""
    while at is not None and not isinstance(at, nodes.document):
        source = source or getattr(at, "source", None) or ""
        before = at.parent.children[: at.parent.index(at)] if at.parent is not None else []
        for candidate in (at, *reversed(before)):
            lines = [line for part in candidate.findall() if (line := getattr(part, "line", None))]
            if lines:
                source = source or getattr(candidate, "source", None) or ""
                return f"{source}:{lines[0] if candidate is at else _line_below(source, max(lines), node)}"
        at = at.parent
    return source


def _line_below(source: str, line: int, node: nodes.Node) -> int:
    """The line, from one before a node on, that names its picture; the one before, if none does."""
    uri = node.get("uri", "") if isinstance(node, nodes.image) else ""
    if uri and Path(source).is_file():
        lines = Path(source).read_text("utf-8", errors="replace").splitlines()
        for number, text in enumerate(lines[line - 1 :], line):
            if posixpath.basename(uri) in text and number > line:
                return number
    return line


def is_watched(app: Sphinx) -> bool:
    """Whether what the builder of this run makes is told of here."""
    watched = kept(app, "watched", set[str])
    return app.builder.name in watched or (app.builder.format == "html" and "html" in watched)


class Watched(SphinxPostTransform):
    """A transform for the builders that are watched."""

    def run(self, **kwargs: Any) -> None:
        if is_watched(self.app):
            self.apply_to_book()

    def apply_to_book(self) -> None:
        raise NotImplementedError

    def page_of(self, node: nodes.Node) -> str:
        """The document that a node is written in: print has all of them in one tree."""
        at: nodes.Node | None = node
        while at is not None and not isinstance(at, (addnodes.start_of_file, nodes.document)):
            at = at.parent
        if isinstance(at, addnodes.start_of_file):
            return str(at["docname"])
        # Where Sphinx puts documents into one tree, their parts still name the documents that they were in.
        source = at.get("source") if isinstance(at, nodes.document) else None
        return (self.env.path2doc(source) if source else None) or self.env.docname

    def tell(self, subtype: str, node: nodes.Node, message: str, *said: object) -> None:
        LOGGER.warning(message, *said, location=place(node) or None, type="bookpress", subtype=subtype)
