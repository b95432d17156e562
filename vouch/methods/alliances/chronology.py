"""Events between Myanmar and one partner: by layer, by rank of those who travelled, and along one channel.

The frames are those of the table `events`. Its collection began from the partners of interest, so that counts before
and after a date, or between partners, compare what was looked for. The functions here support what survives that:
the first record found of each layer (an upper bound of the true first date), the order of steps within one channel,
and who was received at which rank.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from vouch.evidence.case import COUP, HOME
from vouch.text import day, month

RANKS = {
    "agency": 1,
    "delegation": 1,
    "parliament": 2,
    "military": 2,
    "deputy-minister": 2,
    "minister": 3,
    "head-of-government": 4,
    "head-of-state": 4,
}
"""Level of the event table -> rank: 1 officials, 2 deputies and officers, 3 ministers, 4 leaders."""

RANK_LABELS = {4: "Leaders", 3: "Ministers", 2: "Deputies, officers", 1: "Officials, delegations"}


@dataclass(frozen=True)
class Gap:
    """Days between two dated steps; `least` and `most` differ where a date is known to the month or year only."""

    least: int
    most: int


def dyad(events: pd.DataFrame, partner: str, until: pd.Timestamp | None = None) -> pd.DataFrame:
    """Events whose two principals are Myanmar and `partner` (ISO 3166 alpha-3), oldest first.

    until: the last day to read up to; by default all events, and none lies past the horizon (`vouch.evidence.case`).

    These are the contacts of :func:`vouch.methods.alliances.ties.contacts` with that partner, and so the same events.

    Adds `earliest` and `latest`: the first and last day the event can have begun, given `date_precision`, and `when`,
    the date in words. Events where the partner is only among `other_actors` are left out.
    """
    pair = {HOME, partner}
    both = events["actor_a"].isin(pair) & events["actor_b"].isin(pair) & (events["actor_a"] != events["actor_b"])
    found = _up_to(events[both], until).copy()
    found["earliest"] = found["date"]
    found["latest"] = [_last_day(row.date, row.date_precision) for row in found.itertuples()]
    found["when"] = [when(row.date, row.date_precision) for row in found.itertuples()]
    return found.sort_values(["date", "event_id"], ignore_index=True)


def by_layer(
    events: pd.DataFrame, categories: pd.DataFrame, partner: str, until: pd.Timestamp | None = None
) -> pd.DataFrame:
    """The :func:`dyad` with `layer` and `rank` (1 to 4): all of its events, statements and sanctions among them.

    categories: category, chronology (the layer of an event of this category, a part of its layer in the web of ties).
    Columns: event_id, date, earliest, latest, date_precision, when, layer, rank, level, title, source.
    """
    found = dyad(events, partner, until)
    found["layer"] = found["category"].map(categories.set_index("category")["chronology"])
    found["rank"] = found["level"].map(RANKS).astype("Int64")
    columns = ["event_id", "date", "earliest", "latest", "date_precision", "when", "layer", "rank", "level", "title"]
    return found[[*columns, "source"]]


def first_records(layered: pd.DataFrame) -> pd.DataFrame:
    """The oldest record found of each layer, oldest first; columns layer, date, when, title, source.

    What an incomplete search leaves out can only move a first date back: each date is an upper bound.
    """
    first = layered.sort_values(["date", "event_id"]).drop_duplicates("layer")
    return first[["layer", "date", "when", "title", "source"]].reset_index(drop=True)


def visits(
    events: pd.DataFrame, partner: str, since: pd.Timestamp = COUP, until: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Visits between Myanmar and the partner since a day, one row each, oldest first.

    Columns: event_id, date, earliest, latest, when, guest, host, level, rank, place, title, source. `host` is the
    country visited (column `direction` of the event table), `guest` the other one; `rank` as in RANKS.
    """
    found = dyad(events[(events["category"] == "visit") & (events["date"] >= since)], partner, until)
    found["host"] = found["direction"]
    found["guest"] = [partner if host == HOME else HOME for host in found["host"]]
    found["rank"] = found["level"].map(RANKS).astype("Int64")
    columns = ["event_id", "date", "earliest", "latest", "when", "guest", "host", "level", "rank"]
    return found[[*columns, "place", "title", "source"]].reset_index(drop=True)


