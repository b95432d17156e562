"""Load a table of `data/` as a typed frame, or say exactly which row is wrong.

`data/datapackage.json` is the only description of the tables (Frictionless Data Package, Table Schema v1):
columns, types, units, constraints, keys, licences, sources. This module reads that description and holds every
table to it, strictly: an unknown column, a value outside its range or list, a repeated or dangling key, or a source
that is not in `references.bib` stops the caller with file, row, column, value and reason.

The subset of Table Schema that is understood is the one the package uses; anything else in a descriptor is an error,
so that no constraint is ever silently ignored. `frictionless validate` (development only) checks the same package by
other people's code.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from vouch.paths import BIBLIOGRAPHY, DATA, shown

SOURCE_TYPE = "http://purl.org/dc/terms/source"
"""`rdfType` of a field whose values are bibliography keys, several joined by `;`."""

_MISSING = pd.NA
_INTEGER = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR = re.compile(r"\d{4}")
_YEARMONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_SIGNS = "=+-@\t\r\n＝＋－＠"
_FORMULA = re.compile(rf"(?:^|;)[{re.escape(_SIGNS)}]")  # `;`: in half of Europe it is what a spreadsheet splits at
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_BOOLEAN = {"true": True, "false": False, "True": True, "False": False}
_KNOWN_CONSTRAINTS = {"required", "unique", "minimum", "maximum", "enum", "pattern", "minLength", "maxLength"}
_MOST_SHOWN = 12


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one table; `row` is the line in the file (the header is line 1), 0 for the whole file."""

    file: str
    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        row = f", row {self.row}" if self.row else ""
        place = f"{self.file}{row}" + (f", column {self.column}" if self.column else "")
        return f"{place}: {self.reason}" + (f" (value {self.value!r})" if self.value or self.column else "")


class DataError(ValueError):
    """A table does not hold to its description. `faults` lists what is wrong; the message shows the first of them."""

    def __init__(self, faults: list[Fault]):
        self.faults = faults
        lines = [str(fault) for fault in faults[:_MOST_SHOWN]]
        if len(faults) > _MOST_SHOWN:
            lines.append(f"... and {len(faults) - _MOST_SHOWN} more")
        super().__init__("\n".join(lines))


def load(name: str, folder: Path = DATA, bibliography: Path = BIBLIOGRAPHY) -> pd.DataFrame:
    """The table `name` as a frame, one column per described field in the described order.

    Types: string -> str, integer and year -> Int64, number -> float64, boolean -> boolean, date -> datetime64,
    yearmonth -> period[M]; an empty cell is missing. Units stand in the descriptor, see :func:`describe`.

    Raises DataError when the file is missing, not UTF-8, ragged, or holds a row that breaks its description: type,
    constraint, primary key, foreign key, or a source key that is not in the bibliography.
    """
    rows, values = _checked(name, folder)
    resource = _resource(name, folder)
    file = shown(folder / resource["path"])
    faults = [*_foreign_key_faults(resource, rows, values, file, folder)]
    faults += _list_faults(resource, rows, values, file, folder)
    faults += _source_faults(resource, rows, values, file, bibliography)
    if faults:
        raise DataError(sorted(faults, key=lambda fault: fault.row))
    frame = {field["name"]: _series(field["type"], values[field["name"]]) for field in resource["schema"]["fields"]}
    return pd.DataFrame(frame)


def describe(name: str, folder: Path = DATA) -> pd.DataFrame:
    """The codebook of a table: name, type, unit, description, constraints (as text), one row per column."""
    fields = _resource(name, folder)["schema"]["fields"]
    return pd.DataFrame(
        {
            "name": [field["name"] for field in fields],
            "type": [field["type"] for field in fields],
            "unit": [field.get("unit", "") for field in fields],
            "description": [field.get("description", "") for field in fields],
            "constraints": [_constraints_in_words(field.get("constraints", {})) for field in fields],
        }
    )


def tables(folder: Path = DATA) -> list[str]:
    """Names of all tables that the data package describes, sorted."""
    return sorted(resource["name"] for resource in _package(folder)["resources"])


def package(folder: Path = DATA) -> dict[str, Any]:
    """The whole descriptor, as written in `datapackage.json`."""
    return _package(folder)


