"""Headline findings of the chapter on who vouched, recomputed from the tables by another way.

The chapter's cells run with a `record` that keeps what they would print. Each expected value comes from the CSV files
as text, with neither the methods nor the loader of the book.
"""

from __future__ import annotations

import datetime
import statistics
from typing import Any

import pytest

from tests.methods.recomputed import recorded, rows


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    """Every value that the chapter records."""
    return recorded("vouchers")


STATES = {row["asked_id"] for row in rows("states_asked") if row["kind"] == "state"}


def coded(table: str, key: str) -> dict[str, set[str]]:
    """asked_id -> levels of its rows; the second coding, but for the differences that were decided."""
    level = {row[key]: row["level"] for row in rows(f"{table}_second_coding")}
    level |= {row["id"]: row["decided"] for row in rows("census_resolutions") if row["table"] == table}
    found: dict[str, set[str]] = {state: set() for state in STATES}
    for row in rows(table):
        if row["asked_id"] in STATES:
            found[row["asked_id"]].add(level[row[key]])
    return found


def test_words_of_states(printed) -> None:
    words = coded("statements", "statement_id")
    praised = {state for state, levels in words.items() if "praised" in levels}
    rejected = {state for state, levels in words.items() if "condemned-or-rejected" in levels}
    assert praised == {"BLR", "CHN", "NIC", "RUS"} and rejected == {"DEU", "FRA", "NZL", "PHL", "THA"}
    assert printed["vouchers.states_praised"] == len(praised)
    assert printed["vouchers.states_rejected"] == len(rejected)
    assert printed["vouchers.states_silent"] == sum(levels == {"no-statement-found"} for levels in words.values())
    assert printed["vouchers.states_asked"] == len(STATES) == 30
    assert printed["vouchers.statements_found"] == sum(row["found"] == "true" for row in rows("statements"))


def test_acts_of_states(printed) -> None:
    acts = coded("acts", "act_id")
    congratulated = {state for state, levels in acts.items() if "congratulated-or-recognised" in levels}
    above = {"congratulated-or-recognised", "received-or-visited-head", "ministers"}
    dealt = {state for state, levels in acts.items() if levels & above}
    assert printed["vouchers.states_congratulated"] == len(congratulated) == 1
    assert dealt == {"CHN", "IND", "PAK", "RUS", "THA"} and printed["vouchers.dealt"] == len(dealt)
    words = coded("statements", "statement_id")
    assert printed["vouchers.favourable"] == len(congratulated | {s for s in STATES if "praised" in words[s]})


def test_nobody_on_the_list_for_whom_only_a_body_spoke(printed) -> None:
    kinds = {row["asked_id"]: row["kind"] for row in rows("states_asked")}
    assert (
        kinds["ASEAN"] == kinds["EU"] == "organisation" and kinds["UN-SG"] == "un-organ" and kinds["BLR-BR"] == "party"
    )
    assert printed["vouchers.bodies_asked"] == len(kinds) - len(STATES)
    # What ministers of Malaysia and the Philippines said for ASEAN stands with ASEAN.
    chairs = [
        row for row in rows("statements") if "ASEAN" in row["office"] or row["speaker"].startswith("Spokesperson of")
    ]
    assert {row["asked_id"] for row in chairs} >= {"ASEAN"} and not {"MYS", "PHL"} & {row["asked_id"] for row in chairs}


def test_the_day_of_the_praise_from_minsk(printed) -> None:
    said = next(row for row in rows("statements") if row["statement_id"] == "sta-001")["date"]
    early = datetime.date(2025, 12, 28) - datetime.date.fromisoformat(said)
    assert printed["vouchers.days_before"] == early.days == 30


def test_head_counts_and_cards(printed) -> None:
    came = {row["observer_id"]: row for row in rows("observers")}
    assert printed["vouchers.heads_spokesman"] == int(came["obs-01"]["head_count"]) == 32
    assert printed["vouchers.heads_unit"] == int(came["obs-02"]["head_count"]) == 139
    assert printed["vouchers.heads_geneva"] == int(came["obs-03"]["head_count"]) == 162
    cards = [came[key] for key in ("obs-51", "obs-52", "obs-53")]
    assert {row["source"] for row in cards} == {"gnlm-2015-11-observers"}
    assert printed["vouchers.cards_2015"] == sum(int(row["head_count"]) for row in cards) == 1118


def test_visiting_missions(printed) -> None:
    recent = [row for row in rows("mission_audit") if row["election"] == "2025-26"]
    assert printed["vouchers.missions"] == len(recent) == 15
    assert printed["vouchers.praise"] == sum(row["verdict"] == "praise" for row in recent)
    assert printed["vouchers.unread"] == sum(row["verdict"] == "unknown" for row in recent)


BODIES = {"government", "parliament", "election-commission"}
SENT = {
    row["iso3"]
    for row in rows("observers")
    if row["election"] == "2025-26" and row["type"] in BODIES and row["status"] == "attended" and row["iso3"]
}
SCORES = {
    row["iso3"]: float(row["v2x_polyarchy"])
    for row in rows("vdem_v16_world")
    if row["year"] == "2025" and row["iso3"] not in {"MMR", "HKG", "PSE", "PSG", "SML", "ZZB"}
}


def test_senders_among_all_states(printed) -> None:
    assert {"BLR", "CHN", "KAZ", "KHM", "NIC", "NPL", "RUS", "VNM"} == SENT
    assert printed["vouchers.n_sent"] == printed["vouchers.states_sent"] == len(SENT)
    assert printed["vouchers.scored"] == len(SCORES)
    share = {s: 100 * sum(v < SCORES[s] for v in SCORES.values()) / (len(SCORES) - 1) for s in SENT}
    assert printed["vouchers.senders_low"] == sum(value < 100 / 3 for value in share.values()) == 7
    assert printed["vouchers.highest_low"] == pytest.approx(share["KAZ"])
    assert printed["vouchers.nepal_percentile"] == pytest.approx(share["NPL"])
    assert printed["vouchers.median_sent"] == pytest.approx(statistics.median(SCORES[s] for s in SENT))
    assert printed["vouchers.median_world"] == pytest.approx(statistics.median(SCORES.values()))


def test_the_gap_when_blocs_count_whole(printed) -> None:
    asean = {row["iso3"] for row in rows("memberships") if row["organisation"] == "ASEAN"}
    union = {"AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HRV", "HUN", "IRL"}
    union |= {"ITA", "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "SWE"}
    unclear = {"IDN", "LAO", "THA"}
    away = ({"BGD", "IND"} | asean | union) - SENT - unclear
    values = [SCORES[state] for state in away if state in SCORES]
    gap = statistics.mean(SCORES[s] for s in SENT) - statistics.mean(values)
    assert len(union) == 27 and printed["vouchers.difference"] == pytest.approx(gap)


def test_the_curve_has_every_choice_and_one_sign(printed) -> None:
    ends = [printed[f"vouchers.difference{end}"] for end in ("_widest", "", "_narrowest")]
    assert ends == sorted(ends) and ends[-1] < 0
    assert printed["vouchers.comparisons"] == 2 * 2 * 27 * (1 + 2 * 2)
    assert printed["vouchers.comparisons_below"] == 100
