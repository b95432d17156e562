"""The web of ties: dated, typed, directed edges between Myanmar's military authorities and others, and what they show.

One event is one edge; it keeps its id, so every count can be opened to its events. The collection was made by looking
for Myanmar's ties, with Belarus and Russia first. Measures are chosen accordingly: orders in time, directions and
shares *between* things that were looked for in the same way, each against a null model that keeps what the collection
imposes (totals, dates, degrees), and each repeated with sources taken away.

Methods: permutation tests with the p-value (b + 1) / (m + 1) of Phipson & Smyth (2010); probability of superiority as
the effect size of an order (Mann & Whitney 1947); fixed-margin randomisation of binary matrices by the curveball
algorithm (Strona et al. 2014). All randomness comes from numpy Generators with fixed seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from zlib import crc32

import networkx as nx
import numpy as np
import pandas as pd
from scipy import stats

CENTRE = "MMR"
SEAT = "MMR-UN"
"""Myanmar's seat at the United Nations, held since 2021 by the envoy of the government that the coup removed."""

COUP = pd.Timestamp("2021-02-01")
HORIZON = pd.Timestamp("2026-05-31")

LAYERS = {
    "visit": "visits",
    "agreement": "agreements",
    "trade": "agreements",
    "nuclear": "agreements",
    "energy": "agreements",
    "education": "agreements",
    "aid": "agreements",
    "arms": "arms",
    "military-exercise": "arms",
    "election-cooperation": "elections",
    "observer-mission": "elections",
    "recognition": "diplomacy",
    "statement": "diplomacy",
    "multilateral": "organisations",
    "sanction": "sanctions",
    "domestic": "domestic",
}
"""Category of an event -> layer of the network. Agreements include trade, energy, nuclear, education and aid."""

RANKS = {
    "head-of-state": 4,
    "head-of-government": 4,
    "minister": 3,
    "deputy-minister": 2,
    "military": 2,
    "parliament": 2,
    "agency": 1,
    "delegation": 1,
}
"""Level of an event -> ordinal rank. Only the order is used, never the distance."""

EPISODE_GAP = 7
"""Days. Events with one partner that follow each other this closely are one episode: a trip, a round of talks."""

FEWEST = 3
"""Units that each of two compared groups needs; below it a test is not computed."""

DRAWS = 1999
RUN_DRAWS = 499
SEED = 20210201


# --- The network ------------------------------------------------------------------------------------------------------


def edges(events: pd.DataFrame, actors: pd.DataFrame) -> pd.DataFrame:
    """One row per event, at the level of countries and organisations, in order of time.

    events: event_id, date, date_precision (day, month, year), category, actor_a, actor_b, other_actors (joined by `;`),
    level, direction, title, source (joined by `;`). actors: actor_id, type, iso3.

    Returns event_id, sender, receiver, partner, layer, category, level, rank, mutual, third, earliest, latest, when,
    precision, title, source. A person or institution stands for its country (iso3), an organisation for itself. partner
    is the side that is not Myanmar, or the sender where Myanmar is only the subject. earliest and latest bound the day
    as far as it is known; when is their middle. A vote of Myanmar's UN seat has the sender :data:`SEAT`.

    Raises ValueError for an actor, category or level that is not known.
    """
    known = actors.drop_duplicates("actor_id").set_index("actor_id")
    own = known["type"].isin(["state", "igo"]) | known["iso3"].isna()
    country = known["iso3"].where(~own, pd.Series(known.index, index=known.index))
    sender, receiver = (_mapped(events[name], country, "actor") for name in ("actor_a", "actor_b"))
    layer = _mapped(events["category"], pd.Series(LAYERS), "category")
    seat = (events["actor_a"] == CENTRE) & events["actor_b"].isin(["UNGA", "UNSC", "UNHRC"])
    earliest = pd.to_datetime(events["date"])
    precision = events["date_precision"]
    latest = earliest.where(precision == "day", earliest + pd.offsets.MonthEnd(0))
    latest = latest.where(precision != "year", earliest + pd.offsets.YearEnd(0))
    latest = latest.where(latest <= HORIZON, np.maximum(earliest, HORIZON))
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
        (*_pair(sender, receiver), sender, key, held["layer"], held["when"])
        for sender, receiver, key, held in network.edges(keys=True, data=True)
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
    for own in (CENTRE, SEAT):
        if own in (sender, receiver):
            return own, receiver if sender == own else sender
    return (sender, receiver) if sender <= receiver else (receiver, sender)


