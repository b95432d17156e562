"""The real book, its build killed without warning: what was published stays whole, and the next build is right."""

from __future__ import annotations

import hashlib
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.conftest import build, copy_checkout
from vouch.paths import ROOT

pytestmark = pytest.mark.long

TABLE = "data/signpost_readings.csv"
"""Two chapters read it, which take seconds: builds are killed in every part, and those after them need not be long."""
MOMENTS = 10


def digests(site: Path) -> dict[str, str]:
    """Of every file of a published site, by path."""
    files = sorted(path for path in site.rglob("*") if path.is_file())
    return {str(path.relative_to(site)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def swap_last_rows(table: Path) -> None:
    """Other bytes, same content: every check passes, and the chapters that read it run again."""
    *rows, last = table.read_text("utf-8").splitlines(keepends=True)
    table.write_text("".join([*rows[:-1], last, rows[-1]]), "utf-8")


@pytest.fixture(scope="module")
def clone(tmp_path_factory, book) -> Path:
    """The checkout as it is, with the book built and published."""
    folder = copy_checkout(tmp_path_factory.mktemp("killed") / "book")
    shutil.copytree(ROOT / "_build" / ".jupyter_cache", folder / "_build" / ".jupyter_cache")
    return folder


def test_killed_at_random_moments(clone):
    """The page swaps between two states, each of which is known from a build that nobody disturbed."""
    site, states, seconds = clone / "_build" / "html", [], 0.0
    for _ in range(2):
        begun = time.perf_counter()
        result = build(clone, "html")
        assert result.returncode == 0, result.stderr[-4000:]
        seconds = time.perf_counter() - begun  # the second: what a changed table takes
        states.append(digests(site))
        swap_last_rows(clone / TABLE)
    assert states[0] != states[1], "the change is to be seen in the book"
    now, moments = 1, random.Random(20210201)
    for number in range(MOMENTS):
        moment = moments.uniform(0, seconds)
        process = subprocess.Popen(
            [sys.executable, "-m", "bookpress.build", "html"],
            cwd=clone,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.perf_counter() + moment
        while time.perf_counter() < end and process.poll() is None:
            for page in (site / "chapters" / f"{name}.html" for name in ("changes", "coup", "methods", "voters")):
                assert page.read_text("utf-8").rstrip().endswith("</html>"), f"kill {number}: {page.name} is not whole"
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert digests(site) in states, f"killed after {moment:.1f} s: half of two books"
        now = 1 - now
        result = build(clone, "html")
        assert result.returncode == 0, f"killed after {moment:.1f} s: {result.stderr[-4000:]}"
        assert digests(site) == states[now], f"killed after {moment:.1f} s: the next build is another"
        swap_last_rows(clone / TABLE)
    assert not [process for process in psutil.process_iter() if runs_in(clone, process)], "kernels left behind"


def runs_in(folder: Path, process: psutil.Process) -> bool:
    try:
        return Path(process.cwd()).is_relative_to(folder)
    except (psutil.Error, OSError):
        return False
