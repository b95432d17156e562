"""How the book says how it is cited: a box on every chapter, files for reference managers, metadata in the pages.

* Every chapter ends with "Cite this chapter": Chicago and APA with a button to copy them, this exact edition, and
  files in `cite/`: `<chapter>.bib`, `.ris`, `.json` (CSL), and the same for the whole book. In print: as text.
* Directives for the page on citing: `vouch-cite-book` (the box for the book), `vouch-cite-chapters` (all chapters).
* `CitePart` is put under each figure and table by `vouch.book.display`, into each entry of a claim by the ledger, and
  here under what else has a permanent name.
* In the head of each page: Highwire tags, Dublin Core, Open Graph, JSON-LD.

Everything comes from `vouch.book.metadata`, when a page is written: a new commit or address makes Sphinx write the
pages again, not read them again. Once `CITATION.cff` has a `url`, Sphinx's `html_baseurl` (canonical links) follows.

How Zotero reads a page. Its "Embedded Metadata" translator takes `citation_book_title` (all versions) or
`citation_inbook_title` (newer ones) as a sign of a book section. An `og:type` of `book` or `website` would overrule
that, `article` does not; DCMI's type `Text` counts only where nothing else is known. Tried with Zotero's own code:
every page is a book section with title, author, date and title of the book; so is every file in `cite/`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from vouch.book.citation_formats import (
    FORMATS,
    STYLES,
    Pieces,
    Work,
    book_of,
    chicago,
    exact_edition,
    part,
    plain,
)
from vouch.book.dictionary import grid
from vouch.book.metadata import Author, Book, Chapter, read_book, read_chapter

PDF, EPUB = "who-vouches-for-the-vote.pdf", "who-vouches-for-the-vote.epub"
"""Names of PDF and EPUB beside the pages, where all are published."""
DATA_PAGE = "chapters/data"
_BOOK, _CHAPTERS = "vouch_book", "vouch_chapters"


class BookCitation(nodes.General, nodes.Element):
    """The box that cites the whole book."""


class ChapterCitation(nodes.topic):
    """How a chapter is cited, on paper and e-readers: small print at its end."""


class CitePart(nodes.General, nodes.Element):
    """A disclosure with the citation of a figure, table or claim; attributes `kind` and `name`."""


def book(app: Sphinx) -> Book:
    """The metadata of this build."""
    return app.__dict__[_BOOK]


def chapter(app: Sphinx, docname: str) -> Chapter:
    """The metadata of one page of this build."""
    known = app.__dict__.setdefault(_CHAPTERS, {})
    if docname not in known:
        known[docname] = read_chapter(Path(app.srcdir), docname, book(app))
    return known[docname]


def documents(app: Sphinx) -> list[str]:
    """The pages of the book, in the order of its contents where there is one."""
    found = app.env.found_docs
    ordered = [name for name in (getattr(app.config, "external_site_map", None) or ()) if name in found]
    return ordered or sorted(found)


# ------------------------------------------------------------------------------------------------------ on the screen
def as_html(pieces: Pieces) -> str:
    return "".join(f"<em>{escape(text)}</em>" if italic else escape(text) for text, italic in pieces)


def box_html(work: Work, up: str, prefix: str) -> str:
    """Both styles, exact edition and files. up: the way to the book's top folder; prefix: of the ids."""
    rows = []
    for name, (label, style) in STYLES.items():
        rows.append(f'<p class="cite-style" id="{prefix}-{name}-label">{label}</p>')
        rows.append(_copyable(as_html(style(work)), f"{prefix}-{name}", f"Copy the {label} citation"))
    rows.append(f'<p class="cite-facts">This edition exactly: {escape(exact_edition(book_of(work)))}.')
    if isinstance(work, Chapter):
        rows.append(f" Permanent name of this chapter: <code>{escape(work.id)}</code>.")
    rows.append(f"</p>{_files_html(work, up)}")
    return "".join(rows)


