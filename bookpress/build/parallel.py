"""Pages read in forks of the build, one for each processor, with the result of reading them one after the other.

Sphinx does the reading; what it lacks is here. Its own way takes over what the forks found in the order in which they
end, so that two builds of one commit could differ, and leaves forks behind when the build is killed. How pages are
written in forks: `bookpress.build.shares`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx import builders
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.parallel import ParallelTasks

from bookpress.build.outcome import UNFIT, BuildError
from bookpress.effort.processors import cores

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LOGGER = logging.getLogger(__name__)
FEW, SMALL = 5, 1_000_000
"""So many pages, if their doctrees have no more bytes than that, are read or written in one process, which takes a
second or two."""
UNDECLARED = ("sphinx_jupyterbook_latex", "sphinx_multitoc_numbering")
"""Extensions that do not say whether pages may be read in parallel. They may: the one only touches LaTeX, the other
waits until all pages are read."""
_INCLUDES = re.compile(r"\s*(?:[`:]{3,}\s*\{include\}|\.\. include::)")
_WRITTEN = "bookpress_written"
"""Attribute of the application: the page that is being written."""
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>


class PageFailed(Exception):
    """A fork could not read or write a page; the message names it, and a traceback follows."""


class OrderedTasks(ParallelTasks):
    """Sphinx's tasks, of which nothing is lost: what they said is told, what they found is taken over, and what they
    failed of is raised, in the order in which they were added.

    page: the file of the page that a process is reading or writing.
    """

    def __init__(self, nproc: int, page: Callable[[], str] = str) -> None:
        super().__init__(nproc)
        self._page = page
        self._finished: dict[int, Callable[[], None]] = {}

    def add_task(
        self, task_func: Callable[..., Any], arg: Any = None, result_func: Callable[..., Any] | None = None
    ) -> None:
        task = self._taskid

        def finished(argument: Any, how: tuple[list[Any], Any, Exception | None]) -> None:
            def take_over() -> None:
                said, result, error = how
                for record in said:
                    LOGGER.handle(record)
                if error:
                    raise error
                if result_func:
                    result_func(argument, result)

            self._finished[task] = take_over

        super().add_task(partial(outcome, task_func, self._page), arg, finished)

    def join(self) -> None:
        """Wait for all. Raises what the first that failed did, and BuildError for one that was killed."""
        with contextlib.suppress(EOFError):  # which is all that Sphinx learns of a killed one
            super().join()
        for task in range(self._taskid):
            if task not in self._finished:
                raise BuildError("a process with pages of the book was killed; is there too little memory?", UNFIT)
            self._finished.pop(task)()


def outcome(
    task: Callable[..., Any], page: Callable[[], str], argument: Any
) -> tuple[list[Any], Any, Exception | None]:
    """What a task said, found and failed of, in a form that another process can take."""
    noted = logging.LogCollector()
    result, failed = None, None
    with noted.collect():
        try:
            result = task(argument)
        except Exception as error:
            failed = _told(error, page())
    logging.convert_serializable(noted.logs)
    return noted.logs, result, failed


def _told(error: Exception, page: str) -> Exception:
    """An error as one process would have told it; what it can only have of an extension names the page."""
    inner = error.orig_exc if isinstance(error, ExtensionError) else error
    if isinstance(inner, (OSError, ImportError)):
        return inner
    return PageFailed(f"{page}: {explained(error, page)}", "".join(traceback.format_exception(error)))


def explained(error: Exception, page: str) -> str:
    """What a page failed of, in one line."""
    if isinstance(error, ExtensionError) and isinstance(error.orig_exc, Exception):
        error = error.orig_exc
    said = " ".join(f"{type(error).__name__}: {error}".split())
    if not isinstance(error, RecursionError):
        return said
    text = Path(page).read_text("utf-8", errors="replace") if Path(page).is_file() else ""
    lines = [number for number, line in enumerate(text.splitlines(), 1) if _INCLUDES.match(line)]
    return f"it includes itself, by line {lines[0]}, or is nested too deeply ({said})" if lines else said


def processes() -> int:
    """How many processes may read; 1 where a process cannot be tied to the life of another."""
    return cores() if sys.platform == "linux" else 1


def few(app: Sphinx, names: Sequence[str]) -> bool:
    """Whether pages are too few for several processes to pay, by what they were when they were read last."""
    paths = [Path(app.doctreedir, f"{name}.doctree") for name in names]
    return are_few([path.stat().st_size if path.is_file() else 0 for path in paths])


def are_few(sizes: Sequence[int]) -> bool:
    """:func:`few` of the bytes that doctrees have.

    >>> are_few([300_000, 400_000]), are_few([1_300_000]), are_few([300_000, 900_000]), are_few([10] * 8)
    (True, True, False, False)
    """
    return len(sizes) < 2 or (len(sizes) <= FEW and sum(sizes) <= SMALL)


def page_at(app: Sphinx) -> str:
    """The file of the page that is being read or written; nothing between pages."""
    docname = app.env.temp_data.get("docname") or app.__dict__.get(_WRITTEN)
    return str(app.env.doc2path(docname)) if docname else ""


@contextlib.contextmanager
def at(app: Sphinx, docname: str) -> Iterator[None]:
    """Within this a page is written, which what it fails of will be told of."""
    app.__dict__[_WRITTEN] = docname
    yield
    del app.__dict__[_WRITTEN]  # not after a fault, whose page is asked for later


@contextlib.contextmanager
def reading(app: Sphinx) -> Iterator[None]:
    """Within this, Sphinx reads in parallel if that pays and every extension allows it, and writes in its serial way:
    its parallel one leaves to one process what is most of the work, to resolve references (`bookpress.build.shares`).

    Sphinx takes five pages for too few, whatever is in them; here their size counts.
    """
    for name in set(UNDECLARED) & set(app.extensions):
        app.extensions[name].parallel_read_safe = True
    app.parallel = processes()
    app.connect("env-updated", lambda app, env: setattr(app, "parallel", 1))
    builder: Any = app.builder
    one_by_one = builder._read_serial

    def read(names: list[str]) -> None:
        if app.parallel < 2 or few(app, names) or not app.is_parallel_allowed("read"):
            one_by_one(names)
        else:
            builder._read_parallel(names, nproc=app.parallel)

    vars(builder)["_read_serial"] = read
    names = vars(builders)  # the name by which builders know it
    stock, names["ParallelTasks"] = names["ParallelTasks"], lambda number: OrderedTasks(number, lambda: page_at(app))
    try:
        with forks_end_with(os.getpid()):
            yield
    finally:
        names["ParallelTasks"] = stock


_parent = 0
"""The process whose forks end with it; 0 if forks are nobody's concern."""


@contextlib.contextmanager
def forks_end_with(process: int) -> Iterator[None]:
    """Within this, forks of this process end with it, and leave interrupts to it."""
    global _parent
    _parent = process
    try:
        yield
    finally:
        _parent = 0


def _after_fork() -> None:
    """Leave interrupts to the parent, and die with it, however it dies."""
    if not _parent:
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with contextlib.suppress(AttributeError, OSError):  # a C library that cannot
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != _parent:  # it died before this could be said
        os._exit(1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