def check_all(folder: Path = DATA, bibliography: Path = BIBLIOGRAPHY) -> dict[str, int]:
    """Load every table; rows per table. Raises one DataError with the faults of all tables together."""
    described = {resource["path"] for resource in _package(folder)["resources"]}
    faults = [
        Fault(shown(path), 0, "", "", "not described in datapackage.json")
        for path in sorted(folder.glob("*.csv"))
        if path.name not in described
    ]
    counts = {}
    for name in tables(folder):
        try:
            counts[name] = len(load(name, folder, bibliography))
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(faults)
    return counts


@cache
def _package(folder: Path) -> dict[str, Any]:
    path = folder / "datapackage.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError([Fault(shown(path), 0, "", "", "the data package descriptor is missing")]) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise DataError([Fault(shown(path), getattr(error, "lineno", 0), "", "", f"not valid JSON: {error}")]) from None


def _resource(name: str, folder: Path) -> dict[str, Any]:
    for resource in _package(folder)["resources"]:
        if resource["name"] == name:
            return resource
    known = ", ".join(tables(folder))
    raise DataError([Fault(shown(folder / "datapackage.json"), 0, "", "", f"no table {name!r}; there are: {known}")])


def _read(resource: dict[str, Any], folder: Path) -> tuple[list[int], dict[str, list[str]]]:
    """Line numbers and the raw text of each column."""
    path = folder / resource["path"]
    file = shown(path)
    names = [field["name"] for field in resource["schema"]["fields"]]
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise DataError([Fault(file, 0, "", "", "the file is missing")]) from None
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise DataError([Fault(file, row, "", "", f"not UTF-8: byte 0x{error.object[error.start]:02x}")]) from None
    if not text.endswith("\n"):
        last = text.count("\n") + 1
        raise DataError([Fault(file, last, "", "", "the file ends inside a row: is it cut short?")])
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    rows, records = [], []
    try:
        header = next(reader)
        if header != names:
            wrong = [f"{a or 'nothing'} instead of {b or 'nothing'}" for a, b in _pairs(header, names) if a != b]
            raise DataError([Fault(file, 1, "", "", f"columns differ from datapackage.json: {', '.join(wrong)}")])
        for record in reader:
            if len(record) != len(names):
                reason = f"{len(record)} cells where {len(names)} columns are described"
                raise DataError([Fault(file, reader.line_num, "", "", reason)])
            rows.append(reader.line_num)
            records.append(record)
    except csv.Error as error:
        raise DataError([Fault(file, reader.line_num, "", "", f"not readable as CSV: {error}")]) from None
    fewest = resource.get("rowCount", {}).get("minimum", 1)
    if len(records) < fewest:
        raise DataError([Fault(file, 0, "", "", f"{len(records)} rows where at least {fewest} are described")])
    return rows, {name: [record[index] for record in records] for index, name in enumerate(names)}


def _pairs(left: list[str], right: list[str]) -> Iterator[tuple[str, str]]:
    for index in range(max(len(left), len(right))):
        yield (left[index] if index < len(left) else ""), (right[index] if index < len(right) else "")


_valid: dict[tuple[Path, str], tuple[bytes, dict[str, Any], list[int], dict[str, list[str]]]] = {}
"""Tables found valid in this process, with the bytes and the description they were valid for.

A table that many others refer to would otherwise be validated once for each of them.
"""


def _checked(name: str, folder: Path) -> tuple[list[int], dict[str, list[str]]]:
    """Raw columns of a table that satisfies types, constraints and its primary key."""
    resource = _resource(name, folder)
    path = folder / resource["path"]
    content = path.read_bytes() if path.exists() else b""
    known = _valid.get((folder, name))
    if known and content and known[0] == content and known[1] == resource:
        return known[2], known[3]
    file = shown(path)
    rows, values = _read(resource, folder)
    faults: list[Fault] = []
    for field in resource["schema"]["fields"]:
        faults += _field_faults(field, rows, values[field["name"]], file)
    key = resource["schema"].get("primaryKey", [])
    key = [key] if isinstance(key, str) else key
    if key:
        keys = list(zip(*(values[part] for part in key), strict=True))
        faults += _repeats(rows, keys, ", ".join(key), file, "primary key")
    if faults:
        raise DataError(sorted(faults, key=lambda fault: fault.row))
    _valid[(folder, name)] = (content, resource, rows, values)
    return rows, values


