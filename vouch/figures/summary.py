"""The picture of the summary."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from vouch.figures.chart import Chart
from vouch.figures.voters import tile_map


def where_nobody_voted(tiles: pd.DataFrame) -> Chart:
    """All townships as tiles, with the answer as title; tiles: state_region, tile, status (coverage.tiles)."""
    none = int((tiles["status"] == "no vote").sum())
    return replace(
        tile_map(tiles),
        name="fig-summary-map",
        finding=f"The election that made a president: in {none} of {len(tiles)} townships nobody could vote",
    )
