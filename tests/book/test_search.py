"""What readers look for is found, from the disk: claims, numbers, people."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from bookpress.web.search import EnglishWithNumbers
from tests.conftest import until
from vouch.evidence import claims

pytestmark = pytest.mark.built


@pytest.fixture
def tab(browser):
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    yield context.new_page()
    context.close()


def results(book, tab, query):
    """Addresses that the search page lists, best first."""
    tab.goto((book.html / "search.html").as_uri() + f"?q={quote(query)}")
    tab.locator(".search-summary", has_text=re.compile("finished|Nothing found")).wait_for()
    return tab.evaluate("[...document.querySelectorAll('#search-results li a')].map(link => link.getAttribute('href'))")


@pytest.mark.parametrize("claim", ["S000-05", "S004-13", "s004-44"])
def test_a_claim_is_found_first_by_its_name(book, tab, claim):
    assert results(book, tab, claim)[0] == f"chapters/ledger-{claim[:4].lower()}.html#{claim.upper()}"
    tab.locator("#search-results li a").first.click()
    expect(tab.locator(f"#{claim.upper()}")).to_be_visible()


def test_every_claim_can_be_found_by_name(book):
    index = json.loads((book.html / "searchindex.js").read_text("utf-8").partition("(")[2].rpartition(")")[0])
    assert set(claims.ledger()["claim"]) <= {entry[4] for entry in index["objects"][""]}


@pytest.mark.parametrize("finding", ["coup.months_to_vote", "voters.townships_voted", "voters.turnout_official"])
def test_a_number_of_the_findings_is_found_where_it_stands(book, tab, finding):
    record = next(r for r in json.loads((book.html / "findings.json").read_text("utf-8")) if r["id"] == finding)
    for query in (record["text"], finding):
        address = f"chapters/{finding.partition('.')[0]}.html#number-{finding.replace('.', '-').replace('_', '-')}"
        assert address in results(book, tab, query), query
    tab.goto(f"{book.html.as_uri()}/{address}")
    place = tab.locator(f"[id='{address.partition('#')[2]}']")
    assert place.is_visible() and place.inner_text() == record["text"]


@pytest.mark.parametrize("words", ["8,665", "Khrenin", "Kara-ool", "Thein Soe", "2025–26", "2025-26"])
def test_pages_found_by_a_number_or_a_person_hold_it(book, tab, words):
    found = results(book, tab, words)
    pages = {address.partition("#")[0] for address in found}
    assert pages
    wanted = words.replace("–", "-").lower()
    for page in pages:
        assert wanted in (book.html / page).read_text("utf-8").replace("–", "-").lower(), page


def typed(book, tab, query):
    """The results while a query is typed, without a key that sends it: heading -> lines."""
    tab.goto((book.html / "search.html").as_uri())
    tab.locator(".bd-search-container input").press_sequentially(query)
    until(
        tab,
        "q => document.querySelector('.search-summary') && decodeURIComponent(location.search).includes(q)",
        query[:4],
    )
    groups = tab.locator("#search-results section").all()
    return {group.locator("h2").inner_text(): group.locator("li").all_inner_texts() for group in groups}


def test_results_come_while_one_types_and_the_address_keeps_the_query(book, tab):
    """From the disk: sections with the words around, figures by their finding, claims, numbers."""
    found = typed(book, tab, "votes")
    assert {"Sections", "figure", "table", "number"} <= set(found)
    assert any("vote" in line.partition("\n")[2].lower() for line in found["Sections"])
    assert any("three head counts" in line for line in typed(book, tab, "head counts")["figure"])
    assert next(iter(typed(book, tab, "S000-05"))) == "claim"
    tab.reload()
    tab.locator("#search-results li").first.wait_for()
    assert tab.locator(".bd-search-container input").input_value() == "S000-05"
    assert tab.evaluate("localStorage.getItem('sphinx_highlight_terms')") is None


@pytest.mark.parametrize("width", [375, 1200])
def test_results_come_over_every_page_while_one_types(book, tab, width):
    """From the disk, a letter at a time; a link leads to the place, on the same page too; Enter to the search page."""
    faults = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.set_viewport_size({"width": width, "height": 800})
    tab.goto((book.html / "chapters" / "voters.html").as_uri())
    field, shown = tab.locator("#pst-search-dialog input"), tab.locator("#pst-search-dialog #search-results")
    for query, page in (("S000-05", "ledger-s000.html#S000-05"), ("votes became seats", "voters.html#")):
        tab.goto((book.html / "chapters" / "voters.html").as_uri())
        tab.locator("button.search-button, button.search-button-field").locator("visible=true").click()
        field.press_sequentially(query, delay=20)
        shown.locator("li a").first.wait_for()
        assert field.input_value() == query
        assert shown.evaluate("box => box.scrollWidth <= box.clientWidth") and "Search finished" in shown.inner_text()
        shown.locator(f"a[href*='{page}']").first.click()
        tab.wait_for_url(f"**/chapters/{page}*")
        expect(field).not_to_be_visible()
    tab.keyboard.press("Control+k")
    field.fill("Khrenin")
    field.press("Enter")
    tab.wait_for_url("**/search.html?q=Khrenin")
    tab.locator(".bd-search-container #search-results li").first.wait_for()
    assert faults == []


def test_pages_fetch_what_the_search_needs_only_when_one_types(book, tab):
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto((book.html / "chapters" / "voters.html").as_uri())
    tab.keyboard.press("Control+k")
    assert not [address for address in asked if "search" in address.rpartition("/")[2]]


def test_a_short_word_of_several_is_a_word(book, tab):
    """`air strikes` led to an airport."""
    marked = typed(book, tab, "air strikes") and tab.locator("#search-results mark").all_inner_texts()
    assert marked and not [word for word in marked if word.lower() in {"airport", "aircraft"}]
    assert "airport" in str(typed(book, tab, "airpo"))


@pytest.mark.parametrize("query", ["township", "turnout", "Lukashenko", "import pandas"])
def test_excerpts_hold_neither_markup_nor_code_nor_what_is_hidden(book, tab, query):
    """The old ones ran hidden cards into words: `townshipsThe third level of administration`."""
    found = typed(book, tab, query)
    lines = [line for lines in found.values() for line in lines]
    for sign in ("{cite", "{glue", "```", "`", "import ", "record(", "figures.", "townshipsThe", "<", "{"):
        assert not [line for line in lines if sign in line], sign
    assert query == "import pandas" or tab.locator("#search-results mark").count() > 3


def test_a_section_is_found_by_words_of_one_place_and_a_number_as_a_whole(book, tab):
    sections = typed(book, tab, "Buthidaung great numbers")["Sections"]
    assert sections[0].startswith("5. By which standard? ›")
    assert not [line for line in typed(book, tab, "642").get("Sections", []) if "1,642" in line and " 642" not in line]
    assert tab.locator("#search-results").inner_text().strip()
    tab.locator(".bd-search-container input").fill("zzzyx")
    tab.locator(".search-summary", has_text="Nothing found").wait_for()


def test_query_and_index_are_split_alike(book, tab):
    tab.goto((book.html / "search.html").as_uri())
    language = EnglishWithNumbers({})
    for text in (
        "S000-05",
        "8,665 people.",
        "58.8 %, then 1.5",
        "2025–26",
        "−3",
        "vis-à-vis",
        "Лукашенко",
        "fig-a-1, U.N.",
    ):
        asked = tab.evaluate("text => splitQuery(text)", text)
        assert asked and set(asked) <= set(language.split(text)), text
