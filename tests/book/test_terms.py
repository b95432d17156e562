"""Terms of the glossary explain themselves: by pointer, keyboard and touch, and without script as plain links."""

from __future__ import annotations

import pytest

from tests.conftest import soup

pytestmark = pytest.mark.built

CHAPTERS = ["summary", "articles", "coup", "voters", "standard", "vouchers", "belarus", "ties", "verdicts", "limits"]


@pytest.fixture
def tab(browser, request):
    context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **getattr(request, "param", {})})
    yield context.new_page()
    context.close()


def first_term(tab, book, chapter="standard"):
    tab.goto((book.html / "chapters" / f"{chapter}.html").as_uri())
    term = tab.locator(".bp-term").first
    return term, tab.locator(f"[id='{term.get_attribute('aria-describedby')}']")


def test_every_chapter_explains_terms_in_the_words_of_the_glossary(book):
    def read(name):
        return soup(book.html / "chapters" / f"{name}.html")

    glossary = read("glossary")
    used = set()
    for chapter in (
        "summary",
        "articles",
        "coup",
        "voters",
        "standard",
        "vouchers",
        "belarus",
        "ties",
        "verdicts",
        "limits",
    ):
        page = read(chapter)
        assert page.select(".bp-term"), chapter
        for term in page.select(".bp-term"):
            name = term["href"].removeprefix("glossary.html#")
            entry = glossary.find(id=name).find_next_sibling("dd")
            card = page.find(id=term["aria-describedby"])
            assert " ".join(card.get_text().split()) == " ".join(entry.get_text().split()), (chapter, name)
            used.add(name)
    assert len(used) >= 15


def test_a_term_explains_itself_on_hover_and_stays_while_it_is_read(book, tab):
    term, card = first_term(tab, book)
    assert not card.is_visible()
    term.hover()
    card.wait_for(state="visible")
    card.hover()
    tab.wait_for_timeout(400)
    assert card.is_visible()
    tab.mouse.move(5, 5)
    card.wait_for(state="hidden")


def test_a_term_explains_itself_on_keyboard_focus_and_escape_closes_it(book, tab):
    term, card = first_term(tab, book)
    tab.keyboard.press("Tab")
    term.focus()
    card.wait_for(state="visible")
    tab.keyboard.press("Shift+Tab")
    card.wait_for(state="hidden")
    tab.keyboard.press("Tab")
    assert term.evaluate("term => term === document.activeElement")
    card.wait_for(state="visible")
    tab.keyboard.press("Escape")
    card.wait_for(state="hidden")
    assert term.evaluate("term => term === document.activeElement"), "Escape closes the card and keeps the place"
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/glossary.html#*")


@pytest.mark.parametrize("tab", [{"viewport": {"width": 375, "height": 700}, "has_touch": True}], indirect=True)
def test_the_first_touch_explains_a_term_and_the_second_leads_to_the_glossary(book, tab):
    term, card = first_term(tab, book)
    term.scroll_into_view_if_needed()
    term.tap()
    card.wait_for(state="visible")
    assert tab.url.endswith("standard.html")
    box = card.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 375
    term.tap()
    tab.wait_for_url("**/glossary.html#*")


@pytest.mark.parametrize("tab", [{"java_script_enabled": False}], indirect=True)
def test_without_script_a_term_is_a_link(book, tab):
    term, card = first_term(tab, book)
    assert not card.is_visible()
    term.click()
    assert "glossary.html#term-" in tab.url
