"""What a reading system is told of the pages, and the archive of both after EPUB OCF 3.3."""

from __future__ import annotations

import calendar
import posixpath
import re
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path, PurePosixPath
from urllib.parse import unquote
from xml.etree import ElementTree

from bookpress.contents import address_parts
from bookpress.epub.tidy import XHTML

_MATHML = "{http://www.w3.org/1998/Math/MathML}math"
_SVG = "{http://www.w3.org/2000/svg}svg"
PICTURES = {
    ".gif": "image/gif", ".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml",
    ".webp": "image/webp",
}  # fmt: skip
"""Pictures that every reading system draws, by ending."""
_MEDIA_TYPES = {".css": "text/css", ".xhtml": "application/xhtml+xml", ".woff2": "font/woff2", **PICTURES}
MOST_LISTED = 15
"""Of a chapter with more sections than this (a data dictionary) the contents list none, as in print."""


@dataclass(frozen=True)
class Page:
    """A written chapter.

    sections: id and title of those below the chapter's; images: addresses in the package; ids: what links may lead to;
    links: addresses that it leads to.
    """

    href: str
    title: str
    kind: str
    sections: list[tuple[str, str]]
    images: set[str]
    has_formulas: bool
    has_drawings: bool
    all_described: bool
    ids: set[str]
    links: set[str]

    @property
    def properties(self) -> str:
        """After EPUB 3.3, D.2."""
        return " ".join([*(["mathml"] if self.has_formulas else []), *(["svg"] if self.has_drawings else [])])


@dataclass(frozen=True)
class Item:
    """An entry of the manifest; properties after EPUB 3.3, D.2."""

    href: str
    properties: str = ""

    @property
    def id(self) -> str:
        """Its name in the package document: two addresses never have the same."""
        return re.sub(r"^[0-9.-]|[^A-Za-z0-9.-]", lambda match: f"_{ord(match[0]):x}_", self.href)

    @property
    def media_type(self) -> str:
        """By the ending of its name."""
        return _MEDIA_TYPES[PurePosixPath(self.href).suffix.lower()]


def read_page(path: Path, href: str, title: str) -> Page:
    """What package and contents say of a page, read from the page: they can name nothing that is not there.

    title: for a page without a heading.
    """
    root = ElementTree.parse(path).getroot()
    outer = root.find(f"{XHTML}body/{XHTML}section")
    assert outer is not None, f"{href} was not written by this builder"
    first = outer.find(f"{XHTML}section")
    inner = [(section.get("id", ""), _heading(section)) for section in outer.findall(f"{XHTML}section/{XHTML}section")]
    sections = [(ident, heading) for ident, heading in inner if ident and heading]
    folder = posixpath.dirname(href)
    pictures = [image for image in root.iter(f"{XHTML}img") if not image.get("src", "").startswith("data:")]
    named = [image for link in root.iter(f"{XHTML}a") if "".join(link.itertext()).strip() for image in _images(link)]
    return Page(
        href=href,
        title=(_heading(first) if first is not None else "") or title,
        kind=outer.get("role", "").removeprefix("doc-"),
        sections=sections if len(sections) <= MOST_LISTED else [],
        images={posixpath.normpath(posixpath.join(folder, unquote(image.get("src", "")))) for image in pictures},
        has_formulas=root.find(f".//{_MATHML}") is not None,
        has_drawings=root.find(f".//{_SVG}") is not None,
        all_described=all(image.get("alt") or image in named for image in root.iter(f"{XHTML}img")),
        ids={element.get("id", "") for element in root.iter()} - {""},
        links={link.get("href", "") for link in root.iter(f"{XHTML}a")} - {""},
    )


def _images(element: ElementTree.Element) -> Iterable[ElementTree.Element]:
    """Pictures in an element; in a link with words, the words name them."""
    return element.iter(f"{XHTML}img")


def _heading(section: ElementTree.Element) -> str:
    """Text of a section's own heading; empty where it has none."""
    found = next((child for child in section if re.fullmatch(r"h[1-6]", child.tag.removeprefix(XHTML))), None)
    return "" if found is None else " ".join("".join(found.itertext()).split())


def dead_links(page: Page, pages: Iterable[Page]) -> set[str]:
    """Addresses on a page that lead to nothing in the package."""
    places = {other.href: other.ids for other in pages}
    dead = set()
    for address in page.links:
        parts = address_parts(address)
        if parts is None:
            dead.add(address)
            continue
        if parts.scheme or parts.netloc:
            continue
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page.href), unquote(parts.path)))
        target = target if parts.path else page.href
        if target not in places or (parts.fragment and unquote(parts.fragment) not in places[target]):
            dead.add(address)
    return dead


def without_links(text: str, dead: set[str]) -> str:
    """A page with the words of dead links, but without their addresses."""
    for address in dead:
        for written in {escape(address), escape(address, quote=False)}:
            text = re.sub(rf"(<a\b[^>]*?) href=([\"']){re.escape(written)}\2", r"\1", text)
    return text


def pack(package: Path, folder: Path, names: list[str], moment: int) -> None:
    """The archive of the files below folder: the media type first and bare, everything with one time."""
    stamp = time.gmtime(max(moment, calendar.timegm((1980, 1, 1, 0, 0, 0))))[:6]  # ZIP knows no time before
    aside = package.with_suffix(".part")
    with zipfile.ZipFile(aside, "w") as archive:
        entries = [("mimetype", b"application/epub+zip", zipfile.ZIP_STORED)]
        entries += [(name, (folder / name).read_bytes(), zipfile.ZIP_DEFLATED) for name in names]
        for name, content, method in entries:
            entry = zipfile.ZipInfo(name, stamp)
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # on every system as on Unix
            archive.writestr(entry, content, method, compresslevel=9)
    aside.replace(package)
