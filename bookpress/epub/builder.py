"""The builder: Sphinx's own, made to write pages in XHTML and to pack what they name."""

from __future__ import annotations

import calendar
import os
import posixpath
import re
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote

from docutils import nodes
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sphinx import addnodes
from sphinx.builders.epub3 import Epub3Builder, validate_config_values
from sphinx.errors import SphinxError
from sphinx.util import logging

from bookpress.contents import documents, title_in_contents
from bookpress.epub import front, words
from bookpress.epub.package import PICTURES, Item, Page, dead_links, pack, read_page, without_links
from bookpress.epub.tidy import is_sound, on_paper, tidy
from bookpress.epub.translator import XhtmlTranslator
from bookpress.fonts import FOLDER, Face, cuts, used
from bookpress.mathml import RENDERER
from bookpress.metadata import book

LOGGER = logging.getLogger(__name__)
TEMPLATES = Path(__file__).with_name("templates")
COVER, COVER_PAGE, TITLE_PAGE, CONTENTS, STYLE = "cover.png", "cover.xhtml", "title.xhtml", "nav.xhtml", "style.css"
_UNTITLED = "<no title>"
_BODY = re.compile(
    r'(?<=\n)(?P<start><section epub:type="[^>]*>\n)(?P<body>.*)(?P<end>\n</section>\n</body>)', re.DOTALL
)


class EpubError(SphinxError):
    """The package cannot be made."""

    category = "EPUB error"


