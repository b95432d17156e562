"""Runs the outdated chapters in parallel, before Sphinx reads them, into the cache that myst-nb takes its outputs from.

A Sphinx extension, so that `jupyter-book build .` and the build driver do the same. The stock cache asks only whether
the code cells are the same; a chapter is also outdated here if a file it read, a module of the book's package or a
library has changed. What a chapter reads is observed while it runs and kept in a record beside the cache.

Environment: `VOUCH_WORKERS` (chapters at a time, default: one more than there are processors, at least 3),
`VOUCH_KERNELS` (`fork` or `spawn`), `VOUCH_SHUTDOWN=graceful` (kernels end by themselves and can save what was measured
in them), `VOUCH_EXECUTOR=stock` (leave execution to myst-nb).
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import platform
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.errors import SphinxError
from sphinx.util import logging

from vouch.book.reads import IGNORED

if TYPE_CHECKING:
    from jupyter_cache.cache.main import JupyterCacheBase
    from nbformat import NotebookNode
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

LOGGER = logging.getLogger(__name__)
FORMAT = 1
"""Version of the records; records of another version count as absent."""
FINDING_MIME = "application/vnd.vouch.finding+json"
_FINDINGS = "vouch_findings"
_READS = Path(__file__).with_name("reads.py")
_STARTUP_SECONDS = 60


class ExecutionFailed(SphinxError):
    """Chapters that could not be executed; the message names each with cell, line and exception."""

    category = "Execution failed"


class FindingConflict(SphinxError):
    """Two chapters record one finding with different values."""

    category = "Findings disagree"


@dataclass
class Chapter:
    """A chapter with code, as Sphinx will read it.

    key: what jupyter-cache files it under (a hash of the cells). cost: seconds that its head expects, else 0.
    """

    docname: str
    path: Path
    name: str
    notebook: NotebookNode
    key: str
    timeout: int
    allow_errors: bool
    cost: float = 0.0

    @property
    def has_code(self) -> bool:
        return any(cell.cell_type == "code" and cell.source.strip() for cell in self.notebook.cells)


@dataclass(frozen=True)
class Record:
    """What the outputs of a chapter rest on. Paths are relative to the book's root; hashes are SHA-256.

    files: hash of each file that was read, None for one that was looked for and absent. folders: hash of the names in
    each folder that was listed. libraries: version of each distribution that was loaded. notebook: hash of the
    executed notebook in the cache. seconds: how long execution took.
    """

    chapter: str
    key: str
    notebook: str
    python: str
    libraries: dict[str, str]
    files: dict[str, str | None]
    folders: dict[str, str | None]
    seconds: float
    format: int = FORMAT

    @property
    def digest(self) -> str:
        """Changes with anything but the time it took."""
        content = {key: value for key, value in asdict(self).items() if key != "seconds"}
        return _sha256(json.dumps(content, sort_keys=True).encode())


@dataclass(frozen=True)
class Failure:
    """Why a chapter could not be executed: `where` is `chapter.md:line`, as editors understand it."""

    where: str
    what: str
    details: str = ""

    def __str__(self) -> str:
        indented = "".join(f"\n    {line}" for line in self.details.splitlines())
        return f"{self.where}: {self.what}{indented}"


@dataclass
class Run:
    """The outcome of :func:`execute`: docnames that were executed, those left as they are, and the failures."""

    executed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    seconds: float = 0.0


# --- What is outdated ---------------------------------------------------------------------------------------


class Records:
    """The records of a cache, one JSON file per chapter in the folder `vouch` of the cache."""

    def __init__(self, cache: JupyterCacheBase, root: Path) -> None:
        self.cache, self.root = cache, root
        self.folder = Path(cache.path) / "vouch"
        self._hashes: dict[str, str | None] = {}

    def load(self, docname: str) -> Record | None:
        try:
            content = json.loads(self._path(docname).read_text("utf-8"))
            return Record(**content) if content["format"] == FORMAT else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, docname: str, record: Record) -> None:
        path = self._path(docname)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{os.getpid()}.tmp")
        aside.write_text(json.dumps(asdict(record), indent=1, sort_keys=True) + "\n", "utf-8")
        aside.replace(path)

    def forget(self, chapter: Chapter) -> None:
        """Remove the record and the cached notebook, so that nobody takes old outputs for current ones."""
        self._path(chapter.docname).unlink(missing_ok=True)
        with contextlib.suppress(KeyError):
            self.cache.remove_cache(self.cache.match_cache_notebook(chapter.notebook).pk)

    def reason(self, chapter: Chapter) -> str:
        """Why the chapter has to be executed; empty if its cached outputs are current."""
        record = self.load(chapter.docname)
        if record is None:
            return "never executed"
        if record.key != chapter.key:
            return "its cells changed"
        if record.notebook != self.notebook_hash(chapter.key):
            return "its cached outputs are not those of the record"
        if record.python != platform.python_version():
            return "another Python"
        for library, version in record.libraries.items():
            if _version(library) != version:
                return f"another version of {library}"
        for path, known in record.files.items():
            if self.file_hash(path) != known:
                return f"{path} changed"
        for path, known in record.folders.items():
            if self.folder_hash(path) != known:
                return f"files in {path} came or went"
        return ""

    def notebook_hash(self, key: str) -> str | None:
        """Hash of a cached notebook, None if the cache does not know it."""
        from jupyter_cache.cache.db import NbCacheRecord

        try:
            NbCacheRecord.record_from_hashkey(key, self.cache.db)
            return _sha256(self.notebook_path(key).read_bytes())
        except (KeyError, OSError):
            return None

    def notebook_path(self, key: str) -> Path:
        return Path(self.cache.path) / "executed" / key / "base.ipynb"

    def file_hash(self, path: str) -> str | None:
        """Content, not modification time: a fresh checkout must find its cache current."""
        if path not in self._hashes:
            try:
                self._hashes[path] = _sha256((self.root / path).read_bytes())
            except OSError:
                self._hashes[path] = None
        return self._hashes[path]

    def folder_hash(self, path: str) -> str | None:
        try:
            found = sorted(entry.name for entry in (self.root / path).iterdir())
        except OSError:
            return None
        return _sha256("\n".join(name for name in found if name not in IGNORED and name[0] != ".").encode())

    def _path(self, docname: str) -> Path:
        return self.folder / f"{docname}.json"


def read_chapters(env: BuildEnvironment, root: Path, cache: JupyterCacheBase) -> Iterator[Chapter]:
    """The documents of the book that myst-nb would execute, read exactly as myst-nb reads them."""
    from myst_nb.core.read import create_nb_reader

    for docname in sorted(env.found_docs):
        path = Path(env.doc2path(docname))
        config = env.mystnb_config
        text = path.read_text("utf-8")
        reader = create_nb_reader(str(path), env.myst_config, config, text)
        if reader is None:
            continue
        notebook = reader.read(text)
        kernelspec = notebook.metadata.get("kernelspec", {})
        for pattern, alias in config.kernel_rgx_aliases.items():
            if "name" in kernelspec and re.fullmatch(pattern, kernelspec["name"]):
                kernelspec["name"] = alias
                break
        overrides = dict(notebook.metadata.get(config.metadata_key, {}))
        overrides.pop("output_folder", None)
        with contextlib.suppress(Exception):  # myst-nb warns of it when it reads the chapter
            config = config.copy(**overrides)
        if config.execution_mode != "cache" or any(path.match(pattern) for pattern in config.execution_excludepatterns):
            continue
        own = notebook.metadata.get("execution", {})
        yield Chapter(
            docname=docname,
            path=path,
            name=path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path),
            notebook=notebook,
            key=cache.create_hashed_notebook(notebook)[1],
            timeout=own.get("timeout", config.execution_timeout),
            allow_errors=own.get("allow_errors", config.execution_allow_errors),
            cost=_cost(own, path),
        )


def _cost(own: dict[str, Any], path: Path) -> float:
    cost = own.get("cost", 0.0)
    if isinstance(cost, (int, float)) and cost >= 0:
        return float(cost)
    raise ExecutionFailed(f"{path.name}: `execution: cost` in its head is {cost!r}; it is a number of seconds")


# --- Execution ----------------------------------------------------------------------------------------------


def execute(
    chapters: Iterable[Chapter],
    records: Records,
    workers: int | None = None,
    say: Callable[[str], None] | None = None,
) -> Run:
    """Execute the outdated ones of the chapters into the cache of the records, several at a time.

    A chapter that fails does not stop the others; it is left without record and cached outputs, so that it runs, and
    fails, again next time. say is called with a line as each chapter finishes.
    """
    begun = time.perf_counter()
    say = say or _say
    run = Run()
    todo: dict[str, list[Chapter]] = {}  # by cache key: the cache holds chapters with the same cells only once
    for chapter in chapters:
        if chapter.key in todo or records.reason(chapter):
            todo.setdefault(chapter.key, []).append(chapter)
        else:
            run.unchanged.append(chapter.docname)
    if todo:
        _in_own_loop(lambda: _execute_all(todo, records, workers or default_workers(), say, run))
    run.seconds = time.perf_counter() - begun
    return run


def default_workers() -> int:
    wish = os.environ.get("VOUCH_WORKERS", "")
    if wish and not (wish.isdecimal() and int(wish)):
        raise ExecutionFailed(f"VOUCH_WORKERS is {wish!r}; it is a number of chapters, 1 or more")
    # One more, because a kernel that starts or ends mostly waits.
    return int(wish) if wish else max(2, os.cpu_count() or 1) + 1


async def _execute_all(
    todo: dict[str, list[Chapter]], records: Records, workers: int, say: Callable[[str], None], run: Run
) -> None:
    from vouch.book.kernels import KernelPool, forking

    slots = asyncio.Semaphore(workers)
    total = sum(map(len, todo.values()))
    done = 0

    def work(same: list[Chapter]) -> tuple[float, int]:
        """How long a chapter took last time; before there is a last time, what its head says (`execution: cost`, in
        seconds), or the length of its code."""
        record = records.load(same[0].docname)
        code = sum(len(cell.source) for cell in same[0].notebook.cells if cell.cell_type == "code")
        return record.seconds if record else same[0].cost or code / 1000, code

    async def one(same: list[Chapter], pool: KernelPool | None) -> None:
        nonlocal done
        chapter = same[0]
        async with slots:
            started, begun = time.perf_counter(), time.time()
            failure, found = None, {"files": [], "folders": [], "modules": []}
            if chapter.has_code:
                failure, found = await _execute_one(chapter, records.root, pool)
            seconds = time.perf_counter() - started
        if failure:
            records.forget(chapter)
            run.failures.append(failure)
        else:
            _store(same, found, begun, seconds, records)
        for chapter in same:
            done += 1
            if not failure:
                run.executed.append(chapter.docname)
            say(f"[{done:{len(str(total))}}/{total}] {chapter.name}  {seconds:.1f} s{'  FAILED' if failure else ''}")

    kernels = sum(same[0].has_code for same in todo.values())
    pool_or_none = KernelPool(records.root, forking(kernels)) if kernels else contextlib.nullcontext()
    with pool_or_none as pool:
        # The longest first: it should not begin when all others are done.
        tasks = [asyncio.create_task(one(same, pool)) for same in sorted(todo.values(), key=work, reverse=True)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _execute_one(chapter: Chapter, root: Path, pool: Any) -> tuple[Failure | None, dict[str, list[str]]]:
    """Run the cells in a kernel of their own. The outputs go into chapter.notebook."""
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = chapter.notebook
    kernel_name = notebook.metadata.get("kernelspec", {}).get("name", "python3")
    index, log = -1, None
    try:
        manager, keywords, log = pool.manager(kernel_name)
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=chapter.timeout,
            startup_timeout=_STARTUP_SECONDS,
            allow_errors=chapter.allow_errors,
            coalesce_streams=True,  # else a slow print gives two outputs where a quick one gives one
            record_timing=False,  # it would change the cells' metadata, and so the key in the cache
            shutdown_kernel=os.environ.get("VOUCH_SHUTDOWN", "immediate"),  # all outputs have arrived by then
            resources={"metadata": {"path": str(chapter.path.parent)}},
        )
        client.log.setLevel("CRITICAL")  # what fails is reported once, by us
        async with client.async_setup_kernel(cleanup_kc=True, **keywords):
            info = await client.async_wait_for_reply(client.kc.kernel_info())
            notebook.metadata["language_info"] = info["content"]["language_info"]
            await _ask(client, "watch", str(root))
            for index, cell in enumerate(notebook.cells):
                await client.async_execute_cell(cell, index, execution_count=client.code_cells_executed + 1)
            client.set_widgets_metadata()
            target = Path(log).with_suffix(".reads")
            await _ask(client, "report", str(root), str(target))
        return None, json.loads(target.read_text("utf-8"))
    except CellExecutionError as error:
        return _raised(chapter, index, error), {}
    except CellTimeoutError:
        return _stopped(chapter, index, f"the cell ran longer than {chapter.timeout} s and was stopped", log), {}
    except DeadKernelError:
        return _stopped(chapter, index, "the kernel died", log), {}
    except NoSuchKernel:
        return Failure(chapter.name, f"no Jupyter kernel named {kernel_name!r} is installed"), {}
    except (RuntimeError, TimeoutError) as error:  # the kernel did not come up
        return _stopped(chapter, index, f"the kernel could not be used: {error}", log), {}


async def _ask(client: Any, function: str, *arguments: str) -> None:
    """Call a function of :mod:`vouch.book.reads` in the kernel, leaving no trace in the chapter's names or history."""
    code = (
        "exec('import importlib.util, sys\\n"
        'if "_vouch_reads" not in sys.modules:\\n'
        '    spec = importlib.util.spec_from_file_location("_vouch_reads", path)\\n'
        '    module = sys.modules["_vouch_reads"] = importlib.util.module_from_spec(spec)\\n'
        "    spec.loader.exec_module(module)\\n"
        'getattr(sys.modules["_vouch_reads"], function)(*arguments)\', '
        f"{{'path': {str(_READS)!r}, 'function': {function!r}, 'arguments': {arguments!r}}})"
    )
    reply = await client.async_wait_for_reply(client.kc.execute(code, silent=True, store_history=False))
    if reply is None or reply["content"]["status"] != "ok":
        raise RuntimeError(f"what the chapter reads could not be observed: {(reply or {}).get('content')}")


