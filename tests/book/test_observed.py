"""What a chapter reads is observed, named at its head, or refused; the machine it runs on stays outside."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
from pathlib import Path

import nbformat
import pytest

from bookpress.build import beside
from bookpress.build import command as build
from bookpress.build.outcome import BuildError
from bookpress.run.imports import imported, rests_on
from tests.book import toybook
from tests.book.test_execution import executed, printed
from vouch.upkeep.reproduce import somebodys_home

pytestmark = pytest.mark.long

HEAD = "---\nfile_format"


@pytest.fixture(autouse=True)
def ordinary_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKPRESS_WORKERS", "4")
    monkeypatch.setenv("BOOKPRESS_KERNELS", "spawn")


def with_head(chapter: str, line: str) -> str:
    assert HEAD in chapter
    return chapter.replace(HEAD, f"---\n{line}\nfile_format", 1)


PROGRAM = "import subprocess\nprint(subprocess.run(['cat', '../data/x.csv'], capture_output=True, text=True).stdout)\n"
REFUSED = {
    "program": PROGRAM,
    "shell": "import os\nos.system('ls')\n",
    "magic": "!ls\n",
    "network": "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/')\n",
    "worker": (
        "import multiprocessing, sys\n"
        "multiprocessing.get_context('spawn').Process(target=sys.getrecursionlimit).start()\n"
    ),
}


def test_what_cannot_be_observed_is_refused_with_its_line(tmp_path, capfd):
    chapters = {name: toybook.chapter(name, f"print()\n{code}") for name, code in REFUSED.items()}
    book = toybook.write(tmp_path, chapters)
    assert build.main(["html"], book) == 1
    told = capfd.readouterr().err
    for name, code in REFUSED.items():
        line = 10 + 1 + len(code.splitlines())
        assert re.search(rf"^chapters/{name}\.md:{line}: Unobserved: the chapter .* `reads: \[", told, re.M), name
    assert not (book / "_build/html").exists()


def test_a_chapter_says_at_its_head_what_it_reads(tmp_path, capfd):
    declared = with_head(toybook.chapter("Named", PROGRAM), "reads: ['../data/x.*']")
    book = toybook.write(tmp_path, {"named": declared, "other": toybook.chapter("Other", toybook.TWO)})
    assert executed(book, capfd) == {"named", "other"}
    (book / "data/x.csv").write_text("a\n99\n")
    assert executed(book, capfd) == {"named"} and "99" in printed(book, "named")
    (book / "data/x.txt").write_text("")  # matches the pattern too
    assert executed(book, capfd) == {"named"}
    toybook.edit(book / "chapters/named.md", "../data/x.*", "../data/none.*")
    assert build.main(["html"], book) == 1
    assert re.search(r"named\.md: .*names '\.\./data/none\.\*', and there is no such file", capfd.readouterr().err)


def test_a_book_may_run_again_what_cannot_be_observed(tmp_path, capfd, monkeypatch):
    monkeypatch.setenv("BOOKPRESS_UNOBSERVED", "rerun")
    book = toybook.write(
        tmp_path, {"program": toybook.chapter("P", PROGRAM), "other": toybook.chapter("O", toybook.TWO)}
    )
    assert executed(book, capfd) == {"program", "other"}
    assert executed(book, capfd) == {"program"}


ASKS = """\
import os, sqlite3
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
import toypkg
print(os.path.exists("../data/absent.csv"), Path("../data/folder").is_dir(), os.stat("../data/x.csv").st_size)
print(sqlite3.connect("../data/d.sqlite").execute("select max(a) from t").fetchall())
with ProcessPoolExecutor(1) as workers:
    print(list(workers.map(toypkg.load, ["y"])))
