"""Partners compared by one and the same search: what thirteen queries for each of them brought up.

The table `events` began from Russia and Belarus, so that its counts compare what was looked for. `partner_events` holds
what the same number and kind of queries gave for each of twelve partners (`partner_effort`). An event that stands in
another table is only named there, and its values are taken from that table.
"""

from __future__ import annotations

import pandas as pd

from vouch.evidence.case import HOME
from vouch.methods.alliances.chronology import RANKS
from vouch.text import keys

HIGH = 3
"""Least rank of a visit that is compared: minister (`chronology.RANKS`)."""

KINDS = {
    "high visits": (),
    "other visits": ("visit",),
    "talks": ("statement",),
    "meetings": ("multilateral",),
    "texts": ("agreement", "trade", "energy", "nuclear", "education"),
    "election": ("election-cooperation", "observer-mission"),
    "arms": ("arms", "military-exercise"),
    "standing": ("recognition",),
    "aid": ("aid",),
    "sanctions": ("sanction",),
}
"""Kinds of events that the figure of partners shows, with their categories; high visits are those of :data:`HIGH`."""


def found(partner_events: pd.DataFrame, events: pd.DataFrame, sanctions: pd.DataFrame) -> pd.DataFrame:
    """One row per event and partner: event_id, partner, date, category, actor_a, level, direction.

    A joint event counts for each of its partners.
    """
    rows = partner_events.copy()
    there = events.set_index("event_id")
    for column in ("date", "category", "actor_a", "level", "direction"):
        rows[column] = rows[column].fillna(rows["same_as"].map(there[column]))
    rows["date"] = rows["date"].fillna(rows["same_as_sanction"].map(sanctions.set_index("sanction_id")["date"]))
    rows.loc[rows["same_as_sanction"].notna(), "category"] = "sanction"
    columns = ["event_id", "partner", "date", "category", "actor_a", "level", "direction"]
    return rows.assign(partner=rows["partner"].map(keys)).explode("partner")[columns].reset_index(drop=True)


def compared(rows: pd.DataFrame, effort: pd.DataFrame) -> pd.DataFrame:
    """Partners side by side, most visits first.

    Columns: partner, queries, events, known, days, visits, to_myanmar, from_myanmar.

    rows: as of :func:`found`. visits: trips at minister's rank or above, of which to_myanmar and from_myanmar.
    known: what stood in another table when the search was made (effort: events_found less events_new). Visits
    and days can be compared; events cannot, since a visit of Russia or Belarus is split into its talks and documents.
    """
    high = rows[(rows["category"] == "visit") & (rows["level"].map(RANKS) >= HIGH)]
    table = effort.groupby("partner")["queries"].sum().rename("queries").to_frame()
    by = rows.groupby("partner")
    table["events"] = by.size()
    table["known"] = table["events"] - effort.groupby("partner")["events_new"].sum()
    table["days"] = by["date"].nunique()
    table["visits"] = high.groupby("partner").size()
    table["to_myanmar"] = high[high["direction"] == HOME].groupby("partner").size()
    table["from_myanmar"] = high[high["direction"] != HOME].groupby("partner").size()
    table = table.fillna(0).astype(int).reset_index()
    return table.sort_values(["visits", "days", "partner"], ascending=[False, False, True], ignore_index=True)


def days_by_kind(rows: pd.DataFrame) -> pd.DataFrame:
    """Days with an event of each kind, one row per partner and kind, partners and kinds in no order.

    rows: as of :func:`found`. Columns: partner, kind, days. Days are counted and not events, since a visit of Russia or
    Belarus is split into its talks and documents. Raises ValueError for a category that no kind of :data:`KINDS` holds.
    """
    names = {category: kind for kind, categories in KINDS.items() for category in categories}
    unknown = set(rows["category"].dropna()) - set(names)
    if unknown:
        raise ValueError(f"no kind for {', '.join(sorted(unknown))}")
    high = rows["category"].eq("visit") & (rows["level"].map(RANKS) >= HIGH)
    kinds = rows["category"].map(names).mask(high, "high visits")
    counted = rows.assign(kind=kinds).groupby(["partner", "kind"])["date"].nunique().rename("days")
    return counted.reset_index()


def found_again(
    partner_events: pd.DataFrame, events: pd.DataFrame, partner: str, since: pd.Timestamp
) -> tuple[int, int]:
    """How many events of a partner in `events` since a day the equal search found again, and how many there are.

    The share is what thirteen queries recall of what longer searches know; what nobody knows is not in it.
    """
    sides = events["actor_a"].eq(partner) | events["actor_b"].eq(partner)
    known = set(events.loc[sides & (events["date"] >= since), "event_id"])
    again = partner_events[partner_events["partner"].map(lambda cell: partner in keys(cell))]
    return len(known & set(again["same_as"].dropna())), len(known)
