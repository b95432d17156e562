"""The metadata that an archive with DOIs asks for, in DataCite's terms and in Zenodo's, from what is known already.

    python -m bookpress.cite.deposit    write `.zenodo.json`; Zenodo reads it from a tag, before CITATION.cff

`make release` puts :func:`datacite` into the archive as `datacite.json`. Both are made from `CITATION.cff`, and what
the data are derived from comes from the sources in `datapackage.json` and their DOIs in the bibliography.
"""

from __future__ import annotations

import json
import re
import sys
from html import escape
from pathlib import Path
from typing import Any

from babel.core import get_global
from pybtex.database import parse_file

from bookpress import project
from bookpress.metadata import FILE, Book, FaultyCitation, read_book

ZENODO = ".zenodo.json"
PACKAGE = "data/datapackage.json"
_OF_SEVERAL = {
    "aka", "ara", "aym", "aze", "bod", "ces", "cre", "cym", "deu", "dzo", "ell", "est", "eus",
    "fas", "fra", "ful", "grn", "guj", "hrv", "hye", "iku", "ipk", "isl", "kat", "kau", "kom",
    "kon", "kur", "lav", "mkd", "mlg", "mon", "mri", "msa", "mya", "nep", "nld", "oji", "ori",
    "orm", "pus", "que", "ron", "san", "slk", "sqi", "srd", "srp", "swa", "uzb", "yid", "zha",
    "zho",
}  # fmt: skip
"""What ISO 639-3 calls languages of which CLDR knows further names of three letters."""


class DepositError(ValueError):
    """What an archive asks for is not known; the message says what and where it belongs."""


def sources(root: Path) -> list[tuple[str, str]]:
    """The published datasets that tables are taken from, as (`DOI` or `URL`, identifier), sorted, each once.

    Read from the data package of the book at root (setting `cite_data_package`); none where it has none. Raises
    DepositError for a source that no bibliography has.
    """
    described = root / project.settings(root).get("cite_data_package", PACKAGE)
    if not described.is_file():
        return []
    package = json.loads(described.read_text("utf-8"))
    works: dict[str, Any] = {}
    for path in project.bibliographies(root):
        works |= parse_file(str(path), bib_format="bibtex").entries
    identifiers = set()
    for resource in package["resources"]:
        for source in resource.get("sources", []):
            if "key" not in source:
                continue
            if source["key"] not in works:
                of = f"{described.relative_to(root)}: the source {source['key']!r} of {resource.get('name', '?')!r}"
                raise DepositError(f"{of} is in no bibliography")
            fields = works[source["key"]].fields
            for kind, identifier in (("DOI", fields.get("doi")), ("URL", source.get("path") or fields.get("url"))):
                if identifier:
                    identifiers.add((kind, identifier))
                    break
    return sorted(identifiers)


def datacite(book: Book, root: Path) -> dict[str, Any]:
    """DataCite Metadata Schema 4.5 as JSON. The DOI and an unknown publisher are for whoever deposits to fill in.

    `(:tba)` is DataCite's own value for what is to be announced; the schema demands a publisher.
    """
    creators = [
        {"name": f"{a.family}, {a.given}", "nameType": "Personal", "familyName": a.family, "givenName": a.given}
        if a.family
        else {"name": a.name, "nameType": "Organizational"}
        for a in book.authors
    ]
    fields: dict[str, Any] = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "creators": creators,
        "titles": [{"title": book.title, "lang": book.language}],
        "publisher": {"name": book.publisher or "(:tba)"},
        "publicationYear": str(book.date.year),
        "types": {"resourceTypeGeneral": "Book", "resourceType": "Executable book with its data"},
        "dates": [{"date": book.date.isoformat(), "dateType": "Issued"}],
        "language": book.language,
        "version": book.version,
        "subjects": [{"subject": keyword, "lang": book.language} for keyword in book.keywords],
        "rightsList": [
            {
                "rightsIdentifier": licence,
                "rightsIdentifierScheme": "SPDX",
                "schemeUri": "https://spdx.org/licenses/",
                "rightsUri": f"https://spdx.org/licenses/{licence}.html",
            }
            for licence in book.licences
        ],
        "descriptions": [{"description": book.description, "descriptionType": "Abstract", "lang": book.language}],
        "relatedIdentifiers": [
            {"relatedIdentifier": identifier, "relatedIdentifierType": kind, "relationType": "IsDerivedFrom"}
            for kind, identifier in sources(root)
        ],
    }
    if book.doi:
        fields["doi"] = book.doi
    if book.url:
        fields["relatedIdentifiers"].append(
            {"relatedIdentifier": book.url, "relatedIdentifierType": "URL", "relationType": "IsVariantFormOf"}
        )
    return fields


def zenodo(book: Book, root: Path) -> dict[str, Any]:
    """The fields that Zenodo takes from `.zenodo.json`; it has room for one licence, that of the text.

    No DOI, no community and no publisher: Zenodo gives the first, and the others are not decided here. Raises
    DepositError without a licence, and for a language that has no code.
    """
    if not book.licences:
        raise DepositError(f"{FILE}: license is missing; an open deposit has one")
    related = [{"identifier": identifier, "relation": "isDerivedFrom"} for _, identifier in sources(root)]
    if book.url:
        related.append({"identifier": book.url, "relation": "isVariantFormOf"})
    others = ", ".join(book.licences[1:])
    return {
        "title": book.title,
        "upload_type": "publication",
        "publication_type": "book",
        "description": f"<p>{escape(book.description, quote=False)}</p>",
        "creators": [{"name": f"{a.family}, {a.given}" if a.family else a.name} for a in book.authors],
        "publication_date": book.date.isoformat(),
        "version": book.version,
        "language": three_letters(book.language),
        "access_right": "open",
        "license": book.licences[0].lower(),
        "notes": f"Text, figures and compiled tables: {book.licences[0]}. Code: {others}." if others else "",
        "keywords": list(book.keywords),
        "related_identifiers": related,
    }


def three_letters(language: str) -> str:
    """A language by ISO 639-3, as Zenodo wants it. Raises DepositError for one that is not known."""
    base = re.split(r"[-_@]", language.lower())[0]
    if len(base) == 3:
        return base
    known = [name for name, other in get_global("language_aliases").items() if other == base and len(name) == 3]
    chosen = known if len(known) == 1 else sorted(_OF_SEVERAL & set(known))
    if len(chosen) != 1:
        raise DepositError(f"the language {language!r} of the book has no name of three letters (ISO 639-3)")
    return str(chosen[0])


def as_json(metadata: dict[str, Any]) -> str:
    return json.dumps(metadata, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Write `.zenodo.json` of the book in this folder; 1 when it cannot be."""
    root = Path.cwd()
    try:
        project.replace(root / ZENODO, as_json(zenodo(read_book(root), root)))
    except (DepositError, FaultyCitation) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
