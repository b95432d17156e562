"""The sidebar of sphinx-book-theme: the files of the whole book, and parts that are folded until they are wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from html import escape
from typing import Any

from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from bookpress.contents import up
from bookpress.front.wholes import links


def folded(navigation: str, parts: list[str]) -> str:
    """HTML of the contents, the named parts in a disclosure; open where the page shown is one of theirs.

    A part is a caption and the list that follows it.
    """
    soup = BeautifulSoup(navigation, "html.parser")
    for caption in soup.select("p.caption"):
        chapters = caption.find_next_sibling()
        if caption.get_text(strip=True) not in parts or chapters is None or chapters.name != "ul":
            continue
        disclosure = soup.new_tag("details", attrs={"class": "bp-part"})
        if chapters.select_one(".current"):
            disclosure["open"] = ""
        summary = soup.new_tag("summary", attrs={"class": "caption"})
        summary.string = caption.get_text(strip=True)
        caption.replace_with(disclosure)
        disclosure.extend([summary, chapters.extract()])
    return str(soup)


def add_navigation(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """What `templates/sbt-sidebar-nav.html` calls."""
    if app.builder.format == "html" and app.config.html_theme == "sphinx_book_theme":
        pages = (
            f'<li><a href="{context["pathto"](docname)}">{escape(label)}</a></li>'
            for label, docname in app.config.front_pages.items()
            if docname in app.env.found_docs
        )
        context["front_files"] = links(up(pagename), "li") + "".join(pages)
        # The theme makes each part of a page twice: first to see whether there is anything in it.
        context["front_folded"] = cache(lambda made: cache(partial(_folded_by, made, app.config.front_folded_parts)))


def _folded_by(made: Callable[..., Any], parts: list[str], **how: Any) -> str:
    """What the theme makes of the contents, folded."""
    return folded(str(made(**how)), parts)
