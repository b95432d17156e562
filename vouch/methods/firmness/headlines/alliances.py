"""Headline numbers of the chapter alliances."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from vouch.methods.alliances import chronology, delivery, robustness, trade
from vouch.methods.firmness.headlines.number import number


def alliance_numbers(tables: Mapping[str, pd.DataFrame], kinds: pd.DataFrame) -> list[dict]:
    events, found = tables["events"], []
    media = set(kinds.loc[kinds["kind"] == "state-media", "source"])
    fewer = {
        "without state media": robustness.without_sources(events, media),
        "two sources or more": robustness.with_several_sources(events),
    }
    for partner, chapter, name in (("BLR", "belarus", "Belarus"), ("RUS", "russia", "Russia")):
        promises = delivery.promised_and_delivered(tables["promises"], events, partner)
        status = promises["status"]
        joint = status[promises["form"] == "joint"]
        found += number(
            f"{chapter}.delivered", f"Promises kept, {name}", "promises", 0, "definition",
            [("delivered as a whole", (status == "delivered").sum()),
             ("delivered at least in part", status.isin(["delivered", "partly"]).sum()),
             ("delivered, joint promises only", (joint == "delivered").sum())],
        )  # fmt: skip
    for finding, label, partner, host in (
        ("belarus.visits", "Visits found, Belarus", "BLR", ""),
        ("belarus.leader_visits_in", "Leader's visits from Belarus", "BLR", "MMR"),
        ("russia.leader_visits_out", "Leader's journeys to Russia", "RUS", "RUS"),
    ):
        counts = []
        for name, collection in ({"all events": events} | fewer).items():
            visits = chronology.visits(collection, partner)
            of_leaders = (visits["rank"] == 4) & (visits["host"] == host)
            counts.append((name, of_leaders.sum() if host else len(visits)))
        found += number(finding, label, "visits", 0, "sources", counts)
    return [*found, *_trade_numbers(tables)]


def _trade_numbers(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    found: list[dict] = []
    scaled = trade.in_scale(tables["trade"], tables["gdp"])
    of_year = scaled[scaled["period"] == "2024"].set_index("partner")
    found += number(
        "belarus.trade_share_partner", "Trade, of Belarus's GDP", "%", 2, "claimant",
        [(of_year.loc["BLR", "claimant"], of_year.loc["BLR", "percent_partner"])],
    )  # fmt: skip
    found += number(
        "russia.trade_share_myanmar", "Russian trade, of Myanmar's GDP", "%", 0, "claimant",
        [(of_year.loc["RUS", "claimant"], of_year.loc["RUS", "percent_myanmar"])],
    )  # fmt: skip
    claimed = tables["trade"].set_index("trade_id")["value_usd_m"]
    with_russia = {year: claimed[f"rus-mmr-{year}-turnover-all"] for year in ("2023", "2024")}
    shares = [
        (f"{year} over {whole}", 100 * with_russia[year] / claimed[f"mmr-wld-{whole}-turnover-all"])
        for year, whole in (("2024", "2023-24"), ("2023", "2023-24"), ("2023", "2022-23"))
    ]
    found += number("russia.share_of_trade", "Russia's part of foreign trade", "%", 0, "definition", shares)
    traced = tables["arms"].set_index("arms_id")["value"]
    found += number(
        "russia.arms_traced", "Arms traced to Russia", "USD million", 0, "definition",
        [("all entities in Russia", traced["un-rus"]), ("state exporter only", traced["un-rus-rosoboronexport"])],
    )  # fmt: skip
    return found
