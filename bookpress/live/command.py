"""The command: starts the server, watches the files, and hands on what changed until it is told to end."""

from __future__ import annotations

import argparse
import contextlib
import logging
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path

from bookpress import project
from bookpress.build.command import Terminated
from bookpress.build.outcome import BUILT, INTERRUPTED, UNFIT
from bookpress.live.book import LiveBook
from bookpress.live.server import Server
from bookpress.live.state import State

PORT = 8000
_PACKAGE = Path(__file__).resolve().parents[1]
_STEP = 50
"""Milliseconds without a further change after which a save is taken for whole."""
_PAUSE = 500
"""Milliseconds after which the watcher comes back where nothing was saved."""
_SECOND_LOOK = 2.0
"""Seconds after which the files are looked at where nothing was told: a system with much to tell loses word of some."""


def main(argv: list[str] | None = None, root: Path | None = None) -> int:
    """The command line, for the book in root (default: this folder); returns the exit code."""
    root = (root or Path.cwd()).resolve()
    parser = argparse.ArgumentParser(prog="python -m bookpress.live", description="Show the book while it is written.")
    parser.add_argument("--chapter", default="", help="one chapter only, by the name of its file")
    parser.add_argument("--port", type=int, default=PORT, help=f"of 127.0.0.1 (default: {PORT}; 0: any that is free)")
    options = parser.parse_args(argv)
    if not (root / project.CONFIG).is_file():
        return _tell(f"there is no book here: {root} has no {project.CONFIG}", UNFIT)
    try:
        only = [chapter(root, options.chapter)] if options.chapter else []
    except ValueError as error:
        return _tell(str(error), UNFIT)
    state = State()
    book = LiveBook(root, state, only, _say)
    try:
        server = Server(book.site, state, options.port)
    except OSError as error:
        return _tell(f"port {options.port} of 127.0.0.1: {error.strerror}; choose another with --port", UNFIT)
    interrupts = noted_interrupts()
    threading.Thread(target=server.serve_forever, name="live", daemon=True).start()
    page = f"{only[0]}.html" if only else ""
    _say(f"LIVE  {server.address}{page}  (Ctrl-C ends it)")
    try:
        with warmth(root):
            watch(root, book, server, options.chapter, interrupts)
        return BUILT
    except KeyboardInterrupt:
        _say("ended")
        return INTERRUPTED
    finally:
        server.close()
        book.close()


def chapter(root: Path, name: str) -> str:
    """The document that a chapter's name means. Raises ValueError for one that the contents do not name."""
    import yaml

    contents = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    found: list[str] = []

    def collect(part: object) -> None:
        if isinstance(part, dict):
            found.extend(str(part[key]) for key in ("root", "file") if key in part)
            for value in part.values():
                collect(value)
        elif isinstance(part, list):
            for value in part:
                collect(value)

    collect(contents)
    for document in found:
        if name in (document, Path(document).name):
            return document
    raise ValueError(f"no chapter {name!r}; there are: {', '.join(Path(document).name for document in found)}")


def noted_interrupts() -> list[int]:
    """Have signals that are to end this process raise KeyboardInterrupt, and stand in this list too: what is raised
    while Python frees what is no longer needed, which takes a second for a whole book, is lost without a word."""
    came: list[int] = []

    def interrupt(signum: int, frame: object) -> None:
        came.append(signum)
        raise Terminated if signum == signal.SIGTERM else KeyboardInterrupt

    for signum in (signal.SIGTERM, signal.SIGINT):  # a shell leaves the second out for what it starts with `&`
        signal.signal(signum, interrupt)
    return came


def watch(root: Path, book: LiveBook, server: Server, only: str, interrupts: Sequence[int]) -> None:
    """Hand on changes until an interrupt; what the extensions themselves are made of needs another process.

    interrupts: those that came; any ends it, whether it was raised or lost.
    """
    from watchfiles import watch as changes

    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    folders = [root, *({_PACKAGE} - {root})]
    own = [_PACKAGE, *(root / name for name in project.watched(root))]
    saved = changes(
        *folders,
        watch_filter=lambda _kind, path: any(map(partial(_written_by_hand, Path(path)), folders)),
        step=_STEP,
        rust_timeout=_PAUSE,
        yield_on_timeout=True,
        raise_interrupt=True,
    )
    next(saved)  # nothing yet: from here on it notes what is saved, also while the book is read for the first time
    known, looked = _as_saved(root), time.monotonic()
    book.start()
    for found in saved:
        if interrupts:
            raise KeyboardInterrupt
        changed = {Path(path) for _kind, path in found}
        if found or time.monotonic() > looked + _SECOND_LOOK:
            before, known, looked = known, _as_saved(root), time.monotonic()
            changed |= {path for path in before.keys() | known.keys() if before.get(path) != known.get(path)}
        if not changed:
            continue
        if any(path.suffix == ".py" and path.is_relative_to(folder) for path in changed for folder in own):
            _say("an extension changed: once more from the start")
            server.state.say("starting once more")
            port = server.server_address[1]
            server.close()
            command = [sys.executable, "-m", "bookpress.live", "--port", str(port)]
            os.execv(sys.executable, [*command, *(["--chapter", only] if only else [])])
        book.take(sorted(path for path in changed if path.is_relative_to(root)))


def _as_saved(root: Path) -> dict[Path, tuple[int, int]]:
    """Time and size of each file that a writer writes."""
    found: dict[Path, tuple[int, int]] = {}
    for where, folders, names in os.walk(root):
        folders[:] = [name for name in folders if _written_by_hand(Path(where, name, "-"), root)]
        for path in (Path(where, name) for name in names):
            with contextlib.suppress(OSError):
                if _written_by_hand(path, root):
                    state = path.stat()
                    found[path] = state.st_mtime_ns, state.st_size
    return found


def _written_by_hand(path: Path, folder: Path) -> bool:
    """Whether a file is one in this folder that a writer writes: not what was built, nor what an editor or Python keeps
    beside it."""
    from bookpress.run.reads import IGNORED

    if not path.is_relative_to(folder) or path.name.endswith(("~", ".swp", ".swx", ".tmp", ".pyc", ".aside", "4913")):
        return False
    parts = path.relative_to(folder).parts
    return IGNORED.isdisjoint(parts) and not any(part.startswith(".") for part in parts[-2:])


def warmth(root: Path) -> AbstractContextManager[None]:
    """Within this, kernels are forked from one warm process, where the book has chapters that run here."""
    from bookpress.run import kernels, settings
    from bookpress.run.kernels import surroundings

    try:
        project.check(root)
        chosen = settings.from_file(root)
    except (settings.ExecutionFailed, ValueError):  # told by the book itself
        return nullcontext()
    if chosen.stock or not kernels.forking(math.inf, chosen.kernels):
        return nullcontext()
    os.environ.setdefault("BOOKPRESS_KERNELS", "fork")
    home = root / project.CACHE / surroundings.HOME
    return kernels.kept(root, surroundings.environment(root, home, chosen.environment), chosen.preload)


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {line}", flush=True)


def _tell(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code
