"""A table of the book: a frame, its columns in words, and a caption.

Shown as the last value of a cell it becomes a numbered table in HTML and PDF (see `bookpress.cells`): real header
cells, numbers aligned right and rounded once, units in the header.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from vouch.fences import fence, spreadsheet_safe
from vouch.text import MONTHS, day, formatted, keys, month

MISSING = "–"
QUALIFIED = {"at-least": "at least", "at-most": "at most"}
"""How a number of the data is meant, as tables say it."""
_NUMBER = re.compile(r"[−-]?\d[\d,]*(\.\d+)?( \([−\d.,]+ to [−–\d.,]+\))?")
_DAY = re.compile(r"(?<![\w-])(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?![\w-])")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_SEASON = re.compile(r"(\d{4})-(\d\d)")
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True)
class Column:
    """How one column is shown: heading, unit (in the heading), decimals, and whether its text is MyST.

    myst is for text that the book itself wrote (citations, emphasis); data and quotations stay plain and are escaped.
    Where both meet in one cell, a caption or a note, the data go through :func:`as_myst`.
    cite is for columns of bibliography keys joined by `;`, shown as citations in numbered notes below the table.
    words: what is shown for a value of the data that is a code; the CSV keeps the code.
    """

    label: str
    unit: str = ""
    digits: int = 0
    myst: bool = False
    cite: bool = False
    plain_number: bool = False  # years: no comma between thousands
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """One table of the book. name: permanent label, `tab-...`. columns: frame column -> Column, in the order shown.

    groups: a column that is shown once, above the rows in a row that share it, in place of standing in each.
    """

    name: str
    frame: pd.DataFrame
    columns: dict[str, Column]
    caption: str
    note: str = ""
    groups: str = ""
    code: str = field(default="")

    def __post_init__(self) -> None:
        if not self.name.startswith("tab-"):
            raise ValueError(f"table name {self.name!r} does not start with tab-")
        absent = [name for name in self.columns if name not in self.frame.columns]
        if absent:
            raise ValueError(f"table {self.name}: the frame has no column {', '.join(absent)}")
        if self.groups and self.groups not in self.columns:
            raise ValueError(f"table {self.name} shows no column {self.groups!r} to group by")
        if not self.caption.strip():
            raise ValueError(f"table {self.name} has no caption")

    def captioned(self, caption: str) -> Table:
        """The same table with another caption (MyST)."""
        return replace(self, caption=caption)

    def cells(self) -> list[list[str]]:
        """The rows as printed text, one string per shown column."""
        return [
            [_cell(value, column) for value, column in zip(row, self.columns.values(), strict=True)]
            for row in self.frame[list(self.columns)].itertuples(index=False, name=None)
        ]

    def csv(self) -> str:
        """The shown columns, unrounded, as CSV text."""
        return spreadsheet_safe(self.frame[list(self.columns)]).to_csv(index=False, lineterminator="\n")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        heads = [c.label + (f" ({c.unit})" if c.unit else "") for c in self.columns.values()]
        rows = self.cells()
        columns = zip(*rows, strict=True) if rows else iter([()] * len(self.columns))
        numeric = [
            (_is_number(self.frame[name]) or _all_numbers(texts)) and not c.cite
            for (name, c), texts in zip(self.columns.items(), columns, strict=True)
        ]
        payload: dict[str, Any] = {
            "name": self.name,
            "caption": self.caption,
            "note": self.note,
            "head": heads,
            "numeric": numeric,
            "myst": [c.myst or c.cite for c in self.columns.values()],
            "notes": [c.cite for c in self.columns.values()],
            "groups": list(self.columns).index(self.groups) if self.groups else None,
            "rows": rows,
            "csv": self.csv(),
            "code": self.code,
        }
        read = [as_plain if myst else str for myst in payload["myst"]]
        escaped = [[html.escape(plain(cell)) for plain, cell in zip(read, row, strict=True)] for row in rows]
        shown = pd.DataFrame(escaped, columns=[html.escape(head) for head in heads])
        return {
            "text/markdown": fence("bookpress-table", payload),
            "text/html": shown.to_html(index=False, escape=False, border=0),
            "text/plain": pd.DataFrame(rows, columns=heads).to_string(index=False),
        }


def as_myst(text: str) -> str:
    """Plain text as MyST that reads the same: every sign that could mark something up is escaped."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def as_plain(text: str) -> str:
    """MyST as a notebook outside the book shows it: the words of roles, keys of citations in brackets, no escapes."""
    text = re.sub(r"\{cite:[a-z]+\}`([^`]*)`", lambda m: "[" + m[1].replace(",", ", ") + "]", text)
    text = re.sub(r"\{[\w:-]+\}`(?:([^`<]*?) *<[^`>]*>|([^`]*))`", lambda m: m[1] or m[2] or "", text)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def _is_number(series: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series)


def _all_numbers(texts: Iterable[str]) -> bool:
    """Whether a column of text holds nothing but numbers, each with its own decimals. Years are dates, not numbers."""
    shown = [text for text in texts if text != MISSING]
    return all(_NUMBER.fullmatch(text) for text in shown) and not all(_YEAR.fullmatch(text) for text in shown)


def _in_words(text: str) -> str:
    """Text of a cell; dates of the data in words, and a season that spans two years (2025-26) with a dash."""
    if _MONTH.fullmatch(text):
        return month(pd.Period(text, "M"))
    text = _DAY.sub(lambda found: f"{int(found[3])} {MONTHS[int(found[2]) - 1]} {found[1]}", text)
    return _SEASON.sub(r"\1–\2", text) if _SEASON.fullmatch(text) else text


def _cell(value: Any, column: Column) -> str:
    if value is None or value is pd.NaT or (not isinstance(value, str) and pd.isna(value)):
        return MISSING
    if column.cite:
        return "{cite:alp}`" + ",".join(keys(value)) + "`" if value else MISSING
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return day(value)
    if isinstance(value, pd.Period):
        return month(value)
    if isinstance(value, str):
        return column.words.get(value, value if column.myst else _in_words(value))
    if column.plain_number:
        return str(int(value))
    return formatted(value, column.digits)
