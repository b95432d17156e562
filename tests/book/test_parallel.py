"""Reading in parallel gives what reading in order gives, and nothing outlives a build."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from bookpress.build import command as build
from bookpress.build import parallel
from bookpress.run import kernels
from tests.book import toybook

pytestmark = pytest.mark.long

ENVIRONMENT = {**os.environ, "PYTHONHASHSEED": "0"}
SLEEPER = """\
import os, sys, time
from bookpress.build import parallel
with parallel._forks_end_with(os.getpid()):
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
    forks, sites = [], []
    at_fork = parallel.OrderedTasks.add_task
    monkeypatch.setattr(
        parallel.OrderedTasks, "add_task", lambda self, *task: forks.append(task) or at_fork(self, *task)
    )
    for processes in (1, 3, 3):
        monkeypatch.setattr(parallel, "processes", lambda processes=processes: processes)
        (book / "_build/.work/good").unlink(missing_ok=True)
        forks.clear()
        build.build_book(book, "html")
        assert bool(forks) == (processes > 1)
        sites.append(contents(book / "_build/html"))
    assert sites[0] == sites[1] == sites[2]


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


def test_no_warm_process_where_chapters_were_executed_before(tmp_path, monkeypatch):
    monkeypatch.setattr(kernels, "ahead", lambda root: pytest.fail("started"))
    (tmp_path / build.CACHE).mkdir(parents=True)
    with build._kernels_ahead(tmp_path):
        pass
