"""The words that the printed book adds to its author's, in the language of the book.

They come from the message catalogue of `bookpress.words`. The names of admonitions are Sphinx's own, and so are
"Figure", "Table" and "Listing" in ``numfig_format``.
"""

from __future__ import annotations

from sphinx.locale import admonitionlabels

from bookpress.words import _


def in_template() -> dict[str, str]:
    """Return what the template prints by itself, by the name it has there."""
    return {
        "chapter": _("Chapter %s"),
        "contents": _("Contents"),
        "continued": _("continued"),
        "page": _("p."),
        "see": _("see"),
    }


def figures() -> str:
    """Return the heading of the list of figures."""
    return _("List of figures")


def tables() -> str:
    """Return the heading of the list of tables."""
    return _("List of tables")


def index() -> str:
    """Return the heading of the index."""
    return _("Index")


def date() -> str:
    """Return what the title page calls the day of the book."""
    return _("Date")


def chapter(number: str) -> str:
    """Return the name of a chapter by its number."""
    return _("Chapter %s") % number


def more_rows(number: int, file: str) -> str:
    """Return what stands below the first rows of a table that is not printed whole."""
    return _("%(number)d more rows: %(file)s") % {"number": number, "file": file}


def undescribed() -> str:
    """Return the alternative text of an image that has none."""
    return _("Image without a description")


def admonition(kind: str) -> str:
    """Return the title of an admonition that its author gave none: Sphinx's own, else its kind."""
    label = admonitionlabels.get(kind)
    return str(label) if label else kind.capitalize()
