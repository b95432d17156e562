"""HTML pages written by all processors: each process takes the next page that no other has taken.

Sphinx's own way resolves every page in one process, which is most of the work, and leaves only the last step to forks.
What writing a page leaves behind in the builder, for what comes after all pages, is here handed over by the forks: the
pictures to copy and the words for the search. A transform that made new pictures while pages are resolved would have to
name them by their place, as `bookpress.forms` does: two processes do not know of each other's names.

After the pages comes what other parts of the book need no page for (`bookpress.effort.early`), in the same way: how
long a page takes is seen only when it is written, and a processor that has none left can do that meanwhile.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sphinx.util.build_phase import BuildPhase

from bookpress.build import parallel
from bookpress.build.outcome import UNFIT, BuildError
from bookpress.effort import early

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_OF_PAGES = ("_titles", "_filenames", "_all_titles", "_index_entries")
_OF_WORDS = ("_mapping", "_title_mapping")
"""What Sphinx's index for the search keeps by page and by word."""
_TICKET = 4
"""Bytes of the number of a piece of work."""


@dataclass(frozen=True)
class Piece:
    """A page to write, or what needs no page for it."""

    page: str = ""
    handler: early.Handler | None = None


@dataclass(frozen=True)
class Done:
    """How one piece of work went, in a form that another process can take. place: among all pieces."""

    place: int
    said: list[Any]
    failed: Exception | None


def share(app: Sphinx) -> None:
    """Let the pages of the HTML book be written by several processes, if every extension allows it."""
    builder: Any = app.builder
    if builder.name != "html":
        return
    allowed = all(extension.parallel_write_safe for extension in app.extensions.values())

    def write(names: Sequence[str]) -> None:
        number = parallel.processes() if allowed else 1
        if number < 2 or parallel.few(app, names):
            for name in names:
                _write(app, name)
            return
        pieces = [*map(Piece, names), *(Piece(handler=handler) for handler in early.handlers(app))]
        _together(app, pieces, min(number, len(pieces)))

    vars(builder)["_write_serial"] = write


def _together(app: Sphinx, pieces: Sequence[Piece], number: int) -> None:
    """Do the pieces in so many processes, of which this is one. What they say and fail of is told in their order, and
    up to the first page that failed, as if one process had written them; what needs no page, and failed, fails once
    more in its usual place."""
    builder: Any = app.builder
    done: list[Done] = []

    def take_over(_none: object, left: tuple[list[Done], dict[str, Any]]) -> None:
        done.extend(left[0])
        _take_over(builder, left[1])

    with _tickets(len(pieces)) as tickets:
        tasks = parallel.OrderedTasks(number - 1, lambda: parallel.page_at(app))
        try:
            for _fork in range(number - 1):
                tasks.add_task(partial(_in_fork, app, pieces), tickets, take_over)
            done += _done(app, pieces, tickets)
        except BaseException:
            tasks.terminate()
            raise
        tasks.join()
    for one in sorted(done, key=lambda one: one.place):
        handler = pieces[one.place].handler
        if handler and one.failed:
            continue
        for record in one.said:
            parallel.LOGGER.handle(record)
        if one.failed:
            raise one.failed
        if handler:
            early.note(app, handler)
    if sorted(one.place for one in done) != list(
        range(len(pieces))
    ):  # a system whose forks do not share a file's place
        raise BuildError("a page was written twice or not at all: this system cannot build in several processes", UNFIT)


@contextlib.contextmanager
def _tickets(number: int) -> Iterator[int]:
    """A file with the numbers of so many pieces. Forks share the place at which it is read, so that each gets another;
    none holds a lock that it could be killed with."""
    with tempfile.TemporaryFile() as file:
        file.write(b"".join(place.to_bytes(_TICKET) for place in range(number)))
        file.flush()
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        yield file.fileno()


def _done(app: Sphinx, pieces: Sequence[Piece], tickets: int) -> Iterator[Done]:
    """Do pieces as long as there are any; after a page that failed nobody begins another."""
    while ticket := os.read(tickets, _TICKET):
        place = int.from_bytes(ticket)
        piece = pieces[place]
        said, _none, failed = parallel.outcome(partial(_do, app), partial(_file, app, piece), piece)
        if failed and piece.page:
            os.lseek(tickets, 0, os.SEEK_END)
        yield Done(place, said, failed)


def _do(app: Sphinx, piece: Piece) -> None:
    if piece.handler:
        piece.handler(app, None)
    else:
        _write(app, piece.page)


def _file(app: Sphinx, piece: Piece) -> str:
    return str(app.env.doc2path(piece.page)) if piece.page else ""


def _write(app: Sphinx, name: str) -> None:
    builder: Any = app.builder
    with parallel.at(app, name):
        app.phase = BuildPhase.RESOLVING
        doctree = app.env.get_and_resolve_doctree(name, builder)
        app.phase = BuildPhase.WRITING
        builder.write_doc_serialized(name, doctree)
        builder.write_doc(name, doctree)


def _in_fork(app: Sphinx, pieces: Sequence[Piece], tickets: int) -> tuple[list[Done], dict[str, Any]]:
    """How the pieces went that this fork has done, and what its pages leave for the builder of the build."""
    builder: Any = app.builder
    builder.images.clear()
    if builder.indexer is not None:
        for part in (*_OF_PAGES, *_OF_WORDS):
            setattr(builder.indexer, part, {})
    done = list(_done(app, pieces, tickets))
    index = vars(builder.indexer) if builder.indexer is not None else {}
    return done, {"images": dict(builder.images), **{part: index[part] for part in (*_OF_PAGES, *_OF_WORDS) if index}}


def _take_over(builder: Any, left: dict[str, Any]) -> None:
    builder.images.update(left["images"])
    if builder.indexer is None:
        return
    for part in _OF_PAGES:
        getattr(builder.indexer, part).update(left[part])
    for part in _OF_WORDS:
        known = getattr(builder.indexer, part)
        for word, pages in left[part].items():
            known.setdefault(word, set()).update(pages)
