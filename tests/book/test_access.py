"""The book is light, and everyone can read it: axe-core's WCAG rules, keyboard, motion, weight."""

from __future__ import annotations

import gzip
import json
import re
import statistics
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from pybtex.database import parse_file
from pybtex.richtext import Text

from bookpress.fonts import Face
from bookpress.web import accessible, slim
from bookpress.web.styles import sheet
from tests.conftest import soup, until
from vouch.paths import BIBLIOGRAPHY, ROOT

pytestmark = pytest.mark.built

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BAR = 350_000
"""Bytes of a chapter page with all that it loads, compressed: the median may not exceed them."""
SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""
"""The spacing that a reader may ask for, WCAG 1.4.12."""
FONTS = [f"* {{ font-family: {name} !important; }}" for name in ("'DejaVu Sans'", "'Liberation Sans'", "serif")]
"""What stands for the typeface of the theme on one machine or another: none may be too wide."""
KNOWN: dict[str, str] = {}
"""Rules of axe that the theme breaks and the book cannot mend, with the reason. None at present."""


@pytest.fixture
def tab(browser, request):
    context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **getattr(request, "param", {})})
    yield context.new_page()
    context.close()


def everything(book):
    return [*book.pages, book.html / "search.html", book.html / "genindex.html"]


# Axe would measure what fades in half-way; the style that stops it is none that the pages allow (bookpress/web/csp.py).
STILL = {"reduced_motion": "reduce", "bypass_csp": True}
PHONE = {"viewport": {"width": 375, "height": 800}}
COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules about nothing but colours; they take most of the time, and are asked where colours are others."""
PAGES = [*sorted(path.stem for path in (ROOT / "chapters").glob("*.md")), "search", "genindex"]
FIRST = {
    "light": {"summary", "coup", "vouchers", "explorer", "cite", "search"},
    "dark": {"summary", "voters"},
    "phone": {"summary", "verdicts"},
}
"""Pages of every kind, those apart that axe looks at for half a minute each: what a change breaks first."""


def looks():
    """Every page in light, dark and on a telephone."""
    for way, theme, settings in (("light", "light", {}), ("dark", "dark", {}), ("phone", "light", PHONE)):
        for name in PAGES:
            given = {**STILL, **settings, "color_scheme": theme}
            marks = () if name in FIRST[way] else pytest.mark.long
            yield pytest.param(given, theme, name, id=f"{way}-{name}", marks=marks)


@pytest.mark.parametrize(("tab", "theme", "name"), [*looks()], indirect=["tab"])
def test_axe_finds_no_violation_of_wcag_on_any_page(book, tab, theme, name):
    from axe_playwright_python.base import AXE_SCRIPT

    more = {name: {"enabled": True} for name in ("target-size", "label-content-name-mismatch")}  # off unless asked for
    asked = {"runOnly": {"type": "tag", "values": RULES}, "rules": more}
    if theme == "dark" and name not in FIRST["dark"]:  # the same page in other colours
        asked = {"runOnly": {"type": "rule", "values": COLOURS}}
    elif tab.viewport_size == PHONE["viewport"] and name not in FIRST["phone"]:  # the same colours in another layout
        asked["rules"] = more | {rule: {"enabled": False} for rule in COLOURS}
    options = json.dumps({**asked, "resultTypes": ["violations"]})
    (page,) = (page for page in everything(book) if page.stem == name)
    tab.goto(page.as_uri())
    assert tab.evaluate("document.documentElement.dataset.theme") == theme
    # What is folded away is part of the book too.
    tab.evaluate("document.querySelectorAll('details').forEach(box => { box.open = true; })")
    # Colours are judged when the theme has settled: on a busy machine the first paint is still of the other one.
    tab.add_style_tag(content="*, *::before, *::after { transition: none !important; animation: none !important; }")
    # So are sizes: what the browser lays out as one comes to it stands, until then, over what follows.
    tab.add_style_tag(content="* { content-visibility: visible !important; }")
    tab.evaluate("Promise.all(document.getAnimations().map(one => one.finished.catch(() => null)))")
    tab.evaluate("new Promise(then => requestAnimationFrame(() => setTimeout(then, 150)))")
    tab.evaluate(AXE_SCRIPT)
    found = tab.evaluate(f"axe.run(document, {options})")
    looked_at = len(found["passes"]) + len(found["inapplicable"])
    assert looked_at == len(COLOURS) if "rules" not in asked else looked_at > 40, "axe looked at next to nothing"
    assert len(found["passes"]) > (10 if "rules" in asked else 0)
    faults = [fault for fault in found["violations"] if fault["id"] not in KNOWN]
    assert [(fault["id"], node["html"][:150]) for fault in faults for node in fault["nodes"][:3]] == []


def test_axe_is_shown_every_page(book):
    assert {page.stem for page in everything(book)} == set(PAGES)


@pytest.fixture(scope="module")
def weights(book, browser):
    """Compressed bytes that a reader of a page fetches who looks at all of it in the light theme."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, color_scheme="light")
    tab = context.new_page()
    asked: set[str] = set()
    tab.on("request", lambda request: asked.add(request.url))

    @cache
    def weight(url):
        path = Path(unquote(urlsplit(url).path))
        raw = path.suffix in {".woff2", ".png", ".webp"}
        return len(path.read_bytes()) if raw else len(gzip.compress(path.read_bytes(), 6))

    found = {}
    for page in book.pages:
        asked.clear()
        tab.goto(page.as_uri())
        tab.evaluate(
            """Promise.all([...document.querySelectorAll("img:not(.only-dark)")].map(image => {
                 image.loading = "eager"; return image.decode().catch(() => null); }))"""
        )
        found[page.name] = sum(weight(url) for url in asked if url.startswith("file:"))
    context.close()
    return found


