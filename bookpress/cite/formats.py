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

from bookpress.cite.capitals import headline
from bookpress.metadata import Author, Book, Chapter

Work = Book | Chapter
Pieces = list[tuple[str, bool]]
"""Text in pieces, each with whether it is in italics."""

# Not strftime's names: those follow the language of whoever builds.
MONTHS = (
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

LANGIDS = {
    "de": "german", "en": "english", "es": "spanish", "fr": "french", "id": "indonesian", "it": "italian",
    "ms": "malay", "pl": "polish", "pt": "portuguese", "ru": "russian", "tr": "turkish", "vi": "vietnamese",
    "bg": "bulgarian", "bn": "bengali", "hi": "hindi", "ja": "japanese", "ko": "korean",
    "my": "burmese", "sr": "serbian", "th": "thai", "uk": "ukrainian", "zh": "chinese",
}  # fmt: skip
"""BCP 47 -> what biblatex calls a language, by which it and pandoc tell whose capitals and hyphens a title has."""

_IN_ADDRESS = str.maketrans(
    {"{": "%7B", "}": "%7D", "\\": "%5C"}
)  # addresses are read letter by letter, braces counted


def book_of(work: Work) -> Book:
    return work.book if isinstance(work, Chapter) else work


def exact_edition(book: Book) -> str:
    """What tells this edition from every other: version, day and, where known, commit."""
    commit = f"commit {book.commit}" if book.commit else ""
    return ", ".join(filter(None, [book.version, long_date(book), commit]))


def worded_edition(book: Book) -> str:
    """The edition as readers of CSL and RIS print it.

    A bare number with a point is none to them: each would print it in another way, or without a word that says what it
    is. BibTeX adds the word itself.
    """
    return f"edition {book.version}" if book.version else ""


def edition_note(book: Book) -> str:
    """:func:`exact_edition` as a note in a reference manager."""
    return f"Edition {exact_edition(book)}"


def long_date(book: Book) -> str:
    return f"{book.date.day} {MONTHS[book.date.month - 1]} {book.date.year}"


# ---------------------------------------------------------------------------------------------------------- BibTeX
class Utf8Writer(Writer):
    """pybtex's writer for fields that are LaTeX already; its own encoder would also escape addresses.

    A month is written as BibTeX's own word for it, which every style prints in its language; as text it is a fault to
    biber.
    """

    def _encode(self, text: str) -> str:
        return text

    def _write_field(self, stream: Any, type: str, value: str) -> None:
        if type == "month" and value in MONTHS:
            stream.write(f",\n    month = {value[:3].lower()}")
        else:
            super()._write_field(stream, type, value)


def bibtex(work: Work) -> str:
    """One entry, `@incollection` or `@book`, UTF-8. Words with a capital are kept from being lowered by a style.

    The note has what no field of BibTeX's own styles has: the commit, and the address, which they print nowhere else.
    """
    book = book_of(work)
    fields = {"title": _tex_title(work.title)}
    if isinstance(work, Chapter):
        fields["booktitle"] = _tex_title(book.title)
    fields |= {
        "year": str(book.date.year),
        "month": MONTHS[book.date.month - 1],
        "date": book.date.isoformat(),
        "edition": _tex(book.version),
        "publisher": _tex(book.publisher),
        "language": book.language,
        "langid": LANGIDS.get(book.language, ""),
        "doi": work.doi.translate(_IN_ADDRESS),
        "url": work.url.translate(_IN_ADDRESS),
        "abstract": _tex(work.description),
        "keywords": _tex(", ".join(_keywords(work))),
        "note": _tex(". ".join(filter(None, [f"Commit {book.commit}" if book.commit else "", address(work)]))),
    }
    entry = Entry(
        "incollection" if isinstance(work, Chapter) else "book",
        fields={name: text for name, text in fields.items() if text},
        persons={"author": [_tex_person(author) for author in work.authors]},
    )
    return str(Utf8Writer().to_string(BibliographyData({work.key: entry})))


def _tex(text: str) -> str:
    return text.translate(_TEX)


def _keywords(work: Work) -> tuple[str, ...]:
    """Of the book; a chapter is not about all that the book is about."""
    return () if isinstance(work, Chapter) else work.keywords


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
    """One reference of type CHAP or BOOK; lines end as the specification says."""
    book = book_of(work)
    fields: dict[str, Any] = {
        "type_of_reference": "CHAP" if isinstance(work, Chapter) else "BOOK",
        "id": work.key,
        # A comma behind an organisation: EndNote would take its last word for a family name.
        "authors": [f"{a.family}, {a.given}" if a.family else f"{a.name}," for a in work.authors],
        "title": work.title,
        "secondary_title": book.title if isinstance(work, Chapter) else "",
        "year": str(book.date.year),
        "date": f"{book.date:%Y/%m/%d}",
        "edition": worded_edition(book),
        "publisher": book.publisher,
        "language": book.language,
        "doi": work.doi,
        "urls": [work.url] if work.url else [],
        "abstract": work.description,
        "keywords": list(_keywords(work)),
        "notes": [edition_note(book)],
    }
    reference = {name: value for name, value in fields.items() if value}
    text = str(rispy.dumps([reference], implementation=_PlainRisWriter)).lstrip()
    return text.replace("\n", "\r\n")


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
        "edition": worded_edition(book),
        "publisher": book.publisher,
        "language": book.language,
        "DOI": work.doi,
        "URL": work.url,
        "abstract": work.description,
        "keyword": ", ".join(_keywords(work)),
        "note": edition_note(book),
    }
    return {name: value for name, value in item.items() if value}


