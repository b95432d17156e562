"""Choices made together: every combination once, by the chapters' own methods."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

from vouch.evidence import data
from vouch.evidence.case import COUP_ID
from vouch.methods.election import base_rates
from vouch.methods.firmness import joint


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {name: data.load(name) for name in ("postcoup_elections", "vdem_v15", "vdem_v16", "figures", "seats")}


def test_every_combination_once_and_the_first_options_are_the_text_s():
    frame = joint.specifications("x", "%", {"a": {"one": 1, "two": 2}, "b": {"ten": 10, "five": 5}}, lambda a, b: a * b)
    assert frame["value"].tolist() == [5, 10, 10, 20]
    assert frame.loc[frame["used"], "specification"].tolist() == ["one; ten"]
    row = joint.summary(frame).iloc[0]
    assert (row["specifications"], row["used"], row["lowest"], row["highest"], row["above"]) == (4, 10, 5, 20, 25)


def test_a_combination_that_the_data_do_not_hold_is_left_out():
    nothing = {("two", "b"): float("nan")}
    frame = joint.specifications(
        "x", "", {"a": {"one": "one", "two": "two"}, "b": {"a": "a", "b": "b"}}, lambda a, b: nothing.get((a, b), 1.0)
    )
    assert len(frame) == 3 and not frame["specification"].eq("two; b").any()


def test_the_number_of_coups_worked_from_the_rows(tables):
    """Where no coup is open at the month, the cumulative incidence is a plain share of the rows; else it lies near."""
    specified = joint.coups_followed(tables["postcoup_elections"]).set_index("specification")["value"]
    coups = tables["postcoup_elections"]
    early = coups[(coups["coup_date"] >= "1950") & (coups["coup_date"] < "2014-01-01")]
    in_time = (early["first_election"] - early["coup_date"]).dt.days <= (
        pd.Timestamp("2025-12-28") - pd.Timestamp("2021-02-01")
    ).days
    no_coup_first = early["next_successful_coup"].isna() | (early["first_election"] <= early["next_successful_coup"])
    plain = 100 * float((in_time & no_coup_first).mean())
    assert specified[
        "all successful coups; since 1950; to the first voting day; coups that can be followed"
    ] == pytest.approx(plain, abs=2)
    assert len(specified) == 40 and specified.between(0, 100).all()


def test_late_coups_count_for_the_definitions_that_they_fall_under(tables):
    """Half of the coups that cannot be followed changed the regime, so they cannot thin out the other kind's share."""
    specified = joint.coups_followed(tables["postcoup_elections"]).set_index("specification")["value"]
    coups = tables["postcoup_elections"]
    coups = coups[coups["colpus_id"] != COUP_ID]
    late, since = coups["coup_date"] >= base_rates.ELECTIONS_UNTIL, coups["coup_date"].dt.year >= 1990
    for definition, of in (("regime change", "CH"), ("leader reshuffle", "SH")):
        chosen = coups["coup_kind"].eq(of) & since
        name = f"{definition}; since 1990; to the first voting day; "
        thinned = specified[name + "coups that can be followed"] * (chosen & ~late).sum() / chosen.sum()
        assert specified[name + "all coups"] == pytest.approx(thinned)
    first = coups.sort_values("coup_date").drop_duplicates("iso3")
    assert (first["coup_date"] < base_rates.ELECTIONS_UNTIL).all(), "no country had its first coup since 1950 that late"
    name = "one per country; since 1950; to the last; "
    assert specified[name + "all coups"] == specified[name + "coups that can be followed"]


def test_counting_the_last_voting_day_never_lowers_the_share(tables):
    specified = joint.coups_followed(tables["postcoup_elections"]).set_index("specification")["value"]
    for name in specified.index[specified.index.str.contains("to the last")]:
        assert specified[name] >= specified[name.replace("to the last", "to the first voting day")]


def test_a_smaller_denominator_never_lowers_the_winner_s_share(tables):
    share = joint.winner_s_seats(tables["seats"], tables["figures"]).set_index("specification")["value"]
    assert (
        share["the party; of elected seats filled"]
        > share["the party; of seats filled"]
        > share["the party; of all seats"]
    )
    assert share["with the officers; of seats filled"] == pytest.approx(100 * 505 / 586)


def test_the_democracy_index_falls_in_every_combination(tables):
    lost = joint.index_lost({"v15": tables["vdem_v15"], "v16": tables["vdem_v16"]})
    assert (lost["value"] > 0).all() and lost["used"].sum() == 1
    row = tables["vdem_v15"].query("iso3 == 'MMR'").set_index("year")["v2x_polyarchy"]
    assert lost.loc[lost["used"], "value"].iloc[0] == pytest.approx(100 * (1 - row[2021] / row[2020]))


def test_all_definitions_are_combined(tables):
    names = {name.split("; ")[0] for name in joint.coups_followed(tables["postcoup_elections"])["specification"]}
    assert names == {name.lower() for name in base_rates.definitions(base_rates.spells(tables["postcoup_elections"]))}
    assert len(list(itertools.product(names, "ab", "ab", "ab"))) == 40
