"""The build driver: publishes whole books or nothing, and says in one line what is in the way."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from bookpress.build import command as build
from bookpress.build import outcome, publish, workfolder
from bookpress.run.outputs import settle
from tests.book import toybook


@pytest.fixture(autouse=True, scope="module")
def ordinary_kernels() -> Iterator[None]:
    """The toy needs none of the big libraries."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOOKPRESS_KERNELS", "spawn")
        yield


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = toybook.write(
        tmp_path_factory.mktemp("toy"),
        {
            "one": toybook.chapter("One", "1"),
            "two": toybook.chapter("Two", "2", after="[](#here)\n\n(here)=\n## Here"),
            "plot": toybook.chapter("Plot", "import matplotlib.pyplot as plt\nplt.plot([1]);"),
        },
    )
    build.build_book(folder, "html")
    return folder


@pytest.fixture
def command(book: Path):
    """The command line on the toy."""
    return lambda target="html": build.main([target], book)


def published(book: Path) -> dict[str, bytes]:
    site = book / "_build/html"
    return {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def test_tells_where_the_book_is(book: Path, command, capfd: pytest.CaptureFixture) -> None:
    before = published(book)
    assert command() == build.BUILT
    out = capfd.readouterr().out
    assert f"HTML  {book.as_uri()}/_build/html/index.html" in out
    assert "built in" in out and "html" in out
    assert published(book) == before, "an unchanged book is built to the same bytes"
    assert "chapters/one.html" in before["index.html"].decode()


def test_a_faulty_book_is_never_published(book: Path, command, capfd: pytest.CaptureFixture) -> None:
    """Neither at the first attempt nor at the second, when Sphinx by itself would not repeat its warning."""
    before = published(book)
    toybook.edit(book / "chapters/two.md", "(#here)", "(#nowhere)")
    for _ in range(2):
        assert command() == build.FAULTY_BOOK
        output = capfd.readouterr().err
        assert "nowhere" in output and "published book is unchanged" in output and "Traceback" not in output
        assert published(book) == before
    toybook.edit(book / "chapters/two.md", "(#nowhere)", "(#here)")
    assert command() == build.BUILT
    assert published(book) == before


def test_a_raising_cell_is_never_published(book: Path, command, capfd: pytest.CaptureFixture) -> None:
    before = published(book)
    toybook.edit(book / "chapters/one.md", "\n1\n", "\n1 / 0\n")
    for _ in range(2):
        assert command() == build.FAULTY_BOOK
        output = capfd.readouterr().err
        assert "chapters/one.md:11: ZeroDivisionError" in output and "Traceback" not in output
    assert published(book) == before
    toybook.edit(book / "chapters/one.md", "1 / 0", "1")
    assert command() == build.BUILT


def test_pages_and_images_without_source_vanish(book: Path, command) -> None:
    images = set((book / "_build/html/_images").iterdir())
    assert len(images) == 1 and (book / "_build/html/chapters/two.html").exists()
    toybook.edit(book / "chapters/plot.md", "[1]", "[1, 2]")
    assert command() == build.BUILT
    now = set((book / "_build/html/_images").iterdir())
    assert len(now) == 1 and now != images
    contents = book / "_toc.yml"
    kept = contents.read_text()
    toybook.edit(contents, "  - file: chapters/two\n", "")
    assert command() == build.BUILT
    assert not (book / "_build/html/chapters/two.html").exists()
    contents.write_text(kept)


def test_where_nothing_has_changed_nothing_is_built(book: Path, command, capfd, monkeypatch) -> None:
    """And where anything has, it is: a word, a file, a variable, what was published, what lies elsewhere."""
    elsewhere = book.parent / "elsewhere.txt"
    elsewhere.write_text("From elsewhere.\n")
    two = book / "chapters/two.md"
    before = two.read_text()
    toybook.edit(two, "# Two\n", "# Two\n\n```{include} ../../elsewhere.txt\n```\n")

    def built() -> bool:
        assert command() == build.BUILT
        return "nothing has changed" not in capfd.readouterr().out

    assert built() and not built() and not built()
    toybook.edit(elsewhere, "From", "Words from")
    assert built() and "Words from elsewhere" in (book / "_build/html/chapters/two.html").read_text()
    assert not built()
    for change in (
        lambda: toybook.edit(two, "# Two", "# Two more"),
        lambda: (book / "data/new.csv").write_text("a\n1\n"),
        lambda: (book / "data/new.csv").unlink(),
        lambda: (book / ".hidden.csv").write_text("a\n1\n"),
        lambda: monkeypatch.setenv("SOMETHING", "else"),
        lambda: (book / "_build/html/chapters/one.html").unlink(),
        lambda: (book / "_build/html/chapters/one.html").write_text("mine"),
        lambda: shutil.rmtree(book / "_build/.jupyter_cache"),
        lambda: (book / "_build/.work/unchanged.json").write_text('["odd"]'),
    ):
        change()
        assert built() and not built()
    assert "mine" not in (book / "_build/html/chapters/one.html").read_text()
    for name in (".cache/CACHEDIR.TAG", ".cache/of_a_tool", "chapters/__pycache__/x.pyc"):
        (book / name).parent.mkdir(exist_ok=True)
        (book / name).write_text("made of other files")
        assert not built()
    toybook.edit(two, "](#here)", "](#gone)")
    assert command() == command() == build.FAULTY_BOOK, "a fault is told each time"
    two.write_text(before)
    assert built()


def test_only_one_build_at_a_time(book: Path, command, capfd: pytest.CaptureFixture) -> None:
    with workfolder.lock(book / "_build/.work"):
        assert command() == outcome.LOCKED
    assert f"process {os.getpid()}" in capfd.readouterr().err


def test_pdf_and_epub_without_their_builders(book: Path, command, capfd: pytest.CaptureFixture) -> None:
    """The toy's configuration does not name it, or only in a comment."""
    with (book / "_config.yml").open("a") as config:
        config.write("#   bookpress.typst: .\n")
    assert command("pdf") == build.UNFIT
    assert "no PDF: the builder (bookpress.typst)" in capfd.readouterr().err
    assert command("epub") == build.UNFIT
    assert "no EPUB: the builder (bookpress.epub)" in capfd.readouterr().err
    assert command("book") == build.BUILT
    output = capfd.readouterr().err
    assert "no PDF" in output and "no EPUB" in output


@pytest.mark.parametrize(
    ("fault", "code", "told"),
    [
        (build.BuildError("data/x.csv line 3: not a date", build.FAULTY_INPUT), build.FAULTY_INPUT, "line 3"),
        (ModuleNotFoundError("No module named 'yaml'", name="yaml"), build.UNFIT, "'yaml' is missing"),
        (OSError(errno.ENOSPC, "No space left on device"), build.UNFIT, "no space is left"),
        (PermissionError(errno.EACCES, "Permission denied", "/book/_build"), build.UNFIT, "must be writable"),
        (OSError(errno.EROFS, "Read-only file system", "/book/_build"), build.UNFIT, "must be writable"),
        (KeyboardInterrupt(), build.INTERRUPTED, "interrupted"),
    ],
)
def test_troubles_are_told_in_one_line(
    fault: BaseException, code: int, told: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture
) -> None:
    def fail(*arguments: object) -> None:
        raise fault

    monkeypatch.setattr(build, "preflight", fail)
    assert build.main(["html"], toybook.REPOSITORY) == code
    message = capfd.readouterr().err
    assert told in message and message.count("\n") == 1


def test_old_python_is_told(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(build, "_MINIMUM", (99, 0))
    assert build.main(["html"]) == build.UNFIT
    assert "99.0 or newer" in capfd.readouterr().err


def test_a_full_disk_while_sphinx_runs(book: Path, command, monkeypatch, capfd: pytest.CaptureFixture) -> None:
    before = published(book)

    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("bookpress.run.extension.Reader", full)
    assert command() == build.UNFIT
    assert "no space is left" in capfd.readouterr().err
    assert published(book) == before


@pytest.mark.parametrize("platform", ["linux", "other"])
def test_folders_are_exchanged_whole(platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish.sys, "platform", platform)
    source, target = tmp_path / "work", tmp_path / "build/html"
    for content in ("old", "new"):
        shutil.rmtree(source, ignore_errors=True)
        source.mkdir()
        (source / f"{content}.html").write_text(content)
        build.publish_folder(source, target)
        assert [path.name for path in target.iterdir()] == [f"{content}.html"]
        assert [path.name for path in target.parent.iterdir()] == ["html"]


def test_a_failed_copy_leaves_the_old_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "work", tmp_path / "build/html"
    for folder, content in ((source, "new"), (target, "old")):
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(content)

    def full(*arguments: object, **keywords: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(publish.shutil, "copytree", full)
    with pytest.raises(OSError, match="No space"):
        build.publish_folder(source, target)
    assert (target / "index.html").read_text() == "old"
    assert [path.name for path in target.parent.iterdir()] == ["html"]


def test_what_a_killed_publication_left_is_cleared(book: Path, command) -> None:
    left = book / "_build/.html.4711"
    left.mkdir()
    assert command() == build.BUILT
    assert not left.exists()


def test_usage() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bookpress.build", "docx"],
        cwd=toybook.REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert done.returncode == build.FAULTY_INPUT and "invalid choice" in done.stderr


def test_making_outputs_the_same_takes_time_by_their_length_and_not_by_its_square() -> None:
    """A drawing is a word of a million letters, or has many spaces."""

    def seconds(letters: int) -> float:
        content = {"text/markdown": "M0,0L1.5" * (letters // 8), "image/svg+xml": " " * letters}
        notebook = new_notebook(cells=[new_code_cell("1", outputs=[new_output("display_data", content)])])
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            settle(notebook)
            times.append(time.perf_counter() - begun)
        return min(times)

    assert seconds(80_000) < 10 * seconds(20_000)


@pytest.mark.parametrize("name", ["chapters/one.md", "part.txt"], ids=["the page", "a file in it"])
def test_what_is_saved_while_its_page_is_read_is_in_the_next_build(tmp_path: Path, name: str, monkeypatch) -> None:
    """Sphinx notes when it had read a page, and takes what was saved before that for read."""
    monkeypatch.delitem(sys.modules, "saving", raising=False)  # that of another toy
    folder = toybook.saved_while_it_is_read(tmp_path, (name, "Words.", "Saved."))
    if name == "part.txt":
        (folder / name).write_text("Words.\n")
        toybook.edit(folder / "chapters/one.md", "Words.", "```{include} ../part.txt\n```")
    for words in ("Words.", "Saved."):
        assert build.main(["html"], folder) == build.BUILT
        assert words in (folder / "_build/html/chapters/one.html").read_text()


def test_what_reading_writes_is_nothing_that_was_saved_meanwhile(book: Path, command) -> None:
    """The pictures of a chapter are made while it is read."""
    command()
    read = {path.stem: path.stat().st_mtime_ns for path in (book / "_build/.work/doctrees/chapters").glob("*.doctree")}
    toybook.edit(book / "chapters/two.md", "Words.", "Other words.")
    command()
    again = {path.stem: path.stat().st_mtime_ns for path in (book / "_build/.work/doctrees/chapters").glob("*.doctree")}
    toybook.edit(book / "chapters/two.md", "Other words.", "Words.")
    assert {name for name in read if again[name] != read[name]} == {"two"}
