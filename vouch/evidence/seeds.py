"""The two articles that the book starts from: their text byte for byte, and what is known of each."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from vouch.paths import SEEDS, shown


class SeedError(ValueError):
    """A seed is missing, altered or badly described; the message names the file and the reason."""


_SURE = ("high", "medium", "low")

DESCRIPTION: dict[str, Any] = {
    "id": str, "file": str, "sha256": str, "bytes": int,
    "label": str, "short": str, "language": str, "byline": str, "publisher": str,
    "published": {"earliest": date, "latest": date, "confidence": _SURE, "clues": [{"quote": str, "reads": str}]},
    "leftovers?": [str],
    "genre": str,
    "origin": {"likely": str, "source": str, "confidence": _SURE, "host?": str},
    "retelling": {"gained": [str], "lost": [str]},
    "wording": [str],
}  # fmt: skip
"""What an entry of `seeds.yml` holds, and the kind of each: a type, one of some words, a list of such, or fields of its
own. `?`: may be left out. All but the first four may be null, while nobody has filled them in."""

_KINDS = {str: "text", int: "a whole number", date: "a day of the form 2025-11-28"}


@dataclass(frozen=True)
class Seed:
    """One article. `text` is the file decoded as UTF-8; every character offset in the book counts in it."""

    id: str
    file: str
    text: str
    about: dict[str, Any]


@dataclass(frozen=True)
class Sentence:
    """A heading or sentence of a seed: `text == seed.text[start:end]`."""

    seed: str
    start: int
    end: int
    text: str


def load(seed: str, folder: Path = SEEDS) -> Seed:
    """The article `seed` (for example `S000`), refused if a single byte differs from the recorded checksum.

    Raises SeedError for an unknown id, a missing file, or a changed file (with the first line that can have changed).
    """
    for entry in _described(folder):
        if entry["id"] == seed:
            return _read(entry, folder)
    raise SeedError(f"{shown(folder / 'seeds.yml')}: no seed {seed!r}")


def load_all(folder: Path = SEEDS) -> list[Seed]:
    """All articles in the order of `seeds.yml`, each verified as by :func:`load`."""
    return [_read(entry, folder) for entry in _described(folder)]


def labels(folder: Path = SEEDS) -> dict[str, str]:
    """What figures call each article, by its id: `label` of seeds.yml, or the id while that is not filled in."""
    return {seed.id: seed.about.get("label") or seed.id for seed in load_all(folder)}


def check_all(folder: Path = SEEDS) -> int:
    """Verify every article and that no text lies in the folder undescribed; the number of articles."""
    entries = _described(folder)
    for entry in entries:
        _read(entry, folder)
    strays = {path.name for path in folder.glob("*.txt")} - {entry["file"] for entry in entries}
    if strays:
        raise SeedError(f"{shown(folder)}: {', '.join(sorted(strays))} not described in seeds.yml")
    return len(entries)


def sentences(seed: Seed) -> list[Sentence]:
    """Headings and sentences with offsets, in reading order; every non-blank character belongs to exactly one.

    Lines are paragraphs or headings; inside a line a sentence ends at `.`, `!` or `?`, with closing quotes, before
    white space and a capital letter or an opening quote. Abbreviated first names (`U.S.`, `J.`) do not end one.
    """
    found = []
    for line in re.finditer(r"[^\n]+", seed.text):
        start = line.start()
        for stop in re.finditer(r"(?<![A-Z])[.!?][”’\"')]*(?=\s+[“‘\"'(]?[A-Z0-9])", line.group()):
            found.append((start, line.start() + stop.end()))
            start = line.start() + stop.end()
        found.append((start, line.end()))
    spans = []
    for start, end in found:
        text = seed.text[start:end]
        lead, trail = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
        if text.strip():
            spans.append(Sentence(seed.id, start + lead, end - trail, text.strip()))
    return spans


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice, of which YAML would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        found = super().construct_mapping(node, deep=deep)
        if len(found) < len(node.value):
            names = [key.value for key, _ in node.value]
            twice = next(name for name in names if names.count(name) > 1)
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: {twice} stands twice in one entry")
        return found


def _described(folder: Path) -> list[dict[str, Any]]:
    path = folder / "seeds.yml"
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), _Loader)["seeds"]
    except FileNotFoundError:
        raise SeedError(f"{shown(path)}: the file is missing") from None
    except (yaml.YAMLError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise SeedError(f"{shown(path)}: not readable as a list of seeds: {' '.join(str(error).split())}") from None
    if not isinstance(entries, list) or not entries:
        raise SeedError(f"{shown(path)}: `seeds` lists no article")
    reasons = []
    for number, entry in enumerate(entries, 1):
        called = str(entry["id"]) if isinstance(entry, dict) and entry.get("id") else f"entry {number}"
        reasons += [f"{called}: {reason}" for reason in _entry_reasons(entry)]
    ids = [entry.get("id") for entry in entries if isinstance(entry, dict)]
    reasons += [f"{one}: described twice" for one in sorted({str(one) for one in ids if ids.count(one) > 1})]
    if reasons:
        raise SeedError("\n".join(f"{shown(path)}, {reason}" for reason in reasons))
    return entries


def _entry_reasons(entry: Any) -> Iterator[str]:
    """What is wrong with one entry, held to :data:`DESCRIPTION`."""
    reasons = list(_reasons(entry, DESCRIPTION, ""))
    yield from reasons
    if not reasons:
        yield from (f"{name} is empty" for name in ("id", "file", "sha256", "bytes") if not entry[name])
        earliest, latest = entry["published"]["earliest"], entry["published"]["latest"]
        if earliest and latest and earliest > latest:
            yield f"published.earliest {earliest} is later than published.latest {latest}"


def _reasons(value: Any, kind: Any, name: str) -> Iterator[str]:
    if isinstance(kind, dict):
        if not isinstance(value, dict):
            yield f"{name or 'the entry'} is {value!r}, where fields are needed"
            return
        known = {key.removesuffix("?"): of for key, of in kind.items()}
        at = f"{name} " if name.endswith(",") else f"{name}." if name else ""
        yield from (f"lacks {at}{key}" for key in kind if not key.endswith("?") and key not in value)
        yield from (f"{at}{key} is not understood; known are {', '.join(known)}" for key in value if key not in known)
        for key in (key for key in known if key in value):
            yield from _reasons(value[key], known[key], f"{at}{key}")
    elif value is None and "," not in name:
        return
    elif isinstance(kind, list):
        if not isinstance(value, list):
            yield f"{name} is {value!r}, where a list is needed"
            return
        for number, part in enumerate(value, 1):
            yield from _reasons(part, kind[0], f"{name}, {number},")
    elif isinstance(kind, tuple):
        if value not in kind:
            yield f"{name} is {value!r}, and may be {', '.join(kind)}"
    elif type(value) is not kind or (value == "" and "," in name):
        yield f"{name} is {value!r}, where {_KINDS[kind]} is needed"


def _read(entry: dict[str, Any], folder: Path) -> Seed:
    path = folder / entry["file"]
    try:
        raw = path.read_bytes()
    except OSError:
        raise SeedError(f"{shown(path)}: the seed is missing") from None
    if hashlib.sha256(raw).hexdigest() != entry["sha256"] or len(raw) != entry["bytes"]:
        size = "" if len(raw) == entry["bytes"] else f" ({len(raw)} bytes where {entry['bytes']} are recorded)"
        raise SeedError(f"{shown(path)}: changed since it was recorded in seeds.yml{size}; a seed is never edited")
    about = {key: value for key, value in entry.items() if key not in {"id", "file"}}
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise SeedError(f"{shown(path)}, row {row}: not UTF-8: byte 0x{error.object[error.start]:02x}") from None
    if reasons := list(_quotation_reasons(about, text)):
        raise SeedError("\n".join(f"{shown(folder / 'seeds.yml')}, {entry['id']}: {reason}" for reason in reasons))
    return Seed(entry["id"], entry["file"], text, about)


def _quotation_reasons(about: dict[str, Any], text: str) -> Iterator[str]:
    """What an entry quotes of its article and the article does not say so."""
    for name in ("wording", "leftovers"):
        yield from (
            f"{name}: {one!r} does not occur in the article" for one in about.get(name) or [] if one not in text
        )
    for clue in about["published"]["clues"] or []:
        if (times := text.count(clue["quote"])) != 1:
            yield f"published.clues: {clue['quote']!r} occurs {times} times in the article"
