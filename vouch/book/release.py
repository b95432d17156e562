"""Pack an edition: everything a reader or a later researcher needs, in one archive that is the same on every machine.

    python -m vouch.book.release [--edition 2026.11] [--to dist]

Wants a finished book (`make book`). Writes `who-vouches-for-the-vote-<version>.tar.gz`, PDF and EPUB beside it and
`SHA256SUMS` of all. In the archive: the book as HTML (opens from the disk, without a network), PDF and EPUB, the
executed notebooks with the chapters they come from, the data package, the articles, the bibliography, and what is
needed to build all of it again; `ro-crate-metadata.json` (RO-Crate 1.1) describes it, `datacite.json` is for whoever
deposits it, `SHA256SUMS` checks it.

The bytes depend on the files alone: sorted names, no owner, two modes, and one time for everything, SOURCE_DATE_EPOCH
or else the day of the edition in CITATION.cff.
"""

from __future__ import annotations

import argparse
import calendar
import gzip
import hashlib
import io
import json
import mimetypes
import os
import sys
import tarfile
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from vouch.book import changes, deposit, metadata, permanence
from vouch.evidence import checks, data, signpost_readings
from vouch.paths import ROOT

NAME = "who-vouches-for-the-vote"
CRATE = "ro-crate-metadata.json"
DATACITE = "datacite.json"
SUMS = "SHA256SUMS"
FILES = (
    "README.md", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "DESIGN.md", "LICENSE", "LICENSE-text", "Makefile",
    "_config.yml", "_toc.yml", "aliases.yml", "findings.json", "pyproject.toml", "references.bib", "requirements.txt",
    "requirements-lab.txt", "requirements-test.txt",
)  # fmt: skip
FOLDERS = ("chapters", "data", "docs", "scripts", "seeds", "vouch")
"""What `make book` needs, and what explains it. Tests stay in the repository: they ask git."""
_CACHE = Path("_build/.jupyter_cache")
_TYPES = {
    ".bib": "application/x-bibtex", ".cff": "application/yaml", ".csv": "text/csv", ".epub": "application/epub+zip",
    ".ipynb": "application/x-ipynb+json", ".json": "application/json", ".md": "text/markdown",
    ".pdf": "application/pdf", ".txt": "text/plain",
}  # fmt: skip
_NAMED = {
    "data/datapackage.json": "Description of all tables (Frictionless Data Package)",
    "references.bib": "Bibliography (BibTeX)",
    "CITATION.cff": "How to cite",
    DATACITE: "Metadata for a deposit with a DOI (DataCite 4.5)",
    "README.md": "What this is and how to build it",
}


class ReleaseError(Exception):
    """The edition cannot be packed; the message says what is missing or wrong."""


def contents(root: Path = ROOT) -> dict[str, bytes]:
    """All files of the archive by path inside it, checksums and description included.

    Raises ReleaseError when the book is not built, an article is unfinished, a finding is not accepted, a signpost not
    read, or a chapter's executed notebook is not that of its present cells.
    """
    site = root / "_build" / "html"
    single = [root / "_build" / ending / f"{NAME}.{ending}" for ending in ("pdf", "epub")]
    for needed in (site / "index.html", *single):
        if not needed.is_file():
            raise ReleaseError(f"{needed.relative_to(root)} is missing: `make book` first")
    if left := checks.left_to_do(root):
        raise ReleaseError("an edition has no unfinished articles:\n" + "\n".join(left))
    try:
        signpost_readings.check(root / "data", root / "references.bib")
        told = changes.unaccepted(root)
    except ValueError as error:
        raise ReleaseError(str(error)) from None
    if told:
        raise ReleaseError("changed findings, to be looked at and accepted (`make accept`):\n" + "\n".join(told))
    book = metadata.read_book(root)
    found = {f"book/html/{name}": content for name, content in _folder(site).items()}
    found |= {f"book/{path.name}": path.read_bytes() for path in single}
    start = permanence.front_page("book/html/index", f"{book.title}, edition {book.version}")
    found["index.html"] = start.encode()
    for name in FILES:
        if (root / name).is_file():
            found[name] = (root / name).read_bytes()
    for name in FOLDERS:
        if (root / name).is_dir():
            found |= {f"{name}/{inner}": content for inner, content in _folder(root / name).items()}
    for chapter, notebook in notebooks(root).items():
        found[f"notebooks/{chapter}.ipynb"] = notebook
    found[DATACITE] = deposit.as_json(deposit.datacite(book, root)).encode()
    found[CRATE] = _json(crate(root, book, found))
    found[SUMS] = checksums(found).encode()
    return found


