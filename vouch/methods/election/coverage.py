"""Where people could vote: coverage of the election by township.

Coverage is a count of all townships, not a sample. Intervals are given where they answer a question ("how firmly do
seven townships pin down a rate?", "would chance allocate the cancellations like this?"), and the docstrings say which.
All shares are fractions between 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
import pandas as pd
from scipy import stats

from vouch.methods.intervals import Interval, newcombe, of_share, wilson
from vouch.text import keys

STATUSES = ("phase 1", "phase 2", "phase 3", "phase 2 or 3", "no vote")


DRAWS = 9_999
"""Resamples of the bootstrap, drawn with a fixed seed."""


@dataclass(frozen=True)
class Gap:
    """Difference between the states and the rest in the share of townships without a vote.

    difference is `states` minus `rest`, a count of all townships. low and high: 95% interval from drawing whole states
    and whole regions with replacement (percentile bootstrap), which keeps together what was cancelled together.
    alone_low and alone_high: the same as if each township had been cancelled on its own (Newcombe 1998), for contrast.
    by_unit: two-sided p of the exact permutation test over all `assignments`, the ways to call so many units "states".
    smallest, without: the difference with one unit left out, the one whose absence lowers it most.
    """

    states: float
    rest: float
    difference: float
    low: float
    high: float
    alone_low: float
    alone_high: float
    by_unit: float
    assignments: int
    smallest: float
    without: str


def by_state_and_region(townships: pd.DataFrame) -> pd.DataFrame:
    """Share of townships in which people voted, one row per state or region, lowest first.

    townships: state_region, kind, townships_total, voted. Returns these and not_held, share, low, high. The share is
    exact: it is a count of all townships. low and high are a 95% Wilson interval for something else, the rate behind
    the count if each township of the unit had been decided alone and alike; they show how little seven or nine
    townships say about a rate.

    Raises ValueError where more townships voted than exist.
    """
    _check_counts(townships)
    frame = townships[["state_region", "kind", "townships_total", "voted"]].copy()
    frame["not_held"] = frame["townships_total"] - frame["voted"]
    frame["share"] = frame["voted"].astype(float) / frame["townships_total"].astype(float)
    intervals = [wilson(k, n) for k, n in zip(frame["voted"], frame["townships_total"], strict=True)]
    frame["low"] = [interval.low for interval in intervals]
    frame["high"] = [interval.high for interval in intervals]
    order = ["share", "townships_total", "state_region"]
    return frame.sort_values(order, ascending=[True, False, True], ignore_index=True)


def difference(townships: pd.DataFrame) -> float:
    """The difference alone, as in :func:`states_against_rest`, from any two states or regions of different kind."""
    state = townships["kind"] == "state"
    shares = [1 - part["voted"].sum() / part["townships_total"].sum() for part in (townships[state], townships[~state])]
    return float(shares[0] - shares[1])


def states_against_rest(townships: pd.DataFrame) -> Gap:
    """The :class:`Gap` between the seven states and the seven regions with the union territory.

    townships: state_region, kind ("state" or another), townships_total, voted; one row per unit.

    Raises ValueError where there are fewer than two states or two others, because each unit is left out once.
    """
    _check_counts(townships)
    total = townships["townships_total"].to_numpy(dtype=int)
    missing = total - townships["voted"].to_numpy(dtype=int)
    state = (townships["kind"] == "state").to_numpy(dtype=bool)
    if min(state.sum(), (~state).sum()) < 2:
        raise ValueError("fewer than two units on one side: none can be left out")
    units = np.flatnonzero(state), np.flatnonzero(~state)

    def difference(one: np.ndarray, other: np.ndarray, axis: int = -1) -> np.ndarray:
        shares = [missing[drawn].sum(axis) / total[drawn].sum(axis) for drawn in (one, other)]
        return shares[0] - shares[1]

    drawn = stats.bootstrap(
        units, difference, n_resamples=DRAWS, vectorized=True, method="percentile", rng=np.random.default_rng(2026)
    ).confidence_interval
    shuffled = stats.permutation_test(units, difference, vectorized=True, n_resamples=np.inf)
    left_out = [float(difference(*(unit[unit != i] for unit in units))) for i in range(len(total))]
    worst = int(np.argmin(left_out))
    counts = missing[state].sum(), total[state].sum(), missing[~state].sum(), total[~state].sum()
    alone = newcombe(*counts)
    return Gap(
        states=float(counts[0] / counts[1]),
        rest=float(counts[2] / counts[3]),
        difference=float(difference(*units)),
        low=float(drawn.low),
        high=float(drawn.high),
        alone_low=alone.low,
        alone_high=alone.high,
        by_unit=float(shuffled.pvalue),
        assignments=comb(len(total), int(state.sum())),
        smallest=left_out[worst],
        without=str(townships["state_region"].iloc[worst]),
    )


def tiles(townships: pd.DataFrame) -> pd.DataFrame:
    """One row per township: state_region, tile (1, 2, ... within the unit), status (one of STATUSES).

    townships: state_region, townships_total, phase1, phase2, phase3, phase2_plus_phase3, not_held. Where the split
    between the second and third phase is not known, its townships are "phase 2 or 3". Names of townships play no part.

    Raises ValueError where the phases of a unit do not add up to its townships.
    """
    rows: list[tuple[str, int, str]] = []
    for unit in townships.itertuples(index=False):
        split = not (pd.isna(unit.phase2) or pd.isna(unit.phase3))
        later = [int(unit.phase2), int(unit.phase3), 0] if split else [0, 0, int(unit.phase2_plus_phase3)]
        counts = [int(unit.phase1), *later, int(unit.not_held)]
        if sum(counts) != int(unit.townships_total):
            raise ValueError(f"{unit.state_region}: phases add up to {sum(counts)} of {unit.townships_total} townships")
        statuses = [status for status, count in zip(STATUSES, counts, strict=True) for _ in range(count)]
        rows += [(unit.state_region, number, status) for number, status in enumerate(statuses, start=1)]
    return pd.DataFrame(rows, columns=["state_region", "tile", "status"])


def people_without_vote(townships: pd.DataFrame, population: pd.DataFrame) -> float:
    """Share of the population in townships without a vote, if townships of one unit were equally populous.

    townships: state_region, townships_total, voted; population: state_region, population. The assumption is too strong
    for people counted in the census of 2014, who were fewer in the cancelled townships (:func:`living_without_vote`).

    Raises ValueError where a unit has no population.
    """
    frame = townships.merge(population, on="state_region", how="left", validate="one_to_one")
    if frame["population"].isna().any():
        raise ValueError(f"no population for {', '.join(frame.loc[frame['population'].isna(), 'state_region'])}")
    missing = 1 - frame["voted"].astype(float) / frame["townships_total"].astype(float)
    people = frame["population"].astype(float)
    return float((missing * people).sum() / people.sum())


def living_without_vote(
    townships: pd.DataFrame, named: pd.DataFrame, people: pd.DataFrame, column: str = "population"
) -> Interval:
    """Bounds of the share of people whose township had no vote, from a count of people in every township.

    townships: state_region, not_held. named: state_region, township, phase ("none" without a vote). people:
    state_region, township and `column`, one row for every township. Where fewer townships without a vote are named than
    a unit has, the rest may be any of those that are not named at all: low takes the smallest, high the largest.

    Raises ValueError where a named township has no count, or a unit has too few townships left to choose from.
    """
    keys = ["state_region", "township"]
    everyone = people.set_index(keys)[column].astype(float)
    listed = pd.MultiIndex.from_frame(named[keys])
    without = pd.MultiIndex.from_frame(named.loc[named["phase"] == "none", keys])
    if absent := sorted(set(without) - set(everyone.index)):
        raise ValueError(f"no count of people for {absent}")
    low = high = float(everyone[without].sum())
    known = without.get_level_values("state_region")
    for unit in townships.itertuples(index=False):
        missing = int(unit.not_held) - int((known == unit.state_region).sum())
        left = everyone[~everyone.index.isin(listed)]
        left = left[left.index.get_level_values("state_region") == unit.state_region].sort_values()
        if not 0 <= missing <= len(left):
            raise ValueError(f"{unit.state_region}: {missing} townships to choose from {len(left)}")
        low += float(left.iloc[:missing].sum())
        high += float(left.iloc[len(left) - missing :].sum())
    return of_share(low / float(everyone.sum()), high / float(everyone.sum()))


def voted_before(
    townships: pd.DataFrame, named: pd.DataFrame, people: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The same three frames without the townships that had no vote in 2020, for :func:`living_without_vote`.

    named also has cancelled_2020. Of those, a township without a vote again lowers not_held of its unit.
    """
    keys = ["state_region", "township"]
    skipped = named[named["cancelled_2020"]]
    again = skipped[skipped["phase"] == "none"].groupby("state_region").size()
    newly_without = townships["not_held"] - townships["state_region"].map(again).fillna(0).astype(int)
    gone = pd.MultiIndex.from_frame(skipped[keys])
    rest = [frame[~pd.MultiIndex.from_frame(frame[keys]).isin(gone)] for frame in (named, people)]
    return townships.assign(not_held=newly_without), rest[0], rest[1]


