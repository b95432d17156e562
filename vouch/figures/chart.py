"""A chart: what is drawn, the frame it is drawn from, and the words that go with it.

The picture, its alternative text and its CSV come from one frame, so they cannot drift apart. A chart shown as the
last value of a cell becomes a numbered, cross-referenceable figure in HTML and PDF (see `bookpress.cells`) and a
plain picture in Jupyter.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import matplotlib
import pandas as pd
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.textpath import text_to_path

from vouch.fences import fence, spreadsheet_safe
from vouch.figures.style import LIGHT, SMALL_SIZE, TEXT_SIZE, THEMES, WIDTH, Theme, rc

_TITLE_SIZE = 10.5
_LEFT = 0.012  # of the width: titles and notes start at the figure's edge, not at the axis

_TOGETHER = re.compile(r"(?<=\d) (?=to \d)|(?<=\d to) (?=\d)|(?<=\d) (?=[A-Z][a-z]+ \d{4})|(?<=[a-z]) (?=20\d\d\b)")
"""Spaces at which no line breaks: in `0 to 1`, `31 May 2026`."""


@dataclass(frozen=True)
class Chart:
    """One figure of the book.

    name: permanent label, `fig-...`. finding: the title, a sentence that states what the figure shows. subtitle: what
    is measured, with its unit. draw: paints on an empty Figure in a Theme (axes are laid out with matplotlib's
    constrained layout inside the space that title and source leave). frame: exactly what is drawn; it becomes the CSV.
    alt: kind of chart, variables and finding, for those who do not see it. source: the line under the axes.
    height: inches. caption: MyST text, given by the chapter with :meth:`captioned`.
    """

    name: str
    finding: str
    subtitle: str
    draw: Callable[[Figure, Theme], None]
    frame: pd.DataFrame
    alt: str
    source: str
    height: float = 3.4
    caption: str = ""

    def __post_init__(self) -> None:
        if not self.name.startswith("fig-"):
            raise ValueError(f"figure name {self.name!r} does not start with fig-")
        for part in ("finding", "subtitle", "alt", "source"):
            if not getattr(self, part).strip():
                raise ValueError(f"figure {self.name} has no {part}")

    def captioned(self, caption: str) -> Chart:
        """The same chart with the chapter's caption (MyST: citations and references work)."""
        if caption.strip() in {self.alt.strip(), self.finding.strip()}:
            raise ValueError(f"figure {self.name}: the caption repeats the alternative text or the title")
        return replace(self, caption=caption)

    @property
    def code(self) -> str:
        """The function that makes the figure, as `vouch.figures.module.function`."""
        return f"{self.draw.__module__}.{self.draw.__qualname__.split('.')[0]}"

    def figure(self, theme: Theme = LIGHT) -> Figure:
        """The drawn figure in one theme, with title, subtitle and source line in place."""
        with matplotlib.rc_context(rc(theme)):
            figure = Figure(figsize=(WIDTH, self.height))
            title = _wrapped(self.finding, _TITLE_SIZE, bold=True)
            subtitle = _wrapped(self.subtitle, TEXT_SIZE)
            source = _wrapped(self.source, SMALL_SIZE)
            top = 1 - 0.05 / self.height
            top = _write(figure, title, top, _TITLE_SIZE, theme.text, "bold")
            top = _write(figure, subtitle, top - 0.03 / self.height, TEXT_SIZE, theme.faint, "normal")
            below = _height(source, SMALL_SIZE) / self.height
            low = 0.03 / self.height
            figure.text(_LEFT, low, source, size=SMALL_SIZE, color=theme.faint, va="bottom", linespacing=1.25)
            bottom = below + 0.09 / self.height
            space = (0, bottom, 1, top - 0.04 / self.height - bottom)
            layout = ConstrainedLayoutEngine(rect=space, w_pad=0.04, h_pad=0.04)
            figure.set_layout_engine(layout)
            self.draw(figure, theme)
            FigureCanvasSVG(figure)
            figure.set_dpi(72)  # of SVG, before the layout: text is measured a little differently in it
            layout.execute(figure)  # the layout alone; a trial `savefig` would draw everything twice
            if any(axes.get_aspect() != "auto" for axes in figure.axes):
                layout.execute(figure)  # titles above a square panel are known to be there only once it is square
            figure.set_layout_engine("none")
            for axes in figure.axes:  # the layout's last digits vary from run to run
                left, low, width, height = (round(value, 9) for value in axes.get_position().bounds)
                axes.set_position((left, low, width, height))
        return figure

    def svg(self, theme: Theme = LIGHT) -> str:
        """The figure as SVG text; the same bytes for the same frame on every machine."""
        buffer = io.StringIO()
        figure = self.figure(theme)
        with matplotlib.rc_context(rc(theme)):
            # What `savefig` does, without its trial drawing, which costs as much as the drawing.
            FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None})
        return _compact(buffer.getvalue())

    def csv(self) -> str:
        """The frame as CSV text (UTF-8, LF), safe to open in a spreadsheet."""
        return spreadsheet_safe(self.frame).to_csv(index=False, lineterminator="\n")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        pictures = {theme.name: self.svg(theme) for theme in THEMES}
        payload = {
            "name": self.name,
            "title": self.finding,
            "caption": self.caption or self.subtitle,
            "alt": self.alt,
            "svg": pictures,
            "csv": self.csv(),
            "code": self.code,
        }
        page = pictures["light"][pictures["light"].index("<svg") :]
        shown = (
            f'<figure style="background:{LIGHT.page}" role="img" aria-label="{html.escape(self.alt)}">{page}'
            f"<figcaption>{html.escape(self.caption or self.subtitle)}</figcaption></figure>"
        )
        return {"text/markdown": fence("bookpress-chart", payload), "text/html": shown, "text/plain": self.alt}


