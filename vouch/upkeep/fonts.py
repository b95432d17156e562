"""The typefaces of the book, made from the families of Adobe's Source: `python -m vouch.upkeep.fonts [FOLDER]`.

The packages hold variable fonts with some thousand glyphs. Matplotlib reads one weight from one file, and no reader
needs Greek accents: so each face is cut out at its weight, with the letters of Europe, Russia and Vietnam, signs and
arrows. The licence (SIL Open Font License 1.1) reserves the name Source for unchanged files; these are called Vouch.
The packages are not among those of the book, whose environment need not hold them: `pip install` of :data:`PACKAGES`
brings them.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from vouch.paths import FONTS

PACKAGES = {
    "fontpkg_source_serif_4": "4.4",
    "fontpkg_source_sans_3": "3.52",
    "fontpkg_source_code_pro": "1.26",
}
"""Packages on PyPI and their versions. They hold the files of Google Fonts, unchanged."""

BURMESE = "@fontsource/noto-sans-myanmar 5.3.0, files/noto-sans-myanmar-myanmar-400-normal.woff2"
"""Package on npm and its file."""

_NOTO = "Copyright 2022 The Noto Project Authors (https://github.com/notofonts/myanmar)"

_SIGNS = (
    *range(0x20, 0x180),  # Latin, with what Central Europe and the Baltic add
    *range(0x186, 0x250),
    *range(0x2B0, 0x370),
    *range(0x400, 0x460),  # Russian, Belarusian, Ukrainian, Serbian
    *range(0x490, 0x4A0),
    *range(0x1EA0, 0x1EFA),  # Vietnamese
    *range(0x2000, 0x2070),
    *range(0x2070, 0x20D0),
    *range(0x2100, 0x2300),
    *range(0x2500, 0x27C0),
)
_FEATURES = ("kern", "liga", "locl", "mark", "mkmk", "ccmp", "calt", "rlig", "rvrn", "lnum", "tnum", "pnum")
_LINE = (940, -240)
"""Ascent and descent of a line of the sans, thousandths of an em."""
_NAMES = {0: "copyright", 13: "licence", 14: "address of the licence"}
"""Entries of the name table that are kept as they are."""


@dataclass(frozen=True)
class Face:
    """One file to make. package, source: where its variable font is; family, style: what it is called."""

    package: str
    source: str
    family: str
    style: str
    weight: int
    features: tuple[str, ...] = _FEATURES

    @property
    def file(self) -> str:
        return f"{self.family.replace(' ', '')}-{self.style.replace(' ', '')}.ttf"

    @property
    def italic(self) -> bool:
        return "Italic" in self.style


FACES = (
    Face("fontpkg_source_serif_4", "SourceSerif4[opsz,wght].ttf", "Vouch Serif", "Regular", 400, (*_FEATURES, "smcp")),
    Face("fontpkg_source_serif_4", "SourceSerif4[opsz,wght].ttf", "Vouch Serif", "SemiBold", 600),
    Face("fontpkg_source_serif_4", "SourceSerif4-Italic[opsz,wght].ttf", "Vouch Serif", "Italic", 400),
    Face("fontpkg_source_serif_4", "SourceSerif4-Italic[opsz,wght].ttf", "Vouch Serif", "SemiBold Italic", 600),
    Face("fontpkg_source_sans_3", "SourceSans3[wght].ttf", "Vouch Sans", "Regular", 400),
    Face("fontpkg_source_sans_3", "SourceSans3[wght].ttf", "Vouch Sans", "SemiBold", 600),
    Face("fontpkg_source_sans_3", "SourceSans3-Italic[wght].ttf", "Vouch Sans", "Italic", 400),
    Face("fontpkg_source_sans_3", "SourceSans3-Italic[wght].ttf", "Vouch Sans", "SemiBold Italic", 600),
    Face("fontpkg_source_code_pro", "SourceCodePro[wght].ttf", "Vouch Mono", "Regular", 400),
)


def make(face: Face) -> TTFont:
    """The face, cut out of its package's font and named."""
    font = TTFont(_folder(face.package) / "files" / face.source, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = list(face.features)
    options.hinting = False
    options.glyph_names = False
    options.name_IDs = ["*"]
    options.notdef_outline = True
    cut = subset.Subsetter(options)
    cut.populate(unicodes=_SIGNS)
    cut.subset(font)
    axes = {"wght": face.weight} | ({"opsz": 14} if "opsz" in face.source else {})
    font = instancer.instantiateVariableFont(font, axes, inplace=True)
    _name(font, face)
    return font


def _name(font: TTFont, face: Face) -> None:
    table = font["name"]
    kept = {number: table.getDebugName(number) for number in _NAMES}
    version = table.getDebugName(5)
    table.names = []
    whole = f"{face.family} {face.style}"
    plain = face.style in ("Regular", "Italic")
    said = kept | {
        1: face.family if plain else f"{face.family} SemiBold",
        2: "Italic" if face.italic else "Regular",
        3: f"{whole}; {version}",
        4: whole,
        5: version,
        6: whole.replace(" ", "-", 1).replace(" ", ""),
        10: f"Cut from {face.source} of {face.package} {PACKAGES[face.package]}",
    }
    if not plain:
        said |= {16: face.family, 17: face.style}
    for number, text in sorted(said.items()):
        table.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = face.weight
    style = font["OS/2"].fsSelection & ~0b1100001
    font["OS/2"].fsSelection = style | (1 if face.italic else 0) | (0b1000000 if face.style == "Regular" else 0)
    font["head"].macStyle = 2 if face.italic else 0
    if "Sans" in face.family:  # matplotlib sets lines by these, 1.4 em apart as they were
        font["hhea"].ascent, font["hhea"].descent = _LINE
        font["OS/2"].sTypoAscender, font["OS/2"].sTypoDescender = _LINE
        font["OS/2"].usWinAscent, font["OS/2"].usWinDescent = _LINE[0], -_LINE[1]


def burmese(packed: Path, folder: Path = FONTS) -> Path:
    """Noto Sans Myanmar, whose licence reserves no name, as it is: out of the WOFF2 of :data:`BURMESE`."""
    font = TTFont(packed, recalcTimestamp=False)
    font.flavor = None
    path = folder / "NotoSansMyanmar-Regular.ttf"
    font.save(path)
    return path


def _folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise SystemExit(f"{package} is not there: pip install {package.replace('_', '-')}=={PACKAGES[package]}")
    return Path(found.origin).parent


def write(folder: Path = FONTS) -> Iterator[Path]:
    """Write every face and the licence; yields the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        path = folder / face.file
        make(face).save(path)
        yield path
    licence = folder / "LICENSE"
    texts = [(_folder(package) / "LICENSE").read_text("utf-8").strip().splitlines() for package in PACKAGES]
    owners = [text[0].strip() for text in texts] + [_NOTO]
    licence.write_text("\n".join([*owners, *texts[0][1:]]) + "\n", "utf-8")
    yield licence


if __name__ == "__main__":
    for made in write(*(Path(name) for name in sys.argv[1:])):
        print(made)
