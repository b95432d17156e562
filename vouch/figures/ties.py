"""Figures of the chapter on the web of ties: who travelled to whom, and what came when."""

from __future__ import annotations

import networkx as nx
import pandas as pd
from matplotlib.dates import DateFormatter, YearLocator
from matplotlib.figure import Figure

from vouch.evidence.case import COUP, FIRST_POLLING_DAY, horizon
from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE, Theme, narrow, wrapped
from vouch.methods.alliances.ties import CENTRE, PARTNERS, leader_trips
from vouch.text import day, in_words, month

_NAMES = {"RUS": "Russia", "BLR": "Belarus"}
_PEOPLE = {"RUS": "Russian", "BLR": "Belarusian"}


def _data() -> str:
    return f"Data: events of this book (to {day(horizon())})."


def journeys(links: pd.DataFrame) -> Chart:
    """Leaders' journeys since the coup by partner and direction, one mark each; links of `ties.since_coup` in."""
    trips = [leader_trips(links, code).assign(partner=code) for code in PARTNERS]
    frame = pd.concat(trips, ignore_index=True)[["partner", "outward", "when", "event_id", "title"]]
    rows = [(code, outward) for code in PARTNERS for outward in (True, False)]
    count = {(code, out): int(((frame["partner"] == code) & (frame["outward"] == out)).sum()) for code, out in rows}
    words = {row: in_words(number) for row, number in count.items()}
    finding = "; ".join(f"{words[code, True]} to {_NAMES[code]} and {words[code, False]} back" for code in PARTNERS)
    labels = {
        row: f"Min Aung Hlaing to {_NAMES[row[0]]}" if row[1] else f"{_PEOPLE[row[0]]} leaders to Myanmar"
        for row in rows
    }

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_journeys(figure, theme, frame, labels)

    months = {
        (code, outward): [
            month(trip.when) for trip in frame.itertuples() if (trip.partner, trip.outward) == (code, outward)
        ]
        for code, outward in rows
    }
    dated = "; ".join(f"{labels[row]}: {', '.join(months[row]) or 'none'}" for row in rows)
    return Chart(
        name="fig-ties-journeys",
        finding=f"Journeys of leaders since the coup: {finding}",
        subtitle=f"Arrow: a journey of a head of state or government, to {month(horizon())}; right: their number",
        draw=draw,
        frame=frame,
        alt=f"Timeline in four rows of leaders' journeys between Myanmar and its two partners. {dated}.",
        source=_data(),
        height=3.1,
    )


def _draw_journeys(figure: Figure, theme: Theme, frame: pd.DataFrame, labels: dict[tuple[str, bool], str]) -> None:
    axis = figure.subplots()
    size = 5.5 if narrow(figure) else 7  # so that journeys two months apart do not cover each other
    for place, ((code, outward), label) in enumerate(labels.items()):
        when = frame.loc[(frame["partner"] == code) & (frame["outward"] == outward), "when"]
        y = place + 0.14
        axis.axhline(y, color=theme.grid, lw=0.8, zorder=0)
        axis.plot(when, [y] * len(when), ">" if outward else "<", color=theme.colour(code), ms=size, mew=0, zorder=3)
        begin = COUP + pd.Timedelta(days=25)
        axis.text(begin, place - 0.3, label, size=SMALL_SIZE, va="center", color=theme.text)
        axis.text(1.01, y, str(len(when)), transform=axis.get_yaxis_transform(), va="center", weight="bold",
                  color=theme.colour(code))  # fmt: skip
    _calendar(axis, theme)
    for date, words, side in ((COUP, "coup", "left"), (FIRST_POLLING_DAY, "vote", "right")):
        away = (3 if side == "left" else -3, 0)
        axis.annotate(words, (date, -0.75), away, textcoords="offset points", size=SMALL_SIZE, ha=side,
                      va="center", color=theme.faint)  # fmt: skip
    axis.set(ylim=(len(labels) - 0.45, -0.95))
    axis.set_yticks([])
    axis.grid(False, axis="y")
    axis.spines["left"].set_visible(False)


