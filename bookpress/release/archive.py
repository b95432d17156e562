"""What is in the archive of an edition, and how it is packed."""

from __future__ import annotations

import calendar
import gzip
import hashlib
import importlib
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

from bookpress import project
from bookpress.cite import deposit
from bookpress.contents import own_name
from bookpress.metadata import read_book
from bookpress.release.crate import CRATE, DATACITE, crate
from bookpress.run.notebooks import NotExecuted, executed_notebook
from bookpress.web.permalinks import front_page

SUMS = "SHA256SUMS"


class ReleaseError(Exception):
    """The edition cannot be packed; the message says what is missing or wrong."""


def contents(root: Path) -> dict[str, bytes]:
    """All files of the archive by path inside it, checksums and description included.

    Raises ReleaseError when the book is not built, one of the book's own checks finds a fault, or a chapter's executed
    notebook is not that of its present cells.
    """
    book = read_book(root)
    wanted = project.commands(root).get("release", {})
    site = root / "_build" / "html"
    single = [root / "_build" / ending / f"{book.id}.{ending}" for ending in ("pdf", "epub")]
    for needed in (site / "index.html", *single, *(site / path.name for path in single)):
        if not needed.is_file():
            raise ReleaseError(f"{needed.relative_to(root)} is missing: `make book` first")
    sys.path[:0] = [str(root)] if str(root) not in sys.path else []
    for name in wanted.get("checks", []):
        if faults := importlib.import_module(name).faults(root):
            raise ReleaseError("\n".join(faults))
    files = {f"book/html/{name}": content for name, content in _folder(site).items()}
    front = front_page("book/html/index", f"{book.title}, edition {book.version}", language=book.language)
    files["index.html"] = front.encode()
    for name in wanted.get("files", []):
        if (root / name).is_file():
            files[name] = (root / name).read_bytes()
    for name in wanted.get("folders", []):
        if (root / name).is_dir():
            files |= {f"{name}/{inner}": content for inner, content in _kept(root, name).items()}
    for chapter, notebook in notebooks(root).items():
        files[f"notebooks/{chapter}.ipynb"] = notebook
    try:
        files[DATACITE] = deposit.as_json(deposit.datacite(book, root)).encode()
    except deposit.DepositError as error:
        raise ReleaseError(str(error)) from None
    files[CRATE] = _json(crate(root, book, files))
    files[SUMS] = checksums(files).encode()
    return files


def notebooks(root: Path) -> dict[str, bytes]:
    """All chapters with code as executed notebooks, by file name without ending.

    Raises ReleaseError for a chapter that is not there, was never executed, or not as it stands.
    """
    try:
        pages = project.sources(root)
        chapters = {
            own_name(docname, pages): executed_notebook(path, root)
            for docname, path in sorted(pages.items())
            if path.suffix != ".rst"
        }
    except (NotExecuted, ValueError) as error:
        raise ReleaseError(str(error)) from None
    return {name: notebook for name, notebook in chapters.items() if notebook is not None}


def checksums(files: dict[str, bytes]) -> str:
    """One line a file, sorted, as `sha256sum --check` reads it."""
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))


def pack(files: dict[str, bytes], folder: str, moment: int) -> bytes:
    """The files as a gzipped tar archive under one folder; moment: time of every entry, seconds since 1970 (UTC)."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            entry = tarfile.TarInfo(f"{folder}/{name}")
            entry.size, entry.mtime = len(files[name]), moment
            entry.mode = 0o755 if files[name].startswith(b"#!") else 0o644
            archive.addfile(entry, io.BytesIO(files[name]))
    return gzip.compress(plain.getvalue(), compresslevel=9, mtime=moment)


def release(root: Path, to: Path | None = None, edition: str = "") -> list[Path]:
    """Write archive, PDF, EPUB and checksums of this edition into the folder `to` (default: `dist`); the paths written.

    edition: refused unless it is the version of CITATION.cff; empty for whatever that is.
    """
    book = read_book(root)
    if edition and edition != book.version:
        raise ReleaseError(f"CITATION.cff says edition {book.version}, not {edition}")
    moment = os.environ.get("SOURCE_DATE_EPOCH", "")
    if moment and not moment.isdecimal():
        raise ReleaseError(f"SOURCE_DATE_EPOCH is {moment!r}; it is a number of seconds")
    files = contents(root)
    folder = f"{book.id}-{book.version}"
    made = {
        f"{folder}.tar.gz": pack(files, folder, int(moment) if moment else calendar.timegm(book.date.timetuple())),
    }
    made |= {f"{folder}.{ending}": files[f"book/html/{book.id}.{ending}"] for ending in ("pdf", "epub")}
    made[SUMS] = checksums(made).encode()
    to = to or root / "dist"
    to.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in made.items():
        aside = to / f".{name}.{os.getpid()}"
        aside.write_bytes(content)
        aside.replace(to / name)
        written.append(to / name)
    return written


def _kept(root: Path, name: str) -> dict[str, bytes]:
    """All files of a folder of the book by relative path: in a checkout what git keeps, else what is there.

    Raises ReleaseError for files that git neither keeps nor ignores.
    """
    folder = root / name
    if not _of_git(root, "ls-files", "--", project.CONFIG):
        return _folder(folder)
    if strange := _of_git(root, "ls-files", "--others", "--exclude-standard", "--", name):
        raise ReleaseError(f"git does not keep {', '.join(strange)}: commit, ignore or remove what is no part of it")
    listed = {Path(path).relative_to(name).as_posix() for path in _of_git(root, "ls-files", "--", name)}
    return {inner: content for inner, content in _folder(folder).items() if inner in listed}


def _of_git(root: Path, *arguments: str) -> list[str]:
    """What git lists; nothing where there is no git, or no checkout."""
    command = ["git", "-C", str(root), *arguments[:1], "-z", *arguments[1:]]
    try:
        listed = subprocess.run(command, capture_output=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    return [os.fsdecode(name) for name in listed.split(b"\0") if name]


def _folder(folder: Path) -> dict[str, bytes]:
    """All files below a folder by relative path, without caches and hidden files."""
    files = {}
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        hidden = any(part[0] == "." or part in ("__pycache__",) or part.endswith(".egg-info") for part in inner.parts)
        if path.is_file() and not hidden and path.suffix != ".pyc":
            files[inner.as_posix()] = path.read_bytes()
    return files


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
