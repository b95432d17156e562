"""Figures of the chapters on Belarus and Russia: chronology, promises, trade in scale, UN votes, arms by place."""

from __future__ import annotations

from typing import Any

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vouch.evidence.case import COUP, FIRST_POLLING_DAY, LAST_POLLING_DAY, horizon
from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE, Theme
from vouch.methods.alliances.chronology import first_records
from vouch.text import day, formatted, month

NAMES = {"BLR": "Belarus", "RUS": "Russia", "MMR": "Myanmar", "CHN": "China", "IND": "India"}
PLACES = {**NAMES, "SGP": "Singapore", "THA": "Thailand"}

_SHOWN_FROM = pd.Timestamp("2020-12-01")
_LAYER_WORDS = {
    "Visits": "visits",
    "Arms and drills": "arms contacts",
    "Elections": "election ties",
    "Energy, nuclear": "nuclear ties",
    "Agreements": "other agreements",
    "Trade": "trade meetings",
    "Recognition": "recognition",
    "Education, aid": "education or aid",
}
_SIZES = {1: 18, 2: 36, 3: 62, 4: 105}
_STACK_DAYS = 50  # dots closer than this would touch at four inches for five and a half years


def chronology(layered: pd.DataFrame, partner: str, named: tuple[str, ...]) -> Chart:
    """Dated events by layer since the coup, one row a layer, dot size by rank (frame of `chronology.by_layer`).

    `named` are the layers whose first record the title gives.
    """
    last = horizon()
    first = first_records(layered).set_index("layer")["date"].dt.year
    order = first_records(layered)["layer"].tolist()
    in_title = sorted(named, key=lambda layer: first[layer])
    years = sorted({int(first[layer]) for layer in in_title})
    words = [
        _listed([_LAYER_WORDS[name] for name in in_title if first[name] == year]) + f" from {year}" for year in years
    ]
    finding = f"{NAMES[partner]}: {_listed(words).replace(' from ', ' are on record from ', 1)}"
    recent = layered[layered["latest"] >= _SHOWN_FROM]

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_chronology(figure, theme, partner, order, recent, layered, last)

    counts = layered["layer"].value_counts()
    alt = (
        f"Timeline in {len(order)} rows of {len(layered)} dated events between Myanmar and {NAMES[partner]}, "
        f"{layered['date'].min():%Y} to {month(layered['date'].max())}, larger dots for higher rank. Events found per "
        f"row: {', '.join(f'{layer} {counts[layer]}' for layer in order)}. {finding}."
    )
    return Chart(
        name=f"fig-{NAMES[partner].lower()}-chronology",
        finding=finding,
        subtitle=f"Events found, December 2020 to {month(last)}; size: rank of the envoy; hollow: day not known",
        draw=draw,
        frame=layered,
        alt=alt,
        source=f"Data: this book's table of dated events, to {day(last)}. An uneven search: count rows, not years.",
        height=0.66 * len(order) + 1.9,
    )


def _draw_chronology(
    figure: Figure,
    theme: Theme,
    partner: str,
    order: list[str],
    recent: pd.DataFrame,
    layered: pd.DataFrame,
    last: pd.Timestamp,
) -> None:
    ax = figure.subplots()
    colour = theme.colour(partner)
    ax.axvline(COUP, color=theme.faint, lw=0.9)
    ax.axvspan(FIRST_POLLING_DAY, LAST_POLLING_DAY, color=theme.fill, lw=0)
    for row, layer in enumerate(order):
        events = recent[recent["layer"] == layer].sort_values("earliest")
        earlier = layered[(layered["layer"] == layer) & (layered["latest"] < _SHOWN_FROM)]
        label = layer
        if len(earlier):
            label += f"  ({len(earlier)} before 2021, first {earlier['date'].min():%Y})"
        ax.text(pd.Timestamp("2021-03-01"), row - 0.36, label, size=8.5, va="center")
        ax.axhline(row + 0.46, color=theme.grid, lw=0.7)
        for event, level in zip(events.itertuples(), _stacked(events), strict=True):
            middle = event.earliest + (event.latest - event.earliest) / 2
            exact = event.date_precision == "day"
            y = row + 0.2 - 0.14 * level
            if not exact:
                ax.plot([event.earliest, event.latest], [y, y], color=colour, lw=1, alpha=0.8)
            ax.scatter(
                [middle],
                [y],
                s=_SIZES[int(event.rank)],
                facecolor=colour if exact else theme.page,
                edgecolor=theme.page if exact else colour,
                linewidth=0.8 if exact else 1.1,
                zorder=3,
            )
    ax.text(COUP, -0.72, "coup", size=8, ha="center", va="bottom", color=theme.faint)
    ax.text(FIRST_POLLING_DAY, -0.72, "vote", size=8, ha="center", va="bottom", color=theme.faint)
    _size_key(ax, len(order) + 0.05, colour, theme)
    ax.set(xlim=(_SHOWN_FROM, last), ylim=(len(order) + 0.35, -0.72), yticks=[])
    ax.xaxis.set_major_locator(mdates.YearLocator())
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    ax.grid(axis="y", visible=False)
    ax.spines["left"].set_visible(False)


