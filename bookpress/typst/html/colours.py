"""Colours as style sheets write them, for Typst."""

from __future__ import annotations

import re

from PIL import ImageColor

_OPAQUE = re.compile(r"^((?:rgb|hsl)a?\((?:[^,/]+,){2}[^,/]+)[,/]\s*(?:1(?:\.0*)?|100%)\s*\)$")


def colour(text: str) -> str:
    """A colour as `#rrggbb`: names, numbers, rgb() and hsl(). Nothing for one that is not opaque or not known."""
    text = re.sub(r"(?<=[\d%])\s+(?=\d)", ",", text.replace("!important", "").strip().lower())
    text = re.sub(r"^(rgb|hsl)a(?=\()", r"\1", _OPAQUE.sub(r"\1)", text))
    try:
        red, green, blue, *alpha = ImageColor.getrgb(text)
    except ValueError:
        return ""
    return "" if alpha and alpha[0] < 255 else f"#{red:02x}{green:02x}{blue:02x}"
