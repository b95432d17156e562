"""Whether anything is another since the last good build: if not, what that one published is what this one would.

Looked at are all files of the book by their content, files from elsewhere that pages include and modules that Sphinx
loaded from elsewhere, the commit that is checked out, the day, the variables of the environment, Python and its
libraries; and whether what was published still lies where it was put.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bookpress.build.workfolder import libraries
from bookpress.metadata import checked_out
from bookpress.project import CACHE
from bookpress.run.reads import IGNORED
from bookpress.run.records import always

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_RECORD = "unchanged.json"
_PACKAGE = Path(__file__).resolve().parents[1]
_ELSEWHERE = "elsewhere-*.json"
_OF_THE_TERMINAL = frozenset({"_", "COLUMNS", "LINES", "OLDPWD", "PWD", "SHLVL"})


def state(root: Path) -> str:
    """Hash of all that a build of the book in root starts from. Another run of this gives another one if any of it has
    changed meanwhile, so it is asked before the build begins."""
    today = datetime.now(UTC).date()  # a book that says no day of its own is of this one
    digest = hashlib.sha256(f"{sys.version}\n{libraries()}\n{checked_out(root)}\n{today}\n".encode())
    variables = {name: value for name, value in os.environ.items() if name not in _OF_THE_TERMINAL}
    digest.update(json.dumps(variables, sort_keys=True).encode())
    for folder in dict.fromkeys((root.resolve(), _PACKAGE)):
        for path in _files(folder):
            digest.update(f"{path}\0{_content(path)}\0".encode())
    return digest.hexdigest()


def begin(work: Path) -> None:
    """Forget the last good build: another one is under way."""
    (work / _RECORD).unlink(missing_ok=True)


def note(root: Path, work: Path, target: str, before: str, published: dict[str, Path]) -> None:
    """Remember a build that was good, unless a chapter runs in every build, since what one of these rests on nobody
    can look at. before: `state` when it began; published: its files, by kind."""
    if always(root / CACHE):
        return
    elsewhere = {name for path in work.glob(_ELSEWHERE) for name in json.loads(path.read_text("utf-8"))}
    record = {
        "target": target,
        "state": before,
        "elsewhere": {name: _content(Path(name)) for name in sorted(elsewhere)},
        "published": {kind: str(path) for kind, path in published.items()},
        "there": {kind: _there(path) for kind, path in published.items()},
    }
    (work / _RECORD).write_text(json.dumps(record), "utf-8")


def published(root: Path, target: str, now: str) -> dict[str, Path]:
    """What the last build published, by kind, if a build of this target would publish the same; else nothing. now:
    :func:`state` at this moment."""
    try:
        record = json.loads((root / "_build" / ".work" / _RECORD).read_text("utf-8"))
        paths = {kind: Path(path) for kind, path in record["published"].items()}
        same = (
            record["target"] == target
            and (root / CACHE).is_dir()
            and {kind: _there(path) for kind, path in paths.items()} == record["there"]
            and all(_content(Path(name)) == content for name, content in record["elsewhere"].items())
            and record["state"] == now
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return paths if same else {}


def note_elsewhere(app: Sphinx, work: Path) -> None:
    """Write down which files from outside the book its pages and this Sphinx rest on. Builders may run side by side, so
    each has a list of its own."""
    root = str(app.srcdir)
    places = [root, str(_PACKAGE), *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib"))]
    known = tuple(os.path.realpath(place) + os.sep for place in places)
    named = {str(Path(root, name)) for names in app.env.dependencies.values() for name in names}
    named |= {file for module in [*sys.modules.values()] if (file := getattr(module, "__file__", None))}
    outside = {os.path.realpath(name) for name in named if not os.path.normpath(name).startswith(known)}
    left = sorted(name for name in outside if not name.startswith(known) and Path(name).is_file())
    (work / _ELSEWHERE.replace("*", app.builder.name)).write_text(json.dumps(left), "utf-8")


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder, in order; not those that no chapter's record counts either (:data:`IGNORED`), nor an
    environment, nor what a tool keeps for itself and marks so (https://bford.info/cachedir/)."""
    seen: set[str] = set()
    for where, folders, names in os.walk(folder, followlinks=True):
        if {"pyvenv.cfg", "CACHEDIR.TAG"} & set(names) or (real := os.path.realpath(where)) in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(set(folders) - IGNORED)
        yield from (Path(where, name) for name in sorted(names))


def _content(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _there(path: Path) -> str:
    """What lies at a path: names, sizes and times of its files."""
    files: Iterable[Path] = sorted(path.rglob("*")) if path.is_dir() else [path]
    digest = hashlib.sha256()
    for file in files:
        with contextlib.suppress(OSError):
            found = file.stat()
            digest.update(f"{file}\0{found.st_size}\0{found.st_mtime_ns if file.is_file() else 0}\0".encode())
    return digest.hexdigest()
