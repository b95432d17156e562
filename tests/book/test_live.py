"""The live view, in a real browser: what is saved is seen, what is wrong is told until it is mended."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import playwright.sync_api
import psutil
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page, expect

from bookpress.live import command
from bookpress.live.server import Server
from bookpress.live.state import State
from tests.book import toybook

PATIENCE = 60_000
FAULT = "#bp-live.bp-live-fault"
TOY = ("one", "two", "three")


@dataclass
class Live:
    """A live view of the toy in folder, and a page of it in a browser."""

    folder: Path
    process: subprocess.Popen
    address: str
    page: Page

    def opens(self, name: str) -> None:
        """Show that chapter, in a tab of its own: a page that just then loads itself anew would be in the way of the
        next, and one that has come may do so at once."""
        browser = self.page.context.browser
        self.page.close()
        self.page = browser.new_page()
        with self.explained():
            self.page.goto(f"{self.address}chapters/{name}.html", wait_until="commit")

    def edit(self, name: str, old: str, new: str) -> None:
        toybook.edit(self.folder / name, old, new)

    def shows(self, text: str) -> None:
        with self.explained():
            expect(self.page.locator("article")).to_contain_text(text, timeout=PATIENCE)

    def tells(self, *words: str) -> None:
        with self.explained():
            for word in words:
                expect(self.page.locator(FAULT)).to_contain_text(word, timeout=PATIENCE)

    def is_whole(self) -> None:
        with self.explained():
            expect(self.page.locator(FAULT)).to_have_count(0, timeout=PATIENCE)

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        """To what fails in here, add what the browser shows and the live view says, and where its threads are."""
        try:
            yield
        except (AssertionError, playwright.sync_api.Error) as error:
            notes = [f"shown beside the page: {[box.inner_text() for box in self.page.locator('#bp-live').all()]}"]
            with contextlib.suppress(OSError):
                served = urllib.request.urlopen(self.page.url, timeout=5).read().decode()
                notes.append(f"served: {BeautifulSoup(served, 'html.parser').get_text(' ', strip=True)[:2000]}")
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGABRT)  # Python's faulthandler tells where each thread is
                self.process.wait(timeout=30)
            error.add_note("\n".join([*notes, f"exit code {self.process.returncode}", printed(self.folder)[-20_000:]]))
            raise


def printed(folder: Path) -> str:
    """What the live view of the book in folder has printed; the lines of the last that was started there."""
    return folder.with_name(f"{folder.name}.said").read_text()


BEGUN: list[subprocess.Popen] = []


@pytest.fixture(autouse=True, scope="module")
def none_is_left() -> Iterator[None]:
    """Of the processes of tests that failed."""
    yield
    for process in BEGUN:
        if process.poll() is None:
            process.kill()


def started(folder: Path, *options: str) -> tuple[subprocess.Popen, str]:
    with folder.with_name(f"{folder.name}.said").open("w") as output:  # nobody has to read it, as a pipe must be
        process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-m", "bookpress.live", "--port", "0", *options],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(toybook.REPOSITORY)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    BEGUN.append(process)
    while not (found := re.search(r"http://\S+", printed(folder))):
        assert process.poll() is None, f"it did not start: exit code {process.returncode}\n{printed(folder)}"
        time.sleep(0.02)
    return process, found[0]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, browser) -> Iterator[Live]:
    folder = toybook.write(tmp_path_factory.mktemp("live"))
    process, address = started(folder)
    view = Live(folder, process, address, browser.new_page())
    view.opens("one")  # before it is there: it comes by itself
    yield view
    view.page.close()
    process.send_signal(signal.SIGINT)
    process.wait(timeout=30)


@pytest.fixture
def live(running) -> Live:
    """The live view with the toy as it was written: test processes share these tests out in any order."""
    for path in set((running.folder / "chapters").iterdir()) - {running.folder / f"chapters/{name}.md" for name in TOY}:
        path.unlink()
    toybook.write(running.folder)
    running.opens("one")
    running.shows("Words.")
    running.shows("The total is 3")
    running.is_whole()
    return running


def test_a_page_comes_when_it_is_there(live):
    live.shows("Words.")
    live.is_whole()


def test_a_sentence_is_seen(live):
    live.edit("chapters/one.md", "Words.", "Other words.")
    live.shows("Other words.")


@pytest.mark.long
def test_a_table_runs_the_chapters_that_read_it_and_no_other(live):
    def runs() -> dict[str, float]:
        records = (live.folder / "_build/.jupyter_cache/bookpress/chapters").glob("*.json")
        return {path.stem: path.stat().st_mtime for path in records}

    before = runs()
    live.edit("data/x.csv", "1\n", "40\n")
    live.shows("The total is 42")
    assert {name for name, when in runs().items() if when != before[name]} == {"one"}
    live.opens("two")
    live.shows("Chapter one says 42")  # a page that quotes it is written again


FAULTS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "a cell": ("chapters/one.md", "x = toypkg.", "x = toypk.", ("chapters/one.md:13: NameError", "toypk")),
    "a cell that is no Python": (
        "chapters/one.md",
        "x = toypkg.",
        "x = ) toypkg.",
        ("chapters/one.md:", "SyntaxError"),
    ),
    "a module": ("toypkg/__init__.py", "import csv", "import csvv", ("chapters/one.md", "csvv")),
    "a table": ("data/x.csv", "1", "forty", ("chapters/one.md", "forty")),
    "a reference": ("chapters/one.md", "Words", "Other {ref}`none`", ("chapters/one.md:9: WARNING", "none")),
    "a directive": ("chapters/one.md", "Words.", "```{nothing}\n```", ("chapters/one.md:9", "nothing")),
    "the configuration": ("_config.yml", "title: Toy", "title: [Toy", ("_config.yml:2: not YAML",)),
    "the contents": ("_toc.yml", "format: jb-book", "format: jb-book: x", ("_toc.yml:1: not YAML",)),
    "a half-saved head": (
        "chapters/one.md",
        "kernelspec:\n  name: python3\n---",
        "kernelspec:\n  na",
        ("chapters/one.md",),
    ),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name == "a cell" else pytest.mark.long) for name in FAULTS]
)
def test_a_fault_is_told_with_its_place_and_goes_when_it_is_mended(live, name):
    path, right, wrong, told = FAULTS[name]
    live.edit(path, right, wrong)
    live.tells(*told)
    live.edit(path, wrong, right)
    live.is_whole()
    assert live.process.poll() is None


@pytest.mark.long
@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [("y = toypkg.", "y = toypk.", "chapters/two.md:13: NameError"), ("Words.", "{ref}`nowhere`", "nowhere")],
    ids=["code", "reference"],
)
def test_a_fault_of_one_chapter_stays_told_and_does_not_hold_up_another(live, right, wrong, told):
    live.edit("chapters/two.md", right, wrong)
    live.tells(told)
    live.edit("chapters/one.md", "Words.", "Meanwhile.")
    live.shows("Meanwhile.")
    live.tells(told)
    live.edit("chapters/two.md", wrong, right)
    live.is_whole()


@pytest.mark.long
def test_another_title_and_a_new_chapter(live):
    live.edit("_config.yml", "title: Toy", "title: Other title")
    expect(live.page).to_have_title(re.compile("Other title"), timeout=PATIENCE)
    (live.folder / "chapters/new.md").write_text(toybook.chapter("New", "print('new')"))
    live.edit("_toc.yml", "- file: chapters/two", "- file: chapters/new\n  - file: chapters/two")
    live.opens("new")
    live.shows("new")


@pytest.mark.long
def test_a_fault_goes_with_its_page(live):
    live.edit("chapters/three.md", "Words.", "{ref}`nowhere`")
    live.tells("chapters/three.md:9", "nowhere")
    (live.folder / "chapters/three.md").unlink()
    live.edit("_toc.yml", "  - file: chapters/three\n", "")
    live.is_whole()


def test_fifty_edits_and_no_stale_page(live):
    text = (live.folder / "chapters/one.md").read_text()
    for number in range(50):
        (live.folder / "chapters/one.md").write_text(text.replace("Words.", f"Edit {number}."))
        if number % 10 == 9:
            live.shows(f"Edit {number}.")
    live.shows("Edit 49.")
    (live.folder / "chapters/one.md").write_text(text)
    live.shows("Words.")


def numbered(title: str, name: str, *more: str) -> str:
    """A page with a table of that name, and references to it and to others."""
    said = ", ".join(f"{{numref}}`{one}`" for one in (name, *more))
    return f"# {title}\n\nWords, {said}.\n\n```{{table}} Its caption\n:name: {name}\n\n| a |\n|---|\n| 1 |\n```\n"


def told(address: str) -> dict:
    """What the live view tells, when nothing more is being done."""
    for _ in range(int(PATIENCE / 100)):
        with urllib.request.urlopen(f"{address}_live/events") as events:
            data = next(line for line in events if line.startswith(b"data: "))
        if not (now := json.loads(data[6:]))["busy"] and now["pages"]:
            return now
        time.sleep(0.1)
    raise AssertionError(f"it does not come to rest: {now}")


@pytest.mark.long
def test_numbers_stay_true_and_no_other_page_is_written_for_a_sentence(tmp_path):
    pages = {
        "one": "# One\n",
        "two": numbered("Two", "tab-two", "tab-three"),
        "three": numbered("Three", "tab-three", "tab-two"),
    }
    toybook.write(tmp_path, pages)
    contents = "parts:\n- numbered: true\n  chapters:\n  - file: chapters/two\n  - file: chapters/three\n"
    (tmp_path / "_toc.yml").write_text(f"format: jb-book\nroot: chapters/one\n{contents}")
    toybook.edit(tmp_path / "_config.yml", "config: {", "config: {numfig: true, ")
    toybook.edit(tmp_path / "_config.yml", "    bookpress.run: .\n", "    bookpress.run: .\n    bookpress.web: .\n")
    process, address = started(tmp_path)

    def shown(name: str) -> str:
        with urllib.request.urlopen(f"{address}chapters/{name}.html") as page:
            return BeautifulSoup(page.read(), "html.parser").article.get_text(" ", strip=True)

    try:
        before = told(address)["pages"]
        for words in ("First words", "Second words"):
            toybook.edit(tmp_path / "chapters/two.md", "ords, ", f"ords, {words}, ")
            wait_for(lambda words=words: words in shown("two"))
            now = told(address)
            assert "Table 1.1 , Table 2.1" in shown("two") and now["faults"] == []
            assert now["pages"]["chapters/three.html"] == before["chapters/three.html"]
        toybook.edit(tmp_path / "chapters/two.md", "# Two\n", numbered("Two", "tab-new", "tab-two"))
        wait_for(lambda: "Table 1.2" in shown("three") and "Table 1.1 , Table 1.2" in shown("two"))
        assert told(address)["faults"] == []
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


@pytest.mark.long
def test_no_browser_ever_gets_half_a_page(live):
    """A page that is asked for while it is written: the one before, or the new one. An empty one would stay empty."""
    got: list[bytes] = []

    def read() -> None:
        while not over.is_set():
            with urllib.request.urlopen(f"{live.address}chapters/one.html") as page:
                got.append(page.read())

    over = threading.Event()
    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        for number in range(15):
            live.edit("chapters/one.md", "Words", f"Words {number}")
            live.shows(f"Words {number}")
        live.edit("_config.yml", "title: ", "title: Other ")  # the whole book, from the start
        expect(live.page).to_have_title(re.compile("Other"), timeout=PATIENCE)
    finally:
        over.set()
        for reader in readers:
            reader.join()
    assert len(set(got)) > 15
    assert [page for page in got if not page.rstrip().endswith(b"</html>")] == []


@pytest.mark.long
def test_an_editor_that_replaces_the_file(live):
    """Many write a new file and put it in the place of the old one."""
    aside = live.folder / "chapters/.one.md.swp"
    aside.write_text((live.folder / "chapters/one.md").read_text().replace("Words.", "Replaced."))
    aside.replace(live.folder / "chapters/one.md")
    live.shows("Replaced.")


@pytest.mark.long
def test_nobody_else_is_answered(live):
    host = live.address.removeprefix("http://").rstrip("/")
    for name, answer in ((host, 200), ("book.example.org", 403)):
        connection = http.client.HTTPConnection(host)
        connection.request("GET", "/chapters/one.html", headers={"Host": name})
        assert connection.getresponse().status == answer
    assert not (live.folder / "_build/html").exists(), "nothing is published"
    served = (live.folder / "_build/.live/html/chapters/one.html").read_text()
    assert "_live" not in served, "the page itself knows nothing of it"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_that_python_loses_ends_it_all_the_same(tmp_path, monkeypatch, number):
    """It loses those that come while it frees what is no longer needed."""

    class Freed:
        def __del__(self) -> None:
            signal.raise_signal(number)

    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    monkeypatch.setattr("watchfiles.watch", lambda *_folders, **_options: iter([set()] * 10))
    try:
        interrupts = command.noted_interrupts()
        with pytest.raises(KeyboardInterrupt):
            command.watch(tmp_path, Noting(Freed), None, "", interrupts)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    assert interrupts == [number]


def test_a_browser_is_let_in_while_the_process_is_busy(tmp_path):
    """It opens more connections at once than Python lets wait, and tries those left out again after seconds."""
    server = Server(tmp_path, State(), 0)  # nobody takes a connection yet
    with contextlib.ExitStack() as open_ones:
        for _ in range(40):
            open_ones.enter_context(socket.create_connection(server.server_address, timeout=0.5))
    server.server_close()


def wait_for(what: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE / 1000
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.long
def test_it_ends_clean_and_shows_one_chapter_where_one_is_named(tmp_path):
    folder = toybook.write(tmp_path)
    process, address = started(folder, "--chapter", "two")
    assert address.endswith("chapters/two.html")
    wait_for(lambda: (folder / "_build/.live/html/chapters/two.html").exists())
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=30)
    assert (
        process.returncode == 130 and printed(folder).rstrip().endswith("ended") and "Traceback" not in printed(folder)
    )
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.long
def test_a_first_chapter_that_fails_from_the_start_is_told_and_one_saved_meanwhile_is_seen(tmp_path, browser):
    folder = toybook.write(tmp_path)
    toybook.edit(folder / "chapters/one.md", "sum(x)", "sum(xx)")
    process, address = started(folder)
    view = Live(folder, process, address, browser.new_page())
    view.opens("one")
    view.tells("chapters/one.md:14: NameError")
    view.edit("chapters/one.md", "sum(xx)", "sum(x)")
    view.shows("Words.")
    process.send_signal(signal.SIGINT)
    process.wait(timeout=30)
    toybook.edit(folder / "chapters/two.md", "sum(y)", "sum(yy)")
    process, address = started(folder)  # reads the book now
    view = Live(folder, process, address, view.page)
    view.edit("chapters/one.md", "Words.", "Meanwhile.")
    view.opens("one")
    view.shows("Meanwhile.")
    view.tells("chapters/two.md:14: NameError")
    view.page.close()
    process.send_signal(signal.SIGINT)
    process.wait(timeout=30)


@pytest.mark.long
def test_what_is_saved_while_its_page_is_read_is_seen(tmp_path, browser):
    """Also where the book starts once more, because the configuration was saved with it."""
    folder = toybook.saved_while_it_is_read(
        tmp_path / "book", ("chapters/one.md", "Words.", "Saved."), ("_config.yml", "title: Toy", "title: Other")
    )
    process, address = started(folder)
    view = Live(folder, process, address, browser.new_page())
    view.opens("one")
    view.shows("Saved.")
    expect(view.page).to_have_title(re.compile("Other"), timeout=PATIENCE)
    view.page.close()
    process.send_signal(signal.SIGINT)
    process.wait(timeout=30)


class Noting:
    """In the place of the live book: notes which files changed, and ends the view."""

    def __init__(self, begin: Callable[[], object]) -> None:
        self.start = begin
        self.taken: list[Path] = []

    def take(self, changed: list[Path]) -> None:
        self.taken += changed
        raise KeyboardInterrupt


def silent(*folders: Path, **options: object) -> Iterator[set]:
    """A watcher that loses word of all that is saved."""
    while True:
        yield set()
        time.sleep(0.05)


@pytest.mark.parametrize("tells", [True, False], ids=["told", "not told"])
def test_what_is_saved_is_taken_wherever_the_book_lies_and_if_the_system_does_not_tell(tmp_path, monkeypatch, tells):
    """Folders above the book may be called as those in it are that no writer writes."""
    if not tells:
        monkeypatch.setattr("watchfiles.watch", silent)
    folder = toybook.write(tmp_path / "venv" / "_build" / ".books")
    beside = ("_build/x.html", ".venv/x.py", "chapters/.one.md.swp", "chapters/one.md~", "chapters/.draft/x.md")
    for name in beside:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)

    def save() -> None:
        for name in beside:
            (folder / name).write_text("of no concern")
        toybook.edit(folder / "chapters/one.md", "Words.", "Other words.")

    book = Noting(save)
    patience = threading.Timer(20, signal.raise_signal, [signal.SIGINT])
    patience.start()
    with pytest.raises(KeyboardInterrupt):
        command.watch(folder, book, None, "", [])
    patience.cancel()
    assert book.taken == [folder / "chapters/one.md"]


@pytest.mark.long
def test_what_cannot_start_says_why(tmp_path):
    run = [sys.executable, "-m", "bookpress.live"]
    environment = os.environ | {"PYTHONPATH": str(toybook.REPOSITORY)}

    def told(folder: Path, *options: str) -> tuple[int, str]:
        done = subprocess.run([*run, *options], cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stderr

    assert told(tmp_path) == (3, f"there is no book here: {tmp_path} has no _config.yml\n")
    code, said = told(toybook.write(tmp_path), "--chapter", "four")
    assert code == 3 and said == "no chapter 'four'; there are: one, two, three\n"
