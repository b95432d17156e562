"""The web of ties: dated, typed, directed edges between Myanmar's military authorities and others.

One event is one edge; it keeps its id, so every count can be opened to its events. The collection was made by looking
for Myanmar's ties, with Belarus and Russia first: what may be measured on it stands in `null_models` and `statements`.
"""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd

from vouch.evidence.case import COUP, HOME
from vouch.methods.alliances.chronology import RANKS

CENTRE = HOME

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
    is the side that is not Myanmar, or the sender where Myanmar is only the subject. earliest and latest bound the day
    as far as it is known; when is their middle. A vote of Myanmar's UN seat has the sender :data:`SEAT`.

    Raises ValueError for an actor, category or level that is not known.
    """
    known = actors.drop_duplicates("actor_id").set_index("actor_id")
    stands_for_itself = known["type"].isin(["state", "igo"]) | known["iso3"].isna()
    country = known["iso3"].where(~stands_for_itself, pd.Series(known.index, index=known.index))
    sender, receiver = (_mapped(events[name], country, "actor") for name in ("actor_a", "actor_b"))
    layer = _mapped(events["category"], categories.set_index("category")["layer"], "category")
    seat = (events["actor_a"] == CENTRE) & events["actor_b"].isin(["UNGA", "UNSC", "UNHRC"])
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
            "partner": sender.where(sender != CENTRE, receiver),
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


def graph(links: pd.DataFrame) -> nx.MultiDiGraph:
    """The network of :func:`edges`: one edge per event from sender to receiver, its key the event id.

    Edges carry partner, layer, category, rank, mutual, third, when, precision and source.
    """
    names = ["partner", "layer", "category", "rank", "mutual", "third", "when", "precision", "source"]
    attributes = links[names].to_dict("records")
    network = nx.MultiDiGraph()
    network.add_edges_from(zip(links["sender"], links["receiver"], links["event_id"], attributes, strict=True))
    return network


def edge_list(network: nx.MultiDiGraph) -> pd.DataFrame:
    """Every edge opened to its events: one row per pair and layer, sorted by count.

    Returns a, b (the pair; Myanmar or its seat first, else in alphabetical order), layer, events (count), outward
    (events in which a acts on b), first, last (dates) and event_ids (joined by `;`, in order of time).
    """
    records = [
        (*_pair(sender, receiver), sender, key, edge["layer"], edge["when"])
        for sender, receiver, key, edge in network.edges(keys=True, data=True)
    ]
    frame = pd.DataFrame(records, columns=["a", "b", "sender", "event_id", "layer", "when"])
    frame = frame.sort_values(["when", "event_id"], kind="stable")
    frame["outward"] = (frame["sender"] == frame["a"]).astype("int64")
    listed = frame.groupby(["a", "b", "layer"], sort=True).agg(
        events=("event_id", "size"),
        outward=("outward", "sum"),
        first=("when", "min"),
        last=("when", "max"),
        event_ids=("event_id", ";".join),
    )
    return listed.reset_index().sort_values(
        ["events", "a", "b", "layer"], ascending=[False, True, True, True], kind="stable", ignore_index=True
    )


def _pair(sender: str, receiver: str) -> tuple[str, str]:
    for ours in (CENTRE, SEAT):
        if ours in (sender, receiver):
            return ours, receiver if sender == ours else sender
    return (sender, receiver) if sender <= receiver else (receiver, sender)


def partner_layers(links: pd.DataFrame, partners: list[str]) -> pd.DataFrame:
    """Myanmar's edges to each of `partners`, the rest together as `others`: one row per event with a column group.

    Leaves out votes of the UN seat and domestic events: neither is a tie of the military authorities.
    """
    ties = links[(links["sender"] != SEAT) & (links["layer"] != "domestic")].copy()
    ties["group"] = ties["partner"].where(ties["partner"].isin(partners), "others")
    return ties.reset_index(drop=True)


def episodes(links: pd.DataFrame, gap: int = EPISODE_GAP) -> pd.DataFrame:
    """Runs of events with one partner in which no two neighbours lie more than `gap` days apart.

    Returns partner, episode (running number), when (first day), events and event_ids, in order of time. A trip that
    makes six events is one episode, so that the number of press releases does not count as the number of contacts.
    """
    columns = ["partner", "episode", "when", "events", "event_ids"]
    if links.empty:
        return pd.DataFrame(columns=columns)
    events = numbered(links, gap)
    grouped = events.groupby(["partner", "episode"], sort=True)
    found = grouped.agg(when=("when", "min"), events=("event_id", "size"), event_ids=("event_id", ";".join))
    return found.reset_index().sort_values(["when", "partner"], kind="stable", ignore_index=True)[columns]


def numbered(links: pd.DataFrame, gap: int = EPISODE_GAP) -> pd.DataFrame:
    """The edges with a column episode, counted within each partner; see :func:`episodes`."""
    # Plain arrays: this runs once for every statement in every robustness run.
    partner, when = pd.factorize(links["partner"], sort=True)[0], links["when"].to_numpy()
    order = np.lexsort((when, partner))
    ordered, partner, when = links.iloc[order], partner[order], when[order]
    opens = np.ones(len(ordered), dtype=bool)
    opens[1:] = partner[1:] != partner[:-1]
    number = np.cumsum(opens | np.append(True, np.diff(when) > np.timedelta64(gap, "D"))[: len(ordered)])
    first = np.maximum.accumulate(np.where(opens, number, 0))
    return ordered.assign(episode=number - first)


def incidence(members: pd.DataFrame) -> pd.DataFrame:
    """Countries x organisations, boolean, from rows of iso3, organisation and status: members and parties in force."""
    full = members[members["status"].isin(["member", "party-in-force"])]
    return pd.crosstab(full["iso3"], full["organisation"]).astype(bool)


def since_coup(links: pd.DataFrame) -> pd.DataFrame:
    """Ties of the military authorities from the day of the coup on: no votes of the UN seat, no domestic events."""
    since = (links["latest"] >= COUP) & (links["sender"] != SEAT) & (links["layer"] != "domestic")
    return links[since].reset_index(drop=True)


def yearly_shares(links: pd.DataFrame, partners: list[str]) -> pd.DataFrame:
    """Episodes per calendar year and partner: year, partner, episodes, total (of these partners), share."""
    found = episodes(links[links["partner"].isin(partners)])
    counts = pd.crosstab(found["when"].dt.year, found["partner"]).reindex(columns=partners, fill_value=0)
    counts = counts.reindex(range(counts.index.min(), counts.index.max() + 1), fill_value=0)
    frame = counts.rename_axis("year").reset_index().melt("year", var_name="partner", value_name="episodes")
    frame["total"] = frame.groupby("year")["episodes"].transform("sum")
    frame["share"] = frame["episodes"] / frame["total"].where(frame["total"] > 0)
    return frame


def leader_trips(links: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Visits at the rank of a head of state or government, in order of time: event_id, when, title, outward
    (Myanmar travels)."""
    leaders = (links["partner"] == partner) & (links["layer"] == "visits") & (links["rank"] == RANKS["head-of-state"])
    trips = links.loc[leaders, ["event_id", "when", "title"]].assign(outward=links.loc[leaders, "sender"] == CENTRE)
    return trips.reset_index(drop=True)
