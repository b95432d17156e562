"""The order of a book's pages, and the way from one to the top folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def documents(app: Sphinx) -> list[str]:
    """The pages of the book, in the order of its contents where there is one."""
    found = app.env.found_docs
    ordered = [name for name in (getattr(app.config, "external_site_map", None) or ()) if name in found]
    return ordered or sorted(found)


def up(docname: str) -> str:
    """What leads from a page to the book's top folder."""
    return "../" * docname.count("/")
