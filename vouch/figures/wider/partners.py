"""The figure of the chapter on partners: what each did, as one and the same search found it."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE as _SMALL
from vouch.figures.style import Theme
from vouch.methods.alliances.equal_search import KINDS
from vouch.text import in_words

NAMES = {
    "RUS": "Russia", "CHN": "China", "THA": "Thailand", "BLR": "Belarus", "ASEAN": "ASEAN", "IND": "India",
    "KHM": "Cambodia", "MYS": "Malaysia", "USA": "United States", "EU": "European Union", "VNM": "Vietnam",
    "LAO": "Laos",
}  # fmt: skip
"""The twelve partners, as the chapter calls them."""

_SHORT = {"USA": "US", "EU": "EU"}  # where the name would push the cells together
_HEADS = {
    "high visits": "High\nvisits", "other visits": "Other\nvisits", "talks": "Talks", "meetings": "Joint\nmeet-\nings",
    "texts": "Texts,\ntrade", "election": "Elec-\ntion", "arms": "Arms",
    "standing": "Stand-\ning", "aid": "Aid", "sanctions": "Sanc-\ntions",
}  # fmt: skip


def kinds(days: pd.DataFrame, compared: pd.DataFrame) -> Chart:
    """Days with an event by partner and kind, a shaded cell for each; partners in the order of `compared`.

    days: `equal_search.days_by_kind`; compared: `equal_search.compared`.
    """
    order = compared["partner"].tolist()
    cells = days.pivot_table(index="partner", columns="kind", values="days", fill_value=0)
    cells = cells.reindex(index=order, columns=list(KINDS), fill_value=0).astype(int)
    visits = cells["high visits"]
    second = [NAMES[name] for name in order if visits[name] == visits[order[1]]]
    finding = (
        f"Ministers and leaders travelled {visits[order[0]]} times with {NAMES[order[0]]}, "
        f"{visits[order[1]]} with {' and '.join(second)}, {visits['BLR']} with Belarus"
    )

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_kinds(figure, theme, cells)

    rows = "; ".join(
        f"{NAMES[partner]}: "
        + (", ".join(f"{kind} {in_words(int(n))}" for kind, n in cells.loc[partner].items() if n) or "none")
        for partner in order
    )
    return Chart(
        name="fig-partners-kinds",
        finding=finding,
        subtitle="Days with an event found by the same 13 queries for each, February 2021 to May 2026",
        draw=draw,
        frame=cells.reset_index(),
        alt=f"Shaded table of {len(cells)} partners and {len(KINDS)} kinds of events, in days. {rows}.",
        source="High: ministers and leaders. A sample, not a census; a joint event counts for each partner.",
        height=1.6 + 0.26 * len(cells),
    )


def _draw_kinds(figure: Figure, theme: Theme, cells: pd.DataFrame) -> None:
    ax = figure.subplots()
    most = cells.to_numpy().max()
    for y, partner in enumerate(cells.index):
        for x, kind in enumerate(cells.columns):
            number = int(cells.loc[partner, kind])
            if number:
                shade = Rectangle(
                    (x - 0.46, y - 0.44), 0.92, 0.88, color=theme.accent, alpha=0.1 + 0.4 * number / most, lw=0
                )
                ax.add_patch(shade)
            ax.text(
                x, y, str(number) if number else "·", size=_SMALL, ha="center", va="center", zorder=3,
                color=theme.text if number else theme.faint, weight="bold" if number and not x else "normal",
            )  # fmt: skip
    for x, kind in enumerate(cells.columns):
        ax.text(x, -0.75, _HEADS[kind], size=_SMALL, ha="center", va="bottom", linespacing=1.05)
    ax.set(xlim=(-0.55, len(cells.columns) - 0.45), ylim=(len(cells) - 0.45, -2.3), xticks=[])
    ax.set_yticks(range(len(cells)), [_SHORT.get(partner, NAMES[partner]) for partner in cells.index])
    ax.tick_params(axis="y", length=0, labelcolor=theme.text)
    ax.grid(visible=False)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
