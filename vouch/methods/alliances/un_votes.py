"""How states voted *on* texts about Myanmar in the United Nations.

Never the reverse: since February 2021 the seat of Myanmar is held by the envoy of the government that the coup
removed, so that "Myanmar's votes" say nothing about the military authorities.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from vouch.evidence.case import COUP
from vouch.methods.alliances.chronology import when

VOTES = ("yes", "abstain", "no")


def on_myanmar(resolutions: pd.DataFrame, votes: pd.DataFrame, states: Sequence[str]) -> pd.DataFrame:
    """One row per text about Myanmar, oldest first, with the vote of each of `states`.

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

    Roll calls before the coup come from `un_resolutions` and `un_votes`, decisions since then from `un_texts`, which
    has amendments and texts without a vote too. Columns: date, when, period ("before the coup" or "since the coup"),
    body, title, result (in words), tally (against–abstaining–in favour, missing without a vote), BLR, RUS and CHN (the
    vote, `joined` where none was taken, missing where the state is no member or its vote was not read), source.
    """
    states = ["BLR", "RUS", "CHN"]
    before = on_myanmar(resolutions, votes, states)
    before = before[before["date"] < COUP].merge(resolutions[["resolution", "outcome"]], on="resolution")
    before = before.assign(period="before the coup", result=before["outcome"] + " by vote", date_precision="day")
    before["result"] = before["result"].replace("vetoed by vote", "vetoed")
    after = texts.rename(columns={state.lower(): state for state in states} | {"text_id": "resolution"})
    after = after.assign(period="since the coup")
    after[states] = after[states].replace({"not a member": None, "not read": None})
    table = pd.concat([before, after], ignore_index=True)
    table["when"] = [when(row.date, row.date_precision) for row in table.itertuples()]
    counted = table[["no", "abstain", "yes"]].astype("Int64").astype("string")
    table["tally"] = counted["no"] + "–" + counted["abstain"] + "–" + counted["yes"]
    columns = ["date", "when", "period", "body", "title", "result", "tally", *states, "source"]
    return table.sort_values(["date", "resolution"], ignore_index=True)[columns]


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
