"""The message catalogue of all parts: words that bookpress prints, in the language of the book.

They are looked up in the catalogue ``bookpress`` (folder ``bookpress/locale``) when a page is written. After a change
of a word, and for a new language (``pybabel init -l``), with Babel, which Sphinx brings::

    pybabel extract --no-location -k _ -o bookpress/locale/bookpress.pot bookpress
    pybabel update -D bookpress -i bookpress/locale/bookpress.pot -d bookpress/locale
    pybabel compile -D bookpress -d bookpress/locale
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from sphinx.locale import get_translation, translators

if TYPE_CHECKING:
    from sphinx.application import Sphinx

CATALOGUE = "bookpress"
LOCALE = Path(__file__).resolve().parent / "locale"

_ = get_translation(CATALOGUE)


def day_of(when: date, form: str, language: str) -> str:
    """A day in a form of CLDR's, with its names in a language; in English where CLDR does not know that."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return format_date(when, form, locale=locale)


def curled(text: str) -> str:
    """Plain text with apostrophes as Sphinx sets them in paragraphs."""
    return re.sub(r"(?<=\w)'", "\N{RIGHT SINGLE QUOTATION MARK}", text)


def add_catalogue(app: Sphinx) -> None:
    """Let the words of this build be those of its language; every part that prints some calls this in its `setup`."""
    if "bookpress_speaks" not in app.__dict__:
        translators.pop(("general", CATALOGUE), None)  # of an earlier build in this process, in another language
        app.add_message_catalog(CATALOGUE, str(LOCALE))
        app.__dict__["bookpress_speaks"] = True
