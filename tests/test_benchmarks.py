"""What the README tells to run besides the book: the benchmarks change what they say they change, and end well."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import jupytext
import pytest

from bookpress.project import CACHE
from tests.conftest import copy_checkout
from vouch.paths import ROOT


@pytest.fixture(scope="module")
def speed() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_speed", ROOT / "benchmarks" / "build_speed.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def cells(path: Path) -> list[tuple[str, str, str]]:
    notebook = jupytext.reads(path.read_text("utf-8"), fmt="md:myst")
    return [(cell.cell_type, cell.source, str(cell.metadata)) for cell in notebook.cells]


def test_one_cell_and_nothing_else_is_another(speed, tmp_path):
    copy_checkout(tmp_path)
    before = cells(tmp_path / speed.CHAPTER)
    speed.edit_cell(tmp_path)
    after = cells(tmp_path / speed.CHAPTER)
    changed = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    assert len(changed) == 1
    (kind, old, head), (_, new, same_head) = changed[0]
    assert kind == "code" and new == f"{old}\n# a comment more" and head == same_head


@pytest.mark.built
def test_the_light_table_has_two_readers_and_the_heavy_one_five(speed, book):
    """Else the benchmark's words are no longer true; read from the records of the chapters."""
    folder = ROOT / CACHE / "bookpress"
    reads = [json.loads(path.read_text("utf-8"))["files"] for path in folder.rglob("*.json")]
    assert [sum(str(table) in files for files in reads) for table in (speed.LIGHT, speed.HEAVY)] == [2, 5]


def test_prose_alone_is_another(speed, tmp_path):
    copy_checkout(tmp_path)
    before = [one for one in cells(tmp_path / speed.CHAPTER) if one[0] == "code"]
    speed.edit_prose(tmp_path)
    after = cells(tmp_path / speed.CHAPTER)
    assert [one for one in after if one[0] == "code"] == before and "A sentence more." in after[-1][1]


@pytest.mark.long
def test_the_benchmark_of_the_build_prints_its_table(tmp_path):
    """All of it, once, in a book of three pages: in the whole one it says nothing more of itself, and takes minutes."""
    shutil.copytree(ROOT / "bookpress", tmp_path / "bookpress", ignore=shutil.ignore_patterns("__pycache__", "_build"))
    shutil.copytree(tmp_path / "bookpress/example", tmp_path, dirs_exist_ok=True)
    shutil.copytree(ROOT / "benchmarks", tmp_path / "benchmarks", ignore=shutil.ignore_patterns("__pycache__"))
    for table in ("rows.csv", "more.csv"):
        (tmp_path / table).write_text("a\n1\n2\n")
    for page in (tmp_path / "bookpress").rglob("*.md"):
        page.unlink()
    script = tmp_path / "benchmarks/build_speed.py"
    another = {
        "chapters/coup.md": "counting.md", "data/territory.csv": "rows.csv", "data/signpost_readings.csv": "more.csv"
    }  # fmt: skip
    for old, new in another.items():
        text = script.read_text("utf-8")
        assert text.count(old) == 1
        script.write_text(text.replace(old, new), "utf-8")
    for words in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    run = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, timeout=900)
    assert run.returncode == 0, run.stderr[-3000:]
    rows = [line for line in run.stdout.splitlines() if line.startswith("| ")]
    assert rows[0].startswith("| build") and len(rows) == 11
    assert all(float(row.split("|")[2]) > 0 for row in rows[1:])


@pytest.mark.long
def test_the_benchmark_of_the_live_view_prints_its_tables():
    command = [sys.executable, "benchmarks/live.py", "1", "1"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert run.returncode == 0, run.stderr[-3000:]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in run.stdout.splitlines() if line[:2] == "| "]
    seconds = {what: float(value) for what, value in rows if what.endswith(("live", "`make html`"))}
    assert len(seconds) == 6 and min(seconds.values()) > 0
    assert [number for number, _ in rows[-2:]] == ["0", "1"], "memory, before and after one edit"


@pytest.mark.long
def test_the_benchmark_of_growth_prints_its_table():
    run = subprocess.run([sys.executable, "benchmarks/growth.py", "2"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-3000:]
    (row,) = (line for line in run.stdout.splitlines() if line.startswith("| 2 "))
    assert all(float(cell) > 0 for cell in row.strip("| ").split("|"))
