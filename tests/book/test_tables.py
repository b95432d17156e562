"""Tables in a real browser: captions, headers, keyboard and numbers, on a telephone and on a desk."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import pytest
from bs4 import BeautifulSoup

from tests.conftest import named, soup, until
from vouch.paths import ROOT

pytestmark = pytest.mark.built

BOX = ".pst-scrollable-table-container"
NUMBER = re.compile(r"[−–]?(\d[\d,]*(\.\d+)?)?")
INTERVAL = re.compile(r" \([−\d.,]+ to [−–\d.,]+\)$")
YEAR = re.compile(r"–|(19|20)\d\d")
OPEN = "document.querySelectorAll('details').forEach(box => { box.open = true; })"


def own_tables_of(page):
    return soup(page).select("table.bp-table")


def own_tables(book):
    return [(page, table) for page in book.pages for table in own_tables_of(page)]


@pytest.fixture
def tab(browser, request):
    width, height, *theme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=(theme or ["light"])[0], reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


WIDTHS = [
    (320, 640),
    *(pytest.param(size, marks=pytest.mark.long) for size in [(375, 800), (768, 1024), (1440, 900), (1920, 1080)]),
    *(
        pytest.param((*size, "dark"), marks=pytest.mark.long)
        for size in [(320, 640), (375, 800), (768, 1024), (1440, 900), (1920, 1080)]
    ),
]
CAPTIONS = """box => [...document.querySelectorAll(`${box}:not(.vouch-numbers *) > table > caption`)].map(caption => {
  const box = caption.closest(".pst-scrollable-table-container");
  const inside = () => {
    const a = caption.getBoundingClientRect(), b = box.getBoundingClientRect();
    return a.left >= b.left - 2 && a.right <= b.right + 2 && a.right <= innerWidth; };
  const before = inside();
  box.scrollLeft = 1e6;
  const after = inside(), whole = caption.scrollWidth <= caption.clientWidth + 1, scrolled = box.scrollLeft > 0;
  box.scrollLeft = 0;
  return [caption.textContent.slice(0, 50), before && after && whole, scrolled]; })"""
ROWS = """() => [...document.querySelectorAll("table:not(.explorer-table)")].map(table => {
  const rows = [...table.querySelectorAll("tbody > tr:not(.bp-group)")];
  return [table.id, rows.length, rows.filter(row => row.checkVisibility({contentVisibilityAuto: true})
    && row.getBoundingClientRect().height > 0).length, table.dataset.more ?? ""]; })"""
WHOLE = """() => {
  document.querySelectorAll("details").forEach(box => { box.open = true; });
  document.querySelectorAll('.bp-more button[aria-expanded="false"]').forEach(button => button.click());
  return new Promise(then => requestAnimationFrame(() => setTimeout(then, 50))); }"""
FAULTS = """() => {
  const faults = [], scrolls = e => ["auto", "scroll"].includes(getComputedStyle(e).overflowY);
  for (const e of document.querySelectorAll(".bd-article, .bd-article *"))
    if (scrolls(e) && e.scrollHeight > e.clientHeight + 1) faults.push(["downwards", e.className, e.scrollHeight]);
  for (const cell of document.querySelectorAll(".bd-article :is(td, th)"))
    if (cell.clientWidth > 1 && cell.scrollWidth > cell.clientWidth + 1) faults.push(["cut", cell.textContent]);
  const wide = [...document.querySelectorAll(".pst-scrollable-table-container")].filter(
    box => box.scrollWidth > box.clientWidth + 1);
  for (const box of wide) {
    const named = box.getAttribute("aria-label") && ["region", "group"].includes(box.getAttribute("role"));
    if (box.tabIndex !== 0 || !named) faults.push(["not reached", box.ariaLabel]);
    if (!box.querySelector("table.grid")) faults.push(["sideways", box.ariaLabel]);
    if (innerWidth >= 1440 && !box.closest("details")) faults.push(["loses a column", box.ariaLabel]);
    box.scrollLeft = 1e6;
    for (const first of box.querySelectorAll("tr:not(.bp-group) > :first-child"))
      if (first.clientWidth && Math.abs(first.getBoundingClientRect().left - box.getBoundingClientRect().left) > 1.5)
        faults.push(["first column moves", box.ariaLabel]);
  }
  return [faults, wide.length, document.documentElement.scrollWidth - innerWidth]; }"""


@pytest.fixture(scope="module")
def seen(book, browser):
    """``seen(size)``: what is seen of the tables in a window of this size, by page. It opens every page once."""

    @cache
    def look(size):
        width, height, *theme = size
        given = {"color_scheme": (theme or ["light"])[0], "reduced_motion": "reduce"}
        context = browser.new_context(viewport={"width": width, "height": height}, **given)
        tab, found = context.new_page(), {}
        for page in book.pages:
            tab.goto(page.as_uri())
            tab.evaluate(OPEN)
            captions, rows = tab.evaluate(CAPTIONS, BOX), tab.evaluate(ROWS)
            tab.evaluate(WHOLE)
            faults, moved, over = tab.evaluate(FAULTS)
            found[page.name] = Tables(captions, rows, faults, moved, over)
        context.close()
        return found

    return look


class Tables(NamedTuple):
    """Those of a page. Captions: beginning, whether it stays in its box, whether this moves sideways. Rows: name of the
    table, how many there are, how many are in view, what its button says. Faults: what is wrong. Moved: boxes that move
    sideways. Over: by how many pixels the page does."""

    captions: list
    rows: list
    faults: list
    moved: int
    over: int


at_every_width = pytest.mark.parametrize(
    "size", WIDTHS, ids=lambda size: f"{size[0]} px{' dark' * (len(size) > 2)}", scope="module"
)


@at_every_width
def test_a_caption_fits_its_box_and_stays_when_the_table_is_scrolled_sideways(seen, size):
    found = [caption for page in seen(size).values() for caption in page.captions]
    assert [name for name, fits, _ in found if not fits] == []
    assert len(found) >= 40 and sum(scrolled for *_, scrolled in found) >= (10 if size[0] < 600 else 0)


@at_every_width
def test_nothing_scrolls_downwards_and_no_cell_is_cut(seen, size):
    """What is wider than its box is a table of numbers; it moves sideways only and keeps its first column in place."""
    wrong = {name: (page.faults, page.over) for name, page in seen(size).items() if page.faults or page.over > 0}
    assert wrong == {}
    assert sum(page.moved for page in seen(size).values()) >= (15 if size[0] < 600 else 0)


@at_every_width
def test_short_tables_are_whole(seen, size):
    for page, found in seen(size).items():
        for name, rows, there, more in found.rows:
            assert there == rows or (rows > 15 and more == f"Show all {rows} rows"), (page, name)


@pytest.mark.parametrize("tab", [(375, 800)], indirect=True, ids=["phone"])
def test_tables_that_are_folded_away_are_laid_out_when_they_are_opened(book, tab):
    """All at once they are more than a telephone has time for."""
    (page,) = (path for path in book.pages if path.stem == "data")
    session = tab.context.new_cdp_session(tab)
    session.send("Performance.enable")

    def laid_out() -> float:
        return {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}["LayoutObjects"]

    tab.goto(page.as_uri())
    tab.wait_for_timeout(1000)
    first = laid_out()
    fold = tab.locator("#table-events details")
    assert not fold.locator("table").is_visible()
    fold.locator("summary").click()
    fold.locator("table").wait_for(state="visible")
    assert fold.locator(BOX).count() == 1, "it is a box like any other"
    tab.evaluate(WHOLE)
    assert laid_out() > 3 * first


SEEN = """table => [...table.querySelectorAll("tbody > tr:not(.bp-group)")].slice(0, 16).filter(row =>
  row.checkVisibility({contentVisibilityAuto: true}) && row.getBoundingClientRect().height > 0).length"""
"""Of the first rows of a table."""


@pytest.mark.parametrize(
    "tab", [(375, 800), pytest.param((1440, 900), marks=pytest.mark.long)], indirect=True, ids=["phone", "desk"]
)
def test_a_long_table_shows_its_first_rows_and_a_button_that_says_how_many_there_are(book, tab):
    folded = 0
    for page in book.pages:
        if not soup(page).select("table[data-more]"):
            continue
        tab.goto(page.as_uri())
        tab.evaluate(OPEN)
        for button in tab.locator(".bp-more button").all():
            table = tab.locator(f"table:has(#{button.get_attribute('aria-controls').split()[0]})")
            rows = table.locator("tbody > tr:not(.bp-group)")
            waiting = table.locator("tbody.bp-rest").all()
            seen = table.evaluate(SEEN)
            assert button.text_content() == f"Show all {rows.count()} rows" and rows.count() > 15, page.name
            assert {body.get_attribute("hidden") for body in waiting} == {"until-found"}
            assert all(body.bounding_box()["height"] < 2 for body in waiting[:3]), page.name
            assert seen >= 5
            button.press("Enter")
            assert button.get_attribute("aria-expanded") == "true" and button.text_content() == "Show fewer rows"
            assert rows.last.bounding_box()["height"] > 10
            assert tab.evaluate("document.activeElement.matches('tbody.bp-rest > tr:first-child')")
            button.click()
            assert button.get_attribute("aria-expanded") == "false"
            folded += 1
    assert folded >= 8


@pytest.mark.parametrize("tab", [(1440, 900)], indirect=True, ids=["desk"])
def test_what_the_browser_finds_among_the_rows_that_wait_opens_the_table(book, tab):
    """Also a link to something in such a row."""
    page = book.html / "chapters" / "standard.html"
    tab.goto(page.as_uri())
    waits = "document.querySelector('#tab-standard-evidence .bp-rest:last-child')"
    tab.evaluate(f"{waits}.dispatchEvent(new Event('beforematch'))")
    assert not tab.evaluate(f"{waits}.hidden")
    tab.goto(page.as_uri() + "?again")
    assert tab.evaluate(f"{waits}.hidden") == "until-found"
    tab.evaluate(f"{waits}.lastElementChild.id = 'in-a-row'; location.hash = 'in-a-row'")
    until(tab, f"!{waits}.hidden")
    top = tab.evaluate("document.getElementById('in-a-row').getBoundingClientRect().top")
    assert 0 <= top < 900


@pytest.mark.parametrize("script", [True, False], ids=["print", "no script"])
def test_all_rows_are_there_in_print_and_without_a_script(book, browser, script):
    context = browser.new_context(viewport={"width": 794, "height": 1123}, java_script_enabled=script)
    tab = context.new_page()
    long = 0
    for page in book.pages:
        if not soup(page).select("table[data-more]"):
            continue
        tab.goto(page.as_uri())
        if script:
            tab.evaluate(OPEN)
            tab.emulate_media(media="print")
            assert tab.locator(".bp-more").first.is_hidden()
        for table in tab.locator("table[data-more]:not(details table)" if not script else "table[data-more]").all():
            for rows in ("tbody > tr", "tbody.bp-rest > tr"):
                assert table.locator(rows).last.bounding_box()["height"] > 10, page.name
            long += 1
    context.close()
    assert long >= 8


@pytest.mark.parametrize("tab", [(375, 800)], indirect=True, ids=["phone"])
def test_on_a_telephone_a_table_of_words_is_a_list_of_its_rows(book, tab):
    """Each cell under the name of its column; what the style takes from the form, roles give back."""
    lists = 0
    for page in book.pages:
        for table in soup(page).select("table.stacked"):
            heads = [" ".join(cell.get_text().split()) for cell in table.select("thead th")]
            for row in table.select("tbody > tr:not(.bp-group)"):
                cells = row.find_all(["td", "th"], recursive=False)
                assert [cell["data-label"] for cell in cells] == heads, (page.name, table.get("id"))
                assert len(cells) == len(heads)
            lists += 1
    assert lists >= 30
    tab.goto((book.html / "chapters" / "standard.html").as_uri())
    cell = tab.locator("#tab-standard-evidence tbody tr:not(.bp-group) >> nth=0").locator("td").nth(1)
    assert tab.evaluate("e => getComputedStyle(e, '::before').content", cell.element_handle()) == '"Evidence"'
    assert cell.bounding_box()["width"] > 300
    roles = "[...new Set([...document.querySelectorAll('table.stacked :is(tr, td, th)')].map(e => e.role))].sort()"
    assert tab.evaluate(roles) == ["cell", "columnheader", "row", "rowheader"]


def test_sources_are_numbered_notes_below_their_table(book, browser):
    notes = 0
    for page in book.pages:
        for table in own_tables_of(page):
            marks = table.select("tbody .bp-ref a")
            listed = [item["id"] for item in soup(page).select(f'.bp-sources li[id^="{table.get("id")}-source-"]')]
            assert list(dict.fromkeys(mark["href"][1:] for mark in marks)) == listed, (page.name, table.get("id"))
            assert [f"{table['id']}-source-{n}" for n in range(1, len(listed) + 1)] == listed
            assert all(mark["href"].endswith(f"-source-{mark.get_text()}") for mark in marks)
            for name in listed:
                assert named(page)[name].select("a[href*='bibliography']"), name
            notes += len(listed)
    assert notes > 150
    context = browser.new_context(viewport={"width": 375, "height": 800}, reduced_motion="reduce")
    tab = context.new_page()
    tab.goto((book.html / "chapters" / "standard.html").as_uri())
    tab.locator("#tab-standard-evidence .bp-ref a").nth(2).click()
    until(tab, "document.getElementById('tab-standard-evidence-source-3').closest('details').open")
    at = tab.locator("#tab-standard-evidence-source-3").bounding_box()
    assert 0 <= at["y"] < 800
    context.close()


def test_no_cell_shows_a_code_of_the_data(book):
    """Codes such as `at-least` or 2026-01-26 stay in the CSV; names that are written so are in the glossary of none."""
    words = {"commander-in-chief", "vice-president"}
    codes = re.compile(r"[a-z]+(-[a-z]+)+|\d{4}-\d\d(-\d\d)?|phase\d")
    for page in book.pages:
        for table in soup(page).select('table.bp-table[id^="tab-"]'):
            if table["id"] == "tab-data-tables":  # names of tables and licences are what it is about
                continue
            for cell in table.select("tbody :is(td, th)"):
                text = cell.get_text().strip()
                assert text in words or not codes.fullmatch(text), (page.name, table["id"], text)


@pytest.mark.parametrize("name", ["vouchers", "standard", pytest.param("data", marks=pytest.mark.long)])
@pytest.mark.parametrize("tab", [(1280, 800)], indirect=True, ids=["desk"])
def test_links_in_a_table_are_not_hidden_by_its_header(book, tab, name):
    tab.goto((book.html / "chapters" / f"{name}.html").as_uri())
    tab.evaluate(WHOLE)
    hidden = tab.evaluate(
        """box => { const hidden = [];
             for (const one of document.querySelectorAll(box)) {
               for (const link of [...one.querySelectorAll("tbody a")].filter(a => a.checkVisibility()).reverse()) {
                 link.focus();
                 const at = link.getClientRects()[0];
                 const hit = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
                 if (!hit || !link.contains(hit)) hidden.push(link.textContent); } }
             return hidden; }""",
        BOX,
    )
    assert hidden == []


def test_every_header_cell_says_what_it_heads(book):
    assert len(own_tables(book)) >= 35
    for page, table in own_tables(book):
        assert {cell.get("scope") for cell in table.select("thead th")} == {"col"}, (page.name, table["id"])
        for row in table.select("tbody tr"):
            wanted = "rowgroup" if "bp-group" in row.get("class", []) else "row"
            assert [cell.get("scope") for cell in row.find_all("th")] == [wanted], (page.name, table["id"])
        for group in table.select("tbody tr.bp-group"):
            assert group.find_previous_sibling("tr") is None, "a group begins a body of its own"


def test_rows_of_a_group_say_once_what_they_share(book):
    grouped = 0
    for page in book.pages:
        for table in own_tables_of(page):
            heads = [group.get_text().strip() for group in table.select("tr.bp-group")]
            assert all(first != second for first, second in pairwise(heads)), table["id"]
            width = len(table.select("thead th"))
            assert all(int(group.th.get("colspan", 1)) == width for group in table.select("tr.bp-group"))
            grouped += bool(heads)
    assert grouped >= 8


def test_numbers_stand_right_and_their_units_in_the_header(book):
    """A column of bare numbers is aligned right, and one that is aligned right holds nothing but numbers."""
    columns = 0
    for page, table in own_tables(book):
        rows = [row.find_all(["th", "td"]) for row in table.select("tbody tr:not(.bp-group)")]
        for cells in zip(*rows, strict=True):
            texts = [INTERVAL.sub("", cell.get_text().strip()) for cell in cells]
            numeric = all(NUMBER.fullmatch(text) for text in texts) and any(re.search(r"\d", t) for t in texts)
            if all(YEAR.fullmatch(text) for text in texts):  # a date like others
                continue
            right = {"text-right" in cell.get("class", []) for cell in cells}
            assert right == {numeric}, (page.name, table["id"], texts[:3])
            columns += numeric
    assert columns >= 20


def test_a_notebook_outside_the_book_shows_words_and_no_markup():
    from vouch.tables import as_myst, as_plain

    plain = "Baseline: 5 % (see *A_B*), <1>."
    assert as_plain(as_myst(plain)) == plain
    assert as_plain("{term}`townships <township>` of {claim}`S000-01` {cite:p}`a,b`") == "townships of S000-01 [a, b]"


# ------------------------------------------------------------------------------------------- the extension in any book
CONF = """\
extensions = ["myst_parser", "bookpress.web"]
project = "Toys"
language = "{language}"
root_doc = "one"
html_theme = "sphinx_book_theme"
{more}
"""


def toy_page(folder, language="en", more=""):
    """A page with a long table of words and one of numbers."""
    words = "".join(f"| Toy {n} | a sentence on toy number {n} | and another of some length |\n" for n in range(20))
    numbers = "".join(f"| Toy {n} | {n}000000000 | {n}000000000 | {n}000000000 |\n" for n in range(4))
    heads = "| Toy | First | Second |\n|---|---|---|\n", "| Toy | A | B | C |\n|---|--:|--:|--:|\n"
    (folder / "conf.py").write_text(CONF.format(language=language, more=more))
    (folder / "one.md").write_text(f"# One\n\n{heads[0]}{words}\nText.\n\n{heads[1]}{numbers}\n")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-d", folder / "trees", folder, folder / "out"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert result.returncode == 0 and not result.stderr, result.stderr
    return folder / "out" / "one.html"


def test_the_extension_alone_serves_the_tables_of_any_book(tmp_path, browser):
    page = toy_page(tmp_path, "de")
    words, numbers = BeautifulSoup(page.read_text("utf-8"), "html.parser").select("table")
    assert words["data-more"] == "Alle 20 Zeilen zeigen" and "stacked" in words["class"]
    assert [len(body.select("tr")) for body in words.select("tbody")] == [8, 12]
    assert "grid" in numbers["class"] and "data-more" not in numbers.attrs
    context = browser.new_context(viewport={"width": 375, "height": 800})
    tab = context.new_page()
    tab.goto(page.as_uri())
    assert tab.locator(".bp-more button").text_content() == words["data-more"]
    tab.evaluate(WHOLE)
    faults, wide, over = tab.evaluate(FAULTS)
    assert faults == [] and wide == 1 and over <= 0
    context.close()


def test_how_many_rows_are_long_is_a_setting(tmp_path):
    page = toy_page(tmp_path, more="web_tables_long = 19\nweb_tables_first = 3")
    bodies = BeautifulSoup(page.read_text("utf-8"), "html.parser").select_one("table").select("tbody")
    assert [len(body.select("tr")) for body in bodies] == [3, 17]
    page = toy_page(tmp_path, more="web_tables_long = 0")
    assert len(BeautifulSoup(page.read_text("utf-8"), "html.parser").select_one("table").select("tbody")) == 1
