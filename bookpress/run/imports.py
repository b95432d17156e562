"""Which libraries the outputs of a chapter rest on.

A kernel forked from a warm process has libraries loaded that its chapter never asked for. What counts is what the cells
and the book's own modules import, what was loaded while they ran, and what these need in turn.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import metadata

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

KERNEL = "ipykernel"
"""Runs the cells, and so every chapter rests on it."""
_MAGIC = re.compile(r"^(\s*)[%!?].*$|^.*\?\??\s*$", re.MULTILINE)
"""Lines that IPython understands and Python does not."""
_EXTRA = re.compile(r"""extra == ["']([^"']*)["']""")
_OWN = re.compile(r"test|doc|dev|lint|typ|build", re.IGNORECASE)


@cache  # many chapters load the same modules of the book
def imported(source: str) -> frozenset[str] | None:
    """First names of the modules that Python source imports, wherever in it; None where it cannot be read."""
    try:
        tree = ast.parse(_MAGIC.sub(r"\1pass", source))
    except SyntaxError:
        return None
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return frozenset(names)


def rests_on(sources: Iterable[str], new: Iterable[str], loaded: Iterable[str]) -> list[str]:
    """Distributions that a chapter rests on, sorted.

    sources: Python source of its cells and of the book's modules that it loaded. new: modules that were loaded while it
    ran. loaded: all modules that are loaded; nothing else counts, and all count where a source cannot be read.
    """
    present = {name for module in loaded for name in distributions().get(module, ())}
    modules = set(new)
    for source in sources:
        names = imported(source)
        if names is None:
            return sorted(present)
        modules |= names
    wanted = [name for module in modules for name in distributions().get(module, ())]
    return sorted(_with_needs([KERNEL], present, False) | _with_needs(wanted, present, True))


def _with_needs(wanted: list[str], present: set[str], extras: bool) -> set[str]:
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in present and name not in found:
            found.add(name)
            wanted += needs(name, extras)
    return found


@cache
def needs(distribution: str, extras: bool) -> tuple[str, ...]:
    """Distributions that one asks for, by the names they have here. extras: also those that it asks for as an extra,
    which libraries make use of where they are there; what serves their own tests and documentation is left out."""
    try:
        asked = metadata.requires(distribution) or []
    except metadata.PackageNotFoundError:
        return ()
    names = []
    for line in asked:
        try:
            asked_for = Requirement(line)
        except InvalidRequirement:
            continue
        extra = _EXTRA.search(str(asked_for.marker or ""))
        if not extra or (extras and not _OWN.search(extra[1])):
            names.append(canonicalize_name(asked_for.name))
    return tuple(name for known in names for name in _called(known))


def _called(canonical: str) -> list[str]:
    return _names().get(canonical, [])


@lru_cache(maxsize=1)
def _names() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for each in {name for several in distributions().values() for name in several}:
        names.setdefault(canonicalize_name(each), []).append(each)
    return names


@lru_cache(maxsize=1)
def distributions() -> dict[str, list[str]]:
    """Distributions by the name of the modules they bring."""
    return dict(metadata.packages_distributions())
