"""The built HTML book, read by parsers and in a real browser, from the disk."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.checkers import JAVA, NU_HTML_CHECKER
from tests.conftest import soup
from vouch.evidence import claims, data, sources
from vouch.paths import ROOT

pytestmark = pytest.mark.built


def chapters_of_toc():
    return re.findall(r"(?:file|root): (chapters/[\w-]+)", (ROOT / "_toc.yml").read_text())


def test_every_chapter_of_the_table_of_contents_has_a_page(book):
    assert {f"{name}.html" for name in chapters_of_toc()} <= {f"chapters/{page.name}" for page in book.pages}


def test_every_page_has_one_title_and_says_its_language(book):
    for page in book.html.rglob("*.html"):
        assert len(soup(page).find_all("h1")) == 1, page.name
        assert soup(page).html["lang"] == "en", page.name


# What the checker of style sheets does not know yet: container queries, strokes behind the letters of a drawing.
STATIC = (
    "bookpress/web/static",
    "bookpress/cells/static",
    "bookpress/front/static",
    "bookpress/works/static",
    "vouch/pages/static",
)
NOT_KNOWN_YET = r"CSS: .container.: .*|CSS: .paint-order.: .*|CSS: Unrecognized at-rule .@container."
NOT_KNOWN_YET += "|CSS: .max-width.: Unknown dimension."  # cqi, a container's width


def nu_complaints(*arguments):
    command = [JAVA, "-jar", NU_HTML_CHECKER, "--format", "json", "--errors-only", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300)
    output = json.loads(result.stderr)["messages"]
    assert bool(output) == bool(result.returncode), result.stderr[-2000:]
    return [f"{Path(one['url']).name}:{one.get('lastLine')}: {one['message']}" for one in output]


def test_every_page_is_valid_html(book, tmp_path):
    assert nu_complaints("--skip-non-html", book.html) == []
    (tmp_path / "bad.html").write_text("<!DOCTYPE html><title>x</title><summary><p>x</p></summary>")
    assert nu_complaints("--skip-non-html", tmp_path), "the checker would have said so"


def test_the_style_sheets_of_this_book_are_valid():
    assert (
        nu_complaints(
            "--css",
            "--filterpattern",
            NOT_KNOWN_YET,
            *(path for folder in STATIC for path in (ROOT / folder).glob("*.css")),
        )
        == []
    )


def test_no_page_names_a_third_party_to_load_from(book):
    """Links to sources are fine; what a browser fetches by itself is not."""
    for page in book.pages:
        for tag, attribute in (
            ("script", "src"),
            ("link", "href"),
            ("img", "src"),
            ("iframe", "src"),
            ("source", "srcset"),
        ):
            for element in soup(page).find_all(tag):
                if tag == "link" and set(element.get("rel", [])) & {"canonical", "license"}:
                    continue
                address = element.get(attribute, "")
                assert not urlsplit(address).netloc, f"{page.name}: {tag} {address}"
        scripts = " ".join(script.get_text() for script in soup(page).find_all("script"))
        assert "unpkg.com" not in scripts and "cdn." not in scripts, page.name


@cache
def ids(path):
    return {element["id"] for element in soup(path).find_all(id=True)}


def test_every_internal_link_leads_somewhere(book):
    broken = []
    for page in [book.html / "index.html", *book.pages]:
        for link in soup(page).find_all("a", href=True):
            parts = urlsplit(link["href"])
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            aims = unquote(parts.fragment) if target.suffix == ".html" else ""
            if not target.exists() or (aims and aims not in ids(target)):
                broken.append((page.name, link["href"]))
    assert broken == []


def test_ids_are_unique_on_every_page(book):
    for page in book.pages:
        ids = [element["id"] for element in soup(page).find_all(id=True)]
        assert sorted({i for i in ids if ids.count(i) > 1}) == [], page.name


def figures(book):
    return [(page, figure) for page in book.pages for figure in soup(page).select("figure.bp-figure")]


def test_every_figure_has_one_alternative_text_and_a_caption(book):
    assert len(figures(book)) >= 15
    for _page, figure in figures(book):
        assert figure.find("img") is None, figure["id"]
        (alt,) = {svg["aria-label"] for svg in figure.find_all("svg")}
        assert len(alt) > 40, figure["id"]
        caption = figure.figcaption.select_one(".caption-text").get_text().strip()
        assert caption and caption != alt, figure["id"]


def test_figure_names_are_unique_across_the_book(book):
    names = [figure["id"] for _, figure in figures(book)]
    assert len(names) == len(set(names))


def test_every_figure_and_table_offers_its_data(book):
    for page in book.pages:
        for kind in ("figures", "tables"):
            for link in soup(page).select(f'.bp-links a[href*="{kind}/"]'):
                rows = list(csv.reader(io.StringIO((page.parent / link["href"]).resolve().read_text("utf-8"))))
                assert len(rows) > 1 and len({len(row) for row in rows}) == 1, link["href"]


def test_every_figure_and_table_is_referred_to_in_the_text(book):
    links = [link for page in book.pages for link in soup(page).select("p a.reference.internal[href*='#']")]
    referred = {link["href"].partition("#")[2] for link in links}
    for page in book.pages:
        for element in soup(page).select("figure.bp-figure, .bp-scroll table[id]"):
            assert element["id"] in referred, f"{page.name}: {element['id']} is never mentioned"


def test_no_number_was_garbled_on_its_way_into_a_sentence(book):
    """MyST-NB evaluates glued text: a bare 2,931 once became a pair."""
    for page in book.pages:
        for number in soup(page).select("span.pasted-text"):
            assert number.get_text().strip(), page.name
            assert not re.fullmatch(r"\(.*,.*\)", number.get_text()), (page.name, number.get_text())
            assert "nan" not in number.get_text().lower().split(), page.name


def test_findings_are_what_the_pages_print(book):
    findings = json.loads((book.html / "findings.json").read_text("utf-8"))
    records = findings if isinstance(findings, list) else list(findings.values())
    printed = {number.get_text() for page in book.pages for number in soup(page).select("span.pasted-text")}
    assert len(records) > 100
    texts = {record["text"] for record in records}
    assert printed <= texts, sorted(printed - texts)[:5]


def test_sources_of_a_chapter_are_in_the_bibliography(book):
    bibliography = soup(book.html / "chapters/bibliography.html")
    assert len(bibliography.select("div.citation")) == len(sources.bibliography_keys())


def test_cards_and_entries_count_no_report_that_an_article_retells(book):
    ledger = claims.ledger().dropna(subset=["verdict"]).set_index("claim")
    words = {0: "no independent origin", 1: "one independent origin only"}
    counted = ledger["origins"].map(lambda origins: words.get(origins, f"{origins} independent origins"))
    cards = {}
    for page in book.pages:
        for card in soup(page).select(".bp-card"):
            claim = card.select_one("strong")
            if claim and claim.get_text() in ledger.index:
                cards[claim.get_text()] = card.get_text(" ")
    assert len(cards) > 10
    for claim, text in cards.items():
        assert counted[claim] in text, claim
    retold = data.load("evidence").query("retold")["claim"].value_counts()
    entries = {entry["id"]: entry for page in book.pages for entry in soup(page).select(".ledger-entry")}
    for claim, times in retold.items():
        text = " ".join(entries[claim].get_text(" ").split())
        assert text.count("(the report that the article retells, not counted)") == times, claim
        assert counted[claim] in text, claim


def test_claims_as_data_agree_with_the_tables(book):
    exported = json.loads((book.html / "claims.json").read_text("utf-8"))
    assert len(exported) == len(data.load("claims"))
    evidence = data.load("evidence")
    assert sum(len(record["evidence"]) for record in exported) == len(evidence)
    assert all(record["evidence"] for record in exported if record["verdict"])


@pytest.fixture
def tab(browser, request):
    """A fresh tab that notes what it asks for and complains of."""
    width, dark = getattr(request, "param", (1200, False))
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
    page = context.new_page()
    page.asked, page.complaints = [], []
    page.on("request", lambda r: page.asked.append(r.url))
    page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: page.complaints.append(str(e)))
    yield page
    context.close()


@pytest.mark.parametrize(
    "tab",
    [(375, False), pytest.param((1200, True), marks=pytest.mark.long)],
    indirect=True,
    ids=["phone-light", "desk-dark"],
)
def test_pages_open_from_the_disk_without_error_request_or_sideways_scrolling(book, tab):
    for page in book.pages:
        tab.asked.clear()
        tab.goto(page.as_uri(), wait_until="load")
        outside = [url for url in tab.asked if not url.startswith(("file:", "data:", "blob:"))]
        assert outside == [], page.name
        overflow = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{page.name} scrolls sideways by {overflow} px"
        assert tab.complaints == [], page.name


@pytest.mark.parametrize("tab", [(375, False), (1200, True)], indirect=True, ids=["phone", "desk"])
def test_a_figure_shows_the_form_of_the_width_and_its_caption(book, tab, request):
    form = "narrow" if "phone" in request.node.callspec.id else "wide"
    tab.goto((book.html / "chapters/coup.html").as_uri())
    figure = tab.locator("figure.bp-figure").first
    shown = figure.locator("svg:visible")
    assert shown.count() == 1 and f"bp-{form}" in shown.get_attribute("class")
    assert figure.locator("figcaption").is_visible()
    assert tab.get_by_role("img", name=shown.get_attribute("aria-label")).count() == 1


def test_a_claim_opens_by_keyboard_and_closes_with_escape(book, tab):
    tab.goto((book.html / "chapters/articles.html").as_uri())
    button = tab.locator(".vouch-claim").first
    card = tab.locator(f"#{button.get_attribute('popovertarget')}")
    assert not card.is_visible()
    button.focus()
    tab.keyboard.press("Enter")
    assert card.is_visible()
    assert "head of state" in card.inner_text()
    box, window = card.bounding_box(), tab.viewport_size
    assert box["x"] >= 0 and box["x"] + box["width"] <= window["width"]
    tab.keyboard.press("Escape")
    assert not card.is_visible()


def test_a_claim_opens_on_hover_and_leads_to_its_entry(book, tab):
    tab.goto((book.html / "chapters/articles.html").as_uri())
    button = tab.locator(".vouch-claim").first
    card = tab.locator(f"#{button.get_attribute('popovertarget')}")
    button.hover()
    card.wait_for(state="visible")
    card.locator("a").click()
    assert tab.url.endswith("ledger-s000.html#S000-05")
    assert tab.locator("#S000-05").is_visible()


def test_search_works_from_the_disk(book, tab):
    tab.goto((book.html / "search.html").as_uri() + "?q=Gallagher+Lukashenko")
    tab.goto((book.html / "search.html").as_uri() + "?q=Lukashenko")
    tab.wait_for_selector("#search-results li", timeout=15_000)
    assert tab.locator("#search-results li").count() >= 3


def test_the_map_of_the_readme_is_that_of_the_built_book(book):
    from vouch.pages import readme

    text = (ROOT / "README.md").read_text("utf-8")
    written = text.partition(readme.BEGIN)[2].partition(readme.END)[0]
    assert written.strip() == readme.rendered().strip(), "run .venv/bin/python -m vouch.pages.readme --write"
    for path, content in readme.files().items():
        assert (ROOT / path).read_text("utf-8") == content, path
    badges = [path for path in readme.files() if path.parent == readme.BADGES]
    assert sorted((ROOT / readme.BADGES).iterdir()) == sorted(ROOT / path for path in badges)
    for path in badges:  # also for those who hear it
        says = re.search("<title>(.+)</title>", (ROOT / path).read_text("utf-8"))[1]
        assert f"![{says}]({path})" in text


def test_every_computing_chapter_can_be_taken_away_with_its_results(book):
    import jupytext
    import nbformat

    chapters = [path for path in (ROOT / "chapters").glob("*.md") if "{code-cell}" in path.read_text("utf-8")]
    assert len(chapters) >= 10
    for path in chapters:
        page = soup(book.html / "chapters" / f"{path.stem}.html")
        links = {link["href"] for link in page.select(".bp-takeaway a")}
        assert links == {f"../notebooks/{path.stem}.ipynb", f"../notebooks/{path.stem}.md"}
        assert (book.html / f"notebooks/{path.stem}.md").read_bytes() == path.read_bytes()
        notebook = nbformat.read(book.html / f"notebooks/{path.stem}.ipynb", as_version=4)
        nbformat.validate(notebook)
        wanted = [cell.source for cell in jupytext.read(path).cells]
        assert [cell.source for cell in notebook.cells] == wanted
        outputs = [one for cell in notebook.cells for one in cell.get("outputs", [])]
        assert outputs
        for shown in (one["data"]["text/html"] for one in outputs if "text/html" in one.get("data", {})):
            assert "<svg" in shown or "<table" in shown, f"{path.stem}: a figure that a notebook does not show"
            asked = re.findall(r"""(?:src|href)=["']([^"']+)""", shown)
            elsewhere = [one for one in asked if not one.startswith(("data:", "#"))]
            assert elsewhere == [], f"{path.stem}: not all in one file"
