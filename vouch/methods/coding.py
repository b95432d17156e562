"""How far two codings of the same things agree."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Agreement:
    """Two codings of the same claims compared (Cohen 1960, Educational and Psychological Measurement 20: 37-46).

    n: claims coded twice. observed: share coded alike. kappa: agreement beyond chance, with the bounds of its 95%
    interval (Fleiss, Cohen & Everitt 1969). table: counts, first coder in rows, second in columns.
    """

    n: int
    observed: float
    kappa: float
    low: float
    high: float
    table: pd.DataFrame


def agreement(first: pd.DataFrame, second: pd.DataFrame, column: str = "verdict") -> Agreement:
    """Agreement of two codings, each with the columns `claim` and `column`; claims coded only once are left out.

    Raises ValueError when no claim was coded twice.
    """
    from statsmodels.stats.inter_rater import cohens_kappa  # a second to import, so only where it is needed

    both = (
        first[["claim", column]].merge(second[["claim", column]], on="claim", suffixes=("_first", "_second")).dropna()
    )
    if both.empty:
        raise ValueError("no claim was coded twice")
    labels = sorted({*both[f"{column}_first"], *both[f"{column}_second"]})
    table = pd.crosstab(both[f"{column}_first"], both[f"{column}_second"])
    table = table.reindex(index=labels, columns=labels, fill_value=0)
    observed = float((both[f"{column}_first"] == both[f"{column}_second"]).mean())
    if observed == 1:  # kappa is 1 with no error; its formula would divide 0 by 0
        return Agreement(len(both), 1.0, 1.0, 1.0, 1.0, table)
    result = cohens_kappa(table.to_numpy())
    return Agreement(len(both), observed, float(result.kappa), float(result.kappa_low), float(result.kappa_upp), table)


@dataclass(frozen=True)
class Decisions:
    """Which way the differences of two codings fell: how many there are, how many of them the final verdict decides for
    the first and for the second, and in how many the first or the second is the less favourable."""

    differ: int
    to_first: int
    to_second: int
    first_harsher: int
    second_harsher: int


def decisions(first: pd.DataFrame, second: pd.DataFrame, final: pd.DataFrame, order: list[str]) -> Decisions:
    """The :class:`Decisions` on two codings; frames: claim, verdict. order: verdicts from the most favourable on.

    Raises ValueError for a verdict that is not in the order.
    """
    both = first[["claim", "verdict"]].merge(second[["claim", "verdict"]], on="claim", suffixes=("_first", "_second"))
    both = both.merge(final[["claim", "verdict"]], on="claim")
    both = both[both["verdict_first"] != both["verdict_second"]]
    if unknown := {*both["verdict_first"], *both["verdict_second"]} - set(order):
        raise ValueError(f"verdicts without a place in the order: {sorted(unknown)}")
    place = {verdict: number for number, verdict in enumerate(order)}
    one, two = both["verdict_first"].map(place), both["verdict_second"].map(place)
    return Decisions(
        differ=len(both),
        to_first=int((both["verdict"] == both["verdict_first"]).sum()),
        to_second=int((both["verdict"] == both["verdict_second"]).sum()),
        first_harsher=int((one > two).sum()),
        second_harsher=int((two > one).sum()),
    )
