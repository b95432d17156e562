"""Observers: the exact test worked by hand, the roles of states, and what the host itself counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vouch.evidence.data import load
from vouch.methods.election import observers

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
    audit = load("mission_audit").set_index("mission_id", drop=False)
    early = pd.Timestamp("2025-12-25")
    audit["spoke"] = audit["spoke"].where(audit["mission_id"] != "blr-1", early)
    audit = observers.spoke(audit.reset_index(drop=True)).set_index("mission_id")
    assert audit.loc["blr-1", "days_after"] == -3
    assert audit.loc["blr-3", "days_after"] == 1
    assert pd.isna(audit.loc["carter-2020", "days_after"])


CENSUS = pd.DataFrame({"statement_id": ["s1", "s2", "s3"], "asked_id": ["AA", "AA", "BB"]})
ASKED = pd.DataFrame({"asked_id": ["AA", "BB"], "name": ["Aland", "Body"], "kind": ["state", "party"]})


def codings(*levels):
    return pd.DataFrame({"statement_id": ["s1", "s2", "s3"], "level": levels})


def test_levels_are_those_of_both_codings_or_the_decided_ones():
    first, second = codings("praised", "concern", "praised"), codings("praised", "welcomed", "praised")
    named = {
        "table": ["statements"],
        "id": ["s2"],
        "first": ["concern"],
        "second": ["welcomed"],
        "decided": ["concern"],
    }
    levels = observers.decided("statements", first, second, pd.DataFrame(named))
    assert levels.tolist() == ["praised", "concern", "praised"]
    table = observers.by_level(CENSUS, levels, ASKED, observers.WORDS)
    assert table["level"].tolist() == ["praised", "concern"] and table["states"].tolist() == [1, 1]
    assert table["named"].tolist() == ["Aland", "Aland"] and table["others"].tolist() == ["Body", ""]
    assert observers.favourable_states(table, table) == {"Aland"}


def test_a_difference_that_nobody_decided_stops_the_census():
    first, second = codings("praised", "concern", "praised"), codings("praised", "welcomed", "praised")
    nothing = pd.DataFrame({"table": [], "id": [], "first": [], "second": [], "decided": []})
    with pytest.raises(ValueError, match="differences"):
        observers.decided("statements", first, second, nothing)
    with pytest.raises(ValueError, match="not of the same rows"):
        observers.decided("statements", first, second.iloc[:2], nothing)
    wrong = pd.DataFrame(
        {"table": ["statements"], "id": ["s2"], "first": ["praised"], "second": ["welcomed"], "decided": ["concern"]}
    )
    with pytest.raises(ValueError, match="does not name the levels"):
        observers.decided("statements", first, second, wrong)


def test_the_census_of_the_tables_is_decided_throughout():
    for table, order in {"statements": observers.WORDS, "acts": observers.DEEDS}.items():
        parts = (load(f"{table}_{which}_coding") for which in ("first", "second"))
        levels = observers.decided(table, *parts, load("census_resolutions"))
        found = observers.by_level(load(table), levels, load("states_asked"), order)
        assert found["rows"].sum() == len(load(table)) and set(levels) <= set(order)


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


# --- By hand ---------------------------------------------------------------------------------------------------------


def observer(observer_id: str, **known: object) -> dict[str, object]:
    plain = {"election": "2025-26", "sender": "Parliament", "iso3": "RUS", "type": "parliament", "phase": "1"}
    return {"observer_id": observer_id, **plain, "status": "attended"} | known


def test_the_two_groups_by_hand():
    found = observers.compare([0.1, 0.2, 0.6], [0.3, 0.5, 0.4, 0.8])
    assert (found.n_sent, found.n_away, found.arrangements) == (3, 4, 35)
    assert (found.mean_sent, found.mean_away) == pytest.approx((0.3, 0.5))
    assert (found.median_sent, found.median_away) == pytest.approx((0.2, 0.45))
    assert found.difference == pytest.approx(-0.2) and found.smallest_p == pytest.approx(2 / 35)
    # The median of {0.1, 0.2} and {0.3, 0.4, 0.5}: as the means, one of ten ways is as extreme on this side.
    assert observers.compare([0.1, 0.2], [0.3, 0.4, 0.5]).p_median == pytest.approx(0.2)
    # Means of 2 and of 2.33 can be told apart in few ways, medians of 0 and 1 in others.
    assert observers.compare([0, 0, 1], [0, 1, 1]).p == 1
    assert observers.compare([0.1, 0.2], [0.3, 0.4]).smallest_p == pytest.approx(2 / 6)
    with pytest.raises(ValueError, match=r"^both groups need at least two states$"):
        observers.compare([0.5, 0.6], [0.5])


def test_as_many_arrangements_as_can_be_gone_through():
    assert observers.compare([0.0, 1.0], np.linspace(0, 1, 19)).arrangements == 210
    with pytest.raises(ValueError, match=r"^203490 arrangements are too many"):
        observers.compare(np.linspace(0, 1, 8), np.linspace(0, 1, 13))


def test_kinds_of_senders_by_hand():
    rows = [
        observer("a"), observer("b", phase="2"), observer("c", iso3="BLR"), observer("d", iso3=pd.NA, sender="A club"),
        observer("e", type="media"), observer("f", type="aggregate"), observer("g", status="declined"),
        observer("h", type="embassy", iso3=pd.NA), observer("i", type="embassy"), observer("j", election="2015"),
    ]  # fmt: skip
    found = observers.by_kind(pd.DataFrame(rows), {"RUS": "Russia", "BLR": "Belarus"})
    assert found.values.tolist() == [
        ["2015", "parliament", 1, "Russia"],
        ["2025-26", "embassy", 1, "Russia"],
        ["2025-26", "parliament", 3, "A club, Belarus, Russia"],
    ]


def test_head_counts_as_they_were_stated(came):
    found = observers.head_counts(came)
    assert found[["election", "value", "stated", "kind"]].values.tolist() == [
        ["2015", 150, "about 150", "visitors"],
        ["2015", 47, "47", "visitors"],
        ["2020", 43, "43", "visitors"],
        ["2025-26", 32, "32", "visitors"],
        ["2025-26", 139, "139", "with diplomats"],
        ["2025-26", 162, "162", "with diplomats"],
    ]
    for row in found.itertuples():
        assert row.label.startswith(row.election)
        assert ("with diplomats" in row.label) == (row.kind == "with diplomats")


def test_the_official_list_by_hand():
    rows = [
        observer("a"), observer("b", sender="Duma"), observer("c", iso3="IND", type="private"),
        observer("d", iso3=pd.NA),
        observer("e", iso3="JPN", sender="Japan-Myanmar Association", type="ngo"), observer("f", iso3="X", phase="2"),
        observer("g", iso3="X", election="2020"), observer("h", iso3="X", status="declined"),
        *(observer("i", iso3="X", type=kind) for kind in ("aggregate", "media", "embassy")),
    ]  # fmt: skip
    assert observers.official_list(pd.DataFrame(rows)) == (2, 1)
    assert observers.official_list(pd.DataFrame(rows), "2") == (1, 0)


def test_each_role_by_hand():
    rows = [
        observer("1"), observer("2", status="declined"),
        observer("3", iso3="A", status="unconfirmed"), observer("4", iso3="A", status="declined"),
        observer("5", iso3="B", status="announced", type="election-commission"),
        observer("6", iso3="C", status="declined", type="government"), observer("7", iso3="C", status="no-reply-found"),
        observer("8", iso3="D", status="no-reply-found"), observer("9", iso3="MMR"),
        observer("10", iso3="E", type="embassy"), observer("11", iso3="F", election="2020"), observer("12", iso3=pd.NA),
    ]  # fmt: skip
    members = pd.DataFrame(
        {"organisation": ["ASEAN", "ASEAN", "ASEAN", "SCO", "ASEAN"], "iso3": ["E", "MMR", "D", "G", "H"],
         "status": ["member", "member", "member", "member", "applicant"]}
    )  # fmt: skip
    assert observers.roles(pd.DataFrame(rows), members).values.tolist() == [
        ["A", "unclear", "named by one side only", "3"],
        ["B", "unclear", "named by one side only", "5"],
        ["C", "stayed away", "declined", "6;7"],
        ["D", "stayed away", "no reply found", "8"],
        ["E", "stayed away", "member of ASEAN, which declined; named by nobody", ""],
        ["RUS", "sent", "reported present", "1"],
    ]


def test_the_comparison_under_other_choices_by_hand():
    asean = "member of ASEAN, which declined; named by nobody"
    rows = [
        ("A", "sent", "reported present", 0.1), ("B", "sent", "reported present", 0.2),
        ("C", "sent", "reported present", 0.6), ("D", "stayed away", "declined", 0.4),
        ("E", "stayed away", "no reply found", 0.6), ("F", "stayed away", asean, 0.8),
        ("G", "unclear", "named by one side only", 0.9),
    ]  # fmt: skip
    states = pd.DataFrame(rows, columns=["iso3", "role", "basis", "v2x_polyarchy"])
    earlier = states.assign(v2x_polyarchy=states["v2x_polyarchy"] / 2)
    found = observers.sensitivity(states, earlier, {"A", "B"}, {"B", "C", "E", "F"}, {"F"}).set_index("variant")
    expected = {
        "all states with a score": (3, 3, 0.3 - 0.6, 0.2 - 0.6),
        "scores of the year before": (3, 3, -0.15, -0.2),
        "senders of the first phase only": (2, 3, 0.15 - 0.6, 0.15 - 0.6),
        "members of ASEAN only": (2, 2, 0.4 - 0.7, 0.4 - 0.7),
        "only refusals and silence of the state itself": (3, 2, 0.3 - 0.5, 0.2 - 0.5),
        "without the newest member of ASEAN": (3, 2, 0.3 - 0.5, 0.2 - 0.5),
        "unclear states dealt for the smallest gap": (4, 3, 0.45 - 0.6, 0.4 - 0.6),
        "unclear states dealt for the largest gap": (3, 4, 0.3 - 0.675, 0.2 - 0.7),
    }
    assert list(found.index) == list(expected)
    for variant, values in expected.items():
        row = found.loc[variant, ["n_sent", "n_away", "difference", "median_difference"]]
        assert row.tolist() == pytest.approx(list(values)), variant
    assert found.loc["all states with a score", "p"] == pytest.approx(observers.groups(states).p)
    assert "without the newest member of ASEAN" not in set(
        observers.sensitivity(states, earlier, {"A", "B"}, {"B", "C", "E", "F"})["variant"]
    )


def test_only_the_score_of_the_year_is_taken():
    states = pd.DataFrame({"iso3": ["A", "B"], "role": "sent"})
    scores = pd.DataFrame({"iso3": ["A", "A", "B"], "year": [2024, 2025, 2024], "v2x_polyarchy": [0.1, 0.2, 0.3]})
    assert observers.scored(states, scores, 2025).values.tolist() == [["A", "sent", 0.2]]
    with pytest.raises(pd.errors.MergeError):
        observers.scored(states, pd.concat([scores, scores]), 2025)


def test_missions_are_labelled_by_phase_or_year():
    audit = pd.DataFrame(
        {"mission": ["M", "N", "O"], "phase": ["2", pd.NA, "3"], "election": ["2025-26", "2015", "2025-26"],
         "spoke": pd.to_datetime(["2026-01-12", "2015-11-10", None])}
    )  # fmt: skip
    found = observers.spoke(audit)
    assert found["label"].tolist() == ["M (phase 2)", "N (2015)", "O (phase 3)"]
    assert found.loc[0, "days_after"] == 1 and found.loc[1:, "days_after"].isna().all()


def test_the_audit_by_answer_and_group_of_elections():
    answers = {"organisation": ["yes", "no", "no"], "before_polling": "unknown", "sample": "no", "fault_named": "yes"}
    found = observers.audit_counts(pd.DataFrame({"election": ["2015", "2020", "2025-26"], **answers}))
    assert found.values.tolist()[:4] == [
        ["organisation", "2015 and 2020", 1, 1, 0, 2],
        ["organisation", "2025-26", 0, 1, 0, 1],
        ["before_polling", "2015 and 2020", 0, 0, 2, 2],
        ["before_polling", "2025-26", 0, 0, 1, 1],
    ]
    assert found["criterion"].tolist()[4:] == ["sample", "sample", "fault_named", "fault_named"]


def test_actors_and_stages_by_hand():
    acts = pd.DataFrame(
        [("B", "neutral", "result"), ("A", "recognised", "result"), ("A", "condemned", "phase1"),
         ("A", "endorsed", "result"), ("C", "neutral", "phase2")], columns=["actor_id", "stance", "target"],
    )  # fmt: skip
    assert observers.by_actor(acts).values.tolist() == [
        ["B", 1, 1, "neutral", "neutral", 3.0],
        ["C", 1, 1, "neutral", "neutral", 3.0],
        ["A", 3, 2, "condemned", "recognised", pytest.approx(11 / 3)],
    ]
    stages = observers.by_stage(acts).set_index("target")
    assert list(stages.index) == list(observers.TARGETS)
    assert list(stages.columns) == [*observers.STANCES, "total"]
    assert stages.loc["result", ["neutral", "endorsed", "recognised", "condemned", "total"]].tolist() == [1, 1, 1, 0, 3]
    assert stages.loc["announcement", "total"] == 0
