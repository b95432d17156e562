"""Serves the pages to browsers of this machine, and tells them of changes (server-sent events)."""

from __future__ import annotations

import io
import json
import re
import sys
import threading
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bookpress.live.state import State

OWN = "/_live/"
"""Where the script and the style of the live view are, and what it is told."""
_STATIC = Path(__file__).with_name("static")
_PATIENCE = 15.0
"""Seconds after which a word is sent to a browser for which there is nothing new, so that a closed one is noticed."""


class Server(ThreadingHTTPServer):
    """Serves site on 127.0.0.1. port: 0 takes any that is free; raises OSError where it is taken."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
    """Connections that may wait while the process is busy with the book. Python's 5 are fewer than a browser opens for
    one page; it tries those left out again after one, three, seven and fifteen seconds."""

    def __init__(self, site: Path, state: State, port: int) -> None:
        self.state = state
        self.ending = threading.Event()
        super().__init__(("127.0.0.1", port), partial(Handler, directory=str(site)))

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that leaves a page before it has all of it is no fault."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def close(self) -> None:
        """End the server and all that listens to it."""
        self.ending.set()
        self.state.say("")
        self.shutdown()
        self.server_close()


class Handler(SimpleHTTPRequestHandler):
    """A page as the book has it, with the script of the live view in its head."""

    server: Server
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        host = (self.headers.get("Host") or "").rpartition(":")[0]
        if host not in ("127.0.0.1", "localhost"):  # a page elsewhere that had its name lead here
            self.send_error(HTTPStatus.FORBIDDEN, "only for this machine")
        elif self.path == f"{OWN}events":
            self._events()
        else:
            super().do_GET()

    def send_head(self) -> Any:
        if self.path.startswith(OWN):
            path = _STATIC / self.path.removeprefix(OWN)
            known = path.parent == _STATIC and path.is_file()
            return self._sent(path.read_bytes(), self.guess_type(path)) if known else self._absent()
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix != ".html":
            return super().send_head()
        told = self.server.state.told()  # before reading: a page written since is newer than it says
        try:
            text = path.read_text("utf-8")
        except OSError:
            return self._absent()
        return self._sent(with_script(text, told).encode(), "text/html; charset=utf-8")

    def _absent(self) -> Any:
        """A page that is not there, or not yet: it comes by itself."""
        text = "<!doctype html><html lang=en><head><title>Not there</title></head><body>Not there (yet).</body></html>"
        return self._sent(
            with_script(text, {"session": self.server.state.session, "round": 0}).encode(),
            "text/html; charset=utf-8",
            HTTPStatus.NOT_FOUND,
        )

    def _sent(self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> Any:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def _events(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        serial = -1
        try:
            self.wfile.write(b"retry: 300\n")
            while not self.server.ending.is_set():
                told = self.server.state.told()
                serial = told["serial"]
                self.wfile.write(f"data: {json.dumps(told)}\n\n".encode())
                self.wfile.flush()
                while not self.server.state.wait(serial, _PATIENCE):
                    self.wfile.write(b": still here\n\n")
                    self.wfile.flush()
        except OSError:  # the browser has left the page
            return

    def log_message(self, format: str, *arguments: Any) -> None:
        """Requests are of no interest to a writer."""


_POLICY = re.compile(r"(http-equiv=\"Content-Security-Policy\" content=\")([^\"]*)")


def with_script(page: str, told: dict[str, Any]) -> str:
    """A page that asks what is new. told: the session and the last round that the page can be of.

    The page's own policy lets it ask nobody; here, and only here, it may ask this server.
    """
    script = (
        f'<link rel="stylesheet" href="{OWN}live.css"><script src="{OWN}live.js" '
        f'data-session="{told["session"]}" data-round="{told["round"]}" defer></script>'
    )
    return _POLICY.sub(_asking, page, count=1).replace("</head>", f"{script}</head>", 1)


def _asking(policy: re.Match[str]) -> str:
    rules = [rule for rule in policy[2].split("; ") if not rule.startswith("connect-src")]
    return policy[1] + "; ".join([*rules, "connect-src 'self'"])
