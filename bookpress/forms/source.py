"""What can be seen in the source of a page alone: a fence that is never closed."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx import addnodes

from bookpress.contents import source_text
from bookpress.forms.places import LOGGER, Watched

_FENCE = re.compile(r"[ ]{0,3}(?P<fence>`{3,}|~{3,}|:{3,})(?P<rest>.*)")


class OpenFences(Watched):
    """Fences that are never closed: the rest of the page has become a part of them, and nobody else says so."""

    default_priority = 1

    def apply_to_book(self) -> None:
        colons = "colon_fence" in (getattr(self.config, "myst_enable_extensions", None) or ())
        for page in [self.document, *self.document.findall(addnodes.start_of_file)]:
            path = Path(self.env.doc2path(self.page_of(page)))
            text = source_text(path) if path.suffix == ".md" and path.is_file() else ""
            for line, opened in open_fences(text, colons=colons) if _may_be_open(text) else ():
                LOGGER.warning(
                    "the fence %s is never closed: the rest of the page is taken for a part of it", opened,
                    location=f"{path}:{line}", type="bookpress", subtype="fence",
                )  # fmt: skip


def _may_be_open(text: str) -> bool:
    """Whether a look at single lines finds a fence open at the end of a page: most pages need no second look."""
    opened = ""
    for match in map(_FENCE.fullmatch, text.splitlines()):
        if match is None:
            continue
        if not opened:
            opened = match["fence"]
        elif match["fence"].startswith(opened) and not match["rest"].strip():
            opened = ""
    return bool(opened)


def open_fences(text: str, *, colons: bool = True) -> list[tuple[int, str]]:
    """Line and first words of each fence of a page of Markdown that its end closes, and nothing before."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.colon_fence import colon_fence_plugin
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser = MarkdownIt("commonmark").use(front_matter_plugin)
    if colons:
        parser.use(colon_fence_plugin)
    lines = text.splitlines()
    found = []
    for token in parser.parse(text):
        if token.type not in ("fence", "colon_fence") or not token.map:
            continue
        first, end = token.map
        last = lines[end - 1].strip(" >") if end - 1 > first else ""
        closed = last.startswith(token.markup) and not last.strip(token.markup[0])
        if not closed and not any(line.strip() for line in lines[end:]):
            found.append((first + 1, repr(lines[first].strip()[:60])))
    return found
