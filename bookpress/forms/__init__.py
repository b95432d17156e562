"""What not every form of the book can show, told and replaced alike in HTML, PDF and EPUB.

Here: transforms of pages before a form is written, alike for all forms. Not here: what one form alone cannot show.

* A picture without alternative text is told, with its line. One on the network is told, and its words stay as a link:
  no build asks anybody, and no page loads what is not the book's. One whose file is damaged, or of another kind than
  its name says, is told, and its words stay.
* A page without a heading has the title that the contents give it; one that has none is told.
* An output that needs a script (a widget, an interactive chart) stands in the static form that came with it, a picture
  or text, and a line says so. One that has none is told. Scripts, frames and films in raw HTML are told too.
* Equations that Markdown has taken for text are told, and raw text for a form that nobody makes here.
* A fence that is never closed is told: the rest of the page would stand in a box, or as code.
* Directives that the theme of the web book brings are known in every form.
* What begins in a script that runs from right to left does so, block by block.

Warnings have the type ``bookpress`` and the subtypes ``image``, ``output``, ``html``, ``heading``, ``fence``
and ``maths``.
"""

from __future__ import annotations

import logging

from sphinx.application import Sphinx
from sphinx.util.logging import NAMESPACE

from bookpress.forms import theme
from bookpress.forms.html import RawHtml
from bookpress.forms.outputs import StaticOutputs, Terminals
from bookpress.forms.pictures import NamedAsAuthorsDo, Pictures
from bookpress.forms.places import is_watched, place
from bookpress.forms.source import OpenFences
from bookpress.forms.text import RTL, Directions, Headings, LooseEquations
from bookpress.kept import kept

__all__ = ["RTL", "place", "watch"]


def watch(app: Sphinx, builder: str) -> None:
    """Tell and replace in what a builder (by its name, or `html` for all that write HTML) makes."""
    kept(app, "watched", set[str]).add(builder)
    registered = app.registry.post_transforms
    for transform in (OpenFences, StaticOutputs, RawHtml, Headings, Pictures, LooseEquations, Directions, Terminals):
        if transform not in registered:
            app.add_post_transform(transform)
    if NamedAsAuthorsDo not in app.registry.transforms:
        app.add_transform(NamedAsAuthorsDo)
        app.connect("builder-inited", _told_here)
        app.connect("builder-inited", theme.directives)


def _told_here(app: Sphinx) -> None:
    """Of a page without a heading `Headings` tells once, at its place. Sphinx tells again for each list that has the
    page, at the place of the list, and only in HTML: its telling is left out, where this one is heard. Not by
    `suppress_warnings`: settings that differ from those of the last build make Sphinx read every page again."""
    if is_watched(app):
        for handler in logging.getLogger(NAMESPACE).handlers:  # made anew for each build
            handler.filters.insert(0, _is_news)


def _is_news(record: logging.LogRecord) -> bool:
    return (getattr(record, "type", ""), getattr(record, "subtype", "")) != ("toc", "no_title")
