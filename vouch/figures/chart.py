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
from enum import Enum, auto
from functools import cache
from typing import Any

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from vouch.fences import fence, spreadsheet_safe
from vouch.figures.style import (
    DARK,
    LIGHT,
    NARROW_WIDTH,
    SMALL_SIZE,
    TEXT_SIZE,
    WIDTH,
    Theme,
    in_the_dark,
    rc,
    wrapped,
)

_TITLE_SIZE = 10.5
_LINE, _SPACING = 1.26, 1.07  # em from line to line, and what matplotlib calls it for this typeface
_AROUND = "around"  # what texts are marked with that stand around the axes: those of `_Words`
_LEFT = 0.012  # of the width: titles and notes start at the figure's edge, not at the axis


@dataclass(frozen=True)
class Chart:
    """One figure of the book.

    name: permanent label, `fig-...`. finding: the title, a sentence that states what the figure shows. subtitle: what
    is measured, with its unit. draw: paints on an empty Figure in a Theme (axes are laid out with matplotlib's
    constrained layout inside the space that title and source leave). frame: exactly what is drawn; it becomes the
    CSV. alt: kind of chart, variables and finding, for those who do not see it. source: the line under the axes.
    height: inches, at the width of the text column. narrow_height: of the form for telephones; without it
    the axes are as high there as in the wide form. `draw` is called once for each form and sees its width on the figure
    (:func:`vouch.figures.style.narrow`). What a theme changes is colours, and no colour stands for two. caption: MyST
    text, given by the chapter with :meth:`captioned`.
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
    narrow_height: float | None = None

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

    @property
    def widths(self) -> dict[str, float]:
        """Inches by rendition."""
        return {"narrow": NARROW_WIDTH, "wide": WIDTH}

    def figure(self, theme: Theme = LIGHT, width: float = WIDTH) -> Figure:
        """The drawn figure in one theme and width (inches), with title, subtitle and source line in place."""
        words = self._words(width)
        with matplotlib.rc_context(rc(theme)):
            figure = Figure(figsize=(width, words.high))
            words.write(figure, theme)
            inch = 1 / words.high
            rect = (0, words.below * inch, 1, 1 - (words.above + words.below) * inch)
            layout = ConstrainedLayoutEngine(rect=rect, w_pad=0.04, h_pad=0.04)
            figure.set_layout_engine(layout)
            self.draw(figure, theme)
            _lay_out(figure, layout)
        return figure

    def _words(self, width: float) -> _Words:
        room = width * 72 * (1 - 2 * _LEFT) * 0.985  # a screen measures text a little wider than print does
        title = wrapped(self.finding, _TITLE_SIZE, room, bold=True)
        subtitle, source = wrapped(self.subtitle, TEXT_SIZE, room), wrapped(self.source, SMALL_SIZE, room)
        return _Words(title, subtitle, source, self._height(width, title, subtitle, source))

    def _height(self, width: float, *written: str) -> float:
        """Inches. A narrow form without a height of its own leaves its axes as high as the wide form does."""
        if width >= WIDTH:
            return self.height
        if self.narrow_height is not None:
            return self.narrow_height
        room = WIDTH * 72 * (1 - 2 * _LEFT) * 0.985
        sizes = (_TITLE_SIZE, TEXT_SIZE, SMALL_SIZE)
        texts = (self.finding, self.subtitle, self.source)
        wide = sum(
            _height(wrapped(text, size, room, bold=size == _TITLE_SIZE), size)
            for text, size in zip(texts, sizes, strict=True)
        )
        return self.height - wide + sum(_height(text, size) for text, size in zip(written, sizes, strict=True))

    def svg(self, theme: Theme = LIGHT, width: float = WIDTH, *, outlined: bool = False) -> str:
        """The figure as SVG text; the same bytes for the same frame on every machine.

        outlined: letters as shapes, for where the font is not at hand (Jupyter).
        """
        if outlined:
            return self._printed(theme, width, _Shapes.ALL).outlined()
        return self._printed(theme, width, _Shapes.NONE).text()

    def small(self, theme: Theme = LIGHT) -> str:
        """The picture alone, for a gallery or a README: as for telephones, but without title and sources; letters as
        shapes."""
        return self._printed(theme, NARROW_WIDTH, _Shapes.INNER).bare()

    def _printed(self, theme: Theme, width: float, shapes: _Shapes) -> _Printed:
        """The figure drawn once, whatever is made of it."""
        return _Printed.of(self.figure(theme, width), theme, self._words(width), shapes)

    def csv(self) -> str:
        """The frame as CSV text (UTF-8, LF), safe to open in a spreadsheet."""
        return spreadsheet_safe(self.frame).to_csv(index=False, lineterminator="\n")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        wanted = {"narrow": _Shapes.INNER, "wide": _Shapes.ALL}
        drawn = {form: self._printed(LIGHT, width, wanted[form]) for form, width in self.widths.items()}
        forms = {form: printed.text() for form, printed in drawn.items()}
        whole, small = drawn["wide"].outlined(), drawn["narrow"].bare()
        dark = self._dark(forms)
        payload = {
            "name": self.name,
            "title": self.finding,
            "caption": self.caption or self.subtitle,
            "alt": self.alt,
            "forms": forms,
            "dark": dark,
            "svg": {"light": small, "dark": recoloured(small, dark)},
            "csv": self.csv(),
            "code": self.code,
        }
        page = whole[whole.index("<svg") :]
        shown = (
            f'<figure style="background:{LIGHT.page}" role="img" aria-label="{html.escape(self.alt)}">{page}'
            f"<figcaption>{html.escape(self.caption or self.subtitle)}</figcaption></figure>"
        )
        return {"text/markdown": fence("bookpress-chart", payload), "text/html": shown, "text/plain": self.alt}

    def _dark(self, forms: dict[str, str]) -> dict[str, str]:
        """What stands for each colour in the dark, in order of appearance. Another drawing would cost as much again as
        all of this, so the themes answer where they can; that they are right is tested over every figure."""
        known, found = in_the_dark(), dict.fromkeys(_COLOUR.findall("".join(forms.values())))
        return {colour: known[colour] for colour in found} if set(found) <= set(known) else self.darkened()

    def darkened(self) -> dict[str, str]:
        """What stands for each colour in the dark, so that one drawing serves both themes, seen by drawing in both.

        Raises ValueError where the themes differ in more than colours, or one colour would have to become two.
        """
        found: dict[str, str] = {}
        for width in self.widths.values():
            found |= _colours(self.svg(LIGHT, width), self.svg(DARK, width), self.name)
        return found


@dataclass(frozen=True)
class _Words:
    """What stands around the axes, broken into lines. high: inches of the whole figure."""

    title: str
    subtitle: str
    source: str
    high: float

    @property
    def above(self) -> float:
        """Inches, as `below` is."""
        return 0.12 + _height(self.title, _TITLE_SIZE) + _height(self.subtitle, TEXT_SIZE)

    @property
    def below(self) -> float:
        return 0.09 + _height(self.source, SMALL_SIZE)

    def write(self, figure: Figure, theme: Theme) -> None:
        """On an empty figure."""
        inch = 1 / self.high
        top = _write(figure, self.title, 1 - 0.05 * inch, _TITLE_SIZE, theme.text, "bold")
        _write(figure, self.subtitle, top - 0.03 * inch, TEXT_SIZE, theme.faint, "normal")
        low = 0.03 * inch
        figure.text(_LEFT, low, self.source, size=SMALL_SIZE, color=theme.faint, va="bottom", linespacing=_SPACING)
        for text in figure.texts:
            text.set_gid(_AROUND)


class _Shapes(Enum):
    """Of which texts the letters are drawn as shapes too: all, those within the axes, or none."""

    ALL = auto()
    INNER = auto()
    NONE = auto()


class _Renderer(RendererSVG):
    """Measures each text once a process (matplotlib forgets with each picture), with the apostrophes that it draws; and
    draws each as text and, where they are wanted, as shapes, aside: in the picture a remark stands for it.

    written: for each text both forms, the second empty where it is not wanted.
    """

    def __init__(self, *how: Any, shapes: _Shapes = _Shapes.NONE, **more: Any) -> None:
        super().__init__(*how, **more)
        self.written: list[tuple[str, str]] = []
        self._shapes = shapes
        self._around = False

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Of what one artist draws."""
        self._around = gid == _AROUND
        super().open_group(s, None if self._around else gid)

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """Points."""
        return _measured(_curled(s), prop, ismath)

    def draw_text(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Text | None = None,
    ) -> None:
        """One line of text."""
        picture, forms = self.writer, ["", ""]
        wanted = self._shapes is _Shapes.ALL or (self._shapes is _Shapes.INNER and not self._around)
        for place, kind in enumerate(["none", "path"] if wanted else ["none"]):
            onto = io.StringIO()
            self.writer = type(picture)(onto)
            matplotlib.rcParams["svg.fonttype"] = kind
            super().draw_text(gc, x, y, _curled(s), prop, angle, ismath, mtext)
            self.writer.flush()
            forms[place] = onto.getvalue()
        self.writer = picture
        picture.comment(f"text {len(self.written)}")
        self.written.append((forms[0], forms[1]))