def promises(table: pd.DataFrame, partner: str) -> Chart:
    """Each promise as a line from its date to delivery or to the horizon (`delivery.promised_and_delivered`)."""
    last = horizon()
    done = int((table["status"] == "delivered").sum())
    part = int((table["status"] == "partly").sum())
    finding = f"{NAMES[partner]}: delivery was found for {done} of {len(table)} promises"
    finding += f", in part for {part}" if part else ", in part for none"

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_promises(figure, theme, partner, table, last)

    counts = ", ".join(f"{name} {count}" for name, count in table["status"].value_counts().items())
    alt = (
        f"Lines from the date of each of {len(table)} promises between Myanmar and {NAMES[partner]} to its delivery, "
        f"or to the end of {month(last)} where no delivery was found. By status: {counts}."
    )
    return Chart(
        name=f"fig-{NAMES[partner].lower()}-promises",
        finding=finding,
        subtitle="Solid to a dot: delivered. Dashed to a diamond: in part. "
        f"Dotted: no later step found by {month(last)}",
        draw=draw,
        frame=table.drop(columns="note"),
        alt=alt,
        source=f"Data: this book's tables of promises and of events, to {day(last)}.",
        height=0.4 * len(table) + 1.5,
    )


def _draw_promises(figure: Figure, theme: Theme, partner: str, table: pd.DataFrame, last: pd.Timestamp) -> None:
    ax = figure.subplots()
    colour = theme.colour(partner)
    for row, promise in enumerate(table.itertuples()):
        whole = promise.status == "delivered"
        end = promise.delivered_on if whole else last
        style = "-" if whole else (0, (4, 2)) if promise.status == "partly" else (0, (1, 2))
        shade = colour if promise.status in {"delivered", "partly"} else theme.faint
        ax.plot([promise.date, end], [row, row], color=shade, ls=style, lw=2)
        ax.plot([promise.date], [row], marker="|", ms=8, mew=2, color=shade)
        if whole:
            ax.plot([end], [row], marker="o", ms=6.5, color=colour)
        else:
            face = theme.page
            ax.plot([end], [row], marker="D" if promise.status == "partly" else "o", ms=5.5, color=shade, mfc=face)
        ax.text(0, row - 0.42, promise.promise, transform=ax.get_yaxis_transform(), size=8, va="center")
    ax.set(yticks=[], ylim=(len(table) - 0.4, -0.85))
    first = table["date"].min() - (last - table["date"].min()) / 30
    ax.set_xlim(first, last + (last - first) / 40)
    months = (last - first).days / 30
    if months < 36:
        ax.xaxis.set_major_locator(mdates.MonthLocator(bymonth=(1, 7)))
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%b %Y"))
    else:
        ax.xaxis.set_major_locator(mdates.YearLocator())
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    ax.grid(axis="y", visible=False)
    ax.spines["left"].set_visible(False)