def _calendar(axis, theme: Theme) -> None:
    """The years since the coup, with the coup and the first polling day marked."""
    for date in (COUP, FIRST_POLLING_DAY):
        axis.axvline(date, color=theme.faint, lw=0.9, ls=(0, (4, 2)), zorder=0)
    axis.set_xlim(pd.Timestamp("2021-01-01"), horizon() + pd.Timedelta(days=20))
    axis.xaxis.set_major_locator(YearLocator())
    axis.xaxis.set_major_formatter(DateFormatter("%Y"))


def network(web: nx.Graph, names: dict[str, str]) -> Chart:
    """Everybody with whom a contact since the coup is on record, a dot for each episode, the busiest first.

    web: result of `ties.graph`, names: code -> name. The explorer draws the same as a network.
    """
    found = [(partner, data["events"], data["episodes"]) for _, partner, data in web.edges(CENTRE, data=True)]
    frame = pd.DataFrame(found, columns=["partner", "events", "episodes"])
    frame = frame.sort_values(["episodes", "events", "partner"], ascending=[False, False, True], ignore_index=True)
    frame.insert(1, "name", frame["partner"].map(names).fillna(frame["partner"]))
    shown = frame.set_index("partner")
    lead, second = frame["partner"].iloc[:2]
    busiest = "; ".join(
        f"{row.name_} {row.episodes}" for row in frame.rename(columns={"name": "name_"}).head(6).itertuples()
    )

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_network(figure, theme, frame)

    return Chart(
        name="fig-ties-network",
        finding=f"Most episodes are on record with {shown.loc[lead, 'name']} ({shown.loc[lead, 'episodes']}) and "
        f"{shown.loc[second, 'name']} ({shown.loc[second, 'episodes']}), for whom the search went first",
        subtitle="Contacts since the coup. One dot is an episode: whatever follows within a week is one",
        draw=draw,
        frame=frame,
        alt=f"Dot chart of the episodes on record with each of {len(frame)} partners, the busiest first. "
        f"Busiest: {busiest}.",
        source=_data() + " The search went around Myanmar, and for two partners first.",
        height=4.2,
    )


def _draw_network(figure: Figure, theme: Theme, frame: pd.DataFrame) -> None:
    axis = figure.subplots()
    single = frame["episodes"] <= 1
    rows = [
        (row.name_, row.partner, row.episodes) for row in frame[~single].rename(columns={"name": "name_"}).itertuples()
    ]
    for place, (_name, partner, episodes) in enumerate(rows):
        colour = theme.colour(partner)
        axis.plot(range(1, episodes + 1), [place] * episodes, "o", color=colour, ms=3.4 if narrow(figure) else 5.2)
        axis.text(
            episodes + 1, place, str(episodes), size=SMALL_SIZE, va="center", weight="bold" if place < 2 else "normal"
        )
    names = ", ".join(frame.loc[single, "name"])
    room = figure.get_figwidth() * 72 * 0.76
    rest = wrapped(f"{int(single.sum())} with one each: {names}", SMALL_SIZE, room)
    axis.text(0, len(rows) - 0.1, rest, size=SMALL_SIZE, va="top", transform=axis.transData, color=theme.faint,
              ha="left").set_in_layout(False)  # fmt: skip
    lines = rest.count("\n") + 1
    axis.set(xlim=(0, frame["episodes"].max() + 3), ylim=(len(rows) + 0.75 * lines, -0.7), xticks=[])
    axis.set_yticks(range(len(rows)), [name for name, *_ in rows])
    axis.tick_params(axis="y", length=0, labelcolor=theme.text, labelsize=SMALL_SIZE)
    axis.grid(visible=False)
    axis.spines[:].set_visible(False)


