"""The order of a book's pages, what they say of each other, and the way from one to the top folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from sphinx import addnodes
from sphinx.errors import SphinxError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


class Unreadable(SphinxError):
    """A source file that is not text as Sphinx takes it; the message names it."""

    category = "Not readable"


def source_text(path: Path) -> str:
    """The text of a source file, read as Sphinx reads it: UTF-8, with or without a byte order mark, any line ends.

    Raises Unreadable for any other encoding.
    """
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        read = path.read_bytes()
        guess = " (it looks like UTF-16)" if read.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
        line = read[: error.start].count(b"\n") + 1
        raise Unreadable(f"{path}:{line}: not UTF-8 text{guess}: save the file as UTF-8") from None


def documents(app: Sphinx) -> list[str]:
    """The pages of the book, in the order of its contents; those that no contents name stand last."""
    docnames = app.env.found_docs
    ordered = [name for name in (getattr(app.config, "external_site_map", None) or ()) if name in docnames]
    return ordered or _reading_order(app)


def title_in_contents(env: BuildEnvironment, docname: str) -> str:
    """The title that the contents give a page; nothing where they leave it to the page's heading."""
    entries = (toctree["entries"] for contents in env.tocs.values() for toctree in contents.findall(addnodes.toctree))
    return next((str(title) for listed in entries for title, name in listed if name == docname and title), "")


def said_elsewhere(app: Sphinx) -> dict[Any, Any]:
    """What pages say of other pages: their titles and order; names and places of labels; numbers."""
    env, std = app.env, app.env.domaindata["std"]
    said: dict[Any, Any] = {
        "pages": [(name, env.titles[name].astext()) for name in documents(app) if name in env.titles]
    }
    for kind in ("labels", "anonlabels", "objects", "terms"):
        said |= {(kind, name): entry for name, entry in std[kind].items()}
    said |= {("equation", label): entry for label, entry in env.domaindata["math"]["objects"].items()}
    for docname, numbers in env.toc_secnumbers.items():
        said |= {("section", docname, anchor): number for anchor, number in numbers.items()}
    for docname, kinds in env.toc_fignumbers.items():
        said |= {(kind, docname, anchor): number for kind, found in kinds.items() for anchor, number in found.items()}
    return said


def _reading_order(app: Sphinx) -> list[str]:
    ordered: dict[str, None] = {}
    waiting = [app.config.root_doc]
    while waiting:
        docname = waiting.pop()
        if docname in app.env.found_docs and docname not in ordered:
            ordered[docname] = None
            waiting += reversed(app.env.toctree_includes.get(docname, []))
    return [*ordered, *sorted(app.env.found_docs - ordered.keys())]


def file_name(app: Sphinx, docname: str) -> str:
    """What a file that belongs to a page is called: as its source, with the folders where that would name two pages."""
    return own_name(docname, app.env.found_docs)


def own_name(docname: str, docnames: Iterable[str]) -> str:
    """:func:`file_name`, of a page among these."""
    last = docname.rpartition("/")[2]
    several = sum(name.rpartition("/")[2] == last for name in docnames) > 1
    return docname.replace("/", "-") if several else last


def up(docname: str) -> str:
    """What leads from a page to the book's top folder."""
    return "../" * docname.count("/")


def address_parts(address: str) -> SplitResult | None:
    """The parts of an address; None for what is none, such as `http://[example`."""
    try:
        return urlsplit(address)
    except ValueError:
        return None
