"""The figures of the chapter on standards: each takes frames and returns a Chart."""

from __future__ import annotations

from itertools import accumulate

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from vouch.figures.chart import Chart
from vouch.figures.scale import ink, tile
from vouch.figures.style import SMALL_SIZE as _SMALL
from vouch.figures.style import Theme, narrow
from vouch.methods.election.scorecard import AFTER, CYCLE, DIRECTIONS, ELECTIONS, named
from vouch.text import formatted

LABELS = {
    "independent-election-administration": "Independent administration",
    "complete-and-accurate-voter-roll": "Complete voter roll",
    "franchise-without-discrimination": "Franchise for all peoples",
    "parties-and-candidates-can-compete": "Parties can compete",
    "opponents-are-at-liberty": "Opponents at liberty",
    "free-speech-assembly-and-criticism-of-the-vote": "Free speech and assembly",
    "peaceful-environment": "Peaceful environment",
    "voting-reaches-the-whole-electorate": "Vote reaches everyone",
    "voting-free-of-coercion": "Free of coercion",
    "independent-observation": "Independent observation",
    "transparent-count": "Transparent count",
    "declared-result-takes-effect": "Declared result takes effect",
    "elected-people-hold-power": "Elected people hold power",
}

_STAGES = {
    "before": "THE VOTE: before the campaign",
    "campaign": "THE VOTE: campaign",
    "polling": "THE VOTE: polling and count",
    "after": "WHAT BECAME OF IT",
}

_GROUPS = {
    "military": "appointed officers",
    "USDP": "USDP",
    "others": "others",
    "NLD": "NLD",
    "unfilled": "unfilled",
}


def _shown(value: float, digits: int = 0) -> str:
    return formatted(float(value), digits)


def scorecard(cells: pd.DataFrame) -> Chart:
    """The coding as a table of symbols in two blocks; cells: result of scorecard.grid with a column second (direction
    again). The title names what was met and what failed, and adds nothing up."""
    of = named(cells).set_index(["election", "block", "direction"])["criteria"]
    met = _names(of.get(("2025-26", "the vote", "meets"), ()))
    failed = {year: _names(of.get((year, "the vote", "fails"), ())) for year in ("2015", "2020")}
    earlier = (
        f"in 2015 and 2020 only one fails: {failed['2015']}"
        if failed["2015"] == failed["2020"] and "," not in failed["2015"]
        else f"in 2015 fails: {failed['2015']}; in 2020: {failed['2020']}"
    )
    criteria = [criterion for criterion in CYCLE if criterion in set(cells["criterion_id"])]
    place = {}
    y = 0.0
    for before, criterion in zip([None, *criteria], criteria, strict=False):
        y += 0.85 if before is None or CYCLE[before] != CYCLE[criterion] else 0.0  # room for the stage's name
        y += 0.35 if before is not None and criterion in AFTER and before not in AFTER else 0.0
        place[criterion] = y
        y += 1.0

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_scorecard(figure, theme, cells, place)

    texts = [
        f"{election}, {block}, {direction.replace('-', ' ')}: {_names(ids)}"
        for (election, block, direction), ids in of.items()
    ]
    return Chart(
        name="fig-standard-scorecard",
        finding=f"Of the demands on the vote itself, 2025-26 meets {met or 'none'}; {earlier}",
        subtitle="First coding, in the order of the electoral cycle; the two blocks are not to be added up",
        draw=draw,
        frame=cells,
        alt="Table of symbols: criteria in rows, elections in columns, each cell a verdict. " + ". ".join(texts) + ".",
        source="Data: own coding of the evidence in the tables below the figure.",
        height=6.0,
    )


def _names(criteria: tuple[str, ...]) -> str:
    return ", ".join(LABELS[criterion][0].lower() + LABELS[criterion][1:] for criterion in criteria)


