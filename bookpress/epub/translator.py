"""Nodes as XHTML: Sphinx's HTML, but for tables, and without what extensions put in for scripts."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

from bookpress.epub.words import table_alone
from bookpress.forms import RTL
from bookpress.tables import TableWriter, planned


class XhtmlTranslator(HTML5Translator):
    """HTML as Sphinx writes it, but for tables, and without what extensions put in for scripts."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._tables = TableWriter(self)

    def starttag(self, node: Any, tagname: str, suffix: str = "\n", empty: bool = False, **attributes: Any) -> str:
        """Of a block from right to left too: a style sheet of an EPUB may not say it."""
        if isinstance(node, nodes.Element) and RTL in node.get("classes", ()):
            attributes["dir"] = "rtl"
        return str(super().starttag(node, tagname, suffix, empty, **attributes))

    def visit_raw(self, node: nodes.raw) -> None:
        if "<script" in node.astext():  # sphinx-thebe's constants, in every page
            raise nodes.SkipNode
        super().visit_raw(node)

    def visit_reference(self, node: nodes.Element) -> None:
        if node.get("refuri") == "":  # to the page itself, which Sphinx would call "#"
            node["refuri"] = self.builder.current_docname.rpartition("/")[2] + self.builder.out_suffix
        super().visit_reference(node)

    def visit_table(self, node: nodes.Element) -> None:
        """The caption stands outside the box that scrolls: inside, it would be as wide as the table."""
        super().visit_table(node)
        self._tables.begin(planned(node))
        self._table_tag = self.body.pop()
        if isinstance(node[0], nodes.title):
            self.body.append('<figure class="table">')
        else:
            box = f'<div class="table-box" role="group" aria-label="{escape(table_alone())}" tabindex="0">'
            self.body.append(box + self._table_tag)

    def depart_table(self, node: nodes.Element) -> None:
        super().depart_table(node)
        self._tables.end()
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
        self._tables.group(body=False)

    def visit_tbody(self, node: nodes.tbody) -> None:
        super().visit_tbody(node)
        self._tables.group(body=True)

    def visit_row(self, node: nodes.Element) -> None:
        self._tables.before_row(node)
        super().visit_row(node)
        self._tables.row()

    def visit_entry(self, node: nodes.entry) -> None:
        row: Any = node.parent
        column: int = row.column  # counted by docutils' writer
        super().visit_entry(node)
        self._tables.cell(node, column)
