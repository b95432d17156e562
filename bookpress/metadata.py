"""Who made the book, what it is called, which edition this is: read from `CITATION.cff` and the chapters, nowhere else.

The book's title, authors, version, date, licences, address (`url`) and DOI stand in `CITATION.cff`; a publisher would
stand in its `preferred-citation`. A chapter's title is its first heading; its front matter may name `authors` and a
`description`. What is not set there is empty here: no address, DOI or publisher is made up. A book without such a file
is called what Sphinx calls it, and its day is SOURCE_DATE_EPOCH, that of its commit, or today.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.front_matter import front_matter_plugin
from sphinx.errors import ConfigError

from bookpress import project
from bookpress.contents import file_name, source_text
from bookpress.kept import kept

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

FILE = "CITATION.cff"
_MAIN_TITLE = re.compile(r"(.+?[?!])\s+(.+)|(.+?):\s+(.+)", re.S)


@dataclass(frozen=True)
class Author:
    """An organisation has a `name` only; a person has `family` and `given` as well."""

    name: str
    family: str = ""
    given: str = ""


@dataclass(frozen=True)
class Book:
    """This edition of the book. Texts are plain; what is not known is empty.

    title: with subtitle. licences: SPDX identifiers, that of the text first. url: folder of the published HTML book,
    ending in a slash. repository: where its source is kept in git. commit: full hash of the state it is built from.
    language: after BCP 47.
    """

    title: str
    authors: tuple[Author, ...]
    version: str
    date: date
    licences: tuple[str, ...] = ()
    description: str = ""
    keywords: tuple[str, ...] = ()
    publisher: str = ""
    url: str = ""
    doi: str = ""
    repository: str = ""
    commit: str = ""
    language: str = "en"

    @property
    def main_title(self) -> str:
        """The title up to its question mark, exclamation mark or colon."""
        return self._parts()[0]

    @property
    def subtitle(self) -> str:
        """What follows the main title."""
        return self._parts()[1]

    def _parts(self) -> tuple[str, str]:
        match = _MAIN_TITLE.fullmatch(self.title)
        if not match:
            return self.title, ""
        return match[1] or match[3], match[2] or match[4]

    @property
    def id(self) -> str:
        """The main title as a file name: the same in every edition."""
        return re.sub(r"[^a-z0-9]+", "-", self.main_title.lower()).strip("-") or "book"

    @property
    def key(self) -> str:
        """Citation key; it names the edition, so that two editions can be cited side by side."""
        return re.sub(r"[^\w.-]+", "-", f"{self.id}-{self.version}")

    @property
    def urn(self) -> str:
        """A name of this edition for formats that demand one; a DOI, once there is one, stands beside it.

        Made from title and version (UUID 5, RFC 9562), so that every build of an edition has the same, an edition its
        own, and nobody had to give it out. The namespace is the nil UUID: title and version are no registered names.
        """
        return uuid.uuid5(uuid.UUID(int=0), f"{self.title} {self.version}").urn


@dataclass(frozen=True)
class Chapter:
    """One page of the book.

    id: its file name without folder and ending, permanent; a chapter's number is not. own_id: another, where two pages
    have the same file name.
    """

    docname: str
    title: str
    authors: tuple[Author, ...]
    book: Book
    description: str = ""
    own_id: str = ""

    @property
    def id(self) -> str:
        return self.own_id or self.docname.rpartition("/")[2]

    @property
    def key(self) -> str:
        return f"{self.book.key}-{self.id}"

    @property
    def url(self) -> str:
        return f"{self.book.url}{self.docname}.html" if self.book.url else ""

    @property
    def doi(self) -> str:
        """None: the DOI is the book's, and naming it here would send the reader to another thing."""
        return ""


def book(app: Sphinx) -> Book:
    """The metadata of a build."""
    works = _of_build(app)
    if "book" not in works:
        works["book"] = read_book(Path(app.srcdir), app.config)
    whole: Book = works["book"]
    if whole.title:
        return whole
    first = getattr(app, "env", None) and app.env.titles.get(app.config.root_doc)
    return replace(whole, title=_line(first.astext() if first is not None and first else "") or "Untitled")


def chapter(app: Sphinx, docname: str) -> Chapter:
    """The metadata of one page of a build."""
    works = _of_build(app)
    if docname not in works:
        page, called = _page(app, docname), file_name(app, docname)
        works[docname] = page if page.id == called else replace(page, own_id=called)
    work: Chapter = works[docname]
    return work


def forget_chapter(app: Sphinx, docname: str) -> None:
    """Have the metadata of a page read again when they are asked for."""
    _of_build(app).pop(docname, None)


def _of_build(app: Sphinx) -> dict[str, Any]:
    return kept(app, "metadata", dict[str, Any])


