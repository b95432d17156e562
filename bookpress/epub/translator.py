"""Nodes as XHTML: Sphinx's HTML, but for tables, and without what extensions put in for scripts."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

from bookpress.epub.words import table_alone

FEW_COLUMNS = 4
"""A table of words with fewer columns than this can be read on a telephone as it is."""


class XhtmlTranslator(HTML5Translator):
    """HTML as Sphinx writes it, but for tables, and without what extensions put in for scripts."""

    _labels: tuple[str, ...] = ()

    def visit_raw(self, node: nodes.raw) -> None:
        if "<script" in node.astext():  # sphinx-thebe's constants, in every page
            raise nodes.SkipNode
        super().visit_raw(node)

    def visit_reference(self, node: nodes.Element) -> None:
        if node.get("refuri") == "":  # to the page itself, which Sphinx would call "#"
            node["refuri"] = self.builder.current_docname.rpartition("/")[2] + self.builder.out_suffix
        super().visit_reference(node)

    def visit_table(self, node: nodes.Element) -> None:
        """The caption stands outside the box that scrolls: inside, it would be as wide as the table.

        A wide table of words becomes a list of its rows where the screen is narrow, each cell under its column's name.
        The style sheet then takes the table's form away, so its meaning is said again with roles.
        """
        super().visit_table(node)
        self._labels = _labels(node)
        self._table_tag = self._with_role(self.body.pop(), "table")
        if self._labels:
            self._table_tag = self._table_tag.replace('class="', 'class="stacked ', 1)
        if isinstance(node[0], nodes.title):
            self.body.append('<figure class="table">')
        else:
            box = f'<div class="table-box" role="group" aria-label="{escape(table_alone())}" tabindex="0">'
            self.body.append(box + self._table_tag)

    def depart_table(self, node: nodes.Element) -> None:
        super().depart_table(node)
        self._labels = ()
        self.body.append("</div></figure>\n" if isinstance(node[0], nodes.title) else "</div>\n")

    def visit_title(self, node: nodes.Element) -> None:
        if not isinstance(node.parent, nodes.table):
            super().visit_title(node)
            return
        self._caption = f"{(node.parent['ids'] or [f'table-{len(self.body)}'])[0]}-caption"
        self.body.append(f'<figcaption id="{self._caption}">')
        self.add_fignumber(node.parent)

    def depart_title(self, node: nodes.Element) -> None:
        if not isinstance(node.parent, nodes.table):
            super().depart_title(node)
            return
        box = f'<div class="table-box" role="region" aria-labelledby="{self._caption}" tabindex="0">'
        self.body.append(f"</figcaption>\n{box}{self._table_tag}")

    def visit_thead(self, node: nodes.thead) -> None:
        super().visit_thead(node)
        self.body[-1] = self._with_role(self.body[-1], "rowgroup")

    def visit_tbody(self, node: nodes.tbody) -> None:
        super().visit_tbody(node)
        self.body[-1] = self._with_role(self.body[-1], "rowgroup")

    def visit_row(self, node: nodes.Element) -> None:
        super().visit_row(node)
        self.body[-1] = self._with_role(self.body[-1], "row")

    def visit_entry(self, node: nodes.entry) -> None:
        row: Any = node.parent
        column: int = row.column  # counted by docutils' writer
        super().visit_entry(node)
        head = isinstance(node.parent.parent, nodes.thead)
        tag = self._with_role(self.body[-1], "columnheader" if head else "cell")
        if self._labels and not head:
            tag = tag.replace("<td", f'<td data-label="{escape(self._labels[column])}"', 1)
        self.body[-1] = re.sub(r"^<th\b", f'<th scope="{"col" if head else "row"}"', tag)

    def _with_role(self, tag: str, role: str) -> str:
        return re.sub(r"^<\w+", rf'\g<0> role="{role}"', tag) if self._labels else tag


def _labels(table: nodes.Element) -> tuple[str, ...]:
    """Names of the columns of a table that does not fit a telephone; of any other, and of a grid of numbers, none."""
    head = table.next_node(nodes.thead)
    if head is None or len(head) != 1:
        return ()
    entries = list(head.findall(nodes.entry))
    numbers = sum("text-right" in entry["classes"] for entry in entries)
    fits = len(entries) < FEW_COLUMNS or 2 * numbers >= len(entries)
    joined = any("morecols" in entry or "morerows" in entry for entry in table.findall(nodes.entry))
    return () if fits or joined else tuple(entry.astext() for entry in entries)
