"""The figures of the chapter on observers and reactions: each takes frames and returns a Chart."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE as _SMALL
from vouch.figures.style import TEXT_SIZE, Theme, narrow
from vouch.methods.election.observers import DEEDS, WORDS
from vouch.methods.election.senders import RULES
from vouch.text import formatted, in_words

WORD_LABELS = {
    "praised": "praised",
    "welcomed": "welcomed",
    "neutral-or-conditional": "neutral or\nconditional",
    "concern": "voiced\nconcern",
    "condemned-or-rejected": "rejected",
    "no-statement-found": "no word\nfound",
}
DEED_LABELS = {
    "congratulated-or-recognised": "congratu-\nlated",
    "received-or-visited-head": "received\nhim",
    "ministers": "ministers\nmet",
    "officials-only": "officials\nonly",
    "downgraded-sanctioned-or-refused": "downgraded,\nsanctioned",
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
        subtitle=f"V-Dem electoral democracy index of {year}, 0 to 1 (point estimates)",
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
    median = float(world.median())
    ax = figure.subplots()
    ax.vlines(world, -1.45, -0.75, color=theme.faint, linewidth=0.5, alpha=0.8)
    ax.text(0, -1.75, f"all {len(world)} scored states, one line each", size=_SMALL, va="center", color=theme.faint)
    place = 0.0
    for role, group in rows.groupby("role", sort=False):
        word = "Sent observers" if role == "sent" else "Unclear: named by one side only"
        ax.text(0, place, word, size=TEXT_SIZE - 0.4, weight="bold", va="center")
        for row in group.itertuples():
            place += 1
            ax.hlines(place, 0, row.score, color=theme.grid, linewidth=1)
            ax.plot(row.score, place, "o" if role == "sent" else "D", color=theme.colour(row.iso3), markersize=6.5,
                    mfc=None if role == "sent" else theme.page, mew=1.4)  # fmt: skip
            ax.text(
                row.score + 0.02, place, f"{names[row.iso3]}: {row.below} states score lower", size=_SMALL,
                va="center", zorder=4, bbox={"facecolor": theme.page, "edgecolor": "none", "pad": 0.6},
            )  # fmt: skip
        place += 1.25
    ax.plot([median, median], [-1.5, place - 0.6], color=theme.text, linewidth=1.2, linestyle=(0, (2, 2)), zorder=1)
    ax.text(median + 0.012, -0.35, "median", size=_SMALL, va="center", color=theme.faint)
    ax.set(xlim=(0, 1), ylim=(place - 0.4, -2.1), yticks=[], xticks=[0, 0.2, 0.4, 0.6, 0.8, 1])
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", visible=False)


def choices(specified: pd.DataFrame) -> Chart:
    """The difference between senders and those that stayed away under every combination of choices, lowest first.

    specified: result of senders.specifications.
    """
    below = int((specified["difference"] < 0).sum())
    ends = specified["difference"].min(), specified["difference"].max()
    places = np.arange(len(specified))
    share = "all" if below == len(specified) else f"{below}"

    def draw(figure: Figure, theme: Theme) -> None:
        top, bottom = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [2.3, 1]})
        top.fill_between(places, specified["low"], specified["high"], color=theme.fill, linewidth=0)
        top.plot(places, specified["difference"], color=theme.accent, linewidth=1.8)
        top.axhline(0, color=theme.text, linewidth=0.9)
        top.text(places[-1], 0.015, "senders more democratic above this line", size=_SMALL, ha="right", va="bottom")
        top.set(ylabel="difference of means")
        top.grid(axis="x", visible=False)
        for row, rule in enumerate(RULES):
            at = places[specified["away"] == rule]
            bottom.plot(at, np.full(len(at), row), "|", color=theme.accent, markersize=7, markeredgewidth=0.7)
            bottom.text(0, row - 0.43, rule, size=_SMALL, va="center")
        bottom.set(ylim=(len(RULES) - 0.6, -0.75), yticks=[], xticks=[], xlim=(-8, len(places) + 8))
        line = "\n" if narrow(figure) else " "
        bottom.set_xlabel(f"{len(places)} combinations of choices,{line}from the largest gap to the smallest")
        bottom.grid(visible=False)
        bottom.spines[:].set_visible(False)

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


def words_acts(placed: pd.DataFrame, cells: pd.DataFrame) -> Chart:
    """States by what they said of the vote (rows) and did towards its winners (columns), each a labelled tile.

    placed, cells: results of census.places and census.cells.
    """
    deeds = [deed for deed in DEEDS if deed in set(cells["deed"])]
    lines = [word for word in WORDS if word in set(cells["word"])]
    without = [DEED_LABELS[deed].replace("\n", " ") for deed in DEEDS if deed not in deeds]
    praised, both = placed["word"] == "praised", placed["deed"] == DEEDS[0]
    wide = 3  # tiles side by side in the column of states for which no act was found
    left = {deed: number * 1.0 for number, deed in enumerate(deeds)}
    total = len(deeds) - 1 + wide

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_words_acts(figure, theme, cells, lines, left, wide, total)

    listed = "; ".join(
        f"{WORD_LABELS[row.word]} and {DEED_LABELS[row.deed]}: {row.named}".replace("-\n", "").replace("\n", " ")
        for row in cells.itertuples()
    )
    dealt = int(placed["deed"].isin(DEEDS[:3]).sum())
    return Chart(
        name="fig-vouchers-words-acts",
        finding=f"{in_words(int(praised.sum())).capitalize()} of {len(placed)} states praised the vote, "
        f"{in_words(int(both.sum()))} congratulated its winner, {in_words(dealt)} met the winners at the level of "
        "ministers or above",
        subtitle="Words on the vote (rows) against acts towards its winners (columns); a state is one tile",
        draw=draw,
        frame=placed,
        alt=f"Grid of {len(placed)} states: what they said of the vote in rows, what they did towards its winners in "
        f"columns. {listed}.",
        source="A state with several statements or acts stands at the most pronounced. No state is at: "
        + "; ".join(without) + ". To 31 May 2026.",
        height=5.2,
    )  # fmt: skip


def _draw_words_acts(
    figure: Figure, theme: Theme, cells: pd.DataFrame, lines: list[str], left: dict[str, float], wide: int, total: int
) -> None:
    ax = figure.subplots()
    of = cells.set_index(["word", "deed"])["named"]
    place = 0.0
    for deed, x in left.items():
        ax.text(x + 0.04, -0.18, DEED_LABELS[deed], size=_SMALL, va="bottom", linespacing=1.05)
    for word in lines:
        height = 1
        for deed, x in left.items():
            named = of.get((word, deed), "").split(", ") if (word, deed) in of.index else []
            across = wide if deed == list(left)[-1] else 1
            for number, name in enumerate(named):
                row, column = divmod(number, across)
                _tile(ax, x + column, place + row, SHORT.get(name, name), word, theme)
            height = max(height, -(-len(named) // across))
        ax.text(-0.08, place + height / 2, WORD_LABELS[word], size=_SMALL, ha="right", va="center", linespacing=1.05)
        ax.axhline(place + height + 0.1, color=theme.grid, linewidth=0.8)
        place += height + 0.2
    ax.set(xlim=(-0.98, total), ylim=(place, -0.95), xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)


def _tile(ax, x: float, y: float, name: str, word: str, theme: Theme) -> None:
    face = theme.accent if word == "praised" else theme.page
    edge = theme.text if word == "condemned-or-rejected" else theme.accent if word == "praised" else theme.faint
    width = {"praised": 0.0, "condemned-or-rejected": 1.6}.get(word, 0.8)
    dashes = (0, (2, 2)) if word == "no-statement-found" else "-"
    box = Rectangle((x + 0.02, y + 0.08), 0.96, 0.84, facecolor=face, edgecolor=edge, linewidth=width, linestyle=dashes)
    ax.add_patch(box)
    colour = theme.page if word == "praised" else theme.text
    ax.text(x + 0.5, y + 0.5, name, size=_SMALL, ha="center", va="center", color=colour)