def _copyable(text: str, ident: str, label: str) -> str:
    """The button appears with the script that serves it."""
    return (
        f'<div class="cite-entry"><p id="{ident}">{text}</p>'
        f'<button type="button" class="vouch-copy" data-copy="{ident}" aria-label="{escape(label)}" hidden>'
        "Copy</button>"
        '<span class="vouch-copied" role="status"></span></div>'
    )


def _files_html(work: Work, up: str) -> str:
    works = [("This chapter", work)] if isinstance(work, Chapter) else []
    lines = []
    for label, one in [*works, ("The whole book", book_of(work))]:
        links = [
            f'<a href="{up}cite/{escape(one.id)}.{ending}" download aria-label="{label} as {name}">{name}</a>'
            for ending, (name, _) in FORMATS.items()
        ]
        lines.append(f'<p class="cite-files">{label}: {" · ".join(links)}</p>')
    if url := book_of(work).url:
        offline = [f'<a href="{escape(url)}{name}">{name.rpartition(".")[2].upper()}</a>' for name in (PDF, EPUB)]
        lines.append(f'<p class="cite-files">The whole book in one file: {" · ".join(offline)}</p>')
    return "".join(lines)


def add_box(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """End a chapter's page with its box. Not as nodes: the box is not what the search should find."""
    if doctree is None or pagename not in app.env.found_docs:
        return
    up = "../" * pagename.count("/")
    context["body"] += (
        '<aside class="vouch-cite" aria-labelledby="cite-this-chapter">'
        '<h2 id="cite-this-chapter">Cite this chapter</h2>'
        f"{box_html(chapter(app, pagename), up, 'cite-chapter')}</aside>"
    )


def visit_book_html(self: HTML5Translator, node: BookCitation) -> None:
    app = self.builder.app
    up = "../" * self.builder.current_docname.count("/")
    self.body.append(f'<div class="vouch-cite">{box_html(book(app), up, "cite-book")}</div>')
    raise nodes.SkipNode


def visit_part_html(self: HTML5Translator, node: CitePart) -> None:
    pieces = part(node["kind"], node["name"], chapter(self.builder.app, self.builder.current_docname))
    ident = f"cite-{node['name']}"
    entry = _copyable(as_html(pieces), ident, f"Copy the citation of this {node['kind']}")
    link = f'<p class="cite-link"><a href="#{node["name"]}">Permanent link to this {node["kind"]}</a></p>'
    label = f'<summary>Cite<span class="cite-thing"> this {node["kind"]}</span></summary>'
    self.body.append(f'<details class="cite-part">{label}{entry}{link}</details>')
    raise nodes.SkipNode


def add_parts(app: Sphinx, doctree: nodes.document) -> None:
    """Figures and tables that no cell made, but that have a permanent name, are cited like the others."""
    served = {node["name"] for node in doctree.findall(CitePart)}
    for kind, start, of in (("figure", "fig-", nodes.figure), ("table", "tab-", nodes.table)):
        for node in list(doctree.findall(of)):
            for name in node["ids"]:
                if name.startswith(start) and name not in served:
                    part_of = nodes.container("", CitePart(kind=kind, name=name), classes=["html-only"])
                    node.parent.insert(node.parent.index(node) + 1, part_of)


# ------------------------------------------------------------------------------------------ on paper and e-readers
class Printed(SphinxPostTransform):
    """The boxes as text at the end of each chapter."""

    default_priority = 8
    formats = ("typst", "epub")

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(BookCitation)):
            node.replace_self(_box_nodes(book(self.app), "Cite the book"))
        parts = [(self.document, self.env.docname)]
        parts += [(node, node["docname"]) for node in self.document.findall(addnodes.start_of_file)]
        for tree, docname in parts:
            section = next(iter(tree.findall(nodes.section)), None)
            if section is None:
                continue
            below = (addnodes.start_of_file, nodes.compound)  # the chapters that come after the first page
            place = next((k for k, child in enumerate(section) if isinstance(child, below)), len(section))
            section.insert(place, _box_nodes(chapter(self.app, docname), "Cite this chapter"))


