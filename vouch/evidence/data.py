"""Load a table of `data/` as a typed frame, or say exactly which row is wrong.

`data/datapackage.json` is the only description of the tables (Frictionless Data Package, Table Schema v1):
columns, types, units, constraints, keys, licences, sources. This module reads that description and holds every
table to it, strictly: an unknown column, a value outside its range or list, a repeated or dangling key, or a source
that is not in `references.bib` stops the caller with file, row, column, value and reason.

The subset of Table Schema that is understood is the one the package uses (`vouch.evidence.schema.LEVELS`); anything
else in a descriptor is an error, so that nothing in it is ever silently ignored. `frictionless validate` (development
only) checks the same package by other people's code.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd

from vouch.evidence.faults import DataError, Fault
from vouch.evidence.schema import (
    SOURCE_TYPE,
    constraints_in_words,
    description_faults,
    field_faults,
    listed,
    objects,
    repeats,
    series,
)
from vouch.evidence.sources import bibliography_keys
from vouch.paths import BIBLIOGRAPHY, DATA, shown
from vouch.text import keys


def load(name: str, folder: Path = DATA, bibliography: Path = BIBLIOGRAPHY) -> pd.DataFrame:
    """The table `name` as a frame, one column per described field in the described order.

    Types: string -> str, integer and year -> Int64, number -> float64, boolean -> boolean, date -> datetime64,
    yearmonth -> period[M]; an empty cell is missing. Units stand in the descriptor, see :func:`describe`.

    Raises DataError when the file is missing, not UTF-8, ragged, or holds a row that breaks its description: type,
    constraint, primary key, foreign key, or a source key that is not in the bibliography.
    """
    rows, values = _checked(name, folder)
    resource = described(name, folder)
    file = shown(folder / resource["path"])
    faults = [*_foreign_key_faults(resource, rows, values, file, folder)]
    faults += _list_faults(resource, rows, values, file, folder)
    faults += _source_faults(resource, rows, values, file, bibliography)
    faults += _described_source_faults(resource, shown(folder / "datapackage.json"), bibliography)
    if faults:
        raise DataError(sorted(faults, key=lambda fault: fault.row))
    frame = {field["name"]: series(field["type"], values[field["name"]]) for field in resource["schema"]["fields"]}
    return pd.DataFrame(frame)


def cells(name: str, folder: Path = DATA) -> dict[str, list[str]]:
    """The cells of a table by column, as they stand in its file: for what is asked of all tables, and needs no types.

    Raises DataError as :func:`load` does, except for what a table says of another one or of the bibliography.
    """
    return _checked(name, folder)[1]


def describe(name: str, folder: Path = DATA) -> pd.DataFrame:
    """The codebook of a table: name, type, unit, description, constraints (as text), one row per column."""
    fields = described(name, folder)["schema"]["fields"]
    return pd.DataFrame(
        {
            "name": [field["name"] for field in fields],
            "type": [field["type"] for field in fields],
            "unit": [field.get("unit", "") for field in fields],
            "description": [field.get("description", "") for field in fields],
            "constraints": [constraints_in_words(field.get("constraints", {})) for field in fields],
        }
    )


def tables(folder: Path = DATA) -> list[str]:
    """Names of all tables that the data package describes, sorted."""
    return sorted(resource["name"] for resource in package(folder)["resources"])


def check_all(folder: Path = DATA, bibliography: Path = BIBLIOGRAPHY) -> dict[str, int]:
    """Load every table; rows per table. Raises one DataError with the faults of all tables together."""
    paths = {resource["path"] for resource in package(folder)["resources"]}
    faults = [
        Fault(shown(path), "not described in datapackage.json")
        for path in sorted(folder.glob("*.csv"))
        if path.name not in paths
    ]
    counts = {}
    for name in tables(folder):
        try:
            counts[name] = len(load(name, folder, bibliography))
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(dict.fromkeys(faults))  # a bibliography that cannot be read is one fault, not one of each table
    return counts


@cache
def package(folder: Path = DATA) -> dict[str, Any]:
    """The whole descriptor, as written in `datapackage.json`; DataError with table, column and key for what is not
    understood in it."""
    path = folder / "datapackage.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=objects)
    except FileNotFoundError:
        raise DataError([Fault(shown(path), "the data package descriptor is missing")]) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise DataError([Fault(shown(path), f"not valid JSON: {error}", row=getattr(error, "lineno", 0))]) from None
    if faults := description_faults(found, shown(path)):
        raise DataError(faults)
    return found


def described(name: str, folder: Path = DATA) -> dict[str, Any]:
    """What the descriptor says of one table. Raises DataError for an unknown one, with those there are."""
    for resource in package(folder)["resources"]:
        if resource["name"] == name:
            return resource
    known = ", ".join(tables(folder))
    raise DataError([Fault(shown(folder / "datapackage.json"), f"no table {name!r}; there are: {known}")])


def _read(resource: dict[str, Any], folder: Path) -> tuple[list[int], dict[str, list[str]]]:
    """Line numbers and the raw text of each column."""
    path = folder / resource["path"]
    file = shown(path)
    names = [field["name"] for field in resource["schema"]["fields"]]
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise DataError([Fault(file, "the file is missing")]) from None
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise DataError([Fault(file, f"not UTF-8: byte 0x{error.object[error.start]:02x}", row=row)]) from None
    if not text.endswith("\n"):
        last = text.count("\n") + 1
        raise DataError([Fault(file, "the file ends inside a row: is it cut short?", row=last)])
    if text.startswith("\ufeff"):
        raise DataError([Fault(file, "begins with a byte order mark (BOM): save it as UTF-8 without one", row=1)])
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, records = [], []
    try:
        header = next(reader)
        if header != names:
            wrong = [f"{a} instead of {b}" for a, b in _pairs(header, names) if a != b]
            raise DataError([Fault(file, f"columns differ from datapackage.json: {', '.join(wrong)}", row=1)])
        for record in reader:
            if len(record) != len(names):
                reason = f"{len(record)} cells where {len(names)} columns are described"
                raise DataError([Fault(file, reason, row=reader.line_num)])
            rows.append(reader.line_num)
            records.append(record)
    except csv.Error as error:
        raise DataError([Fault(file, f"not readable as CSV: {error}", row=reader.line_num)]) from None
    fewest = resource.get("rowCount", {}).get("minimum", 1)
    if len(records) < fewest:
        raise DataError([Fault(file, f"{len(records)} rows where at least {fewest} are described")])
    return rows, {name: [record[index] for record in records] for index, name in enumerate(names)}


def _pairs(left: list[str], right: list[str]) -> Iterator[tuple[str, str]]:
    """Names side by side, quoted so that a space is seen; `nothing` where one side has none."""
    return zip_longest(map(repr, left), map(repr, right), fillvalue="nothing")


_valid: dict[tuple[Path, str], tuple[bytes, dict[str, Any], list[int], dict[str, list[str]]]] = {}
"""Tables found valid in this process, with the bytes and the description they were valid for.

