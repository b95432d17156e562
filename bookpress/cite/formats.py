"""A book or a chapter as BibTeX, RIS, CSL-JSON, and as a formatted citation.

BibTeX is written by pybtex, RIS by rispy; CSL-JSON is JSON. The two formatted styles are written out here: of the CSL
processors for Python the maintained one prints "Who could vote?." after a question mark and weighs ninety megabytes
with its styles. Titles keep the capitals they were published with.
"""

from __future__ import annotations

import json
import re
from typing import Any

import rispy
from pybtex.database import BibliographyData, Entry, Person
from pybtex.database.output.bibtex import Writer

from bookpress.metadata import Author, Book, Chapter

Work = Book | Chapter
Pieces = list[tuple[str, bool]]
"""Text in pieces, each with whether it is in italics."""

# Not strftime's names: those follow the language of whoever builds.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        # Not "\{": BibTeX counts braces without regard to the backslash, and a lone one would end the field.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "&%$#_"},
    }
)

_IN_ADDRESS = str.maketrans(
    {"{": "%7B", "}": "%7D", "\\": "%5C"}
)  # addresses are read letter by letter, braces counted


def book_of(work: Work) -> Book:
    return work.book if isinstance(work, Chapter) else work


def exact_edition(book: Book) -> str:
    """What tells this edition from every other: version, day and, where known, commit."""
    known = f"commit {book.commit}" if book.commit else ""
    return ", ".join(filter(None, [book.version, long_date(book), known]))


def edition_note(book: Book) -> str:
    """:func:`exact_edition` as a note in a reference manager."""
    return f"Edition {exact_edition(book)}"


def long_date(book: Book) -> str:
    return f"{book.date.day} {_MONTHS[book.date.month - 1]} {book.date.year}"


# ---------------------------------------------------------------------------------------------------------- BibTeX
class _Utf8Writer(Writer):
    """pybtex's writer for fields that are LaTeX already; its own encoder would also escape addresses."""

    def _encode(self, text: str) -> str:
        return text


def bibtex(work: Work) -> str:
    """One entry, `@incollection` or `@book`, UTF-8. Words with a capital are kept from being lowered by a style."""
    book = book_of(work)
    fields = {"title": _tex_title(work.title)}
    if isinstance(work, Chapter):
        fields["booktitle"] = _tex_title(book.title)
    fields |= {
        "year": str(book.date.year),
        "month": _MONTHS[book.date.month - 1][:3].lower(),
        "date": book.date.isoformat(),
        "edition": _tex(book.version),
        "publisher": _tex(book.publisher),
        "language": book.language,
        "doi": work.doi.translate(_IN_ADDRESS),
        "url": work.url.translate(_IN_ADDRESS),
        "abstract": _tex(work.description),
        "note": _tex(edition_note(book)),
    }
    entry = Entry(
        "incollection" if isinstance(work, Chapter) else "book",
        fields={name: text for name, text in fields.items() if text},
        persons={"author": [_tex_person(author) for author in work.authors]},
    )
    return _Utf8Writer().to_string(BibliographyData({work.key: entry}))


def _tex(text: str) -> str:
    return text.translate(_TEX)


def _tex_title(title: str) -> str:
    words = re.split(r"(\s+)", title)
    return "".join(f"{{{_tex(word)}}}" if any(c.isupper() for c in word) else _tex(word) for word in words)


def _tex_person(author: Author) -> Person:
    if author.family:
        return Person(first=_tex(author.given), last=_tex(author.family))
    return Person(last=f"{{{_tex(author.name)}}}")  # braces: an organisation has no first and last name


# ------------------------------------------------------------------------------------------------------------- RIS
class _PlainRisWriter(rispy.RisWriter):
    """rispy's writer without the number that it puts before each reference, which is no part of RIS."""

    def set_header(self, count: int) -> str:
        return ""


def ris(work: Work) -> str:
    """One reference of type CHAP or BOOK."""
    book = book_of(work)
    fields: dict[str, Any] = {
        "type_of_reference": "CHAP" if isinstance(work, Chapter) else "BOOK",
        "id": work.key,
        "authors": [f"{a.family}, {a.given}" if a.family else a.name for a in work.authors],
        "title": work.title,
        "secondary_title": book.title if isinstance(work, Chapter) else "",
        "year": str(book.date.year),
        "date": f"{book.date:%Y/%m/%d}",
        "edition": book.version,
        "publisher": book.publisher,
        "language": book.language,
        "doi": work.doi,
        "urls": [work.url] if work.url else [],
        "abstract": work.description,
        "notes": [edition_note(book)],
    }
    known = {name: value for name, value in fields.items() if value}
    return rispy.dumps([known], implementation=_PlainRisWriter).lstrip()


