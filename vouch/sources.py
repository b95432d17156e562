"""What kind of publisher stands behind each source: news, state media, government, NGO, academic, ...

Read from the bibliography, where every entry carries the kind of its publisher as keyword. Used to ask what is left
of a result when one kind of source is taken away.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from vouch.paths import BIBLIOGRAPHY, shown

KINDS = ("news", "state-media", "government", "ngo", "academic", "intergovernmental", "dataset", "law")
"""The keywords that name a kind; other keywords of an entry are ignored."""


def kinds(bibliography: Path = BIBLIOGRAPHY) -> pd.DataFrame:
    """One row per work of the bibliography, sorted by key: source, kind, publisher, date, language (all text).

    kind is the first keyword that is in :data:`KINDS`, empty where there is none. publisher is `howpublished`, else the
    publisher, journal or institution. date is as exact as the entry knows it: day, month or year.

    Raises ValueError when the bibliography is missing or cannot be parsed.
    """
    return _kinds(Path(bibliography)).copy()


@cache
def _kinds(bibliography: Path) -> pd.DataFrame:
    # Imported late: pybtex takes a tenth of a second, and only chapters that ask for kinds need it.
    from pybtex.database import PybtexError, parse_file

    try:
        entries = parse_file(str(bibliography), bib_format="bibtex", encoding="utf-8").entries
    except (OSError, PybtexError) as error:
        raise ValueError(f"{shown(bibliography)}: {error}") from None
    rows = [
        {
            "source": key,
            "kind": _kind(fields.get("keywords", "")),
            "publisher": _first(fields, "howpublished", "publisher", "journal", "institution"),
            "date": _first(fields, "date", "year"),
            "language": fields.get("language", ""),
        }
        for key, fields in ((key, entry.fields) for key, entry in sorted(entries.items()))
    ]
    return pd.DataFrame(rows, columns=["source", "kind", "publisher", "date", "language"], dtype="str")


def _kind(keywords: str) -> str:
    words = [word.strip().lower() for word in keywords.replace(";", ",").split(",")]
    return next((word for word in words if word in KINDS), "")


def _first(fields, *names: str) -> str:
    return next((fields[name].replace("{", "").replace("}", "") for name in names if fields.get(name)), "")
