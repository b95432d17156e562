"""Reading and writing in parallel give what doing so in order gives, and nothing outlives a build."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from bookpress.build import command as build
from bookpress.build import parallel, shares
from bookpress.run import kernels
from tests.book import toybook

pytestmark = pytest.mark.long

ENVIRONMENT = {**os.environ, "PYTHONHASHSEED": "0"}
SLEEPER = """\
import os, sys, time
from bookpress.build import parallel, shares
with parallel.forks_end_with(os.getpid()):
    child = os.fork()
    if child:
        print(child, flush=True)
    time.sleep(60)
"""


def contents(site: Path) -> dict[str, bytes]:
    return {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


def test_results_are_taken_over_in_the_order_of_the_tasks():
    """Though the first task ends last."""
    tasks, order = parallel.OrderedTasks(3), []
    for pause in (0.4, 0.2, 0.0):
        tasks.add_task(lambda pause: time.sleep(pause) or pause, pause, lambda _, result: order.append(result))
    tasks.join()
    assert order == [0.4, 0.2, 0.0]


def fails(number: int) -> int:
    if number == 1:
        raise OSError(errno.EROFS, "Read-only file system", "/book")
    if number == 2:
        raise ValueError("no such word")
    if number == 9:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.parametrize("several", [2, 7])
@pytest.mark.parametrize(
    ("numbers", "error", "taken"),
    [
        ([1, 0, 0, 0, 0, 0, 0], OSError, []),
        ([0, 0, 2, 1, 0, 0, 0], parallel.PageFailed, [0, 0]),
        ([0, 9, 0, 0, 0, 0, 0], build.BuildError, [0]),
        ([9, 0, 0, 0, 0, 0, 0], build.BuildError, []),
    ],
)
def test_a_task_that_fails_is_never_lost(several, numbers, error, taken):
    """However soon, and whatever else is under way: those before it are taken over, then its fault is raised."""
    tasks, found = parallel.OrderedTasks(several, lambda: "page.md"), []
    for number in numbers:
        tasks.add_task(fails, number, lambda _, result: found.append(result))
        time.sleep(0.1)
    with pytest.raises(error) as caught:
        tasks.join()
    assert found == taken
    if error is OSError:
        assert caught.value.errno == errno.EROFS and caught.value.filename == "/book"
    elif error is build.BuildError:
        assert "killed" in str(caught.value) and caught.value.code == build.UNFIT
    else:
        assert "page.md: ValueError: no such word" in str(caught.value) and "in fails" in caught.value.args[1]


@pytest.mark.skipif(sys.platform != "linux", reason="pages are read in forks on Linux only")
def test_one_process_or_three_give_the_same_book(tmp_path, monkeypatch):
    """Labels, numbers glued from other chapters, the search index: all cross from page to page."""
    chapters = {
        f"n{number}": toybook.chapter(
            f"Chapter {number}",
            f"from myst_nb import glue\nglue('n{number}', {number}, display=False)",
            after=f"[Other](#here{(number + 1) % 9}) {{glue:text}}`n{(number + 5) % 9}.md::n{(number + 5) % 9}:s`\n\n"
            f"(here{number})=\n## Word {'abc'[number % 3] * 5}",
        )
        for number in range(9)
    }
    book = toybook.write(tmp_path / "book", chapters)
    pictures = ["chapters/dot.svg", "one/dot.svg", "other/dot.svg", "one/more-dot.svg", "one-more/dot.svg"]
    for size, picture in enumerate(pictures, 5):
        (book / picture).parent.mkdir(exist_ok=True)
        (book / picture).write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="9"/>')
    for page, picture in zip(("n0", "n8", "n1", "n7"), pictures[1:], strict=True):
        with (book / f"chapters/{page}.md").open("a") as last:
            last.write(f'\n<img src="../{picture}" alt="A picture of this name that only this page has">\n')
    with (book / "chapters/n8.md").open("a") as last:
        last.write("\n![A picture that only the last page has](dot.svg) and no word like it: aardvark.\n")
    forks, sites = [], []
    at_fork = parallel.OrderedTasks.add_task

    def add(self, task, *how):
        forks.append(getattr(task, "func", None) is shares._in_fork)
        at_fork(self, task, *how)

    monkeypatch.setattr(parallel.OrderedTasks, "add_task", add)
    for processes in (1, 3, 3):
        monkeypatch.setattr(parallel, "processes", lambda processes=processes: processes)
        (book / "_build/.work/good").unlink(missing_ok=True)
        forks.clear()
        build.build_book(book, "html")
        assert (forks.count(True) > 0) == (processes > 1) and (forks.count(False) > 0) == (processes > 1)
        sites.append(contents(book / "_build/html"))
    assert sites[0] == sites[1] == sites[2]
    assert b"aardvark" in sites[0]["searchindex.js"]
    drawn = {re.search(rb'width="(\d)"', sites[0][name])[1] for name in sites[0] if name.endswith("dot.svg")}
    assert drawn == {b"5", b"6", b"7", b"8", b"9"}, "pictures of one name, or of one name once folders are joined to it"


LAST_PAGE = """\
from docutils import nodes

