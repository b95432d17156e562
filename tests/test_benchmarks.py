"""What the README tells to run besides the book: the benchmarks change what they say they change, and end well."""

from __future__ import annotations

import importlib.util
import json
import re
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


CELL = """
```{code-cell} python
from pathlib import Path

import counted

print(counted.NUMBER, *(len(Path(name).read_text()) for name in ("rows.csv", "more.csv")))
```
"""
ANOTHER = {
    "build_speed.py": {
        "chapters/coup.md": "counting.md", "data/territory.csv": "rows.csv", "data/signpost_readings.csv": "more.csv"
    },
    "live.py": {
        "vouch/figures/coup.py": "counted.py", '"chapters/changes.html"': "PAGE", '"chapters/voters.html"': "PAGE"
    },
}  # fmt: skip


@pytest.fixture
def small(tmp_path) -> Path:
    """A book of three pages with the benchmarks, which change in it what they change in the whole one: there they would
    say nothing more of themselves, and take minutes."""
    without = shutil.ignore_patterns("__pycache__", "_build")
    for name in ("bookpress", "benchmarks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=without)
    shutil.copytree(tmp_path / "bookpress/example", tmp_path, dirs_exist_ok=True)
    for page in (tmp_path / "bookpress").rglob("*.md"):
        page.unlink()
    for table in ("rows.csv", "more.csv"):
        (tmp_path / table).write_text("a\n1\n2\n")
    (tmp_path / "counted.py").write_text("NUMBER = 1\n")
    with (tmp_path / "counting.md").open("a") as chapter:
        chapter.write(CELL)
    for name, words in ANOTHER.items():
        script = tmp_path / "benchmarks" / name
        for old, new in words.items():
            text = script.read_text("utf-8")
            assert text.count(old) == 1
            script.write_text(text.replace(old, new), "utf-8")
    for words in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


def printed(book: Path, *words: str) -> list[list[str]]:
    """The cells of each row that a benchmark of the small book prints."""
    run = subprocess.run([sys.executable, *words], cwd=book, capture_output=True, text=True, timeout=900)
    assert run.returncode == 0, run.stderr[-3000:]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in run.stdout.splitlines() if line[:2] == "| "]


@pytest.mark.long
def test_the_benchmark_of_the_build_prints_its_table(small):
    head, *rows = printed(small, "benchmarks/build_speed.py")
    assert head[0] == "build" and len(rows) == 10
    assert all(float(row[1]) > 0 for row in rows)


@pytest.mark.long
def test_the_benchmark_of_the_live_view_prints_its_tables(small):
    rows = printed(small, "benchmarks/live.py", "1", "1")
    seconds = {what: float(value) for what, value in rows if what.endswith(("live", "`make html`"))}
    assert len(seconds) == 6 and min(seconds.values()) > 0
    assert [number for number, _ in rows[-2:]] == ["0", "1"], "memory, before and after one edit"


@pytest.mark.built
def test_what_the_live_benchmark_changes_is_shown_where_it_looks(book):
    """Else it would wait in vain, in the whole book."""
    text = (ROOT / "benchmarks" / "live.py").read_text("utf-8")
    pages = re.findall(r'"(chapters/\w+)\.html"', text)
    folder = ROOT / CACHE / "bookpress"
    reads = {page: json.loads((folder / f"{page}.json").read_text("utf-8"))["files"] for page in pages}
    assert (
        "data/signpost_readings.csv" in reads["chapters/changes"] and "data/territory.csv" in reads["chapters/voters"]
    )


@pytest.mark.long
def test_the_benchmark_of_growth_prints_its_table():
    run = subprocess.run([sys.executable, "benchmarks/growth.py", "2"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-3000:]
    (row,) = (line for line in run.stdout.splitlines() if line.startswith("| 2 "))
    assert all(float(cell) > 0 for cell in row.strip("| ").split("|"))