def _store(same: list[Chapter], found: dict[str, list[str]], begun: float, seconds: float, records: Records) -> None:
    from jupyter_cache.base import CacheBundleIn

    chapter = same[0]
    for number, cell in enumerate(chapter.notebook.cells):
        cell["id"] = f"cell-{number}"  # random when read from Markdown: the same outputs should be the same bytes
    records.cache.cache_notebook_bundle(
        CacheBundleIn(chapter.notebook, str(chapter.path), data={"execution_seconds": seconds}),
        check_validity=False,
        overwrite=True,
    )
    own = "vouch/book/"  # shows results and computes none
    files = {path: records.file_hash(path) for path in found["files"] if not path.startswith(own)}
    for path in files:
        with contextlib.suppress(OSError):
            if (records.root / path).stat().st_mtime > begun:  # saved while the chapter ran: which version did it read?
                files[path] = "changed during execution"
    distributions = _distributions()
    libraries = {name for module in found["modules"] for name in distributions.get(module, ())}
    for each in same:
        record = Record(
            chapter=each.name,
            key=each.key,
            notebook=_sha256(records.notebook_path(each.key).read_bytes()),
            python=platform.python_version(),
            libraries={name: _version(name) for name in sorted(libraries)},
            files=files,
            folders={path: records.folder_hash(path) for path in found["folders"]},
            seconds=seconds,
        )
        records.save(each.docname, record)


