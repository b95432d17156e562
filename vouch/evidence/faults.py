"""One thing wrong with the evidence, as data: file, reason, row, column and value; and the error that carries them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_MOST_SHOWN = 12


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one file.

    row: the line in the file (the header is line 1), 0 for the whole file. column and value: empty where the fault is
    not one of a single cell.
    """

    file: str
    reason: str
    row: int = 0
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        row = f", row {self.row}" if self.row else ""
        place = f"{self.file}{row}" + (f", column {self.column}" if self.column else "")
        return f"{place}: {self.reason}" + (f" (value {self.value!r})" if self.value or self.column else "")


class DataError(ValueError):
    """The evidence does not hold to its description. `faults` lists what is wrong; the message shows the first."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = list(faults)
        lines = [str(fault) for fault in self.faults[:_MOST_SHOWN]]
        if len(self.faults) > _MOST_SHOWN:
            lines.append(f"... and {len(self.faults) - _MOST_SHOWN} more")
        super().__init__("\n".join(lines))
