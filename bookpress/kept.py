"""What a build keeps: values under a name of this package, on Sphinx's application, environment or translator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def kept(holder: object, name: str, make: Callable[[], T]) -> T:
    """The value kept by holder under a name, made when it is first asked for.

    What an environment keeps is saved with it; what an application or a translator keeps goes with it.
    """
    values, key = holder.__dict__, f"bookpress_{name}"
    if key not in values:
        values[key] = make()
    value: T = values[key]
    return value


def keep(holder: object, name: str, value: object) -> None:
    """Keep a value in the place of the one before."""
    holder.__dict__[f"bookpress_{name}"] = value


LATER = "later"
"""Name of what an application keeps (true or false): another builder of the same build has gone before this one."""


def notebook_settings(env: object) -> Any:
    """MyST-NB's settings, which it keeps on Sphinx's environment; they have no types."""
    return env.__dict__["mystnb_config"]
