"""Figures of the chapter on limits: how far the headline numbers move, and what the evidence rests on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE as _SMALL
from vouch.figures.style import Theme
from vouch.methods.firmness.sensitivity import BENDS, CLASSES, SOLID
from vouch.text import formatted

_LEFT, _RIGHT = 0.22, 8.5  # ends of the drawn scale, times the number used; what lies beyond gets an arrow
_TICKS = {0.25: "¼", 0.5: "½", 1: "as used", 2: "2×", 4: "4×", 8: "8×"}
_HEADS = {
    "solid": f"solid: no variant differs by over {round(100 * (SOLID - 1))}%",
    "bends": f"bend: up to {round(100 * (BENDS - 1))}%",
    "fragile": "fragile: more",
    "one source": "of one source: nothing to compare with",
}

KINDS = {
    "state-media": "State\nmedia",
    "government": "Gov’t",
    "intergovernmental": "Inter-\ngov’t",
    "news": "News",
    "ngo": "NGO",
    "academic": "Aca-\ndemic",
    "dataset": "Data\nset",
    "law": "Law",
}
"""Kinds of publishers in the order of the columns, with their headings."""

OFFICIAL = ("state-media", "government")
"""Kinds that speak for a state."""


def ranges(table: pd.DataFrame, variants: pd.DataFrame) -> Chart:
    """Every headline number as a row: dot at 1 (the value used), bar from the lowest to the highest variant.

    table: result of `sensitivity.ranges`; variants: the frame it was made from.
    """
    counts = table["firmness"].value_counts()
    finding = (
        f"Of {len(table)} headline numbers, {counts.get('solid', 0)} hardly move, {counts.get('bends', 0)} bend and "
        f"{counts.get('fragile', 0)} depend on who or what is counted"
    )
    rows = [(kind, table[table["firmness"] == kind]) for kind in CLASSES if counts.get(kind, 0)]

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_ranges(figure, theme, rows, variants)

    widest = table[table["firmness"] == "fragile"].nlargest(4, "fold")
    alt = (
        f"Range chart on a logarithmic scale with one row for each of {len(table)} headline numbers: the value used is "
        f"a dot, all admissible values a bar, as multiples of the value used. {finding}. Widest: "
        + "; ".join(
            f"{row.label}, {formatted(row.lowest, row.digits)} to {formatted(row.highest, row.digits)} "
            f"with {formatted(row.used, row.digits)} used"
            for row in widest.itertuples()
        )
        + "."
    )
    return Chart(
        name="fig-limits-ranges",
        finding=finding,
        subtitle="Lowest to highest admissible value as a multiple of the value used (dot); small ticks: the variants",
        draw=draw,
        frame=table,
        alt=alt,
        source="Computed from the book's data by the methods of its chapters.",
        height=7.0,
    )


def _draw_ranges(figure: Figure, theme: Theme, rows: list[tuple[str, pd.DataFrame]], variants: pd.DataFrame) -> None:
    ax = figure.subplots()
    y, places, labels = 0.0, [], []
    for kind, numbers in rows:
        head = f"{len(numbers)} {_HEADS[kind]}"
        ax.text(0, y, head, transform=ax.get_yaxis_transform(), size=_SMALL, weight="bold", va="center", ha="left",
                color=theme.text, bbox={"facecolor": theme.page, "edgecolor": "none", "pad": 1}, zorder=4)  # fmt: skip
        y += 1
        for row in numbers.itertuples():
            _bar(ax, y, row, variants[variants["finding"] == row.finding], theme)
            places.append(y)
            labels.append(row.label)
            y += 1
        y += 0.25
    ax.axvline(1, color=theme.faint, lw=0.9, zorder=1)
    ax.set_xscale("log", base=2)
    ax.set(xlim=(_LEFT, _RIGHT), ylim=(y - 0.4, -0.7))
    ax.set_xticks(list(_TICKS), list(_TICKS.values()))
    ax.minorticks_off()
    ax.set_xlabel(f"{len(places)} numbers, as multiples of the value used", size=_SMALL)
    ax.set_yticks(places, labels)
    ax.tick_params(axis="y", length=0, labelsize=_SMALL, labelcolor=theme.text)
    ax.grid(axis="y", visible=False)
    ax.spines["left"].set_visible(False)


def _bar(ax, y: float, row, variants: pd.DataFrame, theme: Theme) -> None:
    colour = theme.text if row.firmness == "fragile" else theme.accent
    if row.variants == 1:
        ax.plot([1], [y], "o", ms=5, mfc=theme.page, mec=theme.faint, mew=1.2, zorder=3)
        return
    low, high = max(row.low_ratio, _LEFT), min(row.high_ratio, _RIGHT)
    ax.plot([low, high], [y, y], color=colour, lw=2.4, solid_capstyle="butt", alpha=0.55, zorder=2)
    ratios = variants["value"] / row.used
    inside = ratios[(ratios > _LEFT) & (ratios < _RIGHT)]
    ax.plot(inside, np.full(len(inside), y), "|", color=colour, ms=5, mew=0.9, zorder=2)
    ax.plot([1], [y], "o", ms=4.6, color=colour, zorder=3)
    if row.high_ratio > _RIGHT:
        ax.plot([_RIGHT * 0.97], [y], ">", color=colour, ms=5, zorder=3)
        ax.text(_RIGHT * 0.86, y, f"{row.high_ratio:.1f}×", size=_SMALL, ha="right", va="bottom", color=theme.text)
    if row.low_ratio < _LEFT:
        ax.plot([_LEFT * 1.04], [y], "<", color=colour, ms=5, zorder=3)


def joint(specified: pd.DataFrame, summary: pd.DataFrame) -> Chart:
    """Every combination of the choices behind a number, in order of size; frames of `vouch.methods.firmness.joint`."""
    widest = (summary["highest"] - summary["lowest"]).idxmax()
    wide = summary.loc[widest]
    finding = (
        f"Choices made together move “{wide.number[0].lower() + wide.number[1:]}” from {formatted(wide.lowest)} to "
        f"{formatted(wide.highest)}{wide.unit}"
    )

    def draw(figure: Figure, theme: Theme) -> None:
        panels = figure.subplots(len(summary), 1, sharex=True)
        for ax, row in zip(np.atleast_1d(panels), summary.itertuples(), strict=True):
            values = specified[specified["number"] == row.number]
            place = np.linspace(0, 1, len(values)) if len(values) > 1 else np.array([0.5])
            ax.plot(values["value"], place, "o", ms=3.6, color=theme.faint, mew=0)
            chosen = values["used"].to_numpy()
            ax.plot(values["value"][chosen], place[chosen], "D", ms=6.5, color=theme.accent)
            ax.text(row.used, 1.22, f"text: {formatted(row.used)}", size=_SMALL, ha="center", color=theme.accent)
            for end, sign in (("lowest", -1), ("highest", 1)):
                value = getattr(row, end)
                ax.text(value + 1.5 * sign, 0 if sign < 0 else 1, formatted(value), size=_SMALL, va="center",
                        ha="right" if sign < 0 else "left", color=theme.text)  # fmt: skip
            ax.set_title(
                f"{row.number}: {row.specifications} combinations", size=_SMALL, loc="left", color=theme.text, pad=9
            )
            ax.set(xlim=(0, 105), ylim=(-0.2, 1.3), yticks=[])
            ax.spines["left"].set_visible(False)
        np.atleast_1d(panels)[-1].set_xlabel("per cent", size=_SMALL)

    told = "; ".join(
        f"{row.number}, {formatted(row.lowest)} to {formatted(row.highest)}{row.unit} in {row.specifications} "
        f"combinations, {formatted(row.used)} in the text"
        for row in summary.itertuples()
    )
    return Chart(
        name="fig-limits-joint",
        finding=finding,
        subtitle="Each mark is one combination of admissible choices, in order of size; diamond: the one in the text",
        draw=draw,
        frame=specified,
        alt=f"Specification curves, one panel for each of {len(summary)} numbers, per cent from 0 to 100: {told}.",
        source="Computed from the book's data by the methods of its chapters.",
        height=1.15 * len(summary) + 1.1,
    )


def kinds(table: pd.DataFrame, names: dict[str, str]) -> Chart:
    """What the rows of each table rest on: a cell for each kind of publisher, darker the more rows cite it.

    table: result of `sensitivity.by_kind`; names: group -> row label, in the order shown.
    """
    unknown = set(table["kind"]) - set(KINDS)
    if unknown:
        raise ValueError(f"no column for the kinds {', '.join(sorted(unknown))}")
    columns = [kind for kind in KINDS if kind in set(table["kind"])]
    official = table[table["kind"].isin(OFFICIAL)].groupby("group")["alone"].sum().reindex(names).fillna(0)
    strongest, weakest = official.idxmax(), official.idxmin()
    finding = (
        f"{_percent(official[strongest])}% of the rows on {names[strongest].lower()} rest on state media alone or a "
        f"government alone, {_percent(official[weakest])}% of those on {names[weakest].lower()}"
    )

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_kinds(figure, theme, names, table, columns)

    alt = (
        f"Shaded table with {len(names)} rows, one for each table of data, and {len(columns)} kinds of publishers; "
        "the darker a cell, the more rows cite the kind. "
        + "; ".join(f"{label}: {_listed(table, group)}" for group, label in names.items())
        + f". {finding}."
    )
    return Chart(
        name="fig-limits-kinds",
        finding=finding,
        subtitle="Per cent of rows (number in brackets) that cite a kind of publisher; last column: one work only",
        draw=draw,
        frame=table[table["group"].isin(names)].reset_index(drop=True),
        alt=alt,
        source="Data: source columns of the tables; kinds as in the bibliography. A row may cite several kinds.",
        height=1.55 + 0.285 * len(names),
    )


def _draw_kinds(figure: Figure, theme: Theme, names: dict[str, str], table: pd.DataFrame, columns: list[str]) -> None:
    ax = figure.subplots()
    for y, group in enumerate(names):
        kinds_of_group = table[table["group"] == group].set_index("kind")
        for x, kind in enumerate(columns):
            share = float(kinds_of_group["share"].get(kind, 0.0))
            if share == 0:
                continue
            shade = Rectangle((x - 0.46, y - 0.46), 0.92, 0.92, color=theme.accent, alpha=0.07 + 0.43 * share, lw=0)
            ax.add_patch(shade)
            ax.text(x, y, _percent(share), size=_SMALL, ha="center", va="center", zorder=3)
        single = float(kinds_of_group["single"].iloc[0])
        ax.text(len(columns) - 0.15, y, _percent(single), size=_SMALL, ha="center", va="center", color=theme.faint)
    head = -0.8
    for x, kind in enumerate(columns):
        ax.text(x, head, KINDS[kind], size=_SMALL, ha="center", va="bottom", linespacing=1.05)
    ax.text(len(columns) - 0.15, head, "One\nwork", size=_SMALL, ha="center", va="bottom", color=theme.faint,
            linespacing=1.05)  # fmt: skip
    rows = table.drop_duplicates("group").set_index("group")["rows"]
    labels = [f"{label} ({rows[group]})" for group, label in names.items()]
    ax.set(xlim=(-0.55, len(columns) + 0.3), ylim=(len(names) - 0.4, head - 0.9), xticks=[])
    ax.set_yticks(range(len(names)), labels)
    ax.tick_params(axis="y", length=0, labelsize=8, labelcolor=theme.text)
    ax.grid(visible=False)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)


def _listed(table: pd.DataFrame, group: str) -> str:
    top = table[table["group"] == group].nlargest(3, "share")
    return ", ".join(f"{row.kind} {_percent(row.share)}%" for row in top.itertuples())


def _percent(share: float) -> str:
    return "<1" if 0 < share < 0.005 else formatted(100 * float(share))
