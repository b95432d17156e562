"""The picture of the summary, and the card made of it for those who share the book's address."""

from __future__ import annotations

import io
import textwrap
from dataclasses import replace

import matplotlib
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from vouch.figures.chart import Chart
from vouch.figures.style import LIGHT, rc
from vouch.figures.voters import all_tiles, tile_map

CARD = 1200, 630
"""Pixels of the card."""


def where_nobody_voted(tiles: pd.DataFrame) -> Chart:
    """All townships as tiles, with the answer as title; tiles: state_region, tile, status (coverage.tiles)."""
    none = int((tiles["status"] == "no vote").sum())
    return replace(
        tile_map(tiles),
        name="fig-summary-map",
        finding=f"The election that made a president: in {none} of {len(tiles)} townships nobody could vote",
    )


def card(tiles: pd.DataFrame, title: str, below: str) -> bytes:
    """The tiles beside the book's title, as PNG; tiles: as above, below: what stands under the map's finding.

    The same bytes for the same tiles and words.
    """
    chart = where_nobody_voted(tiles)
    with matplotlib.rc_context(rc(LIGHT)):
        figure = Figure(figsize=(CARD[0] / 100, CARD[1] / 100), dpi=100, facecolor=LIGHT.page)
        all_tiles(figure.add_axes((0.585, 0.03, 0.4, 0.94)), tiles, LIGHT)
        left = 0.045
        figure.text(
            left, 0.9, textwrap.fill(title, 18), size=38, weight="bold", color=LIGHT.text, va="top", linespacing=1.15
        )
        finding = textwrap.fill(chart.finding, 38)
        figure.text(left, 0.52, finding, size=18, color=LIGHT.text, va="top", linespacing=1.35)
        figure.text(left, 0.07, below, size=13, color=LIGHT.faint, va="bottom")
        stream = io.BytesIO()
        FigureCanvasAgg(figure).print_png(stream, metadata={"Software": None})
    return stream.getvalue()
