"""The ledger's pages: an article word for word, each passage beside the entries of its claims; filter, address."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.conftest import until
from vouch.evidence import claims, seeds
from vouch.pages.ledger import sides

SEEDS = pytest.mark.parametrize("seed", seeds.load_all(), ids=lambda seed: seed.id)
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 375, "height": 800}


def page_of(book, seed: str) -> Path:
    return book.html / f"chapters/ledger-{seed.lower()}.html"


def claimed(seed: str):
    ledger = claims.ledger()
    return ledger[ledger["seed"] == seed]


@pytest.fixture
def tab(browser, request):
    context = browser.new_context(viewport=getattr(request, "param", WIDE))
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda e: page.complaints.append(str(e)))
    yield page
    assert page.complaints == []
    context.close()


# --- As written -------------------------------------------------------------------------------------------------------


@SEEDS
def test_the_article_is_shown_word_for_word_and_every_claim_has_an_entry(book, seed):
    page = BeautifulSoup(page_of(book, seed.id).read_text("utf-8"), "html.parser")
    ids = list(claimed(seed.id)["claim"])
    assert [entry["id"] for entry in page.select("details.ledger-entry")] == ids
    assert {link["href"] for link in page.select(".vouch-article a")} == {f"#{claim}" for claim in ids}
    for number in page.select(".vouch-article sup"):
        number.decompose()
    shown = [" ".join(p.get_text().split()) for p in page.select(".vouch-article p")]
    assert shown == [" ".join(line.split()) for line in seed.text.split("\n") if line.strip()]


@SEEDS
def test_an_entry_stands_in_the_row_of_the_passage_that_it_judges(book, seed):
    page = BeautifulSoup(page_of(book, seed.id).read_text("utf-8"), "html.parser")
    quotes = claimed(seed.id).set_index("claim")["quote"]
    seen = 0
    for row in page.select(".ledger-row"):
        for number in row.select(".vouch-article sup"):
            number.decompose()
        passage = row.select_one(".vouch-article").get_text()
        for entry in row.select(".ledger-entry"):
            assert quotes[entry["id"]] in passage, entry["id"]
            seen += 1
    assert seen == len(quotes)


@SEEDS
def test_the_folded_line_says_number_verdict_and_claim(book, seed):
    page = BeautifulSoup(page_of(book, seed.id).read_text("utf-8"), "html.parser")
    for record in claimed(seed.id).fillna({"verdict": sides.NOT_CHECKABLE}).itertuples():
        line = " ".join(page.find(id=record.claim).summary.get_text().split())
        sign = sides.SYMBOLS.get(record.verdict, "–")
        assert line == " ".join(f"{record.claim} {sign} {record.verdict} {record.statement}".split())


def test_what_a_web_page_left_in_the_text_is_told_from_the_article(book, tab):
    [line] = seeds.load("S000").about["leftovers"]
    tab.goto(page_of(book, "S000").as_uri())
    left = tab.locator(".article-leftover")
    assert left.inner_text() == line
    row = tab.locator(".ledger-row", has=left)
    assert sides.LEFT_OVER in row.inner_text()
    assert row.evaluate("row => getComputedStyle(row).borderTopStyle") == "dashed"
    assert tab.locator(".article-heading", has_text=line).count() == 0


# --- As laid out ------------------------------------------------------------------------------------------------------

BOXES = """all => all.map(row => [row.querySelector('.vouch-article p'), row.querySelector('.ledger-entry > summary')]
  .map(part => part && (({left, right, top, bottom}) => ({left, right, top, bottom}))(part.getBoundingClientRect())))"""


@SEEDS
def test_on_a_wide_screen_passage_and_entries_stand_side_by_side(book, tab, seed):
    tab.goto(page_of(book, seed.id).as_uri())
    rows = [row for row in tab.eval_on_selector_all(".ledger-row", BOXES) if row[1]]
    assert len(rows) > 6
    for passage, entry in rows:
        assert entry["left"] >= passage["right"] and abs(entry["top"] - passage["top"]) <= 4
    assert tab.evaluate("document.documentElement.scrollHeight") < 6000
    lines = "all => all.map(e => e.getBoundingClientRect().height)"
    assert max(tab.eval_on_selector_all(".ledger-entry > summary", lines)) < 36, "an entry is folded to one line"


@SEEDS
@pytest.mark.parametrize("tab", [PHONE], indirect=True)
def test_on_a_telephone_entries_are_folded_under_their_passage_and_large_enough_for_a_thumb(book, tab, seed):
    tab.goto(page_of(book, seed.id).as_uri())
    for passage, entry in tab.eval_on_selector_all(".ledger-row", BOXES):
        assert entry is None or entry["top"] >= passage["bottom"]
    assert tab.evaluate("document.documentElement.scrollHeight") < 14_000
    sizes = tab.eval_on_selector_all(
        ".ledger-entry > summary, .ledger-strip label",
        "all => all.map(e => [e.getBoundingClientRect().width, e.getBoundingClientRect().height])",
    )
    assert all(width >= 24 and height >= 32 for width, height in sizes)
    heights = tab.eval_on_selector_all(".ledger-entry > summary", "all => all.map(e => e.offsetHeight)")
    assert min(heights) >= 44


@pytest.mark.parametrize("tab", [WIDE, PHONE], indirect=True, ids=["desk", "phone"])
def test_the_strip_of_verdicts_stays_in_view_and_covers_no_target(book, tab):
    tab.goto(page_of(book, "S000").as_uri() + "#S000-60")
    until(tab, "scrollY > 500")
    tab.wait_for_timeout(600)  # the theme scrolls smoothly
    strip = tab.locator(".ledger-strip").bounding_box()
    assert 0 <= strip["y"] <= 70
    assert tab.locator("#S000-60 > summary").bounding_box()["y"] >= strip["y"] + strip["height"] - 1


@pytest.mark.parametrize("tab", [WIDE, PHONE], indirect=True, ids=["desk", "phone"])
@SEEDS
def test_nothing_jumps_while_the_page_loads(book, tab, seed):
    tab.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(one => { moved += one.value; }))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    tab.goto(page_of(book, seed.id).as_uri())
    tab.wait_for_timeout(500)
    assert tab.evaluate("moved") <= 0.05


def test_a_verdict_is_told_by_the_form_of_its_line_and_a_sign(book, tab):
    tab.goto(page_of(book, "S000").as_uri())
    forms = {}
    for verdict in [*claims.VERDICTS, sides.NOT_CHECKABLE]:
        mark = tab.locator(f".vouch-article a.{sides.slug(verdict)}:has(sup)").first
        style = mark.evaluate("mark => getComputedStyle(mark).textDecorationStyle")
        number = mark.locator("sup").last.inner_text()
        forms[verdict] = style, number.partition(" ")[2]
        tint = mark.evaluate("mark => getComputedStyle(mark).backgroundColor")
        assert tint not in ("rgba(0, 0, 0, 0)", "transparent")
    assert len(set(forms.values())) == len(forms)
    signs = {verdict: sign for verdict, (_, sign) in forms.items() if verdict != "supported"}
    assert signs == {verdict: sides.SYMBOLS.get(verdict, "–") for verdict in signs}


# --- As used ----------------------------------------------------------------------------------------------------------


def test_the_whole_passage_opens_its_entry_and_both_are_lit(book, tab):
    tab.goto(page_of(book, "S000").as_uri())
    mark, entry = tab.locator("a.claim-mark[href='#S000-09']").first, tab.locator("#S000-09")
    first_line = "(({left, top, width, height}) => [left + width / 2, top + height / 2])(mark.getClientRects()[0])"
    middle = mark.evaluate(f"mark => {first_line}")
    tab.mouse.move(*middle)
    assert "ledger-lit" in entry.get_attribute("class")
    assert entry.get_attribute("open") is None
    tab.mouse.click(*middle)
    until(tab, "document.getElementById('S000-09').open")
    assert tab.evaluate("location.hash") == "#S000-09"
    assert entry.locator("blockquote").is_visible()
    entry.locator("> summary").hover()
    assert "ledger-lit" in mark.get_attribute("class")


def test_a_link_to_a_claim_opens_it_whatever_the_filter_says(book, tab):
    tab.goto(page_of(book, "S000").as_uri() + "#verdict=contradicted")
    supported = claimed("S000").query("verdict == 'supported'")["claim"].iloc[-1]
    assert not tab.locator(f"#{supported}").is_visible()
    tab.evaluate(f"location.hash = '#{supported}'")
    until(tab, f"document.getElementById('{supported}').open")
    assert tab.locator(f"#{supported} blockquote").is_visible()
    assert not tab.locator("[name=verdict]:checked").count()


def test_the_filter_counts_and_is_in_the_address(book, tab):
    mine = claimed("S000")
    address = page_of(book, "S000").as_uri()
    tab.goto(address)
    entries, told = tab.locator(".ledger-entry:visible"), tab.locator(".ledger-filter output")
    for verdict, count in mine["verdict"].fillna(sides.NOT_CHECKABLE).value_counts().items():
        label = tab.locator(f".ledger-strip label.{sides.slug(verdict)}")
        assert label.locator("b").inner_text() == str(count)
        label.click()
        assert entries.count() == count
        assert told.inner_text() == f"{count} of {len(mine)} claims"
        label.click()
    assert entries.count() == len(mine) and "#" not in tab.url

    tab.locator(".ledger-strip label.verdict-contradicted").click()
    tab.locator(".ledger-strip label.verdict-imprecise").click()
    tab.select_option("[name=kind]", "number")
    wanted = mine[mine["verdict"].isin(["contradicted", "imprecise"]) & (mine["type"] == "number")]
    assert [entry.get_attribute("id") for entry in entries.all()] == list(wanted["claim"])
    lit = tab.eval_on_selector_all("a.claim-mark:not(.ledger-out)", "all => all.map(a => a.hash.slice(1))")
    assert set(lit) <= set(wanted["claim"]), "the text marks only what the filter lets through"
    assert tab.url == address + "#verdict=imprecise,contradicted&kind=number"

    again = tab.context.new_page()
    again.goto(tab.url)
    assert again.locator(".ledger-entry:visible").count() == len(wanted)
    assert again.locator(".ledger-filter output").inner_text() == f"{len(wanted)} of {len(mine)} claims"
    again.get_by_role("button", name="Reset").click()
    assert again.locator(".ledger-entry:visible").count() == len(mine)
    assert again.url == address

    tab.goto(address + "#word=8,665")
    assert tab.input_value("[name=word]") == "8,665"
    assert 1 <= entries.count() < len(mine)


def test_verdicts_are_chosen_by_keyboard_and_all_entries_open_at_once(book, tab):
    tab.goto(page_of(book, "S004").as_uri())
    tab.locator(".ledger-strip [value=contradicted]").focus()
    tab.keyboard.press("Space")
    wanted = int((claimed("S004")["verdict"] == "contradicted").sum())
    assert tab.locator(".ledger-entry:visible").count() == wanted
    tab.get_by_role("button", name="Open all").click()
    assert tab.locator(".ledger-entry[open]").count() == wanted
    tab.get_by_role("button", name="Fold all").click()
    assert tab.locator(".ledger-entry[open]").count() == 0


def test_on_paper_every_entry_is_open(book, tab):
    tab.goto(page_of(book, "S004").as_uri())
    tab.emulate_media(media="print")
    shown = "all => all.every(e => e.getBoundingClientRect().height > 0)"
    assert tab.eval_on_selector_all(".ledger-entry > blockquote", shown)
    assert not tab.locator(".ledger-strip").is_visible()


def test_without_script_entries_open_and_nothing_promises_more(book, browser):
    context = browser.new_context(java_script_enabled=False, viewport=WIDE)
    page = context.new_page()
    page.goto(page_of(book, "S000").as_uri())
    assert not page.locator(".ledger-filter").is_visible()
    assert page.locator(".ledger-entry > summary:visible").count() == len(claimed("S000"))
    page.locator("#S000-05 > summary").click()
    assert page.locator("#S000-05 blockquote").is_visible()
    context.close()


@pytest.mark.parametrize("page", ["ledger-s000", "explorer"])
def test_an_address_that_is_no_encoding_names_nothing(tab, book, page):
    """It once ended the scripts, and no filter was there."""
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.goto((book.html / f"chapters/{page}.html").as_uri() + "#100%")
    tab.locator("form:visible").first.wait_for()
    assert faults == []
