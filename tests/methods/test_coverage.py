"""Coverage and bounds: worked by hand, against published examples, and as properties that hold for all inputs."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.evidence import case
from vouch.evidence.data import load
from vouch.methods import intervals
from vouch.methods.election import bounds, coverage

SHARE = st.floats(0, 1)


@pytest.fixture(scope="module")
def townships() -> pd.DataFrame:
    return load("townships")


@pytest.fixture(scope="module")
def stated() -> pd.Series:
    return load("figures").set_index("figure_id")["value"]


# --- Bounds ------------------------------------------------------------------------------------------------------


def test_worst_case_by_hand():
    # 8 of 10 people are observed and 4 of these vote: with the two others none or both voting, 4 or 6 of 10 vote.
    found = bounds.worst_case(4 / 8, 8 / 10)
    assert (found.low, found.high) == pytest.approx((0.4, 0.6))


@given(SHARE, SHARE)
def test_worst_case_contains_the_point_and_is_as_wide_as_the_missing_share(observed, share):
    found = bounds.worst_case(observed, share)
    assert found.low <= observed + 1e-12
    assert observed <= found.high + 1e-12
    assert found.width == pytest.approx(1 - share, abs=1e-9)


@given(SHARE, SHARE, SHARE)
def test_worst_case_widens_on_both_sides_as_more_is_missing(observed, one, other):
    more, less = sorted((one, other))  # of the observed share
    wide, narrow = bounds.worst_case(observed, more), bounds.worst_case(observed, less)
    assert wide.low <= narrow.low + 1e-12
    assert narrow.high <= wide.high + 1e-12


@given(SHARE, SHARE, st.lists(st.booleans(), max_size=40))
def test_no_pattern_of_missing_values_escapes_the_bounds(observed, share, missing):
    found = bounds.worst_case(observed, share)
    filled = sum(missing) / len(missing) if missing else 0.0
    assert found.low - 1e-12 <= observed * share + filled * (1 - share) <= found.high + 1e-12


@pytest.mark.parametrize("observed, share", [(-0.1, 0.5), (0.5, 1.1), (float("nan"), 0.5)])
def test_worst_case_refuses_what_is_no_share(observed, share):
    with pytest.raises(ValueError, match="not a share"):
        bounds.worst_case(observed, share)


def rolls(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["name", "value", "is_electorate", "newcomers"])


def test_turnout_over_by_hand():
    # 60 of 100 voted. The older roll has 160: 60 of them voted, and of the 60 off the roll none or all would have.
    frame = bounds.turnout_over(
        rolls(("roll", 100, True, 0), ("older roll", 160, True, 0), ("people", 200, False, 0)), votes=60, roll=100
    ).set_index("name")
    assert frame.loc["roll", ["low", "point", "high"]].tolist() == pytest.approx([0.6, 0.6, 0.6])
    assert frame.loc["older roll", ["low", "point", "high"]].tolist() == pytest.approx([60 / 160, 0.6, 120 / 160])
    assert frame.loc["people", "cast"] == pytest.approx(0.3)
    assert frame.loc["people", ["low", "point", "high"]].isna().all()


def test_newcomers_widen_the_bounds_on_both_sides():
    # Ten of the hundred are not on the older roll of 160. If all ten voted, 50 of the 160 did; if none, 60 of the 160
    # did and 70 are missing, not 60.
    frame = bounds.turnout_over(rolls(("older roll", 160, True, 10)), votes=60, roll=100)
    assert frame.loc[0, ["low", "high"]].tolist() == pytest.approx([50 / 160, 130 / 160])
    # More newcomers than voters, and more missing than there are: never below none or above all.
    frame = bounds.turnout_over(rolls(("older roll", 105, True, 70)), votes=60, roll=100)
    assert frame.loc[0, ["low", "high"]].tolist() == [0, 1]


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 40), st.data())
def test_no_way_to_vote_escapes_the_bounds_whoever_the_newcomers_are(kept, new, missing, data):
    """An electorate of `kept` on the roll and `missing` off it; `new` on the roll belong to it not."""
    voted_kept, voted_new = data.draw(st.integers(0, kept)), data.draw(st.integers(0, new))
    would = data.draw(st.integers(0, missing))
    allowed = new + data.draw(st.integers(0, 5))  # newcomers are known only to be at most so many
    frame = bounds.turnout_over(
        rolls(("then", kept + missing, True, allowed)), votes=voted_kept + voted_new, roll=kept + new
    )
    low, high = frame.loc[0, ["low", "high"]]
    assert low - 1e-12 <= (voted_kept + would) / (kept + missing) <= high + 1e-12


def test_turnout_over_refuses_an_electorate_smaller_than_the_roll():
    with pytest.raises(ValueError, match="half a roll"):
        bounds.turnout_over(rolls(("half a roll", 50, True, 0)), votes=60, roll=100)
    assert len(bounds.turnout_over(rolls(("half a roll", 50, True, 50)), votes=60, roll=100)) == 1


def test_ages_are_spread_evenly_within_their_groups():
    groups = pd.Series({15: 50.0, 20: 100.0})
    assert bounds.aged_between(groups, 18, 20) == pytest.approx(20)  # two fifths of the first
    assert bounds.aged_between(groups, 17.5, 22.5) == pytest.approx(25 + 50)
    assert bounds.aged_between(groups, 0, 99) == pytest.approx(150)
    assert bounds.aged_between(groups, 30, 40) == 0


COUNTED = pd.Series(
    {
        "census-population-total-census-2024-1": 1000.0, "census-population-enumerated-census-2014-1": 900.0,
        "census-population-18-over-census-2014-1": 600.0, "population-un-2025-26-1": 1100.0,
        "population-15-19-un-2025-26-1": 100.0, "population-20-24-un-2025-26-1": 90.0,
        "population-20-over-un-2025-26-1": 730.0,
    }
)  # fmt: skip


def test_three_estimates_of_adults_by_hand():
    # Two thirds of a thousand; the UN has 730 and two of five years of a hundred, which is 70% of 1,100.
    assert bounds.adults(COUNTED)["value"].tolist() == pytest.approx([2000 / 3, 700, 770])
    # Whoever was 17 and 158 days to 22 and 235 days old on 1 July 2025: not all of two groups of five years.
    assert 90 < bounds.came_of_age(COUNTED, case.LAST_POLLING_DAY) < 105


def test_every_adult_is_in_one_part():
    parts = bounds.accounted(bounds.adults(COUNTED), 200, 400, intervals.Interval(0.1, 0.2)).set_index("part")
    assert parts.loc["Cast a ballot", ["low", "high", "low_share", "high_share"]].tolist() == pytest.approx(
        [200, 200, 200 / 770, 200 / (2000 / 3)]
    )
    assert parts.loc["On the roll, cast none", ["low", "high"]].tolist() == [200, 200]
    # Fewest: two thirds of a thousand, a fifth of them without a vote; most: 770, a tenth of them.
    assert parts.loc["On no roll, in a township with a vote", ["low", "high"]].tolist() == pytest.approx(
        [2000 / 3 * 0.8 - 400, 770 * 0.9 - 400]
    )
    assert parts.loc["In a township without a vote", ["low", "high"]].tolist() == pytest.approx([200 / 3, 154])
    with pytest.raises(ValueError, match="more people than adults"):
        bounds.accounted(bounds.adults(COUNTED), 200, 640, intervals.Interval(0.1, 0.2))


def test_denominators_hold_newcomers_only_where_the_roll_is_older():
    frame = bounds.denominators(load("figures"), case.LAST_POLLING_DAY).set_index("name")
    assert (frame["newcomers"] > 0).sum() == 3 and frame.loc[frame["newcomers"] > 0, "figure_id"].str.contains(
        "2020"
    ).all()
    assert frame["adults"].sum() == 3 and not frame.loc["All inhabitants, census of 2024", "is_electorate"]


@given(st.integers(1, 10**8), st.integers(1, 10**8), st.sampled_from([10, 10_000]))
def test_rounded_ratio_contains_the_true_ratio_whichever_way_it_was_rounded(votes, more, step):
    roll = votes + more + 10 * step
    for printed in (lambda x: x // step * step, lambda x: (x + step // 2) // step * step):
        found = bounds.rounded_ratio(printed(votes), printed(roll), step) if printed(votes) >= step else None
        assert found is None or found.low - 1e-12 <= votes / roll <= found.high + 1e-12


def test_ballots_for_majority():
    assert bounds.ballots_for_majority(100, 50) == 1
    assert bounds.ballots_for_majority(100, 80) == pytest.approx(0.625)


# --- Intervals and tests -----------------------------------------------------------------------------------------


def test_wilson_of_all_and_none():
    # Wilson's limits for k = n have a closed form: n / (n + z^2).
    assert intervals.wilson(7, 7).low == pytest.approx(7 / (7 + 1.959964**2), abs=1e-6)
    assert intervals.wilson(0, 7).high == pytest.approx(1 - intervals.wilson(7, 7).low)


def test_permutation_of_a_tiny_country_by_hand():
    # Of the three ways to call one of three units a state, only the true one gives so large a difference.
    frame = pd.DataFrame(
        {
            "state_region": ["a", "b", "c"],
            "kind": ["state", "region", "region"],
            "townships_total": [4, 4, 4],
            "voted": [0, 4, 2],
        }
    )
    with pytest.raises(ValueError, match="left out"):
        coverage.states_against_rest(frame)  # without its only state nothing can be compared
    frame = pd.concat([frame, frame.iloc[[0]].assign(state_region="d", voted=1)], ignore_index=True)
    gap = coverage.states_against_rest(frame)
    assert gap.difference == pytest.approx(7 / 8 - 2 / 8)
    # Of the six ways one gives as large a gap, and one as large a gap the other way round.
    assert gap.by_unit == pytest.approx(2 / 6)
    assert gap.assignments == 6


def test_townships_cancelled_together_make_the_interval_wider():
    """Two countries with the same shares, one cancelled township by township, one state by state."""
    alone = units(*((f"s{i}", "state", 20, 12) for i in range(6)), *((f"r{i}", "region", 20, 18) for i in range(6)))
    blocks = units(*((f"s{i}", "state", 20, (0, 0, 12, 20, 20, 20)[i]) for i in range(6)),
                   *((f"r{i}", "region", 20, (8, 20, 20, 20, 20, 20)[i]) for i in range(6)))  # fmt: skip
    one, other = coverage.states_against_rest(alone), coverage.states_against_rest(blocks)
    assert one.difference == pytest.approx(other.difference) == pytest.approx(0.3)
    assert (one.alone_low, one.alone_high) == (other.alone_low, other.alone_high)
    assert one.high - one.low == pytest.approx(0, abs=1e-9), "units that are all alike leave nothing open"
    assert other.low < other.alone_low and other.high > other.alone_high


# --- Myanmar -----------------------------------------------------------------------------------------------------


def test_townships_add_up_to_the_official_totals(townships, stated):
    assert townships["townships_total"].sum() == stated["townships-total-2025-26-1"] == 330
    assert townships["voted"].sum() == stated["townships-voted-total-2025-26-1"] == 263
    assert townships["not_held"].sum() == stated["townships-not-held-2025-26-3"] == 67
    assert townships["phase1"].sum() == stated["townships-phase1-2025-26-1"] == 102


def test_tiles_hold_every_township_once_and_no_more_phases_than_announced(townships, stated):
    counts = coverage.tiles(townships)["status"].value_counts()
    assert counts.sum() == 330
    assert counts["no vote"] == 67
    assert counts["phase 2"] <= stated["townships-phase2-2025-26-1"]
    assert counts["phase 3"] <= stated["townships-phase3-held-2025-26-1"]
    assert counts[["phase 2", "phase 3", "phase 2 or 3"]].sum() == 161


def test_tiles_refuse_phases_that_do_not_add_up(townships):
    with pytest.raises(ValueError, match="add up to"):
        coverage.tiles(townships.assign(townships_total=townships["townships_total"] + 1))


def test_published_turnout_follows_from_the_published_counts(stated):
    # 52.13, 55.95, 56.48 and 54.22 per cent, from counts printed to 10,000 voters.
    for part, printed in (("phase1", 1), ("phase2", 1), ("phase3", 1)):
        votes, roll = stated[f"votes-cast-{part}-2025-26-1"], stated[f"eligible-voters-{part}-2025-26-1"]
        found = bounds.rounded_ratio(votes, roll, 10_000)
        assert found.low <= stated[f"turnout-{part}-2025-26-{printed}"] / 100 <= found.high
    whole = bounds.rounded_ratio(stated["votes-cast-total-2025-26-1"], stated["eligible-voters-2025-26-3"], 10_000)
    assert whole.low <= stated["turnout-overall-2025-26-2"] / 100 <= whole.high


def test_people_without_vote_by_hand():
    townships = pd.DataFrame({"state_region": ["a", "b"], "townships_total": [4, 10], "voted": [1, 10]})
    people = pd.DataFrame({"state_region": ["a", "b"], "population": [100, 300]})
    assert coverage.people_without_vote(townships, people) == pytest.approx(75 / 400)
    with pytest.raises(ValueError, match="no population for b"):
        coverage.people_without_vote(townships, people.iloc[:1])


NAMED = pd.DataFrame(
    {
        "state_region": ["a", "a", "b", "b"],
        "township": ["a1", "a2", "b1", "b2"],
        "phase": ["none", "1", "none", "2"],
        "cancelled_2020": [True, False, False, True],
    }
)
PEOPLE = pd.DataFrame(
    {
        "state_region": ["a"] * 4 + ["b"] * 2,
        "township": ["a1", "a2", "a3", "a4", "b1", "b2"],
        "pcode": ["A1", "A2", "A3", "A4", "B1", "B2"],
        "population": [10, 20, 30, 40, 50, 50],
    }
)
UNITS = pd.DataFrame({"state_region": ["a", "b"], "not_held": [2, 1]})


def test_people_in_named_townships_and_the_bounds_of_the_unnamed():
    # a1 and b1 had no vote; the other of a is a3 (30) or a4 (40), since a2 voted.
    found = coverage.living_without_vote(UNITS, NAMED, PEOPLE)
    assert (found.low, found.high) == pytest.approx((90 / 200, 100 / 200))
    with pytest.raises(ValueError, match="no count of people"):
        coverage.living_without_vote(UNITS, NAMED, PEOPLE.iloc[1:])
    with pytest.raises(ValueError, match="3 townships to choose from 2"):
        coverage.living_without_vote(UNITS.assign(not_held=[4, 1]), NAMED, PEOPLE)
    with pytest.raises(ValueError, match="-1 townships"):
        coverage.living_without_vote(UNITS.assign(not_held=[0, 1]), NAMED, PEOPLE)


def test_townships_skipped_before_are_taken_off_both_sides():
    units, named, people = coverage.voted_before(UNITS, NAMED, PEOPLE)
    assert units["not_held"].tolist() == [1, 1], "a1 was skipped both times, b2 only in 2020"
    assert set(people["township"]) == {"a2", "a3", "a4", "b1"} and set(named["township"]) == {"a2", "b1"}
    found = coverage.living_without_vote(units, named, people)
    assert (found.low, found.high) == pytest.approx((80 / 140, 90 / 140))


def test_list_seats_by_hand():
    lists = pd.DataFrame(
        {"constituency_id": ["x", "y"], "chamber": ["U", "U"], "state_region": ["a", "b"], "seats": [3, 2],
         "townships": [4, 2], "pcodes": ["A1;A2;A3;A4", "B1;B2"]}
    )  # fmt: skip
    found = coverage.list_seats(lists, NAMED, PEOPLE).set_index("constituency_id")
    assert found["no_vote"].to_dict() == {"y": 1, "x": 1} and found["share"].tolist() == [0.5, 0.25]


def test_martial_law_by_hand():
    ruled = pd.DataFrame({"state_region": ["a", "a", "b"], "township": ["a1", "a3", "b2"]})
    found = coverage.under_martial_law(ruled, NAMED).set_index("state_region")
    assert found.loc["a", ["townships", "voted", "no_vote"]].tolist() == [2, 0, 1]
    assert found.loc["b", ["townships", "voted", "no_vote"]].tolist() == [1, 1, 0]


# --- By hand ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("low, high", [(0.5, 0.4), (-0.1, 0.5), (0.5, 1.1), (float("nan"), 1.0)])
def test_bounds_of_a_share_lie_in_order_between_none_and_all(low, high):
    with pytest.raises(ValueError, match="not bounds of a share"):
        intervals.of_share(low, high)
    assert intervals.of_share(0, 1).width == 1 and intervals.of_share(0.5, 0.5).width == 0


def test_rounded_ratio_by_hand():
    # "50" and "100" to the nearest ten or cut off: from 45 over 110 to 60 over 95.
    found = bounds.rounded_ratio(50, 100, 10)
    assert (found.low, found.high) == pytest.approx((45 / 110, 60 / 95))
    assert bounds.rounded_ratio(100, 100, 10).high == 1, "nobody votes twice"


def units(*rows):
    columns = ["state_region", "kind", "townships_total", "voted"]
    return pd.DataFrame(rows, columns=columns)


def test_units_are_ordered_by_share_then_by_size_then_by_name():
    frame = coverage.by_state_and_region(
        units(("d", "state", 4, 4), ("c", "region", 2, 1), ("b", "state", 4, 2), ("a", "state", 2, 1))
    )
    assert frame["state_region"].tolist() == ["b", "a", "c", "d"]
    assert frame[["share", "not_held"]].values.tolist() == [[0.5, 2], [0.5, 1], [0.5, 1], [1, 0]]
    assert frame.loc[3, ["low", "high"]].tolist() == pytest.approx([4 / (4 + 1.959964**2), 1])  # closed form for n of n
    assert intervals.wilson(4, 4, 0.5).low == pytest.approx(4 / (4 + 0.67449**2), abs=1e-4)


@pytest.mark.parametrize("method", [coverage.by_state_and_region, coverage.states_against_rest])
@pytest.mark.parametrize("voted", [5, -1])
def test_more_votes_than_townships_are_refused_and_the_units_named(method, voted):
    with pytest.raises(ValueError, match=r"fewer than none: a, b$"):
        method(units(("a", "state", 4, voted), ("b", "state", 4, voted), ("c", "region", 4, 4), ("d", "region", 4, 0)))


def test_states_against_the_rest_in_a_tiny_country():
    # Without a vote: 4 of 4 and 3 of 4 townships of the states, 0 and 2 of 4 of the others; 9 of 16 in all.
    gap = coverage.states_against_rest(
        units(("a", "state", 4, 0), ("b", "region", 4, 4), ("c", "territory", 4, 2), ("d", "state", 4, 1))
    )
    assert (gap.states, gap.rest, gap.difference) == pytest.approx((7 / 8, 2 / 8, 5 / 8))
    assert intervals.Interval(gap.alone_low, gap.alone_high) == intervals.newcombe(7, 8, 2, 8)
    # Drawn twice from 4/4 and 3/4, and twice from 0/4 and 2/4, each once in four: from 3/4 - 2/4 to 4/4 - 0/4.
    assert (gap.low, gap.high) == (pytest.approx(1 / 4), pytest.approx(1))
    assert coverage.difference(
        units(("a", "state", 4, 0), ("b", "region", 4, 4), ("c", "territory", 4, 2), ("d", "state", 4, 1))
    ) == pytest.approx(gap.difference)
    # Without a 3/4 - 2/8, without d 4/4 - 2/8, without c 7/8, without b 7/8 - 2/4.
    assert (gap.smallest, gap.without) == (pytest.approx(3 / 8), "b")


def test_two_states_and_two_others_are_enough_and_one_is_not():
    four = units(("a", "state", 4, 0), ("b", "region", 4, 4), ("c", "region", 4, 2), ("d", "state", 4, 1))
    for kept in ([0, 1, 2], [0, 1, 3]):
        with pytest.raises(ValueError, match="fewer than two units on one side"):
            coverage.states_against_rest(four.iloc[kept])


def test_tiles_by_hand():
    known = {"phase1": 1, "phase2": 1, "phase3": 2, "phase2_plus_phase3": 3, "not_held": 1}
    frame = pd.DataFrame(
        [
            {"state_region": "a", "townships_total": 5} | known,
            {"state_region": "b", "townships_total": 5} | known | {"phase2": None},
            {"state_region": "c", "townships_total": 5} | known | {"phase3": None},
        ]
    )
    found = coverage.tiles(frame)
    assert found["tile"].tolist() == [1, 2, 3, 4, 5] * 3
    status = found.groupby("state_region")["status"].agg(list)
    assert status["a"] == ["phase 1", "phase 2", "phase 3", "phase 3", "no vote"]
    assert status["b"] == status["c"] == ["phase 1", *["phase 2 or 3"] * 3, "no vote"]
    with pytest.raises(ValueError, match="b: phases add up to 5 of 6 townships"):
        coverage.tiles(frame.assign(townships_total=[5, 6, 5]))


def test_ground_held_is_a_share_of_its_own_unit():
    rows = [
        ("a", 21.0, "per cent", "area", "military"), ("b", 144.0, "townships", "330 townships", "opposition"),
        ("c", 42.0, "per cent", "area", "opposition"), ("d", 33.0, "townships", "330 townships", "military"),
        ("e", 90.0, "per cent", "area", "contested"), ("f", 17.0, "towns", "unknown", "opposition"),
        ("g", 50.0, "per cent", "population", "not-full-military"), ("h", 17.0, "per cent", "area", "military"),
        ("i", 30.0, "per cent", "area", "not-full-military"), ("j", 1.0, "per cent", "area", "opposition"),
    ]  # fmt: skip
    found = coverage.control(pd.DataFrame(rows, columns=["claimant", "value", "unit", "denominator", "holder"]))
    assert found[["claimant", "of", "share"]].values.tolist() == [
        ["h", "land area", 0.17], ["a", "land area", 0.21], ["i", "land area", 0.3],
        ["j", "land area", 0.01], ["c", "land area", 0.42],
        ["d", "townships", 0.1], ["b", "townships", pytest.approx(144 / 330)], ["g", "population", 0.5],
    ]  # fmt: skip
