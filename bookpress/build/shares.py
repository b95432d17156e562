"""HTML pages written by all processors: each process resolves and writes a share of the pages.

Sphinx's own way resolves every page in one process, which is most of the work, and leaves only the last step to forks.
What writing a page leaves behind in the builder, for what comes after all pages, is here handed over by the forks: the
pictures to copy and the words for the search. A transform that made new pictures while pages are resolved would have to
name them by their place, as `bookpress.forms` does: two processes do not know of each other's names.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util import logging
from sphinx.util.build_phase import BuildPhase

from bookpress.build import parallel

if TYPE_CHECKING:
    from sphinx.application import Sphinx

FEW, SMALL = 5, 1_000_000
"""So many pages, if their doctrees have no more bytes than that, are written in one process, which takes a second or
two."""
_OF_PAGES = ("_titles", "_filenames", "_all_titles", "_index_entries")
_OF_WORDS = ("_mapping", "_title_mapping")
"""What Sphinx's index for the search keeps by page and by word."""


def share(app: Sphinx) -> None:
    """Let the pages of the HTML book be written in shares, if every extension allows it."""
    builder: Any = app.builder
    if builder.name != "html":
        return
    allowed = all(extension.parallel_write_safe for extension in app.extensions.values())

    def write(names: Sequence[str]) -> None:
        number = parallel.processes() if allowed else 1
        own, *others = split(names, [_size(app, name) for name in names], number)
        tasks = parallel.OrderedTasks(len(others), lambda: parallel.page_at(app))
        try:
            for part in others:
                tasks.add_task(partial(_written, app), part, lambda _part, left: _take_over(builder, left))
            with logging.pending_warnings():
                _write(app, own)
        except BaseException:
            tasks.terminate()
            raise
        tasks.join()

    vars(builder)["_write_serial"] = write


def split(names: Sequence[str], sizes: Sequence[int], number: int) -> list[Sequence[str]]:
    """Names in their order, in up to so many parts of like size; in one if they are few and small.

    Faults are told in the order of the pages then, as they are when one process writes.

    >>> split(["a", "b", "c", "d", "e", "f"], [1, 1, 1, 1, 1, 5], 2)
    [['a', 'b', 'c', 'd', 'e'], ['f']]
    """
    if len(names) <= FEW and sum(sizes) <= SMALL:
        return [names]
    total, before, parts = sum(sizes) or 1, 0, [0] * len(names)
    for place, size in enumerate(sizes):
        parts[place] = min(int(number * (before + size / 2) / total), number - 1)
        before += size
    found = [[name for name, at in zip(names, parts, strict=True) if at == part] for part in range(number)]
    return [part for part in found if part]


def _size(app: Sphinx, name: str) -> int:
    """A page's doctree in bytes: much to resolve, much to write."""
    path = Path(app.doctreedir, f"{name}.doctree")
    return path.stat().st_size if path.is_file() else 0


def _write(app: Sphinx, names: Sequence[str]) -> None:
    builder: Any = app.builder
    for name in names:
        with parallel.at(app, name):
            app.phase = BuildPhase.RESOLVING
            doctree = app.env.get_and_resolve_doctree(name, builder)
            app.phase = BuildPhase.WRITING
            builder.write_doc_serialized(name, doctree)
            builder.write_doc(name, doctree)


def _written(app: Sphinx, names: Sequence[str]) -> dict[str, Any]:
    """In a fork: write these pages; what they leave for the builder of the build."""
    builder: Any = app.builder
    builder.images.clear()
    if builder.indexer is not None:
        for part in (*_OF_PAGES, *_OF_WORDS):
            setattr(builder.indexer, part, {})
    _write(app, names)
    index = vars(builder.indexer) if builder.indexer is not None else {}
    return {"images": dict(builder.images), **{part: index[part] for part in (*_OF_PAGES, *_OF_WORDS) if index}}


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
