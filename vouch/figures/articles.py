"""Figures on the two articles: their claims in reading order, their kinds, and how well each verdict is founded."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vouch.evidence import seeds
from vouch.evidence.case import horizon
from vouch.evidence.claims import VERDICTS
from vouch.figures.chart import Chart
from vouch.figures.scale import ink, paint, tile
from vouch.figures.style import SMALL_SIZE, Theme, narrow
from vouch.text import day

NOT_CHECKABLE = "not checkable"


def _verdict(ledger: pd.DataFrame) -> pd.Series:
    return ledger["verdict"].fillna(NOT_CHECKABLE)


def claims_in_order(ledger: pd.DataFrame, labels: Mapping[str, str] | None = None) -> Chart:
    """Every claim as a tile in reading order, marked by its verdict. Frame: seed, position, claim, verdict.

    labels: what to call each article, by its id; default: `label` of seeds.yml. Articles without claims are left out.
    """
    labels = seeds.labels() if labels is None else labels
    frame = ledger[["seed", "claim"]].assign(verdict=_verdict(ledger))
    frame.insert(1, "position", frame.groupby("seed").cumcount() + 1)
    columns = 20
    heights = {seed: -(-len(rows) // columns) for seed, rows in frame.groupby("seed")}
    fine = int(frame["verdict"].isin(["supported", "supported with nuance"]).sum())
    checkable = int((frame["verdict"] != NOT_CHECKABLE).sum())
    share = round(100 * fine / checkable)
    wrong = frame[frame["verdict"] == "contradicted"]
    counts = frame["verdict"].value_counts()

    def draw(figure: Figure, theme: Theme) -> None:
        rooms = [6.2 if narrow(figure) else 3.6, *(rows + 1 for rows in heights.values())]
        axes = figure.subplots(len(rooms), 1, squeeze=False, height_ratios=rooms)
        _key(axes[0, 0], columns, theme, counts, f"{share}% hold in substance: {fine} of {checkable}")
        for ax, (seed, rows) in zip(axes[1:, 0], frame.groupby("seed"), strict=True):
            for place, verdict in zip(rows["position"] - 1, rows["verdict"], strict=True):
                tile(ax, (place % columns, place // columns, 0.86, 0.86), verdict, theme, 8)
            ax.set(xlim=(-0.1, columns), ylim=(heights[seed] + 0.1, -0.1), aspect="equal", xticks=[], yticks=[])
            ax.set_title(f"{seed}: {labels[seed]}, {len(rows)} claims", color=theme.text)
            ax.grid(False)
            ax.spines[:].set_visible(False)

    words = ", ".join(f"{counts.get(verdict, 0)} {verdict}" for verdict in [*VERDICTS, NOT_CHECKABLE])
    return Chart(
        name="fig-articles-claims",
        finding=f"{share}% of the checkable claims hold in substance; {len(wrong)} are contradicted",
        subtitle="One tile is one claim, in reading order, left to right",
        draw=draw,
        frame=frame,
        alt=f"{_count(len(heights))} of tiles, one tile per claim in reading order, marked by verdict: {words}. "
        f"Contradicted: {', '.join(wrong['claim'])}.",
        source=f"Data: the ledger of this book (claims, verdicts), evidence to {day(horizon())}.",
        height=round(0.27 * (sum(heights.values()) + len(heights)) + 1.75, 2),
        narrow_height=round(0.172 * (sum(heights.values()) + len(heights)) + 2.2, 2),
    )


def _key(ax: Axes, columns: int, theme: Theme, counts: pd.Series, held: str) -> None:
    """Each verdict's tile with its word and number, below a bracket over those that hold."""
    across = 2 if narrow(ax.figure) else 4
    each, line = columns / across, 1.35
    orders = [["supported", "supported with nuance"], ["imprecise", "contradicted", "outdated", "unverifiable"]]
    rows = [orders[0], orders[1][:2], [*orders[1][2:]], [NOT_CHECKABLE]] if across == 2 else [
        [*orders[0], NOT_CHECKABLE], orders[1]]  # fmt: skip
    for y, row in enumerate(rows):
        for place, verdict in enumerate(row):
            x = place * each
            tile(ax, (x, y * line, 0.86, 0.86), verdict, theme, 8)
            words = verdict.removeprefix("supported ") + f": {counts.get(verdict, 0)}"
            ax.text(x + 1.1, y * line + 0.45, words, size=SMALL_SIZE, va="center")
    ax.plot([0, 0, 2 * each - 0.6, 2 * each - 0.6], [-0.2, -0.4, -0.4, -0.2], color=theme.text, linewidth=1)
    ax.text(0, -0.95, held, size=SMALL_SIZE, va="center", weight="bold")
    ax.set(xlim=(-0.1, columns), ylim=(line * len(rows) - 0.3, -1.5), aspect="equal")
    ax.axis("off")