def visits_by_rank(found: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Number of visits by rank and direction, from :func:`visits`; one row per rank, leaders first, and a total.

    Columns: rank, label, from_myanmar, to_myanmar.
    """
    rows = []
    for rank, label in RANK_LABELS.items():
        same = found[found["rank"] == rank]
        rows.append(
            {
                "rank": rank,
                "label": label,
                "from_myanmar": int((same["host"] == partner).sum()),
                "to_myanmar": int((same["host"] == HOME).sum()),
            }
        )
    table = pd.DataFrame(rows)
    total = {"rank": 0, "label": "All", **table[["from_myanmar", "to_myanmar"]].sum().to_dict()}
    return pd.concat([table, pd.DataFrame([total])], ignore_index=True)


def leaders_received(
    events: pd.DataFrame, since: pd.Timestamp = COUP, until: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Foreign heads of state or of government who came to Myanmar, oldest first, whoever sent them.

    Adds `order` (1 for the first leader found) and `order_in_level` (1 for the first of the same office), so that
    "second foreign leader" and "first head of state" can both be read off one table. Columns: event_id, date, when,
    actor_a, level, order, order_in_level, title, source.
    """
    leader = events["level"].isin(["head-of-state", "head-of-government"])
    came = (events["category"] == "visit") & (events["direction"] == HOME) & (events["actor_a"] != HOME) & leader
    found = _up_to(events[came & (events["date"] >= since)], until)
    found = found.sort_values(["date", "event_id"], ignore_index=True)
    found["when"] = [when(row.date, row.date_precision) for row in found.itertuples()]
    found["order"] = range(1, len(found) + 1)
    found["order_in_level"] = found.groupby("level").cumcount() + 1
    return found[["event_id", "date", "when", "actor_a", "level", "order", "order_in_level", "title", "source"]]


def election_channel(
    events: pd.DataFrame, partner: str, until: pd.Timestamp | None = None, since: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Steps between the two countries that concern elections, oldest first.

    Rule: election cooperation and observer missions, and every other event whose title speaks of an election, a vote,
    a phase of it, or the Union Election Commission. Columns: event_id, date, earliest, latest, end_date, when,
    category, actor_a, level, direction, title, detail, source.
    """
    found = dyad(events, partner, until)
    named = found["title"].str.contains(r"\bUEC\b|election|\bvote\b|\bphase\b", case=False, regex=True)
    found = found[found["category"].isin(["election-cooperation", "observer-mission"]) | named]
    if since is not None:
        found = found[found["date"] >= since]
    columns = ["event_id", "date", "earliest", "latest", "end_date", "when", "category", "actor_a", "level"]
    return found[[*columns, "direction", "title", "detail", "source"]].reset_index(drop=True)


def gap(earlier: pd.Series, later: pd.Series) -> Gap:
    """Days from one event to another (rows with `earliest` and `latest`), as the range that their precision leaves."""
    least = (later["earliest"] - earlier["latest"]).days
    most = (later["latest"] - earlier["earliest"]).days
    return Gap(least, most)


def when(date: pd.Timestamp, precision: str) -> str:
    """A date printed to the precision that is known: `7 March 2025`, `March 2025` or `2025`."""
    if precision == "day":
        return day(date)
    return month(date) if precision == "month" else f"{date.year}"


def partial_date(text: object) -> str | None:
    """An ISO 8601 date of any precision in words: `2022-09-16` -> `16 September 2022`, `2023-05` -> `May 2023`."""
    if not isinstance(text, str) or not text:
        return None
    precision = {4: "year", 7: "month", 10: "day"}[len(text)]
    return when(pd.Timestamp(text), precision)


def _up_to(events: pd.DataFrame, until: pd.Timestamp | None) -> pd.DataFrame:
    return events if until is None else events[events["date"] <= until]


def _last_day(date: pd.Timestamp, precision: str) -> pd.Timestamp:
    if precision == "month":
        return date + pd.offsets.MonthEnd(0)
    if precision == "year":
        return date + pd.offsets.YearEnd(0)
    return date
