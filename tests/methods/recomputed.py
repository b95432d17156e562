"""What the modules that work findings out again share: the tables as text, and what a chapter would print.

Not here: any method or loader of the book. A second implementation that shared them would repeat their faults.
"""

from __future__ import annotations

import csv
from typing import Any

import jupytext
import pytest

import vouch.findings
from vouch.paths import CHAPTERS, DATA


def rows(table: str) -> list[dict[str, str]]:
    """The rows of a table, each cell as the text in the file."""
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def recorded(*chapters: str) -> dict[str, Any]:
    """Every value that these chapters record, by name: their cells run with a `record` that keeps what it is given."""
    kept: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vouch.findings, "record", lambda name, value, **_: kept.__setitem__(name, value))
        for chapter in chapters:
            names: dict[str, Any] = {}
            for cell in jupytext.read(CHAPTERS / f"{chapter}.md").cells:
                if cell.cell_type == "code":
                    exec(cell.source, names)
    return kept
