"""Measures on the web of ties, each with the null model that it is held against.

Measures are chosen by what the collection allows: orders in time, directions and shares *between* things that were
looked for in the same way, each against a null model that keeps what the collection imposes (totals, dates, degrees).

Methods: permutation tests with the p-value (b + 1) / (m + 1) of Phipson & Smyth (2010); probability of superiority as
the effect size of an order (Mann & Whitney 1947); fixed-margin randomisation of binary matrices by the curveball
algorithm (Strona et al. 2014). All randomness comes from the numpy Generator that is handed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

FEWEST = 3
"""Units that each of two compared groups needs; below it a test is not computed."""


@dataclass(frozen=True)
class NullTest:
    """An observed statistic, the same statistic in draws of the null model, and n, the smallest group compared."""

    observed: float
    null: np.ndarray
    n: int

    @property
    def mean(self) -> float:
        """Mean of the null distribution."""
        return float(np.mean(self.null))

    @property
    def z(self) -> float:
        """Distance from the null mean in standard deviations of the null; 0 where the null does not vary."""
        spread = float(np.std(self.null))
        return (self.observed - self.mean) / spread if spread > 1e-12 else 0.0

    @property
    def p(self) -> float:
        """Two-sided p-value: twice the smaller tail, each (b + 1) / (m + 1), at most 1 (Phipson & Smyth 2010)."""
        slack = 1e-9  # equal sums may differ in the last bit
        above = int(np.sum(self.null >= self.observed - slack))
        below = int(np.sum(self.null <= self.observed + slack))
        return min(1.0, 2 * (min(above, below) + 1) / (len(self.null) + 1))


def precedence(first: np.ndarray, second: np.ndarray, draws: int, rng: np.random.Generator) -> NullTest | None:
    """Probability that a random member of `second` exceeds one of `first`, ties counting half.

    This is the Mann-Whitney U statistic over the product of the sizes: 0.5 where neither comes first, 1 where all of
    `second` come later (or rank higher). Null: the labels are permuted, the values stay. None below :data:`FEWEST`.
    """
    if min(len(first), len(second)) < FEWEST:
        return None
    ranks = stats.rankdata(np.concatenate([second, first]))
    size, pairs = len(second), len(first) * len(second)
    offset = size * (size + 1) / 2
    null = np.concatenate([rows[:, :size].sum(axis=1) for rows in _permutations(ranks, draws, rng)])
    return NullTest(float((ranks[:size].sum() - offset) / pairs), (null - offset) / pairs, min(len(first), size))


def proximity(
    days: np.ndarray, others: np.ndarray, years: np.ndarray, span: tuple[int, int], draws: int, rng: np.random.Generator
) -> NullTest | None:
    """Median distance in days from each of `days` to the nearest of `others`.

    Small when the two come together, large when they take turns. Null: each of `days` is drawn anew, uniformly within
    its calendar year (`years`) and within `span` (first and last day), so that busier years stay busier. All days are
    counted from one epoch, 1 January 1970.
    """
    if min(len(days), len(others)) < FEWEST:
        return None
    others = np.sort(others)
    opening = np.maximum(_new_year(years), span[0])
    closing = np.minimum(_new_year(years + 1) - 1, span[1])
    observed = np.median(_nearest(days, others))
    rows = max(1, 4_000_000 // len(days))
    null = [
        np.median(_nearest(rng.integers(opening, closing + 1, size=(count, len(days))), others), axis=1)
        for count in _chunks(draws, rows)
    ]
    return NullTest(float(observed), np.concatenate(null), min(len(days), len(others)))


def alternation(periods: np.ndarray, second: np.ndarray, draws: int, rng: np.random.Generator) -> NullTest | None:
    """How unevenly two partners share the periods: Pearson's chi-squared of the table period x partner.

    periods: number of the period of each episode, from 0; second: whether it belongs to the second partner. Null: the
    partners' names are permuted over all episodes. That keeps how much was found in each period, so a search that was
    more thorough in some months cannot make the partners look linked. Above the null: periods belong to one or the
    other, so one stands in for the other. Below: the two are busy together.
    """
    if min(second.sum(), (~second).sum()) < FEWEST:
        return None
    _, periods, total = np.unique(periods, return_inverse=True, return_counts=True)
    share = second.mean()

    def uneven(rows: np.ndarray) -> np.ndarray:
        index = np.arange(len(rows))[:, None] * len(total) + periods[None, :]
        counts = np.bincount(index.ravel(), weights=rows.ravel(), minlength=len(rows) * len(total))
        deviation = counts.reshape(len(rows), len(total)) - total * share
        return (deviation**2 / (total * share * (1 - share))).sum(axis=1)

    labels = second.astype(float)
    null = np.concatenate([uneven(rows) for rows in _permutations(labels, draws, rng)])
    return NullTest(float(uneven(labels[None, :])[0]), null, int(min(second.sum(), (~second).sum())))


def shared(matrix: pd.DataFrame, pairs: list[tuple[str, str]], draws: int, rng: np.random.Generator) -> NullTest | None:
    """Number of organisations that the members of each of `pairs` share, added up.

    matrix: countries x organisations, boolean. Null: matrices with the same number of links of each country and each
    organisation (:func:`curveball`). None where a country of the pairs has no link.
    """
    if any(country not in matrix.index for pair in pairs for country in pair):
        return None
    place = {country: position for position, country in enumerate(matrix.index)}
    at = [(place[a], place[b]) for a, b in pairs]
    linked = matrix.to_numpy()
    null = np.array([sum(int((drawn[a] & drawn[b]).sum()) for a, b in at) for drawn in curveball(linked, draws, rng)])
    return NullTest(float(sum(int((linked[a] & linked[b]).sum()) for a, b in at)), null, matrix.shape[1])


def voted_alike(votes: pd.DataFrame, totals: pd.DataFrame, pair: tuple[str, str], draws: int, rng) -> NullTest | None:
    """Number of texts on which the two countries of `pair` cast the same vote.

    votes: resolution, iso3, vote (yes, no, abstain; absence does not count). totals: resolution, yes, no, abstain, as
    published. Null: two states drawn at random from all that voted on each text, so that texts on which nearly
    everybody agreed count for little. It uses the published totals, not the sample of countries held here.
    """
    wide = votes[votes["vote"].isin(["yes", "no", "abstain"])].pivot(index="resolution", columns="iso3", values="vote")
    if not set(pair) <= set(wide.columns):
        return None
    both = wide[list(pair)].dropna()
    counts = totals.set_index("resolution").loc[both.index, ["yes", "no", "abstain"]].astype(float)
    if len(both) < FEWEST:
        return None
    voting = counts.sum(axis=1)
    alike = (counts * (counts - 1)).sum(axis=1) / (voting * (voting - 1))
    null = (rng.random((draws, len(both))) < alike.to_numpy()).sum(axis=1)
    return NullTest(float((both[pair[0]] == both[pair[1]]).sum()), null, len(both))


def curveball(matrix: np.ndarray, draws: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Boolean matrices with the row and column sums of `matrix`, drawn uniformly (Strona et al. 2014).

    Two rows trade at random what only one of them has. Ten trades per row come before the first draw and two per row
    between draws; the shorter side of the matrix is taken as rows, which changes the work and not the distribution.
    """
    if matrix.shape[0] > matrix.shape[1]:
        yield from (drawn.T for drawn in curveball(matrix.T, draws, rng))
        return
    if len(matrix) < 2:
        yield from (matrix.copy() for _ in range(draws))
        return
    rows = [set(np.flatnonzero(row).tolist()) for row in matrix]
    for number in range(draws):
        for first, second in _row_pairs(len(rows), (10 if number == 0 else 2) * len(rows), rng):
            only_first, only_second = rows[first] - rows[second], rows[second] - rows[first]
            if not only_first or not only_second:
                continue
            pool = sorted(only_first | only_second)
            chosen = {pool[index] for index in rng.permutation(len(pool))[: len(only_first)]}
            common = rows[first] & rows[second]
            rows[first], rows[second] = common | chosen, common | (set(pool) - chosen)
        drawn = np.zeros(matrix.shape, dtype=bool)
        for number_of_row, row in enumerate(rows):
            drawn[number_of_row, list(row)] = True
        yield drawn


