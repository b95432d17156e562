"""How far two codings of the same things agree, by three coefficients, and which way they differ.

Cohen's kappa suffers where nearly everything falls into one category; Gwet's AC1 was made for that case, and
Krippendorff's alpha corrects for small numbers. Where the three say the same, the choice among them does not matter.

Kappa comes from statsmodels. AC1 and alpha are our own: irrCAC (0.4.4) demands one old version of scipy, and
statsmodels has alpha from 0.15.1 on, which this book does not hold yet. Both are one formula on a table of counts, so
that the bootstrap, which needs thousands of tables at once, can share it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from vouch.methods.intervals import Interval

DRAWS, SEED = 20_000, 1
COEFFICIENTS = ("kappa", "ac1", "alpha")


@dataclass(frozen=True)
class Agreement:
    """Two codings of the same things compared.

    n: things coded twice. observed: share coded alike. kappa (Cohen 1960, Educational and Psychological Measurement
    20: 37-46), ac1 (Gwet 2008, British Journal of Mathematical and Statistical Psychology 61: 29-48) and alpha
    (nominal; Hayes & Krippendorff 2007, Communication Methods and Measures 1: 77-89): agreement beyond chance.
    table: counts, first coder in rows, second in columns. parts: the same by cluster, one table after the other.
    """

    n: int
    observed: float
    kappa: float
    ac1: float
    alpha: float
    table: pd.DataFrame
    parts: np.ndarray

    @cached_property
    def intervals(self) -> dict[str, Interval]:
        """95% intervals by coefficient: percentiles over draws of whole clusters with replacement, cut to what can be.

        Worked out when asked for, because the runs of the chapter on limits need the coefficients alone.
        """
        clusters, labels = self.parts.shape[:2]
        parts = self.parts.reshape(clusters, -1).astype(float)  # whole numbers; numpy multiplies floats much faster
        drawn = (_times_drawn(clusters) @ parts).reshape(DRAWS, labels, labels)
        bounds = {name: np.percentile(values, [2.5, 97.5]) for name, values in coefficients(drawn).items()}
        return {name: Interval(*(float(edge) for edge in np.clip(pair, -1, 1))) for name, pair in bounds.items()}

    @property
    def low(self) -> float:
        """Lower bound of kappa."""
        return self.intervals["kappa"].low

    @property
    def high(self) -> float:
        """Upper bound of kappa."""
        return self.intervals["kappa"].high


@lru_cache(maxsize=4)
def _times_drawn(clusters: int) -> np.ndarray:
    """How often each cluster is in each draw (draws x clusters); the same for all codings of as many clusters."""
    times = np.random.default_rng(SEED).multinomial(clusters, np.full(clusters, 1 / clusters), size=DRAWS)
    return times.astype(float)


def agreement(
    first: pd.DataFrame,
    second: pd.DataFrame,
    column: str = "verdict",
    id: str = "claim",
    clusters: pd.Series | None = None,
) -> Agreement:
    """Agreement of two codings, each with the columns `id` and `column`; things coded only once are left out.

    clusters: by id, what is drawn together in the bootstrap (claims of one sentence stand or fall together); without
    it each thing is drawn alone. Raises ValueError when nothing was coded twice or a thing has no cluster.

    >>> first = pd.DataFrame({"claim": ["a", "b", "c", "d"], "verdict": ["true", "true", "false", "false"]})
    >>> second = first.assign(verdict=["true", "true", "false", "true"])
    >>> found = agreement(first, second)
    >>> found.n, found.observed, found.kappa
    (4, 0.75, 0.5)
    """
    from statsmodels.stats.inter_rater import cohens_kappa  # a second to import, so only where it is needed

    both = first[[id, column]].merge(second[[id, column]], on=id, suffixes=("_first", "_second")).dropna()
    if both.empty:
        raise ValueError(f"no {id} was coded twice")
    labels = sorted({*both[f"{column}_first"], *both[f"{column}_second"]})
    one, two = (pd.Categorical(both[f"{column}_{which}"], labels).codes for which in ("first", "second"))
    groups = both[id] if clusters is None else both[id].map(clusters)
    if groups.isna().any():
        raise ValueError(f"{both.loc[groups.isna(), id].iloc[0]} has no cluster")
    parts = np.zeros((groups.nunique(), len(labels), len(labels)), dtype=int)
    np.add.at(parts, (pd.factorize(groups)[0], one, two), 1)
    counts = parts.sum(axis=0)
    found = {name: float(value[0]) for name, value in coefficients(counts[None]).items()}
    if found["alpha"] < 1:  # where all is coded alike kappa is 1, and its formula would divide 0 by 0
        found["kappa"] = float(cohens_kappa(counts, return_results=False))
    table = pd.DataFrame(counts, index=pd.Index(labels, name="verdict_first"), columns=labels)
    return Agreement(n=len(both), observed=float(np.trace(counts) / len(both)), table=table, parts=parts, **found)


def coefficients(tables: np.ndarray) -> dict[str, np.ndarray]:
    """kappa, ac1 and alpha of each of many tables of counts (first axis), first coder in rows, second in columns.

    Where both coders use one and the same category throughout, they agree on all that there is, and each is 1.
    """
    counts = np.asarray(tables, dtype=float)
    n = counts.sum(axis=(1, 2))
    rows, columns = counts.sum(axis=2) / n[:, None], counts.sum(axis=1) / n[:, None]
    alike = np.trace(counts, axis1=1, axis2=2) / n
    both = (rows + columns) / 2
    expected = {
        "kappa": (rows * columns).sum(axis=1),
        "ac1": (both * (1 - both)).sum(axis=1) / max(counts.shape[1] - 1, 1),
        "alpha": (both * (2 * n[:, None] * both - 1)).sum(axis=1) / (2 * n - 1),
    }
    found = {}
    for name, chance in expected.items():
        with np.errstate(invalid="ignore", divide="ignore"):
            found[name] = np.where(alike == 1, 1.0, (alike - chance) / (1 - chance))
    return found


def halves(frame: pd.DataFrame, holds: Collection[str], column: str = "verdict") -> pd.DataFrame:
    """The same coding with two values in `column`: whether it is one of `holds`."""
    return frame.assign(**{column: frame[column].isin(list(holds))})


def reliability(codings: Mapping[str, Agreement]) -> pd.DataFrame:
    """One row a comparison: coding, n, alike (per cent), and kappa, ac1, alpha, each with _low and _high."""
    records = []
    for name, found in codings.items():
        row: dict[str, str | float] = {"coding": name, "n": found.n, "alike": 100 * found.observed}
        for key in COEFFICIENTS:
            bounds = found.intervals[key]
            row |= {key: getattr(found, key), f"{key}_low": bounds.low, f"{key}_high": bounds.high}
        records.append(row)
    return pd.DataFrame(records)


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