def _compact(svg: str) -> str:
    """The same picture in fewer bytes: a hundredth of a point is exact enough, and nothing reads the rest."""
    svg = re.sub(r" *<metadata>.*?</metadata>\n", "", svg, flags=re.DOTALL)
    places = r"(<use [^>]*translate\()([\d.]+)"  # of letters in a line, in hundredths of an em
    svg = re.sub(places, lambda found: f"{found[1]}{float(found[2]):.0f}", svg)
    svg = re.sub(r'(<path id="DejaVu[^"]*" d=")([^"]*)(" transform="scale\()0\.015625', _coarser, svg)
    svg = re.sub(r"-?\d+\.\d{3,}", _rounded, svg)
    return re.sub(r"\n *(?=[MLQCHVz]\b)", "", svg)


def _coarser(letter: re.Match[str]) -> str:
    """A letter drawn on a grid of 1/400 em in place of 1/6400."""
    return f"{letter[1]}{re.sub(r'-?[0-9]+', lambda place: str(round(int(place[0]) / 16)), letter[2])}{letter[3]}0.25"


def _rounded(found: re.Match[str]) -> str:
    value = float(found[0])
    return f"{value:.{2 if abs(value) >= 1 else 4}f}".rstrip("0").rstrip(".")  # small numbers are scales


def _wrapped(text: str, size: float, bold: bool = False) -> str:
    """Text in as few lines as fit. Of all ways to fill them the one that breaks most often after a clause, and of these
    the one with the most even lines: no word is left alone on the last."""
    room = WIDTH * 72 * (1 - 2 * _LEFT) * 0.985  # a screen measures text a little wider than print does
    words = [(word, _advance(word, size, bold)) for word in _TOGETHER.sub("\u00a0", text).split(" ")]
    space = _advance(" ", size, bold)
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


@cache
def _advance(text: str, size: float, bold: bool) -> float:
    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal", size=size)
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]


def _height(text: str, size: float) -> float:
    return (text.count("\n") + 1) * size * 1.28 / 72


def _write(figure: Figure, text: str, top: float, size: float, colour: str, weight: str) -> float:
    figure.text(_LEFT, top, text, size=size, color=colour, weight=weight, va="top", linespacing=1.2)
    return top - _height(text, size) / figure.get_figheight()
