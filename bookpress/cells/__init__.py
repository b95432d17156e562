"""Turns the charts and tables that cells show into figures and tables of the book, with their data and their code.

Here: numbered figures in a light and a dark form, tables, CSV files, pages of source code, a gallery. Not here: how a
chart is drawn; a chapter brings it ready.

A Sphinx extension. A cell's output has a form `text/markdown` which is a fence of six backticks around one line of JSON
(set ``nb_render_markdown_format: myst`` and let `text/markdown` go before `text/html` in
``nb_mime_priority_overrides``):

``{bookpress-chart}``
    ``name`` (permanent label), ``title`` (the finding), ``caption`` (MyST), ``alt``, ``forms`` (SVG with text as text:
    ``wide``, and where there is ``narrow`` for telephones), ``dark`` (each colour of the forms -> its colour in the
    dark theme), ``svg`` (``light`` and ``dark``: a small picture with letters as shapes, for the gallery), ``csv`` (the
    data as text), ``code`` (the function that made it, ``package.module.name``).
``{bookpress-table}``
    ``name``, ``caption`` and ``note`` (MyST), ``head`` (texts), ``numeric`` and ``myst`` (a truth value for each
    column), ``rows`` (lists of texts), ``csv``, ``code``; if wanted ``notes`` (a truth value for each column: its texts
    are sources and become numbered notes) and ``groups`` (index of the column that is shown once above the rows that
    share it).

Code of cells with the tag `hide-input` is hidden in the web book, and one switch shows it: `bookpress.cells.folded`.

``{gallery}`` shows every figure of the book, small, as a link to its place: one grid, of which a choice leaves one
chapter.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config


def add_own_files(app: Sphinx, config: Config) -> None:
    """The folder of this part's styles."""
    config.html_static_path = [*config.html_static_path, str(Path(__file__).parent / "static")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx extension."""
    from bookpress.cells import code, display, drawing, folded, gallery, tables
    from bookpress.cells.references import QuickReferences
    from bookpress.events import PART_SHOWN
    from bookpress.words import add_catalogue

    app.setup_extension("myst_nb")
    add_catalogue(app)
    app.add_event(PART_SHOWN)
    app.add_directive("bookpress-chart", display.ChartDirective)
    app.add_directive("bookpress-table", tables.TableDirective)
    app.add_node(tables.source_list, html=(tables.visit_html, tables.depart_html), typst=(tables.visit_typst, None))
    app.connect("config-inited", add_own_files)
    app.add_css_file("gallery.css", priority=805)  # after the styles of `bookpress.web`
    app.add_post_transform(folded.HideCode)
    app.connect("html-page-context", folded.add_switch)
    app.add_domain(QuickReferences, override=True)
    skipped = (drawing.skip, None)
    app.add_node(
        drawing.drawing,
        html=(drawing.visit, None),
        epub=(drawing.visit_reader, None),
        latex=skipped,
        text=skipped,
        man=skipped,
        texinfo=skipped,
    )
    app.add_css_file(drawing.STYLE, priority=850)
    app.connect("env-get-updated", drawing.outdated)
    app.connect("env-updated", drawing.write_style)
    app.connect("doctree-resolved", drawing.choose, priority=400)
    app.connect("doctree-read", display.name_cells)
    app.connect("env-purge-doc", display.purge)
    app.connect("env-merge-info", display.merge)
    app.connect("build-finished", display.write_downloads)
    code.setup(app)
    gallery.setup(app)
    return {"version": "1", "env_version": 4, "parallel_read_safe": True, "parallel_write_safe": True}