def trade_in_scale(scaled: pd.DataFrame, partner: str) -> Chart:
    """Turnover per thousand of both GDPs, every claim on `partner` and the latest on others (`trade.in_scale`)."""
    latest = scaled.sort_values("year").drop_duplicates("partner", keep="last")
    others = latest[latest["partner"] != partner].sort_values("per_mille_myanmar")
    shown = pd.concat([scaled[scaled["partner"] == partner], others], ignore_index=True)
    newest = latest[latest["partner"] == partner].iloc[0]
    finding = (
        f"The trade claimed with {NAMES[partner]} for {newest['period']} equals {newest['per_mille_myanmar']:.2g} per "
        f"thousand of Myanmar's GDP and {newest['per_mille_partner']:.2g} of {NAMES[partner]}'s"
    )

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_trade_in_scale(figure, theme, shown)

    claims = "; ".join(
        f"{NAMES[c.partner]} {c.period} ({c.claimant}) {c.per_mille_myanmar:.2g} of Myanmar's and "
        f"{c.per_mille_partner:.2g} of the partner's"
        for c in shown.itertuples()
    )
    return Chart(
        name=f"fig-{NAMES[partner].lower()}-trade",
        finding=finding,
        subtitle="Turnover (million US dollars) per thousand of GDP, each claim by itself",
        draw=draw,
        frame=shown,
        alt=f"Dot plot on a logarithmic axis of claimed trade turnover in thousandths of GDP: {claims}.",
        source="Data: this book's trade table; GDP: World Bank, current US dollars (2023 also for later years).",
        height=0.44 * len(shown) + 2.3,
    )


def _draw_trade_in_scale(figure: Figure, theme: Theme, shown: pd.DataFrame) -> None:
    ax = figure.subplots()
    for row, claim in enumerate(shown.itertuples()):
        theirs = theme.colour(claim.partner)
        ends = [claim.per_mille_partner, claim.per_mille_myanmar]
        ax.plot(ends, [row, row], color=theme.grid, lw=2, zorder=1)
        ax.plot(ends[0], row, marker="D", ms=6.5, mfc=theme.page, color=theirs, mew=1.6, ls="")
        ax.plot(ends[1], row, marker="o", ms=7.5, color=theme.colour("MMR"), ls="")
        bound = {"upper": "under ", "approximate": "about "}.get(claim.bound, "")
        amount = formatted(claim.turnover_usd_m, 1 if claim.turnover_usd_m < 100 else 0)
        label = f"{NAMES[claim.partner]} {claim.period}: {bound}{amount} m"
        ax.text(0, row - 0.3, label, transform=ax.get_yaxis_transform(), size=8.5, va="center")
        who = claim.claimant + (" (derived)" if claim.derived else "")
        ax.text(
            1,
            row - 0.3,
            who,
            transform=ax.get_yaxis_transform(),
            size=SMALL_SIZE,
            va="center",
            ha="right",
            color=theme.faint,
        )
    across = ax.get_yaxis_transform()
    ax.plot(0.03, -1.15, marker="o", ms=7.5, color=theme.colour("MMR"), ls="", transform=across)
    ax.text(0.06, -1.15, "of Myanmar's GDP", size=8.5, va="center", color=theme.colour("MMR"), transform=across)
    ax.plot(0.46, -1.15, marker="D", ms=6.5, mfc=theme.page, color=theme.text, mew=1.6, ls="", transform=across)
    ax.text(0.49, -1.15, "of the partner's GDP", size=8.5, va="center", transform=across)
    ax.set(xscale="log", xlim=(0.03, 400), ylim=(len(shown) - 0.4, -1.5), yticks=[])
    ax.set_xticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    ax.minorticks_off()
    ax.set_xlabel("per thousand of GDP, logarithmic axis")
    ax.grid(axis="y", visible=False)
    ax.spines["left"].set_visible(False)


