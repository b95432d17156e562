"""One table against its description in `data/datapackage.json`: types, constraints, repeated keys. Reads no file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from vouch.evidence.faults import Fault
from vouch.text import FORMULA_SIGNS

_MISSING = pd.NA
_INTEGER = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR = re.compile(r"\d{4}")
_YEARMONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_FORMULA = re.compile(
    rf"(?:^|;)[{re.escape(FORMULA_SIGNS)}]"
)  # `;`: in half of Europe it is what a spreadsheet splits at
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_BOOLEAN = {"true": True, "false": False, "True": True, "False": False}
_KNOWN_CONSTRAINTS = {"required", "unique", "minimum", "maximum", "enum", "pattern", "minLength", "maxLength"}


def field_faults(field: dict[str, Any], rows: list[int], column: list[str], file: str) -> Iterator[Fault]:
    name, kind, constraints = field["name"], field["type"], field.get("constraints", {})
    unknown = set(constraints) - _KNOWN_CONSTRAINTS
    if unknown:
        reason = f"constraint {', '.join(sorted(unknown))} of column {name} is not understood"
        yield Fault("data/datapackage.json", reason)
    pattern = re.compile(constraints["pattern"]) if "pattern" in constraints else None
    allowed = {str(value) for value in constraints["enum"]} if "enum" in constraints else None
    lowest, highest = constraints.get("minimum"), constraints.get("maximum")
    lowest = parse(kind, str(lowest)) if lowest is not None else None
    highest = parse(kind, str(highest)) if highest is not None else None
    for row, text in zip(rows, column, strict=True):
        if text == "":
            if constraints.get("required"):
                yield Fault(file, "a value is required", row=row, column=name, value=text)
            continue
        try:
            value = parse(kind, text)
        except ValueError as error:
            yield Fault(file, str(error), row=row, column=name, value=text)
            continue
        if lowest is not None and value < lowest:
            yield Fault(file, f"below the minimum {constraints['minimum']}", row=row, column=name, value=text)
        if highest is not None and value > highest:
            yield Fault(file, f"above the maximum {constraints['maximum']}", row=row, column=name, value=text)
        if allowed is not None and text not in allowed:
            yield Fault(file, f"not one of {', '.join(sorted(allowed))}", row=row, column=name, value=text)
        if pattern is not None and not pattern.fullmatch(text):
            yield Fault(file, f"does not match the pattern {constraints['pattern']}", row=row, column=name, value=text)
        if not constraints.get("minLength", 0) <= len(text) <= constraints.get("maxLength", len(text)):
            yield Fault(file, "too short or too long", row=row, column=name, value=text)
    if constraints.get("unique"):
        yield from repeats(rows, [(text,) for text in column], name, file, "unique value")


def parse(kind: str, text: str) -> Any:
    """One cell as its type; ValueError with a readable reason. No guessing: `1,000` is not a number."""
    if kind == "string":
        # The tables are offered as they are: what is not in them needs no escaping in whatever opens them.
        if _FORMULA.search(text):
            raise ValueError("a spreadsheet would run this as a formula: begin with another sign")
        if _UNPRINTED.search(text):
            raise ValueError("holds a line break, a control character or a change of direction")
        return text
    if kind == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "number" and _NUMBER.fullmatch(text):
        return float(text)
    if kind == "boolean" and text in _BOOLEAN:
        return _BOOLEAN[text]
    if kind == "year" and _YEAR.fullmatch(text):
        return int(text)
    if kind == "yearmonth" and _YEARMONTH.fullmatch(text):
        return pd.Period(text, freq="M")
    if kind == "date":
        try:
            return dt.datetime.strptime(text if _DATE.fullmatch(text) else "", "%Y-%m-%d")
        except ValueError:
            raise ValueError("not a date of the form YYYY-MM-DD") from None
    if kind not in {"integer", "number", "boolean", "year", "yearmonth"}:
        raise ValueError(f"type {kind!r} of the descriptor is not understood")
    raise ValueError(f"not {'an' if kind == 'integer' else 'a'} {kind}")


def repeats(rows: list[int], keys: list[tuple[str, ...]], column: str, file: str, what: str) -> Iterator[Fault]:
    first: dict[tuple[str, ...], int] = {}
    for row, key in zip(rows, keys, strict=True):
        if key in first:
            yield Fault(file, f"repeats the {what} of row {first[key]}", row=row, column=column, value=";".join(key))
        else:
            first[key] = row


def series(kind: str, column: list[str]) -> pd.Series:
    if kind == "string":
        return pd.Series([text if text else _MISSING for text in column], dtype="str")
    values = [parse(kind, text) if text else None for text in column]
    if kind in {"integer", "year"}:
        return pd.Series(values, dtype="Int64")
    if kind == "number":
        return pd.Series(values, dtype="float64")
    if kind == "boolean":
        return pd.Series(values, dtype="boolean")
    if kind == "date":
        return pd.Series(values, dtype="datetime64[s]")
    return pd.Series(pd.PeriodIndex(values, freq="M"))


def constraints_in_words(constraints: dict[str, Any]) -> str:
    parts = []
    if constraints.get("required"):
        parts.append("required")
    if constraints.get("unique"):
        parts.append("unique")
    if "minimum" in constraints or "maximum" in constraints:
        parts.append(f"{constraints.get('minimum', '…')} to {constraints.get('maximum', '…')}")
    if "enum" in constraints:
        parts.append("one of: " + ", ".join(map(str, constraints["enum"])))
    if "pattern" in constraints:
        parts.append(f"pattern {constraints['pattern']}")
    return "; ".join(parts)
