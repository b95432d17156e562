"""Seconds and memory as the book grows: `python benchmarks/growth.py [CHAPTERS ...]` (else 12, 24, 48 and 96).

Every generated chapter reads a table of the book, draws a map and a bar chart, prints a table, records a finding,
and cites: an ordinary chapter, without text. Each book is built from nothing with the book's own configuration; then
again with nothing changed; then a sentence of the last chapter is changed in the live view (median of three).
Memory is the largest sum over the build and all its kernels of what each holds (proportional set size, in which what
forked kernels share is counted once). Prints a Markdown table; reports and never fails for being slow.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent))
from live import held, reaction, started

ROOT = Path(__file__).resolve().parent.parent
COPIED = ["_config.yml", "pyproject.toml", "CITATION.cff", "seeds", "data", "vouch", "bookpress"]
KEPT = ["reproduce", "bibliography"]  # pages of the book that stand by themselves; the first as the root
CHAPTER = """---
jupytext:
  text_representation: {{extension: .md, format_name: myst}}
kernelspec: {{name: python3, display_name: Python 3}}
---

# Chapter {number}

{{glue:text}}`growth{number}.voted` townships voted, says {{cite:t}}`irrawaddy-2010-usdp-765` for another year.

```{{code-cell}} python
from dataclasses import replace

import networkx as nx
from vouch.methods.election import coverage
from vouch.evidence.data import load
from vouch.figures import voters
from vouch.findings import record
from vouch.tables import Column, Table

townships = load("townships")
units = coverage.by_state_and_region(townships)
record("growth{number}.voted", int(townships["voted"].sum()), unit="townships")
```

```{{code-cell}} python
replace(voters.tile_map(coverage.tiles(townships)), name="fig-growth-map-{number}")
```

```{{code-cell}} python
replace(voters.by_state_and_region(units), name="fig-growth-bars-{number}")
```

```{{code-cell}} python
graph = nx.barbell_graph(20, {number})
frame = units[["state_region"]].assign(nodes=len(graph))
Table("tab-growth-{number}", frame, {{"state_region": Column("Unit"), "nodes": Column("Nodes")}}, "Units.")
```
"""


def generate(book: Path, chapters: int) -> None:
    """A checkout with that many chapters."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, book / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, book / name)
    (book / "chapters").mkdir()
    for name in KEPT:
        shutil.copy(ROOT / "chapters" / f"{name}.md", book / "chapters")
    names = [f"growth{number}" for number in range(1, chapters + 1)]
    for number, name in enumerate(names, 1):
        (book / "chapters" / f"{name}.md").write_text(CHAPTER.format(number=number), "utf-8")
    listed = "".join(f"  - file: chapters/{name}\n" for name in [*names, *KEPT[1:]])
    (book / "data" / "findings.json").write_text("[]\n", "utf-8")  # those of other chapters are not missed
    (book / "_toc.yml").write_text(f"format: jb-book\nroot: chapters/{KEPT[0]}\nchapters:\n{listed}", "utf-8")


def timed(book: Path) -> tuple[float, float]:
    """Clock seconds of a build of the HTML, and the most memory it held, in GiB."""
    begun = time.perf_counter()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BOOKPRESS_")}
    command = [sys.executable, "-m", "bookpress.build", "html"]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, cwd=book, env=environment, stdout=said, stderr=said)
        root, most, done = psutil.Process(process.pid), 0, threading.Event()

        def watch() -> None:
            nonlocal most
            while not done.wait(0.2):
                most = max(most, held(root))

        watcher = threading.Thread(target=watch)
        watcher.start()
        code = process.wait()
        seconds = time.perf_counter() - begun
        done.set()
        watcher.join()
        if code:
            said.seek(0)
            sys.exit(f"exit code {code}\n{said.read()[-4000:]}")
    return seconds, most / 2**30


def live(book: Path, chapter: str) -> float:
    """Seconds until the live view has a page of which a sentence was changed; the median of three."""

    def edit(book: Path) -> None:
        path = book / f"{chapter}.md"
        path.write_text(path.read_text("utf-8") + "\nA sentence more.\n", "utf-8")

    view = started(book, f"{chapter}.html")
    try:
        return median(reaction(view, book, edit, f"{chapter}.html") for _ in range(3))
    finally:
        view.process.send_signal(signal.SIGINT)
        view.process.wait()


def main() -> int:
    sizes = [int(word) for word in sys.argv[1:]] or [12, 24, 48, 96]
    print("| chapters | clock, s | s per chapter | most memory, GiB | again, s | a sentence, live, s |")
    print("|---:|---:|---:|---:|---:|---:|")
    for chapters in sizes:
        with tempfile.TemporaryDirectory(prefix="vouch-growth-") as folder:
            generate(Path(folder), chapters)
            seconds, memory = timed(Path(folder))
            again, _ = timed(Path(folder))
            shown = live(Path(folder), f"chapters/growth{chapters}")
        row = (chapters, f"{seconds:.1f}", f"{seconds / chapters:.2f}", f"{memory:.2f}", f"{again:.1f}", f"{shown:.2f}")
        print(f"| {' | '.join(map(str, row))} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
