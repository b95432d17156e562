"""Who could vote: coverage of the election by township, and what can be said where nobody voted.

Coverage is a count of all townships, not a sample. Intervals are given where they answer a question ("how firmly do
seven townships pin down a rate?", "would chance allocate the cancellations like this?"), and the docstrings say which.

What was not observed (townships without a vote, people who are on no roll, votes that were never published) is treated
by partial identification: first the interval that holds whatever the missing values are (Manski 1989, "Anatomy of the
Selection Problem", Journal of Human Resources 24(3)), then narrower ones, each under an assumption that is named
(Molinari 2019, "Econometrics with Partial Identification", cemmap CWP25/19).

All shares are fractions between 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

STATUSES = ("phase 1", "phase 2", "phase 3", "phase 2 or 3", "no vote")


@dataclass(frozen=True)
class Bounds:
    """An interval that contains the unknown share for certain, given the assumption under which it was made."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= 1:
            raise ValueError(f"not bounds of a share: {self.low} to {self.high}")

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass(frozen=True)
class Gap:
    """Difference between the states and the rest in the share of townships without a vote.

    difference is `states` minus `rest`; low and high its 95 % interval (Newcombe 1998, method 10), as if each township
    had been cancelled on its own. by_township: probability that at least as many of the cancellations fall in the
    states when they are drawn from all townships at random (hypergeometric). by_unit: share of all ways to call seven
    of the units "states" that give a difference at least as large (exact permutation, which keeps together what was
    cancelled together). smallest, without: the difference with one unit left out, the one whose absence lowers it most.
    """

    states: float
    rest: float
    difference: float
    low: float
    high: float
    by_township: float
    by_unit: float
    assignments: int
    smallest: float
    without: str


@dataclass(frozen=True)
class Contest:
    """What was announced about the lower house, where each township elects one member.

    townships: all of them. voted: those with a vote. won: seats of the party. uncontested_won and uncontested_lost:
    seats with one candidate, of the party and of others. candidates: at least as many as stood in the contested seats
    that the party won (a total over all chambers will do).
    """

    townships: int
    voted: int
    won: int
    uncontested_won: int
    uncontested_lost: int
    candidates: int

    @property
    def contested_won(self) -> int:
        return self.won - self.uncontested_won

    @property
    def contested_lost(self) -> int:
        return self.voted - self.won - self.uncontested_lost


# --- Coverage ----------------------------------------------------------------------------------------------------


def wilson(successes: int, trials: int, level: float = 0.95) -> Bounds:
    """Score interval of a proportion (Wilson 1927), which stays inside 0 to 1 and works for 0 of 7."""
    interval = stats.binomtest(int(successes), int(trials)).proportion_ci(confidence_level=level, method="wilson")
    return Bounds(float(interval.low), float(interval.high))


def by_state_and_region(townships: pd.DataFrame) -> pd.DataFrame:
    """Share of townships in which people voted, one row per state or region, lowest first.

    townships: state_region, kind, townships_total, voted. Returns these and not_held, share, low, high. The share is
    exact: it is a count of all townships. low and high are a 95 % Wilson interval for something else, the rate behind
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


def newcombe(successes: int, trials: int, other_successes: int, other_trials: int) -> tuple[float, float]:
    """95 % interval of a difference of two proportions, first minus other.

    Hybrid score method without continuity correction: Newcombe 1998, Statistics in Medicine 17(8), method 10.
    """
    p, q = successes / trials, other_successes / other_trials
    first, other = wilson(successes, trials), wilson(other_successes, other_trials)
    low = p - q - np.hypot(p - first.low, other.high - q)
    high = p - q + np.hypot(first.high - p, q - other.low)
    return float(low), float(high)


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
    observed = _difference(missing, total, state)
    at_least, assignments = 0, 0
    for chosen in combinations(range(len(total)), int(state.sum())):
        marked = np.zeros(len(total), dtype=bool)
        marked[list(chosen)] = True
        at_least += _difference(missing, total, marked) >= observed - 1e-12
        assignments += 1
    left_out = [_difference(np.delete(missing, i), np.delete(total, i), np.delete(state, i)) for i in range(len(total))]
    worst = int(np.argmin(left_out))
    counts = missing[state].sum(), total[state].sum(), missing[~state].sum(), total[~state].sum()
    low, high = newcombe(*counts)
    return Gap(
        states=float(counts[0] / counts[1]),
        rest=float(counts[2] / counts[3]),
        difference=float(observed),
        low=low,
        high=high,
        by_township=float(stats.hypergeom.sf(counts[0] - 1, total.sum(), missing.sum(), counts[1])),
        by_unit=at_least / assignments,
        assignments=assignments,
        smallest=float(left_out[worst]),
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

    townships: state_region, townships_total, voted; population: state_region, population. The assumption is strong:
    cancelled townships are often remote and small, so the share is more likely too high than too low.

    Raises ValueError where a unit has no population.
    """
    frame = townships.merge(population, on="state_region", how="left", validate="one_to_one")
    if frame["population"].isna().any():
        raise ValueError(f"no population for {', '.join(frame.loc[frame['population'].isna(), 'state_region'])}")
    missing = 1 - frame["voted"].astype(float) / frame["townships_total"].astype(float)
    people = frame["population"].astype(float)
    return float((missing * people).sum() / people.sum())


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


# --- Bounds ------------------------------------------------------------------------------------------------------


def worst_case(observed: float, share_observed: float) -> Bounds:
    """Bounds of a mean of zeros and ones when only part of the population is observed (Manski 1989).

    observed: the mean where it is observed. share_observed: the part of the population that is. The rest may be all
    zeros or all ones, so the width is 1 - share_observed, whatever was observed.

    Raises ValueError for a share outside 0 to 1.
    """
    for share in (observed, share_observed):
        if not 0 <= share <= 1:
            raise ValueError(f"{share} is not a share between 0 and 1")
    low = observed * share_observed
    return Bounds(low, min(low + (1 - share_observed), 1.0))


