"""Figures of the chapters on Belarus and Russia: UN votes, trade in scale, journeys, arms by place."""

from __future__ import annotations

import math

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vouch.evidence.case import COUP, FIRST_POLLING_DAY, HOME, LAST_POLLING_DAY, horizon
from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE, TEXT_SIZE, Theme, narrow
from vouch.text import day, formatted, in_words, month

NAMES = {"BLR": "Belarus", "RUS": "Russia", "MMR": "Myanmar", "CHN": "China", "IND": "India"}
PLACES = {**NAMES, "SGP": "Singapore", "THA": "Thailand"}

_VOTES = {"no": "against", "abstain": "abstaining", "yes": "in favour", "joined": "no vote taken"}
_BODIES = {"Security Council": "Security Council", "Human Rights Council": "Human Rights Council"}


def votes_on_myanmar(decided: pd.DataFrame) -> Chart:
    """What Belarus and Russia did with each text on Myanmar, one row a vote; what passed without one in a row together.

    `decided` is the frame of `un_votes.decided`. Two blocks, before the coup and since; a band where the NLD governed.
    """
    texts = decided.assign(body=[_BODIES.get(body, "General Assembly") for body in decided["body"]])
    assembly = texts[texts["body"] == "General Assembly"]
    before, since = assembly[assembly["date"] < COUP], assembly[assembly["date"] >= COUP]
    calls = before[before["no"].notna()]
    against = {state: int((calls[state] == "no").sum()) for state in ("BLR", "RUS")}
    assert against["BLR"] == against["RUS"] == len(calls) and (since["RUS"] != "no").all()
    alone = since[(since["BLR"] == "no")]
    assert alone["no"].tolist() == [1]
    finding = (
        f"Before the coup Belarus and Russia voted against in each of {in_words(len(calls))} Assembly votes; since "
        "then Belarus has done so once, alone, and Russia never"
    )

    heads = {
        "before the coup": f"Before the coup: both against in all {len(calls)} Assembly votes",
        "since the coup": f"Since the coup: Belarus against in {len(alone)}, Russia in none",
    }

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_votes(figure, theme, texts, heads)

    told = "; ".join(
        f"{row.when}, {row.body}, {row.title}, {row.result}"
        + "".join(
            f", {NAMES[state]} {_VOTES[vote]}"
            for state in ("BLR", "RUS")
            for vote in [getattr(row, state)]
            if isinstance(vote, str)
        )
        for row in texts.itertuples()
    )
    return Chart(
        name="fig-belarus-un-votes",
        finding=finding,
        subtitle="Texts on Myanmar; right: how many states voted against. Shaded: the NLD in government",
        draw=draw,
        frame=texts.drop(columns="when"),
        alt="Table of United Nations texts on Myanmar with tiles for two states, before and since the coup. "
        f"{finding}. {told}.",
        source="Data: UN roll calls (unvotes; press and UN from 2020) and reports of texts passed without a vote. The "
        "text of 2010, the plenary vote of 2020 and the text of 2014 were not found.",
        height=5.2,
        narrow_height=6.1,
    )


def _draw_votes(figure: Figure, theme: Theme, texts: pd.DataFrame, heads: dict[str, str]) -> None:
    ax, slim = figure.subplots(), narrow(figure)
    left, wide, end = (0.57, 0.152, 1.0) if slim else (0.58, 0.125, 1.0)
    columns = {"BLR": left, "RUS": left + wide + 0.01}
    y = 0.0
    for period, head in heads.items():
        ax.text(0, y, head, size=SMALL_SIZE + 0.3, va="center", weight="bold")
        y += 1.0
        if period == "before the coup":
            for state, x in columns.items():
                ax.text(x + wide / 2, y, NAMES[state], size=SMALL_SIZE, va="center", ha="center",
                        color=theme.colour(state), weight="bold")  # fmt: skip
            ax.text(end, y, "against", size=SMALL_SIZE, va="center", ha="right", color=theme.faint)
            y += 1.0
        for row in _rows(texts[texts["period"] == period]):
            if row["government"] == "NLD in government":
                ax.add_patch(Rectangle((-0.005, y - 0.5), end + 0.01, 1.0, facecolor=theme.fill, alpha=0.7, zorder=0))
            ax.text(0, y, row["years"], size=SMALL_SIZE, va="center")
            ax.text(0.125 if slim else 0.1, y, row["text"], size=SMALL_SIZE, va="center")
            for state, x in columns.items():
                _vote(ax, (x, y, wide), row[state], theme.colour(state), theme)
            ax.text(end, y, row["against"], size=SMALL_SIZE, va="center", ha="right")
            y += 1.0
        y += 0.5
    ax.set(xlim=(-0.005, end + 0.005), ylim=(y - 0.9, -0.6), xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)


