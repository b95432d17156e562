"""The picture of the summary."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from vouch.evidence.case import horizon
from vouch.figures.chart import Chart
from vouch.figures.style import Theme
from vouch.text import day, percent

_GROUPS = {
    "townships": "Where",
    "roll": "Who",
    "ballots": "Who",
    "parties": "For whom",
    "vouchers": "Who vouched",
}


def shares(frame: pd.DataFrame) -> Chart:
    """Five shares with their ranges. frame: id, label, low, high, basis (vouch.methods.election.overview.shares)."""
    rows = frame.assign(group=frame["id"].map(_GROUPS))
    of = rows.set_index("id")
    low, high = (round(100 * of.loc["ballots", end]) for end in ("low", "high"))

    def draw(figure: Figure, theme: Theme) -> None:
        ax = figure.subplots()
        places, y = {}, 0.0
        for index, row in enumerate(rows.itertuples()):
            if index and row.group != rows["group"].iloc[index - 1]:
                y += 0.45
            places[row.id] = y
            y += 1.0
        for row in rows.itertuples():
            at = places[row.id]
            ax.barh(at + 0.16, 1, color=theme.grid, height=0.3)
            ax.barh(at + 0.16, row.low, color=theme.accent, height=0.3)
            if row.high > row.low:
                ax.barh(
                    at + 0.16, row.high - row.low, left=row.low, height=0.3,
                    facecolor=theme.page, edgecolor=theme.accent, hatch="/////", linewidth=0.8,
                )  # fmt: skip
            words = (
                percent(100 * row.low)
                if row.low == row.high
                else f"{percent(100 * row.low)[:-1]}–{percent(100 * row.high)}"
            )
            ax.text(0, at - 0.06, words, size=11, weight="bold", va="bottom", color=theme.accent)
            ax.text(0.205, at - 0.06, row.label, size=8, va="bottom", color=theme.text)
        ax.set(xlim=(0, 1), ylim=(y - 0.35, -0.75), xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        ax.grid(False)

    words = "; ".join(
        f"{percent(100 * row.low)}{'' if row.low == row.high else ' to ' + percent(100 * row.high)} {row.label}"
        for row in rows.itertuples()
    )
    return Chart(
        name="fig-summary-shares",
        finding=f"A vote in most townships, ballots for {low} to {high}% of the roll of 2020, few to vouch for it",
        subtitle="The election of 2025-26 in five shares; hatched: range over definitions and claimants",
        draw=draw,
        frame=rows.drop(columns="group"),
        alt=f"Five horizontal bars from 0 to 100 per cent, the uncertain part hatched: {words}.",
        source=f"Data: tables townships, figures, seats, statements and acts, to {day(horizon())}.",
        height=3.7,
    )