print(os.environ.get("TOY_COLOUR"), os.environ.get("TOY_OTHER"))
"""


def test_asking_databases_forks_and_variables_are_observed(tmp_path, capfd, monkeypatch):
    book = toybook.write(tmp_path, {"asks": toybook.chapter("Asks", ASKS)})
    toybook.edit(book / "_config.yml", "config: {", "config: {run_environment: [TOY_COLOUR], ")
    monkeypatch.setenv("TOY_OTHER", "seen by nobody")
    with sqlite3.connect(book / "data/d.sqlite") as database:
        database.execute("create table t (a)")
    os.utime(book / "data/d.sqlite", (0, 0))

    def store(value: int) -> None:
        with sqlite3.connect(book / "data/d.sqlite") as opened:
            opened.execute("insert into t values (?)", [value])
        os.utime(book / "data/d.sqlite", (0, 0))

    assert executed(book, capfd) == {"asks"}
    assert "None None" in printed(book, "asks")
    changes = {
        "absent.csv": lambda: (book / "data/absent.csv").touch(),
        "folder": lambda: (book / "data/folder").mkdir(),
        "size": lambda: (book / "data/x.csv").write_text("a\n12345\n"),
        "database": lambda: store(5),
        "read in a fork": lambda: (book / "data/y.csv").write_text("a\n77\n"),
        "variable": lambda: monkeypatch.setenv("TOY_COLOUR", "red"),
    }
    for name, change in changes.items():
        before = printed(book, "asks")
        change()
        assert executed(book, capfd) == {"asks"}, name
        assert printed(book, "asks") != before, name
    assert executed(book, capfd) == set()


@pytest.mark.parametrize(
    ("saved", "as_saved"),
    [("a byte order mark", lambda text: b"\xef\xbb\xbf" + text), ("CRLF", lambda text: text.replace(b"\n", b"\r\n"))],
)
def test_a_chapter_is_one_however_an_editor_saves_it(tmp_path, capfd, saved, as_saved):
    book = toybook.write(tmp_path)
    two = book / "chapters/two.md"
    two.write_bytes(as_saved(two.read_bytes()))
    executed(book, capfd)
    (book / "data/y.csv").write_text("a\n7\n")
    assert executed(book, capfd) == {"two"}
    html = book / "_build/html"
    assert [one["value"] for one in json.loads((html / "findings.json").read_text())] == [7]
    notebook = nbformat.reads((html / "notebooks/two.ipynb").read_text("utf-8"), as_version=4)
    assert "7" in json.dumps(notebook.cells[1].outputs)
    assert (html / "notebooks/two.md").read_bytes().startswith(b"---\n")


def test_another_encoding_is_refused_by_name(tmp_path, capfd):
    book = toybook.write(tmp_path)
    (book / "chapters/two.md").write_text((book / "chapters/two.md").read_text(), "utf-16")
    assert build.main(["html"], book) == 1
    assert re.search(r"chapters/two\.md:1: not UTF-8 text \(it looks like UTF-16\)", capfd.readouterr().err)


def test_a_finding_that_is_no_longer_recorded_is_named(tmp_path, capfd):
    book = toybook.write(tmp_path)
    (book / "data/findings.json").write_text(json.dumps([{"id": "toy.y"}, {"id": "toy.gone"}]))
    executed(book, capfd)
    assert (
        "findings: 1 of the accepted are no longer recorded: toy.gone"
        in (build.build_book(book, "html"), capfd.readouterr().err)[1]
    )


def test_an_empty_page_is_not_published(tmp_path, monkeypatch):
    book = toybook.write(tmp_path)
    build.build_book(book, "html")
    page = book / "_build/html/chapters/one.html"
    before = page.read_bytes()
    monkeypatch.setattr(
        beside, "run_sphinx", lambda root, builder, work, *how: (work / "html/chapters/one.html").write_text("")
    )
    with pytest.raises(BuildError, match=r"chapters/one\.html is empty"):
        build.build_book(book, "html")
    assert page.read_bytes() == before


DRAWN = """\
import locale, os, time
import matplotlib.pyplot as plt
plt.plot([1, 2, 3]);
print(locale.setlocale(locale.LC_ALL, ""), time.tzname, f"{1234.5:n}", os.environ.get("PYTHONSTARTUP"))
"""


def published(book: Path, **environment: str) -> dict[str, bytes]:
    process = toybook.start(book, **environment)
    told = process.communicate()[1]
    assert process.returncode == 0, told
    folder = book / "_build/html"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kernels", ["spawn", "fork"])
def test_the_same_bytes_in_the_home_of_whoever_set_everything(tmp_path, kernels):
    books = [toybook.write(tmp_path / name, {"one": toybook.chapter("One", DRAWN)}) for name in ("plain", "hostile")]
    plain = published(books[0], BOOKPRESS_KERNELS=kernels)
    other = published(books[1], BOOKPRESS_KERNELS=kernels, **somebodys_home(tmp_path / "home"))
    assert any(name.startswith("_images/") for name in plain), "there is a picture to compare"
    assert plain == other
    assert b"UTC" in plain["chapters/one.html"]


def test_a_kernel_elsewhere_on_the_path_is_not_the_book_s(tmp_path):
    """Named as the book's own, and first to be found; were it taken, no chapter could run."""
    (tmp_path / "kernels" / "python3").mkdir(parents=True)
    described = {"argv": ["false", "{connection_file}"], "display_name": "Other", "language": "python"}
    (tmp_path / "kernels" / "python3" / "kernel.json").write_text(json.dumps(described))
    book = toybook.write(tmp_path / "book", {"one": toybook.chapter("One", "print('run by the book')")})
    elsewhere = {"JUPYTER_PATH": str(tmp_path), "JUPYTER_PREFER_ENV_PATH": "0", "BOOKPRESS_KERNELS": "spawn"}
    assert b"run by the book" in published(book, **elsewhere)["chapters/one.html"]


