"""The builder: one Typst project from all documents, and the PDF compiled from it."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NoReturn

import pikepdf
import typst
from docutils import nodes
from sphinx import addnodes
from sphinx.builders import Builder
from sphinx.util import logging
from sphinx.util.nodes import inline_all_toctrees

from bookpress.forms import place
from bookpress.typst import glyphs, words
from bookpress.typst.markup import ascii_name, boolean, literal
from bookpress.typst.rules.index import write_index
from bookpress.typst.settings import Fonts, Page, TitlePage, TypstError, moment
from bookpress.typst.writer import Writer, include, source_name

log = logging.getLogger(__name__)

TEMPLATE = tuple(Path(__file__).with_name(name) for name in ("base.typ", "template.typ"))


class TypstBuilder(Builder):
    """Writes the book as one Typst project into the output folder and compiles it to PDF there."""

    name = "typst"
    format = "typst"
    epilog = "The PDF is in %(outdir)s."
    default_translator_class = Writer
    supported_image_types = [  # noqa: RUF012 - Sphinx declares it for an instance
        "image/svg+xml",
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
    ]
    allow_parallel = False

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

    def write_documents(self, *_ignored: object) -> None:
        """Write the Typst project."""
        self._tree = self._assemble()
        self._moment = moment(self.config, str(self.srcdir))
        self._fonts = self._load_fonts()
        writer = self.create_translator(self._tree, self)
        if not isinstance(writer, Writer):
            raise TypstError("app.set_translator: the translator of this builder is a subclass of its Writer")
        writer.write_book()
        self._write_sources(writer)
        self._copy_images()

    def write(self, *ignored: object) -> None:
        """Write the Typst project: all documents, whichever have changed."""
        self.write_documents(*ignored)

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
        return tree

    # --------------------------------------------------------------------------------------------------- the project
    def _write_sources(self, writer: Writer) -> None:
        """Write template, settings, preambles, one file for each document, and the main file."""
        out = Path(self.outdir)
        settings = self._settings()
        head = '#import "/template.typ": *\n'
        texts = {source_name(doc).lstrip("/"): source for doc, source in writer.sources.items()}
        texts["book.typ"] = self._main_file(writer)
        preambles = self._preambles()
        absent = self._absent([*texts.values(), *preambles.values()], settings)
        shutil.rmtree(out / "text", ignore_errors=True)
        (out / "text").mkdir(parents=True)
        head += "".join(f"#import {literal('/' + file)}: *\n" for file in preambles)
        for file, source in texts.items():
            _write(out / file, head + glyphs.replaced(source, absent))
        for file, source in preambles.items():
            _write(out / file, source)
        _write(out / "settings.typ", settings)
        for path in TEMPLATE:
            shutil.copyfile(path, out / path.name)

    def _settings(self) -> str:
        said = ", ".join(f"{name}: {literal(text)}" for name, text in words.in_template().items())
        fonts = Fonts.configured(self.config, dejavu=(Path(self.outdir) / "fonts").exists())
        listed = f"#let contents-sections = {boolean(self.config.typst_contents_sections)}\n"
        return f"{Page.configured(self.config).source()}{fonts.source()}{listed}#let words = ({said})\n"

    def _preambles(self) -> dict[str, str]:
        given = self.config.typst_preamble
        sources = {}
        for number, path in enumerate([given] if isinstance(given, str) else given, 1):
            file = Path(self.srcdir) / path
            if not file.is_file():
                raise TypstError(f"typst_preamble: {path} is not there")
            sources[f"preamble-{number}.typ"] = file.read_text(encoding="utf-8")
        return sources

    def _main_file(self, writer: Writer) -> str:
        page = TitlePage.configured(self.config, self.env)
        opens = boolean(not writer.has_figures)
        lists = [
            f"#list-of({literal(words.figures())}, image)",
            f"#list-of({literal(words.tables())}, table, opens: {opens})",
        ]
        text, behind = include(self.config.root_doc), self.config.typst_lists == "back"
        lines = [
            page.metadata(self._moment, self.config.language or "en"),
            page.source(self._cover()),
            "#contents()",
            *([text, *lists] if behind else [*lists, text]),
            write_index(writer),
        ]
        return "\n\n".join(["", *lines]) + "\n"

    def _cover(self) -> str:
        """The file of the cover's picture in the project; nothing if the book names none."""
        if not self.config.typst_cover:
            return ""
        source = Path(self.srcdir) / self.config.typst_cover
        if not source.is_file():
            raise TypstError(f"typst_cover: {self.config.typst_cover} is not there")
        return f"/cover{source.suffix}"

    def _copy_images(self) -> None:
        folder = Path(self.outdir) / "images"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for source, name in self.images.items():
            shutil.copyfile(Path(self.srcdir) / source, folder / ascii_name(name))
        if cover := self._cover():
            shutil.copyfile(Path(self.srcdir) / self.config.typst_cover, Path(self.outdir) / cover.lstrip("/"))

    def _load_fonts(self) -> typst.Fonts:
        """The compiler's own fonts, those of the configuration, and DejaVu, if matplotlib is there to bring it."""
        configured = [Path(self.srcdir) / path for path in self.config.typst_font_paths]
        for folder in configured:
            if not folder.is_dir():
                log.warning("typst_font_paths: %s is no folder", folder, type="typst", subtype="settings")
        target = Path(self.outdir) / "fonts"
        shutil.rmtree(target, ignore_errors=True)
        for font in _dejavu():
            target.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(font, target / font.name)
        folders = [str(folder) for folder in [*configured, target] if folder.is_dir()]
        return typst.Fonts(include_system_fonts=False, font_paths=folders)

    # ---------------------------------------------------------------------------------------------------------- glyphs
    def _absent(self, sources: Iterable[str], settings: str) -> list[str]:
        """Return the characters that no font has, after an error or warnings that name their places."""
        drawn = {image: glyphs.drawn(Path(self.srcdir) / image) for image in self.images}
        found = glyphs.characters(sources)
        missing = glyphs.missing(found.union(*drawn.values()), settings, self._fonts, self._moment)
        for image, signs in drawn.items():
            if lacking := "".join(sorted(signs.intersection(missing))):
                self._refuse(f"no font has a glyph for {lacking!r} in image {image}; {glyphs.MENDED_BY}")
        absent = [char for char in missing if char in found]
        if absent and self.config.typst_missing_glyphs == "error":
            self._raise_for(absent)
        self._warn_of(absent)
        return absent

    def _refuse(self, message: str) -> None:
        """Raise an error, or warn, as ``typst_missing_glyphs`` says."""
        if self.config.typst_missing_glyphs == "error":
            raise TypstError(message)
        log.warning("%s", message, type="typst", subtype="glyph")

    def _raise_for(self, absent: list[str]) -> NoReturn:
        """Raise an error that names each text with such a character."""
        places = list(self._places(set(absent)))
        lines = [f"{place(node)}: {chars!r} in {text[:100]!r}" for node, chars, text in places]
        if elsewhere := set(absent).difference(*(chars for _, chars, _ in places)):
            lines.append(f"in the title page, an index or an output: {''.join(sorted(elsewhere))!r}")
        listed = "\n  ".join(lines)
        raise TypstError(f"no font has a glyph for {''.join(absent)!r}; {glyphs.MENDED_BY}. By place:\n  {listed}")

    def _warn_of(self, absent: list[str]) -> None:
        """Warn once for each file, with the first line of each such character and what is printed for it."""
        by_file: dict[str, dict[str, str]] = {}
        for node, chars, _ in self._places(set(absent)):
            file, _, line = place(node).rpartition(":")
            for char in chars:
                by_file.setdefault(file, {}).setdefault(char, f", line {line}")
        if elsewhere := set(absent).difference(*by_file.values()):
            by_file[""] = dict.fromkeys(sorted(elsewhere), "")
        for file, lines in by_file.items():
            said = [f"{char} ({glyphs.stand_in(char) or 'nothing'}{line})" for char, line in lines.items()]
            first = next(iter(lines.values())).removeprefix(", line ")
            log.warning(
                "no font has a glyph for %s: what stands in brackets is printed; %s",
                ", ".join(said), glyphs.MENDED_BY,
                location=f"{file}:{first}" if file else None, type="typst", subtype="glyph",
            )  # fmt: skip

    def _places(self, absent: set[str]) -> Iterator[tuple[nodes.Node, str, str]]:
        for node in self._tree.findall(nodes.Text) if absent else ():
            text = node.astext()
            chars = "".join(sorted(absent.intersection(text)))
            if chars:
                yield node, chars, text

    # ---------------------------------------------------------------------------------------------------- compilation
    def finish(self) -> None:
        """Compile the project. What the compiler warns of is a warning of the build."""
        standards = list(self.config.typst_pdf_standards)
        try:
            pdf, warnings = self._compile(standards)
        except typst.TypstError as error:
            missing = glyphs.unprintable(error)
            if not missing and (broken := _BROKEN.search(f"{error}\n{error.diagnostic}")):
                raise TypstError(self._broken(broken["file"], broken["why"])) from None
            if not missing:
                raise TypstError(self._said(error)) from None
            said = f"no font has a glyph for {missing} in an image or a sequence of signs; {glyphs.MENDED_BY}"
            self._refuse(f"{said}. So the PDF does not claim to keep {', '.join(standards)}")
            pdf, warnings = self._compile([])
        for warning in warnings:
            log.warning("%s", getattr(warning, "message", warning), type="typst", subtype="compiler")
        (Path(self.outdir) / self.config.typst_output).write_bytes(compact(pdf))

    def _said(self, error: typst.TypstError) -> str:
        """What the compiler says, in one line, and the page from which the faulty source was made."""
        diagnostic = str(error.diagnostic or error)
        what = next((line.strip() for line in diagnostic.splitlines() if line.strip()), str(error))
        at = _AT.search(diagnostic)
        files = {source_name(doc): doc for doc in self.env.found_docs}
        page = files.get(f"/text/{at['file']}") if at else None
        where = f"{self.env.doc2path(page)}: " if page else ""
        made = f" ({self.outdir}/text/{at['file']}:{at['line']})" if at else ""
        return f"{where}{what.removeprefix('error: ')}{made}"

    def _broken(self, file: str, why: str) -> str:
        """What is said of a picture that cannot be read, with its place."""
        source = next((source for source, name in self.images.items() if ascii_name(name) == file), file)
        node = next((image for image in self._tree.findall(nodes.image) if image["uri"] == source), None)
        where = place(node) if node is not None else ""
        return f"{where or source}: image {source!r} cannot be read: {why}"

    def _compile(self, standards: list[typst.PDFStandard]) -> tuple[bytes, list[typst.TypstWarning]]:
        """Compile; where leaving out the number of the reader's own page moves the text to and fro, print them all."""
        out = Path(self.outdir)
        pdf: object = b""
        warnings: list[typst.TypstWarning] = []
        for same_page in ("omit", "print"):
            pdf, warnings = typst.compile_with_warnings(
                str(out / "book.typ"),
                root=str(out),
                font_paths=self._fonts,
                pdf_standards=standards,
                timestamp=self._moment,
                sys_inputs={"same-page": same_page},
            )
            if not any("did not converge" in str(warning) for warning in warnings):
                break
        return (pdf if isinstance(pdf, bytes) else b""), warnings


def compact(pdf: bytes) -> bytes:
    """The same PDF with its objects in compressed streams, where its version has such: a third of the size.

    The compiler writes each element of the structure for screen readers by itself, several times what the pages are.
    """
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as read:
        if read.pdf_version < "1.5":
            return pdf
        read.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return made.getvalue()


_AT = re.compile(r"/text/(?P<file>[^\s:/]+):(?P<line>\d+)")
_BROKEN = re.compile(
    r"(?:failed to (?:decode|parse|load) \w+|unknown image format) ?\(?(?P<why>[^\n]*?)\)?\n"
    r".*?/images/(?P<file>[^\"]+)",
    re.DOTALL,
)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _dejavu() -> list[Path]:
    """DejaVu out of matplotlib, without LastResort, which has a glyph for everything and would hide gaps."""
    try:
        import matplotlib
    except ImportError:
        return []
    return sorted((Path(matplotlib.get_data_path()) / "fonts" / "ttf").glob("DejaVu*.ttf"))
