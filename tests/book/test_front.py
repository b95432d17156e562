"""The front of the book: its landing page, its PDF and EPUB on every page, its sidebar, its card for sharing."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from bookpress.build.publish import publish_folder
from bookpress.front.wholes import covered, size, uncovered
from bookpress.metadata import read_book
from tests.conftest import soup
from vouch.paths import ROOT

BOOK = read_book(ROOT)


@pytest.fixture(scope="module")
def landing(book) -> BeautifulSoup:
    return soup(book.html / "chapters" / "summary.html")


def before(first, second) -> bool:
    """Whether an element stands before another in its page."""
    return second in first.find_all_next()


@pytest.mark.built
def test_the_landing_page_opens_with_title_answer_numbers_and_ways(landing):
    words = landing.select_one(".landing-words")
    assert words.h1.get_text() == BOOK.main_title
    subtitle = words.select_one(".landing-subtitle").get_text().replace("\u2060", "").replace("’", "'")
    assert subtitle == BOOK.subtitle
    edition = words.select_one(".landing-edition").get_text()
    assert BOOK.version in edition and f"{BOOK.date.day} {BOOK.date:%B %Y}" in edition
    assert landing.select_one("#summary > h2") and landing.select_one("#summary > section > h3")
    numbers = words.select(".landing-numbers li")
    assert len(numbers) == 3
    for number in numbers:
        shown, what = number.find_all("p")
        assert len(shown.select(".pasted-text")) == 2, "computed, not typed"
        assert what.a["href"].endswith(".html")
    ways = [link.get_text() for link in words.select(".landing-ways a")]
    assert re.fullmatch(r"PDF \(.+\)", ways[1]) and re.fullmatch(r"EPUB \(.+\)", ways[2])
    assert {"Figures", "Data", "Cite", "Search"} <= set(ways)


@pytest.mark.built
def test_nothing_but_words_stands_before_the_picture(landing):
    article = landing.select_one("article.bd-article")
    picture = article.find("figure")
    assert picture["id"] == "fig-summary-map" and picture.find_parent(class_="landing-picture")
    above = [element for element in article.find_all(["details", "button", "img", "pre"]) if before(element, picture)]
    assert above == []
    assert not article.select(".cell_input")


@pytest.mark.built
def test_each_part_is_listed_with_its_chapters_and_what_they_find(landing):
    parts = landing.select(".landing-parts > ul > li")
    assert [part.p.get_text() for part in parts] == ["The question", "The vote", "The alliances", "The answer"]
    toc = (ROOT / "_toc.yml").read_text("utf-8").partition("Annex")[0]
    wanted = set(re.findall(r"file: chapters/([\w-]+)", toc)) - {"explorer"}
    lines = landing.select(".landing-parts li li")
    assert {Path(line.a["href"]).stem for line in lines} == wanted
    for line in lines:
        assert 6 <= len(line.get_text().split()) <= 28, line.get_text()


@pytest.mark.built
def test_tabs_and_bookmarks_of_the_landing_page_have_the_name_of_the_book(book):
    for page in book.pages:
        title = soup(page).title.get_text()
        assert (title == BOOK.title) == (page.stem == "summary"), page.name
        assert BOOK.main_title in title


@pytest.mark.built
@pytest.mark.parametrize("size", [(1280, 800), (375, 800)], ids=["desk", "phone"])
def test_title_question_and_answer_are_on_the_first_screen(book, browser, size):
    tab = browser.new_page(viewport={"width": size[0], "height": size[1]})
    tab.goto((book.html / "chapters" / "summary.html").as_uri())
    for place in (".landing-words h1", ".landing-words > p strong", ".landing-words > p:has(strong)"):
        box = tab.locator(place).first.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= size[1], place
    if size[0] > 1000:
        words, picture = (tab.locator(place).bounding_box() for place in (".landing-words", ".landing-picture"))
        assert picture["x"] >= words["x"] + words["width"] and picture["y"] < 150
        ways = tab.locator(".landing-ways").bounding_box()
        assert ways["y"] + ways["height"] <= size[1]
    tab.close()


@pytest.mark.built
def test_the_printed_books_do_without_the_landing(book):
    import zipfile

    with zipfile.ZipFile(book.epub) as epub:
        page = epub.read(next(name for name in epub.namelist() if name.endswith("summary.xhtml"))).decode()
    assert "landing" not in page and "fig-summary-map" in page


@pytest.mark.built
def test_pdf_and_epub_are_linked_from_every_page_and_are_there(book):
    for page in [*book.pages, book.html / "genindex.html", book.html / "search.html"]:
        links = list(soup(page).select("p.bp-whole a, li.bp-whole a"))
        targets = {(page.parent / unquote(link["href"])).resolve() for link in links}
        assert {path.suffix for path in targets} == {".pdf", ".epub"}, page.name
        for link in links:
            path = (page.parent / unquote(link["href"])).resolve()
            assert size(path.stat().st_size) in link.get_text(), page.name
            assert path.parent == book.html.resolve(), "so that it leads there from any copy of the folder"
        assert "<!--bp-whole" not in page.read_text("utf-8"), "no comment is left"
    for path in (book.pdf, book.epub):
        assert (book.html / path.name).read_bytes() == path.read_bytes()


def test_a_build_of_html_alone_has_neither_link_nor_file(tmp_path):
    site = tmp_path / "site"
    (site / "in").mkdir(parents=True)
    mark = covered("pdf", '<p><a href="../{name}">PDF ({size})</a></p>')
    (site / "in" / "page.html").write_text(f"<p>a</p>{mark}{covered('epub', 'E {name}')}<p>b</p>", "utf-8")
    target = tmp_path / "published"
    publish_folder(site, target)
    assert (target / "in" / "page.html").read_text("utf-8") == "<p>a</p><p>b</p>"
    (tmp_path / "b.pdf").write_bytes(b"%" * 123_456)
    publish_folder(site, target, {"pdf": tmp_path / "b.pdf"})
    shown = '<p>a</p><p><a href="../b.pdf">PDF (0.1 MB)</a></p><p>b</p>'
    assert (target / "in" / "page.html").read_text("utf-8") == shown
    assert (target / "b.pdf").read_bytes() == b"%" * 123_456
    publish_folder(site, target)
    assert not (target / "b.pdf").exists(), "of an earlier build"
    assert "bp-whole" in (site / "in" / "page.html").read_text("utf-8"), "the next build finds its own"


def test_sizes_are_what_a_reader_wants_to_know():
    assert [size(count) for count in (10, 1_600, 94_999, 95_000, 8_262_819)] == [
        "1 kB", "2 kB", "95 kB", "0.1 MB", "8.3 MB",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="two dashes"):
        covered("pdf", "a -- b")
    assert uncovered("<!-- a comment -->", {}) == "<!-- a comment -->"


@pytest.mark.built
def test_the_sidebar_has_mark_and_title_and_folds_what_is_behind_the_book(book, browser):
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto((book.html / "chapters" / "voters.html").as_uri())
    mark, title = (tab.locator(f".navbar-brand {part}").first for part in ("img:visible", ".logo__title"))
    assert title.inner_text() == BOOK.main_title
    left, right = mark.bounding_box(), title.bounding_box()
    assert left["x"] < 40 and right["x"] < left["x"] + left["width"] + 20, "from the left, side by side"
    head = tab.locator(".bd-sidebar-primary .bp-wholes a")
    assert [text.partition(" (")[0] for text in head.all_inner_texts()] == ["PDF", "EPUB", "All figures"]
    annex = tab.locator(".bd-sidebar-primary details.bp-part")
    assert annex.count() == 1 and annex.get_attribute("open") is None
    link = annex.locator("a", has_text="Bibliography")
    assert not link.is_visible()
    annex.locator("summary").focus()
    tab.keyboard.press("Enter")
    assert link.is_visible()
    link.click()
    tab.wait_for_url("**/bibliography.html")
    assert tab.locator(".bd-sidebar-primary details.bp-part").get_attribute("open") is not None, "the page is in it"
    tab.close()


@pytest.mark.built
def test_each_line_in_short_ends_with_how_sure_it_is(book):
    boxes = [(page, box) for page in book.pages for box in soup(page).select(".admonition-in-short")]
    assert len(boxes) >= 14
    for page, box in boxes:
        assert set(box["class"]) == {"admonition-in-short", "admonition"}, f"{page.name}: one colour for all"
        for line in box.select("li"):
            marks = line.select(".confidence")
            assert len(marks) == 1 and re.fullmatch("(high|moderate|low) confidence", marks[0].get_text()), page.name


def test_a_card_is_named_only_where_the_book_has_an_address():
    from types import SimpleNamespace

    from bookpress.front import card

    def tags(url: str) -> BeautifulSoup:
        config = SimpleNamespace(front_card={"image": "card.png", "alt": 'Tiles & "crosses"'})
        app = SimpleNamespace(config=config, metadata={}, srcdir="")
        context: dict[str, str] = {}
        whole = SimpleNamespace(url=url)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(card, "book", lambda _app: whole)
            card.add_head(app, "one", "page.html", context, object())
        return BeautifulSoup(context.get("metatags", ""), "html.parser")

    assert not tags("").find_all("meta")
    found = {
        meta.get("property") or meta["name"]: meta["content"]
        for meta in tags("https://example.org/b/").find_all("meta")
    }
    assert found["og:image"] == found["twitter:image"] == "https://example.org/b/card.png"
    assert found["og:image:alt"] == found["twitter:image:alt"] == 'Tiles & "crosses"'
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert found["twitter:card"] == "summary_large_image"


def test_the_card_is_the_tile_map_and_the_same_each_time():
    from vouch.evidence import data
    from vouch.figures.front import summary
    from vouch.methods.election import coverage

    tiles = coverage.tiles(data.load("townships"))
    one, two = (summary.card(tiles, BOOK.main_title, "Edition 1") for _ in range(2))
    assert one == two and one[:8] == b"\x89PNG\r\n\x1a\n" and len(one) < 200_000
    assert [int.from_bytes(one[place : place + 4]) for place in (16, 20)] == [1200, 630]
    assert summary.card(tiles, BOOK.main_title, "Edition 2") != one


@pytest.mark.built
def test_no_card_is_made_without_an_address(book):
    assert BOOK.url or not (book.html / "card.png").exists()
    named = [page.name for page in book.pages if 'property="og:image"' in page.read_text("utf-8")]
    assert bool(named) == bool(BOOK.url)