def setup(app):
    app.connect("doctree-resolved", look)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

def look(app, doctree, docname):
    from sphinx.util import logging
    for name in ("n3", "n8"):
        if docname.endswith(name):
            logging.getLogger(__name__).warning("not fit to be written", location=docname)
    if docname.endswith(RAISES):
        raise ValueError("it cannot be written")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="pages are written in forks on Linux only")
@pytest.mark.parametrize("raises", ["n4", "n8", "nothing"])
def test_faults_of_writing_are_told_in_the_order_of_pages(raises, tmp_path, monkeypatch, capfd):
    """Whichever process writes a page, and once; what it raises names the page."""
    book = toybook.write(tmp_path / "book", {f"n{n}": toybook.chapter(f"Chapter {n}", "1") for n in range(9)})
    (book / f"faults_{raises}.py").write_text(f"RAISES = {raises!r}\n{LAST_PAGE}")
    config = book / "_config.yml"
    config.write_text(config.read_text().replace("local_extensions:", f"local_extensions:\n    faults_{raises}: ."))
    said = []
    for processes in (1, 3, 7):
        monkeypatch.setattr(parallel, "processes", lambda processes=processes: processes)
        with pytest.raises(build.BuildError) as caught:
            build.build_book(book, "html")
        lines = capfd.readouterr().err.splitlines()
        said.append(([line.rpartition("/")[2][:2] for line in lines if "not fit" in line], str(caught.value)))
    assert [lines for lines, _told in said] == [["n3"] if raises == "n4" else ["n3", "n8"]] * 3
    if raises == "nothing":
        assert len({told for _lines, told in said}) == 1
    else:
        assert all(f"{raises}.md" in told and "it cannot be written" in told for _lines, told in said)


