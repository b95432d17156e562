"""How states voted *on* texts about Myanmar in the United Nations.

Never the reverse: since February 2021 the seat of Myanmar is held by the envoy of the government that the coup
removed, so that "Myanmar's votes" say nothing about the military authorities.

Three rules hold throughout. Votes cast before the coup and votes cast since are never one count, since the first were
cast for other governments of Myanmar. A text that comes back every year under one title is one text (:func:`series`):
its yearly copies repeat one decision and are no independent observations. And a text that passes without a vote is
shown, because a list of roll calls alone hides every year in which nobody asked for one.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from vouch.evidence.case import COUP
from vouch.methods.alliances.chronology import when
from vouch.text import keys

VOTES = ("yes", "abstain", "no")

NLD_ELECTED = pd.Timestamp("2016-03-15")
"""Day on which parliament elected the NLD's president (table `timeline`); no text was decided between it and 2017."""

GOVERNMENTS = ("before the NLD", "NLD in government", "since the coup")
"""Who governed Myanmar when a text was decided, in order."""

_BODIES = {"General Assembly, Third Committee": "General Assembly"}
"""A committee of the whole Assembly: its draft and the resolution of the plenary are one text."""


def on_myanmar(resolutions: pd.DataFrame, votes: pd.DataFrame, states: Sequence[str]) -> pd.DataFrame:
    """One row per roll call about Myanmar, oldest first, with the vote of each of `states`.

    Columns: resolution, date, body, title, yes, abstain and no (states, as published), source, one column per state.

    `resolutions` and `votes` are the tables un_resolutions and un_votes. A state that is not a member of the body,
    or whose vote was not read, has a missing value. Adds `cast` (votes cast, absences excluded) and `share_no`.
    """
    about = resolutions[resolutions["topic"] == "Myanmar"].sort_values(["date", "resolution"], ignore_index=True)
    table = about[["resolution", "date", "body", "title", *VOTES, "source"]].copy()
    for state in states:
        cast = votes[votes["iso3"] == state].set_index("resolution")["vote"]
        table[state] = table["resolution"].map(cast)
    table["cast"] = table[list(VOTES)].sum(axis=1)
    table["share_no"] = table["no"] / table["cast"]
    return table


def decided(resolutions: pd.DataFrame, votes: pd.DataFrame, texts: pd.DataFrame) -> pd.DataFrame:
    """Every text on Myanmar that was read of, by vote or without one, oldest first.

    Roll calls before the coup come from `un_resolutions` and `un_votes`; what passed without a vote, and all that was
    decided since the coup, from `un_texts`. Columns: date, when, period ("before the coup" or "since the coup"),
    government (one of GOVERNMENTS), body, title, result (in words), no, abstain and yes (states, missing without a
    vote), BLR, RUS and CHN (the vote, `joined` where none was taken, missing where the state is no member or its vote
    was not read), source.
    """
    states = ["BLR", "RUS", "CHN"]
    calls = on_myanmar(resolutions, votes, states)
    calls = calls[calls["date"] < COUP].merge(resolutions[["resolution", "outcome"]], on="resolution")
    calls = calls.assign(result=calls["outcome"] + " by vote", date_precision="day")
    calls["result"] = calls["result"].replace("vetoed by vote", "vetoed")
    others = texts.rename(columns={state.lower(): state for state in states} | {"text_id": "resolution"})
    others = others.assign(
        **{state: others[state].replace({"not a member": None, "not read": None}) for state in states}
    )
    table = pd.concat([calls, others], ignore_index=True).sort_values(["date", "resolution"], ignore_index=True)
    table["when"] = [when(row.date, row.date_precision) for row in table.itertuples()]
    table["period"] = ["before the coup" if date < COUP else "since the coup" for date in table["date"]]
    table["government"] = [_government(date) for date in table["date"]]
    table[list(VOTES)] = table[list(VOTES)].astype("Int64")
    columns = ["date", "when", "period", "government", "body", "title", "result", "no", "abstain", "yes"]
    return table[[*columns, *states, "source"]]


def series(decided: pd.DataFrame) -> pd.DataFrame:
    """The frame of :func:`decided` with the yearly copies of one text in one row, oldest first.

    Two decisions are copies where title, body (a committee of the Assembly counts as the Assembly), result and the
    three votes agree and Myanmar had the same government. Columns: when (`2017, 2018`, or the day of a text that came
    once), texts (number of copies), period, government, body, title, result, against (states, from the fewest to the
    most over the copies), BLR, RUS, CHN, source.
    """
    key = ["title", "body", "result", "government", "BLR", "RUS", "CHN"]
    alike = decided.assign(body=decided["body"].replace(_BODIES))
    rows = []
    for values, copies in alike.groupby(key, sort=False, dropna=False):
        against = copies["no"].dropna()
        ends = list(dict.fromkeys([against.min(), against.max()])) if len(against) else []
        years = list(dict.fromkeys(f"{date:%Y}" for date in copies["date"]))
        rows.append(
            dict(zip(key, values, strict=True))
            | {
                "when": copies["when"].iloc[0] if len(copies) == 1 or len(years) == 1 else _years(years),
                "texts": len(copies),
                "period": copies["period"].iloc[0],
                "against": " to ".join(str(number) for number in ends) or None,
                "source": ";".join(dict.fromkeys(key for cell in copies["source"] for key in keys(cell))),
            }
        )
    columns = ["when", "texts", "period", "government", "body", "title", "result", "against", "BLR", "RUS", "CHN"]
    return pd.DataFrame(rows)[[*columns, "source"]]


def tally(votes: pd.DataFrame, resolution: str) -> dict[str, int]:
    """Number of states per vote on one text, counted state by state (columns resolution, vote)."""
    counts = votes.loc[votes["resolution"] == resolution, "vote"].value_counts()
    return {vote: int(counts.get(vote, 0)) for vote in VOTES}


def changes(votes: pd.DataFrame, before: str, after: str, vote: str = "no") -> pd.DataFrame:
    """States that cast `vote` on the text `before`, with their vote on `after` where it was read.

    Columns: iso3, before, after. States whose vote on either text was not read are left out.
    """
    first = votes[votes["resolution"] == before].set_index("iso3")["vote"]
    second = votes[votes["resolution"] == after].set_index("iso3")["vote"]
    both = pd.DataFrame({"before": first, "after": second}).dropna()
    return both[both["before"] == vote].rename_axis("iso3").reset_index()


def _government(date: pd.Timestamp) -> str:
    return GOVERNMENTS[int(date >= NLD_ELECTED) + int(date >= COUP)]


def _years(years: Sequence[str]) -> str:
    """`2006, 2007, 2011`; three and more in a row as `2021 to 2025`."""
    runs: list[list[int]] = []
    for year in map(int, years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    words = [f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join(words)
