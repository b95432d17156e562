"""Where the two articles come from: what `seeds.yml` knows, as frames that a chapter can show."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from vouch.evidence.seeds import Seed
from vouch.text import period

OPEN = "not yet filled in"
"""What stands for a field of an article that was taken in and not described yet."""


def source(seed: Seed) -> str | None:
    """The bibliography key of the report that an article retells; None where it is not known, or not filled in yet."""
    key = (seed.about.get("origin") or {}).get("source")
    return None if key in (None, "", "none") else str(key)


def summary(articles: list[Seed]) -> pd.DataFrame:
    """One row per article: seed, published (in words), genre, origin, source (bibliography key, empty where there is
    none), confidence, words."""
    return pd.DataFrame(
        [
            {
                "seed": seed.id,
                "about": seed.about["short"] or OPEN,
                "published": in_words(seed.about["published"]["earliest"], seed.about["published"]["latest"]),
                "dating": seed.about["published"]["confidence"] or OPEN,
                "genre": seed.about["genre"] or OPEN,
                "origin": seed.about["origin"]["likely"] or OPEN,
                "source": source(seed) or "",
                "confidence": seed.about["origin"]["confidence"] or OPEN,
                "byline": seed.about["byline"] or OPEN,
                "words": len(seed.text.split()),
            }
            for seed in articles
        ]
    )


def clues(articles: list[Seed]) -> pd.DataFrame:
    """One row per passage that gives the date away: seed, quote (verbatim), reads."""
    rows = [
        {"seed": seed.id, "quote": f"“{clue['quote']}”", "reads": clue["reads"]}
        for seed in articles
        for clue in seed.about["published"]["clues"] or []
    ]
    return pd.DataFrame(rows)


def retelling(articles: list[Seed]) -> pd.DataFrame:
    """What a retelling added and dropped: seed, change (`gained` or `lost`), what."""
    rows = [
        {"seed": seed.id, "change": change, "what": what}
        for seed in articles
        for change in ("gained", "lost")
        for what in seed.about["retelling"][change] or []
    ]
    return pd.DataFrame(rows)


def wording(articles: list[Seed]) -> pd.DataFrame:
    """One-sided wording, verbatim, with how often it occurs: seed, wording, times."""
    rows = [
        {"seed": seed.id, "wording": f"“{text}”", "times": seed.text.count(text)}
        for seed in articles
        for text in seed.about["wording"] or []
    ]
    return pd.DataFrame(rows)


def in_words(earliest: dt.date | None, latest: dt.date | None) -> str:
    """`28 to 30 November 2025`, or one day; :data:`OPEN` where a bound is missing."""
    if earliest is None or latest is None:
        return OPEN
    return period(earliest, latest)