def _page(app: Sphinx, docname: str) -> Chapter:
    source = Path(app.env.doc2path(docname))
    whole = book(app)
    if source == Path(app.srcdir) / f"{docname}.md":
        try:
            return read_chapter(Path(app.srcdir), docname, whole)
        except ValueError:  # a heading in another form than MyST's: Sphinx knows what it is
            pass
    front = app.env.metadata.get(docname, {})
    authors = front.get("authors") or front.get("author")
    return Chapter(
        docname=docname,
        title=_line(app.env.titles[docname].astext()),
        authors=_authors([authors] if isinstance(authors, str) else authors) if authors else whole.authors,
        book=whole,
        description=_line(str(front.get("description", ""))),
    )


def read_book(root: Path, config: Config | None = None) -> Book:
    """The book, from `root/CITATION.cff` and the git checkout at root, if it is one.

    config: Sphinx's, from which comes what is known of a book without such a file. Raises FileNotFoundError where there
    is neither, FaultyCitation where the file does not say what a book needs.
    """
    if config is not None and not (root / FILE).is_file():
        return _from_config(root, config)
    language = config.language if config is not None else project.settings(root).get("language")
    return replace(cited(root), commit=commit(root), language=(language or "en").replace("_", "-"))


def cited(root: Path) -> Book:
    """What `root/CITATION.cff` says of the book. Raises FaultyCitation."""
    cff = _citation(root)
    url, licence = cff.line("url"), cff.of("license", (str, list))
    return Book(
        title=cff.line("title", needed=True),
        authors=_authors(cff.authors()),
        version=cff.line("version", needed=True),
        date=cff.day("date-released"),
        licences=tuple(cff.lines("license") if isinstance(licence, list) else [licence] if licence else []),
        description=cff.line("abstract"),
        keywords=tuple(cff.lines("keywords")),
        publisher=cff.publisher(),
        url=url if not url or url.endswith("/") else f"{url}/",
        doi=cff.line("doi"),
        repository=cff.line("repository-code").removesuffix("/").removesuffix(".git"),
    )


class FaultyCitation(ConfigError, ValueError):
    """`CITATION.cff` does not say what a book needs, or says it otherwise than it is meant."""


_KINDS: dict[type, str] = {str: "text", list: "a list", dict: "a mapping with names"}


@dataclass(frozen=True)
class _Citation:
    """The fields of a `CITATION.cff`. What is asked of it raises FaultyCitation, with line and field.

    written: the fields as they were written, where `2026.10` is not the number 2026.1.
    """

    text: str
    read: dict[str, Any]
    written: dict[str, Any]

    def fault(self, name: str, why: str) -> FaultyCitation:
        found = re.search(rf"^['\"]?{re.escape(name)}['\"]?\s*:", self.text, re.MULTILINE)
        return FaultyCitation(f"{FILE}:{self.text.count(chr(10), 0, found.start()) + 1 if found else 1}: {name} {why}")

    def of(self, name: str, kinds: tuple[type, ...]) -> Any:
        """A field of one of these kinds; None where it is not set."""
        value = self.read.get(name)
        if value is not None and not isinstance(value, kinds):
            raise self.fault(name, f"is {value!r}; it is {' or '.join(_KINDS[kind] for kind in kinds)}")
        return value

    def line(self, name: str, needed: bool = False) -> str:
        """A text on one line; empty where it is not set."""
        if needed and self.read.get(name) in (None, ""):
            raise self.fault(name, "is missing; the book has no other place for it")
        return "" if self.read.get(name) is None else self._as_meant(name, self.read[name], self.written[name])

    def lines(self, name: str) -> list[str]:
        """The texts of a list."""
        given = self.of(name, (list,)) or []
        return [self._as_meant(name, one, self.written[name][number]) for number, one in enumerate(given)]

    def day(self, name: str) -> date:
        said = self.line(name, needed=True)
        try:
            return date.fromisoformat(said)
        except ValueError:
            raise self.fault(name, f"is {said!r}; it is a day, such as 2026-12-31") from None

    def authors(self) -> list[Any]:
        """Persons and entities, at least one; texts on one line."""
        given = self.of("authors", (list,))
        if not given:
            raise self.fault("authors", "is missing; the book has no other place for it")
        return [self._author(one, written) for one, written in zip(given, self.written["authors"], strict=True)]

    def _author(self, given: Any, written: Any) -> Any:
        if not isinstance(given, dict):
            return self._as_meant("authors", given, written)
        if not any(given.get(part) for part in ("name", "family-names", "given-names")):
            raise self.fault("authors", f"has {given!r}; an author has `name`, or `family-names` and `given-names`")
        parts = ("name", "family-names", "given-names", "name-particle")
        return {part: self._as_meant("authors", given[part], written[part]) for part in parts if given.get(part)}

    def publisher(self) -> str:
        """The name of the publisher in the preferred citation."""
        preferred = self.of("preferred-citation", (dict,)) or {}
        publisher = preferred.get("publisher") or {}
        if not isinstance(publisher, dict):
            raise self.fault("preferred-citation", f"has the publisher {publisher!r}; it is {_KINDS[dict]}")
        return _line(str(publisher.get("name") or ""))

    def _as_meant(self, name: str, value: Any, written: Any) -> str:
        if isinstance(value, (list, dict)) or value is None:
            raise self.fault(name, f"has {value!r} where a text stands")
        if not isinstance(value, str) and str(value) != written:
            raise self.fault(name, f"is read as {value!r}: write it in quotes, '{written}'")
        return _line(str(value))


