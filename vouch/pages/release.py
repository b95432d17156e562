"""What must be true before an edition goes out (asked by `bookpress.release`)."""

from __future__ import annotations

import re
from pathlib import Path

from bookpress.metadata import read_book
from vouch.evidence import checks, data, signpost_readings
from vouch.pages import changes


def faults(root: Path) -> list[str]:
    """What stands against an edition of the book at root: lines for a person, none where nothing does."""
    book = read_book(root)
    if not re.search(rf"^## {re.escape(book.version)}(\s|$)", (root / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE):
        return [f"CHANGELOG.md says nothing of edition {book.version}"]
    listed = data.load("editions", root / "data", root / "data" / "references.bib").sort_values("date").tail(1)
    if listed[["edition", "date"]].astype(str).values.tolist() != [[book.version, book.date.isoformat()]]:
        return [f"data/editions.csv does not end with edition {book.version} of {book.date}"]
    if left := checks.left_to_do(root):
        return ["an edition has no unfinished articles:", *left]
    try:
        signpost_readings.check(root / "data", root / "data" / "references.bib")
        changed = changes.unaccepted(root)
    except ValueError as error:
        return [str(error)]
    return ["changed findings, to be looked at and accepted (`make accept`):", *changed] if changed else []
