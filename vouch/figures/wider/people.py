"""Figures of the chapter on people: violence by claimant, people held, people displaced."""

from __future__ import annotations

import matplotlib.dates as dates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from vouch.evidence.case import COUP, FIRST_POLLING_DAY, LAST_POLLING_DAY
from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE as _SMALL
from vouch.figures.style import Theme
from vouch.methods.election.base_rates import DAYS_PER_MONTH
from vouch.tables import Column, Table
from vouch.text import day, formatted, in_words, month

COUNTED = {
    "fatalities-mmr-2021-02-2022-01": "reported fatalities in political violence",
    "fatalities-mmr-2021-02-2025-01": "reported fatalities in political violence",
    "killed-mmr-2025-09-17": "people killed by the military authorities and groups on their side, verified by name",
}
"""Published figures that the table of deaths shows, and what each counts."""

CLAIMANTS = {"Assistance Association for Political Prisoners": "AAPP"}
AROUND_THE_VOTE = {"vio-20251201-2": "UN"}
"""Deaths in air attacks around the voting days, by claimant."""

_PANELS = {
    "UCDP": "1. UCDP: deaths of all sides, each month",
    "ACLED": "2. ACLED: reported deaths of all sides, means of periods",
    "AAPP": "3. AAPP: killed by the military, between two counts",
    "air": "Killed from the air around the vote",
}


def violence(monthly: pd.DataFrame, periods: pd.DataFrame, paces: pd.DataFrame, incidents: pd.DataFrame) -> Chart:
    """Deaths a month since the coup by four counts, in four panels that share a time axis.

    monthly: `ucdp_month` (month, deaths_best). periods and paces: `counts.over_periods` of ACLED and `counts.paces` of
    those killed by AAPP's count. incidents: rows of `violence`; those of :data:`AROUND_THE_VOTE` are drawn.
    """
    frame = _violence_frame(monthly, periods, paces, incidents)
    air = frame[frame["panel"] == "air"].set_index("claimant")
    last = frame[frame["panel"] != "air"].groupby("panel")["end"].max()
    un = air.loc["UN"]
    verified = int(un["total"])

    def draw(figure: Figure, theme: Theme) -> None:
        panels = figure.subplots(4, 1, sharex=True)
        for ax, (panel, title) in zip(panels, _PANELS.items(), strict=True):
            _draw_pace(ax, theme, frame[frame["panel"] == panel], title)
        _draw_air(panels[-1], theme, air)
        panels[0].annotate(
            "voting days", (LAST_POLLING_DAY, panels[0].get_ylim()[1] * 0.9), (4, 0), textcoords="offset points",
            size=_SMALL, va="center",
        )  # fmt: skip
        panels[-1].set_xlim(COUP, pd.Timestamp("2026-09-15"))
        panels[-1].xaxis.set_major_locator(dates.YearLocator())
        panels[-1].xaxis.set_major_formatter(dates.DateFormatter("%Y"))

    spans = "; ".join(
        f"{name} to {month(last[panel])}, {formatted(part['per_month'].min())} to "
        f"{formatted(part['per_month'].max())} a month"
        for panel, name in (("UCDP", "UCDP"), ("ACLED", "ACLED"), ("AAPP", "AAPP"))
        for part in [frame[frame["panel"] == panel]]
    )
    return Chart(
        name="fig-people-violence",
        finding="Three counts end before the vote; the UN verified at least "
        f"{verified} civilians killed from the air around it",
        subtitle="Deaths a month by claimant; each panel has its own scale. Outlined: the voting days",
        draw=draw,
        frame=frame,
        alt=(
            "Four panels on one time axis from the coup to 2026, deaths a month by claimant, each on its own scale. "
            f"{spans}. Last panel: {verified} civilians by the UN Human Rights Office, "
            f"{day(un['start'])} to {day(un['end'])}."
        ),
        source="Data: UCDP GED (to 2023); ACLED and AAPP as published; UN Human Rights Office.",
        height=6.4,
    )


