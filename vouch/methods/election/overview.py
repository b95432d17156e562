"""The book in a few shares: how much of the country, the electorate, the parties and the outside world the vote had."""

from __future__ import annotations

import pandas as pd

_OLD, _MINISTRY, _ROLL = "eligible-voters-2020-1", "eligible-voters-2020-2", "eligible-voters-2025-26-3"
_BALLOTS = "votes-cast-total-2025-26-2"


def shares(
    townships: pd.DataFrame,
    figures: pd.DataFrame,
    seats: pd.DataFrame,
    vouching: tuple[int, int],
) -> pd.DataFrame:
    """Five shares between 0 and 1, each with the range that definitions and claimants allow.

    townships, figures, seats: the tables of those names. vouching: how many of how many states praised the vote or
    congratulated its winner. Returns id, label, low, high, basis; low equals high where there is one admissible
    definition. The two rolls of 2020 are those of the old commission and of the ministry after the coup.
    """
    stated = figures.set_index("figure_id")["value"]
    by_kind = townships.assign(state=townships["kind"] == "state").groupby("state")[["voted", "townships_total"]].sum()
    voted_by_kind = by_kind["voted"] / by_kind["townships_total"]
    voted = townships["voted"].sum() / townships["townships_total"].sum()
    union = seats[(seats["election"] == "2020") & (seats["chamber"] == "Union Parliament")].set_index("party")
    filled = int(union.loc["NLD", "seats_filled"])
    where = f"({100 * voted_by_kind.loc[True]:.0f}% in states, {100 * voted_by_kind.loc[False]:.0f}% elsewhere)"
    two_rolls = "old commission's roll; ministry's"
    roll = [stated[_ROLL] / stated[electorate] for electorate in (_OLD, _MINISTRY)]
    ballots = [stated[_BALLOTS] / stated[electorate] for electorate in (_OLD, _MINISTRY)]
    left = [union.loc["USDP", "seats"] / filled, (filled - union.loc["NLD", "seats"]) / filled]
    favourable = vouching[0] / vouching[1]
    records = [
        ("townships", f"of townships had a vote {where}", voted, voted, "all townships"),
        ("roll", "the roll of 2025, as a share of the roll of 2020", *roll, two_rolls),
        ("ballots", "the ballots, as a share of the roll of 2020", *ballots, two_rolls),
        ("parties", "of the seats of 2020 went to parties not dissolved since", *left, "second party; all but first"),
        ("vouchers", f"of {vouching[1]} states praised or congratulated", favourable, favourable, "words, acts"),
    ]
    frame = pd.DataFrame(records, columns=["id", "label", "low", "high", "basis"])
    return frame.astype({"low": float, "high": float})
