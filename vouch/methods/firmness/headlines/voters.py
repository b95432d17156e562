"""Headline numbers of the chapter voters."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from vouch.methods.election import bounds, coverage, parties
from vouch.methods.firmness.headlines.number import number


def turnout_numbers(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    figures, townships = tables["figures"].set_index("figure_id"), tables["townships"]
    stated = figures["value"]
    votes, roll = stated["votes-cast-total-2025-26-2"], stated["eligible-voters-2025-26-3"]
    printed = bounds.rounded_ratio(votes, roll, 10_000)
    rolls = {
        "roll of the commission of 2020": "eligible-voters-2020-1",
        "roll of the ministry": "eligible-voters-2020-2",
        "roll of the first results": "eligible-voters-2020-3",
    }
    named = pd.DataFrame(
        {"name": list(rolls), "value": [stated[key] for key in rolls.values()], "is_electorate": True, "newcomers": 0}
    )
    over = bounds.turnout_over(named, votes, roll)
    adults = bounds.adults(stated).sort_values("value", ascending=False)
    planned = townships.assign(voted=townships["townships_total"] - townships["not_held_before_20jan"])
    gaps = [("all units, townships that voted", _gap(townships)), ("before two were dropped", _gap(planned))]
    gaps += [
        (f"without {unit}", _gap(townships[townships["state_region"] != unit])) for unit in townships["state_region"]
    ]
    return [
        *number(
            "voters.townships_voted", "Townships with a vote", "townships", 0, "claimant",
            [("UEC", stated["townships-voted-total-2025-26-1"]),
             ("MoeMaKa, with two dropped", stated["townships-voted-total-2025-26-2"]),
             ("Associated Press", stated["townships-voted-total-2025-26-3"])],
        ),
        *number(
            "voters.gap", "Gap between states and regions", "points", 1, "sources", gaps,
        ),
        *number(
            "voters.turnout_official", "Turnout on the roll of 2025", "%", 2, "claimant",
            [("UEC", stated["turnout-overall-2025-26-2"]), ("spokesman, rounded", stated["turnout-overall-2025-26-1"]),
             ("ballots over roll, lowest", 100 * printed.low), ("ballots over roll, highest", 100 * printed.high)],
        ),
        *number(
            "voters.turnout_low", "Turnout on the roll of 2020", "%", 1, "claimant",
            [(row.name, 100 * row.cast) for row in over.itertuples(index=False)],
        ),
        *number(
            "voters.ballots_of_adults_low", "Ballots as a share of adults", "%", 0, "claimant",
            [(row.name, 100 * votes / row.value) for row in adults.itertuples(index=False)],
        ),
        *number(
            "voters.shrinkage_commission", "Roll smaller than in 2020", "%", 1, "claimant",
            [*((f"against the {name}", 100 * (1 - roll / stated[key])) for name, key in rolls.items()),
             ("Associated Press", -stated["electorate-change-vs-2020-2025-26-1"])],
        ),
    ]  # fmt: skip


def _gap(townships: pd.DataFrame) -> float:
    return 100 * coverage.difference(townships)


def support_numbers(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    stated = tables["figures"].set_index("figure_id")["value"]
    won = stated["usdp-seats-union-2025-26-1"]
    sitting, total = stated["seats-union-sitting-2025-26-1"], stated["seats-union-total-2025-26-1"]
    reserved = stated["seats-military-reserved-union-constitution-2008-1"]
    everywhere = stated["usdp-seats-all-chambers-2025-26-1"] / stated["representatives-elected-all-chambers-2025-26-1"]
    lower = stated["usdp-seats-pyithu-2025-26-1"] / stated["townships-voted-total-2025-26-1"]
    lists = parties.by_kind(parties.chambers(tables["seats"], stated)).set_index("kind")
    estimates = coverage.control(tables["territory"]).query("holder == 'military'")
    estimates = estimates.sort_values("territory_id", key=lambda ids: ids != "bbc-2024-military", kind="stable")
    ground = [(f"{row.claimant}, {row.as_of[:4]}, {row.of}", 100 * row.share) for row in estimates.itertuples()]
    return [
        *number(
            "voters.seat_share_elected", "USDP's share of seats", "%", 1, "definition",
            [("elected seats, both houses", 100 * won / (sitting - reserved)),
             ("available seats, Reuters", stated["usdp-share-available-seats-2025-26-1"]),
             ("all sitting members", 100 * won / sitting), ("all seats, filled or not", 100 * won / total),
             ("elected seats, all chambers", 100 * everywhere), ("lower house", 100 * lower)],
        ),
        *number(
            "voters.list_share", "USDP's share of list seats", "%", 0, "definition",
            [("plurality seats won as in the lower house", 100 * lists.loc["All list seats", "point"]),
             ("the same, upper house", 100 * lists.loc["Upper house, list seats", "point"]),
             ("the same, states and regions", 100 * lists.loc["States and regions, list seats", "point"]),
             ("every plurality seat won", 100 * lists.loc["All list seats", "low"])],
        ),
        *number("voters.bbc_military", "Ground held by the military", "%", 0, "claimant", ground),
    ]  # fmt: skip
