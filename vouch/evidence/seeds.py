"""The two articles that the book starts from: their text byte for byte, and what is known of each."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from vouch.paths import SEEDS, shown


class SeedError(ValueError):
    """A seed is missing, altered or badly described; the message names the file and the reason."""


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


def _described(folder: Path) -> list[dict[str, Any]]:
    path = folder / "seeds.yml"
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"]
    except FileNotFoundError:
        raise SeedError(f"{shown(path)}: the file is missing") from None
    except (yaml.YAMLError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise SeedError(f"{shown(path)}: not readable as a list of seeds: {error}") from None
    for number, entry in enumerate(entries, 1):
        lacking = {"id", "file", "sha256", "bytes"} - set(entry)
        if lacking:
            raise SeedError(f"{shown(path)}: entry {number} lacks {', '.join(sorted(lacking))}")
    return entries


def _read(entry: dict[str, Any], folder: Path) -> Seed:
    path = folder / entry["file"]
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise SeedError(f"{shown(path)}: the seed is missing") from None
    if hashlib.sha256(raw).hexdigest() != entry["sha256"]:
        size = "" if len(raw) == entry["bytes"] else f" ({len(raw)} bytes where {entry['bytes']} are recorded)"
        raise SeedError(f"{shown(path)}: changed since it was recorded in seeds.yml{size}; a seed is never edited")
    about = {key: value for key, value in entry.items() if key not in {"id", "file"}}
    return Seed(entry["id"], entry["file"], raw.decode("utf-8"), about)
