"""By which standard? Four elections held to criteria along the electoral cycle, and what seats and votes add.

The scorecard is a coding: every verdict stands beside its evidence, and a second coder who had not seen the first
verdicts coded the same evidence (see :func:`agreement`). Where seats or votes of small parties are not known, indices
are given as the interval of all values that the unknown part allows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vouch.methods import coding

ELECTIONS = ("2010", "2015", "2020", "2025-26")

DIRECTIONS = ("meets", "partly", "fails", "unknown")

CYCLE = {
    "independent-election-administration": "before",
    "complete-and-accurate-voter-roll": "before",
    "parties-and-candidates-can-compete": "before",
    "opponents-are-at-liberty": "campaign",
    "free-speech-assembly-and-criticism-of-the-vote": "campaign",
    "peaceful-environment": "campaign",
    "dialogue-before-the-vote-asean": "campaign",
    "voting-reaches-the-whole-electorate": "polling",
    "voting-free-of-coercion": "polling",
    "independent-observation": "polling",
    "transparent-count-and-honoured-result": "after",
    "elected-people-hold-power": "after",
}
"""The criteria in the order in which they bear on an election, and the part of the electoral cycle of each."""


@dataclass(frozen=True)
class Interval:
    """Lowest and highest value an index can have given what is not known; equal when everything is known."""

    low: float
    high: float


def grid(assessment: pd.DataFrame) -> pd.DataFrame:
    """The coding in the order of the electoral cycle: criterion_id, criterion, stage, election, direction, confidence.

    One row for every criterion and election that was coded. Raises ValueError for a criterion without a place in
    `CYCLE`.
    """
    strange = set(assessment["criterion_id"]) - set(CYCLE)
    if strange:
        raise ValueError(f"no place in the electoral cycle for {', '.join(sorted(strange))}")
    frame = assessment.assign(stage=assessment["criterion_id"].map(CYCLE))
    order = {criterion: place for place, criterion in enumerate(CYCLE)}
    frame = frame.assign(_place=frame["criterion_id"].map(order), _when=frame["election"].map(ELECTIONS.index))
    frame = frame.sort_values(["_place", "_when"], ignore_index=True)
    return frame[["criterion_id", "criterion", "stage", "election", "direction", "confidence"]]


def counts(assessment: pd.DataFrame) -> pd.DataFrame:
    """Criteria by election and verdict: election, meets, partly, fails, unknown, coded. Verdicts nobody got are 0."""
    table = pd.crosstab(assessment["election"], assessment["direction"])
    table = table.reindex(index=list(ELECTIONS), columns=list(DIRECTIONS), fill_value=0)
    table["coded"] = table.sum(axis=1)
    return table.rename_axis(columns=None).reset_index()


def evidence(assessment: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """What every verdict rests on: criterion_id, criterion, election, first, second, verdict, evidence, source.

    first and second are the two codings, verdict is both in words where they differ; in the order of the cycle.
    """
    frame = assessment.merge(second[["assessment_id", "direction"]], on="assessment_id", suffixes=("", "_second"))
    order = {criterion: place for place, criterion in enumerate(CYCLE)}
    frame = frame.assign(_place=frame["criterion_id"].map(order), _when=frame["election"].map(ELECTIONS.index))
    frame = frame.sort_values(["_place", "_when"], ignore_index=True)
    frame = frame.rename(columns={"direction": "first", "direction_second": "second"})
    alike = frame["first"] == frame["second"]
    frame["verdict"] = frame["first"].where(alike, frame["first"] + " (second coder: " + frame["second"] + ")")
    return frame[["criterion_id", "criterion", "election", "first", "second", "verdict", "evidence", "source"]]


def grounds(assessment: pd.DataFrame, standards: pd.DataFrame) -> pd.DataFrame:
    """The standards behind each criterion: criterion, stage, demand (own words), source (keys joined by `;`)."""
    known = standards.set_index("standard_id")
    rows = assessment.drop_duplicates("criterion_id").set_index("criterion_id")
    records = []
    for criterion, stage in CYCLE.items():
        if criterion not in rows.index:
            continue
        ids = rows.loc[criterion, "standard_ids"].split(";")
        sources = dict.fromkeys(key for one in ids for key in known.loc[one, "source"].split(";"))
        records.append(
            {
                "criterion": rows.loc[criterion, "criterion"],
                "stage": stage,
                "demand": ". ".join(known.loc[one, "criterion"] for one in ids),
                "standards": "; ".join(ids),
                "source": ";".join(sources),
            }
        )
    return pd.DataFrame(records)


def agreement(first: pd.DataFrame, second: pd.DataFrame, column: str = "direction") -> coding.Agreement:
    """Agreement of the two codings (Cohen 1960), each with the columns assessment_id and `column`."""
    renamed = [frame.rename(columns={"assessment_id": "claim"}) for frame in (first, second)]
    return coding.agreement(*renamed, column=column)


def disagreements(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Rows coded differently: criterion, election, first, second, evidence, reason (the second coder's), source."""
    frame = first.merge(second, on="assessment_id", suffixes=("", "_second"))
    frame = frame[frame["direction"] != frame["direction_second"]]
    frame = frame.rename(columns={"direction": "first", "direction_second": "second"})
    return frame[["criterion", "election", "first", "second", "evidence", "reason", "source"]].reset_index(drop=True)


