"""One Sphinx builder over the book, from the configuration that `jupyter-book build` would use."""

from __future__ import annotations

import contextlib
import difflib
import importlib
import logging
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from bookpress import metadata, project
from bookpress.build.outcome import FAULTY_BOOK, FAULTY_INPUT, BuildError
from bookpress.effort import trees
from bookpress.kept import LATER, keep
from bookpress.project import CACHE, CONFIG

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

TOC = "_toc.yml"
_ALWAYS = (
    "jupyter_book.config",
    "sphinx.application",
    "myst_nb.sphinx_ext",
    "sphinx_book_theme",
    "sphinxcontrib.bibtex",
)
"""Of the modules that Jupyter Book makes Sphinx load, those that take long."""
_TICK = 20_000
"""Microseconds that the time of a file may be behind the clock."""
_CELL = re.compile(r"(?P<file>.*\.ipynb):(?P<cell>\d+)(?P<line>\d{4})")


def run_sphinx(
    root: Path, builder: str, work: Path, writing: Callable[[], None] | None = None, later: bool = False
) -> None:
    """One Sphinx builder over the book, output in work/<builder>. Raises BuildError on any warning.

    writing: called when all pages are read and it begins to write; not if nothing is left to write. later: another
    builder of this build has gone before.

    Done as `jupyter_book.sphinx.build_sphinx` does it, from the same configuration, except that errors are raised
    here instead of printed with a traceback.
    """
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from bookpress.build import numbers, parallel, shares, unchanged

    before = list(sys.path)
    apps: list[Sphinx] = []
    try:
        with in_words(builder, work, apps), patch_docutils(None), docutils_namespace(), trees.searched_quickly():
            app = application(root, builder, work, sys.stderr)
            apps.append(app)
            keep(app, LATER, later)
            if writing:
                app.connect("write-started", lambda app, builder: writing(), priority=900)
            numbers.spare_counting(app)
            shares.share(app)
            with parallel.reading(app):
                app.build()
            unchanged.note_elsewhere(app, work)
    finally:
        sys.path[:] = before
    if app.statuscode:
        raise BuildError(f"{builder}: the warnings above are errors; the published book is unchanged", FAULTY_BOOK)


def check(root: Path) -> None:
    """Raise BuildError, with file and line, for settings that Jupyter Book would take otherwise than they are meant.

    It says so of a value of the wrong kind, and goes on; of a name that is misspelt it says nothing.
    """
    from jupyter_book.config import get_default_sphinx_config, get_validator

    text = (root / CONFIG).read_text("utf-8-sig")
    try:
        content = project.parsed(text, CONFIG)
    except ValueError as error:
        raise BuildError(str(error), FAULTY_INPUT) from None
    if not isinstance(content, dict):
        raise BuildError(f"{CONFIG}:1: it holds no settings, such as `title: My book`", FAULTY_INPUT)
    validator = get_validator()
    also = dict.fromkeys(["only_build_toc_files", *get_default_sphinx_config()])
    for path, likely in _misspelt(content, validator.schema, _defaults() | also):
        where = f"{CONFIG}:{_line(text, path)}"
        raise BuildError(f"{where}: {': '.join(path)!r} is no setting; is {likely!r} meant?", FAULTY_INPUT)
    for fault in validator.iter_errors(content):
        path = [str(part) for part in fault.path]
        said = " ".join(fault.message.split())
        raise BuildError(f"{CONFIG}:{_line(text, path)}: {': '.join([*path, said])}", FAULTY_INPUT)
    if (root / metadata.FILE).is_file():
        try:
            metadata.cited(root)
        except metadata.FaultyCitation as error:
            raise BuildError(str(error), FAULTY_INPUT) from None


def _defaults() -> dict[str, Any]:
    """Jupyter Book's own settings, of which its schema names most."""
    import jupyter_book

    found: dict[str, Any] = project.read(Path(jupyter_book.__file__).with_name("default_config.yml"))
    return found


def _misspelt(content: Any, schema: dict[str, Any], more: Any) -> Iterator[tuple[list[str], str]]:
    """Names, at any depth, that are no setting and much like one: the way to each, and what it is like.

    more: settings that the schema does not name, in the same form.
    """
    if not isinstance(content, dict) or not schema.get("properties"):
        return
    more = more if isinstance(more, dict) else {}
    known = {*schema["properties"], *more}
    for name in map(str, content):
        if name not in known and (likely := difflib.get_close_matches(name, known, 1, 0.75)):
            yield [name], likely[0]
    for name, inner in schema["properties"].items():
        for path, meant in _misspelt(content.get(name), inner, more.get(name)):
            yield [name, *path], meant


