"""Intervals: one type for all of them, and those of shares and of differences of shares. Fractions, not per cent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Interval:
    """Lowest and highest value that something unknown can have, or has with a stated confidence; equal when known.

    Raises ValueError where low exceeds high.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"not an interval: {self.low} to {self.high}")

    @property
    def width(self) -> float:
        return self.high - self.low


def of_share(low: float, high: float) -> Interval:
    """The interval of a share. Raises ValueError where it does not lie between 0 and 1."""
    if not 0 <= low <= high <= 1:
        raise ValueError(f"not bounds of a share: {low} to {high}")
    return Interval(low, high)


def wilson(successes: int, trials: int, level: float = 0.95) -> Interval:
    """Score interval of a proportion (Wilson 1927), which stays inside 0 to 1 and works for 0 of 7.

    Raises ValueError for a share of nothing.
    """
    if trials == 0:
        raise ValueError("a share of nothing")
    interval = stats.binomtest(int(successes), int(trials)).proportion_ci(confidence_level=level, method="wilson")
    return of_share(float(interval.low), float(interval.high))


def newcombe(successes: int, trials: int, other_successes: int, other_trials: int) -> Interval:
    """95% interval of a difference of two proportions, first minus other.

    Hybrid score method without continuity correction: Newcombe 1998, Statistics in Medicine 17(8), method 10. Ten lines
    of our own: statsmodels adds up in another order, and the last digit of accepted findings would move.
    """
    p, q = successes / trials, other_successes / other_trials
    first, other = wilson(successes, trials), wilson(other_successes, other_trials)
    low = p - q - np.hypot(p - first.low, other.high - q)
    high = p - q + np.hypot(first.high - p, q - other.low)
    return Interval(float(low), float(high))
