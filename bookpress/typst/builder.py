"""The builder: one Typst project from all documents, and the PDF compiled from it."""

from __future__ import annotations

import datetime
import os
import re
import shutil
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.builders import Builder
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.util.nodes import inline_all_toctrees

from bookpress.typst.markup import array, boolean, inline, literal, sort_key
from bookpress.typst.writer import BookWriter, IndexTerm, source_name

log = logging.getLogger(__name__)

TEMPLATE = Path(__file__).with_name("template.typ")
_MISSING_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed', re.S)
_TITLE_PAGE_KEYS = {
    "title", "subtitle", "authors", "edition", "version", "date", "horizon", "licence", "address", "imprint",
    "description", "keywords",
}  # fmt: skip
# What the title page calls its facts, in this order.
_FACTS = (
    ("edition", "Edition"),
    ("version", "Version"),
    ("date", "Date"),
    ("horizon", "Evidence horizon"),
    ("licence", "Licence"),
    ("address", "Address"),
)


class TypstError(SphinxError):
    """The book could not be compiled."""

    category = "Typst error"


class TypstBuilder(Builder):
    """Writes the book as one Typst project into the output folder and compiles it to PDF there."""

    name = "typst"
    format = "typst"
    epilog = "The PDF is in %(outdir)s."
    supported_image_types: ClassVar[list[str]] = [
        "image/svg+xml",
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
    ]
    allow_parallel = False

    def init(self) -> None:
        """Check the title page's mapping; an unknown key is most likely a misspelt one."""
        for key in sorted(set(self.config.vouch_title_page) - _TITLE_PAGE_KEYS):
            log.warning("typst: vouch_title_page has no key %r", key)

    def get_outdated_docs(self) -> str:
        """A change anywhere can move every page: always the whole book."""
        return "all documents"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Mark internal targets with a percent sign, which no address starts with."""
        return "%" + docname

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        """One document: the same target from everywhere."""
        return self.get_target_uri(to, typ)

    def prepare_writing(self, docnames: set[str]) -> None:
        """Nothing to prepare."""

    def write(self, *_ignored: object) -> None:
        """Write the Typst project."""
        out = Path(self.outdir)
        tree = self._assemble()
        writer = BookWriter(self, tree, self.config.root_doc)
        writer.write(tree)
        shutil.rmtree(out / "text", ignore_errors=True)
        for docname, source in writer.sources.items():
            path = out / source_name(docname).lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text('#import "/template.typ": *\n' + source, encoding="utf-8", newline="\n")
        shutil.rmtree(out / "images", ignore_errors=True)
        (out / "images").mkdir(parents=True)
        for source, name in self.images.items():
            shutil.copyfile(Path(self.srcdir) / source, out / "images" / name)
        shutil.copyfile(TEMPLATE, out / "template.typ")
        (out / "book.typ").write_text(self._main_file(writer), encoding="utf-8", newline="\n")

    def _assemble(self) -> nodes.document:
        """Return the doctree of the whole book with references resolved and images chosen."""
        root = self.config.root_doc
        tree = self.env.get_doctree(root)
        for toctree in tree.findall(addnodes.toctree):
            toctree.parent["caption"] = toctree.get("caption") or ""  # the toctree itself is replaced below
        tree = inline_all_toctrees(self, {root}, root, tree, lambda text: text, [root])
        tree["docname"] = root
        self.env.resolve_references(tree, root, self)
        self.post_process_images(tree)
        self._tree = tree
        return tree

    # ------------------------------------------------------------------------------------------------- the main file
    def _main_file(self, writer: BookWriter) -> str:
        facts = self.config.vouch_title_page
        title = str(facts.get("title") or self.config.html_title or self.config.project)
        authors = facts.get("authors") or self.config.author
        authors = [authors] if isinstance(authors, str) else [str(author) for author in authors]
        moment = self.timestamp()
        date = "none"
        if moment is not None:
            day = datetime.datetime.fromtimestamp(moment, datetime.UTC)
            date = f"datetime(year: {day.year}, month: {day.month}, day: {day.day})"
        book = [
            f"title: {literal(title)}",
            f"authors: {array([literal(author) for author in authors])}",
            f"description: {literal(str(facts.get('description', '')))}",
            f"keywords: {array([literal(str(word)) for word in facts.get('keywords', [])])}",
            f"date: {date}",
            f"lang: {literal((self.config.language or 'en').partition('_')[0])}",
        ]
        shown = [f"({literal(name)}, [{inline(str(facts[key]))}])" for key, name in _FACTS if facts.get(key)]
        imprint = facts.get("imprint", [])
        imprint = [imprint] if isinstance(imprint, str) else imprint
        page = [
            f"title: {literal(title)}",
            f"subtitle: {literal(str(facts.get('subtitle', '')))}",
            f"authors: {array([literal(author) for author in authors])}",
            f"facts: {array(shown)}",
            f"imprint: {array([f'[{inline(str(paragraph))}]' for paragraph in imprint])}",
        ]
        lines = [
            '#import "/template.typ": *',
            f"#show: book.with({', '.join(book)})",
            f"#title-page({', '.join(page)})",
            "#contents()",
            '#list-of("List of figures", image)',
            f'#list-of("List of tables", table, opens: {boolean(not writer.has_figures)})',
            f"#include {literal(source_name(self.config.root_doc))}",
            self._index(writer.index),
        ]
        return "\n\n".join(lines) + "\n"

    def _index(self, terms: dict[str, IndexTerm]) -> str:
        if not terms:
            return ""
        out, letter = [], ""
        for name in sorted(terms, key=sort_key):
            first = sort_key(name)[0][:1].upper()
            if first != letter:
                letter = first
                out.append(f"#index-letter({literal(letter)})")
            out.append(_index_line(name, terms[name]))
            below = terms[name].below
            out += [_index_line(sub, below[sub], sub=True) for sub in sorted(below, key=sort_key)]
        title, note = self.config.typst_index_title, self.config.typst_index_note
        below = f", note: [{inline(note)}]" if note else ""
        return f"#book-index({literal(title)}, [\n" + "\n\n".join(out) + f"\n]{below})"

    def timestamp(self) -> int | None:
        """Return the document's time in seconds since 1970: ``SOURCE_DATE_EPOCH``, else as configured, else none."""
        value = os.environ.get("SOURCE_DATE_EPOCH") or self.config.typst_timestamp
        return None if value in (None, "") else int(value)

    # ---------------------------------------------------------------------------------------------------- compilation
    def finish(self) -> None:
        """Compile the project. Warnings of the compiler are warnings of the build, a missing glyph is an error."""
        import typst

        if self.timestamp() is None and any(name.startswith("a-") for name in self.config.typst_pdf_standards):
            raise TypstError("PDF/A needs a date: set typst_timestamp in the configuration or SOURCE_DATE_EPOCH")
        out = Path(self.outdir)
        fonts = [str(Path(self.srcdir) / path) for path in self.config.typst_font_paths] + [str(self._copy_fonts())]
        pdf, warnings = b"", []
        for same_page in ("omit", "print"):
            try:
                pdf, warnings = typst.compile_with_warnings(
                    str(out / "book.typ"),
                    root=str(out),
                    font_paths=fonts,
                    ignore_system_fonts=True,
                    pdf_standards=list(self.config.typst_pdf_standards),
                    timestamp=self.timestamp() or 0,
                    sys_inputs={"same-page": same_page},
                )
            except typst.TypstError as error:
                raise TypstError(self._explain(error)) from None
            # Leaving out the number of the reader's own page can move the text to and fro; then print them all.
            if not any("did not converge" in str(warning) for warning in warnings):
                break
        for warning in warnings:
            log.warning("typst: %s", getattr(warning, "message", warning))
        (out / self.config.typst_output).write_bytes(pdf)

    def _copy_fonts(self) -> Path:
        """Copy DejaVu out of matplotlib, away from LastResort, which has a glyph for everything and would hide gaps."""
        import matplotlib

        target = Path(self.outdir) / "fonts"
        target.mkdir(exist_ok=True)
        for font in sorted((Path(matplotlib.get_data_path()) / "fonts" / "ttf").glob("DejaVu*.ttf")):
            shutil.copyfile(font, target / font.name)
        return target

    def _explain(self, error: Exception) -> str:
        """Say where in the book glyphs are missing; pass other errors on with the compiler's own words.

        The compiler stops at the first glyph. All texts with characters that DejaVu lacks are named at once, for
        where DejaVu has none, Libertinus has none either.
        """
        match = _MISSING_GLYPH.search(str(error))
        if not match:
            return str(getattr(error, "diagnostic", "") or error)
        known = self._dejavu_characters()
        places = []
        for node in self._tree.findall(nodes.Text):
            text = node.astext()
            missing = sorted({char for char in text if char not in known and char.isprintable()})
            if missing or match[1] in text:
                places.append(f"{_place(node)}: {''.join(missing) or match[1]!r} in {text[:100]!r}")
        shown = places or ["in an image, the title page or the index"]
        return f"no font has a glyph for {match[1]!r} (missing, by place):\n  " + "\n  ".join(shown)

    def _dejavu_characters(self) -> set[str]:
        from fontTools.ttLib import TTFont

        found: set[str] = set()
        for name in ("DejaVuSans.ttf", "DejaVuSerif.ttf"):
            found |= {chr(code) for code in TTFont(Path(self.outdir) / "fonts" / name).getBestCmap()}
        return found


def _place(node: nodes.Node) -> str:
    """Source file and line of a node, from the nearest ancestor that knows them."""
    source, line = None, None
    while node is not None and not source:
        source, line = getattr(node, "source", None), getattr(node, "line", None)
        node = node.parent
    return f"{source or '?'}:{line or '?'}"


def _index_line(name: str, term: IndexTerm, *, sub: bool = False) -> str:
    options = ", sub: true" if sub else ""
    if term.see:
        options += f", see: {literal(term.see)}"
    return f"#index-entry({literal(name)}, {array([literal(label) for label in term.labels])}{options})"
