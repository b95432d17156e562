"""Figures on the two articles: their claims in reading order, their kinds, and how well each verdict is founded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vouch.evidence import seeds
from vouch.evidence.case import horizon
from vouch.evidence.claims import VERDICTS
from vouch.figures.chart import Chart
from vouch.figures.style import SMALL_SIZE, Theme
from vouch.text import day

NOT_CHECKABLE = "not checkable"
# Verdict: sign on a tile, hatch in a bar. Lightness, sign and hatch together tell verdicts apart in grey too.
_LOOK = {
    "supported": ("", ""),
    "supported with nuance": ("~", ""),
    "imprecise": ("?", "////"),
    "contradicted": ("×", ""),
    "outdated": ("t", "----"),
    "unverifiable": ("0", "||||"),
    NOT_CHECKABLE: ("", ""),
}


def _ground(verdict: str, theme: Theme) -> str:
    """The colour of a verdict: the better a claim holds the stronger the accent, ink where it does not hold."""
    part = {"supported": 0.0, "supported with nuance": 0.5, "imprecise": 0.85}.get(verdict)
    if part is not None:
        return theme.pale(part)
    return {"contradicted": theme.text, NOT_CHECKABLE: theme.page}.get(verdict, theme.fill)


def _ink(verdict: str, theme: Theme) -> str:
    """What can be read on that colour."""
    return theme.page if verdict in {"supported", "contradicted"} else theme.text


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
    fine = frame["verdict"].isin(["supported", "supported with nuance"])
    checkable = frame["verdict"] != NOT_CHECKABLE
    share = round(100 * fine.sum() / checkable.sum())
    wrong = frame[frame["verdict"] == "contradicted"]

    def draw(figure: Figure, theme: Theme) -> None:
        rooms = [2.4, *(rows + 1 for rows in heights.values())]
        axes = figure.subplots(len(rooms), 1, squeeze=False, height_ratios=rooms)
        _key(axes[0, 0], columns, theme)
        for ax, (seed, rows) in zip(axes[1:, 0], frame.groupby("seed"), strict=True):
            for place, verdict in zip(rows["position"] - 1, rows["verdict"], strict=True):
                x, y = place % columns, place // columns
                _tile(ax, x, y, verdict, theme)
            ax.set(xlim=(-0.1, columns), ylim=(heights[seed] + 0.1, -0.1), aspect="equal", xticks=[], yticks=[])
            ax.set_title(f"{seed}: {labels[seed]}, {len(rows)} claims", color=theme.text)
            ax.grid(False)
            ax.spines[:].set_visible(False)

    counts = frame["verdict"].value_counts()
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
        height=round(0.27 * (sum(heights.values()) + len(heights)) + 1.45, 2),
    )


def _key(ax, columns: int, theme: Theme) -> None:
    """Each verdict's tile with its word, four to a row."""
    for place, verdict in enumerate(_LOOK):
        x, y = place % 4 * columns / 4, place // 4 * 1.2
        _tile(ax, x, y, verdict, theme)
        ax.text(x + 1.1, y + 0.45, verdict.removeprefix("supported "), size=SMALL_SIZE, va="center")
    ax.set(xlim=(-0.1, columns), ylim=(2.2, -0.1), aspect="equal")
    ax.axis("off")


def _bar(verdict: str, theme: Theme) -> dict[str, Any]:
    edge = theme.page if verdict in {"supported", "supported with nuance", "contradicted"} else theme.faint
    return {"facecolor": _ground(verdict, theme), "hatch": _LOOK[verdict][1], "edgecolor": edge, "linewidth": 0.6}


def _count(grids: int) -> str:
    return {1: "One grid", 2: "Two grids", 3: "Three grids"}.get(grids, f"{grids} grids")


def _tile(ax, x: float, y: float, verdict: str, theme: Theme) -> None:
    sign, _ = _LOOK[verdict]
    ground = _ground(verdict, theme)
    edge = theme.accent if verdict.startswith("supported") or verdict == "imprecise" else theme.faint
    ax.add_patch(Rectangle((x, y), 0.86, 0.86, facecolor=ground, edgecolor=edge, linewidth=0.8))
    if sign:
        ink = _ink(verdict, theme)
        ax.text(x + 0.43, y + 0.45, sign, ha="center", va="center", size=8, color=ink, weight="bold")


