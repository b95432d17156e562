"""The builder: pages in XHTML, what a reading system wants to know of them, and the archive of both."""

from __future__ import annotations

import calendar
import json
import os
import re
import shutil
import time
import zipfile
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sphinx import addnodes
from sphinx.builders.epub3 import Epub3Builder
from sphinx.errors import SphinxError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from bookpress.contents import documents
from bookpress.metadata import book

HERE = Path(__file__).parent
COVER, COVER_PAGE, TITLE_PAGE, CONTENTS, STYLE = "cover.png", "cover.xhtml", "title.xhtml", "nav.xhtml", "style.css"
LEFT_OUT = {"only-dark", "html-only", "tag_html-only"}
"""Classes of what only the web book shows."""
KEPT = "epub"
"""Class that takes something of the web book along: what is too long for paper, or needs a screen but no script."""
MOST_LISTED = 15
"""Of a chapter with more sections than this (a data dictionary) the contents list none, as in print."""
FEW_COLUMNS = 4
"""A table of words with fewer columns than this can be read on a telephone as it is."""
ACCESSIBILITY = {
    "accessMode": ["textual", "visual"],
    "accessModeSufficient": ["textual,visual", "textual"],
    "accessibilityFeature": [
        "alternativeText", "ARIA", "displayTransformability", "MathML", "readingOrder", "structuralNavigation",
        "tableOfContents",
    ],
    "accessibilityHazard": ["none"],
    "accessibilitySummary": [
        "Every figure has a text alternative that states its numbers; tables are real tables with header cells; "
        "formulas are MathML; nothing is told by colour alone; colours and typefaces are left to the reading system. "
        "Not evaluated by a third party."
    ],
}  # fmt: skip
"""schema.org properties after EPUB Accessibility 1.1. Conformance is not claimed: that takes an evaluator's name."""
_XHTML = "{http://www.w3.org/1999/xhtml}"
_MATHML = "{http://www.w3.org/1998/Math/MathML}math"
_MEDIA_TYPES = {
    ".css": "text/css", ".gif": "image/gif", ".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".png": "image/png",
    ".svg": "image/svg+xml", ".xhtml": "application/xhtml+xml",
}  # fmt: skip


class EpubError(SphinxError):
    """The package cannot be made."""

    category = "EPUB error"


class OnTheReader(SphinxPostTransform):
    """Take out what only the web book shows, and say where the data of a figure or table are."""

    default_priority = 5  # before references are resolved and images collected
    formats = ("epub",)

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(_left_out)):
            node.parent.remove(node)
        for box in list(self.document.findall(lambda node: "bp-links" in _classes(node))):
            line = box[0]
            path = re.sub(r"^(\.\./)+", "", line[0]["refuri"])
            url = book(self.app).url
            name = nodes.literal("", path)
            data = nodes.reference("", "", name, refuri=url + path) if url else name
            code = [nodes.Text(" · Code: "), *line.findall(nodes.literal)] if line.next_node(nodes.literal) else []
            box.children = []
            box += nodes.paragraph("", "", nodes.Text("Data: "), data, *code)
        for cell in list(self.document.findall(lambda node: _element(node) == "cell_code")):
            if not cell.children:
                cell.parent.remove(cell)


def _classes(node: nodes.Node) -> list[str]:
    return node.get("classes", []) if isinstance(node, nodes.Element) else []


def _element(node: nodes.Node) -> str:
    return node.get("nb_element", "") if isinstance(node, nodes.Element) else ""


def _left_out(node: nodes.Node) -> bool:
    classes = _classes(node)
    return (LEFT_OUT.intersection(classes) and KEPT not in classes) or _element(node) == "cell_code_source"


