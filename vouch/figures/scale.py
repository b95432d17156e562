"""The scale of verdicts: one look for what holds, what fails and what lies between, wherever the book judges.

A claim of an article, a demand on a vote, a township with or without a vote: all take their colour here, from
:data:`vouch.figures.style.Theme.verdicts`. A sign and the tile's edge repeat what the colour says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from vouch.figures.style import Theme

GRADES = ("fails", "holds", "mostly", "partly", "open")
"""From the most to the least striking: the order of their contrast with the page, and of their greys."""


@dataclass(frozen=True)
class Look:
    """How a verdict is shown. grade: its place on the scale, or `` where it has none; sign: on its tile."""

    grade: str
    sign: str


LOOKS = {
    # verdicts on claims
    "supported": Look("holds", ""),
    "supported with nuance": Look("mostly", "~"),
    "imprecise": Look("partly", "?"),
    "contradicted": Look("fails", "×"),
    "outdated": Look("open", "t"),
    "unverifiable": Look("open", "0"),
    "not checkable": Look("", ""),
    # of demands on a vote
    "meets": Look("holds", "full"),
    "partly": Look("partly", "left"),
    "fails": Look("fails", "×"),
    "unknown": Look("open", "?"),
    "not-reached": Look("open", "–"),
}
"""Verdicts in words -> how they look. `full` and `left` are discs, drawn as such."""


def ground(verdict: str, theme: Theme) -> str:
    """The colour of a verdict's tile; the page's for what is not judged."""
    return theme.verdicts.get(LOOKS[verdict].grade, theme.page)


def ink(verdict: str, theme: Theme) -> str:
    """What can be read on that colour."""
    return theme.page if LOOKS[verdict].grade in ("fails", "holds") else theme.text


def edge(verdict: str, theme: Theme) -> str:
    """The line around a tile: of the colour of the nearer end, so that a pale tile shows on the page."""
    grade = LOOKS[verdict].grade
    end = {"holds": "holds", "mostly": "holds", "fails": "fails", "partly": "fails"}.get(grade)
    return theme.verdicts[end] if end else theme.faint


def paint(verdict: str, theme: Theme) -> dict[str, Any]:
    """Properties of a patch for a verdict; dashed where the question is open."""
    dashed = LOOKS[verdict].grade == "open"
    return {
        "facecolor": ground(verdict, theme), "edgecolor": edge(verdict, theme), "linewidth": 0.8,
        "linestyle": (0, (2, 1.5)) if dashed else "-",
    }  # fmt: skip


def tile(ax: Axes, box: tuple[float, float, float, float], verdict: str, theme: Theme, size: float) -> None:
    """A tile with its sign in the middle. box: left, low, width, height in the units of the axes; size: of the sign."""
    left, low, width, height = box
    ax.add_patch(Rectangle((left, low), width, height, **paint(verdict, theme)))
    sign(ax, left + width / 2, low + height / 2, verdict, theme, size)


def sign(ax: Axes, x: float, y: float, verdict: str, theme: Theme, size: float) -> None:
    """The sign alone, in the ink of its tile. size: points."""
    shape, colour = LOOKS[verdict].sign, ink(verdict, theme)
    if shape in ("full", "left"):
        ax.plot(
            x, y, "o", color=colour, markersize=size * 0.9, markeredgewidth=1, markeredgecolor=colour,
            fillstyle="full" if shape == "full" else "left", markerfacecoloralt="none",
        )  # fmt: skip
    elif shape == "×":
        ax.plot(x, y, "x", color=colour, markersize=size * 0.72, markeredgewidth=1.8)
    elif shape:
        ax.text(x, y, shape, ha="center", va="center", size=size, color=colour, weight="bold")
