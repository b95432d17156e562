"""Typst source from Python strings, so that no text can be read as markup.

Text only ever reaches Typst as a string literal in code mode (``#"...";``). Inside a literal only the backslash and the
double quote mean anything, and both are escaped here.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

ZERO_WIDTH_SPACE = "\u200b"
LONGEST_WORD = 28  # characters a line or a narrow cell can still take without a place to break

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "", "\t": "\\t"}
_CONTROL = re.compile(r'[\\"\n\r\t]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2061-\u2064\ufeff]')
_LONG_WORD = re.compile(rf"[^\s{ZERO_WIDTH_SPACE}]{{{LONGEST_WORD + 1},}}")
_AFTER_PUNCTUATION = re.compile(r"(?<=[/\\?&=._#%+:;,@-])(?=\w)")


def literal(text: str) -> str:
    """Return `text` as a Typst string literal; control characters and invisible operators are dropped."""
    return '"' + _CONTROL.sub(lambda m: _ESCAPES.get(m[0], ""), text) + '"'


def name(text: str) -> str:
    """Return a label or the name of a file as a literal of ASCII only: no stand-in for a glyph may change it."""
    return literal(ascii_name(text))


def ascii_name(text: str) -> str:
    """Return `text` with everything beyond ASCII as its number, so that different names stay different."""
    return re.sub(r"[^\x00-\x7f]", lambda match: f"%{ord(match[0]):x}.", text)


def target(address: str) -> str:
    """Return an internet address as a literal, with what is beyond ASCII in its percent code."""
    return literal(re.sub(r"[^\x00-\x7f]+", lambda match: quote(match[0]), address))


def inline(text: str) -> str:
    """Return `text` as Typst content for a place in markup. Line breaks of the source become spaces."""
    text = re.sub(r"(?<!\s)\s*\n\s*", " ", text)
    return _pieces(breakable(text)) if text else ""


def code(text: str) -> str:
    """Return `text` as inline code, with places to break in long words."""
    return _pieces(breakable(text), "raw")


def address(text: str) -> str:
    """Return an internet address as content that may break after its punctuation."""
    return _pieces(_AFTER_PUNCTUATION.sub(ZERO_WIDTH_SPACE, text))


def _pieces(text: str, function: str = "") -> str:
    """Write text with break marks as literals with empty space between them.

    A line may break at an empty space as at a zero-width one, but copied text and extracted text stay clean.
    """
    out = []
    for piece in text.split(ZERO_WIDTH_SPACE):
        out.append(f"#{function}({literal(piece)});" if function else f"#{literal(piece)};")
        # After an underscore, which counts as part of a word, Typst breaks at a zero-width space only.
        out.append("#sym.zws;" if piece.endswith("_") else "#h(0pt);")
    return "".join(out[:-1])


def boolean(value: object) -> str:
    """Return Typst's spelling of a truth value."""
    return "true" if value else "false"


def array(items: list[str]) -> str:
    """Return already written Typst expressions as one Typst array."""
    return "(" + "".join(f"{item}, " for item in items) + ")"


def breakable(text: str) -> str:
    """Give words longer than `LONGEST_WORD` places to break: after punctuation, else every twelve characters."""

    def split(match: re.Match[str]) -> str:
        word = _AFTER_PUNCTUATION.sub(ZERO_WIDTH_SPACE, match[0])
        pieces = []
        for piece in word.split(ZERO_WIDTH_SPACE):
            step = 12 if len(piece) > LONGEST_WORD else len(piece) or 1
            pieces += [piece[i : i + step] for i in range(0, len(piece), step)]
        return ZERO_WIDTH_SPACE.join(pieces)

    return _LONG_WORD.sub(split, text)


def sort_key(term: str) -> tuple[str, str]:
    """Return a key that orders index terms without regard to case and accents."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", term) if not unicodedata.combining(c))
    return bare.casefold(), term


# Widths of Libertinus Serif in em, by kind of character: near enough to share a page among columns.
_NARROW, _WIDE = set("iljtfrI.,;:'|!()[]’‘· /-"), set("mwMWQ@%—ЖШЩЮФЫжшщюфы")


def width(text: str) -> float:
    """Estimate the width of `text` set in one line, in em of its size."""
    total = 0.0
    for char in text:
        if char in _NARROW:
            total += 0.29
        elif char in _WIDE:
            total += 0.84
        elif char.isdigit():
            total += 0.49
        elif char.isupper():
            total += 0.67
        elif unicodedata.east_asian_width(char) in "WF":
            total += 1.0
        elif char != ZERO_WIDTH_SPACE:
            total += 0.49
    return total


def longest_word_width(text: str) -> float:
    """Estimate the width in em of the widest piece of `text` that a line break cannot divide."""
    return max((width(word) for word in re.split(rf"[\s{ZERO_WIDTH_SPACE}]|(?<=[-/–—])", breakable(text))), default=0.0)