A table that many others refer to would otherwise be validated once for each of them.
"""


def _checked(name: str, folder: Path) -> tuple[list[int], dict[str, list[str]]]:
    """Raw columns of a table that satisfies types, constraints and its primary key."""
    resource = described(name, folder)
    path = folder / resource["path"]
    content = path.read_bytes() if path.exists() else b""
    known = _valid.get((folder, name))
    if known and content and known[0] == content and known[1] == resource:
        return known[2], known[3]
    file = shown(path)
    rows, values = _read(resource, folder)
    faults: list[Fault] = []
    for field in resource["schema"]["fields"]:
        faults += field_faults(field, rows, values[field["name"]], file)
    if key := listed(resource["schema"].get("primaryKey", [])):
        given = list(zip(*(values[part] for part in key), strict=True))
        faults += repeats(rows, given, ", ".join(key), file, "primary key")
    if faults:
        raise DataError(sorted(faults, key=lambda fault: fault.row))
    _valid[(folder, name)] = (content, resource, rows, values)
    return rows, values


def _foreign_key_faults(
    resource: dict[str, Any], rows: list[int], values: dict[str, list[str]], file: str, folder: Path
) -> Iterator[Fault]:
    for foreign in resource["schema"].get("foreignKeys", []):
        columns, reference = listed(foreign["fields"]), foreign["reference"]
        theirs = listed(reference["fields"])
        table = reference["resource"] or resource["name"]
        _, target = _checked(table, folder)
        known = set(zip(*(target[part] for part in theirs), strict=True))
        for row, key in zip(rows, zip(*(values[part] for part in columns), strict=True), strict=True):
            if any(key) and key not in known:
                reason = f"no such {', '.join(theirs)} in the table {table}"
                yield Fault(file, reason, row=row, column=", ".join(columns), value=";".join(key))


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
            for key in keys(text):
                if key not in known:
                    reason = f"no such {reference['fields']} in the table {reference['resource']}"
                    yield Fault(file, reason, row=row, column=field["name"], value=key)


def _source_faults(
    resource: dict[str, Any], rows: list[int], values: dict[str, list[str]], file: str, bibliography: Path
) -> Iterator[Fault]:
    for field in resource["schema"]["fields"]:
        if field.get("rdfType") != SOURCE_TYPE:
            continue
        known = bibliography_keys(bibliography)
        for row, text in zip(rows, values[field["name"]], strict=True):
            for key in keys(text):
                if key not in known:
                    yield Fault(
                        file, f"no such source in {bibliography.name}", row=row, column=field["name"], value=key
                    )


def _described_source_faults(resource: dict[str, Any], file: str, bibliography: Path) -> Iterator[Fault]:
    for source in resource.get("sources", []):
        if "key" in source and source["key"] not in bibliography_keys(bibliography):
            reason = f"table {resource['name']}, sources: no such source in {bibliography.name}: {source['key']!r}"
            yield Fault(file, reason)
