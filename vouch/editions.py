"""What changed in the findings from one edition to the next, and whether every change is accounted for.

The table `finding_changes` holds the whole history: a row for each finding's first appearance, each change and its end,
with the reason. Replayed, it gives the findings that are accepted now (:func:`standing`), which have to be those of the
built book (:func:`differences`). An edition's changes are counted against the edition before it (:func:`between`), so
that what was corrected while an edition was in the making does not look like a change to its readers.

A *state* below is a frame of findings: index finding; columns text (as printed), value (unrounded number, or empty),
unit, as_of and claimant, all text.
"""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd

from vouch import data
from vouch.data import DataError, Fault
from vouch.paths import BIBLIOGRAPHY, DATA

PARTS = ("text", "value", "unit", "as_of", "claimant")
"""What of a finding may not change unnoticed: all that can be cited. Notes and chapters are its surroundings."""
TOLERANCE = 1e-9
"""Relative difference up to which two unrounded values are the same.

Another processor or library adds up in another order: double precision then differs by about 1e-16 per step, and no
finding takes more than some thousand steps. Nothing is printed, or known, to nine significant digits. The printed text
has to be the same to the letter.
"""
_FILE = "data/finding_changes.csv"


def standing(changes: pd.DataFrame) -> pd.DataFrame:
    """The state after the changes (columns of `finding_changes`): the last row of each finding that has not ended."""
    last = changes.sort_values(["finding", "number"]).groupby("finding").tail(1).set_index("finding")
    last = last.rename(columns={"new": "text"})[list(PARTS)]
    return last[last["text"].notna()].astype(object).where(last.notna(), "").astype(str)


def differences(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """What differs between two states, one row per finding, sorted.

    Columns: finding; kind (`new`, `gone`, `changed`: another text, unit or claimant, `moved`: only another as-of date
    or another unrounded value under the same printed one); before_* and after_* for each of :data:`PARTS`, empty where
    the finding does not exist.
    """
    rows = []
    for finding in sorted(set(before.index) | set(after.index)):
        old, new = _parts(before, finding), _parts(after, finding)
        if old and new and all(_same(name, old[name], new[name]) for name in PARTS):
            continue
        moved = bool(old and new) and all(old[name] == new[name] for name in ("text", "unit", "claimant"))
        kind = "new" if not old else "gone" if not new else "moved" if moved else "changed"
        row = {"finding": finding, "kind": kind}
        for side, state in (("before", old), ("after", new)):
            row |= {f"{side}_{name}": state.get(name, "") for name in PARTS}
        rows.append(row)
    columns = ["finding", "kind", *(f"{side}_{name}" for side in ("before", "after") for name in PARTS)]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def between(changes: pd.DataFrame, editions: pd.DataFrame) -> pd.DataFrame:
    """The changes of each edition against the one before it, in the order of the editions.

    Columns of :func:`differences`, with `edition` before them and `why` after: the reasons given in that edition, for
    what is new the first and for what is gone the last of them. The first edition has nothing but new findings.
    """
    found = []
    before = standing(changes.iloc[:0])
    passed: list[str] = []
    for edition in editions.sort_values("date")["edition"]:
        passed.append(edition)
        after = standing(changes[changes["edition"].isin(passed)])
        reasons = changes[changes["edition"] == edition].sort_values("number").groupby("finding")["why"].agg(list)
        net = differences(before, after)
        why = [
            given[0] if kind == "new" else given[-1] if kind == "gone" else "; ".join(dict.fromkeys(given))
            for kind, given in zip(net["kind"], reasons.reindex(net["finding"]), strict=True)
        ]
        net.insert(0, "edition", edition)
        found.append(net.assign(why=pd.Series(why, dtype="str")))
        before = after
    return pd.concat(found, ignore_index=True)


def faults(changes: pd.DataFrame, editions: pd.DataFrame) -> list[Fault]:
    """Rows of `finding_changes` that contradict the rows before them, each with its row in the file.

    The changes of a finding are numbered 1, 2, 3, ..., run forward in time, each begins (`old`) where the one before
    ended (`new`), and each changes something.
    """
    order = {edition: place for place, edition in enumerate(editions.sort_values("date")["edition"])}
    found = []
    rows = changes.assign(row=range(2, len(changes) + 2)).astype(object).where(changes.notna().assign(row=True), "")
    for _, history in rows.sort_values(["finding", "number"]).groupby("finding"):
        before: dict[str, object] = {}
        for number, change in enumerate(history.to_dict("records"), 1):

            def fault(column: str, reason: str, change=change) -> None:
                told = f"{change['finding']}: {reason}"
                found.append(Fault(_FILE, change["row"], column, str(change[column]), told))

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
            if before and change["new"] and all(_same(k, before[k], change[k]) for k in ("new", *PARTS[1:])):
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


def described(text: str, unit: str, as_of: str, claimant: str) -> str:
    """A finding in one line, for messages: printed text, unit, day it speaks of and who says so."""
    return ", ".join(filter(None, [f"{text} {unit}".strip(), as_of and f"as of {as_of}", claimant]))


def in_words(net: pd.DataFrame) -> pd.DataFrame:
    """The result of :func:`between` as readers want it: edition, finding (MyST), before, after, why.

    A row for each finding that changed or is gone; findings that are new or moved for the same reason share a row.
    """
    rows = []
    for (edition, kind, why), group in net.groupby(["edition", "kind", "why"], sort=False):
        if kind in ("new", "moved"):
            count = f"{len(group):,} finding{'s' if len(group) > 1 else ''}"
            after = "new" if kind == "new" else "as printed; another as-of date or unrounded value"
            rows.append({"edition": edition, "finding": count, "before": pd.NA, "after": after, "why": why})
            continue
        for change in group.to_dict("records"):
            sides = {side: described(*(change[f"{side}_{name}"] for name in PARTS if name != "value"))
                     for side in ("before", "after")}  # fmt: skip
            named = {"edition": edition, "finding": f"`{change['finding']}`", "why": why}
            rows.append(named | sides | ({"after": "gone"} if kind == "gone" else {}))
    return pd.DataFrame(rows, columns=["edition", "finding", "before", "after", "why"])


def _parts(state: pd.DataFrame, finding: str) -> dict[str, str]:
    return {name: state.at[finding, name] for name in PARTS} if finding in state.index else {}


def _same(part: str, before: object, after: object) -> bool:
    if part == "value":
        try:
            return math.isclose(float(before), float(after), rel_tol=TOLERANCE, abs_tol=1e-12)
        except ValueError:  # a word or a date: its text is its value
            pass
    return before == after