class XhtmlTranslator(HTML5Translator):
    """HTML as Sphinx writes it, but for tables, and without what extensions put in for scripts."""

    _labels: tuple[str, ...] = ()

    def visit_raw(self, node: nodes.raw) -> None:
        if "<script" in node.astext():  # sphinx-thebe's constants, in every page
            raise nodes.SkipNode
        super().visit_raw(node)

    def visit_reference(self, node: nodes.reference) -> None:
        if node.get("refuri") == "":  # to the page itself, which Sphinx would call "#"
            node["refuri"] = self.builder.current_docname.rpartition("/")[2] + self.builder.out_suffix
        super().visit_reference(node)

    def visit_table(self, node: nodes.table) -> None:
        """The caption stands outside the box that scrolls: inside, it would be as wide as the table.

        A wide table of words becomes a list of its rows where the screen is narrow, each cell under its column's name.
        The style sheet then takes the table's form away, so its meaning is said again with roles.
        """
        super().visit_table(node)
        self._labels = _labels(node)
        self._table_tag = self._with_role(self.body.pop(), "table")
        if self._labels:
            self._table_tag = self._table_tag.replace('class="', 'class="stacked ', 1)
        if isinstance(node[0], nodes.title):
            self.body.append('<figure class="table">')
        else:
            self.body.append('<div class="table-box" role="group" aria-label="Table" tabindex="0">' + self._table_tag)

    def depart_table(self, node: nodes.table) -> None:
        super().depart_table(node)
        self._labels = ()
        self.body.append("</div></figure>\n" if isinstance(node[0], nodes.title) else "</div>\n")

    def visit_title(self, node: nodes.title) -> None:
        if not isinstance(node.parent, nodes.table):
            super().visit_title(node)
            return
        self._caption = f"{(node.parent['ids'] or [f'table-{len(self.body)}'])[0]}-caption"
        self.body.append(f'<figcaption id="{self._caption}">')
        self.add_fignumber(node.parent)

    def depart_title(self, node: nodes.title) -> None:
        if not isinstance(node.parent, nodes.table):
            super().depart_title(node)
            return
        box = f'<div class="table-box" role="region" aria-labelledby="{self._caption}" tabindex="0">'
        self.body.append(f"</figcaption>\n{box}{self._table_tag}")

    def visit_thead(self, node: nodes.thead) -> None:
        super().visit_thead(node)
        self.body[-1] = self._with_role(self.body[-1], "rowgroup")

    def visit_tbody(self, node: nodes.tbody) -> None:
        super().visit_tbody(node)
        self.body[-1] = self._with_role(self.body[-1], "rowgroup")

    def visit_row(self, node: nodes.row) -> None:
        super().visit_row(node)
        self.body[-1] = self._with_role(self.body[-1], "row")

    def visit_entry(self, node: nodes.entry) -> None:
        column = node.parent.column
        super().visit_entry(node)
        head = isinstance(node.parent.parent, nodes.thead)
        tag = self._with_role(self.body[-1], "columnheader" if head else "cell")
        if self._labels and not head:
            tag = tag.replace("<td", f'<td data-label="{escape(self._labels[column])}"', 1)
        self.body[-1] = re.sub(r"^<th\b", f'<th scope="{"col" if head else "row"}"', tag)

    def _with_role(self, tag: str, role: str) -> str:
        return re.sub(r"^<\w+", rf'\g<0> role="{role}"', tag) if self._labels else tag


def _labels(table: nodes.table) -> tuple[str, ...]:
    """Names of the columns of a table that does not fit a telephone; of any other, and of a grid of numbers, none."""
    head = table.next_node(nodes.thead)
    if head is None or len(head) != 1:
        return ()
    entries = list(head[0])
    numbers = sum("text-right" in entry["classes"] for entry in entries)
    fits = len(entries) < FEW_COLUMNS or 2 * numbers >= len(entries)
    joined = any("morecols" in entry or "morerows" in entry for entry in table.findall(nodes.entry))
    return () if fits or joined else tuple(entry.astext() for entry in entries)


@dataclass(frozen=True)
class Page:
    """A written chapter. sections: id and title of those below the chapter's; images: addresses in the package."""

    href: str
    title: str
    kind: str
    sections: list[tuple[str, str]]
    images: set[str]
    has_formulas: bool


@dataclass(frozen=True)
class Item:
    """An entry of the manifest; properties after EPUB 3.3, D.2."""

    href: str
    properties: str = ""

    @property
    def id(self) -> str:
        return re.sub(r"[^\w-]", "-", self.href)

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[Path(self.href).suffix]