class _Canvas(FigureCanvasSVG):
    """Lays out with the renderer that prints."""

    def get_renderer(self) -> _Renderer:
        """One that prints nothing."""
        return self.renderer(io.StringIO())

    def renderer(self, onto: io.StringIO, shapes: _Shapes = _Shapes.NONE) -> _Renderer:
        """One that prints a picture of the size of the figure, in points."""
        width, height = self.figure.get_size_inches() * self.fixed_dpi
        plain = {"Date": None, "Creator": None}
        return _Renderer(width, height, onto, image_dpi=self.fixed_dpi, metadata=plain, shapes=shapes)


@cache
def _measured(text: str, font: FontProperties, mathematical: Any) -> tuple[float, float, float]:
    return text_to_path.get_text_width_height_descent(text, font, mathematical)


def _curled(text: str) -> str:
    """Apostrophes as in the text around the figure, by the rule of `bookpress.words`; that brings Sphinx, which kernels
    do without."""
    return re.sub(r"(?<=\w)'", "\N{RIGHT SINGLE QUOTATION MARK}", text)


_COLOUR = re.compile(r"(?:(?<=: )|(?<=\"))#[0-9a-f]{6}\b")
"""In a style or an attribute, not in the name of a pattern."""


def recoloured(svg: str, colours: dict[str, str]) -> str:
    """The picture in other colours."""
    return _COLOUR.sub(lambda found: colours.get(found[0], found[0]), svg)


