"""The explorer of ties: a network, a timeline and a plain list of the same events, filtered together.

Directive `vouch-explorer` (HTML only). The list is ordinary text with citations, grouped by partner; it is whole
without script and it is what search finds. The drawings are made by the scripts in `static/explorer` from a small JSON
block in the page, which says of each event only when, of what kind and between whom it was: title, detail and sources
are taken from the list, so nothing stands in the page twice. Pages with the directive load them, and no others.

An event's address is `explorer.html#ev-20250328-01`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from math import cos, pi, sin
from typing import Any
from zlib import crc32

import pandas as pd
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from vouch.evidence import case, data, sources
from vouch.figures.style import THEMES
from vouch.paths import BIBLIOGRAPHY, DATA
from vouch.text import month

SWITCHES = ("visits", "agreements", "arms", "elections", "diplomacy", "organisations", "sanctions")
"""Layers with a switch, in the order of the rows. Domestic events are no ties."""

DASHES = {
    "visits": "",
    "agreements": "12 4",
    "arms": "4 3",
    "elections": "12 3 3 3",
    "diplomacy": "7 3",
    "organisations": "2 3",
    "sanctions": "12 3 3 3 3 3",
}
"""Dash of a layer in the network, so that layers stay apart without colour (SVG `stroke-dasharray`)."""

SCRIPTS = ("state", "shapes", "network", "timeline", "panel", "filter", "pointing", "start")
"""Files of `static/explorer`, each of which may use those before it."""

_MARKED = ("RUS", "BLR", "CHN", "IND")
_SEAT_NAME = "Myanmar’s UN seat"
_SEAT_PLACE = (0.09, -0.62)  # between the lines to the UN and to ASEAN

_RING = [
    *("PHL", "JPN", "PRK", "CHN", "EU", "KAZ", "BIMSTEC", "RUS", "LAO", "BLR", "NPL", "IND"),
    *("GBR", "USA", "NIC", "EAEU", "SCO", "BRICS", "UN", "ASEAN", "IDN", "THA", "KHM", "VNM"),
]
"""Places on the ring, counter-clockwise from the east; countries roughly by bearing. Fixed: no event moves a node."""

BODIES = {"UNGA": "UN", "UNSC": "UN", "UNHRC": "UN"}
_PAST = {
    "1999 to January 2021": ("1990-01-01", f"{case.COUP - pd.Timedelta(days=1):%Y-%m-%d}"),
    "February 2021 to 2022": (f"{case.COUP:%Y-%m-%d}", "2022-12-31"),
    "2023 to 2024": ("2023-01-01", "2024-12-31"),
}
"""First and last day of each period but the last, which ends at the horizon."""


def periods() -> dict[str, tuple[str, str]]:
    """The periods that have a button, by name, with their first and last day."""
    last = case.horizon()
    return {**_PAST, f"2025 to {month(last)}": ("2025-01-01", f"{last:%Y-%m-%d}")}


def position(actor: str) -> tuple[float, float]:
    """Where a node stands: Myanmar in the middle, known partners at their place on the ring, others by their name."""
    if actor == case.HOME:
        return 0.0, 0.0
    if actor in _RING:
        angle, radius = 2 * pi * _RING.index(actor) / len(_RING), 1.0
    else:
        angle, radius = 2 * pi * (crc32(actor.encode()) % 360) / 360, 0.8
    return radius * cos(angle), radius * sin(angle)


def shown(links: pd.DataFrame) -> pd.DataFrame:
    """The events that the explorer shows; `ties.edges` in.

    Returns the same columns, with the bodies of the United Nations joined, and a, b: the pair, Myanmar or its seat
    first, else in alphabetical order. Domestic events are left out.
    """
    from vouch.methods.alliances import ties

    events = links[links["layer"] != "domestic"].copy()
    for column in ("sender", "receiver", "partner"):
        events[column] = events[column].replace(BODIES)
    myanmar = events[["sender", "receiver"]].isin([ties.CENTRE, ties.SEAT])
    swap = myanmar["receiver"] | (~myanmar["sender"] & (events["sender"] > events["receiver"]))
    events["a"] = events["sender"].where(~swap, events["receiver"])
    events["b"] = events["receiver"].where(~swap, events["sender"])
    return events.reset_index(drop=True)


def stops(first: pd.Timestamp, last: pd.Timestamp) -> list[tuple[int, int]]:
    """Steps of the time axis, as first and last month (12 x year + month - 1): years before 2021, then months.

    The years before the coup hold few events; with a step each they take a fifth of the axis instead of four fifths.
    """
    years = [(12 * year, 12 * year + 11) for year in range(first.year, case.COUP.year)]
    months = range(12 * max(first.year, case.COUP.year), 12 * last.year + last.month)
    return years + [(month, month) for month in months]


def embedded(events: pd.DataFrame, names: dict[str, str]) -> dict[str, Any]:
    """What the script draws: layers, places, steps of time, periods, events and the colours of it all.

    An event is `[id, step, exact, layer, a, b, g]`. Numbers in it index `stops`, `layers` and `nodes`; exact is 0 where
    only the month or year is known; g is the partner that the list has the event under.
    """
    from vouch.methods.alliances import ties

    steps = stops(events["when"].min(), case.horizon())
    month = events["when"].dt.year * 12 + events["when"].dt.month - 1
    step = [next(i for i, (_, last) in enumerate(steps) if value <= last) for value in month]
    actors = sorted(set(events["a"]) | set(events["b"]))
    places = {actor: _SEAT_PLACE if actor == ties.SEAT else position(actor) for actor in actors}
    records = [
        [row.event_id, when, int(row.precision == "day"), SWITCHES.index(row.layer), *map(actors.index, ends)]
        for row, when, ends in zip(
            events.itertuples(), step, events[["a", "b", "partner"]].itertuples(index=False), strict=True
        )
    ]
    return {
        "layers": [[layer, DASHES[layer]] for layer in SWITCHES],
        "nodes": [
            [actor, name, name if len(name) < 18 else actor, *(round(value, 4) for value in places[actor])]
            for actor, name in ((actor, names[actor]) for actor in actors)
        ],
        "stops": steps,
        "periods": [[name, *(_month(day) for day in span)] for name, span in periods().items()],
        "vote": _month(case.FIRST_POLLING_DAY),
        "coup": _month(case.COUP),
        "events": records,
        "style": "".join(_colours()),
    }


def _colours() -> Iterator[str]:
    """Style rules with the colours of the house, for the script: the policy of the pages allows no style in a page."""
    from vouch.methods.alliances import ties

    for theme in THEMES:
        scope = ".vouch-explorer" if theme.name == "light" else 'html[data-theme="dark"] .vouch-explorer'
        colours = "".join(f"--actor-{actor}:{theme.colour(actor)};" for actor in (ties.CENTRE, *_MARKED))
        yield f"{scope}{{{colours}--actor-other:{theme.faint};--faint:{theme.faint};--grid:{theme.grid};}}"


def _month(day: Any) -> int:
    stamp = pd.Timestamp(day)
    return 12 * stamp.year + stamp.month - 1


def actor_names(actors: pd.DataFrame, countries: pd.DataFrame) -> dict[str, str]:
    """Names of countries by ISO code, of other actors by id; a country's own name comes first."""
    from vouch.methods.alliances import ties

    named = dict(zip(actors["actor_id"], actors["name"], strict=True))
    return named | dict(zip(countries["iso3"], countries["name"], strict=True)) | {ties.SEAT: _SEAT_NAME}


