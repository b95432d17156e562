"""Intervals: published examples, other people's code, and what an interval may be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.methods.intervals import Interval, newcombe, of_share, rounded_down, rounded_up, wilson


def test_wilson_gives_the_published_interval():
    # Newcombe (1998), Statistics in Medicine 17: 857-872, table I, method 3: 81 of 263 and 0 of 20.
    share = wilson(81, 263)
    assert (share.low, share.high) == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))
    assert wilson(0, 20).high == pytest.approx(0.1611, abs=5e-5)
    with pytest.raises(ValueError, match="nothing"):
        wilson(0, 0)
    assert wilson(5, 10, 0.5).low > wilson(5, 10).low


@pytest.mark.parametrize(
    ("counts", "printed"), [((56, 70, 48, 80), (0.0524, 0.3339)), ((10, 10, 0, 20), (0.6791, 1.0))]
)
def test_newcombe_gives_the_published_intervals_and_its_formula(counts, printed):
    found = newcombe(*counts)
    assert (found.low, found.high) == pytest.approx(printed, abs=5e-5)
    # The formula of the paper, from two score intervals.
    successes, trials, others, of = counts
    p, q, first, other = successes / trials, others / of, wilson(successes, trials), wilson(others, of)
    assert found.low == pytest.approx(p - q - np.hypot(p - first.low, other.high - q))
    assert found.high == pytest.approx(p - q + np.hypot(first.high - p, q - other.low))


@pytest.mark.parametrize(
    ("value", "digits", "down", "up"),
    [
        (41.6, 0, 41, 42), (41.0, 0, 41, 41), (2.651, 1, 2.6, 2.7), (-0.25, 1, -0.3, -0.2), (100 * 0.29, 0, 29, 29),
        (100 * 0.07, 0, 7, 7), (1234, -2, 1200, 1300), (0.000001, 2, 0, 0.01), (99.999, 1, 99.9, 100),
    ],
)  # fmt: skip
def test_a_lower_bound_goes_down_and_an_upper_one_up(value, digits, down, up):
    assert (rounded_down(value, digits), rounded_up(value, digits)) == (pytest.approx(down), pytest.approx(up))


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.integers(-2, 4))
def test_a_printed_interval_holds_what_the_exact_one_holds(low, width, digits):
    exact = Interval(low, low + width)
    printed = exact.outward(digits)
    assert printed.low <= exact.low + 1e-9 and exact.high <= printed.high + 1e-9
    assert printed.width <= exact.width + 2.01 * 10.0**-digits
    assert printed.outward(digits) == printed, "what is rounded stays as it is"
    assert Interval(0.416, 0.941).outward(scale=100) == Interval(41, 95)


def test_an_interval_runs_upwards_and_one_of_a_share_stays_between_nothing_and_all():
    assert Interval(-2.0, 3.0).width == 5
    for impossible in (lambda: Interval(1.0, 0.5), lambda: of_share(-0.1, 0.5), lambda: of_share(0.5, 1.1)):
        with pytest.raises(ValueError, match="not "):
            impossible()