def _colours(light: str, dark: str, name: str) -> dict[str, str]:
    bare = (re.sub(r"\b[hmp][0-9a-f]{10}\b", "", _COLOUR.sub("", svg)) for svg in (light, dark))
    if len(set(bare)) > 1:
        raise ValueError(f"figure {name}: light and dark differ in more than their colours")
    found: dict[str, str] = {}
    for one, other in zip(_COLOUR.findall(light), _COLOUR.findall(dark), strict=True):
        if found.setdefault(one, other) != other:
            raise ValueError(
                f"figure {name}: {one} is {found[one]} and {other} in the dark; use two colours in the light"
            )
    return found


def _lay_out(figure: Figure, layout: ConstrainedLayoutEngine) -> None:
    _Canvas(figure)
    figure.set_dpi(_Canvas.fixed_dpi)  # before the layout: text is measured a little differently in it
    layout.execute(figure)  # the layout alone; a trial `savefig` would draw everything twice
    if any(axes.get_aspect() != "auto" for axes in figure.axes):
        layout.execute(figure)  # titles above a square panel are known to be there only once it is square
    figure.set_layout_engine("none")
    for axes in figure.axes:
        _set(axes, *axes.get_position().bounds)


def _set(axes: Axes, *bounds: float) -> None:
    """Left, low, width, height, in parts of the figure; the layout's last digits vary from run to run."""
    left, low, width, height = (round(value, 9) for value in bounds)
    axes.set_position((left, low, width, height))


_CUT = "\x1f"  # between texts; in none of them, since XML does not allow it
_REMARK = re.compile(r" *<!-- text (\d+) -->\n")
_SIZE = re.compile(r'(<svg [^>]*\bheight=")[^"]*(" viewBox="[\d.]+ )[\d.]+( [\d.]+ )[\d.]+"')


