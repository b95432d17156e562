"""Execution of chapters: exactly the outdated ones, in parallel, and no failure passes for success."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bookpress.build import command as build
from bookpress.run import downloads
from bookpress.run.settings import ExecutionFailed, chosen
from tests.book import toybook

pytestmark = pytest.mark.long


def executed(book: Path, capfd: pytest.CaptureFixture) -> set[str]:
    """Build; names of the chapters that ran."""
    capfd.readouterr()
    build.build_book(book, "html")
    lines = capfd.readouterr().err
    return set(re.findall(r"^\[ ?\d+/\d+\] chapters/(\w+)\.md  \d+\.\d s$", lines, re.M))


def outputs(book: Path, name: str) -> list[dict]:
    """Outputs of a chapter's cells, from the cache."""
    record = json.loads((book / "_build/.jupyter_cache/bookpress/chapters" / f"{name}.json").read_text())
    notebook = json.loads((book / "_build/.jupyter_cache/executed" / record["key"] / "base.ipynb").read_text())
    return [output for cell in notebook["cells"] for output in cell["outputs"]]


def printed(book: Path, name: str) -> str:
    return "".join("".join(output["text"]) for output in outputs(book, name) if output["output_type"] == "stream")


@pytest.fixture(autouse=True, scope="module")
def ordinary_kernels() -> Iterator[None]:
    """All chapters of the toy at a time, which need none of the big libraries."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOOKPRESS_WORKERS", "4")
        patch.setenv("BOOKPRESS_KERNELS", "spawn")
        yield


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built toy, changed by one test after the other."""
    folder = toybook.write(tmp_path_factory.mktemp("toy"))
    build.build_book(folder, "html")
    return folder


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


EDITS = {
    "nothing": (lambda book: None, set()),
    "modification times": (
        lambda book: [os.utime(p) for p in book.rglob("*.*") if "_build" not in p.parts],
        set(),
    ),
    "a table": (lambda book: append(book / "data/y.csv", "1\n"), {"two"}),
    "the package": (
        lambda book: toybook.edit(book / "toypkg/__init__.py", "import csv", "import csv  # ."),
        {"one", "two"},
    ),
    "a module of one chapter": (
        lambda book: toybook.edit(book / "toypkg/finding.py", "\n\n\n", "\n\n\n\n"),
        {"two"},
    ),
    "a seed": (lambda book: toybook.edit(book / "seeds/s.txt", "seed", "other"), {"three"}),
    "a new file in a listed folder": (lambda book: (book / "seeds/t.txt").write_text(""), {"three"}),
    "a file that was absent": (lambda book: (book / "data/absent.csv").write_text(""), {"three"}),
    "a file nobody reads": (lambda book: (book / "data/unused.csv").write_text("a\n"), set()),
    "a cell": (lambda book: toybook.edit(book / "chapters/one.md", "x = toypkg", "x  = toypkg"), {"one"}),
    "prose": (lambda book: toybook.edit(book / "chapters/one.md", "Words.", "Other words."), set()),
}


@pytest.mark.parametrize("name", EDITS)
def test_exactly_the_outdated_chapters_run(book: Path, capfd: pytest.CaptureFixture, name: str) -> None:
    change, expected = EDITS[name]
    change(book)
    assert executed(book, capfd) == expected


def test_pages_follow_the_data(book: Path, capfd: pytest.CaptureFixture) -> None:
    """Also a page that quotes a number of another chapter, and findings.json."""
    (book / "data/x.csv").write_text("a\n40\n2\n")
    (book / "data/y.csv").write_text("a\n7\n")
    assert executed(book, capfd) == {"one", "two"}
    pages = {name: (book / f"_build/html/chapters/{name}.html").read_text() for name in ("one", "two")}
    assert 'The total is <span class="pasted-text">42</span>' in pages["one"]
    assert 'Chapter one says <span class="pasted-text">42</span>' in pages["two"]
    findings = (book / "_build/html/findings.json").read_text()
    assert [(one["id"], one["value"], one["chapter"]) for one in json.loads(findings)] == [("toy.y", 7, "chapters/two")]
    assert findings.startswith("[\n  {\n    ") and findings.endswith("\n")


def test_a_library_or_python_update_outdates(book: Path, capfd: pytest.CaptureFixture) -> None:
    records = book / "_build/.jupyter_cache/bookpress/chapters"
    toybook.edit(records / "three.json", '"python": "', '"python": "0')
    toybook.edit(records / "two.json", '"ipykernel": "', '"ipykernel": "0')
    assert executed(book, capfd) == {"two", "three"}


