"""The figures of the narrative and of the chapter on the coup in context: each takes frames and returns a Chart."""

from __future__ import annotations

import re

import matplotlib.dates as dates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from vouch.evidence.case import COUP
from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE as _SMALL
from vouch.figures.style import Theme, narrow
from vouch.methods.election.base_rates import at, outward
from vouch.tables import Column, Table
from vouch.text import MONTHS, day, formatted, percent

POWER, RULE, WAR = "power and votes", "law and courts", "war and disaster"

MILESTONES = {
    "tl-20201108-1": (POWER, "election: the NLD wins 396 of 476 seats"),
    "tl-20210201-1": (POWER, "coup; Suu Kyi and Win Myint detained"),
    "tl-20210416-1": (POWER, "a National Unity Government forms"),
    "tl-20210505-1": (WAR, "its People's Defence Force"),
    "tl-20211206-1": (RULE, "first sentence of Suu Kyi"),
    "tl-202207-1": (RULE, "four prisoners executed"),
    "tl-20221230-1": (RULE, "Suu Kyi's sentences add up to 33 years"),
    "tl-20230328-1": (RULE, "40 parties dissolved, the NLD among them"),
    "tl-202310-1": (WAR, "Operation 1027 of three ethnic armies"),
    "tl-20240210-1": (RULE, "conscription law in force"),
    "tl-20240517-1": (WAR, "Arakan Army takes Buthidaung, which burns"),
    "tl-20240803-1": (WAR, "MNDAA takes Lashio"),
    "tl-20241001-1": (RULE, "census begins"),
    "tl-20241220-2": (WAR, "Arakan Army claims the Western Command"),
    "tl-20250328-1": (WAR, "earthquake near Mandalay"),
    "tl-20250422-1": (WAR, "the military is back in Lashio"),
    "tl-20250731-2": (RULE, "martial law in 63 townships"),
    "tl-20251128-1": (POWER, "Lukashenko in Naypyidaw"),
    "tl-20251228-1": (POWER, "phase 1 of the vote, 102 townships"),
    "tl-20260111-1": (POWER, "phase 2, 100 townships"),
    "tl-20260125-1": (POWER, "phase 3, 61 townships"),
    "tl-202603-1": (POWER, "Min Aung Hlaing gives up the command"),
    "tl-20260403-2": (POWER, "elected president, 429 of 584 votes"),
    "tl-20260410-1": (POWER, "sworn in"),
    "tl-20260424-1": (RULE, "martial law in 60 townships"),
    "tl-20260430-1": (RULE, "Suu Kyi said to be under house arrest"),
}
"""Events of the timeline that the axis shows: what each concerns, and its words there."""

_LINE = 0.031  # of the height of the axis: room for a line of text


def months_to_vote(curves: dict[str, pd.DataFrame], months: float) -> Chart:
    """Share of coups that had led to a vote by each month, in both periods, with Myanmar's waiting time.

    curves: the :func:`vouch.methods.election.base_rates.cumulative_incidence` of `1990–2021` and `1950–1989`.
    """
    periods = ["1990–2021", "1950–1989"]
    place, earlier = (at(curves[period], months) for period in periods)
    frame = pd.concat([curve.assign(period=period) for period, curve in curves.items()], ignore_index=True)
    frame = pd.concat([frame, pd.DataFrame({"period": ["Myanmar"], "months": [months]})], ignore_index=True)

    def draw(figure: Figure, theme: Theme) -> None:
        ax = figure.subplots()
        looks = {"1990–2021": (theme.accent, "-", 0.25), "1950–1989": (theme.faint, (0, (4, 2)), 0.22)}
        for period in periods:
            colour, dash, opacity = looks[period]
            curve = curves[period]
            curve = pd.concat([curve, curve.tail(1).assign(months=1000.0)])
            ax.step(curve["months"], curve["voted"], where="post", color=colour, linestyle=dash)
            known = curve.dropna()
            ax.fill_between(known["months"], known["low"], known["high"], step="post", color=colour, alpha=opacity)
        ax.axvline(months, color=theme.text, linewidth=1.2, linestyle=(0, (1, 1.5)))
        ax.plot([months] * 2, [place.voted, earlier.voted], "o", color=theme.text, markersize=5)
        ax.text(months + 2, place.voted - 9, percent(place.voted), weight="bold", color=theme.accent, va="center")
        ax.text(months + 2, earlier.voted + 9, percent(earlier.voted), color=theme.faint, va="center")
        ax.text(months + 2, 8, f"Myanmar: voting began\nafter {_shown(months, 1)} months", size=_SMALL + 0.5)
        ax.text(118, 101, "coups of 1990–2021", color=theme.accent, ha="right", va="bottom", size=_SMALL + 0.5)
        ax.text(118, 37, "coups of 1950–1989", color=theme.faint, ha="right", va="top", size=_SMALL + 0.5)
        ax.set(xlim=(0, 120), ylim=(0, 112), xticks=range(0, 121, 12), yticks=range(0, 101, 25))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}%"))
        ax.set_xlabel("months since the coup")

    return Chart(
        name="fig-coup-months-to-vote",
        finding=f"Since 1990, {percent(place.voted)} of coups had led to a vote by the month at which Myanmar voted",
        subtitle="Coups followed by a national election and by no other coup first, % (95% interval shaded)",
        draw=draw,
        frame=frame[["period", "months", "voted", "low", "high", "coup", "waiting"]],
        alt=(
            "Two rising step curves with shaded intervals: percentage of successful coups followed by a national "
            "election before another coup, by months since the coup. "
            f"At {_shown(months, 1)} months, when voting began in Myanmar, the curve for coups of 1990 to 2021 stands "
            f"at {percent(place.voted)} and the curve for coups of 1950 to 1989 at {percent(earlier.voted)}."
        ),
        source="Data: Colpus 1.1 (coups), REIGN of March 2021 (elections to February 2021); Myanmar 2021 left out.",
        height=3.7,
    )


