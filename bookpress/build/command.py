"""The command: checks the inputs, runs the builders, publishes the result."""

from __future__ import annotations

import argparse
import contextlib
import errno
import hashlib
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path

from bookpress import project
from bookpress.build import beside, parallel, unchanged
from bookpress.build.outcome import (
    BUILT,
    FAULTY_BOOK,
    FAULTY_INPUT,
    INTERRUPTED,
    TERMINATED,
    UNFIT,
    BuildError,
    disk_is_full,
    explained,
)
from bookpress.build.publish import publish_file, publish_folder
from bookpress.build.sphinx_run import load
from bookpress.build.workfolder import libraries, lock, prepare
from bookpress.effort.processors import aside
from bookpress.project import CACHE

BUILDERS = {"html": ("html",), "pdf": ("typst",), "epub": ("epub",), "book": ("html", "typst", "epub")}
EXTENSIONS = {"typst": ("PDF", "bookpress.typst"), "epub": ("EPUB", "bookpress.epub")}
"""Builders that the configuration may lack, for whom they are, and where they are."""
_MINIMUM = (3, 11)


class Terminated(KeyboardInterrupt):
    """SIGTERM, turned into an exception so that kernels and temporary folders are cleaned up."""


def main(argv: list[str] | None = None, root: Path | None = None) -> int:
    """The command line, for the book in root (default: this folder); returns the exit code.

    A fault is told in one line, not in a traceback.
    """
    root = root or Path.cwd()
    if sys.version_info < _MINIMUM:
        version = ".".join(map(str, sys.version_info[:3]))
        print("Python {}.{} or newer is needed; this is Python {}.".format(*_MINIMUM, version), file=sys.stderr)
        return UNFIT
    parser = argparse.ArgumentParser(prog="python -m bookpress.build", description="Build the book.")
    parser.add_argument("target", choices=BUILDERS, help="html: the site; pdf; epub; book: all three")
    target = parser.parse_args(argv).target
    before = signal.getsignal(signal.SIGTERM)
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, _terminate)
    try:
        if not (root / project.CONFIG).is_file():
            raise BuildError(f"there is no book here: {root} has no {project.CONFIG}", UNFIT)
        try:
            project.check(root)
        except ValueError as error:
            raise BuildError(str(error), FAULTY_INPUT) from None
        begun = time.perf_counter()
        if published := unchanged.published(root, target, now := unchanged.state(root)):
            print("nothing has changed since the last build")
            _told(published)
            print(f"looked at in {time.perf_counter() - begun:.1f} s")
            return BUILT
        with contextlib.ExitStack() as ahead:
            preflight(root, lambda: ahead.enter_context(_kernels_ahead(root)), partial(load, root))
            build_book(root, target, now)
        return BUILT
    except BuildError as error:
        if disk_is_full(error, root):
            return _tell(explained(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))), UNFIT)
        return _tell(str(error), error.code)
    except Terminated:
        return _tell("terminated; the published book is unchanged", TERMINATED)
    except KeyboardInterrupt:
        return _tell("interrupted; the published book is unchanged", INTERRUPTED)
    except ImportError as error:
        missing = error.name or str(error)
        return _tell(f"the Python package '{missing}' is missing or broken ({error}); install the requirements", UNFIT)
    except OSError as error:
        return _tell(explained(error), UNFIT)
    finally:
        with contextlib.suppress(ValueError, TypeError):
            signal.signal(signal.SIGTERM, before)


def _kernels_ahead(root: Path) -> contextlib.AbstractContextManager[None]:
    """What kernels are forked from loads beside the checks; without a chapter to execute it ends with the build."""
    if "bookpress.run" not in project.extensions(root):
        return contextlib.nullcontext()
    from bookpress.run import kernels, settings
    from bookpress.run.kernels import surroundings

    try:
        chosen = settings.from_file(root)
    except settings.ExecutionFailed as error:
        raise BuildError(str(error), FAULTY_INPUT) from None
    return (
        contextlib.nullcontext()
        if chosen.stock
        else kernels.ahead(
            root,
            surroundings.environment(root, root / CACHE / surroundings.HOME, chosen.environment),
            chosen.kernels,
            chosen.preload,
        )
    )


def preflight(
    root: Path, executing: Callable[[], object] = lambda: None, meanwhile: Callable[[], object] | None = None
) -> None:
    """Ask the book's own checks before anything is executed; raises BuildError with what is wrong.

    Checks are modules, named in `pyproject.toml` (`checks`), each with a function `looked_at`: by the names of its
    checks, the files that they look at and look with; and a function `run`, which is given such names and raises
    ValueError for what is wrong. What was found faultless is not checked again until a byte of its files or a library
    is another. executing: called as soon as chapters will be executed, as likely as not: none ever was, or what they
    rest on is another. meanwhile: done here while another process checks.
    """
    begun = not (root / CACHE).exists()
    if begun:
        executing()
    sys.path[:0] = [str(root)] if str(root) not in sys.path else []
    record = root / "_build" / ".work" / "checked.json"
    passed, seen = _passed(record)
    if not begun and seen != _seen(seen):  # told by their times, before the checks are loaded
        executing()
        begun = True
    looked = {name: importlib.import_module(name).looked_at() for name in project.commands(root).get("checks", [])}
    marks = {module: _marks(parts) for module, parts in looked.items()}
    todo = {
        module: left
        for module, parts in marks.items()
        if (left := [name for name, mark in parts.items() if passed.get(module, {}).get(name) != mark])
    }
    if todo:
        if not begun:
            executing()
        with parallel.forks_end_with(os.getpid()):
            faults = aside(partial(_faults, todo), meanwhile) if meanwhile else _faults(todo)
        if faults:
            raise BuildError(faults, FAULTY_INPUT)
    now = _seen(str(path) for parts in looked.values() for files in parts.values() for path in files)
    if todo or now != seen:
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps({"passed": marks, "seen": now}), "utf-8")


