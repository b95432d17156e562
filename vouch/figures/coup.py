"""The figures of the chapter on the coup in context: each takes frames and returns a Chart."""

from __future__ import annotations

import matplotlib.dates as dates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from vouch.evidence.case import COUP
from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE as _SMALL
from vouch.figures.style import Theme
from vouch.methods.election.base_rates import at, cumulative_incidence, within
from vouch.tables import Column, Table
from vouch.text import MONTHS, formatted, month, percent

LANES = {
    "State of emergency": ("emergency", ()),
    "Party law": ("point", ("tl-20230126-1", "tl-20230328-1")),
    "Prisoners": ("point", ("tl-202207-1", "tl-20251126-1")),
    "Census": ("bar", ("tl-20241001-1", "tl-20241231-1")),
    "Election": ("point", ("tl-20201108-1", "tl-20251228-1", "tl-20260111-1", "tl-20260125-1")),
}
"""Rows of the first panel of the time axis: how each is drawn and which events of the timeline it shows."""


COUNTED = {
    "fatalities-mmr-2021-02-2022-01": "reported fatalities in political violence",
    "fatalities-mmr-2021-02-2025-01": "reported fatalities in political violence",
    "killed-mmr-2025-09-17": "people killed by the military authorities and groups on their side, verified by name",
}
"""Published figures that the table of deaths shows, and what each counts."""

CLAIMANTS = {"Assistance Association for Political Prisoners": "AAPP"}


def months_to_vote(spells: pd.DataFrame, months: float) -> Chart:
    """Share of coups that had led to a vote by each month, in both periods, with Myanmar's waiting time."""
    periods = ["1990–2021", "1950–1989"]
    curves = {period: cumulative_incidence(within(spells, period)) for period in periods}
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
        ax.plot([months], [place.voted], "o", color=theme.text, markersize=5)
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


