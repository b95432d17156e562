"""The figures of the chapter on observers and reactions: each takes frames and returns a Chart."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE as _SMALL
from vouch.figures.style import TEXT_SIZE, Theme
from vouch.methods.election.observers import STANCES, TARGETS, groups
from vouch.text import formatted

_STAGES = {
    "announcement": "before",
    "phase1": "phase 1",
    "phase2": "phase 2",
    "phase3": "phase 3",
    "result": "result",
    "new-government": "new\ngovernment",
}

SHORT = {"ASEAN": "ASEAN", "I_BR": "Belaya Rus (party)", "EU": "European Union"}
"""Names of actors that the table of actors gives in a longer form."""

_MARKS = {
    "condemned": ("X", True, "condemned"),
    "declined-to-recognise": ("s", False, "does not recognise"),
    "conditional": ("D", False, "names conditions"),
    "neutral": ("_", True, "undecided"),
    "engaged": ("o", False, "engages"),
    "endorsed": ("^", True, "endorses"),
    "recognised": ("*", True, "recognises"),
}
"""Marker, filled, and word of each stance: told apart by shape and filling, not by colour."""


def _shown(value: float, digits: int = 0) -> str:
    return formatted(float(value), digits)


def head_counts(counts: pd.DataFrame) -> Chart:
    """Head counts of foreign observers by claimant; counts: label, value, kind (visitors or with diplomats)."""
    recent = counts[counts["election"] == "2025-26"]["value"]
    named = " and ".join([", ".join(f"{value}" for value in recent.iloc[:-1]), f"{recent.iloc[-1]}"])

    def draw(figure: Figure, theme: Theme) -> None:
        ax = figure.subplots()
        for row, line in enumerate(counts.itertuples(index=False)):
            colour = theme.accent if line.election == "2025-26" else theme.faint
            filled = line.kind == "visitors"
            ax.text(0, row - 0.34, line.label, size=_SMALL, va="center")
            ax.plot([0, line.value], [row, row], color=colour, linewidth=4, alpha=0.5)
            ax.plot(line.value, row, "o", color=colour, markersize=6.5, mfc=None if filled else theme.page, mew=1.5)
            ax.text(line.value + 5, row, f"{line.stated}", size=_SMALL + 0.3, va="center")
        ax.set(xlim=(0, 200), ylim=(len(counts) - 0.5, -0.75), yticks=[], xticks=range(0, 201, 50))
        ax.spines["left"].set_visible(False)

    return Chart(
        name="fig-vouchers-head-counts",
        finding=f"For the first phase officials of one government gave three head counts: {named}",
        subtitle="Foreign observers by who counted. Filled: visiting missions. Open: with resident diplomats",
        draw=draw,
        frame=counts,
        alt="Dot plot of head counts of foreign observers. "
        + " ".join(f"{line.label}: {line.stated}." for line in counts.itertuples(index=False)),
        source="Data: missions and officials as reported. Counts for 2015 and 2020 are of single missions, not totals.",
        height=3.9,
    )


def scores(states: pd.DataFrame, names: dict[str, str], year: int) -> Chart:
    """Democracy scores of senders, unclear cases and those that stayed away; states: observers.scored."""
    result = groups(states)
    order = {"sent": 0, "unclear": 1, "stayed away": 2}
    rows = states.assign(_group=states["role"].map(order)).sort_values(["_group", "v2x_polyarchy"], ignore_index=True)
    y = np.arange(len(rows)) + rows["_group"] * 1.15
    sent = rows[rows["role"] == "sent"]
    below = int((sent["v2x_polyarchy"] < result.median_away).sum())
    top = sent.iloc[-1]

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_scores(figure, theme, rows, y, names)

    return Chart(
        name="fig-vouchers-scores",
        finding=f"{below} of {len(sent)} senders score below the median of those that stayed away; "
        f"{names[top['iso3']]} does not",
        subtitle=f"V-Dem electoral democracy index of {year}, 0 to 1 (point estimates)",
        draw=draw,
        frame=rows.drop(columns="_group"),
        alt="Dot plot of the electoral democracy index in three groups. "
        + " ".join(
            f"{role.capitalize()}: "
            + ", ".join(
                f"{names[iso3]} {_shown(value, 2)}"
                for iso3, value in zip(part["iso3"], part["v2x_polyarchy"], strict=True)
            )
            + "."
            for role, part in rows.groupby("role", sort=False)
        )
        + f" Means {_shown(result.mean_sent, 2)} for senders, {_shown(result.mean_away, 2)} for the last group.",
        source=f"Data: V-Dem v16 ({year}), as processed by Our World in Data; this release came without intervals.",
        height=5.4,
    )


def _draw_scores(figure: Figure, theme: Theme, rows: pd.DataFrame, y: pd.Series, names: dict[str, str]) -> None:
    ax = figure.subplots()
    looks = {
        "sent": ("o", True, "Sent observers"),
        "unclear": ("D", False, "Unclear: one side only"),
        "stayed away": ("s", True, "Stayed away"),
    }
    for role, (marker, filled, label) in looks.items():
        mask = rows["role"] == role
        if not mask.any():
            continue
        places, values = y[mask], rows.loc[mask, "v2x_polyarchy"]
        ax.hlines(places, 0, values, color=theme.grid, linewidth=1)
        ax.text(0.005, places.iloc[0] - 0.95, label, size=TEXT_SIZE - 0.4, weight="bold", va="center")
        for place, value, iso3 in zip(places, values, rows.loc[mask, "iso3"], strict=True):
            colour = theme.colour(iso3)
            ax.plot(value, place, marker, color=colour, markersize=6.5, mfc=None if filled else theme.page, mew=1.4)
            ax.text(
                value + 0.018, place, names[iso3], size=_SMALL, va="center", zorder=4,
                bbox={"facecolor": theme.page, "edgecolor": "none", "pad": 0.6},
            )  # fmt: skip
        if role != "unclear":
            ends = [places.iloc[0] - 0.5, places.iloc[-1] + 0.5]
            ax.plot([values.mean()] * 2, ends, color=theme.text, linewidth=1.2, linestyle=(0, (2, 2)), zorder=1)
            ax.plot([values.median()] * 2, ends, color=theme.text, linewidth=1.2, zorder=1)
    ax.text(0.86, y.min(), "dashed: mean\nsolid: median", size=_SMALL, va="top", ha="right", color=theme.faint)
    ax.set(xlim=(0, 0.87), ylim=(y.max() + 0.9, -1.6), yticks=[], xticks=[0, 0.2, 0.4, 0.6, 0.8])
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", visible=False)


def reactions(acts: pd.DataFrame, actors: pd.DataFrame, names: dict[str, str]) -> Chart:
    """Every coded act by actor and stage, actors in the order given.

    acts: table reactions. actors: result of observers.by_actor. names: actor_id -> name.
    """
    place = {actor: row for row, actor in enumerate(actors["actor_id"])}
    favourable = actors[actors["high"].isin(["endorsed", "recognised"])]["actor_id"]
    critical = actors[actors["low"].isin(["condemned", "declined-to-recognise"])]["actor_id"]

    def draw(figure: Figure, theme: Theme) -> None:
        ax = figure.subplots()
        for row in range(0, len(place), 2):
            ax.axhspan(row - 0.5, row + 0.5, color=theme.grid, alpha=0.45, linewidth=0)
        for (actor, target), cell in acts.groupby(["actor_id", "target"]):
            shift = (np.arange(len(cell)) - (len(cell) - 1) / 2) * 0.26
            for offset, stance in zip(shift, cell["stance"], strict=True):
                _mark(ax, TARGETS.index(target) + offset, place[actor], stance, theme)
        for actor, row in place.items():
            ax.text(-0.62, row, names[actor], size=_SMALL, ha="right", va="center")
        for x, target in enumerate(TARGETS):
            ax.text(x, -1.0, _STAGES[target], size=_SMALL, ha="center", va="bottom", linespacing=1.0)
        low = len(place) + 0.55
        for number, stance in enumerate(STANCES):
            left, y = -2.35 + 2.75 * (number % 3), low + 1.05 * (number // 3)
            _mark(ax, left, y, stance, theme)
            ax.text(left + 0.22, y, _MARKS[stance][2], size=_SMALL, va="center")
        ax.set(xlim=(-2.6, 5.6), ylim=(low + 2.9, -2.3), xticks=[], yticks=[])
        ax.grid(visible=False)
        ax.spines[:].set_visible(False)

    return Chart(
        name="fig-vouchers-reactions",
        finding=f"{len(critical)} of {len(actors)} outside actors criticised the vote or declined to recognise it; "
        f"{len(favourable)} endorsed or recognised it",
        subtitle="Public acts and statements by actor and stage, from critics (top) to supporters",
        draw=draw,
        frame=acts[["actor_id", "date", "target", "stance"]],
        alt=f"Grid of symbols: {len(actors)} actors in rows, stages of the vote in columns. {len(critical)} "
        "criticised or declined to recognise: "
        + ", ".join(names[actor] for actor in critical)
        + f". {len(favourable)} endorsed or recognised: "
        + ", ".join(names[actor] for actor in favourable)
        + ". The others named conditions, stayed undecided or engaged without praise.",
        source="Data: own coding of acts and statements found, February 2025 to 30 May 2026. Not a census of states.",
        height=6.9,
    )


def _mark(ax, x: float, y: float, stance: str, theme: Theme) -> None:
    marker, filled, _ = _MARKS[stance]
    colour = theme.faint
    if stance in ("condemned", "declined-to-recognise"):
        colour = theme.accent
    elif stance in ("endorsed", "recognised"):
        colour = theme.text
    size = 9 if marker == "*" else 6.3
    ax.plot(x, y, marker, color=colour, markersize=size, mfc=colour if filled else theme.page, mew=1.2)