class EpubBuilder(Epub3Builder):
    """Writes the pages into the output folder and packs what they name into one EPUB there."""

    format = "epub"  # not html: what other extensions do for the web book is not for this one
    default_translator_class = XhtmlTranslator

    def init(self) -> None:
        super().init()
        handlers = self.app.registry.translation_handlers
        handlers[self.name] = handlers.get("html", {}) | handlers.get(self.name, {})

    @property
    def package(self) -> Path:
        """The EPUB in the output folder."""
        return Path(self.outdir) / f"{book(self.app).id}.epub"

    def get_outdated_docs(self) -> list[str]:
        """All documents if any is newer than the EPUB, else none: a change anywhere can move a number anywhere.

        Sphinx compares with the sources alone; what another builder has read meanwhile would not be noticed.
        """
        found = sorted(self.env.found_docs)
        read = [Path(self.doctreedir) / f"{name}.doctree" for name in found]
        if list(super().get_outdated_docs()) or not self.package.exists():
            return found
        made = self.package.stat().st_mtime
        return found if any(path.exists() and path.stat().st_mtime > made for path in read) else []

    def copy_assets(self) -> None:
        """None of the theme's."""

    def get_doc_context(self, docname: str, body: str, metatags: str) -> dict[str, Any]:
        """What the page's template asks for."""
        return {"body": body, "title": self.env.titles[docname].astext()}

    def handle_page(self, pagename: str, addctx: dict[str, Any], *args: Any, event_arg: Any = None, **kw: Any) -> None:
        """Write a chapter's page without the theme."""
        kind = "chapter"
        if event_arg.next_node(nodes.citation):
            kind = "bibliography"
        elif event_arg.next_node(addnodes.glossary):
            kind = "glossary"
        up = "../" * pagename.count("/")
        text = self._templates.get_template("page.xhtml.jinja").render(
            addctx | {"lang": book(self.app).language, "up": up, "kind": kind}
        )
        text = text.replace('role="doc-biblioentry"', 'role="listitem"')  # deprecated; the list around has its role
        path = Path(self.get_outfilename(pagename))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def finish(self) -> None:
        """Write the pages around the chapters and pack."""
        self.copy_image_files()
        self.write_buildinfo()
        out, whole = Path(self.outdir), book(self.app)
        shutil.copyfile(HERE / "style.css", out / STYLE)
        alt = f"Cover: {whole.title}. {', '.join(author.name for author in whole.authors)}. Edition {whole.version}."
        (out / COVER).write_bytes(self._cover())
        parts = self._parts()
        pages = [page for _, part in parts for page in part]
        landmarks = [("cover", COVER_PAGE, "Cover"), ("toc", f"{CONTENTS}#toc", "Contents")]
        landmarks.append(("bodymatter", pages[0].href, "Begin reading"))
        landmarks += [(page.kind, page.href, page.title) for page in pages if page.kind != "chapter"]
        front = {"book": whole, "cover": COVER, "cover_alt": alt, "facts": self._facts()}
        for what, name, title in (
            ("cover", COVER_PAGE, "Cover"),
            ("title", TITLE_PAGE, whole.title),
            ("contents", CONTENTS, "Contents"),
        ):
            self._write("front.xhtml.jinja", name, what=what, title=title, parts=parts, landmarks=landmarks, **front)
        spine = [Item(COVER_PAGE), Item(TITLE_PAGE), Item(CONTENTS, "nav")]
        spine += [Item(page.href, "mathml" if page.has_formulas else "") for page in pages]
        images = sorted(set().union(*(page.images for page in pages)))
        items = [*spine, Item(STYLE), Item(COVER, "cover-image"), *map(Item, images)]
        self._write(
            "content.opf.jinja", "content.opf", book=whole, items=items, spine=[item.id for item in spine],
            accessibility=ACCESSIBILITY, rights=self._said.get("Licence", ""),
            modified=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.moment())),
        )  # fmt: skip
        self.build_container()
        self._pack(["META-INF/container.xml", "content.opf", *(item.href for item in items)])

    def moment(self) -> int:
        """The time of everything in the package, seconds since 1970 (UTC)."""
        given = os.environ.get("SOURCE_DATE_EPOCH")  # Sphinx has refused what is no number
        return int(given) if given else calendar.timegm(book(self.app).date.timetuple())

    @cached_property
    def _templates(self) -> Environment:
        return Environment(
            loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
        )

    def _write(self, template: str, name: str, **context: Any) -> None:
        (Path(self.outdir) / name).write_text(self._templates.get_template(template).render(context), "utf-8")

    def _parts(self) -> list[tuple[str, list[Page]]]:
        """The pages in reading order below the captions of the contents."""
        order = documents(self.app)
        captions = {}
        for toctree in self.env.get_doctree(self.config.root_doc).findall(addnodes.toctree):
            captions |= dict.fromkeys(toctree["includefiles"], toctree.get("caption") or "")
        parts: list[tuple[str, list[Page]]] = []
        for docname in order:
            caption = captions.get(docname) or (parts[-1][0] if parts else book(self.app).main_title)
            if not parts or parts[-1][0] != caption:
                parts.append((caption, []))
            parts[-1][1].append(self._read(docname))
        return parts

    def _read(self, docname: str) -> Page:
        """What package and contents say of a page, read from the page: they can name nothing that is not there."""
        href = docname + self.out_suffix
        root = ElementTree.parse(Path(self.outdir) / href).getroot()
        outer = root.find(f"{_XHTML}body/{_XHTML}section")
        inner = outer.findall(f"{_XHTML}section/{_XHTML}section")
        sections = [(section.get("id", ""), _heading(section)) for section in inner]
        folder = Path(href).parent
        images = {os.path.normpath(folder / image.get("src", "")) for image in root.iter(f"{_XHTML}img")}
        return Page(
            href=href,
            title=_heading(outer.find(f"{_XHTML}section")),
            kind=outer.get("role", "").removeprefix("doc-"),
            sections=sections if len(sections) <= MOST_LISTED else [],
            images={image.replace(os.sep, "/") for image in images},
            has_formulas=root.find(f".//{_MATHML}") is not None,
        )

    @property
    def _said(self) -> dict[str, str]:
        """The facts of the configuration for title pages (see `bookpress.typst`)."""
        return self.config.typst_title_page.get("facts", {}) if "typst_title_page" in self.config else {}

    def _facts(self) -> list[tuple[str, str]]:
        whole, said = book(self.app), self._said
        facts = [
            ("Edition", whole.version),
            ("Date", f"{whole.date.day} {whole.date:%B %Y}"),
            ("Evidence horizon", said.get("Evidence horizon", "")),
            ("Licence", said.get("Licence", "")),
            ("DOI", whole.doi),
        ]
        return [(name, text) for name, text in facts if text]

    def _cover(self) -> bytes:
        """A picture, not SVG: few shelves of reading systems draw SVG."""
        import typst

        whole = book(self.app)
        said = {
            "title": whole.main_title,
            "subtitle": whole.subtitle,
            "authors": ", ".join(author.name for author in whole.authors),
            "edition": f"Edition {whole.version}",
            "language": whole.language,
        }
        source, inputs = str(HERE / "cover.typ"), {"book": json.dumps(said)}
        return typst.compile(source, format="png", ppi=216, ignore_system_fonts=True, sys_inputs=inputs)

    def _pack(self, names: list[str]) -> None:
        """The archive after EPUB OCF 3.3: the media type first and bare."""
        stamp = time.gmtime(max(self.moment(), calendar.timegm((1980, 1, 1, 0, 0, 0))))[:6]  # ZIP knows no time before
        aside = self.package.with_suffix(".part")
        with zipfile.ZipFile(aside, "w") as archive:
            entries = [("mimetype", b"application/epub+zip", zipfile.ZIP_STORED)]
            entries += [(name, (Path(self.outdir) / name).read_bytes(), zipfile.ZIP_DEFLATED) for name in names]
            for name, content, method in entries:
                entry = zipfile.ZipInfo(name, stamp)
                entry.create_system, entry.external_attr = 3, 0o644 << 16  # on every system as on Unix
                archive.writestr(entry, content, method, compresslevel=9)
        aside.replace(self.package)


def _heading(section: ElementTree.Element) -> str:
    """Text of a section's own heading."""
    found = next((child for child in section if re.fullmatch(r"h[1-6]", child.tag.removeprefix(_XHTML))), None)
    if found is None:
        raise EpubError(f"section {section.get('id')!r} has no heading")
    return " ".join("".join(found.itertext()).split())