def partner_layers(links: pd.DataFrame, partners: list[str]) -> pd.DataFrame:
    """Myanmar's edges to each of `partners`, the rest together as `others`: one row per event with a column group.

    Leaves out votes of the UN seat and domestic events: neither is a tie of the military authorities.
    """
    kept = links[(links["sender"] != SEAT) & (links["layer"] != "domestic")].copy()
    kept["group"] = kept["partner"].where(kept["partner"].isin(partners), "others")
    return kept.reset_index(drop=True)


def episodes(links: pd.DataFrame, gap: int = EPISODE_GAP) -> pd.DataFrame:
    """Runs of events with one partner in which no two neighbours lie more than `gap` days apart.

    Returns partner, episode (running number), when (first day), events and event_ids, in order of time. A trip that
    makes six events is one episode, so that the number of press releases does not count as the number of contacts.
    """
    columns = ["partner", "episode", "when", "events", "event_ids"]
    if links.empty:
        return pd.DataFrame(columns=columns)
    held = numbered(links, gap)
    grouped = held.groupby(["partner", "episode"], sort=True)
    found = grouped.agg(when=("when", "min"), events=("event_id", "size"), event_ids=("event_id", ";".join))
    return found.reset_index().sort_values(["when", "partner"], kind="stable", ignore_index=True)[columns]


def numbered(links: pd.DataFrame, gap: int = EPISODE_GAP) -> pd.DataFrame:
    """The edges with a column episode, counted within each partner; see :func:`episodes`."""
    # Plain arrays: this runs once for every statement in every robustness run.
    partner, when = pd.factorize(links["partner"], sort=True)[0], links["when"].to_numpy()
    order = np.lexsort((when, partner))
    held, partner, when = links.iloc[order], partner[order], when[order]
    opens = np.ones(len(held), dtype=bool)
    opens[1:] = partner[1:] != partner[:-1]
    number = np.cumsum(opens | np.append(True, np.diff(when) > np.timedelta64(gap, "D"))[: len(held)])
    first = np.maximum.accumulate(np.where(opens, number, 0))
    return held.assign(episode=number - first)


def incidence(members: pd.DataFrame) -> pd.DataFrame:
    """Countries x organisations, boolean, from rows of iso3, organisation and status: members and parties in force."""
    held = members[members["status"].isin(["member", "party-in-force"])]
    return pd.crosstab(held["iso3"], held["organisation"]).astype(bool)


# --- Measures and their null models -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class NullTest:
    """An observed statistic, the same statistic in draws of the null model, and n, the smallest group compared."""

    observed: float
    null: np.ndarray
    n: int

    @property
    def mean(self) -> float:
        """Mean of the null distribution."""
        return float(np.mean(self.null))

    @property
    def z(self) -> float:
        """Distance from the null mean in standard deviations of the null; 0 where the null does not vary."""
        spread = float(np.std(self.null))
        return (self.observed - self.mean) / spread if spread > 1e-12 else 0.0

    @property
    def p(self) -> float:
        """Two-sided p-value: twice the smaller tail, each (b + 1) / (m + 1), at most 1 (Phipson & Smyth 2010)."""
        slack = 1e-9  # equal sums may differ in the last bit
        above = int(np.sum(self.null >= self.observed - slack))
        below = int(np.sum(self.null <= self.observed + slack))
        return min(1.0, 2 * (min(above, below) + 1) / (len(self.null) + 1))


def precedence(first: np.ndarray, second: np.ndarray, draws: int, rng: np.random.Generator) -> NullTest | None:
    """Probability that a random member of `second` exceeds one of `first`, ties counting half.

    This is the Mann-Whitney U statistic over the product of the sizes: 0.5 where neither comes first, 1 where all of
    `second` come later (or rank higher). Null: the labels are permuted, the values stay. None below :data:`FEWEST`.
    """
    if min(len(first), len(second)) < FEWEST:
        return None
    ranks = stats.rankdata(np.concatenate([second, first]))
    size, pairs = len(second), len(first) * len(second)
    offset = size * (size + 1) / 2
    null = np.concatenate([rows[:, :size].sum(axis=1) for rows in _permutations(ranks, draws, rng)])
    return NullTest(float((ranks[:size].sum() - offset) / pairs), (null - offset) / pairs, min(len(first), size))


