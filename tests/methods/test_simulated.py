"""Methods held to simulated data whose answer is known: intervals cover it, tests do not cry wolf, bounds hold it.

The incidence, the senders' difference and list seats are simulated beside their other tests. How often an interval may
miss is itself a count: a test fails only where so many misses would come about less often than once in a thousand runs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from vouch.methods import coding
from vouch.methods.alliances import statements
from vouch.methods.election import bounds, coverage, indices
from vouch.methods.intervals import newcombe, wilson


def enough(hits: int, rounds: int, level: float) -> bool:
    return hits >= stats.binom.ppf(0.001, rounds, level)


def test_the_interval_of_a_share_holds_the_true_share():
    rng, true, rounds = np.random.default_rng(1), 0.3, 600
    found = [wilson(int(k), 40) for k in rng.binomial(40, true, rounds)]
    assert enough(sum(one.low <= true <= one.high for one in found), rounds, 0.94)


def test_the_interval_of_a_difference_holds_the_true_difference():
    rng, rounds = np.random.default_rng(2), 400
    pairs = zip(rng.binomial(60, 0.4, rounds), rng.binomial(90, 0.15, rounds), strict=True)
    found = [newcombe(int(one), 60, int(other), 90) for one, other in pairs]
    assert enough(sum(one.low <= 0.25 <= one.high for one in found), rounds, 0.94)


def country(rng: np.random.Generator, states: float, rest: float, alike: float) -> pd.DataFrame:
    """Sixteen units a side; within a unit townships are cancelled together, the more so the smaller `alike`."""
    rows = []
    for kind, share in (("state", states), ("region", rest)):
        for number in range(16):
            chance = rng.beta(alike * share, alike * (1 - share))
            missing = int(rng.binomial(20, chance))
            rows.append((f"{kind} {number}", kind, 20, 20 - missing))
    return pd.DataFrame(rows, columns=["state_region", "kind", "townships_total", "voted"])


def test_the_interval_of_the_gap_holds_it_where_townships_are_cancelled_together(monkeypatch):
    """And the interval that takes them one by one does not, which is why it is not the one printed."""
    monkeypatch.setattr(coverage, "DRAWS", 500)
    monkeypatch.setattr(coverage.stats, "permutation_test", lambda *_args, **_more: stats.ttest_ind([0, 1], [0, 1]))
    rng, rounds, whole, alone = np.random.default_rng(3), 80, 0, 0
    for _ in range(rounds):
        gap = coverage.states_against_rest(country(rng, 0.4, 0.15, alike=2))
        whole += gap.low <= 0.25 <= gap.high
        alone += gap.alone_low <= 0.25 <= gap.alone_high
    assert enough(whole, rounds, 0.90) and alone < whole


@pytest.mark.long
@pytest.mark.parametrize("kappa", [0.4, 0.8])
def test_the_interval_of_agreement_holds_the_true_coefficient(kappa):
    """Two coders copy one reading with chance kappa and else guess evenly; each coefficient is then that number."""
    rng, rounds, hits = np.random.default_rng(4), 60, dict.fromkeys(coding.COEFFICIENTS, 0)
    for _ in range(rounds):
        first = rng.integers(0, 3, 150)
        second = np.where(rng.random(150) < kappa, first, rng.integers(0, 3, 150))
        frames = [pd.DataFrame({"claim": range(150), "verdict": codes}) for codes in (first, second)]
        for name, found in coding.agreement(*frames).intervals.items():
            hits[name] += found.low <= kappa <= found.high
    assert all(enough(count, rounds, 0.92) for count in hits.values()), hits


def test_an_order_that_is_none_is_seldom_called_one():
    """Exact, so never more often than the level says; with few episodes less often."""
    rng, rounds = np.random.default_rng(5), 400
    called = sum(
        statements.precedence(*np.split(rng.permutation(12), [5])).p <= statements.LEVEL for _ in range(rounds)
    )
    assert called <= stats.binom.ppf(0.999, rounds, statements.LEVEL)
    assert statements.precedence(np.arange(5), np.arange(5, 12)).p <= statements.LEVEL, "a clear order is called one"


def test_turnout_bounds_hold_the_true_turnout_of_a_simulated_electorate():
    """Of an older electorate some have left the roll and others have come of age onto it."""
    rng = np.random.default_rng(6)
    for _ in range(200):
        old, gone, new = 1_000, int(rng.integers(0, 400)), int(rng.integers(0, 200))
        voted_old = int(rng.integers(0, old - gone + 1))
        voted_new = int(rng.integers(0, new + 1))
        would = int(rng.integers(0, gone + 1))  # of those off the roll, had they been able to
        frame = pd.DataFrame({"name": ["old"], "value": [old], "is_electorate": [True], "newcomers": [new]})
        row = bounds.turnout_over(frame, voted_old + voted_new, old - gone + new).iloc[0]
        assert row["low"] - 1e-12 <= (voted_old + would) / old <= row["high"] + 1e-12


def test_worst_case_bounds_hold_the_truth_and_are_reached():
    rng = np.random.default_rng(7)
    for _ in range(200):
        seen, unseen = rng.integers(0, 2, 60), rng.integers(0, 2, int(rng.integers(1, 40)))
        found = bounds.worst_case(seen.mean(), len(seen) / (len(seen) + len(unseen)))
        assert found.low - 1e-12 <= np.concatenate([seen, unseen]).mean() <= found.high + 1e-12
    assert bounds.worst_case(0.5, 0.5).low == pytest.approx(0.25) and bounds.worst_case(0.5, 0.5).high == pytest.approx(
        0.75
    )


def test_a_break_of_known_size_is_read_off_a_simulated_index():
    line = pd.DataFrame({"iso3": "XXX", "year": [2019, 2020, 2021], "value": [0.5, 0.5, 0.2], "low": [0.45, 0.45, 0.15],
                         "high": [0.55, 0.55, 0.25], "edition": "v0"})  # fmt: skip
    found = indices.break_at(line, "XXX", 2021)
    assert (found.change, found.lost, found.clear) == (pytest.approx(-0.3), pytest.approx(60), True)
    assert found.lost_least == pytest.approx(100 * (1 - 0.25 / 0.45)) and found.lost_most == pytest.approx(
        100 * (1 - 0.15 / 0.55)
    )
