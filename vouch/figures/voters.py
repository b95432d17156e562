"""Figures of the chapter "Who could vote?"."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vouch.figures.chart import Chart
from vouch.figures.scale import edge, ground, ink
from vouch.figures.style import SMALL_SIZE as _SMALL
from vouch.figures.style import TEXT_SIZE, Theme, narrow
from vouch.methods.election.coverage import STATUSES
from vouch.methods.intervals import Interval, rounded_down
from vouch.text import formatted, percent

# Where each block of tiles stands: column and row of its label in tile widths, and how many tiles make a row.
# Drawn by hand after the order of the units on any map: north is up, Shan in the east, Rakhine on the western coast.
BLOCKS = {
    "Kachin": (12, 0, 6),
    "Sagaing": (5, 2.2, 6),
    "Shan": (19, 2.2, 6),
    "Chin": (0, 6, 3),
    "Mandalay": (12, 4.8, 6),
    "Magway": (5, 10.8, 6),
    "Rakhine": (0, 10.8, 4),
    "Naypyitaw": (12, 11.4, 4),
    "Kayah": (19, 13.8, 4),
    "Bago": (12, 15, 6),
    "Kayin": (19, 17.4, 4),
    "Ayeyarwady": (5, 17.4, 6),
    "Mon": (19, 21, 5),
    "Yangon": (12, 21.6, 6),
    "Tanintharyi": (19, 24.6, 5),
}
MAP_SIZE = 25, 31

_IN_WORDS = {
    "phase 1": "first phase, 28 December",
    "phase 2": "second phase, 11 January",
    "phase 3": "third phase, 25 January",
    "phase 2 or 3": "second or third: not known",
    "no vote": "no vote",
}


def tile_map(tiles: pd.DataFrame) -> Chart:
    """All townships as tiles in blocks by state and region; tiles: state_region, tile, status (coverage.tiles)."""
    counts = tiles["status"].value_counts().reindex(STATUSES, fill_value=0)
    total, none = len(tiles), int(counts["no vote"])
    voting = tiles.assign(voted=tiles["status"] != "no vote").groupby("state_region")["voted"]
    by_unit = {name: (len(unit), int(unit.sum())) for name, unit in voting}
    half_empty = " and ".join(sorted(name for name, (n, voted) in by_unit.items() if voted < n / 2))

    def draw(figure: Figure, theme: Theme) -> None:
        axes = figure.subplots()
        all_tiles(axes, tiles, theme)
        for name, (column, row, _) in BLOCKS.items():
            n, voted = by_unit[name]
            axes.text(column, row + 0.85, f"{_spelt(name)} {voted}/{n}", size=_SMALL, color=theme.text)
        for line, status in enumerate(["no vote", *(status for status in STATUSES if status != "no vote")]):
            place = (0, 24.6 + 1.25 * line)
            _tiles(axes, status, [place], theme)
            label = f"{_IN_WORDS[status]}: {counts[status]}" + (f" of {total}" if not line else "")
            weight = "normal" if line else "bold"
            axes.text(1.3, place[1] + 0.5, label, size=_SMALL, color=theme.text, va="center", weight=weight)

    return Chart(
        name="fig-voters-tile-map",
        finding=f"No vote was held in {none} of {total} townships; in {half_empty} most had none",
        subtitle="One tile per township, in blocks by state or region, placed roughly as on the map; "
        "townships that voted / all",
        draw=draw,
        frame=tiles,
        alt=f"Tile map of {total} townships in 15 blocks, coloured and hatched by phase of voting: "
        + ", ".join(f"{counts[status]} {_IN_WORDS[status]}" for status in STATUSES)
        + f". Fewer than half of the townships voted in {half_empty}.",
        source="Data: own compilation from announcements of the election commission as reported, to 25 January 2026.",
        height=7.0,
        narrow_height=5.4,
    )


def all_tiles(axes: Axes, tiles: pd.DataFrame, theme: Theme) -> None:
    """Paint the tiles alone, without a word; tiles: as for :func:`tile_map`."""
    axes.set(xlim=(-0.1, MAP_SIZE[0]), ylim=(MAP_SIZE[1], -0.1), aspect="equal")
    axes.axis("off")
    for status in STATUSES:
        places = [
            (BLOCKS[row.state_region][0] + (row.tile - 1) % BLOCKS[row.state_region][2],
             BLOCKS[row.state_region][1] + 1.1 + (row.tile - 1) // BLOCKS[row.state_region][2])
            for row in tiles[tiles["status"] == status].itertuples(index=False)
        ]  # fmt: skip
        _tiles(axes, status, places, theme)


def by_state_and_region(coverage: pd.DataFrame) -> Chart:
    """Share of townships that voted; coverage: result of coverage.by_state_and_region."""
    states = coverage[coverage["kind"] == "state"]
    rest = coverage[coverage["kind"] != "state"]
    groups = [("Seven states", states, "o"), ("Seven regions and Naypyidaw", rest, "s")]
    means = {label: group["voted"].sum() / group["townships_total"].sum() for label, group, _ in groups}
    lowest = coverage.iloc[0]

    def draw(figure: Figure, theme: Theme) -> None:
        axes = figure.subplots()
        row, ticks = 0.0, []
        for label, group, marker in groups:
            mean = means[label]
            axes.text(0, row, f"{label}: {_percent(mean)} together", size=TEXT_SIZE, weight="bold", va="center")
            first = row = row + 1
            for unit in group.itertuples(index=False):
                colour = theme.accent if marker == "o" else theme.faint
                axes.plot([unit.low * 100, unit.high * 100], [row, row], color=colour, linewidth=1.2)
                axes.plot(unit.share * 100, row, marker, color=colour, markersize=6)
                axes.text(104, row, f"{unit.voted}/{unit.townships_total}", va="center", size=_SMALL, clip_on=False)
                ticks.append((row, _spelt(unit.state_region)))
                row += 1
            axes.plot([mean * 100] * 2, [first - 0.4, row - 0.6], color=theme.text, linewidth=1, linestyle=(0, (2, 2)))
            row += 0.5
        axes.set_yticks([place for place, _ in ticks], [name for _, name in ticks])
        axes.tick_params(axis="y", length=0)
        axes.set(xlim=(0, 116), ylim=(row - 0.6, -0.7), xticks=range(0, 101, 25))
        axes.set_xticklabels([f"{x}%" for x in range(0, 101, 25)])
        axes.grid(axis="y", visible=False)
        axes.spines["left"].set_visible(False)

    first, second = (f"{label}: {_percent(mean)}" for label, mean in means.items())
    return Chart(
        name="fig-voters-coverage",
        finding=f"{_percent(means['Seven states'])} of townships voted in the seven states, "
        f"{_percent(means['Seven regions and Naypyidaw'])} elsewhere",
        subtitle="Share of townships in which people voted. The share is a full count; the line is a 95% Wilson "
        "interval for the rate behind it. Dashed: the group together",
        draw=draw,
        frame=coverage,
        alt=f"Dot plot with intervals of the share of townships that voted, by state and region. {first}; {second}. "
        f"Lowest: {lowest['state_region']}, {lowest['voted']} of {lowest['townships_total']}.",
        source="Data: own compilation from announcements of the election commission as reported, to 25 January 2026.",
        height=5.2,
    )


def turnout_bounds(turnout: pd.DataFrame) -> Chart:
    """Ballots over each denominator; turnout: result of bounds.turnout_over with the columns label and adults."""
    estimates = turnout.loc[turnout["adults"], "cast"]
    official = turnout["cast"].iloc[0]

    def draw(figure: Figure, theme: Theme) -> None:
        axes = figure.subplots()
        for row, line in enumerate(turnout.itertuples(index=False)):
            axes.text(0.5, row - 0.4, f"{line.label}: {line.value / 1e6:.1f} million", size=_SMALL, va="center")
            if line.is_electorate:
                axes.plot([line.low * 100, line.high * 100], [row, row], color=theme.accent, linewidth=5, alpha=0.45)
            face = theme.accent if line.is_electorate else theme.page
            axes.plot(line.cast * 100, row, "o", color=theme.accent, markersize=6.5, markerfacecolor=face)
            told = "bold" if line.adults or not row else "normal"  # what the title speaks of
            axes.text(103, row, _percent(line.cast), size=TEXT_SIZE, va="center", weight=told)
        adults = [row for row, line in enumerate(turnout.itertuples()) if line.adults]
        axes.axhspan(min(adults) - 0.62, max(adults) + 0.3, color=theme.fill, linewidth=0, zorder=0)
        axes.set(xlim=(0, 113), ylim=(len(turnout) - 0.5, -0.8), xticks=range(0, 101, 25), yticks=[])
        axes.set_xticklabels([f"{x}%" for x in range(0, 101, 25)])
        axes.spines["left"].set_visible(False)

    return Chart(
        name="fig-voters-turnout-bounds",
        finding=f"{_percent(estimates.min())} to {_percent(estimates.max())} of adults cast a ballot; the official "
        f"{_percent(official)} is a share of the roll",
        subtitle="Ballots as a share of each denominator (dot, and number at the right); bar: how low or high turnout "
        "could have been, had everyone of the denominator been able to vote. Shaded: adults. Hollow: children included",
        draw=draw,
        frame=turnout,
        alt="Interval chart of ballots as a share of each available denominator. "
        + " ".join(
            f"{line.label}: {_percent(line.cast)}"
            + (f", between {_between(line.low, line.high)} had all been able to vote." if line.is_electorate else ".")
            for line in turnout.itertuples(index=False)
        ),
        source="Data: the election commissions, the ministry, the census department and the UN, each as reported.",
        height=4.2,
    )


def by_kind(shares: pd.DataFrame) -> Chart:
    """The winner's share of plurality seats and of list seats; shares: result of parties.by_kind."""
    first, together = shares.iloc[0], shares.set_index("kind").loc["All list seats"]

    def draw(figure: Figure, theme: Theme) -> None:
        axes = figure.subplots()
        axes.axvline(50, color=theme.text, linewidth=1, linestyle=(0, (2, 2)))
        for row, line in enumerate(shares.itertuples(index=False)):
            _text(axes, 0, row - 0.4, f"{line.kind} ({line.filled})", theme)
            if line.high > line.low:
                axes.plot([line.low * 100, line.high * 100], [row, row], color=theme.accent, linewidth=5, alpha=0.45)
                lowest = _number(rounded_down(line.low * 100))
                axes.text(line.low * 100 - 1.5, row, f"{lowest}%", size=_SMALL, va="center", ha="right")
            axes.plot(line.point * 100, row, "o", color=theme.accent, markersize=6.5)
            axes.text(103, row, _percent(line.point), size=TEXT_SIZE, va="center", weight="bold")
        axes.set(xlim=(0, 112), ylim=(len(shares) - 0.5, -0.8), xticks=range(0, 101, 25), yticks=[])
        axes.set_xticklabels([f"{x}%" for x in range(0, 101, 25)])
        axes.spines["left"].set_visible(False)

    return Chart(
        name="fig-voters-seats-by-kind",
        finding=f"The winner took {_percent(first.point)} of lower-house seats, and by its totals about "
        f"{_percent(together.point)} of list seats, at least {_number(rounded_down(together.low * 100))}%",
        subtitle="Seats of the Union Solidarity and Development Party, of those filled (number in brackets). Dot: as "
        "reported, or if it won plurality seats as often as in the lower house; bar: all that its totals allow",
        draw=draw,
        frame=shares,
        alt="Interval chart of the winner's share of seats. "
        + " ".join(
            f"{line.kind}, {line.filled}: {_percent(line.point)}"
            + (f", at least {_number(rounded_down(line.low * 100))} per cent." if line.high > line.low else ".")
            for line in shares.itertuples(index=False)
        ),
        source="Data: seats as announced by the election commission, to February 2026.",
        height=3.6,
    )