def rounded_ratio(numerator: float, denominator: float, step: float) -> Bounds:
    """All ratios that two printed figures allow when each was rounded to `step`, down or to the nearest.

    A figure x printed to a step s stands for anything from x - s/2 (rounded up) to x + s (cut off, "more than x").
    """
    low = (numerator - step / 2) / (denominator + step)
    return Bounds(low, min((numerator + step) / (denominator - step / 2), 1.0))


def turnout_over(denominators: pd.DataFrame, votes: float, roll: float) -> pd.DataFrame:
    """Turnout over every denominator on offer.

    denominators: name, value, is_electorate (whether it counts people with the right to vote, not all inhabitants),
    and any further columns, which are kept. votes: ballots cast. roll: voters on the roll of the townships that voted.

    Adds cast (votes / value: the share that did vote, with those who could not counted as not voting), and for
    electorates low, point, high: turnout had everyone of the denominator been able to vote. low is `cast` again; high
    has all who are missing from the roll vote; point has them vote like those on it (missing at random).

    Raises ValueError for an electorate smaller than the roll.
    """
    small = denominators["is_electorate"] & (denominators["value"] < roll)
    if small.any():
        raise ValueError(f"an electorate is smaller than the roll: {', '.join(denominators.loc[small, 'name'])}")
    frame = denominators.copy()
    frame["cast"] = votes / frame["value"]
    bounds = [
        worst_case(votes / roll, roll / value) if electorate else None
        for value, electorate in zip(frame["value"], frame["is_electorate"], strict=True)
    ]
    frame["low"] = [bound.low if bound else np.nan for bound in bounds]
    frame["point"] = [votes / roll if bound else np.nan for bound in bounds]
    frame["high"] = [bound.high if bound else np.nan for bound in bounds]
    return frame


def ballots_for_majority(electorate: float, votes: float) -> float:
    """Share of the ballots that a party needs to have the votes of half an electorate; above 1 it cannot."""
    return electorate / 2 / votes


def contest(townships: pd.DataFrame, stated: pd.Series) -> Contest:
    """The :class:`Contest` for the lower house as the tables have it, with the winner of 2025-26 as the party.

    townships: townships_total, voted; one row per unit. stated: value of the table `figures` by figure_id.

    Raises ValueError where the uncontested seats of the party and of others are not those stated in all.
    """
    uncontested_won = int(stated["uncontested-seats-usdp-pyithu-2025-26-1"])
    uncontested_lost = int(stated["uncontested-seats-other-pyithu-2025-26-1"])
    if uncontested_won + uncontested_lost != (total := int(stated["uncontested-seats-pyithu-2025-26-1"])):
        raise ValueError(f"{uncontested_won} and {uncontested_lost} uncontested seats are not the {total} stated")
    return Contest(
        townships=int(townships["townships_total"].sum()),
        voted=int(townships["voted"].sum()),
        won=int(stated["usdp-seats-pyithu-2025-26-1"]),
        uncontested_won=uncontested_won,
        uncontested_lost=uncontested_lost,
        candidates=int(stated["candidates-2025-26-1"]),
    )


def support(contest: Contest) -> pd.DataFrame:
    """Bounds of a party's support, averaged over all townships, under ever stronger assumptions.

    The unknown is the mean over all townships, each counting once, of the share of the vote that the party has or,
    where there was no contested vote, would have had. Columns: assumption (short name), low, high, width.

    * "none": nothing is known.
    * "winners": the announced winners did win. A winner among k candidates has more than 1/k, and the sum of 1/k over
      n seats is at least n squared divided by the candidates of these seats (Jensen's inequality); one who lost has at
      most 1/2.
    * "not higher": also, on average no more support where there was no vote (a monotone selection in the sense of
      Manski & Pepper 2000, Econometrica 68(4)).
    * "majorities": also, each contested seat was won with more than half of the votes. Nobody published this.
    * "same": also, townships without a vote would have voted like the others (missing at random).

    Raises ValueError where the counts contradict each other.
    """
    c = contest
    if min(c.contested_won, c.contested_lost, c.townships - c.voted) < 0 or c.candidates < max(c.contested_won, 1):
        raise ValueError(f"the counts contradict each other: {c}")
    plurality = c.contested_won**2 / c.candidates / c.voted
    majority = max(plurality, c.contested_won / 2 / c.voted)
    high = (c.won + c.uncontested_lost + c.contested_lost / 2) / c.voted
    covered = c.voted / c.townships
    ladder = {
        "none": Bounds(0.0, 1.0),
        "winners": Bounds(plurality * covered, high * covered + (1 - covered)),
        "not higher": Bounds(plurality * covered, high),
        "majorities": Bounds(majority * covered, high),
        "same": Bounds(majority, high),
    }
    rows = [(name, bounds.low, bounds.high, bounds.width) for name, bounds in ladder.items()]
    return pd.DataFrame(rows, columns=["assumption", "low", "high", "width"])


def _difference(missing: np.ndarray, total: np.ndarray, marked: np.ndarray) -> float:
    return float(missing[marked].sum() / total[marked].sum() - missing[~marked].sum() / total[~marked].sum())


def _check_counts(townships: pd.DataFrame) -> None:
    wrong = (townships["voted"] > townships["townships_total"]) | (townships["voted"] < 0)
    if wrong.any():
        names = ", ".join(townships.loc[wrong, "state_region"])
        raise ValueError(f"more townships voted than there are, or fewer than none: {names}")
