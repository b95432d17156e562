"""The table `signpost_readings` against the signposts and the editions: no reading is missing or cannot be."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from vouch.evidence import data
from vouch.evidence.faults import DataError, Fault
from vouch.paths import BIBLIOGRAPHY, DATA

DECIDED = ("yes", "no")
_FILE = "data/signpost_readings.csv"


def faults(signposts: pd.DataFrame, readings: pd.DataFrame, editions: pd.DataFrame) -> list[Fault]:
    """Readings that cannot be, each with its row in the file.

    Every edition reads every signpost that was written by its day. Nothing stays open past its deadline. What is
    decided has the day and a source, a yes falls before the deadline, and no edition knows what its horizon hides.
    """
    found = []
    known = signposts.set_index("signpost")
    dates = editions.set_index("edition")
    read = set(zip(readings["edition"], readings["signpost"], strict=True))
    for edition, day in dates["date"].items():
        for signpost in known.index[known["written"] <= day]:
            if (edition, signpost) not in read:
                found.append(Fault(_FILE, f"edition {edition} has no reading of it", column="signpost", value=signpost))
    for row, reading in enumerate(readings.to_dict("records"), 2):
        deadline, horizon = known.at[reading["signpost"], "deadline"], dates.at[reading["edition"], "horizon"]
        decided = reading["status"] in DECIDED

        def fault(column: str, reason: str, row=row, reading=reading) -> None:
            value = "" if pd.isna(reading[column]) else str(reading[column])
            found.append(Fault(_FILE, f"{reading['signpost']}: {reason}", row=row, column=column, value=value))

        if reading["status"] == "open" and deadline < horizon:
            fault("status", f"the deadline, {deadline:%Y-%m-%d}, lies before the horizon: yes, no or unclear")
        if reading["status"] == "unclear" and deadline >= horizon:
            fault("status", f"until the deadline, {deadline:%Y-%m-%d}, it is open")
        if decided and pd.isna(reading["observed"]):
            fault("observed", "what is decided has a day")
        if decided and pd.isna(reading["source"]):
            fault("source", "what is decided has a source")
        if not decided and pd.notna(reading["observed"]):
            fault("observed", "what is not decided has no day")
        if decided and reading["observed"] > horizon:
            fault("observed", f"later than the horizon of the edition, {horizon:%Y-%m-%d}")
        if reading["status"] == "yes" and reading["observed"] > deadline:
            fault("observed", f"later than the deadline, {deadline:%Y-%m-%d}")
    return sorted(found, key=lambda fault: fault.row)


def check(folder: Path = DATA, bibliography: Path = BIBLIOGRAPHY) -> int:
    """Number of readings; raises DataError with the :func:`faults` of the table."""
    tables = [data.load(name, folder, bibliography) for name in ("signposts", "signpost_readings", "editions")]
    if found := faults(*tables):
        raise DataError(found)
    return len(tables[1])
