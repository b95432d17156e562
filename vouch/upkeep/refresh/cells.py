"""Cells of publishers as values: numbers, dates and codes, or a complaint that names file, row and column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from vouch.evidence.faults import DataError, Fault
from vouch.upkeep.refresh.readers import bad
from vouch.upkeep.refresh.wanted import Wanted

_WHOLE = re.compile(r"-?\d+(\.0+)?")
_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})([ T]00:00:00(\.0+)?)?")

_MISSING = {"", "NA", "-"}
"""What publishers write for a missing cell: nothing (or JSON's null), R's NA, UNHCR's dash."""


def typed(frame: pd.DataFrame, name: str, kind: str) -> pd.Series:
    """A text column as Int64, float64 or datetime64; DataError with file, row and column of each cell that is none."""
    pattern, convert, dtype, article = {
        "whole": (_WHOLE, lambda match: int(float(match[0])), "Int64", "a whole number"),
        "number": (_NUMBER, lambda match: float(match[0]), "float64", "a number"),
        "date": (_DATE, lambda match: pd.Timestamp(match[1]), "datetime64[s]", "a date"),
    }[kind]
    values, faults = [], []
    for (file, row), text in frame[name].items():
        value, match = None, pattern.fullmatch(text)
        if text not in _MISSING:
            try:
                value = convert(match)
            except (TypeError, ValueError):  # no match at all, or a date such as 2020-02-30
                faults.append(Fault(file, f"not {article}", row=row, column=name, value=text))
        values.append(value)
    if faults:
        raise DataError(faults)
    return pd.Series(values, index=frame.index, dtype=dtype)


def coded(frame: pd.DataFrame, name: str, codes: Mapping[str, Any]) -> pd.Series:
    """A text column translated by a list of codes; DataError names the first cell that is not in the list."""
    known = frame[name].isin(list(codes))
    if not known.all():
        (file, row), text = next(iter(frame.loc[~known, name].items()))
        raise bad(file, f"not one of the publisher's codes {', '.join(codes)}", row=row, column=name, value=text)
    return frame[name].map(codes)


def in_years(frame: pd.DataFrame, wanted: Wanted, name: str = "year") -> pd.DataFrame:
    """The rows of the wanted years, with the column as a whole number."""
    years = typed(frame, name, "whole")
    return frame.assign(**{name: years})[years.between(wanted.first, wanted.last).fillna(False)]


def of_release(frame: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    """The frame, if it ends in the table's last year: otherwise it is another release, and DataError says so."""
    years = typed(frame, "year", "whole")
    if years.max() != wanted.last:
        file, row = years.idxmax()
        reason = (
            f"the file runs to {years.max()}, the table {wanted.table} to {wanted.last}: another release. "
            "To move to it, change `maximum` in data/datapackage.json"
        )
        raise bad(file, reason, row=row, column="year", value=str(years.max()))
    return frame
