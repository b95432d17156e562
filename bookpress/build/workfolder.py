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
from collections.abc import Iterator
from pathlib import Path

from bookpress import project
from bookpress.build.outcome import LOCKED, BuildError

_PACKAGE = Path(__file__).resolve().parents[1]


def prepare(root: Path) -> Path:
    """The work folder, emptied of what Sphinx read and wrote before unless it can be trusted.

    It cannot after a build that failed (Sphinx would not repeat its warnings) or was killed (a page may be cut
    short), nor when contents, configuration or extensions changed: Sphinx does not remove pages that left the
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
    marker = work / "good"
    stamp = _stamp(root)
    if not marker.exists() or marker.read_text("utf-8") != stamp:
        for name in ("html", "typst", "epub", "doctrees", "jupyter_execute"):
            if (work / name).exists():
                shutil.rmtree(work / name)
        marker.write_text(stamp, "utf-8")
    return work


def copied(root: Path, target: Path) -> None:
    """Put what the last good build left into another work folder, so that it need not be read again; else empty it."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    marker = root / "_build" / ".work" / "good"
    if marker.is_file() and marker.read_text("utf-8") == _stamp(root):
        for name in ("html", "doctrees", "jupyter_execute"):
            if (marker.parent / name).is_dir():
                shutil.copytree(marker.parent / name, target / name)


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