def proximity(
    days: np.ndarray, others: np.ndarray, years: np.ndarray, span: tuple[int, int], draws: int, rng: np.random.Generator
) -> NullTest | None:
    """Median distance in days from each of `days` to the nearest of `others`.

    Small when the two come together, large when they take turns. Null: each of `days` is drawn anew, uniformly within
    its calendar year (`years`) and within `span` (first and last day), so that busier years stay busier. All days are
    counted from one epoch, 1 January 1970.
    """
    if min(len(days), len(others)) < FEWEST:
        return None
    others = np.sort(others)
    opening = np.maximum(_new_year(years), span[0])
    closing = np.minimum(_new_year(years + 1) - 1, span[1])
    observed = np.median(_nearest(days, others))
    rows = max(1, 4_000_000 // len(days))
    null = [
        np.median(_nearest(rng.integers(opening, closing + 1, size=(count, len(days))), others), axis=1)
        for count in _chunks(draws, rows)
    ]
    return NullTest(float(observed), np.concatenate(null), min(len(days), len(others)))


def alternation(periods: np.ndarray, second: np.ndarray, draws: int, rng: np.random.Generator) -> NullTest | None:
    """How unevenly two partners share the periods: Pearson's chi-squared of the table period x partner.

    periods: number of the period of each episode, from 0; second: whether it belongs to the second partner. Null: the
    partners' names are permuted over all episodes. That keeps how much was found in each period, so a search that was
    more thorough in some months cannot make the partners look linked. Above the null: periods belong to one or the
    other, so one stands in for the other. Below: the two are busy together.
    """
    if min(second.sum(), (~second).sum()) < FEWEST:
        return None
    _, periods, total = np.unique(periods, return_inverse=True, return_counts=True)
    share = second.mean()

    def uneven(rows: np.ndarray) -> np.ndarray:
        index = np.arange(len(rows))[:, None] * len(total) + periods[None, :]
        held = np.bincount(index.ravel(), weights=rows.ravel(), minlength=len(rows) * len(total))
        deviation = held.reshape(len(rows), len(total)) - total * share
        return (deviation**2 / (total * share * (1 - share))).sum(axis=1)

    own = second.astype(float)
    null = np.concatenate([uneven(rows) for rows in _permutations(own, draws, rng)])
    return NullTest(float(uneven(own[None, :])[0]), null, int(min(second.sum(), (~second).sum())))


def shared(matrix: pd.DataFrame, pairs: list[tuple[str, str]], draws: int, rng: np.random.Generator) -> NullTest | None:
    """Number of organisations that the members of each of `pairs` share, added up.

    matrix: countries x organisations, boolean. Null: matrices with the same number of links of each country and each
    organisation (:func:`curveball`). None where a country of the pairs has no link.
    """
    if any(country not in matrix.index for pair in pairs for country in pair):
        return None
    place = {country: position for position, country in enumerate(matrix.index)}
    at = [(place[a], place[b]) for a, b in pairs]
    held = matrix.to_numpy()
    null = np.array([sum(int((drawn[a] & drawn[b]).sum()) for a, b in at) for drawn in curveball(held, draws, rng)])
    return NullTest(float(sum(int((held[a] & held[b]).sum()) for a, b in at)), null, matrix.shape[1])


def voted_alike(votes: pd.DataFrame, totals: pd.DataFrame, pair: tuple[str, str], draws: int, rng) -> NullTest | None:
    """Number of texts on which the two countries of `pair` cast the same vote.

    votes: resolution, iso3, vote (yes, no, abstain; absence does not count). totals: resolution, yes, no, abstain, as
    published. Null: two states drawn at random from all that voted on each text, so that texts on which nearly
    everybody agreed count for little. It uses the published totals, not the sample of countries held here.
    """
    wide = votes[votes["vote"].isin(["yes", "no", "abstain"])].pivot(index="resolution", columns="iso3", values="vote")
    if not set(pair) <= set(wide.columns):
        return None
    both = wide[list(pair)].dropna()
    counts = totals.set_index("resolution").loc[both.index, ["yes", "no", "abstain"]].astype(float)
    if len(both) < FEWEST:
        return None
    voting = counts.sum(axis=1)
    alike = (counts * (counts - 1)).sum(axis=1) / (voting * (voting - 1))
    null = (rng.random((draws, len(both))) < alike.to_numpy()).sum(axis=1)
    return NullTest(float((both[pair[0]] == both[pair[1]]).sum()), null, len(both))


def curveball(matrix: np.ndarray, draws: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Boolean matrices with the row and column sums of `matrix`, drawn uniformly (Strona et al. 2014).

    Two rows trade at random what only one of them has. Ten trades per row come before the first draw and two per row
    between draws; the shorter side of the matrix is taken as rows, which changes the work and not the distribution.
    """
    if matrix.shape[0] > matrix.shape[1]:
        yield from (drawn.T for drawn in curveball(matrix.T, draws, rng))
        return
    if len(matrix) < 2:
        yield from (matrix.copy() for _ in range(draws))
        return
    rows = [set(np.flatnonzero(row).tolist()) for row in matrix]
    for number in range(draws):
        for one, other in _row_pairs(len(rows), (10 if number == 0 else 2) * len(rows), rng):
            only_one, only_other = rows[one] - rows[other], rows[other] - rows[one]
            if not only_one or not only_other:
                continue
            pool = sorted(only_one | only_other)
            chosen = {pool[index] for index in rng.permutation(len(pool))[: len(only_one)]}
            common = rows[one] & rows[other]
            rows[one], rows[other] = common | chosen, common | (set(pool) - chosen)
        drawn = np.zeros(matrix.shape, dtype=bool)
        for number_of_row, row in enumerate(rows):
            drawn[number_of_row, list(row)] = True
        yield drawn


def rewired(links: pd.DataFrame, rng: np.random.Generator, sweeps: int = 20) -> pd.DataFrame:
    """The edges with their receivers exchanged pairwise: every node keeps its out- and in-degree, none meets itself.

    links: sender, receiver. In each sweep all edges are paired at random and, unless that would make a self-loop, every
    second pair swaps receivers (double edge swaps for multigraphs; Maslov & Sneppen 2002). If all of them swapped, some
    networks could never be reached.
    """
    codes, names = pd.factorize(pd.concat([links["sender"], links["receiver"]], ignore_index=True))
    sender, receiver = codes[: len(links)], codes[len(links) :].copy()
    for _ in range(sweeps):
        order = rng.permutation(len(links))
        half = len(order) // 2
        one, other = order[:half], order[half : 2 * half]
        allowed = (sender[one] != receiver[other]) & (sender[other] != receiver[one]) & (rng.random(half) < 0.5)
        one, other = one[allowed], other[allowed]
        receiver[one], receiver[other] = receiver[other].copy(), receiver[one].copy()
    return links.assign(receiver=np.asarray(names)[receiver])


def touching(links: pd.DataFrame, actor: str) -> float:
    """Share of edges that begin or end at `actor`."""
    return float(((links["sender"] == actor) | (links["receiver"] == actor)).mean())


def _permutations(values: np.ndarray, draws: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    for count in _chunks(draws, max(1, 4_000_000 // max(len(values), 1))):
        yield rng.permuted(np.tile(values, (count, 1)), axis=1)


def _chunks(total: int, size: int) -> Iterator[int]:
    for start in range(0, total, size):
        yield min(size, total - start)


def _nearest(days: np.ndarray, others: np.ndarray) -> np.ndarray:
    at = np.searchsorted(others, days)
    left = np.abs(days - others[np.maximum(at - 1, 0)])
    right = np.abs(days - others[np.minimum(at, len(others) - 1)])
    return np.minimum(left, right)


def _new_year(years: np.ndarray) -> np.ndarray:
    return (np.asarray(years) - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype("int64")


def _row_pairs(count: int, trades: int, rng: np.random.Generator) -> Iterator[tuple[int, int]]:
    one = rng.integers(0, count, trades)
    other = (one + rng.integers(1, count, trades)) % count  # uniform over the other rows
    yield from zip(one.tolist(), other.tolist(), strict=True)


# --- Statements and how they stand up ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Evidence:
    """What the statements are tested on. Frames as in :func:`edges`, :func:`incidence` and :func:`voted_alike`."""

    links: pd.DataFrame
    members: pd.DataFrame
    votes: pd.DataFrame
    totals: pd.DataFrame


@dataclass(frozen=True)
class Statement:
    """One sentence about the network, and how it is measured.

    topic: short label. above and below: the sentence if the statistic lies above or below its null. statistic, null:
    what is measured, and what the null keeps. basis: the part of the evidence it rests on (events, memberships, votes).
    partners and layers: the only events it looks at (no layers: all of them). measure: Evidence, draws, Generator ->
    NullTest, or None where too little is left.
    """

    id: str
    topic: str
    above: str
    below: str
    statistic: str
    null: str
    basis: str
    measure: Callable[[Evidence, int, np.random.Generator], NullTest | None]
    partners: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()

    def looked_at(self, links: pd.DataFrame) -> pd.DataFrame:
        """The events that can change the result; those known only to the year say nothing about order and stay out."""
        kept = links["partner"].isin(self.partners) & (links["precision"] != "year")
        if self.layers:
            kept &= links["layer"].isin(self.layers)
        return links.loc[kept, ["event_id", "partner", "sender", "layer", "rank", "precision", "when"]]

    def test(self, evidence: Evidence, draws: int, seed: int) -> NullTest | None:
        """The statement measured on the evidence, with random numbers of its own: adding one changes no other."""
        return self.measured(replace(evidence, links=self.looked_at(evidence.links)), draws, seed)

    def measured(self, evidence: Evidence, draws: int, seed: int) -> NullTest | None:
        """As :meth:`test`, on links that :meth:`looked_at` has chosen."""
        return self.measure(evidence, draws, np.random.default_rng([seed, crc32(self.id.encode())]))


def since_coup(links: pd.DataFrame) -> pd.DataFrame:
    """Ties of the military authorities from the day of the coup on: no votes of the UN seat, no domestic events."""
    kept = (links["latest"] >= COUP) & (links["sender"] != SEAT) & (links["layer"] != "domestic")
    return links[kept].reset_index(drop=True)


def _days(moments: pd.Series) -> np.ndarray:
    return moments.to_numpy().astype("datetime64[D]").astype("int64")


def _starts(links: pd.DataFrame) -> pd.DataFrame:
    """The first event of each episode."""
    return numbered(links).drop_duplicates(["partner", "episode"])


def _layer_order(evidence: Evidence, draws: int, rng, first: str, second: str) -> NullTest | None:
    units = numbered(evidence.links).drop_duplicates(["partner", "episode", "layer"])
    earlier, later = (_days(units.loc[units["layer"] == layer, "when"]) for layer in (first, second))
    return precedence(earlier, later, draws, rng)


def _partner_order(evidence: Evidence, draws: int, rng, first: str, second: str) -> NullTest | None:
    held = _starts(evidence.links)
    earlier, later = (_days(held.loc[held["partner"] == partner, "when"]) for partner in (first, second))
    return precedence(earlier, later, draws, rng)


def _same_quarters(evidence: Evidence, draws: int, rng, second: str) -> NullTest | None:
    held = _starts(evidence.links)
    if held.empty:
        return None
    quarter = held["when"].dt.year * 4 + held["when"].dt.quarter
    return alternation((quarter - quarter.min()).to_numpy(), (held["partner"] == second).to_numpy(), draws, rng)


def _proximity(evidence: Evidence, draws: int, rng, partner: str) -> NullTest | None:
    held = _starts(evidence.links[evidence.links["precision"] == "day"])
    own, others = held[held["partner"] == partner], held[held["partner"] != partner]
    if own.empty or others.empty:
        return None
    days = _days(held["when"])
    years = own["when"].dt.year.to_numpy().astype("int64")
    return proximity(_days(own["when"]), _days(others["when"]), years, (days.min(), days.max()), draws, rng)


def _rank_balance(evidence: Evidence, draws: int, rng) -> NullTest | None:
    outward = (evidence.links["sender"] == CENTRE).to_numpy()
    ranks = evidence.links["rank"].to_numpy()
    return precedence(ranks[~outward], ranks[outward], draws, rng)


def _shared(evidence: Evidence, draws: int, rng, pairs: list[tuple[str, str]]) -> NullTest | None:
    return shared(incidence(evidence.members), pairs, draws, rng)


def _alike(evidence: Evidence, draws: int, rng, pair: tuple[str, str]) -> NullTest | None:
    return voted_alike(evidence.votes, evidence.totals, pair, draws, rng)


_CHANCE = "chance that a later one is drawn"
_LAYERS_PERMUTED = "layer names permuted over the dates of the partner's episodes"
_NAMES_PERMUTED = "partner names permuted over the dates of all episodes"
_RANKS_PERMUTED = "ranks permuted over the visits"

STATEMENTS = (
    Statement(
        "belarus_after_russia", "Belarus after Russia", "Contacts with Belarus come later than those with Russia",
        "Contacts with Belarus come earlier than those with Russia", _CHANCE, _NAMES_PERMUTED, "events",
        partial(_partner_order, first="RUS", second="BLR"), ("RUS", "BLR"),
    ),
    Statement(
        "same_quarters", "Russia and Belarus by quarter", "Russia and Belarus stand in for each other by quarter",
        "Russia and Belarus are busy in the same quarters", "chi-squared of partner by quarter",
        _NAMES_PERMUTED, "events", partial(_same_quarters, second="BLR"), ("RUS", "BLR"),
    ),
    Statement(
        "china_after_russia", "China after Russia", "Contacts with China come later than those with Russia",
        "Contacts with China come earlier than those with Russia", _CHANCE, _NAMES_PERMUTED, "events",
        partial(_partner_order, first="RUS", second="CHN"), ("RUS", "CHN"),
    ),
    Statement(
        "nearest_contact", "Belarus near Russia in time", "Contacts with Belarus keep away from those with Russia",
        "Contacts with Belarus fall close to those with Russia", "median days to the nearest Russian episode",
        "Belarusian episodes redrawn within their calendar year", "events",
        partial(_proximity, partner="BLR"), ("RUS", "BLR"),
    ),
    Statement(
        "russia_arms_first", "Russia: arms, then elections", "With Russia, arms come before elections",
        "With Russia, elections come before arms", _CHANCE, _LAYERS_PERMUTED, "events",
        partial(_layer_order, first="arms", second="elections"), ("RUS",),
    ),
    Statement(
        "belarus_arms_first", "Belarus: arms, then elections", "With Belarus, arms come before elections",
        "With Belarus, elections come before arms", _CHANCE, _LAYERS_PERMUTED, "events",
        partial(_layer_order, first="arms", second="elections"), ("BLR",),
    ),
    Statement(
        "russia_agreements_first", "Russia: agreements, then elections",
        "With Russia, agreements come before elections", "With Russia, elections come before agreements",
        _CHANCE, _LAYERS_PERMUTED, "events",
        partial(_layer_order, first="agreements", second="elections"), ("RUS",),
    ),
    Statement(
        "belarus_agreements_first", "Belarus: agreements, then elections",
        "With Belarus, agreements come before elections", "With Belarus, elections come before agreements",
        _CHANCE, _LAYERS_PERMUTED, "events", partial(_layer_order, first="agreements", second="elections"), ("BLR",),
    ),
    Statement(
        "russia_visits_first", "Russia: visits, then elections", "With Russia, visits come before elections",
        "With Russia, elections come before visits", _CHANCE, _LAYERS_PERMUTED, "events",
        partial(_layer_order, first="visits", second="elections"), ("RUS",),
    ),
    Statement(
        "belarus_visits_first", "Belarus: visits, then elections", "With Belarus, visits come before elections",
        "With Belarus, elections come before visits", _CHANCE, _LAYERS_PERMUTED, "events",
        partial(_layer_order, first="visits", second="elections"), ("BLR",),
    ),
    Statement(
        "russia_elections_first", "Elections: Russia, then Belarus", "In election matters Russia comes before Belarus",
        "In election matters Belarus comes before Russia", _CHANCE, _NAMES_PERMUTED, "events",
        partial(_partner_order, first="RUS", second="BLR"), ("RUS", "BLR"), ("elections",),
    ),
    Statement(
        "russia_rank", "Rank of visits, Russia", "Myanmar sends higher ranks to Russia than it receives",
        "Russia sends higher ranks to Myanmar than it receives", "chance that the guest from Myanmar ranks higher",
        _RANKS_PERMUTED, "events", _rank_balance, ("RUS",), ("visits",),
    ),
    Statement(
        "belarus_rank", "Rank of visits, Belarus", "Myanmar sends higher ranks to Belarus than it receives",
        "Belarus sends ranks to Myanmar as high as it receives, or higher",
        "chance that the guest from Myanmar ranks higher", _RANKS_PERMUTED, "events",
        _rank_balance, ("BLR",), ("visits",),
    ),
    Statement(
        "belarus_russia_members", "Organisations: Belarus and Russia",
        "Belarus and Russia share more regional organisations than their numbers imply",
        "Belarus and Russia share fewer regional organisations than their numbers imply",
        "organisations shared as full members", "memberships redrawn, numbers per country and organisation kept",
        "memberships", partial(_shared, pairs=[("BLR", "RUS")]),
    ),
    Statement(
        "myanmar_members", "Organisations: Myanmar and the two",
        "Myanmar shares more regional organisations with Belarus and Russia than chance",
        "Myanmar shares fewer regional organisations with Belarus and Russia than chance",
        "organisations shared as full members, both pairs",
        "memberships redrawn, numbers per country and organisation kept", "memberships",
        partial(_shared, pairs=[("MMR", "BLR"), ("MMR", "RUS")]),
    ),
    Statement(
        "votes_alike", "Votes on Myanmar: Belarus and Russia",
        "Belarus and Russia vote alike on Myanmar more often than two states drawn at random",
        "Belarus and Russia vote alike on Myanmar less often than two states drawn at random",
        "texts with the same vote", "two states drawn from the published totals of each text", "votes",
        partial(_alike, pair=("BLR", "RUS")),
    ),
)  # fmt: skip


def tested(evidence: Evidence, draws: int = DRAWS, seed: int = SEED) -> dict[str, NullTest | None]:
    """Every statement on the evidence as given: id -> NullTest, None where too little is left to compute it."""
    return {held.id: held.test(evidence, draws, seed) for held in STATEMENTS}


def without_sources(links: pd.DataFrame, dropped: set[str]) -> pd.DataFrame:
    """The edges that still have a source when the sources in `dropped` are not believed."""
    return links[[bool(keys - dropped) for keys in _source_sets(links)]].reset_index(drop=True)


def with_several_sources(links: pd.DataFrame, fewest: int = 2) -> pd.DataFrame:
    """The edges that rest on at least `fewest` sources."""
    return links[[len(keys) >= fewest for keys in _source_sets(links)]].reset_index(drop=True)


def _source_sets(links: pd.DataFrame) -> list[set[str]]:
    return [{key.strip() for key in text.split(";") if key.strip()} for text in links["source"].fillna("")]


def runs(evidence: Evidence, kinds: pd.DataFrame) -> Iterator[tuple[str, str, str, Evidence]]:
    """The robustness runs: family, name of the run, basis that it changes, and the changed evidence.

    evidence.links holds the ties since the coup (:func:`since_coup`). kinds: source, kind, publisher.
    Families: `all` (nothing taken away), `kind` (kinds of sources), `precision` (dates), `support` (several sources),
    `source` and `publisher` (one left out at a time; only those on which an event rests alone), `organisation` and
    `text`.
    """
    links = evidence.links
    of_kind = kinds.groupby("kind")["source"].agg(set)
    media = of_kind.get("state-media", set())
    official = media | of_kind.get("government", set())
    everything = set().union(*_source_sets(links)) if len(links) else set()

    def held(frame: pd.DataFrame) -> Evidence:
        return Evidence(frame, evidence.members, evidence.votes, evidence.totals)

    yield "all", "everything", "all", evidence
    yield "kind", "without state media", "events", held(without_sources(links, media))
    yield "kind", "without state media and governments", "events", held(without_sources(links, official))
    yield "kind", "state media alone", "events", held(without_sources(links, everything - media))
    yield "precision", "only days known to the day", "events", held(links[links["precision"] == "day"])
    missions = links["category"] == "observer-mission"
    yield "precision", "without observer missions", "events", held(links[~missions])
    yield "support", "two or more sources", "events", held(with_several_sources(links))
    alone = sorted({next(iter(keys)) for keys in _source_sets(links) if len(keys) == 1})
    for source in alone:
        yield "source", source, "events", held(without_sources(links, {source}))
    publisher = kinds.set_index("source")["publisher"]
    of_publisher = publisher[publisher.index.isin(everything)].reset_index().groupby("publisher")["source"].agg(set)
    for name, sources in of_publisher.items():
        if len(sources) > 1:  # a publisher with one work is already a run of the family `source`
            yield "publisher", name, "events", held(without_sources(links, sources))
    for name in sorted(evidence.members["organisation"].unique()):
        kept = evidence.members[evidence.members["organisation"] != name]
        yield "organisation", name, "memberships", Evidence(links, kept, evidence.votes, evidence.totals)
    for name in evidence.totals["resolution"]:
        kept = evidence.votes[evidence.votes["resolution"] != name]
        yield "text", name, "votes", Evidence(links, evidence.members, kept, evidence.totals)


def robustness(evidence: Evidence, kinds: pd.DataFrame, draws: int = RUN_DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Every statement in every run that touches it: id, family, run, observed, null_mean, z, p, n.

    observed and the rest are missing where a run leaves too little to compute the statement.
    """
    rows = []
    done: dict[tuple, NullTest | None] = {}
    used = ["event_id", "partner", "sender", "layer", "category", "rank", "precision", "when", "source"]
    evidence = replace(evidence, links=evidence.links[used])
    for family, name, basis, changed in runs(evidence, kinds):
        for held in STATEMENTS:
            if basis not in ("all", held.basis):
                continue
            # A run that takes away nothing the statement looks at gives the same numbers: do not compute them again.
            kept = held.looked_at(changed.links)
            key = (held.id, basis, name) if basis not in ("all", "events") else (held.id, *kept["event_id"])
            if key not in done:
                done[key] = held.measured(replace(changed, links=kept), draws, seed)
            test = done[key]
            values = (np.nan, np.nan, np.nan, np.nan, 0)
            if test is not None:
                values = (test.observed, test.mean, test.z, test.p, test.n)
            rows.append((held.id, family, name, *values))
    columns = ["id", "family", "run", "observed", "null_mean", "z", "p", "n"]
    return pd.DataFrame(rows, columns=columns)


def verdicts(tests: dict[str, NullTest | None], repeats: pd.DataFrame, level: float = 0.05) -> pd.DataFrame:
    """One row per statement: id, topic, statement, statistic, null, observed, null_mean, p, p_adjusted, z, n, lowest,
    highest, z_lowest, z_highest, computable, run_count, weakest_p, flipped, survives.

    lowest and highest are the smallest and largest observed value over the runs. p_adjusted holds the share of false
    discoveries over all statements together (Benjamini & Hochberg 1995). survives:
    `yes` - adjusted p at most `level` on all evidence, and p at most `level`, computable and on the same side in every
    run;
    `direction only` - p at most `level` on all evidence and no run on the other side, but not all of the above;
    `no` - not distinguishable from the null on all evidence, or on the other side in a run.
    """
    rows = []
    for held in STATEMENTS:
        test, own = tests[held.id], repeats[repeats["id"] == held.id]
        if test is None:
            continue
        done = own.dropna(subset=["observed"])
        side = np.sign(test.observed - test.mean)
        rows.append(
            {
                "id": held.id,
                "topic": held.topic,
                "statement": held.above if side >= 0 else held.below,
                "statistic": held.statistic,
                "null": held.null,
                "observed": test.observed,
                "null_mean": test.mean,
                "p": test.p,
                "z": test.z,
                "n": test.n,
                "lowest": done["observed"].min(),
                "highest": done["observed"].max(),
                "z_lowest": done["z"].min(),
                "z_highest": done["z"].max(),
                "computable": len(done),
                "run_count": len(own),
                "flipped": bool((np.sign(done["observed"] - done["null_mean"]) == -side).any()),
                "weakest_p": done["p"].max(),
            }
        )
    frame = pd.DataFrame(rows)
    frame["p_adjusted"] = stats.false_discovery_control(frame["p"], method="bh")
    whole = (frame["weakest_p"] <= level) & (frame["computable"] == frame["run_count"])
    frame["survives"] = "direction only"
    frame.loc[(frame["p_adjusted"] <= level) & whole, "survives"] = "yes"
    frame.loc[(frame["p"] > level) | frame["flipped"], "survives"] = "no"
    return frame


def yearly_shares(links: pd.DataFrame, partners: list[str]) -> pd.DataFrame:
    """Episodes per calendar year and partner: year, partner, episodes, total (of these partners), share."""
    held = episodes(links[links["partner"].isin(partners)])
    counts = pd.crosstab(held["when"].dt.year, held["partner"]).reindex(columns=partners, fill_value=0)
    counts = counts.reindex(range(counts.index.min(), counts.index.max() + 1), fill_value=0)
    frame = counts.rename_axis("year").reset_index().melt("year", var_name="partner", value_name="episodes")
    frame["total"] = frame.groupby("year")["episodes"].transform("sum")
    frame["share"] = frame["episodes"] / frame["total"].where(frame["total"] > 0)
    return frame


def statement_table(tests: dict[str, NullTest | None], judged: pd.DataFrame) -> pd.DataFrame:
    """The statements as the book prints them: statement, statistic, observed, null_mean, p, survives (all text).

    observed carries the range over the runs in brackets, p the adjusted p in brackets. A statement for which too little
    was found is listed under its topic as not computed.
    """
    known = judged.set_index("id")
    rows = []
    for held in STATEMENTS:
        if tests[held.id] is None:
            rows.append((held.topic, held.statistic, "", "", "", "not computed"))
            continue
        row = known.loc[held.id]
        whole = all(float(row[name]).is_integer() for name in ("observed", "lowest", "highest"))
        digits = 0 if whole and held.statistic != _CHANCE else 1 if row["highest"] > 2 else 2
        rows.append(
            (
                row["statement"],
                held.statistic,
                f"{row['observed']:.{digits}f} ({row['lowest']:.{digits}f} to {row['highest']:.{digits}f})",
                f"{row['null_mean']:.{max(digits, 1)}f}",
                f"{row['p']:.3f} ({row['p_adjusted']:.3f})",
                row["survives"],
            )
        )
    columns = ["statement", "statistic", "observed", "null_mean", "p", "survives"]
    return pd.DataFrame(rows, columns=columns).replace("", None)


def leader_trips(links: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Visits at the rank of a head of state or government, in order of time: event_id, when, title, outward
    (Myanmar travels)."""
    kept = (links["partner"] == partner) & (links["layer"] == "visits") & (links["rank"] == RANKS["head-of-state"])
    held = links.loc[kept, ["event_id", "when", "title"]].assign(outward=links.loc[kept, "sender"] == CENTRE)
    return held.reset_index(drop=True)