def indices(lines: pd.DataFrame, names: dict[str, str], first: int = 2005) -> Chart:
    """The electoral democracy index of several series in one edition of V-Dem (iso3, year, value, low, high, edition).

    names: iso3 -> label, in the order drawn; Myanmar must be among them.
    """
    edition = lines["edition"].iloc[0]
    shown = lines[lines["iso3"].isin(list(names)) & (lines["year"] >= first)]
    last = int(shown["year"].max())
    mmr = shown[shown["iso3"] == "MMR"].set_index("year")
    before, after = (_shown(mmr.loc[year, "value"], 2) for year in (2020, 2021))
    lowest = shown[shown["year"] == last].sort_values("value")["iso3"].iloc[0] == "MMR"
    rivals = shown[(shown["year"] == 2021) & shown["iso3"].isin(["RUS", "BLR"])]["value"]
    if not lowest or rivals.min() <= mmr.loc[2021, "value"]:
        raise ValueError("the title says that Myanmar stands lowest, and it does not")
    levels = shown[shown["year"] == last].set_index("iso3")["value"]
    standing_last = ", ".join(f"{' '.join(name.split())} {_shown(levels[iso3], 2)}" for iso3, name in names.items())

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_indices(figure, theme, shown, names, (before, after))

    return Chart(
        name="fig-coup-indices",
        finding=f"Myanmar's index fell from {before} to {after} in one year, below Russia and Belarus",
        subtitle=f"V-Dem electoral democracy index, 0 to 1 (68% interval shaded), edition {edition}",
        draw=draw,
        frame=shown,
        alt=(
            f"Line chart of the V-Dem electoral democracy index from {first} to {last}. Myanmar rises to {before} in "
            f"2020 and drops to {after} in 2021. In {last}: {standing_last}."
        ),
        source=f"Data: V-Dem {edition} (2025). Means are unweighted and have no interval.",
        height=3.7,
    )


