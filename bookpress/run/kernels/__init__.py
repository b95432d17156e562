"""Kernels for the chapters: forked from one warm process where the system can, started one by one elsewhere.

`KernelPool` hands out kernel managers. Starting a kernel and importing pandas, matplotlib and networkx takes longer
than most chapters run; a fork of a process that has them loaded takes a few milliseconds.

Here: how a kernel is started, and what of the machine it is given. Not here: what runs in it, and what that reads.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from bookpress.effort.processors import cores
from bookpress.run.kernels.surroundings import Kernels

SERVER = Path(__file__).with_name("server.py")
LAUNCHER = "ipykernel_launcher"
_LONGEST = 80
"""Bytes that the name of a folder with sockets may have: an address holds 107 on Linux, 103 on macOS."""


class KernelError(RuntimeError):
    """The warm process could not be started or is gone."""


def forking(kernels: float, wish: str = "") -> bool:
    """Whether to fork the kernels of a run that needs so many.

    Loading the warm process takes about as long as one ordinary kernel with its imports, so it pays as soon as there
    are more kernels than processors. Not on Windows, and not on macOS, whose libraries do not survive a fork.
    wish: `spawn` asks for ordinary kernels, `fork` insists on forked ones.
    """
    if wish:
        return wish == "fork"
    return hasattr(os, "fork") and sys.platform != "darwin" and kernels > cores()


class KernelPool:
    """Kernels of one run, with their logs in a private folder that goes with the pool. Use as a context manager.

    root: the book's folder. env: the environment of the kernels, see :mod:`bookpress.run.kernels.surroundings`. fork:
    see :func:`forking` and :func:`warm`. preload: modules that forked kernels have loaded.
    """

    def __init__(self, root: Path, env: dict[str, str], fork: bool, preload: Sequence[str] = ()) -> None:
        self.env = env
        self.folder = private_folder()
        self.server = (
            (_kept.get(root.resolve()) or _ahead.pop(root.resolve(), None) or KernelServer(env, preload))
            if fork
            else None
        )
        self._numbers = count(1)
        self._logs = contextlib.ExitStack()

    def __enter__(self) -> KernelPool:
        return self

    def __exit__(self, *exception: object) -> None:
        if self.server and self.server not in _kept.values():
            self.server.close()
        self._logs.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def manager(self, kernel_name: str) -> tuple[AsyncKernelManager, dict[str, Any], Path]:
        """A manager whose kernel is not yet started, the keywords to start it with, and the file its output goes to."""
        stem = self.folder / str(next(self._numbers))
        manager = AsyncKernelManager(
            kernel_name=kernel_name, connection_file=f"{stem}.json", kernel_spec_manager=Kernels()
        )
        manager.client_factory = _Client
        if os.name == "posix":
            # Sockets in a private folder: no ports, so no two kernels that pick the same port
            # at the same moment.
            manager.transport, manager.ip = "ipc", str(stem)
        log = stem.with_suffix(".log")
        if self.server and manager.kernel_spec and LAUNCHER in manager.kernel_spec.argv:
            # A manager uses the provisioner it already has; the other way, by name in the kernel
            # specification, would need an installed entry point, and the book also builds uninstalled.
            manager.provisioner = ForkedProvisioner(
                kernel_spec=manager.kernel_spec, parent=manager, server=self.server, log_path=log
            )
            return manager, {"env": dict(self.env)}, log
        stream = self._logs.enter_context(log.open("wb"))
        return manager, {"env": dict(self.env), "stdout": stream, "stderr": stream}, log


_HEARD = 0.05
"""Seconds after which what a kernel has said of its answer is taken for lost."""


class _Client(AsyncKernelClient):
    """Takes a kernel for ready when it answers, and can be heard. The stock client then listens for a fifth of a second
    whether more is said; what is, is no answer to a cell, and nbclient passes over it. What a kernel says before the
    connection stands by which it is heard is lost: it is asked once more, and not only after a second."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """timeout: seconds. Raises RuntimeError if the kernel has ended or does not answer in time."""
        manager: Any = self.parent
        until = time.monotonic() + (math.inf if timeout is None else timeout)
        while time.monotonic() < until:
            self.kernel_info()
            try:
                reply = await self.get_shell_msg(timeout=1)
                if reply["msg_type"] == "kernel_info_reply":
                    await self.get_iopub_msg(timeout=_HEARD)
                    self._handle_kernel_info_reply(reply)
                    return
            except Empty:
                if not await manager.is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
        raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")


_ahead: dict[Path, KernelServer] = {}
"""Warm processes that no pool has taken yet, by the root of their book."""
_kept: dict[Path, KernelServer] = {}
"""Warm processes that serve one pool after the other."""


def warm(root: Path, wish: str = "") -> bool:
    """Whether a process from which to fork is there already, so that a single kernel gains by it. wish: see
    :func:`forking`."""
    return wish != "spawn" and (root.resolve() in _kept or root.resolve() in _ahead)


@contextlib.contextmanager
def ahead(root: Path, env: dict[str, str], wish: str = "", preload: Sequence[str] = ()) -> Iterator[None]:
    """Start the warm process of a build that is likely to need it; the first pool for root takes it.

    So it loads beside the checks and Sphinx, which use one processor. Ended here if nobody took it. wish: see
    :func:`forking`.
    """
    if forking(math.inf, wish):
        _ahead[root.resolve()] = KernelServer(env, preload)
    try:
        yield
    finally:
        if unused := _ahead.pop(root.resolve(), None):
            unused.close()


@contextlib.contextmanager
def kept(root: Path, env: dict[str, str], preload: Sequence[str] = ()) -> Iterator[None]:
    """Within this, all pools for root fork their kernels from one warm process, where the system can fork."""
    if forking(math.inf):
        _kept[root.resolve()] = KernelServer(env, preload)
    try:
        yield
    finally:
        if server := _kept.pop(root.resolve(), None):
            server.close()


def private_folder() -> Path:
    """A folder for logs and sockets. The address of a socket is limited to about a hundred bytes: where the folder for
    temporary files has a longer one, the system's own takes its place."""
    folder = Path(tempfile.mkdtemp(prefix="bookpress-"))
    if os.name == "posix" and len(os.fsencode(folder)) > _LONGEST:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="bookpress-", dir="/tmp"))
    return folder