def _violence_frame(
    monthly: pd.DataFrame, periods: pd.DataFrame, paces: pd.DataFrame, incidents: pd.DataFrame
) -> pd.DataFrame:
    """The four panels in one frame: panel, claimant, start, end, total, per_month."""
    starts = pd.PeriodIndex(monthly["month"].astype(str), freq="M")
    ucdp = pd.DataFrame(
        {"panel": "UCDP", "claimant": "UCDP", "start": starts.start_time, "end": starts.end_time.normalize(),
         "total": monthly["deaths_best"].astype(float), "per_month": monthly["deaths_best"].astype(float)}
    )  # fmt: skip
    ucdp = ucdp[ucdp["start"] >= COUP]
    acled = periods.assign(panel="ACLED", claimant="ACLED", total=periods["value"])
    aapp = paces.assign(panel="AAPP", claimant="AAPP", total=paces["added"])
    rows = incidents.set_index("violence_id").loc[list(AROUND_THE_VOTE)]
    days = (rows["to"] - rows["from"]).dt.days + 1
    air = pd.DataFrame(
        {"panel": "air", "claimant": list(AROUND_THE_VOTE.values()), "start": rows["from"], "end": rows["to"],
         "total": rows["value"].astype(float), "per_month": rows["value"].astype(float) / days * DAYS_PER_MONTH}
    )  # fmt: skip
    columns = ["panel", "claimant", "start", "end", "total", "per_month"]
    return pd.concat([part[columns] for part in (ucdp, acled, aapp, air)], ignore_index=True)


def _draw_pace(ax: Axes, theme: Theme, rows: pd.DataFrame, title: str) -> None:
    ax.set_title(title, color=theme.text, size=_SMALL + 0.7)
    ax.axvspan(
        FIRST_POLLING_DAY, LAST_POLLING_DAY, facecolor=theme.pale(0.85), edgecolor=theme.faint, linewidth=0.8, zorder=0
    )
    steps = rows["panel"].iloc[0] in ("UCDP", "AAPP")
    for row in rows.itertuples():
        if steps:
            ax.fill_between([row.start, row.end], 0, row.per_month, color=theme.pale(0.5), linewidth=0)
        ax.hlines(row.per_month, row.start, row.end, color=theme.accent, linewidth=1.6)
    ax.set_ylim(0, rows["per_month"].max() * 1.3)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.locator_params(axis="y", nbins=3)
    if rows["panel"].iloc[0] != "air":
        early = rows["panel"].iloc[0] == "UCDP"  # the others end so near the voting days that words would cross them
        low = rows["panel"].iloc[0] == "ACLED"
        place = (rows["end"].max(), rows.loc[rows["end"].idxmax(), "per_month"])
        ax.annotate(
            f"ends {month(place[0])}", place, (4 if early else 0, -3 if low else 3), textcoords="offset points",
            size=_SMALL, color=theme.faint, va="top" if low else "bottom", ha="left" if early else "right",
        )  # fmt: skip


def _draw_air(ax: Axes, theme: Theme, air: pd.DataFrame) -> None:
    row = air.loc["UN"]
    ax.annotate(
        f"UN: {formatted(row['total'])} civilians, at least", (row["start"], row["per_month"]), (-5, 0),
        textcoords="offset points", size=_SMALL, ha="right", va="center",
    )  # fmt: skip
    ax.plot([row["start"], row["end"]], [row["per_month"]] * 2, color=theme.text, linewidth=2.6)