_SHORT = {
    "Situation of human rights in Myanmar": "Human rights in Myanmar",
    "Situation of human rights of Rohingya Muslims and other minorities in Myanmar": "Rights of Rohingya, others",
    "Draft resolution on the situation in Myanmar": "Security Council, draft",
    "Special session on the coup": "Human Rights Council, coup",
    "Amendment to the text on the Rohingya conference": "Russia's two amendments",
}
"""Texts by title -> what stands in the figure."""


def _rows(texts: pd.DataFrame) -> list[dict[str, str]]:
    """One row for each vote, and for all copies of one text that passed without: years, text, both states, against."""
    rows = []
    calls = texts.assign(key=[
        (row.title, "", "joined") if row.BLR == "joined" else (row.title, row.date.year, row.body)
        for row in texts.itertuples()
    ])  # fmt: skip
    for _, copies in calls.groupby("key", sort=False):
        first, last = copies.iloc[0], copies.iloc[-1]
        span = f"{first['date']:%Y}" + (f"–{last['date']:%y}" if last["date"].year > first["date"].year else "")
        words = _SHORT.get(first["title"], "")
        if not words:
            council = first["body"] == "Security Council"
            words = "Security Council" if council else "Situation in Myanmar" if first["no"] else "Rohingya conference"
        against = ", ".join(str(number) for number in copies["no"].dropna())
        states = {state: first[state] if isinstance(first[state], str) else "" for state in ("BLR", "RUS")}
        rows.append({"years": span, "text": words, "government": first["government"], "against": against, **states})
    return rows


def _vote(ax: Axes, box: tuple[float, float, float], vote: str, colour: str, theme: Theme) -> None:
    """A tile with its word: full where against, hollow where abstaining or in favour, a bare word without a vote."""
    x, y, wide = box
    words = {"no": "against", "abstain": "abstained", "yes": "in favour", "joined": "no vote", "": "–"}[vote]
    if vote in ("no", "abstain", "yes"):
        dashes = (0, (2, 1.5)) if vote == "yes" else "-"
        face = colour if vote == "no" else theme.page
        ax.add_patch(
            Rectangle((x, y - 0.42), wide, 0.84, facecolor=face, edgecolor=colour, linewidth=1, linestyle=dashes)
        )
    ink = theme.page if vote == "no" else theme.text if vote in ("abstain", "yes") else theme.faint
    ax.text(x + wide / 2, y, words, size=SMALL_SIZE, va="center", ha="center", color=ink)


