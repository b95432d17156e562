"""How far two codings of the same things agree."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Agreement:
    """Two codings of the same claims compared (Cohen 1960, Educational and Psychological Measurement 20: 37-46).

    n: claims coded twice. observed: share coded alike. kappa: agreement beyond chance, with the bounds of its 95 %
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
