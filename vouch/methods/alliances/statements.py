"""The statements about the web of ties: what each says, what it looks at and how it is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from zlib import crc32

import numpy as np
import pandas as pd

from vouch.methods.alliances.null_models import NullTest, alternation, precedence, proximity, shared, voted_alike
from vouch.methods.alliances.ties import CENTRE, incidence, numbered

DRAWS = 1999
SEED = 20210201


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
        relevant = links["partner"].isin(self.partners) & (links["precision"] != "year")
        if self.layers:
            relevant &= links["layer"].isin(self.layers)
        return links.loc[relevant, ["event_id", "partner", "sender", "layer", "rank", "precision", "when"]]

    def test(self, evidence: Evidence, draws: int, seed: int) -> NullTest | None:
        """The statement measured on the evidence, with random numbers of its own: adding one changes no other."""
        return self.measured(replace(evidence, links=self.looked_at(evidence.links)), draws, seed)

    def measured(self, evidence: Evidence, draws: int, seed: int) -> NullTest | None:
        """As :meth:`test`, on links that :meth:`looked_at` has chosen."""
        return self.measure(evidence, draws, np.random.default_rng([seed, crc32(self.id.encode())]))


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
    starts = _starts(evidence.links)
    earlier, later = (_days(starts.loc[starts["partner"] == partner, "when"]) for partner in (first, second))
    return precedence(earlier, later, draws, rng)


def _same_quarters(evidence: Evidence, draws: int, rng, second: str) -> NullTest | None:
    starts = _starts(evidence.links)
    if starts.empty:
        return None
    quarter = starts["when"].dt.year * 4 + starts["when"].dt.quarter
    return alternation((quarter - quarter.min()).to_numpy(), (starts["partner"] == second).to_numpy(), draws, rng)


def _proximity(evidence: Evidence, draws: int, rng, partner: str) -> NullTest | None:
    starts = _starts(evidence.links[evidence.links["precision"] == "day"])
    of_partner, others = starts[starts["partner"] == partner], starts[starts["partner"] != partner]
    if of_partner.empty or others.empty:
        return None
    days = _days(starts["when"])
    years = of_partner["when"].dt.year.to_numpy().astype("int64")
    return proximity(_days(of_partner["when"]), _days(others["when"]), years, (days.min(), days.max()), draws, rng)


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


def _before_elections(layer: str, partner: str, code: str) -> Statement:
    """That one layer comes before elections with one partner."""
    return Statement(
        id=f"{partner.lower()}_{layer}_first",
        topic=f"{partner}: {layer}, then elections",
        above=f"With {partner}, {layer} come before elections",
        below=f"With {partner}, elections come before {layer}",
        statistic=_CHANCE,
        null=_LAYERS_PERMUTED,
        basis="events",
        measure=partial(_layer_order, first=layer, second="elections"),
        partners=(code,),
    )


STATEMENTS = (
    Statement(
        id="belarus_after_russia",
        topic="Belarus after Russia",
        above="Contacts with Belarus come later than those with Russia",
        below="Contacts with Belarus come earlier than those with Russia",
        statistic=_CHANCE,
        null=_NAMES_PERMUTED,
        basis="events",
        measure=partial(_partner_order, first="RUS", second="BLR"),
        partners=("RUS", "BLR"),
    ),
    Statement(
        id="same_quarters",
        topic="Russia and Belarus by quarter",
        above="Russia and Belarus stand in for each other by quarter",
        below="Russia and Belarus are busy in the same quarters",
        statistic="chi-squared of partner by quarter",
        null=_NAMES_PERMUTED,
        basis="events",
        measure=partial(_same_quarters, second="BLR"),
        partners=("RUS", "BLR"),
    ),
    Statement(
        id="china_after_russia",
        topic="China after Russia",
        above="Contacts with China come later than those with Russia",
        below="Contacts with China come earlier than those with Russia",
        statistic=_CHANCE,
        null=_NAMES_PERMUTED,
        basis="events",
        measure=partial(_partner_order, first="RUS", second="CHN"),
        partners=("RUS", "CHN"),
    ),
    Statement(
        id="nearest_contact",
        topic="Belarus near Russia in time",
        above="Contacts with Belarus keep away from those with Russia",
        below="Contacts with Belarus fall close to those with Russia",
        statistic="median days to the nearest Russian episode",
        null="Belarusian episodes redrawn within their calendar year",
        basis="events",
        measure=partial(_proximity, partner="BLR"),
        partners=("RUS", "BLR"),
    ),
    *(
        _before_elections(layer, partner, code)
        for layer in ("arms", "agreements", "visits")
        for partner, code in (("Russia", "RUS"), ("Belarus", "BLR"))
    ),
    Statement(
        id="russia_elections_first",
        topic="Elections: Russia, then Belarus",
        above="In election matters Russia comes before Belarus",
        below="In election matters Belarus comes before Russia",
        statistic=_CHANCE,
        null=_NAMES_PERMUTED,
        basis="events",
        measure=partial(_partner_order, first="RUS", second="BLR"),
        partners=("RUS", "BLR"),
        layers=("elections",),
    ),
    Statement(
        id="russia_rank",
        topic="Rank of visits, Russia",
        above="Myanmar sends higher ranks to Russia than it receives",
        below="Russia sends higher ranks to Myanmar than it receives",
        statistic="chance that the guest from Myanmar ranks higher",
        null=_RANKS_PERMUTED,
        basis="events",
        measure=_rank_balance,
        partners=("RUS",),
        layers=("visits",),
    ),
    Statement(
        id="belarus_rank",
        topic="Rank of visits, Belarus",
        above="Myanmar sends higher ranks to Belarus than it receives",
        below="Belarus sends ranks to Myanmar as high as it receives, or higher",
        statistic="chance that the guest from Myanmar ranks higher",
        null=_RANKS_PERMUTED,
        basis="events",
        measure=_rank_balance,
        partners=("BLR",),
        layers=("visits",),
    ),
    Statement(
        id="belarus_russia_members",
        topic="Organisations: Belarus and Russia",
        above="Belarus and Russia share more regional organisations than their numbers imply",
        below="Belarus and Russia share fewer regional organisations than their numbers imply",
        statistic="organisations shared as full members",
        null="memberships redrawn, numbers per country and organisation kept",
        basis="memberships",
        measure=partial(_shared, pairs=[("BLR", "RUS")]),
    ),
    Statement(
        id="myanmar_members",
        topic="Organisations: Myanmar and the two",
        above="Myanmar shares more regional organisations with Belarus and Russia than chance",
        below="Myanmar shares fewer regional organisations with Belarus and Russia than chance",
        statistic="organisations shared as full members, both pairs",
        null="memberships redrawn, numbers per country and organisation kept",
        basis="memberships",
        measure=partial(_shared, pairs=[("MMR", "BLR"), ("MMR", "RUS")]),
    ),
    Statement(
        id="votes_alike",
        topic="Votes on Myanmar: Belarus and Russia",
        above="Belarus and Russia vote alike on Myanmar more often than two states drawn at random",
        below="Belarus and Russia vote alike on Myanmar less often than two states drawn at random",
        statistic="texts with the same vote",
        null="two states drawn from the published totals of each text",
        basis="votes",
        measure=partial(_alike, pair=("BLR", "RUS")),
    ),
)


def tested(evidence: Evidence, draws: int = DRAWS, seed: int = SEED) -> dict[str, NullTest | None]:
    """Every statement on the evidence as given: id -> NullTest, None where too little is left to compute it."""
    return {statement.id: statement.test(evidence, draws, seed) for statement in STATEMENTS}


def statement_table(tests: dict[str, NullTest | None], judged: pd.DataFrame) -> pd.DataFrame:
    """The statements as the book prints them: statement, statistic, observed, null_mean, p, survives (all text).

    observed carries the range over the runs in brackets, p the adjusted p in brackets. A statement for which too little
    was found is listed under its topic as not computed.
    """
    known = judged.set_index("id")
    rows = []
    for statement in STATEMENTS:
        if tests[statement.id] is None:
            rows.append((statement.topic, statement.statistic, "", "", "", "not computed"))
            continue
        row = known.loc[statement.id]
        whole = all(float(row[name]).is_integer() for name in ("observed", "lowest", "highest"))
        digits = 0 if whole and statement.statistic != _CHANCE else 1 if row["highest"] > 2 else 2
        rows.append(
            (
                row["statement"],
                statement.statistic,
                f"{row['observed']:.{digits}f} ({row['lowest']:.{digits}f} to {row['highest']:.{digits}f})",
                f"{row['null_mean']:.{max(digits, 1)}f}",
                f"{row['p']:.3f} ({row['p_adjusted']:.3f})",
                row["survives"],
            )
        )
    columns = ["statement", "statistic", "observed", "null_mean", "p", "survives"]
    return pd.DataFrame(rows, columns=columns).replace("", None)