def test_half_of_the_pages_with_all_that_they_load_weigh_less_than_the_bar(weights, record_property):
    heaviest = max(weights, key=weights.get)
    median = statistics.median(weights.values())
    record_property("median", median)
    print(f"\npages, compressed: median {median / 1000:.0f} kB, maximum {weights[heaviest] / 1000:.0f} kB ({heaviest})")
    assert median <= BAR
    assert weights[heaviest] <= 2 * BAR, f"{heaviest}: {weights[heaviest]} bytes"


def test_no_script_stands_between_the_reader_and_the_text(book):
    for page in everything(book):
        for script in soup(page).find_all("script", src=True):
            assert script.has_attr("defer") or script.has_attr("async"), f"{page.name}: {script['src']}"
        assert not soup(page).select('link[rel="preload"]'), page.name


def test_no_icon_library_is_loaded_or_published(book):
    """The only typefaces are the book's own, in the sheet that all pages load, with what stands in for them."""
    own = {path.stem: Face(path).family for path in (ROOT / "vouch" / "fonts").glob("*.ttf")}
    assert not list(book.html.rglob("*fontawesome*"))
    files = {path for path in book.html.rglob("*") if path.suffix in {".woff2", ".woff", ".ttf", ".otf", ".eot"}}
    assert {path.stem for path in files} == set(own)
    for style in book.html.rglob("*.css"):
        text = style.read_text("utf-8")
        assert "Font Awesome Free" not in text, style.name
        rules = re.findall(r"@font-face\s*\{[^}]*\}", text)
        assert len(rules) == text.count("@font-face") and (not rules or style.name == sheet.SHEET), style.name
        families = {re.search(r'font-family:"([^"]+)"', rule)[1].partition(" stand-in ")[0] for rule in rules}
        assert families in (set(), set(own.values())), style.name


def test_every_icon_that_a_page_shows_is_drawn(book, tab):
    styles = (book.html / "_static" / sheet.SHEET).read_text("utf-8")
    drawn = set(re.findall(r"\.(fa-[\w-]+)\{\s*--icon", styles))
    for page in everything(book):
        used = {name for icon in soup(page).select("i[class], span[class]") for name in icon["class"]}
        assert {n for n in used if n.startswith("fa-")} - {"fa-solid", "fa-lg"} <= drawn, page.name
    tab.goto((book.html / "chapters" / "coup.html").as_uri())
    for name in ("fa-bars", "fa-expand", "fa-circle-half-stroke"):
        box = tab.locator(f".{name}:visible").first.bounding_box()
        assert box["width"] >= 14 and box["height"] >= 14, name


def test_every_static_file_that_is_published_is_named_somewhere(book):
    static = book.html / "_static"
    output = "".join(path.read_text("utf-8") for path in book.html.rglob("*.html"))
    output += "".join(path.read_text("utf-8") for path in static.rglob("*") if path.suffix in {".css", ".js"})
    for path in static.rglob("*"):
        assert path.is_dir() or path.name.removesuffix(".LICENSE.txt") in output, path


