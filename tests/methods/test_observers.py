"""Observers: the roles of states, what the host itself counted, and the levels of words and acts."""

from __future__ import annotations

import pandas as pd
import pytest

from vouch.evidence.data import load
from vouch.methods.election import observers


@pytest.fixture(scope="module")
def came() -> pd.DataFrame:
    return load("observers")


@pytest.fixture(scope="module")
def roles(came) -> pd.DataFrame:
    return observers.roles(came, load("memberships"))


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


def test_every_state_has_one_role_and_only_brunei_has_no_score(roles):
    assert roles["iso3"].is_unique
    assert "MMR" not in set(roles["iso3"])
    assert set(roles["iso3"]) - set(load("vdem_v16_world")["iso3"]) == {"BRN"}


def test_the_newest_member_and_the_senders_of_the_first_phase(came):
    assert observers.newest(load("memberships")) == {"TLS"}
    # India's and Japan's visitors came privately; they attended all the same.
    assert observers.first_phase(came) == {"BLR", "CHN", "IND", "JPN", "KAZ", "KHM", "NIC", "RUS", "VNM"}


# --- The audit and the census ---------------------------------------------------------------------------------


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


def test_kinds_of_senders_leave_counts_and_press_out(came):
    kinds = observers.by_kind(came, {"RUS": "Russia"})
    assert not set(kinds["type"]) & {"aggregate", "media"}
    assert kinds[kinds["election"] == "2010"].empty
    assert "Russia" in kinds.set_index(["election", "type"]).loc[("2025-26", "parliament"), "who"]


# --- By hand ---------------------------------------------------------------------------------------------------------


def observer(observer_id: str, **known: object) -> dict[str, object]:
    plain = {"election": "2025-26", "sender": "Parliament", "iso3": "RUS", "type": "parliament", "phase": "1"}
    return {"observer_id": observer_id, **plain, "status": "attended"} | known


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


def test_missions_are_labelled_by_phase_or_year():
    audit = pd.DataFrame(
        {"mission": ["M", "N", "O"], "phase": ["2", pd.NA, "3"], "election": ["2025-26", "2015", "2025-26"],
         "spoke": pd.to_datetime(["2026-01-12", "2015-11-10", None])}
    )  # fmt: skip
    found = observers.spoke(audit)
    assert found["label"].tolist() == ["M (phase 2)", "N (2015)", "O (phase 3)"]
    assert found.loc[0, "days_after"] == 1 and found.loc[1:, "days_after"].isna().all()