# --- Failures -----------------------------------------------------------------------------------------------

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def _raised(chapter: Chapter, index: int, error: Any) -> Failure:
    """A cell that raised: the line of the chapter, the statement, and where below it the exception came from."""
    cell = chapter.notebook.cells[index]
    trace = _ANSI.sub("", error.traceback)
    frames = re.findall(rf"^.*?Cell In\[{cell.get('execution_count')}\], line (\d+)", trace, re.M)
    number = int(frames[-1]) if frames else 1
    lines = cell.source.splitlines()
    first = _first_line(chapter, index)
    statement = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    details = [f"cell at line {first}: {statement}"]
    elsewhere = re.findall(r"^File (\S+?):(\d+), in (.*)$", trace, re.M)
    if elsewhere:
        path, line, function = elsewhere[-1]
        details.append(f"raised in {path}:{line}, in {function}")
    return Failure(f"{chapter.name}:{first + number - 1}", f"{error.ename}: {error.evalue}", "\n".join(details))


def _stopped(chapter: Chapter, index: int, what: str, log: Path | None) -> Failure:
    """A cell that did not end by itself; with what it and its kernel had printed until then."""
    from vouch.book.kernels import tail

    if index < 0:
        return Failure(chapter.name, what, tail(log) if log else "")
    cell = chapter.notebook.cells[index]
    first = _first_line(chapter, index)
    printed = "".join(output["text"] for output in cell.get("outputs", ()) if output.output_type == "stream")
    head = f"cell at line {first}: {(cell.source.strip().splitlines() or [''])[0]}"
    parts = [head, *printed.splitlines()[-20:], tail(log) if log else ""]
    return Failure(f"{chapter.name}:{first}", what, "\n".join(filter(None, parts)))