def votes_on_myanmar(texts: pd.DataFrame, focus: str, other: str) -> Chart:
    """Share of votes against, abstaining and in favour on each text, with two states (`unvotes.on_myanmar`)."""
    texts = texts[texts[[focus, other]].notna().any(axis=1)].reset_index(drop=True)
    voted = texts[texts[focus].notna()]
    old, new = voted[voted["date"] < COUP], voted[voted["date"] >= COUP]
    finding = f"{NAMES[focus]}: {_cast(old[focus])} before the coup and {_cast(new[focus])} since"
    if len(new) == 1 and new.iloc[0]["no"] == 1 and (new[focus] == "no").all():
        finding += ", alone"
    markers = {focus: "o", other: "s"}

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_votes_on_myanmar(figure, theme, texts, focus, other, markers)

    tallies = "; ".join(
        f"{_text_label(row)}: {row.no} against, {row.abstain} abstaining, {row.yes} in favour, "
        + ", ".join(f"{NAMES[s]} {getattr(row, s)}" for s in (focus, other) if isinstance(getattr(row, s), str))
        for row in texts.itertuples()
    )
    columns = ["resolution", "date", "body", "no", "abstain", "yes", "cast", "share_no", focus, other]
    return Chart(
        name=f"fig-{NAMES[focus].lower()}-un-votes",
        finding=finding,
        subtitle="Recorded votes on Myanmar, share of votes cast (right: against–abstaining–in favour)",
        draw=draw,
        frame=texts[columns],
        alt=f"Stacked bars of United Nations votes on Myanmar by year, with a line at the coup. {finding}. {tallies}.",
        source="Data: UN roll calls (unvotes; press and UN from 2020). C3: Third Committee; SC: Security Council.",
        height=0.3 * len(texts) + 2.1,
    )


def _draw_votes_on_myanmar(
    figure: Figure, theme: Theme, texts: pd.DataFrame, focus: str, other: str, markers: dict[str, str]
) -> None:
    ax = figure.subplots()
    shades = {"no": theme.faint, "abstain": theme.fill, "yes": theme.grid}
    for row, text in enumerate(texts.itertuples()):
        start, middle = 0.0, {}
        for vote, shade in shades.items():
            width = 100 * getattr(text, vote) / text.cast
            hatch = "////" if vote == "abstain" else None
            ax.barh(row, width, left=start, color=shade, height=0.62, hatch=hatch, edgecolor=theme.page)
            middle[vote] = start + width / 2
            start += width
        ax.text(101.5, row, f"{text.no}–{text.abstain}–{text.yes}", size=8, va="center", color=theme.text)
        for state, shift in ((focus, 0.0), (other, 0.0)):
            vote = getattr(text, state)
            if isinstance(vote, str):
                both = getattr(text, focus) == getattr(text, other)
                shift = (-0.16 if state == focus else 0.16) if both else 0.0
                ax.plot(
                    middle[vote],
                    row + shift,
                    marker=markers[state],
                    ms=6,
                    color=theme.colour(state),
                    mec=theme.page,
                    mew=0.8,
                    zorder=4,
                )
    first = texts.iloc[0]
    cut = 100 * first["no"] / first["cast"]
    wide = 100 * first["abstain"] / first["cast"]
    ax.text(0, -0.62, "against", size=8, color=theme.faint, va="bottom")
    ax.text(cut + wide / 2, -0.62, "abstaining", size=8, color=theme.faint, ha="center", va="bottom")
    ax.text(100, -0.62, "in favour", size=8, color=theme.faint, ha="right", va="bottom")
    between = int((texts["date"] < COUP).sum()) - 0.5
    ax.axhline(between, color=theme.text, lw=0.9, ls=(0, (4, 2)))
    ax.text(-2.5, between, "coup", size=8, ha="right", va="center", color=theme.text)
    for state, x in ((focus, 0), (other, 26)):
        ax.plot(x + 1.5, -1.65, marker=markers[state], ms=6, color=theme.colour(state), mec=theme.page, mew=0.8)
        ax.text(x + 4.5, -1.65, NAMES[state], size=8.5, va="center", color=theme.colour(state))
    ax.set(xlim=(-1, 122), ylim=(len(texts) - 0.4, -2.1), yticks=range(len(texts)))
    ax.set_yticklabels([_text_label(row) for row in texts.itertuples()])
    ax.set_xticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100%"])
    ax.grid(axis="y", visible=False)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)


