"""The passages in which the search finds words: the text of each section, as a reader sees it.

Sphinx's index knows on which pages a word stands. To show the place it loads the page itself, which a browser does not
do from the disk, and it shows whatever is in there: code, hidden cards. So the text of the written pages, without what
is not read on, stands beside the index in one file that the search page loads (`static/search.js`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from lxml import etree
from sphinx.application import Sphinx

from bookpress import project
from bookpress.effort.remembered import Remembered
from bookpress.words import _

FILE = "searchtexts.js"
_STORE = "passages.json"
_BESIDE = {
    "bp-links", "bp-cite", "cite-entry", "cite-link", "bp-copy", "bp-copied", "bp-card", "cell_input", "highlight",
    "headerlink", "bp-sources", "bp-gallery", "claim-number", "footnote-reference",
}  # fmt: skip
"""Classes of what stands beside the text: links, citations, code, cards that open."""
_SKIPPED = {"script", "style", "svg", "template", "nav", "button", "form", "noscript", "math"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_APART = {"p", "li", "dt", "dd", "td", "th", "tr", "div", "figcaption", "caption", "section", "br", *_HEADINGS}
"""Elements before which a word ends."""

Passage = tuple[str, str, str]
"""Anchor, title and text of a section."""


class _Reader:
    """Collects the passages of one page, from its article; told of elements by lxml, as a target of its parser: half of
    what a page holds is the insides of pictures, through which Python's own parser takes three times as long."""

    def __init__(self) -> None:
        self.found: list[tuple[str, list[str], list[str]]] = []  # anchor, pieces of the title, pieces of the text
        self._open: list[tuple[str, str]] = []  # tag, and what it opened: article, section, heading, skipped or nothing
        self._inside: list[int] = []  # sections around this place, as numbers of `found`
        self._depth = {"article": 0, "section": 0, "heading": 0, "skipped": 0, "": 0}

    def start(self, tag: str, given: Mapping[str, str]) -> None:
        if tag in _APART:
            self.data(" ")
        if tag in _VOID:
            return
        kind = "" if self._depth["skipped"] else self._kind(tag, given)
        if kind == "section":
            self._inside.append(len(self.found))
            self.found.append((given["id"], [], []))
        self._depth[kind] += 1
        self._open.append((tag, kind))

    def _kind(self, tag: str, given: Mapping[str, str]) -> str:
        beside = _BESIDE & set(given.get("class", "").split())
        if tag in _SKIPPED or "hidden" in given or "popover" in given or beside:
            return "skipped"
        if tag == "article" or not self._depth["article"]:
            return tag if tag == "article" else ""
        if tag == "section" and given.get("id"):
            return "section"
        return "heading" if tag in _HEADINGS and self._inside and not self.found[self._inside[-1]][1] else ""

    def end(self, tag: str) -> None:
        if tag in _VOID:
            return
        if tag in _APART:
            self.data(" ")
        while self._open and any(tag == opened for opened, _kind in self._open):
            opened, kind = self._open.pop()
            self._depth[kind] -= 1
            if kind == "section":
                self._inside.pop()
            if opened == tag:
                break

    def data(self, data: str) -> None:
        if self._inside and not self._depth["skipped"]:
            _anchor, title, text = self.found[self._inside[-1]]
            (title if self._depth["heading"] else text).append(data)

    def close(self) -> None:
        """The page is read."""


def passages(page: str) -> list[Passage]:
    """The sections of a written page. page: HTML."""
    reader = _Reader()
    if page.strip():  # of nothing, lxml says that it is no page
        etree.fromstring(page, etree.HTMLParser(target=reader, huge_tree=True))
    read = ((anchor, _plain("".join(title)), _plain("".join(text))) for anchor, title, text in reader.found)
    return [passage for passage in read if passage[1]]


def _plain(text: str) -> str:
    text = re.sub(r"\s+", " ", text.replace("\u00ad", "").replace("\u2060", "")).strip()
    return re.sub(r" (?=[.,;:)])|(?<=\() ", "", text)


def write(app: Sphinx, failed: Exception | None) -> None:
    """Write the passages of all pages beside the index of words."""
    if failed or app.builder.name != "html":
        return
    folder = Path(app.outdir)
    remembered = Remembered(Path(app.doctreedir) / _STORE, __file__)
    written = {name: page for name in sorted(app.env.found_docs) if (page := folder / f"{name}.html").is_file()}
    # what a page loads, as its head says, may have a new checksum
    texts = [project.page(page).rpartition("</head>")[2] for page in written.values()]
    read = dict(zip(written, remembered.values(texts, passages), strict=True))
    remembered.write()
    pages = {docname: found for docname, found in read.items() if found}
    said = {
        "sections": _("Sections"),
        "more": _("%s more"),
        "nothing": _("Nothing found."),
        "found": _("Search finished: %s"),
    }
    text = json.dumps({"words": said, "pages": pages}, ensure_ascii=False, separators=(",", ":"))
    (folder / FILE).write_text(f"Search.setTexts({text});\n", "utf-8")
