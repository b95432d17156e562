"""What the outputs of each chapter rest on, and so whether they are still right.

The stock cache asks only whether the code cells are the same; here a chapter is also outdated if a file it read, a
module of the book's own package or a library has changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from bookpress.run.chapters import Chapter
from bookpress.run.kernels.surroundings import HOME
from bookpress.run.reads import IGNORED

if TYPE_CHECKING:
    from jupyter_cache.cache.main import JupyterCacheBase

FORMAT = 2
"""Version of the records; records of another version count as absent."""
UNOBSERVED = "what could not be observed"
"""Stands in a record for a file that never is as it was: the chapter runs in every build."""
FOLDER = "bookpress"
"""Of the records, inside the folder of the cache."""


@dataclass(frozen=True)
class Record:
    """What the outputs of a chapter rest on. Paths are relative to the book's root; hashes are SHA-256.

    files: hash of each file that was read, None for one that was looked for and absent. folders: hash of the names in
    each folder that was listed. declared: files that the head names, None where it names none. environment: variables
    that the book lets in, with their values. libraries: version of each distribution that was loaded. notebook: hash of
    the executed notebook in the cache. seconds: how long execution took.
    """

    chapter: str
    key: str
    notebook: str
    python: str
    libraries: dict[str, str]
    files: dict[str, str | None]
    folders: dict[str, str | None]
    declared: list[str] | None
    environment: dict[str, str]
    seconds: float
    format: int = FORMAT

    @property
    def digest(self) -> str:
        """Changes with anything but the time it took."""
        content = {key: value for key, value in asdict(self).items() if key != "seconds"}
        return sha256(json.dumps(content, sort_keys=True).encode())


class Records:
    """The records of a cache, one JSON file per chapter in :data:`FOLDER`.

    later: whether an earlier builder of the same build has executed what runs in every build.
    """

    def __init__(self, cache: JupyterCacheBase, root: Path, let_in: Sequence[str] = (), later: bool = False) -> None:
        self.cache, self.root, self.later = cache, root, later
        self.environment = {name: os.environ[name] for name in let_in if name in os.environ}
        self.folder = Path(cache.path) / FOLDER
        self.home = Path(cache.path) / HOME
        self._hashes: dict[str, str | None] = {}

    def load(self, docname: str) -> Record | None:
        try:
            content = json.loads(self._path(docname).read_text("utf-8"))
            return Record(**content) if content["format"] == FORMAT else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, docname: str, record: Record) -> None:
        path = self._path(docname)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{os.getpid()}.tmp")
        aside.write_text(json.dumps(asdict(record), indent=1, sort_keys=True) + "\n", "utf-8")
        aside.replace(path)

    def forget(self, chapter: Chapter) -> None:
        """Remove the record and the cached notebook, so that nobody takes old outputs for current ones."""
        self._path(chapter.docname).unlink(missing_ok=True)
        with contextlib.suppress(KeyError):
            self.cache.remove_cache(self.cache.match_cache_notebook(chapter.notebook).pk)

    def reason(self, chapter: Chapter) -> str:
        """Why the chapter has to be executed; empty if its cached outputs are current."""
        record = self.load(chapter.docname)
        if record is None:
            return "never executed"
        if record.key != chapter.key:
            return "its cells changed"
        if record.notebook != self.notebook_hash(chapter.key):
            return "its cached outputs are not those of the record"
        if record.python != platform.python_version():
            return "another Python"
        for library, version in record.libraries.items():
            if (installed(library) or "") != version:
                return f"another version of {library}"
        for path, digest in record.files.items():
            if self.file_hash(path) != digest and not (self.later and path == UNOBSERVED):
                return f"{path} changed"
        if record.declared != (None if chapter.reads is None else list(chapter.reads)):
            return "its head names other files"
        if record.environment != self.environment:
            return "a variable of the environment that the book lets in is another"
        for path, digest in record.folders.items():
            if self.folder_hash(path) != digest:
                return f"files in {path} came or went"
        return ""

    def notebook_hash(self, key: str) -> str | None:
        """Hash of a cached notebook, None if the cache does not know it."""
        from jupyter_cache.cache.db import NbCacheRecord

        try:
            NbCacheRecord.record_from_hashkey(key, self.cache.db)
            return sha256(self.notebook_path(key).read_bytes())
        except (KeyError, OSError):
            return None

    def notebook_path(self, key: str) -> Path:
        return Path(self.cache.path) / "executed" / key / "base.ipynb"

    def file_hash(self, path: str) -> str | None:
        """Content, not modification time: a fresh checkout must find its cache current. A folder is only there or not;
        what is in it counts where it was listed."""
        if path not in self._hashes:
            try:
                there = self.root / path
                self._hashes[path] = "folder" if there.is_dir() else sha256(there.read_bytes())
            except OSError:
                self._hashes[path] = None
        return self._hashes[path]

    def folder_hash(self, path: str) -> str | None:
        try:
            names = sorted(entry.name for entry in (self.root / path).iterdir())
        except OSError:
            return None
        return sha256("\n".join(name for name in names if name not in IGNORED and name[0] != ".").encode())

    def _path(self, docname: str) -> Path:
        return self.folder / f"{docname}.json"


def always(cache: Path) -> bool:
    """Whether any record of the cache in a folder is of a chapter that runs in every build."""
    return any(f'"{UNOBSERVED}"' in path.read_text("utf-8") for path in (cache / FOLDER).rglob("*.json"))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@cache
def installed(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None
