"""What the writer's browser has to know: which pages are new, and what is wrong at present."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class State:
    """Shared by the process that writes pages and the server that tells of them; all methods may be called from any
    thread.

    session: another in every process. pages: for each page (its path below the site) the number of the round in which
    it was last written. faults: what is wrong, by what it concerns. busy: what is being done, empty while nothing is.
    """

    session: str = field(default_factory=lambda: str(time.time_ns()))
    round: int = 0
    pages: dict[str, int] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    busy: str = ""
    serial: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def say(self, busy: str) -> None:
        """Tell what is being done."""
        with self._changed:
            self.busy = busy
            self._tell()

    def written(self, pages: list[str]) -> None:
        """Pages are there anew."""
        with self._changed:
            self.round += 1
            self.pages |= dict.fromkeys(pages, self.round)
            self._tell()

    def wrong(self, concerns: str, faults: list[str]) -> None:
        """What is wrong with something from now on; nothing, when the list is empty."""
        with self._changed:
            if self.faults.get(concerns, []) != faults:
                self.faults.pop(concerns, None)
                self.faults |= {concerns: faults} if faults else {}
                self._tell()

    def told(self) -> dict[str, Any]:
        """What a page needs to know, as JSON takes it."""
        with self._changed:
            listed = [fault for concerns in sorted(self.faults) for fault in self.faults[concerns]]
            return {
                "session": self.session,
                "serial": self.serial,
                "round": self.round,
                "pages": dict(self.pages),
                "faults": listed,
                "busy": self.busy,
            }

    def wait(self, serial: int, seconds: float) -> bool:
        """Wait until there is more to tell than at serial; whether there is."""
        with self._changed:
            return self._changed.wait_for(lambda: self.serial > serial, seconds)

    def _tell(self) -> None:
        self.serial += 1
        self._changed.notify_all()
