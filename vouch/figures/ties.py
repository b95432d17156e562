"""Figures of the chapter on the web of ties: who travelled to whom, and what came when."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
from matplotlib.dates import DateFormatter, YearLocator
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from vouch.evidence.case import COUP, FIRST_POLLING_DAY, horizon
from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE, Theme
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
            f"{trip.when:%B %Y}" for trip in frame.itertuples() if (trip.partner, trip.outward) == (code, outward)
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
        source=_data() + " Dashed: the coup and the first day of voting.",
        height=3.0,
    )


def _draw_journeys(figure: Figure, theme: Theme, frame: pd.DataFrame, labels: dict[tuple[str, bool], str]) -> None:
    axis = figure.subplots()
    for place, ((code, outward), label) in enumerate(labels.items()):
        when = frame.loc[(frame["partner"] == code) & (frame["outward"] == outward), "when"]
        y = place + 0.14
        axis.axhline(y, color=theme.grid, lw=0.8, zorder=0)
        axis.plot(when, [y] * len(when), ">" if outward else "<", color=theme.colour(code), ms=7, zorder=3)
        begin = COUP + pd.Timedelta(days=25)
        axis.text(begin, place - 0.3, label, size=SMALL_SIZE, va="center", color=theme.text)
        axis.text(1.01, y, str(len(when)), transform=axis.get_yaxis_transform(), va="center")
    _calendar(axis, theme)
    axis.set(ylim=(len(labels) - 0.45, -0.6))
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
    """Everybody with whom a contact since the coup is on record; web: result of `ties.graph`, names: code -> name.

    Partners stand on a ring, the busiest at the top and then alternately left and right; a line is as wide as it has
    episodes.
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
        _draw_network(figure, theme, web, frame)

    return Chart(
        name="fig-ties-network",
        finding=f"Most episodes are on record with {shown.loc[lead, 'name']} ({shown.loc[lead, 'episodes']}) and "
        f"{shown.loc[second, 'name']} ({shown.loc[second, 'episodes']}), for whom the search went first",
        subtitle="Contacts since the coup, counted as episodes: whatever follows within a week is one",
        draw=draw,
        frame=frame,
        alt=f"Network chart: Myanmar in the middle, {len(frame)} partners around it, lines by number of episodes. "
        f"Busiest: {busiest}.",
        source=_data() + " Myanmar is in the middle because the search went around it.",
        height=4.2,
    )


def _draw_network(figure: Figure, theme: Theme, web: nx.Graph, frame: pd.DataFrame) -> None:
    shown = frame.set_index("partner")
    axis = figure.subplots()
    outer = [*frame["partner"].iloc[1::2][::-1], *frame["partner"].iloc[::2]]  # the busiest side by side at the top
    ring = nx.circular_layout(outer)
    turn = np.pi / 2 - np.arctan2(*ring[frame["partner"].iloc[0]][::-1])
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    places = {CENTRE: np.zeros(2)} | {partner: spin @ ring[partner] for partner in outer}
    widths = [1.0 + 4.5 * np.sqrt(shown.loc[partner, "episodes"] / frame["episodes"].max()) for partner in outer]
    for partner, width in zip(outer, widths, strict=True):
        # A rim of the page's colour keeps lines apart where they meet, in both themes.
        line = nx.draw_networkx_edges(
            web, places, ax=axis, edgelist=[(CENTRE, partner)], width=width, edge_color=theme.colour(partner)
        )
        line.set_path_effects([withStroke(linewidth=width + 1.6, foreground=theme.page)])
    nx.draw_networkx_nodes(web, places, ax=axis, nodelist=[CENTRE], node_size=120, node_color=theme.colour(CENTRE))
    for number, partner in enumerate(outer):
        crowded = places[partner][1] < 0 and abs(places[partner][0]) < 0.6  # the foot: every other label lower
        x, y = (1.24 if crowded and number % 2 else 1.07) * places[partner]
        label = f"{shown.loc[partner, 'name']} {shown.loc[partner, 'episodes']}"
        side = "left" if x > 0.12 else "right" if x < -0.12 else "center"
        axis.text(x, y, label, size=SMALL_SIZE, ha=side, va="center", color=theme.text)
    axis.set(xlim=(-1.9, 1.9), ylim=(-1.4, 1.2), aspect="equal")
    axis.axis("off")


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
        _draw_layers(figure, theme, frame, order)

    return Chart(
        name="fig-ties-layers",
        finding=f"After the coup, arms are on record {arms}, elections {elections}",
        subtitle="One mark per event since the coup; thin bars where only the month or year is known",
        draw=draw,
        frame=frame,
        alt="Strip plot of dated events by partner and kind of tie since the coup. Events: "
        + ", ".join(f"{_NAMES[code]} {total[code]}" for code in PARTNERS)
        + f". First event on elections: {firsts}.",
        source=_data() + " Dashed: the coup and the first day of voting.",
        height=4.4,
    )


def _since(years: dict[str, int]) -> str:
    if len(set(years.values())) == 1:
        return f"with both partners from {years[PARTNERS[0]]}"
    return " and ".join(f"with {_NAMES[code]} from {year}" for code, year in years.items())


def _draw_layers(figure: Figure, theme: Theme, frame: pd.DataFrame, order: list[str]) -> None:
    found = frame.groupby("partner")["layer"].agg(set)
    rows = {code: [layer for layer in order if layer in found[code]] for code in PARTNERS}
    axes = figure.subplots(len(PARTNERS), 1, sharex=True, height_ratios=[len(rows[code]) + 0.6 for code in PARTNERS])
    for axis, code in zip(np.atleast_1d(axes), PARTNERS, strict=True):
        events = frame[frame["partner"] == code]
        colour = theme.colour(code)
        for place, layer in enumerate(rows[code]):
            in_layer = events[events["layer"] == layer]
            exact = in_layer[in_layer["precision"] == "day"]
            axis.plot(exact["earliest"], [place] * len(exact), "|", color=colour, ms=9, mew=1.6)
            for row in in_layer[in_layer["precision"] != "day"].itertuples():
                axis.plot([row.earliest, row.latest], [place + 0.3] * 2, "-", color=colour, lw=1.1)
        axis.set(title=f"{_NAMES[code]}: {len(events)} events", ylim=(len(rows[code]) - 0.4, -0.6))
        axis.set_yticks(range(len(rows[code])), rows[code])
        axis.tick_params(axis="y", length=0)
        _calendar(axis, theme)
