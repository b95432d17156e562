"""How the report's own nodes look in the PDF: headings in the articles it reproduces, entries of the ledger.

On the screen and on e-readers they are what they are made from, a paragraph and containers. The functions that the
rules call are in `printed.typ`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from bookpress.typst.writer import Writer, names

PREAMBLE = Path(__file__).with_name("printed.typ")


class article_heading(nodes.paragraph):
    """A heading in an article."""


class ledger_entry(nodes.container):
    """A claim: its head, the quotation, then what is said of it."""


class ledger_evidence(nodes.container):
    """A line that leads in, then the list of evidence."""


def print_heading(self: Writer, node: article_heading) -> None:
    """A heading of the book, but in no contents."""
    self.body.append(f"\n{self.anchors(node)}#rubric({self.content(node)})\n\n")
    raise nodes.SkipNode


def print_entry(self: Writer, node: ledger_entry) -> None:
    """The head and the quotation stay with what follows."""
    anchors = names(self.new_labels(node))
    head, quotation, *rest = node.children
    quote = "".join(self.children(paragraph) for paragraph in quotation.children)
    with self.boxed(0):
        body = "".join(self.write(child) for child in rest).strip()
    self.body.append(f"\n#claim-entry({self.content(head)}, [{quote}], anchors: {anchors})[{body}]\n\n")
    raise nodes.SkipNode


def print_evidence(self: Writer, node: ledger_evidence) -> None:
    """The line that leads in stays with the list."""
    lead, *rest = node.children
    self.body.append(f"\n#lead-in({self.content(lead)})\n" + "".join(self.write(child) for child in rest))
    raise nodes.SkipNode


def add_preamble(_app: Sphinx, config: Config) -> None:
    """Put the functions that the rules call before what the configuration names."""
    if "typst_preamble" in config:
        given = config.typst_preamble
        config.typst_preamble = [str(PREAMBLE), *([given] if isinstance(given, str) else given)]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_node(article_heading, typst=(print_heading, None))
    app.add_node(ledger_entry, typst=(print_entry, None))
    app.add_node(ledger_evidence, typst=(print_evidence, None))
    app.connect("config-inited", add_preamble)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