def trade_in_scale(scaled: pd.DataFrame) -> Chart:
    """Trade in per cent of both GDPs: every claim on Belarus and Russia, the latest on others (`trade.in_scale`)."""
    latest = scaled.sort_values("year").drop_duplicates("partner", keep="last").set_index("partner")
    both = scaled[scaled["partner"].isin(["BLR", "RUS"])]
    others = latest.drop(["BLR", "RUS"]).sort_values("percent_myanmar").reset_index()
    shown = pd.concat([both, others], ignore_index=True)
    ours = {partner: latest.loc[partner, "percent_myanmar"] for partner in ("BLR", "RUS")}
    finding = (
        f"The trade claimed with Belarus for {latest.loc['BLR', 'period']} equals {_share(ours['BLR'])} of Myanmar's "
        f"GDP, the trade claimed with Russia {_share(ours['RUS'])}"
    )

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_trade_in_scale(figure, theme, shown)

    claims = "; ".join(
        f"{NAMES[c.partner]} {c.period} ({c.claimant}) {_share(c.percent_myanmar)} of Myanmar's and "
        f"{formatted(c.percent_partner, 2)}% of the partner's"
        for c in shown.itertuples()
    )
    return Chart(
        name="fig-belarus-trade",
        finding=finding,
        subtitle="Exports and imports together (million US dollars), per cent of GDP, each claim by itself; each half "
        "has its own scale",
        draw=draw,
        frame=shown,
        alt="Bars of claimed trade in per cent of Myanmar's GDP and, on a scale of its own, of the partner's: "
        f"{claims}.",
        source="Data: this book's trade table; GDP: World Bank, current US dollars (2023 also for later years).",
        height=0.4 * len(shown) + 1.5,
    )


def _share(value: float) -> str:
    """Per cent: one figure that counts below 1, else none behind the point."""
    places = max(0, -math.floor(math.log10(value)))
    return f"{formatted(value, places)}%"


def _draw_trade_in_scale(figure: Figure, theme: Theme, shown: pd.DataFrame) -> None:
    slim = narrow(figure)
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=[1.55, 1])
    for row, claim in enumerate(shown.itertuples()):
        bound = {"upper": "under ", "approximate": "about ", "lower": "over "}.get(claim.bound, "")
        amount = formatted(claim.turnover_usd_m, 1 if claim.turnover_usd_m < 100 else 0)
        who = claim.claimant.replace("General Administration of Customs of China", "Chinese customs") + (
            " (derived)" if claim.derived else ""
        )
        label = f"{NAMES[claim.partner]} {claim.period}: {bound}{amount} m"
        left.text(0, row - 0.42, label, size=SMALL_SIZE, va="center", weight="bold")
        right.text(1, row - 0.42, who, transform=right.get_yaxis_transform(), size=SMALL_SIZE, va="center", ha="right",
                   color=theme.faint, bbox={"facecolor": theme.page, "edgecolor": "none", "pad": 0.4})  # fmt: skip
        for ax, value, owner in ((left, claim.percent_myanmar, "MMR"), (right, claim.percent_partner, claim.partner)):
            ax.barh(row, value, height=0.4, color=theme.colour(owner))
            words = _share(value) if owner == "MMR" else f"{formatted(value, 2)}%"
            ax.annotate(words, (value, row), (4, 0), textcoords="offset points", size=SMALL_SIZE, va="center")
    for ax, most, ticks, words in (
        (left, 1.2 * shown["percent_myanmar"].max(), [0, 20, 40], "of Myanmar's GDP"),
        (right, 1.35 * shown["percent_partner"].max(), [0, 0.1], "of the partner's GDP"),
    ):
        ax.set(xlim=(0, most), ylim=(len(shown) - 0.6, -0.75), yticks=[], xticks=ticks)
        ax.set_xticklabels([f"{tick:g}%" for tick in ticks])
        ax.set_title(words, size=SMALL_SIZE if slim else TEXT_SIZE, color=theme.text)
        ax.grid(axis="y", visible=False)
        ax.spines["left"].set_visible(False)


def journeys(found: pd.DataFrame, partner: str) -> Chart:
    """Visits in both directions, the leaders' numbered (frame of `chronology.visits`)."""
    out, back = found[found["host"] == partner], found[found["host"] == HOME]
    led, came = out[out["rank"] == 4], back[back["rank"] == 4]
    name = NAMES[partner]
    finding = (
        f"Min Aung Hlaing travelled to {name} {in_words(len(led))} times; "
        + (f"no leader of {name}" if came.empty else f"{in_words(len(came))} leaders of {name}")
        + " came to Myanmar"
    )

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_journeys(figure, theme, partner, out, back)

    trips = "; ".join(f"{row.when}, {row.place}" for row in led.itertuples())
    return Chart(
        name=f"fig-{name.lower()}-journeys",
        finding=finding,
        subtitle=f"Visits since the coup, to {month(horizon())}; numbered: journeys of Min Aung Hlaing",
        draw=draw,
        frame=found.drop(columns=["earliest", "latest"]),
        alt=f"Timeline in two rows: {len(out)} visits from Myanmar to {name}, {len(back)} from {name} to Myanmar. "
        f"{finding}. His journeys: {trips}. Ministers of {name} came {(back['rank'] == 3).sum()} times.",
        source=f"Data: this book's table of dated events, to {day(horizon())}. Where only the month is known, its "
        "first day.",
        height=2.9,
    )


