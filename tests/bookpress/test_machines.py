"""The same book, to the byte, on whatever machine and in whatever environment it is built."""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.book import toybook
from vouch.paths import ROOT
from vouch.upkeep.reproduce import somebodys_home

pytestmark = pytest.mark.long

CONFIG = toybook.CONFIG.replace(
    "sphinx:", "sphinx:\n  extra_extensions: [bookpress.web, bookpress.epub, bookpress.typst]"
)
DRAWN = """\
import locale, os, time
import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import display
plt.plot([1, 2, 3])
plt.show()
display(pd.DataFrame({"a": [1.5, 2], "é": ["x", "y"]}).style.highlight_max())
print(locale.setlocale(locale.LC_ALL, ""), time.tzname, f"{1234.5:n}", sorted({"a", "b", "c"}), {"a", "b"}, object())
"""
TEXT = "\n\n$$ a &= b \\\\ c &= d $$ (eq)\n\nBy {eq}`eq`: it costs between $3 and $4, “ü”.\n"


def book(folder: Path) -> Path:
    toybook.write(
        folder, {"one": toybook.chapter("One", DRAWN, after=TEXT), "two": toybook.chapter("Two", toybook.TWO)}
    )
    (folder / "_config.yml").write_text(CONFIG.replace("config: {", "config: {myst_enable_extensions: [dollarmath], "))
    return folder


def built(folder: Path, limit: Callable[[], None] | None = None, **environment: str) -> dict[str, str]:
    """All published files, by path, as hashes."""
    done = subprocess.run(
        [sys.executable, "-m", "bookpress.build", "book"], cwd=folder, capture_output=True, text=True, timeout=600,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1700000000", **environment}, preexec_fn=limit,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    kept = folder / "_build"
    files = [path for part in ("html", "pdf", "epub") for path in (kept / part).rglob("*") if path.is_file()]
    return {path.relative_to(kept).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def few_files() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))


def little_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))


def narrow() -> None:
    os.umask(0o077)
    os.nice(5)


def one_processor() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def made(folder: Path) -> str:
    folder.mkdir(parents=True)
    return str(folder)


MACHINES: dict[str, Callable[[Path], tuple[Callable[[], None] | None, dict[str, str]]]] = {
    "everything is set": lambda folder: (None, somebodys_home(folder / "home")),
    "no home": lambda folder: (None, {"HOME": str(folder / "none"), "XDG_CONFIG_HOME": "", "MPLCONFIGDIR": ""}),
    "locale C": lambda folder: (None, {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    "far away": lambda folder: (None, {"TZ": "Pacific/Apia", "LANG": "tr_TR.UTF-8", "LANGUAGE": "de"}),
    "Python is told": lambda folder: (
        None, {"PYTHONHASHSEED": "42", "PYTHONWARNINGS": "default", "PYTHONDONTWRITEBYTECODE": "1"},
    ),
    "cold caches": lambda folder: (None, {"MPLCONFIGDIR": made(folder / "mpl"), "XDG_CACHE_HOME": made(folder / "c")}),
    "few file handles": lambda folder: (few_files, {}),
    "little memory": lambda folder: (little_memory, {}),
    "an odd folder for temporary files": lambda folder: (None, {"TMPDIR": made(folder / "it's a \"t\" $HOME; é")}),
    "one processor": lambda folder: (one_processor, {"BOOKPRESS_WORKERS": "1", "OMP_NUM_THREADS": "1"}),
    "a narrow terminal": lambda folder: (narrow, {"COLUMNS": "20", "TERM": "dumb", "NO_COLOR": "1", "FORCE_COLOR": ""}),
}  # fmt: skip


@pytest.mark.parametrize("machine", ["few file handles"])
def test_a_machine_with_little_to_give_builds_the_whole_book(tmp_path, machine):
    limit, environment = MACHINES[machine](tmp_path)
    assert "html/chapters/one.html" in built(book(tmp_path / "book"), limit, **environment)


def test_more_than_ten_machines_give_the_same_bytes(tmp_path):
    first = built(book(tmp_path / "book"))
    assert any(name.endswith(".pdf") for name in first) and any(name.endswith(".epub") for name in first)
    for number, (machine, prepared) in enumerate(MACHINES.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        limit, environment = prepared(folder)
        other = built(book(folder / "my book"), limit, **environment)
        assert {name for name in first | other if first.get(name) != other.get(name)} == set(), machine