def list_seats(constituencies: pd.DataFrame, named: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Proportional constituencies with the townships in them that had no vote, most of them first.

    constituencies: constituency_id, chamber, state_region, seats, townships, pcodes (codes joined by ";"). named and
    people as in :func:`living_without_vote`; people also has pcode. Adds no_vote (townships known by name to have had
    no vote, so at least as many) and share (of the townships of the constituency).
    """
    place = ["state_region", "township"]
    without = pd.MultiIndex.from_frame(named.loc[named["phase"] == "none", place])
    codes = set(people.loc[pd.MultiIndex.from_frame(people[place]).isin(without), "pcode"])
    frame = constituencies[["constituency_id", "chamber", "state_region", "seats", "townships"]].copy()
    frame["no_vote"] = [len(codes & set(keys(cell))) for cell in constituencies["pcodes"]]
    frame["share"] = frame["no_vote"] / frame["townships"].astype(float)
    return frame.sort_values(["share", "constituency_id"], ascending=[False, True], ignore_index=True)


def under_martial_law(martial: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """Townships under one order of martial law by state or region: townships, voted, no_vote (each as far as named).

    martial: state_region, township; one row per township. named as in :func:`living_without_vote`.
    """
    phases = named.set_index(["state_region", "township"])["phase"]
    seen = [phases.get((row.state_region, row.township), "unknown") for row in martial.itertuples()]
    frame = martial.assign(phase=seen)
    frame["voted"] = ~frame["phase"].isin(["none", "unknown"])
    frame["no_vote"] = frame["phase"] == "none"
    grouped = frame.groupby("state_region", sort=False)
    table = grouped.agg(
        townships=("township", "size"), voted=("voted", "sum"), no_vote=("no_vote", "sum")
    ).reset_index()
    return table.sort_values(["townships", "state_region"], ascending=[False, True], ignore_index=True)


def control(territory: pd.DataFrame) -> pd.DataFrame:
    """Estimates of who holds what, with the share of their own unit, grouped by unit and never across units.

    territory: value, unit, denominator, holder, claimant, as_of, definition. Kept are estimates for the whole country
    with a known denominator, of what somebody holds or does not hold; what is only called contested, single states and
    counts of towns without a total are left out. Adds share (0 to 1) and of (the unit, in words).
    """
    units = {"area": "land area", "330 townships": "townships", "population": "population"}
    national = territory["denominator"].isin(units) & (territory["holder"] != "contested")
    frame = territory[national].copy()
    parts = [330 if unit == "townships" else 100 for unit in frame["unit"]]
    frame["share"] = frame["value"].astype(float) / parts
    frame["of"] = frame["denominator"].map(units)
    order = {name: place for place, name in enumerate(units.values())}
    holders = {"military": 0, "not-full-military": 1, "opposition": 2}
    keys = pd.DataFrame({"of": frame["of"].map(order), "holder": frame["holder"].map(holders), "share": frame["share"]})
    return frame.loc[keys.sort_values(["of", "holder", "share"]).index].reset_index(drop=True)


def _check_counts(townships: pd.DataFrame) -> None:
    wrong = (townships["voted"] > townships["townships_total"]) | (townships["voted"] < 0)
    if wrong.any():
        names = ", ".join(townships.loc[wrong, "state_region"])
        raise ValueError(f"more townships voted than there are, or fewer than none: {names}")
