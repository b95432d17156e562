"""A book built again after an edit is, byte for byte, the book that a clean build gives."""

from __future__ import annotations

import random
import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.book import toybook
from tests.book.test_parallel import contents

pytestmark = pytest.mark.long

CONFIG = f"""\
{toybook.CONFIG.partition("sphinx:")[0]}sphinx:
  extra_extensions: [bookpress.run, bookpress.cells, bookpress.web, bookpress.cite]
  config:
    language: en
    numfig: true
    html_math_renderer: mathml
    suppress_warnings: [bookpress.image]   # its plots are for other questions
"""
FIGURE = """\
import matplotlib.pyplot as plt


def drawn(values):
    figure, axes = plt.subplots(figsize=(3, 2))
    axes.bar(range(len(values)), values, color="#336699")
    return figure
"""
DRAWING = """\
from toypkg import figure, load
figure.drawn(load("y"));
"""
TABLE = """\
```{bookpress-table}
{"name": "tab-drawn", "code": "toypkg.figure.drawn", "csv": "a\\n1\\n", "title": "", "caption": "Drawn.", "note": "",
 "head": ["a"], "rows": [["1"]], "numeric": [true], "myst": [false]}
```
"""
"""With a page for its code."""


class Writer:
    """Whoever edits the toy in a folder, by chance but the same each time."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance, self.count = folder, random.Random(seed), 0

    @property
    def chapters(self) -> list[Path]:
        return sorted((self.folder / "chapters").glob("*.md"))

    def added(self) -> list[Path]:
        return [path for path in self.chapters if path.stem.startswith("new")]

    def contents(self) -> None:
        first = ["one", "two", "three", "drawn"]
        toc = toybook.toc(*first, *(path.stem for path in self.added()))
        (self.folder / "_toc.yml").write_text(toc)

    def sentence(self) -> None:
        path = self.chance.choice(self.chapters)
        path.write_text(f"{path.read_text()}\nSentence {self.count} refers to {{doc}}`one`.\n")

    def title(self) -> None:
        path = self.chance.choice(self.chapters)
        path.write_text(path.read_text().replace("\n# ", f"\n# {self.count} ", 1))

    def section(self) -> None:
        path = self.chance.choice(self.chapters)
        path.write_text(f"{path.read_text()}\n(label-{self.count})=\n## Section {self.count}\n\nMore of wombats.\n")

    def reference(self) -> None:
        """From one page to a section of any, by its label."""
        path = self.chance.choice(self.chapters)
        if labels := sorted(
            {name for one in self.chapters for name in re.findall(r"\((label-\d+)\)=", one.read_text())}
        ):
            path.write_text(f"{path.read_text()}\nSee {{ref}}`{self.chance.choice(labels)}`.\n")

    def heading(self) -> None:
        """Of a section, which references elsewhere repeat."""
        if named := [path for path in self.chapters if "\n## Section" in path.read_text()]:
            path = self.chance.choice(named)
            path.write_text(path.read_text().replace("\n## Section", f"\n## Renamed {self.count}", 1))

    def numbered(self) -> None:
        """A table before all others of its chapter, whose numbers move on, and a reference to one from anywhere."""
        path = self.chance.choice(self.chapters)
        table = f"```{{table}} Caption\n:name: tab-{self.count}\n\n| a |\n|---|\n| 1 |\n```\n"
        path.write_text(path.read_text().replace("Words.\n", f"Words.\n\n{table}\n", 1))
        names = sorted({name for one in self.chapters for name in re.findall(r":name: (tab-\d+)", one.read_text())})
        other = self.chance.choice([one for one in self.chapters if one != path])
        other.write_text(f"{other.read_text()}\nSee {{numref}}`{self.chance.choice(names)}`.\n")

    def table(self) -> None:
        path = self.folder / "data" / f"{self.chance.choice('xy')}.csv"
        path.write_text(f"{path.read_text()}{self.chance.randrange(9)}\n")

    def figure(self) -> None:
        path = self.folder / "toypkg" / "figure.py"
        path.write_text(FIGURE.replace("#336699", f"#{self.chance.randrange(0x1000000):06x}"))

    def configuration(self) -> None:
        (self.folder / "_config.yml").write_text(CONFIG.replace("title: Toy", f"title: Toy {self.count}"))

    def add(self) -> None:
        path = self.folder / "chapters" / f"new{self.count}.md"
        path.write_text(toybook.chapter(f"New {self.count}", f"print({self.count})"))
        self.contents()

    def rename(self) -> None:
        for path in self.added()[:1]:
            path.rename(path.with_stem(f"new{self.count}r"))
        self.contents()

    def delete(self) -> None:
        """A chapter to whose sections no other refers."""
        for path in self.added()[-1:]:
            text, others = path.read_text(), "".join(one.read_text() for one in self.chapters if one != path)
            if not any(f"`{name}`" in others for name in re.findall(r"(label-\d+|tab-\d+)", text)):
                path.unlink()
        self.contents()

    def edits(self) -> list[Callable[[], None]]:
        return [
            self.sentence, self.title, self.section, self.reference, self.heading, self.numbered, self.table,
            self.figure, self.configuration, self.add, self.rename, self.delete,
        ]  # fmt: skip


def built(folder: Path) -> dict[str, bytes]:
    code, said = build(folder)
    assert code == 0, said
    return contents(folder / "_build" / "html")


def build(folder: Path, seconds: float = 300) -> tuple[int | None, str]:
    """Exit code, and what was said. A build that takes longer is killed."""
    log = folder.with_name(f"{folder.name}.log")
    process = toybook.forked(folder, log)
    process.join(seconds)
    process.kill()
    process.join()
    return process.exitcode, log.read_text() if log.exists() else ""


def again_and_clean(folder: Path, seed: int, edits: int, tmp_path: Path) -> None:
    toybook.write(folder)
    (folder / "_config.yml").write_text(CONFIG)
    (folder / "toypkg" / "figure.py").write_text(FIGURE)
    (folder / "chapters" / "drawn.md").write_text(toybook.chapter("Drawn", DRAWING, after=TABLE))
    writer = Writer(folder, seed)
    writer.contents()
    built(folder)
    todo: list[Callable[[], None]] = []
    done = []
    for writer.count in range(1, edits + 1):
        todo = todo or writer.chance.sample(writer.edits(), len(writer.edits()))
        edit = todo.pop()
        edit()
        done.append(edit.__name__)
        clean = tmp_path / f"clean{writer.count}"
        shutil.copytree(folder, clean, ignore=shutil.ignore_patterns("_build", "__pycache__"))
        again, fresh = built(folder), built(clean)
        other = sorted(name for name in again.keys() | fresh.keys() if again.get(name) != fresh.get(name))
        assert other == [], f"after {', '.join(done)}: {other}"


@pytest.mark.parametrize("seed", [1, 2])
def test_any_sequence_of_edits_gives_what_a_clean_build_gives(tmp_path, seed):
    again_and_clean(tmp_path / "book", seed, edits=12, tmp_path=tmp_path)


def test_a_page_that_quotes_a_number_is_written_again_only_where_the_number_is_another(tmp_path):
    book = toybook.write(tmp_path)
    config = book / "_config.yml"
    config.write_text(config.read_text().replace("sphinx:", "sphinx:\n  extra_extensions: [bookpress.run]"))
    built(book)
    two, one = (book / "_build/.work/html/chapters" / f"{name}.html" for name in ("two", "one"))

    def rewritten(rows: str) -> set[str]:
        before = {page: page.stat().st_mtime_ns for page in (one, two)}
        (book / "data/x.csv").write_text(f"a\n{rows}")
        built(book)
        return {page.stem for page in before if page.stat().st_mtime_ns != before[page]}

    assert rewritten("2\n1\n") == {"one"}
    assert rewritten("2\n3\n") == {"one", "two"}
    assert "Chapter one says 5." in re.sub(r"<[^>]+>", "", two.read_text("utf-8"))
    assert rewritten("5\n") == {"one"}, "what it was last time is known"


def test_a_number_is_quoted_anew_whoever_has_run_its_chapter(tmp_path):
    """The live view has a work folder of its own, and shares the executed chapters."""
    book = toybook.write(tmp_path / "book")
    (book / "_config.yml").write_text(CONFIG)
    (book / "toypkg" / "figure.py").write_text(FIGURE)
    (book / "chapters" / "drawn.md").write_text(toybook.chapter("Drawn", DRAWING, after=TABLE))
    (book / "_toc.yml").write_text(toybook.toc("one", "two", "three", "drawn"))
    built(book)
    shutil.copytree(book / "_build/.work", tmp_path / "before")
    for name in "xy":
        (book / f"data/{name}.csv").write_text("a\n2\n3\n")
    elsewhere = built(book)
    shutil.rmtree(book / "_build/.work")
    shutil.copytree(tmp_path / "before", book / "_build/.work")
    assert built(book) == elsewhere
    assert b"5" in re.search(rb"Chapter one says (.*?)</p>", elsewhere["chapters/two.html"])[1]


def mistaken_reference(book: Path) -> Callable[[], None]:
    path = book / "chapters/one.md"
    text = path.read_text()
    path.write_text(f"{text}\nSee {{ref}}`nowhere`.\n")
    return lambda: path.write_text(f"{text}\nMended.\n")


def failing_cell(book: Path) -> Callable[[], None]:
    path = book / "chapters/one.md"
    text = path.read_text()
    path.write_text(text.replace("import toypkg", "import toypkg\n1 / 0"))
    return lambda: path.write_text(f"{text}\nMended.\n")


def unknown_extension(book: Path) -> Callable[[], None]:
    path, chapter = book / "_config.yml", book / "chapters/one.md"
    path.write_text(CONFIG.replace("bookpress.cite]", "bookpress.cite, bookpress.nothing]"))
    chapter.write_text(f"{chapter.read_text()}\nMore.\n")
    return lambda: path.write_text(CONFIG)


@pytest.fixture
def toy(tmp_path) -> Path:
    book = toybook.write(tmp_path / "book")
    (book / "_config.yml").write_text(CONFIG)
    built(book)
    return book


def read(book: Path) -> dict[str, int]:
    """When each chapter was read, by name."""
    return {path.stem: path.stat().st_mtime_ns for path in (book / "_build/.work/doctrees/chapters").glob("*")}


def clean(book: Path, tmp_path: Path) -> dict[str, bytes]:
    shutil.copytree(book, tmp_path / "clean", ignore=shutil.ignore_patterns("_build", "__pycache__"))
    made = built(tmp_path / "clean")
    shutil.rmtree(tmp_path / "clean")
    return made


@pytest.mark.parametrize("fault", [mistaken_reference, failing_cell, unknown_extension])
def test_after_a_mistake_only_what_changed_since_the_last_good_build_is_read(toy, tmp_path, fault):
    before = read(toy)
    mended = fault(toy)
    for _ in range(2):  # and says so twice
        code, said = build(toy)
        assert code and code > 0, said
    mended()
    again, now = built(toy), read(toy)
    assert {name for name in now if now[name] != before[name]} == {"one"}
    assert again == clean(toy, tmp_path)


def test_a_build_after_one_that_was_killed_gives_what_a_clean_build_gives(toy, tmp_path):
    """Killed at every tenth part of a second from its beginning: while the last good state is kept or put back, too."""
    chapter, work = toy / "chapters/one.md", toy / "_build/.work"
    texts = [chapter.read_text().replace("x)", f"x) + {number}") for number in range(2)]
    wanted = []
    for text in texts:
        chapter.write_text(text)
        wanted.append(clean(toy, tmp_path))
    assert wanted[0] != wanted[1]
    left_half_done = 0
    for number in range(16):
        chapter.write_text(texts[number % 2])
        code, said = build(toy, number / 10)
        assert code in (-signal.SIGKILL, 0), said  # on a quick machine the last ones come to their end
        left_half_done += (work / "aside/good").exists() and not (work / "good").exists()
        if number % 3:  # else killed once more before one comes to its end
            assert built(toy) == wanted[number % 2], number
    assert left_half_done > 3, "of some nothing but what was kept aside is of any use"


def test_no_page_is_read_because_a_text_that_is_none_came_or_went(toy):
    """A draft, or the notebook that the README tells to make of a chapter."""
    before, drafts = read(toy), [toy / "chapters/draft.md", toy / "one.ipynb"]
    for draft in drafts:
        draft.write_text("# Draft\n")
    there = built(toy)
    for draft in drafts:
        draft.unlink()
    assert built(toy) == there and read(toy) == before
