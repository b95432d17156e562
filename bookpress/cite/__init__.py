"""Says how the book is cited: a box on every page, files for reference managers, metadata for machines.

Here: citations and their formats, the style of the bibliography, metadata of a deposit. Not here: where title, authors
and edition come from (`bookpress.metadata`).

A Sphinx extension. Every page ends with a line "Cite this chapter" that opens: Chicago and APA with a button to copy
them, this exact edition, and files in `cite/`: `<page>.bib`, `.ris`, `.json` (CSL), and the same for the whole book.
The head of the first page describes the book, that of every other its chapter. In print: as text. Figures (`fig-...`)
and tables (`tab-...`) with a name have a citation of their own. Directives for a page on citing: ``cite-book`` (the
box for the book), ``cite-chapters`` (all chapters). Everything comes from `CITATION.cff`, or from Sphinx's
configuration without one, when a page is written: a new commit or address makes Sphinx write the pages again, not read
them again. Once there is a `url`, Sphinx's `html_baseurl` (canonical links) follows.

With sphinxcontrib-bibtex there is the style ``dated``, for works of which one outlet has many a year.

Settings
--------
``cite_data_page`` ("")
    Document that describes the data of the book; its page then carries schema.org's `Dataset`.
``cite_data_package`` ("data/datapackage.json")
    The description of the data (Frictionless Data Package).
``cite_kinds`` ({})
    Keywords of works that a reader must see beside the entry, and how they are printed.
``cite_bibliography`` ("")
    File beside the pages, `references.bib` for example, that gives readers all works of the bibliography
    (`bookpress.cite.published`).
``cite_periodicals``, ``cite_datasets`` ([])
    Keywords of works that are items of newspapers, agencies or broadcasters, and of those that are data.
``cite_locale`` ("")
    Language and territory of the book as Open Graph wants them, `en_GB` for example.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config


def read(app: Sphinx, config: Config) -> None:
    """Let the settings that repeat the metadata follow from it."""
    from bookpress.cite.box import cite_part
    from bookpress.cite.formats import chicago, exact_edition, plain
    from bookpress.cite.head import front_head
    from bookpress.events import FRONT_SHOWN, PART_SHOWN
    from bookpress.metadata import book

    whole = book(app)
    if PART_SHOWN in app.events.events:
        app.connect(PART_SHOWN, cite_part)
    if FRONT_SHOWN in app.events.events:
        app.connect(FRONT_SHOWN, front_head)
    config.cite_metadata = json.dumps(asdict(whole), default=str, sort_keys=True)
    if whole.version:
        config.version = whole.version  # without one Sphinx's EPUB builder warns
    if whole.url:
        config.html_baseurl = whole.url
    for name, value in (("run_repository", whole.repository), ("run_commit", whole.commit)):
        if name in config.values and not config[name]:
            config[name] = value
    if "typst_title_page" in config.values:
        facts = {"Edition": whole.version, **config.typst_title_page.get("facts", {}), "Address": whole.url}
        follows = {
            "title": whole.main_title,
            "subtitle": whole.subtitle,
            "authors": [author.name for author in whole.authors],
            "keywords": list(whole.keywords),
        }
        imprint = [f"Cite as: {plain(chicago(whole))}", f"This edition exactly: {exact_edition(whole)}."]
        imprint += config.typst_title_page.get("imprint", [])
        defaults = {key: value for key, value in follows.items() if value}
        config.typst_title_page = defaults | config.typst_title_page | {"facts": facts, "imprint": imprint}


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx extension."""
    from bookpress.cite import box, files, head, printed, sitemap
    from bookpress.words import add_catalogue

    add_catalogue(app)

    # "html": pages are written again when the metadata change, since they are not part of what Sphinx has read.
    app.add_config_value("cite_metadata", "", "html")
    app.add_config_value("cite_data_page", "", "html", [str])
    app.add_config_value("cite_data_package", "data/datapackage.json", "html", [str])
    app.add_config_value("cite_kinds", {}, "env", [dict])
    app.add_config_value("cite_bibliography", "", "html", [str])
    app.add_config_value("cite_periodicals", [], "html", [list])
    app.add_config_value("cite_datasets", [], "html", [list])
    app.add_config_value("cite_locale", "", "html", [str])
    app.add_node(box.BookCitation, html=(box.visit_book_html, None))
    app.add_node(box.CitePart, html=(box.visit_part_html, None))
    app.add_node(box.ChapterCitations)
    app.add_node(printed.ChapterCitation, typst=(printed.print_chapter_citation, None))
    app.add_directive("cite-book", box.CiteBookDirective)
    app.add_directive("cite-chapters", box.CiteChaptersDirective)
    app.add_post_transform(box.ChapterTable)
    app.add_post_transform(printed.Printed)
    if find_spec("sphinxcontrib.bibtex"):
        from bookpress.cite import works
        from bookpress.cite.published import write_bibliography

        app.setup_extension("bookpress.cite.bibliography")
        app.add_node(works.WorksOf, typst=(works.print_works, None))
        app.add_post_transform(works.PrintedWorks)
        app.connect("build-finished", write_bibliography)
    app.connect("config-inited", read)
    app.connect("env-purge-doc", box.forget)
    app.connect("env-merge-info", box.take_over)
    app.connect("doctree-read", box.add_parts, priority=400)  # before old names get their anchors
    app.connect("html-page-context", head.add_head)
    app.connect("html-page-context", box.add_box, priority=590)  # after those who write the foot of the page anew
    app.connect("build-finished", files.write_files)
    app.connect("build-finished", sitemap.write)
    return {"version": "1", "env_version": 6, "parallel_read_safe": True, "parallel_write_safe": True}
