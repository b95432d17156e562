"""Findings of the chapters on people and on partners, recomputed from the CSV files by another way.

The chapters' cells run with a `record` that keeps what they would print. Each expected value comes from the CSV files
as text, with neither the methods nor the loader of the book.
"""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any

import pytest

from tests.methods.recomputed import recorded, rows

AAPP = "Assistance Association for Political Prisoners"
HIGH = {"minister", "head-of-government", "head-of-state"}


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    """Every value that the two chapters record."""
    return recorded("people", "partners")


def of(table: str, key: str) -> dict[str, dict[str, str]]:
    return {row[key]: row for row in rows(table)}


def test_the_amnesty_before_the_vote(printed) -> None:
    stated = of("figures", "figure_id")
    parts = {
        name: float(stated[f"amnesty-{name}-2025-26-1"]["value"]) for name in ("released", "remissions", "cases-closed")
    }
    total = float(of("prisoners", "prisoner_id")["pri-20251126-1"]["value"])
    assert sum(parts.values()) == total == 8665
    assert printed["people.amnesty_convicts"] == parts["released"] + parts["remissions"] == 3085
    assert printed["people.amnesty_freed"] == float(stated["amnesty-released-2025-26-2"]["value"]) == 726
    assert printed["people.amnesty_at_large"] == pytest.approx(100 * 5580 / 8665)


def test_amnesties_and_people_held(printed) -> None:
    amnesties = [row for row in rows("prisoners") if row["kind"] == "amnesty"]
    assert printed["people.amnesties"] == len(amnesties)
    named = sum(int(row["value"]) for row in amnesties)
    assert printed["people.amnestied"] <= named < printed["people.amnestied"] + 1000
    held = {row["date"]: int(row["value"]) for row in rows("prisoners") if row["kind"] == "detained"}
    held |= {
        row["period"]: int(row["value"]) for row in rows("published_figures") if row["figure"].startswith("detained")
    }
    first, last = held[min(held)], held[max(held)]
    assert printed["people.held_last"] == last == 22800
    assert printed["people.held_first"] == first == 2728
    march = of("prisoners", "prisoner_id")["pri-20260302-1"]
    assert printed["people.march_pardoned"] == int(march["value"]) == 10162
    assert f"{printed['people.march_terrorism']:,.0f}" in march["what"]
    assert f"{printed['people.march_cases']:,.0f}" in march["note"]
    seen = [row for row in rows("prisoners") if row["kind"] == "amnesty-political"]
    assert printed["people.amnesties_checked"] == len(seen)
    by_year = {row["date"][:4]: int(row["value"]) for row in seen}
    assert (printed["people.political_2022"], printed["people.political_2025"]) == (by_year["2022"], by_year["2025"])


def test_the_pace_of_those_killed(printed) -> None:
    killed = {row["date"]: int(row["value"]) for row in rows("prisoners") if row["kind"] == "killed"}
    killed |= {
        row["period"]: int(row["value"]) for row in rows("published_figures") if row["figure"].startswith("killed")
    }
    *_, before, last = sorted(killed)
    days = (datetime.date.fromisoformat(last) - datetime.date.fromisoformat(before)).days
    assert printed["people.aapp_pace"] == pytest.approx((killed[last] - killed[before]) / days * 365.25 / 12)


def test_air_attacks_and_prosecutions(printed) -> None:
    told = of("violence", "violence_id")
    assert printed["people.air_civilians"] == int(told["vio-20251201-2"]["value"]) == 170
    assert printed["people.air_attacks"] == int(told["vio-20251201-1"]["value"]) == 408
    counted = [
        row for row in rows("prisoners") if row["kind"] == "prosecuted" and row["claimant"] == "UN Human Rights Office"
    ]
    assert [printed["people.prosecuted"]] == [int(row["value"]) for row in counted] == [324 + 80]
    longest = max(int(row["value"]) for row in rows("prisoners") if row["kind"] == "sentence")
    assert printed["people.longest_sentence"] == longest


def test_batches_and_displaced_people(printed) -> None:
    batches = [int(row["value"]) for row in rows("conscription") if row["kind"] == "batch"]
    assert printed["people.batch"] == max(batches) and printed["people.drafted_if"] == max(batches) * 5000
    year = of("unhcr_displacement", "year")
    for one in ("2020", "2025"):
        assert printed[f"people.displaced_{one}"] == pytest.approx(int(year[one]["idps_unhcr"]) / 1e6)
    abroad = int(year["2025"]["refugees"]) + int(year["2025"]["asylum_seekers"])
    assert printed["people.abroad_2025"] == pytest.approx(abroad / 1e6)