def _draw_scorecard(figure: Figure, theme: Theme, cells: pd.DataFrame, place: dict[str, float]) -> None:
    ax = figure.subplots()
    left, wide = 2.0, dict.fromkeys(ELECTIONS[:-1], 1.0) | {ELECTIONS[-1]: 1.3}
    starts = dict(zip(ELECTIONS, accumulate([left, *wide.values()]), strict=False))
    end = starts[ELECTIONS[-1]] + wide[ELECTIONS[-1]]
    for line in cells.itertuples(index=False):
        x, y = starts[line.election], place[line.criterion_id]
        width = wide[line.election] - 0.07
        tile(ax, (x, y - 0.44, width, 0.88), line.direction, theme, 9)
        if line.second != line.direction:
            ax.add_patch(Polygon([(x + width - 0.2, y - 0.44), (x + width, y - 0.44), (x + width, y - 0.12)],
                                 facecolor=ink(line.direction, theme)))  # fmt: skip
        for tick in range({"high": 3, "medium": 2, "low": 1}.get(line.confidence, 0)):
            middle = x + width / 2 + 0.11 * (tick - 1)
            ax.plot([middle - 0.035, middle + 0.035], [y + 0.35] * 2, color=ink(line.direction, theme), linewidth=1.1,
                    solid_capstyle="butt")  # fmt: skip
    for criterion, y in place.items():
        ax.text(left - 0.1, y, LABELS[criterion], size=_SMALL, ha="right", va="center")
    for stage in dict.fromkeys(CYCLE[criterion] for criterion in place):
        y = min(place[criterion] for criterion in place if CYCLE[criterion] == stage)
        ax.text(0, y - 0.83, _STAGES[stage], size=_SMALL, ha="left", va="center", color=theme.faint)
    top = min(place.values()) - (1.42 if narrow(figure) else 0.83)
    for election, x in starts.items():
        ax.text(x + wide[election] / 2 - 0.03, top, election, size=_SMALL + 0.6, ha="center", va="center",
                weight="bold")  # fmt: skip
    low = max(place.values()) + 0.5
    high = min(place.values()) - 0.55
    last = Rectangle((starts[ELECTIONS[-1]] - 0.03, high), wide[ELECTIONS[-1]] - 0.01, low + 0.05 - high)
    last.set(facecolor="none", edgecolor=theme.text, linewidth=1.1)
    ax.add_patch(last)
    line = min(place[criterion] for criterion in place if criterion in AFTER) - 1.2
    ax.plot([0, starts[ELECTIONS[-1]] - 0.1], [line, line], color=theme.text, linewidth=0.9)
    _scorecard_key(ax, theme, low + 0.7, end, cells)
    ax.set(xlim=(0, end + 0.05), ylim=(low + 2.1, top - 0.45), xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)


def _scorecard_key(ax: Axes, theme: Theme, y: float, end: float, cells: pd.DataFrame) -> None:
    """Each verdict that was given, with its word; then what the ticks and the corner say."""
    given = [direction for direction in DIRECTIONS if direction in set(cells["direction"])]
    for number, direction in enumerate(given):
        x = end * number / len(given)
        tile(ax, (x, y - 0.36, 0.42, 0.72), direction, theme, 8)
        ax.text(x + 0.5, y, direction.replace("-", " "), size=_SMALL, va="center")
    words = "Ticks in a cell: low, medium or high confidence"
    if (cells["second"] != cells["direction"]).any():
        words += "; corner: the second coding differs"
    ax.text(0, y + 0.95, words, size=_SMALL, va="center", color=theme.faint)


