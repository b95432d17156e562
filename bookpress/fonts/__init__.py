"""Typefaces as files: what they are called, and cut down to the characters that pages use, as WOFF2.

Here: what the web book and the EPUB share. Not here: which page uses which face (`bookpress.web.styles.fonts`), and the
PDF, whose compiler cuts faces itself.
"""

from __future__ import annotations

import html
import io
import logging
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import uharfbuzz as hb
from fontTools.ttLib import TTFont
from sphinx.errors import SphinxError

from bookpress.effort.processors import shared

FOLDER = "fonts"
_ALWAYS = {*map(chr, range(0x20, 0x7F)), *"\u00a0–—‘’“”…"}
"""What a script may write into a page."""
LATIN = {
    *map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x2010, 0x2016), *range(0x2018, 0x201F)]),
    *"ŒœıˆˇˉˊˋŸ˚˜†‡•…‰′″‹›⁄€™−←↑→↓≈≠≤≥\u202f■□▪▲△▼●○◆◇✓✔✕✗",
}
"""What nearly every page of a book in a western language has."""
_NAMES = frozenset({0, 1, 2, 13, 14})
"""Numbers of the names that a cut face keeps: copyright, family, style, licence."""
_FEATURES = ["kern", "liga", "locl", "mark", "mkmk", "ccmp", "calt", "rlig", "lnum", "tnum", "pnum"]


def css_range(characters: Iterable[str]) -> str:
    """These characters, as the ranges of a style sheet."""
    spans: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return ",".join(f"U+{low:X}-{high:X}" if low < high else f"U+{low:X}" for low, high in spans)


class FontError(SphinxError):
    """A typeface that the configuration names is not usable."""

    category = "Font error"


@dataclass(frozen=True)
class Face:
    """A font file: one weight and slant of a family. Raises FontError where it cannot be read."""

    path: Path

    @cached_property
    def font(self) -> TTFont:
        try:
            return TTFont(self.path, recalcTimestamp=False)
        except Exception as error:
            raise FontError(f"no font can be read from {self.path}: {error}") from None

    @cached_property
    def characters(self) -> frozenset[str]:
        """What it has a drawing for."""
        return frozenset(map(chr, self.font.getBestCmap()))

    @property
    def family(self) -> str:
        names = self.font["name"]
        return str(names.getDebugName(16) or names.getDebugName(1))

    @property
    def weight(self) -> int:
        return int(self.font["OS/2"].usWeightClass)

    @property
    def style(self) -> str:
        return "italic" if self.font["OS/2"].fsSelection & 1 else "normal"

    @property
    def file(self) -> str:
        return f"{self.path.stem}.woff2"

    @property
    def upright(self) -> bool:
        return self.style == "normal"

    def rule(self, address: str = "", characters: str = "") -> str:
        """What a style sheet says of it. address: of the file, if not the usual one; characters: a CSS range of those
        that it is for, if not all. What stands in the sheet is there in a moment, and no other typeface is shown before
        it: its lines would break elsewhere, and all below them would move."""
        kept = f";unicode-range:{characters}" if characters else ""
        shown = "block" if address.startswith("data:") else "swap"
        return (
            f'@font-face{{font-family:"{self.family}";font-weight:{self.weight};font-style:{self.style};'
            f'font-display:{shown};src:url("{address or f"{FOLDER}/{self.file}"}") format("woff2"){kept}}}'
        )

    def cut(self, characters: Iterable[str]) -> bytes:
        """The face with these characters alone, as WOFF2; the same bytes for the same characters."""
        wanted = hb.SubsetInput()
        # Browsers refuse a file in which no character at all has an outline.
        wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
        for kept, ours in (
            (wanted.unicode_set, map(ord, characters)),
            (wanted.layout_feature_tag_set, (int.from_bytes(name.encode()) for name in _FEATURES)),
            (wanted.name_id_set, _NAMES),
        ):
            kept.clear()
            kept.update(ours)
        cut = hb.subset(hb.Face(hb.Blob.from_file_path(self.path)), wanted)
        # HarfBuzz, which takes a hundredth of the time that fontTools takes to cut, does not pack.
        font = TTFont(io.BytesIO(cut.blob.data), recalcTimestamp=False)
        font.flavor = "woff2"
        made = io.BytesIO()
        font.save(made)
        return made.getvalue()


def used(pages: Iterable[Path]) -> set[str]:
    """The characters of finished pages."""
    return {sign for page in pages for sign in characters(page.read_text("utf-8"))} | _ALWAYS


def characters(page: str) -> set[str]:
    """The characters of a finished page, and those that scripts write. page: HTML."""
    found = set(html.unescape(re.sub(r"<[^<>]*>", "", page)))
    return {sign for sign in found if sign.isprintable()} | _ALWAYS


def often(texts: Sequence[set[str]]) -> set[str]:
    """Of the characters of a western language those that every third of finished pages has, and what scripts write.
    texts: the characters of each page."""
    count = Counter(sign for text in texts for sign in text)
    return {sign for sign in LATIN if sign in _ALWAYS or 3 * count[sign] >= max(1, len(texts))}


def cuts(wanted: Iterable[tuple[Face, set[str]]], store: Path) -> Iterator[tuple[Face, bytes]]:
    """Each face, cut down to its characters. store: a folder where what was cut once is kept.

    What is not there yet is cut by all processors: it takes half a second a face.
    """
    store.mkdir(parents=True, exist_ok=True)
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    places = [(face, signs, _place(face, signs, store)) for face, signs in wanted]
    missing = [*{place: (face.path, signs, place) for face, signs, place in places if not place.exists()}.values()]
    shared(_keep, missing)
    for face, _signs, place in places:
        yield face, place.read_bytes()


def _place(face: Face, characters: set[str], store: Path) -> Path:
    signs = "".join(sorted(characters))
    return store / f"{sha256(face.path.read_bytes() + signs.encode()).hexdigest()[:24]}.woff2"


def _keep(path: Path, characters: set[str], place: Path) -> None:
    part = place.with_suffix(f".{os.getpid()}")  # two builders may want it at once
    part.write_bytes(Face(path).cut(characters))
    part.replace(place)
