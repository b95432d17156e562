"""What a book may set about execution, and the environment variables that override it for one build."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.errors import SphinxError

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

    workers: chapters at a time; 0 for one more than there are processors, at least 3. kernels: `fork`, `spawn`, or
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
        """How many chapters are executed at a time. One more than processors: a kernel that starts mostly waits."""
        return self.workers or max(2, os.cpu_count() or 1) + 1


NAMES = tuple(Settings.__dataclass_fields__)


def chosen(values: dict[str, Any]) -> Settings:
    """Settings from configuration values by name (without `run_`); the environment's `BOOKPRESS_...` goes before them.

    Raises ExecutionFailed for a value that is none of the allowed.
    """
    given = {name: os.environ.get(f"BOOKPRESS_{name.upper()}") or values.get(name) for name in NAMES}
    workers = str(os.environ.get("BOOKPRESS_WORKERS") or values.get("workers") or 0)
    if not workers.isdecimal() or (os.environ.get("BOOKPRESS_WORKERS") and not int(workers)):
        raise ExecutionFailed(f"BOOKPRESS_WORKERS is {workers!r}; it is a number of chapters, 1 or more")
    for name, allowed in (("kernels", ("", "fork", "spawn")), ("executor", ("parallel", "stock")),
                          ("shutdown", ("immediate", "graceful")), ("unobserved", ("refuse", "rerun")),
                          ("failures", ("refuse", "show"))):  # fmt: skip
        if (given.get(name) or allowed[0]) not in allowed:
            words = " or ".join(repr(word) for word in allowed if word)
            raise ExecutionFailed(f"BOOKPRESS_{name.upper()} is {given[name]!r}; it can be {words}")
    return Settings(
        workers=int(workers),
        kernels=given.get("kernels") or "",
        shutdown=given.get("shutdown") or "immediate",
        executor=given.get("executor") or "parallel",
        preload=tuple(given.get("preload") or PRELOAD),
        ignore=tuple(given.get("ignore") or ()),
        environment=tuple(given.get("environment") or ()),
        unobserved=given.get("unobserved") or "refuse",
        failures=given.get("failures") or "refuse",
    )


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
