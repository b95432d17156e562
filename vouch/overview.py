"""The book in a few shares: how much of the country, the electorate, the parties and the outside world the vote had."""

from __future__ import annotations

import pandas as pd

from vouch import observers

_OLD, _MINISTRY, _ROLL = "eligible-voters-2020-1", "eligible-voters-2020-2", "eligible-voters-2025-26-3"
_BALLOTS = "votes-cast-total-2025-26-2"


def shares(
    townships: pd.DataFrame,
    figures: pd.DataFrame,
    seats: pd.DataFrame,
    reactions: pd.DataFrame,
    criteria: tuple[int, int],
) -> pd.DataFrame:
    """Six shares between 0 and 1, each with the range that definitions and claimants allow.

    townships, figures, seats, reactions: the tables of those names. criteria: how many of how many criteria of an
    election with integrity were not failed. Returns id, label, low, high, basis; low equals high where there is one
    admissible definition. The two rolls of 2020 are those of the old commission and of the ministry after the coup.
    """
    stated = figures.set_index("figure_id")["value"]
    by_kind = townships.assign(state=townships["kind"] == "state").groupby("state")[["voted", "townships_total"]].sum()
    held = by_kind["voted"] / by_kind["townships_total"]
    voted = townships["voted"].sum() / townships["townships_total"].sum()
    union = seats[(seats["election"] == "2020") & (seats["chamber"] == "Union Parliament")].set_index("party")
    dissolved = union.loc["NLD", "seats"] + union.loc["SNLD", "seats"]
    named = int(union["seats"].sum())
    filled = int(union.loc["NLD", "seats_filled"])
    acts = observers.by_actor(reactions)
    records = [
        ("townships", f"of townships had a vote ({held.loc[True]:.0%} in states, {held.loc[False]:.0%} elsewhere)".replace("%", " %"),
         voted, voted, "all townships"),
        ("roll", "of the roll of 2020 is the size of the roll", stated[_ROLL] / stated[_OLD], stated[_ROLL] / stated[_MINISTRY],
         "old commission's roll; ministry's"),
        ("ballots", "of the roll of 2020 is the number of ballots", stated[_BALLOTS] / stated[_OLD], stated[_BALLOTS] / stated[_MINISTRY],
         "old commission's roll; ministry's"),
        ("parties", "of the seats of 2020 went to parties not dissolved since", (named - dissolved) / filled,
         (filled - dissolved) / filled, "seats known by party; all others"),
        ("criteria", "of the criteria were not failed", criteria[0] / criteria[1], criteria[0] / criteria[1], "scorecard"),
        ("vouchers", "of outside actors on record endorsed or recognised it",
         acts["high"].isin(observers.FAVOURABLE).mean(), acts["high"].isin(observers.FAVOURABLE).mean(), "reactions"),
    ]  # fmt: skip
    frame = pd.DataFrame(records, columns=["id", "label", "low", "high", "basis"])
    return frame.astype({"low": float, "high": float})
