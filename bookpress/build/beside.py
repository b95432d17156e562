"""PDF and EPUB, made beside the web pages where there is a processor for it.

When the first builder begins to write, all pages are read, and what was read lies in the work folder. There the build
forks, once for each of the others: the fork lets go of the first builder's Sphinx and runs its own, as it would have
done later. What is written is the same, and so is what is said of faults: those of the first builder come first.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from bookpress.build import parallel
from bookpress.build.outcome import FAULTY_BOOK, UNFIT, BuildError, disk_is_full
from bookpress.build.sphinx_run import run_sphinx

_NICE = 5
"""How much each fork yields to those before it: the PDF takes longest, and the build waits for the last."""
Seconds = dict[str, float]
"""By builder."""


def run(root: Path, builders: Sequence[str], work: Path) -> Seconds:
    """Run Sphinx's builders over the book in root, output in work/<builder>; how long each took.

    Raises BuildError, OSError, ImportError or KeyboardInterrupt.
    """
    first, *others = builders
    if not others or parallel.processes() < 2:
        return _in_turn(root, builders, work)
    forks = [_Fork(root, builder, work, _NICE * place) for place, builder in enumerate(others)]
    try:
        seconds = _in_turn(root, [first], work, lambda: _begin(forks))
        for fork in forks:
            seconds |= fork.result() if fork.process else fork.make()
        return seconds
    except _InFork as one:  # and with it goes what holds the first builder's Sphinx
        here = one.fork
    finally:
        for fork in forks:
            fork.end()
    here.answer()


def _in_turn(
    root: Path,
    builders: Sequence[str],
    work: Path,
    writing: Callable[[], None] | None = None,
    later: bool = False,
) -> Seconds:
    seconds: Seconds = {}
    for place, builder in enumerate(builders):
        started = time.perf_counter()
        run_sphinx(root, builder, work, writing, later or place > 0)
        seconds[builder] = time.perf_counter() - started
    return seconds


def _begin(forks: Sequence[_Fork]) -> None:
    """Fork for each; raises _InFork in every one."""
    for place, fork in enumerate(forks):
        if not fork.begin():
            for other in forks[:place]:
                other.forget()
            raise _InFork(fork)


class _InFork(BaseException):
    """Leads a fork out of the Sphinx in which it was made; no handler of faults takes it for one."""

    def __init__(self, fork: _Fork) -> None:
        super().__init__()
        self.fork = fork


class _Fork:
    """A fork of the build for one builder, and what it answers. process: its id, as the build sees it; 0 while there
    is none. yields: how nice it is to the others, in the kernel's sense."""

    def __init__(self, root: Path, builder: str, work: Path, yields: int) -> None:
        self.process = 0
        self._root, self._builder, self._work, self._yields = root, builder, work, yields
        self._ends = (-1, -1)

    def make(self) -> Seconds:
        """Run the builder, in this process."""
        return _in_turn(self._root, [self._builder], self._work, later=True)

    def begin(self) -> int:
        """Fork; returns twice: in the build its id, in the fork 0."""
        sys.stdout.flush()
        sys.stderr.flush()
        self._ends = os.pipe()
        self.process = os.fork()  # interrupts are left to the build: bookpress.build.parallel
        if self.process:
            os.close(self._ends[1])
        else:
            gc.freeze()  # sphinx-external-toc looks through all that might be collected, with the whole first Sphinx
            os.nice(self._yields)
        return self.process

    def forget(self) -> None:
        """Let go, in another fork, of what is the build's."""
        os.close(self._ends[0])
        self.process = 0

    def answer(self) -> NoReturn:
        """In the fork: do the work, say how it went, and end, whatever happens."""
        try:
            content = pickle.dumps(self._outcome())
            with os.fdopen(self._ends[1], "wb") as answer:
                answer.write(content)
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(0)

    def _outcome(self) -> Seconds | BaseException:
        """What the work gives, or what it fails of, as another process can take it."""
        try:
            return self.make()
        except BuildError as error:
            full = disk_is_full(error, self._root)
            return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) if full else error
        except (OSError, ImportError) as error:
            return error
        except BaseException as error:
            traceback.print_exc()
            return BuildError(f"unexpected {type(error).__name__}: {error}", FAULTY_BOOK)

    def result(self) -> Seconds:
        """What the fork answers; raises what it failed of."""
        with os.fdopen(self._ends[0], "rb") as answer:
            content = answer.read()
        os.waitpid(self.process, 0)
        self.process = 0
        if not content:
            raise BuildError(f"the process of {self._builder} was killed; is there too little memory?", UNFIT)
        said: Seconds | BaseException = pickle.loads(content)
        if isinstance(said, BaseException):
            raise said
        return said

    def end(self) -> None:
        """End a fork for whose work there is no use any more."""
        if self.process:
            with contextlib.suppress(OSError):
                os.kill(self.process, signal.SIGKILL)
                os.waitpid(self.process, 0)
                os.close(self._ends[0])
