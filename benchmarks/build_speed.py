"""Seconds to build the book, side by side with plain Jupyter Book: `python benchmarks/build_speed.py [ROUNDS]`.

Both build the same commit with the same extensions, one after the other, each in a copy of its own; plain means
`jupyter-book build` with the executor that comes with it (one chapter after the other, every kernel started afresh).
Prints a Markdown table, of medians if there are several rounds. It reports and never fails a build for being slow:
seconds depend on the machine and on what else it does, and the ratios are what to look at.
"""

from __future__ import annotations

import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PLAIN = "plain `jupyter-book build`, nothing cached"
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
CHAPTER = Path("chapters/coup.md")
LIGHT = Path("data/signpost_readings.csv")
"""Two chapters read it, which take seconds."""
HEAVY = Path("data/territory.csv")
"""Five chapters read it, among them the longest."""


@dataclass(frozen=True)
class Timed:
    """One build: what was built, seconds on the clock, and processor seconds of it and all its kernels."""

    what: str
    clock: float
    processor: float


def copy(target: Path) -> Path:
    """The checkout as it is, without what was built and what git does not know."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
    return target


def timed(what: str, book: Path, *command: str, **variables: str) -> Timed:
    """Run a command of Python in the book and take the time; what it printed is shown only if it fails."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BOOKPRESS_")}
    environment |= {"PYTHONPATH": str(book), **variables}
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run = subprocess.run([sys.executable, *command], cwd=book, env=environment, capture_output=True, text=True)
    clock, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode:
        sys.exit(f"{what}: exit code {run.returncode}\n{run.stdout[-2000:]}{run.stderr[-4000:]}")
    return Timed(what, clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def edit_prose(book: Path) -> None:
    """Add a sentence to a chapter: its cells stay as they are."""
    path = book / CHAPTER
    path.write_text(path.read_text("utf-8").rstrip("\n") + "\n\nA sentence more.\n", "utf-8")


def edit_cell(book: Path) -> None:
    """Add a comment at the end of the first cell of a chapter, below its options: one chapter runs again."""
    path = book / CHAPTER
    text, cells = re.subn(
        r"(```\{code-cell\}.*?)\n```", r"\1\n# a comment more\n```", path.read_text("utf-8"), count=1, flags=re.DOTALL
    )
    if not cells:
        raise ValueError(f"{CHAPTER} has no cell to change")
    path.write_text(text, "utf-8")


def edit_table(book: Path, table: Path) -> None:
    """Exchange the last two rows of a table: other bytes, same content, so that every check still passes."""
    path = book / table
    *rows, last = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([*rows[:-1], last, rows[-1]]), "utf-8")


def measured() -> list[Timed]:
    """All builds once, the plain one first."""
    with tempfile.TemporaryDirectory(prefix="vouch-speed-") as folder:
        plain, book, whole = (copy(Path(folder) / name) for name in ("plain", "book", "whole"))
        build = ("-m", "bookpress.build")
        results = [
            timed(PLAIN, plain, "-c", JUPYTER_BOOK, "build", ".", BOOKPRESS_EXECUTOR="stock"),
            timed("`make html`, nothing cached", book, *build, "html"),
            timed("`make book` (HTML, PDF and EPUB), nothing cached", whole, *build, "book"),
            timed("`make html` again, nothing changed", book, *build, "html"),
        ]
        edit_prose(book)
        results.append(timed("`make html`, a sentence changed", book, *build, "html"))
        edit_cell(book)
        results.append(timed("`make html`, a cell of one chapter changed", book, *build, "html"))
        edit_table(book, LIGHT)
        results.append(timed("`make html`, a table changed that two chapters read", book, *build, "html"))
        edit_table(book, HEAVY)
        results.append(timed("`make html`, a table changed that five chapters read", book, *build, "html"))
        results.append(timed("`make pdf` after `make html`", book, *build, "pdf"))
        results.append(timed("`make epub` after `make html`", book, *build, "epub"))
    return results


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    runs = [measured() for _ in range(rounds)]
    machine = f"{platform.system()} {platform.machine()}"
    print(f"{os.cpu_count()} processors, Python {platform.python_version()}, {machine}, medians of {rounds}\n")
    print("| build | clock, s | processor, s | clock, ratio to plain | processor, ratio to plain |")
    print("|---|---:|---:|---:|---:|")
    for same in zip(*runs, strict=True):
        clock, processor = median(one.clock for one in same), median(one.processor for one in same)
        # Of each round's own plain build: the machine may be faster in one round than in another.
        ratio = median(one.clock / run[0].clock for one, run in zip(same, runs, strict=True))
        share = median(one.processor / run[0].processor for one, run in zip(same, runs, strict=True))
        print(f"| {same[0].what} | {clock:.1f} | {processor:.1f} | {ratio:.2f} | {share:.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
