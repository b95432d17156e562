"""PDF and EPUB made beside the web pages: the same files as one after the other, and the same answers to faults."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pypdfium2
import pytest

from tests.book import toybook
from vouch.paths import ROOT

FORMS = toybook.CONFIG + "".join(
    f"    bookpress.{part}: .\n" for part in ("web", "cells", "front", "cite", "typst", "epub")
)
BUILD = """\
import sys
from pathlib import Path
from bookpress.build import command, parallel
parallel.processes = lambda: {processes}
sys.exit(command.main(["book"], Path.cwd()))
"""
PRETEND = """\
import os, sys, time
from pathlib import Path
from bookpress.build import beside, parallel
from bookpress.build.outcome import BuildError

parallel.processes = lambda: 2


def sphinx(root, builder, work, writing=None, later=False):
    if builder == "html":
        writing()
        time.sleep(0.2)
        {html}
    else:
        {other}


beside.run_sphinx = sphinx
try:
    print(sorted(beside.run(Path.cwd(), ("html", "typst", "epub"), Path.cwd())))
except BaseException as error:
    print(type(error).__name__, getattr(error, "code", ""), error)
"""


def python(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BOOKPRESS_KERNELS": "spawn"}
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )


def write(folder: Path, text: str = "Words.") -> Path:
    book = toybook.write(folder, {"one": toybook.chapter("One", "1 + 1"), "two": toybook.chapter("Two", after=text)})
    (book / "_config.yml").write_text(FORMS)
    return book


def published(book: Path) -> dict[str, bytes]:
    kinds = [book / "_build" / kind for kind in ("html", "pdf", "epub")]
    return {
        path.relative_to(book).as_posix(): path.read_bytes()
        for kind in kinds
        for path in kind.rglob("*")
        if path.is_file()
    }


def test_side_by_side_and_one_after_the_other_make_the_same_files_and_faults_of_each_are_told(tmp_path: Path) -> None:
    book = write(tmp_path / "toy")
    done = python(book, BUILD.format(processes=2))
    assert done.returncode == 0, done.stderr
    assert {"HTML", "PDF", "EPUB"} <= {line.split()[0] for line in done.stdout.splitlines()}
    beside = published(book)
    assert {Path(name).suffix for name in beside} >= {".html", ".pdf", ".epub"}
    read = {path: path.stat().st_mtime_ns for path in (book / "_build/.work/doctrees").rglob("*.doctree")}
    again = python(book, BUILD.format(processes=2))
    assert again.returncode == 0 and published(book) == beside
    assert read and {path: path.stat().st_mtime_ns for path in read} == read, "where nothing changed no page is read"
    (book / "_build").rename(tmp_path / "beside")
    assert python(book, BUILD.format(processes=1)).returncode == 0
    assert published(book) == beside

    write(book, "A sign \N{EGYPTIAN HIEROGLYPH A001} that no typeface of the PDF has.")
    failed = python(book, BUILD.format(processes=2))
    assert failed.returncode == 1 and "typst" in failed.stderr and "two.md" in failed.stderr
    assert "typst: the warnings above are errors" in failed.stderr.splitlines()[-1]
    assert published(book) == beside


@pytest.mark.long
@pytest.mark.parametrize("other", ["pdf", "epub"])
def test_pages_that_another_form_has_read_meanwhile_are_written(tmp_path: Path, other: str) -> None:
    """A number from a table, and another page that quotes it: the chapter that prints it has run for the other form."""
    book = toybook.write(tmp_path)
    (book / "_config.yml").write_text(FORMS)

    def numbers(*targets: str) -> list[str]:
        for target in targets:
            done = python(book, f"from bookpress.build.command import main; raise SystemExit(main(['{target}']))")
            assert done.returncode == 0, done.stderr
        texts = (re.sub(r"<[^>]+>", "", (book / f"_build/html/chapters/{n}.html").read_text()) for n in ("one", "two"))
        return [re.search(r"(?:total is|one says) (\d+)\.", text)[1] for text in texts]

    assert numbers("html") == ["3", "3"]
    (book / "data/x.csv").write_text("a\n2\n3\n")
    assert numbers(other, "html") == ["5", "5"]
    site = {path: path.stat().st_mtime_ns for path in (book / "_build/.work/html/chapters").glob("*.html")}
    (book / "data/z.csv").write_text("a\n")  # nothing that a page rests on
    assert numbers(other, "html") == ["5", "5"]
    assert site == {path: path.stat().st_mtime_ns for path in site}, "what nobody read is not written"


@pytest.mark.long
@pytest.mark.parametrize("processes", [1, 2])
def test_what_runs_in_every_build_runs_once_for_all_forms(tmp_path: Path, processes: int) -> None:
    """A chapter that cannot be observed, or that fails and is shown: each form has the outputs of the same run."""
    book = write(tmp_path)
    unlike = "import random, subprocess\nprint('drawn', random.randrange(10**9))\n_ = subprocess.run(['true'])"
    (book / "chapters/one.md").write_text(toybook.chapter("One", unlike))
    (book / "chapters/two.md").write_text(toybook.chapter("Two", "print('drawn', id(object()))", "1 / 0"))
    settings = "config: {run_unobserved: rerun, run_failures: show, "
    (book / "_config.yml").write_text(FORMS.replace("config: {", settings))
    for build in ("first", "second"):
        done = python(book, BUILD.format(processes=processes))
        assert done.returncode == 0, done.stderr
        assert sorted(re.findall(r"\] (\S+)", done.stderr)) == ["chapters/one.md", "chapters/two.md"], build
        pdf = pypdfium2.PdfDocument(next((book / "_build/pdf").glob("*.pdf")))
        texts = [
            (book / "_build/html/chapters/one.html").read_text("utf-8"),
            (book / "_build/.work/epub/chapters/one.xhtml").read_text("utf-8"),
            " ".join(page.get_textpage().get_text_range() for page in pdf),
        ]
        drawn = [set(re.findall(r"drawn (\d+)", text)) for text in texts]
        assert len(drawn[0]) == 1 and drawn[0] == drawn[1] <= drawn[2], drawn
        assert "did not run to its end" in " ".join(texts[2].split())


@pytest.mark.parametrize(
    ("html", "other", "said"),
    [
        ("pass", "pass", "['epub', 'html', 'typst']"),
        ("pass", "os.kill(os.getpid(), 9)", "BuildError 3 the process of typst was killed"),
        ("pass", "raise BuildError('of the PDF', 2)", "BuildError 2 of the PDF"),
        ("pass", "raise OSError(28, 'full')", "OSError  [Errno 28]"),
        ("pass", "raise ImportError('no typst', name='typst')", "ImportError  no typst"),
        ("pass", "1 / 0", "BuildError 1 unexpected ZeroDivisionError"),
        ("raise BuildError('of the pages', 1)", "time.sleep(60)", "BuildError 1 of the pages"),
        ("raise KeyboardInterrupt", "time.sleep(60)", "KeyboardInterrupt"),
        ("raise BuildError('of the pages', 1)", "raise BuildError('of the PDF', 2)", "BuildError 1 of the pages"),
    ],
)
def test_what_the_fork_answers_is_heard_and_it_never_outlives_the_build(
    tmp_path: Path, html: str, other: str, said: str
) -> None:
    noted = f"Path(builder).write_text(str(os.getpid())); {other}"
    done = python(tmp_path, PRETEND.format(html=html, other=noted))
    assert done.returncode == 0 and done.stdout.startswith(said), done.stdout + done.stderr
    for builder in ("typst", "epub"):
        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / builder).read_text()), 0)


def test_a_later_fork_yields_to_those_before_it(tmp_path: Path) -> None:
    """The PDF takes longest; and the pages are not slower than the forks."""
    noted = "Path(builder).write_text(str(os.nice(0)))"
    done = python(tmp_path, PRETEND.format(html=noted, other=noted))
    assert done.stdout.startswith("['epub', 'html', 'typst']"), done.stdout + done.stderr
    html, typst, epub = (int((tmp_path / builder).read_text()) for builder in ("html", "typst", "epub"))
    assert html == typst < epub


def test_each_fork_answers_for_its_own_builder(tmp_path: Path) -> None:
    """Of two that fail the first is heard; one that fails does not wait for one that takes long."""
    both = "raise BuildError(f'of {builder}', 1)"
    one = "time.sleep(0 if builder == 'typst' else 60); " + both
    later = "time.sleep(0.5 if builder == 'typst' else 0); " + both
    for other in (both, one, later):
        begun = time.monotonic()
        done = python(tmp_path, PRETEND.format(html="pass", other=other))
        assert done.stdout.startswith("BuildError 1 of typst"), done.stdout + done.stderr
        assert time.monotonic() - begun < 30
    other = "Path(builder).write_text('here'); time.sleep(0.1)\n        if builder == 'epub': 1 / 0"
    done = python(tmp_path, PRETEND.format(html="pass", other=other))
    assert done.stdout.startswith("BuildError 1 unexpected ZeroDivisionError"), done.stdout + done.stderr
