"""Facts that stand in more than one table are told alike in all of them."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from vouch.evidence import case, data

LOAD = data.load


@pytest.fixture(scope="module")
def stated():
    return LOAD("figures").set_index("figure_id")["value"]


@pytest.fixture(scope="module")
def told():
    return LOAD("timeline").set_index("timeline_id")


def number(text: str, pattern: str) -> list[int]:
    return [int(found.replace(",", "")) for found in re.search(pattern, text).groups()]


def test_townships_with_and_without_a_vote(stated):
    townships, listed, people = LOAD("townships"), LOAD("township_list"), LOAD("township_population")
    assert townships["townships_total"].sum() == stated["townships-total-2025-26-1"] == len(people)
    assert townships["voted"].sum() == stated["townships-voted-total-2025-26-1"]
    assert townships["not_held"].sum() == stated["townships-not-held-2025-26-3"]
    without = listed[listed["phase"] == "none"].groupby("state_region").size()
    merged = townships.set_index("state_region")["not_held"].sub(without, fill_value=0)
    assert (merged >= 0).all()
    for phase in ("1", "2", "3"):
        seen = listed[listed["phase"] == phase].groupby("state_region").size()
        known = townships.set_index("state_region")[f"phase{phase}"].dropna()
        assert (seen.reindex(known.index).fillna(0) <= known).all(), phase
    sums = people.groupby("state_region")["population"].sum()
    census = LOAD("population_2014").set_index("state_region")["population"]
    assert (sums.sort_index() == census.sort_index()).all()


def test_townships_cancelled_in_2020(stated):
    listed = LOAD("township_list")
    assert listed["cancelled_2020"].sum() == stated["townships-cancelled-whole-2020-1"]
    seats = LOAD("seats").query("election == '2020' and chamber == 'Pyithu Hluttaw'")
    assert set(seats["seats_filled"]) == {stated["seats-filled-pyithu-2020-1"]}
    assert stated["seats-filled-pyithu-2020-1"] + stated["seats-cancelled-pyithu-2020-1"] == len(
        LOAD("township_population")
    )


def test_seats_of_the_houses(stated):
    seats = LOAD("seats")
    last = seats[(seats["election"] == "2025-26") & (seats["tally"] == "final")]
    lower, upper = (last[last["chamber"] == f"{house} Hluttaw"] for house in ("Pyithu", "Amyotha"))
    assert lower.set_index("party").loc["USDP", "seats"] == stated["usdp-seats-pyithu-2025-26-1"]
    assert set(lower["seats_filled"]) == {stated["townships-voted-total-2025-26-1"]}, "a seat for each township"
    usdp = lower.set_index("party").loc["USDP", "seats"] + upper.set_index("party").loc["USDP", "seats"]
    assert usdp == stated["usdp-seats-union-2025-26-1"]
    reserved = stated["seats-military-reserved-union-constitution-2008-1"]
    assert (
        stated["seats-pyithu-total-2025-26-1"] + stated["seats-amyotha-total-2025-26-1"]
        == stated["seats-union-total-2025-26-1"]
    )
    assert (
        stated["seats-union-sitting-2025-26-1"] - reserved
        == lower["seats_filled"].iloc[0] + upper["seats_filled"].iloc[0]
    )


def test_list_seats():
    rules = LOAD("electoral_system").set_index("rule_id")["value"]
    lists = LOAD("proportional_constituencies").groupby("chamber")["seats"].sum()
    assert lists["Amyotha Hluttaw"] == rules["formula-2025-amyotha-proportional"]
    assert lists["State and Region Hluttaws"] == rules["formula-2025-state-proportional"]
    for (state, chamber), rows in (
        LOAD("seats_by_system").query("system == 'proportional'").groupby(["state_region", "chamber"])
    ):
        area = LOAD("proportional_constituencies").query("state_region == @state and chamber == @chamber")
        assert rows["seats"].sum() <= area["seats"].sum(), (state, chamber)


def test_uncontested_seats(stated):
    assert (
        stated["uncontested-seats-usdp-pyithu-2025-26-2"] + stated["uncontested-seats-other-pyithu-2025-26-1"]
        == stated["uncontested-seats-pyithu-2025-26-2"]
    )
    assert stated["uncontested-seats-pyithu-2025-26-1"] - stated["uncontested-seats-pyithu-2025-26-2"] == 1, "Mansi"
    system = LOAD("electoral_system").set_index("rule_id")["value"]
    assert system["single-2025"] == stated["uncontested-seats-all-chambers-2025-26-1"]


def test_the_vote_for_the_president(stated, told):
    cast = [stated["presidential-vote-min-aung-hlaing-2025-26-1"], stated["presidential-votes-cast-2025-26-1"]]
    assert number(told.loc["tl-20260403-2", "event"], r"(\d+) of (\d+) votes") == cast
    office = LOAD("offices").set_index("office_id").loc["off-20260410-01"]
    assert number(office["note"], r"(\d+) of (\d+) votes") == cast
    cell = LOAD("assessment").set_index("assessment_id").loc["elected-people-hold-power-2025-26", "evidence"]
    assert number(cell, r"(\d+) of (\d+) votes") == cast
    assert pd.Timestamp(office["from"]) == told.loc["tl-20260410-1", "date"]
    commands = LOAD("offices").query("office == 'commander-in-chief'").sort_values("from")
    assert commands["until"].iloc[0] == told.loc["tl-202603-1", "date"]


def test_martial_law(told):
    rows = LOAD("martial_law")
    count = number(told.loc["tl-20250731-2", "event"], r"martial law in (\d+) townships")
    assert [int((rows["from"] == "2025-07-31").sum())] == count
    assert rows.loc[rows["from"] == "2025-07-31", "until"].min() > case.LAST_POLLING_DAY


def test_voting_days(told):
    assert told.loc["tl-20260125-1", "date"] == case.LAST_POLLING_DAY
    days = told[told["event"].str.match(r"Phase \d in")]["date"]
    assert set(days) == set(case.POLLING_DAYS.values())


def test_days_of_visits(told):
    """The chronology, the ties, the journeys, the words and the acts tell one visit on one day."""
    events = LOAD("events").set_index("event_id")
    journey = LOAD("lukashenko_journeys").set_index("journey_id").loc["luk-2025-11-27-mmr"]
    visit = events.loc["ev-20251127-02"]
    spent = [f"{visit[column]:%Y-%m-%d}" for column in ("date", "end_date")]
    assert spent == [str(journey[column])[:10] for column in ("date_start", "date_end")]
    assert told.loc["tl-20251128-1", "date"] == events.loc["ev-20251128-04", "date"]
    said = LOAD("statements").set_index("statement_id")["date"].astype("string")
    assert said["sta-001"] == f"{events.loc['ev-20251128-07', 'date']:%Y-%m-%d}"
    assert said["sta-003"] == f"{events.loc['ev-20260203-01', 'date']:%Y-%m-%d}"
    assert told.loc["tl-20260203-2", "date"] == events.loc["ev-20260203-01", "date"]
    assert told.loc["tl-20250307-1", "date"] == events.loc["ev-20250307-01", "date"]
    acts = LOAD("acts").set_index("act_id")["date"].astype("string")
    assert acts["act-003"] == f"{events.loc['ev-20260425-01', 'date']:%Y-%m-%d}"
    assert told.loc["tl-20260425-1", "date"] == events.loc["ev-20260425-01", "date"]


def test_an_event_that_two_tables_hold_is_told_in_one():
    """partner_events names the row of events or sanctions and leaves its own cells empty, so nothing can differ."""
    found = LOAD("partner_events")
    known = found[found["same_as"].notna() | found["same_as_sanction"].notna()]
    assert len(known) and known[["date", "title", "level", "source"]].isna().all().all()
    listed = LOAD("events")
    for row in found[found["same_as"].isna() & found["same_as_sanction"].isna()].itertuples():
        same = listed[(listed["date"] == row.date) & (listed["title"] == row.title)]
        assert same.empty, (row.event_id, same["event_id"].tolist())


def test_people_prosecuted(stated):
    prisoners = LOAD("prisoners").set_index("prisoner_id")["value"]
    assert prisoners["pri-20260130-1"] == stated["arrested-election-protection-law-2025-26-1"]
    assert prisoners["pri-20260121-1"] == stated["charged-election-protection-law-2025-26-3"]
