"""What may be said of order and nearness in the ties with Russia and Belarus, and what dates could never decide.

Two questions can be put to dated events of which nobody knows how many are missing: whether one kind of tie comes
before another, and whether the two partners come close together in time. The units are episodes
(:func:`ties.numbered`), so that a journey that makes a dozen press releases counts once; the gap between episodes is
varied.

Methods: probability of superiority and its exact distribution (Mann & Whitney 1947) from scipy; the median of
independent draws that differ in kind has an exact distribution too, a Poisson binomial tail where their number is odd.
Nothing here is drawn at random.
"""

from __future__ import annotations

from bisect import bisect_left
from math import comb
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from vouch.methods.alliances.ties import EPISODE_GAP, PARTNERS, numbered

FEWEST = 3
"""Episodes that each of two compared groups needs; one or two are anecdotes whatever their dates."""

LEVEL = 0.05
"""An order that could not reach this whatever the dates is no test of anything."""

GAPS = (1, 2, 3, 5, EPISODE_GAP, 10, 14, 21)
"""Days between episodes for which closeness is shown: from the day itself to what joins separate journeys."""

KINDS = ("arms", "agreements", "visits")
"""Layers that are held against elections."""


class Precedence(NamedTuple):
    """How often the second comes later, and what chance makes of it.

    share: part of all pairs in which the second is later (or larger), ties counting half: 0.5 where neither leads.
    p: two-sided, exact, over all ways to name the same dates. least: the smallest p that any naming of them gives.
    """

    share: float
    p: float
    least: float


def precedence(first: np.ndarray, second: np.ndarray) -> Precedence:
    """Whether the values of `second` lie above those of `first`. Raises ValueError where one of them is empty."""
    if not len(first) or not len(second):
        raise ValueError("nothing to compare")
    pooled = np.sort(np.concatenate([first, second]))
    share = stats.mannwhitneyu(second, first).statistic / (len(first) * len(second))
    least = min(
        _exact(pooled[: len(first)], pooled[len(first) :]), _exact(pooled[-len(first) :], pooled[: -len(first)])
    )
    return Precedence(float(share), _exact(first, second), least)


def _exact(first: np.ndarray, second: np.ndarray) -> float:
    pooled = np.concatenate([second, first])
    if len(np.unique(pooled)) == len(pooled):
        return float(stats.mannwhitneyu(second, first, method="exact").pvalue)
    # With equal dates the tabled distribution does not hold; all namings are gone through instead.
    ranks = stats.rankdata(pooled)
    namings = comb(len(pooled), len(second))
    if namings > 1_000_000:
        raise ValueError(f"{namings} namings are too many to go through")
    found = stats.permutation_test(
        (ranks[: len(second)], ranks[len(second) :]),
        lambda later, _earlier, axis: later.sum(axis=axis),
        vectorized=True,
        n_resamples=np.inf,
        batch=10_000,
    )
    return float(found.pvalue)


def orders(links: pd.DataFrame, gap: int = EPISODE_GAP) -> pd.DataFrame:
    """The orders that the articles suggest, each with what could be known of it beforehand.

    links: contacts since the coup (:func:`ties.since_coup`). Events known only by their year are left out, and so are
    observer missions: a mission comes when people vote, so that its day says nothing about the partner.

    Returns order (a key), partner (ISO code; both, joined by `+`, for the order of partners), first, second, n_first,
    n_second (episodes), least (smallest p that any naming of these dates could give), test (whether the order could
    have come out clear of chance: enough episodes and least not above :data:`LEVEL`), share and p (missing where it is
    no test). share: part of all pairs in which the second is later.
    """
    dated = links[(links["precision"] != "year") & (links["category"] != "observer-mission")]
    units = numbered(dated, gap).drop_duplicates(["partner", "episode", "layer"])
    days = {key: _days(rows["when"]) for key, rows in units.groupby(["partner", "layer"])}
    none = np.array([], dtype="int64")
    asked = [
        (f"{layer}_{code.lower()}", code, layer, "elections", (code, layer), (code, "elections"))
        for code in PARTNERS
        for layer in KINDS
    ]
    one, other = PARTNERS
    asked.append(("elections_partners", f"{one}+{other}", one, other, (one, "elections"), (other, "elections")))
    rows = []
    for key, partner, first, second, before, after in asked:
        earlier, later = days.get(before, none), days.get(after, none)
        found = Precedence(np.nan, np.nan, 1.0)
        if len(earlier) and len(later):
            found = precedence(earlier, later)
        test = min(len(earlier), len(later)) >= FEWEST and found.least <= LEVEL
        share, p = (found.share, found.p) if test else (np.nan, np.nan)
        rows.append((key, partner, first, second, len(earlier), len(later), found.least, test, share, p))
    columns = ["order", "partner", "first", "second", "n_first", "n_second", "least", "test", "share", "p"]
    return pd.DataFrame(rows, columns=columns)


