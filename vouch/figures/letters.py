"""The typeface of the figures, from the repository and never from the machine; lines broken by its real widths."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from vouch.paths import FONTS

FAMILY = "Vouch Sans"
_SEMIBOLD, _BOLD = 600, 700

_TOGETHER = re.compile(r"(?<=\d) (?=to \d)|(?<=\d to) (?=\d)|(?<=\d) (?=[A-Z][a-z]+ \d{4})|(?<=[a-z]) (?=20\d\d\b)")
"""Spaces at which no line breaks: in `0 to 1`, `31 May 2026`."""


def register() -> None:
    """Make the family known to matplotlib, once a process."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in sorted(FONTS.glob(f"{FAMILY.replace(' ', '')}-*.ttf")):
        if str(path) not in known:
            font_manager.fontManager.addfont(path)
    entries = font_manager.fontManager.ttflist
    for place, entry in enumerate(entries):  # what a figure calls bold is this cut; matplotlib would warn each time
        if entry.name == FAMILY and entry.weight == _SEMIBOLD:
            entries[place] = replace(entry, weight=_BOLD)


register()


@cache
def advance(text: str, size: float, bold: bool = False) -> float:
    """Width of one line of text in points."""
    font = FontProperties(family=FAMILY, weight="bold" if bold else "normal", size=size)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


def wrapped(text: str, size: float, room: float, bold: bool = False) -> str:
    """Text in as few lines of at most `room` points as it needs, joined by line breaks. Of all ways to fill them the
    one that breaks most often after a clause, and of these the one with the most even lines: no word is left alone on
    the last."""
    words = [(word, advance(word, size, bold)) for word in _TOGETHER.sub("\u00a0", text).split(" ")]
    space = advance(" ", size, bold)
    ways = [_filled(words, space, room * part / 100) for part in range(100, 49, -1)]
    few = [lines for lines in ways if len(lines) == len(ways[0])]
    best: list[str] = max(reversed(few), key=lambda lines: sum(line[-1] in ",;:." for line in lines[:-1]))
    return "\n".join(best)


def _filled(words: list[tuple[str, float]], space: float, room: float) -> list[str]:
    lines: list[str] = []
    left = 0.0
    for word, width in words:
        if lines and width <= left:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
            left = room + space
        left -= width + space
    return lines
