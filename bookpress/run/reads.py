"""What a chapter reads: loaded by path into the chapter's kernel, so the standard library only.

`watch` before the first cell, `report` after the last. Reading is noticed through Python's audit events, so it does
not matter which library opens the file; asking whether a file is there (`os.stat`) has no such event, so that the
function itself is listened to. Worker processes forked from the kernel note what they read in a file of their own.

What leaves no trace here is refused where the chapter does it, unless its head says what it reads (`reads:`): another
program, a worker process that is not a fork, the network. A file that a C library opens by itself is not seen.
"""

# The hook runs at every open of the chapter: plain strings, nothing that opens or imports.
# ruff: noqa: PTH100, PTH118, PTH123, PTH206

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from typing import Any

IGNORED = frozenset({"_build", ".venv", "venv", ".git", "__pycache__", ".ipynb_checkpoints", ".jupyter_cache"})
"""Folders whose files are not part of the book, anywhere below the root."""
PROGRAMS = ("subprocess.Popen", "os.system", "os.posix_spawn", "os.spawn", "os.startfile", "os.forkpty")
NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname")
WORKERS = ("popen_spawn_posix", "popen_forkserver", "popen_spawn_win32", "popen_loky_posix", "popen_loky_win32")
"""Modules that start a worker process which is not a fork; they are imported when one is started."""
LIBRARIES = ("ctypes/util.py", "platform.py", "uuid.py", "matplotlib/font_manager.py", "_bootlocale.py")
"""Ends of files which ask the system about itself by way of a program."""

_opened: set[str] = set()
_listed: set[str] = set()
_written: set[str] = set()
_unobserved: set[str] = set()
_before: set[str] = set()
"""Modules that were there before the first cell."""


class Unobserved(RuntimeError):
    """A chapter does what cannot be observed, and its head does not say what it reads."""


def watch(root: str, target: str, mode: str) -> None:
    """Note from now on every file below root that is opened or asked about, whether it exists or not, and every listed
    folder.

    target: where :func:`report` will write; forks write beside it. mode: `refuse` what cannot be observed, `rerun` the
    chapter that does it, or let it pass, because its head has `declared` what it reads.
    """
    root = os.path.join(root, "")
    kernel = os.getpid()
    forks = os.open(f"{target}.forks", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    _before.update(name.partition(".")[0] for name in sys.modules)
    logging.getLogger("matplotlib.font_manager").addFilter(_not_of_the_machine)

    def note(kind: set[str], name: str, path: object) -> None:
        if not isinstance(path, (str, bytes, os.PathLike)):
            return
        path = os.path.abspath(os.fsdecode(path))
        if not (path + os.sep).startswith(root) or not IGNORED.isdisjoint(path[len(root) :].split(os.sep)):
            return
        kind.add(path)
        if os.getpid() != kernel:
            os.write(forks, json.dumps([name, path]).encode() + b"\n")

    def reading(event: str, args: tuple[object, ...]) -> None:
        if event == "open":
            flags = args[2] if isinstance(args[2], int) else 0
            writes = flags & (os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
            note(*((_written, "written") if writes else (_opened, "opened")), args[0])
        elif event in ("os.listdir", "os.scandir"):
            if "importlib" not in sys._getframe(2).f_code.co_filename:  # an import lists folders, not the chapter
                note(_listed, "listed", "." if args[0] is None else args[0])
        elif event == "sqlite3.connect" and isinstance(args[0], (str, bytes)):
            path = os.fsdecode(args[0]).removeprefix("file:").partition("?")[0]
            if path and path != ":memory:":
                note(_opened, "opened", path)

    def hook(event: str, args: tuple[object, ...]) -> None:
        try:
            reading(event, args)
        except Exception:  # a hook that raises would break the call that it only watches
            return
        if mode == "declared" or not (what := _unobservable(event, args)):
            return
        _unobserved.add(what)
        if mode == "refuse":
            raise Unobserved(
                f"the chapter {what}; what that reads cannot be observed. Name the files in the chapter's head "
                "(`reads: [file, ...]`), or say `reads: []` if it reads nothing of the book"
            )

    sys.addaudithook(hook)
    for name in ("stat", "lstat"):
        _listen(name, lambda path: note(_opened, "opened", path))


def _listen(name: str, note: Callable[[Any], None]) -> None:
    """Put a function in the place of one of `os` that notes its path and does the same."""
    asked = getattr(os, name)

    def listening(path: object, *arguments: object, **keywords: object) -> object:
        note(path)
        return asked(path, *arguments, **keywords)

    listening.__name__ = listening.__qualname__ = name
    listening.__doc__ = asked.__doc__
    setattr(os, name, listening)
    for supported in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks, os.supports_effective_ids):
        if asked in supported:
            supported.add(listening)


def _unobservable(event: str, args: tuple[object, ...]) -> str:
    """What an event does that leaves no trace, in words; empty if it does not."""
    if event in PROGRAMS:
        frame = sys._getframe(2).f_back
        while frame:
            if frame.f_code.co_filename.replace(os.sep, "/").endswith(LIBRARIES):
                return ""
            frame = frame.f_back
        program = args[0] if args and event != "os.forkpty" else "a shell"
        return f"starts another program ({os.fsdecode(program) if isinstance(program, (str, bytes)) else program})"
    if event in NETWORK:
        address = args[1] if event == "socket.connect" else args[0]
        return "" if isinstance(address, (bytes, str)) and event == "socket.connect" else "uses the network"
    if event == "import" and str(args[0]).endswith(WORKERS):
        return "starts worker processes that are not forks of its own"
    return ""


def _not_of_the_machine(record: logging.LogRecord) -> bool:
    """Whether a message of matplotlib's is about the chapter; that it lists fonts is said where a machine is slow."""
    return "building the font cache" not in str(record.msg)


def report(root: str, target: str) -> None:
    """Write to target, as JSON: files and folders (relative to root) that were read, and names of loaded modules.

    modules: loaded outside root since :func:`watch`; loaded: all of them, also those that were there before.
    """
    kinds = {"opened": set(_opened), "written": set(_written), "listed": set(_listed)}
    with open(f"{target}.forks", encoding="utf-8") as lines:
        for line in lines:
            name, path = json.loads(line)
            kinds[name].add(path)
    opened = kinds["opened"] - kinds["written"]
    prefix = os.path.join(root, "")
    modules = set()
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if not isinstance(path, str):
            continue
        path = os.path.abspath(path)
        if path.startswith(prefix) and IGNORED.isdisjoint(path[len(prefix) :].split(os.sep)):
            opened.add(path)
        else:
            modules.add(name.partition(".")[0])
    reads = {
        "files": _relative(opened, root),
        "folders": _relative(kinds["listed"], root),
        "modules": sorted(modules - _before),
        "loaded": sorted(modules),
        "unobserved": sorted(_unobserved),
    }
    with open(target, "w", encoding="utf-8") as stream:
        json.dump(reads, stream)


def _relative(paths: set[str], root: str) -> list[str]:
    return sorted(os.path.relpath(path, root).replace(os.sep, "/") for path in paths)
