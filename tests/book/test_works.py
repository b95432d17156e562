"""The page with the list of works: groups, links back, and the filter."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
import yaml
from bs4 import BeautifulSoup
from pybtex.database import parse_file

from tests.conftest import named, soup, until
from vouch.paths import BIBLIOGRAPHY, ROOT

pytestmark = pytest.mark.built
GROUPS = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]["config"]["works_groups"]


@pytest.fixture(scope="module")
def page(book) -> BeautifulSoup:
    return soup(book.html / "chapters" / "bibliography.html")


def works(group) -> list:
    return group.select("div.citation")


def test_every_work_stands_once_in_the_first_group_with_its_keyword(page):
    entries = parse_file(str(BIBLIOGRAPHY)).entries
    wanted = dict.fromkeys(GROUPS, 0)
    for entry in entries.values():
        words = {word.strip() for word in entry.fields["keywords"].split(",")}
        wanted[next(heading for heading, kinds in GROUPS.items() if words & set(kinds))] += 1
    found = {}
    for group in page.select(".bp-works-group"):
        heading, count = group.h2.find(string=True).strip(), int(group.h2.select_one(".bp-count").get_text())
        found[heading] = len(works(group))
        assert count == found[heading]
    assert found == wanted and sum(found.values()) == len(entries)
    head = " ".join(page.select_one(".bp-works-head p").get_text().split())
    assert head == " · ".join(f"{heading} {count}" for heading, count in wanted.items())


def test_every_entry_says_first_who_then_when(page):
    """Of whatever kind the work is: the surname, by which the list is sorted, then the date."""
    for work in works(page):
        text = " ".join(work.p.get_text().split())
        assert re.match(r"[^“]+? \((\d{1,2} \w{3} )?(\d{4}|n\.d\.)[a-z]{0,2}\)\.", text), text
    told = " ".join(page.get_text().split())
    assert "Aalen, Odd O., and Johansen, Søren (1978)." in told or "Aalen, Odd O. and Johansen, Søren (1978)." in told


def test_works_lead_back_to_the_pages_that_cite_them(book, page):
    cited = {}
    for chapter in book.pages:
        if chapter.name == "bibliography.html":
            continue
        for link in soup(chapter).select("a[href*='bibliography.html#']"):
            cited.setdefault(unquote(link["href"].partition("#")[2]), set()).add(chapter.name)
    assert len(cited) > 200
    for work in works(page):
        back = {link["href"].partition("#")[0]: link["href"].partition("#")[2] for link in work.select(".bp-cited a")}
        assert set(back) == cited.get(work["id"], set()), work["id"]
        for chapter, anchor in back.items():
            assert unquote(anchor) in named(book.html / "chapters" / chapter), (work["id"], chapter)


def test_the_filter_narrows_the_list_from_the_disk(book, browser):
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    complaints = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto((book.html / "chapters" / "bibliography.html").as_uri())
    every = tab.locator(".bp-works div.citation").count()
    field = tab.locator(".bp-works-filter input")
    field.fill("irrawaddy 2025")
    left = tab.locator(".bp-works div.citation:not([hidden])")
    assert 0 < left.count() < every
    assert all("irrawaddy" in text.lower() and "2025" in text for text in left.all_text_contents())
    assert tab.locator(".bp-works-filter output").inner_text() == f"{left.count()} of {every}"
    counts = [int(text) for text in tab.locator(".bp-works-group:not([hidden]) .bp-count").all_inner_texts()]
    assert sum(counts) == left.count() and all(counts)
    hidden = tab.locator(".bp-works div.citation[hidden]").first.get_attribute("id")
    tab.evaluate("id => { location.hash = id; }", hidden)
    until(tab, "id => !document.getElementById(id).closest('[hidden]')", hidden)
    assert field.input_value() == "" and complaints == []
    tab.close()


def test_without_a_script_the_whole_list_stands_and_no_field(book, browser):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((book.html / "chapters" / "bibliography.html").as_uri())
    assert not tab.locator(".bp-works-filter").is_visible()
    assert tab.locator(".bp-works div.citation").first.is_visible()
    context.close()