def printed_day(row: Any) -> str:
    """The date of an event as exactly as it is known: `4 January 2025`, `July 2022`, `2023`."""
    if row.date_precision == "year":
        return f"{row.date.year}"
    if row.date_precision == "month":
        return f"{row.date:%B %Y}"
    first = f"{row.date.day} {row.date:%B %Y}"
    if pd.isna(row.end_date) or row.end_date == row.date:
        return first
    return f"{first} to {row.end_date.day} {row.end_date:%B %Y}"


class ExplorerDirective(SphinxDirective):
    """`vouch-explorer`: the drawings (shown by their script) and the list of events by partner."""

    def run(self) -> list[nodes.Node]:
        from vouch.methods.alliances import ties

        for name in ("events", "actors", "categories", "countries", "editions"):
            self.env.note_dependency(str(DATA / f"{name}.csv"))
        for path in (BIBLIOGRAPHY, ties.__file__, __file__):
            self.env.note_dependency(str(path))
        table, actors = data.load("events"), data.load("actors")
        events = shown(ties.edges(table, actors, data.load("categories"), case.horizon()))
        self.rows = table.set_index("event_id")
        self.state_media = set(sources.kinds().query("kind == 'state-media'")["source"])
        names = actor_names(actors, data.load("countries"))
        app = nodes.raw("", "".join(_app(events, names)), format="html")
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
        return nodes.paragraph("", "", nodes.strong("", f"{text}."), nodes.Text(more), classes=["explorer-lead"])

    def listed(self, events: pd.DataFrame, names: dict[str, str], total: int) -> nodes.section:
        """All events by partner, busiest first: the whole page for whoever has no script or does not see drawings."""
        section = nodes.section(
            ids=["all-events"], names=["all-events"], classes=["html-only", "epub", "explorer-list"]
        )
        section += nodes.title("", "All events by partner")
        left = total - len(events)
        domestic = "1 domestic event is" if left == 1 else f"{left} domestic events are"
        section += nodes.paragraph(
            "",
            f"{len(events)} events. {domestic} no tie and not listed. An event known only by its month or year counts "
            "in the middle of that span. What others decided about Myanmar stands under the body in which they did "
            "so, and is no contact. So do votes of Myanmar’s seat at the United Nations: the envoy of the removed "
            "government holds it.",
        )
        groups = sorted(events.groupby("partner"), key=lambda group: (-len(group[1]), names[group[0]]))
        for partner, rows in groups:
            part = nodes.section(ids=[f"partner-{partner.lower()}"], classes=["explorer-partner"])
            count = f"{len(rows)} event{'' if len(rows) == 1 else 's'}"
            part += nodes.title("", f"{names[partner]}: ", nodes.inline("", count, classes=["explorer-count"]))
            part += nodes.bullet_list("", *(self.item(row) for row in rows.itertuples()))
            section += part
        return section

    def item(self, event: Any) -> nodes.list_item:
        """One event: date, layer, title, detail, sources."""
        row = self.rows.loc[event.event_id]
        keys = row["source"].split(";")
        line = nodes.paragraph()
        line += nodes.inline("", printed_day(row), classes=["explorer-day"])
        line += nodes.Text(" · ")
        line += nodes.inline("", event.layer, classes=["explorer-layer"])
        line += nodes.Text(" · ")
        line += nodes.strong("", row["title"].rstrip("."), classes=["explorer-title"])
        line += nodes.Text(f". {row['detail'].rstrip('.')}. ")
        line += self.cited(",".join(keys))
        if set(keys) <= self.state_media:
            line += nodes.Text(" ")
            line += nodes.inline("", "state media only", classes=["explorer-state-media"])
        return nodes.list_item("", line, ids=[event.event_id])

    def cited(self, keys: str) -> list[nodes.Node]:
        holder = nodes.Element()
        text = "{cite:p}`" + keys + "`"
        self.state.nested_parse(StringList([text], self.get_source_info()[0]), self.content_offset, holder)
        return list(holder.children[0].children)


