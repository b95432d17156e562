"""Raw HTML: its pictures, and what no form of the book runs or loads; raw text of other formats."""

from __future__ import annotations

import posixpath
import re
from functools import partial
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote, unquote

from docutils import nodes

from bookpress.contents import up
from bookpress.forms.outputs import SCRIPT, without_scripts
from bookpress.forms.places import Watched
from bookpress.forms.sound import fault_of, fault_of_data

_PLAYED = re.compile(
    r"<(?P<tag>iframe|video|audio|object|embed)\b(?P<rest>[^>]*)>(?:(?P<inside>.*?)</(?P=tag)\s*>)?",
    re.DOTALL | re.IGNORECASE,
)
_SOURCE = re.compile(r"\b(?:src|data)\s*=\s*[\"']?([^\"'\s>]+)")
_IMAGE = re.compile(r"<img\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\s([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_SHOWN = {"html", "typst"}
"""Formats of raw text that a form of the book has: the second is for print alone."""


class RawHtml(Watched):
    """Pictures in raw HTML; and scripts, frames and films, which no page of the book runs or loads."""

    default_priority = 4

    def apply_to_book(self) -> None:
        for raw in list(self.document.findall(nodes.raw)):
            html = raw.astext()
            if not _SHOWN & {*raw.get("format", "").split()}:
                self._in_no_form(raw)
            if "html" not in raw.get("format", "").split():
                continue
            shown = _IMAGE.sub(partial(self._image, raw), html)
            if shown != html:
                html = shown
                raw.children, raw.rawsource = [nodes.Text(html)], html
            played = [match["tag"].lower() for match in _PLAYED.finditer(html)]
            lost = sorted({*played, *(["script"] if SCRIPT.search(html) else [])})
            if not lost:
                continue
            self.tell("html", raw, "<%s> in raw HTML: no form of the book runs or loads it", ">, <".join(lost))
            shown = _PLAYED.sub(_link, without_scripts(html))
            if shown.strip():
                raw.replace_self(nodes.raw(raw.rawsource, shown, format="html"))
            else:
                raw.parent.remove(raw)

    def _in_no_form(self, raw: nodes.raw) -> None:
        """What is written for a form that nobody makes here is told, unless HTML for the same stands beside it."""
        at = raw.parent.index(raw)
        beside = raw.parent.children[max(at - 1, 0) : at + 2]
        if not any(isinstance(node, nodes.raw) and "html" in node.get("format", "").split() for node in beside):
            self.tell("html", raw, "raw text for %r is in no form of the book", raw.get("format", ""))

    def _image(self, raw: nodes.raw, match: re.Match[str]) -> str:
        """A picture that raw HTML names: described, in the book, and taken along for the web book."""
        tag = match[0]
        said = {name.lower(): first or second or bare for name, first, second, bare in _ATTRIBUTE.findall(tag)}
        given, words = unescape(said.get("src", "")), said.get("alt", "").strip()
        if not words:
            self.tell("image", raw, "image %r has no text alternative", given[:100])
        if re.match(r"https?://|//", given):
            self.tell("image", raw, "image %r is on the network and not in the book: save it beside the page", given)
            return f'<a href="{escape(given)}">{words or escape(given)}</a>'
        if given.startswith("data:") and (why := fault_of_data(given)):
            return self._not_drawn(raw, given, words, why)
        if re.match(r"[A-Za-z][\w+.-]*:", given):
            return tag
        docname = self.page_of(raw)
        folder = "" if given.startswith("/") else posixpath.dirname(docname)
        inside = posixpath.normpath(posixpath.join(folder, unquote(given).split("?")[0].lstrip("/")))
        if inside.startswith("../") or not (Path(self.app.srcdir) / inside).is_file():
            self.tell("image", raw, "image %r is not there", given)
            return f"<span>{words}</span>"
        if why := fault_of(Path(self.app.srcdir) / inside):
            return self._not_drawn(raw, given, words, why)
        if self.app.builder.format != "html":
            return _with_source(tag, quote(posixpath.relpath(inside, posixpath.dirname(docname))))
        images, known = self.app.builder.images, self.app.env.images
        # The pages of a book may be written by several processes: the name must not depend on what the others do.
        own = f"{sha256(inside.encode()).hexdigest()[:8]}-{posixpath.basename(inside)}"
        images[inside] = known[inside][1] if inside in known else own
        address = f"{up(docname)}{self.app.builder.__dict__.get('imagedir', '_images')}/{quote(images[inside])}"
        return _with_source(tag, address)

    def _not_drawn(self, raw: nodes.raw, given: str, words: str, why: str) -> str:
        self.tell("image", raw, "image %r cannot be drawn: %s", given[:100], why)
        return f"<span>{words}</span>"


def _with_source(tag: str, address: str) -> str:
    return re.sub(r"(\ssrc\s*=\s*)(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", rf'\g<1>"{address}"', tag, count=1)


def _link(match: re.Match[str]) -> str:
    """What stands in the place of a frame or film: its address, as far as that is one for everybody, and its words."""
    address = _SOURCE.search(match["rest"]) or _SOURCE.search(match["inside"] or "")
    words = match["inside"] or ""
    if address and address[1].startswith(("https://", "http://")):
        return f'<p><a href="{address[1]}">{address[1]}</a></p>{words}'
    return words