def _count(grids: int) -> str:
    return {1: "One grid", 2: "Two grids", 3: "Three grids"}.get(grids, f"{grids} grids")


def verdicts_by_kind(ledger: pd.DataFrame) -> Chart:
    """Share of checkable claims of each kind by verdict. Frame: type, verdict, claims, share (of the kind)."""
    coded = ledger.dropna(subset=["verdict"])
    counts = pd.crosstab(coded["type"], coded["verdict"]).reindex(columns=list(VERDICTS), fill_value=0)
    total = counts.sum(axis=1)
    amiss = counts["imprecise"] + counts["contradicted"]
    share = amiss / total
    counts = counts.loc[share.sort_values(ascending=False, kind="stable").index]
    frame = counts.stack().rename("claims").reset_index()
    frame["share"] = frame["claims"] / frame["type"].map(total)
    worst = share.idxmax()

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_kinds(figure, theme, counts.iloc[::-1], amiss)

    words = "; ".join(
        f"{kind}: {counts.loc[kind, 'supported']} of {total[kind]} supported" for kind in counts.index[::-1]
    )
    return Chart(
        name="fig-verdicts-kinds",
        finding=f"Claims of the kind “{worst}” fare worst: {amiss[worst]} of {total[worst]} are imprecise "
        "or contradicted",
        subtitle="Share of checkable claims of each kind by verdict, in per cent; numbers are claims",
        draw=draw,
        frame=frame,
        alt=f"Stacked horizontal bars of verdicts by kind of claim. {words}.",
        source=f"Data: the ledger of this book, both articles together, evidence to {day(horizon())}.",
        height=3.9,
    )


