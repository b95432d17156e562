"""What a book may set about execution, and the environment variables that override it for one build."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.errors import SphinxError

from bookpress.effort.processors import cores

if TYPE_CHECKING:
    from sphinx.config import Config

PRELOAD = (
    *("numpy", "pandas", "networkx", "scipy.stats", "matplotlib", "matplotlib.pyplot", "matplotlib.dates"),
    *("matplotlib.backends.backend_svg", "ipykernel.debugger"),
)
"""What many chapters import, and what every kernel does; what is not installed is passed over."""
_PACKAGE = Path(__file__).resolve().parents[1]


class ExecutionFailed(SphinxError):
    """Chapters that could not be executed; the message names each with cell, line and exception."""

    category = "Execution failed"


@dataclass(frozen=True)
class Settings:
    """How chapters are executed.

    workers: chapters at a time; 0 for three more than there are processors, at least 5. kernels: `fork`, `spawn`, or
    empty for whichever suits the system. shutdown: `immediate`, or `graceful` for kernels that end by themselves and
    can save what was measured in them. executor: `parallel`, or `stock` to leave execution to myst-nb. preload: modules
    that the process from which kernels are forked has loaded. ignore: beginnings of paths, relative to the book's root,
    of code on which no output depends. environment: names of variables of the machine that chapters may read, beside
    those of :data:`bookpress.run.kernels.surroundings.LET_IN`; a chapter runs again when one has another value.
    unobserved: `refuse` a chapter that does what cannot be observed, or `rerun` it in every build. failures: `refuse`
    the book while a chapter fails, or `show` the failure in its place; the chapter then runs in every build.
    """

    workers: int = 0
    kernels: str = ""
    shutdown: str = "immediate"
    executor: str = "parallel"
    preload: tuple[str, ...] = PRELOAD
    ignore: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    unobserved: str = "refuse"
    failures: str = "refuse"

    @property
    def stock(self) -> bool:
        """Whether execution is left to myst-nb."""
        return self.executor == "stock"

    @property
    def at_a_time(self) -> int:
        """How many chapters are executed at a time. Three more than processors: while one starts, or waits for its next
        cell, the others compute."""
        return self.workers or max(2, cores()) + 3


NAMES = tuple(Settings.__dataclass_fields__)
_LISTS = {"preload": PRELOAD, "ignore": (), "environment": ()}
_WORDS = {
    "kernels": ("", "fork", "spawn"),
    "shutdown": ("immediate", "graceful"),
    "executor": ("parallel", "stock"),
    "unobserved": ("refuse", "rerun"),
    "failures": ("refuse", "show"),
}
"""What may be said; the first where nothing is."""


def chosen(values: dict[str, Any]) -> Settings:
    """Settings from configuration values by name (without `run_`); the environment's `BOOKPRESS_...` goes before them.

    A list stands in the environment with commas. Raises ExecutionFailed for a value that is none of the allowed.
    """
    taken: dict[str, Any] = {name: _several(name, *_given(name, values)) or default for name, default in _LISTS.items()}
    taken |= {name: _word(*_given(name, values), allowed) for name, allowed in _WORDS.items()}
    return Settings(workers=_workers(*_given("workers", values)), **taken)


def _given(name: str, values: dict[str, Any]) -> tuple[str, Any]:
    """What a setting is called where it is given, and its value."""
    variable = f"BOOKPRESS_{name.upper()}"
    if said := os.environ.get(variable):
        return variable, said
    return f"run_{name}", values.get(name)


def _several(name: str, origin: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str) and origin != f"run_{name}":
        value = [one.strip() for one in value.split(",") if one.strip()]
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) and one for one in value):
        hint = f", such as [{value}]" if isinstance(value, str) else ""
        raise ExecutionFailed(f"{origin} is {value!r}; it is a list of texts{hint}")
    return tuple(value)


def _word(origin: str, value: Any, allowed: tuple[str, ...]) -> str:
    if value is None or value == "":
        return allowed[0]
    if value not in allowed:
        words = " or ".join(repr(word) for word in allowed if word)
        raise ExecutionFailed(f"{origin} is {value!r}; it can be {words}")
    return str(value)


def _workers(origin: str, value: Any) -> int:
    number = str(0 if value is None else value)
    if not (number.isascii() and number.isdecimal()) or (origin != "run_workers" and not int(number)):
        least = "0 or more" if origin == "run_workers" else "1 or more"
        raise ExecutionFailed(f"{origin} is {number!r}; it is a number of chapters, {least}")
    return int(number)


def settings(config: Config) -> Settings:
    """The settings of a build."""
    return chosen({name: config[f"run_{name}"] for name in NAMES})


def from_file(root: Path) -> Settings:
    """The settings in a book's `_config.yml`, for what has to begin before Sphinx is there."""
    import yaml

    content = yaml.safe_load((root / "_config.yml").read_text("utf-8")) or {}
    values = (content.get("sphinx") or {}).get("config") or {}
    return chosen({name: values.get(f"run_{name}") for name in NAMES})


def ignored(root: Path, more: tuple[str, ...]) -> tuple[str, ...]:
    """Beginnings of paths, relative to root, of code that shows outputs and computes none: this package, and more."""
    package = (f"{_PACKAGE.relative_to(root).as_posix()}/",) if _PACKAGE.is_relative_to(root) else ()
    return (*package, *more)
