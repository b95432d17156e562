"""The house style: one look, one colour per actor, a light and a dark form of every figure, one typeface.

Five hues belong to five actors and to nothing else, two more to verdicts (see :data:`Theme.verdicts`). All else is told
by three tones: the accent for what a figure is about (the blue of Myanmar, which the book is about), ink for what it is
held against, grey for the rest; in grey print these differ in lightness.

The hues are taken from the Okabe-Ito palette (Okabe & Ito 2008), which stays apart for readers with red-green colour
blindness; the dark form lightens each. A figure never relies on colour alone: series are labelled directly and differ
in marker, dash or hatch. Contrast with the page is at least 4.5:1 for text and 3:1 for marks (WCAG 2.2, 1.4.3 and
1.4.11); the ratios stand beside the values and are tested. The typeface comes from the repository and never from the
machine; lines are broken by its real widths.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from matplotlib import font_manager
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure, SubFigure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.typing import RcKeyType

from vouch.paths import FONTS

FAMILY = "Vouch Sans"
_SEMIBOLD, _BOLD = 600, 700

_TOGETHER = re.compile(r"(?<=\d) (?=to \d)|(?<=\d to) (?=\d)|(?<=\d) (?=[A-Z][a-z]+ \d{4})|(?<=[a-z]) (?=20\d\d\b)")
"""Spaces at which no line breaks: in `0 to 1`, `31 May 2026`."""

NARROW_WIDTH, WIDTH = 3.6, 5.4
"""Inches of the two renditions: for a telephone and for a column of text. A point
is about 1.4 pixels on a telephone 375 px wide, 1.6 in the column: the smallest text has 11 and 12 pixels there."""

TEXT_SIZE, SMALL_SIZE = 9.0, 7.8
"""Points: text of a figure, and labels inside a panel. Nothing is smaller."""


def narrow(figure: Figure | SubFigure) -> bool:
    """Whether a figure is being drawn for a telephone."""
    return figure.figure.get_figwidth() < (NARROW_WIDTH + WIDTH) / 2


@dataclass(frozen=True)
class Theme:
    """What changes between the light and the dark form of a figure; colours are `#rrggbb`."""

    name: str
    page: str
    text: str
    faint: str
    grid: str
    fill: str
    accent: str
    actors: dict[str, str] = field(repr=False)
    verdicts: dict[str, str] = field(repr=False)
    """From one end of a diverging scale to the other, and what is open; the farther a verdict stands from the page, the
    more it strikes the eye, and it does so equally in both themes. Their use: `vouch.figures.scale`."""

    def colour(self, actor: str) -> str:
        """The colour of an actor or category; grey for whoever has none of their own."""
        return self.actors.get(actor, self.faint)

    def pale(self, part: float) -> str:
        """The accent moved towards the page (0: accent, 1: page); opaque, so that marks do not darken each other."""
        ends = zip(to_rgb(self.accent), to_rgb(self.page), strict=True)
        red, green, blue = (near + (far - near) * part for near, far in ends)
        return to_hex((red, green, blue))


# Contrast ratio against the page in brackets.
LIGHT = Theme(
    name="light",
    page="#ffffff",
    text="#1b1f24",  # (16.5)
    faint="#66707c",  # (5.0)
    grid="#e3e6ea",
    fill="#d5dae0",
    accent="#0a4f7d",  # (8.7)
    actors={
        "MMR": "#0a4f7d",  # blue (8.7)
        "BLR": "#00795a",  # bluish green (5.4)
        "RUS": "#b84a00",  # vermillion (5.1)
        "CHN": "#8a4f78",  # reddish purple (6.1)
        "IND": "#7a6200",  # dark yellow (5.8)
    },
    verdicts={
        "fails": "#7d1128",  # (10.6)
        "holds": "#087d8c",  # (4.9)
        "mostly": "#79b9c3",  # (2.2)
        "partly": "#e8c0bc",  # (1.7)
        "open": "#eceef1",  # (1.2)
    },
)

DARK = Theme(
    name="dark",
    page="#121212",
    text="#ececec",  # (15.8)
    faint="#939ca7",  # (6.7)
    grid="#33383e",
    fill="#41474e",
    accent="#8ccaf5",  # (10.6)
    actors={
        "MMR": "#8ccaf5",  # (10.6)
        "BLR": "#3fc79a",  # (8.9)
        "RUS": "#f39455",  # (8.2)
        "CHN": "#d79cc4",  # (8.4)
        "IND": "#e3c34a",  # (10.9)
    },
    verdicts={
        "fails": "#ffa6a6",  # (10.0)
        "holds": "#1f8f9f",  # (4.9)
        "mostly": "#1b5660",  # (2.3)
        "partly": "#59302f",  # (1.7)
        "open": "#1f2225",  # (1.2)
    },
)

THEMES = (LIGHT, DARK)


@cache
def in_the_dark() -> dict[str, str]:
    """What stands in the dark for each colour of the light theme; of the pale ones, for those in hundredths.

    Raises ValueError where one colour would have to become two.
    """
    found: dict[str, str] = {}
    for light, dark in zip(_all(LIGHT), _all(DARK), strict=True):
        if found.setdefault(light, dark) != dark:
            raise ValueError(f"{light} is {found[light]} and {dark} in the dark; use two colours in the light")
    return found


def _all(theme: Theme) -> list[str]:
    own = [theme.page, theme.text, theme.faint, theme.grid, theme.fill, theme.accent]
    own += [theme.actors[actor] for actor in LIGHT.actors] + [theme.verdicts[verdict] for verdict in LIGHT.verdicts]
    return own + [theme.pale(part / 100) for part in range(101)]


def rc(theme: Theme) -> dict[RcKeyType, Any]:
    """Matplotlib settings of the house for one theme."""
    return {
        "font.family": [FAMILY, "DejaVu Sans"],  # the second for a sign that the first lacks
        "font.size": TEXT_SIZE,
        "axes.titlesize": TEXT_SIZE,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.labelsize": TEXT_SIZE,
        "axes.labelcolor": theme.faint,
        "axes.edgecolor": theme.faint,
        "axes.facecolor": "none",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": theme.grid,
        "grid.linewidth": 0.7,
        "xtick.color": theme.faint,
        "ytick.color": theme.faint,
        "xtick.labelsize": TEXT_SIZE - 0.5,
        "ytick.labelsize": TEXT_SIZE - 0.5,
        "text.color": theme.text,
        "text.parse_math": False,  # a $ in the data is a dollar
        "lines.linewidth": 1.8,
        "lines.solid_capstyle": "round",
        "patch.linewidth": 0,
        "hatch.linewidth": 0.6,
        "legend.frameon": False,
        "figure.facecolor": "none",
        "savefig.facecolor": "none",
        "svg.fonttype": "none",  # text stays text: the pages, the PDF and the EPUB bring the font
        "svg.hashsalt": "who-vouches-for-the-vote",  # ids that do not change from run to run
    }


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


@cache
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
