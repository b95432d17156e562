"""Sanctions by sender: who listed, prolonged and removed, and when. Acts are counted, not people or firms."""

from __future__ import annotations

import pandas as pd

LISTING, EXTENSION, REMOVAL = "listing", "extension", "delisting"
NOT_SANCTIONS = ("protection-ended", "protection-kept")
"""Acts of the table that bear on people from Myanmar and are no sanctions."""


def by_sender(acts: pd.DataFrame) -> pd.DataFrame:
    """One row per sender, most listings first, then by first act and name.

    acts: the table `sanctions`. Columns: sender, listings, extensions, removals, others, first, last, last_listing
    (missing where a sender listed nobody). Senders act together, so that acts are no independent judgements.
    """
    counted = acts[~acts["act"].isin(NOT_SANCTIONS)]
    by = counted.groupby("sender")
    table = pd.DataFrame({"first": by["date"].min(), "last": by["date"].max()})
    for column, act in (("listings", LISTING), ("extensions", EXTENSION), ("removals", REMOVAL)):
        table[column] = counted[counted["act"] == act].groupby("sender").size()
    table["last_listing"] = counted[counted["act"] == LISTING].groupby("sender")["date"].max()
    known = ["listings", "extensions", "removals"]
    table[known] = table[known].fillna(0).astype(int)
    table["others"] = by.size() - table[known].sum(axis=1)
    order = ["sender", "listings", "extensions", "removals", "others", "first", "last", "last_listing"]
    table = table.reset_index()[order]
    return table.sort_values(["listings", "first", "sender"], ascending=[False, True, True], ignore_index=True)
