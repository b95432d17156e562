"""What machines read in the head of a page: Highwire tags, Dublin Core, Open Graph, JSON-LD.

How Zotero reads a page. Its "Embedded Metadata" translator takes `citation_book_title` (all versions) or
`citation_inbook_title` (newer ones) as a sign of a book section. An `og:type` of `book` or `website` would overrule
that, `article` does not; DCMI's type `Text` counts only where nothing else is known. Tried with Zotero's own code:
every page is a book section with title, author, date, edition and title of the book; so is every file in `cite/`. The
first page stands for the book: no title of a book around it, and `og:type` is `book`.
"""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from bookpress.cite.formats import Work, book_of, chicago, plain, worded_edition
from bookpress.metadata import Author, Book, Chapter, book, chapter
from bookpress.words import _


def head(work: Work, locale: str = "") -> str:
    """The meta elements and the JSON-LD of a page: a chapter's, or the one that stands for the whole book.

    locale: language and territory, as Open Graph has them.
    """
    whole = book_of(work)
    day = whole.date.isoformat()
    chapter_of = isinstance(work, Chapter)
    pairs = [
        ("citation_title", work.title),
        # "Family, given", and nothing after the comma for an organisation: else Zotero takes its last word for a
        # family name.
        *(("citation_author", f"{a.family}, {a.given}" if a.family else f"{a.name},") for a in work.authors),
        # Both: older readers know the first only, and Google Scholar asks for the second.
        *((name, whole.title) for name in ("citation_book_title", "citation_inbook_title") if chapter_of),
        ("citation_publication_date", day.replace("-", "/")),
        ("citation_language", whole.language),
        ("citation_publisher", whole.publisher),
        ("citation_doi", work.doi),
        ("citation_public_url", work.url),
        # The PDF is the whole book: named on a chapter's page it would be taken for the text of that chapter.
        ("citation_pdf_url", f"{whole.url}{whole.id}.pdf" if whole.url and not chapter_of else ""),
        ("prism.edition", worded_edition(whole)),
        # No link elements that declare the prefixes: they would be addresses of third parties, and are not needed.
        ("DC.title", work.title),
        *(("DC.creator", author.name) for author in work.authors),
        ("DC.date", day),
        ("DC.language", whole.language),
        ("DC.type", "Text"),
        ("DC.format", "text/html"),
        ("DC.source", whole.title if chapter_of else ""),
        ("DC.publisher", whole.publisher),
        ("DC.identifier", f"https://doi.org/{work.doi}" if work.doi else work.url),
        ("DC.description", work.description),
        ("DC.rights", licence_address(whole.licences[0]) if whole.licences else ""),
        ("DCTERMS.bibliographicCitation", plain(chicago(work))),
        ("description", work.description),
    ]
    lines = [f'<meta name="{name}" content="{escape(text)}" />' for name, text in pairs if text]
    kind = "article" if chapter_of else "book"
    lines += open_graph(whole, kind, work.title, work.description, work.url, locale)
    data = chapter_data(work) if isinstance(work, Chapter) else {"@context": "https://schema.org"} | book_data(work)
    return "\n".join(lines) + "\n" + script(data)


def open_graph(whole: Book, kind: str, title: str, description: str, url: str, locale: str) -> list[str]:
    """What previews of a link show, as meta elements; what is empty is left out."""
    graph = [
        ("og:title", title),
        ("og:type", kind),
        ("og:site_name", whole.main_title),
        ("og:locale", locale),
        ("og:description", description),
        ("og:url", url),
    ]
    return [f'<meta property="{name}" content="{escape(text)}" />' for name, text in graph if text]


def plain_head(whole: Book, title: str, url: str, locale: str = "") -> str:
    """The meta elements of a page that nobody cites, such as the search, the index or a listing of code."""
    description = _("%(page)s: a page of “%(book)s”.") % {"page": title, "book": whole.main_title}
    lines = [f'<meta name="description" content="{escape(description)}" />']
    return "\n".join(lines + open_graph(whole, "website", title, description, url, locale)) + "\n"


