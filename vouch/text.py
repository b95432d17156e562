"""Numbers, days and shares as the book prints them, and lists as its tables hold them.

What lives here: how a value becomes text, the same in every chapter, figure and table. What does not: what the value
is, and where it is recorded (`vouch.findings`).
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
"""Not strftime's names: those follow the language of whoever builds."""


class Month(Protocol):
    """What has a month: a date, a timestamp or a period."""

    @property
    def year(self) -> int: ...
    @property
    def month(self) -> int: ...


class Day(Month, Protocol):
    """What has a day."""

    @property
    def day(self) -> int: ...


def formatted(value: float | int | str, digits: int = 0) -> str:
    """A number as the book prints it: comma between thousands, a true minus sign, rounded half away from zero.

    Rounding is done in decimal on the shortest representation of the number, so that 0.125 and 54.25 round as a reader
    with pencil and paper would round them. Raises ValueError for what is not finite.
    """
    if isinstance(value, str):
        return value
    if hasattr(value, "item"):  # a NumPy scalar prints as np.float64(...)
        value = value.item()
    if not math.isfinite(float(value)):
        raise ValueError(f"{value} is no number that can be printed")
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    if exact == 0:
        exact = abs(exact)
    return f"{exact:,.{max(digits, 0)}f}".replace("-", "−")


FORMULA_SIGNS = "=+-@\t\r\n＝＋－＠"


def defused(text: str) -> str:
    """The text as a CSV cell that no spreadsheet runs: `'` before a sign that begins a formula (OWASP, CSV injection).

    For what is computed or quoted. Text of the tables needs none: `vouch.evidence.data.load` refuses such cells.
    """
    return f"'{text}" if text.startswith(tuple(FORMULA_SIGNS)) else text


def keys(cell: object) -> list[str]:
    """The parts of a cell of the tables that holds a list joined by `;`; none for an empty or missing cell."""
    return [part.strip() for part in cell.split(";") if part.strip()] if isinstance(cell, str) else []


def percent(value: float) -> str:
    """`62%` for 61.7, a value in per cent."""
    return f"{formatted(float(value))}%"  # numpy's numbers would print their type


_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_words(value: float | int | str) -> str:
    """A count as a sentence says it: words from none to ten, digits from 11; `formatted` for anything but a count.

    `none` reads in "none of the visits"; where a sentence wants "no" or "nobody", it says so itself.
    """
    if isinstance(value, str) or value not in range(len(_WORDS)):
        return formatted(value)
    return _WORDS[int(value)]


def month(date: Month) -> str:
    """`May 2026`."""
    return f"{MONTHS[date.month - 1]} {date.year}"


def day(date: Day) -> str:
    """`31 May 2026`."""
    return f"{date.day} {month(date)}"


def period(first: Day, last: Day) -> str:
    """`28 to 30 November 2025`, `30 November 2025 to 2 December 2025`, or one day."""
    if (first.year, first.month, first.day) == (last.year, last.month, last.day):
        return day(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(last)}"
    return f"{day(first)} to {day(last)}"
