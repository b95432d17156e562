"""Findings: the numbers that stand in the book's sentences, each computed, rounded once and written to `findings.json`.

A chapter records a finding in a code cell and its prose names it: ``{glue:text}`coup.months_to_vote` ``. The same
record carries value, unit, as-of date and claimant in machine-readable form, so that the printed number, the page and
`findings.json` cannot disagree.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vouch.paths import DATA, shown
from vouch.text import formatted, in_words

ACCEPTED = DATA / "findings.json"
"""The findings as they were last accepted, in git; the build writes its own beside the pages."""

MIME = "application/vnd.vouch.finding+json"
"""Media type of the machine-readable form, stored beside the printed text in the executed notebook."""

# What myst_nb.ext.glue strips: an output under it is kept in the notebook, but not shown in place.
_GLUE_PREFIX = "application/papermill.record/"
_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")


@dataclass(frozen=True)
class Finding:
    """One number (or word, or date) as the book prints it.

    id: `chapter.what_it_is`, permanent. value: unrounded. text: as printed. unit: in words, `%` or empty. as_of: the
    day the number speaks of, ISO 8601. claimant: who says so, empty where the book computed it from a whole table.
    """

    id: str
    value: float | int | str
    text: str
    unit: str
    as_of: str
    claimant: str
    note: str


def record(id: str, value: Any, **printed: Any) -> None:
    """Compute a :func:`finding` and make it available to the prose of the chapter as ``{glue:text}`id` ``.

    Takes the arguments of :func:`finding`. The record is stored in the output of the running notebook cell; outside
    IPython nothing is stored, but a value that cannot be printed still raises.
    """
    _store(finding(id, value, **printed))


def finding(
    id: str,
    value: Any,
    *,
    digits: int = 0,
    unit: str = "",
    as_of: str | datetime.date = "",
    claimant: str = "",
    note: str = "",
    text: str | None = None,
    words: bool = False,
) -> Finding:
    """One finding, checked and formatted.

    value may be a number, a string or a date; digits is the number of decimals that the evidence supports (negative
    rounds to tens, hundreds, ...). text replaces the printed form where it has to; words prints a count up to
    ten as a word (:func:`vouch.text.in_words`), as running text does. as_of may be a
    date, or text where only a month or a year is known.

    Raises ValueError for an id of another form than `chapter.what_it_is`, for a missing value and for NaN.
    """
    if not _ID.fullmatch(id):
        raise ValueError(f"finding id {id!r} is not of the form chapter.what_it_is")
    plain = _plain(id, value)
    printed = text if text is not None else in_words(plain) if words else formatted(plain, digits)
    return Finding(id, plain, printed, unit, str(_plain(id, as_of)), claimant, note)


def read(path: Path = ACCEPTED) -> list[Finding]:
    """The findings of a `findings.json`, sorted by id as they stand there.

    Raises ValueError with file and entry for anything that is not a list of whole findings, each id once.
    """
    try:
        entries = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ValueError(f"{shown(path)}: {error.strerror}") from None
    except ValueError as error:
        raise ValueError(f"{shown(path)}: not JSON: {error}") from None
    if not isinstance(entries, list):
        raise ValueError(f"{shown(path)}: not a list of findings")
    found: dict[str, Finding] = {}
    for number, entry in enumerate(entries, 1):
        where = f"{shown(path)}, entry {number}"
        try:
            entered = Finding(**{name: content for name, content in entry.items() if name != "chapter"})
        except (AttributeError, TypeError) as error:
            raise ValueError(f"{where}: not a whole finding: {error}") from None
        for name in ("id", "text", "unit", "as_of", "claimant", "note"):
            if not isinstance(getattr(entered, name), str):
                raise ValueError(f"{where}: {name} is not text")
        if not _ID.fullmatch(entered.id):
            raise ValueError(f"{where}: {entered.id!r} is not of the form chapter.what_it_is")
        if entered.id in found:
            raise ValueError(f"{where}: {entered.id} occurs twice")
        if _plain(entered.id, entered.value) != entered.value:
            raise ValueError(f"{where}: the value of {entered.id} is not written as it is recorded")
        found[entered.id] = entered
    return list(found.values())


def _plain(id: str, value: Any) -> float | int | str:
    if isinstance(value, str):
        return value
    if isinstance(value, datetime.date) and value == value:  # pandas' Timestamp is one too, and so is its NaT
        return value.strftime("%Y-%m-%d")
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"finding {id}: {value!r} is not a number, a string or a date")
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"finding {id} is {value}, which no sentence can print")
    return value


def _store(finding: Finding) -> None:
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:  # the methods are usable without Jupyter
        return
    if get_ipython() is None:
        return
    # As a quoted literal: MyST-NB evaluates what it glues, and would read a bare 2,931 as a pair of numbers.
    bundle = {"text/plain": repr(finding.text), MIME: asdict(finding)}
    display(
        {_GLUE_PREFIX + mime: content for mime, content in bundle.items()},
        raw=True,
        metadata={"scrapbook": {"name": finding.id, "mime_prefix": _GLUE_PREFIX}},
    )


PARTS = ("text", "value", "unit", "as_of", "claimant")
"""What of a finding may not change unnoticed: all that can be cited. Notes and chapters are its surroundings."""

TOLERANCE = 1e-9
"""Relative difference up to which two unrounded values are the same.

Another processor or library adds up in another order: double precision then differs by about 1e-16 per step, and no
finding takes more than some thousand steps. Nothing is printed, or known, to nine significant digits. The printed text
has to be the same to the letter.
"""


def described(text: str, unit: str, as_of: str, claimant: str) -> str:
    """A finding in one line, for messages: printed text, unit, day it speaks of and who says so."""
    return ", ".join(filter(None, [f"{text} {unit}".strip(), as_of and f"as of {as_of}", claimant]))


def same(part: str, before: Any, after: Any) -> bool:
    """Whether a part of a finding (one of :data:`PARTS`) is the same in two states; values up to :data:`TOLERANCE`."""
    if part == "value":
        try:
            return math.isclose(float(before), float(after), rel_tol=TOLERANCE, abs_tol=1e-12)
        except ValueError:  # a word or a date: its text is its value
            pass
    return before == after
