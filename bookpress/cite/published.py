"""The bibliography as readers take it over: beside the pages, in the form that their programs keep whole.

In the book's own file a work is written down as its author finds easiest: nearly all that is not an article or a book
is `@misc` with its outlet in `howpublished`. Programs that read BibTeX lose much of that. What goes out says the same
in fields and types that they keep:

* Capitals are in braces, and `langid` says whose they are; else styles that print titles as sentences lower names.
* A work of `@misc` with an address is `@online`, one of a periodical without an address an `@article`.
* The outlet of `@online` and `@misc` is `organization`, which pandoc and Zotero print; `howpublished` beside it would
  be printed again. Where the outlet is the author it is named once.
* Signs that TeX would take for its own have their backslash.
* `annotation` is `annote`; a work whose year is known has a `date` too.

Nothing is added that the file does not say.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from hashlib import sha256
from pathlib import Path

from pybtex.database import BibliographyData, Entry, parse_file
from sphinx.application import Sphinx

from bookpress.cite import capitals, formats
from bookpress.cite.capitals import protected
from bookpress.cite.formats import LANGIDS, MONTHS, Utf8Writer
from bookpress.effort.early import early

_TITLES = {"title", "booktitle"}
_WORDS = _TITLES | {"annotation", "note", "organization", "journal", "institution", "publisher", "address"}
_BARE = re.compile(r"(?<!\\)[%#&_$]")
"""Signs that are TeX's own unless a backslash stands before them: behind a bare `%` a title would end."""
_LISTS = ("organization", "institution", "publisher")
"""Fields that are lists to biblatex and pandoc: "and" parts them unless it is in braces."""


def published(bibliographies: Iterable[Path], periodicals: Collection[str], datasets: Collection[str]) -> str:
    """All works as one BibTeX file.

    periodicals, datasets: `keywords` of works that are items of a newspaper, an agency or a broadcaster, and of those
    that are data, which stay `@misc` (Zotero leaves `@dataset` out).
    """
    works = BibliographyData()
    for path in bibliographies:
        for key, entry in parse_file(str(path), bib_format="bibtex").entries.items():
            works.add_entry(key, _published(entry, set(periodicals), set(datasets)))
    return str(Utf8Writer().to_string(works))


def _published(entry: Entry, periodicals: set[str], datasets: set[str]) -> Entry:
    fields = dict(entry.fields.items())
    kind = entry.type
    if kind == "misc":
        kind = _kind(fields, periodicals, datasets)
        outlet = fields.pop("howpublished", "")
        if kind == "article":
            fields["journal"] = outlet
        elif outlet and [str(author).strip("{}") for author in entry.persons.get("author", [])] != [outlet]:
            fields["organization"] = outlet
    for name in fields.keys() & _WORDS:
        fields[name] = _BARE.sub(r"\\\g<0>", fields[name])
    for name in fields.keys() & _TITLES:
        fields[name] = protected(fields[name])
    for name in _LISTS:
        if " and " in fields.get(name, ""):
            fields[name] = f"{{{fields[name]}}}"
    if "annotation" in fields:
        fields["annote"] = fields.pop("annotation")
    if "year" in fields and "date" not in fields:
        fields["date"] = _date(fields)
    if langid := LANGIDS.get(fields.get("language", "")):
        fields["langid"] = langid
    return Entry(kind, fields, persons=entry.persons)


def _kind(fields: dict[str, str], periodicals: set[str], datasets: set[str]) -> str:
    keywords = {word.strip() for word in fields.get("keywords", "").split(",")}
    if keywords & datasets:
        return "misc"
    if "url" in fields:
        return "online"
    return "article" if "howpublished" in fields and keywords & periodicals else "misc"


def _date(fields: dict[str, str]) -> str:
    month = fields.get("month", "")
    return f"{fields['year']}-{MONTHS.index(month) + 1:02}" if month in MONTHS else fields["year"]


@early
def write_bibliography(app: Sphinx, failed: Exception | None) -> None:
    """Write the works of the book's bibliographies beside the pages, if the book wants that and they have changed."""
    if failed or app.builder.format != "html" or not app.config.cite_bibliography:
        return
    paths = [Path(app.srcdir) / name for name in app.config.bibtex_bibfiles]
    sorts = (app.config.cite_periodicals, app.config.cite_datasets)
    made_by = [Path(str(module)) for module in (__file__, capitals.__file__, formats.__file__)]
    mark = sha256(b"".join(path.read_bytes() for path in [*paths, *made_by]) + repr(sorts).encode()).hexdigest()
    target, known = Path(app.outdir) / app.config.cite_bibliography, Path(app.doctreedir) / "published_bibliography"
    if not (target.is_file() and known.is_file() and known.read_text("utf-8") == mark):
        target.write_text(published(paths, *sorts), "utf-8")
        known.write_text(mark, "utf-8")