def test_outputs_written_by_others_are_not_trusted(book: Path, capfd: pytest.CaptureFixture) -> None:
    """As plain jupyter-book leaves them: same cells, but nobody knows which data."""
    record = json.loads((book / "_build/.jupyter_cache/bookpress/chapters/two.json").read_text())
    cached = book / "_build/.jupyter_cache/executed" / record["key"] / "base.ipynb"
    cached.write_text(cached.read_text() + "\n")
    assert executed(book, capfd) == {"two"}


@pytest.mark.parametrize("left", ["nothing", "half of it"])
def test_what_a_killed_build_left_half_stored_is_stored_again(book: Path, capfd, left: str) -> None:
    """The folder of the outputs is there, and they are not, or end in the middle."""
    record = json.loads((book / "_build/.jupyter_cache/bookpress/chapters/one.json").read_text())
    cached = book / "_build/.jupyter_cache/executed" / record["key"] / "base.ipynb"
    whole = cached.read_text()
    if left == "nothing":
        cached.unlink()
    else:
        cached.write_text(whole[: len(whole) // 2])
    assert executed(book, capfd) == {"one"}
    assert cached.read_text() == whole


def test_failures_are_told_and_never_cached(tmp_path: Path, capfd: pytest.CaptureFixture) -> None:
    """One chapter raises, one hangs, one kills its kernel, one is good."""
    book = toybook.write(
        tmp_path,
        {
            "good": toybook.chapter("Good", "print('good')"),
            "raises": toybook.chapter("Raises", "a = 1", "def f():\n    return a / 0\n\nf()"),
            "hangs": toybook.chapter("Hangs", "import time\nprint('before', flush=True)\ntime.sleep(60)", timeout=1),
            "dies": toybook.chapter("Dies", "import os\nos.write(2, b'last words')\nos.kill(os.getpid(), 9)"),
        },
    )
    for attempt in range(2):
        with pytest.raises(build.BuildError) as caught:
            build.build_book(book, "html")
        assert caught.value.code == build.FAULTY_BOOK
        message = str(caught.value)
        line = (book / "chapters/raises.md").read_text().splitlines().index("    return a / 0") + 1
        assert f"chapters/raises.md:{line}: ZeroDivisionError: division by zero" in message
        assert re.search(r"chapters/hangs\.md:13: the cell ran longer than 1 s .*\n.*import time\n +before", message)
        assert re.search(r"chapters/dies\.md:11: the kernel died\n.*cell at line 11: import os", message)
        log = capfd.readouterr().err
        assert ("chapters/good.md" in log) == (attempt == 0)
        assert log.count("FAILED") == 3
    assert "".join(outputs(book, "good")[0]["text"]) == "good\n"


def test_a_chapter_saved_while_the_book_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its page and its notebook would be of two texts."""
    book = toybook.write(tmp_path, {"one": toybook.chapter("One", "1 + 1"), "two": toybook.chapter("Two", "2 + 2")})
    made = downloads.executed_notebook

    def saved_before(path: Path, *more: Any) -> bytes | None:
        toybook.edit(path, "2 + 2", "2 + 3") if path.stem == "two" else None
        return made(path, *more)

    monkeypatch.setattr(downloads, "executed_notebook", saved_before)
    with pytest.raises(build.BuildError, match=r"chapters/two\.md: its cells changed .* while the book was"):
        build.build_book(book, "html")
    assert not (book / "_build/html").exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_forked_and_ordinary_kernels_agree(
    tmp_path: Path, capfd: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same outputs, figures as images, and chapters at the same time."""
    plot = "import matplotlib.pyplot as plt, pandas as pd\nplt.plot([1, 2]);"
    sleep = "import time\nprint(time.time())\ntime.sleep(1)\nprint(time.time())"
    chapters = {
        "plots": toybook.chapter(
            "Plots", plot, "import sys, os\nprint(hash('a'), 'vouch' in sys.modules, os.getcwd())"
        ),
        "sleeps": toybook.chapter("Sleeps", sleep),
        "naps": toybook.chapter("Naps", sleep, "1"),
    }
    book = toybook.write(tmp_path, chapters)
    seen = {}
    for mode in ("fork", "spawn"):
        monkeypatch.setenv("BOOKPRESS_KERNELS", mode)
        assert executed(book, capfd) == set(chapters)
        seen[mode] = outputs(book, "plots")
        assert re.search(rf" False {re.escape(str(book))}/chapters$", printed(book, "plots").strip())
        times = [[float(t) for t in printed(book, name).split()] for name in ("sleeps", "naps")]
        assert max(times[0][0], times[1][0]) < min(times[0][1], times[1][1]), "they did not overlap"
        for record in (book / "_build/.jupyter_cache/bookpress").rglob("*.json"):
            record.unlink()
    assert "image/png" in seen["fork"][0]["data"]
    assert seen["fork"] == seen["spawn"]


@pytest.mark.parametrize(("mode", "number"), [("fork", signal.SIGKILL), ("spawn", signal.SIGTERM)])
def test_an_interrupted_build_leaves_no_process(tmp_path: Path, mode: str, number: int) -> None:
    cell = "import os, pathlib, subprocess, time\n" + (
        "child = subprocess.Popen(['sleep', '60'])\n"
        "pathlib.Path('pids').write_text(f'{os.getpid()} {child.pid} .')\ntime.sleep(60)"
    )
    waits = toybook.chapter("Waits", cell).replace("---\n", "---\nreads: []\n", 1)  # it starts a program
    book = toybook.write(tmp_path, {"waits": waits})
    process = toybook.start(book, BOOKPRESS_KERNELS=mode)
    pids = wait_for(lambda: (book / "chapters/pids").read_text().split(), 30)
    process.send_signal(number)
    process.communicate(timeout=20)
    assert process.returncode == (build.TERMINATED if number == signal.SIGTERM else -number)
    assert wait_for(lambda: not any(alive(int(pid)) for pid in pids[:2]), 5)


def test_the_stock_build_gives_the_same_pages(tmp_path: Path) -> None:
    """Plain jupyter-book, executing by itself, and the driver."""
    stock, driver = toybook.write(tmp_path / "stock"), toybook.write(tmp_path / "driver")
    subprocess.run(
        [
            Path(sys.executable).with_name("jupyter-book"),
            "build",
            "-q",
            "-n",
            "-W",
            "--keep-going",
            str(stock),
        ],
        env=os.environ | {"PYTHONPATH": f"{toybook.REPOSITORY}{os.pathsep}{stock}", "BOOKPRESS_EXECUTOR": "stock"},
        check=True,
        capture_output=True,
    )
    process = toybook.start(driver)  # of its own, too: what this one has built before must not matter
    assert process.wait(timeout=120) == build.BUILT, process.communicate()
    assert contents(driver / "_build/html") == contents(stock / "_build/html")


def test_findings_that_disagree_are_an_error(tmp_path: Path) -> None:
    cell = "from toypkg.finding import record\nrecord('toy.n', {})"
    book = toybook.write(
        tmp_path, {"a": toybook.chapter("A", cell.format(1)), "b": toybook.chapter("B", cell.format(2))}
    )
    with pytest.raises(build.BuildError, match=r"toy\.n: 1 in chapters/a, 2 in chapters/b"):
        build.build_book(book, "html")


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_killed_warm_process_is_told_and_leaves_no_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its kernels go with it: every chapter that was running or had yet to run is named, and nothing waits for ever."""
    monkeypatch.setenv("BOOKPRESS_KERNELS", "fork")
    monkeypatch.setenv("BOOKPRESS_WORKERS", "2")
    pids = tmp_path / "pids"
    note = f"import os, signal, time\nopen({str(pids)!r}, 'a').write(str(os.getpid()) + '\\n')\n"
    book = toybook.write(
        tmp_path / "book",
        {
            "kills": toybook.chapter(
                "Kills", note + "time.sleep(1); os.kill(os.getppid(), signal.SIGKILL); time.sleep(60)"
            ),
            "waits": toybook.chapter("Waits", note + "time.sleep(60)"),
            "later": toybook.chapter("Later", "1"),
        },
    )
    with pytest.raises(build.BuildError) as failed:
        build.build_book(book, "html")
    for name in ("kills", "waits", "later"):
        assert f"chapters/{name}.md" in str(failed.value)
    assert "the process that kernels are forked from has ended" in str(failed.value)
    assert wait_for(lambda: not any(alive(int(pid)) for pid in pids.read_text().split()), 10)


def test_the_costliest_chapters_begin_first(tmp_path: Path, capfd: pytest.CaptureFixture, monkeypatch) -> None:
    """By what their heads say and the length of their code at first, by what they took from then on."""
    monkeypatch.setenv("BOOKPRESS_WORKERS", "1")
    costly = toybook.chapter("Costly", "2").replace("---\n\n#", "execution: {cost: 9}\n---\n\n#")
    texts = {"a": toybook.chapter("A", "1"), "long": toybook.chapter("Long", "3" + "  #" * 99), "costly": costly}
    book = toybook.write(tmp_path, texts)

    def order() -> list[str]:
        capfd.readouterr()
        build.build_book(book, "html")
        return re.findall(r"^\[\d/\d\] chapters/(\w+)\.md", capfd.readouterr().err, re.M)

    assert order() == ["costly", "long", "a"]
    for name in texts:
        path = book / "_build/.jupyter_cache/bookpress/chapters" / f"{name}.json"
        record = json.loads(path.read_text())
        path.write_text(json.dumps(record | {"notebook": "lost", "seconds": {"a": 3, "long": 2, "costly": 1}[name]}))
    assert order() == ["a", "long", "costly"]


HEADS = [
    ("execution: {cost: much}", "`execution: cost` in its head is 'much'; it is a number of seconds"),
    ("execution: {cost: true}", "`execution: cost` in its head is True"),
    ("execution: {cost: .inf}", "`execution: cost` in its head is inf"),
    ("execution: {cost: -1}", "`execution: cost` in its head is -1"),
    ("execution: off", "`execution` in its head is False; it is a mapping, such as `execution: {timeout: 60}`"),
    ("execution: {timeout: 2m}", "`execution: timeout` in its head is '2m'; it is a whole number of seconds"),
    ("execution: {timeout: 1.5}", "`execution: timeout` in its head is 1.5"),
    ("execution: {timeout: true}", "`execution: timeout` in its head is True"),
    ("execution: {allow_errors: 'no'}", "`execution: allow_errors` in its head is 'no'; it is true or false"),
    ("kernelspec: python3", "no notebook that can be read: NotebookValidationError: 'python3' is not"),
    ("kernelspec: {name: 3}", "no notebook that can be read: NotebookValidationError: 3 is not"),
    ("mystnb: off", "`mystnb` in its head is False; it is a mapping"),
    ("reads: x.csv", "`reads` in its head is 'x.csv'; it is a list of files"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "told"), HEADS, ids=[head for head, _ in HEADS])
def test_what_a_head_says_of_execution_is_taken_or_told(tmp_path: Path, head: str, told: str) -> None:
    text = f"---\nfile_format: mystnb\n{head}\n---\n\n# Odd\n\n```{{code-cell}} python\n1\n```\n"
    with pytest.raises(build.BuildError) as caught:
        build.build_book(toybook.write(tmp_path, {"odd": text}), "html")
    assert f"chapters/odd.md: {told}" in str(caught.value) and "fault of a program" not in str(caught.value)


def test_environment_variables_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKPRESS_WORKERS", "many")
    with pytest.raises(ExecutionFailed, match="many"):
        chosen({})
    monkeypatch.setenv("BOOKPRESS_WORKERS", "0")
    with pytest.raises(ExecutionFailed, match="'0'; it is a number of chapters, 1 or more"):
        chosen({})
    monkeypatch.delenv("BOOKPRESS_WORKERS")
    for name, wrong in (("KERNELS", "thread"), ("EXECUTOR", "none"), ("SHUTDOWN", "soon")):
        with monkeypatch.context() as patch, pytest.raises(ExecutionFailed, match=f"BOOKPRESS_{name} is '{wrong}'"):
            patch.setenv(f"BOOKPRESS_{name}", wrong)
            chosen({})


def contents(site: Path) -> dict[str, str]:
    """The pages and the findings of a site, without what is only offered where chapters were executed by us, and the
    checksum of the style sheet, which has rules for that."""
    paths = [*site.glob("**/*.html"), site / "findings.json"]
    ours = re.compile(
        r'<p class="bp-takeaway">.*?</p>|<details class="bp-folded vouch-numbers">.*?</details>|(?<=book\.css)\?v=\w+',
        re.DOTALL,
    )
    return {str(path.relative_to(site)): ours.sub("", path.read_text()) for path in paths}


def wait_for(condition, seconds: float):
    """The first true value of condition, None if there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if value := condition():
                return value
        except (OSError, ValueError):
            pass
        time.sleep(0.05)
    return None


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")