def _draw_journeys(figure: Figure, theme: Theme, partner: str, out: pd.DataFrame, back: pd.DataFrame) -> None:
    ax = figure.subplots()
    ax.axvspan(FIRST_POLLING_DAY, LAST_POLLING_DAY, color=theme.fill, lw=0)
    sizes = {1: 16, 2: 30, 3: 62, 4: 150}
    for y, visits, state, words in (
        (0.0, out, HOME, f"from Myanmar to {NAMES[partner]}"),
        (1.0, back, partner, f"from {NAMES[partner]} to Myanmar"),
    ):
        colour = theme.colour(state)
        ax.text(COUP, y - 0.4, words, size=TEXT_SIZE, va="center", color=colour)
        ax.axhline(y, color=theme.grid, lw=0.8, zorder=0)
        for row in visits[visits["rank"] < 4].sort_values("rank").itertuples():
            ax.scatter([row.date], [y], s=sizes[int(row.rank)], color=colour, ec=theme.page, lw=0.8, zorder=row.rank)
        leaders = visits[visits["rank"] == 4]
        for number, (row, lift) in enumerate(zip(leaders.itertuples(), _lifted(leaders["date"], ax), strict=True), 1):
            ax.scatter([row.date], [y + lift], s=sizes[4], color=colour, ec=theme.page, lw=0.8, zorder=8)
            ax.text(row.date, y + lift - 0.015, str(number), size=SMALL_SIZE, ha="center", va="center", zorder=9,
                    color=theme.page, weight="bold")  # fmt: skip
    x = pd.Timestamp("2021-03-01")
    for rank, words in {1: "officials", 2: "deputies, officers", 3: "ministers", 4: "leaders"}.items():
        ax.scatter([x], [1.62], s=sizes[rank], color=theme.faint, ec=theme.page, lw=0.8)
        ax.text(x + pd.Timedelta(days=60), 1.62, words, size=SMALL_SIZE, va="center", color=theme.faint)
        x += pd.Timedelta(days=190 + 27 * len(words))
    ax.text(FIRST_POLLING_DAY, -0.72, "vote", size=SMALL_SIZE, ha="center", va="center", color=theme.faint)
    ax.set(xlim=(pd.Timestamp("2020-12-15"), horizon()), ylim=(1.85, -0.85), yticks=[])
    ax.xaxis.set_major_locator(mdates.YearLocator())
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    ax.grid(axis="y", visible=False)
    ax.spines["left"].set_visible(False)


def _lifted(days: pd.Series, ax: Axes) -> list[float]:
    """How far each mark is moved off its line, so that no two of a row cover each other."""
    near = pd.Timedelta(days=150 if narrow(ax.figure) else 75)
    lifts: list[float] = []
    for close in days.diff() < near:
        lifts.append(0.0 if not close else -0.17 if lifts[-1] == 0 else 0.17 if lifts[-1] < 0 else 0.0)
    return lifts


