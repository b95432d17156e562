"""Rival readings: measures of the tie with Myanmar side by side."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from vouch.evidence.case import COUP
from vouch.methods.alliances import chronology, equal_search, trade
from vouch.methods.election import census, observers


def partners(tables: Mapping[str, pd.DataFrame], countries: tuple[str, ...] = ("CHN", "RUS", "BLR")) -> pd.DataFrame:
    """Measures of the tie with Myanmar side by side: measure, one column of text per country, depends (on the search).

    depends is "no" where the measure was made by others or covers all states alike, "partly" where a search is unlikely
    to have missed much, and "yes" where it counts what this book looked for.
    """
    events, came = tables["events"], tables["observers"]
    traced = tables["arms"].set_index("arms_id")["value"]
    votes = tables["un_votes"].set_index(["resolution", "iso3"])["vote"]
    scaled = trade.in_scale(tables["trade"], tables["gdp"])
    placed = census.places(tables, *census.levels(tables)["differences resolved"]).set_index("asked_id")
    bodies = came[(came["election"] == "2025-26") & came["type"].isin(observers.STATE_BODIES)]
    bodies = bodies[bodies["status"] == "attended"]
    equal = equal_search.found(tables["partner_events"], events, tables["sanctions"])
    searched = equal_search.compared(equal, tables["partner_effort"]).set_index("partner")

    def row(measure: str, depends: str, measured) -> dict[str, str]:
        return {"measure": measure, **{country: measured(country) for country in countries}, "depends": depends}

    def arms(country: str) -> str:
        value = traced.get(f"un-{country.lower()}")
        return "not among the five" if value is None else f"{value:.0f}"

    def turnover(country: str) -> str:
        return _claimed(scaled[scaled["partner"] == country])

    def leaders(country: str) -> str:
        found = chronology.visits(events, country)
        top = found[found["rank"] == 4]
        return f"{(top['host'] == country).sum()} there, {(top['host'] == 'MMR').sum()} here"

    def phases(country: str) -> str:
        return ", ".join(sorted(set(bodies.loc[bodies["iso3"] == country, "phase"]))) or "none"

    return pd.DataFrame(
        [
            row("Arms traced 2021-22, million dollars, by place", "no", arms),
            row("Vote in the General Assembly, June 2021", "no", lambda c: votes.get(("A/RES/75/287", c), "–")),
            row("Vote in the Security Council, December 2022", "no",
                lambda c: votes.get(("S/RES/2669", c), "not a member")),
            row("Latest yearly trade claimed, million dollars", "partly", turnover),
            row("Leaders' visits since the coup", "partly", leaders),
            row("State bodies as observers, phases", "partly", phases),
            row("Words; act towards the winners", "partly", lambda c: "; ".join(placed.loc[c][1:]).replace("-", " ")),
            row("Visits of ministers and leaders, equal search", "partly", lambda c: str(searched.loc[c, "visits"])),
            row("Events in this book since the coup", "yes",
                lambda c: str(int((chronology.dyad(events, c)["latest"] >= COUP).sum()))),
        ]
    )  # fmt: skip


def _claimed(claims: pd.DataFrame) -> str:
    """The trade claimed for the last year there is, each claimant's figure; claims are rows of `trade.in_scale`."""
    latest = claims[claims["year"] == claims["year"].max()]
    if latest.empty:
        return "none of a year"
    amounts = " or ".join(f"{value:,.0f}" for value in latest["turnover_usd_m"].sort_values())
    return f"{amounts} ({latest['period'].iloc[-1]})"
