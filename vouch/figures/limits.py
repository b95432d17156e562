"""Figures of the chapter on limits: how far the headline numbers move, and what the evidence rests on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE as _SMALL
from vouch.figures.style import Theme, narrow
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

OFFICIAL = ("state-media", "government")
"""Kinds that speak for a state."""

_CLASSES = {
    "official": "state media or a government alone",
    "several": "several kinds of publishers",
    "other": "another kind alone",
}
"""Every row of a table is in one of these; in the order of the bar."""


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
            ax.annotate(f"text: {formatted(row.used)}", (row.used, place[chosen].max()), (-6, 4), size=_SMALL,
                        textcoords="offset points", ha="right", va="bottom", color=theme.accent)  # fmt: skip
            for end, sign in (("lowest", -1), ("highest", 1)):
                value = getattr(row, end)
                ax.text(value + 1.5 * sign, 0 if sign < 0 else 1, formatted(value), size=_SMALL, va="center",
                        ha="right" if sign < 0 else "left", color=theme.text)  # fmt: skip
            ax.set_title(
                f"{row.number}: {row.specifications} combinations", size=_SMALL, loc="left", color=theme.text, pad=9
            )
            ax.set(xlim=(0, 105), ylim=(-0.2, 1.25), yticks=[])
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
    """What the rows of each table rest on: bars of a hundred per cent, by who speaks and whether alone.

    table: result of `sensitivity.by_kind`; names: group -> row label.
    """
    shown = table[table["group"].isin(names)]
    alone = shown.assign(official=shown["kind"].isin(OFFICIAL)).pivot_table(
        index="group", columns="official", values="alone", aggfunc="sum", fill_value=0.0
    )
    parts = pd.DataFrame({"official": alone.get(True, 0.0), "other": alone[False]})
    parts.insert(1, "several", (1 - parts.sum(axis=1)).clip(lower=0))
    parts = parts.join(shown.drop_duplicates("group").set_index("group")[["rows", "single"]])
    parts = parts.sort_values(["official", "several"], ascending=[False, True])
    strongest, weakest = parts.index[0], parts.index[-1]
    finding = (
        f"{_percent(parts.loc[strongest, 'official'])}% of the rows on {names[strongest].lower()} rest on state media "
        f"alone or a government alone, {_percent(parts.loc[weakest, 'official'])}% of those on {names[weakest].lower()}"
    )

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_kinds(figure, theme, names, parts)

    alt = (
        f"Stacked bars of a hundred per cent, one for each of {len(parts)} tables of data, by kind of publisher. "
        + "; ".join(
            f"{names[group]}: "
            + ", ".join(f"{_CLASSES[part]} {_percent(row[part])}%" for part in _CLASSES)
            + f", mostly {_listed(table, group)}"
            for group, row in parts.iterrows()
        )
        + f". {finding}."
    )
    return Chart(
        name="fig-limits-kinds",
        finding=finding,
        subtitle="Per cent of rows (their number in brackets) by the publishers they cite; right: resting on one work",
        draw=draw,
        frame=shown.reset_index(drop=True),
        alt=alt,
        source="Data: source columns of the tables; kinds as in the bibliography.",
        height=1.75 + 0.24 * len(names),
        narrow_height=2.25 + 0.24 * len(names),
    )


def _draw_kinds(figure: Figure, theme: Theme, names: dict[str, str], parts: pd.DataFrame) -> None:
    ax, slim = figure.subplots(), narrow(figure)
    colours = dict(zip(_CLASSES, (theme.accent, theme.pale(0.5), theme.fill), strict=True))
    for y, (_group, row) in enumerate(parts.iterrows()):
        left = 0.0
        for part, colour in colours.items():
            ax.barh(y, row[part], left=left, height=0.7, color=colour, edgecolor=theme.page, linewidth=0.6)
            if row[part] > 0.085 or (part == "official" and not row[part]):
                bare = part == "official" and not row[part]
                ax.text(left + (0.012 if bare else row[part] / 2), y, _percent(row[part]), size=_SMALL, va="center",
                        ha="left" if bare else "center", weight="bold" if part == "official" else "normal",
                        color=theme.page if part == "official" and not bare else theme.text)  # fmt: skip
            left += row[part]
        ax.text(1.03, y, _percent(row["single"]), size=_SMALL, va="center", color=theme.faint)
    ax.text(1.03, -0.6, "one\nwork", size=_SMALL, va="bottom", color=theme.faint, linespacing=1.05)
    for place, (part, words) in enumerate(_CLASSES.items()):
        x, high = (-0.3, -2.9 + 0.75 * place) if slim else ((-0.28, 0.22, 0.66)[place], -1.3)
        ax.add_patch(Rectangle((x, high - 0.3), 0.035, 0.6, facecolor=colours[part], clip_on=False))
        ax.text(x + 0.05, high, words, size=_SMALL, va="center")
    ax.set(xlim=(0, 1), ylim=(len(parts) - 0.5, -3.4 if slim else -1.8), xticks=[0, 0.5, 1])
    ax.set_xticklabels(["0", "50", "100%"])
    ax.set_yticks(range(len(parts)), [f"{names[group]} ({row['rows']:.0f})" for group, row in parts.iterrows()])
    ax.tick_params(axis="y", length=0, labelsize=_SMALL, labelcolor=theme.text)
    ax.grid(visible=False)
    ax.spines["left"].set_visible(False)


def _listed(table: pd.DataFrame, group: str) -> str:
    top = table[table["group"] == group].nlargest(3, "share")
    return ", ".join(f"{row.kind} {_percent(row.share)}%" for row in top.itertuples())


def _percent(share: float) -> str:
    return "<1" if 0 < share < 0.005 else formatted(100 * float(share))
