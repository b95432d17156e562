"""Totals that publishers printed, recomputed from the tables, and tables that must add up to each other."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from vouch.evidence import data
from vouch.methods.alliances import un_votes

CHECKS = data.load("checks").set_index("check")


def refugees(year: int) -> float:
    return data.load("unhcr_displacement").set_index("year").loc[year, "refugees"]


def refugees_in(iso3: str) -> float:
    return data.load("unhcr_asylum").set_index(["iso3", "year"]).loc[(iso3, 2016), "refugees"]


def tally(resolution: str, vote: str) -> float:
    return data.load("un_resolutions").set_index("resolution").loc[resolution, vote]


def members_of_the_council(vote: str) -> float:
    return un_votes.tally(data.load("un_votes"), "S/RES/2669")[vote]


def filled(election: str, chamber: str) -> float:
    seats = data.load("seats").query("election == @election and chamber == @chamber")["seats_filled"].dropna().unique()
    assert len(seats) == 1, "the parties of one chamber name different numbers of seats"
    return seats[0]


def coup_events() -> float:
    return data.load("coups_per_year").query("dataset == 'cline' and iso3 == '_WLD'")["coups"].sum()


def ballots_2010() -> float:
    return data.load("figures").set_index("figure_id").loc["votes-cast-total-2010-2", "value"] / 1e6


RECOMPUTED: dict[str, Callable[[], float]] = {
    "refugees-2015": lambda: refugees(2015),
    "refugees-2016": lambda: refugees(2016),
    "refugees-bgd-2016": lambda: refugees_in("BGD"),
    "refugees-tha-2016": lambda: refugees_in("THA"),
    "refugees-mys-2016": lambda: refugees_in("MYS"),
    "refugees-ind-2016": lambda: refugees_in("IND"),
    "cline-events": coup_events,
    "ga-66-230-yes": lambda: tally("A/RES/66/230", "yes"),
    "ga-66-230-no": lambda: tally("A/RES/66/230", "no"),
    "ga-66-230-abstain": lambda: tally("A/RES/66/230", "abstain"),
    "sc-2669-yes": lambda: members_of_the_council("yes"),
    "sc-2669-abstain": lambda: members_of_the_council("abstain"),
    "votes-cast-2010": ballots_2010,
    "seats-pyithu-2010": lambda: filled("2010", "Pyithu Hluttaw"),
    "seats-amyotha-2010": lambda: filled("2010", "Amyotha Hluttaw"),
    "seats-states-2010": lambda: filled("2010", "State and Region Hluttaws"),
    "seats-pyithu-2020": lambda: filled("2020", "Pyithu Hluttaw"),
    "seats-amyotha-2020": lambda: filled("2020", "Amyotha Hluttaw"),
    "census-2014": lambda: data.load("population_2014")["population"].sum(),
}
"""Check -> the same figure from our tables."""


def test_every_check_is_recomputed_and_nothing_else():
    assert set(RECOMPUTED) == set(CHECKS.index)


@pytest.mark.parametrize("check", sorted(set(RECOMPUTED) & set(CHECKS.index)))
def test_a_printed_total_is_reproduced(check):
    row = CHECKS.loc[check]
    ours = float(RECOMPUTED[check]())
    assert abs(ours - row["value"]) <= row["tolerance"], f"{row['statement']}: printed {row['value']}, ours {ours}"


def test_most_checks_rest_on_another_work_than_the_table():
    assert CHECKS["independent"].notna().all() and CHECKS["independent"].mean() > 0.8


@pytest.mark.parametrize("column", ["events", "deaths_best", "deaths_one_sided"])
def test_months_and_states_add_up_to_the_years(column):
    years, months, places = (data.load(f"ucdp_{name}") for name in ("year", "month", "adm1"))
    by_month = months.groupby(months["month"].dt.year)[column].sum().to_dict()
    by_place = places.groupby("year")[column].sum().to_dict()
    whole = years.set_index("year")[column]
    assert by_month == by_place == {year: whole[year] for year in by_month} and len(by_month) > 10


def test_countries_of_asylum_do_not_exceed_the_total():
    abroad = data.load("unhcr_asylum").groupby("year")["refugees"].sum()
    assert (abroad <= data.load("unhcr_displacement").set_index("year").loc[abroad.index, "refugees"]).all()


def test_named_townships_are_no_more_than_were_counted():
    counted = data.load("townships").set_index("state_region")
    named = data.load("township_list").groupby(["state_region", "phase"]).size()
    columns = {"1": "phase1", "2": "phase2", "3": "phase3", "none": "not_held"}
    for (place, phase), number in named.items():
        most = counted.loc[place, columns[phase]]
        most = counted.loc[place, "phase2_plus_phase3"] if pd.isna(most) else most
        assert number <= most, (place, phase)