FORMATS = {"bib": ("BibTeX", bibtex), "ris": ("RIS", ris), "json": ("CSL JSON", csl)}
"""Ending of the file: what readers call the format, function."""


# -------------------------------------------------------------------------------------------------- formatted styles
def chicago(work: Work) -> Pieces:
    """Chicago Manual of Style, author-date; without an author the title leads. English titles have its capitals."""
    book = book_of(work)
    title, whole = (headline(one.title, book.language) for one in (work, book))
    start = f"{_stop(_chicago_names(work.authors))} {book.date.year}. " if work.authors else ""
    year = "" if work.authors else f" {book.date.year}."
    if isinstance(work, Chapter):
        pieces = [
            (f"{start}“{_stop(title)}”{year} In ", False),
            (whole, True),
            (f", edition {book.version}." if book.version else ".", False),
        ]
    else:
        stop = "" if whole[-1] in ".?!" else "."
        edition = f" Edition {book.version}." if book.version else ""
        pieces = [(start, False)] if start else []
        pieces += [(whole, True), (stop + year + edition, False)]
    if book.publisher:
        pieces.append((f" {_stop(book.publisher)}", False))
    if address(work):
        pieces.append((f" {address(work)}.", False))
    return pieces


def apa(work: Work) -> Pieces:
    """APA, seventh edition; a publisher that is also the author is left out, as the manual says.

    Without an author the title leads.
    """
    book = book_of(work)
    start = f"{_stop(_apa_names(work.authors))} ({book.date.year}). " if work.authors else ""
    year = "" if work.authors else f" ({book.date.year})."
    edition = f" ({worded_edition(book)})." if book.version else "."
    if isinstance(work, Chapter):
        pieces = [(f"{start}{_stop(work.title)}{year} In ", False), (book.title, True), (edition, False)]
    else:
        pieces = [(start, False)] if start else []
        pieces += [(book.title, True), (edition + year, False)]
    if book.publisher and book.publisher not in {author.name for author in work.authors}:
        pieces.append((f" {_stop(book.publisher)}", False))
    if address(work):
        pieces.append((f" {address(work)}", False))
    return pieces


def part(kind: str, name: str, chapter: Chapter) -> Pieces:
    """A figure, a table or whatever else has a permanent name, with edition and chapter, like :func:`chicago`."""
    book = chapter.book
    names = f"{_stop(_chicago_names(chapter.authors))} " if chapter.authors else ""
    pieces = [
        (f"{names}{book.date.year}. {kind.capitalize()} {name}, ", False),
        (f"in “{_stop(headline(chapter.title, book.language))}” In ", False),
        (headline(book.title, book.language), True),
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
    return "".join(names) if len(names) < 2 else f"{', '.join(names[:-1])}, and {names[-1]}"


def _apa_names(authors: tuple[Author, ...]) -> str:
    names = []
    for author in authors:
        initials = " ".join(f"{name[0]}." for name in author.given.split())
        names.append(f"{author.family}, {initials}" if author.family and initials else author.family or author.name)
    return "".join(names) if len(names) < 2 else f"{', '.join(names[:-1])}, & {names[-1]}"
