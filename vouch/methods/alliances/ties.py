"""The web of ties: dated, typed, directed events between Myanmar's military authorities and others.

One event keeps its id through all that is made of it, so that every count can be opened to its events. The collection
was made by looking for Myanmar's ties, with Belarus and Russia first: what may be said of them stands in `statements`.
"""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd

from vouch.evidence.case import COUP, HOME
from vouch.methods.alliances.chronology import RANKS

CENTRE = HOME

PARTNERS = ("RUS", "BLR")
"""The two partners for whom events were looked for first and alike."""

SEAT = "MMR-UN"
"""Myanmar's seat at the United Nations, held since 2021 by the envoy of the government that the coup removed."""

EPISODE_GAP = 7
"""Days. Events with one partner that follow each other this closely are one episode: a trip, a round of talks."""


def edges(events: pd.DataFrame, actors: pd.DataFrame, categories: pd.DataFrame, horizon: pd.Timestamp) -> pd.DataFrame:
    """One row per event, at the level of countries and organisations, in order of time.

    events: event_id, date, date_precision (day, month, year), category, actor_a, actor_b, other_actors (joined by `;`),
    level, direction, title, source (joined by `;`). actors: actor_id, type, iso3. categories: category, layer.
    horizon: the day up to which is known what happened; what is dated by month or year only ends there at the latest.

    Returns event_id, sender, receiver, partner, layer, category, level, rank, mutual, third, earliest, latest, when,
    precision, title, source. A person or institution stands for its country (iso3), an organisation for itself. partner
    is the side that is not Myanmar. Where Myanmar is no party, as when states vote on a text about it, the partner is
    the organisation in which it happened or else the side that acts: such an event is no contact with either
    (:func:`contacts`). earliest and latest bound the day as far as it is known; when is their middle. A vote of
    Myanmar's UN seat has the sender :data:`SEAT`.

    Raises ValueError for an actor, category or level that is not known.
    """
    known = actors.drop_duplicates("actor_id").set_index("actor_id")
    stands_for_itself = known["type"].isin(["state", "igo"]) | known["iso3"].isna()
    country = known["iso3"].where(~stands_for_itself, pd.Series(known.index, index=known.index))
    sender, receiver = (_mapped(events[name], country, "actor") for name in ("actor_a", "actor_b"))
    layer = _mapped(events["category"], categories.set_index("category")["layer"], "category")
    seat = (events["actor_a"] == CENTRE) & events["actor_b"].isin(["UNGA", "UNSC", "UNHRC"])
    within = (receiver != CENTRE) & events["actor_b"].map(known["type"]).eq("igo")
    earliest = pd.to_datetime(events["date"])
    precision = events["date_precision"]
    latest = earliest.where(precision == "day", earliest + pd.offsets.MonthEnd(0))
    latest = latest.where(precision != "year", earliest + pd.offsets.YearEnd(0))
    latest = latest.where(latest <= horizon, np.maximum(earliest, horizon))
    frame = pd.DataFrame(
        {
            "event_id": events["event_id"],
            "sender": sender.mask(seat, SEAT),
            "receiver": receiver,
            "partner": sender.where((sender != CENTRE) & ~within, receiver),
            "layer": layer,
            "category": events["category"],
            "level": events["level"],
            "rank": _mapped(events["level"], pd.Series(RANKS), "level").astype("int64"),
            "mutual": events["direction"] == "both",
            "third": events["other_actors"].fillna(""),
            "earliest": earliest,
            "latest": latest,
            "when": earliest + (latest - earliest) / 2,
            "precision": precision,
            "title": events["title"],
            "source": events["source"],
        }
    )
    return frame.sort_values(["when", "event_id"], kind="stable", ignore_index=True)


def _mapped(values: pd.Series, table: pd.Series, what: str) -> pd.Series:
    found = values.map(table)
    if found.isna().any():
        unknown = sorted(set(values[found.isna()].astype(str)))
        raise ValueError(f"unknown {what}: {', '.join(unknown)}")
    return found