def prisoners(held: pd.DataFrame, freed: pd.DataFrame) -> Chart:
    """People held for opposing the coup by AAPP's counts, and the days of the amnesties.

    held: `counts.of_aapp` of detained; freed: `counts.amnesties`.
    """
    first, last = held.iloc[0], held.iloc[-1]
    before = int((freed["date"] <= last["date"]).sum())
    frame = pd.concat(
        [
            held.assign(series="held")[["series", "date", "value"]],
            freed.rename(columns={"announced": "value"}).assign(series="amnesty")[["series", "date", "value"]],
        ],
        ignore_index=True,
    )

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_prisoners(figure, theme, held, freed, before)

    return Chart(
        name="fig-people-prisoners",
        finding=(
            f"AAPP counted {_counted(first)} people held in {month(first['date'])} and "
            f"{_counted(last)} in {month(last['date'])}, after {before} amnesties"
        ),
        subtitle="People in detention for opposing the coup; people covered by each amnesty. Outlined: the voting days",
        draw=draw,
        frame=frame,
        alt=(
            f"Two panels on one time axis. First: a line of {len(held)} counts by AAPP that rises from "
            f"{formatted(int(first['value']))} on {day(first['date'])} to {_counted(last)} on "
            f"{day(last['date'])}. Second: {in_words(len(freed))} amnesties as upright lines, the largest of "
            f"{formatted(int(freed['announced'].max()))} people."
        ),
        source=f"Data: AAPP's counts, the last ({month(last['date'])}) as AP relays it; amnesties as state media told.",
        height=4.2,
    )


def _counted(row: pd.Series) -> str:
    """A count, with what it was read as unless it was exact."""
    number = formatted(int(row["value"]))
    return number if row["qualifier"] == "exact" else f"{row['qualifier']} {number}"


def _draw_prisoners(figure: Figure, theme: Theme, held: pd.DataFrame, freed: pd.DataFrame, before: int) -> None:
    first, last = held.iloc[0], held.iloc[-1]
    named = freed["announced"].astype(float)
    top, low = figure.subplots(2, 1, sharex=True, height_ratios=[2, 1])
    top.plot(held["date"], held["value"], color=theme.accent, marker="o", markersize=4)
    for row, side, shift in ((first, "left", (6, -2)), (last, "right", (2, 7))):
        words = f"{_counted(row)} in {month(row['date'])}"
        top.annotate(
            words, (row["date"], row["value"]), shift, textcoords="offset points", size=_SMALL + 0.5, ha=side,
            color=theme.accent,
        )  # fmt: skip
    top.set(ylim=(0, last["value"] * 1.18))
    top.set_title("People held, AAPP", color=theme.text, size=_SMALL + 0.7)
    low.vlines(freed["date"], 0, named, color=theme.text, linewidth=2.2)
    low.set_title("Amnesties, as the authorities announced them", color=theme.text, size=_SMALL + 0.7)
    low.set_ylim(0, named.max() * 1.15)
    words = f"{before} by {month(last['date'])}, {len(freed)} by {month(freed['date'].max())}"
    low.text(pd.Timestamp("2021-07-15"), named.max() * 0.85, words, size=_SMALL)
    for ax in (top, low):
        ax.axvspan(
            FIRST_POLLING_DAY,
            LAST_POLLING_DAY,
            facecolor=theme.pale(0.85),
            edgecolor=theme.faint,
            linewidth=0.8,
            zorder=0,
        )
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        ax.locator_params(axis="y", nbins=4)
    low.set_xlim(COUP, pd.Timestamp("2026-08-01"))
    low.xaxis.set_major_locator(dates.YearLocator())
    low.xaxis.set_major_formatter(dates.DateFormatter("%Y"))