def rewired(links: pd.DataFrame, rng: np.random.Generator, sweeps: int = 20) -> pd.DataFrame:
    """The edges with their receivers exchanged pairwise: every node keeps its out- and in-degree, none meets itself.

    links: sender, receiver. In each sweep all edges are paired at random and, unless that would make a self-loop, every
    second pair swaps receivers (double edge swaps for multigraphs; Maslov & Sneppen 2002). If all of them swapped, some
    networks could never be reached.
    """
    codes, names = pd.factorize(pd.concat([links["sender"], links["receiver"]], ignore_index=True))
    sender, receiver = codes[: len(links)], codes[len(links) :].copy()
    for _ in range(sweeps):
        order = rng.permutation(len(links))
        half = len(order) // 2
        first, second = order[:half], order[half : 2 * half]
        allowed = (sender[first] != receiver[second]) & (sender[second] != receiver[first]) & (rng.random(half) < 0.5)
        first, second = first[allowed], second[allowed]
        receiver[first], receiver[second] = receiver[second].copy(), receiver[first].copy()
    return links.assign(receiver=np.asarray(names)[receiver])


def touching(links: pd.DataFrame, actor: str) -> float:
    """Share of edges that begin or end at `actor`."""
    return float(((links["sender"] == actor) | (links["receiver"] == actor)).mean())


def _permutations(values: np.ndarray, draws: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    for count in _chunks(draws, max(1, 4_000_000 // max(len(values), 1))):
        yield rng.permuted(np.tile(values, (count, 1)), axis=1)


def _chunks(total: int, size: int) -> Iterator[int]:
    for start in range(0, total, size):
        yield min(size, total - start)


def _nearest(days: np.ndarray, others: np.ndarray) -> np.ndarray:
    at = np.searchsorted(others, days)
    left = np.abs(days - others[np.maximum(at - 1, 0)])
    right = np.abs(days - others[np.minimum(at, len(others) - 1)])
    return np.minimum(left, right)


def _new_year(years: np.ndarray) -> np.ndarray:
    return (np.asarray(years) - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype("int64")


def _row_pairs(count: int, trades: int, rng: np.random.Generator) -> Iterator[tuple[int, int]]:
    first = rng.integers(0, count, trades)
    second = (first + rng.integers(1, count, trades)) % count  # uniform over the other rows
    yield from zip(first.tolist(), second.tolist(), strict=True)
