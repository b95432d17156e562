"""The headline numbers of the chapter on voters, worked out again from the CSV files alone.

No method of `vouch` is used: other code, the same tables. What the chapter printed last is in `data/findings.json`.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

import pytest

from tests.methods.recomputed import rows

DATA = Path(__file__).parents[2] / "data"


STATED = {row["figure_id"]: float(row["value"]) for row in rows("figures")}
VOTES, ROLL = STATED["votes-cast-total-2025-26-2"], STATED["eligible-voters-2025-26-3"]
ADULTS_2014 = STATED["census-population-18-over-census-2014-1"] / STATED["census-population-enumerated-census-2014-1"]
BY_CENSUS = STATED["census-population-total-census-2024-1"] * ADULTS_2014
BY_UN = STATED["population-20-over-un-2025-26-1"] + STATED["population-15-19-un-2025-26-1"] * 2 / 5
UNITS = rows("townships")


def of_units(kinds: set[str]) -> tuple[int, int]:
    chosen = [unit for unit in UNITS if unit["kind"] in kinds]
    return sum(int(unit["voted"]) for unit in chosen), sum(int(unit["townships_total"]) for unit in chosen)


def without_vote() -> tuple[float, float]:
    """Adults of 2014 in townships without a vote, as shares: the unnamed are the smallest, or the largest, left."""
    adults = {
        (row["state_region"], row["township"]): int(row["population_18_over"]) for row in rows("township_population")
    }
    listed = {(row["state_region"], row["township"]): row["phase"] for row in rows("township_list")}
    named = [place for place, phase in listed.items() if phase == "none"]
    low = high = sum(adults[place] for place in named)
    for unit in UNITS:
        lacking = int(unit["not_held"]) - sum(state == unit["state_region"] for state, _ in named)
        left = sorted(adults[place] for place in adults if place[0] == unit["state_region"] and place not in listed)
        low += sum(left[:lacking])
        high += sum(left[::-1][:lacking])
    return low / sum(adults.values()), high / sum(adults.values())


def usdp(chamber: str) -> tuple[int, int]:
    (row,) = (
        row for row in rows("seats")
        if (row["election"], row["chamber"], row["party"], row["tally"]) == ("2025-26", chamber, "USDP", "final")
    )  # fmt: skip
    return int(row["seats"]), int(row["seats_filled"])


def lists() -> dict[str, float]:
    lower, upper, regions = (
        usdp(chamber) for chamber in ("Pyithu Hluttaw", "Amyotha Hluttaw", "State and Region Hluttaws")
    )
    plurality = STATED["constituencies-amyotha-fptp-2025-26-1"] + STATED["constituencies-region-fptp-2025-26-1"]
    seats = upper[1] + regions[1] - plurality
    won = upper[0] + regions[0]
    return {
        "seats": seats, "least": 100 * (won - plurality) / seats,
        "at the rate": 100 * (won - plurality * lower[0] / lower[1]) / seats, "lower": 100 * lower[0] / lower[1],
    }  # fmt: skip


def reported_lists() -> float:
    own = [
        row for row in rows("seats_by_system")
        if row["system"] == "proportional" and row["state_region"] in ("Chin", "Rakhine")
    ]  # fmt: skip
    return 100 * sum(int(row["seats"]) for row in own if row["party"] == "USDP") / sum(int(row["seats"]) for row in own)


def martial(phase_of_interest: str) -> int:
    phases = {(row["state_region"], row["township"]): row["phase"] for row in rows("township_list")}
    ordered = [
        (row["state_region"], row["township"]) for row in rows("martial_law")
        if row["from"] == "2025-07-31" and row["township"]
    ]  # fmt: skip
    # Kyainseikgyi is not listed by name, but all townships of Kayin voted.
    seen = Counter(
        "none" if phases.get(place) == "none" else "voted" if place in phases or place[0] == "Kayin" else "unknown"
        for place in ordered
    )
    return len(ordered) if phase_of_interest == "all" else seen[phase_of_interest]


def list_constituencies() -> tuple[int, int]:
    """List constituencies with more townships without a vote than with one, and their seats."""
    codes = {(row["state_region"], row["township"]): row["pcode"] for row in rows("township_population")}
    dark = {codes[row["state_region"], row["township"]] for row in rows("township_list") if row["phase"] == "none"}
    mostly = [
        row for row in rows("proportional_constituencies")
        if len(dark & set(row["pcodes"].split(";"))) > int(row["townships"]) / 2
    ]  # fmt: skip
    return len(mostly), sum(int(row["seats"]) for row in mostly)


def counted() -> float:
    """Ballots known from the counts of single seats, in per cent of all."""
    seats: dict[str, list[dict[str, str]]] = {}
    for row in rows("constituency_votes"):
        if row["scope"] == "all votes":
            seats.setdefault(row["township"], []).append(row)
    known = sum(
        max((float(row["votes_cast"]) for row in counts if row["votes_cast"]), default=0)
        or sum(float(row["votes"]) for row in counts)
        for counts in seats.values()
    )
    return 100 * known / VOTES


NAMED = {
    "townships_total": lambda: of_units({"state", "region", "union-territory"})[1],
    "townships_voted": lambda: of_units({"state", "region", "union-territory"})[0],
    "states_share": lambda: 100 * of_units({"state"})[0] / of_units({"state"})[1],
    "rest_share": lambda: 100 * of_units({"region", "union-territory"})[0] / of_units({"region", "union-territory"})[1],
    "gap": lambda: 100 * (
        of_units({"region", "union-territory"})[0] / of_units({"region", "union-territory"})[1]
        - of_units({"state"})[0] / of_units({"state"})[1]
    ),
    "adults_low": lambda: math.floor(100 * without_vote()[0]),
    "adults_high": lambda: math.ceil(100 * without_vote()[1]),
    "adults_2025_low": lambda: BY_CENSUS / 1e6,
    "adults_2025_high": lambda: BY_UN / 1e6,
    "ballots_of_adults_low": lambda: 100 * VOTES / BY_UN,
    "ballots_of_adults_high": lambda: 100 * VOTES / BY_CENSUS,
    "off_roll_low": lambda: math.floor((BY_CENSUS * (1 - without_vote()[1]) - ROLL) / 1e6),
    "off_roll_high": lambda: math.ceil((BY_UN * (1 - without_vote()[0]) - ROLL) / 1e6),
    "turnout_low": lambda: 100 * VOTES / STATED["eligible-voters-2020-1"],
    "turnout_high": lambda: 100 * VOTES / STATED["eligible-voters-2020-2"],
    "turnout_nested_low": lambda: math.floor(100 * VOTES / STATED["eligible-voters-2020-1"]),
    "turnout_nested_high": lambda: math.ceil(100 * (1 - (ROLL - VOTES) / STATED["eligible-voters-2020-1"])),
    "shrinkage_commission": lambda: 100 - 100 * ROLL / STATED["eligible-voters-2020-1"],
    "shrinkage_ministry": lambda: 100 - 100 * ROLL / STATED["eligible-voters-2020-2"],
    "tracts_share": lambda: 100 * STATED["wards-village-tracts-excluded-within-voting-townships-2025-26-2"]
    / STATED["wards-village-tracts-pre-2025-1"],
    "martial_townships": lambda: martial("all"),
    "martial_no_vote": lambda: martial("none"),
    "martial_voted": lambda: martial("voted"),
    "list_mostly_without": lambda: list_constituencies()[0],
    "list_seats_mostly_without": lambda: list_constituencies()[1],
    "pyithu_share": lambda: lists()["lower"],
    "list_seats_filled": lambda: lists()["seats"],
    "list_share": lambda: lists()["at the rate"],
    "list_share_least": lambda: math.floor(lists()["least"]),
    "list_share_reported": reported_lists,
    "counted_share": lambda: round(counted()),
    "chin_votes_low": lambda: math.floor(100 * 3 / 6),
    "chin_votes_high": lambda: math.ceil(100 * 5 / 6),
}  # fmt: skip


BOUNDS = {
    "adults_low", "adults_high", "off_roll_low", "off_roll_high", "turnout_nested_low", "turnout_nested_high",
    "chin_votes_low", "chin_votes_high",
}  # fmt: skip
"""Recorded unrounded and printed outward: here the printed form is worked out."""


def printed(name: str, rounded: bool) -> float:
    """The accepted finding, unrounded or as it is printed."""
    found = {one["id"]: one for one in json.loads((DATA / "findings.json").read_text("utf-8"))}[name]
    return float(found["text"].replace(",", "")) if rounded else found["value"]


@pytest.mark.parametrize("name", NAMED)
def test_a_headline_number_follows_from_the_tables(name):
    assert printed(f"voters.{name}", rounded=name in BOUNDS) == pytest.approx(NAMED[name]())


def test_single_candidates_are_counted_among_the_townships_that_voted():
    """Mansi's single candidate was declared elected and then struck off: 13 of 263, and 12 of the winner's 231."""
    phases = {(row["state_region"], row["township"]): row["phase"] for row in rows("township_list")}
    assert phases["Kachin", "Mansi"] == phases["Kachin", "Momauk"] == "none"
    stood, of_them = STATED["uncontested-seats-pyithu-2025-26-2"], STATED["uncontested-seats-usdp-pyithu-2025-26-2"]
    assert (stood, of_them) == (
        STATED["uncontested-seats-pyithu-2025-26-1"] - 1,
        STATED["uncontested-seats-usdp-pyithu-2025-26-1"] - 1,
    )
    assert stood - of_them == STATED["uncontested-seats-other-pyithu-2025-26-1"]


def test_the_fifteen_townships_of_2020_are_taken_off_its_roll_once():
    """Nine in Rakhine and six in Shan were skipped in 2020; all but Mongkung had no vote again."""
    skipped = [row for row in rows("township_list") if row["cancelled_2020"] == "true"]
    assert Counter(row["state_region"] for row in skipped) == {"Rakhine": 9, "Shan": 6}
    assert [row["township"] for row in skipped if row["phase"] != "none"] == ["Mongkung"]
    adults = {
        (row["state_region"], row["township"]): int(row["population_18_over"]) for row in rows("township_population")
    }
    gone = {(row["state_region"], row["township"]) for row in skipped}
    again = {place for place in gone if place != ("Shan", "Mongkung")}
    total = sum(adults.values())
    low, high = without_vote()
    anew = [share * total - sum(adults[place] for place in again) for share in (low, high)]
    voted_then = total - sum(adults[place] for place in gone)
    left = [STATED["eligible-voters-2020-1"] * (1 - people / voted_then) - ROLL for people in anew]
    assert printed("voters.unexplained_commission", rounded=True) == pytest.approx(math.floor(left[1] / 1e5) / 10)
    assert printed("voters.unexplained_commission_high", rounded=True) == pytest.approx(math.ceil(left[0] / 1e5) / 10)


def test_townships_of_a_state_add_up_to_the_state():
    """People by township, from one publisher, against people by state, from another."""
    sums: Counter[str] = Counter()
    for row in rows("township_population"):
        sums[row["state_region"]] += int(row["population"])
    assert sums == {row["state_region"]: int(row["population"]) for row in rows("population_2014")}