def arms_by_place(arms: pd.DataFrame) -> Chart:
    """The two counts of the UN Special Rapporteur, by place of the supplying entity, one panel each (table `arms`)."""
    traced = arms[arms["part_of"] == "un-wld"].sort_values("value", ascending=False, ignore_index=True)
    paid = arms[arms["part_of"].isin(["bank-wld-2022", "bank-wld-2023"])]
    inside = arms[arms["part_of"] == "un-rus"].iloc[0]
    top = traced.iloc[0]
    banked = paid.loc[paid["supplier"] == top["supplier"], "value"].sum()
    finding = (
        f"Entities in {PLACES[top['supplier']]} lead the UN rapporteur's first count of arms, with {top['value']:.0f} "
        f"million dollars; the second, which sees only banks, has {banked:.0f} in the one year that was read"
    )

    def draw(figure: Figure, theme: Theme) -> None:
        above, below = figure.subplots(2, 1, height_ratios=[5, 4.4])
        _draw_traced(above, theme, traced, inside)
        _draw_paid(below, theme, paid)

    values = ", ".join(f"{PLACES[p.supplier]} {p.value:.0f}" for p in traced.itertuples())
    later = ", ".join(f"{PLACES[p.supplier]} {p.period_end[:4]} {p.value:.0f}" for p in paid.itertuples())
    columns = ["arms_id", "supplier", "value", "unit", "period_start", "period_end", "claimant", "source"]
    return Chart(
        name="fig-russia-arms-by-place",
        finding=finding,
        subtitle="Million US dollars; two reports that count differently and must not be compared bar by bar",
        draw=draw,
        frame=pd.concat([traced, paid], ignore_index=True)[columns],
        alt="Two bar charts of supplies to the military by place of the supplying entity, million US dollars. Traced "
        f"from February 2021 to December 2022: {values}. Bought through banks, fiscal years by their end: {later}.",
        source="Data: UN Special Rapporteur (May 2023; June 2024), as reported. Place of the entity, not always its "
        "state. Rosoboronexport is Russia's state exporter. For Russia only the later year was read.",
        height=5.2,
    )


def _draw_traced(ax: Axes, theme: Theme, traced: pd.DataFrame, inside: pd.Series) -> None:
    for row, part in enumerate(traced.itertuples()):
        ax.barh(row, part.value, color=theme.colour(part.supplier), height=0.55)
        ax.text(part.value + 6, row, f"{part.value:.0f}", va="center", size=8.5)
    state = int(traced.index[traced["supplier"] == "RUS"][0])
    ax.plot([inside["value"]] * 2, [state - 0.275, state + 0.275], color=theme.page, lw=1.5, solid_capstyle="butt")
    note = f"Rosoboronexport, about {inside['value']:.0f}"
    ax.text(4, state, note, size=SMALL_SIZE, color=theme.page, va="center")
    ax.set_title("May 2023: all supplies traced, Feb 2021 to Dec 2022", size=8.5)
    ax.set_yticks(range(len(traced)), [PLACES[code] for code in traced["supplier"]])
    _bars(ax, len(traced))


def _draw_paid(ax: Axes, theme: Theme, paid: pd.DataFrame) -> None:
    wide = paid.pivot(index="supplier", columns="part_of", values="value").sort_values("bank-wld-2023", ascending=False)
    for row, (place, years) in enumerate(wide.iterrows()):
        colour = theme.colour(str(place))
        for year, shift in (("bank-wld-2022", -0.2), ("bank-wld-2023", 0.2)):
            if pd.isna(years[year]):
                ax.text(4, row + shift, "higher, not read", va="center", size=SMALL_SIZE, color=theme.faint)
                continue
            hollow = year == "bank-wld-2022"
            ax.barh(
                row + shift, years[year], color=theme.page if hollow else colour, edgecolor=colour, lw=1, height=0.34
            )
            words = f"{years[year]:.0f}" + ((" to March 2023" if hollow else " to March 2024") if row == 0 else "")
            ax.text(years[year] + 6, row + shift, words, va="center", size=8.5)
    ax.set_title("June 2024: bought through banks, years to March", size=8.5)
    ax.set_yticks(range(len(wide)), [PLACES[code] for code in wide.index])
    _bars(ax, len(wide))


def _bars(ax: Axes, rows: int) -> None:
    ax.set(ylim=(rows - 0.5, -0.5), xlim=(0, 460))
    ax.grid(axis="y", visible=False)
    ax.tick_params(axis="y", length=0)
