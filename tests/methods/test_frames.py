"""What every frame of a method must hold to: the columns that its docstring names, and an order of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from vouch.evidence import case, claims, data, seeds
from vouch.figures import coup
from vouch.methods.alliances import arms, chronology, delivery, equal_search, statements, ties, trade, un_votes
from vouch.methods.articles import verdicts
from vouch.methods.election import base_rates, bounds, census, coverage, indices, observers, parties, scorecard, senders
from vouch.methods.firmness import rivals, sensitivity

Load = Callable[[str], pd.DataFrame]


@cache
def table(name: str) -> pd.DataFrame:
    return data.load(name)


def backwards(name: str) -> pd.DataFrame:
    return table(name).iloc[::-1]


def spells(load: Load) -> pd.DataFrame:
    return base_rates.spells(load("postcoup_elections"))


def roles(load: Load) -> pd.DataFrame:
    return observers.roles(load("observers"), load("memberships"))


def specified(load: Load) -> pd.DataFrame:
    came = load("observers")
    return senders.specifications(
        roles(load), load("vdem_v16_world"), observers.first_phase(came), observers.newest(load("memberships"))
    )


def placed(load: Load) -> pd.DataFrame:
    tables = {name: load(name) for name in census.TABLES}
    return census.places(tables, *census.levels(tables)["differences resolved"])


def links(load: Load) -> pd.DataFrame:
    return ties.edges(load("events"), load("actors"), load("categories"), case.horizon())


def searched(load: Load) -> pd.DataFrame:
    return equal_search.found(load("partner_events"), load("events"), load("sanctions"))


def ledger(load: Load) -> pd.DataFrame:
    return load("claims").merge(load("verdicts"), on="claim", how="left")


# Frames with an order of their own: the same whichever way the rows of the tables lie.
ORDERED = {
    arms.units_delivered: lambda t: arms.units_delivered(t("arms"), "su30-ordered"),
    arms.arms_evidence: lambda t: arms.arms_evidence(t("arms"), "RUS"),
    base_rates.cumulative_incidence: lambda t: base_rates.cumulative_incidence(spells(t)),
    base_rates.two_lists: lambda t: base_rates.two_lists(t("coups_per_year")),
    coup.milestones: lambda t: coup.milestones(t("timeline")),
    chronology.by_layer: lambda t: chronology.by_layer(t("events"), t("categories"), "RUS"),
    chronology.first_records: lambda t: chronology.first_records(
        chronology.by_layer(t("events"), t("categories"), "BLR")
    ),
    chronology.visits: lambda t: chronology.visits(t("events"), "RUS"),
    chronology.visits_by_rank: lambda t: chronology.visits_by_rank(chronology.visits(t("events"), "RUS"), "RUS"),
    chronology.leaders_received: lambda t: chronology.leaders_received(t("events")),
    chronology.election_channel: lambda t: chronology.election_channel(t("events"), "RUS"),
    claims.sentence_coverage: lambda t: claims.sentence_coverage(seeds.load("S000"), t("claims"), t("nonfactual")),
    verdicts.verdict_counts: lambda t: verdicts.verdict_counts(ledger(t)),
    coverage.by_state_and_region: lambda t: coverage.by_state_and_region(t("townships")),
    equal_search.compared: lambda t: equal_search.compared(searched(t), t("partner_effort")),
    delivery.promised_and_delivered: lambda t: delivery.promised_and_delivered(t("promises"), t("events"), "RUS"),
    indices.aligned: lambda t: indices.aligned(indices.series(t("vdem_v15")), t("postcoup_elections")),
    indices.region_without: lambda t: indices.region_without(t("vdem_v16").sort_values("year"), "_SEA", "MMR"),
    observers.by_kind: lambda t: observers.by_kind(t("observers"), {}),
    observers.head_counts: lambda t: observers.head_counts(t("observers")),
    observers.roles: lambda t: observers.roles(t("observers"), t("memberships")),
    census.universe: lambda t: census.universe(t("states_asked"), t("observers"), t("memberships")),
    census.cells: lambda t: census.cells(placed(t)),
    senders.standing: lambda t: senders.standing(roles(t), t("vdem_v16_world"), 2025),
    senders.specifications: specified,
    scorecard.grid: lambda t: scorecard.grid(t("assessment")),
    scorecard.named: lambda t: scorecard.named(t("assessment")),
    scorecard.evidence: lambda t: scorecard.evidence(t("assessment"), t("assessment_second")),
    scorecard.grounds: lambda t: scorecard.grounds(t("assessment"), t("standards")),
    parties.parliament: lambda t: parties.parliament(t("seats"), 664, 166),
    parties.party_system: lambda t: parties.party_system(t("seats")),
    rivals.partners: lambda t: rivals.partners({name: t(name) for name in sensitivity.TABLES}),
    ties.edges: links,
    statements.orders: lambda t: statements.orders(ties.since_coup(links(t))),
    statements.by_gap: lambda t: statements.by_gap(ties.since_coup(links(t)), (3, 7)),
    ties.by_partner: lambda t: ties.by_partner(ties.since_coup(links(t))),
    ties.leader_trips: lambda t: ties.leader_trips(links(t), "RUS"),
    trade.in_scale: lambda t: trade.in_scale(t("trade"), t("gdp")),
    un_votes.on_myanmar: lambda t: un_votes.on_myanmar(t("un_resolutions"), t("un_votes"), ["BLR", "RUS"]),
    un_votes.decided: lambda t: un_votes.decided(t("un_resolutions"), t("un_votes"), t("un_texts")),
    un_votes.series: lambda t: un_votes.series(un_votes.decided(t("un_resolutions"), t("un_votes"), t("un_texts"))),
    un_votes.changes: lambda t: un_votes.changes(t("un_votes"), "A/RES/74/246", "A/RES/75/287"),
}

# Frames that follow the rows of a table.
FOLLOWING = {
    base_rates.spells: spells,
    base_rates.matched: lambda t: base_rates.matched(t("postcoup_elections"), t("coups_southeast_asia").iloc[:0]),
    chronology.dyad: lambda t: chronology.dyad(t("events"), "BLR"),
    coverage.tiles: lambda t: coverage.tiles(t("townships")),
    coverage.control: lambda t: coverage.control(t("territory")),
    bounds.adults: lambda t: bounds.adults(t("figures").set_index("figure_id")["value"]),
    parties.chambers: lambda t: parties.chambers(t("seats"), t("figures").set_index("figure_id")["value"]),
    indices.series: lambda t: indices.series(t("vdem_v15")),
    indices.yearly_steps: lambda t: indices.yearly_steps(indices.series(t("vdem_v15"))),
    observers.spoke: lambda t: observers.spoke(t("mission_audit")),
    census.places: placed,
    scorecard.disagreements: lambda t: scorecard.disagreements(t("assessment"), t("assessment_second"), "confidence"),
    equal_search.found: lambda t: searched(t),
    ties.numbered: lambda t: ties.numbered(links(t)).reset_index(drop=True),
}

COPIED = {
    chronology.dyad: lambda: table("events"),
    coverage.control: lambda: table("territory"),
    observers.spoke: lambda: table("mission_audit"),
    ties.numbered: lambda: links(table),
}
"""Frames that keep the columns of another beside those that the docstring names."""

NAMED_BY_VALUES = {
    verdicts.verdict_counts: {seed.id for seed in seeds.load_all()},
    senders.specifications: {"IDN", "LAO", "THA"},
    rivals.partners: {"CHN", "RUS", "BLR"},
    un_votes.on_myanmar: {"BLR", "RUS"},
}
"""Columns that are called by what stands in the table."""


@pytest.mark.parametrize("method", [*ORDERED, *FOLLOWING], ids=lambda method: f"{method.__module__}.{method.__name__}")
def test_columns_are_those_of_the_docstring_and_rows_are_numbered(method) -> None:
    found = {**ORDERED, **FOLLOWING}[method](table)
    known = set(re.findall(r"\w+", method.__doc__)) | NAMED_BY_VALUES.get(method, set())
    if method in COPIED:
        known |= set(COPIED[method]())
    assert set(found.columns) <= known
    assert len(found.columns) == len(set(found.columns)) and found.columns.name is None
    assert len(found) or method is base_rates.matched
    assert list(found.index) == list(range(len(found)))


@pytest.mark.parametrize("method", ORDERED, ids=lambda method: f"{method.__module__}.{method.__name__}")
def test_the_order_of_the_rows_in_a_table_changes_nothing(method) -> None:
    assert_frame_equal(ORDERED[method](backwards), ORDERED[method](table))
