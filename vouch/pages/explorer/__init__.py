"""The explorer of ties: a timeline, a small network and a table of the same events, filtered together.

Directive `vouch-explorer` (HTML and EPUB). The table is ordinary text with citations; it is whole without script, and
it is what search finds. The drawings are made by the scripts in `static/explorer` from a small JSON block in the page,
which says of each event only when, of what kind and between whom it was: title, detail and sources are taken from the
table, so nothing stands in the page twice. Pages with the directive load them, and no others.

Here: the directive and its table; what is drawn is worked out in `drawn`, controls and data are written by `page`. Not
here: which event is a tie, and of what layer (`vouch.methods.alliances.ties`).

An event's address is `explorer.html#ev-20250328-01`; that of a choice ends in, for example,
`#kinds=arms&partners=RUS&from=2023-01`.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from vouch.evidence import case, data, sources
from vouch.pages.explorer import drawn, page
from vouch.paths import BIBLIOGRAPHY, DATA
from vouch.text import keys

SCRIPTS = (
    *("state", "shapes", "nearest", "network", "timeline", "panel", "table", "brush"),
    *("filter", "address", "pointing", "start"),
)
"""Files of `static/explorer`, each of which may use those before it."""

STYLES = ("explorer", "explorer-drawings", "explorer-table")

COLUMNS = ("Date", "Partner", "Kind", "What", "Source")


class ExplorerDirective(SphinxDirective):
    """`vouch-explorer`: the drawings (shown by their script) and the table of events."""

    def run(self) -> list[nodes.Node]:
        from vouch.methods.alliances import ties

        for name in ("events", "actors", "categories", "countries", "editions"):
            self.env.note_dependency(str(DATA / f"{name}.csv"))
        for path in (BIBLIOGRAPHY, ties.__file__, __file__, drawn.__file__, page.__file__):
            self.env.note_dependency(str(path))
        table, actors = data.load("events"), data.load("actors")
        events = drawn.shown(ties.edges(table, actors, data.load("categories"), case.horizon()))
        self.rows = table.set_index("event_id")
        self.state_media = set(sources.kinds().query("kind == 'state-media'")["source"])
        names = drawn.actor_names(actors, data.load("countries"))
        app = nodes.raw("", "".join(page.app(events, names)), format="html")
        return [
            nodes.container("", self.lead(events, names), app, classes=["html-only", "vouch-explorer"]),
            self.listed(events, names, len(table)),
        ]

    def lead(self, events: pd.DataFrame, names: dict[str, str]) -> nodes.paragraph:
        """How many contacts with the two partners are listed since the coup, with the warning that belongs to it."""
        from vouch.methods.alliances import ties

        counts = ties.since_coup(events)["partner"].value_counts().reindex(ties.PARTNERS, fill_value=0)
        ordered = counts.sort_values(ascending=False, kind="stable")
        text = "Contacts since the coup: " + ", ".join(f"{count} with {names[code]}" for code, count in ordered.items())
        more = " The number says how finely contacts were reported, not how close two sides are."
        return nodes.paragraph("", "", nodes.strong("", f"{text}."), nodes.Text(more))

    def listed(self, events: pd.DataFrame, names: dict[str, str], total: int) -> nodes.section:
        """All events, newest first: the whole page for whoever has no script or does not see drawings."""
        section = nodes.section(
            ids=["all-events"], names=["all-events"], classes=["html-only", "epub", "explorer-list"]
        )
        section += nodes.title("", "All events")
        left = total - len(events)
        domestic = "1 domestic event is" if left == 1 else f"{left} domestic events are"
        section += nodes.paragraph(
            "",
            f"{len(events)} events. {domestic} no tie and not listed. An event known only by its month or year counts "
            "in the middle of that span. What others decided about Myanmar stands under the body in which they did "
            "so, and is no contact. So do votes of Myanmar’s seat at the United Nations: the envoy of the removed "
            "government holds it.",
        )
        group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in COLUMNS), cols=len(COLUMNS))
        group += nodes.thead("", nodes.row("", *(_cell([nodes.Text(name)]) for name in COLUMNS)))
        group += nodes.tbody("", *(self.line(event, names) for event in events[::-1].itertuples()))
        section += nodes.table("", group, classes=["bp-table", "bp-whole", "colwidths-auto", "explorer-table"])
        return section

    def line(self, event: Any, names: dict[str, str]) -> nodes.row:
        """One event: date, partner, layer, title and detail, sources."""
        row = self.rows.loc[event.event_id]
        works = keys(row["source"])
        day = nodes.reference("", page.printed_day(row), refid=event.event_id, internal=True)
        what: list[nodes.Node] = [nodes.strong("", row["title"].rstrip("."), classes=["explorer-title"])]
        what.append(nodes.Text(f". {row['detail'].rstrip('.')}."))
        if set(works) <= self.state_media:
            what += [nodes.Text(" "), nodes.inline("", "state media only", classes=["explorer-state-media"])]
        cells = [
            _cell([day], "explorer-day", "bp-head"),
            _cell([nodes.Text(names[event.partner])]),
            _cell([nodes.Text(event.layer)], "explorer-layer"),
            _cell(what, "explorer-what"),
            _cell(self.cited(",".join(works)), "explorer-source"),
        ]
        return nodes.row("", *cells, ids=[event.event_id])

    def cited(self, keys: str) -> list[nodes.Node]:
        holder = nodes.Element()
        text = "{cite:p}`" + keys + "`"
        self.state.nested_parse(StringList([text], self.get_source_info()[0]), self.content_offset, holder)
        return list(holder.children[0].children)


def _cell(inline: list[nodes.Node], *classes: str) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", "", *inline), classes=list(classes))


def add_files(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Load scripts and style on pages that hold an explorer."""
    if doctree is not None and any("vouch-explorer" in node["classes"] for node in doctree.findall(nodes.container)):
        for name in STYLES:
            app.add_css_file(f"{name}.css")
        for name in SCRIPTS:
            app.add_js_file(f"explorer/{name}.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("vouch-explorer", ExplorerDirective)
    app.connect("html-page-context", add_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
