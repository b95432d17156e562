"""Agreement of two codings: published tables, identities, and intervals that know what was drawn together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.evidence import data, seeds
from vouch.methods import coding
from vouch.methods.articles import verdicts

# Two abstractors on 100 records (Ectopic, AIU, NIU): the table cont3x3abstractors of Gwet's irrCAC, whose overview
# prints kappa 0.7964094, Scott's pi 0.7962397 and AC1 0.8493305.
ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]


def codings(table: list[list[int]], times: int = 1) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Two codings with these counts, every thing repeated, and the cluster of each: its repetitions."""
    pairs = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    ids = [f"{number}-{again}" for number in range(len(pairs)) for again in range(times)]
    one, two = ([pair[side] for pair in pairs for _ in range(times)] for side in (0, 1))
    first, second = (pd.DataFrame({"claim": ids, "verdict": values}) for values in (one, two))
    return first, second, pd.Series([name.partition("-")[0] for name in ids], index=ids)


def test_the_published_table_of_two_abstractors():
    found = coding.agreement(*codings(ABSTRACTORS)[:2])
    assert (found.n, found.observed) == (100, pytest.approx(0.89))
    assert found.kappa == pytest.approx(0.7964094, abs=5e-8)
    assert found.ac1 == pytest.approx(0.8493305, abs=5e-8)
    # Alpha of two coders is Scott's pi with a correction for small numbers (Krippendorff 2004, chapter 11).
    assert found.alpha == pytest.approx(1 - (1 - 0.7962397) * (1 - 1 / 200), abs=5e-8)


@pytest.mark.parametrize(
    ("one", "two", "alpha"),
    [
        ("0100000010", "1110010000", 0.095),  # Krippendorff, Computing Krippendorff's Alpha-Reliability, example A
        ("aabbdcccedda", "babbbccceddd", 0.692),  # the same, example B
    ],
)
def test_alpha_of_published_worked_examples(one, two, alpha):
    ids = list(range(len(one)))
    first, second = (pd.DataFrame({"claim": ids, "verdict": list(values)}) for values in (one, two))
    assert coding.agreement(first, second).alpha == pytest.approx(alpha, abs=5e-4)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # statsmodels' z-value, which nothing here uses
@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=3, max_size=3))
def test_the_formula_of_many_tables_gives_the_kappa_of_statsmodels_and_nothing_above_one(table):
    from statsmodels.stats.inter_rater import cohens_kappa

    counts = np.array(table)
    if counts.sum() < 2:
        return
    found = {name: value[0] for name, value in coding.coefficients(counts[None]).items()}
    assert max(found.values()) <= 1 + 1e-12
    if np.trace(counts) < counts.sum():
        assert found["kappa"] == pytest.approx(cohens_kappa(counts, return_results=False), nan_ok=True)


def test_where_nearly_all_fall_into_one_category_kappa_is_low_and_ac1_high():
    """118 of 125 alike by both, 7 apart, none together in the rare one: the paradox that AC1 was made for."""
    found = coding.agreement(*codings([[118, 5], [2, 0]])[:2])
    assert found.kappa < 0 < 0.9 < found.ac1 < 1


def test_repeating_each_claim_narrows_the_interval_only_where_the_claims_are_taken_for_independent():
    table = [[30, 6], [4, 10]]
    once = coding.agreement(*codings(table)[:2])
    first, second, groups = codings(table, times=9)
    together, apart = coding.agreement(first, second, clusters=groups), coding.agreement(first, second)
    assert together.kappa == pytest.approx(apart.kappa) == pytest.approx(once.kappa)
    assert (together.low, together.high) == pytest.approx((once.low, once.high))
    assert apart.high - apart.low == pytest.approx((once.high - once.low) / 3, rel=0.1)


def test_intervals_stay_within_what_a_coefficient_can_be():
    found = coding.agreement(*codings([[3, 0], [1, 1]])[:2])
    for name in coding.COEFFICIENTS:
        bounds = found.intervals[name]
        assert -1 <= bounds.low <= getattr(found, name) <= bounds.high <= 1


@pytest.mark.long
def test_coders_who_toss_coins_agree_by_chance_alone():
    tossed = np.random.default_rng(5).integers(0, 2, size=(2, 4000))
    first, second = (pd.DataFrame({"claim": range(4000), "verdict": side}) for side in tossed)
    found = coding.agreement(first, second)
    for name in coding.COEFFICIENTS:
        assert abs(getattr(found, name)) < 0.05
        assert found.intervals[name].low < 0 < found.intervals[name].high


def test_a_thing_without_a_cluster_is_refused():
    first, second, groups = codings([[2, 1], [0, 1]])
    with pytest.raises(ValueError, match="3-0 has no cluster"):
        coding.agreement(first, second, clusters=groups.drop("3-0"))


def test_halves_and_rows_by_hand():
    frame = pd.DataFrame({"claim": ["a", "b", "c"], "verdict": ["supported", "imprecise", "supported with nuance"]})
    assert coding.halves(frame, verdicts.HOLDS)["verdict"].tolist() == [True, False, True]
    rows = coding.reliability({"mine": coding.agreement(frame, frame)})
    assert rows[["coding", "n", "alike", "kappa", "ac1_low", "alpha_high"]].values.tolist() == [
        ["mine", 3, 100, 1, 1, 1]
    ]


def test_claims_lie_in_the_sentence_that_they_begin_in():
    spans = [seeds.Sentence("S0", 0, 10, "x"), seeds.Sentence("S0", 11, 20, "y"), seeds.Sentence("S1", 0, 5, "z")]
    claims = pd.DataFrame({"claim": ["a", "b", "c"], "seed": ["S0", "S0", "S1"], "start": [0, 11, 4]})
    assert verdicts.by_sentence(claims, spans).to_dict() == {"a": "S0:0", "b": "S0:11", "c": "S1:0"}
    with pytest.raises(ValueError, match="in no sentence: c"):
        verdicts.by_sentence(claims.assign(start=[0, 11, 5]), spans)


def test_the_differences_on_claims_do_not_heap_up_in_few_sentences():
    """If they did, drawing whole sentences would widen the interval; it moves by a few hundredths."""
    claims = data.load("claims")
    sentences = [one for article in seeds.load_all() for one in seeds.sentences(article)]
    first, second = data.load("first_coding"), data.load("second_coding")
    together = verdicts.agreement(first, second, verdicts.by_sentence(claims, sentences))["holds or not"]
    alone = coding.agreement(coding.halves(first, verdicts.HOLDS), coding.halves(second, verdicts.HOLDS))
    assert together.kappa == pytest.approx(alone.kappa)
    assert len(together.parts) < len(alone.parts) == together.n == claims["checkable"].sum()
    assert abs(together.low - alone.low) < 0.05 and abs(together.high - alone.high) < 0.05
