"""Tables in HTML: how each stands on a narrow screen, and what its tags say. The web book and the EPUB share it.

A table that fits a telephone stays as it is. Of the others, one of numbers (`grid`) keeps its form, with its first
column in place while the rest is moved sideways; one of words becomes a list of its rows (`stacked`), each cell with
the name of its column, short ones (`brief`) side by side. The style sheet then takes the form of a table away, so roles
say its meaning again.

Classes on nodes, for whoever makes tables: `bp-group` on a row is the head of the rows below it, one cell wide;
`bp-head` on a cell of the body says that it heads its row; `bp-ref` on a cell, that it holds the numbers of notes;
`bp-whole` on a table, that none of its rows may be folded away. :func:`grid` makes a table for the pages that an
extension makes itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

TELEPHONE = 40
"""Characters of small type in a line of the narrowest screen, 320 pixels wide."""
COMFORTABLE = 20
"""Characters: a column of longer texts is not squeezed below this."""
BRIEF = 26
"""Characters: cells of a column whose name and texts are together no longer may stand side by side."""
PROSE = 60
"""Characters: a column but the first that has a longer text is for reading, not for comparing."""
_NUMBER = re.compile(r"[-+−–<>≤≥≈~±]?\s*\d[\d\s,.\u202f\u00a0]*\s*%?(\s*\([^()]*\d[^()]*\))?[*†‡]?|[-–—]?")


@dataclass(frozen=True)
class Plan:
    """How a table is written. form: `stacked`, `grid`, or nothing where it fits; labels: names of the columns."""

    form: str = ""
    labels: tuple[str, ...] = ()
    rows: int = 0
    rest: frozenset[int] = frozenset()
    """Rows of the body at which a part begins that is folded away."""
    brief: frozenset[int] = frozenset()
    """Columns of short texts."""


def planned(table: nodes.Element, long: int = 0, first: int = 0) -> Plan:
    """The plan of a docutils table. Above `long` rows (0: never) all but about the `first` rows are folded away."""
    head = table.next_node(nodes.thead)
    body = [row for part in table.findall(nodes.tbody) for row in part.children if isinstance(row, nodes.row)]
    count = sum(not _is_group(row) for row in body)
    rest = _rest(body, first) if 0 < long < count and "bp-whole" not in table["classes"] else frozenset[int]()
    if head is None or len(head) != 1 or _is_joined(head, body):
        return Plan(rows=count, rest=rest)
    names = list(head[0].children)
    columns = [_Column.of(names, body, index) for index in range(len(names))]
    labels = tuple(_text(name) for name in names)
    if sum(column.need for column in columns) <= TELEPHONE:
        return Plan("", labels, count, rest)
    told = [column for column in columns if not column.notes]
    compared = 2 * sum(column.numeric for column in told) >= len(told) and all(c.longest <= PROSE for c in told[1:])
    brief = frozenset(i for i, column in enumerate(columns) if column.longest + len(labels[i]) <= BRIEF)
    return Plan("grid" if compared else "stacked", labels, count, rest, brief)


@dataclass(frozen=True)
class _Column:
    numeric: bool
    notes: bool
    longest: int
    need: int

    @classmethod
    def of(cls, names: list[Any], body: list[nodes.row], index: int) -> _Column:
        cells = [row.children[index] for row in body if not _is_group(row)]
        texts = [_text(cell) for cell in cells]
        words = [word for text in [_text(names[index]), *texts] for word in text.split()] or [""]
        longest = max(map(len, texts), default=0)
        return cls(
            numeric=all(_NUMBER.fullmatch(text) for text in texts),
            notes=any("bp-ref" in cell["classes"] for cell in cells if isinstance(cell, nodes.Element)),
            longest=longest,
            need=max(*map(len, words), min(longest, COMFORTABLE)) + 2,
        )


def _text(node: nodes.Node) -> str:
    return " ".join(node.astext().split())


def _is_group(row: Any) -> bool:
    return "bp-group" in row["classes"]


def _is_joined(head: nodes.Element, body: list[nodes.row]) -> bool:
    cells = [cell for row in [*head.findall(nodes.row), *body] if not _is_group(row) for cell in row.children]
    return any("morecols" in cell or "morerows" in cell for cell in cells if isinstance(cell, nodes.Element))


def _rest(body: list[nodes.row], first: int) -> frozenset[int]:
    """Where the rows begin that are folded away: at a group's head if one is near, and at each group's head after."""
    heads = [index for index, row in enumerate(body) if index and _is_group(row)]
    near = [index for index in heads if first * 2 <= index * 3 and index <= 2 * first]
    start = min(near, key=lambda index: abs(index - first)) if near else first
    return frozenset([start, *(index for index in heads if index > start)])


@dataclass
class _Written:
    """A table that is being written."""

    plan: Plan
    row: int = -1
    body: bool = False


class TableWriter:
    """Tags of tables with their roles, scopes and labels, in addition to what a translator of Sphinx writes."""

    def __init__(self, translator: HTML5Translator, *, roles: bool = True) -> None:
        """roles: whether roles are written; HTML for browsers may not repeat what its elements mean, a script does."""
        self.out = translator
        self.roles = roles
        self.open: list[_Written] = []

    def begin(self, plan: Plan, **attributes: str) -> None:
        """After the translator has written the start tag of a table."""
        self.open.append(_Written(plan))
        place = next(i for i in reversed(range(len(self.out.body))) if "<table" in self.out.body[i])
        before, start, tag = self.out.body[place].rpartition("<table")  # before: anchors of further names
        tag = self._role(start + tag, "table")
        if plan.form:
            tag = tag.replace('class="', f'class="{plan.form} ', 1)
        more = "".join(f' {name.replace("_", "-")}="{escape(value)}"' for name, value in attributes.items())
        self.out.body[place] = before + tag.replace("<table", f"<table{more}", 1)

    def end(self) -> None:
        """After the table."""
        self.open.pop()

    def group(self, *, body: bool) -> None:
        """After the start tag of a head or body."""
        self.open[-1].body = body
        self.out.body[-1] = self._role(self.out.body[-1], "rowgroup")

    def before_row(self, row: nodes.Element) -> None:
        """Before the start tag of a row: parts of the body end where a group or the folded rest begins."""
        table = self.open[-1]
        if not table.body:
            return
        table.row += 1
        rest = table.row in table.plan.rest
        if table.row and (_is_group(row) or rest):
            tag = '<tbody class="bp-rest">' if rest else "<tbody>"
            self.out.body.append("</tbody>\n" + self._role(tag, "rowgroup"))

    def row(self) -> None:
        """After the start tag of a row."""
        self.out.body[-1] = self._role(self.out.body[-1], "row")

    def cell(self, entry: nodes.entry, column: int) -> None:
        """After the start tag of a cell in a column."""
        table, row = self.open[-1], entry.parent
        scope = "col" if not table.body else "rowgroup" if _is_group(row) else "row"
        tag = self.out.body[-1]
        if table.body and (scope == "rowgroup" or "bp-head" in entry["classes"]) and tag.startswith("<td"):
            tag = "<th" + tag[3:]
            self.out.context[-1] = self.out.context[-1].replace("</td", "</th")
        heading = tag.startswith("<th")
        role = ("columnheader" if scope == "col" else "rowheader") if heading else "cell"
        if table.plan.form == "stacked" and table.body and scope != "rowgroup":
            name, rest = tag[:3], tag[3:]
            tag = f'{name} data-label="{escape(table.plan.labels[column])}"{rest}'
            if column in table.plan.brief:
                tag = tag.replace('class="', 'class="brief ', 1)
        tag = self._role(tag, role)
        self.out.body[-1] = re.sub(r"^<th\b", f'<th scope="{scope}"', tag)

    def _role(self, tag: str, role: str) -> str:
        stacked = self.roles and self.open and self.open[-1].plan.form == "stacked"
        return re.sub(r"^<\w+", rf'\g<0> role="{role}"', tag) if stacked else tag


Cell = Sequence[nodes.Node]


def grid(
    head: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    numeric: set[int] | None = None,
    title: str = "",
) -> nodes.container:
    """A docutils table of inline cells in a box that scrolls; columns in `numeric` are aligned right."""
    numeric = numeric or set()
    table = nodes.table(classes=["bp-table", "colwidths-auto"])
    if title:
        table += nodes.title("", title)
    group = nodes.tgroup(cols=len(head))
    table += group
    for _ in head:
        group += nodes.colspec(colwidth=1)
    group += nodes.thead("", _grid_row([[nodes.Text(text)] for text in head], numeric))
    group += nodes.tbody("", *(_grid_row(row, numeric) for row in rows))
    return nodes.container("", table, classes=["bp-scroll"])


def _grid_row(cells: Sequence[Cell], numeric: set[int]) -> nodes.row:
    row = nodes.row()
    for index, inline in enumerate(cells):
        side = "text-right" if index in numeric else "text-left"
        row += nodes.entry("", nodes.paragraph("", "", *inline), classes=[side, *([] if index else ["bp-head"])])
    return row