def notebooks(root: Path = ROOT) -> dict[str, bytes]:
    """All chapters with code as executed notebooks, by file name without ending; see :func:`executed_notebook`."""
    found = {path.stem: executed_notebook(path, root) for path in sorted((root / "chapters").glob("*.md"))}
    return {name: notebook for name, notebook in found.items() if notebook is not None}


def executed_notebook(path: Path, root: Path = ROOT) -> bytes | None:
    """A chapter as an executed notebook: its text, its code, the outputs of the last execution; None without code.

    The cache holds code cells only, so the two are put together, cell by cell. Raises ReleaseError for a chapter that
    was never executed, or not as it stands.
    """
    notebook = jupytext.read(path, fmt="md:myst")  # else guessed of a page without a head, as Pandoc's if it has a :::
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not code or "kernelspec" not in notebook.metadata:
        return None
    where = f"chapters/{path.name}"
    try:
        key = json.loads(record_path(path, root).read_text("utf-8"))["key"]
        executed = nbformat.read(root / _CACHE / "executed" / key / "base.ipynb", as_version=4)
    except (OSError, KeyError, ValueError):
        raise ReleaseError(f"{where}: never executed: `make book` first") from None
    ran = [cell for cell in executed.cells if cell.cell_type == "code"]
    if [cell.source.strip() for cell in ran] != [cell.source.strip() for cell in code]:
        raise ReleaseError(f"{where}: its cells changed since it was executed: `make book` first")
    for cell, done in zip(code, ran, strict=True):
        cell.outputs, cell.execution_count = done.outputs, done.execution_count
    for number, cell in enumerate(notebook.cells):  # random in every reading, and in the file
        cell.id = f"cell-{number}"
    for part in ("kernelspec", "language_info"):
        if part in executed.metadata:
            notebook.metadata[part] = executed.metadata[part]
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return (nbformat.writes(notebook) + "\n").encode()


def record_path(path: Path, root: Path = ROOT) -> Path:
    """Where the execution of a chapter is recorded (see `vouch.book.execution`)."""
    return root / _CACHE / "vouch" / "chapters" / f"{path.stem}.json"


