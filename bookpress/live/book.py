"""The book of a live view: one Sphinx that stays, and what a change of files makes it do."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookpress import project
from bookpress.build import numbers, parallel
from bookpress.build.outcome import BuildError, explained
from bookpress.build.sphinx_run import application, in_words
from bookpress.build.workfolder import copied, lock
from bookpress.effort import trees
from bookpress.live.state import State

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

FRESH = frozenset({"_config.yml", "_toc.yml", "CITATION.cff", "pyproject.toml"})
"""Files of which every page may depend; so does every page on a bibliography."""
_PLACE = re.compile(r"(/[^:]+\.\w+)(:\d+)?: (?:WARNING|ERROR|CRITICAL)")
"""The page of which Sphinx says something."""
_CHECK = "from pathlib import Path; from bookpress.build.command import preflight; preflight(Path.cwd())"


class LiveBook:
    """The book as it is being written.

    root: the book's folder. state: told of every page and fault. only: documents that run and are read again when they
    change, all if it is empty. say: called with a line of progress.
    """

    def __init__(self, root: Path, state: State, only: Iterable[str] = (), say: Callable[[str], None] = print) -> None:
        self.root, self.state, self.only, self.say = root, state, frozenset(only), say
        self.work = root / "_build" / ".live"
        self.site = self.work / "html"
        self.app: Sphinx | None = None
        self._warnings = io.StringIO()
        self._sources: set[str] = set()
        self._pages: set[str] = set()
        self._open = contextlib.ExitStack()

    def start(self, changed: Iterable[str] = ()) -> None:
        """Make the pages as they are now, from what the last build left if that is of any use. changed: files that ask
        for it once more; it starts from what is here then."""
        from sphinx.util.docutils import docutils_namespace, patch_docutils

        self.close()
        self.state.say("the book is being read")
        if not (changed := set(changed)):
            copied(self.root, self.work)
        try:
            project.check(self.root)
        except ValueError as error:
            self.state.wrong("the book", [str(error)])
            self.state.say("")
            return
        with self._noting():
            self._open.enter_context(patch_docutils(None))
            self._open.enter_context(docutils_namespace())
            self._open.enter_context(trees.searched_quickly())
            app = application(self.root, "html", self.work, self._warnings)
            self._tolerate(app)
            _as_new(app.env, changed)
            with parallel.forks_end_with(os.getpid()):
                app.build()
            self.app = app
        gc.unfreeze()  # the Sphinx before this one, if there was one
        gc.collect()
        gc.freeze()  # what is there now mostly stays
        self._failures()
        self.state.written([page.relative_to(self.site).as_posix() for page in self.site.rglob("*.html")])
        self.state.say("")

    def close(self) -> None:
        """Let the Sphinx go."""
        self.app = None
        self._open.close()
        self._open = contextlib.ExitStack()

    def take(self, changed: Iterable[Path]) -> None:
        """Run, read and write what these changed files touch; afterwards, check the book's inputs."""
        names = {path.relative_to(self.root).as_posix() for path in changed}
        begun = time.perf_counter()
        try:
            with lock(self.root / "_build" / ".work"):
                if not self.app or self._concerns_all(self.app, names):
                    self.start(names)
                else:
                    _as_new(self.app.env, names)
                    with _without_collection():
                        self._update()
        except BuildError as error:  # another build holds the chapters
            self.state.wrong("the book", [f"{error}: save once more when it is done"])
            return
        self.say(f"{', '.join(sorted(names)[:3])}: {time.perf_counter() - begun:.1f} s")
        gc.collect()
        if any(not name.endswith((".md", ".ipynb", ".rst")) for name in names):
            self._check()

    @staticmethod
    def _concerns_all(app: Sphinx, names: set[str]) -> bool:
        aliases = app.config.permalinks_file if "permalinks_file" in app.config else ""
        return bool(names & {*FRESH, aliases}) or any(name.endswith(".bib") for name in names)

    def _update(self) -> None:
        from sphinx.util.logging import pending_warnings

        if not (app := self.app):
            return
        env = app.env
        self.state.say("being read")
        with self._noting():
            figures, order = dict(env.toc_fignumbers), numbers.order(env)
            with pending_warnings():
                read = [name for name in app.builder.read() if name in env.found_docs]
            changed = numbers.sections(app)
            same = numbers.order(env) == order and numbers.as_before(app, read, figures)
            with numbers.kept(app, read, figures) if same else contextlib.nullcontext():
                changed |= set(env.check_dependents(app, set(read)))
            self._write(app, read)
            self._write(app, sorted((changed - set(read)) & env.found_docs))
            self._failures()
            env.check_consistency()
        self.state.say("")

    def _write(self, app: Sphinx, names: list[str]) -> None:
        """Write pages, and tell of them when all are there."""
        if not names:
            return
        from sphinx.util.build_phase import BuildPhase

        app.phase = BuildPhase.RESOLVING
        app.emit("write-started", app.builder)
        app.builder.prepare_writing(set(names))
        for name in names:
            doctree = app.env.get_and_resolve_doctree(name, app.builder)
            app.phase = BuildPhase.WRITING
            app.builder.post_process_images(doctree)
            app.builder.write_doc(name, doctree)  # the index of the search is left to the next build
            app.phase = BuildPhase.RESOLVING
            self._sources.add(app.env.doc2path(name))
        app.phase = BuildPhase.READING
        self.state.written([f"{name}.html" for name in names])

    def _tolerate(self, app: Sphinx) -> None:
        """A chapter that fails keeps its page, and the others go on; what was said of a page ends with its text."""
        numbers.count_anew(app)
        _pages_whole(app.builder)
        if "web_styles_whole" in app.config:
            app.config.web_styles_whole = True
        app.connect("env-purge-doc", self._forget)
        if execution := app.__dict__.get("bookpress_execution"):
            execution.tolerant = True
            execution.only = self.only

    def _forget(self, app: Sphinx, env: BuildEnvironment, name: str) -> None:
        self._sources.add(env.doc2path(name))
        env.__dict__["_pickled_doctree_cache"].pop(name, None)  # for whoever asks of the page from another

    def _failures(self) -> None:
        execution = self.app.__dict__.get("bookpress_execution") if self.app else None
        self.state.wrong("chapters", sorted(map(str, execution.run.failures)) if execution else [])

    @contextlib.contextmanager
    def _noting(self) -> Iterator[None]:
        """Tell of what goes wrong in here, be it raised or only said; nothing of it ends the live view.

        What was said of a page stands until the page is written again, or has left the book.
        """
        self._warnings.seek(0)
        self._warnings.truncate()
        self._sources.clear()
        faults: list[str] = []
        try:
            with in_words("html", self.work, [self.app] if self.app else []):
                yield
        except BuildError as error:
            faults.append(str(error))
        except OSError as error:
            faults.append(explained(error))
        except ImportError as error:
            faults.append(f"{type(error).__name__}: {error}")
        if self.app:
            env, before = self.app.env, self._pages
            self._pages = {env.doc2path(name) for name in env.found_docs}
            self._sources |= before - self._pages
        said: dict[str, list[str]] = {path: [] for path in self._sources}
        for line in filter(str.strip, self._warnings.getvalue().splitlines()):
            of = _PLACE.match(line)
            said.setdefault(of[1] if of else "the book", []).append(line)
        said["the book"] = [*faults, *said.get("the book", [])]
        for concerns, lines in said.items():
            self.state.wrong(concerns, [line.replace(f"{self.root}/", "") for line in lines])

    def _check(self) -> None:
        """Ask the book's own checks, in a process of their own: they may import what has changed."""
        command = [sys.executable, "-c", _CHECK]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        said = done.stderr.strip().rpartition("\nbookpress.build.outcome.BuildError: ")[2] if done.returncode else ""
        self.state.wrong("checks", [said] if said else [])


