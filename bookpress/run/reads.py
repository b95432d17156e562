"""What a chapter reads: loaded by path into the chapter's kernel, so the standard library only.

`watch` before the first cell, `report` after the last. Reading is noticed through Python's audit events, so it does
not matter which library opens the file; a file that a C library opens by itself is not seen.
"""

# The hook runs at every open of the chapter: plain strings, nothing that opens or imports.
# ruff: noqa: PTH100, PTH112, PTH118, PTH123, PTH206

from __future__ import annotations

import json
import os
import sys

IGNORED = frozenset({"_build", ".venv", "venv", ".git", "__pycache__", ".ipynb_checkpoints", ".jupyter_cache"})
"""Folders whose files are not part of the book, anywhere below the root."""

_opened: set[str] = set()
_listed: set[str] = set()
_written: set[str] = set()


def watch(root: str) -> None:
    """Note from now on every file below root that is opened, whether it exists or not, and every listed folder."""
    root = os.path.join(root, "")

    def hook(event: str, args: tuple) -> None:
        if event not in ("open", "os.listdir", "os.scandir"):
            return
        try:
            path = args[0]
            if event != "open" and path is None:
                path = "."
            if not isinstance(path, (str, bytes, os.PathLike)):
                return
            path = os.path.abspath(os.fsdecode(path))
            if not (path + os.sep).startswith(root) or not IGNORED.isdisjoint(path[len(root) :].split(os.sep)):
                return
            if event == "open":
                flags = args[2] or 0
                writes = flags & (os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
                (_written if writes else _opened).add(path)
            elif "importlib" not in sys._getframe(1).f_code.co_filename:  # an import lists folders, not the chapter
                _listed.add(path)
        except Exception:  # a hook that raises would break the call that it only watches
            return

    sys.addaudithook(hook)


def report(root: str, target: str) -> None:
    """Write to target, as JSON: files and folders (relative to root) that were read, and names of loaded modules."""
    opened, listed = _opened - _written, set(_listed)
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
    found = {
        "files": sorted(os.path.relpath(path, root).replace(os.sep, "/") for path in opened if not os.path.isdir(path)),
        "folders": sorted(os.path.relpath(path, root).replace(os.sep, "/") for path in listed),
        "modules": sorted(modules),
    }
    with open(target, "w", encoding="utf-8") as stream:
        json.dump(found, stream)
