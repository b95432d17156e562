"""Figures of the chapter "Who could vote?"."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE as _SMALL
from vouch.figures.style import TEXT_SIZE, Theme
from vouch.methods.election.coverage import STATUSES
from vouch.text import formatted, month, percent

# Where each block of tiles stands: column and row of its label in tile widths, and how many tiles make a row.
# Drawn by hand after the order of the units on any map: north is up, Shan in the east, Rakhine on the western coast.
_BLOCKS = {
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
_MAP_SIZE = 25, 31

_IN_WORDS = {
    "phase 1": "first phase, 28 December",
    "phase 2": "second phase, 11 January",
    "phase 3": "third phase, 25 January",
    "phase 2 or 3": "second or third: not known",
    "no vote": "no vote",
}

_ASSUMPTIONS = {
    "none": "Nothing is assumed",
    "winners": "Announced winners did win",
    "not higher": "... and unreached townships favour it no more",
    "majorities": "... and it won each seat with over half",
    "same": "... and unreached townships are like the rest",
}

_HOLDERS = {
    "military": ("held by the military", "o", True),
    "not-full-military": ("not fully under the military", "o", False),
    "opposition": ("held by its opponents", "s", True),
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
        axes.set(xlim=(-0.1, _MAP_SIZE[0]), ylim=(_MAP_SIZE[1], -0.1), aspect="equal")
        axes.axis("off")
        for status in STATUSES:
            places = [
                (_BLOCKS[row.state_region][0] + (row.tile - 1) % _BLOCKS[row.state_region][2],
                 _BLOCKS[row.state_region][1] + 1.1 + (row.tile - 1) // _BLOCKS[row.state_region][2])
                for row in tiles[tiles["status"] == status].itertuples(index=False)
            ]  # fmt: skip
            _tiles(axes, status, places, theme)
        for name, (column, row, _) in _BLOCKS.items():
            n, voted = by_unit[name]
            axes.text(column, row + 0.85, f"{_spelt(name)} {voted}/{n}", size=_SMALL, color=theme.text)
        for line, status in enumerate(STATUSES):
            place = (0, 24.6 + 1.25 * line)
            _tiles(axes, status, [place], theme)
            label = f"{_IN_WORDS[status]}: {counts[status]}"
            axes.text(1.3, place[1] + 0.5, label, size=_SMALL, color=theme.text, va="center")

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
    )


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
    """Turnout over each denominator; turnout: result of coverage.turnout_over with a column label."""
    rolls = turnout[turnout["point"].notna()]
    low, high = rolls["low"].min(), rolls["high"].max()
    point = rolls["point"].iloc[0]

    def draw(figure: Figure, theme: Theme) -> None:
        axes = figure.subplots()
        axes.axvline(point * 100, color=theme.text, linewidth=1, linestyle=(0, (2, 2)))
        for row, line in enumerate(turnout.itertuples(index=False)):
            _text(axes, 0, row - 0.38, f"{line.label}: {line.value / 1e6:.2f} million", theme)
            if pd.notna(line.point):
                axes.plot([line.low * 100, line.high * 100], [row, row], color=theme.accent, linewidth=5, alpha=0.45)
                axes.plot(line.high * 100, row, "|", color=theme.accent, markersize=10)
            hollow = pd.isna(line.point)
            axes.plot(line.cast * 100, row, "o", color=theme.accent, markersize=6.5, mfc=theme.page if hollow else None)
            axes.text(line.cast * 100 - 2, row, f"{_number(line.cast * 100, 1)}%", size=_SMALL, va="center", ha="right")
            if pd.notna(line.point) and line.high - line.low > 0.05:
                axes.text(line.high * 100 + 2, row, f"{_number(line.high * 100, 1)}%", size=_SMALL, va="center")
        axes.set(xlim=(0, 100), ylim=(len(turnout) - 0.5, -0.75), xticks=range(0, 101, 25), yticks=[])
        axes.set_xticklabels([f"{x}%" for x in range(0, 101, 25)])
        axes.spines["left"].set_visible(False)

    return Chart(
        name="fig-voters-turnout-bounds",
        finding=f"Turnout is {_percent(point)} of the roll of 2025; with all on the rolls of 2020 able to vote it "
        f"would lie between {_percent(low)} and {_percent(high)}",
        subtitle="Ballots over each denominator (dot), and how high turnout could have been had everyone missing from "
        "the 2025 roll voted (bar). Hollow: inhabitants, children included. Dashed: the missing vote like the rest",
        draw=draw,
        frame=turnout,
        alt="Interval chart of turnout over each available denominator. "
        + " ".join(
            f"{line.label}: {_number(line.cast * 100, 1)} per cent cast"
            + (f", worst-case bounds to {_number(line.high * 100, 1)}." if pd.notna(line.high) else ".")
            for line in turnout.itertuples(index=False)
        ),
        source="Data: the election commissions, the ministry and the census department, each as reported.",
        height=4.3,
    )


def support_bounds(ceilings: pd.DataFrame, ladder: pd.DataFrame) -> Chart:
    """What can be said of the winner's support.

    ceilings: label, cast (ballots over an electorate: no party's voters can be more). ladder: coverage.support.
    """
    last = ladder.iloc[-1]
    top = ceilings["cast"].max()

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_support_bounds(figure, theme, ceilings, ladder)

    frame = pd.concat(
        [
            pd.DataFrame({"panel": "A", "row": ceilings["label"], "low": 0.0, "high": ceilings["cast"]}),
            pd.DataFrame({"panel": "B", "row": ladder["assumption"], "low": ladder["low"], "high": ladder["high"]}),
        ],
        ignore_index=True,
    )
    return Chart(
        name="fig-voters-support-bounds",
        finding="Even under four assumptions the winner's support is known only to within "
        f"{_number(last.width * 100)} points",
        subtitle="Bounds on support for the Union Solidarity and Development Party. Dashed: one half",
        draw=draw,
        frame=frame,
        alt="Interval chart in two panels. "
        f"A: the party's voters are at most {_number(top * 100, 1)} per cent of the roll of 2025 and at most "
        f"{_number(ceilings['cast'].min() * 100, 1)} per cent of the largest roll of 2020. B: "
        + "; ".join(
            f"{_ASSUMPTIONS[line.assumption].removeprefix('... ')}: {_number(line.low * 100)} to "
            f"{_number(line.high * 100)} per cent"
            for line in ladder.itertuples(index=False)
        )
        + ".",
        source="Data: seats, candidates and ballots as announced by the election commission, to February 2026.",
        height=6.2,
    )


def _draw_support_bounds(figure: Figure, theme: Theme, ceilings: pd.DataFrame, ladder: pd.DataFrame) -> None:
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(len(ceilings) + 0.6, len(ladder) + 0.6))
    upper.set_title("A. Share of the electorate who cast a ballot for it", size=TEXT_SIZE, color=theme.text)
    for row, line in enumerate(ceilings.itertuples(index=False)):
        _interval(upper, row, line.label, 0.0, line.cast, theme, "////")
    upper.axvline(50, color=theme.text, linewidth=1, linestyle=(0, (2, 2)))
    upper.set_ylim(len(ceilings) - 0.55, -0.8)
    lower.set_title("B. Its share of the vote, mean of all townships", size=TEXT_SIZE, color=theme.text)
    for row, line in enumerate(ladder.itertuples(index=False)):
        _interval(lower, row, _ASSUMPTIONS[line.assumption], line.low, line.high, theme, None)
    lower.axvline(50, color=theme.text, linewidth=1, linestyle=(0, (2, 2)))
    lower.set_ylim(len(ladder) - 0.55, -0.8)
    for axes in (upper, lower):
        axes.set(xlim=(0, 118), xticks=range(0, 101, 25), yticks=[])
        axes.set_xticklabels([f"{x}%" for x in range(0, 101, 25)])
        axes.spines["left"].set_visible(False)
        axes.tick_params(labelbottom=True)


def rolls(rolls: pd.DataFrame) -> Chart:
    """Voter rolls side by side; rolls: label, value, election, qualifier; the last row is the roll of 2025."""
    newest = rolls.iloc[-1]
    falls = {row.label: 1 - newest["value"] / row.value for row in rolls.iloc[:-1].itertuples(index=False)}
    of_2020 = [falls[label] for label in rolls.loc[rolls["election"] == "2020", "label"]]

    def draw(figure: Figure, theme: Theme) -> None:
        axes = figure.subplots()
        axes.axvline(newest["value"] / 1e6, color=theme.text, linewidth=1, linestyle=(0, (2, 2)))
        for row, line in enumerate(rolls.itertuples(index=False)):
            last = row == len(rolls) - 1
            _text(axes, 0, row - 0.4, line.label, theme)
            colour = theme.accent if last else theme.faint
            axes.plot([0, line.value / 1e6], [row, row], color=colour, linewidth=5 if last else 3, alpha=0.6)
            axes.plot(line.value / 1e6, row, "o" if last else "s", color=colour, markersize=6)
            text = f"{line.value / 1e6:.2f}" if line.qualifier == "exact" else f"{line.value / 1e6:g}"
            text = {"at-least": "over ", "about": "about "}.get(line.qualifier, "") + text
            axes.text(line.value / 1e6 + 0.9, row, text, size=_SMALL, va="center", color=theme.text)
        axes.set(xlim=(0, 48), ylim=(len(rolls) - 0.5, -0.8), yticks=[], xticks=range(0, 41, 10))
        axes.spines["left"].set_visible(False)

    return Chart(
        name="fig-voters-rolls",
        finding=f"The roll of 2025 is {_percent(min(of_2020))} to {_percent(max(of_2020))} smaller than "
        "the rolls named for 2020",
        subtitle="Million people on the roll, by who says so. Dashed: the roll of 2025",
        draw=draw,
        frame=rolls,
        alt="Bar chart of voter rolls in millions. "
        + " ".join(f"{row.label}: {row.value / 1e6:.2f}." for row in rolls.itertuples(index=False))
        + f" The last is {_percent(min(of_2020))} to {_percent(max(of_2020))} below those of 2020.",
        source="Data: election commissions and ministry, each as reported.",
        height=3.9,
    )


def territory(estimates: pd.DataFrame) -> Chart:
    """Estimates of control, each in its own unit; estimates: result of coverage.control."""
    units = list(dict.fromkeys(estimates["of"]))
    military = estimates[estimates["holder"] == "military"]["share"]

    def draw(figure: Figure, theme: Theme) -> None:
        sizes = [(estimates["of"] == unit).sum() + 0.45 for unit in units]
        for axes, unit in zip(figure.subplots(len(units), 1, sharex=True, height_ratios=sizes), units, strict=True):
            axes.set_title(f"Per cent of {unit}", size=TEXT_SIZE, color=theme.text)
            lines = estimates[estimates["of"] == unit]
            for row, line in enumerate(lines.itertuples(index=False)):
                _, marker, filled = _HOLDERS[line.holder]
                colour = theme.accent if marker == "o" else theme.text
                face = colour if filled else theme.page
                axes.plot([0, 100], [row, row], color=theme.grid, linewidth=1, zorder=0)
                axes.plot(line.share * 100, row, marker, color=colour, markerfacecolor=face, markersize=7)
                _text(axes, line.share * 100 + 2.5, row, _as_stated(line), theme)
                label = textwrap.fill(f"{_who_and_when(line)}: {line.definition}", 78)
                axes.text(0, row - 0.16, label, size=_SMALL, va="bottom", linespacing=1.1, color=theme.text)
            axes.set(xlim=(-1, 116), ylim=(len(lines) - 0.75, -0.85), yticks=[], xticks=range(0, 101, 25))
            axes.set_xticklabels([f"{x}%" for x in range(0, 101, 25)])
            axes.spines[["left", "bottom"]].set_visible(False)
            axes.grid(visible=False)
            axes.tick_params(length=0, labelbottom=unit == units[-1])

    return Chart(
        name="fig-voters-territory",
        finding=f"Estimates of what the military holds run from {_percent(military.min())} to "
        f"{_percent(military.max())}, each in its own unit",
        subtitle="Filled circle: held by the military. Open circle: not fully under it. Square: held by its "
        "opponents. Nothing here adds up to 100%",
        draw=draw,
        frame=estimates,
        alt="Dot plot of estimates of territorial control, in panels by unit. "
        + " ".join(
            f"{_who_and_when(line)}, of {line.of}: {_as_stated(line)} {_HOLDERS[line.holder][0]}."
            for line in estimates.itertuples(index=False)
        ),
        source="Data: estimates as published or as relayed, September 2022 to June 2025.",
        height=7.0,
    )


def _spelt(unit: str) -> str:
    """The name of a state or region as the prose spells it; the tables keep the spelling of the census."""
    return unit.replace("Naypyitaw", "Naypyidaw")


def _who_and_when(estimate: Any) -> str:
    return f"{estimate.claimant[0].upper()}{estimate.claimant[1:]}, {month(pd.Period(estimate.as_of, freq='M'))}"


def _as_stated(estimate: Any) -> str:
    """The estimate as its author gave it: a count of townships stays a count."""
    whole = _number(estimate.value)
    return f"{whole} of 330" if estimate.unit == "townships" else f"{whole}%"


def _tiles(axes: Axes, status: str, places: list[tuple[float, float]], theme: Theme) -> None:
    """Tiles of one status: three steps of one hue, a hatch where the phase is not known, a cross where nobody voted."""
    face = {
        "phase 1": theme.accent,
        "phase 2": theme.pale(0.42),
        "phase 3": theme.pale(0.74),
        "phase 2 or 3": theme.pale(0.74),
        "no vote": theme.page,
    }[status]
    patches = [Rectangle((x + 0.06, y + 0.06), 0.88, 0.88) for x, y in places]
    edge = theme.faint if status == "no vote" else theme.accent
    axes.add_collection(PatchCollection(patches, facecolor=face, edgecolor=edge, linewidth=0.6))
    if status == "phase 2 or 3":
        hatched = PatchCollection(patches, facecolor="none", edgecolor=theme.accent, hatch="//////", linewidth=0)
        axes.add_collection(hatched)
    if status == "no vote":
        x, y = zip(*((x + 0.5, y + 0.5) for x, y in places), strict=True)
        axes.plot(x, y, "x", color=theme.text, markersize=6, markeredgewidth=1.1)


def _interval(axes: Axes, row: int, label: str, low: float, high: float, theme: Theme, hatch: str | None) -> None:
    _text(axes, 0, row - 0.42, label, theme)
    face = theme.pale(0.6)
    axes.barh(row, (high - low) * 100, left=low * 100, height=0.3, color=face, edgecolor=theme.accent, hatch=hatch,
              linewidth=0.8)  # fmt: skip
    _text(axes, high * 100 + 1.5, row, f"{_number(low * 100)}–{_number(high * 100)}%", theme)


def _text(axes: Axes, x: float, y: float, text: str, theme: Theme) -> None:
    """Small text on a ground of the page's colour, so that no line runs through it."""
    ground = {"facecolor": theme.page, "edgecolor": "none", "pad": 0.6}
    axes.text(x, y, text, size=_SMALL, va="center", color=theme.text, bbox=ground)


def _number(value: float, digits: int = 0) -> str:
    return formatted(float(value), digits)  # numpy's numbers print their type with them


def _percent(share: float) -> str:
    return percent(share * 100)
