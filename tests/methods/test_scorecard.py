"""Scorecard and indices of seats and votes: published worked examples, identities, bounds."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.evidence.data import load
from vouch.methods.election import parties, scorecard

WEIGHTS = st.lists(st.integers(0, 500), min_size=2, max_size=8).filter(lambda values: sum(values) > 0)


@pytest.fixture(scope="module")
def first() -> pd.DataFrame:
    return load("assessment")


@pytest.fixture(scope="module")
def second() -> pd.DataFrame:
    return load("assessment_second")


@pytest.fixture(scope="module")
def seats() -> pd.DataFrame:
    return load("seats")


# --- Indices -----------------------------------------------------------------------------------------------------


def test_gallagher_of_new_zealand_2005():
    # The example by which the index is commonly taught. Its printed result, 1.11, leaves one row out of the sum: the
    # squared differences printed beside it add up to 2.53, which gives 1.125.
    votes = [41.10, 39.10, 5.72, 5.30, 2.12, 2.67, 1.51, 1.16]
    seats = [50, 48, 7, 6, 4, 3, 2, 1]
    without = [0.62, 0.25, 0.12, 0.07, 0.05, 0.05, 0.04, 0.03, 0.03, 0.02, 0.02]
    assert parties.gallagher(votes + without, seats + [0] * len(without)) == pytest.approx(1.125, abs=0.002)


@pytest.mark.parametrize(
    ("shares", "number"),
    [
        ([0.75, 0.25], 1.60),
        ([0.75, 0.10, *[0.01] * 15], 1.74),
        ([0.55, 0.45], 1.98),
        ([0.55, *[0.10] * 3, *[0.01] * 15], 2.99),
        ([0.35, 0.35, 0.30], 2.99),
        ([0.35, *[0.10] * 5, *[0.01] * 15], 5.75),
        ([*[0.15] * 6, 0.10], 6.90),
        ([0.15, *[0.10] * 7, *[0.01] * 15], 10.64),
    ],
)
def test_effective_number_of_published_constellations(shares, number):
    # Laakso-Taagepera values of eight hypothetical party systems, Golosov 2010, Party Politics 16: 171-192.
    assert parties.effective_number(shares) == pytest.approx(number, abs=0.005)


def test_effective_number_by_hand():
    assert parties.effective_number([25, 25, 25, 25]) == pytest.approx(4)
    assert parties.effective_number([50, 25, 25]) == pytest.approx(1 / 0.375)
    assert parties.effective_number([7, 0, 0]) == pytest.approx(1)


@given(WEIGHTS)
def test_effective_number_lies_between_one_and_the_number_of_parties(weights):
    number = parties.effective_number(weights)
    assert 1 - 1e-9 <= number <= sum(weight > 0 for weight in weights) + 1e-9
    assert number == pytest.approx(parties.effective_number([3 * weight for weight in weights]))


@given(WEIGHTS, st.randoms(use_true_random=False))
def test_gallagher_is_zero_for_equal_shares_symmetric_and_at_most_100(weights, random):
    other = list(weights)
    random.shuffle(other)
    assert parties.gallagher(weights, [2 * weight for weight in weights]) == pytest.approx(0, abs=1e-9)
    assert parties.gallagher(weights, other) == pytest.approx(parties.gallagher(other, weights))
    assert 0 <= parties.gallagher(weights, other) <= 100 + 1e-9


def test_gallagher_is_100_when_all_seats_go_where_no_vote_went():
    assert parties.gallagher([100, 0], [0, 100]) == pytest.approx(100)


@given(st.lists(st.integers(1, 60), min_size=3, max_size=3), st.integers(0, 20), st.integers(0, 6))
def test_gallagher_bounds_are_those_of_all_ways_to_hand_out_the_rest(votes, known, rest):
    cast = pd.Series(votes, index=["A", "B", "C"])
    won = pd.Series({"A": known})
    if known + rest == 0:
        return
    bounds = parties.gallagher_bounds(cast, won, known + rest)
    values = [
        parties.gallagher(cast, [known, chosen.count("B"), chosen.count("C")])
        for chosen in combinations_with_replacement("BC", rest)
    ]
    assert bounds.low == pytest.approx(min(values))
    assert bounds.high == pytest.approx(max(values))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=5), st.integers(0, 15))
def test_effective_number_bounds_contain_an_even_split(known, rest):
    bounds = parties.effective_number_bounds(known, sum(known) + rest)
    assert bounds.low <= bounds.high + 1e-9
    halves = [rest // 2, rest - rest // 2]
    assert bounds.low - 1e-9 <= parties.effective_number(known + halves) <= bounds.high + 1e-9


def test_impossible_seats_are_refused():
    with pytest.raises(ValueError, match="attributed"):
        parties.effective_number_bounds([6, 5], 10)
    with pytest.raises(ValueError, match="rest"):
        parties.gallagher_bounds(pd.Series({"A": 3}), pd.Series({"A": 2}), 3)
    with pytest.raises(ValueError, match="negative"):
        parties.effective_number([-1, 2])


# --- Seats of Myanmar --------------------------------------------------------------------------------------------


def test_the_usdp_share_of_2010_is_the_printed_one(seats):
    row = seats[(seats["election"] == "2010") & (seats["chamber"] == "All levels") & (seats["party"] == "USDP")]
    assert round(float(100 * row["seats"].iloc[0] / row["seats_filled"].iloc[0]), 1) == 76.5


def test_the_parliament_adds_up(seats):
    table = parties.parliament(seats, 664, 166).pivot(index="election", columns="group", values="seats")
    assert (table.sum(axis=1) == 664).all()
    assert table.loc["2025-26", "military"] + table.loc["2025-26", "USDP"] == 505  # Associated Press: 166 and 339
    assert 664 - table.loc["2025-26", "unfilled"] == 586


def test_too_many_seats_are_refused(seats):
    with pytest.raises(ValueError, match="do not fit"):
        parties.parliament(seats, 600, 166)


def test_votes_of_2010_miss_the_published_total_by_about_one_percent():
    published = 20_865_161  # valid votes, IFES ElectionGuide
    assert 1 - load("votes_2010")["votes"].sum() / published == pytest.approx(0.011, abs=0.0006)


# --- Coding ------------------------------------------------------------------------------------------------------


def test_every_row_was_coded_twice_and_by_the_rule(first, second):
    assert list(first["assessment_id"]) == list(second["assessment_id"])
    for coding in (first, second):
        assert (coding["direction"].isin(["unknown", "not-reached"]) == (coding["confidence"] == "none")).all()


def test_one_list_serves_every_election_and_names_every_cell_once(first):
    assert len(scorecard.grid(first)) == len(first)
    for _, cells in first.groupby("election"):
        assert set(cells["criterion_id"]) == set(scorecard.CYCLE)
    named = scorecard.named(first)
    assert sorted(one for ids in named["criteria"] for one in ids) == sorted(first["criterion_id"])


def test_the_coup_is_told_once_and_not_against_the_vote_of_2020(first):
    of = first[first["election"] == "2020"].set_index("criterion_id")["direction"]
    assert of[list(scorecard.AFTER)].to_dict() == {
        "declared-result-takes-effect": "fails",
        "elected-people-hold-power": "not-reached",
    }
    assert set(first.loc[first["direction"] == "not-reached", "election"]) == {"2020"}


def test_no_election_since_2015_is_said_to_include_the_rohingya(first):
    cells = first[first["criterion_id"] == "franchise-without-discrimination"].set_index("election")
    assert (cells.loc[["2015", "2020", "2025-26"], "direction"] == "fails").all()
    assert cells["evidence"].str.contains("Rohingya").all()


def test_a_criterion_without_a_place_is_refused(first):
    with pytest.raises(ValueError, match="no place"):
        scorecard.grid(first.assign(criterion_id="new"))


def test_every_criterion_has_a_ground(first):
    grounds = scorecard.grounds(first, load("standards"))
    assert len(grounds) == len(scorecard.CYCLE)
    assert grounds["source"].str.len().gt(0).all()


def test_agreement_and_disagreements_say_the_same(first, second):
    result = scorecard.agreement(first, second)
    assert result.n == len(first)
    assert result.observed == pytest.approx(1 - len(scorecard.disagreements(first, second)) / len(first))
    table = result.table.to_numpy()
    chance = np.sum(table.sum(axis=0) * table.sum(axis=1)) / table.sum() ** 2
    assert result.kappa == pytest.approx((result.observed - chance) / (1 - chance))  # Cohen 1960, p. 40


# --- By hand ---------------------------------------------------------------------------------------------------------


def coded(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Rows of an assessment from (criterion_id, election, direction), each with an id of its own."""
    frame = pd.DataFrame(rows, columns=["criterion_id", "election", "direction"])
    frame["assessment_id"] = [f"a{number}" for number in range(len(frame))]
    frame["criterion"] = "words of " + frame["criterion_id"]
    return frame.assign(confidence="high", evidence="e", reason="r", source="s", standard_ids="x;y")