def layers(links: pd.DataFrame, categories: pd.DataFrame) -> Chart:
    """Layers by partner over time, one mark per event.

    links: result of `ties.since_coup`. categories: the table, which has the layers in the order drawn.
    """
    columns = ["partner", "layer", "event_id", "earliest", "latest", "precision", "title"]
    frame = links.loc[links["partner"].isin(PARTNERS), columns].reset_index(drop=True)
    order = list(dict.fromkeys(categories["layer"]))
    first = frame.groupby(["layer", "partner"])["earliest"].min()
    total = frame["partner"].value_counts()
    arms, elections = (_since({code: first[layer, code].year for code in PARTNERS}) for layer in ("arms", "elections"))
    firsts = ", ".join(f"{_NAMES[code]} {month(first['elections', code])}" for code in PARTNERS)

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_layers(figure, theme, frame, order, ("arms", "elections"))

    return Chart(
        name="fig-ties-layers",
        finding=f"After the coup, arms are on record {arms}, elections {elections}",
        subtitle="One mark per event since the coup, a bar where only the month or year is known; years: first events",
        draw=draw,
        frame=frame,
        alt="Strip plot of dated events by partner and kind of tie since the coup. Events: "
        + ", ".join(f"{_NAMES[code]} {total[code]}" for code in PARTNERS)
        + f". First event on elections: {firsts}.",
        source=_data() + " Dashed: the coup and the first day of voting.",
        height=4.0,
    )


def _since(years: dict[str, int]) -> str:
    if len(set(years.values())) == 1:
        return f"with both partners from {years[PARTNERS[0]]}"
    return " and ".join(f"with {_NAMES[code]} from {year}" for code, year in years.items())


_SIDES = {"RUS": -0.21, "BLR": 0.21}
"""Of a row: Russia above its line, Belarus below."""


def _draw_layers(figure: Figure, theme: Theme, frame: pd.DataFrame, order: list[str], told: tuple[str, ...]) -> None:
    """told: the layers that the title speaks of; their first events are labelled with the year."""
    axis, slim = figure.subplots(), narrow(figure)
    rows = [layer for layer in order if layer in set(frame["layer"])]
    for place, layer in enumerate(rows):
        axis.axhline(place, color=theme.grid, lw=0.8, zorder=0)
        for code in PARTNERS:
            events = frame[(frame["layer"] == layer) & (frame["partner"] == code)].sort_values("earliest")
            y, colour = place + _SIDES[code], theme.colour(code)
            exact = events[events["precision"] == "day"]
            axis.plot(exact["earliest"], [y] * len(exact), "|", color=colour, ms=7 if slim else 9, mew=1.5)
            for row in events[events["precision"] != "day"].itertuples():
                axis.plot([row.earliest, row.latest], [y] * 2, "-", color=colour, lw=2, solid_capstyle="butt")
            if layer in told:
                _first(axis, theme, events.iloc[0], y, colour)
    _calendar(axis, theme)
    counts = frame["partner"].value_counts()
    for code, x in zip(PARTNERS, (0.04, 0.46 if slim else 0.34), strict=True):
        side = "above" if _SIDES[code] < 0 else "below"
        words = f"{_NAMES[code]}, {side}: {counts[code]}"
        axis.text(x, -0.85, words, transform=axis.get_yaxis_transform(), va="center", size=SMALL_SIZE, weight="bold",
                  color=theme.colour(code))  # fmt: skip
    axis.set(ylim=(len(rows) - 0.45, -1.15))
    axis.set_yticks(range(len(rows)), rows)
    axis.tick_params(axis="y", length=0, labelcolor=theme.text)
    axis.grid(visible=False, axis="y")


def _first(axis, theme: Theme, event: pd.Series, y: float, colour: str) -> None:
    """The year of the first event of a layer, beside its mark."""
    early = event["earliest"].year == COUP.year
    begin = event["latest" if early else "earliest"]
    axis.annotate(
        f"{event['earliest'].year}", (begin, y), (7 if early else -5, 0), textcoords="offset points", size=SMALL_SIZE,
        va="center", ha="left" if early else "right", color=colour, weight="bold",
        bbox={"facecolor": theme.page, "edgecolor": "none", "pad": 0.4},
    )  # fmt: skip
