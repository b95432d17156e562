"""The words that the printed book adds to its author's, in the language of the book.

They are looked up in the message catalogue ``bookpress`` (folder ``bookpress/locale``) when the book is written. The
names of admonitions are Sphinx's own, and so are "Figure", "Table" and "Listing" in ``numfig_format``.

After a change here, and for a new language (``pybabel init -l``), with Babel, which Sphinx brings::

    pybabel extract --no-location -k _ -o bookpress/locale/bookpress.pot bookpress
    pybabel update -D bookpress -i bookpress/locale/bookpress.pot -d bookpress/locale
    pybabel compile -D bookpress -d bookpress/locale
"""

from __future__ import annotations

from pathlib import Path

from sphinx.locale import admonitionlabels, get_translation

CATALOGUE = "bookpress"
LOCALE = Path(__file__).resolve().parent.parent / "locale"

_ = get_translation(CATALOGUE)


def in_template() -> dict[str, str]:
    """Return what the template prints by itself, by the name it has there."""
    return {
        "chapter": _("Chapter %s"),
        "contents": _("Contents"),
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


def undescribed() -> str:
    """Return the alternative text of an image that has none."""
    return _("Image without a description")


def admonition(kind: str) -> str:
    """Return the title of an admonition that its author gave none: Sphinx's own, else its kind."""
    label = admonitionlabels.get(kind)
    return str(label) if label else kind.capitalize()
