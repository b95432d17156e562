"""How charts and tables travel from a cell into the book: as a MyST fence with one line of JSON, and as CSV."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from vouch.text import defused


def fence(directive: str, payload: dict[str, Any]) -> str:
    """A MyST fence whose body is one line of JSON: how charts and tables travel from a cell into the book."""
    body = json.dumps(payload, ensure_ascii=False, sort_keys=True)
    return f"``````{{{directive}}}\n{body}\n``````\n"


def spreadsheet_safe(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy in which no text, of a cell or a heading, can be taken for a formula: see :func:`vouch.text.defused`."""
    safe = frame.rename(columns=lambda name: defused(name) if isinstance(name, str) else name)
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = [defused(value) if isinstance(value, str) else value for value in safe[column]]
    return safe
