"""By which standard? Four elections held to criteria along the electoral cycle.

The scorecard is a coding: every verdict stands beside its evidence, and a second coder who had not seen the first
verdicts coded the same evidence (see :func:`agreement`).
"""

from __future__ import annotations

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
        sources = dict.fromkeys(key for standard in ids for key in known.loc[standard, "source"].split(";"))
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
    """Agreement of the two codings (Cohen 1960), each with the columns assessment_id and `column`."""
    coded, recoded = (frame.rename(columns={"assessment_id": "claim"}) for frame in (first, second))
    return coding.agreement(coded, recoded, column)


def disagreements(first: pd.DataFrame, second: pd.DataFrame, column: str = "direction") -> pd.DataFrame:
    """Rows in which `column` is coded differently: criterion, election, first, second, evidence, reason (the second
    coder's), source."""
    frame = first.merge(second, on="assessment_id", suffixes=("", "_second"))
    frame = frame[frame[column] != frame[f"{column}_second"]]
    frame = frame.rename(columns={column: "first", f"{column}_second": "second"})
    return frame[["criterion", "election", "first", "second", "evidence", "reason", "source"]].reset_index(drop=True)
