"""Puts a finished book in the place of the last one, in one step."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import quote

from bookpress import project
from bookpress.build.outcome import FAULTY_BOOK, BuildError
from bookpress.front.wholes import uncovered

_WRITTEN = frozenset(
    (".html", ".ipynb", ".json", ".csv", ".svg", ".png", ".js", ".xml", ".atom", ".bib", ".ris", ".md")
)
_PRUNED = ("_images", "_downloads")  # Sphinx adds to them and never removes


def publish_folder(source: Path, target: Path, wholes: dict[str, Path] | None = None) -> Path:
    """Copy source aside and exchange it with target in one step; files that no page uses any more stay behind.

    wholes: the whole book in one file, by kind; they go beside the first page, and the pages link to them.
    """
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    aside.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copytree(source, aside, ignore=shutil.ignore_patterns(".buildinfo", ".doctrees"))
        _prune(aside)
        _whole(aside)
        _add_wholes(aside, wholes or {})
        _exchange(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target


def publish_file(source: Path, target: Path) -> Path:
    """Copy source aside and put it in the place of target in one step."""
    _full(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        shutil.copyfile(source, aside)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return target


def _exchange(new: Path, target: Path) -> None:
    """Put new in the place of target; what was there is afterwards at new."""
    if not target.exists():
        new.rename(target)
        return
    if sys.platform == "linux":
        at_cwd, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE of <linux/fs.h>
        with contextlib.suppress(AttributeError, OSError):  # a C library or file system that cannot
            libc = ctypes.CDLL(None, use_errno=True)
            if not libc.renameat2(at_cwd, os.fsencode(new), at_cwd, os.fsencode(target), exchange):
                return
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    target.rename(old)
    try:
        new.rename(target)
    except BaseException:
        old.rename(target)
        raise
    old.rename(new)


def _full(path: Path) -> None:
    """Raise BuildError for a file without content."""
    if not path.stat().st_size:
        raise BuildError(f"{path.name} is empty; what was published before is unchanged", FAULTY_BOOK)


def _whole(site: Path) -> None:
    """Raise BuildError for a file without content. What a book brings along itself, in `_static`, may be empty."""
    for path in sorted(site.rglob("*")):
        if path.suffix in _WRITTEN and path.is_file() and not path.stat().st_size:
            name = path.relative_to(site).as_posix()
            if not name.startswith("_static/"):
                raise BuildError(f"{name} is empty; what was published before is unchanged", FAULTY_BOOK)


def _add_wholes(site: Path, files: dict[str, Path]) -> None:
    """Put files beside the first page; links in the pages come to light where their file is there."""
    for path in files.values():
        _full(path)
        shutil.copyfile(path, site / path.name)
    for page in site.rglob("*.html"):
        text = project.page(page)
        if (shown := uncovered(text, files)) != text:
            page.write_text(shown, "utf-8")


def _prune(site: Path) -> None:
    """Remove images and downloads of earlier builds, which no page mentions any more."""
    stored = [path for name in _PRUNED for path in (site / name).rglob("*") if path.is_file()]
    if not stored:
        return
    named: set[str] = set()
    for page in site.rglob("*.html"):
        text = project.page(page)
        named.update(re.findall(rf"(?:{'|'.join(_PRUNED)})/([^\"'<>?#\s)]+)", text))
    names = {name.rpartition("/")[2] for name in named}
    for path in stored:
        if path.name not in names and quote(path.name) not in names:
            path.unlink()