def before_the_first(links: pd.DataFrame, partner: str, layer: str, mark: str = "elections") -> tuple[int, int]:
    """Episodes of one layer with a partner that lie before the first event of the layer `mark`, and all of them.

    links: contacts since the coup. Events known only by their year are left out. Raises ValueError where the partner
    has no dated event of the layer `mark`.
    """
    dated = links[(links["partner"] == partner) & (links["precision"] != "year")]
    marks = dated.loc[dated["layer"] == mark, "when"]
    if marks.empty:
        raise ValueError(f"no dated event of {mark} with {partner}")
    starts = numbered(dated[dated["layer"] == layer]).drop_duplicates("episode")["when"]
    return int((starts < marks.min()).sum()), len(starts)


class Nearness(NamedTuple):
    """How close the episodes of one partner lie to those of another.

    others, episodes: episodes of the other partner and of this one. days: median distance from an episode of this
    partner to the nearest of the other. expected: the same where each is put on any day of its year alike (median of
    that distribution). chance: two-sided, how often it is then as far from the middle, closer or wider apart.
    """

    others: int
    episodes: int
    days: float
    expected: float
    chance: float


def nearness(links: pd.DataFrame, gap: int = EPISODE_GAP, partner: str = "BLR", other: str = "RUS") -> Nearness | None:
    """Whether the partner's episodes fall close to those of the other; None where one has fewer than :data:`FEWEST`.

    links: contacts since the coup; only events known to the day are read. What it is held against keeps the number of
    episodes of each calendar year, so that busier years stay busier, and the dates of the other partner; it knows no
    feast days and no shared journeys.
    """
    dated = links[(links["precision"] == "day") & links["partner"].isin([partner, other])]
    starts = numbered(dated, gap).drop_duplicates(["partner", "episode"])
    own = starts[starts["partner"] == partner]
    days, others = _days(own["when"]), np.sort(_days(starts.loc[starts["partner"] == other, "when"]))
    if min(len(days), len(others)) < FEWEST:
        return None
    first, last = min(days.min(), others.min()), max(days.max(), others.max())
    found = float(np.median(_to_nearest(days, others)))
    possible = [_to_nearest(_calendar(year, first, last), others) for year in own["when"].dt.year]
    steps = np.arange(2 * max(int(distances.max()) for distances in possible) + 1) / 2
    middle = bisect_left(steps, 0.5, key=lambda days: median_at_most(possible, days))
    close, wide = median_at_most(possible, found), 1 - median_at_most(possible, found - 0.5)
    return Nearness(len(others), len(days), found, float(steps[middle]), min(1.0, 2 * min(close, wide)))


def median_at_most(possible: list[np.ndarray], limit: float) -> float:
    """The chance that the median of independent draws, one from each of `possible`, is at most `limit`.

    possible: for each draw the whole numbers (none negative) that it takes with equal chance. Exact: of an odd number
    of draws, the chance that more than half are at most `limit` (a Poisson binomial tail). Of an even number the median
    is the mean of the two middle values: the chance that the lower of them is at most `limit`, less the chance that it
    is and yet the upper is so large that their mean is not.
    """
    low, even = (len(possible) + 1) // 2, len(possible) % 2 == 0
    tail = float(stats.poisson_binom.sf(low - 1, [(values <= limit).mean() for values in possible]))
    if not even or limit < 0:
        return tail
    lower = np.arange(int(np.floor(limit)) + 1)
    upper = int(np.floor(2 * limit)) - lower
    apart = _split(possible, low, lower, upper) - _split(possible, low, lower - 1, upper)
    return tail - float(apart.sum())


def _split(possible: list[np.ndarray], low: int, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """The chance that `low` draws are at most `lower` and all others above `upper`, for each pair of the two limits."""
    chances = np.zeros((low + 1, len(lower)))  # of so many draws at most `lower`, and none between the limits
    chances[0] = 1.0
    for values in possible:
        ordered = np.sort(values)
        under = np.searchsorted(ordered, lower, side="right") / len(ordered)
        above = 1 - np.searchsorted(ordered, upper, side="right") / len(ordered)
        moved = above * chances
        moved[1:] += under * chances[:-1]
        chances = moved
    return chances[low]


def by_gap(links: pd.DataFrame, gaps: tuple[int, ...] = GAPS) -> pd.DataFrame:
    """:func:`nearness` of Belarus to Russia for each gap between episodes: gap, others, episodes, days, expected,
    chance (percent). Raises ValueError where a gap leaves too few episodes."""
    rows = []
    for gap in gaps:
        found = nearness(links, gap)
        if found is None:
            raise ValueError(f"a gap of {gap} days leaves too few episodes")
        rows.append({"gap": gap, **found._asdict()})
    frame = pd.DataFrame(rows)
    return frame.assign(chance=100 * frame["chance"])


def _days(moments: pd.Series) -> np.ndarray:
    return moments.to_numpy().astype("datetime64[D]").astype("int64")


def _calendar(year: int, first: int, last: int) -> np.ndarray:
    """The days of a year from `first` to `last`, counted from 1 January 1970."""
    opening, closing = (int(np.datetime64(f"{y}-01-01", "D").astype("int64")) for y in (year, year + 1))
    return np.arange(max(opening, first), min(closing - 1, last) + 1)


def _to_nearest(days: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.abs(days[:, None] - others[None, :]).min(axis=1)
