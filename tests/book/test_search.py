"""What readers look for is found, from the disk: claims, numbers, people."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest

from bookpress.web.search import EnglishWithNumbers
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
    tab.locator(".search-summary", has_text=re.compile("finished|did not match")).wait_for()
    return tab.evaluate("[...document.querySelectorAll('#search-results li a')].map(link => link.getAttribute('href'))")


@pytest.mark.parametrize("claim", ["S000-05", "S004-13", "s004-44"])
def test_a_claim_is_found_first_by_its_name(book, tab, claim):
    assert results(book, tab, claim)[0] == f"chapters/ledger-{claim[:4].lower()}.html#{claim.upper()}"
    tab.locator("#search-results li a").first.click()
    assert tab.locator(f"#{claim.upper()}").is_visible()


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
