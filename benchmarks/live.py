"""Seconds until the live view shows what was saved, and its memory: `python benchmarks/live.py [ROUNDS [EDITS]]`.

In a copy of the book, after a build: a sentence, a cell, a module of figures and two tables are changed in turn, ROUNDS
times each (5). The clock runs from the save until the server tells browsers that the page is there anew; they then load
it, which takes another fifth of a second. Then a sentence is changed EDITS times (0; 500 take some minutes), and the
memory of the server and its kernels is printed along the way (proportional set size). For comparison, of the same
sentence: a whole `make html`, and sphinx-autobuild over the same pages, where it is installed (it is not pinned here).
Reports and never fails for being slow.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent))
import build_speed

PAGE = build_speed.CHAPTER.with_suffix(".html").as_posix()
FIGURES = Path("vouch/figures/coup.py")
PATIENCE = 120


def held(process: psutil.Process) -> int:
    """Bytes that a process and its descendants hold at this moment."""
    total = 0
    with contextlib.suppress(psutil.Error):  # ended meanwhile
        for one in [process, *process.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                total += one.memory_full_info().pss
    return total


@dataclass
class Live:
    """A live view of a book: its process, and what it told last."""

    process: subprocess.Popen[str]
    told: dict[str, Any] = field(default_factory=dict)

    def listen(self, address: str) -> None:
        with urllib.request.urlopen(f"{address}_live/events") as events:
            for line in events:
                if line.startswith(b"data: "):
                    self.told = json.loads(line[6:])

    def until(self, holds: Callable[[dict[str, Any]], bool]) -> None:
        """Wait for it to tell so. Ends the benchmark after two minutes, with what it tells instead."""
        end = time.monotonic() + PATIENCE
        while not (self.told and holds(self.told)):
            if time.monotonic() > end:
                sys.exit(f"the live view does not come to it; it tells: {self.told}")
            time.sleep(0.005)

    def settled(self) -> None:
        """Wait until nothing more is being done. Ends the benchmark as :func:`until` does."""
        quiet, end = 0, time.monotonic() + PATIENCE
        while quiet < 10:
            if time.monotonic() > end:
                sys.exit(f"the live view does not come to rest; it tells: {self.told}")
            time.sleep(0.05)
            quiet = 0 if not self.told or self.told["busy"] else quiet + 1


def started(book: Path, page: str = PAGE) -> Live:
    """The live view of a book, when it has that page and has come to rest."""
    command = [sys.executable, "-m", "bookpress.live", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(book)}
    process = subprocess.Popen(command, cwd=book, env=environment, stdout=subprocess.PIPE, text=True)
    live = Live(process)
    for line in process.stdout or ():
        if found := re.search(r"http://\S+", line):
            threading.Thread(target=live.listen, args=(found[0],), daemon=True).start()
            threading.Thread(target=lambda: [None for _ in process.stdout or ()], daemon=True).start()
            live.until(lambda told: page in told["pages"])
            live.settled()
            return live
    sys.exit(f"the live view did not start: exit code {process.wait()}")


def edit_figures(book: Path) -> None:
    """Add a comment to a module of figures: the chapters that import it run again."""
    path = book / FIGURES
    path.write_text(path.read_text("utf-8") + "# A comment more.\n", "utf-8")


EDITS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a sentence": (build_speed.edit_prose, PAGE),
    "a cell": (build_speed.edit_cell, PAGE),
    "a module of figures": (edit_figures, PAGE),
    "a table of light chapters": (partial(build_speed.edit_table, table=build_speed.LIGHT), "chapters/changes.html"),
    "a table of long chapters": (partial(build_speed.edit_table, table=build_speed.HEAVY), "chapters/voters.html"),
}
"""What is changed, and the page in which it shows."""


def reaction(live: Live, book: Path, edit: Callable[[Path], None], page: str) -> float:
    """Seconds from the save until the page is told of."""
    before = live.told["pages"][page]
    begun = time.perf_counter()
    edit(book)
    live.until(lambda told: told["pages"][page] > before)
    seconds = time.perf_counter() - begun
    live.settled()
    return seconds


def autobuild(book: Path, rounds: int) -> list[float]:
    """Seconds until sphinx-autobuild has written a page with a new sentence; nothing where it is not installed."""
    if not importlib.util.find_spec("sphinx_autobuild"):
        return []
    command = [sys.executable, "-c", build_speed.JUPYTER_BOOK, "config", "sphinx", "."]
    subprocess.run(command, cwd=book, check=True, stdout=subprocess.DEVNULL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "sphinx_autobuild",
        "--port",
        str(port),
        "--ignore",
        "*/_build/*",
        ".",
        "_build/auto",
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(book), os.environ.get("PYTHONPATH", "")])}
    page = book / "_build" / "auto" / PAGE
    found: list[float] = []
    with subprocess.Popen(
        command, cwd=book, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    ) as server:
        try:
            _until(page.exists)
            time.sleep(30)  # until it has come to rest; it tells nobody
            for _ in range(rounds):
                before = page.read_text("utf-8").count("A sentence more.")
                begun = time.perf_counter()
                build_speed.edit_prose(book)
                _until(lambda before=before: page.read_text("utf-8").count("A sentence more.") > before)
                found.append(time.perf_counter() - begun)
                time.sleep(15)
        finally:
            server.send_signal(signal.SIGINT)
    (book / "conf.py").unlink()
    return found


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 4 * PATIENCE
    while not holds():
        if time.monotonic() > end:
            sys.exit("sphinx-autobuild does not come to it")
        time.sleep(0.02)


def main() -> int:
    rounds, edits = ([int(word) for word in sys.argv[1:]] + [5, 0][len(sys.argv) - 1 :])[:2]
    with tempfile.TemporaryDirectory(prefix="vouch-live-") as folder:
        book = build_speed.copy(Path(folder))
        build_speed.timed("`make html`", book, "-m", "bookpress.build", "html")
        build_speed.edit_prose(book)
        whole = build_speed.timed("`make html`, a sentence changed", book, "-m", "bookpress.build", "html").clock
        others = autobuild(book, rounds)
        live = started(book)
        try:
            machine = f"{platform.system()} {platform.machine()}"
            print(f"{os.cpu_count()} processors, Python {platform.python_version()}, {machine}, medians of {rounds}\n")
            print("| changed | s until the page is there |\n|---|---:|")
            print(f"| a sentence, by `make html` | {whole:.1f} |", flush=True)
            if others:
                print(f"| a sentence, by sphinx-autobuild | {median(others):.1f} |", flush=True)
            for what, (edit, page) in EDITS.items():
                seconds = median(reaction(live, book, edit, page) for _ in range(rounds))
                print(f"| {what}, live | {seconds:.2f} |", flush=True)
            if edits:
                print("\n| sentences changed | memory, MiB |\n|---:|---:|")
            for number in range(edits + 1 if edits else 0):
                if number:
                    reaction(live, book, build_speed.edit_prose, PAGE)
                if number % max(1, edits // 5) == 0:
                    print(f"| {number} | {held(psutil.Process(live.process.pid)) / 2**20:.0f} |", flush=True)
        finally:
            live.process.send_signal(signal.SIGINT)
            live.process.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