LAST, FIRST = list(scorecard.CYCLE)[-1], next(iter(scorecard.CYCLE))


def test_the_grid_follows_the_electoral_cycle_and_the_elections():
    found = scorecard.grid(coded((LAST, "2010", "fails"), (FIRST, "2025-26", "fails"), (FIRST, "2015", "meets")))
    assert found[["criterion_id", "stage", "election", "direction"]].values.tolist() == [
        [FIRST, "before", "2015", "meets"], [FIRST, "before", "2025-26", "fails"], [LAST, "after", "2010", "fails"],
    ]  # fmt: skip
    with pytest.raises(ValueError, match=r"no place in the electoral cycle for new, odd$"):
        scorecard.grid(coded(("odd", "2010", "fails"), ("new", "2010", "fails"), (FIRST, "2010", "fails")))


def test_what_got_a_verdict_is_named_by_block_and_never_counted():
    second = list(scorecard.CYCLE)[1]
    found = scorecard.named(
        coded(
            (LAST, "2015", "meets"), (second, "2015", "meets"), (FIRST, "2015", "meets"), (LAST, "2020", "not-reached")
        )
    )
    assert found.values.tolist() == [
        ["2015", "the vote", "meets", (FIRST, second)],
        ["2015", "afterwards", "meets", (LAST,)],
        ["2020", "afterwards", "not-reached", (LAST,)],
    ]
    assert not found.select_dtypes("number").columns.size