def script(data: dict[str, Any] | list[dict[str, Any]]) -> str:
    """JSON-LD for a page. `<` is escaped, so that no text can end the element."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>\n'


def licence_address(spdx: str) -> str:
    """The text of a licence by its SPDX identifier."""
    return f"https://spdx.org/licenses/{spdx}.html"


def by_schema(author: Author) -> dict[str, str]:
    """schema.org `Person` or `Organization`."""
    if author.family:
        return {"@type": "Person", "name": author.name, "familyName": author.family, "givenName": author.given}
    return {"@type": "Organization", "name": author.name}


def _known(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value}


def book_data(work: Book) -> dict[str, Any]:
    """schema.org `Book`."""
    return _known(
        {
            "@type": "Book",
            "name": work.title,
            "author": [by_schema(author) for author in work.authors],
            "bookEdition": work.version,
            "datePublished": work.date.isoformat(),
            "inLanguage": work.language,
            "description": work.description,
            "keywords": list(work.keywords),
            "license": [licence_address(licence) for licence in work.licences],
            "publisher": {"@type": "Organization", "name": work.publisher} if work.publisher else None,
            "identifier": f"https://doi.org/{work.doi}" if work.doi else "",
            "url": work.url,
        }
    )


def chapter_data(work: Chapter) -> dict[str, Any]:
    """schema.org `Chapter`, part of its book."""
    return {"@context": "https://schema.org"} | _known(
        {
            "@type": "Chapter",
            "name": work.title,
            "identifier": work.id,
            "author": [by_schema(author) for author in work.authors],
            "datePublished": work.book.date.isoformat(),
            "inLanguage": work.book.language,
            "description": work.description,
            "license": licence_address(work.book.licences[0]) if work.book.licences else "",
            "url": work.url,
            "isPartOf": book_data(work.book),
        }
    )


def dataset_data(package: dict[str, Any], whole: Book, page: str = "", folder: str = "data") -> dict[str, Any]:
    """schema.org `Dataset` of a data package, one part per table; files only where they have an address.

    page: the document that describes it. folder: where its files lie below the address of the book.
    """
    parts = []
    for resource in sorted(package["resources"], key=lambda resource: resource["name"]):
        file = {"@type": "DataDownload", "encodingFormat": "text/csv"}
        parts.append(
            _known(
                {
                    "@type": "Dataset",
                    "name": resource["title"],
                    "identifier": resource["name"],
                    # With the title: search engines refuse a description of less than fifty letters.
                    "description": f"{resource['title']}. {resource['description']}",
                    "license": [licence.get("path") or licence["name"] for licence in resource.get("licenses", [])],
                    "temporalCoverage": resource.get("temporalCoverage", ""),
                    "distribution": file | {"contentUrl": f"{whole.url}{folder}/{resource['path']}"}
                    if whole.url
                    else None,
                }
            )
        )
    return {"@context": "https://schema.org"} | _known(
        {
            "@type": "Dataset",
            "name": package["title"],
            "identifier": package["name"],
            "description": package["description"],
            "version": package["version"],
            "datePublished": whole.date.isoformat(),
            "creator": [by_schema(author) for author in whole.authors],
            "keywords": package.get("keywords", []),
            "license": [licence.get("path") or licence["name"] for licence in package.get("licenses", [])],
            "isPartOf": book_data(whole),
            "url": f"{whole.url}{page}.html" if whole.url and page else "",
            "hasPart": parts,
        }
    )


def add_head(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Put the metadata into the head of a page; the first page of the book stands for the book."""
    locale = app.config.cite_locale
    before = context.get("metatags", "")
    if doctree is None or pagename not in app.env.found_docs:
        title = str(context.get("title") or pagename)
        context["metatags"] = f"{before}\n{plain_head(book(app), title, context.get('pageurl') or '', locale)}"
        return
    work: Work = book(app) if pagename == app.config.root_doc else chapter(app, pagename)
    context["metatags"] = f"{before}\n{head(work, locale)}"
    package = Path(app.srcdir) / app.config.cite_data_package
    if pagename == app.config.cite_data_page and package.is_file():
        described = json.loads(package.read_text("utf-8"))
        folder = Path(app.config.cite_data_package).parent.as_posix()
        context["metatags"] += script(dataset_data(described, book(app), pagename, folder))


def front_head(app: Sphinx) -> str:
    """The metadata of the book, for a page that leads to its first one."""
    return head(book(app), app.config.cite_locale)
