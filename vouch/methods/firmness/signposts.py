"""Signposts: expectations written down in advance, read again for every edition, scored once they are decided.

A signpost (table `signposts`) has what counts as yes and as no, a deadline and a probability of yes; a reading (table
`signpost_readings`) is what one edition found at its evidence horizon. Scores are Brier's (1950, Monthly Weather Review
78): the squared difference between probability and outcome, 0 for a perfect forecast, 0.25 for one that always says
one half.
"""

from __future__ import annotations

import pandas as pd

from vouch.evidence.signpost_readings import DECIDED


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
