"""Verdicts on the claims of the articles: counted, and how far two codings of them agree."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from vouch.evidence.claims import VERDICTS
from vouch.evidence.seeds import Sentence
from vouch.methods import coding

HOLDS = ("supported", "supported with nuance")
"""The verdicts by which a claim holds in substance."""


def verdict_counts(frame: pd.DataFrame) -> pd.DataFrame:
    """Claims by verdict and article: verdict, one column per seed, total. Verdicts nobody got are zero, not absent."""
    coded = frame.dropna(subset=["verdict"])
    counts = pd.crosstab(coded["verdict"], coded["seed"]).reindex(list(VERDICTS), fill_value=0)
    counts["total"] = counts.sum(axis=1)
    return counts.rename_axis(columns=None).reset_index()


def by_sentence(claims: pd.DataFrame, sentences: Iterable[Sentence]) -> pd.Series:
    """The sentence of each claim, by its id: article and place of the first character of the sentence in it.

    claims: claim, seed, start. Raises ValueError for a claim that begins in no sentence.
    """
    spans = pd.DataFrame([(one.seed, one.start, one.end) for one in sentences], columns=["seed", "from", "to"])
    both = claims[["claim", "seed", "start"]].merge(spans, on="seed")
    both = both[(both["from"] <= both["start"]) & (both["start"] < both["to"])].set_index("claim")
    if lost := set(claims["claim"]) - set(both.index):
        raise ValueError(f"in no sentence: {', '.join(sorted(lost))}")
    return both["seed"] + ":" + both["from"].astype(str)


def agreement(first: pd.DataFrame, second: pd.DataFrame, sentence: pd.Series) -> dict[str, coding.Agreement]:
    """Agreement of two codings (claim, verdict) on the full scale and on whether a claim holds. The intervals draw
    whole sentences, because the claims of one sentence are read together."""
    holds, held = coding.halves(first, HOLDS), coding.halves(second, HOLDS)
    return {
        "six verdicts": coding.agreement(first, second, clusters=sentence),
        "holds or not": coding.agreement(holds, held, clusters=sentence),
    }