def _spelt(unit: str) -> str:
    """The name of a state or region as the prose spells it; the tables keep the spelling of the census."""
    return unit.replace("Naypyitaw", "Naypyidaw")


def _tiles(axes: Axes, status: str, places: list[tuple[float, float]], theme: Theme) -> None:
    """Tiles of one status: three steps of one hue, a hatch where the phase is not known; where nobody voted a cross on
    the ground of what fails."""
    face = {
        "phase 1": theme.pale(0.2),
        "phase 2": theme.pale(0.5),
        "phase 3": theme.pale(0.78),
        "phase 2 or 3": theme.pale(0.78),
        "no vote": ground("fails", theme),
    }[status]
    patches = [Rectangle((x + 0.06, y + 0.06), 0.88, 0.88) for x, y in places]
    rim = edge("fails", theme) if status == "no vote" else theme.pale(0.2)
    axes.add_collection(PatchCollection(patches, facecolor=face, edgecolor=rim, linewidth=0.6))
    if status == "phase 2 or 3":
        hatched = PatchCollection(patches, facecolor="none", edgecolor=theme.pale(0.2), hatch="//////", linewidth=0)
        axes.add_collection(hatched)
    if status == "no vote":
        x, y = zip(*((x + 0.5, y + 0.5) for x, y in places), strict=True)
        axes.plot(x, y, "x", color=ink("fails", theme), markersize=4 if narrow(axes.figure) else 6, markeredgewidth=1.1)


def _text(axes: Axes, x: float, y: float, text: str, theme: Theme, size: float = _SMALL) -> None:
    """Text on a ground of the page's colour, so that no line runs through it."""
    ground = {"facecolor": theme.page, "edgecolor": "none", "pad": 0.6}
    axes.text(x, y, text, size=size, va="center", color=theme.text, bbox=ground)


def _between(low: float, high: float) -> str:
    bounds = Interval(low, high).outward(scale=100)
    return f"{_number(bounds.low)} and {_number(bounds.high)} per cent"


def _number(value: float, digits: int = 0) -> str:
    return formatted(float(value), digits)  # numpy's numbers print their type with them


def _percent(share: float) -> str:
    return percent(share * 100)