def _first_line(chapter: Chapter, index: int) -> int:
    """Line of the file, counted from 1, on which the code of a cell begins (after its options)."""
    source_map = chapter.notebook.metadata.get("source_map")
    if not source_map:
        return index + 1
    begin = source_map[index]
    code = chapter.notebook.cells[index].source.splitlines()
    with contextlib.suppress(OSError):
        lines = chapter.path.read_text("utf-8").splitlines()
        for offset in range(begin, len(lines) - len(code) + 1):
            if [line.rstrip() for line in lines[offset : offset + len(code)]] == [line.rstrip() for line in code]:
                return offset + 1
    return begin + 1


# --- Findings -----------------------------------------------------------------------------------------------


def collect_findings(notebooks: Iterable[tuple[str, Path]]) -> list[dict[str, Any]]:
    """The findings in executed notebooks, given as (docname, file), sorted by id.

    Raises FindingConflict if an id has several values: a reader could not tell which one the book stands for.
    """
    found: dict[str, dict[str, Any]] = {}
    conflicts = []
    for docname, path in notebooks:
        content = path.read_text("utf-8")
        if FINDING_MIME not in content:
            continue
        for finding in _findings_in(json.loads(content)):
            finding = {**finding, "chapter": finding.get("chapter", docname)}
            known = found.setdefault(finding["id"], finding)
            if known["value"] != finding["value"]:
                conflicts.append(
                    f"{finding['id']}: {known['value']!r} in {known['chapter']}, "
                    f"{finding['value']!r} in {finding['chapter']}"
                )
    if conflicts:
        raise FindingConflict("\n".join(conflicts))
    return [found[id] for id in sorted(found)]