def _pages_whole(builder: Builder) -> None:
    """Have pages written aside and put in place in one step: a browser may ask for one at any moment, and an empty one
    would have nothing in it that could load it again."""
    from sphinx.builders.html import StandaloneHTMLBuilder

    if not isinstance(builder, StandaloneHTMLBuilder):
        return
    write = builder.handle_page

    def handle_page(
        pagename: str,
        addctx: dict[str, Any],
        templatename: str = "page.html",
        outfilename: str | None = None,
        event_arg: Any = None,
    ) -> None:
        path = Path(outfilename or builder.get_outfilename(pagename))
        aside = path.with_name(f".{path.name}.aside")
        write(pagename, addctx, templatename, str(aside), event_arg)
        if aside.exists():  # else Sphinx has said why not
            aside.replace(path)

    vars(builder)["handle_page"] = handle_page


@contextlib.contextmanager
def _without_collection() -> Iterator[None]:
    """Collect what is no longer needed when the pages are there: to go through a whole book in memory takes a second,
    in which a writer would wait."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _as_new(env: BuildEnvironment, names: Iterable[str]) -> None:
    """Have Sphinx read what these files are in. It goes by times, and a file that took the place of another may have an
    older one."""
    saved = set(names)
    pages = {page for name in saved if (page := env.path2doc(name))}
    pages |= {page for page, files in env.dependencies.items() if saved & set(map(str, files))}
    for page in pages & env.all_docs.keys():
        env.all_docs[page] = 0
