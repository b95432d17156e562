"""What the README tells a newcomer to type, typed in a clean clone with an environment of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bookpress import books
from tests.conftest import copy_checkout
from tests.test_readme import COMMANDS, README
from vouch.paths import ROOT

pytestmark = pytest.mark.long

TABLE = [word for line in re.findall(r"^\| (`make .*?) \|", README, re.M) for word in re.findall(r"`([^`]+)`", line)]
LAST = ["make clean"]
# Run by tests that look closer.
ELSEWHERE = {"make test", "make lab"}
CONTAINER = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
NAMED = dict.fromkeys([*COMMANDS, *TABLE, CONTAINER["postCreateCommand"]])
EVERY = [command for command in NAMED if command not in ELSEWHERE and command not in LAST] + LAST


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """The checkout as it is, as a repository with one commit, and nothing installed or built; one for all commands."""
    folder = copy_checkout(tmp_path_factory.mktemp("clean") / "clone")
    author = ["-c", "user.name=Test", "-c", "user.email=test@localhost"]
    for words in (["init", "-q"], ["add", "-A"], [*author, "commit", "-q", "-m", "As it is"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


def newcomer(**more: str) -> dict[str, str]:
    """The environment of somebody who has just opened a terminal: nothing of the one that the tests run in."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("VOUCH", "PYTEST", "PYTHON", "VIRTUAL"))
    }
    paths = [path for path in os.environ["PATH"].split(os.pathsep) if not path.startswith(sys.prefix)]
    return {**kept, "PATH": os.pathsep.join(paths), **more}


def typed(clone: Path, command: str, **more: str) -> subprocess.CompletedProcess[str]:
    if command.startswith("make "):  # the Python that these tests stand on, which need not be the first on the path
        command += f" PYTHON={sys._base_executable}"
    return subprocess.run(
        command, shell=True, cwd=clone, env=newcomer(**more), capture_output=True, text=True, timeout=1800
    )


