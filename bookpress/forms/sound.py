"""Whether a file is a picture that browsers, e-readers and print all draw, and is called what it is."""

from __future__ import annotations

import binascii
import io
from functools import lru_cache
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from sphinx.util.images import parse_data_uri

_ENDINGS = {
    "PNG": {".png"}, "JPEG": {".jpg", ".jpeg", ".jpe"}, "GIF": {".gif"}, "WEBP": {".webp"}, "SVG": {".svg"},
}  # fmt: skip
_NAMESPACE = "{http://www.w3.org/2000/svg}"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_LARGEST = 2**28
"""Pixels: with more, a picture takes more memory than machines that print books have to give."""


def fault_of(path: Path) -> str:
    """Why a file is no picture of the book, in words; nothing if it is one."""
    if path.is_dir():
        return "it is a folder"
    try:
        found = path.stat()
        return _fault_of(path, found.st_mtime_ns, found.st_size)
    except OSError as error:
        return error.strerror or str(error)


@lru_cache(maxsize=4096)
def _fault_of(path: Path, _changed: int, _size: int) -> str:
    return fault(path.name, path.read_bytes())


def fault_of_data(uri: str) -> str:
    """The same for a picture that is written out in its address: ``data:image/png;base64,…``."""
    try:
        data = parse_data_uri(uri)
    except (binascii.Error, ValueError):
        data = None
    if data is None:
        return "its data cannot be decoded"
    ending = data.mimetype.rpartition("/")[2].removesuffix("+xml")
    return fault(f"data.{ending}", data.data)


def fault(name: str, content: bytes) -> str:
    """The same for the content of a file with a name."""
    if not content:
        return "it is empty"
    if content.startswith(b"version https://git-lfs"):
        return "Git LFS has left a pointer in its place: `git lfs pull` brings the picture"
    ending = PurePosixPath(name).suffix.lower()
    head = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if ending == ".svg" or (head.startswith((b"<?xml", b"<svg")) and b"<svg" in head):
        kind, why = "SVG", _drawing(content)
    else:
        kind, why = _raster(content)
    if why or ending in _ENDINGS.get(kind, ()):
        return why
    if kind not in _ENDINGS:
        return f"it is of the kind {kind}, and not PNG, JPEG, GIF, WebP or SVG"
    return f"it is of the kind {kind}, and its name does not end so ({' or '.join(sorted(_ENDINGS[kind]))})"


def _raster(content: bytes) -> tuple[str, str]:
    """The kind of a picture of pixels, and what is wrong with it."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as picture:
            kind, pixels = str(picture.format), picture.width * picture.height
            if kind not in _ENDINGS:
                return kind, ""
            if pixels > _LARGEST:
                return kind, f"it has {pixels:,} pixels, more than {_LARGEST:,}"
            picture.load()
        with Image.open(io.BytesIO(content)) as picture:
            picture.verify()  # the sums of all parts, which nothing asks for that only draws
    except UnidentifiedImageError:
        return "", "it is no picture, or of a kind that nobody can draw"
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        return "", f"it is damaged ({error})"
    return kind, ""


def _drawing(content: bytes) -> str:
    """What is wrong with an SVG."""
    try:
        content.decode("utf-8")
        root = ElementTree.fromstring(content)
    except UnicodeDecodeError:
        return "it is not UTF-8 text"
    except ElementTree.ParseError as error:
        return f"it is no XML ({error})"
    if root.tag == "svg":
        return 'its <svg> lacks xmlns="http://www.w3.org/2000/svg", without which it is not drawn'
    if root.tag != f"{_NAMESPACE}svg":
        return f"it is no SVG: it begins with <{str(root.tag).rpartition('}')[2]}>"
    for element in root.iter(f"{_NAMESPACE}image"):
        address = next((element.get(name, "") for name in _HREFS if element.get(name)), "")
        if not address.startswith(("data:", "#")):
            return f"it shows another file, {address[:100]!r}, which no form of the book loads: put it into the drawing"
    with_others = {id(part) for switch in root.iter(f"{_NAMESPACE}switch") for part in switch.iter()}
    if any(id(part) not in with_others for part in root.iter(f"{_NAMESPACE}foreignObject")):
        return "it holds HTML (<foreignObject>), which neither print nor e-readers draw: save its words as SVG text"
    return ""
