"""How the printed book is laid out: cover, contents, full pages, tables that stay together, the annex apart."""

from __future__ import annotations

import re

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import yaml

from tests.book.test_pdf_pages import BOTTOM, INNER, OUTER, TOP, Printed, bare, children, flat
from vouch.paths import ROOT

pytestmark = pytest.mark.built

ANNEX = "Annex: behind the book"
LAST_WORDS = "What this chapter cannot show"
TOGETHER = 3  # rows of a table


@pytest.fixture(scope="module")
def printed(book):
    return Printed(book.pdf)


@pytest.fixture(scope="module")
def toc():
    return yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))


def test_the_cover_is_a_picture_on_a_ground_to_the_edges(book):
    page = pypdfium2.PdfDocument(book.pdf)[0]
    width, height = page.get_size()
    shapes = [shape.get_bounds() for shape in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=5)]
    assert any(
        left <= 0 and bottom <= 0 and right >= width - 1 and top >= height - 1 for left, bottom, right, top in shapes
    )
    assert sum(0 < right - left < 30 and 0 < top - bottom < 30 for left, bottom, right, top in shapes) >= 330
    pixels = page.render(scale=0.5).to_pil().convert("L")
    assert pixels.getpixel((2, 2)) < 90 and pixels.getpixel((pixels.width - 3, pixels.height - 3)) < 90
    light = sum(value > 150 for value in pixels.get_flattened_data())
    assert light > 0.08 * pixels.width * pixels.height, "the tiles are light"
    assert "Who Vouches for the Vote?" in page.get_textpage().get_text_bounded()


def test_the_back_of_the_cover_says_what_the_book_is(printed):
    height = printed.sizes[1][1]
    above = printed.within(2, 0, height / 2, printed.sizes[1][0], height)
    assert len(above) > 400 and "Cite as:" in printed.texts[1]


def test_contents_take_two_pages_at_most_and_the_report_begins(printed):
    contents, first = printed.openers[:2]
    assert contents.title == "Contents" and contents.page == 3
    assert first.title == "Summary" and first.page <= contents.page + 2


def depth(printed, number):
    """How far down a page text and pictures reach, as a share of the height of its text."""
    height = printed.sizes[number - 1][1]
    lowest = height
    for thing in printed.pages[number - 1].get_objects(max_depth=1):
        left, bottom, right, top = thing.get_bounds()
        if right - left > 1 and bottom > BOTTOM - 6 and top < height - TOP + 6 and top - bottom < 0.95 * height:
            lowest = min(lowest, bottom)
    notes = [run for run in printed.runs[number - 1] if run.bottom > BOTTOM - 6]
    lowest = min([lowest, *(run.bottom for run in notes)])
    return (height - TOP - lowest) / (height - TOP - BOTTOM)


def test_no_page_but_the_last_of_a_part_is_under_a_third_full(printed, toc):
    parts = [part["caption"] for part in toc["parts"]]
    begin = {
        opener.page for opener in printed.openers if opener.title in (*parts, "List of figures", "Index of actors")
    }
    annex = next(opener.page for opener in printed.openers if opener.title == ANNEX)
    free = {page - 1 for page in begin} | {1, annex, len(printed.texts)}
    turned = {number for number, (width, height) in enumerate(printed.sizes, 1) if width > height}
    checked = [number for number in range(1, len(printed.texts) + 1) if number not in free | turned]
    assert [(number, round(depth(printed, number), 2)) for number in checked if depth(printed, number) < 1 / 3] == []
    assert len(checked) > 100


def places(printed):
    """By figure and table: its page, as the lists at the end of the book have it."""
    found = {}
    for title in ("List of figures", "List of tables"):
        for link in printed.links:
            if link.page in (*printed.span(title), printed.span(title).stop):
                left, bottom, right, top = link.box
                text = printed.within(link.page, left - 1, bottom - 1, right + 1, top + 1)
                if row := re.match(r"((?:Figure|Table) [\d.]+) ", text):
                    found[row[1]] = link.target
    return found


def test_figures_and_tables_stand_before_the_last_words_of_their_chapter(printed, book):
    """What the web book has before that section, the printed one has too, or at the foot of the same page."""
    placed = places(printed)
    ends = [heading for heading in printed.headings if heading.title == LAST_WORDS]
    checked = 0
    for path in book.pages:
        html = path.read_text("utf-8")
        at = html.find(f"<h2>{LAST_WORDS}")
        if at < 0:
            continue
        before = re.findall(r'<span class="caption-number">((?:Figure|Table) [\d.]+) ?</span>', html[:at])
        named = [opener for opener in printed.openers if bare(re.sub(r"^\d+ ", "", opener.title)) == title_of(html)]
        chapter = named[-1]  # a part may be called as a chapter in it
        end = next(heading for heading in ends if (heading.page, -heading.top) > (chapter.page, -chapter.top))
        for name in before:
            assert placed[name] <= end.page, f"{name} on page {placed[name]}, {LAST_WORDS!r} on {end.page}"
            checked += 1
    assert checked >= 50


