"""A table of nodes, for the pages that an extension makes itself."""

from __future__ import annotations

from collections.abc import Sequence

from docutils import nodes

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
    group += nodes.thead("", _row([[nodes.Text(text)] for text in head], numeric))
    group += nodes.tbody("", *(_row(row, numeric) for row in rows))
    return nodes.container("", table, classes=["bp-scroll"])


def _row(cells: Sequence[Cell], numeric: set[int]) -> nodes.row:
    row = nodes.row()
    for index, inline in enumerate(cells):
        side = "text-right" if index in numeric else "text-left"
        row += nodes.entry("", nodes.paragraph("", "", *inline), classes=[side, *([] if index else ["bp-head"])])
    return row