def test_both_codings_stand_side_by_side():
    one = coded((LAST, "2015", "meets"), (FIRST, "2020", "fails"), (FIRST, "2010", "fails"))
    other = one.assign(direction=["partly", "fails", "fails"], evidence="other", reason="why", source="t")
    found = scorecard.evidence(one, other)
    assert found[["criterion_id", "election", "first", "second", "verdict"]].values.tolist() == [
        [FIRST, "2010", "fails", "fails", "fails"],
        [FIRST, "2020", "fails", "fails", "fails"],
        [LAST, "2015", "meets", "partly", "meets (second coding: partly)"],
    ]
    assert found["evidence"].eq("e").all() and found["source"].eq("s").all()
    apart = scorecard.disagreements(one, other.drop(columns=["source", "evidence", "election", "criterion"]))
    assert apart[["criterion", "election", "first", "second"]].values.tolist() == [
        [f"words of {LAST}", "2015", "meets", "partly"]
    ]


def test_grounds_name_each_source_once():
    standards = pd.DataFrame(
        {"standard_id": ["y", "x"], "criterion": ["Then that", "First this"], "source": ["k;m", "k;l"]}
    )
    found = scorecard.grounds(
        coded((LAST, "2015", "meets"), (FIRST, "2015", "meets"), (FIRST, "2020", "meets")), standards
    )
    assert found.values.tolist() == [
        [f"words of {FIRST}", "before", "First this. Then that", "x; y", "k;l;m"],
        [f"words of {LAST}", "after", "First this. Then that", "x; y", "k;l;m"],
    ]