class EpubBuilder(Epub3Builder):
    """Writes the pages into the output folder and packs what they name into one EPUB there."""

    format = "epub"  # not html: what other extensions do for the web book is not for this one
    supported_image_types = [*Epub3Builder.supported_image_types, "image/webp"]  # noqa: RUF012 - as Sphinx has it
    default_translator_class = XhtmlTranslator

    def init(self) -> None:
        """Take over the rules for HTML, and leave out Sphinx's demands on its own package."""
        super().init()
        handlers = self.app.registry.translation_handlers
        handlers[self.name] = handlers.get("html", {}) | handlers.get(self.name, {})
        listeners = self.events.listeners["builder-inited"]
        listeners[:] = [listener for listener in listeners if listener.handler is not validate_config_values]

    @property
    def math_renderer_name(self) -> str:
        """MathML, whatever renders formulas in the web book: no e-reader has scripts for them."""
        return RENDERER

    @property
    def package(self) -> Path:
        """The EPUB in the output folder."""
        return Path(self.outdir) / f"{book(self.app).id}.epub"

    def get_outdated_docs(self) -> Iterator[str]:
        """All documents if any is newer than the EPUB, else none: a change anywhere can move a number anywhere.

        Sphinx compares with the sources alone; what another builder has read meanwhile would not be noticed.
        """
        found = sorted(self.env.found_docs)
        read = [Path(self.doctreedir) / f"{name}.doctree" for name in found]
        made = self.package.stat().st_mtime if self.package.exists() else 0.0
        if list(super().get_outdated_docs()) or any(path.exists() and path.stat().st_mtime > made for path in read):
            yield from found

    def copy_assets(self) -> None:
        """None of the theme's."""

    def get_doc_context(self, docname: str, body: str, metatags: str) -> dict[str, Any]:
        """What the page's template asks for."""
        return {"body": body, "title": self._title(docname)}

    def _title(self, docname: str) -> str:
        """Of a page; one without a heading has that which the contents give it, else the name of its file."""
        heading = self.env.titles[docname].astext()
        if heading and heading != _UNTITLED:
            return heading
        return title_in_contents(self.env, docname) or front.title_of(docname)

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
        """Mend the pages that need it, write those around them, and pack."""
        order = documents(self.app)
        for docname in order:  # here and not where a page is written: that may be in another process
            self._mend(docname)
        self.copy_image_files()
        for drawing in (Path(self.outdir) / self.imagedir).glob("*.svg"):
            drawing.write_text(on_paper(drawing.read_text("utf-8")), "utf-8")
        self.write_buildinfo()
        out, whole = Path(self.outdir), book(self.app)
        try:
            fonts = self._fonts(order)
            rules = "".join(f"{face.rule()}\n" for face in fonts)
            (out / STYLE).write_text(rules + front.styles(Path(self.srcdir), self.config), "utf-8")
        except OSError as error:
            raise EpubError(f"epub_extra_styles: {error}") from None
        pages = self._linked([read_page(self._path(name), self._href(name), self._title(name)) for name in order])
        parts = self._parts(pages)
        try:
            cover = front.cover(whole, front.picture(Path(self.srcdir), self.config))
        except OSError as error:
            raise EpubError(f"epub_cover_picture: {error}") from None
        if cover:
            (out / COVER).write_bytes(cover)
        else:
            LOGGER.info("the EPUB has no cover: the package `typst`, which draws it, is not installed")
        self._write_front(pages, parts, cover is not None)
        spine = [Item(COVER_PAGE)] if cover else []
        spine += [Item(TITLE_PAGE), Item(CONTENTS, "nav"), *(Item(page.href, page.properties) for page in pages)]
        images = sorted(set().union(*(page.images for page in pages)))
        items = [*spine, Item(STYLE), *([Item(COVER, "cover-image")] if cover else []), *map(Item, images)]
        items += [Item(f"{FOLDER}/{face.file}") for face in fonts]
        self._write(
            "content.opf.jinja", "content.opf", book=whole, items=items, spine=[item.id for item in spine],
            accessibility=front.accessibility(pages, self.config), rights=front.rights(whole, self.config),
            description=front.description(whole, self.config), publisher=front.publisher(whole, self.config),
            modified=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.moment())),
        )  # fmt: skip
        self.build_container()
        names = ["META-INF/container.xml", "content.opf", *(item.href for item in items)]
        pack(self.package, out, names, self.moment())

    def _fonts(self, order: list[str]) -> list[Face]:
        """The faces of ``epub_fonts``, cut down to what the pages use and written beside them."""
        faces = [Face(Path(self.confdir) / name) for name in self.config.epub_fonts]
        if faces:
            folder = Path(self.outdir) / FOLDER
            folder.mkdir(parents=True, exist_ok=True)
            signs = used(map(self._path, order))
            for face, content in cuts(((face, signs) for face in faces), Path(self.doctreedir) / FOLDER):
                (folder / face.file).write_bytes(content)
        return faces

    def moment(self) -> int:
        """The time of everything in the package, seconds since 1970 (UTC)."""
        given = os.environ.get("SOURCE_DATE_EPOCH")  # Sphinx has refused what is no number
        return int(given) if given else calendar.timegm(book(self.app).date.timetuple())

    @cached_property
    def _templates(self) -> Environment:
        return Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
        )

    def _write(self, template: str, name: str, **context: Any) -> None:
        (Path(self.outdir) / name).write_text(self._templates.get_template(template).render(context), "utf-8")

    def _write_front(self, pages: list[Page], parts: list[tuple[str, list[Page]]], has_cover: bool) -> None:
        whole = book(self.app)
        landmarks = [("cover", COVER_PAGE, words.cover())] if has_cover else []
        landmarks += [("toc", f"{CONTENTS}#toc", words.contents()), ("bodymatter", quote(pages[0].href), words.begin())]
        landmarks += [(page.kind, quote(page.href), page.title) for page in pages if page.kind != "chapter"]
        said = {
            "book": whole, "cover": COVER, "cover_alt": front.cover_description(whole), "parts": parts,
            "facts": front.facts(whole, self.config), "note": front.note(self.config), "landmarks": landmarks,
            "description": front.description(whole, self.config), "contents": words.contents(),
            "landmarks_heading": words.landmarks(),
        }  # fmt: skip
        for what, name, title in (
            ("cover", COVER_PAGE, words.cover()),
            ("title", TITLE_PAGE, whole.title),
            ("contents", CONTENTS, words.contents()),
        ):
            if what != "cover" or has_cover:
                self._write("front.xhtml.jinja", name, what=what, title=title, **said)

    # ------------------------------------------------------------------------------------------------------- the pages
    def _href(self, docname: str) -> str:
        return docname + self.out_suffix

    def _path(self, docname: str) -> Path:
        return Path(self.outdir) / self._href(docname)

    def _mend(self, docname: str) -> None:
        """Make XHTML of a page that is none."""
        path = self._path(docname)
        text = path.read_text("utf-8")

        def picture(address: str) -> str | None:
            return self._picture(docname, address)

        if is_sound(text, picture):
            return
        found = _BODY.search(text)
        if found is None:
            raise EpubError(f"{docname}: the page was not written by this builder")

        def tell(lost: str) -> None:
            subtype = "image" if lost.startswith("no picture") else "html"
            LOGGER.warning("%s", lost, location=docname, type="epub", subtype=subtype)

        body = tidy(found["body"], picture, tell)
        text = f"{text[: found.start()]}{found['start']}{body}{found['end']}{text[found.end() :]}"
        path.write_text(text, "utf-8")

    def _picture(self, docname: str, address: str) -> str | None:
        """Where a picture is in the package; one that raw HTML names is taken along from beside the source."""
        if re.match(r"data:image/(png|jpeg|gif|svg\+xml|webp)[;,]", address):
            return address
        if re.match(r"[A-Za-z][\w+.-]*:|//", address) or PurePosixPath(address).suffix.lower() not in PICTURES:
            return None
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(docname), unquote(address)))
        name = inside.removeprefix(f"{self.imagedir}/")
        if name != inside and (name in self.images.values() or (Path(self.outdir) / inside).is_file()):
            return address
        source = Path(self.srcdir) / inside
        if not source.is_file() or inside.startswith("../"):
            return None
        if inside not in self.images:
            taken = set(self.images.values())
            called = next(name for name in (source.name, inside.replace("/", "-")) if name not in taken)
            self.images[inside] = called
        return f"{'../' * docname.count('/')}{self.imagedir}/{self.images[inside]}"

    def _linked(self, pages: list[Page]) -> list[Page]:
        """The pages without links that lead to nothing in the package; such links are told."""
        kept = []
        for page in pages:
            if dead := dead_links(page, pages):
                docname = page.href.removesuffix(self.out_suffix)
                for address in sorted(dead):
                    message = "a link to %r, which is not in the e-book"
                    LOGGER.warning(message, address, location=docname, type="epub", subtype="link")
                path = self._path(docname)
                path.write_text(without_links(path.read_text("utf-8"), dead), "utf-8")
                page = read_page(path, page.href, page.title)
            kept.append(page)
        return kept

    def _parts(self, pages: list[Page]) -> list[tuple[str, list[Page]]]:
        """The pages in reading order below the captions of the contents."""
        captions: dict[str, str] = {}
        for toctree in self.env.get_doctree(self.config.root_doc).findall(addnodes.toctree):
            captions |= dict.fromkeys(toctree["includefiles"], toctree.get("caption") or "")
        parts: list[tuple[str, list[Page]]] = []
        for page in pages:
            caption = captions.get(page.href.removesuffix(self.out_suffix))
            caption = caption or (parts[-1][0] if parts else book(self.app).main_title)
            if not parts or parts[-1][0] != caption:
                parts.append((caption, []))
            parts[-1][1].append(page)
        return parts
