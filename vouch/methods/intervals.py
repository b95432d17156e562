"""Intervals: one type for all of them, and those of shares and of differences of shares. Fractions, not per cent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep


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

    def outward(self, digits: int = 0, scale: float = 1) -> Interval:
        """The interval times `scale` (100: in per cent), its ends rounded away from each other.

        What holds whatever the unknown is must still hold when it is printed, so the low end goes down and the high
        end up. An interval with a stated confidence is rounded the same way: it covers no less than it claims.

        >>> Interval(0.2553, 0.3662).outward(scale=100)
        Interval(low=25.0, high=37.0)
        """
        return Interval(rounded_down(self.low * scale, digits), rounded_up(self.high * scale, digits))


def rounded_down(value: float, digits: int = 0) -> float:
    """The greatest number of so many decimals that is not above the value: how a lower bound is printed.

    >>> rounded_down(25.53, 1)
    25.5
    """
    return _rounded(value, digits, ROUND_FLOOR)


def rounded_up(value: float, digits: int = 0) -> float:
    """The least number of so many decimals that is not below the value: how an upper bound is printed.

    >>> rounded_up(36.62, 1)
    36.7
    """
    return _rounded(value, digits, ROUND_CEILING)


def _rounded(value: float, digits: int, how: str) -> float:
    exact = Decimal(repr(round(float(value), 9)))  # 100 * 0.29 is 28.999999999999996, and its lower bound is 29
    return float(exact.quantize(Decimal(1).scaleb(-digits), rounding=how))


def of_share(low: float, high: float) -> Interval:
    """The interval of a share. Raises ValueError where it does not lie between 0 and 1.

    >>> of_share(0.25, 0.5).width
    0.25
    """
    if not 0 <= low <= high <= 1:
        raise ValueError(f"not bounds of a share: {low} to {high}")
    return Interval(low, high)


def wilson(successes: int, trials: int, level: float = 0.95) -> Interval:
    """Score interval of a proportion (Wilson 1927), which stays inside 0 to 1 and works for 0 of 7.

    Raises ValueError for a share of nothing.

    >>> wilson(0, 7).outward(scale=100)
    Interval(low=0.0, high=36.0)
    """
    if trials == 0:
        raise ValueError("a share of nothing")
    interval = stats.binomtest(int(successes), int(trials)).proportion_ci(confidence_level=level, method="wilson")
    return of_share(float(interval.low), float(interval.high))


def newcombe(successes: int, trials: int, other_successes: int, other_trials: int) -> Interval:
    """95% interval of a difference of two proportions, first minus other, as statsmodels has it.

    Hybrid score method without continuity correction: Newcombe 1998, Statistics in Medicine 17(8), method 10. It takes
    every case as decided on its own.

    >>> newcombe(56, 70, 48, 80).outward(digits=2)
    Interval(low=0.05, high=0.34)
    """
    low, high = confint_proportions_2indep(
        successes, trials, other_successes, other_trials, method="newcomb", compare="diff"
    )
    return Interval(float(low), float(high))
