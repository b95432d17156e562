"""Each part of bookpress by itself on somebody else's book: no CITATION.cff, no other part, another theme."""

from __future__ import annotations

import re
import zipfile

import pytest

from tests.bookpress import books

pytestmark = pytest.mark.long

BUILDER = {"epub": "epub"}


def looked_at(part: str, out) -> str:
    """All pages that the builder wrote."""
    ending = "xhtml" if part == "epub" else "html"
    return "\n".join(path.read_text("utf-8") for path in sorted(out.rglob(f"*.{ending}")))


def test_tracebacks_are_told_apart():
    ended = (
        "ERROR:tornado.general:Uncaught exception in ZMQStream callback\nTraceback (most recent call last):\n"
        '  File "/e/lib/site-packages/zmq/eventloop/zmqstream.py", line 585, in _log_error\n    f.result()\n'
        '  File "zmq/backend/cython/_zmq.py", line 190, in zmq.backend.cython._zmq._check_rc\n'
        "zmq.error.ZMQError: Socket operation on non-socket\n"
    )
    ours = 'Traceback (most recent call last):\n  File "/b/bookpress/web/sheet.py", line 1, in f\n    1 / 0\nError: x\n'
    assert books.tracebacks(f"one\n{ended}two\n") == []
    assert len(books.tracebacks(f"one\n{ended}{ours}two\n")) == 1 and len(books.tracebacks(ours + ended)) == 1


@pytest.mark.parametrize("theme", ["alabaster", "sphinx_book_theme"])
@pytest.mark.parametrize("part", books.PARTS)
def test_a_plain_sphinx_project(tmp_path, part, theme):
    """Nothing but reStructuredText and the part: not even myst-nb, unless the part is for notebooks."""
    conf = f"extensions = ['bookpress.{part}']\nproject = 'P'\nhtml_theme = {theme!r}\nshow_warning_types = True\n"
    out, warnings = books.build(books.plain(tmp_path, conf), BUILDER.get(part, "html"))
    assert "[bookpress" not in warnings and "rror" not in warnings, warnings
    assert "Old page" in looked_at(part, out) and "What is meant." in looked_at(part, out)


@pytest.mark.parametrize("part", books.PARTS)
def test_pages_of_three_kinds(tmp_path, part):
    conf = f"extensions = ['myst_nb', 'bookpress.{part}']\nproject = 'P'\nhtml_theme = 'alabaster'\n"
    source = books.mixed(tmp_path, conf + "nb_execution_mode = 'off'\nshow_warning_types = True\n")
    out, warnings = books.build(source, BUILDER.get(part, "html"))
    assert "[bookpress" not in warnings and "rror" not in warnings, warnings
    text = looked_at(part, out)
    for words in ("Old page", "Only words", "Notebook", "visible"):
        assert words in text, words


@pytest.mark.parametrize("part", books.PARTS)
def test_jupyter_book_builds_it(tmp_path, part):
    source = books.jupyter_book(tmp_path, part, theme="pydata_sphinx_theme" if part == "web" else "")
    words = ["build", "."] + (["--builder", "custom", "--custom-builder", "epub"] if part == "epub" else [])
    done = books.command(source, "jupyter-book", *words)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert not (left := books.tracebacks(done.stderr + done.stdout)), left
    out = source / "_build" / ("epub" if part == "epub" else "html")
    assert "What is meant." in looked_at(part, out)
    assert re.search(r"\b42\b", looked_at(part, out)), "the text notebook was executed"


@pytest.mark.parametrize("part", books.PARTS)
def test_sphinx_build_builds_it(tmp_path, part):
    conf = f"extensions = ['myst_nb', 'bookpress.{part}']\nnb_execution_mode = 'cache'\n"
    source = books.mixed(tmp_path, conf)
    done = books.command(source, "sphinx", "-q", "-b", BUILDER.get(part, "html"), ".", "_build/out")
    assert done.returncode == 0, done.stderr[-4000:]
    assert re.search(r"\b42\b", looked_at(part, source / "_build" / "out"))


def test_a_kernel_that_never_ran_asks_for_nothing(tmp_path):
    """Stored outputs are shown; nothing is offered that was not made."""
    conf = "extensions = ['bookpress.run']\nnb_execution_mode = 'off'\n"
    out, _ = books.build(books.mixed(tmp_path, conf))
    assert "bp-takeaway" not in (out / "notebook.html").read_text("utf-8")


def test_a_citation_without_an_author_or_a_version(tmp_path):
    out, _ = books.build(books.plain(tmp_path, "extensions = ['bookpress.cite']\nproject = 'P'\n"))
    page = (out / "old.html").read_text("utf-8")
    assert "Cite this chapter" in page and "not set" not in page and "unknown" not in page
    assert "  " not in re.search(r'id="cite-chapter-chicago">(.*?)</p>', page)[1]
    for ending in ("bib", "ris", "json"):
        assert (out / "cite" / f"old.{ending}").read_text("utf-8")


def test_pages_of_one_name_in_two_folders_have_files_of_their_own(tmp_path):
    source = books.plain(tmp_path, "extensions = ['bookpress.cite']\nproject = 'P'\n")
    books.write(source / "folder", old_rst=":orphan:\n\nOther page\n==========\n")
    out, _ = books.build(source)
    named = [
        re.search(r"cite/([\w-]+)\.bib", (out / page).read_text("utf-8"))[1] for page in ("old.html", "folder/old.html")
    ]
    assert len(set(named)) == 2 and all((out / "cite" / f"{name}.bib").is_file() for name in named)


def test_the_epub_is_an_archive_with_every_page(tmp_path):
    out, _ = books.build(books.plain(tmp_path, "extensions = ['bookpress.epub']\nproject = 'P'\n"), "epub")
    (package,) = out.glob("*.epub")
    with zipfile.ZipFile(package) as archive:
        assert {"index.xhtml", "old.xhtml", "nav.xhtml", "title.xhtml"} <= set(archive.namelist())
