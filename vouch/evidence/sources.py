"""The works that the evidence rests on, as `data/references.bib` has them: their keys, kinds, days and classes.

A class is worked out from a work's kind, key and annotation, by rules that are printed beside it. An entry that lacks
what every work has, or names a day that is none, is refused with line and key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from vouch.evidence.faults import DataError, Fault
from vouch.paths import BIBLIOGRAPHY, shown


@cache
def bibliography_keys(path: Path = BIBLIOGRAPHY) -> frozenset[str]:
    """Keys of all entries of a BibTeX file, read without a BibTeX parser because every chapter needs them at once.

    That this finds the same keys as pybtex is tested.
    """
    return frozenset(re.findall(r"^@\w+\s*\{\s*([^\s,]+)\s*,", _text(path), flags=re.MULTILINE))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except OSError:
        raise DataError([Fault(shown(path), "the bibliography is missing")]) from None
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise DataError([Fault(shown(path), f"not UTF-8: byte 0x{error.object[error.start]:02x}", row=row)]) from None


CLASSES = {
    "official": "Governments, laws and organisations of states, speaking for themselves",
    "dataset": "Published data with a description of their method",
    "academic": "Scholarly works",
    "agency": "News agencies, by name; also where another outlet carries their text",
    "press": "Newspapers, broadcasters and magazines with an editor",
    "ngo": "Non-governmental organisations and research groups",
    "state media": "Outlets of a state: good for what that state claims",
    "relayed": "Named with its address by a tracker or digest, and not read at its publisher",
    "weakest": "Digests, trackers, aggregators, blogs, wikis, examination sites, mirrors, re-posts, machine "
    "translations and rewritten copies",
}
"""Classes of sources with the rule of each; a work of the last two is in no other, whoever is named as its author."""

_KIND_OF_CLASS = {
    "government": "official", "law": "official", "intergovernmental": "official", "dataset": "dataset",
    "academic": "academic", "ngo": "ngo", "state-media": "state media", "news": "press",
}  # fmt: skip

_AGENCIES = re.compile(
    r"(afp|ap|reuters|efe|dpa|upi|kyodo|ani|pti|interfax|anadolu|aa|ansa|yonhap|bernama|antara|adnkronos)-\d"
)

_WEAKEST = re.compile(
    r"\b(aggregator|digest|tracker|content farm|exam(ination|-preparation)?|blog|mirror|re-?post(ed)?|encyclopedia|"
    r"wiki\w*|tertiary|anonymous|re-?word(ed|ing)|rewrit\w*|rewrite|automatic transcript|weak outlet|poor record|"
    r"machine[- ](translated|altered|made)|machine translation|editor not named)",
    re.I,
)
"""What the annotation of a work says when it is of the weakest class."""

KINDS = ("news", "state-media", "government", "ngo", "academic", "intergovernmental", "dataset", "law")
"""The keywords that name a kind; other keywords of an entry are ignored."""


def kinds(bibliography: Path = BIBLIOGRAPHY) -> pd.DataFrame:
    """One row per work of the bibliography, sorted by key: source, title, kind, publisher, date, language, annotation
    (text).

    kind is the first keyword that is in :data:`KINDS`, empty where there is none. publisher is `howpublished`, else the
    publisher, journal or institution. date is as exact as the entry knows it: day, month or year.

    Raises DataError when the bibliography is missing or cannot be parsed.
    """
    return _kinds(Path(bibliography)).copy()


@cache
def _kinds(bibliography: Path) -> pd.DataFrame:
    rows = [
        {
            "source": key,
            "title": fields.get("title", ""),
            "kind": _kind(fields.get("keywords", "")),
            "publisher": _first(fields, "howpublished", "publisher", "journal", "institution"),
            "date": _first(fields, "date", "year"),
            "language": fields.get("language", ""),
            "annotation": fields.get("annotation", ""),
        }
        for key, fields in sorted(_entries(bibliography).items())
    ]
    return pd.DataFrame(
        rows, columns=["source", "title", "kind", "publisher", "date", "language", "annotation"], dtype="str"
    )


@cache
def _entries(bibliography: Path) -> dict[str, Mapping[str, str]]:
    """The fields of each work by its key."""
    # Imported late: pybtex takes a tenth of a second, and only chapters that ask for kinds need it.
    from pybtex.database import PybtexError, parse_string

    try:
        entries = parse_string(_text(bibliography), "bibtex").entries
    except PybtexError as error:
        raise DataError([Fault(shown(bibliography), str(error))]) from None
    return {key: entry.fields for key, entry in entries.items()}


def check(bibliography: Path = BIBLIOGRAPHY) -> int:
    """Hold every entry to what the book asks of a work; the number of entries.

    Each has a title, a language, an annotation that says how it was read, and a keyword of :data:`KINDS`: without the
    last it is in no class, and rows that cite it alone would be counted nowhere. Its date, where it has one, is a day,
    month or year that there is, in the year of `year`. Raises DataError with line and key.
    """
    works = kinds(bibliography).set_index("source")
    faults = []
    for key, fields in _entries(bibliography).items():
        reasons = [f"has no {name}" for name in ("title", "language", "annotation") if not works.at[key, name]]
        if not works.at[key, "kind"]:
            reasons.append(f"no keyword names its kind; one of {', '.join(KINDS)}")
        if reasons := [*reasons, *_date_reasons(fields)]:
            found = re.search(rf"^@\w+\s*\{{\s*{re.escape(key)}\s*,", _text(bibliography), re.MULTILINE)
            row = _text(bibliography)[: found.start()].count("\n") + 1 if found else 0
            faults += [Fault(shown(bibliography), f"{key}: {reason}", row=row) for reason in reasons]
    if faults:
        raise DataError(faults)
    return len(works)


def _date_reasons(fields: Mapping[str, str]) -> Iterator[str]:
    said, year = fields.get("date", ""), fields.get("year", "")
    if said and not _is_date(said):
        yield f"date {said!r} is no day, month or year of the form 2025-11-28, 2025-11 or 2025"
    elif year and not re.fullmatch(r"[0-9]{4}", year):
        yield f"year {year!r} is no year"
    elif said and year and said[:4] != year:
        yield f"date {said!r} is not of the year {year}"


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", text):
        return False
    try:
        date.fromisoformat(text + "0000-01-01"[len(text) :])
    except ValueError:
        return False
    return True


def source_class(key: str, kind: str, annotation: str) -> str:
    """The class of a work: `relayed` or `weakest` where its annotation says so, else by kind; an agency by its key.

    Raises ValueError for a work without a kind.
    """
    if annotation.startswith("Relayed, original not read"):
        return "relayed"
    if _WEAKEST.search(annotation) or key.startswith("wikipedia-"):
        return "weakest"
    if kind not in _KIND_OF_CLASS:
        raise ValueError(f"{key}: no keyword names its kind; one of {', '.join(KINDS)}")
    return "agency" if kind == "news" and _AGENCIES.match(key) else _KIND_OF_CLASS[kind]


def classes(bibliography: Path = BIBLIOGRAPHY) -> pd.DataFrame:
    """One row per work that has a kind: source, class (one of :data:`CLASSES`). Errors as :func:`kinds`."""
    frame = kinds(bibliography)
    frame = frame[frame["kind"] != ""]
    found = [source_class(*row) for row in frame[["source", "kind", "annotation"]].itertuples(index=False, name=None)]
    return pd.DataFrame({"source": frame["source"], "class": found}).reset_index(drop=True)


def _kind(keywords: str) -> str:
    words = [word.strip().lower() for word in keywords.replace(";", ",").split(",")]
    return next((word for word in words if word in KINDS), "")


def _first(fields, *names: str) -> str:
    return next((fields[name].replace("{", "").replace("}", "") for name in names if fields.get(name)), "")