def _field_faults(field: dict[str, Any], rows: list[int], column: list[str], file: str) -> Iterator[Fault]:
    name, kind, constraints = field["name"], field["type"], field.get("constraints", {})
    unknown = set(constraints) - _KNOWN_CONSTRAINTS
    if unknown:
        reason = f"constraint {', '.join(sorted(unknown))} of column {name} is not understood"
        yield Fault("data/datapackage.json", 0, "", "", reason)
    pattern = re.compile(constraints["pattern"]) if "pattern" in constraints else None
    allowed = {str(value) for value in constraints["enum"]} if "enum" in constraints else None
    lowest, highest = constraints.get("minimum"), constraints.get("maximum")
    lowest = _parse(kind, str(lowest)) if lowest is not None else None
    highest = _parse(kind, str(highest)) if highest is not None else None
    for row, text in zip(rows, column, strict=True):
        if text == "":
            if constraints.get("required"):
                yield Fault(file, row, name, text, "a value is required")
            continue
        try:
            value = _parse(kind, text)
        except ValueError as error:
            yield Fault(file, row, name, text, str(error))
            continue
        if lowest is not None and value < lowest:
            yield Fault(file, row, name, text, f"below the minimum {constraints['minimum']}")
        if highest is not None and value > highest:
            yield Fault(file, row, name, text, f"above the maximum {constraints['maximum']}")
        if allowed is not None and text not in allowed:
            yield Fault(file, row, name, text, f"not one of {', '.join(sorted(allowed))}")
        if pattern is not None and not pattern.fullmatch(text):
            yield Fault(file, row, name, text, f"does not match the pattern {constraints['pattern']}")
        if not constraints.get("minLength", 0) <= len(text) <= constraints.get("maxLength", len(text)):
            yield Fault(file, row, name, text, "too short or too long")
    if constraints.get("unique"):
        yield from _repeats(rows, [(text,) for text in column], name, file, "unique value")


def _parse(kind: str, text: str) -> Any:
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


def defused(text: str) -> str:
    """The text as a CSV cell that no spreadsheet runs: `'` before a sign that begins a formula (OWASP, CSV injection).

    For what is computed or quoted. Text of the tables needs none, since :func:`load` refuses such cells.
    """
    return f"'{text}" if text.startswith(tuple(_SIGNS)) else text


def _repeats(rows: list[int], keys: list[tuple[str, ...]], column: str, file: str, what: str) -> Iterator[Fault]:
    first: dict[tuple[str, ...], int] = {}
    for row, key in zip(rows, keys, strict=True):
        if key in first:
            yield Fault(file, row, column, ";".join(key), f"repeats the {what} of row {first[key]}")
        else:
            first[key] = row


def _foreign_key_faults(
    resource: dict[str, Any], rows: list[int], values: dict[str, list[str]], file: str, folder: Path
) -> Iterator[Fault]:
    for foreign in resource["schema"].get("foreignKeys", []):
        own, reference = foreign["fields"], foreign["reference"]
        own = [own] if isinstance(own, str) else own
        theirs = reference["fields"]
        theirs = [theirs] if isinstance(theirs, str) else theirs
        table = reference["resource"] or resource["name"]
        _, target = _checked(table, folder)
        known = set(zip(*(target[part] for part in theirs), strict=True))
        for row, key in zip(rows, zip(*(values[part] for part in own), strict=True), strict=True):
            if any(key) and key not in known:
                reason = f"no such {', '.join(theirs)} in the table {table}"
                yield Fault(file, row, ", ".join(own), ";".join(key), reason)


