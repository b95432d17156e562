"""A chapter that fails is shown in its place on request; outputs hold nothing that differs from run to run."""

from __future__ import annotations

import json
import re
import shutil

import nbformat
import pypdfium2
import pytest

from bookpress.run.outputs import settle
from tests.book import toybook
from tests.bookpress import books

pytestmark = pytest.mark.long

CONFIG = toybook.CONFIG.replace(
    "sphinx:", "sphinx:\n  extra_extensions: [bookpress.web, bookpress.epub, bookpress.typst]"
)
RANDOM = """\
import matplotlib.pyplot as plt, pandas as pd
from IPython.display import display
%config InlineBackend.figure_formats = ["svg"]
display(pd.DataFrame({"a": [1, 2]}).style.highlight_max(color="yellow"))
print(object(), [object()])
_ = plt.plot([1, 2], clip_on=True, marker="o")
plt.show()
object()
"""


def book(folder, **chapters: str):
    toybook.write(folder, {name: toybook.chapter(name.title(), *cells) for name, cells in chapters.items()})
    (folder / "_config.yml").write_text(CONFIG.replace("config: {", "config: {typst_timestamp: 1700000000, "))
    return folder


def test_a_failing_chapter_is_shown_in_its_place_on_request_until_it_is_mended(tmp_path):
    cells = ["print('before the fault')", "1 / 0", "print('never printed')"]
    source = book(tmp_path, one=["print('sound')"], two=cells, three=["import os; os._exit(1)"])
    toybook.edit(source / "_config.yml", "typst_timestamp", "run_failures: show, typst_timestamp")
    done = books.command(source, "bookpress.build", "book")
    assert done.returncode == 0, done.stderr[-3000:]
    assert "shown in its place: chapters/two.md:15: ZeroDivisionError: division by zero" in done.stderr
    pdf = pypdfium2.PdfDocument(next((source / "_build" / "pdf").glob("*.pdf")))
    texts = [
        (source / "_build" / "html" / "chapters" / "two.html").read_text("utf-8"),
        (source / "_build" / ".work" / "epub" / "chapters" / "two.xhtml").read_text("utf-8"),
        " ".join(page.get_textpage().get_text_range() for page in pdf),
    ]
    for text in (re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text)) for text in texts):
        assert "This chapter did not run to its end: chapters/two.md:15" in text
        assert "before the fault" in text and "Traceback" in text
        assert text.count("never printed") == 1, "in the code only"
    three = (source / "_build" / "html" / "chapters" / "three.html").read_text("utf-8")
    assert "the kernel died" in re.sub(r"<[^>]+>", "", three)
    toybook.edit(source / "chapters" / "two.md", "1 / 0", "1 / 2")
    toybook.edit(source / "chapters" / "three.md", "os._exit(1)", "print('alive')")
    mended = books.command(source, "bookpress.build", "html")
    assert mended.returncode == 0 and "shown" not in mended.stderr
    assert "did not run" not in (source / "_build" / "html" / "chapters" / "two.html").read_text("utf-8")


def test_two_runs_of_a_chapter_give_the_same_notebook(tmp_path):
    source = book(tmp_path, one=[RANDOM])
    made = []
    for _ in range(2):
        shutil.rmtree(source / "_build", ignore_errors=True)
        done = books.command(source, "bookpress.build", "html")
        assert done.returncode == 0, done.stderr[-3000:]
        made.append((source / "_build" / "html" / "notebooks" / "one.ipynb").read_text("utf-8"))
    assert made[0] == made[1]
    assert "0x…" in made[0] and "<svg" in made[0] and not re.search(r"at 0x[0-9a-f]", made[0])


def test_names_that_are_replaced_still_lead_to_each_other():
    html = '<style>#T_0a1b2_row0 { color: red }</style><table id="T_0a1b2"><td id="T_0a1b2_row0"></td></table>'
    drawing = '<svg><dc:date>2026-11-29</dc:date><path id="m0123456789"/><use href="#m0123456789"/></svg>'
    outputs = [
        nbformat.v4.new_output("display_data", {"text/html": html, "image/svg+xml": drawing, "text/x": "T_0a1b2"})
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=outputs)])
    settle(notebook)
    data = notebook.cells[0].outputs[0].data
    (name,) = set(re.findall(r"T_[0-9a-f]{5}", data["text/html"]))
    assert data["text/html"] == html.replace("T_0a1b2", name) and name != "T_0a1b2"
    ids = re.findall(r'id="(\w+)"|href="#(\w+)"', data["image/svg+xml"])
    assert ids[0][0] == ids[1][1] != "m0123456789" and "dc:date" not in data["image/svg+xml"]
    assert data["text/x"] == "T_0a1b2", "text that nobody made by chance stays"
    before = json.dumps(notebook)
    settle(notebook)
    assert json.dumps(notebook) == before or name in before


def test_a_warning_says_the_same_in_every_process():
    said = "/var/folders/T/ipykernel_4711/3467470456.py:5: PerformanceWarning: slow\n  x = y\n"
    outputs = [
        nbformat.v4.new_output("stream", name="stderr", text=said),
        nbformat.v4.new_output("error", ename="E", evalue=said, traceback=[said]),
        nbformat.v4.new_output("display_data", {"text/plain": said}),
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=outputs)])
    settle(notebook)
    told = json.dumps(notebook)
    assert "4711" not in told and told.count("ipykernel/3467470456.py:5: PerformanceWarning") == 4