class KernelServer:
    """The warm process, seen from the build. All methods may be called from any thread."""

    def __init__(self, env: dict[str, str], preload: Sequence[str] = ()) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="bookpress-")
        self.log = Path(self._folder.name) / "server.log"
        self._returncodes: dict[int, int] = {}
        self._started: dict[int, Future[int]] = {}
        self._running: set[int] = set()
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._ready: Future[None] = Future()
        self._link, far_end = socket.socketpair()
        with far_end, self.log.open("wb") as stream:
            self._process = subprocess.Popen(
                [sys.executable, str(SERVER), str(far_end.fileno()), *preload],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                env=env,
                pass_fds=[far_end.fileno()],
                start_new_session=True,  # Ctrl-C is for the build, which then closes the link
            )
        self._reader = threading.Thread(target=self._read, name="kernel-server", daemon=True)
        self._reader.start()

    def launch(self, argv: list[str], env: dict[str, str], cwd: str, log: Path) -> Future[int]:
        """Ask for a kernel; the future gives its process id."""
        answer: Future[int] = Future()
        number = next(self._numbers)
        request = {"id": number, "argv": argv, "env": env, "cwd": cwd, "log": str(log)}
        with self._lock:
            if self._ready.done() and (gone := self._ready.exception()):
                raise gone
            self._started[number] = answer
            try:
                self._link.sendall(json.dumps(request).encode() + b"\n")
            except OSError:
                raise self._gone() from None
        return answer

    def returncode(self, pid: int) -> int | None:
        """As `subprocess.Popen.poll`."""
        with self._lock:
            return self._returncodes.get(pid)

    def close(self) -> None:
        """End the process and every kernel that still runs."""
        if not self._ready.done():
            self._process.kill()  # it would first load everything; it has no kernels yet
        with contextlib.suppress(OSError):
            self._link.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(timeout=5)
        self._link.close()
        self._folder.cleanup()

    def _read(self) -> None:
        with self._link.makefile("rb") as lines, contextlib.suppress(OSError, ValueError):
            for line in lines:
                self._take(json.loads(line))
        with self._lock:
            if not self._ready.done():
                self._ready.set_exception(self._gone())
            for answer in self._started.values():
                if answer.set_running_or_notify_cancel():
                    answer.set_exception(self._gone())
            self._started.clear()
            for pid in self._running:
                # The server kills its kernels when it ends in order; this is for when it was itself killed.
                with contextlib.suppress(OSError):
                    os.killpg(pid, signal.SIGKILL)
                self._returncodes[pid] = -signal.SIGKILL
            self._running.clear()

    def _take(self, message: dict[str, Any]) -> None:
        with self._lock:
            if "ready" in message:
                self._ready.set_result(None)
            elif "id" in message:
                self._running.add(message["pid"])
                answer = self._started.pop(message["id"])
                if answer.set_running_or_notify_cancel():  # nobody waits after an interrupt; `close` ends the kernel
                    answer.set_result(message["pid"])
            else:
                self._running.discard(message["pid"])
                self._returncodes[message["pid"]] = message["exit"]

    def _gone(self) -> KernelError:
        return KernelError(f"the process that kernels are forked from has ended\n{tail(self.log)}".rstrip())


@dataclass
class ForkedProcess:
    """The part of `subprocess.Popen` that jupyter_client's provisioner uses, for a child of the server."""

    server: KernelServer
    pid: int
    stdin = stdout = stderr = None

    def poll(self) -> int | None:
        return self.server.returncode(self.pid)

    def wait(self, timeout: float | None = None) -> int:
        begun = time.monotonic()
        while (code := self.poll()) is None:
            if timeout is not None and time.monotonic() > begun + timeout:
                raise subprocess.TimeoutExpired(LAUNCHER, timeout)
            time.sleep(0.01)
        return code

    def send_signal(self, signum: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signum)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class ForkedProvisioner(LocalProvisioner):
    """A local kernel like any other, except that the server forks it."""

    def __init__(self, *, server: KernelServer, log_path: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.server, self.log_path = server, log_path

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        import asyncio

        self.cwd = str(kwargs.get("cwd") or Path.cwd())
        argv = cmd[cmd.index(LAUNCHER) + 1 :]
        started = self.server.launch(argv, kwargs["env"], self.cwd, self.log_path)
        self.pid = self.pgid = await asyncio.wrap_future(started)
        process: Any = ForkedProcess(self.server, self.pid)
        self.process = process
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Wait until it has ended, which is a matter of milliseconds: the manager looks only each tenth of a second."""
        import asyncio

        await super().kill(restart=restart)
        for _look in range(100):
            if await self.poll() is not None:
                return
            await asyncio.sleep(0.002)


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of a log, empty if there is none."""
    try:
        return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:])
    except OSError:
        return ""