def title_of(html):
    return bare(re.sub(r"<[^>]+>", "", re.search(r"<h1>(.*?)<a class", html, re.S)[1]).strip().lstrip("0123456789. "))


def rows_by_page(printed):
    """Of each table: the pages of its rows but those of its head, in their order."""

    def pages(element):
        found = {printed.numbers[element.Pg.objgen]} if "/Pg" in element else set()
        for kid in children(element):
            found |= pages(kid)
        return found

    tables = []

    def walk(element):
        if element.get("/S") == "/Table":
            rows = []
            for part in children(element):
                inside = [part] if part.get("/S") == "/TR" else children(part) if part.get("/S") != "/THead" else []
                rows += [min(pages(row)) for row in inside if pages(row)]
            tables.append(rows)
            return
        for kid in children(element):
            walk(kid)

    walk(printed.pdf.Root.StructTreeRoot)
    return tables


def test_three_rows_of_a_table_stay_together(printed):
    divided = 0
    for rows in rows_by_page(printed):
        if rows and rows[0] != rows[-1] and len(rows) >= 2 * TOGETHER:
            divided += 1
            assert rows.count(rows[0]) >= TOGETHER, f"a table begins on page {rows[0]} with {rows.count(rows[0])} rows"
            assert rows.count(rows[-1]) >= TOGETHER, f"a table ends on page {rows[-1]} with {rows.count(rows[-1])} rows"
    assert divided >= 10


def test_a_table_that_goes_on_says_so(printed):
    """Above its rows on each page but the first, with its number."""
    named = 0

    def pages_of(element):
        found = {printed.numbers[element.Pg.objgen]} if "/Pg" in element else set()
        return found.union(*(pages_of(kid) for kid in children(element)))

    def walk(element):
        nonlocal named
        kids = children(element)
        if element.get("/S") == "/Table" and any(kid.get("/S") == "/Caption" for kid in kids):
            first, *others = sorted(pages_of(element))
            for number in others:
                width, height = printed.sizes[number - 1]
                head = printed.within(number, 0, height - TOP - 2, width, height)
                (said,) = re.findall(r"Table ([\d.]+) continued", head)
                assert re.search(rf"Table {re.escape(said)}\s+[A-Z]", flat(printed.texts[first - 1])), (number, said)
                named += 1
        for kid in kids:
            walk(kid)

    walk(printed.pdf.Root.StructTreeRoot)
    assert named >= 10


def test_the_gallery_is_printed_four_to_a_page(printed):
    pages = printed.span("All figures")
    html = (ROOT / "chapters" / "gallery.md").read_text("utf-8")
    assert "```{gallery}" in html
    last = max(pages) + 1  # its last cards may stand on the page on which the next chapter begins
    listed = re.findall(r"(Figure [\d.]+), p", " ".join(flat(printed.texts[page - 1]) for page in [*pages, last]))
    assert sorted(listed) == sorted(figure for figure in places(printed) if figure.startswith("Figure"))
    assert len(listed) >= 30
    assert len(pages) <= len(listed) // 4 + 2


def test_nothing_is_printed_that_only_a_screen_can_show(printed):
    """No page for the explorer; the chapter on ties says where it is."""
    assert not any(bare(opener.title).endswith("exploretheties") for opener in printed.openers)
    (chapter,) = [opener.title for opener in printed.openers if opener.title.endswith("The web of ties")]
    assert "Explore the ties" in flat(" ".join(printed.texts[page - 1] for page in printed.span(chapter)))


def test_no_note_stands_before_its_mark(printed):
    """The compiler can leave notes behind on a page whose text has moved to the next."""
    annex = next(opener.page for opener in printed.openers if opener.title == ANNEX)  # raised numbers of claims there
    marks = 0
    for link in (link for link in printed.links if link.page < annex):
        left, bottom, right, top = link.box
        text = printed.within(link.page, left - 0.5, bottom - 0.5, right + 0.5, top + 0.5)
        small = 2.5 < right - left < 3.6 or 5.5 < right - left < 7.1  # one or two raised digits
        inner = INNER if link.page % 2 else OUTER
        if small and re.search(r"\d\W?$", text) and left > inner + 3:  # at the margin stands the note's own number
            marks += 1
            assert link.target - link.page in (0, 1), f"page {link.page}: note {text} on page {link.target}"
    assert marks >= 30


def test_the_annex_is_apart_and_shorter_than_twice_the_report(printed):
    """It has a half-title, and its lists are small: works in two columns, no table that the data package has."""
    annex = next(opener.page for opener in printed.openers if opener.title == ANNEX)
    assert flat(printed.texts[annex - 1]).strip() == ANNEX
    assert len(printed.span("Bibliography")) < 25
    assert len(printed.texts) - annex < 1.2 * annex
