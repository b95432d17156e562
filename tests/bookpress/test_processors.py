"""Work shared among processors gives what it gives in one, in the same order, and fails as loudly."""

from __future__ import annotations

import os
import signal
import sys
import time
from functools import partial

import pytest

from bookpress.effort import processors


def halved(number: int, pause: float = 0.0) -> tuple[int, int]:
    time.sleep(pause)
    if number % 2:
        raise ValueError(f"{number} is odd")
    return number // 2, os.getpid()


@pytest.mark.parametrize("number", [1, 3])
def test_results_stand_in_the_order_of_the_pieces(number, monkeypatch):
    monkeypatch.setattr(processors, "cores", lambda: number)
    found = processors.shared(halved, [(8, 0.3), (6, 0.1), (4, 0.0), (2, 0.0)])
    assert [half for half, _process in found] == [4, 3, 2, 1]
    if sys.platform == "linux":
        assert ({os.getpid()} == {process for _half, process in found}) == (number == 1)
    assert processors.shared(halved, []) == []


@pytest.mark.parametrize("number", [1, 3])
def test_what_a_piece_raises_is_raised(number, monkeypatch):
    monkeypatch.setattr(processors, "cores", lambda: number)
    with pytest.raises(ValueError, match="5 is odd"):
        processors.shared(halved, [(8,), (5,), (4,)])


def killed(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.skipif(sys.platform != "linux", reason="`shared` forks on Linux only: elsewhere there is none to kill")
def test_a_process_that_is_killed_is_told_as_such(monkeypatch):
    monkeypatch.setattr(processors, "cores", lambda: 2)
    with pytest.raises(OSError, match="killed; is there too little memory"):
        processors.shared(killed, [(1,), (2,), (3,), (4,)])


@pytest.mark.parametrize("number", [1, 2])
def test_work_done_aside_gives_what_it_gives_here(number, monkeypatch):
    monkeypatch.setattr(processors, "cores", lambda: number)
    here: list[float] = []
    begun = time.monotonic()
    half, process = processors.aside(partial(halved, 8, 0.3), lambda: here.append(time.monotonic()))
    assert half == 4 and len(here) <= 1
    if sys.platform == "linux" and number > 1:
        assert process != os.getpid() and here[0] < begun + 0.3, "this process waited for the other"
    with pytest.raises(ValueError, match="5 is odd"):
        processors.aside(partial(halved, 5), here.clear)


@pytest.mark.skipif(sys.platform != "linux", reason="`aside` forks on Linux only: elsewhere there is none to kill")
def test_a_process_aside_that_is_killed_is_told_as_such(monkeypatch):
    monkeypatch.setattr(processors, "cores", lambda: 2)
    with pytest.raises(OSError, match="killed; is there too little memory"):
        processors.aside(partial(killed, 3), list)
