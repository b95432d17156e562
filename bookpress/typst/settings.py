"""What the configuration says of the book as a whole: paper, fonts, title page and date, with their defaults."""

from __future__ import annotations

import datetime
import math
import os
import re
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging

from bookpress.typst import words
from bookpress.typst.markup import array, inline, literal

log = logging.getLogger(__name__)

PAPERS = {
    "a4": ("210mm", "297mm"),
    "a5": ("148mm", "210mm"),
    "b5": ("176mm", "250mm"),
    "us-letter": ("8.5in", "11in"),
    "us-trade": ("6in", "9in"),
}
MARGINS = {"inside": "40mm", "outside": "32mm", "top": "30mm", "bottom": "32mm"}
TITLE_PAGE = {"title", "subtitle", "authors", "date", "facts", "abstract", "imprint", "description", "keywords"}
_POINTS = {"mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pt": 1.0}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(mm|cm|in|pt)")


class TypstError(SphinxError):
    """The book could not be printed."""

    category = "Typst error"


def points(length: str) -> float:
    """Return a length such as ``40mm`` in points; raises `TypstError` for anything else."""
    match = _LENGTH.fullmatch(str(length).strip())
    if match is None:
        raise TypstError(f"{length!r} is no length in mm, cm, in or pt (typst_page_size, typst_margins)")
    return float(match[1]) * _POINTS[match[2]]


@dataclass(frozen=True)
class Page:
    """Paper and margins, as lengths with their unit, and what follows from them, in whole points.

    The template and the layout of tables both take their measures from here.
    """

    width: str = PAPERS["a4"][0]
    height: str = PAPERS["a4"][1]
    margins: Mapping[str, str] = field(default_factory=lambda: dict(MARGINS))

    @classmethod
    def configured(cls, config: Config) -> Page:
        """Read ``typst_page_size`` and ``typst_margins``."""
        size, margins = config.typst_page_size, config.typst_margins
        if isinstance(size, str):
            if size not in PAPERS:
                known = ", ".join(PAPERS)
                raise TypstError(f"typst_page_size: {size!r} is none of {known}; a list of width and height is, too")
            size = PAPERS[size]
        for side in sorted(set(margins) - set(MARGINS)):
            log.warning("typst_margins has no side %r", side, type="typst", subtype="settings")
        sides = {side: str(margins.get(side, default)) for side, default in MARGINS.items()}
        page = cls(str(size[0]), str(size[1]), sides)
        if page.text_width < 100 or page.text_height < 100:
            raise TypstError("typst_margins leave no room for text on typst_page_size")
        return page

    @property
    def text_width(self) -> float:
        """Width of the text."""
        return float(math.floor(points(self.width) - points(self.margins["inside"]) - points(self.margins["outside"])))

    @property
    def text_height(self) -> float:
        """Height of the text."""
        return float(math.floor(points(self.height) - points(self.margins["top"]) - points(self.margins["bottom"])))

    @property
    def turned_width(self) -> float:
        """Width of the text on a turned page, less a reserve."""
        across = points(self.height) - points(self.margins["inside"]) - points(self.margins["outside"])
        return float(math.floor(across) - 17)

    @property
    def bleed(self) -> float:
        """How far a wide table may extend into each margin."""
        return float(math.floor(0.375 * min(points(self.margins["inside"]), points(self.margins["outside"]))))

    def source(self) -> str:
        """Write the page for the template."""
        sides = ", ".join(f"{side}: {length}" for side, length in self.margins.items())
        return f"#let page-width = {self.width}\n#let page-height = {self.height}\n#let page-margin = ({sides})\n"


@dataclass(frozen=True)
class Fonts:
    """Families in the order in which they are asked for a glyph."""

    body: list[str]
    mono: list[str]
    size: str = "11pt"

    @classmethod
    def configured(cls, config: Config, *, dejavu: bool) -> Fonts:
        """Read ``typst_fonts``; the fonts that are always there stand behind those of the configuration."""
        given = config.typst_fonts
        for kind in sorted(set(given) - {"body", "mono"}):
            log.warning("typst_fonts has no kind %r", kind, type="typst", subtype="settings")
        body = ["Libertinus Serif", *(["DejaVu Serif", "DejaVu Sans"] if dejavu else [])]
        if not re.fullmatch(r"\d+(\.\d+)?(pt|mm)", config.typst_text_size):
            raise TypstError(f"typst_text_size: {config.typst_text_size!r} is no size such as 11pt")
        mono = _families(given.get("mono"), ["DejaVu Sans Mono"])
        return cls(_families(given.get("body"), body), mono, config.typst_text_size)

    def source(self) -> str:
        """Write the families for the template."""
        fonts = f"#let body-fonts = {_strings(self.body)}\n#let mono-fonts = {_strings(self.mono)}\n"
        return f"{fonts}#let body-size = {self.size}\n"