def crate(root: Path, book: metadata.Book, files: dict[str, bytes]) -> dict[str, Any]:
    """The description of the archive after RO-Crate 1.1, from CITATION.cff and datapackage.json.

    files: what the archive holds; every entity with a path is one of them. What is not known (an address, a DOI) is
    not there.
    """
    package = json.loads((root / "data" / "datapackage.json").read_text("utf-8"))
    resources = {f"data/{resource['path']}": resource for resource in package["resources"]}
    licences: dict[str, dict[str, Any]] = {}

    def licence(name: str, title: str = "", path: str = "") -> dict[str, str]:
        entity = f"https://spdx.org/licenses/{name}" if name in book.licences else path or f"#licence-{name}"
        licences.setdefault(entity, {"@id": entity, "@type": "CreativeWork", "name": title or name})
        return {"@id": entity}

    own = [licence(name) for name in book.licences]
    authors = [
        {"@id": f"#author-{number}", "@type": "Person" if author.family else "Organization", "name": author.name}
        for number, author in enumerate(book.authors, 1)
    ]
    parts: list[dict[str, Any]] = [
        {"@id": "book/html/", "@type": "Dataset", "name": "The book as web pages; begin with book/html/index.html"},
        {"@id": "vouch/", "@type": "Dataset", "name": "Methods, figures and build of the book (Python)"},
    ]
    for name in sorted(files):
        if name in resources:
            about = resources[name]
            entity = {"name": about["title"], "description": about["description"]}
            entity["license"] = [licence(**{"title": "", **given}) for given in about.get("licenses", [])]
        elif name.startswith(("notebooks/", "seeds/", "chapters/", "book/who-")) or name in _NAMED:
            entity = {"name": _called(name)}
        else:
            continue
        suffix = Path(name).suffix
        kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0]
        parts.append(
            {"@id": name, "@type": "File", **entity, "contentSize": str(len(files[name]))}
            | ({"encodingFormat": kind} if kind else {})
        )
    described = {
        "@id": "./",
        "@type": "Dataset",
        "name": book.title,
        "description": book.description,
        "datePublished": book.date.isoformat(),
        "version": book.version,
        "inLanguage": book.language,
        "keywords": ", ".join(book.keywords),
        "author": [{"@id": author["@id"]} for author in authors],
        "license": own,
        "hasPart": [{"@id": part["@id"]} for part in parts],
    }
    described |= {"url": book.url} if book.url else {}
    described |= {"identifier": f"https://doi.org/{book.doi}"} if book.doi else {}
    about = {
        "@id": CRATE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    graph = [about, described, *parts, *authors, *licences.values()]
    return {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}


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


def release(root: Path = ROOT, to: Path | None = None, edition: str = "") -> list[Path]:
    """Write archive, PDF, EPUB and checksums of this edition into the folder `to` (default: `dist`); the paths written.

    edition: refused unless it is the version of CITATION.cff; empty for whatever that is.
    """
    book = metadata.read_book(root)
    if edition and edition != book.version:
        raise ReleaseError(f"CITATION.cff says edition {book.version}, not {edition}")
    if f"## {book.version}" not in (root / "CHANGELOG.md").read_text("utf-8"):
        raise ReleaseError(f"CHANGELOG.md says nothing of edition {book.version}")
    listed = data.load("editions", root / "data", root / "references.bib").sort_values("date").tail(1)
    if listed[["edition", "date"]].astype(str).values.tolist() != [[book.version, book.date.isoformat()]]:
        raise ReleaseError(f"data/editions.csv does not end with edition {book.version} of {book.date}")
    moment = os.environ.get("SOURCE_DATE_EPOCH", "")
    if moment and not moment.isdecimal():
        raise ReleaseError(f"SOURCE_DATE_EPOCH is {moment!r}; it is a number of seconds")
    files = contents(root)
    folder = f"{NAME}-{book.version}"
    made = {
        f"{folder}.tar.gz": pack(files, folder, int(moment) if moment else calendar.timegm(book.date.timetuple())),
    }
    made |= {f"{folder}.{ending}": files[f"book/{NAME}.{ending}"] for ending in ("pdf", "epub")}
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


def _folder(folder: Path) -> dict[str, bytes]:
    """All files below a folder by relative path, without caches and hidden files."""
    found = {}
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        hidden = any(part[0] == "." or part in ("__pycache__",) or part.endswith(".egg-info") for part in inner.parts)
        if path.is_file() and not hidden and path.suffix != ".pyc":
            found[inner.as_posix()] = path.read_bytes()
    return found


def _called(name: str) -> str:
    folder, _, file = name.rpartition("/")
    stem = Path(file).stem
    return {
        "notebooks": f"Executed notebook of the chapter “{stem}”",
        "chapters": f"Source of the chapter “{stem}” (MyST text notebook)",
        "seeds": f"Article or description of the articles: {file}",
        "book": f"The book as {Path(name).suffix[1:].upper()}",
    }.get(folder) or _NAMED[name]


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def main(argv: list[str] | None = None) -> int:
    """The command line: 0 when the edition was packed, 1 when it cannot be."""
    parser = argparse.ArgumentParser(prog="python -m vouch.book.release", description="Pack this edition.")
    parser.add_argument("--edition", default="", help="the version it must be, for example a tag")
    parser.add_argument("--to", type=Path, help="folder to write into (default: dist)")
    arguments = parser.parse_args(argv)
    try:
        written = release(to=arguments.to, edition=arguments.edition)
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    for path in written:
        print(f"{path.stat().st_size:>12,} bytes  {path}")
    if not metadata.commit(ROOT):
        print("not from a clean commit: nobody else can make the same archive", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