def tallied(*rows: tuple[str, str, str, int, int]) -> pd.DataFrame:
    """Seats from (election, chamber, party, seats, seats_filled), final tallies."""
    return pd.DataFrame(rows, columns=["election", "chamber", "party", "seats", "seats_filled"]).assign(tally="final")


LOWER, UPPER = "Pyithu Hluttaw", "Amyotha Hluttaw"


def test_the_two_houses_by_hand():
    rows = [(year, house, "USDP", 5, 9) for year in scorecard.ELECTIONS for house in (LOWER, UPPER)]
    rows += [("2020", LOWER, "NLD", 3, 9), ("2020", UPPER, "NLD", 2, 9), ("2020", "Union Parliament", "NLD", 9, 99)]
    seats = pd.concat([tallied(*rows), tallied(("2020", LOWER, "NLD", 1, 1)).assign(tally="provisional")])
    found = parties.parliament(seats, total=30, reserved=10).set_index(["election", "group"])["seats"]
    assert found["2020"].to_dict() == {"military": 10, "USDP": 10, "NLD": 5, "others": 3, "unfilled": 2}
    assert found["2010"].to_dict() == {"military": 10, "USDP": 10, "NLD": 0, "others": 8, "unfilled": 2}
    assert parties.parliament(seats, 28, 10)["seats"].min() == 0
    with pytest.raises(ValueError, match=r"the seats of 2010 do not fit into 27: \{'military'"):
        parties.parliament(seats, 27, 10)


def test_one_chamber_by_hand():
    rows = [(year, LOWER, party, won, 10) for year in scorecard.ELECTIONS for party, won in (("A", 2), ("B", 6))]
    rows += [(year, LOWER, "MIL", 9, 9) for year in scorecard.ELECTIONS]
    rows += [(year, UPPER, "A", 4, 4) for year in scorecard.ELECTIONS]
    seats = pd.concat([tallied(*rows).assign(tally="provisional", seats=99), tallied(*rows)], ignore_index=True)
    found = parties.party_system(seats)
    assert found["election"].tolist() == list(scorecard.ELECTIONS)
    row = found.iloc[0]
    assert row[["filled", "attributed", "largest", "largest_seats", "largest_share"]].tolist() == [10, 8, "B", 6, 0.6]
    # Two seats are not known: as one party 2, 6 and 2; as two parties 2, 6, 1 and 1.
    assert (row["low"], row["high"]) == pytest.approx((100 / 44, 100 / 42))
    assert parties.party_system(seats, UPPER)["largest"].tolist() == ["A"] * 4


def test_refusals_of_the_indices():
    with pytest.raises(ValueError, match="must name the same parties"):
        parties.gallagher([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="must not all be zero"):
        parties.effective_number([0, 0])
    with pytest.raises(ValueError, match="11 seats are attributed, but there are only 10"):
        parties.effective_number_bounds([6, 5], 10)
    with pytest.raises(ValueError, match="do not leave a rest"):
        parties.gallagher_bounds(pd.Series({"A": 3, "B": 1}), pd.Series({"A": 4}), 3)
    whole = parties.effective_number_bounds([6, 4], 10)
    assert whole.low == whole.high == pytest.approx(100 / 52)
    known = parties.gallagher_bounds(pd.Series({"A": 3, "B": 1}), pd.Series({"A": 2, "B": 2}), 4)
    assert known.low == known.high == pytest.approx(25)


def test_agreement_may_be_of_any_column(first, second):
    assert scorecard.agreement(first, second, "confidence").observed == pytest.approx(
        (first["confidence"].to_numpy() == second["confidence"].to_numpy()).mean()
    )
