"""By which standard? Four elections held to criteria along the electoral cycle, and nothing added up.

Two blocks are kept apart: the vote itself, and what became of it. A coup after a sound vote belongs to the second. The
scorecard is a coding: every verdict stands beside its evidence, and each was coded twice (see :func:`agreement`).
"""

from __future__ import annotations

from itertools import product

import pandas as pd

from vouch.methods import coding
from vouch.text import keys

ELECTIONS = ("2010", "2015", "2020", "2025-26")
DIRECTIONS = ("meets", "partly", "fails", "unknown", "not-reached")

CYCLE = {
    "independent-election-administration": "before",
    "complete-and-accurate-voter-roll": "before",
    "franchise-without-discrimination": "before",
    "parties-and-candidates-can-compete": "before",
    "opponents-are-at-liberty": "campaign",
    "free-speech-assembly-and-criticism-of-the-vote": "campaign",
    "peaceful-environment": "campaign",
    "voting-reaches-the-whole-electorate": "polling",
    "voting-free-of-coercion": "polling",
    "independent-observation": "polling",
    "transparent-count": "polling",
    "declared-result-takes-effect": "after",
    "elected-people-hold-power": "after",
}
"""The criteria in the order in which they bear on an election, and the part of the electoral cycle of each."""

AFTER = frozenset(criterion for criterion, stage in CYCLE.items() if stage == "after")
"""The criteria on what became of the vote; the others are on the vote itself."""


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


def named(assessment: pd.DataFrame) -> pd.DataFrame:
    """Which criteria got which verdict, by name and in the order of the cycle: election, block (the vote, afterwards),
    direction, criteria (their ids). A verdict that nobody got has no row, and none is counted."""
    cells = grid(assessment)
    cells = cells.assign(block=cells["criterion_id"].isin(AFTER).map({False: "the vote", True: "afterwards"}))
    by = ["election", "block", "direction"]
    criteria = {key: tuple(part["criterion_id"]) for key, part in cells.groupby(by)}
    order = product(ELECTIONS, ("the vote", "afterwards"), DIRECTIONS)
    records = [dict(zip(by, key, strict=True)) | {"criteria": criteria[key]} for key in order if key in criteria]
    return pd.DataFrame(records, columns=[*by, "criteria"])


def evidence(assessment: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """What every verdict rests on: criterion_id, criterion, election, first, second, verdict, evidence, source.

    first and second are the two codings, verdict is both in words where they differ; in the order of the cycle.
    """
    frame = assessment.merge(second[["assessment_id", "direction"]], on="assessment_id", suffixes=("", "_second"))
    order = {criterion: place for place, criterion in enumerate(CYCLE)}
    frame = frame.assign(_place=frame["criterion_id"].map(order), _when=frame["election"].map(ELECTIONS.index))
    frame = frame.sort_values(["_place", "_when"], ignore_index=True)
    frame = frame.rename(columns={"direction": "first", "direction_second": "second"})
    said = frame["first"].replace("not-reached", "not reached")
    alike = frame["first"] == frame["second"]
    frame["verdict"] = said.where(alike, said + " (second coding: " + frame["second"] + ")")
    return frame[["criterion_id", "criterion", "election", "first", "second", "verdict", "evidence", "source"]]


def grounds(assessment: pd.DataFrame, standards: pd.DataFrame) -> pd.DataFrame:
    """The standards behind each criterion: criterion, stage, demand (own words), source (keys joined by `;`)."""
    known = standards.set_index("standard_id")
    rows = assessment.drop_duplicates("criterion_id").set_index("criterion_id")
    records = []
    for criterion, stage in CYCLE.items():
        if criterion not in rows.index:
            continue
        ids = keys(rows.loc[criterion, "standard_ids"])
        sources = dict.fromkeys(key for standard in ids for key in keys(known.loc[standard, "source"]))
        records.append(
            {
                "criterion": rows.loc[criterion, "criterion"],
                "stage": stage,
                "demand": ". ".join(known.loc[standard, "criterion"] for standard in ids),
                "standards": "; ".join(ids),
                "source": ";".join(sources),
            }
        )
    return pd.DataFrame(records)


def agreement(first: pd.DataFrame, second: pd.DataFrame, column: str = "direction") -> coding.Agreement:
    """Agreement of the two codings in `column`, each with assessment_id. The interval draws whole criteria, because the
    four cells of one criterion are read by one understanding of it."""
    criteria = first.set_index("assessment_id")["criterion_id"]
    return coding.agreement(first, second, column, id="assessment_id", clusters=criteria)


def disagreements(first: pd.DataFrame, second: pd.DataFrame, column: str = "direction") -> pd.DataFrame:
    """Rows in which `column` is coded differently: criterion, election, first, second, evidence, reason (the second
    coder's), source."""
    frame = first.merge(second, on="assessment_id", suffixes=("", "_second"))
    frame = frame[frame[column] != frame[f"{column}_second"]]
    frame = frame.rename(columns={column: "first", f"{column}_second": "second"})
    return frame[["criterion", "election", "first", "second", "evidence", "reason", "source"]].reset_index(drop=True)
