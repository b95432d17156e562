"""The pages of the printed book, as a reader turns them: what stands where, and whether numbers lead there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import yaml

from vouch.paths import ROOT

pytestmark = pytest.mark.built

MM = 72 / 25.4
INNER, OUTER, TOP, BOTTOM = 40 * MM, 32 * MM, 30 * MM, 32 * MM
BLEED = 12 * MM  # what a wide table may take of either margin
HANGING = 4  # points: a hyphen or full stop at the end of a line stands in the margin
BODY = 9.45  # points: set smaller are tables, notes and what is looked up
LEAST = 8.9  # points: set smaller are notes
ENTRY = 8.6  # points: entries of the ledger
TITLE = "Who Vouches for the Vote?"


@dataclass(frozen=True)
class Run:
    """A piece of text: its box in points from the lower left corner, and its size."""

    left: float
    bottom: float
    right: float
    top: float
    size: float


@dataclass(frozen=True)
class Link:
    """A link inside the book: number of the page it stands on and of the one it leads to, and its box."""

    page: int
    target: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Heading:
    """A bookmark: title, level (0: top), page, and height of its upper edge."""

    title: str
    level: int
    page: int
    top: float


class Printed:
    """The PDF, read once."""

    def __init__(self, path) -> None:
        self.pdf = pikepdf.open(path)
        self.pages = list(pypdfium2.PdfDocument(path))
        self._texts = [page.get_textpage() for page in self.pages]
        self.numbers = {page.objgen: number for number, page in enumerate(self.pdf.pages, 1)}
        self.sizes = [page.get_size() for page in self.pages]
        self.texts = [text.get_text_bounded() for text in self._texts]

    def within(self, page: int, left: float, bottom: float, right: float, top: float) -> str:
        """The text in a box of a page."""
        text = self._texts[page - 1].get_text_bounded(left, bottom, right, top)
        return " ".join(text.split())

    @cached_property
    def runs(self) -> list[list[Run]]:
        """Pieces of text by page, without those inside pictures."""
        found = []
        for page in self.pages:
            here = []
            for piece in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=1):
                left, bottom, right, top = piece.get_bounds()
                if right - left > 0.5:
                    here.append(Run(left, bottom, right, top, piece.get_font_size()))
            found.append(here)
        return found

    @cached_property
    def headings(self) -> list[Heading]:
        found = []

        def walk(items, level):
            for item in items:
                place = item.destination
                found.append(Heading(item.title, level, self.numbers[place[0].objgen], float(place[3])))
                walk(item.children, level + 1)

        with self.pdf.open_outline() as outline:
            walk(outline.root, 0)
        return found

    @cached_property
    def openers(self) -> list[Heading]:
        """Parts, chapters and lists: what running headers name."""
        parts = {part["caption"] for part in yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]}
        found, inside = [], False
        for heading in self.headings:
            if heading.level == 0:
                inside = heading.title in parts
            if heading.level == 0 or (inside and heading.level == 1):
                found.append(heading)
        return found

    @cached_property
    def links(self) -> list[Link]:
        found = []
        for number, page in enumerate(self.pdf.pages, 1):
            for note in page.get("/Annots", []):
                place = note.get("/Dest")
                if place is None and note.get("/A", {}).get("/S") == "/GoTo":
                    place = note.A.D
                if place is not None:
                    left, bottom, right, top = map(float, note.Rect)
                    found.append(Link(number, self.numbers[place[0].objgen], (left, bottom, right, top)))
        return found

    def span(self, title: str) -> range:
        """The pages from an opener to the next."""
        (number,) = [k for k, opener in enumerate(self.openers) if opener.title == title]
        after = self.openers[number + 1].page if number + 1 < len(self.openers) else len(self.texts) + 1
        return range(self.openers[number].page, max(after, self.openers[number].page + 1))


@pytest.fixture(scope="module")
def printed(book):
    return Printed(book.pdf)


def flat(text):
    """Text without division of words, for comparison."""
    return re.sub(r"\s+", " ", re.sub(r"[\u00ad\u0002\ufffe]\s*|(?<=\w)-\s*\r?\n", "", text))


def bare(text):
    return re.sub(r"[\W_]+", "", text).casefold()


def test_no_line_is_longer_than_its_measure(printed):
    """Text keeps to the text area, tables and notes to what a wide table may take of the margins."""
    wrong = []
    for number, (runs, (width, height)) in enumerate(zip(printed.runs, printed.sizes, strict=True), 1):
        if number == 1:  # the cover has margins of its own
            continue
        if width > height:  # a turned page
            wrong += [(number, run) for run in runs if run.left < 20 * MM or run.right > width - 20 * MM]
            continue
        left, right = (INNER, OUTER) if number % 2 else (OUTER, INNER)
        for run in runs:
            room = HANGING + (0 if run.size > BODY else BLEED)
            if run.left < left - room or run.right > width - right + room:
                wrong.append((number, run))
    assert wrong == []


def test_below_the_text_stands_the_page_number_alone(printed):
    for number, (width, height) in enumerate(printed.sizes, 1):
        if width < height and number > 1:
            assert printed.within(number, 0, 0, width, BOTTOM - 8) in ("", str(number)), number


def begins_page(printed, opener):
    """Whether no text of the page stands above an opener."""
    width, height = printed.sizes[opener.page - 1]
    edge = height - TOP + 4
    return opener.top >= edge or not printed.within(opener.page, 0, opener.top, width, edge)


def test_running_headers_name_the_chapter(printed):
    """Left the book, right the chapter that the page belongs to; nothing where one begins."""
    opening = {opener.page for opener in printed.openers if begins_page(printed, opener)}
    named = 0
    for number, (width, height) in enumerate(printed.sizes, 1):
        if width > height or number < printed.openers[0].page:
            continue
        header = printed.within(number, 0, height - TOP + 12, width, height)
        last = [opener.title for opener in printed.openers if opener.page < number]
        expected = "" if number in opening or not last else TITLE if number % 2 == 0 else last[-1]
        assert bare(header) == re.sub(r"^\d+", "", bare(expected)), f"page {number}: {header!r}"
        named += bool(expected)
    assert named > 100


def test_no_heading_is_left_alone_at_the_foot_of_a_page(printed):
    checked = 0
    for heading in printed.headings:
        if heading in printed.openers:
            continue
        below = [
            run
            for run in printed.runs[heading.page - 1]
            if (LEAST < run.size < 11.6 or abs(run.size - ENTRY) < 0.05)
            and run.bottom > BOTTOM - 2
            and run.top < heading.top - 12
        ]
        heights = sorted({round(run.bottom) for run in below})
        assert len(heights) >= 2, f"page {heading.page}: {heading.title}"
        checked += 1
    assert checked > 100


def test_a_claim_of_the_ledger_begins_with_its_statement(printed):
    """The head of an entry and the quotation below it are never parted from the claim, by a column or a page."""
    heads = 0
    for number, text in enumerate(printed.texts, 1):
        flowing = flat(text)
        for head in re.finditer(r"(S\d{3}-\d{2}) · \W (?:[a-z ]+ · )", flowing):
            after = flowing[head.end() : head.end() + 900]
            assert "Claim." in after, f"page {number}: {head[1]}"
            heads += 1
    assert heads >= 140


def children(element):
    inside = element.get("/K", [])
    inside = inside if isinstance(inside, pikepdf.Array) else [inside]
    return [child for child in inside if isinstance(child, pikepdf.Dictionary)]


def test_no_figure_is_apart_from_its_caption(printed):
    """What a caption is tagged together with begins on its page; a picture and a short table are there as a whole."""
    pages = {}  # by element: the pages of all that is in it
    groups = []

    def walk(element):
        kids = children(element)
        found = {printed.numbers[element.Pg.objgen]} if "/Pg" in element and not kids else set()
        for kid in kids:
            found |= walk(kid)
        pages[element.objgen] = found
        if any(kid.get("/S") == "/Caption" for kid in kids):
            groups.append(kids)
        return found

    walk(printed.pdf.Root.StructTreeRoot)
    pictures = 0
    for kids in groups:
        (caption,) = (pages[kid.objgen] for kid in kids if kid.get("/S") == "/Caption")
        rest = set().union(*(pages[kid.objgen] for kid in kids if kid.get("/S") != "/Caption"))
        assert len(caption) == 1
        assert min(rest) == min(caption), f"caption on page {caption}, the rest on {rest}"
        if any(kid.get("/S") == "/Figure" for kid in kids):
            pictures += 1
            assert rest == caption, f"caption on page {caption}, picture on {rest}"
    assert pictures >= 30
    assert len(groups) - pictures >= 30


def test_every_figure_and_table_of_the_html_is_in_its_list_with_its_page(printed, book):
    html = "".join(path.read_text("utf-8") for path in book.pages)
    for kind, title in (("Figure", "List of figures"), ("Table", "List of tables")):
        wanted = set(re.findall(rf'<span class="caption-number">{kind} ([\d.]+) ?</span>', html))
        assert len(wanted) >= 30
        pages = printed.span(title)
        listed = {}
        for link in printed.links:
            if link.page in (*pages, pages.stop):
                left, bottom, right, top = link.box
                text = printed.within(link.page, left - 1, bottom - 1, right + 1, top + 1)
                row = re.match(rf"{kind} ([\d.]+) .*?(\d+)$", text)
                if row:
                    listed[row[1]] = (int(row[2]), link.target)
        assert set(listed) == wanted
        for number, (shown, target) in listed.items():
            assert shown == target, f"{kind} {number}"
            text = flat(printed.texts[target - 1])
            assert re.search(rf"{kind} {re.escape(number)}(?![\d.]*\d)\W+[A-Z0-9“]", text), f"{kind} {number}: {target}"


def test_a_printed_page_number_is_that_of_its_target(printed):
    """Of cross-references (“p. 12”) and of the lists of contents."""
    lists = {page for title in ("Contents", "List of figures", "List of tables") for page in printed.span(title)}
    references = rows = 0
    for link in printed.links:
        left, bottom, right, top = link.box
        if link.page in lists:
            text = printed.within(link.page, left - 1, bottom - 1, right + 1, top + 1)
            rows += 1
            assert text.endswith(f" {link.target}"), f"page {link.page}: {text!r} leads to {link.target}"
        elif right - left < 22:
            text = printed.within(link.page, left - 18, bottom + 1, right + 1, top - 1)
            for number in re.findall(r"\bp\.\s*(\d+)", text)[-1:]:
                references += 1
                assert int(number) == link.target, f"page {link.page}: {text!r} leads to {link.target}"
    assert rows > 100
    assert references > 100


def test_every_link_leads_to_a_page_of_the_book(printed):
    """`Printed.links` fails on a target that is no page; none may hide behind a name that is not defined."""
    names = sum("/Dest" in note and not isinstance(note.Dest, pikepdf.Array)
                for page in printed.pdf.pages for note in page.get("/Annots", []))  # fmt: skip
    assert names == 0
    assert len(printed.links) > 1000


def test_the_outline_has_every_part_chapter_and_list(printed):
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    titles = [bare(re.sub(r"^\d+ ", "", opener.title)) for opener in printed.openers]
    files = [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
    chapters = [re.search(r"^# (.+)$", (ROOT / f"{name}.md").read_text("utf-8"), re.M)[1] for name in files]
    wanted = ["Contents", chapters.pop(0)]
    for part in toc["parts"]:
        wanted += [part["caption"], *(chapters.pop(0) for _ in part["chapters"])]
    wanted.remove("Explore the ties")  # needs a screen
    assert titles == [bare(title) for title in [*wanted, "List of figures", "List of tables", "Index of actors"]]