def _draw_kinds(figure: Figure, theme: Theme, counts: pd.DataFrame, amiss: pd.Series) -> None:
    """counts: claims by kind, the worst at the foot, and verdict; the last column of words is what is amiss."""
    ax = figure.subplots()
    order = ["supported", "supported with nuance", "outdated", "unverifiable", "imprecise", "contradicted"]
    total = counts.sum(axis=1)
    least = 0.05 if narrow(figure) else 0.03  # of the width: room for a number
    for y, kind in enumerate(counts.index):
        left = 0.0
        for verdict in order:
            width = counts.loc[kind, verdict] / total[kind]
            if not width:
                continue
            ax.add_patch(Rectangle((left, y - 0.36), width, 0.72, **paint(verdict, theme)))
            if width > least:
                ax.text(left + width / 2, y, str(counts.loc[kind, verdict]), ha="center", va="center", size=SMALL_SIZE,
                        color=ink(verdict, theme), weight="bold")  # fmt: skip
            left += width
        last = y == len(counts) - 1
        ax.text(1.03, y, f"{amiss[kind]} of {total[kind]}", size=SMALL_SIZE, va="center",
                weight="bold" if last else "normal")  # fmt: skip
    ax.text(1.03, -0.62, "imprecise or\ncontradicted", size=SMALL_SIZE, va="bottom", linespacing=1.05)
    across, high = (2, -2.75) if narrow(figure) else (3, -2.1)
    for place, verdict in enumerate(order):
        x, line = (place % across) * (0.72 if across == 2 else 0.5) - 0.27, high + 0.62 * (place // across)
        ax.add_patch(Rectangle((x, line - 0.22), 0.05, 0.44, clip_on=False, **paint(verdict, theme)))
        ax.text(x + 0.07, line, verdict, size=SMALL_SIZE, va="center")
    ax.set_yticks(range(len(counts)), list(counts.index))
    ax.set(xlim=(0, 1), ylim=(len(counts) - 0.5, high - 0.4), xticks=[0, 0.5, 1], xticklabels=["0", "50", "100%"])
    ax.tick_params(axis="y", length=0, labelcolor=theme.text)
    ax.grid(visible=False)
    ax.spines["left"].set_visible(False)


def independent_origins(ledger: pd.DataFrame) -> Chart:
    """How many independent origins stand behind the verdicts, without the report that an article retells.

    Frame: origins, verdict_group, claims.
    """
    coded = ledger.dropna(subset=["verdict"])
    group = coded["verdict"].where(coded["verdict"].isin(["supported", "supported with nuance"]), "other verdicts")
    frame = coded.assign(group=group).groupby(["origins", "group"]).size().rename("claims").reset_index()
    wide = frame.pivot(index="origins", columns="group", values="claims").fillna(0).astype(int)
    wide = wide.reindex(range(int(wide.index.max()) + 1), fill_value=0)
    order = [name for name in ("supported", "supported with nuance", "other verdicts") if name in wide]
    total = int(wide.to_numpy().sum())
    thin = int(wide.loc[:1].to_numpy().sum())

    def draw(figure: Figure, theme: Theme) -> None:
        _draw_origins(figure, theme, wide[order], f"{total - thin} of {total} verdicts")

    counts = "; ".join(f"{n} origins: {int(wide.loc[n].sum())}" for n in wide.index)
    return Chart(
        name="fig-verdicts-origins",
        finding=f"{total - thin} of {total} verdicts rest on at least two independent origins",
        subtitle="Number of checkable claims; all outlets of one state, and copies of one report, are one origin",
        draw=draw,
        frame=frame,
        alt=f"Stacked bars: number of claims by how many independent origins their evidence has. {counts}.",
        source=f"Data: the ledger of this book (verdicts, evidence), evidence to {day(horizon())}.",
        height=3.0,
    )


def _draw_origins(figure: Figure, theme: Theme, wide: pd.DataFrame, firm: str) -> None:
    """wide: claims by origins (rows) and verdict; firm: what is said of those with two origins and more."""
    ax = figure.subplots()
    looks = {
        "supported": paint("supported", theme), "supported with nuance": paint("supported with nuance", theme),
        "other verdicts": {"facecolor": theme.fill, "edgecolor": theme.faint, "linewidth": 0.8},
    }  # fmt: skip
    base = pd.Series(0, index=wide.index)
    for name in wide:
        ax.bar(wide.index, wide[name], bottom=base, width=0.7, **looks[name])
        base = base + wide[name]
    high = float(base.max())
    for x, height in base.items():
        ax.text(x, height + 0.02 * high, f"{height}", ha="center", va="bottom", size=SMALL_SIZE)
    tall, below = int(base.idxmax()), 0.0
    for name in wide:  # named beside the tallest bar, which has room for it
        middle = below + wide.loc[tall, name] / 2
        clear = base[tall - 1] + 0.2 * high  # above the number of the bar beside it
        ax.text(tall - 0.42, max(middle, clear), name, size=SMALL_SIZE, va="center", ha="right")
        below += wide.loc[tall, name]
    ends, top = (1.62, float(wide.index.max()) + 0.4), high * 1.17
    ax.plot([ends[0], ends[0], ends[1], ends[1]], [top - 3, top, top, top - 3], color=theme.text, linewidth=1)
    ax.text(ends[0], top + 2, firm, size=SMALL_SIZE, weight="bold", va="bottom")
    ax.set_xticks(wide.index)
    ax.set_xlabel("independent origins, the retold report not counted")
    ax.set(ylim=(0, high * 1.32), yticks=[])
    ax.grid(visible=False)
    ax.spines["left"].set_visible(False)
