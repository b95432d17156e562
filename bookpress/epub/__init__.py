"""Makes the book for e-readers and telephones: Sphinx's EPUB builder, for a light, valid and repeatable EPUB 3.3.

Here: the builder, the package, XHTML out of anybody's HTML, title page and cover. Not here: what the pages say.

Name ``bookpress.epub`` among the extensions, then ``jupyter-book build . --builder custom --custom-builder epub`` or
``sphinx-build -b epub . _build/epub``. Title, authors and edition come from `CITATION.cff`, else from Sphinx's
configuration.

Left to Sphinx: reading, references, numbers, and the translation of nodes to XHTML. Done here, because Sphinx 7.4's own
package carries the theme's styles and scripts, the time of day and no description for readers who do not see:

* Pages are written by a template of their own; one style sheet, which leaves colours and fonts to the reader.
* Raw HTML (a DataFrame's style, tags left open, comments) becomes valid XHTML; what no e-reader shows is told and left.
* A drawing brings its white ground with it, so that it can be read at night.
* Formulas are MathML, whatever renders them in the web book.
* What has the class ``epub`` beside ``html-only`` is kept: what is too long for paper, but needs no script. The line
  under a figure or table of `bookpress.cells` says which file of the web book holds its data.
* A table stands under its caption in a box that scrolls; header cells have a scope. On a telephone a wide table of
  words is a list of its rows, one of numbers keeps its form (`bookpress.tables`).
* Package document, navigation with the parts of the book, title page and cover come from `bookpress.metadata`. The
  cover is drawn by the `typst` wheel; where that is not installed there is none.
* The archive holds what the pages name, in one order and with one time: ``SOURCE_DATE_EPOCH``, else the edition's day.

Settings
--------
``epub_show_code`` (default true)
    Keep the code of notebook cells, or only their outputs.
``epub_fonts`` (default ``[]``)
    Font files that are packed, cut down to what the pages use: for drawings, whose words must fit. The text is set in
    what the reader likes.
``epub_omit_classes`` (default ``["only-dark", "html-only", "tag_html-only"]``)
    Nodes with one of these classes are for the web book only.
``epub_title_facts`` (default: the facts of ``typst_title_page``, if the book sets any)
    Mapping or list of pairs, label to text, for the title page: they follow edition and date.
``epub_title_note`` (default ``""``)
    A paragraph for the title page, as HTML.
``epub_rights`` (default: the licences of `CITATION.cff`, else the copyright)
    What others may do with the book.
``epub_accessibility_summary`` (default: what holds of every book)
    What the package says of its accessibility.
``epub_cover_picture`` (default: ``typst_cover``, if the book sets any)
    A picture for the cover, relative to the source folder: light on a transparent ground.
``epub_extra_styles`` (default ``[]``)
    Files of CSS, relative to the source folder, that follow the builder's own.

Of Sphinx's settings, ``epub_description``, ``epub_publisher``, ``epub_copyright`` and ``epub_show_urls`` count.

Warnings have the type ``epub`` and a subtype for ``suppress_warnings``: ``image`` (not in the book: on the network, or
of a kind that e-readers do not draw), ``html`` (raw HTML that no e-reader shows), ``link`` (to nothing in the e-book).
A formula that cannot be read stands as its source: type ``bookpress``, subtype ``maths``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Put the builder in the place of Sphinx's."""
    from bookpress.epub.builder import EpubBuilder
    from bookpress.epub.transform import OnTheReader
    from bookpress.forms import watch
    from bookpress.mathml import add_renderer
    from bookpress.words import add_catalogue

    app.add_builder(EpubBuilder, override=True)
    app.add_post_transform(OnTheReader)
    app.add_config_value("epub_show_code", True, "epub", [bool])
    app.add_config_value("epub_fonts", [], "epub", [list, tuple])
    app.add_config_value("epub_omit_classes", ["only-dark", "html-only", "tag_html-only"], "epub", [list, tuple])
    app.add_config_value("epub_title_facts", None, "epub", [dict, list, tuple, type(None)])
    app.add_config_value("epub_title_note", "", "epub", [str])
    app.add_config_value("epub_rights", "", "epub", [str])
    app.add_config_value("epub_accessibility_summary", "", "epub", [str])
    app.add_config_value("epub_cover_picture", "", "epub", [str])
    app.add_config_value("epub_extra_styles", [], "epub", [str, list, tuple])
    add_catalogue(app)
    add_renderer(app)
    watch(app, EpubBuilder.name)
    return {"version": "2", "parallel_read_safe": True, "parallel_write_safe": True}
