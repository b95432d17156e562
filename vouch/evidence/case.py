"""The facts of the case that code needs: its country, its coup, its polling days and the horizon of what is known.

Nowhere else are these days typed. The horizon is that of the newest edition in `data/editions.csv`; a method is handed
it and never asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

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


def check(folder: Path = DATA, articles: Path = SEEDS, bibliography: Path = BIBLIOGRAPHY) -> int:
    """Hold the limits of dates in the descriptor to the horizon; the number of columns that it limits.

    A date that tells what happened may not lie past the horizon: no chapter would know what to do with it. So the
    latest day that `datapackage.json` allows is the horizon itself, or an earlier one where a publisher's list ends.
    Two kinds of days are excepted: those of :data:`RELAYED`, which begin where the horizon ends, and those of
    :data:`PLANNED`. Raises DataError with the columns that allow more or less.
    """
    horizon.cache_clear()  # the table may have been edited since it was asked
    last = horizon(folder, bibliography)
    columns = list(_limited(folder))
    file = shown(folder / "datapackage.json")
    faults = [
        Fault(file, f"{table}.{column}: ends on {limit:%Y-%m-%d}, the evidence horizon is {last:%Y-%m-%d}")
        for table, column, limit in columns
        if limit != last and (table, column) not in (*RELAYED, *PLANNED)
    ]
    for table, column in RELAYED:
        faults.extend(_days(folder, bibliography, table, column, last, "not past"))
    for table, column in UNLIMITED:
        faults.extend(_days(folder, bibliography, table, column, last, "past"))
    if faults:
        raise DataError(faults)
    return len(columns)


UNLIMITED = (("mission_audit", "spoke"), ("treaties", "as_of"))
"""Columns of days on which something happened to which the descriptor sets no limit of its own."""

RELAYED = (("after_horizon", "date"), ("after_horizon", "end_date"))
"""Columns of a table that lists what was relayed of the time after the horizon and enters no number: none of their
days lies before it ends."""

PLANNED = (("martial_law", "until"),)
"""Columns of days that somebody set in advance, such as the last day of an order. They say what was ordered and not
what happened, so that they may lie past the horizon."""


def _days(folder: Path, bibliography: Path, table: str, column: str, last: pd.Timestamp, wrong: str) -> Iterator[Fault]:
    """A fault for each day of a column that lies on the wrong side of the horizon, `past` or `not past` it."""
    for row, day in enumerate(data.load(table, folder, bibliography)[column], 2):
        if pd.notna(day) and (day > last) == (wrong == "past"):
            reason = f"{wrong} the evidence horizon, {last:%Y-%m-%d}"
            yield Fault(shown(folder / f"{table}.csv"), reason, row, column, f"{day:%Y-%m-%d}")


def _limited(folder: Path) -> Iterator[tuple[str, str, pd.Timestamp]]:
    """Table, column and limit wherever the descriptor ends a column of days at a horizon, this or an earlier one.

    Lists of publishers end where their publisher stopped, before the election; nothing else does.
    """
    for resource in data.package(folder)["resources"]:
        for field in resource["schema"]["fields"]:
            limit = field.get("constraints", {}).get("maximum")
            if field["type"] == "date" and limit and pd.Timestamp(limit) > LAST_POLLING_DAY:
                yield resource["name"], field["name"], pd.Timestamp(limit)