def contacts(links: pd.DataFrame) -> pd.DataFrame:
    """The events of :func:`edges` to which Myanmar's military authorities are a party, with somebody abroad.

    No vote of others on Myanmar, no vote of its UN seat, nothing between third parties and nothing domestic. For each
    country these are the events of :func:`chronology.dyad`.
    """
    party = (links["sender"] == CENTRE) ^ (links["receiver"] == CENTRE)
    return links[party].reset_index(drop=True)


def since_coup(links: pd.DataFrame) -> pd.DataFrame:
    """The contacts from the day of the coup on; one known by its year alone counts where that year may lie after it."""
    found = contacts(links)
    return found[found["latest"] >= COUP].reset_index(drop=True)


def numbered(links: pd.DataFrame, gap: int = EPISODE_GAP) -> pd.DataFrame:
    """The events with a column episode, counted within each partner, in order of time.

    An episode is a run of events with one partner in which no two neighbours lie more than `gap` days apart. A trip
    that makes six events is one episode, so that the number of press releases does not count as the number of contacts.
    """
    partner, when = pd.factorize(links["partner"], sort=True)[0], links["when"].to_numpy()
    order = np.lexsort((when, partner))
    ordered, partner, when = links.iloc[order], partner[order], when[order]
    opens = np.ones(len(ordered), dtype=bool)
    opens[1:] = partner[1:] != partner[:-1]
    number = np.cumsum(opens | np.append(True, np.diff(when) > np.timedelta64(gap, "D"))[: len(ordered)])
    first = np.maximum.accumulate(np.where(opens, number, 0))
    return ordered.assign(episode=number - first)


def by_partner(links: pd.DataFrame, gap: int = EPISODE_GAP, partners: tuple[str, ...] = PARTNERS) -> pd.DataFrame:
    """Events known to the day and the episodes they make, by partner: partner, events, episodes, in the order given."""
    dated = numbered(links[links["precision"] == "day"], gap)
    by = dated.groupby("partner")
    counts = pd.DataFrame({"events": by.size(), "episodes": by["episode"].nunique()}).reindex(partners, fill_value=0)
    return counts.rename_axis("partner").reset_index()


def graph(links: pd.DataFrame, gap: int = EPISODE_GAP) -> nx.Graph:
    """The contacts as a graph: Myanmar, and each partner with an edge that has `events` and `episodes` as attributes.

    links: result of :func:`contacts` or :func:`since_coup`. Events known by their month or year alone count as events
    and make no episode of their own, unless a partner has no others: then all of them are one.
    """
    web = nx.Graph()
    web.add_node(CENTRE)
    dated = numbered(links[links["precision"] == "day"], gap).groupby("partner")["episode"].nunique()
    for partner, events in links.groupby("partner").size().items():
        web.add_edge(CENTRE, partner, events=int(events), episodes=int(dated.get(partner, 1)))
    return web


def leader_trips(links: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Visits at the rank of a head of state or government, in order of time: event_id, when, title, outward
    (Myanmar travels)."""
    leaders = (links["partner"] == partner) & (links["layer"] == "visits") & (links["rank"] == RANKS["head-of-state"])
    trips = links.loc[leaders, ["event_id", "when", "title"]].assign(outward=links.loc[leaders, "sender"] == CENTRE)
    return trips.reset_index(drop=True)


def on_the_way(trips: pd.DataFrame, others: pd.DataFrame, days: int = EPISODE_GAP) -> pd.DataFrame:
    """The journeys out of Myanmar (:func:`leader_trips`) that began within `days` of another one of `others`."""
    out, other = (frame.loc[frame["outward"], "when"] for frame in (trips, others))
    close = [bool(((other - start).abs() <= pd.Timedelta(days=days)).any()) for start in out]
    return trips[trips["outward"]][close].reset_index(drop=True)
