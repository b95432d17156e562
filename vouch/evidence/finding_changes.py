"""The table `finding_changes` against itself: no change of a finding is missing, repeated or out of order."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pandas as pd

from vouch.evidence import data
from vouch.evidence.faults import DataError, Fault
from vouch.findings import PARTS, same
from vouch.paths import BIBLIOGRAPHY, DATA

_FILE = "data/finding_changes.csv"


def faults(changes: pd.DataFrame, editions: pd.DataFrame) -> list[Fault]:
    """Rows of `finding_changes` that contradict the rows before them, each with its row in the file.

    The changes of a finding are numbered 1, 2, 3, ..., run forward in time, each begins (`old`) where the one before
    ended (`new`), and each changes something.
    """
    order = {edition: place for place, edition in enumerate(editions.sort_values("date")["edition"])}
    found = []
    rows = changes.assign(row=range(2, len(changes) + 2)).astype(object).where(changes.notna().assign(row=True), "")
    records = rows.sort_values(["finding", "number"]).to_dict("records")  # at once: finding by finding takes 0.3 s
    for _, history in groupby(records, key=itemgetter("finding")):
        before: dict[str, object] = {}
        for number, change in enumerate(history, 1):

            def fault(column: str, reason: str, change=change) -> None:
                message = f"{change['finding']}: {reason}"
                found.append(Fault(_FILE, message, row=change["row"], column=column, value=str(change[column])))

            if change["number"] != number:
                fault("number", f"its changes are numbered without gaps; this one is number {number}")
                break
            if change["old"] != before.get("new", ""):
                was = before.get("new") or "nothing"
                fault("old", f"the change begins where the one before ended, and that is {was!r}")
            if not change["new"] and any(change[name] for name in PARTS[1:]):
                fault("new", "a finding that has ended has no value, unit, date or claimant")
            if not change["new"] and not change["old"]:
                fault("new", "neither before nor after: nothing has changed")
            if before and change["new"] and all(same(k, before[k], change[k]) for k in ("new", *PARTS[1:])):
                fault("new", "nothing differs from the change before")
            if before and (order[change["edition"]], change["date"]) < (order[before["edition"]], before["date"]):
                fault("date", "it is older than the change before it")
            before = change
    return sorted(found, key=lambda fault: fault.row)


def check(folder: Path = DATA, bibliography: Path = BIBLIOGRAPHY) -> int:
    """Number of entries in `finding_changes`; raises DataError with the :func:`faults` of the table."""
    changes = data.load("finding_changes", folder, bibliography)
    if found := faults(changes, data.load("editions", folder, bibliography)):
        raise DataError(found)
    return len(changes)
