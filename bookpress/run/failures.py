"""Why a chapter could not be executed, in words and places that an editor understands."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookpress.contents import source_text
from bookpress.run.chapters import Chapter
from bookpress.run.kernels import tail


@dataclass(frozen=True)
class Failure:
    """Why a chapter could not be executed: `where` is `chapter.md:line`, as editors understand it."""

    where: str
    what: str
    details: str = ""

    def __str__(self) -> str:
        indented = "".join(f"\n    {line}" for line in self.details.splitlines())
        return f"{self.where}: {self.what}{indented}"


_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def raised(chapter: Chapter, index: int, error: Any) -> Failure:
    """A cell that raised: the line of the chapter, the statement, and where below it the exception came from."""
    cell = chapter.notebook.cells[index]
    trace = _ANSI.sub("", error.traceback)
    frames = re.findall(rf"^.*?Cell In\[{cell.get('execution_count')}\], line (\d+)", trace, re.M)
    number = int(frames[-1]) if frames else 1
    lines = cell.source.splitlines()
    first = _first_line(chapter, index)
    statement = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    details = [f"cell at line {first}: {statement}"]
    elsewhere = re.findall(r"^File (\S+?):(\d+), in (.*)$", trace, re.M)
    if elsewhere:
        path, line, function = elsewhere[-1]
        details.append(f"raised in {path}:{line}, in {function}")
    return Failure(f"{chapter.name}:{first + number - 1}", f"{error.ename}: {error.evalue}", "\n".join(details))


def stopped(chapter: Chapter, index: int, what: str, log: Path | None) -> Failure:
    """A cell that did not end by itself; with what it and its kernel had printed until then."""
    if index < 0:
        return Failure(chapter.name, what, tail(log) if log else "")
    cell = chapter.notebook.cells[index]
    first = _first_line(chapter, index)
    printed = "".join(output["text"] for output in cell.get("outputs", ()) if output.output_type == "stream")
    head = f"cell at line {first}: {(cell.source.strip().splitlines() or [''])[0]}"
    parts = [head, *printed.splitlines()[-20:], tail(log) if log else ""]
    return Failure(f"{chapter.name}:{first}", what, "\n".join(filter(None, parts)))


def _first_line(chapter: Chapter, index: int) -> int:
    """Line of the file, counted from 1, on which the code of a cell begins (after its options)."""
    source_map = chapter.notebook.metadata.get("source_map")
    if not source_map:
        return index + 1
    begin: int = source_map[index]
    code = chapter.notebook.cells[index].source.splitlines()
    with contextlib.suppress(OSError):
        lines = source_text(chapter.path).splitlines()
        for offset in range(begin, len(lines) - len(code) + 1):
            if [line.rstrip() for line in lines[offset : offset + len(code)]] == [line.rstrip() for line in code]:
                return offset + 1
    return begin + 1
