"""Executes the outdated chapters, several at a time, into the cache that myst-nb takes its outputs from."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import json
import platform
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bookpress.contents import source_text
from bookpress.run.chapters import Chapter
from bookpress.run.failures import Failure, raised, stopped
from bookpress.run.imports import distributions, rests_on
from bookpress.run.kernels import KernelPool, forking, warm
from bookpress.run.kernels.surroundings import environment
from bookpress.run.outputs import CarriageReturns, settle, show_failure
from bookpress.run.records import UNOBSERVED, Record, Records, installed, sha256
from bookpress.run.settings import Settings, ignored

_READS = Path(__file__).with_name("reads.py")
_STARTUP_SECONDS = 60


@dataclass
class Run:
    """The outcome of :func:`execute`: docnames that were executed, left as they are or failed, and why these failed.

    shown: failures of chapters whose pages show them, by docname; such a chapter counts as executed.
    """

    executed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    shown: dict[str, Failure] = field(default_factory=dict)
    seconds: float = 0.0


def execute(
    chapters: Iterable[Chapter],
    records: Records,
    settings: Settings | None = None,
    say: Callable[[str], None] | None = None,
) -> Run:
    """Execute the outdated ones of the chapters into the cache of the records, several at a time.

    A chapter that fails does not stop the others; it is left without record and cached outputs, so that it runs, and
    fails, again next time. say is called with a line as each chapter finishes.
    """
    begun = time.perf_counter()
    say = say or tell
    run = Run()
    todo: dict[str, list[Chapter]] = {}  # by cache key: the cache holds chapters with the same cells only once
    for chapter in chapters:
        if chapter.key in todo or records.reason(chapter):
            todo.setdefault(chapter.key, []).append(chapter)
        else:
            run.unchanged.append(chapter.docname)
    if todo:
        _in_own_loop(lambda: _execute_all(todo, records, settings or Settings(), say, run))
    run.seconds = time.perf_counter() - begun
    return run


async def _execute_all(
    todo: dict[str, list[Chapter]], records: Records, settings: Settings, say: Callable[[str], None], run: Run
) -> None:
    slots = asyncio.Semaphore(settings.at_a_time)
    total = sum(map(len, todo.values()))
    done = 0

    def work(same: list[Chapter]) -> tuple[float, int]:
        """How long a chapter took last time; before there is a last time, what its head says (`execution: cost`, in
        seconds), or the length of its code."""
        record = records.load(same[0].docname)
        code = sum(len(cell.source) for cell in same[0].notebook.cells if cell.cell_type == "code")
        return record.seconds if record else same[0].cost or code / 1000, code

    async def run_group(same: list[Chapter], pool: KernelPool | None) -> None:
        nonlocal done
        chapter = same[0]
        async with slots:
            started, begun = time.perf_counter(), time.time()
            failure: Failure | None = None
            reads: dict[str, list[str]] = {"files": [], "folders": [], "modules": [], "loaded": []}
            if chapter.has_code:
                failure, reads = await _execute_one(chapter, records.root, pool, settings)
            seconds = time.perf_counter() - started
        shown = failure is not None and settings.failures == "show"
        if failure and not shown:
            records.forget(chapter)
            run.failures.append(failure)
        else:
            if failure:
                show_failure(chapter.notebook, failure)
                run.shown |= dict.fromkeys((each.docname for each in same), failure)
                reads = {"files": [], "folders": [], "modules": [], "loaded": [], "unobserved": ["it failed"]}
            settle(chapter.notebook)
            await known
            _store(same, reads, begun, seconds, records, settings)
        for chapter in same:
            done += 1
            (run.failed if failure and not shown else run.executed).append(chapter.docname)
            say(f"[{done:{len(str(total))}}/{total}] {chapter.name}  {seconds:.1f} s{'  FAILED' if failure else ''}")

    kernels = sum(same[0].has_code for same in todo.values())
    pool_or_none = (
        KernelPool(
            records.root,
            environment(records.root, records.home, settings.environment),
            warm(records.root, settings.kernels) or forking(kernels, settings.kernels),
            settings.preload,
        )
        if kernels
        else contextlib.nullcontext()
    )
    with pool_or_none as pool:
        # To find out what modules belong to takes a third of a second, which kernels take to start.
        known = asyncio.create_task(asyncio.to_thread(distributions) if kernels else asyncio.sleep(0))
        # The longest first: it should not begin when all others are done.
        tasks = [asyncio.create_task(run_group(same, pool)) for same in sorted(todo.values(), key=work, reverse=True)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in (*tasks, known):
                task.cancel()
            await asyncio.gather(*tasks, known, return_exceptions=True)


async def _execute_one(
    chapter: Chapter, root: Path, pool: Any, settings: Settings
) -> tuple[Failure | None, dict[str, list[str]]]:
    """Run the cells in a kernel of their own. The outputs go into chapter.notebook."""
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient import client as implementation
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from zmq.error import ZMQError

    notebook = chapter.notebook
    kernel_name = (notebook.metadata.get("kernelspec") or {}).get("name", "python3")
    index, log, cleanup = -1, None, None
    try:
        manager, keywords, log = pool.manager(kernel_name)
        vars(implementation)["_RGX_CARRIAGERETURN"] = CarriageReturns()
        client: Any = NotebookClient(
            notebook,
            km=manager,
            timeout=chapter.timeout,
            startup_timeout=_STARTUP_SECONDS,
            allow_errors=chapter.allow_errors,
            coalesce_streams=True,  # else a slow print gives two outputs where a quick one gives one
            record_timing=False,  # it would change the cells' metadata, and so the key in the cache
            shutdown_kernel=settings.shutdown,  # all outputs have arrived by then
            resources={"metadata": {"path": str(chapter.path.parent)}},
        )
        cleanup = client._cleanup_kernel
        client.log.setLevel("CRITICAL")  # what fails is reported once, by us
        async with client.async_setup_kernel(cleanup_kc=True, **keywords):
            info: Any = await client.async_wait_for_reply(client.kc.kernel_info())
            notebook.metadata["language_info"] = info["content"]["language_info"]
            target = Path(log).with_suffix(".reads")
            await _ask(
                client,
                "watch",
                str(root),
                str(target),
                "declared" if chapter.reads is not None else settings.unobserved,
            )
            for index, cell in enumerate(notebook.cells):
                await client.async_execute_cell(cell, index, execution_count=client.code_cells_executed + 1)
            client.set_widgets_metadata()
            await _ask(client, "report", str(root), str(target))
        return None, json.loads(target.read_text("utf-8"))
    except CellExecutionError as error:
        return raised(chapter, index, error), {}
    except CellTimeoutError:
        return stopped(chapter, index, f"the cell ran longer than {chapter.timeout} s and was stopped", log), {}
    except DeadKernelError:
        return stopped(chapter, index, "the kernel died", log), {}
    except NoSuchKernel:
        return Failure(chapter.name, f"no Jupyter kernel named {kernel_name!r} is installed"), {}
    except (RuntimeError, TimeoutError, OSError, ValueError, ZMQError) as error:  # the kernel did not come up
        return stopped(chapter, index, f"the kernel could not be used: {error}", log), {}
    finally:
        if cleanup:  # nbclient would clean up at exit what was never started
            atexit.unregister(cleanup)


async def _ask(client: Any, function: str, *arguments: object) -> None:
    """Call a function of :mod:`bookpress.run.reads` in the kernel; it leaves no trace in names or history."""
    code = (
        "exec('import importlib.util, sys\\n"
        'if "_bookpress_reads" not in sys.modules:\\n'
        '    spec = importlib.util.spec_from_file_location("_bookpress_reads", path)\\n'
        '    module = sys.modules["_bookpress_reads"] = importlib.util.module_from_spec(spec)\\n'
        "    spec.loader.exec_module(module)\\n"
        'getattr(sys.modules["_bookpress_reads"], function)(*arguments)\', '
        f"{{'path': {str(_READS)!r}, 'function': {function!r}, 'arguments': {arguments!r}}})"
    )
    reply = await client.async_wait_for_reply(client.kc.execute(code, silent=True, store_history=False))
    if reply is None or reply["content"]["status"] != "ok":
        raise RuntimeError(f"what the chapter reads could not be observed: {(reply or {}).get('content')}")


def _store(
    same: list[Chapter],
    reads: dict[str, list[str]],
    begun: float,
    seconds: float,
    records: Records,
    settings: Settings,
) -> None:
    from jupyter_cache.base import CacheBundleIn

    chapter = same[0]
    for number, cell in enumerate(chapter.notebook.cells):
        cell["id"] = f"cell-{number}"  # random when read from Markdown: the same outputs should be the same bytes
    shutil.rmtree(records.notebook_path(chapter.key).parent, ignore_errors=True)  # which a killed build left half done
    records.cache.cache_notebook_bundle(
        CacheBundleIn(chapter.notebook, str(chapter.path), data={"execution_seconds": seconds}),
        check_validity=False,
        overwrite=True,
    )
    without = ignored(records.root, settings.ignore)
    named = [*reads["files"], *(chapter.reads or ())]
    files = {path: records.file_hash(path) for path in named if not path.startswith(without)}
    for path in files:
        with contextlib.suppress(OSError):
            there = records.root / path
            if (
                there.is_file() and there.stat().st_mtime > begun
            ):  # saved while the chapter ran: which version did it read?
                files[path] = "changed during execution"
    if reads.get("unobserved"):
        files[UNOBSERVED] = "may have changed"
    sources = [cell.source for cell in chapter.notebook.cells if cell.cell_type == "code"]
    sources += [source_text(records.root / path) for path in files if path.endswith(".py") and files[path]]
    libraries = rests_on(sources, reads["modules"], reads["loaded"]) if chapter.has_code else []
    for each in same:
        record = Record(
            chapter=each.name,
            key=each.key,
            notebook=sha256(records.notebook_path(each.key).read_bytes()),
            python=platform.python_version(),
            libraries={name: installed(name) or "" for name in libraries},
            files=files,
            folders={path: records.folder_hash(path) for path in reads["folders"]},
            declared=None if each.reads is None else list(each.reads),
            environment=records.environment,
            seconds=seconds,
        )
        records.save(each.docname, record)


def _in_own_loop(work: Callable[[], Any]) -> Any:
    """Run a coroutine in a thread with an event loop of its own; an interrupt here cancels it and waits for its end."""
    result: Future[Any] = Future()
    loop = asyncio.new_event_loop()
    task: asyncio.Task[Any] | None = None

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


def tell(line: str) -> None:
    """Say a line of progress."""
    print(line, file=sys.stderr, flush=True)