@pytest.mark.parametrize("command", EVERY)
def test_command(clone, command):
    words = command.split()
    if words[:2] == ["make", "refresh"]:
        return refreshed(clone, command)
    if words[:2] == ["make", "live"]:
        return lived(clone, words)
    result = typed(clone, command)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-5000:]
    assert not (left := books.tracebacks(result.stderr)), left
    made = {"html": "html/index.html", "pdf": "pdf/*.pdf", "book": "html/index.html", "epub": "epub/*.epub"}
    for target in words[1:]:
        if target in made:
            assert list((clone / "_build").glob(made[target])), f"{command} made no {made[target]}"
    if words[0].endswith("jupytext"):
        assert (clone / words[-1]).is_file()
    if "jupyter execute" in command.replace(".venv/bin/", ""):
        cells = json.loads((clone / words[-1]).read_text("utf-8"))["cells"]
        assert sum(bool(cell.get("outputs")) for cell in cells) > 5, "its outputs are where the README says"
    status = subprocess.run(["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True).stdout
    assert not status, f"{command} leaves files that git would take"
    if command == "make clean":
        assert not (clone / "_build").exists()


def lived(clone: Path, words: list[str]) -> None:
    """It says where it is, answers there, and ends with Ctrl-C."""
    process = subprocess.Popen(
        [*words, "PORT=0", f"PYTHON={sys._base_executable}"],
        cwd=clone, env=newcomer(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        address = next(found[0] for line in process.stdout if (found := re.search(r"http://127[^\s]+", line)))
        assert answer(address, process, asked=lambda response: response.status) == 200  # once it has been read
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=120)


def refreshed(clone: Path, command: str) -> None:
    """No publisher can be reached here, and files that must be fetched by hand are not there: each is said."""
    typed(clone, "make env")  # while it may reach the package index
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    result = typed(clone, command, **nowhere)
    said = result.stdout + result.stderr
    assert "Traceback" not in said, said
    if "--list" in command:
        assert result.returncode == 0 and "vdem_v15" in said
    elif "--from" in command:
        assert "Error 2" in said and re.search(r"--from \w+=(\S+)", command)[1].partition(".")[0] in said, said
    else:
        assert "Error 3" in said and "cannot be reached" in said, said
    changed = subprocess.run(["git", "status", "--porcelain", "data"], cwd=clone, capture_output=True, text=True).stdout
    assert not changed, "a failed refresh leaves the tables as they were"


CELLS = "[...jupyterapp.shell.currentWidget.content.model.cells].filter(cell => cell.type === 'code')"


@contextmanager
def laboratory(clone):
    """`make lab` in the clone, also as root; its address. No browser of its own opens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"--no-browser --port={port} --IdentityProvider.token=t --LabApp.expose_app_in_browser=True"
    command = ["make", "lab", f"PYTHON={sys._base_executable}", f"LAB={options}"]
    with (clone.parent / "lab.log").open("w") as log:
        lab = subprocess.Popen(command, cwd=clone, env=newcomer(), stdout=log, stderr=log, start_new_session=True)
    try:
        answer(f"http://127.0.0.1:{port}/api/status?token=t", lab)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(lab.pid, 15)
        lab.wait(30)


def test_chapters_are_opened_run_and_saved_in_the_laboratory_without_a_change(clone, browser):
    """A double click, *Run All Cells*, *Save*: afterwards every file is what it was."""
    chapters = sorted((clone / "chapters").glob("*.md"))
    before = {path.name: path.read_bytes() for path in chapters}
    with laboratory(clone) as address:
        tab = browser.new_page(viewport={"width": 1400, "height": 1000})
        foreign = []
        tab.on("request", lambda request: foreign.append(request.url) if not ours(request.url, address) else None)
        for path in chapters:
            tab.goto(f"{address}/lab?token=t&reset")
            tab.dblclick(f'.jp-DirListing-itemText >> text="{path.name}"', timeout=120_000)
            tab.wait_for_selector(".jp-NotebookPanel-toolbar", timeout=60_000)
            tab.wait_for_selector(f'.lm-TabBar-tabLabel >> text="{path.name}"')
            tab.evaluate("jupyterapp.shell.currentWidget.sessionContext.ready")
            assert not tab.is_visible("text=notified about"), "nobody is asked about news"
            code = before[path.name].count(b"\n```{code-cell}")
            assert tab.evaluate(f"{CELLS}.length") == code
            if code:
                tab.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
                tab.wait_for_function(f"{CELLS}.every(cell => cell.executionCount)", timeout=600_000)
                shown = tab.evaluate(f"{CELLS}.flatMap(cell => cell.outputs.toJSON())")
                assert shown and not [output for output in shown if output["output_type"] == "error"], path.name
            stamp = path.stat().st_mtime_ns
            tab.evaluate("jupyterapp.commands.execute('docmanager:save')")
            for _ in range(100):
                if path.stat().st_mtime_ns != stamp:
                    break
                tab.wait_for_timeout(100)
            assert path.stat().st_mtime_ns != stamp, f"{path.name} was not saved"
            assert path.read_bytes() == before[path.name], f"{path.name} is another after it was saved"
            end_kernels(address)
        tab.close()
    assert foreign == []
    told = (clone.parent / "lab.log").read_text("utf-8")
    if os.geteuid() == 0:
        assert "lab: running as root" in told


def ours(url: str, address: str) -> bool:
    return url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))


def end_kernels(address: str) -> None:
    with urllib.request.urlopen(f"{address}/api/kernels?token=t", timeout=30) as response:
        kernels = json.load(response)
    for kernel in kernels:
        gone = urllib.request.Request(f"{address}/api/kernels/{kernel['id']}?token=t", method="DELETE")
        urllib.request.urlopen(gone, timeout=30).close()


def answer(address: str, server: subprocess.Popen, asked: Callable = json.load) -> object:
    for _ in range(600):  # five minutes: the laboratory is installed first, the live view reads the book
        assert server.poll() is None, "it ended"
        try:
            with urllib.request.urlopen(address, timeout=30) as response:
                return asked(response)
        except OSError:  # nobody there, or no page
            time.sleep(0.5)
    pytest.fail(f"{address} does not answer")


def test_make_test_is_what_runs_this(clone):
    output = typed(clone, "make -n test").stdout
    assert "vouch/upkeep/environment.py test" in output and "-m pytest" in output