def _citation(root: Path) -> _Citation:
    """`root/CITATION.cff`. Raises FaultyCitation where it is not YAML."""
    try:
        read = project.read(root / FILE)
    except ValueError as error:
        raise FaultyCitation(str(error)) from None
    text = (root / FILE).read_text("utf-8-sig")
    written = yaml.load(text, yaml.BaseLoader)
    if not isinstance(read, dict):
        raise FaultyCitation(f"{FILE}:1: it has no fields, such as `title: My book`")
    return _Citation(text, read, written)


def _from_config(root: Path, config: Config) -> Book:
    address = _line(config.html_baseurl or "")
    return Book(
        title=_line(next((config[name] for name in ("html_title", "project") if is_given(config, name)), "")),
        authors=(Author(_line(config.author)),) if is_given(config, "author") else (),
        version=_line(config.release or config.version),
        date=_day(root),
        url=address if not address or address.endswith("/") else f"{address}/",
        commit=commit(root),
        language=(config.language or "en").replace("_", "-"),
    )


def is_given(config: Config, name: str) -> bool:
    """Whether an author gave a value that Sphinx has a default for, such as "Author name not set"."""
    return bool(config[name]) and (name in config.overrides or name in config._raw_config)


def _day(root: Path) -> date:
    """Of a book that does not say its own: SOURCE_DATE_EPOCH, the commit's, or today."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        seconds = seconds or _git(root, "log", "-1", "--format=%ct")
    return datetime.fromtimestamp(int(seconds), UTC).date() if seconds else datetime.now(UTC).date()


def read_chapter(root: Path, docname: str, book: Book) -> Chapter:
    """A chapter, from `root/<docname>.md`. Raises ValueError where the file has no heading."""
    text = source_text(root / f"{docname}.md")
    opening = _OPENING.match(text)  # of a long chapter, what is asked for is on its first lines
    front, title = _head(opening[0]) if opening else ({}, "")
    if not title or "[" in title:  # the address of a link may stand far below
        front, title = _head(text)
    if not title:
        raise ValueError(f"{docname}.md has no heading")
    authors = front.get("authors")
    return Chapter(
        docname=docname,
        title=title,
        authors=_authors([authors] if isinstance(authors, str) else authors) if authors else book.authors,
        book=book,
        description=_line(front.get("description", "")),
    )


_OPENING = re.compile(r"(?:---\n.*?\n---[ \t]*\n)?+.*?^#[^\n]*\n", re.DOTALL | re.MULTILINE)
"""A text up to the first line that may be a heading; what stands at its head is none, whatever follows."""


def _head(text: str) -> tuple[dict[str, Any], str]:
    """What stands at the head of a text in Markdown, and its first heading; empty where there is none."""
    tokens = MarkdownIt("commonmark").use(front_matter_plugin).parse(text)
    front: dict[str, Any] = {}
    for number, token in enumerate(tokens):
        if token.type == "front_matter":
            front = yaml.safe_load(token.content) or {}
        elif token.type == "heading_open":
            inline = tokens[number + 1].children or []
            return front, _line("".join(" " if part.type == "softbreak" else part.content for part in inline))
    return front, ""


def _authors(listed: list[Any]) -> tuple[Author, ...]:
    """CFF's entities and persons; a bare text is an organisation."""
    authors = []
    for author in listed:
        if isinstance(author, str):
            authors.append(Author(_line(author)))
        elif "name" in author:
            authors.append(Author(_line(author["name"])))
        else:
            family = _line(" ".join(filter(None, [author.get("name-particle"), author.get("family-names", "")])))
            given = _line(author.get("given-names", ""))
            authors.append(Author(f"{given} {family}".strip(), family, given))
    return tuple(authors)


def commit(root: Path) -> str:
    """Hash of the commit that is checked out at root; empty without git, and where files differ from the commit."""
    try:
        top = _git(root, "rev-parse", "--show-toplevel")
        if Path(top).resolve() != root.resolve():  # root lies inside another project's repository
            return ""
        return "" if _git(root, "status", "--porcelain", "--untracked-files=no") else _git(root, "rev-parse", "HEAD")
    except (OSError, subprocess.SubprocessError):
        return ""


def checked_out(root: Path) -> str:
    """What git says of a folder: the commit, and whether files differ from it. Empty without git."""
    try:
        return f"{_git(root, 'rev-parse', 'HEAD')} {commit(root)}"
    except (OSError, subprocess.SubprocessError):
        return ""


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout.strip()


def _line(text: str) -> str:
    """The text on one line: a break within would begin another field in RIS."""
    return " ".join(text.split())
