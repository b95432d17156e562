"""What is run again, in the real book: exactly the chapters that read what has changed."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from tests.conftest import build
from vouch.paths import ROOT

pytestmark = pytest.mark.built

_CACHE = "_build/.jupyter_cache"


@pytest.fixture
def copy(book, tmp_path):
    """A copy of the checkout with what was executed, so that only changes run."""
    skipped = shutil.ignore_patterns("_build", ".venv", ".git", "__pycache__", ".pytest_cache", ".ruff_cache")
    shutil.copytree(ROOT, tmp_path / "book", ignore=skipped)
    shutil.copytree(ROOT / _CACHE, tmp_path / "book" / _CACHE)
    return tmp_path / "book"


def executed(result) -> set[str]:
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-4000:]
    return set(re.findall(r"^\[ *\d+/\d+\] (chapters/[\w-]+)\.md", result.stdout + result.stderr, re.M))


def readers(copy, file: str) -> set[str]:
    records = (copy / _CACHE / "bookpress").rglob("*.json")
    found = {
        path.relative_to(copy / _CACHE / "bookpress").with_suffix("").as_posix(): json.loads(path.read_text())
        for path in records
    }
    return {name for name, record in found.items() if file in record["files"]}


@pytest.mark.long
def test_a_changed_table_runs_its_readers_and_nothing_else(copy):
    wanted = readers(copy, "data/treaties.csv")
    # The page on methods counts the sources of every table.
    assert wanted == {"chapters/methods", "chapters/standard"}, "the test wants a table that one chapter more reads"
    path = copy / "data" / "treaties.csv"
    lines = path.read_text("utf-8").rstrip("\n").split("\n")
    path.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n", "utf-8")
    assert executed(build(copy, "html")) == wanted
    prose = copy / "chapters" / "standard.md"
    prose.write_text(prose.read_text("utf-8") + "\nOne more sentence.\n", "utf-8")
    assert executed(build(copy, "html")) == set(), "prose runs nothing"
    assert "One more sentence." in (copy / "_build/html/chapters/standard.html").read_text("utf-8")


def test_every_chapter_is_known_by_what_it_read(copy):
    records = list((copy / _CACHE / "bookpress").rglob("*.json"))
    assert len(records) > 10
    for path in records:
        record = json.loads(path.read_text())
        assert any(file.startswith("data/") or file.startswith("seeds/") for file in record["files"]), path.name
        assert "vouch/evidence/data.py" in record["files"], path.name
        assert "pandas" in record["libraries"], path.name
