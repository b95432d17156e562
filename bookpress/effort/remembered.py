"""What one build works out from a text, and the next one need not work out again."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from bookpress import project
from bookpress.effort.processors import shared

T = TypeVar("T")
FEW = 5
"""So many values are made in one process."""


class Remembered:
    """Values by the texts that they were made from, in a file of JSON.

    path: of the file; one that cannot be read counts for empty. makers: paths of the modules that make the values
    (`__file__`), and given, what the values depend on beside their texts: when one is another, so are they. Only what
    was asked for is written, so that the file does not grow.
    """

    def __init__(self, path: Path, *makers: str, given: str = "") -> None:
        self.path = path
        self._by = sha256(b"".join([*(Path(maker).read_bytes() for maker in makers), given.encode()]))
        self._before: dict[str, Any] = {}
        self._now: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError, TypeError):
            self._before = dict(json.loads(path.read_text("utf-8")))

    def has(self, text: str) -> bool:
        """Whether an earlier build has made the value of this text."""
        return self._key(text) in self._before

    def value(self, text: str, make: Callable[[], T]) -> T:
        """What the text gives: as it was made before, else made now. It is what JSON can hold, tuples as lists."""
        return self._value(self._key(text), make)

    def _value(self, key: str, make: Callable[[], T]) -> T:
        if key not in self._now:
            self._now[key] = self._before[key] if key in self._before else make()
        value: T = self._now[key]
        return value

    def values(self, texts: Sequence[str], make: Callable[[str], T]) -> list[T]:
        """What each text gives; where many are new, all processors make them. make: a function of a module."""
        by_key = [(self._key(text), text) for text in texts]  # once: texts are long, as a rule whole pages
        missing = {key: text for key, text in by_key if key not in self._before and key not in self._now}
        if len(missing) > FEW:
            made = shared(make, [(text,) for text in missing.values()])
            self._now |= dict(zip(missing, made, strict=True))
        return [self._value(key, partial(make, text)) for key, text in by_key]

    def _key(self, text: str) -> str:
        mark = self._by.copy()
        mark.update(text.encode("utf-8", "surrogatepass"))
        return mark.hexdigest()

    def write(self) -> None:
        """Keep what was asked for, unless the file has just that."""
        if self._now.keys() != self._before.keys():
            project.replace(self.path, json.dumps(self._now))
            self._before = dict(self._now)