def _draw_indices(
    figure: Figure, theme: Theme, shown: pd.DataFrame, names: dict[str, str], fell: tuple[str, str]
) -> None:
    """fell: Myanmar's values of 2020 and 2021, as the title has them."""
    first, last = int(shown["year"].min()), int(shown["year"].max())
    mmr = shown[shown["iso3"] == "MMR"].set_index("year")["value"]
    ax = figure.subplots()
    looks = {"MMR": "-", "BLR": (0, (5, 2)), "RUS": (0, (2, 1.2))}
    ends = {}
    for iso3 in names:
        rows = shown[shown["iso3"] == iso3]
        colour = theme.colour(iso3)
        dash = looks.get(iso3, "-" if "SEA" in iso3 else (0, (1, 1.6)))
        ax.plot(rows["year"], rows["value"], color=colour, linestyle=dash, linewidth=2.4 if iso3 == "MMR" else 1.5)
        known = rows.dropna(subset=["low"])
        ax.fill_between(known["year"], known["low"], known["high"], color=colour, alpha=0.2)
        ends[iso3] = rows["value"].iloc[-1]
    for iso3, place in _apart(ends, 0.05).items():
        ax.text(last + 0.3, place, names[iso3], color=theme.colour(iso3), va="center", size=_SMALL)
    blue = theme.colour("MMR")
    ax.plot([2020, 2021], [mmr[year] for year in (2020, 2021)], "o", color=blue, markersize=5)
    ax.text(2019.7, mmr[2020] + 0.035, f"{fell[0]} in 2020", color=blue, ha="right", weight="bold",
            size=_SMALL, bbox={"facecolor": theme.page, "edgecolor": "none", "pad": 0.8})  # fmt: skip
    ax.text(2020.6, mmr[2021] - 0.035, f"{fell[1]} in 2021", color=blue, ha="right", va="center",
            size=_SMALL, weight="bold")  # fmt: skip
    _coup_line(ax, theme, 2021, "coup", 0.64)
    ax.set(xlim=(first, last + 5.4), ylim=(0, 0.68))
    ax.set_xticks(list(range(first, last + 1, 5)))


def after_coups(cases: pd.DataFrame, names: dict[str, str]) -> Chart:
    """The index in the years around each coup (case, offset, value, low, high), Myanmar's against the others."""
    first = cases[cases["case"] == "MMR 2021"].set_index("offset")
    years = int(first.index.max())
    others = sorted(set(cases["case"]) - {"MMR 2021"})
    at_end = {
        case: float(rows.set_index("offset")["value"].get(years, float("nan"))) for case, rows in cases.groupby("case")
    }
    if not all(case.startswith("THA") for case in others):
        raise ValueError(f"the title speaks of Thailand alone, and there is {', '.join(others)}")
    higher = sum(at_end[case] > at_end["MMR 2021"] for case in others)
    others_below = f"all {_words(len(others)).lower()}" if higher == len(others) else f"{higher} of {len(others)}"

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_after_coups(figure, theme, cases, names, years)

    return Chart(
        name="fig-coup-after-coups",
        finding=f"{_words(years)} years after the coup Myanmar stood below Thailand after {others_below} of its coups",
        subtitle="V-Dem electoral democracy index, 0 to 1 (68% interval shaded), by years since the coup",
        draw=draw,
        frame=cases,
        alt=(
            "Line chart of the V-Dem electoral democracy index by years before and after a coup. "
            f"Values {years} years after: "
            + ", ".join(f"{names[case]} {_shown(at_end[case], 2)}" for case in ["MMR 2021", *others])
            + "."
        ),
        source="Data: V-Dem v15 (2025); coups: Colpus 1.1, regime-change coups in the countries held.",
        height=3.6,
    )


def _draw_after_coups(figure: Figure, theme: Theme, cases: pd.DataFrame, names: dict[str, str], years: int) -> None:
    """years: since Myanmar's coup, at which the title compares."""
    others = sorted(set(cases["case"]) - {"MMR 2021"})
    ours = float(cases[cases["case"] == "MMR 2021"].set_index("offset")["value"][years])
    ax = figure.subplots()
    dashes = [(0, (5, 2)), (0, (2, 1.2)), (0, (6, 1.5, 1, 1.5))]
    markers = ["s", "^", "D"]
    ends = {}
    for number, case in enumerate([*others, "MMR 2021"]):
        rows = cases[cases["case"] == case].sort_values("offset")
        is_myanmar = case == "MMR 2021"
        colour = theme.colour("MMR") if is_myanmar else theme.faint
        ax.plot(
            rows["offset"], rows["value"], color=colour, linewidth=2.4 if is_myanmar else 1.3, markersize=4,
            linestyle="-" if is_myanmar else dashes[number % 3], marker="o" if is_myanmar else markers[number % 3],
        )  # fmt: skip
        ax.fill_between(rows["offset"], rows["low"], rows["high"], color=colour, alpha=0.22 if is_myanmar else 0.13)
        ends[case] = (float(rows["offset"].iloc[-1]), float(rows["value"].iloc[-1]))
    for case, place in _apart({case: end[1] for case, end in ends.items()}, 0.045).items():
        colour = theme.colour("MMR") if case == "MMR 2021" else theme.faint
        ax.text(ends[case][0] + 0.25, place, names[case], color=colour, va="center", size=_SMALL)
    ax.axvline(years, color=theme.accent, linewidth=1, linestyle=(0, (2, 2)), zorder=1)
    ax.text(years, ours - 0.05, _shown(ours, 2), color=theme.colour("MMR"), size=_SMALL,
            ha="center", va="center", weight="bold",
            bbox={"facecolor": theme.page, "edgecolor": "none", "pad": 0.6})  # fmt: skip
    ax.text(years + 0.1, 0.62, f"{years} years\nafter", size=_SMALL, va="center", color=theme.accent)
    _coup_line(ax, theme, 0, "year of the coup", 0.62)
    ax.set(xlim=(cases["offset"].min() - 0.2, cases["offset"].max() + 2.6), ylim=(0, 0.66))
    ax.set_xticks(range(int(cases["offset"].min()), int(cases["offset"].max()) + 1))
    ax.set_xlabel("years since the coup")