def _list_faults(
    resource: dict[str, Any], rows: list[int], values: dict[str, list[str]], file: str, folder: Path
) -> Iterator[Fault]:
    """Cells that hold several keys of another table: Table Schema has no foreign key for lists."""
    for field in resource["schema"]["fields"]:
        if "listOf" not in field:
            continue
        reference = field["listOf"]
        _, target = _checked(reference["resource"], folder)
        known = set(target[reference["fields"]])
        for row, text in zip(rows, values[field["name"]], strict=True):
            for key in filter(None, text.split(field.get("separator", ";"))):
                if key not in known:
                    reason = f"no such {reference['fields']} in the table {reference['resource']}"
                    yield Fault(file, row, field["name"], key, reason)


def _source_faults(
    resource: dict[str, Any], rows: list[int], values: dict[str, list[str]], file: str, bibliography: Path
) -> Iterator[Fault]:
    for field in resource["schema"]["fields"]:
        if field.get("rdfType") != SOURCE_TYPE:
            continue
        known = bibliography_keys(bibliography)
        for row, text in zip(rows, values[field["name"]], strict=True):
            for key in filter(None, (part.strip() for part in text.split(";"))):
                if key not in known:
                    yield Fault(file, row, field["name"], key, f"no such source in {bibliography.name}")


@cache
def bibliography_keys(path: Path = BIBLIOGRAPHY) -> frozenset[str]:
    """Keys of all entries of a BibTeX file, read without a BibTeX parser because every chapter needs them at once.

    That this finds the same keys as pybtex is tested.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataError([Fault(shown(path), 0, "", "", "the bibliography is missing")]) from None
    return frozenset(re.findall(r"^@\w+\s*\{\s*([^\s,]+)\s*,", text, flags=re.MULTILINE))


def _series(kind: str, column: list[str]) -> pd.Series:
    if kind == "string":
        return pd.Series([text if text else _MISSING for text in column], dtype="str")
    values = [_parse(kind, text) if text else None for text in column]
    if kind in {"integer", "year"}:
        return pd.Series(values, dtype="Int64")
    if kind == "number":
        return pd.Series(values, dtype="float64")
    if kind == "boolean":
        return pd.Series(values, dtype="boolean")
    if kind == "date":
        return pd.Series(values, dtype="datetime64[s]")
    return pd.Series(pd.PeriodIndex(values, freq="M"))


def _constraints_in_words(constraints: dict[str, Any]) -> str:
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


def main() -> int:
    """`python -m vouch.data`: validate all tables and seeds, print rows, sources and what is left to do."""
    from vouch import newseed, seeds

    try:
        counts = check_all()
        articles = seeds.check_all()
        left = newseed.left_to_do()
    except (DataError, seeds.SeedError) as error:
        print(error, file=sys.stderr)
        return 2
    print(coverage().to_string(index=False))
    works = len(bibliography_keys())
    print(f"{len(counts)} tables, {sum(counts.values()):,} rows, {articles} articles, {works} works: all valid")
    if left:
        print("\nNot wrong, but not finished:")
        print(*left, sep="\n")
    return 0


def coverage(folder: Path = DATA) -> pd.DataFrame:
    """One row per table: rows, columns, sources (distinct works cited), single_source_rows, oldest and newest date.

    Dates are the smallest and largest value of any date or year column, as text; empty where a table has none.
    """
    records = []
    for name in tables(folder):
        frame = load(name, folder)
        fields = _resource(name, folder)["schema"]["fields"]
        cited = [field["name"] for field in fields if field.get("rdfType") == SOURCE_TYPE]
        keys = [_keys(row) for row in frame[cited].itertuples(index=False, name=None)] if cited else []
        dated = [frame[f["name"]].dropna() for f in fields if f["type"] in {"date", "year", "yearmonth"}]
        moments = sorted(str(value)[:10] for series in dated if len(series) for value in (series.min(), series.max()))
        records.append(
            {
                "table": name,
                "rows": len(frame),
                "columns": len(fields),
                "sources": len(set().union(*keys)) if keys else 0,
                "single_source_rows": sum(len(row) == 1 for row in keys),
                "oldest": moments[0] if moments else "",
                "newest": moments[-1] if moments else "",
            }
        )
    return pd.DataFrame(records)


def _keys(cells: tuple[Any, ...]) -> set[str]:
    return {key.strip() for cell in cells if isinstance(cell, str) for key in cell.split(";")}


if __name__ == "__main__":
    sys.exit(main())
