"""The figures of the chapter on standards: each takes frames and returns a Chart."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vouch.figures.chart import Chart
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
    "military": "military, not elected",
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
        height=6.6,
    )


def _names(criteria: tuple[str, ...]) -> str:
    return ", ".join(LABELS[criterion][0].lower() + LABELS[criterion][1:] for criterion in criteria)


def _draw_scorecard(figure: Figure, theme: Theme, cells: pd.DataFrame, place: dict[str, float]) -> None:
    ax = figure.subplots()
    grounds = {
        "meets": theme.pale(0.5),
        "partly": theme.pale(0.85),
        "fails": theme.faint,
        "unknown": theme.grid,
        "not-reached": theme.grid,
    }
    for line in cells.itertuples(index=False):
        x, y = ELECTIONS.index(line.election), place[line.criterion_id]
        ax.add_patch(Rectangle((x - 0.47, y - 0.46), 0.94, 0.92, facecolor=grounds[line.direction]))
        ink = theme.page if line.direction == "fails" else theme.text
        _symbol(ax, x - 0.12, y, line.direction, ink, theme)
        letter = {"high": "h", "medium": "m", "low": "l"}.get(line.confidence, "")
        ax.text(x + 0.38, y, letter, size=_SMALL, ha="center", va="center", color=ink)
        if line.second != line.direction:
            ax.text(x + 0.17, y, "≠", size=_SMALL + 1.5, ha="center", va="center", color=ink)
    for criterion, y in place.items():
        ax.text(-0.58, y, LABELS[criterion], size=_SMALL + 0.4, ha="right", va="center")
    seen = set()
    for criterion, y in place.items():
        stage = CYCLE[criterion]
        if stage not in seen:
            seen.add(stage)
            ax.text(-3.05, y - 0.83, _STAGES[stage], size=_SMALL, ha="left", va="center", color=theme.faint)
    for x, election in enumerate(ELECTIONS):
        ax.text(
            x, -0.6 if narrow(figure) else 0.02, election, size=_SMALL + 0.6, ha="center", va="center", weight="bold"
        )
    line = min(place[criterion] for criterion in place if criterion in AFTER) - 1.2
    ax.plot([-3.05, 3.55], [line, line], color=theme.text, linewidth=0.9)
    bottom = max(place.values()) + 1.05
    for left, direction in zip([-2.95, -1.85, -0.85, 0.15, 1.45], DIRECTIONS, strict=True):
        _symbol(ax, left, bottom, direction, theme.text, theme)
        ax.text(left + 0.2, bottom, direction.replace("-", " "), size=_SMALL, va="center")
    ax.text(
        -3.05, bottom + 0.75, "h, m, l: high, medium, low confidence   ≠: the second coding differs",
        size=_SMALL, va="center", color=theme.faint,
    )  # fmt: skip
    ax.set(xlim=(-3.1, 3.6), ylim=(bottom + 1.2, -1.1 if narrow(figure) else -0.5), xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)


def _symbol(ax, x: float, y: float, direction: str, ink: str, theme: Theme) -> None:
    """Symbols that differ in shape and filling, so that the table needs no colour."""
    if direction in ("unknown", "not-reached"):
        sign = "?" if direction == "unknown" else "–"
        ax.text(x, y, sign, size=9.5, ha="center", va="center", color=ink, weight="bold")
    elif direction == "fails":
        ax.plot(x, y, "X", color=ink, markersize=7.5, markeredgewidth=0)
    else:
        ax.plot(
            x, y, "o", color=ink, markersize=8, markeredgewidth=1, markeredgecolor=ink,
            fillstyle="full" if direction == "meets" else "left", markerfacecoloralt=theme.page,
        )  # fmt: skip


def parliament(composition: pd.DataFrame) -> Chart:
    """Stacked bars of the Union Parliament; composition: result of scorecard.parliament."""
    table = composition.pivot(index="election", columns="group", values="seats").loc[list(ELECTIONS), list(_GROUPS)]
    total = int(table.iloc[0].sum())
    filled = total - table["unfilled"]
    bloc = table["military"] + table["USDP"]
    now, then = "2025-26", "2020"

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_parliament(figure, theme, table, total)

    return Chart(
        name="fig-standard-parliament",
        finding=f"Appointed officers and the USDP hold {bloc[now]} of {filled[now]} filled seats after the 2025-26 "
        f"vote; by the 2020 result it would have been {bloc[then]} of {filled[then]}",
        subtitle=f"Seats of both houses of the Union Parliament, {total} in all, as each election filled them",
        draw=draw,
        frame=composition,
        alt="Stacked bars of the seats of the Union Parliament by election. "
        + " ".join(
            f"{election}: " + ", ".join(f"{_GROUPS[group]} {count}" for group, count in row.items()) + "."
            for election, row in table.iterrows()
        ),
        source="Data: election commissions as reported; reserved seats by the constitution of 2008. The parliament "
        "elected in 2020 never met.",
        height=3.3,
    )


def _draw_parliament(figure: Figure, theme: Theme, table: pd.DataFrame, total: int) -> None:
    ax = figure.subplots()
    looks = {
        "military": (theme.accent, "////"),
        "USDP": (theme.pale(0.35), None),
        "others": (theme.fill, None),
        "NLD": (theme.faint, "\\\\\\\\"),
        "unfilled": (theme.page, None),
    }
    for row, election in enumerate(ELECTIONS):
        left = 0
        for group, (colour, hatch) in looks.items():
            width = int(table.loc[election, group])
            if not width:
                continue
            ax.barh(row, width, left=left, height=0.56, color=colour, hatch=hatch, edgecolor=theme.page)
            ax.barh(row, width, left=left, height=0.56, color="none", edgecolor=theme.faint, linewidth=0.7)
            if width >= 30:
                ax.text(
                    left + width / 2, row, str(width), ha="center", va="center", size=_SMALL,
                    bbox={"facecolor": theme.page, "edgecolor": "none", "pad": 0.8, "alpha": 0.85},
                )  # fmt: skip
            left += width
    _heads(ax, table, theme)
    ax.axvline(total / 2, color=theme.text, linewidth=1, linestyle=(0, (2, 2)))
    ax.text(total / 2 + 6, len(ELECTIONS) - 0.42, "half of all seats", ha="left", va="center", size=_SMALL)
    ax.set(xlim=(-2, total + 2), ylim=(len(ELECTIONS) - 0.25, -0.85), xticks=[])
    ax.set_yticks(range(len(ELECTIONS)), list(ELECTIONS))
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)


def _heads(ax, table: pd.DataFrame, theme: Theme) -> None:
    """Names of the groups above the first bar that shows them well."""
    ax.text(table.iloc[0]["military"] / 2, -0.4, "military,\nnot elected", ha="center", va="bottom", size=_SMALL)
    first = table.iloc[0]
    ax.text(first["military"] + first["USDP"] / 4, -0.4, "USDP", ha="center", va="bottom", size=_SMALL)
    ax.text(
        first["military"] + first["USDP"] + first["others"] / 2, -0.4, "others", ha="center", va="bottom", size=_SMALL
    )
    second = table.iloc[1]
    ax.text(
        second["military"] + second["USDP"] + second["others"] + second["NLD"] / 2, 0.66, "NLD", ha="center",
        va="bottom", size=_SMALL,
    )  # fmt: skip
    last = table.iloc[3]
    ax.text(int(last.sum()) - last["unfilled"] / 2, 2.62, "unfilled", ha="center", va="bottom", size=_SMALL)


def party_system(chambers: pd.DataFrame) -> Chart:
    """Effective number of parties in the lower house by election; chambers: result of scorecard.party_system."""
    first, last = chambers.iloc[0], chambers.iloc[-1]

    def draw(figure: Figure, theme: Theme) -> None:
        ax = figure.subplots()
        for row, line in enumerate(chambers.itertuples(index=False)):
            ax.plot(
                [line.low, line.high], [row, row], color=theme.accent, linewidth=6, alpha=0.6, solid_capstyle="butt"
            )
            ax.plot([line.low, line.high], [row, row], "|", color=theme.accent, markersize=11)
            label = (
                f"{_shown(line.low, 2)}"
                if line.high - line.low < 0.01
                else (f"{_shown(line.low, 2)} to {_shown(line.high, 2)}")
            )
            share = f"{line.largest} {_shown(100 * line.largest_share, 0)}% of seats"
            ax.text(line.high + 0.03, row, f"{label}   ({share})", size=_SMALL, va="center")
        ax.axvline(1, color=theme.text, linewidth=1, linestyle=(0, (2, 2)))
        ax.text(1.01, -0.55, "one party alone", size=_SMALL, va="center", color=theme.faint)
        ax.set(xlim=(0.97, 2.2), ylim=(len(chambers) - 0.5, -0.9), xticks=[1, 1.2, 1.4, 1.6, 1.8, 2.0])
        ax.set_yticks(range(len(chambers)), list(chambers["election"]))
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="y", visible=False)

    return Chart(
        name="fig-standard-parties",
        finding="No lower house since 2010 came near two effective parties; the 2025-26 house comes nearest to one",
        subtitle="Effective number of parties in elected seats of the lower house (range: seats not attributed)",
        draw=draw,
        frame=chambers,
        alt="Interval chart of the effective number of parties in the lower house. "
        + " ".join(
            f"{line.election}: {_shown(line.low, 2)} to {_shown(line.high, 2)}, largest party "
            f"{line.largest} with {_shown(100 * line.largest_share, 0)} per cent."
            for line in chambers.itertuples(index=False)
        )
        + f" From {_shown(first.low, 2)} at least in {first.election} to {_shown(last.high, 2)} at most.",
        source="Data: election commissions as reported. Military appointees are not counted.",
        height=2.6,
    )
