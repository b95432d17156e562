"""The book's own typefaces, served by the book itself: the same on every machine, and nothing moves when they come.

Setting ``web_fonts``: for each of ``text``, ``sans`` and ``mono`` a list of font files (TrueType or OpenType, from
the folder of the configuration), one for each weight and slant; their names, weights and slants are read from them.
A further family in a list has the letters that the first lacks, of another script.
Pages then have the custom properties ``--bp-font-text``, ``--bp-font-sans`` and ``--bp-font-mono``.

What the first lines of a page are set in stands in the style sheet, with the characters of western languages that many
pages have: faces of ``text`` but for the bold italic, upright faces of ``sans``. A page is set in them when it is first
painted. Their other characters and the other faces are files that a page fetches if it has any of it, cut down to what
the book uses; while they are on their way a typeface of the system stands in, scaled to the same width and line.
"""

from __future__ import annotations

import re
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path

from sphinx.application import Sphinx

from bookpress import fonts, project
from bookpress.effort.remembered import Remembered
from bookpress.fonts import FOLDER, Face, FontError, css_range, cuts, often
from bookpress.web.theme import THEME

STYLE = "fonts.css"
_STORE = "characters.json"
ROLES = ("text", "sans", "mono")
_BOLD = 550
_STAND_INS: dict[str, tuple[tuple[float, tuple[str, ...]], ...]] = {
    "text": (
        (0.4001, ("Times New Roman", "Liberation Serif", "Tinos")),
        (0.4789, ("Noto Serif",)),
        (0.5118, ("DejaVu Serif",)),
    ),
    "sans": (
        (0.4411, ("Arial", "Liberation Sans", "Arimo", "Helvetica")),
        (0.4425, ("Roboto",)),
        (0.5066, ("DejaVu Sans",)),
    ),
    "mono": ((0.6, ("Courier New", "Liberation Mono", "Cousine")), (0.602, ("DejaVu Sans Mono",))),
}  # fmt: skip
"""Families of the system after the mean width of a character of English in them, in em."""
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


def style(found: dict[str, list[Face]], store: Path, inside: set[str]) -> str:
    """The style sheet of these faces. store: a folder where what was cut once is kept; inside: the characters that are
    to stand in the sheet."""
    lines = [
        line for role in found for face in found[role] for line in _rules(role, face, found[role][0], store, inside)
    ]
    for role, given in found.items():
        first = [face for face in given if face.family == given[0].family]
        for slant in dict.fromkeys(face.style for face in first):
            lines += stand_ins(role, next(face for face in first if face.style == slant))
    names = (f"--bp-font-{role}:{families(role, found[role])}" for role in found)
    return "\n".join([*lines, f":root{{{';'.join(names)}}}"]) + "\n"


def embedded(role: str, face: Face, first: Face) -> bool:
    """Whether a face stands in the style sheet: what the first lines of a page are set in. first: of the role."""
    if face.family != first.family:
        return False
    return face.upright if role == "sans" else role == "text" and (face.upright or face.weight < _BOLD)


def _rules(role: str, face: Face, first: Face, store: Path, inside: set[str]) -> Iterator[str]:
    if embedded(role, face, first):
        ((_, content),) = cuts([(face, inside)], store)
        yield face.rule(f"data:font/woff2;base64,{b64encode(content).decode()}")
        yield face.rule(characters=css_range(face.characters - inside))
    elif face.family != first.family:
        yield face.rule(characters=css_range(face.characters - first.characters))
    else:
        yield face.rule()


def families(role: str, given: list[Face]) -> str:
    """The families of a role, what stands in for the first, and the generic one."""
    others = (f'"{given[0].family} stand-in {number}"' for number, _ in enumerate(_STAND_INS[role], 1))
    return ",".join([*dict.fromkeys(f'"{face.family}"' for face in given), *others, _GENERIC[role]])


def stand_ins(role: str, face: Face) -> Iterator[str]:
    """Typefaces of the system, scaled to this one's width and line."""
    glyphs, widths, unit = face.font.getBestCmap(), face.font["hmtx"], face.font["head"].unitsPerEm
    own = sum(widths[glyphs[ord(sign)]][0] * share for sign, share in _OFTEN.items()) / sum(_OFTEN.values()) / unit
    line = face.font["hhea"]
    sizes = {"ascent": line.ascent, "descent": -line.descent, "line-gap": line.lineGap}
    for number, (mean, names) in enumerate(_STAND_INS[role], 1):
        scale = own / mean
        overrides = ";".join(f"{name}-override:{100 * size / unit / scale:.1f}%" for name, size in sizes.items())
        local = ",".join(f'local("{name}")' for name in names)
        yield (
            f'@font-face{{font-family:"{face.family} stand-in {number}";font-style:{face.style};src:{local};'
            f"size-adjust:{100 * scale:.1f}%;{overrides}}}"
        )


def write_files(app: Sphinx, failed: Exception | None) -> None:
    """Write style sheet and files when all pages are there, and remove those that are no longer wanted. Sphinx writes
    the links to a sheet that is not there yet."""
    if failed or app.builder.format != "html" or not app.config.web_fonts:
        return
    site = Path(app.outdir)
    folder = site / "_static" / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    store, pages = Path(app.doctreedir) / FOLDER, pages_of(site)
    remembered = Remembered(Path(app.doctreedir) / _STORE, fonts.__file__)
    shown = [project.page(page).rpartition("</head>")[2] for page in pages]
    texts = [set(signs) for signs in remembered.values(shown, _signs)]
    remembered.write()
    characters, inside = set().union(*texts), often(texts)
    files: list[tuple[Face, set[str]]] = []
    in_sheet: list[tuple[Face, set[str]]] = []
    for role, found in faces(app).items():
        for face in found:
            first = found[0]
            rest = characters - inside if embedded(role, face, first) else characters
            files.append((face, (rest if face.family == first.family else rest - first.characters) & face.characters))
            in_sheet += [(face, inside)] if embedded(role, face, first) else []
    made = list(cuts([*files, *in_sheet], store))  # all at once, since that can be shared
    wanted = {face.file: content for face, content in made[: len(files)]}
    for stale in set(folder.glob("*.woff2")) - {folder / name for name in wanted}:
        stale.unlink()
    for name, content in wanted.items():
        (folder / name).write_bytes(content)
    sheet = style(faces(app), store, inside).encode()
    (site / "_static" / STYLE).write_bytes(sheet)
    if app.config.html_theme != THEME:  # else it goes into the one that all pages load
        mark_edition(pages, STYLE, sheet)


def _signs(page: str) -> str:
    return "".join(sorted(fonts.characters(page)))


def pages_of(site: Path) -> list[Path]:
    """The pages of the book: not the templates among a theme's static files."""
    return sorted(path for path in site.rglob("*.html") if site / "_static" not in path.parents)


def mark_edition(pages: Iterable[Path], name: str, content: bytes) -> None:
    """Give the links of pages to a style sheet the checksum that it has now, by which browsers know it is another."""
    link = re.compile(rf'(<link [^>]*href="[^"]*_static/{re.escape(name)})(?:\?v=[0-9a-f]+)?"')
    edition = f'?v={zlib.crc32(content):08x}"'
    for page in pages:
        text = project.page(page)
        if (marked := link.sub(lambda found: found[1] + edition, text)) != text:
            project.replace(page, marked)


def add_style(app: Sphinx) -> None:
    """Link the style sheet from every page."""
    if app.config.web_fonts:
        app.add_css_file(STYLE, priority=700)