def coup_lists(decades: pd.DataFrame) -> Chart:
    """Successful coups by decade in the two lists (columns decade, years, colpus, cline)."""
    ratio = decades["cline"].sum() / decades["colpus"].sum()
    first, last = decades.iloc[0], decades.iloc[-1]
    rows = np.arange(len(decades))[::-1]
    names = [
        f"{decade}s" if years == 10 else f"{decade}–{decade + years - 1}"
        for decade, years in zip(decades["decade"], decades["years"], strict=True)
    ]

    def draw(figure: Figure, theme: Theme) -> None:
        ax = figure.subplots()
        ax.hlines(rows, decades["colpus"], decades["cline"], color=theme.fill, linewidth=3)
        ax.plot(decades["colpus"], rows, "o", color=theme.accent, markersize=7)
        ax.plot(decades["cline"], rows, "D", color=theme.text, markersize=6, markerfacecolor=theme.page)
        for row, colpus, cline in zip(rows, decades["colpus"], decades["cline"], strict=True):
            ax.text(colpus - 2.5, row, str(colpus), ha="right", va="center", size=_SMALL, color=theme.accent)
            ax.text(cline + 2.5, row, str(cline), ha="left", va="center", size=_SMALL, color=theme.text)
        top = int(decades["cline"].idxmax())
        ax.text(
            decades["colpus"][top], rows[top] + 0.38, "Colpus", ha="center", va="bottom", size=_SMALL,
            color=theme.accent,
        )  # fmt: skip
        ax.text(
            decades["cline"][top], rows[top] + 0.38, "Cline Center", ha="center", va="bottom", size=_SMALL,
            color=theme.text,
        )  # fmt: skip
        ax.set(xlim=(0, 115), ylim=(-0.6, len(decades) - 0.2))
        ax.set_yticks(rows, names)
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="y", visible=False)
        ax.set_xlabel("successful coups in the world")

    return Chart(
        name="fig-coup-lists",
        finding=f"The broader list counts {_shown(ratio, 1)} coups for one of the narrower; both decline alike",
        subtitle="Successful coups in the world by decade, two lists",
        draw=draw,
        frame=decades,
        alt=(
            f"Dot plot of successful coups by decade in two lists. Colpus falls from {decades['colpus'].max()} in its "
            f"highest decade to {last['colpus']} in {names[-1]}, the Cline Center's list from {decades['cline'].max()} "
            f"to {last['cline']}; in the {first['decade']}s they count {first['colpus']} and {first['cline']}."
        ),
        source="Data: Colpus 1.1; Cline Center Coup d'État Project 2.1.2. Both end in 2022.",
        height=3.4,
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
        _coup_line(ax, theme, 2021, "coup", 0.64)
        ax.set(xlim=(first, last + 5.4), ylim=(0, 0.68))
        ax.set_xticks(list(range(first, last + 1, 5)))

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


def after_coups(cases: pd.DataFrame, names: dict[str, str]) -> Chart:
    """The index in the years around each coup (case, offset, value, low, high), Myanmar's against the others."""
    first = cases[cases["case"] == "MMR 2021"].set_index("offset")
    years = int(first.index.max())
    others = sorted(set(cases["case"]) - {"MMR 2021"})
    at_end = {
        case: float(rows.set_index("offset")["value"].get(years, float("nan"))) for case, rows in cases.groupby("case")
    }
    higher = sum(at_end[case] > at_end["MMR 2021"] for case in others)
    others_below = f"all {_words(len(others)).lower()}" if higher == len(others) else f"{higher} of {len(others)}"

    def draw(figure: Figure, theme: Theme) -> None:
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
        _coup_line(ax, theme, 0, "year of the coup", 0.62)
        ax.set(xlim=(cases["offset"].min() - 0.2, cases["offset"].max() + 2.6), ylim=(0, 0.66))
        ax.set_xticks(range(int(cases["offset"].min()), int(cases["offset"].max()) + 1))
        ax.set_xlabel("years since the coup")

    return Chart(
        name="fig-coup-after-coups",
        finding=f"{_words(years)} years after the coup Myanmar stood below {others_below} other cases",
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


def time_axis(timeline: pd.DataFrame, deaths: pd.DataFrame, displaced: pd.DataFrame, until: pd.Timestamp) -> Chart:
    """Rules, votes, deaths and displacement on one time axis, three panels that share it.

    timeline: timeline_id, date, category, event. deaths: year, deaths_best, deaths_low, deaths_high. displaced: year,
    idps_unhcr, idps_idmc, refugees, asylum_seekers (stock on 31 December). Raises KeyError for an event that
    :data:`LANES` names and the timeline lacks.
    """
    start = pd.Timestamp("2020-10-20")  # room for the mark of 8 November
    rules = _rules(timeline)
    killed = deaths[deaths["year"] >= 2021]
    away = displaced[displaced["year"] >= 2020]
    day = pd.to_datetime(away["year"].astype(str) + "-12-31")
    series = {
        "inside Myanmar, UNHCR": away["idps_unhcr"],
        "inside Myanmar, IDMC": away["idps_idmc"],
        "abroad, UNHCR": away["refugees"] + away["asylum_seekers"],
    }
    frame = _time_axis_frame(rules, killed, series, day)
    last_counted = int(killed["year"].max())
    inside = away.set_index("year")["idps_unhcr"].astype(float) / 1e6
    final = int(inside.index.max())

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_time_axis(figure, theme, rules, killed, last_counted, until, series, day, start)

    idmc = away.set_index("year")["idps_idmc"].astype(float)
    fewer, more = sorted([inside[final] / inside[2020], idmc[final] / idmc[2020]])
    extensions = int((rules["label"] == "extension").sum())
    return Chart(
        name="fig-coup-time-axis",
        finding=f"Displacement inside Myanmar grew {_shown(fewer)}- to {_shown(more)}-fold from 2020 to {final}",
        subtitle=f"November 2020 to {month(until)}; dotted line: 1 February 2021",
        draw=draw,
        frame=frame,
        alt=(
            "Three panels on one time axis. First: the nation-wide emergency from the coup to 31 July 2025 "
            f"with {extensions} extensions, the party law and dissolutions of early 2023, the hanging of prisoners in "
            "July 2022 and the amnesty of November 2025, the census of late 2024 and the three voting "
            "days from 28 December 2025. Second: deaths in organised violence per year, "
            + ", ".join(
                f"{row.year} {_shown(int(row.deaths_best))} ({_shown(int(row.deaths_low))} to "
                f"{_shown(int(row.deaths_high))})"
                for row in killed.itertuples()
            )
            + f"; no count later. Third: people displaced inside Myanmar, {_shown(inside[2020], 2)} million at the "
            f"end of 2020 and {_shown(inside[final], 2)} million at the end of {final} (UNHCR)."
        ),
        source="Data: the book's timeline; UCDP GED (to 2023); UNHCR and IDMC, June 2026.",
        height=6.2,
    )


def _time_axis_frame(
    rules: pd.DataFrame, killed: pd.DataFrame, series: dict[str, pd.Series], day: pd.Series
) -> pd.DataFrame:
    """The three panels in one frame: panel, series, start, end, label, value, low, high."""
    return pd.concat(
        [
            rules.assign(panel="events"),
            pd.DataFrame(
                {
                    "panel": "deaths", "series": "UCDP",
                    "start": pd.to_datetime(killed["year"].astype(str) + "-01-01"),
                    "end": pd.to_datetime(killed["year"].astype(str) + "-12-31"),
                    "value": killed["deaths_best"], "low": killed["deaths_low"], "high": killed["deaths_high"],
                }
            ),
            *(
                pd.DataFrame({"panel": "displaced", "series": name, "start": day, "end": day, "value": values})
                for name, values in series.items()
            ),
        ],
        ignore_index=True,
    )[["panel", "series", "start", "end", "label", "value", "low", "high"]]  # fmt: skip


def _draw_time_axis(
    figure: Figure,
    theme: Theme,
    rules: pd.DataFrame,
    killed: pd.DataFrame,
    last_counted: int,
    until: pd.Timestamp,
    series: dict[str, pd.Series],
    day: pd.Series,
    start: pd.Timestamp,
) -> None:
    top, middle, low = figure.subplots(3, 1, sharex=True, height_ratios=[1.25, 1, 1.15])
    _draw_rules(top, rules, theme)
    _draw_deaths(middle, theme, killed, last_counted, until)
    _draw_displaced(low, theme, series, day)
    for ax in (top, middle, low):
        ax.axvline(COUP, color=theme.text, linewidth=0.9, linestyle=(0, (1, 1.5)))
    low.set_xlim(start, until)
    low.xaxis.set_major_locator(dates.YearLocator())
    low.xaxis.set_major_formatter(dates.DateFormatter("%Y"))


def _draw_deaths(middle: Axes, theme: Theme, killed: pd.DataFrame, last_counted: int, until: pd.Timestamp) -> None:
    middle.set_title("Deaths in organised violence (UCDP)", color=theme.text, size=_SMALL + 0.7)
    for row in killed.itertuples():
        left, right = pd.Timestamp(row.year, 1, 1), pd.Timestamp(row.year, 12, 31)
        middle.fill_between([left, right], row.deaths_low, row.deaths_high, color=theme.accent, alpha=0.25)
        middle.hlines(row.deaths_best, left, right, color=theme.accent, linewidth=2.4)
    middle.axvspan(pd.Timestamp(last_counted + 1, 1, 1), until, color=theme.fill, alpha=0.5)
    middle.text(
        pd.Timestamp(last_counted + 1, 1, 1) + (until - pd.Timestamp(last_counted + 1, 1, 1)) / 2,
        killed["deaths_high"].max() * 0.5, "no count\nin this edition", ha="center", va="center", size=_SMALL,
        color=theme.faint,
    )  # fmt: skip
    middle.annotate(
        "low to high", (pd.Timestamp("2021-07-01"), killed["deaths_high"].iloc[0]), (0, 3),
        textcoords="offset points", ha="center", size=_SMALL, color=theme.accent,
    )  # fmt: skip
    middle.set_ylim(0, killed["deaths_high"].max() * 1.12)
    middle.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def _draw_displaced(low: Axes, theme: Theme, series: dict[str, pd.Series], day: pd.Series) -> None:
    low.set_title("People displaced, millions, on 31 December", color=theme.text, size=_SMALL + 0.7)
    looks = {
        "inside Myanmar, UNHCR": ("o", theme.accent, theme.accent),
        "inside Myanmar, IDMC": ("s", theme.text, "none"),
        "abroad, UNHCR": ("^", theme.faint, theme.faint),
    }
    for name, values in series.items():
        marker, colour, face = looks[name]
        low.plot(
            day, values.astype(float) / 1e6, marker=marker, color=colour, markerfacecolor=face, linewidth=1.1,
            markersize=5 if face != "none" else 8,
        )  # fmt: skip
    note = "inside Myanmar:\n● UNHCR  □ IDMC"
    low.text(pd.Timestamp("2023-09-01"), 3.05, note, size=_SMALL, ha="right", va="center")
    low.text(pd.Timestamp("2024-12-31"), 0.72, "abroad (UNHCR)", size=_SMALL, ha="center", color=theme.faint)
    low.set_ylim(0, 4.1)


def base_rate_table(rates: pd.DataFrame) -> Table:
    """The base rates by definition and period, as made by :func:`vouch.methods.election.base_rates.base_rates`."""
    shown = rates[rates["period"].isin(["1950–2021", "1990–2021"])].copy()
    shown["vote"] = [_range(r.voted, r.voted_low, r.voted_high) for r in shown.itertuples()]
    shown["wait"] = [_range(r.median, r.median_low, r.median_high) for r in shown.itertuples()]
    shown["winner"] = [f"{_range(r.won, r.won_low, r.won_high)} of {r.won_n}" for r in shown.itertuples()]
    shown = shown.sort_values(["period"], kind="stable", ascending=True)
    return Table(
        "tab-coup-base-rates",
        shown,
        {
            "definition": Column("Coups counted"),
            "period": Column("Coup in"),
            "coups": Column("Coups"),
            "vote": Column("Vote within 60 months, no coup first", unit="%"),
            "wait": Column("Median wait", unit="months"),
            "winner": Column("Won by the incumbent", unit="% of coded elections"),
        },
        caption="Base rates of elections after successful coups",
        note=(
            "Vote: cumulative incidence, interval from a bootstrap over countries. Wait: month by which half had led "
            "to a vote, on the same curve. Winner: Wilson interval, and the number of elections coded. One per "
            "country: its last coup in the period."
        ),
        code=f"{__name__}.base_rate_table",
    )


def death_table(deaths: pd.DataFrame, figures: pd.DataFrame) -> Table:
    """What each claimant counts as deaths since the coup.

    deaths: the yearly UCDP table; figures: rows of `published_figures` (figure, indicator, period, value, qualifier,
    claimant, source) of the categories conflict and repression.
    """
    counted = deaths[deaths["year"] >= 2021]
    years = f"{counted['year'].min()}–{counted['year'].max()}"
    rows = [
        {
            "claimant": "UCDP", "counted": "deaths put to an organised armed actor, best estimate", "period": years,
            "value": int(counted["deaths_best"].sum()),
            "range": f"{_shown(counted['deaths_low'].sum())}–{_shown(counted['deaths_high'].sum())}",
            "source": "ucdp-ged",
        }
    ]  # fmt: skip
    for name, words in COUNTED.items():
        row = figures.set_index("figure").loc[name]
        qualifier = "" if row["qualifier"] == "exact" else row["qualifier"]
        rows.append(
            {
                "claimant": CLAIMANTS.get(row["claimant"], row["claimant"]), "counted": words,
                "period": _period(row["period"]), "value": int(row["value"]), "range": qualifier,
                "source": row["source"],
            }
        )  # fmt: skip
    return Table(
        "tab-coup-deaths",
        pd.DataFrame(rows),
        {
            "claimant": Column("Who says so"),
            "counted": Column("What is counted"),
            "period": Column("Period"),
            "value": Column("Deaths"),
            "range": Column("Range or qualifier"),
            "source": Column("Source", cite=True),
        },
        caption="Deaths since the coup, by claimant",
        code=f"{__name__}.death_table",
    )


def _period(text: str) -> str:
    """The period of a published figure; a single day is the end of a count that began with the coup."""
    if len(text) == 10 and text[4] == "-":
        day = pd.Timestamp(text)
        return f"1 Feb 2021–{day.day} {MONTHS[day.month - 1][:3]} {day.year}"
    return text.replace("-", "–")


def _range(value: float, low: float, high: float) -> str:
    upper = "–" if pd.isna(high) else _shown(high)
    return f"{_shown(value)} ({_shown(low)} to {upper})"


def _rules(timeline: pd.DataFrame) -> pd.DataFrame:
    """The first panel as rows: series (lane), start, end, label."""
    events = timeline.set_index("timeline_id")
    rows = []
    for lane, (kind, ids) in LANES.items():
        missing = [name for name in ids if name not in events.index]
        if missing:
            raise KeyError(f"the timeline lacks {', '.join(missing)}")
        if kind == "emergency":
            emergency = events[events["category"] == "emergency"].sort_values("date")
            extended = emergency[emergency["event"].str.startswith("Emergency extended")]
            ended = emergency[emergency["event"].str.startswith("Emergency ends")]
            if len(ended) != 1:
                raise KeyError("the timeline lacks the end of the emergency")
            rows.append({"series": lane, "start": COUP, "end": ended["date"].iloc[0], "label": "in force"})
            rows += [{"series": lane, "start": d, "end": d, "label": "extension"} for d in extended["date"]]
        elif kind == "bar":
            first, last = (events.loc[name] for name in ids)
            rows.append({"series": lane, "start": first["date"], "end": last["date"], "label": first["event"]})
        else:
            rows += [
                {"series": lane, "start": events.loc[i, "date"], "end": events.loc[i, "date"],
                 "label": events.loc[i, "event"]}
                for i in ids
            ]  # fmt: skip
    return pd.DataFrame(rows)


def _draw_rules(ax: Axes, rules: pd.DataFrame, theme: Theme) -> None:
    ax.set_title("Rules and votes", color=theme.text, size=_SMALL + 0.7)
    heights = {lane: len(LANES) - 1 - number for number, lane in enumerate(LANES)}
    for row in rules.itertuples():
        height = heights[row.series]
        if row.start < row.end:
            colour = theme.fill if row.label == "in force" else theme.accent
            ax.hlines(height, row.start, row.end, color=colour, linewidth=8)
        elif row.label == "extension":
            ax.plot([row.start], [height], "|", color=theme.text, markersize=9, markeredgewidth=1.6)
        else:
            ax.plot([row.start], [height], "D", color=theme.accent, markersize=5)
    extensions = int((rules["label"] == "extension").sum())
    notes = [
        ("State of emergency", pd.Timestamp("2025-09-01"), f"{extensions} extensions\n(marks)", "left"),
        ("Party law", pd.Timestamp("2023-05-15"), "law, then parties dissolved", "left"),
        ("Prisoners", pd.Timestamp("2022-09-15"), "four hanged", "left"),
        ("Prisoners", pd.Timestamp("2025-10-10"), "amnesty", "right"),
        ("Census", pd.Timestamp("2025-02-15"), "counted, result", "left"),
        ("Election", pd.Timestamp("2021-03-01"), "vote of 2020", "left"),
        ("Election", pd.Timestamp("2025-11-10"), "three voting days", "right"),
    ]
    for lane, when, text, side in notes:
        ax.text(when, heights[lane], text, ha=side, va="center", size=_SMALL, color=theme.text, linespacing=1.0)
    ax.set_yticks(list(heights.values()), ["Emergency", "Parties", "Prisoners", "Census", "Election"])
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.6, len(LANES) - 0.4)
    ax.grid(axis="y", visible=False)


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
