"""The tests that concern one chapter, for whoever writes it.

    python -m vouch.upkeep.chapter chapters/voters.md

These are what holds of every page (numbers are computed, quotations verbatim, cells short), the chapter run by itself,
and the tests of the methods that bear its name. Exit codes: pytest's, and 2 for a page that the book has not.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from vouch.paths import CHAPTERS, ROOT


def selection(page: str) -> list[str]:
    """The arguments for pytest. Raises ValueError for what is no page of the book."""
    path = Path(page)
    if path.suffix != ".md" or not (CHAPTERS / path.name).is_file() or path.resolve().parent != CHAPTERS:
        names = ", ".join(sorted(one.stem for one in CHAPTERS.glob("*.md")))
        raise ValueError(f"FILE={page}: no page of the book. FILE=chapters/<name>.md, with one of: {names}")
    named = sorted(str(one) for one in (ROOT / "tests" / "methods").glob(f"test*_{path.stem}.py"))
    return [str(ROOT / "tests" / "chapters"), *named, f"--page={path.stem}", "-n", "2", "--dist", "worksteal"]


def main(argv: list[str]) -> int:
    """The command line; returns the exit code."""
    try:
        chosen = selection(argv[0] if argv else "")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return int(pytest.main(chosen))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