@dataclass(frozen=True)
class _Printed:
    """A drawn figure, in which a remark stands for each text.

    texts, shapes: what can take the place of the remarks; shapes are empty for texts of which they were not wanted.
    high, above: points, of the picture without title, subtitle and source, and of what is above it.
    """

    drawn: str
    texts: list[str]
    shapes: list[str]
    high: float
    above: float

    @classmethod
    def of(cls, figure: Figure, theme: Theme, words: _Words, wanted: _Shapes) -> _Printed:
        """A figure with these words around it, drawn."""
        buffer = io.StringIO()
        with matplotlib.rc_context(rc(theme)):
            # What `savefig` does, without its trial drawing, which costs as much as the drawing.
            renderer = _Canvas(figure).renderer(buffer, wanted)
            figure.draw(renderer)
            renderer.finalize()
        forms = zip(*renderer.written, strict=True)
        texts, shapes = (_compact(_CUT.join(form)).split(_CUT) for form in forms)
        high, above = 72 * (words.high - words.above - words.below), 72 * words.above
        return cls(_compact(buffer.getvalue()), texts, shapes, high, above)

    def text(self) -> str:
        """Letters are letters."""
        return self._with(self.texts)

    def outlined(self) -> str:
        """Letters are shapes; all of them have to be wanted."""
        return _lean(self._with(self.shapes))

    def bare(self) -> str:
        """Letters are shapes, and what is above and below the axes is cut off, with texts whose shapes were not wanted:
        the axes stay as large as they are."""
        size = rf'\g<1>{self.high:.2f}pt\g<2>{self.above:.2f}\g<3>{self.high:.2f}"'
        return _lean(_SIZE.sub(size, self._with(self.shapes), count=1))

    def _with(self, forms: list[str]) -> str:
        return _REMARK.sub(lambda found: forms[int(found[1])], self.drawn)


def _compact(svg: str) -> str:
    """The same picture in fewer bytes: a hundredth of a point is exact enough, and nothing reads the rest."""
    svg = re.sub(r" *<metadata>.*?</metadata>\n", "", svg, flags=re.DOTALL)
    places = r"(<use [^>]*translate\()([\d.]+)"  # of letters in a line, in hundredths of an em
    svg = re.sub(places, lambda found: f"{found[1]}{float(found[2]):.0f}", svg)
    svg = re.sub(r'(<path id="Vouch[^"]*" d=")([^"]*)(" transform="scale\()0\.015625', _coarser, svg)
    svg = re.sub(r"-?\d+\.\d{3,}", _rounded, svg)
    return re.sub(r"\n *(?=[MLQCHVz]\b)", "", svg)


def _lean(svg: str) -> str:
    """The same picture without what is not drawn: remarks, unused names, spaces. A gallery loads them all."""
    svg = re.sub(r"<!(?:--.*?--|DOCTYPE.*?)>\s*", "", svg, flags=re.DOTALL)
    used = set(re.findall(r"#([\w.-]+)", svg))
    svg = re.sub(r' id="([^"]*)"', lambda name: name[0] if name[1] in used else "", svg)
    svg = re.sub(r'(?<= d=")[^"]*', lambda path: re.sub(r"\s*([A-Za-z])\s*", r"\1", path[0]), svg)
    return re.sub(r">\s+<", "><", svg)


def _coarser(letter: re.Match[str]) -> str:
    """A letter drawn on a grid of 1/400 em in place of 1/6400."""
    return f"{letter[1]}{_on_grid(letter[2])}{letter[3]}0.25"


@cache  # few letters stand in many pictures
def _on_grid(path: str) -> str:
    return re.sub(r"-?[0-9]+", lambda place: str(round(int(place[0]) / 16)), path)


def _rounded(found: re.Match[str]) -> str:
    value = float(found[0])
    return f"{value:.{2 if abs(value) >= 1 else 4}f}".rstrip("0").rstrip(".")  # small numbers are scales


def _height(text: str, size: float) -> float:
    return (text.count("\n") + 1) * size * _LINE / 72


def _write(figure: Figure, text: str, top: float, size: float, colour: str, weight: str) -> float:
    figure.text(_LEFT, top, text, size=size, color=colour, weight=weight, va="top", linespacing=_SPACING)
    return top - _height(text, size) / figure.get_figheight()
