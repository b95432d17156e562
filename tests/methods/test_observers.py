"""Observers: the exact test worked by hand, the roles of states, and what the host itself counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vouch import observers
from vouch.data import load

SCORES = st.lists(st.floats(0, 1, allow_nan=False).map(lambda value: round(value, 3)), min_size=2, max_size=4)


@pytest.fixture(scope="module")
def came() -> pd.DataFrame:
    return load("observers")


@pytest.fixture(scope="module")
def roles(came) -> pd.DataFrame:
    return observers.roles(came, load("memberships"))


@pytest.fixture(scope="module")
def scores() -> pd.DataFrame:
    return pd.concat([load("vdem_v16"), load("vdem_v16_more")], ignore_index=True)


# --- The test ----------------------------------------------------------------------------------------------------


def test_exact_p_by_hand():
    # Of the 10 ways to choose 2 of 5, one gives a mean as low as {1, 2}: one tail is 1/10, both are 2/10.
    result = observers.compare([0.1, 0.2], [0.3, 0.4, 0.5])
    assert result.arrangements == 10
    assert result.p == pytest.approx(0.2)
    assert result.smallest_p == pytest.approx(0.2)
    assert result.difference == pytest.approx(-0.25)


def test_identical_groups_differ_by_chance_only():
    assert observers.compare([0.4, 0.4], [0.4, 0.4]).p == 1


@settings(deadline=None, max_examples=25)
@given(SCORES, SCORES)
def test_swapping_the_groups_turns_the_sign_and_keeps_p(first, second):
    one, other = observers.compare(first, second), observers.compare(second, first)
    assert one.difference == pytest.approx(-other.difference)
    assert one.p == pytest.approx(other.p)
    assert one.smallest_p - 1e-12 <= one.p <= 1
    assert abs(one.difference) <= 1 + 1e-9


def test_a_group_of_one_is_refused():
    with pytest.raises(ValueError, match="at least two"):
        observers.compare([0.5], [0.5, 0.6])


def test_too_many_arrangements_are_refused():
    with pytest.raises(ValueError, match="too many"):
        observers.compare(np.linspace(0, 1, 15), np.linspace(0, 1, 15))


# --- The states --------------------------------------------------------------------------------------------------


def test_the_list_of_the_first_phase_gives_the_spokesmans_count(came):
    assert observers.official_list(came, "1") == (8, 1)  # 32 representatives of eight countries and one association


def test_head_counts_are_shown_and_not_merged(came):
    counts = observers.head_counts(came)
    assert list(counts.loc[counts["election"] == "2025-26", "value"]) == [32, 139, 162]


def test_private_visitors_do_not_make_a_sending_state(roles):
    role = roles.set_index("iso3")["role"]
    assert role["IND"] == "stayed away"
    assert "JPN" not in role.index
    assert {"RUS", "BLR", "CHN", "NPL"} <= set(role[role == "sent"].index)
    assert set(role[role == "unclear"].index) == {"IDN", "LAO", "THA"}


def test_every_state_has_one_role_and_only_brunei_has_no_score(roles, scores):
    assert roles["iso3"].is_unique
    assert "MMR" not in set(roles["iso3"])
    assert set(roles["iso3"]) - set(observers.scored(roles, scores, 2025)["iso3"]) == {"BRN"}


def test_both_tables_of_scores_are_one_release(scores):
    # The mean that the first table prints over ten states is the mean of nine of them and one from the second table.
    ten = ["KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "TLS", "VNM"]
    table = scores.pivot(index="year", columns="iso3", values="v2x_polyarchy")
    for year in range(2015, 2026):
        assert table.loc[year, ten].mean() == pytest.approx(table.loc[year, "_SEA"], abs=0.0006)


def test_sensitivity_holds_the_main_comparison(roles, scores, came):
    states = observers.scored(roles, scores, 2025)
    earlier = observers.scored(roles, scores, 2024)
    asean = {"KHM", "VNM", "MYS", "PHL", "SGP"}
    variants = observers.sensitivity(states, earlier, set(states["iso3"]) - {"NPL"}, asean).set_index("variant")
    main = observers.groups(states)
    assert variants.loc["all states with a score", "difference"] == pytest.approx(main.difference)
    smallest = abs(variants.loc["unclear states dealt for the smallest gap", "difference"])
    largest = abs(variants.loc["unclear states dealt for the largest gap", "difference"])
    assert smallest <= abs(main.difference) <= largest
    first = variants.loc["senders of the first phase only"]
    assert first["n_sent"] == main.n_sent - 1


# --- The audit and the reactions ---------------------------------------------------------------------------------


def test_the_audit_rests_on_visitors_who_attended(came):
    status = came.set_index("observer_id")["status"]
    audit = load("mission_audit")
    for ids in audit["observer_ids"]:
        assert "attended" in {status[one] for one in ids.split(";")}
    recent = audit[audit["election"] == "2025-26"]
    assert (recent["payer"] == "unknown").all()


def test_a_statement_before_the_vote_has_negative_days():
    audit = observers.spoke(load("mission_audit")).set_index("mission_id")
    assert audit.loc["blr-1", "days_after"] == -3
    assert audit.loc["blr-3", "days_after"] == 1
    assert pd.isna(audit.loc["carter-2020", "days_after"])


def test_audit_counts_add_up():
    counts = observers.audit_counts(load("mission_audit"))
    assert (counts[["yes", "no", "unknown"]].sum(axis=1) == counts["missions"]).all()


def test_reactions_are_all_counted_and_ordered_from_critics_to_supporters():
    acts = load("reactions")
    actors = observers.by_actor(acts)
    assert actors["acts"].sum() == len(acts)
    assert observers.by_stage(acts)["total"].sum() == len(acts)
    assert actors["place"].is_monotonic_increasing
    place = {stance: number for number, stance in enumerate(observers.STANCES)}
    assert (actors["low"].map(place) <= actors["high"].map(place)).all()


def test_kinds_of_senders_leave_counts_and_press_out(came):
    kinds = observers.by_kind(came, {"RUS": "Russia"})
    assert not set(kinds["type"]) & {"aggregate", "media"}
    assert kinds[kinds["election"] == "2010"].empty
    assert "Russia" in kinds.set_index(["election", "type"]).loc[("2025-26", "parliament"), "who"]
