"""Load a table of `data/` as a typed frame, or say exactly which row is wrong.

`data/datapackage.json` is the only description of the tables (Frictionless Data Package, Table Schema v1):
columns, types, units, constraints, keys, licences, sources. This module reads that description and holds every
table to it, strictly: an unknown column, a value outside its range or list, a repeated or dangling key, or a source
that is not in `references.bib` stops the caller with file, row, column, value and reason.

The subset of Table Schema that is understood is the one the package uses; anything else in a descriptor is an error,
so that no constraint is ever silently ignored. `frictionless validate` (development only) checks the same package by
other people's code.
"""

from __future__ import annotations

import re
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
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataError([Fault(shown(path), "the bibliography is missing")]) from None
    return frozenset(re.findall(r"^@\w+\s*\{\s*([^\s,]+)\s*,", text, flags=re.MULTILINE))


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
            "title": fields.get("title", ""),
            "kind": _kind(fields.get("keywords", "")),
            "publisher": _first(fields, "howpublished", "publisher", "journal", "institution"),
            "date": _first(fields, "date", "year"),
            "language": fields.get("language", ""),
            "annotation": fields.get("annotation", ""),
        }
        for key, fields in ((key, entry.fields) for key, entry in sorted(entries.items()))
    ]
    return pd.DataFrame(
        rows, columns=["source", "title", "kind", "publisher", "date", "language", "annotation"], dtype="str"
    )


def check(bibliography: Path = BIBLIOGRAPHY) -> int:
    """Hold every entry to what the book asks of a work; the number of entries.

    Each has a title, a language, an annotation that says how it was read, and a keyword of :data:`KINDS`: without the
    last it is in no class, and rows that cite it alone would be counted nowhere. Raises DataError with line and key.
    """
    try:
        works = kinds(bibliography).set_index("source")
    except ValueError as error:
        raise DataError([Fault(shown(bibliography), str(error).removeprefix(f"{shown(bibliography)}: "))]) from None
    faults = []
    for key, work in works[(works == "")[["title", "language", "annotation", "kind"]].any(axis="columns")].iterrows():
        reasons = [f"has no {name}" for name in ("title", "language", "annotation") if not work[name]]
        if not work["kind"]:
            reasons.append(f"no keyword names its kind; one of {', '.join(KINDS)}")
        before, _, _ = bibliography.read_text("utf-8").partition(f"{{{key},")
        row = before.count("\n") + 1
        faults += [Fault(shown(bibliography), f"{key}: {reason}", row=row) for reason in reasons]
    if faults:
        raise DataError(faults)
    return len(works)


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