def displacement(displaced: pd.DataFrame, first_year: int = 2019) -> Chart:
    """People displaced inside Myanmar by two counts, and refugees abroad, in millions at the end of each year.

    displaced: `unhcr_displacement` (year, idps_unhcr, idps_idmc, refugees, asylum_seekers).
    """
    away = displaced[displaced["year"] >= first_year]
    series = {
        "inside, UNHCR": away["idps_unhcr"],
        "inside, IDMC": away["idps_idmc"],
        "abroad, UNHCR": away["refugees"] + away["asylum_seekers"],
    }
    years = away["year"].astype(int).tolist()
    frame = pd.concat(
        [
            pd.DataFrame({"series": name, "year": years, "people": values.astype(float)})
            for name, values in series.items()
        ],
        ignore_index=True,
    )
    people = frame.set_index(["series", "year"])["people"] / 1e6
    last = max(years)
    ends = {name: (people[name, 2020], people[name, last]) for name in series}
    before, after = (formatted(value, 2) for value in ends["inside, UNHCR"])

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_displacement(figure, theme, people, years)

    return Chart(
        name="fig-people-displacement",
        finding=f"People displaced inside Myanmar rose from {before} million in 2020 to {after} million in {last}",
        subtitle="Millions of people on 31 December; two counts inside the country, never joined",
        draw=draw,
        frame=frame,
        alt=(
            f"Line chart by year, {first_year} to {last}, in millions. "
            + "; ".join(
                f"{name}: {formatted(start, 2)} in 2020, {formatted(end, 2)} in {last}"
                for name, (start, end) in ends.items()
            )
            + "."
        ),
        source="Data: UNHCR and the Internal Displacement Monitoring Centre, edition of June 2026.",
        height=3.4,
    )


def _draw_displacement(figure: Figure, theme: Theme, people: pd.Series, years: list[int]) -> None:
    """people: millions by series and year."""
    ax = figure.subplots()
    last = max(years)
    looks = {
        "inside, UNHCR": ("o", theme.accent, theme.accent, 5),
        "inside, IDMC": ("s", theme.text, "none", 8),
        "abroad, UNHCR": ("^", theme.faint, theme.faint, 5),
    }
    for name, (marker, colour, face, size) in looks.items():
        ax.plot(years, people[name], marker=marker, color=colour, markerfacecolor=face, markersize=size, linewidth=1.2)
    inside, abroad = people["inside, UNHCR"], people["abroad, UNHCR"]
    words = f"{formatted(inside[last], 2)}\n● UNHCR\n□ IDMC"
    ax.text(last + 0.15, inside[last] + 0.02, words, size=_SMALL, va="top", color=theme.accent)
    words = "abroad,\nregistered\n(UNHCR)"
    ax.text(last + 0.15, abroad[last], words, size=_SMALL, va="center", color=theme.faint)
    ax.annotate(
        formatted(inside[2020], 2), (2020, inside[2020]), (-5, -5), textcoords="offset points", size=_SMALL,
        ha="right", va="top", color=theme.accent,
    )  # fmt: skip
    coup = 2020 + COUP.day_of_year / 365  # a point of the axis is the end of its year
    ax.axvline(coup, color=theme.text, linewidth=0.9, linestyle=(0, (1, 1.5)))
    ax.text(coup + 0.08, 3.7, "coup", size=_SMALL)
    ax.set(xlim=(min(years) - 0.2, last + 1.25), ylim=(0, 4.1), xticks=years)


def death_table(deaths: pd.DataFrame, figures: pd.DataFrame) -> Table:
    """What each claimant counts as deaths since the coup.

    deaths: the yearly UCDP table; figures: rows of `published_figures` (figure, indicator, period, value, qualifier,
    claimant, source) of the categories conflict and repression.
    """
    counted = deaths[deaths["year"] >= COUP.year]
    years = f"{counted['year'].min()}–{counted['year'].max()}"
    low, high = (formatted(int(counted[f"deaths_{end}"].sum())) for end in ("low", "high"))
    rows = [
        {
            "claimant": "UCDP", "counted": "deaths put to an organised armed actor, best estimate", "period": years,
            "value": int(counted["deaths_best"].sum()), "range": f"{low}–{high}", "source": "ucdp-ged",
        }
    ]  # fmt: skip
    published = figures.set_index("figure")
    for name, words in COUNTED.items():
        row = published.loc[name]
        rows.append(
            {
                "claimant": CLAIMANTS.get(row["claimant"], row["claimant"]), "counted": words,
                "period": _period(str(row["period"])), "value": int(row["value"]),
                "range": "" if row["qualifier"] == "exact" else row["qualifier"], "source": row["source"],
            }
        )  # fmt: skip
    return Table(
        "tab-people-deaths",
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
        return f"{day(COUP)} to {day(pd.Timestamp(text))}"
    return text.replace("-", "–")