def _faults(checks: Mapping[str, Sequence[str]]) -> str:
    """What the first of these checks, named by module, that finds anything says of it."""
    for module, names in checks.items():
        try:
            importlib.import_module(module).run(names)
        except ValueError as error:
            return str(error)
    return ""


def _marks(parts: Mapping[str, Iterable[Path]]) -> dict[str, str]:
    """By check, a hash of the files it looks at, of the Python and of the libraries."""

    @cache
    def content(path: Path) -> str:
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""

    def mark(files: Iterable[Path]) -> str:
        lines = [sys.version, libraries(), *(f"{path}\0{content(path)}" for path in files)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    return {name: mark(files) for name, files in parts.items()}


def _seen(files: Iterable[str]) -> dict[str, list[int]]:
    """Size and time of those files that are there, by which one may guess whether they are as they were."""
    there = {name: path.stat() for name in files if (path := Path(name)).is_file()}
    return {name: [found.st_size, found.st_mtime_ns] for name, found in there.items()}


def _passed(record: Path) -> tuple[dict[str, dict[str, str]], dict[str, list[int]]]:
    """What was found faultless, as :func:`_marks` has it by module, and what the files looked like then."""
    try:
        found = json.loads(record.read_text("utf-8"))
        passed, seen = found["passed"], found["seen"]
        if all(isinstance(marks, dict) for marks in passed.values()) and isinstance(seen, dict):
            return passed, seen
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        pass
    return {}, {}


def build_book(root: Path, target: str, state: str = "") -> dict[str, Path]:
    """Build and publish; the published paths by kind ("html", "pdf", "epub").

    root: folder with `_config.yml`. target: a key of BUILDERS. state: :func:`unchanged.state` just now, where it is
    known. All kinds are published only after all are built.
    Raises BuildError, OSError or KeyboardInterrupt; what was published before stays as it was.
    """
    root = root.resolve()
    begun = time.perf_counter()
    phases: dict[str, float] = {}
    with lock(root / "_build" / ".work"):
        builders = _available(BUILDERS[target], target, root)
        before, work = state or unchanged.state(root), prepare(root)
        unchanged.begin(work)
        marker = work / "good"
        stamp = marker.read_text("utf-8")
        marker.unlink()  # a build that does not get to the end leaves no marker: the next begins where this one did
        for builder, seconds in beside.run(root, builders, work).items():
            phases[{"typst": "pdf"}.get(builder, builder)] = seconds
        marker.write_text(stamp, "utf-8")
        started = time.perf_counter()
        published: dict[str, Path] = {}
        wholes = {
            kind: _only(work / maker, kind) for maker, kind in (("typst", "pdf"), ("epub", "epub")) if maker in builders
        }
        if "html" in builders:
            published["html"] = publish_folder(work / "html", root / "_build" / "html", wholes)
        for kind, made in wholes.items():
            published[kind] = publish_file(made, root / "_build" / kind / made.name)
        phases["publish"] = time.perf_counter() - started
        unchanged.note(root, work, target, before, published)
    _told(published)
    parts = ", ".join(f"{phase} {seconds:.1f} s" for phase, seconds in phases.items())
    print(f"built in {time.perf_counter() - begun:.1f} s ({parts})")
    return published


def _told(published: dict[str, Path]) -> None:
    for kind, path in published.items():
        entry = path / "index.html" if kind == "html" else path
        print(f"{kind.upper():4}  {entry.as_uri()}")


def _only(folder: Path, ending: str) -> Path:
    files = sorted(folder.glob(f"*.{ending}"))
    if len(files) != 1:
        raise BuildError(f"expected one {ending.upper()} in {folder}, found {len(files)}", FAULTY_BOOK)
    return files[0]


def _available(builders: tuple[str, ...], target: str, root: Path) -> tuple[str, ...]:
    """The builders without those that this checkout or the configuration has not; PDF and EPUB are extensions."""
    named, there = project.extensions(root), []
    for builder in builders:
        kind, extension = EXTENSIONS.get(builder, ("", ""))
        if not extension or (extension in named and find_spec(extension)):
            there.append(builder)
            continue
        missing = f"the builder ({extension}) is not there, or not in _config.yml"
        if target == kind.lower():
            raise BuildError(f"no {kind}: {missing}", UNFIT)
        print(f"no {kind}: {missing}", file=sys.stderr)
    return tuple(there)


def _tell(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


def _terminate(signum: int, frame: object) -> None:
    raise Terminated
