"""Tables in a real browser: captions, headers, keyboard and numbers, on a telephone and on a desk."""

from __future__ import annotations

import re
from functools import cache

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.built

BOX = ".pst-scrollable-table-container"
NUMBER = re.compile(r"[−–]?(\d[\d,]*(\.\d+)?)?")
YEAR = re.compile(r"–|(19|20)\d\d")
OPEN = "document.querySelectorAll('details').forEach(box => { box.open = true; })"


@cache
def soup(path):
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def own_tables(book):
    return [(page, table) for page in book.pages for table in soup(page).select("table.bp-table")]


@pytest.fixture
def tab(browser, request):
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("tab", [(375, 800), (320, 640)], indirect=True, ids=["375 px", "320 px"])
def test_a_caption_fits_its_box_and_stays_when_the_table_is_scrolled_sideways(book, tab):
    seen = wider = 0
    for page in book.pages:
        if not soup(page).select(f"{BOX} caption"):
            continue
        tab.goto(page.as_uri())
        tab.evaluate(OPEN)
        found = tab.evaluate(
            """box => [...document.querySelectorAll(`${box}:not(.vouch-numbers *) > table > caption`)].map(caption => {
                 const box = caption.closest(".pst-scrollable-table-container");
                 const inside = () => {
                   const a = caption.getBoundingClientRect(), b = box.getBoundingClientRect();
                   return a.left >= b.left - 2 && a.right <= b.right + 2 && a.right <= innerWidth; };
                 const before = inside();
                 box.scrollLeft = 1e6;
                 const whole = caption.scrollWidth <= caption.clientWidth + 1;
                 return [caption.textContent.slice(0, 50), before, inside(), whole, box.scrollLeft > 0]; })""",
            BOX,
        )
        for name, before, after, whole, scrolled in found:
            assert before and after and whole, (page.name, name)
            wider += scrolled
        seen += len(found)
    assert seen >= 40 and wider >= 20


@pytest.mark.parametrize("tab", [(375, 800), (1280, 800)], indirect=True, ids=["phone", "desk"])
def test_a_table_taller_than_the_window_scrolls_under_its_header(book, tab):
    tall = 0
    for page in book.pages:
        tab.goto(page.as_uri())
        tab.evaluate(OPEN)
        found = tab.evaluate(
            """box => [...document.querySelectorAll(box)].filter(box => box.querySelector("thead")).map(box => {
                 const room = box.scrollHeight - box.clientHeight;
                 box.scrollTop = room / 2;
                 const gap = box.querySelector("th").getBoundingClientRect().top - box.getBoundingClientRect().top;
                 return [box.getAttribute("aria-label"), box.clientHeight / innerHeight, room, gap]; })""",
            BOX,
        )
        for name, share, room, gap in found:
            assert share <= 0.86, (page.name, name)
            if room > 600:
                tall += 1
                assert abs(gap) < 1.5, (page.name, name, gap)
    assert tall >= 5


@pytest.mark.parametrize("tab", [(1280, 800)], indirect=True, ids=["desk"])
def test_links_in_a_scrolled_table_are_not_hidden_by_its_header(book, tab):
    for name in ("data", "vouchers", "standard"):
        tab.goto((book.html / "chapters" / f"{name}.html").as_uri())
        hidden = tab.evaluate(
            """box => { const hidden = [];
                 for (const one of document.querySelectorAll(box)) {
                   one.scrollTop = one.scrollHeight;
                   for (const link of [...one.querySelectorAll("tbody a")].filter(a => a.checkVisibility()).reverse()) {
                     link.focus();
                     const at = link.getClientRects()[0];
                     const hit = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
                     if (!hit || !link.contains(hit)) hidden.push(link.textContent); } }
                 return hidden; }""",
            BOX,
        )
        assert hidden == [], name


def test_every_header_cell_says_what_it_heads(book):
    assert len(own_tables(book)) >= 35
    for page, table in own_tables(book):
        assert {cell.get("scope") for cell in table.select("thead th")} == {"col"}, (page.name, table["id"])
        for row in table.select("tbody tr"):
            assert [cell.get("scope") for cell in row.find_all("th")] == ["row"], (page.name, table["id"])


def test_numbers_stand_right_and_their_units_in_the_header(book):
    """A column of bare numbers is aligned right, and one that is aligned right holds nothing but numbers."""
    columns = 0
    for page, table in own_tables(book):
        rows = [row.find_all(["th", "td"]) for row in table.select("tbody tr")]
        for cells in zip(*rows, strict=True):
            texts = [cell.get_text().strip() for cell in cells]
            numeric = all(NUMBER.fullmatch(text) for text in texts) and any(re.search(r"\d", t) for t in texts)
            if all(YEAR.fullmatch(text) for text in texts):  # a date like others
                continue
            right = {"text-right" in cell.get("class", []) for cell in cells}
            assert right == {numeric}, (page.name, table["id"], texts[:3])
            columns += numeric
    assert columns >= 20
