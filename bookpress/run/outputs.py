"""What differs from run to run in the outputs of a chapter, though nothing that it reads does: made the same."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

from bookpress.run.failures import Failure

_ADDRESS = re.compile(r"(?<= at )0x[0-9a-fA-F]{6,16}(?=>|&gt;|[,)\]])")
_CELL_FILE = re.compile(r"(?<!\S)\S*[/\\]ipykernel_\d+[/\\](?=\d+\.py:\d)")
"""Where ipykernel says that a cell stands, with the number of the process; in warnings. Looked for at the beginnings of
words alone, as is what follows below at those of spaces: from each letter of a word, a drawing would take seconds."""
_UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|(?<=-)[0-9a-f]{32}(?![0-9a-f])"
)
_STYLER = re.compile(r'(?<=id=")T_[0-9a-f]{5}(?=["_])')
_DRAWN = re.compile(r'(?<=id=")[a-z][0-9a-f]{10}(?=")')
_DRAWN_ON = re.compile(r"(?<!\s)\s*<dc:date>[^<]*</dc:date>")


def settle(notebook: Any) -> None:
    """Replace what is random in the outputs of an executed notebook.

    Addresses in memory become ``0x…``; the file of a cell in a warning loses the number of the process. Names that
    pandas gives to a styled table, matplotlib to parts of a drawing and others to what a script is to find are
    numbered, each the same wherever it stands. A drawing loses its time of day.
    """
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            names = _Names(number)
            for output in cell.get("outputs", ()):
                _settle(output, names)


def _settle(output: Any, names: _Names) -> None:
    if output.output_type == "stream":
        output["text"] = _settled(output["text"])
    elif output.output_type == "error":
        output["evalue"] = _settled(output["evalue"])
        output["traceback"] = [_settled(line) for line in output["traceback"]]
    for kind, content in output.get("data", {}).items():
        if not isinstance(content, str):
            continue
        if kind in ("text/plain", "text/html", "text/markdown", "text/latex"):
            content = _settled(content)
        if kind == "text/html":
            content = names.replaced(names.replaced(content, _STYLER, "T_{}"), _UUID, "{:0>32}")
        elif kind == "image/svg+xml":
            content = names.replaced(_DRAWN_ON.sub("", content), _DRAWN, "x{:0>10}")
        output["data"][kind] = content


def _settled(text: str) -> str:
    return _CELL_FILE.sub("ipykernel/", _ADDRESS.sub("0x…", text))


class CarriageReturns:
    """What a carriage return writes over, taken out in one pass.

    nbclient asks an expression that looks at the rest of a line from each of its letters: over a line of a million it
    sits for hours, and no time limit of a cell ends it.
    """

    def sub(self, _replacement: str, text: str) -> str:
        """Return text with what stands in a line before its last return that something follows taken out."""
        if "\r" not in text:
            return text
        return "\n".join(line[line.rfind("\r", 0, max(len(line) - 1, 0)) + 1 :] for line in text.split("\n"))


class _Names:
    """New names for the random ones of a cell, in the order in which they appear."""

    def __init__(self, cell: int) -> None:
        self.cell = cell
        self.given: dict[str, str] = {}

    def replaced(self, text: str, pattern: re.Pattern[str], form: str) -> str:
        """The text with the names that a pattern finds replaced, also where it is not the pattern that finds them."""
        for name in dict.fromkeys(pattern.findall(text)):
            if name not in self.given:
                digest = sha256(f"{self.cell}/{len(self.given)}".encode()).hexdigest()
                self.given[name] = form.format(digest[:5])
            text = text.replace(name, self.given[name])
        return text


def show_failure(notebook: Any, failure: Failure) -> None:
    """Let a chapter that failed say so where it did: after the last cell that ran."""
    from nbformat.v4 import new_output  # late; it has no types

    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if any(output.output_type == "error" for cell in code for output in cell.get("outputs", ())):
        return
    ran = [cell for cell in code if cell.get("execution_count")]
    for cell in (ran or code)[-1:]:
        cell.outputs.append(
            new_output("error", ename="Stopped", evalue=failure.what, traceback=str(failure).splitlines())
        )
