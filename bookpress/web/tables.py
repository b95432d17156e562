"""Tables of the web book: whole or with their first rows, readable on every screen, never in a box that cuts them.

`bookpress.tables` decides how a table stands on a narrow screen. `static/tables.css` draws it; `static/tables.js` folds
away the rows of a long table but the first ones, where the browser's search still finds them, under a button that says
how many there are. Without a script, and in print, all rows are there.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from bookpress.kept import kept
from bookpress.tables import Plan, TableWriter, planned
from bookpress.words import _

_BUILDERS = ("html", "dirhtml", "singlehtml")


class _Silent(TableWriter):
    """For a translator that writes all this itself: the visitors of HTML come to every builder like it."""

    def begin(self, plan: Plan, **attributes: str) -> None: ...
    def end(self) -> None: ...
    def group(self, *, body: bool) -> None: ...
    def before_row(self, row: nodes.Element) -> None: ...
    def row(self) -> None: ...
    def cell(self, entry: nodes.entry, column: int) -> None: ...


def _writer(translator: HTML5Translator) -> TableWriter:
    kind = TableWriter if translator.builder.name in _BUILDERS else _Silent
    return kept(translator, "web_tables", lambda: kind(translator, roles=False))


def visit_table(self: HTML5Translator, node: nodes.table) -> None:
    """Write the table's tag, and what the button is to say."""
    type(self).visit_table(self, node)
    config = self.config
    plan = planned(node, config.web_tables_long, config.web_tables_first)
    words = {}
    if plan.rest and not _is_folded(node):
        words = {"data_more": _("Show all {} rows").format(plan.rows), "data_less": _("Show fewer rows")}
    _writer(self).begin(plan, **words)


def depart_table(self: HTML5Translator, node: nodes.table) -> None:
    """End the table."""
    type(self).depart_table(self, node)
    _writer(self).end()


def visit_thead(self: HTML5Translator, node: nodes.thead) -> None:
    """Write a head."""
    type(self).visit_thead(self, node)
    _writer(self).group(body=False)


def visit_tbody(self: HTML5Translator, node: nodes.tbody) -> None:
    """Write a body."""
    type(self).visit_tbody(self, node)
    _writer(self).group(body=True)


def visit_row(self: HTML5Translator, node: nodes.row) -> None:
    """Write a row."""
    _writer(self).before_row(node)
    type(self).visit_row(self, node)
    _writer(self).row()


def visit_entry(self: HTML5Translator, node: nodes.entry) -> None:
    """Write a cell."""
    row: Any = node.parent
    column: int = row.column
    type(self).visit_entry(self, node)
    _writer(self).cell(node, column)


def _is_folded(node: nodes.Node | None) -> bool:
    """Whether a table stands in something that is opened already to see it."""
    while node is not None:
        if isinstance(node, nodes.Element) and {"dropdown", "sd-dropdown", "toggle"} & set(node.get("classes", ())):
            return True
        node = node.parent
    return False


def setup(app: Sphinx) -> None:
    """Settings, styles and visitors; part of `bookpress.web`."""
    app.add_config_value("web_tables_long", 15, "env", [int])
    app.add_config_value("web_tables_first", 8, "env", [int])
    app.add_node(nodes.table, override=True, html=(visit_table, depart_table))
    app.add_node(nodes.thead, override=True, html=(visit_thead, _as_ever("depart_thead")))
    app.add_node(nodes.tbody, override=True, html=(visit_tbody, _as_ever("depart_tbody")))
    app.add_node(nodes.row, override=True, html=(visit_row, _as_ever("depart_row")))
    app.add_node(nodes.entry, override=True, html=(visit_entry, _as_ever("depart_entry")))


def _as_ever(name: str) -> Any:
    """The translator's own method."""

    def depart(self: HTML5Translator, node: nodes.Element) -> None:
        getattr(type(self), name)(self, node)

    return depart
