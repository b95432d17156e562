"""The whole book in one file, PDF or EPUB: links that come to light once the file lies beside the pages.

When a page is written nobody knows yet whether there will be a PDF. The page therefore carries its links as comments;
`python -m bookpress.build`, which publishes the files, uncovers those of which the file is there and removes the rest.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from bookpress.contents import up
from bookpress.words import _

KINDS = {"pdf": ("PDF", "application/pdf"), "epub": ("EPUB", "application/epub+zip")}
"""By ending: what a reader calls it, and its media type."""
_COVERED = re.compile(r"<!--bp-whole (\w+) (.*?)-->", re.DOTALL)


class WholeItems(nodes.General, nodes.Element):
    """Items of a list, one for each file that exists."""


def covered(kind: str, html: str) -> str:
    """HTML that shows only where the book has this kind of file; `{name}` and `{size}` in it are those of the file."""
    if "--" in html:
        raise ValueError("a comment ends at two dashes")
    return f"<!--bp-whole {kind} {html}-->"


def uncovered(page: str, files: dict[str, Path]) -> str:
    """A page with the links to these files by kind, and without the others."""

    def shown(found: re.Match[str]) -> str:
        path = files.get(found[1])
        return found[2].replace("{name}", path.name).replace("{size}", size(path.stat().st_size)) if path else ""

    return _COVERED.sub(shown, page)


def size(count: int) -> str:
    """Bytes in words, as a reader of a link wants them."""
    return f"{count / 1e6:.1f} MB" if count >= 95_000 else f"{max(1, round(count / 1000))} kB"


def links(way: str, element: str, lead: str = "") -> str:
    """For each kind a covered `p` or `li` with a link. way: to the book's top folder; lead: words before the kind."""
    lines = []
    for kind, (label, media) in KINDS.items():
        words = f"{escape(lead)} {label}".strip()
        link = f'<a href="{way}{{name}}" download type="{media}">{words} <span>({{size}})</span></a>'
        lines.append(covered(kind, f'<{element} class="bp-whole">{link}</{element}>'))
    return "".join(lines)


def visit_items(self: HTML5Translator, node: WholeItems) -> None:
    self.body.append(links(up(self.builder.current_docname), "li"))
    raise nodes.SkipNode


def add_to_foot(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Both files at the foot of every page: in the theme's own place for it, else at the end of the text."""
    if app.builder.format != "html":
        return
    foot = links(up(pagename), "p", _("The whole book as"))
    if app.config.html_theme == "sphinx_book_theme":
        context["theme_extra_footer"] = context.get("theme_extra_footer", "") + foot
    elif context.get("body"):
        context["body"] += foot
