"""The book's own typefaces: cut down to the characters that its pages use, served beside them, the same on every
machine.

Setting ``web_fonts``: for each of ``text``, ``sans`` and ``mono`` a list of font files (TrueType or OpenType, from
the folder of the configuration), one for each weight and slant; their names, weights and slants are read from them.
Pages then have the custom properties ``--bp-font-text``, ``--bp-font-sans`` and ``--bp-font-mono``. While a file is
on its way, a typeface of the system stands in, scaled to the same width and line: nothing moves when it comes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from bookpress.fonts import FOLDER, Face, FontError, cuts, used

STYLE = "fonts.css"
ROLES = ("text", "sans", "mono")
_STAND_INS = {
    "text": ("Times New Roman", "Liberation Serif", "Tinos"),
    "sans": ("Arial", "Liberation Sans", "Arimo", "Helvetica"),
    "mono": ("Courier New", "Liberation Mono", "Cousine"),
}
"""Families of the system with the same widths, by role."""
_MEAN = {"text": 0.4001, "sans": 0.4411, "mono": 0.6}
"""Mean width of a character of English in these, in em."""
_GENERIC = {"text": "serif", "sans": "sans-serif", "mono": "monospace"}
_OFTEN = dict(zip(" etaoinshrdlucmfwypvbgkxqjz", (
    18.0, 10.2, 7.5, 6.5, 6.2, 5.7, 5.7, 5.3, 5.0, 5.0, 3.5, 3.3, 2.3, 2.2, 2.1, 1.8, 1.8, 1.6, 1.6, 1.2, 0.8, 1.6, 0.6,
    0.2, 0.1, 0.1, 0.1,
), strict=True))  # fmt: skip


def faces(app: Sphinx) -> dict[str, list[Face]]:
    """Those of the configuration, by role; none where it names none."""
    given = app.config.web_fonts
    if unknown := set(given) - set(ROLES):
        raise FontError(f"web_fonts: {', '.join(sorted(unknown))} is none of {', '.join(ROLES)}")
    return {role: [Face(Path(app.confdir) / name) for name in given[role]] for role in ROLES if given.get(role)}


def style(found: dict[str, list[Face]]) -> str:
    """The style sheet of these faces."""
    lines = [face.rule for role in found for face in found[role]]
    lines += [stand_in(role, found[role][0]) for role in found]
    names = (f"--bp-font-{role}:{families(role, found[role][0])}" for role in found)
    return "\n".join([*lines, f":root{{{';'.join(names)}}}"]) + "\n"


def families(role: str, face: Face) -> str:
    """The family, what stands in for it, and the generic one."""
    return f'"{face.family}","{face.family} stand-in",{_GENERIC[role]}'


def stand_in(role: str, face: Face) -> str:
    """A typeface of the system, scaled to this one's width and line."""
    glyphs, widths, unit = face.font.getBestCmap(), face.font["hmtx"], face.font["head"].unitsPerEm
    mean = sum(widths[glyphs[ord(sign)]][0] * share for sign, share in _OFTEN.items()) / sum(_OFTEN.values()) / unit
    scale = mean / _MEAN[role]
    line = face.font["hhea"]
    sizes = {"ascent": line.ascent, "descent": -line.descent, "line-gap": line.lineGap}
    overrides = ";".join(f"{name}-override:{100 * size / unit / scale:.1f}%" for name, size in sizes.items())
    local = ",".join(f'local("{name}")' for name in _STAND_INS[role])
    return f'@font-face{{font-family:"{face.family} stand-in";src:{local};size-adjust:{100 * scale:.1f}%;{overrides}}}'


def write_style(app: Sphinx, env: Any) -> None:
    """Write the style sheet before the pages, whose links to it have its checksum."""
    if app.builder.format == "html" and app.config.web_fonts:
        static = Path(app.outdir) / "_static"
        static.mkdir(parents=True, exist_ok=True)
        (static / STYLE).write_text(style(faces(app)), "utf-8")


def write_files(app: Sphinx, failed: Exception | None) -> None:
    """Write the files when all pages are there, and remove those that are no longer wanted."""
    if failed or app.builder.format != "html" or not app.config.web_fonts:
        return
    site = Path(app.outdir)
    folder = site / "_static" / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    every = [face for role in faces(app).values() for face in role]
    wanted = dict(cuts(every, used(sorted(site.rglob("*.html"))), Path(app.doctreedir) / FOLDER))
    for stale in set(folder.glob("*.woff2")) - {folder / name for name in wanted}:
        stale.unlink()
    for name, content in wanted.items():
        (folder / name).write_bytes(content)


def add_early(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Ask for the first face of words and of headings before the style sheet does."""
    found = faces(app)
    context["early_fonts"] = [f"_static/{FOLDER}/{found[role][0].file}" for role in ("text", "sans") if role in found]


def add_style(app: Sphinx) -> None:
    """Link the style sheet from every page."""
    if app.config.web_fonts:
        app.add_css_file(STYLE, priority=700)
