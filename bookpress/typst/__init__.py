"""The printed book: a Sphinx builder that writes one Typst project and compiles it to one tagged PDF.

Here: the builder, paper and type, tables, formulas, glyphs; `rules` has what becomes of each node. Not here: what one
book alone has; that comes by settings and rules of its own.

Name ``bookpress.typst`` among the extensions (of Jupyter Book: ``sphinx: extra_extensions`` in ``_config.yml``), then
``jupyter-book build . --builder custom --custom-builder typst`` or ``sphinx-build -b typst . _build/typst``. The
compiler is the ``typst`` wheel: no LaTeX, no browser and no network. Without any setting the PDF conforms to PDF/UA-1
and PDF/A-2a; for the same input and date it is the same, byte by byte. (Images with an address are fetched by Sphinx,
as for every builder that embeds them.)

Settings
--------
``typst_title_page`` (default ``{}``)
    Mapping: ``title``, ``subtitle``, ``authors`` (text or list), ``date`` (text), ``facts`` (mapping or list of pairs,
    label to text, printed in this order), ``abstract`` and ``imprint`` (paragraphs for the back of the title page, at
    its head and at its foot), ``description``, ``keywords`` (list). Title and authors default to those of the project.
``typst_cover`` (default ``""``)
    A picture, relative to the source folder, for a title page of colour to the edges: light on a transparent ground.
``typst_output`` (default ``"book.pdf"``)
    Name of the PDF in the output folder.
``typst_timestamp`` (default none)
    Seconds since 1970 for the document's date; the environment's ``SOURCE_DATE_EPOCH`` goes before it. Without either
    the date is that of the last commit to the source folder, else today's, and then bytes differ from day to day.
``typst_page_size`` (default ``"a4"``)
    a4, a5, b5, us-letter, us-trade, or a list of width and height.
``typst_margins`` (default ``inside: 40mm, outside: 32mm, top: 30mm, bottom: 32mm``)
    Mapping of sides to what stays free there; a side that is not named keeps its default.
``typst_text_size`` (default ``"11pt"``)
    Of the text; families differ in how large they look.
``typst_fonts`` (default ``{}``)
    ``body`` and ``mono``: families that are asked for a glyph first. Behind them stand Libertinus Serif (Latin,
    Cyrillic, Greek; in the ``typst`` wheel) and, where matplotlib is installed, DejaVu.
``typst_font_paths`` (default ``[]``)
    Folders with more fonts, relative to the source folder. Fonts of the system are not used: PDFs would differ.
``typst_missing_glyphs`` (default ``"warn"``)
    What is done with a character that no font has, such as an emoji: a warning that names the place, and in print the
    sign's name in brackets or a square for a letter; or ``"error"``.
``typst_substitutes`` (default ``{}``)
    Mapping of texts in a script without a font to what is printed instead, such as a title to its translation.
``typst_show_code`` (default true)
    Print the code of notebook cells, or only their outputs.
``typst_part_pages`` (default true)
    Give each part a page of its own, or name it above its first chapter; a list names the parts that have a page.
``typst_chapter_pages`` (default true)
    Let each chapter open a page, or follow the one before it, so that within a part all pages are full.
``typst_lists`` (default ``"front"``)
    Where the lists of figures and tables stand: behind the contents, or before the index (``"back"``).
``typst_omit_documents`` (default ``[]``)
    Documents that are for the screen; what refers to them keeps its words.
``typst_small_documents`` (default ``[]``)
    Documents that are looked up rather than read: in smaller type.
``typst_settled_before`` (default ``[]``)
    Titles of sections, such as "Conclusion", before which all figures and tables of the sections before must stand.
``typst_table_rows`` (default 0: all)
    Of a table with more rows than this print the first few, and how many more its file has. For tables of
    `bookpress.cells`, whose data come with the book.
``typst_contents_sections`` (default true)
    List the sections of chapters in the contents, or only parts and chapters. All are bookmarks.
``typst_external_links`` (default ``"footnote"``)
    What is printed of a link whose text isn't its address: ``"footnote"`` or ``"none"``.
``typst_float_figures`` (default true)
    Let figures move to the top or the bottom of a page, so that pages are full.
``typst_index_title`` (default "Index", in the language of the book), ``typst_index_note`` (default ``""``)
    Title of the index made from index entries outside the glossary, and what is said below it.
``typst_omit_classes`` (default ``["only-dark", "html-only", "tag_html-only"]``)
    Nodes with one of these classes are for the screen only. MyST-NB makes a class ``tag_x`` of a cell's tag ``x``.
``typst_table_note_class`` (default ``"table-note"``)
    Class of a container that holds a small note to the table before it: printed below, or above if the table goes over
    pages.
``typst_preamble`` (default ``[]``)
    Files of Typst source, relative to the source folder, whose definitions every document has at hand; one with the
    name of a function of ``template.typ`` takes its place. Such a file takes what it needs of the book's look with
    ``#import "/template.typ": *``.
``typst_pdf_standards`` (default ``["a-2a", "ua-1"]``)
    What the compiler checks.

In the text
-----------
The class ``landscape`` on a table turns its page. Raw nodes of format ``typst`` are passed through. A container of
class ``pdf-only`` is printed like any other (the HTML theme has to hide it).

Warnings have the type ``typst`` and a subtype for ``suppress_warnings``: ``glyph`` (no font has it), ``node`` (no rule:
its text is printed), ``html`` (raw HTML is not printed), ``image`` (not readable, or without alternative text),
``reference`` (to nothing), ``settings``, ``compiler``.
A formula that cannot be read stands as its source: type ``bookpress``, subtype ``maths``.

How a package brings rules for its own nodes: see `bookpress.typst.writer`.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx
from sphinx.config import ENUM, Config

from bookpress.forms import watch
from bookpress.mathml import add_renderer
from bookpress.typst.builder import TypstBuilder
from bookpress.words import add_catalogue

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
    """Register the builder, its settings and its words."""
    app.add_builder(TypstBuilder)
    app.add_config_value("typst_title_page", {}, "", [dict])
    app.add_config_value("typst_output", "book.pdf", "", [str])
    app.add_config_value("typst_timestamp", None, "", [int, type(None)])
    app.add_config_value("typst_page_size", "a4", "", [str, list, tuple])
    app.add_config_value("typst_margins", {}, "", [dict])
    app.add_config_value("typst_fonts", {}, "", [dict])
    app.add_config_value("typst_text_size", "11pt", "", [str])
    app.add_config_value("typst_font_paths", [], "", [list])
    app.add_config_value("typst_missing_glyphs", "warn", "", ENUM("warn", "error"))
    app.add_config_value("typst_substitutes", {}, "", [dict])
    app.add_config_value("typst_show_code", True, "", [bool])
    app.add_config_value("typst_part_pages", True, "", [bool, list, tuple])
    app.add_config_value("typst_chapter_pages", True, "", [bool])
    app.add_config_value("typst_cover", "", "", [str])
    app.add_config_value("typst_lists", "front", "", ENUM("front", "back"))
    app.add_config_value("typst_omit_documents", [], "", [list, tuple])
    app.add_config_value("typst_small_documents", [], "", [list, tuple])
    app.add_config_value("typst_settled_before", [], "", [list, tuple])
    app.add_config_value("typst_table_rows", 0, "", [int])
    app.add_config_value("typst_contents_sections", True, "", [bool])
    app.add_config_value("typst_external_links", "footnote", "", ENUM("footnote", "none"))
    app.add_config_value("typst_float_figures", True, "", [bool])
    app.add_config_value("typst_index_title", "", "", [str])
    app.add_config_value("typst_index_note", "", "", [str])
    app.add_config_value("typst_omit_classes", ["only-dark", "html-only", "tag_html-only"], "", [list])
    app.add_config_value("typst_table_note_class", "table-note", "", [str])
    app.add_config_value("typst_preamble", [], "", [str, list])
    app.add_config_value("typst_pdf_standards", ["a-2a", "ua-1"], "", [list])
    add_catalogue(app)
    add_renderer(app)
    watch(app, TypstBuilder.name)
    app.connect("config-inited", prefer_printable_outputs)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
