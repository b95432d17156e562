"""Lighthouse gives one page of every kind 100 for accessibility and for best practices."""

from __future__ import annotations

import functools
import json
import subprocess
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests import checkers
from vouch.upkeep.environment import browser

pytestmark = pytest.mark.built

KINDS = ("summary", "voters", "ledger-s000", "explorer", "bibliography")
"""Chapter with tables, figures and terms; ledger; drawings; long lists. `NODE lighthouse.mjs` takes any addresses."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def address(book):
    """The book on a server of this machine: Lighthouse reads no files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=book.html))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.long
def test_lighthouse_finds_nothing_to_improve(address):
    driver = Path(__file__).parents[1] / "node" / "lighthouse.mjs"
    modules = checkers.LIGHTHOUSE.parents[2]
    pages = [f"{address}/chapters/{name}.html" for name in KINDS]
    command = [checkers.NODE, driver, modules, browser(), *pages]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr[-3000:]
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [report["url"] for report in reports] == pages
    for report in reports:
        assert report["scores"] == {"accessibility": 1, "best-practices": 1}, report
