"""The gallery on the web: one grid of all figures, and a row of buttons that leaves one chapter's.

The buttons are a choice of a form that styles alone obey (`static/gallery.css`): the filter needs no script and works
from the disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

from docutils import nodes

from bookpress.words import _

_PICTURE = re.compile(r'<img\b[^>]*?\bsrc="([^"]+\.svg)"')
_SIZE = re.compile(r'<svg[^>]*?\bviewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"')
MOST = 30
"""Chapters that the styles can tell apart; the figures of those after them are shown with `All` alone."""


def masonry(chapters: Iterable[tuple[str, list[nodes.list_item]]]) -> nodes.container:
    """The grid. chapters: title, and a list item for each figure."""
    titles: list[str] = []
    cards: list[nodes.list_item] = []
    for place, (title, figures) in enumerate(chapters, 1):
        titles.append(title)
        for figure in figures:
            figure["classes"].append(f"of-{place}")
            cards.append(figure)
    choice = nodes.raw("", _choice(titles[:MOST]), format="html")
    return nodes.container("", choice, nodes.bullet_list("", *cards), classes=["bp-gallery"])


def sized(body: str, files: dict[str, Path]) -> str:
    """HTML of a page whose pictures keep their place while they load. files: SVG files by the name in their address."""

    def with_size(found: re.Match[str]) -> str:
        path = files.get(found[1].rpartition("/")[2])
        size = _SIZE.search(path.read_text("utf-8")[:2000]) if path else None
        return f'{found[0]} width="{float(size[1]):.0f}" height="{float(size[2]):.0f}"' if size else found[0]

    return _PICTURE.sub(with_size, body)


def _choice(titles: list[str]) -> str:
    """Radio buttons, of which the first shows everything."""
    buttons = [
        f'<label><input type="radio" name="chapter" class="show-{place}"{" checked" if not place else ""}> '
        f"<span>{escape(title)}</span></label>"
        for place, title in enumerate([_("All chapters"), *titles])
    ]
    legend = escape(_("Figures of"))
    return f'<form class="bp-choice"><fieldset><legend>{legend}</legend>{"".join(buttons)}</fieldset></form>'
