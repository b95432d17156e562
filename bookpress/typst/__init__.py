"""The printed book: a Sphinx builder that writes one Typst project and compiles it to one tagged PDF.

``jupyter-book build . --builder custom --custom-builder typst`` works, and so does Sphinx called with
``buildername="typst"``, sharing its doctrees with the HTML build. The compiler is the ``typst`` wheel: no LaTeX, no
browser and no network. The result conforms to PDF/UA-1 and PDF/A-2a and is byte-identical for identical input.

A glyph that no font has is an error which names the text. The fonts are Libertinus Serif (Latin, Cyrillic, Greek; in
the ``typst`` wheel) and DejaVu (in matplotlib). **Neither has Burmese**: give Burmese names in transliteration, or
add a font file and name its folder in ``typst_font_paths``. Pages are numbered straight through from the title page,
so that the number on paper is the number in the reader's viewer.

Configuration values
--------------------
``vouch_title_page``
    Mapping. ``title``, ``subtitle``, ``authors`` (text or list), ``edition``, ``version``, ``date`` (text),
    ``horizon`` (the evidence horizon), ``licence``, ``address``, ``imprint`` (list of paragraphs for the back of the
    title page), ``description``, ``keywords`` (list). Title and authors default to those of the project.
``typst_output``
    Name of the PDF in the output folder (default ``book.pdf``).
``typst_timestamp``
    Seconds since 1970 for the document's dates; the environment's ``SOURCE_DATE_EPOCH`` goes before it. PDF/A needs
    one of the two.
``typst_show_code``
    Print the code of notebook cells (default: only their outputs).
``typst_external_links``
    What is printed of a link whose text isn't its address: ``"footnote"`` (default) or ``"none"``.
``typst_float_figures``
    Let figures move to the top or the bottom of a page (default true), so that pages are full.
``typst_index_title``
    Title of the index made from index entries outside the glossary (default "Index of actors").
``typst_index_note``
    What is said below that title.
``typst_font_paths``
    Folders with more fonts, relative to the source folder.
``typst_substitutes``
    Mapping of texts in a script without a font to what is printed instead, such as a title to its translation.
``typst_pdf_standards``
    What the compiler checks (default ``["a-2a", "ua-1"]``).

Node classes
------------
``only-dark``, ``vouch-links``, ``html-only`` and the cell tag ``html-only`` are left out; ``pdf-only`` is printed (the
HTML theme has to hide it). Raw nodes of format ``typst`` are passed through. ``landscape`` on a table turns its page;
``vouch-note`` is a small note to the table before it: printed below, or above if the table goes over pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bookpress.typst.builder import TypstBuilder

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

# The order in which a cell output's representations are preferred on paper.
MIME_TYPES = (
    "text/markdown",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/html",
    "text/latex",
    "text/plain",
)


def prefer_printable_outputs(_app: Sphinx, config: Config) -> None:
    """Tell myst-nb which form of an output this builder takes; the same in every build, for doctrees are shared."""
    if "nb_mime_priority_overrides" not in config:
        return
    ranks = [(TypstBuilder.name, mime, rank) for rank, mime in enumerate(MIME_TYPES, 1)]
    config.nb_mime_priority_overrides = [*config.nb_mime_priority_overrides, *ranks]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the builder and its configuration values."""
    app.add_builder(TypstBuilder)
    app.add_config_value("vouch_title_page", {}, "", [dict])
    app.add_config_value("typst_output", "book.pdf", "", [str])
    app.add_config_value("typst_timestamp", None, "", [int, type(None)])
    app.add_config_value("typst_show_code", False, "", [bool])
    app.add_config_value("typst_external_links", "footnote", "", [str])
    app.add_config_value("typst_float_figures", True, "", [bool])
    app.add_config_value("typst_index_title", "Index of actors", "", [str])
    app.add_config_value("typst_index_note", "", "", [str])
    app.add_config_value("typst_font_paths", [], "", [list])
    app.add_config_value("typst_substitutes", {}, "", [dict])
    app.add_config_value("typst_pdf_standards", ["a-2a", "ua-1"], "", [list])
    app.connect("config-inited", prefer_printable_outputs)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