def test_a_long_folder_for_temporary_files(tmp_path, capfd, monkeypatch):
    """The address of a socket holds about a hundred bytes."""
    long = tmp_path / ("x" * 120)
    long.mkdir()
    monkeypatch.setenv("TMPDIR", str(long))
    monkeypatch.setattr("tempfile.tempdir", None)
    book = toybook.write(tmp_path / "book", {"one": toybook.chapter("One", toybook.TWO)})
    assert executed(book, capfd) == {"one"}


def test_libraries_that_no_cell_imports_do_not_count():
    loaded = ["numpy", "pandas", "networkx", "scipy", "ipykernel", "matplotlib"]
    libraries = rests_on(["import numpy as np\n%matplotlib inline\n"], [], loaded)
    assert {"numpy", "ipykernel"} <= set(libraries) and not {"pandas", "networkx"} & set(libraries)
    assert {"pandas", "numpy"} <= set(rests_on(["from pandas import DataFrame"], [], loaded))
    assert "networkx" in rests_on(["importlib.import_module(name)"], ["networkx"], loaded), "loaded while it ran"
    assert "networkx" in rests_on(["if True print"], [], loaded), "what cannot be read may import anything"
    assert imported("def f():\n    from a.b import c\n    import d.e, f\n") == {"a", "d", "f"}


def test_git_changes_no_byte_of_a_clone_whatever_it_is_set_to(tmp_path):
    """The articles are checked by their hash; a setting that many have under Windows makes CRLF of line ends."""
    source = tmp_path / "source"
    source.mkdir()
    (source / ".gitattributes").write_bytes((toybook.REPOSITORY / ".gitattributes").read_bytes())
    (source / "a.txt").write_bytes(b"one\ntwo\n")
    git = ["git", "-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "core.autocrlf=true"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "One"]):
        subprocess.run([*git, *words], cwd=source, check=True)
    subprocess.run([*git, "clone", "-q", "-c", "core.autocrlf=true", source, tmp_path / "clone"], check=True)
    assert (tmp_path / "clone/a.txt").read_bytes() == b"one\ntwo\n"


def test_make_does_targets_named_together_in_their_order(tmp_path):
    """Of the real Makefile, with two targets more, whatever number of jobs the reader's shell asks for."""
    rules = "first: ; @sleep 0.4; echo first\nsecond: ; @echo second\n"
    (tmp_path / "Makefile").write_text((toybook.REPOSITORY / "Makefile").read_text() + rules)
    environment = os.environ | {"MAKEFLAGS": "-j4"}
    done = subprocess.run(["make", "first", "second"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.stdout.split() == ["first", "second"], done.stderr


@pytest.mark.parametrize("value", ["from $5 to $10", 'it\'s "so"; echo no', "two\nlines", "`id` $(id) a b  c"])
def test_make_takes_a_value_as_text(tmp_path, value):
    """Of the real Makefile, the rules that take a reason, an article and an edition, with a program that only tells."""
    makefile = (toybook.REPOSITORY / "Makefile").read_text()
    told = tmp_path / "told"
    program = tmp_path / "program"
    program.write_text(
        "#!/usr/bin/env python3\nimport json, os, sys\n"
        f"open({str(told)!r}, 'a').write(json.dumps([sys.argv[1:], os.environ.get('ACCEPTED_BECAUSE')]) + chr(10))\n"
    )
    program.chmod(0o755)
    (tmp_path / "Makefile").write_text(re.sub(r"^RUN := .*$", f"RUN := {program}", makefile, flags=re.M))
    given = [f"PYTHON={program}", f"WHY={value}", f"FILE={value}", f"ID={value}", f"EDITION={value}"]
    subprocess.run(
        ["make", "-j4", "accept", "new-seed", "release", *given], cwd=tmp_path, check=True, capture_output=True
    )
    lines = [json.loads(line) for line in told.read_text().splitlines()]
    by_module = {words[1]: (words, because) for words, because in lines if words[:1] == ["-m"]}
    assert by_module["vouch.pages.changes"] == (["-m", "vouch.pages.changes", "--accept", value], value)
    assert by_module["vouch.upkeep.new_article"][0][2:] == [value, "--id", value]
    assert by_module["bookpress.release"][0][2:] == ["--edition", value]