def parliament(composition: pd.DataFrame, chambers: pd.DataFrame) -> Chart:
    """Stacked bars of the Union Parliament, and below each the two majorities in it.

    composition: result of parties.parliament; chambers: result of parties.party_system, of the lower house.
    """
    table = composition.pivot(index="election", columns="group", values="seats").loc[list(ELECTIONS), list(_GROUPS)]
    total = int(table.iloc[0].sum())
    filled = total - table["unfilled"]
    bloc = table["military"] + table["USDP"]
    now, then = "2025-26", "2020"
    houses = chambers.set_index("election")

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_parliament(figure, theme, table, houses)

    return Chart(
        name="fig-standard-parliament",
        finding=f"Appointed officers and the USDP hold {bloc[now]} of {filled[now]} filled seats after the 2025-26 "
        f"vote; by the 2020 result it would have been {bloc[then]} of {filled[then]}",
        subtitle=f"Seats of both houses of the Union Parliament, {total} in all, as each election filled them",
        draw=draw,
        frame=composition.merge(chambers[["election", "largest", "largest_share", "low", "high"]], on="election"),
        alt="Stacked bars of the seats of the Union Parliament by election. "
        + " ".join(
            f"{election}: "
            + ", ".join(f"{_GROUPS[group]} {count}" for group, count in row.items())
            + f". Of the elected seats of the lower house {_largest(houses.loc[election])}."
            for election, row in table.iterrows()
        ),
        source="Data: election commissions as reported; reserved seats by the constitution of 2008. In brackets: the "
        "effective number of parties. The parliament elected in 2020 never met.",
        height=4.1,
    )


def _largest(house: pd.Series) -> str:
    """The largest party's share of the elected seats of a lower house, and the effective number of parties there."""
    ends = dict.fromkeys(_shown(house[end], 1) for end in ("low", "high"))
    return f"{house['largest']} {_shown(100 * house['largest_share'])}% ({' to '.join(ends)})"


def _draw_parliament(figure: Figure, theme: Theme, table: pd.DataFrame, houses: pd.DataFrame) -> None:
    ax = figure.subplots()
    total = int(table.iloc[0].sum())
    colours = dict(zip(_GROUPS, (theme.accent, theme.pale(0.5), theme.fill, theme.faint, theme.page), strict=True))
    for row, election in enumerate(ELECTIONS):
        left, seats = 0, table.loc[election]
        for group, colour in colours.items():
            width = int(seats[group])
            ax.barh(row, width, left=left, height=0.44, color=colour, edgecolor=theme.faint, linewidth=0.7)
            if width >= 30:
                dark = group in ("military", "NLD")
                ax.text(left + width / 2, row, str(width), ha="center", va="center", size=_SMALL, weight="bold",
                        color=theme.page if dark else theme.text)  # fmt: skip
            left += width
        bloc, under = int(seats["military"] + seats["USDP"]), row + 0.29
        ax.plot([0, 0, bloc, bloc], [under, under + 0.05, under + 0.05, under], color=theme.text, linewidth=1.2)
        ax.text(0, under + 0.2, f"{bloc} of {total - seats['unfilled']}", size=_SMALL, va="center",
                weight="bold" if election in ("2020", "2025-26") else "normal")  # fmt: skip
        ax.text(total, under + 0.2, f"lower house: {_largest(houses.loc[election])}", size=_SMALL, va="center",
                ha="right", color=theme.faint)  # fmt: skip
    _parliament_key(ax, theme, colours, total)
    ax.plot(
        [total / 2] * 2, [-0.34, len(ELECTIONS) - 0.7], color=theme.text, linewidth=1, linestyle=(0, (2, 2)), zorder=0
    )
    ax.text(total / 2, -0.45, "half", ha="center", va="center", size=_SMALL)
    ax.set(xlim=(-2, total + 2), ylim=(len(ELECTIONS) - 0.4, -1.35 if narrow(figure) else -0.95), xticks=[])
    ax.set_yticks(range(len(ELECTIONS)), list(ELECTIONS))
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)


def _parliament_key(ax: Axes, theme: Theme, colours: dict[str, str], total: int) -> None:
    """What the colours stand for, in the order of the bars."""
    small = narrow(ax.figure)
    places = [(0, -1.18), (0.46, -1.18), (0.66, -1.18), (0, -0.86), (0.2, -0.86)] if small else [
        (at, -0.78) for at in (0, 0.3, 0.46, 0.62, 0.76)]  # fmt: skip
    side = total * (0.035 if small else 0.025)
    for (group, colour), (x, y) in zip(colours.items(), places, strict=True):
        ax.add_patch(
            Rectangle((x * total, y - 0.08), side, 0.16, facecolor=colour, edgecolor=theme.faint, linewidth=0.7)
        )
        ax.text(x * total + side * 1.4, y, _GROUPS[group], size=_SMALL, va="center")