def base_rate_table(rates: pd.DataFrame) -> Table:
    """The base rates since 1990 by definition, as made by :func:`vouch.methods.election.base_rates.base_rates`."""
    shown = rates[rates["period"] == "1990–2021"].copy()
    shown["vote"] = [_range(r.voted, r.voted_low, r.voted_high) for r in shown.itertuples()]
    shown["wait"] = [_range(r.median, r.median_low, r.median_high) for r in shown.itertuples()]
    return Table(
        "tab-coup-base-rates",
        shown,
        {
            "definition": Column("Coups counted"),
            "coups": Column("Coups"),
            "countries": Column("Countries"),
            "vote": Column("Vote within 60 months, no coup first", unit="%"),
            "wait": Column("Median wait", unit="months"),
        },
        caption="Base rates of elections after successful coups",
        note="95% intervals in brackets. One per country: its first coup.",
        code=f"{__name__}.base_rate_table",
    )


def _range(value: float, low: float, high: float) -> str:
    """A number with its interval, whose ends are rounded outward."""
    least, most = outward(low, high, step=1)
    upper = "–" if pd.isna(high) else _shown(most)
    return f"{_shown(value)} ({_shown(least)} to {upper})"


def _coup_line(ax: Axes, theme: Theme, place: float, text: str, height: float) -> None:
    ax.axvline(place, color=theme.text, linewidth=0.9, linestyle=(0, (1, 1.5)))
    ax.annotate(text, (place, height), (-3, 0), textcoords="offset points", ha="right", va="center", size=_SMALL)


def _apart(places: dict[str, float], least: float) -> dict[str, float]:
    """The same places, pushed upwards so far that neighbours are at least `least` apart."""
    moved: dict[str, float] = {}
    below = -np.inf
    for name, place in sorted(places.items(), key=lambda item: item[1]):
        below = moved[name] = max(place, below + least)
    return moved


def _shown(value: float, digits: int = 0) -> str:
    return formatted(float(value) if digits else round(float(value)), digits)  # numpy's numbers print as np.float64(..)


