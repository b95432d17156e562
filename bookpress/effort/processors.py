"""The processors that a build may use, and work of many like pieces that it shares among them."""

from __future__ import annotations

import errno
import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

T = TypeVar("T")


def cores() -> int:
    """The processors that this process may use, which may be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def aside(work: Callable[[], T], here: Callable[[], object]) -> T:
    """What `work` gives, done in a fork while this process does something else, where forks end with the build; where
    they do not, or there is one processor, done here, and nothing else.

    work: a function of a module, or a `partial` of one. Raises what `work` raises, and OSError where its process was
    killed.
    """
    if cores() < 2 or sys.platform != "linux":
        return work()
    try:
        with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as fork:
            answer = fork.submit(work)
            here()
            return answer.result()
    except BrokenProcessPool:
        raise _killed() from None


def _killed() -> OSError:
    return OSError(errno.ENOMEM, "a process of the build was killed; is there too little memory?")


def shared(work: Callable[..., T], pieces: Sequence[tuple[Any, ...]]) -> list[T]:
    """What `work` gives for the arguments of each piece, in their order, done in forks where these end with the build.

    work: a function of a module, or a `partial` of one; it is not worth it for less than some hundredths of a second
    a piece. Raises what `work` raises, and OSError where a process was killed.
    """
    number = min(cores(), len(pieces))
    if number < 2 or sys.platform != "linux":
        return [work(*piece) for piece in pieces]
    try:
        with ProcessPoolExecutor(number, multiprocessing.get_context("fork")) as forks:
            return list(forks.map(work, *zip(*pieces, strict=True)))
    except BrokenProcessPool:
        raise _killed() from None
