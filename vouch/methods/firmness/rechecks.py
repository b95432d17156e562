"""What reading rows again against their sources changed, table by table, and how the sources were searched.

Most rows were not drawn at random: they were doubted, or bear on a verdict, or a whole table was read. The share that
changed is therefore a property of what was read; its interval says how firmly that share is pinned down, not what would
be found in the rest. Samples were drawn at random from all tables of facts and codings, and speak for them;
`vouch.pages.sample` draws them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vouch.methods.intervals import Interval, wilson

CHANGED = ("changed", "withdrawn")

FROM_FILES = frozenset(
    [
        "conflicts",
        "countries",
        "coups_per_year",
        "coups_southeast_asia",
        "gdp",
        "lied",
        "population_2014",
        "postcoup_elections",
        "township_population",
        "ucdp_adm1",
        "ucdp_month",
        "ucdp_year",
        "un_ideal_points",
        "unhcr_asylum",
        "unhcr_displacement",
        "vdem_v12_elections",
        "vdem_v15",
        "vdem_v16",
        "vdem_v16_liberties",
        "vdem_v16_world",
        "votes_2010",
    ]
)
"""Tables taken over whole from publishers' files: a slip there is one of the import, not of reading a source."""

RECORDS = frozenset(
    [
        "acts_first_coding",
        "acts_second_coding",
        "assessment_second",
        "editions",
        "finding_changes",
        "first_coding",
        "partner_effort",
        "rechecks",
        "searches",
        "second_coding",
        "statements_first_coding",
        "statements_second_coding",
    ]
)
"""Tables that record what the project did: single codings, queries, editions."""

SEEDS = (20261129, 20261130, 20261206)
"""Seeds of the random samples of sixty rows in the table rechecks, in the order in which they were drawn and read.

A seed gives the same rows only on the tables as they were: a row added since shifts those behind it."""


@dataclass(frozen=True)
class Standing:
    """Rows of a random sample: drawn, standing, changed or withdrawn, not found; share that stands, its interval."""

    drawn: int
    stands: int
    changed: int
    not_found: int
    share: float
    interval: Interval


def share_changed(rechecks: pd.DataFrame) -> pd.DataFrame:
    """How many rows of each table that stood before were changed or withdrawn when they were read again.

    rechecks: table, row_id, outcome (stands, changed, withdrawn, added, not found), without the random sample. New rows
    count only under added; rows whose sources could not be seen again count nowhere. Returns table, read, stands,
    changed, withdrawn, added, share (of those read), low and high (95% Wilson interval), most read first, and last a
    row for all tables with a share together, named "these tables".
    Where not one row is noted as standing, only the rows that changed were noted, so that there is no share: share, low
    and high are missing.

    Raises ValueError for a row listed twice or an unknown outcome.
    """
    if rechecks.duplicated(["table", "row_id"]).any():
        raise ValueError("a row is listed twice")
    outcomes = ["stands", "changed", "withdrawn", "added"]
    if unknown := set(rechecks["outcome"]) - {*outcomes, "not found"}:
        raise ValueError(f"unknown outcomes: {sorted(unknown)}")
    seen = rechecks[rechecks["outcome"] != "not found"]
    counts = pd.crosstab(seen["table"], seen["outcome"]).reindex(columns=outcomes, fill_value=0)
    counts = counts.assign(read=counts[["stands", *CHANGED]].sum(axis=1))
    counts = counts.reset_index().sort_values(["read", "table"], ascending=[False, True])
    total = {"table": "these tables", **counts.loc[counts["stands"] > 0, [*outcomes, "read"]].sum().to_dict()}
    frame = pd.concat([counts, pd.DataFrame([total])], ignore_index=True).rename_axis(columns=None)
    hits = frame[list(CHANGED)].sum(axis=1)
    pairs = list(zip(hits, frame["read"], frame["stands"], strict=True))
    intervals = [wilson(k, n) if stands else None for k, n, stands in pairs]
    frame["share"] = [k / n if stands else float("nan") for k, n, stands in pairs]
    frame["low"] = [interval.low if interval else float("nan") for interval in intervals]
    frame["high"] = [interval.high if interval else float("nan") for interval in intervals]
    return frame[["table", "read", *outcomes, "share", "low", "high"]]


def effort(searches: pd.DataFrame, by: str) -> pd.DataFrame:
    """Queries by a column of the table searches: that column, queries, results, useful, null (null results).

    Most queries first.
    """
    grouped = searches.groupby(by, dropna=False)
    frame = grouped.agg(
        queries=("search_id", "size"), results=("hits", "sum"), useful=("useful", "sum"), null=("null_result", "sum")
    )
    return frame.reset_index().sort_values(["queries", by], ascending=[False, True], ignore_index=True)


def frame(tables: Iterable[str]) -> list[str]:
    """The tables of facts and codings, from which samples are drawn: all but those from files and the records."""
    return sorted(set(tables) - FROM_FILES - RECORDS)


def draw(tables: dict[str, pd.DataFrame], size: int, seed: int) -> pd.DataFrame:
    """A uniform random sample of the rows of all tables together, without replacement.

    tables: by name, each indexed by the key of its rows as text. Every row has the same chance, whatever its table, so
    that large tables are drawn from more often. Tables and rows are put in alphabetical order first: the order of a
    file does not matter. Returns table and row_id, in the order in which they were drawn.

    Raises ValueError for a sample larger than the tables.
    """
    rows = [(name, row_id) for name in sorted(tables) for row_id in sorted(tables[name].index)]
    if size > len(rows):
        raise ValueError(f"a sample of {size} from {len(rows)} rows")
    chosen = np.random.default_rng(seed).choice(len(rows), size=size, replace=False)
    return pd.DataFrame([rows[i] for i in chosen], columns=["table", "row_id"])


def share_standing(sample: pd.DataFrame) -> Standing:
    """How many rows of a random sample stand as they were, with Wilson's 95% interval of the share.

    sample: table, row_id, outcome (stands, changed, withdrawn, not found). A row of which no source could be seen again
    counts neither way: the share is of the rows that could be checked.

    Raises ValueError for a row listed twice, an unknown outcome, or a sample of which nothing could be checked.
    """
    if sample.duplicated(["table", "row_id"]).any():
        raise ValueError("a row is listed twice")
    if unknown := set(sample["outcome"]) - {"stands", *CHANGED, "not found"}:
        raise ValueError(f"unknown outcomes: {sorted(unknown)}")
    stands = int(sample["outcome"].eq("stands").sum())
    changed = int(sample["outcome"].isin(CHANGED).sum())
    checked = stands + changed
    interval = wilson(stands, checked)
    return Standing(len(sample), stands, changed, len(sample) - checked, stands / checked, interval)


def row_ids(rows: pd.DataFrame, key: str | list[str]) -> pd.Series:
    """The keys of a table's rows as rechecks has them: the columns of the primary key as text, joined by "/"."""
    columns = [key] if isinstance(key, str) else key
    return rows[columns].astype("string").fillna("").agg("/".join, axis=1)