def _box_nodes(work: Work, title: str) -> nodes.topic:
    paragraphs = []
    for label, style in STYLES.values():
        line = nodes.paragraph("", "", nodes.strong("", f"{label}. "))
        for text, italic in style(work):
            line += nodes.emphasis("", text) if italic else nodes.Text(text)
        paragraphs.append(line)
    if isinstance(work, Chapter):  # which edition exactly: once, behind the title page
        paragraphs.append(nodes.paragraph("", f"Permanent name of this chapter: {work.id}."))
        return ChapterCitation("", nodes.title("", title), *paragraphs, classes=["vouch-cite-chapter"])
    paragraphs.append(nodes.paragraph("", f"This edition exactly: {exact_edition(work)}."))
    return nodes.topic("", nodes.title("", title), *paragraphs)


def print_chapter_citation(self: Any, node: ChapterCitation) -> None:
    """In the PDF: a note of the template's, never alone on a page."""
    self.body.append(self.box("citation-note", node))
    raise nodes.SkipNode


# -------------------------------------------------------------------------------------------------------- directives
class CiteBookDirective(SphinxDirective):
    """`vouch-cite-book`."""

    def run(self) -> list[nodes.Node]:
        return [BookCitation()]


class CiteChaptersDirective(SphinxDirective):
    """`vouch-cite-chapters`: a table of all chapters with permanent name and files."""

    def run(self) -> list[nodes.Node]:
        app = self.env.app
        up = "../" * self.env.docname.count("/")
        rows = []
        for docname in documents(app):
            self.env.note_dependency(str(Path(app.srcdir) / f"{docname}.md"))
            one = chapter(app, docname)
            link = addnodes.pending_xref(
                "", nodes.inline("", one.title), refdomain="std", reftype="doc", reftarget=f"/{docname}",
                refexplicit=True, refdoc=self.env.docname, refwarn=True,
            )  # fmt: skip
            files: list[nodes.Node] = [nodes.literal("", f"cite/{one.id}.*", classes=["pdf-only"])]
            for ending in FORMATS:
                address = f"{up}cite/{one.id}.{ending}"
                files += [
                    nodes.reference("", f".{ending}", refuri=address, internal=True, classes=["html-only"]),
                    nodes.inline("", " ", classes=["html-only"]),
                ]
            rows.append([[link], [nodes.literal("", one.id)], files])
        return [grid(["Chapter", "Permanent name", "Files"], rows)]


# --------------------------------------------------------------------------------------------------- for machines
def head(work: Chapter) -> str:
    """The meta elements and the JSON-LD of a chapter's page."""
    whole = work.book
    day = whole.date.isoformat()
    pairs = [
        ("citation_title", work.title),
        # "Family, given", and nothing after the comma for an organisation: else Zotero takes its last word for a
        # family name.
        *(("citation_author", f"{a.family}, {a.given}" if a.family else f"{a.name},") for a in work.authors),
        # Both: older readers know the first only, and Google Scholar asks for the second.
        ("citation_book_title", whole.title),
        ("citation_inbook_title", whole.title),
        ("citation_publication_date", day.replace("-", "/")),
        ("citation_language", whole.language),
        ("citation_publisher", whole.publisher),
        ("citation_public_url", work.url),
        ("citation_pdf_url", f"{whole.url}{PDF}" if whole.url else ""),
        # No link elements that declare the prefixes: they would be addresses of third parties, and are not needed.
        ("DC.title", work.title),
        *(("DC.creator", author.name) for author in work.authors),
        ("DC.date", day),
        ("DC.language", whole.language),
        ("DC.type", "Text"),
        ("DC.format", "text/html"),
        ("DC.source", whole.title),
        ("DC.publisher", whole.publisher),
        ("DC.identifier", work.url),
        ("DC.description", work.description),
        ("DC.rights", licence_address(whole.licences[0]) if whole.licences else ""),
        ("DCTERMS.bibliographicCitation", plain(chicago(work))),
        ("description", work.description),
    ]
    graph = [
        ("og:title", work.title),
        ("og:type", "article"),
        ("og:site_name", whole.main_title),
        ("og:locale", whole.language),
        ("og:description", work.description),
        ("og:url", work.url),
    ]
    lines = [f'<meta name="{name}" content="{escape(text)}" />' for name, text in pairs if text]
    lines += [f'<meta property="{name}" content="{escape(text)}" />' for name, text in graph if text]
    return "\n".join(lines) + "\n" + script(chapter_data(work))


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


