"""The warm process that kernels are forked from: run as a script, with the standard library only at the top.

It is a fresh interpreter, not a fork of the build: nothing of the book is loaded in it, so every kernel imports the
book's own package as it is on disk when the chapter runs. Requests and answers are lines of JSON on one socket:

    <- {"ready": true}                                                       once, when everything is loaded
    -> {"id": 1, "argv": ["-f", "..."], "env": {...}, "cwd": "...", "log": "..."}
    <- {"id": 1, "pid": 4711}
    <- {"pid": 4711, "exit": 0}                                              as `subprocess.Popen.returncode`

When the other end of the socket closes, for whatever reason, all kernels are killed: no build leaves orphans.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
from typing import Any


def serve(link: socket.socket, preload: list[str]) -> None:
    """Load what chapters have in common (names of modules); fork a kernel for each request until the link closes."""
    # ipykernel reads this when it is imported; a kernel whose server is gone shuts itself down.
    os.environ["JPY_PARENT_PID"] = str(os.getpid())
    # The name is read when matplotlib is imported. The backend itself must be resolved in the kernel, after the fork:
    # it hooks into the running IPython shell, and without that figures would be stored as text.
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    import ipykernel.kernelapp  # noqa: F401
    import IPython  # noqa: F401

    for name in preload:
        with contextlib.suppress(ImportError):  # a chapter that needs it says so itself
            __import__(name)
    gc.collect()
    gc.freeze()  # keeps the collector from touching, and so copying, the shared pages
    gc.set_threshold(100_000, 20, 100)  # a drawn figure is many objects, which all go when it is done

    wake_read, wake_write = socket.socketpair()
    wake_read.setblocking(False)
    wake_write.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write.fileno(), warn_on_full_buffer=False)
    children: set[int] = set()
    pending = b""
    _send(link, ready=True)
    with selectors.DefaultSelector() as selector:
        selector.register(link, selectors.EVENT_READ)
        selector.register(wake_read, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is wake_read:
                    with contextlib.suppress(BlockingIOError):
                        wake_read.recv(4096)
                    continue
                data = link.recv(1 << 16)
                if not data:
                    _kill(children)
                    return
                *lines, pending = (pending + data).split(b"\n")
                for line in lines:
                    request = json.loads(line)
                    pid = os.fork()
                    if not pid:
                        for end in (link, wake_read, wake_write):
                            end.close()
                        become_kernel(request)
                    with contextlib.suppress(OSError):  # both sides set it: whoever comes first
                        os.setpgid(pid, pid)
                    children.add(pid)
                    _send(link, id=request["id"], pid=pid)
            for pid in list(children):
                done, status = os.waitpid(pid, os.WNOHANG)
                if done:
                    children.discard(pid)
                    _kill({pid})  # what the chapter may have started itself
                    _send(link, pid=pid, exit=os.waitstatus_to_exitcode(status))


def become_kernel(request: dict[str, Any]) -> None:
    """Turn this fork into an IPython kernel; does not return."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        null = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((null, 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        parent, backend = os.environ["JPY_PARENT_PID"], os.environ["MPLBACKEND"]
        os.environ.clear()
        os.environ.update(request["env"], JPY_PARENT_PID=parent)
        os.environ.setdefault("MPLBACKEND", backend)
        os.chdir(request["cwd"])
        if "numpy" in sys.modules:  # else all kernels would share one "random" state
            sys.modules["numpy"].random.seed()
        from ipykernel.kernelapp import IPKernelApp

        sys.argv = ["ipykernel_launcher", *request["argv"]]
        IPKernelApp.launch_instance(argv=request["argv"])
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)
    finally:
        os._exit(0)


def _kill(groups: set[int]) -> None:
    for group in groups:
        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)


def _send(link: socket.socket, **message: object) -> None:
    with contextlib.suppress(OSError):  # the build is gone: the next read says so
        link.sendall(json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    sys.path.pop(0)  # the folder of this file, where Python looks for a script's neighbours
    serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])
