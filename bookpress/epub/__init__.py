"""The book for e-readers and telephones: Sphinx's EPUB builder, made to give a light, valid and repeatable EPUB 3.3.

``jupyter-book build . --builder custom --custom-builder epub`` works, and so does Sphinx called with
``buildername="epub"``, sharing its doctrees with the HTML build.

Left to Sphinx: reading, references, numbers, and the translation of nodes to XHTML. Done here, because Sphinx 7.4's own
package carries the theme's styles and scripts, the time of day and no description for readers who do not see:

* Pages are written by a template of their own; one style sheet, which leaves colours and fonts to the reader.
* The text is that of the printed book: no code, no controls, the light form of each figure. What has the class
  ``epub`` beside ``html-only`` is kept, such as the explorer's list of events. The line under a figure or table says
  which CSV file of the web book holds its data.
* A table stands under its caption in a box that scrolls; header cells have a scope. On a telephone a wide table of
  words is a list of its rows.
* Package document, navigation with the parts of the book, title page and cover come from `bookpress.metadata`.
* The archive holds what the pages name, in one order and with one time: ``SOURCE_DATE_EPOCH``, else the edition's day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bookpress.epub.builder import EpubBuilder, OnTheReader

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Put the builder in the place of Sphinx's."""
    app.add_builder(EpubBuilder, override=True)
    app.add_post_transform(OnTheReader)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
