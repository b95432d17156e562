"""How the report's own nodes look in the PDF: headings in the articles it reproduces, entries of the ledger.

On the screen and on e-readers they are what they are made from, a paragraph and containers. The functions that the
rules call are in `printed.typ`.
"""

from __future__ import annotations

from itertools import takewhile
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
    """The head and the quotation stay with what follows; entries that follow each other stand in two columns."""
    siblings, place = node.parent.children, node.parent.index(node)
    if place and isinstance(siblings[place - 1], ledger_entry):
        raise nodes.SkipNode  # written with the first of them
    run = list(takewhile(lambda sibling: isinstance(sibling, ledger_entry), siblings[place:]))
    self.body.append(f"\n#claim-entries[{''.join(_entry(self, entry) for entry in run)}]\n\n")
    raise nodes.SkipNode


def _entry(self: Writer, node: ledger_entry) -> str:
    anchors = names(self.new_labels(node))
    head, quotation, *rest = (child for child in node.children if isinstance(child, nodes.Element))
    quote = "".join(self.children(paragraph) for paragraph in quotation.findall(nodes.paragraph))
    with self.boxed(0):
        body = "".join(self.write(child) for child in rest).strip()
    return f"\n#claim-entry({self.content(head)}, [{quote}], anchors: {anchors})[{body}]\n\n"


def print_evidence(self: Writer, node: ledger_evidence) -> None:
    """The line that leads in stays with the list."""
    lead, *rest = (child for child in node.children if isinstance(child, nodes.Element))
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
