"""What tests share: the finished book, built once by the command that readers use, and a real browser."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from http.server import ThreadingHTTPServer
from pathlib import Path

import pypdfium2
import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import settings

from bookpress.effort.processors import cores
from tests.checkers import NODE
from vouch.paths import ROOT
from vouch.upkeep.environment import browser as browser_here

# No deadline: a busy machine is not a fault. The same examples in every run: a red test can be run again.
settings.register_profile("book", deadline=None, derandomize=True)
settings.load_profile("book")

# Playwright brings a Node that wants a library which a bare machine has not; that of the wheels wants none.
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(NODE))

# A test that calls make says the same whether it was called by make or not.
for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
    os.environ.pop(name, None)

# Quiet and offline: nothing of the browser's own may reach for the network, so that every request is the page's. And
# letters as wide as on most screens: without a window, Chromium would round their widths.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
]  # fmt: skip


class Host(ThreadingHTTPServer):
    """A server of this machine that lets a browser in with all its connections: Python's lets five of them wait, and
    those left out are tried again after seconds."""

    request_queue_size = 128


def pytest_addoption(parser):
    parser.addoption("--page", metavar="NAME", help="of the tests of pages, those of this one (make check)")


def pytest_xdist_auto_num_workers(config):
    """One process more than processors (`-n auto`): now and then each waits for its browser. Each wants a gigabyte."""
    return min(cores() + 1, 8)


LONGEST = (
    *("test_clean_clone", "test_killed", "test_incremental", "test_access", "test_tables", "test_lighthouse"),
    *("test_typography", "test_any_myst", "test_chapters", "test_benchmarks", "test_machines", "test_citation"),
    *("test_live", "test_observed", "test_epub_elsewhere", "test_rerun", "test_faults", "test_hostile"),
)
"""Files of tests that take minutes, the longest first."""


def pytest_collection_modifyitems(config, items):
    """Begin with the longest files, where each goes to one process as a whole: none should begin when all others are
    done. Leave out the tests of other pages, and of the chapters what needs the whole book."""
    if config.getoption("dist", "no") == "loadscope":
        items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))
    if not (name := config.getoption("--page")):
        return
    folder = ROOT / "tests" / "chapters"
    others = [
        item
        for item in items
        if item.path.is_relative_to(folder)
        and (not hasattr(item, "callspec") or item.callspec.params["path"].stem != name)
    ]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]


@pytest.fixture(autouse=True)
def kinds_of_pages_are_forgotten():
    """Sphinx writes those of every book that a process builds into one object, and the next book would know them."""
    yield
    if config := sys.modules.get("sphinx.config"):
        kinds = config.Config.config_values["source_suffix"].default
        kinds.clear()
        kinds[".rst"] = "restructuredtext"


@dataclass(frozen=True)
class Book:
    """The published book: `html` folder, `pdf` and `epub` file, and all pages as paths."""

    html: Path
    pdf: Path
    epub: Path

    @property
    def pages(self) -> list[Path]:
        return sorted(self.html.glob("chapters/*.html"))


def build(book: Path = ROOT, what: str = "book", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the build driver on a checkout, as `make` does."""
    command = [sys.executable, "-m", "bookpress.build", what]
    environment = {**os.environ, **environment}
    return subprocess.run(command, cwd=book, capture_output=True, text=True, timeout=1500, env=environment)


def copy_checkout(target: Path) -> Path:
    """The files of this checkout that git knows or would take, as they are now, in a folder of their own."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


@pytest.fixture(scope="session")
def once(tmp_path_factory) -> Callable[[str, Callable[[Path], object]], Path]:
    """``once(name, make)``: the folder that ``make(folder)`` filled, made by the first test process that wants it."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # what the processes of one run share; without processes it would outlive the run

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, done = base / f"once-{name}", base / f"once-{name}.done"
        with done.with_suffix(".lock").open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                done.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def book(once) -> Book:
    """The book of this checkout. Test processes wait for the first of them to build it."""

    def make(folder: Path) -> None:
        result = build()
        assert result.returncode == 0, f"the book does not build:\n{result.stdout[-3000:]}\n{result.stderr[-6000:]}"

    once("book", make)
    single = (next((ROOT / "_build" / ending).glob(f"*.{ending}")) for ending in ("pdf", "epub"))
    return Book(ROOT / "_build" / "html", *single)


@cache
def pdf_text(path: Path) -> str:
    """The text of all pages, by PDFium: a hundred times as fast as in Python."""
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path))


def soup(path: Path) -> BeautifulSoup:
    """A page of the finished book, read once by a process for all tests: they look at it and change nothing."""
    return _parsed(path, path.stat().st_mtime_ns)


@cache
def _parsed(path: Path, changed: int) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def named(path: Path) -> dict[str, Tag]:
    """The elements of a page by their `id`."""
    return _named(path, path.stat().st_mtime_ns)


@cache
def _named(path: Path, changed: int) -> dict[str, Tag]:
    return {element["id"]: element for element in _parsed(path, changed).find_all(id=True)}


def until(tab, condition: str, arg=None) -> None:
    """Wait for it to hold; the pages' policy lets no script of a string run, so the page cannot be left to watch."""
    for _ in range(200):
        if tab.evaluate(condition, arg):
            return
        tab.wait_for_timeout(50)
    raise AssertionError(condition)


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium of the system."""
    from playwright.sync_api import sync_playwright

    path = browser_here()
    assert path, "no Chromium or Chrome on the PATH; CHROMIUM=/path/to/it names one"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()
