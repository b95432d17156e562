"""Glyphs that no font has: found before the book is compiled, whatever standards the PDF is to keep.

The compiler itself is asked, with a document of nothing but the book's characters: it knows its own fonts, and names
all characters that it cannot set at once. Such a character is an error, or is printed as a stand-in with a warning; it
never becomes an empty box that nobody was told of.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import typst

from bookpress.typst.markup import literal

MENDED_BY = (
    "add a font that has it and name its folder in typst_font_paths, or say in typst_substitutes what is printed "
    "instead"
)
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed', re.S)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
# What is no glyph on the page: descriptions that are read aloud, and the call that gives the document its data.
_UNSEEN = re.compile(r'\balt: "(?:[^"\\]|\\.)*"|^#show: book\.with\(.*$', re.M)
_SVG_TEXT = re.compile(r"<text\b.*?</text>", re.S)
_TAG = re.compile(r"<[^>]*>")
_STANDARD: typst.PDFStandard = "a-2b"  # the least demanding one that checks glyphs


def characters(sources: Iterable[str]) -> set[str]:
    """Return the characters beyond ASCII that Typst sources print."""
    found: set[str] = set()
    for source in sources:
        seen = _UNSEEN.sub("", source)
        found.update(seen)
        found.update(chr(int(code, 16)) for code in _ESCAPED.findall(seen))
    return {char for char in found if char > "\x7f" and char.isprintable()}


def missing(found: set[str], settings: str, fonts: typst.Fonts, timestamp: int) -> list[str]:
    """Return those of the characters that no font has, as the compiler sees it. `settings`: the fonts' names."""
    if not found:
        return []
    lines = "\n\n".join(f'#"{char}"' for char in sorted(found))
    source = f'{settings}#set document(title: "glyphs")\n#set text(font: body-fonts)\n{lines}\n'
    try:
        typst.compile(
            source.encode(),
            font_paths=fonts,
            pdf_standards=[_STANDARD],
            timestamp=timestamp,
        )
    except typst.TypstError as error:
        named = {char for text in unprintable(error) for char in text}
        return sorted(named & found)
    return []


def unprintable(error: typst.TypstError) -> list[str]:
    """Return the texts for which a compiler's error misses a glyph; none if it is another error."""
    said = _MISSING.findall(f"{error}\n{error.diagnostic}")  # signs that combine stand in it by their number
    return list(dict.fromkeys(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in said))


def stand_in(char: str) -> str:
    """Return what is printed for a character without a glyph: the name of a sign in brackets, a square for a letter."""
    name = unicodedata.name(char, "")
    if unicodedata.category(char)[0] in "SP" and name:
        return f"[{name.lower()}]"
    return "" if unicodedata.category(char) in ("Mn", "Cf") else "□"


def replaced(source: str, absent: Iterable[str]) -> str:
    """Return Typst source with stand-ins; in it characters beyond ASCII stand in what is printed only."""
    for char in absent:  # in formulas they are escaped
        source = source.replace(f"\\u{{{ord(char):x}}}", literal(stand_in(char)))
    return source.translate({ord(char): stand_in(char) for char in absent})


def drawn(path: Path) -> set[str]:
    """Return the characters beyond ASCII that an SVG image has as text."""
    if path.suffix.lower() != ".svg":
        return set()
    texts = _SVG_TEXT.findall(path.read_text(encoding="utf-8", errors="replace"))
    return {
        char for text in texts for char in html.unescape(_TAG.sub("", text)) if char > "\x7f" and char.isprintable()
    }
