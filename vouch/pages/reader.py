"""What the report adds to its EPUB: styles for its marks, and where the title page says that other files are."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from bookpress.metadata import book

STYLES = Path(__file__).with_name("static") / "epub.css"
NOTE = (
    "This e-book has the text, the figures and the tables of the edition and needs no network. "
    "The line under a figure or\ntable names the file with its data: "
    "it lies beside the pages of the web book{address} and, under <code>book/html/</code>, in the archive\n"
    "of the edition, as do the executed notebooks, the explorer that can be filtered, "
    "and the description of every column."
)


def add_to_epub(app: Sphinx, config: Config) -> None:
    """Put styles and note before what the configuration names."""
    if "epub_extra_styles" not in config:
        return
    given = config.epub_extra_styles
    config.epub_extra_styles = [str(STYLES), *([given] if isinstance(given, str) else given)]
    url = escape(book(app).url)
    config.epub_title_note = NOTE.format(address=f' (<a href="{url}">{url}</a>)' if url else "")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", add_to_epub)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