def _families(given: str | list[str] | None, always: list[str]) -> list[str]:
    chosen = [given] if isinstance(given, str) else [str(name) for name in given or []]
    return [*chosen, *(name for name in always if name not in chosen)]


def _strings(texts: list[str]) -> str:
    return array([literal(text) for text in texts])


# ------------------------------------------------------------------------------------------------------ the title page
@dataclass(frozen=True)
class TitlePage:
    """What ``typst_title_page`` says, and the project's own title and authors where it says nothing."""

    title: str
    authors: list[str]
    subtitle: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    abstract: list[str] = field(default_factory=list)
    imprint: list[str] = field(default_factory=list)
    description: str = ""
    keywords: list[str] = field(default_factory=list)

    @classmethod
    def configured(cls, config: Config, env: BuildEnvironment) -> TitlePage:
        """Read the mapping; a key that is not known is most likely a misspelt one."""
        given: dict[str, Any] = config.typst_title_page
        for key in sorted(set(given) - TITLE_PAGE):
            log.warning("typst_title_page has no key %r", key, type="typst", subtype="settings")
        authors = given.get("authors") or (config.author if _is_given(config, "author") else [])
        facts = given.get("facts") or {}
        pairs = list(facts.items()) if isinstance(facts, Mapping) else [(label, text) for label, text in facts]
        dated = [(words.date(), given["date"])] if given.get("date") else []
        return cls(
            title=str(given.get("title") or _project(config, env)),
            authors=_list(authors),
            subtitle=str(given.get("subtitle", "")),
            facts=[(str(label), str(text)) for label, text in [*dated, *pairs] if text],
            abstract=_list(given.get("abstract", [])),
            imprint=_list(given.get("imprint", [])),
            description=str(given.get("description", "")),
            keywords=_list(given.get("keywords", [])),
        )

    def source(self, cover: str = "") -> str:
        """Write the call that prints it; `cover` is the file of the picture on it."""
        options = [
            f"title: {literal(self.title)}",
            f"subtitle: {literal(self.subtitle)}",
            f"authors: {_strings(self.authors)}",
            f"facts: {array([f'({literal(label)}, [{inline(text)}])' for label, text in self.facts])}",
            f"abstract: {array([f'[{inline(paragraph)}]' for paragraph in self.abstract])}",
            f"imprint: {array([f'[{inline(paragraph)}]' for paragraph in self.imprint])}",
            f"cover: {literal(cover) if cover else 'none'}",
        ]
        return f"#title-page({', '.join(options)})"

    def metadata(self, moment: int, language: str) -> str:
        """Write the call that gives the document its title, date and language."""
        day = datetime.datetime.fromtimestamp(moment, datetime.UTC)
        options = [
            f"title: {literal(self.title)}",
            f"authors: {_strings(self.authors)}",
            f"description: {literal(self.description)}",
            f"keywords: {_strings(self.keywords)}",
            f"date: datetime(year: {day.year}, month: {day.month}, day: {day.day})",
            f"lang: {literal(language.partition('_')[0])}",
        ]
        return f"#show: book.with({', '.join(options)})"


def _list(given: object) -> list[str]:
    if isinstance(given, str):
        return [given]
    return [str(item) for item in given] if isinstance(given, (list, tuple)) else []


def _is_given(config: Config, name: str) -> bool:
    """Say whether an author gave a value that Sphinx has a default for, such as "Author name not set"."""
    return name in config.overrides or name in config._raw_config


def _project(config: Config, env: BuildEnvironment) -> str:
    """The title that the HTML book was given, else the project's name, else the heading of the first page."""
    for name in ("html_title", "project"):
        if _is_given(config, name) and config[name]:
            return str(config[name])
    first = env.titles.get(config.root_doc)
    return first.astext() if first is not None and first.astext() else str(config.project)


# ------------------------------------------------------------------------------------------------------------ the date
def moment(config: Config, folder: str) -> int:
    """Return the document's time in seconds since 1970.

    ``SOURCE_DATE_EPOCH`` goes before ``typst_timestamp``; without either it is the time of the last commit to the
    source folder, and today where there is none. All but the last give the same bytes again.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH") or config.typst_timestamp
    if given not in (None, ""):
        return int(given)
    committed = _last_commit(folder)
    if committed is not None:
        return committed
    log.info("the PDF is dated today; typst_timestamp or SOURCE_DATE_EPOCH give it another date")
    return int(time.time())


def _last_commit(folder: str) -> int | None:
    command = ["git", "-C", folder, "log", "-1", "--format=%ct", "--", "."]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    return int(said.stdout) if said.returncode == 0 and said.stdout.strip().isdigit() else None
