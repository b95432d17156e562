"""Headline findings of the chapters on Belarus and Russia, recomputed from the tables by another way.

The chapters' cells run with a `record` that keeps what they would print. Each expected value comes from the CSV files
as text, with neither the methods nor the loader of the book.
"""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any

import pytest

from tests.methods.recomputed import recorded, rows


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    """Every value that the two chapters record."""
    return recorded("belarus", "russia")


def vote_of(state: str) -> dict[str, str]:
    return {row["resolution"]: row["vote"] for row in rows("un_votes") if row["iso3"] == state}


COUP = "2021-02-01"


@pytest.mark.parametrize(("state", "name"), [("BLR", "belarus.against_before"), ("RUS", "russia.against_before")])
def test_votes_before_the_coup(printed, state, name) -> None:
    calls = [r for r in rows("un_resolutions") if r["topic"] == "Myanmar" and r["body"].startswith("General Assembly")]
    early = [call for call in calls if call["date"] < COUP]
    assert printed[name] == sum(vote_of(state).get(call["resolution"]) == "no" for call in early) == len(early) == 9
    assert printed["belarus.titles_before"] == len({call["title"] for call in early})
    governed = [call for call in early if call["date"][:4] in {"2017", "2018", "2019", "2020"}]
    assert printed["belarus.against_nld"] == len(governed) == 4


def test_votes_since_the_coup(printed) -> None:
    texts = [r for r in rows("un_texts") if r["date"] >= COUP and r["kind"] == "text"]
    assert [r["symbol"] for r in texts if r["blr"] == "no"] == ["A/RES/75/287"]
    assert not [r for r in texts if r["rus"] == "no"]
    assert printed["russia.texts_abstained"] == sum(r["rus"] == "abstain" for r in texts) == 2
    assert printed["belarus.without_vote"] == sum(
        r["result"] == "without a vote" and "Rohingya" in r["title"] for r in texts
    )
    moved = [r for r in rows("un_texts") if r["kind"] == "amendment"]
    assert printed["belarus.amendments"] == printed["russia.amendments"] == len(moved)
    wait = datetime.date(2025, 12, 28) - datetime.date(2021, 6, 18)
    assert printed["belarus.years_vote_to_election"] == pytest.approx(wait.days / 365.25)


def since_the_coup(guest: str, host: str, levels: set[str]) -> list[dict[str, str]]:
    return [
        row
        for row in rows("events")
        if row["category"] == "visit"
        and row["date"] >= COUP
        and {row["actor_a"], row["actor_b"]} == {guest, host}
        and row["direction"] == host
        and row["level"] in levels
    ]


LEADERS = {"head-of-state", "head-of-government"}


def test_journeys_of_leaders(printed) -> None:
    assert printed["russia.leader_visits_out"] == len(since_the_coup("MMR", "RUS", LEADERS)) == 7
    assert printed["russia.leader_visits_in"] == len(since_the_coup("RUS", "MMR", LEADERS)) == 0
    assert printed["russia.minister_visits_in"] == len(since_the_coup("RUS", "MMR", {"minister"}))
    assert printed["belarus.leader_visits_out"] == len(since_the_coup("MMR", "BLR", LEADERS))
    assert printed["belarus.leader_visits_in"] == len(since_the_coup("BLR", "MMR", LEADERS))
    in_2025 = [row for row in since_the_coup("MMR", "RUS", LEADERS) if row["date"].startswith("2025")]
    assert printed["russia.trips_2025"] == len(in_2025)


@pytest.mark.parametrize(("partner", "chapter"), [("BLR", "belarus"), ("RUS", "russia")])
def test_what_became_of_promises(printed, partner, chapter) -> None:
    """By the columns alone: whole filled is delivered, part alone is partly, neither and joint is announced only."""
    own = [row for row in rows("promises") if row["partner"] == partner]
    assert printed[f"{chapter}.promises"] == len(own)
    assert printed[f"{chapter}.delivered"] == sum(bool(row["whole"]) for row in own)
    assert printed[f"{chapter}.partly"] == sum(bool(row["part"]) and not row["whole"] for row in own)
    open_ = [row for row in own if not row["whole"] and not row["part"] and row["form"] == "joint"]
    assert printed[f"{chapter}.announced_only"] == len(open_)


def test_trade_in_per_cent(printed) -> None:
    claimed = {row["trade_id"]: float(row["value_usd_m"]) for row in rows("trade")}
    output = {(row["iso3"], row["year"]): float(row["gdp_usd"]) for row in rows("gdp")}
    newest = {
        state: max(year for iso, year in output if iso == state and year <= "2024") for state in ("MMR", "BLR", "RUS")
    }
    for partner, chapter in (("BLR", "belarus"), ("RUS", "russia")):
        dollars = 1e6 * claimed[f"{partner.lower()}-mmr-2024-turnover-all"]
        for state, name in (("MMR", "myanmar"), (partner, "partner")):
            share = 100 * dollars / output[state, newest[state]]
            assert printed[f"{chapter}.trade_share_{name}"] == pytest.approx(share)
    assert 0.045 < printed["belarus.trade_share_myanmar"] < 0.055  # printed as 0.05%


def test_arms_traced(printed) -> None:
    value = {row["arms_id"]: row["value"] for row in rows("arms")}
    assert printed["russia.arms_traced"] == float(value["un-rus"]) == 406
    parts = [float(row["value"]) for row in rows("arms") if row["part_of"] == "un-wld"]
    assert printed["russia.arms_five"] == sum(parts) >= printed["russia.arms_total"] == 1000
    came = [row for row in rows("arms") if row["part_of"] == "su30-ordered" and row["measure"] == "delivered"]
    assert printed["russia.su30_delivered"] == sum(float(row["value"]) for row in came) == float(value["su30-ordered"])


def test_stops_of_the_belarusian_president(printed) -> None:
    stops = Counter(row["iso3"] for row in rows("lukashenko_journeys"))
    assert (printed["belarus.journeys"], printed["belarus.journey_states"]) == (stops.total(), len(stops))
    distant = {"ZWE", "IRN", "GNQ", "KEN", "MNG", "PAK", "MMR", "DZA"}
    assert printed["belarus.far_states"] == len(distant) and distant < set(stops)
    assert all(stops[state] == 1 for state in distant)


def test_days_from_the_memorandum_to_the_observers(printed) -> None:
    day = {row["event_id"]: datetime.date.fromisoformat(row["date"]) for row in rows("events")}
    assert printed["russia.days_to_observers"] == (day["ev-20251226-05"] - day["ev-20230907-01"]).days == 841
