"""The same events with sources or kinds of sources taken away."""

from __future__ import annotations

import pandas as pd

from vouch.text import keys


def without_sources(links: pd.DataFrame, dropped: set[str]) -> pd.DataFrame:
    """The events that still have a source when the sources in `dropped` are not believed."""
    return links[[bool(works - dropped) for works in _source_sets(links)]].reset_index(drop=True)


def with_several_sources(links: pd.DataFrame, fewest: int = 2) -> pd.DataFrame:
    """The events that rest on at least `fewest` sources."""
    return links[[len(works) >= fewest for works in _source_sets(links)]].reset_index(drop=True)


def _source_sets(links: pd.DataFrame) -> list[set[str]]:
    return [set(keys(cell)) for cell in links["source"]]