def test_queries_for_a_survey(printed) -> None:
    asked = [row for row in rows("searches") if row["subject"] in {"surveys on the vote", "surveys since the coup"}]
    assert printed["people.survey_queries"] == len(asked)
    assert all(row["null_result"] == "true" for row in asked if row["subject"] == "surveys on the vote")


def found() -> list[tuple[str, str, str, str, str]]:
    """Partner, date, category, level and event of the equal search, one row per partner."""
    events, listed = of("events", "event_id"), of("sanctions", "sanction_id")
    every = []
    for row in rows("partner_events"):
        told = events.get(row["same_as"], row)
        date = listed[row["same_as_sanction"]]["date"] if row["same_as_sanction"] else told["date"]
        category = "sanction" if row["same_as_sanction"] else told["category"]
        every += [(one, date, category, told["level"], row["same_as"]) for one in row["partner"].split(";")]
    return every


def test_visits_by_partner(printed) -> None:
    high = Counter(partner for partner, _, category, level, _ in found() if category == "visit" and level in HIGH)
    assert (high["RUS"], high["CHN"], high["THA"], high["BLR"]) == (10, 8, 8, 5)
    for partner in ("RUS", "CHN", "THA", "BLR"):
        assert printed[f"partners.visits_{partner.lower()}"] == high[partner]
    effort = Counter()
    for row in rows("partner_effort"):
        effort[row["partner"]] += int(row["queries"])
    assert set(effort.values()) == {printed["partners.queries"]} and len(effort) == printed["partners.searched"]


def test_what_the_equal_search_found_again(printed) -> None:
    known = {
        r["event_id"] for r in rows("events") if "RUS" in (r["actor_a"], r["actor_b"]) and r["date"] >= "2021-02-01"
    }
    again = {event for partner, *_, event in found() if partner == "RUS" and event}
    assert (printed["partners.again_rus"], printed["partners.known_rus"]) == (len(known & again), len(known))
    new = sum(int(row["events_new"] or 0) for row in rows("partner_effort") if row["partner"] == "CHN")
    assert printed["partners.new_chn"] == new


def test_trade_arms_and_days(printed) -> None:
    trade = {key: float(row["value_usd_m"]) for key, row in of("trade", "trade_id").items()}
    assert printed["partners.trade_chn_host"] * 1000 == trade["mmr-chn-2022-23-turnover-all"]
    assert printed["partners.trade_chn_own"] * 1000 == trade["chn-mmr-2022-23-turnover-all"]
    arms = of("arms", "arms_id")
    assert printed["partners.arms_rus"] == float(arms["un-rus"]["value"]) > printed["partners.arms_chn"]
    vote = datetime.date(2025, 12, 28)
    assert printed["partners.lashio_to_vote"] == (vote - datetime.date(2025, 4, 22)).days
    assert printed["partners.truce_to_vote"] == (vote - datetime.date(2025, 10, 28)).days


def test_asean_and_sanctions(printed) -> None:
    members = {r["iso3"] for r in rows("memberships") if (r["organisation"], r["status"]) == ("ASEAN", "member")} - {
        "MMR"
    }
    votes = Counter(r["vote"] for r in rows("un_votes") if r["resolution"] == "A/RES/75/287" and r["iso3"] in members)
    assert printed["partners.asean_states"] == len(members)
    assert (printed["partners.asean_yes"], printed["partners.asean_abstain"]) == (votes["yes"], votes["abstain"])
    acts = [row for row in rows("sanctions") if not row["act"].startswith("protection")]
    assert printed["partners.senders"] == len({row["sender"] for row in acts})
    removed = [row for row in acts if row["act"] == "delisting"]
    assert [(row["sender"], row["date"]) for row in removed] == [("USA", "2025-07-24")]
    assert (printed["partners.removed_people"], printed["partners.removed_firms"]) == (4, 3)
    later = [row for row in acts if (row["sender"], row["act"]) == ("USA", "listing") and row["date"] > "2025-07-24"]
    assert printed["partners.usa_after"] == len(later)
