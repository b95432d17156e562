"""The description of an archive after RO-Crate 1.1."""

from __future__ import annotations

import json
import mimetypes
import posixpath
from pathlib import Path, PurePosixPath
from typing import Any

from bookpress import project
from bookpress.metadata import FILE, Book

CRATE = "ro-crate-metadata.json"
DATACITE = "datacite.json"
_TYPES = {
    ".bib": "application/x-bibtex", ".cff": "application/yaml", ".csv": "text/csv", ".epub": "application/epub+zip",
    ".ipynb": "application/x-ipynb+json", ".json": "application/json", ".md": "text/markdown",
    ".pdf": "application/pdf", ".txt": "text/plain",
}  # fmt: skip
_WRITTEN = {".md": " (MyST text notebook)", ".ipynb": " (Jupyter notebook)"}
_NAMED = {
    FILE: "How to cite",
    DATACITE: "Metadata for a deposit with a DOI (DataCite 4.5)",
    "README.md": "What this is and how to build it",
}


def crate(root: Path, book: Book, files: dict[str, bytes]) -> dict[str, Any]:
    """The description of the archive after RO-Crate 1.1, from CITATION.cff and datapackage.json.

    files: what the archive holds; every entity with a path is one of them. What is not known (an address, a DOI) is
    not there.
    """
    described_in = project.settings(root).get("cite_data_package", "data/datapackage.json")
    package = json.loads(files[described_in]) if described_in in files else {"resources": []}
    resources = {posixpath.join(posixpath.dirname(described_in), r["path"]): r for r in package["resources"]}
    pages = {path.relative_to(root).as_posix() for path in project.sources(root).values()}
    named = _NAMED | project.commands(root).get("release", {}).get("described", {})
    licences: dict[str, dict[str, Any]] = {}

    def licence(name: str, title: str = "", path: str = "") -> dict[str, str]:
        entity = f"https://spdx.org/licenses/{name}" if name in book.licences else path or f"#licence-{name}"
        licences.setdefault(entity, {"@id": entity, "@type": "CreativeWork", "name": title or name})
        return {"@id": entity}

    book_licences = [licence(name) for name in book.licences]
    authors = [
        {"@id": f"#author-{number}", "@type": "Person" if author.family else "Organization", "name": author.name}
        for number, author in enumerate(book.authors, 1)
    ]
    parts: list[dict[str, Any]] = [
        {"@id": "book/html/", "@type": "Dataset", "name": "The book as web pages; begin with book/html/index.html"},
        *({"@id": name, "@type": "Dataset", "name": text} for name, text in named.items() if name.endswith("/")),
    ]
    for name in sorted(files):
        if name in resources:
            about = resources[name]
            entity = {"name": about["title"], "description": about["description"]}
            entity["license"] = [licence(**{"title": "", **given}) for given in about.get("licenses", [])]
        elif called := named.get(name) or _called(name, named, pages):
            entity = {"name": called}
        else:
            continue
        suffix = Path(name).suffix
        kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0]
        parts.append(
            {"@id": name, "@type": "File", **entity, "contentSize": str(len(files[name]))}
            | ({"encodingFormat": kind} if kind else {})
        )
    whole = {
        "@id": "./",
        "@type": "Dataset",
        "name": book.title,
        "description": book.description,
        "datePublished": book.date.isoformat(),
        "version": book.version,
        "inLanguage": book.language,
        "keywords": ", ".join(book.keywords),
        "author": [{"@id": author["@id"]} for author in authors],
        "license": book_licences,
        "hasPart": [{"@id": part["@id"]} for part in parts],
    }
    whole |= {"url": book.url} if book.url else {}
    whole |= {"identifier": f"https://doi.org/{book.doi}"} if book.doi else {}
    about = {
        "@id": CRATE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    graph = [about, whole, *parts, *authors, *licences.values()]
    return {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}


def _called(name: str, named: dict[str, str], pages: set[str]) -> str:
    """What a file is called; empty for one that the description need not name."""
    path = PurePosixPath(name)
    if path.parts[0] == "book" and len(path.parts) == 2:
        return f"The book as {path.suffix[1:].upper()}"
    if path.parts[0] == "notebooks":
        return f"Executed notebook of the chapter “{path.stem}”"
    if name in pages:
        return f"Source of the chapter “{path.stem}”{_WRITTEN.get(path.suffix, '')}"
    pattern = named.get(f"{path.parts[0]}/*", "") if len(path.parts) == 2 else ""
    return pattern.replace("*", path.name)
