"""What pages name, of all that they could: files below `_static`, and classes, identifiers and elements of rules.

A page's text is looked through once, and again only when it is another; its head always, because it bears checksums
which are other ones for a page that is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from bookpress.effort.remembered import Remembered
from bookpress.web.styles import rules

Find = Callable[[frozenset[str], str], list[str]]
"""Which of these names a text has."""

_SEPARATORS = bytes(0x20 if chr(sign) in "\t\n\r\"'`<>()[]{}?#&=,;:|\\/" else sign for sign in range(256))
"""For `bytes.translate`: what stands around the name of a file in an address becomes a space."""


def by_pages(pages: Sequence[str], names: Collection[str], find: Find, store: Path) -> set[str]:
    """Which of the names at least one page has. pages: their HTML. store: a file for what was found in their bodies."""
    wanted = frozenset(names)
    asked = sha256("\0".join(sorted(wanted)).encode()).hexdigest()
    bodies = Remembered(store, __file__, rules.__file__, given=asked)
    heads, _ends, texts = zip(*(page.partition("</head>") for page in pages), strict=True) if pages else ((), (), ())
    found = {*find(wanted, "\n".join(heads))}.union(*bodies.values(texts, partial(find, wanted)))
    bodies.write()
    return found


def files(wanted: frozenset[str], text: str) -> list[str]:
    """The files whose names stand in a text as a word, or, if they have spaces or brackets, anywhere in it."""
    content = text.encode()
    there = set(content.translate(_SEPARATORS).split())
    return sorted(name for name in wanted if _is_named(name, there, content))


def _is_named(name: str, there: set[bytes], content: bytes) -> bool:
    sign, quoted = name.encode(), quote(name).encode()
    if len(sign.translate(_SEPARATORS).split()) == 1:
        return sign in there or quoted in there
    return sign in content or quoted in content


def words(wanted: frozenset[str], text: str) -> list[str]:
    """The words of a text, whatever they stand for in it, that are wanted, or are in small letters."""
    there = {word.decode() for word in rules.split(text.encode())}
    return sorted(word for word in there if word in wanted or word.lower() in wanted)


def remove_unnamed(pages: Sequence[str], static: Path, store: Path) -> None:
    """Remove files below static that neither a page nor a script or style sheet in use names.

    pages: the HTML of all. store: a file for what was found in them.
    """
    left = {path for path in static.rglob("*") if path.is_file()}
    found = by_pages(pages, _names(left), files, store)
    while used := {path for path in left if _name(path) in found}:
        left -= used
        texts = "\n".join(path.read_text("utf-8") for path in used if path.suffix in (".css", ".js"))
        found = {*files(frozenset(_names(left)), texts)}
    for path in left:
        path.unlink()
    for folder in sorted((path for path in static.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def _names(paths: Iterable[Path]) -> set[str]:
    return set(map(_name, paths))


def _name(path: Path) -> str:
    """The name by which a file is asked for; a licence goes with the file that it is about."""
    return path.name.removesuffix(".LICENSE.txt")
