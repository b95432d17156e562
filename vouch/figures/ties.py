"""Figures of the chapter on the web of ties."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pandas as pd
from matplotlib.dates import DateFormatter, YearLocator
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from vouch.evidence.case import COUP, FIRST_POLLING_DAY, horizon
from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE, Theme
from vouch.methods.alliances.null_models import NullTest
from vouch.methods.alliances.statements import STATEMENTS
from vouch.methods.alliances.ties import CENTRE, SEAT
from vouch.text import day, month

_RING = [
    *("PHL", "JPN", "PRK", "CHN", "EU", "KAZ", "BIMSTEC", "RUS", "LAO", "BLR", "NPL", "IND"),
    *("GBR", "USA", "NIC", "EAEU", "SCO", "BRICS", "UN", "ASEAN", "IDN", "THA", "KHM", "VNM"),
]
"""Places on the ring, counter-clockwise from the east; countries roughly by bearing. Fixed: no event moves a node."""

BODIES = {"UNGA": "UN", "UNSC": "UN", "UNHRC": "UN"}
_PAST = {
    "1999 to January 2021": ("1990-01-01", f"{COUP - pd.Timedelta(days=1):%Y-%m-%d}"),
    "February 2021 to 2022": (f"{COUP:%Y-%m-%d}", "2022-12-31"),
    "2023 to 2024": ("2023-01-01", "2024-12-31"),
}
"""First and last day of each period but the last, which ends at the horizon."""

_NAMES = {"RUS": "Russia", "BLR": "Belarus", "CHN": "China"}
_STANDING = {"yes": "survives", "direction only": "direction only", "no": "does not survive"}


def periods() -> dict[str, tuple[str, str]]:
    """The periods of the network, by name, with their first and last day."""
    last = horizon()
    return {**_PAST, f"2025 to {month(last)}": ("2025-01-01", f"{last:%Y-%m-%d}")}


def position(actor: str) -> tuple[float, float]:
    """Where a node stands: Myanmar in the middle, known partners at their place on the ring, others by their name."""
    if actor == CENTRE:
        return 0.0, 0.0
    if actor in _RING:
        angle, radius = 2 * np.pi * _RING.index(actor) / len(_RING), 1.0
    else:
        angle, radius = 2 * np.pi * (crc32(actor.encode()) % 360) / 360, 0.8
    return float(radius * np.cos(angle)), float(radius * np.sin(angle))


def network(links: pd.DataFrame) -> Chart:
    """The network in four periods: links of `ties.edges` in, one line per pair, as wide as it has events."""
    ties = links[(links["sender"] != SEAT) & (links["layer"] != "domestic")]
    ends = ties[["sender", "receiver"]].replace(BODIES)
    swap = (ends["receiver"] == CENTRE) | ((ends["sender"] != CENTRE) & (ends["sender"] > ends["receiver"]))
    frame = pd.DataFrame(
        {
            "period": _period(ties["when"]),
            "a": ends["sender"].where(~swap, ends["receiver"]),
            "b": ends["receiver"].where(~swap, ends["sender"]),
        }
    )
    frame = frame.groupby(["period", "a", "b"], sort=False).size().rename("events").reset_index()
    frame["period"] = pd.Categorical(frame["period"], list(periods()), ordered=True)
    frame = frame.sort_values(["period", "events", "a", "b"], ascending=[True, False, True, True], ignore_index=True)
    frame["period"] = frame["period"].astype(str)
    of_myanmar = frame[frame["a"] == CENTRE]
    lead = list(periods())[-1]
    last = of_myanmar[of_myanmar["period"] == lead].set_index("b")["events"].reindex(["RUS", "BLR"], fill_value=0)
    codes = list(last.sort_values(ascending=False, kind="stable").index)
    more, less = (_NAMES[code] for code in codes)

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_network(figure, theme, frame)

    words = "; ".join(
        f"{period}: " + ", ".join(f"{row.b} {row.events}" for row in of_period.head(4).itertuples())
        for period, of_period in ((period, of_myanmar[of_myanmar["period"] == period]) for period in periods())
    )
    return Chart(
        name="fig-ties-network",
        finding=f"{lead}: more events recorded with {more} ({last[codes[0]]}) than with {less} ({last[codes[1]]})",
        subtitle="Events per pair and period; the number stands beside the partner",
        draw=draw,
        frame=frame,
        alt="Four network drawings with fixed places, Myanmar in the middle. Events with the busiest partners: "
        f"{words}. In the last period {more} leads.",
        source=_data() + " Myanmar is in the middle because the collection was made around it.",
        height=5.6,
    )


def _draw_network(figure: Figure, theme: Theme, frame: pd.DataFrame) -> None:
    axes = figure.subplots(2, 2).ravel()
    widest = frame["events"].max()
    for axis, period in zip(axes, periods(), strict=True):
        pairs = frame[frame["period"] == period]
        axis.set(title=period, xlim=(-1.32, 1.32), ylim=(-1.36, 1.3), aspect="equal")
        axis.axis("off")
        for name in _RING:
            axis.plot(*position(name), ".", color=theme.grid, ms=3)
        for row in pairs.itertuples():
            (x0, y0), (x1, y1) = position(row.a), position(row.b)
            width = 0.8 + 6 * np.sqrt(row.events / widest)
            # A rim of the page's colour keeps lines apart where many meet, in both themes.
            rim = [withStroke(linewidth=width + 1.6, foreground=theme.page)]
            axis.plot([x0, x1], [y0, y1], color=theme.colour(row.b), lw=width, zorder=1, path_effects=rim)
        count = pairs[pairs["a"] == CENTRE].set_index("b")["events"]
        for name in sorted(set(pairs["a"]) | set(pairs["b"])):
            x, y = position(name)
            if name == CENTRE:
                axis.plot(x, y, "o", color=theme.colour(CENTRE), ms=11, zorder=3)
                continue
            axis.plot(x, y, "o", color=theme.colour(name), ms=4, zorder=2)
            label = f"{name} {count[name]}" if name in count.index else name
            lower = 0.13 if y < 0 and 0.1 < abs(x) < 0.3 else 0  # steps between neighbours at the foot of the ring
            across = "left" if x > 0.2 else "right" if x < -0.2 else "center"
            along = "bottom" if y > 0.5 else "top" if y < -0.5 else "center"
            place = (1.12 * x, 1.13 * y - lower)
            axis.text(*place, label, size=SMALL_SIZE, ha=across, va=along, color=theme.text, zorder=4)


def _data() -> str:
    return f"Data: events of this book (to {day(horizon())})."


def _period(when: pd.Series) -> pd.Series:
    edges = [pd.Timestamp(first) for first, _ in periods().values()] + [pd.Timestamp.max]
    return pd.cut(when, edges, labels=list(periods()), right=False).astype(str)


def layers(links: pd.DataFrame, categories: pd.DataFrame) -> Chart:
    """Layers by partner over time since the coup, one mark per event.

    links: result of `ties.partner_layers`. categories: the table, which has the layers in the order drawn.
    """
    frame = links[links["latest"] >= COUP][
        ["group", "layer", "event_id", "earliest", "latest", "precision", "partner", "title"]
    ].reset_index(drop=True)
    order = [layer for layer in dict.fromkeys(categories["layer"]) if layer != "domestic"]
    names = {**_NAMES, "others": "All others"}
    groups = [name for name in names if (frame["group"] == name).any()]
    votes = frame[frame["layer"] == "elections"].groupby("group")["earliest"].min()

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_layers(figure, theme, frame, order, groups, names)

    firsts = ", ".join(f"{names[name]} {month(votes[name])}" for name in groups if name in votes.index)
    opening = ", ".join(f"with {names[code]} in {votes[code]:%Y}" for code in ("RUS", "BLR") if code in votes.index)
    title = f"After the coup, election matters come up {opening}"
    total = frame.groupby("group").size()
    return Chart(
        name="fig-ties-layers",
        finding=title,
        subtitle="One mark per event since the coup, by layer; thin bars where only the month or year is known",
        draw=draw,
        frame=frame,
        alt="Strip plot of dated events by partner and layer, 2021 to 2026. Events: "
        + ", ".join(f"{names[name]} {total[name]}" for name in groups)
        + f". First event of the election layer: {firsts}. Elections cluster before and at the vote of December 2025.",
        source=_data() + " Dashed: coup of 1 February 2021 and first phase of the vote, 28 December 2025.",
        height=6.6,
    )


def _draw_layers(
    figure: Figure, theme: Theme, frame: pd.DataFrame, order: list[str], groups: list[str], names: dict[str, str]
) -> None:
    found = frame.groupby("group")["layer"].agg(set)
    rows = {name: [layer for layer in order if layer in found[name]] for name in groups}
    axes = figure.subplots(len(groups), 1, sharex=True, height_ratios=[len(rows[name]) + 0.6 for name in groups])
    for axis, name in zip(np.atleast_1d(axes), groups, strict=True):
        events = frame[frame["group"] == name]
        colour = theme.colour(name)
        for place, layer in enumerate(rows[name]):
            in_layer = events[events["layer"] == layer]
            exact = in_layer[in_layer["precision"] == "day"]
            axis.plot(exact["earliest"], [place] * len(exact), "|", color=colour, ms=9, mew=1.6)
            for row in in_layer[in_layer["precision"] != "day"].itertuples():
                axis.plot([row.earliest, row.latest], [place + 0.3] * 2, "-", color=colour, lw=1.1)
        axis.set(title=f"{names[name]}: {len(events)} events", ylim=(len(rows[name]) - 0.4, -0.6))
        axis.set_yticks(range(len(rows[name])), rows[name])
        axis.tick_params(axis="y", length=0)
        for date in (COUP, FIRST_POLLING_DAY):
            axis.axvline(date, color=theme.faint, lw=0.9, ls=(0, (4, 2)), zorder=0)
    axis.set_xlim(pd.Timestamp("2021-01-01"), horizon() + pd.Timedelta(days=20))
    axis.xaxis.set_major_locator(YearLocator())
    axis.xaxis.set_major_formatter(DateFormatter("%Y"))


def shares(frame: pd.DataFrame) -> Chart:
    """Episodes per year and partner; frame of `ties.yearly_shares` in."""
    names = _NAMES
    partners = list(dict.fromkeys(frame["partner"]))
    wide = frame.pivot(index="year", columns="partner", values="episodes")
    peak = {name: (int(wide[name].idxmax()), int(wide[name].max())) for name in partners}
    busiest = wide["BLR"].idxmax()
    also = "also" if busiest == wide["RUS"].idxmax() else "not"

    def draw(figure: Figure, theme: Theme) -> None:
        axes = figure.subplots(len(partners), 1, sharex=True, sharey=True)
        for axis, name in zip(np.atleast_1d(axes), partners, strict=True):
            bars = axis.bar(wide.index, wide[name], color=theme.colour(name), width=0.7)
            axis.bar_label(bars, labels=[str(value) for value in wide[name]], size=8, color=theme.text, padding=1)
            axis.set(title=names.get(name, name), ylim=(0, wide.to_numpy().max() * 1.25))
            axis.set_yticks([])
            axis.grid(False)
            axis.spines["left"].set_visible(False)
        axis.set_xticks(wide.index, [f"{year}" for year in wide.index])

    return Chart(
        name="fig-ties-shares",
        finding=f"{busiest}, the busiest year with Belarus, was {also} the busiest with Russia",
        subtitle="Episodes per year: runs of events with one partner, at most a week apart (2026: five months)",
        draw=draw,
        frame=frame,
        alt="Bar charts of episodes of contact per year, one panel per partner. "
        + " ".join(f"{names.get(name, name)} peaks in {peak[name][0]} with {peak[name][1]}." for name in partners),
        source=_data() + " Russia and Belarus were looked for first; China is under-counted.",
        height=3.9,
    )


def null_distributions(tests: dict[str, NullTest | None]) -> Chart:
    """The null distribution of every statement, in its own standard deviations, with the observed value marked."""
    computed = {name: test for name, test in tests.items() if test is not None}
    rows = []
    for statement in STATEMENTS:
        if statement.id not in computed:
            continue
        test = computed[statement.id]
        spread = float(np.std(test.null)) or 1.0
        low, middle, high = np.quantile((test.null - test.mean) / spread, [0.025, 0.5, 0.975])
        rows.append(
            (statement.id, statement.topic, test.observed, test.mean, spread, low, middle, high, test.z, test.p)
        )
    columns = ["id", "topic", "observed", "null_mean", "null_sd", "null_low", "null_median", "null_high", "z", "p"]
    frame = pd.DataFrame(rows, columns=columns)
    outside = int((frame["p"] <= 0.05).sum())

    def draw(figure: Figure, theme: Theme) -> None:
        axis = figure.subplots()
        bins = np.linspace(-4, 4, 49)
        for place, row in enumerate(frame.itertuples()):
            test = computed[row.id]
            height, _ = np.histogram((test.null - test.mean) / row.null_sd, bins)
            smooth = 0.42 * height / height.max()
            axis.fill_between(bins[:-1], place + 0.34, place + 0.34 - smooth, step="post", color=theme.fill, lw=0)
            axis.plot([row.null_low, row.null_high], [place + 0.34] * 2, color=theme.faint, lw=1.2)
            inside = theme.accent if row.p <= 0.05 else "none"
            axis.plot(row.z, place + 0.2, "D", ms=6, color=theme.accent, mfc=inside, mew=1.3, zorder=3)
            axis.text(-4.15, place - 0.26, row.topic, size=8, va="center", color=theme.text)
            axis.text(4.1, place - 0.26, f"p = {row.p:.3f}", size=8, va="center", ha="right", color=theme.text)
        axis.axvline(0, color=theme.faint, lw=0.8, zorder=0)
        axis.set(xlim=(-4.2, 4.2), ylim=(len(frame) - 0.5, -0.6), xlabel="standard deviations from the null mean")
        axis.set_yticks([])
        axis.spines["left"].set_visible(False)
        axis.grid(False, axis="y")

    clear = ", ".join(frame.loc[frame["p"] <= 0.05, "topic"])
    return Chart(
        name="fig-ties-null",
        finding=f"{outside} of {len(frame)} statements stand outside what their null model produces",
        subtitle="Diamond: observed (filled where p is at most 0.05); hill: null distribution; line: its central 95%",
        draw=draw,
        frame=frame,
        alt=f"Null distributions of {len(frame)} statements with the observed value marked, in standard deviations. "
        f"Outside their null: {clear or 'none'}; all others lie within.",
        source=_data() + " Memberships and UN votes: tables memberships and un_votes.",
        height=7.0,
    )


def robustness(repeats: pd.DataFrame, judged: pd.DataFrame) -> Chart:
    """Smallest and largest standardised result over all runs; `repeats` and `verdicts` of `robustness` in."""
    columns = ["id", "topic", "z", "z_lowest", "z_highest", "computable", "run_count", "survives"]
    rank = judged["survives"].map({"yes": 0, "direction only": 1, "no": 2})
    frame = judged.assign(rank=rank, size=judged["z"].abs()).sort_values(["rank", "size"], ascending=[True, False])
    frame = frame[columns].reset_index(drop=True)
    whole = repeats[repeats["family"].isin(["kind", "precision", "support"])].dropna(subset=["z"])
    counts = frame["survives"].value_counts().reindex(list(_STANDING), fill_value=0)

    def draw(figure: Figure, theme: Theme) -> None:
        axis = figure.subplots()
        reach = 4.2
        for place, row in enumerate(frame.itertuples()):
            holds = row.survives != "no"
            colour = theme.accent if holds else theme.faint
            axis.plot([row.z_lowest, row.z_highest], [place + 0.2] * 2, "-" if holds else ":", color=colour, lw=2.2)
            marks = whole.loc[whole["id"] == row.id, "z"]
            axis.plot(marks, [place + 0.2] * len(marks), "|", color=colour, ms=9, mew=1.2)
            inside = colour if holds else theme.page
            axis.plot(row.z, place + 0.2, "o", ms=7, color=colour, mfc=inside, mew=1.4, zorder=3)
            paper = {"facecolor": theme.page, "edgecolor": "none", "pad": 0.8}
            axis.text(-reach + 0.05, place - 0.26, row.topic, size=8, va="center", color=theme.text, bbox=paper)
            standing = _STANDING[row.survives]
            axis.text(reach - 0.05, place - 0.26, standing, size=8, va="center", ha="right", color=colour)
        axis.axvline(0, color=theme.faint, lw=0.8, zorder=0)
        for limit in (-1.96, 1.96):
            axis.axvline(limit, color=theme.faint, lw=0.8, ls=(0, (2, 3)), zorder=0)
        axis.set(xlim=(-reach, reach), ylim=(len(frame) - 0.5, -0.6), xlabel="standard deviations from the null mean")
        axis.set_yticks([])
        axis.spines["left"].set_visible(False)
        axis.grid(False, axis="y")

    keeps = ", ".join(frame.loc[frame["survives"] == "direction only", "topic"])
    return Chart(
        name="fig-ties-robustness",
        finding=f"With sources taken away, {counts['yes']} of {len(frame)} statements survive in full and "
        f"{counts['direction only']} keep their direction",
        subtitle="Dot: all evidence; bar: smallest to largest over all runs; ticks: runs by kind of source or date",
        draw=draw,
        frame=frame,
        alt=f"Ranges of {len(frame)} statements over the robustness runs, in standard deviations from chance. "
        f"{counts['yes']} survive every run, {counts['direction only']} keep their direction ({keeps}), "
        f"{counts['no']} do not survive and are drawn hollow and dotted.",
        source=_data() + " Hollow and dotted: does not survive. Dotted verticals: ±1.96.",
        height=7.0,
    )


_CODES = {
    "member": ("M", 3),
    "party-in-force": ("M", 3),
    "signatory": ("S", 2),
    "observer": ("o", 2),
    "partner": ("P", 2),
    "dialogue-partner": ("P", 2),
    "candidate": ("c", 1),
    "applicant": ("a", 1),
}
"""Status -> letter and strength of the link."""


def memberships(members: pd.DataFrame, names: dict[str, str], shown: list[str]) -> Chart:
    """Countries x organisations with the closest status coded; members: iso3, organisation, status.

    names: ISO code -> country. shown: the countries to draw, in order. Raises KeyError for an unknown status.
    """
    statuses = members[members["iso3"].isin(shown)].rename(columns={"iso3": "country"})
    statuses["letter"] = [_CODES[status][0] for status in statuses["status"]]
    statuses["strength"] = [_CODES[status][1] for status in statuses["status"]]
    statuses = statuses.sort_values("strength", ascending=False, kind="stable").drop_duplicates(
        ["country", "organisation"]
    )
    frame = statuses[["country", "organisation", "status", "letter", "strength"]].sort_values(
        ["country", "organisation"], ignore_index=True
    )
    full = frame[frame["strength"] == 3]
    organisations = list(members["organisation"].value_counts().index)
    of_partner = full[full["country"].isin(["BLR", "RUS"])]
    both = of_partner["organisation"].value_counts()
    common = sorted(both.index[both == 2])
    of_myanmar = set(full.loc[full["country"] == CENTRE, "organisation"])
    overlap = sorted(of_myanmar & set(of_partner["organisation"]))

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_memberships(figure, theme, frame, organisations, shown, names)

    return Chart(
        name="fig-ties-memberships",
        finding=f"Of {len(organisations)} regional bodies, Myanmar is in {len(overlap) or 'none'} as a full member "
        "where Belarus or Russia is one",
        subtitle="Closest formal link to each organisation: M member, P partner, S signatory, o observer, a asked",
        draw=draw,
        frame=frame,
        alt=f"Matrix of {len(shown)} countries and {len(organisations)} organisations. Belarus and Russia are both "
        f"full members of {', '.join(common)}. Myanmar is a full member of {', '.join(sorted(of_myanmar))}"
        f"{'' if overlap else ', none of which has Belarus or Russia as a full member'}.",
        source=f"Data: table memberships of this book, status as last found before {day(horizon())}.",
        height=4.6,
    )


def _draw_memberships(
    figure: Figure, theme: Theme, frame: pd.DataFrame, organisations: list[str], shown: list[str], names: dict[str, str]
) -> None:
    axis = figure.subplots()
    for row in frame.itertuples():
        x, y = organisations.index(row.organisation), shown.index(row.country)
        colour = theme.colour(row.country)
        size = {3: 0.84, 2: 0.84, 1: 0.5}[row.strength]
        fill = colour if row.strength == 3 else "none"
        corner = (x - size / 2, y - size / 2)
        axis.add_patch(Rectangle(corner, size, size, facecolor=fill, edgecolor=colour, lw=1.2))
        ink = theme.page if row.strength == 3 else theme.text
        axis.text(x, y, row.letter, size=8, ha="center", va="center_baseline", color=ink, weight="bold")
    axis.set(xlim=(-0.6, len(organisations) - 0.4), ylim=(len(shown) - 0.4, -0.6))
    axis.set_xticks(range(len(organisations)), organisations, size=SMALL_SIZE)
    axis.set_yticks(range(len(shown)), [names.get(code, code) for code in shown])
    axis.xaxis.tick_top()
    axis.tick_params(length=0)
    axis.grid(False)
    axis.spines[:].set_visible(False)
