"""For `make mutation` only, where thousands of test runs are forked from one process: a pytest plugin of two parts."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from vouch.evidence import data
from vouch.paths import BIBLIOGRAPHY, DATA


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """While mutmut records which test reaches which function, no two tests share a fixture.

    A shared fixture runs within the first test that asks for it. mutmut would credit all that the fixture calls to that
    one test and, once a fault is put there, never run the others.
    """
    if os.environ.get("MUTANT_UNDER_TEST") == "stats":
        item.session._setupstate.teardown_exact(None)  # as after the last test: fixtures of module and session go too


# Reading and checking a table takes longer than most tests. The loader is not mutated: once for all runs is enough.
_checked = data.load
_once = cache(_checked)


def _load(name: str, folder: Path = DATA, bibliography: Path = BIBLIOGRAPHY) -> pd.DataFrame:
    if (folder, bibliography) != (DATA, BIBLIOGRAPHY):
        return _checked(name, folder, bibliography)
    return _once(name).copy()


data.load = _load
