"""What kinds of publishers the rows of a table rest on."""

from __future__ import annotations

import pandas as pd

from vouch.text import keys


def by_kind(rows: pd.DataFrame, kinds: pd.DataFrame) -> pd.DataFrame:
    """What kinds of publishers the rows of each group rest on.

    rows: group, source (keys joined by `;`, missing where a row cites nothing). kinds: source, kind, publisher.
    Returns group, kind, rows (of the group that cite anything), share (of these rows, that cite the kind at all),
    alone (that rest on the kind alone), single (that cite one work only; the same for all kinds of a group). Shares of
    a group may add to more than 1, because a row may cite several kinds.

    Raises KeyError for a source that kinds does not know.
    """
    known = kinds.set_index("source")["kind"]
    records = []
    cited = rows.dropna(subset=["source"])
    for group, of_group in cited.groupby("group", sort=False):
        works = [set(keys(cell)) for cell in of_group["source"]]
        kinds_of_rows = [{known.loc[key] for key in row} for row in works]
        single = sum(len(row) == 1 for row in works) / len(works)
        for kind in sorted(set().union(*kinds_of_rows)):
            records.append(
                {
                    "group": group,
                    "kind": kind,
                    "rows": len(works),
                    "share": sum(kind in row for row in kinds_of_rows) / len(kinds_of_rows),
                    "alone": sum(row == {kind} for row in kinds_of_rows) / len(kinds_of_rows),
                    "single": single,
                }
            )
    return pd.DataFrame(records)