def dataset_data(package: dict[str, Any], whole: Book) -> dict[str, Any]:
    """schema.org `Dataset` of the data package, one part per table; files only where they have an address."""
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
                    "distribution": file | {"contentUrl": f"{whole.url}data/{resource['path']}"} if whole.url else None,
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
            "url": f"{whole.url}{DATA_PAGE}.html" if whole.url else "",
            "hasPart": parts,
        }
    )


def add_head(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Put the metadata into the head of a chapter's page."""
    if doctree is None or pagename not in app.env.found_docs:
        return
    context["metatags"] = context.get("metatags", "") + "\n" + head(chapter(app, pagename))
    package = Path(app.srcdir) / "data" / "datapackage.json"
    if pagename == DATA_PAGE and package.exists():
        context["metatags"] += script(dataset_data(json.loads(package.read_text("utf-8")), book(app)))


def write_files(app: Sphinx, failed: Exception | None) -> None:
    """Write the files for reference managers into the finished HTML book; remove those of chapters that are gone."""
    if failed or app.builder.format != "html":
        return
    folder = Path(app.outdir) / "cite"
    folder.mkdir(exist_ok=True)
    wanted = {}
    for work in [book(app), *(chapter(app, name) for name in documents(app))]:
        for ending, (_, function) in FORMATS.items():
            name = f"{work.id}.{ending}"
            if name in wanted:
                raise ValueError(f"two works would be written to cite/{name}: chapters need different file names")
            wanted[name] = function(work)
    for stale in folder.iterdir():
        if stale.name not in wanted:
            stale.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, "utf-8")


# ------------------------------------------------------------------------------------------------------------- Sphinx
def read(app: Sphinx, config: Any) -> None:
    """Read the metadata once per build, and let the settings that repeat it follow from it."""
    app.__dict__[_BOOK] = whole = read_book(Path(app.srcdir))
    app.__dict__[_CHAPTERS] = {}
    config.vouch_metadata = json.dumps(asdict(whole), default=str, sort_keys=True)
    config.version = whole.version  # without one Sphinx's EPUB builder warns
    if whole.url:
        config.html_baseurl = whole.url
    if "typst_title_page" in config.values:
        facts = {"Edition": whole.version, **config.typst_title_page.get("facts", {}), "Address": whole.url}
        follows = {
            "title": whole.main_title,
            "subtitle": whole.subtitle,
            "authors": [author.name for author in whole.authors],
            "keywords": list(whole.keywords),
            "imprint": [f"Cite as: {plain(chicago(whole))}", f"This edition exactly: {exact_edition(whole)}."],
        }
        config.typst_title_page = _known(follows) | config.typst_title_page | {"facts": facts}


def setup(app: Sphinx) -> dict[str, Any]:
    # "html": pages are written again when the metadata change, since they are not part of what Sphinx has read.
    app.add_config_value("vouch_metadata", "", "html")
    app.add_node(BookCitation, html=(visit_book_html, None))
    app.add_node(CitePart, html=(visit_part_html, None))
    app.add_node(ChapterCitation, typst=(print_chapter_citation, None))
    app.add_directive("vouch-cite-book", CiteBookDirective)
    app.add_directive("vouch-cite-chapters", CiteChaptersDirective)
    app.add_post_transform(Printed)
    app.connect("config-inited", read)
    app.connect("doctree-read", add_parts, priority=400)  # before permanence puts anchors for old names
    app.connect("html-page-context", add_head)
    app.connect("html-page-context", add_box)
    app.connect("build-finished", write_files)
    return {"version": "1", "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
