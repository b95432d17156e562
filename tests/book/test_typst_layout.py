"""The layout of any printed book: what its settings do, and what the compiler alone would not keep together."""

from __future__ import annotations

import re

import pypdf
import pytest

from bookpress.typst.settings import TypstError
from tests.book.test_typst import TOC, build, write_project

pytestmark = pytest.mark.long

INDEX = "# Summary\n" + TOC.replace(":numbered:", ":caption: The part")
LINE = "A sentence that is long enough to fill a line of the page and a little more than that, twice over. "


def texts_of(pdf) -> list[str]:
    """The text of each page, without divided words."""
    return [" ".join(page.extract_text().replace("\u00ad", "").split()) for page in pypdf.PdfReader(pdf).pages]


def test_cover_abstract_lists_and_what_is_left_out(tmp_path):
    one = "# First chapter\n\nSee {doc}`two`.\n\n:::{figure} light.svg\n:name: fig-a\n:alt: A box\n\nA box.\n:::\n"
    four = "# Fourth chapter\n\nText.\n"
    project = write_project(
        tmp_path, index=INDEX.replace("three", "four"), one=one, two="# Only on screens\n\nText.\n", four=four
    )
    page = {"title": "A title", "abstract": "What it is about.", "facts": {"Edition": "7"}}
    pdf, warnings = build(
        project, typst_cover="light.svg", typst_lists="back", typst_omit_documents=["two"], typst_title_page=page,
        typst_chapter_pages=False, typst_part_pages=["The part"], exclude_patterns=["_build", "three.ipynb"],
    )  # fmt: skip
    assert warnings == ""
    texts = texts_of(pdf)
    assert "A title" in texts[0] and "Edition 7" in texts[0]
    assert texts[1].startswith("What it is about.")
    assert texts[2].startswith("Contents") and "Only on screens" not in texts[2]
    assert texts[4] == "The part", "a page of its own"
    assert "First chapter" in texts[5] and "Fourth chapter" in texts[5], "one follows the other"
    assert "See Only on screens." in texts[5], "the words of the reference stay, without a page"
    assert "List of figures" in texts[6]


def test_a_cover_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(TypstError, match=r"typst_cover: nothing\.svg is not there"):
        build(write_project(tmp_path, index="# Summary\n\nText.\n"), typst_cover="nothing.svg")


def test_a_heading_stays_with_a_line_that_has_notes(tmp_path):
    """Wherever on the page it comes to stand; a note stands on the page of its mark."""
    text = "# Summary\n\n"
    for number in range(1, 41):
        text += (
            LINE * (2 + number % 7) + f"\n\n## Heading {number}\n\nBegin{number} with a note[^n{number}] and go on. "
        )
        text += LINE * 2 + f"\n\n[^n{number}]: Note{number}. " + LINE * 3 + "\n\n"
    texts = texts_of(build(write_project(tmp_path, index=text))[0])
    for number in range(1, 41):
        (heading,) = [page for page in texts if re.search(rf"Heading {number}(?!\d)", page) and "Contents" not in page]
        assert f"Begin{number} " in heading, number
        assert f"Note{number}." in heading, number
    assert len(texts) > 10


def test_a_chapter_that_opens_no_page_keeps_the_notes_of_its_first_lines(tmp_path):
    """Wherever on the page it comes to stand: heading, first line and note are on one page."""
    chapters = {}
    for number in range(1, 61):
        text = f"# Heading {number}\n\nBegin{number} with a note[^n] and go on. " + LINE * 2
        chapters[f"chapter{number}"] = f"{text}\n\n[^n]: Note{number}. {LINE * 6}\n\n" + LINE * (3 + 5 * number % 19)
    listed = "\n".join(chapters)
    index = f"# Summary\n\nText.\n\n```{{toctree}}\n:caption: The part\n\n{listed}\n```\n"
    project = write_project(tmp_path, index=index, **chapters)
    texts = texts_of(build(project, typst_chapter_pages=False, exclude_patterns=["_build", "one.md", "t*"])[0])
    shared = 0
    for number in range(1, 61):
        (page,) = [page for page in texts if f"Begin{number} " in page]
        assert re.search(rf"Heading {number}(?!\d)", page) and f"Note{number}." in page, number
        shared += f"Begin{number - 1} " in page
    assert shared > 2 and len(texts) > 10, "some chapters share a page, others go on to the next"


def test_the_head_of_a_group_of_rows_is_never_left_behind_and_stands_again_over_rows_that_go_on(tmp_path):
    """Each row is told by the name of its group on the same page, and no name stands last on its page."""
    text, groups = "# Summary\n\n", {}
    rule = "   +--------------+--------------+\n"
    for table in range(1, 9):
        text += LINE * (3 + 4 * table % 19) + f"\n\n```{{eval-rst}}\n.. table:: Caption {table}.\n\n{rule}"
        text += f"   | {'Row':13}| {'Number':13}|\n" + rule.replace("-", "=")
        for group in range(1, 6):
            text += f"   | {f'Group{table}x{group}x':28}|\n{rule}"
            for row in range(1, 3 + 3 * (group + table) % 11):
                groups[f"row{table}x{group}x{row}x"] = f"Group{table}x{group}x"
                text += f"   | {f'row{table}x{group}x{row}x':13}| {row:<13}|\n{rule}"
        text += "```\n\n"
    texts = texts_of(build(write_project(tmp_path, index=text))[0])
    heads = 0
    for page in texts:
        lines = re.findall(r"Group\d+x\d+x|row\d+x\d+x\d+x", page)
        above = ""
        for line in lines:
            above = line if line.startswith("Group") else above
            assert groups.get(line, above) == above, (line, above)
        assert not lines or not lines[-1].startswith("Group"), lines
        heads += sum(line.startswith("Group") for line in lines)
    assert heads > len(set(groups.values())) + 3, "some groups go on"


def test_three_rows_of_a_divided_table_stay_together_and_it_says_that_it_goes_on(tmp_path):
    text = "# Summary\n\n"
    for table in range(1, 13):
        text += LINE * (3 + 4 * table % 19)
        rows = "".join(f"   * - Table{table}row{row}\n     - {row}\n" for row in range(1, 30))
        text += f"\n\n```{{list-table}} Caption {table}.\n:header-rows: 1\n:name: tab-{table}\n\n"
        text += rows.replace("   *", "*").replace("     -", "  -") + "```\n\n"
    texts = texts_of(build(write_project(tmp_path, index=text))[0])
    divided = 0
    for table in range(1, 13):
        counts = [len(re.findall(rf"Table{table}row\d", page)) for page in texts]
        places = [place for place, count in enumerate(counts) if count]
        if len(places) > 1:
            divided += 1
            assert all(counts[place] >= 3 for place in places), counts
            assert all(f"Table {table} continued" in texts[place] for place in places[1:])
            assert "continued" not in texts[places[0]].partition(f"Caption {table}.")[2]
    assert divided >= 4