def _words(number: int) -> str:
    return {1: "One", 2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six"}.get(number, str(number))


def milestones(timeline: pd.DataFrame) -> pd.DataFrame:
    """The events of :data:`MILESTONES` in order of time: date, kind, label, event.

    timeline: timeline_id, date, event. KeyError for an event that the timeline lacks; ValueError where a label holds a
    number that its row does not, so that the figure cannot say what the table does not.
    """
    events = timeline.set_index("timeline_id")
    rows = []
    for name, (kind, label) in MILESTONES.items():
        row = events.loc[name]
        unknown = set(re.findall(r"\d+(?:,\d{3})*", label)) - set(re.findall(r"\d+(?:,\d{3})*", row["event"]))
        if unknown:
            raise ValueError(f"{name}: the timeline does not say {', '.join(sorted(unknown))}")
        rows.append({"date": row["date"], "kind": kind, "label": label, "event": row["event"]})
    return pd.DataFrame(rows).sort_values("date", kind="stable", ignore_index=True)


def story_axis(timeline: pd.DataFrame, until: pd.Timestamp) -> Chart:
    """The years from the 2020 election to `until`, top to bottom, with the emergency as a band along the axis.

    timeline: timeline_id, date, category, event. Raises as :func:`milestones`, and KeyError without the one row that
    ends the emergency.
    """
    shown = milestones(timeline)
    ended = timeline.loc[timeline["event"].str.startswith("Emergency ends"), "date"]
    if len(ended) != 1:
        raise KeyError("the timeline lacks the end of the emergency")
    end = ended.iloc[0]
    last_law = shown.loc[shown["label"].str.startswith("martial law"), "date"].max()
    if not last_law > shown.loc[shown["label"].str.startswith("phase"), "date"].max() > end:
        raise ValueError("the title says that martial law outlived the emergency and the vote, and it did not")
    band = {"date": COUP, "kind": "emergency", "label": "nationwide emergency", "event": f"to {day(end)}"}
    frame = pd.concat([shown, pd.DataFrame([band])], ignore_index=True)

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_story(figure.subplots(), theme, shown, end, until)

    told = "; ".join(f"{day(row.date)}: {row.label}" for row in shown.itertuples())
    return Chart(
        name="fig-story-axis",
        finding="The emergency ended before the vote; martial law outlived both",
        subtitle="From the 2020 election to the presidency; days as the sources give them",
        draw=draw,
        frame=frame,
        alt=(
            f"Timeline that runs from top to bottom, with a band for the nationwide emergency from {day(COUP)} to "
            f"{day(end)} and a mark for each event. {told}."
        ),
        source="Data: the book's timeline.",
        height=7.6,
    )


def _draw_story(ax: Axes, theme: Theme, shown: pd.DataFrame, end: pd.Timestamp, until: pd.Timestamp) -> None:
    """The axis with its band, a mark for each event, and its words beside it where there is room for a line."""
    start, slim = shown["date"].min() - pd.Timedelta(days=54), narrow(ax.figure)
    looks = {POWER: ("o", theme.accent), RULE: ("D", theme.text), WAR: ("^", theme.faint)}
    span = (until - start).days
    ax.axvline(0, color=theme.grid, linewidth=1)
    ax.fill_betweenx([COUP, end], -0.25, 0.25, color=theme.fill)
    places = _spaced([(when - start).days / span for when in shown["date"]], _LINE)
    for row, place in zip(shown.itertuples(), places, strict=True):
        marker, colour = looks[row.kind]
        height = start + pd.Timedelta(days=place * span)
        ax.plot([0.3, 0.75, 1.05], [row.date, height, height], color=theme.fill, linewidth=0.8)
        ax.plot([0], [row.date], marker, color=colour, markersize=4.5, markeredgecolor=theme.page)
        ax.plot([1.2], [height], marker, color=colour, markersize=4 if slim else 4.5)
        text = f"{row.date.day} {MONTHS[row.date.month - 1][:3]} {row.date.year}  {row.label}"
        told = row.label.startswith(("phase", "martial law"))  # what the title speaks of
        ax.text(1.4 if not slim else 1.55, height, text, size=_SMALL, color=theme.text, va="center",
                weight="bold" if told else "normal")  # fmt: skip
    middle = COUP + (end - COUP) / 2
    words = f"nationwide emergency, to {day(end)}"
    ax.text(-0.34, middle, words, rotation=90, size=_SMALL, ha="right", va="center", color=theme.faint)
    key = start - pd.Timedelta(days=60)
    for kind, x in zip(looks, (-0.7, 3.8, 7.9) if slim else (0.1, 3.2, 6.3), strict=True):
        marker, colour = looks[kind]
        ax.plot([x], [key], marker, color=colour, markersize=4.5, clip_on=False)
        ax.text(x + (0.36 if slim else 0.22), key, kind, size=_SMALL, va="center")
    ax.set(
        xlim=(-1.0, 11.6) if slim else (-0.8, 9.2), ylim=(until + pd.Timedelta(days=20), start - pd.Timedelta(days=110))
    )
    ax.yaxis.set_major_locator(dates.YearLocator())
    ax.yaxis.set_major_formatter(dates.DateFormatter("%Y"))
    ax.set_xticks([])
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(False)


def _spaced(places: list[float], least: float) -> list[float]:
    """The same places in order, moved as little as is needed (the sum of squares) to lie `least` apart, below 1.

    Places that push each other form a block, which stands where its members lie on the mean (Dykstra's blocks for
    isotonic regression, on the places less their spacing).
    """
    blocks: list[tuple[float, int]] = []  # mean of place less spacing, members
    for number, place in enumerate(places):
        mean, size = place - number * least, 1
        while blocks and blocks[-1][0] > mean:
            before, members = blocks.pop()
            mean, size = (mean * size + before * members) / (size + members), size + members
        blocks.append((mean, size))
    base = [mean for mean, size in blocks for _ in range(size)]
    room = 1 - (len(places) - 1) * least
    return [min(mean, room) + number * least for number, mean in enumerate(base)]