def verdicts_by_kind(ledger: pd.DataFrame) -> Chart:
    """Share of checkable claims of each kind by verdict. Frame: type, verdict, claims, share (of the kind)."""
    coded = ledger.dropna(subset=["verdict"])
    counts = pd.crosstab(coded["type"], coded["verdict"]).reindex(columns=list(VERDICTS), fill_value=0)
    total = counts.sum(axis=1)
    fine = (counts["supported"] + counts["supported with nuance"]) / total
    counts = counts.loc[fine.sort_values().index]
    frame = counts.stack().rename("claims").reset_index()
    frame["share"] = frame["claims"] / frame["type"].map(total)
    worst = fine.idxmin()
    amiss = int(counts.loc[worst, ["imprecise", "contradicted"]].sum())

    def draw(figure: Figure, theme: Theme) -> None:
        ax = figure.subplots()
        for y, kind in enumerate(counts.index):
            left = 0.0
            for verdict in VERDICTS:
                width = counts.loc[kind, verdict] / total[kind]
                if not width:
                    continue
                colour = _ground(verdict, theme)
                ax.barh(y, width, left=left, height=0.72, **_bar(verdict, theme))
                if width > 0.07:
                    ax.text(
                        left + width / 2, y, str(counts.loc[kind, verdict]),
                        ha="center", va="center", size=8, color=_ink(verdict, theme), weight="bold",
                        bbox={"facecolor": colour, "edgecolor": "none", "pad": 0.6},
                    )  # fmt: skip
                left += width
        ax.set_yticks(range(len(counts)), [f"{kind} ({total[kind]})" for kind in counts.index])
        ax.set(xlim=(0, 1), xticks=[0, 0.5, 1], xticklabels=["0", "50", "100%"])
        ax.tick_params(axis="y", length=0, labelcolor=theme.text)
        ax.grid(axis="y", visible=False)
        handles = [Rectangle((0, 0), 1, 1, **_bar(verdict, theme)) for verdict in VERDICTS]
        ax.legend(handles, list(VERDICTS), ncols=3, loc="lower left", bbox_to_anchor=(-0.33, 1.0),
                  fontsize=SMALL_SIZE, handlelength=1.2, columnspacing=1.0, borderpad=0)  # fmt: skip

    words = "; ".join(
        f"{kind}: {counts.loc[kind, 'supported']} of {total[kind]} supported" for kind in counts.index[::-1]
    )
    return Chart(
        name="fig-verdicts-kinds",
        finding=f"Claims of the kind “{worst}” fare worst: {amiss} of {total[worst]} are imprecise or contradicted",
        subtitle="Share of checkable claims of each kind by verdict, in per cent; numbers are claims",
        draw=draw,
        frame=frame,
        alt=f"Stacked horizontal bars of verdicts by kind of claim. {words}.",
        source=f"Data: the ledger of this book, both articles together, evidence to {day(horizon())}.",
        height=3.6,
    )


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
        ax = figure.subplots()
        looks = {
            "supported": (theme.accent, ""),
            "supported with nuance": (theme.pale(0.5), "///"),
            "other verdicts": (theme.text, ""),
        }
        base = pd.Series(0, index=wide.index)
        for name in order:
            colour, hatch = looks[name]
            ax.bar(wide.index, wide[name], bottom=base, color=colour, hatch=hatch, width=0.7,
                   edgecolor=theme.page, label=name)  # fmt: skip
            base = base + wide[name]
        for x, height in base.items():
            ax.text(x, height, f"{height}", ha="center", va="bottom", size=8.5)
        ax.set_xticks(wide.index)
        ax.set_xlabel("independent origins, the retold report not counted")
        ax.set_ylim(0, base.max() * 1.12)
        ax.grid(axis="x", visible=False)
        ax.legend(loc="upper right", fontsize=8)

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
