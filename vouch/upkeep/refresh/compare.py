"""A rebuilt table beside the present one: in its order and spelling, and what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd


def as_written(path: Path) -> pd.DataFrame:
    """A table of `data/` with its cells as they are written, as text."""
    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")


def in_order(frame: pd.DataFrame, current: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The rows sorted by columns: text as it first appears in the present table (new last), the rest by value."""
    ranks = {name: {value: rank for rank, value in enumerate(dict.fromkeys(current[name]))} for name in by}

    def place(position: int) -> tuple[Any, ...]:
        values = [frame[name].iloc[position] for name in by]
        return tuple(
            (ranks[name].get(value, len(ranks[name])), value) if isinstance(value, str) else (0, value)
            for name, value in zip(by, values, strict=True)
        )

    return frame.iloc[sorted(range(len(frame)), key=place)].reset_index(drop=True)


def as_text(frame: pd.DataFrame, fields: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The cells as `data/` writes them: ISO dates, true and false, no trailing zeros, empty for missing."""
    return pd.DataFrame(
        {field["name"]: [_cell(value, field["type"]) for value in frame[field["name"]]] for field in fields},
        dtype="str",
    )


def _cell(value: Any, kind: str) -> str:
    if pd.isna(value):
        return ""
    if kind in {"integer", "year"}:
        return str(int(value))
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "date":
        return pd.Timestamp(value).strftime("%Y-%m-%d")
    return repr(float(value)) if kind == "number" else str(value)


def with_present_spelling(
    old: pd.DataFrame, new: pd.DataFrame, key: Sequence[str], kinds: Mapping[str, str]
) -> pd.DataFrame:
    """`new`, with the cells of `old` where a number is the same number (0 and 0.0), so that only values count."""
    new = new.copy()
    before = {tuple(row[list(key)]): row for _, row in old.iterrows()}
    rows = [before.get(tuple(row[list(key)])) for _, row in new.iterrows()]
    for name in (name for name, kind in kinds.items() if kind == "number"):
        new[name] = [
            row[name] if row is not None and row[name] and text and float(row[name]) == float(text) else text
            for row, text in zip(rows, new[name], strict=True)
        ]
    return new


def difference(old: pd.DataFrame, new: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """One line per cell that differs: columns change (added, removed, changed), the key, column, old, new.

    Both frames hold text. A row that is added or removed has a line for each of its cells that is not empty.
    """
    names = [name for name in old.columns if name not in key]
    rows = {
        side: {tuple(record[: len(key)]): record[len(key) :] for record in frame[[*key, *names]].to_numpy().tolist()}
        for side, frame in (("old", old), ("new", new))
    }
    empty = [""] * len(names)
    records = []
    for keys in dict.fromkeys([*rows["new"], *rows["old"]]):
        change = "added" if keys not in rows["old"] else "removed" if keys not in rows["new"] else "changed"
        before, after = rows["old"].get(keys, empty), rows["new"].get(keys, empty)
        cells = zip(names, before, after, strict=True)
        records += [(change, *keys, name, was, now) for name, was, now in cells if was != now]
    return pd.DataFrame(records, columns=["change", *key, "column", "old", "new"], dtype="str")
