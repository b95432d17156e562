"""The description of the tables in `data/datapackage.json`, and one table held to it. Reads no file.

What stands in a description is in :data:`LEVELS`, and is understood; :func:`description_faults` refuses all else.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pandas as pd

from vouch.evidence.faults import Fault
from vouch.text import FORMULA_SIGNS, keys

SOURCE_TYPE = "http://purl.org/dc/terms/source"
"""`rdfType` of a field whose values are bibliography keys, several joined by `;`."""

_MISSING = pd.NA
_INTEGER = re.compile(r"[+-]?0*\d{1,19}", re.ASCII)
_LARGEST = 2**63 - 1
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_YEARMONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_FORMULA = re.compile(
    rf"(?:^|;)[{re.escape(FORMULA_SIGNS)}]"
)  # `;`: in half of Europe it is what a spreadsheet splits at
_BOOLEAN = {"true": True, "false": False, "True": True, "False": False}
_TYPES = ("string", "integer", "number", "boolean", "date", "year", "yearmonth")

LEVELS: dict[str, dict[str, Any]] = {
    "package": {
        "profile": ("tabular-data-package",), "name": str, "title": str, "description": str, "version": str,
        "created": str, "licenses": ["license"], "contributors": ["contributor"], "keywords": list,
        "resources": ["table"],
    },
    "table": {
        "name": str, "path": str, "profile": ("tabular-data-resource",), "title": str, "description": str,
        "format": ("csv",), "mediatype": ("text/csv",), "encoding": ("utf-8",), "dialect": "dialect",
        "schema": "schema", "sources": ["source"], "licenses": ["license"], "coverage": str, "rowCount": "rowCount",
    },
    "license": {"name": str, "title": str, "path": str},
    "contributor": {"title": str, "role": str},
    "source": {"title": str, "path": str, "key": str},
    "dialect": {"delimiter": (",",), "lineTerminator": ("\n",), "header": (True,)},
    "rowCount": {"minimum": int},
    "schema": {
        "fields": ["column"], "primaryKey": str | list, "missingValues": ([""],), "foreignKeys": ["foreign key"],
    },
    "column": {
        "name": str, "type": _TYPES, "title": str, "description": str, "unit": str, "constraints": "constraints",
        "separator": (";",), "rdfType": (SOURCE_TYPE,), "listOf": "listOf",
    },
    "constraints": {
        "required": bool, "unique": bool, "minimum": str | int | float, "maximum": str | int | float, "enum": list,
        "pattern": str, "minLength": int, "maxLength": int,
    },
    "listOf": {"resource": str, "fields": str},
    "foreign key": {"fields": str | list, "reference": "reference"},
    "reference": {"resource": str, "fields": str | list},
}  # fmt: skip
"""What each level of the descriptor may hold, and its kind: a type, one of some values, another level, or a list of
such. Keys that Table Schema knows and nothing here obeys are left out, so that they are refused."""

_NEEDED = {
    "package": ("resources",), "table": ("name", "path", "schema"), "schema": ("fields",), "column": ("name", "type"),
    "listOf": ("resource", "fields"), "foreign key": ("fields", "reference"), "reference": ("resource", "fields"),
}  # fmt: skip

_MEANINGLESS = {
    "text": {"minimum", "maximum"},
    "flag": {"minimum", "maximum", "pattern", "minLength", "maxLength"},
    "number": {"pattern", "minLength", "maxLength"},
}
"""Constraints that Table Schema does not know for a kind of column; days and years are numbers here."""

_AGAIN = "\0again"


def objects(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which a key that stands twice keeps both, marked for :func:`description_faults`."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        found[key + _AGAIN if key in found else key] = value
    return found


def description_faults(package: Any, file: str) -> list[Fault]:
    """What is wrong with a descriptor, each with table, column and key: first what is not understood, then what names
    a table or column that is not there, stands twice, or is no value of its type."""
    reasons = list(_level(package, "package", ""))
    return [Fault(file, reason) for reason in reasons or _relations(package["resources"])]


def _level(node: Any, level: str, place: str) -> Iterator[str]:
    if not isinstance(node, dict):
        yield f"{place}not an object but {node!r}"
        return
    known = LEVELS[level]
    for key, value in node.items():
        if key.endswith(_AGAIN):
            yield f"{place}the key {key.removesuffix(_AGAIN)!r} stands twice"
        elif key not in known:
            yield f"{place}the key {key!r} is not understood; known are {', '.join(known)}"
        elif isinstance(known[key], str):
            yield from _level(value, known[key], f"{place}{key}: ")
        elif isinstance(known[key], list):
            yield from _levels(value, known[key][0], place, key)
        elif isinstance(known[key], tuple):
            if not any(value == one and type(value) is type(one) for one in known[key]):
                yield f"{place}{key} {value!r} is not understood; known: {', '.join(map(repr, known[key]))}"
        elif not _is_of(value, known[key], str | int | float if key == "enum" else str):
            yield f"{place}{key} {value!r} is not of its kind"
    yield from (f"{place}lacks the key {key!r}" for key in _NEEDED.get(level, ()) if key not in node)


def _is_of(value: Any, kind: Any, part: Any) -> bool:
    """Whether a value is of a kind, a list with parts of theirs; `true` and `false` are no numbers."""
    if isinstance(value, list) and not all(_is_of(one, part, part) for one in value):
        return False
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _levels(nodes: Any, level: str, place: str, key: str) -> Iterator[str]:
    if not isinstance(nodes, list):
        yield f"{place}{key} is not a list"
        return
    for number, node in enumerate(nodes, 1):
        name = node.get("name") if isinstance(node, dict) and level in {"table", "column"} else None
        called = f"{level} {name if name is not None else f'number {number}'}: "
        inner = f"{place.removesuffix(': schema: ')}, {called}" if level == "column" else place + called
        yield from _level(node, level, inner)


def _relations(tables: list[dict[str, Any]]) -> Iterator[str]:
    columns = {table["name"]: [field["name"] for field in table["schema"]["fields"]] for table in tables}
    for part in ("name", "path"):
        given = [table[part] for table in tables]
        yield from (f"table {one}: its {part} stands twice" for one in sorted({x for x in given if given.count(x) > 1}))
    for table in tables:
        name, schema = table["name"], table["schema"]
        own = columns[name]
        yield from (
            f"table {name}, column {one}: described twice" for one in sorted({c for c in own if own.count(c) > 1})
        )
        yield from _lacking(f"table {name}: primaryKey", schema.get("primaryKey", []), name, columns)
        for foreign in schema.get("foreignKeys", []):
            theirs, place = foreign["reference"], f"table {name}: foreign key {', '.join(listed(foreign['fields']))}"
            yield from _lacking(place, foreign["fields"], name, columns)
            yield from _lacking(place, theirs["fields"], theirs["resource"] or name, columns)
            if len(listed(foreign["fields"])) != len(listed(theirs["fields"])):
                yield f"{place}: as many columns are needed on both sides"
        for field in schema["fields"]:
            place = f"table {name}, column {field['name']}"
            if "listOf" in field:
                yield from _lacking(f"{place}: listOf", field["listOf"]["fields"], field["listOf"]["resource"], columns)
                if not is_list(field):
                    yield f"{place}: listOf needs a separator"
            yield from (f"{place}: {reason}" for reason in _constraint_reasons(field))


def _lacking(place: str, fields: str | list[str], table: str, columns: dict[str, list[str]]) -> Iterator[str]:
    if table not in columns:
        yield f"{place}: there is no table {table!r}"
    else:
        yield from (
            f"{place}: there is no column {one!r} in the table {table}"
            for one in listed(fields)
            if one not in columns[table]
        )


def _constraint_reasons(field: dict[str, Any]) -> Iterator[str]:
    constraints = field.get("constraints", {})
    without = _MEANINGLESS["text" if field["type"] == "string" else "flag" if field["type"] == "boolean" else "number"]
    yield from (f"{key} says nothing of a {field['type']}" for key in constraints if key in without)
    values = [(bound, constraints[bound]) for bound in ("minimum", "maximum") if bound in constraints]
    for key, value in [*values, *(("enum", value) for value in constraints.get("enum", []))]:
        try:
            parse(field["type"], str(value))
        except ValueError as error:
            yield f"{key} {value!r}: {error}"
    try:
        re.compile(constraints.get("pattern", ""), re.ASCII)
    except re.error as error:
        yield f"pattern {constraints['pattern']!r}: {error}"


def listed(fields: str | list[str]) -> list[str]:
    """Columns of a key, which a description may give as one name or as a list."""
    return [fields] if isinstance(fields, str) else fields


def is_list(field: dict[str, Any]) -> bool:
    """Whether the cells of a column hold lists joined by `;`."""
    return "separator" in field or field.get("rdfType") == SOURCE_TYPE


def field_faults(field: dict[str, Any], rows: list[int], column: list[str], file: str) -> Iterator[Fault]:
    """What is wrong with the cells of a column, in the order of its rows. Each text is looked at once, however often
    it stands there."""
    name, constraints = field["name"], field.get("constraints", {})
    limits = {
        end: parse(field["type"], str(constraints[end]))
        for end in ("minimum", "maximum")
        if constraints.get(end) is not None
    }
    wrong = {text: reasons for text in set(column) if (reasons := tuple(_cell_reasons(field, text, limits)))}
    if wrong:
        for row, text in zip(rows, column, strict=True):
            yield from (Fault(file, reason, row=row, column=name, value=text) for reason in wrong.get(text, ()))
    if constraints.get("unique"):
        yield from repeats(rows, [(text,) for text in column], name, file, "unique value")


def _cell_reasons(field: dict[str, Any], text: str, limits: dict[str, Any]) -> Iterator[str]:
    """What is wrong with one cell of a column; limits: its minimum and maximum as values, where it has them."""
    kind, constraints = field["type"], field.get("constraints", {})
    if text == "" or (text.isspace() and constraints.get("required")):
        if constraints.get("required"):
            yield "a value is required"
        return
    try:
        value = parse(kind, text)
    except ValueError as error:
        yield str(error)
        return
    if "minimum" in limits and value < limits["minimum"]:
        yield f"below the minimum {constraints['minimum']}"
    if "maximum" in limits and value > limits["maximum"]:
        yield f"above the maximum {constraints['maximum']}"
    if "enum" in constraints and text not in (allowed := {str(one) for one in constraints["enum"]}):
        yield f"not one of {', '.join(sorted(allowed))}"
    if "pattern" in constraints and not re.fullmatch(constraints["pattern"], text, re.ASCII):
        yield f"does not match the pattern {constraints['pattern']}"
    if not constraints.get("minLength", 0) <= len(text) <= constraints.get("maxLength", len(text)):
        yield "too short or too long"
    if is_list(field) and (reason := _list_reason(text)):
        yield reason


def _list_reason(text: str) -> str:
    """What is wrong with a cell that holds a list; empty where nothing is."""
    parts = text.split(";")
    if "" in map(str.strip, parts):
        return "a list joined by `;` with an empty part"
    if parts != keys(text):
        return "spaces around the `;` of a list"
    repeated = sorted({part for part in parts if parts.count(part) > 1})
    return f"the list names {', '.join(repeated)} more than once" if repeated else ""


def _text_reason(text: str) -> str:
    """Why a text may not stand in a table; empty where it may."""
    # The tables are offered as they are: what is not in them needs no escaping in whatever opens them.
    if _FORMULA.search(text):
        return "a spreadsheet would run this as a formula: begin with another sign"
    if not text.isprintable():
        sign = next(one for one in text if not one.isprintable())
        called = f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".strip()
        return f"holds {called}: a control character, one that is not seen, or a space of another kind"
    if text != text.strip():
        return "spaces before or after the text"
    if not unicodedata.is_normalized("NFC", text):
        return "a letter with its accent as two characters: write it as one (Unicode NFC)"
    return ""


def parse(kind: str, text: str) -> Any:
    """One cell as its type; ValueError with a readable reason. No guessing: `1,000` is not a number."""
    if kind == "string":
        if reason := _text_reason(text):
            raise ValueError(reason)
        return text
    if kind == "integer" and _INTEGER.fullmatch(text) and abs(int(text)) <= _LARGEST:
        return int(text)
    if kind == "number" and _NUMBER.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    if kind == "boolean" and text in _BOOLEAN:
        return _BOOLEAN[text]
    if kind == "year" and _YEAR.fullmatch(text):
        return int(text)
    if kind == "yearmonth" and _YEARMONTH.fullmatch(text):
        return pd.Period(text, freq="M")
    if kind == "date":
        try:
            return dt.datetime.fromisoformat(text if _DATE.fullmatch(text) else "")
        except ValueError:
            raise ValueError("not a date of the form YYYY-MM-DD") from None
    limit = " of at most 64 bits" if kind == "integer" else " that can be held" if kind == "number" else ""
    raise ValueError(f"not {'an' if kind == 'integer' else 'a'} {kind}{limit}")


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
    meant = {text: parse(kind, text) if text else None for text in set(column)}
    values = [meant[text] for text in column]
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