def _line(text: str, path: Sequence[str]) -> int:
    """The line on which a setting begins, or the last on the way to it that is there."""
    import yaml

    at, line = yaml.compose(text, yaml.SafeLoader), 1
    for name in path:
        pairs = at.value if isinstance(at, yaml.MappingNode) else ()
        key, at = next(((key, value) for key, value in pairs if str(key.value) == name), (None, None))
        if key is None:
            break
        line = key.start_mark.line + 1
    return line


def load(root: Path) -> None:
    """Import what :func:`application` will want of the book, which takes half a second. What cannot be imported is told
    when it is wanted."""
    for name in (*_ALWAYS, *project.extensions(root)):
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def application(root: Path, builder: str, work: Path, warning: TextIO) -> Sphinx:
    """Sphinx for the book, output in work/<builder>; call it in docutils' namespace. warning: where faults are told."""
    from jupyter_book.config import get_final_config
    from sphinx import locale
    from sphinx.application import Sphinx
    from sphinx.util.console import color_terminal, nocolor
    from sphinx.util.logging import NAMESPACE, WarningStreamHandler

    if warning is not sys.stderr or not color_terminal():
        nocolor()
    overrides = {
        "external_toc_path": str(root / TOC),
        "latex_individualpages": False,
        "nitpicky": True,
        # The place where `jupyter-book build` keeps its cache, so that both use the same executed chapters.
        "nb_execution_cache_path": str(root / CACHE),
    }
    check(root)
    config, _ = get_final_config(user_yaml=root / "_config.yml", cli_config=overrides, sourcedir=root)
    config["extensions"] = [*config["extensions"], __name__]
    locale.translators.clear()  # else the words are those of the first book that this process has built
    app = Sphinx(
        srcdir=root,
        confdir=None,
        outdir=work / builder,
        doctreedir=work / "doctrees",
        buildername=builder,
        confoverrides=config,
        status=None,
        warning=warning,
        warningiserror=True,
        keep_going=True,
    )
    for handler in logging.getLogger(NAMESPACE).handlers:
        if isinstance(handler, WarningStreamHandler):
            handler.addFilter(_in_cells)
    _note_what_is_saved_meanwhile(app)
    _write_what_another_read(app)
    if app.config["use_multitoc_numbering"] and _numbered(app):
        app.setup_extension("sphinx_multitoc_numbering")
    return app


def setup(app: Sphinx) -> dict[str, Any]:
    """As an extension of Sphinx: what has to be said before it reads what it kept."""
    app.connect("config-inited", _leave_drafts_alone)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _leave_drafts_alone(app: Sphinx, config: Config) -> None:
    """Have no page read again because a text that is no page of the book came or went, a draft or a notebook made of a
    chapter: sphinx-external-toc excludes such files by name, and all pages would rest on that list. Which pages there
    are Sphinx finds out in every build; what the configuration itself excludes is part of the work folder's stamp."""
    config.values.pop("exclude_patterns")
    config.add("exclude_patterns", [], "", frozenset({str}))


def _note_what_is_saved_meanwhile(app: Sphinx) -> None:
    """Have Sphinx read a page again that was saved, or a file that is in it, while it was being read: it notes the
    moment in which it had read a page, and what was saved before would pass for read."""
    work = Path(app.doctreedir).parent  # whose files come from reading
    begun = 0
    names: list[str] = []

    def before(app: Sphinx, env: BuildEnvironment, read: list[str]) -> None:
        nonlocal begun
        begun = time.time_ns() // 1_000 - _TICK
        names[:] = read

    def after(app: Sphinx, env: BuildEnvironment) -> None:
        for name in env.all_docs.keys() & names:
            files = {Path(env.doc2path(name)), *(Path(app.srcdir, other) for other in env.dependencies.get(name, ()))}
            if any(_saved(path) >= begun for path in files if not path.is_relative_to(work)):
                env.all_docs[name] = begun

    app.connect("env-before-read-docs", before, priority=900)  # when others have had their say of what is read
    app.connect("env-updated", after)


