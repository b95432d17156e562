"""Tables shown by notebook cells: header, rows in groups, sources as numbered notes below.

A column of sources would be the widest and set the height of the rows. Instead each set of sources is a numbered note,
the column holds its number, and the notes follow the table: folded in HTML (:class:`source_list`), run on in print.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

from bookpress.cells.display import Display
from bookpress.words import _

MISSING = ("", "–", "-")
FEW_NOTES = 3
"""Up to so many notes stand open."""
_WITH_INTERVAL = re.compile(r"(\S+) (\([^()]*\d[^()]*\))")
_SHORT, _WORD = 18, 12
"""Characters: numbers, days and years up to the one, other texts up to the other are not broken."""


class source_list(nodes.enumerated_list):
    """The numbered notes of a table."""


class TableDirective(Display):
    """`bookpress-table`: header, alignment by column, cells of plain text or MyST."""

    def run(self) -> list[nodes.Node]:
        table = self.payload()
        node = nodes.table(classes=["bp-table", "colwidths-auto"])
        node += nodes.title("", "", *self.inline(table["caption"]))
        sources = source_list(enumtype="arabic", prefix="", suffix=".")
        node += self.group(table, sources)
        self.label(node, table["name"])
        notes = [nodes.paragraph("", "", *self.inline(table["note"]))] if table["note"] else []
        below = nodes.container("", *notes, *([sources] if sources.children else []), classes=["bp-note"])
        shown: list[nodes.Node] = [nodes.container("", node, classes=["bp-scroll"])]
        return [*shown, *([below] if below.children else []), self.links("tables", table)]

    def group(self, table: dict[str, Any], sources: source_list) -> nodes.tgroup:
        """Head and body of the table. The notes of its sources are added to `sources`."""
        notes = table.get("notes") or [False] * len(table["head"])
        grouped = table.get("groups")
        columns = [index for index in range(len(table["head"])) if index != grouped]
        looks = {index: _looks([row[index] for row in table["rows"]], table["numeric"][index]) for index in columns}
        for index in columns:
            if notes[index]:
                looks[index] = ["text-right", "bp-ref"]
        looks[columns[0]] = [*looks[columns[0]], "bp-head"]
        group = nodes.tgroup(cols=len(columns))
        for _column in columns:
            group += nodes.colspec(colwidth=1)
        heads = [_cell([nodes.Text(table["head"][i])], [c for c in looks[i] if c != "bp-head"]) for i in columns]
        group += nodes.thead("", nodes.row("", *heads))
        body = nodes.tbody()
        numbers: dict[str, int] = {}
        last = None
        for row in table["rows"]:
            if grouped is not None and row[grouped] != last:
                last = row[grouped]
                head = nodes.strong("", "", *self.text(last, table["myst"][grouped]))
                body += nodes.row("", _cell([head], ["text-left"], morecols=len(columns) - 1), classes=["bp-group"])
            cells = []
            for index in columns:
                if notes[index] and row[index] not in MISSING:
                    inline = self.mark(table["name"], row[index], numbers, sources)
                else:
                    inline = self.text(row[index], table["myst"][index])
                none = ["bp-none"] if row[index] in MISSING else []
                cells.append(_cell(_quiet(inline) if table["numeric"][index] else inline, [*looks[index], *none]))
            body += nodes.row("", *cells)
        group += body
        return group

    def text(self, text: str, marked: bool) -> list[nodes.Node]:
        """Text of a cell, MyST or plain."""
        return self.inline(text) if marked else [nodes.Text(text)]

    def mark(self, name: str, text: str, numbers: dict[str, int], sources: source_list) -> list[nodes.Node]:
        """The number of the note with a text (MyST), which is added where it is new."""
        new = text not in numbers
        number = numbers.setdefault(text, len(numbers) + 1)
        ident = f"{name}-source-{number}"
        if new:
            sources += nodes.list_item("", nodes.paragraph("", "", *self.inline(text)), ids=[ident])
        return [nodes.reference("", str(number), refid=ident, internal=True)]


def _cell(inline: Sequence[nodes.Node], classes: list[str], **attributes: int) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", "", *inline), classes=list(classes), **attributes)


def _looks(texts: list[str], number: bool) -> list[str]:
    """Classes of the cells of a column."""
    there = [text for text in texts if text not in MISSING]
    short = bool(there) and all(len(text) <= (_SHORT if re.search(r"\d", text) else _WORD) for text in there)
    return ["text-right" if number else "text-left", *(["bp-short"] if short and not number else [])]


def _quiet(inline: list[nodes.Node]) -> list[nodes.Node]:
    """A number with its interval in brackets, the interval in quiet type."""
    parts = _WITH_INTERVAL.fullmatch(inline[0].astext()) if len(inline) == 1 else None
    if parts is None:
        return inline
    return [nodes.Text(f"{parts[1]} "), nodes.inline("", parts[2], classes=["bp-interval"])]


def visit_html(self: HTML5Translator, node: source_list) -> None:
    """Folded away, if they are many."""
    count = len(node.children)
    folded = "" if count > FEW_NOTES else " open"
    name = _("Sources")
    self.body.append(f'<details class="bp-sources bp-folded"{folded}><summary>{name} ({count})</summary>\n<ol>\n')


def depart_html(self: HTML5Translator, node: source_list) -> None:
    """Close what was opened."""
    self.body.append("</ol>\n</details>\n")


def visit_typst(self: Any, node: source_list) -> None:
    """One paragraph, since a line for each would be longer than the table."""
    from bookpress.typst.markup import inline

    items = [
        f"{self.anchors(item)}#strong[{number}]~{self.children(item).strip()}"
        for number, item in enumerate(node.children, 1)
        if isinstance(item, nodes.Element)
    ]
    name = inline(_("Sources"))
    self.body.append(f"\n\n{name}: " + "; ".join(items) + ".\n\n")
    raise nodes.SkipNode