def findings(app: Sphinx) -> list[dict[str, Any]]:
    """The findings of this build, sorted by id, each with the `chapter` that records it."""
    return app.__dict__.get(_FINDINGS, [])


def _findings_in(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            for mime, content in output.get("data", {}).items():
                if mime.endswith(FINDING_MIME):  # glued without display, it carries a prefix
                    yield json.loads(content) if isinstance(content, str) else content


# --- Sphinx -------------------------------------------------------------------------------------------------


class Execution:
    """The extension's part in one build: what was executed, and what Sphinx has to read again because of it."""

    def __init__(self, app: Sphinx) -> None:
        self.app = app
        self.records: Records | None = None
        self.digests: dict[str, str] = {}
        self.seconds: dict[str, float] = {}
        self.findings: list[dict[str, Any]] = []
        self.run = Run()
        app.connect("builder-inited", self.place_stylesheet)
        app.connect("env-get-outdated", self.before_reading)
        app.connect("env-purge-doc", self.purge)
        app.connect("env-merge-info", self.merge)
        app.connect("doctree-read", self.after_reading)
        app.connect("env-updated", self.rewrite)
        app.connect("build-finished", self.write_findings)

    def place_stylesheet(self, app: Sphinx) -> None:
        """Put myst-nb's stylesheet in place before pages name it.

        myst-nb does so after they are written. The first build would then link it without the checksum that the
        second adds, and one commit would give two books.
        """
        if app.builder.format == "html":
            from myst_nb.sphinx_ext import add_global_html_resources

            (Path(app.outdir) / "_static").mkdir(parents=True, exist_ok=True)
            add_global_html_resources(app, None)

    def before_reading(self, app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set) -> list[str]:
        """Execute, then name the chapters whose outputs are not those that Sphinx read last time.

        This event, and not an earlier one, because only here Sphinx knows which documents belong to the book.
        """
        if env.mystnb_config.execution_mode != "cache":
            return []
        from jupyter_cache import get_cache

        cache = get_cache(env.mystnb_config.execution_cache_path)
        self.records = Records(cache, Path(app.srcdir))
        chapters = list(read_chapters(env, self.records.root, cache))
        self._chapters = [(chapter.docname, self.records.notebook_path(chapter.key)) for chapter in chapters]
        if stock():
            return []
        self.run = execute(chapters, self.records)
        if self.run.executed or self.run.failures:
            _say(
                f"chapters: {len(self.run.executed)} executed, {len(self.run.unchanged)} unchanged, "
                f"{len(self.run.failures)} failed  {self.run.seconds:.1f} s"
            )
        elif not _told:
            _say(f"chapters: {len(self.run.unchanged)} unchanged")
        if self.run.failures:
            raise ExecutionFailed("\n" + "\n".join(sorted(map(str, self.run.failures))))
        _told.append(app.builder.name)
        _say(PHASES.get(app.builder.name, f"pages: {app.builder.name}"))
        for chapter in chapters:
            record = self.records.load(chapter.docname)
            self.digests[chapter.docname] = record.digest
            self.seconds[chapter.docname] = record.seconds
        self.findings = app.__dict__[_FINDINGS] = collect_findings(self._chapters)
        known = _known(env)
        return [docname for docname, digest in self.digests.items() if known.get(docname) != digest]

    def after_reading(self, app: Sphinx, doctree: Any) -> None:
        from myst_nb.ext.glue.utils import PendingGlueReference

        docname = app.env.docname
        if next(iter(doctree.findall(PendingGlueReference)), None) is not None:
            _glue_users(app.env).add(docname)
        if docname not in self.digests:
            return
        _known(app.env)[docname] = self.digests[docname]
        data = app.env.nb_metadata.get(docname, {}).get("exec_data")
        if data and data["runtime"] != self.seconds[docname]:
            LOGGER.warning(
                "myst-nb executed this chapter again: its outputs were not found in the cache",
                location=docname,
                type="vouch",
                subtype="execution",
            )

    def rewrite(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Pages that quote numbers of other chapters are written again when any chapter was executed.

        Sphinx fills such numbers in when it writes a page, and does not know that the page depends on them.
        """
        from myst_nb.ext.glue.crossref import read_glue_cache

        read_glue_cache.cache_clear()
        return sorted(_glue_users(env) & env.found_docs) if self.run.executed else []

    def purge(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        _known(env).pop(docname, None)
        _glue_users(env).discard(docname)

    def merge(self, app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment) -> None:
        for docname in docnames:
            if docname in _known(other):
                _known(env)[docname] = _known(other)[docname]
        _glue_users(env).update(_glue_users(other) & set(docnames))

    def write_findings(self, app: Sphinx, exception: Exception | None) -> None:
        if exception or app.builder.format != "html" or self.records is None:
            return
        if stock():
            self.findings = collect_findings((docname, path) for docname, path in self._chapters if path.exists())
        text = json.dumps(self.findings, ensure_ascii=False, indent=2) + "\n"
        target = Path(app.outdir) / "findings.json"
        if not target.exists() or target.read_text("utf-8") != text:
            target.write_text(text, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx extension."""
    app.setup_extension("myst_nb")
    Execution(app)
    return {
        "version": str(FORMAT),
        "env_version": FORMAT,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }


PHASES = {"html": "pages: HTML", "typst": "PDF: pages, then one file", "epub": "EPUB: pages, then one file"}
"""What follows the chapters, by builder."""
_told: list[str] = []
"""Builders of this process that have told of the chapters; what does not change is told once."""


def stock() -> bool:
    """Whether `VOUCH_EXECUTOR=stock` leaves execution to myst-nb, to compare with."""
    return os.environ.get("VOUCH_EXECUTOR", "") == "stock"


def _known(env: BuildEnvironment) -> dict[str, str]:
    """Kept with Sphinx's environment: the digest of the record with which each chapter was read."""
    if not hasattr(env, "vouch_records"):
        env.vouch_records = {}
    return env.vouch_records


def _glue_users(env: BuildEnvironment) -> set[str]:
    """Kept with Sphinx's environment: documents that quote numbers of other documents."""
    if not hasattr(env, "vouch_glue_users"):
        env.vouch_glue_users = set()
    return env.vouch_glue_users


def _in_own_loop(work: Callable[[], Any]) -> Any:
    """Run a coroutine in a thread with an event loop of its own; an interrupt here cancels it and waits for its end."""
    result: Future[Any] = Future()
    loop = asyncio.new_event_loop()
    task: asyncio.Task | None = None

    def main() -> None:
        nonlocal task
        asyncio.set_event_loop(loop)
        try:
            task = loop.create_task(work())
            result.set_result(loop.run_until_complete(task))
        except BaseException as error:
            result.set_exception(error)
        finally:
            loop.close()

    thread = threading.Thread(target=main, name="execution")
    thread.start()
    try:
        return result.result()
    except BaseException:
        with contextlib.suppress(RuntimeError):  # the loop has closed
            loop.call_soon_threadsafe(lambda: task and task.cancel())
        raise
    finally:
        thread.join()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@lru_cache(maxsize=1)
def _distributions() -> dict[str, list[str]]:
    """Distributions by the name of the modules they bring."""
    return dict(metadata.packages_distributions())


@cache
def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None
