"""The words that the builder adds to an author's, in the language of the book (see `bookpress.words`)."""

from __future__ import annotations

from datetime import date

from bookpress.words import _, day_of


def cover() -> str:
    """Return the name of the cover's page."""
    return _("Cover")


def contents() -> str:
    """Return the heading of the contents."""
    return _("Contents")


def landmarks() -> str:
    """Return the heading of the list of places that a reading system may lead to."""
    return _("Landmarks")


def begin() -> str:
    """Return the name of the place where the text begins."""
    return _("Begin reading")


def edition() -> str:
    """Return what the title page calls the version of the book."""
    return _("Edition")


def edition_of(version: str) -> str:
    """Return the line about the edition on the cover."""
    return _("Edition %s") % version


def day() -> str:
    """Return what the title page calls the day of the book."""
    return _("Date")


def table_alone() -> str:
    """Return the name of a table without a caption."""
    return _("Table")


def accessibility() -> str:
    """Return what the package says of its accessibility where the book says nothing."""
    return _(
        "Tables are real tables with header cells; formulas are MathML; colours and typefaces are left to the reading "
        "system. Not evaluated by a third party."
    )


def long_date(when: date, language: str) -> str:
    """Return a day as the language writes it, with the name of the month."""
    return day_of(when, "d MMMM yyyy", language)
