"""The order of a book's pages, and the way from one to the top folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def documents(app: Sphinx) -> list[str]:
    """The pages of the book, in the order of its contents; those that no contents name stand last."""
    docnames = app.env.found_docs
    ordered = [name for name in (getattr(app.config, "external_site_map", None) or ()) if name in docnames]
    return ordered or _reading_order(app)


def _reading_order(app: Sphinx) -> list[str]:
    ordered: dict[str, None] = {}
    waiting = [app.config.root_doc]
    while waiting:
        docname = waiting.pop()
        if docname in app.env.found_docs and docname not in ordered:
            ordered[docname] = None
            waiting += reversed(app.env.toctree_includes.get(docname, []))
    return [*ordered, *sorted(app.env.found_docs - ordered.keys())]


def file_name(app: Sphinx, docname: str) -> str:
    """What a file that belongs to a page is called: as its source, with the folders where that would name two pages."""
    last = docname.rpartition("/")[2]
    several = sum(name.rpartition("/")[2] == last for name in app.env.found_docs) > 1
    return docname.replace("/", "-") if several else last


def up(docname: str) -> str:
    """What leads from a page to the book's top folder."""
    return "../" * docname.count("/")
