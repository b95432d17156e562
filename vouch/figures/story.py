"""The figure of the narrative: one axis of time, from the 2020 election to the presidency."""

from __future__ import annotations

import re

import matplotlib.dates as dates
import pandas as pd
from matplotlib.figure import Figure

from vouch.evidence.case import COUP
from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE, Theme
from vouch.text import MONTHS, day

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

_LEAST = 0.031  # of the height of the axis: room for a line of text


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


def axis(timeline: pd.DataFrame, until: pd.Timestamp) -> Chart:
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
    start = pd.Timestamp("2020-09-15")
    band = {"date": COUP, "kind": "emergency", "label": "nation-wide emergency", "event": f"to {day(end)}"}
    frame = pd.concat([shown, pd.DataFrame([band])], ignore_index=True)

    def draw(figure: Figure, theme: Theme) -> None:
        ax = figure.subplots()
        looks = {POWER: ("o", theme.accent), RULE: ("D", theme.text), WAR: ("^", theme.faint)}
        span = (until - start).days
        ax.axvline(0, color=theme.grid, linewidth=1)
        ax.fill_betweenx([COUP, end], -0.25, 0.25, color=theme.fill)
        places = _apart([(when - start).days / span for when in shown["date"]], _LEAST)
        for row, place in zip(shown.itertuples(), places, strict=True):
            marker, colour = looks[row.kind]
            height = start + pd.Timedelta(days=place * span)
            ax.plot([0.3, 0.75, 1.05], [row.date, height, height], color=theme.fill, linewidth=0.8)
            ax.plot([0], [row.date], marker, color=colour, markersize=4.5, markeredgecolor=theme.page)
            ax.plot([1.2], [height], marker, color=colour, markersize=4.5)
            text = f"{row.date.day} {MONTHS[row.date.month - 1][:3]} {row.date.year}  {row.label}"
            ax.text(1.4, height, text, size=SMALL_SIZE, color=theme.text, va="center")
        middle = COUP + (end - COUP) / 2
        ax.text(-0.34, middle, "nation-wide emergency", rotation=90, size=SMALL_SIZE, ha="right", va="center",
                color=theme.faint)  # fmt: skip
        for number, (kind, (marker, colour)) in enumerate(looks.items()):
            ax.plot([0.1 + 3.1 * number], [start - pd.Timedelta(days=60)], marker, color=colour, markersize=4.5,
                    clip_on=False)  # fmt: skip
            ax.text(0.32 + 3.1 * number, start - pd.Timedelta(days=60), kind, size=SMALL_SIZE, va="center")
        ax.set(xlim=(-0.8, 9.2), ylim=(until + pd.Timedelta(days=20), start - pd.Timedelta(days=110)))
        ax.yaxis.set_major_locator(dates.YearLocator())
        ax.yaxis.set_major_formatter(dates.DateFormatter("%Y"))
        ax.set_xticks([])
        ax.grid(visible=False)
        ax.spines[["left", "bottom"]].set_visible(False)

    told = "; ".join(f"{day(row.date)}: {row.label}" for row in shown.itertuples())
    return Chart(
        name="fig-story-axis",
        finding="The emergency ended before the vote; martial law outlived both",
        subtitle="From the 2020 election to the presidency; days as the sources give them",
        draw=draw,
        frame=frame,
        alt=(
            f"Timeline that runs from top to bottom, with a band for the nation-wide emergency from {day(COUP)} to "
            f"{day(end)} and a mark for each event. {told}."
        ),
        source="Data: the book's timeline.",
        height=7.6,
    )


def _apart(places: list[float], least: float) -> list[float]:
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
