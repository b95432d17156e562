"""What the explorer draws, worked out when the book is built: places, steps of time, events without their words."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi, sin
from typing import Any
from zlib import crc32

import pandas as pd

from vouch.evidence import case
from vouch.text import month

SWITCHES = ("visits", "agreements", "arms", "elections", "diplomacy", "organisations", "sanctions")
"""Layers with a switch, in the order of the rows. Domestic events are no ties."""

MARKED = ("RUS", "BLR", "CHN", "IND")
"""Partners with a colour and a shape of their own, and a switch that is always in view."""

SEAT_NAME = "Myanmar’s UN seat"
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
        "layers": list(SWITCHES),
        "nodes": [
            [actor, name, *(round(value, 4) for value in places[actor])]
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
    from vouch.figures.style import THEMES  # not above: it brings matplotlib, and few builds read this page anew
    from vouch.methods.alliances import ties

    for theme in THEMES:
        scope = ".vouch-explorer" if theme.name == "light" else 'html[data-theme="dark"] .vouch-explorer'
        colours = "".join(f"--actor-{actor}:{theme.colour(actor)};" for actor in (ties.CENTRE, *MARKED))
        yield f"{scope}{{{colours}--actor-other:{theme.faint};--faint:{theme.faint};--grid:{theme.grid};}}"


def _month(day: Any) -> int:
    stamp = pd.Timestamp(day)
    return 12 * stamp.year + stamp.month - 1


def actor_names(actors: pd.DataFrame, countries: pd.DataFrame) -> dict[str, str]:
    """Names of countries by ISO code, of other actors by id; a country's own name comes first."""
    from vouch.methods.alliances import ties

    named = dict(zip(actors["actor_id"], actors["name"], strict=True))
    return named | dict(zip(countries["iso3"], countries["name"], strict=True)) | {ties.SEAT: SEAT_NAME}