def parliament(seats: pd.DataFrame, total: int, reserved: int) -> pd.DataFrame:
    """Both houses of the Union Parliament by election: election, group, seats. The groups add up to `total`.

    Groups: military (reserved seats), USDP, NLD, others (elected), unfilled. Seats are those of the final tally in the
    two houses; `reserved` is counted in full at every election, as the constitution of 2008 provides.
    """
    houses = seats[seats["chamber"].isin(["Pyithu Hluttaw", "Amyotha Hluttaw"]) & (seats["tally"] == "final")]
    records = []
    for election in ELECTIONS:
        rows = houses[houses["election"] == election]
        filled = int(rows.drop_duplicates("chamber")["seats_filled"].sum())
        won = rows.groupby("party")["seats"].sum()
        usdp, nld = int(won.get("USDP", 0)), int(won.get("NLD", 0))
        parts = {
            "military": reserved,
            "USDP": usdp,
            "NLD": nld,
            "others": filled - usdp - nld,
            "unfilled": total - reserved - filled,
        }
        if min(parts.values()) < 0:
            raise ValueError(f"the seats of {election} do not fit into {total}: {parts}")
        records += [{"election": election, "group": group, "seats": count} for group, count in parts.items()]
    return pd.DataFrame(records)


def effective_number(weights: pd.Series | np.ndarray | list[float]) -> float:
    """Effective number of parties, 1 / sum of squared shares (Laakso & Taagepera 1979); weights are votes or seats."""
    values = np.asarray(weights, dtype=float)
    if (values < 0).any() or values.sum() <= 0:
        raise ValueError("votes or seats must not be negative and must not all be zero")
    shares = values / values.sum()
    return float(1 / np.sum(shares**2))


def effective_number_bounds(known: pd.Series | list[int], total: int) -> Interval:
    """Effective number of parties when `known` seats are attributed and the rest of `total` is not.

    Lowest when one party holds all the rest, highest when each of these seats is a party of its own.
    """
    values = [int(value) for value in known]
    rest = total - sum(values)
    if rest < 0:
        raise ValueError(f"{sum(values)} seats are attributed, but there are only {total}")
    return Interval(effective_number([*values, rest]), effective_number(values + [1] * rest))


def gallagher(votes: pd.Series | np.ndarray | list[float], seats: pd.Series | np.ndarray | list[float]) -> float:
    """Least-squares disproportionality (Gallagher 1991), 0 to 100: root of half the sum of squared differences.

    votes and seats: counts or shares of the same parties in the same order; each is turned into per cent of its sum.
    """
    cast, won = np.asarray(votes, dtype=float), np.asarray(seats, dtype=float)
    if cast.shape != won.shape:
        raise ValueError("votes and seats must name the same parties")
    gap = 100 * cast / cast.sum() - 100 * won / won.sum()
    return float(np.sqrt(np.sum(gap**2) / 2))


def gallagher_bounds(votes: pd.Series, seats: pd.Series, total: int) -> Interval:
    """Least-squares disproportionality when the seats of some parties are not known.

    votes: per party. seats: per party, the known ones only; the rest of `total` belongs to the other parties of `votes`
    in an unknown way. The index is convex in the seats, so it is highest when one party has all of them; it is lowest
    when each seat goes to the party that is then furthest below its share of the vote.
    """
    unknown = [party for party in votes.index if party not in seats.index]
    rest = total - int(seats.sum())
    if rest < 0 or (rest and not unknown):
        raise ValueError("the known seats do not leave a rest for the other parties")
    won = seats.reindex(votes.index).fillna(0).astype(float)
    highest = []
    for party in unknown or [votes.index[0]]:
        trial = won.copy()
        trial[party] += rest
        highest.append(gallagher(votes, trial))
    share = votes / votes.sum() * total
    for _ in range(rest):
        short = (share - won)[unknown]
        won[short.idxmax()] += 1
    return Interval(gallagher(votes, won), max(highest))


def party_system(seats: pd.DataFrame, chamber: str = "Pyithu Hluttaw") -> pd.DataFrame:
    """One chamber by election: election, filled, attributed, largest, largest_seats, largest_share, low, high.

    low and high bound the effective number of parties in seats; military appointees are not counted.
    """
    rows = seats[(seats["chamber"] == chamber) & (seats["tally"] == "final") & (seats["party"] != "MIL")]
    records = []
    for election in ELECTIONS:
        one = rows[rows["election"] == election]
        filled = int(one["seats_filled"].iloc[0])
        top = one.loc[one["seats"].idxmax()]
        bounds = effective_number_bounds(one["seats"], filled)
        records.append(
            {
                "election": election,
                "filled": filled,
                "attributed": int(one["seats"].sum()),
                "largest": top["party"],
                "largest_seats": int(top["seats"]),
                "largest_share": float(top["seats"] / filled),
                "low": bounds.low,
                "high": bounds.high,
            }
        )
    return pd.DataFrame(records)
