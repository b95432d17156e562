"""The folder in which a build works: what of it may be used again, and who holds it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import site
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bookpress import project
from bookpress.build.outcome import LOCKED, BuildError

_PACKAGE = Path(__file__).resolve().parents[1]
_MARKER = "good"
"""File in which a build that came to its end notes what it rested on."""
_MADE = ("html", "typst", "epub", "doctrees", "jupyter_execute")
"""What Sphinx reads and writes, by folder of the work folder."""


def prepare(root: Path) -> Path:
    """The work folder, as the last good build left it: Sphinx then reads and writes what has changed since.

    What a build leaves that failed (Sphinx would not repeat its warnings) or was killed (a page may be cut short) is of
    no use; so the last good state is kept aside before each build, and put back here. The folder is empty where there
    is none, and when contents, configuration or extensions changed: Sphinx does not remove pages that left the
    contents, and does not notice changed extensions. Executed chapters are kept in every case.
    """
    build = root / "_build"
    work = build / ".work"
    for left in build.glob(".html.*"):  # of a build that was killed while publishing
        old = re.fullmatch(r"\.html\.\d+\.old", left.name)
        if old and not (build / "html").exists():
            left.rename(build / "html")
        else:
            shutil.rmtree(left, ignore_errors=True)
    stamp, left_good = _stamp(root), _good(work)
    if left_good:
        _keep_aside(work, left_good)
    if left_good != stamp:
        (work / _MARKER).unlink(missing_ok=True)
        for name in _MADE:
            if (work / name).exists():
                shutil.rmtree(work / name)
        if _good(aside := _aside(work)) == stamp:
            _copy(aside, work, _MADE)
            (aside / _MARKER).write_text(stamp, "utf-8")  # of now: all that lies in the two is the same
    (work / _MARKER).write_text(stamp, "utf-8")
    return work


def copied(root: Path, target: Path) -> None:
    """Put what the last good build left into another work folder, so that it need not be read again; else empty it."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    work, stamp = root / "_build" / ".work", _stamp(root)
    if source := next((folder for folder in (work, _aside(work)) if _good(folder) == stamp), None):
        _copy(source, target, ("html", "doctrees", "jupyter_execute"))


def _good(folder: Path) -> str:
    """The stamp of the good build that left what is in a folder; empty if it was not a good one."""
    marker = folder / _MARKER
    return marker.read_text("utf-8") if marker.is_file() else ""


def _aside(work: Path) -> Path:
    return work / "aside"


def _keep_aside(work: Path, stamp: str) -> None:
    """Have a copy of what a good build left, with the times of its files, by which Sphinx goes. Its marker is written
    last: a copy that was not finished has none. Where there is no room for it, the build goes on without."""
    aside = _aside(work)
    marker = aside / _MARKER
    since = marker.stat().st_mtime_ns if marker.is_file() else 0
    marker.unlink(missing_ok=True)
    if not since:
        shutil.rmtree(aside, ignore_errors=True)

    def copy(source: str, target: str) -> None:
        found, there = Path(source).lstat(), Path(target).lstat() if os.path.lexists(target) else None
        as_it_was = there and (there.st_size, there.st_mtime_ns) == (found.st_size, found.st_mtime_ns)
        if not as_it_was or found.st_ctime_ns >= since:
            shutil.copy2(source, target, follow_symlinks=False)

    try:
        aside.mkdir(exist_ok=True)
        for path in sorted(aside.rglob("*"), reverse=True):  # files before their folders
            if not os.path.lexists(work / path.relative_to(aside)):
                path.rmdir() if path.is_dir() else path.unlink()
        _copy(work, aside, _MADE, copy)
        marker.write_text(stamp, "utf-8")
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)


def _copy(source: Path, target: Path, names: Iterable[str], copy: Callable[[str, str], object] = shutil.copy2) -> None:
    for name in names:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, symlinks=True, copy_function=copy, dirs_exist_ok=True)


def _stamp(root: Path) -> str:
    """Hash of all that a page depends on without Sphinx knowing: contents, configuration, extensions, libraries."""
    digest = hashlib.sha256(sys.version.encode())
    files = [root / "_config.yml", root / "_toc.yml"]
    for folder in (root / "_static", root / "_templates", _PACKAGE, *(root / name for name in project.watched(root))):
        files += sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts)
    for path in files:
        if path.is_file():
            name = path.relative_to(root) if path.is_relative_to(root) else path.relative_to(_PACKAGE)
            digest.update(f"{name}\0".encode() + path.read_bytes())
    digest.update(libraries().encode())
    return digest.hexdigest()


def libraries() -> str:
    """The installed distributions; their folders are named after the version: no need to open them.

    Also those outside a virtual environment that may use them, and those of the user.
    """
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()}
    folders |= {site.getusersitepackages()} if site.ENABLE_USER_SITE else set()
    found = {path.name for folder in folders for path in Path(folder).glob("*.*-info")}
    return "\n".join(sorted(name for name in found if name.endswith((".dist-info", ".egg-info"))))


@contextlib.contextmanager
def lock(work: Path) -> Iterator[None]:
    """Hold the build of this checkout; the lock goes with the process, however that ends."""
    work.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:  # Windows: two builds at a time are the user's affair
        yield
        return
    with (work / "lock").open("a+", encoding="utf-8") as stream:
        end = time.monotonic() + 1  # forks of a build that was killed just now may hold it a moment longer
        while True:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    stream.seek(0)
                    holder = stream.read().strip() or "unknown"
                    raise BuildError(f"another build of this checkout is running (process {holder})", LOCKED) from None
                time.sleep(0.05)
        stream.truncate(0)
        stream.write(str(os.getpid()))
        stream.flush()
        yield