def test_few_small_pages_are_left_to_one_process():
    few, small, are_few = parallel.FEW, parallel.SMALL, parallel.are_few
    assert are_few([small // few] * few) and not are_few([1] * (few + 1))
    assert not are_few([small, 1]) and are_few([10 * small]) and are_few([])


@pytest.mark.skipif(sys.platform != "linux", reason="pages are written in forks on Linux only")
@pytest.mark.parametrize("times", [0, 2])
def test_a_page_that_is_written_twice_or_not_at_all_is_told(times, tmp_path, monkeypatch):
    """Each process takes the next number from a file whose place all share; this one does not do what it should."""
    book = toybook.write(tmp_path / "book", {f"n{n}": toybook.chapter(f"Chapter {n}", "1") for n in range(7)})

    @contextlib.contextmanager
    def wrong(number):
        with tempfile.TemporaryFile() as file:
            file.write(b"".join(place.to_bytes(4) * (times if place == 4 else 1) for place in range(number)))
            file.flush()
            os.lseek(file.fileno(), 0, os.SEEK_SET)
            yield file.fileno()

    monkeypatch.setattr(shares, "_tickets", wrong)
    monkeypatch.setattr(parallel, "processes", lambda: 2)
    with pytest.raises(build.BuildError, match="twice or not at all"):
        build.build_book(book, "html")


EARLY = """\
import os
from pathlib import Path
from bookpress.effort.early import early

def setup(app):
    for priority, handler in enumerate((fails_in_a_fork, well, says), 1):
        app.connect("build-finished", handler, priority=priority)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

def told(app, line):
    if "None" not in line:  # Sphinx calls all of them once more when one has failed
        return
    with Path(app.outdir, "told.txt").open("a") as told:
        told.write(f"{line}\\n")

@early
def well(app, failed):
    told(app, f"well {failed} {os.getpid() == BUILD}")

@early
def fails_in_a_fork(app, failed):
    told(app, f"fails {failed} {os.getpid() == BUILD}")
    if FAILS and not failed:
        raise OSError(28, "No space left on device", "notes.txt")

@early
def says(app, failed):
    from sphinx.util import logging
    if not failed:
        logging.getLogger(__name__).warning("a thing to say of the whole")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="pages are written in forks on Linux only")
@pytest.mark.parametrize("processes", [1, 3])
@pytest.mark.parametrize("fails", [False, True])
def test_what_needs_no_page_is_done_once_and_its_faults_are_told(processes, fails, tmp_path, monkeypatch, capfd):
    """Among the pages; what failed there is tried once more where it would have been, after the last page."""
    book = toybook.write(tmp_path / "book", {f"n{n}": toybook.chapter(f"Chapter {n}", "1") for n in range(7)})
    name = f"early_{processes}_{fails}"
    (book / f"{name}.py").write_text(f"FAILS = {fails}\nBUILD = {os.getpid()}\n{EARLY}")
    config = book / "_config.yml"
    config.write_text(config.read_text().replace("local_extensions:", f"local_extensions:\n    {name}: ."))
    monkeypatch.setattr(parallel, "processes", lambda: processes)
    with pytest.raises(OSError if fails else build.BuildError) as caught:  # a warning is an error
        build.build_book(book, "html")
    said = [line for line in capfd.readouterr().err.splitlines() if "a thing to say" in line]
    told = (book / "_build/.work/html/told.txt").read_text().splitlines()
    assert len(said) == (processes > 1 or not fails)
    if fails:
        assert caught.value.filename == "notes.txt"
        assert [line.split()[0] for line in told].count("fails") == (2 if processes > 1 else 1)
        assert told[-1] == "fails None True", "by the build itself"
    else:
        assert sorted(line.split()[0] for line in told) == ["fails", "well"]


@pytest.mark.skipif(sys.platform != "linux", reason="pages are read in forks on Linux only")
def test_forks_end_with_a_killed_build():
    build_ = subprocess.Popen(
        [sys.executable, "-c", SLEEPER], stdout=subprocess.PIPE, text=True, cwd=toybook.REPOSITORY
    )
    fork = psutil.Process(int(build_.stdout.readline()))
    assert fork.ppid() == build_.pid
    time.sleep(0.2)  # until it has said that it wants to end with its parent
    os.kill(build_.pid, signal.SIGKILL)
    build_.wait()
    _, alive = psutil.wait_procs([fork], timeout=5)
    # Ended: where nobody reaps orphans, as in a container without an init, its entry stays.
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks")
def test_a_warm_process_started_ahead_is_used_or_ended(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOKPRESS_KERNELS", "fork")
    with kernels.ahead(tmp_path, ENVIRONMENT):
        ahead = kernels._ahead[tmp_path.resolve()]
        with kernels.KernelPool(tmp_path, ENVIRONMENT, fork=True) as pool:
            assert pool.server is ahead
    assert ahead._process.poll() is not None
    begun = time.monotonic()
    with kernels.ahead(tmp_path, ENVIRONMENT):
        unused = kernels._ahead[tmp_path.resolve()]
    assert unused._process.poll() is not None and not unused.log.exists()
    assert time.monotonic() - begun < 5, "not waited for until it has loaded everything"
    assert not kernels._ahead


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks")
def test_one_kernel_alone_uses_a_process_that_is_warm(tmp_path):
    assert not kernels.warm(tmp_path)
    with kernels.ahead(tmp_path, ENVIRONMENT, "fork"):
        assert kernels.warm(tmp_path) and not kernels.warm(tmp_path, "spawn") and not kernels.warm(tmp_path / "another")
    assert not kernels.warm(tmp_path)


def test_a_warm_process_only_where_chapters_are_likely_to_run(tmp_path, monkeypatch):
    """None was ever executed; or a file that the checks look at is another."""
    (tmp_path / "pyproject.toml").write_text('[tool.bookpress]\nchecks = ["looks_at_a_table"]\n')
    (tmp_path / "looks_at_a_table.py").write_text(
        "from pathlib import Path\n\ndef looked_at():\n    return {'all': [Path(__file__).with_name('table.csv')]}\n\n"
        "def run(names):\n    pass\n"
    )
    monkeypatch.setattr(sys, "path", [*sys.path])
    table, started = tmp_path / "table.csv", []

    def begun():
        started.clear()
        build.preflight(tmp_path, lambda: started.append(1))
        return len(started)

    table.write_text("a\n1\n")
    assert begun() == 1
    (tmp_path / build.CACHE).mkdir(parents=True)
    assert begun() == 0
    table.write_text("a\n2\n")
    assert begun() == 1
    assert begun() == 0
    table.write_text("a\n2\n")
    os.utime(table, (0, 0))
    assert begun() == 1 and begun() == 0, "saved as it was: a guess, made once"
    table.unlink()
    assert begun() == 1 and begun() == 0


def test_checks_made_aside_say_what_they_say_here(tmp_path, monkeypatch):
    """In as many lines, and not asked again when they found nothing."""
    (tmp_path / "pyproject.toml").write_text('[tool.bookpress]\nchecks = ["says_what_is_wrong"]\n')
    (tmp_path / "says_what_is_wrong.py").write_text(
        "from pathlib import Path\n\nTABLE = Path(__file__).with_name('table.csv')\n\n"
        "class Fault(ValueError):\n    def __init__(self, row, reason):\n"
        "        super().__init__(f'row {row}:\\n{reason}')\n\n"
        "def looked_at():\n    return {'table': [TABLE]}\n\n"
        "def run(names):\n    if 'x' in TABLE.read_text():\n        raise Fault(2, 'no number')\n"
    )
    monkeypatch.setattr(sys, "path", [*sys.path])
    table, here = tmp_path / "table.csv", []
    for number in (1, 2):
        monkeypatch.setattr("bookpress.effort.processors.cores", lambda number=number: number)
        table.write_text("a\nx\n")
        with pytest.raises(build.BuildError, match=r"^row 2:\nno number$") as told:
            build.preflight(tmp_path, meanwhile=lambda: here.append(1))
        assert told.value.code == build.FAULTY_INPUT
        table.write_text(f"a\n{number}\n")
        build.preflight(tmp_path, meanwhile=lambda: here.append(1))
        asked = len(here)
        build.preflight(tmp_path, meanwhile=lambda: here.append(1))
        assert len(here) == asked
    assert here or sys.platform != "linux"


def test_only_checks_whose_files_are_others_are_made_again(tmp_path, monkeypatch):
    """One that was broken off, or a note of it that is cut short, is no check that passed."""
    (tmp_path / "pyproject.toml").write_text('[tool.bookpress]\nchecks = ["looks_at_two"]\n')
    (tmp_path / "looks_at_two.py").write_text(
        "from pathlib import Path\n\nHERE = Path(__file__).parent\n\n"
        "def looked_at():\n    return {name: [HERE / f'{name}.csv'] for name in ('one', 'two')}\n\n"
        "def run(names):\n    (HERE / 'asked').write_text(' '.join(names))\n"
        "    for name in names:\n        if 'x' in (HERE / f'{name}.csv').read_text():\n"
        "            raise ValueError(f'{name}.csv is wrong')\n"
    )
    monkeypatch.setattr(sys, "path", [*sys.path])
    asked = tmp_path / "asked"

    def done() -> str:
        asked.write_text("nothing")
        build.preflight(tmp_path)
        return asked.read_text()

    for name in ("one", "two"):
        (tmp_path / f"{name}.csv").write_text("1\n")
    assert done() == "one two" and done() == "nothing"
    (tmp_path / "two.csv").write_text("2\n")
    assert done() == "two" and done() == "nothing"
    (tmp_path / "one.csv").write_text("x\n")
    for _again in range(2):
        with pytest.raises(build.BuildError, match=r"one\.csv is wrong"):
            done()
        assert asked.read_text() == "one"
    (tmp_path / "one.csv").write_text("1\n")
    assert done() == "nothing", "it passed as it is now"
    record = tmp_path / "_build/.work/checked.json"
    for broken in ("", "[1]", '{"passed": {"looks_at_two": 1}, "seen": {}}', record.read_text()[:-9]):
        record.write_text(broken)
        assert done() == "one two"