def arms_by_place(arms: pd.DataFrame) -> Chart:
    """Military supplies traced by the UN Special Rapporteur, by place of the supplying entity (table `arms`)."""
    parts = arms[arms["part_of"] == "un-wld"].sort_values("value", ascending=False, ignore_index=True)
    total = float(arms.set_index("arms_id").loc["un-wld", "value"])
    inside = arms[arms["part_of"] == "un-rus"].iloc[0]
    top = parts.iloc[0]
    finding = (
        f"Entities in {PLACES[top['supplier']]} supplied {top['value']:.0f} "
        f"of at least {total:,.0f} million dollars traced"
    )

    def draw(figure: Figure, theme: Theme) -> None:
        ax = figure.subplots()
        for row, part in enumerate(parts.itertuples()):
            ax.barh(row, part.value, color=theme.colour(part.supplier), height=0.55)
            ax.text(part.value + 6, row, f"{part.value:.0f}", va="center", size=8.5)
        state = int(parts.index[parts["supplier"] == "RUS"][0])
        ax.barh(state, inside["value"], color="none", edgecolor=theme.page, hatch="////", height=0.55)
        ax.text(
            120,
            len(parts) - 1.5,
            f"hatched: the state exporter\nRosoboronexport, about {inside['value']:.0f}",
            size=8.5,
            color=theme.faint,
            va="center",
        )
        ax.set_yticks(range(len(parts)), [PLACES[code] for code in parts["supplier"]])
        ax.set(ylim=(len(parts) - 0.5, -0.5), xlim=(0, 460))
        ax.grid(axis="y", visible=False)
        ax.tick_params(axis="y", length=0)

    values = ", ".join(f"{PLACES[p.supplier]} {p.value:.0f}" for p in parts.itertuples())
    return Chart(
        name="fig-russia-arms-by-place",
        finding=finding,
        subtitle="Arms, dual-use goods and materials, February 2021 to December 2022, million US dollars",
        draw=draw,
        frame=parts[["arms_id", "supplier", "value", "unit", "period_start", "period_end", "claimant", "source"]],
        alt=f"Bar chart of supplies to the military by place of the supplying entity, million US dollars: {values}.",
        source="Data: UN Special Rapporteur (2023), as reported. Place of the entity, not always its state.",
        height=3.2,
    )


def _stacked(events: pd.DataFrame) -> list[int]:
    """Level of each event (rows sorted by date) so that neighbours do not cover each other: 0, 1, 2, then 0 again."""
    levels: list[int] = []
    last: dict[int, pd.Timestamp] = {}
    for event in events.itertuples():
        middle = event.earliest + (event.latest - event.earliest) / 2
        free = [n for n in range(3) if n not in last or (middle - last[n]).days >= _STACK_DAYS]
        level = free[0] if free else min(last, key=lambda n: last[n])
        last[level] = middle
        levels.append(level)
    return levels


def _size_key(ax: Axes, y: float, colour: str, theme: Theme) -> None:
    """The sizes and what they mean, in a row of their own under the layers."""
    places = (COUP, *map(pd.Timestamp, ("2022-02-15", "2023-08-15", "2024-12-01")))
    for (rank, label), start in zip(
        {1: "officials", 2: "deputies, officers", 3: "ministers", 4: "leaders"}.items(), places, strict=True
    ):
        ax.scatter([start], [y], s=_SIZES[rank], facecolor=colour, edgecolor=theme.page, linewidth=0.8)
        ax.text(start + pd.Timedelta(days=45), y, label, size=8, va="center", color=theme.faint)


def _cast(votes: pd.Series) -> str:
    """How one state voted, in words: `against in all 9 votes`, `abstaining in both votes`."""
    words = {"no": "against", "abstain": "abstaining", "yes": "in favour"}
    total = len(votes)
    if votes.nunique() == 1:
        number = {1: "the one vote read", 2: "both votes read"}.get(total, f"all {total} votes read")
        return f"{words[votes.iloc[0]]} in {number}"
    return _listed([f"{words[vote]} in {count}" for vote, count in votes.value_counts().items()])


def _text_label(text: Any) -> str:
    body = {"General Assembly, Third Committee": " C3", "Security Council": " SC"}.get(text.body, "")
    return f"{text.date:%Y}{body}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
