"""Intervals: published examples, other people's code, and what an interval may be."""

from __future__ import annotations

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from vouch.methods.intervals import Interval, newcombe, of_share, wilson


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
def test_newcombe_gives_the_published_intervals_and_those_of_statsmodels(counts, printed):
    found = newcombe(*counts)
    assert (found.low, found.high) == pytest.approx(printed, abs=5e-5)
    theirs = confint_proportions_2indep(*counts, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx(theirs, abs=1e-12)


def test_an_interval_runs_upwards_and_one_of_a_share_stays_between_nothing_and_all():
    assert Interval(-2.0, 3.0).width == 5
    for impossible in (lambda: Interval(1.0, 0.5), lambda: of_share(-0.1, 0.5), lambda: of_share(0.5, 1.1)):
        with pytest.raises(ValueError, match="not "):
            impossible()