def _app(events: pd.DataFrame, names: dict[str, str]) -> Iterator[str]:
    """Controls, empty drawings and data. Hidden until the script that serves them runs."""
    content = embedded(events, names)
    yield '<div class="explorer-app" hidden><form class="explorer-controls" aria-label="Filter the ties">'
    yield '<fieldset class="explorer-layers"><legend>Kinds of tie</legend>'
    for layer in SWITCHES:
        line = f'<line x1="1" y1="5" x2="33" y2="5" stroke-dasharray="{DASHES[layer]}"/>'
        yield f'<label><input type="checkbox" name="layer" value="{layer}" checked> '
        yield f'<svg width="34" height="10" aria-hidden="true">{line}</svg> {layer} '
        yield '<span class="explorer-n"></span></label>'
    last = len(content["stops"]) - 1
    yield '</fieldset><fieldset class="explorer-time"><legend>Time</legend><div class="explorer-periods">'
    yield f'<button type="button" data-from="{content["stops"][0][0]}" data-to="{content["stops"][-1][1]}">All</button>'
    for name, begin, end in content["periods"]:
        yield f'<button type="button" data-from="{begin}" data-to="{end}">{escape(name)}</button>'
    yield "</div>"
    for name, value in (("from", 0), ("to", last)):
        yield f'<div class="explorer-range"><label for="explorer-{name}">{name.capitalize()}</label>'
        yield f'<input type="range" id="explorer-{name}" name="{name}" min="0" max="{last}" step="1" value="{value}">'
        yield '<output aria-live="off"></output></div>'
    yield '</fieldset></form><p class="explorer-summary" role="status" aria-live="polite"></p>'
    yield '<div class="explorer-view"><div class="explorer-network"><h2 id="explorer-network">Network</h2>'
    yield '<p class="explorer-hint" id="explorer-keys">Line width: number of events. Dash: kind of tie. '
    yield "Colour: partner. By keyboard: arrows move, Enter pins, Escape releases.</p>"
    yield '<svg role="group" aria-labelledby="explorer-network" aria-describedby="explorer-keys"></svg></div>'
    yield '<div class="explorer-timeline"><h2 id="explorer-timeline">Timeline</h2>'
    yield '<p class="explorer-hint">One mark per event; hollow where only the month or year is known. Before 2021 a '
    yield 'step is a year, then a month.</p><p class="explorer-legend" aria-hidden="true"></p>'
    yield '<svg role="group" aria-labelledby="explorer-timeline" aria-describedby="explorer-keys"></svg></div>'
    yield '<aside class="explorer-panel" aria-label="What stands behind it" tabindex="0"></aside></div></div>'
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    yield f'<script type="application/json" id="explorer-data">{text}</script>'


def add_files(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Load scripts and style on pages that hold an explorer."""
    if doctree is not None and any("vouch-explorer" in node["classes"] for node in doctree.findall(nodes.container)):
        app.add_css_file("explorer.css")
        for name in SCRIPTS:
            app.add_js_file(f"explorer/{name}.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("vouch-explorer", ExplorerDirective)
    app.connect("html-page-context", add_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
