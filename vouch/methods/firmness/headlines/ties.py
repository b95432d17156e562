"""Headline numbers of the chapter ties."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from vouch.methods.alliances import robustness, statements, ties
from vouch.methods.firmness.headlines.number import number


def tie_numbers(tables: Mapping[str, pd.DataFrame], kinds: pd.DataFrame) -> list[dict]:
    horizon = tables["editions"].sort_values("date")["horizon"].iloc[-1]
    links = ties.since_coup(ties.edges(tables["events"], tables["actors"], tables["categories"], horizon))
    media = set(kinds.loc[kinds["kind"] == "state-media", "source"])
    others = [gap for gap in statements.GAPS if gap != ties.EPISODE_GAP]
    collections = {"all events, episodes a week apart": (links, ties.EPISODE_GAP)}
    collections |= {f"episodes {gap} day{'s' * (gap > 1)} apart": (links, gap) for gap in others}
    collections["without state media"] = (robustness.without_sources(links, media), ties.EPISODE_GAP)
    collections["two sources or more"] = (robustness.with_several_sources(links), ties.EPISODE_GAP)
    found = {name: statements.nearness(*given) for name, given in collections.items()}
    return number(
        "ties.near_days", "Belarus near Russia in time", "days", 0, "definition",
        [(name, near.days) for name, near in found.items() if near is not None],
    )  # fmt: skip
