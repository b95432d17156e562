"""The Sphinx side of execution: before pages are read, the outdated chapters run; then their pages are read again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging

from bookpress.events import EXECUTED
from bookpress.kept import LATER, keep, kept, notebook_settings
from bookpress.run.chapters import Reader, with_attachments
from bookpress.run.execute import Run, execute, tell
from bookpress.run.failures import Failure
from bookpress.run.records import Records, sha256
from bookpress.run.settings import ExecutionFailed, Settings, settings
from bookpress.words import _

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

LOGGER = logging.getLogger(__name__)
PHASES = {"html": "pages: HTML", "typst": "PDF: pages, then one file", "epub": "EPUB: pages, then one file"}
"""What follows the chapters, by builder."""
_builders: list[str] = []
"""Builders of this process that have told of the chapters; what does not change is told once."""


class Execution:
    """The extension's part in one build: what was executed, and what Sphinx has to read again because of it.

    notebooks: the executed notebook of each chapter, by document. computing: documents that have code. tolerant:
    whether a chapter that fails lets the others go on; whoever asks for it tells of the failures in `run`. only:
    documents that run and are read, all if it is empty.
    """

    def __init__(self, app: Sphinx) -> None:
        self.app = app
        self.settings = Settings()
        self.records: Records | None = None
        self.reader: Reader | None = None
        self.notebooks: dict[str, Path] = {}
        self.computing: set[str] = set()
        self.digests: dict[str, str] = {}
        self.seconds: dict[str, float] = {}
        self.run = Run()
        self.tolerant = False
        self.only: frozenset[str] = frozenset()
        app.connect("builder-inited", self.place_stylesheet)
        app.connect("env-get-outdated", self.before_reading)
        app.connect("source-read", self.paste)
        app.connect("env-purge-doc", self.purge)
        app.connect("env-merge-info", self.merge)
        app.connect("doctree-read", self.after_reading)
        app.connect("env-updated", self.rewrite)

    def place_stylesheet(self, app: Sphinx) -> None:
        """Put myst-nb's stylesheet in place before pages name it.

        myst-nb does so after they are written. The first build would then link it without the checksum that the
        second adds, and one commit would give two books.
        """
        if app.builder.format == "html":
            from myst_nb.sphinx_ext import add_global_html_resources

            (Path(app.outdir) / "_static").mkdir(parents=True, exist_ok=True)
            add_global_html_resources(app, None)

    def before_reading(
        self, app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
    ) -> list[str]:
        """Execute, then name the chapters whose outputs are not those that Sphinx read last time.

        This event, and not an earlier one, because only here Sphinx knows which documents belong to the book.
        """
        self.settings = settings(app.config)
        if notebook_settings(env).execution_mode != "cache":
            return []
        from jupyter_cache import get_cache

        cache = get_cache(notebook_settings(env).execution_cache_path)
        self.records = Records(cache, Path(app.srcdir), self.settings.environment, kept(app, LATER, bool))
        store = Path(app.doctreedir) / "chapters.json"
        reader, self.reader = self.reader or Reader(self.records.root, cache, store), None
        chapters = list(reader.chapters(env))
        self.notebooks = {chapter.docname: self.records.notebook_path(chapter.key) for chapter in chapters}
        self.computing = {chapter.docname for chapter in chapters if chapter.has_code}
        if self.settings.stock:
            return []
        if self.only and env.all_docs:
            chapters = [chapter for chapter in chapters if chapter.docname in self.only]
            for documents in (added, changed):
                documents.intersection_update(self.only)
        self.run = execute(chapters, self.records, self.settings)
        if self.records.later:
            shown = _shown(env)
            self.run.shown |= {name: shown[name] for name in self.run.unchanged if name in shown}
        reader.forget([*self.run.executed, *self.run.failed])
        self.reader = reader  # of an execution that was broken off, nobody knows which cells hold outputs
        if self.run.executed or self.run.failures:
            tell(
                f"chapters: {len(self.run.executed)} executed, {len(self.run.unchanged)} unchanged, "
                f"{len(self.run.failures)} failed  {self.run.seconds:.1f} s"
            )
        elif not _builders:
            tell(f"chapters: {len(self.run.unchanged)} unchanged")
        if self.run.shown:
            for failure in sorted(map(str, self.run.shown.values())):
                tell(f"shown in its place: {failure}")
            app.keep_going = (
                False  # what a chapter that failed owes to others, numbers and figures, is told and no error
            )
        first = app.config.root_doc
        without_first = first in self.run.failed and first not in env.all_docs  # of which Sphinx would say less
        if self.run.failures and (without_first or not self.tolerant):
            raise ExecutionFailed("\n" + "\n".join(sorted(map(str, self.run.failures))))
        for documents in (added, changed):  # what failed keeps its page, and is read when it runs
            documents.difference_update(self.run.failed)
        if not self.tolerant:
            tell(PHASES.get(app.builder.name, f"pages: {app.builder.name}"))
        _builders.append(app.builder.name)
        for chapter in chapters:
            record = self.records.load(chapter.docname)
            if record is None:  # removed by somebody since it was written: the next build executes the chapter
                continue
            self.digests[chapter.docname] = record.digest
            self.seconds[chapter.docname] = record.seconds
        app.emit(EXECUTED, {name: path for name, path in self.notebooks.items() if name not in self.run.failed})
        digests_read = _digests_read(env)
        return [docname for docname, digest in self.digests.items() if digests_read.get(docname) != digest]

    def paste(self, app: Sphinx, docname: str, content: list[str]) -> None:
        """Pictures that were pasted into a notebook are read with it."""
        if app.env.doc2path(docname).endswith(".ipynb"):
            with contextlib.suppress(ValueError):  # no JSON, of which Sphinx tells
                content[0] = with_attachments(content[0])

    def after_reading(self, app: Sphinx, doctree: Any) -> None:
        from myst_nb.ext.glue.utils import PendingGlueReference

        docname = app.env.docname
        if docname in self.run.shown:
            _shown(app.env)[docname] = self.run.shown[docname]
            _say_at_the_top(doctree, self.run.shown[docname])
        if quoted := {node.refdoc for node in doctree.findall(PendingGlueReference)}:
            _quoted(app.env)[docname] = quoted
        data = app.env.__dict__["nb_metadata"].get(docname, {}).get("exec_data")
        if docname in self.digests:
            _digests_read(app.env)[docname] = self.digests[docname]
            if data and data["runtime"] != self.seconds[docname]:
                self.told(docname, "myst-nb executed this chapter again: its outputs were not found in the cache")
        elif data and data["method"] == "cache" and self.records and not self.settings.stock:
            self.told(docname, "its outputs are on no record: myst-nb executed it, and what it read was not observed")

    def told(self, docname: str, what: str) -> None:
        LOGGER.warning(what, location=docname, type="bookpress", subtype="execution")

    def rewrite(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Pages that quote numbers of other chapters are written again when any number of these is another.

        Sphinx fills such numbers in when it writes a page, and does not know that the page depends on them.
        """
        from myst_nb.ext.glue.crossref import read_glue_cache

        read_glue_cache.cache_clear()
        users, known = _quoted(env), kept(env, "numbers", dict[str, str])
        folder = Path(notebook_settings(env).output_folder)
        now = {name: _content(folder / f"{name}.glue.json") for name in set().union(*users.values())}
        other = {name for name, content in now.items() if known.get(name) != content}
        keep(env, "numbers", now)
        return sorted(page for page, quoted in users.items() if quoted & other and page in env.found_docs)

    def purge(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        _digests_read(env).pop(docname, None)
        _quoted(env).pop(docname, None)
        _shown(env).pop(docname, None)

    def merge(self, app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment) -> None:
        for docname in docnames:
            if docname in _digests_read(other):
                _digests_read(env)[docname] = _digests_read(other)[docname]
            if docname in _shown(other):
                _shown(env)[docname] = _shown(other)[docname]
            if docname in _quoted(other):
                _quoted(env)[docname] = _quoted(other)[docname]


def _say_at_the_top(doctree: nodes.document, failure: Failure) -> None:
    """A box below the heading of a chapter that failed: tags of cells may hide the place itself."""
    section = next(iter(doctree.findall(nodes.section)), doctree)
    words = nodes.paragraph("", _("This chapter did not run to its end: %s") % f"{failure.where}: {failure.what}")
    section.insert(1 if isinstance(section.next_node(), nodes.title) else 0, nodes.error("", words))


def execution(app: Sphinx) -> Execution:
    """What was executed in this build."""
    instance: Execution = app.__dict__["bookpress_execution"]
    return instance


def _digests_read(env: BuildEnvironment) -> dict[str, str]:
    """Kept with Sphinx's environment: the digest of the record with which each chapter was read."""
    return kept(env, "records", dict[str, str])


def _shown(env: BuildEnvironment) -> dict[str, Failure]:
    """Kept with Sphinx's environment: what chapters failed of whose pages show it."""
    return kept(env, "failures", dict[str, Failure])


def _quoted(env: BuildEnvironment) -> dict[str, set[str]]:
    """Kept with Sphinx's environment: of documents that quote numbers of others, which these are."""
    return kept(env, "quoted", dict[str, set[str]])


def _content(path: Path) -> str:
    """Hash of a file, empty if there is none."""
    return sha256(path.read_bytes()) if path.is_file() else ""
