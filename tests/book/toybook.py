"""A book of three chapters with a package and data, small enough to build many times."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

CONFIG = """\
title: Toy
author: Nobody
only_build_toc_files: true
execute:
  execute_notebooks: cache
  timeout: 120
sphinx:
  config: {suppress_warnings: [bookpress.image]}  # its plots are for other questions
  local_extensions:
    bookpress.run: .
    vouch.pages.findings: .
"""

PACKAGE = """\
import csv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def load(name):
    with open(ROOT / "data" / f"{name}.csv", newline="") as stream:
        return [int(row["a"]) for row in csv.DictReader(stream)]
"""

FINDING = """\
from IPython.display import display


def record(id, value):
    prefix = "application/papermill.record/"
    finding = {"id": id, "value": value, "text": str(value), "unit": "", "as_of": "", "claimant": "", "note": ""}
    data = {"text/plain": str(value), "application/vnd.vouch.finding+json": finding}
    metadata = {"scrapbook": {"name": id, "mime_prefix": prefix}}
    display({prefix + mime: content for mime, content in data.items()}, raw=True, metadata=metadata)
"""

ONE = """\
import toypkg
from myst_nb import glue
x = toypkg.load("x")
glue("total", sum(x), display=False)
"""

TWO = """\
import toypkg
from toypkg.finding import record
y = toypkg.load("y")
record("toy.y", sum(y))
sum(y)
"""

THREE = """\
from pathlib import Path
try:
    open("../data/absent.csv")
except OSError:
    print("absent")
print(sorted(path.name for path in Path("../seeds").glob("*")), Path("../seeds/s.txt").read_text())
"""


def chapter(title: str, *cells: str, after: str = "", timeout: int | None = None) -> str:
    """A text notebook; the first cell stands on line 11 if there is no timeout."""
    head = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n"
    head += f"execution:\n  timeout: {timeout}\n" if timeout else ""
    fences = "".join(f"```{{code-cell}} python\n{cell.rstrip()}\n```\n\n" for cell in cells)
    return f"{head}---\n\n# {title}\n\nWords.\n{fences}{after}\n"


def toc(root: str, *names: str) -> str:
    chapters = "".join(f"  - file: chapters/{name}\n" for name in names)
    return f"format: jb-book\nroot: chapters/{root}\n" + (f"chapters:\n{chapters}" if chapters else "")


def write(folder: Path, chapters: dict[str, str] | None = None) -> Path:
    """The toy in folder; chapters by name, or the three standard ones."""
    chapters = chapters or {
        "one": chapter("One", ONE, after="The total is {glue:text}`total`."),
        "two": chapter("Two", TWO, after="Chapter one says {glue:text}`one.md::total:s`."),
        "three": chapter("Three", THREE),
    }
    files = {
        "_config.yml": CONFIG,
        "_toc.yml": toc(*chapters),
        "toypkg/__init__.py": PACKAGE,
        "toypkg/finding.py": FINDING,
        "data/x.csv": "a\n1\n2\n",
        "data/y.csv": "a\n10\n20\n",
        "seeds/s.txt": "seed\n",
        **{f"chapters/{name}.md": text for name, text in chapters.items()},
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


WHILE_READ = """\
from pathlib import Path


def save(app, doctree):
    if app.env.docname == "chapters/one" and "Words." in doctree.astext():
        for name, old, new in SAVED:
            path = Path(app.srcdir, name)
            path.write_text(path.read_text().replace(old, new))


def setup(app):
    app.connect("doctree-read", save)
    return {"parallel_read_safe": True}
"""


def saved_while_it_is_read(folder: Path, *saved: tuple[str, str, str]) -> Path:
    """The toy, whose writer saves files (name, words, other words) at the moment in which Sphinx reads chapter one."""
    write(folder)
    (folder / "saving.py").write_text(f"SAVED = {saved!r}\n{WHILE_READ}")
    edit(folder / "_config.yml", "    bookpress.run: .\n", "    bookpress.run: .\n    saving: .\n")
    return folder


def start(folder: Path, **env: str) -> subprocess.Popen:
    """A build of the toy's HTML in a process of its own, as the command line would run it."""
    code = (
        "import sys; from pathlib import Path; from bookpress.build import command; "
        f"sys.exit(command.main(['html'], Path({str(folder)!r})))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)} | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


WARM = multiprocessing.get_context("forkserver")
WARM.set_forkserver_preload(["tests.book.warm"])
"""Half of a toy's build is the loading of Sphinx; for tests that build many, processes are forked from one that has
loaded it, and nothing else."""


def forked(folder: Path, log: Path) -> multiprocessing.Process:
    """A build of the toy's HTML in a process of its own, forked from a warm one; what it says goes into a file."""
    process = WARM.Process(target=_build, args=(folder, log))
    process.start()
    return process


def _build(folder: Path, log: Path) -> None:
    from bookpress.build import command

    os.environ["PYTHONPATH"] = str(REPOSITORY)
    with log.open("w") as stream:
        for descriptor in (1, 2):
            os.dup2(stream.fileno(), descriptor)
    sys.exit(command.main(["html"], folder))