# ------------------------------------------------------------------------------------------------------------- CSL
def csl(work: Work) -> str:
    """CSL-JSON: a list of one item of type chapter or book."""
    return json.dumps([csl_item(work)], ensure_ascii=False, indent=1) + "\n"


def csl_item(work: Work) -> dict[str, Any]:
    """The item of :func:`csl`."""
    book = book_of(work)
    item = {
        "id": work.key,
        "type": "chapter" if isinstance(work, Chapter) else "book",
        "author": [{"family": a.family, "given": a.given} if a.family else {"literal": a.name} for a in work.authors],
        "title": work.title,
        "container-title": book.title if isinstance(work, Chapter) else "",
        "issued": {"date-parts": [[book.date.year, book.date.month, book.date.day]]},
        "edition": book.version,
        "publisher": book.publisher,
        "language": book.language,
        "DOI": work.doi,
        "URL": work.url,
        "abstract": work.description,
        "note": edition_note(book),
    }
    return {name: value for name, value in item.items() if value}


FORMATS = {"bib": ("BibTeX", bibtex), "ris": ("RIS", ris), "json": ("CSL JSON", csl)}
"""Ending of the file: what readers call the format, function."""


# -------------------------------------------------------------------------------------------------- formatted styles
def chicago(work: Work) -> Pieces:
    """Chicago Manual of Style, author-date."""
    book = book_of(work)
    start = f"{_stop(_chicago_names(work.authors))} {book.date.year}. "
    if isinstance(work, Chapter):
        pieces = [
            (f"{start}“{_stop(work.title)}” In ", False),
            (book.title, True),
            (f", edition {book.version}." if book.version else ".", False),
        ]
    else:
        stop = "" if book.title[-1] in ".?!" else "."
        edition = f" Edition {book.version}." if book.version else ""
        pieces = [(start, False), (book.title, True), (stop + edition, False)]
    if book.publisher:
        pieces.append((f" {_stop(book.publisher)}", False))
    if address(work):
        pieces.append((f" {address(work)}.", False))
    return pieces


def apa(work: Work) -> Pieces:
    """APA, seventh edition; a publisher that is also the author is left out, as the manual says."""
    book = book_of(work)
    start = f"{_stop(_apa_names(work.authors))} ({book.date.year}). "
    edition = f" (Edition {book.version})." if book.version else "."
    if isinstance(work, Chapter):
        pieces = [(f"{start}{_stop(work.title)} In ", False), (book.title, True), (edition, False)]
    else:
        pieces = [(start, False), (book.title, True), (edition, False)]
    if book.publisher and book.publisher not in {author.name for author in work.authors}:
        pieces.append((f" {_stop(book.publisher)}", False))
    if address(work):
        pieces.append((f" {address(work)}", False))
    return pieces


def part(kind: str, name: str, chapter: Chapter) -> Pieces:
    """A figure, a table or whatever else has a permanent name, with edition and chapter, like :func:`chicago`."""
    book = chapter.book
    pieces = [
        (f"{_stop(_chicago_names(chapter.authors))} {book.date.year}. {kind.capitalize()} {name}, ", False),
        (f"in “{_stop(chapter.title)}” In ", False),
        (book.title, True),
        (f", edition {book.version}, {long_date(book)}." if book.version else f", {long_date(book)}.", False),
    ]
    if chapter.url:
        pieces.append((f" {chapter.url}#{name}.", False))
    return pieces


STYLES = {"chicago": ("Chicago (author-date)", chicago), "apa": ("APA", apa)}


def address(work: Work) -> str:
    """The DOI as a link, else the address of the page; the book's DOI for a chapter without an address."""
    doi = work.doi or (book_of(work).doi if not work.url else "")
    return f"https://doi.org/{doi}" if doi else work.url


def plain(pieces: Pieces) -> str:
    return "".join(text for text, _ in pieces)


def _stop(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _chicago_names(authors: tuple[Author, ...]) -> str:
    names = [f"{a.family}, {a.given}" if a.family and n == 0 else a.name for n, a in enumerate(authors)]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, and {names[-1]}"


def _apa_names(authors: tuple[Author, ...]) -> str:
    names = []
    for author in authors:
        initials = " ".join(f"{name[0]}." for name in author.given.split())
        names.append(f"{author.family}, {initials}" if author.family and initials else author.family or author.name)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, & {names[-1]}"
