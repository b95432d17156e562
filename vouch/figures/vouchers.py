"""The figures of the chapter on observers and reactions: each takes frames and returns a Chart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE as _SMALL
from vouch.figures.style import Theme, narrow
from vouch.methods.election.observers import DEEDS, WORDS
from vouch.methods.election.senders import RULES
from vouch.text import formatted, in_words

WORD_LABELS = {
    "praised": "praised",
    "welcomed": "welcomed",
    "neutral-or-conditional": "conditional",
    "concern": "voiced concern",
    "condemned-or-rejected": "rejected",
    "no-statement-found": "no word found",
}
DEED_LABELS = {
    "congratulated-or-recognised": "congratulated",
    "received-or-visited-head": "received him",
    "ministers": "ministers met",
    "officials-only": "officials only",
    "downgraded-sanctioned-or-refused": "downgraded, sanctioned",
    "nothing-found": "no act found",
}
"""Levels of words and acts as the figure writes them."""

SHORT = {"United States": "USA", "United Kingdom": "UK", "North Korea": "N. Korea", "South Korea": "S. Korea",
         "New Zealand": "N. Zealand", "Timor-Leste": "Timor-L."}  # fmt: skip
"""Names too long for a tile."""


def _shown(value: float, digits: int = 0) -> str:
    return formatted(float(value), digits)


def head_counts(counts: pd.DataFrame) -> Chart:
    """Head counts of foreign observers by claimant; counts: label, value, kind (visitors or with diplomats)."""
    ours = counts["election"] == "2025-26"
    recent = counts[ours]["value"]
    number = in_words(len(recent))
    named = " and ".join([", ".join(f"{value}" for value in recent.iloc[:-1]), f"{recent.iloc[-1]}"])
    groups = [
        (f"First phase, 2025-26: {number} counts", counts[ours]),
        ("Earlier votes: single missions", counts[~ours]),
    ]

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_head_counts(figure, theme, groups)

    return Chart(
        name="fig-vouchers-head-counts",
        finding=f"For the first phase officials of one government gave {number} head counts: {named}",
        subtitle="Foreign observers by who counted. Filled: visiting missions. Open: with resident diplomats",
        draw=draw,
        frame=counts,
        alt="Bars of head counts of foreign observers. "
        + " ".join(f"{line.label}: {line.stated}." for line in counts.itertuples(index=False)),
        source="Data: missions and officials as reported. Counts for 2015 and 2020 are of single missions, not totals.",
        height=2.9,
        narrow_height=3.5,
    )


def _draw_head_counts(figure: Figure, theme: Theme, groups: list[tuple[str, pd.DataFrame]]) -> None:
    ax = figure.subplots()
    slim, y, ticks = narrow(figure), 0.0, []
    for head, rows in groups:
        ax.text(0 if slim else -0.005, y, head, size=_SMALL + 0.6, weight="bold", va="center")
        for line in rows.itertuples(index=False):
            y += 1
            if slim:
                ax.text(0, y - 0.08, _claimant(line.label), size=_SMALL, va="center")
                y += 0.65
            else:
                ticks.append((y, _claimant(line.label)))
            filled = line.kind == "visitors"
            colour = theme.accent if line.election == "2025-26" else theme.faint
            ax.barh(
                y, line.value, height=0.55, facecolor=colour if filled else theme.page, edgecolor=colour, linewidth=1.2
            )
            ax.text(line.value + 3, y, f"{line.stated}", size=_SMALL + 0.3, va="center",
                    weight="bold" if line.election == "2025-26" else "normal")  # fmt: skip
        y += 1.15
    ax.set(xlim=(0, 200), ylim=(y - 0.6, -0.6), xticks=[])
    ax.set_yticks([place for place, _ in ticks], [label for _, label in ticks])
    ax.tick_params(axis="y", length=0, labelcolor=theme.text, labelsize=_SMALL)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)


def _claimant(label: str) -> str:
    """Who counted, without the phase that the head of the group names."""
    return label.removeprefix("2025-26, phase 1: ")


def scores(states: pd.DataFrame, world: pd.Series, names: dict[str, str], year: int) -> Chart:
    """Where the senders stand among all scored states.

    states: result of senders.standing. world: the score of every scored state but the host. names: iso3 -> name.
    """
    rows = states.sort_values(["role", "score"], ignore_index=True)
    sent = rows[rows["role"] == "sent"]
    low = sent[sent["percentile"] < 100 / 3]
    rest = sent[sent["percentile"] >= 100 / 3]
    median = float(world.median())

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_scores(figure, theme, rows, world, names)

    first = in_words(len(low)).capitalize()
    return Chart(
        name="fig-vouchers-scores",
        finding=f"{first} of {in_words(len(sent))} senders stand in the least democratic third of the world; "
        f"{' and '.join(names[iso3] for iso3 in rest['iso3'])} does not",
        subtitle=f"V-Dem electoral democracy index of {year}, 0 to 1 (point estimates); shaded: the lowest third",
        draw=draw,
        frame=rows,
        alt=f"Dot plot of the electoral democracy index, with a strip of all {len(world)} scored states, median "
        f"{_shown(median, 2)}. "
        + " ".join(
            f"{'Sent observers' if role == 'sent' else 'Unclear'}: "
            + ", ".join(f"{names[row.iso3]} {_shown(row.score, 2)}, {row.below} lower" for row in group.itertuples())
            + "."
            for role, group in rows.groupby("role", sort=False)
        ),
        source=f"Data: V-Dem v16 ({year}), as processed by Our World in Data; this release came without intervals.",
        height=5.0,
    )


def _draw_scores(figure: Figure, theme: Theme, rows: pd.DataFrame, world: pd.Series, names: dict[str, str]) -> None:
    third = float(np.quantile(world, 1 / 3))
    sent = rows[rows["role"] == "sent"]
    inside = int((sent["percentile"] < 100 / 3).sum())
    ax = figure.subplots()
    ax.vlines(world, -1.45, -0.75, color=theme.faint, linewidth=0.5, alpha=0.8)
    ax.text(1, -1.75, f"all {len(world)} scored states, one line each", size=_SMALL, va="center", ha="right",
            color=theme.faint)  # fmt: skip
    place, ticks = 0.0, []
    for role, group in rows.groupby("role", sort=False):
        word = f"{len(group)} sent observers" if role == "sent" else "Unclear: named by one side"
        ax.text(third + 0.02, place, word, size=_SMALL, weight="bold", va="center")
        for row in group.itertuples():
            place += 1
            ax.hlines(place, 0, row.score, color=theme.faint, linewidth=1)
            ax.plot(row.score, place, "o" if role == "sent" else "D", color=theme.colour(row.iso3), markersize=6.5,
                    mfc=None if role == "sent" else theme.page, mew=1.4)  # fmt: skip
            ax.text(1.0, place, f"{row.below} score lower", size=_SMALL, va="center", ha="right")
            ticks.append((place, names[row.iso3]))
        place += 1.25
    ax.axvspan(0, third, ymin=0, color=theme.fill, alpha=0.6, zorder=0, linewidth=0)
    ax.text(0.01, -1.75, f"lowest third: {inside} of {len(sent)}", size=_SMALL, va="center", weight="bold")
    ax.set(xlim=(0, 1), ylim=(place - 0.4, -2.15), xticks=[0, 0.2, 0.4, 0.6, 0.8, 1])
    ax.set_yticks([y for y, _ in ticks], [name for _, name in ticks])
    ax.tick_params(axis="y", length=0, labelcolor=theme.text, labelsize=_SMALL)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", visible=False)


def choices(specified: pd.DataFrame) -> Chart:
    """The difference between senders and those that stayed away under every combination of choices, lowest first.

    specified: result of senders.specifications.
    """
    below = int((specified["difference"] < 0).sum())
    ends = specified["difference"].min(), specified["difference"].max()
    share = "all" if below == len(specified) else f"{below}"

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_choices(figure, theme, specified)

    return Chart(
        name="fig-vouchers-choices",
        finding=f"In {share} {len(specified)} ways of comparing them, the senders are less democratic than those that "
        "stayed away"
        if share == "all"
        else f"In {share} of {len(specified)} ways of comparing them, the senders are less democratic than those that "
        "stayed away",
        subtitle="Mean electoral democracy index of senders minus that of the others; grey: 95% interval. Below: whose "
        "absence counts",
        draw=draw,
        frame=specified,
        alt=f"Specification curve of {len(specified)} differences, from {_shown(ends[0], 2)} to {_shown(ends[1], 2)}, "
        f"{below} of them below zero. "
        + " ".join(
            f"Where the rule is “{rule}”, the median difference is "
            f"{_shown(specified.loc[specified['away'] == rule, 'difference'].median(), 2)}."
            for rule in RULES
        ),
        source="Choices: year of the score, phases, newest member of ASEAN, unclear states, whose absence counts.",
        height=4.3,
    )


def _draw_choices(figure: Figure, theme: Theme, specified: pd.DataFrame) -> None:
    places = np.arange(len(specified))
    top, bottom = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [2.3, 1]})
    top.fill_between(places, specified["low"], specified["high"], color=theme.fill, linewidth=0)
    top.plot(places, specified["difference"], color=theme.accent, linewidth=1.8)
    top.axhline(0, color=theme.text, linewidth=0.9)
    top.text(0, 0.015, "senders more democratic above this line", size=_SMALL, va="bottom")
    lowest, highest = (specified["difference"].iloc[place] for place in (0, -1))
    top.text(places[0], lowest - 0.1, _shown(lowest, 2), size=_SMALL, color=theme.accent, weight="bold", va="center")
    top.text(places[-1], highest - 0.17, _shown(highest, 2), size=_SMALL, color=theme.accent, weight="bold",
             ha="right", va="center")  # fmt: skip
    top.set(ylabel="difference of means")
    top.grid(axis="x", visible=False)
    for row, rule in enumerate(RULES):
        at = places[specified["away"] == rule]
        runs = np.split(at, np.flatnonzero(np.diff(at) > 1) + 1)
        spans = [(run[0] - 0.5, len(run)) for run in runs]
        bottom.broken_barh(spans, (row - 0.16, 0.32), color=theme.accent, linewidth=0)
        bottom.text(0, row - 0.43, rule, size=_SMALL, va="center")
    bottom.set(ylim=(len(RULES) - 0.6, -0.75), yticks=[], xticks=[], xlim=(-8, len(places) + 8))
    line = "\n" if narrow(figure) else " "
    bottom.set_xlabel(f"{len(places)} combinations of choices,{line}from the largest gap to the smallest")
    bottom.grid(visible=False)
    bottom.spines[:].set_visible(False)


def words_acts(placed: pd.DataFrame, cells: pd.DataFrame) -> Chart:
    """States by what they said of the vote (rows) and did towards its winners, each a labelled tile.

    placed, cells: results of census.places and census.cells.
    """
    praised, both = placed["word"] == "praised", placed["deed"] == DEEDS[0]
    without = [DEED_LABELS[deed] for deed in DEEDS if deed not in set(cells["deed"])]
    listed = "; ".join(
        f"{WORD_LABELS[row.word]} and {DEED_LABELS[row.deed]}: {row.named}" for row in cells.itertuples()
    )
    dealt = int(placed["deed"].isin(DEEDS[:3]).sum())

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_words_acts(figure, theme, placed, dealt)

    return Chart(
        name="fig-vouchers-words-acts",
        finding=f"{in_words(int(praised.sum())).capitalize()} of {len(placed)} states praised the vote, "
        f"{in_words(int(both.sum()))} congratulated its winner, {in_words(dealt)} met the winners at the level of "
        "ministers or above",
        subtitle="A state is one tile: in the row of its words on the vote, left if it met the winners",
        draw=draw,
        frame=placed,
        alt=f"Grid of {len(placed)} states: what they said of the vote in rows, what they did towards its winners in "
        f"columns. {listed}.",
        source="A state with several statements or acts stands at the most pronounced. No state is at: "
        + "; ".join(without) + ". To 31 May 2026.",
        height=4.9,
        narrow_height=6.9,
    )  # fmt: skip


_MET = {DEEDS[0]: "★", DEEDS[1]: "◆", DEEDS[2]: "●"}
"""Acts of those who met the winners: a sign on the tile of each."""


def _draw_words_acts(figure: Figure, theme: Theme, placed: pd.DataFrame, dealt: int) -> None:
    slim = narrow(figure)
    ax, high = figure.subplots(), 0.72 if slim else 0.5  # of a tile, where it is one wide
    met_wide, wide = (1, 4) if slim else (2, 4)
    left = 0.0 if slim else 1.35
    gap = left + met_wide + 0.25
    of = {WORD_LABELS[word]: placed[placed["word"] == word] for word in WORDS if word in set(placed["word"])}
    place = 0.0
    for label, group in of.items():
        word = group["word"].iloc[0]
        head = f"{label}: {len(group)}"
        if slim:
            ax.text(0, place + 0.2, head, size=_SMALL, va="center", weight="bold")
            place += 0.45
        met = group[group["deed"].isin(DEEDS[:3])].sort_values("deed", key=lambda deeds: deeds.map(DEEDS.index))
        rest = group[~group["deed"].isin(DEEDS[:3])]
        rows = max(-(-len(met) // met_wide), -(-len(rest) // wide))
        for part, start, across in ((met, left, met_wide), (rest, gap, wide)):
            for number, state in enumerate(part.itertuples()):
                row, column = divmod(number, across)
                _tile(ax, (start + column, place + row * high, high), state, theme)
        if not slim:
            ax.text(left - 0.08, place + rows * high / 2, head, size=_SMALL, ha="right", va="center",
                    weight="bold" if word == "praised" else "normal")  # fmt: skip
        place += rows * high + 0.14
        ax.plot([0, gap + wide], [place - 0.05] * 2, color=theme.grid, linewidth=0.8)
    top = -0.1
    head = f"{dealt} met the winners".replace("met ", "met\n" if slim else "met ")
    ax.text(left, top, head, size=_SMALL, va="bottom", weight="bold", linespacing=1.05)
    rest = f"{len(placed) - dealt} of {len(placed)}: no such act found"
    ax.text(gap, top, rest, size=_SMALL, va="bottom", weight="bold")
    for number, (deed, mark) in enumerate(_MET.items()):
        x = [0.0, 1.7, 3.6][number] * (1 if slim else 1.35)
        ax.text(x, place + 0.2, f"{mark} {DEED_LABELS[deed]}", size=_SMALL, va="center", color=theme.faint)
    ax.set(xlim=(-0.02, gap + wide + 0.02), ylim=(place + 0.4, -1.0 if slim else -0.5), xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)


def _tile(ax: Axes, box: tuple[float, float, float], state: Any, theme: Theme) -> None:
    """A state. box: left, top, height; of its words the ground tells, of its acts a sign."""
    x, y, high = box
    face = theme.accent if state.word == "praised" else theme.page
    rim = (
        theme.text
        if state.word == "condemned-or-rejected"
        else theme.accent
        if state.word == "praised"
        else theme.faint
    )
    width = {"praised": 0.0, "condemned-or-rejected": 1.6}.get(state.word, 0.8)
    dashes = (0, (2, 2)) if state.word == "no-statement-found" else "-"
    ax.add_patch(Rectangle((x + 0.03, y + 0.04), 0.94, high - 0.08, facecolor=face, edgecolor=rim, linewidth=width,
                           linestyle=dashes))  # fmt: skip
    name = f"{_MET.get(state.deed, '')} {SHORT.get(state.name, state.name)}".strip()
    colour = theme.page if state.word == "praised" else theme.text
    ax.text(x + 0.5, y + high / 2, name, size=_SMALL, ha="center", va="center", color=colour)
