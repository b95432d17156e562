"""A disk that is full or may not be written, with real file systems: said in one line, and the last good book stays."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bookpress.build.outcome import UNFIT
from vouch.paths import ROOT

# A private view of the file systems, in which an ordinary user may mount.
ALONE = ["unshare", "--user", "--map-root-user", "--mount"]


def alone(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [*ALONE, "sh", "-ec", script, "sh", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600)


def may_mount() -> bool:
    return bool(shutil.which("unshare")) and alone("mount -t tmpfs none /mnt").returncode == 0


# Some systems and containers forbid it. What a full or read-only disk leads to is then tested only with errors that are
# raised on purpose (tests/book/test_build.py).
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not may_mount(), reason="this system lets no ordinary user mount a file system"),
]


def told_in_one_line(result: subprocess.CompletedProcess[str], *words: str) -> None:
    assert result.returncode == UNFIT, result.stdout + result.stderr
    assert "Traceback" not in result.stderr, result.stderr[-4000:]
    for word in words:
        assert word in result.stderr, result.stderr[-3000:]


# In MiB, of which the build takes some six: room for next to nothing, for executed chapters, for a part of the pages.
@pytest.mark.long
@pytest.mark.parametrize("size", [0.1, 0.5, 1, 2, 4])
def test_a_full_disk(checkout: Path, size: float) -> None:
    script = """
        cd "$1"; mv _build good; mkdir _build
        mount -t tmpfs -o size="$2" none _build
        cp -R good/html _build/html
        code=0; PYTHONPATH="$PWD" "$3" -m bookpress.build html || code=$?
        cat _build/html/index.html > left; ls -A _build > listed
        exit $code
    """
    result = alone(script, checkout, int(size * 2**20), sys.executable)
    told_in_one_line(result, "no space is left on the disk")
    assert (checkout / "left").read_text() == "the last good book"
    assert not any(name.startswith(".html") for name in (checkout / "listed").read_text().split()), "half a copy left"


def test_a_read_only_checkout(checkout: Path) -> None:
    script = """
        cd "$1"
        mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; cd "$1"
        PYTHONPATH="$PWD" exec "$2" -m bookpress.build html
    """
    told_in_one_line(alone(script, checkout, sys.executable), "must be writable", "_build")
    assert (checkout / "_build" / "html" / "index.html").read_text() == "the last good book"


def test_the_set_up_on_a_full_disk(tmp_path: Path) -> None:
    """Cannot be finished, says so, and is not taken for finished the next time."""
    for name in ("vouch/upkeep/environment.py", "pyproject.toml", "requirements.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    script = """
        cd "$1"; mkdir .venv
        mount -t tmpfs -o size=2m none .venv
        code=0; "$2" vouch/upkeep/environment.py base || code=$?
        ls -A .venv > listed; exit $code
    """
    result = alone(script, tmp_path, sys.executable)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "environment:" in result.stderr.splitlines()[-1]
    assert ".made-base" not in (tmp_path / "listed").read_text()