def test_a_page_loads_one_sheet_for_the_book_and_its_own(book):
    """Seventeen sheets held up the first line of every page."""
    own = {"explorer": 3, "ledger-s000": 1, "ledger-s004": 1, "bibliography": 1}
    for page in book.pages:
        sheets = [link["href"] for link in soup(page).select("link[rel=stylesheet]")]
        assert f"_static/{sheet.SHEET}?v=" in sheets[0], page.name
        assert len(sheets) == 1 + own.get(page.stem, 0), page.name
    assert len(gzip.compress((book.html / "_static" / sheet.SHEET).read_bytes(), mtime=0)) < 90_000, "with typefaces"


def test_every_static_file_that_a_page_names_is_published(book):
    for page in everything(book):
        for element in soup(page).select("script[src], link[rel=stylesheet]"):
            address = urlsplit(element.get("src") or element.get("href")).path
            assert (page.parent / address).is_file(), f"{page.name}: {address}"


def test_the_skip_link_leads_past_the_contents(book, tab):
    tab.goto((book.html / "chapters" / "coup.html").as_uri())
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.getAttribute('href')") == "#main-content"
    assert tab.locator(".skip-link a").is_visible()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('main') !== null")


def test_the_switch_of_colours_works_by_keyboard_and_says_so(book, tab):
    tab.goto((book.html / "chapters" / "coup.html").as_uri())
    switch = tab.locator(".bd-header-article .theme-switch-button")
    told, grounds = set(), set()
    for _ in range(3):
        switch.focus()
        tab.keyboard.press("Enter")
        assert switch.locator(".theme-switch:visible").count() == 1
        told.add(switch.get_attribute("aria-label"))
        grounds.add(tab.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert told == {"Colours: light", "Colours: dark", "Colours: as the system"}
    assert len(grounds) == 2
    mode = tab.evaluate("document.documentElement.dataset.mode")
    tab.reload()
    assert tab.evaluate("document.documentElement.dataset.mode") == mode, "the choice does not last"


def test_search_opens_by_keyboard_and_closes_with_escape(book, tab):
    tab.goto((book.html / "chapters" / "coup.html").as_uri())
    dialog = tab.locator("#pst-search-dialog")
    tab.keyboard.press("Control+k")
    assert dialog.is_visible()
    tab.keyboard.press("Escape")
    assert not dialog.is_visible()
    tab.locator(".search-button-field").click()
    tab.keyboard.type("Lukashenko")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#search-results li", timeout=15_000)


@pytest.mark.parametrize("tab", [{}, PHONE], indirect=True, ids=["desk", "phone"])
def test_the_contents_fold_away_and_come_back(book, tab, request):
    tab.goto((book.html / "chapters" / "coup.html").as_uri())
    bar, button = tab.locator(".bd-docs-nav").first, tab.locator(".primary-toggle")
    before = bar.is_visible()
    assert before != ("phone" in request.node.callspec.id)
    button.click()
    bar.wait_for(state="hidden" if before else "visible")
    if not before:
        tab.keyboard.press("Escape")
        bar.wait_for(state="hidden")


def test_full_screen_and_copying_work(book, browser):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.goto((book.html / "chapters" / "reproduce.html").as_uri())
    code = tab.locator("div.highlight").first
    code.hover()
    code.locator("button.copybtn").click()
    typed = [line.removeprefix("$ ") for line in code.locator("pre").inner_text().strip().splitlines()]
    assert typed != code.locator("pre").inner_text().strip().splitlines(), "the prompt is not copied"
    assert tab.evaluate("navigator.clipboard.readText()").strip().splitlines() == typed
    tab.locator(".btn-fullscreen-button").click()
    until(tab, "document.fullscreenElement !== null")
    context.close()


def test_every_table_has_a_box_with_a_name_that_is_unique_on_its_page(book):
    for page in book.pages:
        names = []
        for table in soup(page).select(".bd-article table"):
            box = table.find_parent(class_="pst-scrollable-table-container")
            assert box and box["tabindex"] == "0" and box["role"] in {"region", "group"}, (page.name, table.get("id"))
            if box["role"] == "region":
                names.append(box["aria-label"])
            assert len(box["aria-label"]) > 5
        assert len(names) == len(set(names)), page.name


@pytest.mark.long
@pytest.mark.parametrize("tab", [PHONE], indirect=True)
def test_what_scrolls_sideways_can_be_reached_and_scrolled_by_keyboard(book, tab):
    reached = 0
    for page in book.pages:
        tab.goto(page.as_uri())
        tab.evaluate("document.querySelectorAll('details').forEach(box => { box.open = true; })")
        # The theme makes its round once the page is loaded.
        until(
            tab,
            """[...document.querySelectorAll(".pst-scrollable-table-container, .bd-article pre")]
                 .every(box => box.scrollWidth <= box.clientWidth || box.tabIndex === 0)""",
        )
        reached += tab.evaluate(
            """[...document.querySelectorAll(".pst-scrollable-table-container")]
                 .filter(box => box.scrollWidth > box.clientWidth).length"""
        )
    assert reached > 10
    tab.goto((book.html / "chapters" / "coup.html").as_uri())
    box = tab.locator(".pst-scrollable-table-container").first
    box.focus()
    tab.keyboard.press("ArrowRight")
    until(tab, "box => box.scrollLeft > 0", box.element_handle())


@pytest.mark.parametrize(
    "tab", [{**STILL, "color_scheme": "light"}, {**STILL, "color_scheme": "dark"}], indirect=True, ids=["light", "dark"]
)
def test_links_stay_readable_under_the_pointer(book, tab):
    """axe sees links at rest only. The row of a table changes its ground when a pointer is over it."""
    tab.goto((book.html / "chapters" / "story.html").as_uri())
    tab.add_style_tag(content="*, *::before { transition: none !important; }")
    for place in (".bd-article p > a.reference", ".bp-table td a"):
        link = tab.locator(place).first
        link.hover()
        ink, ground = link.evaluate(
            """link => { const seen = (one) => getComputedStyle(one).backgroundColor;
                 let ground = link; while (/0\\)$|transparent/.test(seen(ground))) ground = ground.parentElement;
                 return [getComputedStyle(link).color, seen(ground)]; }"""
        )
        assert link.evaluate("link => link.matches(':hover')")
        assert contrast(ink, ground) >= 4.5, (place, ink, ground)


def contrast(one, other):
    """Contrast ratio of two opaque CSS colours, WCAG 2.2."""

    def luminance(colour):
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tab", [{"reduced_motion": "reduce"}], indirect=True)
def test_nothing_moves_for_those_who_ask_for_rest(book, tab):
    for name in ("coup", "explorer", "ledger-s000"):
        tab.goto((book.html / "chapters" / f"{name}.html").as_uri())
        longest = tab.evaluate(
            """Math.max(...[...document.querySelectorAll("*")].flatMap(element => {
                 const style = getComputedStyle(element);
                 return [style.transitionDuration, style.animationDuration].map(parseFloat); }))"""
        )
        assert longest < 0.01, name
        assert tab.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


@pytest.mark.parametrize("tab", [{"viewport": {"width": 320, "height": 640}, "bypass_csp": True}], indirect=True)
@pytest.mark.parametrize(
    "styles", [("",), pytest.param((*FONTS, SPACING), marks=pytest.mark.long)], ids=["as it is", "as others set it"]
)
def test_pages_reflow_at_320_pixels_and_with_wide_spacing(book, tab, styles):
    """WCAG 1.4.10 and 1.4.12: no scrolling in two directions, nothing cut; 320 px is a desk's window at 400 %."""
    for page in everything(book):
        tab.goto(page.as_uri())
        for style in styles:
            if style:
                tab.add_style_tag(content=style)
            beyond = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert beyond <= 0, f"{page.name} scrolls sideways by {beyond} px"
            cut = tab.evaluate(
                """[...document.querySelectorAll("main *")].filter(box => {
                     const style = getComputedStyle(box);
                     const cuts = (way) => ["hidden", "clip"].includes(way);  // a table may scroll sideways
                     return box.clientWidth > 1 && box.textContent.trim() && !box.closest("svg, .sr-only")
                       && (cuts(style.overflowX) && box.scrollWidth > box.clientWidth + 1
                         || cuts(style.overflowY) && box.scrollHeight > box.clientHeight + 1);
                   }).map(box => box.outerHTML.slice(0, 120))"""
            )
            assert cut == [], page.name


@pytest.mark.parametrize("tab", [{}, PHONE], indirect=True, ids=["desk", "phone"])
def test_what_has_the_focus_is_seen_and_not_covered(book, tab):
    """WCAG 2.4.7 and 2.4.11, walking backwards, where a header that stays in place would cover the focus."""
    for name in ("coup", "ledger-s004", "explorer", "cite"):
        tab.goto((book.html / "chapters" / f"{name}.html").as_uri())
        tab.evaluate("document.documentElement.style.scrollBehavior = 'auto'; scrollTo(0, document.body.scrollHeight)")
        walked, covered, unmarked = tab.evaluate(
            """() => {
                 const all = [...document.querySelectorAll(
                   ".bd-article :is(a[href], button, summary, input, select, [tabindex='0']):not(:disabled)")]
                   .filter(one => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length);
                 const covered = [], unmarked = [];
                 for (const one of all.reverse()) {
                   one.focus({focusVisible: true});
                   if (document.activeElement !== one) unmarked.push(`no focus: ${one.outerHTML.slice(0, 120)}`);
                   const whole = one.getBoundingClientRect();
                   const seen = [...one.getClientRects()].some(at => [0.1, 0.5, 0.9].some(part => {
                     const hit = document.elementFromPoint(at.left + at.width / 2,
                       Math.max(at.top, 0) + (Math.min(at.bottom, innerHeight) - Math.max(at.top, 0)) * part);
                     return hit && (one.contains(hit) || hit.contains(one) || hit.closest("label")?.contains(one)); }));
                   if (!seen) covered.push(one.outerHTML.slice(0, 120) + Math.round(whole.top));
                   const style = getComputedStyle(one);
                   const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
                   const drawn = outlined || style.boxShadow !== "none" || one.closest("svg");
                   if (!drawn) unmarked.push(one.outerHTML.slice(0, 120)); }
                 return [all.length, covered, unmarked]; }"""
        )
        assert walked > 20
        assert covered == [], name
        assert unmarked == [], name


def test_words_of_another_language_say_which(book):
    """WCAG 3.1.2: foreign titles of works, and whatever is in letters that English does not use."""
    works = parse_file(str(BIBLIOGRAPHY), "bibtex").entries.values()
    foreign = {
        (work.fields["language"], str(Text.from_latex(work.fields["title"])))
        for work in works
        if work.fields.get("language", "en") != "en" and not work.fields["title"].startswith("[")
    }
    marked = soup(book.html / "chapters" / "bibliography.html").select("div.citation [lang]")
    assert len(foreign) > 15
    assert {(element["lang"], element.get_text()) for element in marked} == foreign
    for page in book.pages:
        for text in soup(page).main.find_all(string=re.compile("[\u0400-\u04ff\u1000-\u109f]")):
            spoken = text.find_parent(lang=True)
            assert text.find_parent(["script", "style"]) or spoken["lang"] != "en", (page.name, text[:60])


def test_pages_can_be_read_without_scripts(book, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1200, "height": 900})
    tab = context.new_page()
    tab.goto((book.html / "chapters" / "coup.html").as_uri())
    assert tab.locator("h1").is_visible()
    figures = tab.locator("figure.bp-figure").all()
    assert figures and [one.locator("svg.bp-form:visible").count() for one in figures] == [1] * len(figures)
    assert not tab.locator(".theme-switch-button").is_visible()
    context.close()


def test_a_table_without_caption_is_named_after_the_heading_before_it():
    box = '<div class="pst-scrollable-table-container"><table class="x">'
    assert 'role="group" aria-label="Table: Columns"' in accessible.accessible(
        f'<h2>Columns<a href="#c">#</a></h2>{box}'
    )
    named = accessible.accessible(
        f'{box}<caption>Table 1 <i>A &amp; "B"</i><a class="headerlink" href="#t">#</a></caption>'
    )
    assert 'role="region" aria-label="Table 1 A &amp; &quot;B&quot;"' in named


def test_of_the_theme_only_the_icon_library_is_cut():
    glyph = '.fa-x:before{content:"\\f00d"}'
    library = f"/*!\n * Font Awesome Free 6.5.2\n */.fa{{color:red}}@font-face{{src:url(fa.woff2)}}{glyph}"
    kept = "html{--a:1}i.fa-x:before{color:blue}"
    assert slim.without_icon_library(f"body{{}}{library}{library}{kept}") == f"body{{}}{kept}"