def _write_what_another_read(app: Sphinx) -> None:
    """Have all web pages written where another builder has read one of them since: Sphinx compares a page with its
    source alone, and would leave it as it was, and with it all that others repeat of it."""
    read: set[str] = set()

    def before(app: Sphinx, env: BuildEnvironment, names: list[str]) -> None:
        read.update(names)

    def after(app: Sphinx, env: BuildEnvironment) -> list[str]:
        old = any(_is_older(app, name) for name in env.found_docs - read)
        return sorted(env.found_docs) if old else []

    if app.builder.name == "html":
        app.connect("env-before-read-docs", before, priority=900)
        app.connect("env-updated", after)


def _is_older(app: Sphinx, name: str) -> bool:
    """Whether a page was written before its document was read."""
    builder: Any = app.builder
    page, read = Path(builder.get_outfilename(name)), Path(app.doctreedir, f"{name}.doctree")
    return page.is_file() and read.is_file() and page.stat().st_mtime_ns < read.stat().st_mtime_ns


def _saved(path: Path) -> int:
    """When a file was saved, in Sphinx's microseconds; 0 if there is none."""
    return path.stat().st_mtime_ns // 1_000 if path.is_file() else 0


def _in_cells(record: logging.LogRecord) -> bool:
    """Put a place into words: a cell of a notebook, whose lines myst-nb counts from ten thousand on; the contents."""
    location = getattr(record, "location", None)
    if isinstance(location, str) and (match := _CELL.fullmatch(location)):
        record.location = f"{match['file']}: cell {match['cell']}, line {int(match['line']) or 1}"
    if "[etoc." in record.getMessage():  # which names the first page instead
        record.location = TOC
    return True


@contextlib.contextmanager
def in_words(builder: str, work: Path, apps: Sequence[Sphinx] = ()) -> Iterator[None]:
    """Turn what Sphinx and its extensions raise into a BuildError; OSError and ImportError stay what they are."""
    from docutils.utils import SystemMessage
    from sphinx.errors import ExtensionError, SphinxError

    from bookpress.build import parallel

    try:
        yield
    except (SphinxError, SystemMessage) as error:
        if isinstance(error, ExtensionError) and isinstance(error.orig_exc, (OSError, ImportError)):
            raise error.orig_exc from None
        if isinstance(error, ExtensionError) and error.orig_exc:
            raise BuildError(unexpected(builder, error.orig_exc, work, apps), FAULTY_BOOK) from error
        label = TOC if "[etoc]" in str(error) else getattr(error, "category", type(error).__name__)
        raise BuildError(f"{label}: {error}", FAULTY_BOOK) from error
    except (OSError, ImportError, BuildError):
        raise
    except parallel.PageFailed as error:
        said, written = error.args
        with contextlib.suppress(OSError):
            (work / "traceback.txt").write_text(written, "utf-8")
        raise BuildError(f"{said}; the published book is unchanged", FAULTY_BOOK) from None
    except Exception as error:  # a fault in an extension: whoever repairs it needs the traceback
        raise BuildError(unexpected(builder, error, work, apps), FAULTY_BOOK) from error


def unexpected(builder: str, error: BaseException, work: Path, apps: Sequence[Sphinx]) -> str:
    """A fault of an extension in one line: page, what, where in the program. The traceback goes into a file in work."""
    from bookpress.build import parallel

    page = next(filter(None, map(parallel.page_at, apps)), "")
    if isinstance(error, RecursionError) and page:
        return f"{page}: {parallel.explained(error, page)}; the published book is unchanged"
    if named := getattr(error, "filename", None):  # of a bibliography
        return f"{named}: {error}; the published book is unchanged"
    where = f"{page}: " if page else ""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno}, in {frames[-1].name})" if frames else ""
    log = work / "traceback.txt"
    with contextlib.suppress(OSError):
        log.write_text("".join(traceback.format_exception(error)), "utf-8")
    return (
        f"{where}{builder}: unexpected {type(error).__name__}: {error}{place}; the published book is unchanged. "
        f"This is a fault of a program, not of the text; whoever repairs it needs {log}"
    )


def _numbered(app: Sphinx) -> bool:
    import yaml

    return "numbered: true" in yaml.dump(app.config.external_site_map.as_json())
