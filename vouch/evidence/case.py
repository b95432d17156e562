"""The facts of the case that code needs: its country, its coup, its polling days and the horizon of what is known.

Nowhere else are these days typed. The horizon is that of the newest edition in `data/editions.csv`; a method is handed
it and never asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from vouch.evidence import data
from vouch.evidence.faults import DataError, Fault
from vouch.paths import BIBLIOGRAPHY, DATA, SEEDS, shown

HOME = "MMR"
"""Myanmar, as ISO 3166 has it."""

COUP = pd.Timestamp("2021-02-01")
COUP_ID = "775-2021-2-1"
"""Key of Myanmar's coup of 2021 in the list of coups; it is not part of the class it is compared with."""

POLLING_DAYS = {"1": pd.Timestamp("2025-12-28"), "2": pd.Timestamp("2026-01-11"), "3": pd.Timestamp("2026-01-25")}
"""Polling day of each phase of the election of 2025-26."""

FIRST_POLLING_DAY, LAST_POLLING_DAY = POLLING_DAYS["1"], POLLING_DAYS["3"]


@cache
def horizon(folder: Path = DATA, bibliography: Path = BIBLIOGRAPHY) -> pd.Timestamp:
    """The last day whose publications were searched for the newest edition. Raises DataError as `data.load` does."""
    editions = data.load("editions", folder, bibliography)
    return pd.Timestamp(editions.sort_values("date")["horizon"].iloc[-1])


RELAYED = (("after_horizon", "date"), ("after_horizon", "end_date"))
"""Columns of a table that lists what was relayed of the time after the horizon and enters no number: none of their
days lies before it ends."""

WORKED = (("finding_changes", "date"), ("signposts", "written"), ("searches", "day"), ("rechecks", "checked"))
"""Columns of days on which this project did something: past the first edition's horizon, and not more than a year past
the newest edition."""

FREE = {
    ("editions", "date"): "sets what the others are held to",
    ("editions", "horizon"): "is the horizon",
    ("martial_law", "until"): "says what was ordered and not what happened",
    ("signposts", "deadline"): "says until when something is awaited",
}
"""Columns of days that may lie past the horizon, each with its reason."""


def check(folder: Path = DATA, articles: Path = SEEDS, bibliography: Path = BIBLIOGRAPHY) -> int:
    """Hold every column of days, months and years to the horizon; the number of such columns.

    What happened may not lie past the horizon: no chapter would know what to do with it. So the latest day that
    `datapackage.json` allows is the horizon itself, or one before the election, where a publisher's list ends; where it
    names none, each cell is looked at. Excepted are :data:`RELAYED`, :data:`WORKED` and :data:`FREE`. No edition's
    horizon is later than its day. Raises DataError with the columns and cells that are later.
    """
    horizon.cache_clear()  # the table may have been edited since it was asked
    editions = data.load("editions", folder, bibliography)
    columns = list(_dated(folder))
    file = shown(folder / "datapackage.json")
    faults = [
        Fault(shown(folder / "editions.csv"), "later than the day of its edition", row, "horizon", f"{end:%Y-%m-%d}")
        for row, (day, end) in enumerate(zip(editions["date"], editions["horizon"], strict=True), 2)
        if end > day
    ]
    faults += [fault for place, limit in columns for fault in _faults(place, limit, file, folder, bibliography)]
    if faults:
        raise DataError(faults)
    return len(columns)


def _dated(folder: Path) -> Iterator[tuple[tuple[str, str], Any]]:
    """Table and column of everything that is a day, month or year, with the latest that the descriptor allows."""
    for resource in data.package(folder)["resources"]:
        for field in resource["schema"]["fields"]:
            if field["type"] in {"date", "yearmonth", "year"}:
                limit = field.get("constraints", {}).get("maximum")
                yield (resource["name"], field["name"]), None if limit is None else pd.Period(str(limit))


def _faults(place: tuple[str, str], limit: Any, file: str, folder: Path, bibliography: Path) -> Iterator[Fault]:
    last = horizon(folder, bibliography)
    if place in FREE:
        return
    if place in RELAYED:
        yield from _cells(place, folder, bibliography, last + pd.Timedelta(days=1), pd.Timestamp.max)
    elif place in WORKED:
        editions = data.load("editions", folder, bibliography)
        until = editions["date"].max() + pd.DateOffset(years=1)
        yield from _cells(place, folder, bibliography, editions["horizon"].min() + pd.Timedelta(days=1), until)
    elif limit is None:
        yield from _cells(place, folder, bibliography, pd.Timestamp.min, last)
    elif limit.start_time > last or (limit.freqstr == "D" and LAST_POLLING_DAY < limit.start_time < last):
        yield Fault(file, f"{'.'.join(place)}: ends on {limit}, the evidence horizon is {last:%Y-%m-%d}")


def _cells(
    place: tuple[str, str], folder: Path, bibliography: Path, first: pd.Timestamp, last: pd.Timestamp
) -> Iterator[Fault]:
    """A fault for each cell that lies before `first` or begins after `last`."""
    table, column = place
    for row, value in enumerate(data.load(table, folder, bibliography)[column], 2):
        if pd.isna(value):
            continue
        begins = value if isinstance(value, pd.Timestamp) else pd.Period(str(value)).start_time
        if begins > last:
            reason = f"later than {last:%Y-%m-%d}, the latest that may stand here"
        elif begins < first:
            reason = f"earlier than {first:%Y-%m-%d}, the earliest that may stand here"
        else:
            continue
        text = f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)
        yield Fault(shown(folder / f"{table}.csv"), reason, row, column, text)
