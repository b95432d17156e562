"""Signposts: expectations written down in advance, read again for every edition, scored once they are decided.

A signpost (table `signposts`) has what counts as yes and as no, a deadline and a probability of yes; a reading (table
`signpost_readings`) is what one edition found at its evidence horizon. Scores are Brier's (1950, Monthly Weather Review
78): the squared difference between probability and outcome, 0 for a perfect forecast, 0.25 for one that always says
one half.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from vouch import data
from vouch.data import DataError, Fault
from vouch.paths import BIBLIOGRAPHY, DATA

DECIDED = ("yes", "no")
_FILE = "data/signpost_readings.csv"


def expected_score(probability: pd.Series) -> float:
    """Mean Brier score that forecasts of these probabilities would get if each were exactly right.

    Raises ValueError for a probability outside 0 to 1.
    """
    if not probability.between(0, 1).all():
        raise ValueError("a probability is not between 0 and 1")
    return float((probability * (1 - probability)).mean())


def read_twice(signposts: pd.DataFrame, readings: pd.DataFrame, editions: pd.DataFrame) -> pd.DataFrame:
    """Each signpost as the last two editions read it, in the order of `signposts`.

    Columns: those of `signposts`; before and now (status, missing where the edition did not read it), reason and
    source of the reading now, score (Brier's, missing while undecided), and change: `first reading`, `unchanged`,
    `decided` or `read anew` (a status that an earlier edition had given otherwise).
    """
    order = editions.sort_values("date")["edition"].tolist()
    known = [edition for edition in order if edition in set(readings["edition"])]
    by = {edition: readings[readings["edition"] == edition].set_index("signpost") for edition in known[-2:]}
    now, before = by[known[-1]], by[known[-2]] if len(known) > 1 else readings.iloc[:0].set_index("signpost")
    found = signposts.drop(columns=["reason", "source"]).assign(
        before=signposts["signpost"].map(before["status"]).astype("str"),  # also where no edition read any
        now=signposts["signpost"].map(now["status"]),
        reason=signposts["signpost"].map(now["reason"]),
        source=signposts["signpost"].map(now["source"]),
    )
    outcome = found["now"].map({"yes": 1.0, "no": 0.0})
    return found.assign(score=(found["probability"] - outcome) ** 2, change=_changes(found["before"], found["now"]))


def scores(signposts: pd.DataFrame, readings: pd.DataFrame, editions: pd.DataFrame) -> pd.DataFrame:
    """One row per edition, oldest first: how many signposts it read with which answer, and how good they were.

    Columns: edition, horizon; signposts, open, yes, no, unclear (counts); score (mean Brier score of the decided ones)
    and expected (the score they would get if the probabilities were exactly right), both missing while none is decided.
    """
    rows = []
    for edition in editions.sort_values("date").to_dict("records"):
        read = readings[readings["edition"] == edition["edition"]].merge(
            signposts[["signpost", "probability"]], on="signpost", validate="one_to_one"
        )
        decided = read[read["status"].isin(DECIDED)]
        hit = (decided["status"] == "yes").astype(float)
        counts = {status: int((read["status"] == status).sum()) for status in ("open", *DECIDED, "unclear")}
        rows.append(
            {"edition": edition["edition"], "horizon": edition["horizon"], "signposts": len(read), **counts}
            | {"score": ((decided["probability"] - hit) ** 2).mean(),
               "expected": expected_score(decided["probability"]) if len(decided) else float("nan")}
        )  # fmt: skip
    return pd.DataFrame(rows)


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
                found.append(Fault(_FILE, 0, "signpost", signpost, f"edition {edition} has no reading of it"))
    for row, reading in enumerate(readings.to_dict("records"), 2):
        deadline, horizon = known.at[reading["signpost"], "deadline"], dates.at[reading["edition"], "horizon"]
        decided = reading["status"] in DECIDED

        def fault(column: str, reason: str, row=row, reading=reading) -> None:
            value = "" if pd.isna(reading[column]) else str(reading[column])
            found.append(Fault(_FILE, row, column, value, f"{reading['signpost']}: {reason}"))

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


def _changes(before: pd.Series, now: pd.Series) -> list[str]:
    words = []
    for old, new in zip(before, now, strict=True):
        if pd.isna(old) or pd.isna(new):
            words.append("first reading" if pd.notna(new) else "not read")
        elif old == new:
            words.append("unchanged")
        else:
            words.append("decided" if old == "open" and new in DECIDED else "read anew")
    return words
