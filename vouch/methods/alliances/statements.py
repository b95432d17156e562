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
