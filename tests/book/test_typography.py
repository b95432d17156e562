"""The book in its own typefaces on every machine, a measure that reads well, nothing that moves while a page loads."""

from __future__ import annotations

import base64
import os
import re
import statistics
import time
from pathlib import Path

import matplotlib
import pytest
from fontTools.ttLib import TTFont

from bookpress.fonts import Face, css_range, used
from tests.conftest import FLAGS, soup
from vouch.paths import FONTS
from vouch.upkeep.environment import browser as browser_here

pytestmark = pytest.mark.built

MEASURE = (62, 76)
"""Characters of a full line of text."""
FONT_BYTES = 120_000
"""Of typefaces that one page loads, compressed."""
SHIFT = 0.05
"""Cumulative layout shift of a page while it loads."""
WIDTH_NOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def tab(browser, request):
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 1000}, **getattr(request, "param", {})})
    yield context.new_page()
    context.close()


# ------------------------------------------------------------------------------------------------------- the typefaces
def test_text_charts_and_code_are_set_in_the_book_s_own_families(book, tab):
    tab.goto((book.html / "chapters" / "coup.html").as_uri())
    families = tab.evaluate(
        """Object.fromEntries(["article p", "article h2", "figcaption p", ".bp-form text", "article td", "article code"]
           .map(where => [where, document.querySelector(where)]).filter(([, found]) => found)
           .map(([where, found]) => [where, getComputedStyle(found).fontFamily.split(",")[0].replaceAll('"', "")]))"""
    )
    mono = families.pop("article code", "Vouch Mono")
    text = families.pop("article p")
    assert (text, set(families.values()), mono) == ("Vouch Serif", {"Vouch Sans"}, "Vouch Mono")
    loaded = tab.evaluate("[...document.fonts].filter(font => font.status === 'loaded').map(font => font.family)")
    assert {"Vouch Serif", "Vouch Sans"} <= {name.replace('"', "") for name in loaded}


def test_no_page_loads_more_typeface_than_it_may(book, tab):
    sheet = (book.html / "_static" / "book.css").read_text("utf-8")
    inside = sum(len(base64.b64decode(data)) for data in re.findall(r"base64,([^\"]+)", sheet))
    asked: set[str] = set()
    tab.on("request", lambda request: asked.add(request.url))
    found = {}
    for page in book.pages:
        asked.clear()
        tab.goto(page.as_uri())
        tab.evaluate("document.fonts.ready")
        files = [Path(url.removeprefix("file://")) for url in asked if url.endswith(".woff2")]
        found[page.stem] = inside + sum(file.stat().st_size for file in files)
    print(f"\ntypefaces of a page: median {statistics.median(found.values()):.0f}, maximum {max(found.values())} bytes")
    assert {name: size for name, size in found.items() if size > FONT_BYTES} == {}


def test_the_typefaces_have_every_letter_of_the_pages(book):
    """Signs that they lack are drawn by the system, and stand alone: no letter may."""
    characters = used(book.pages)
    for name in ("VouchSerif-Regular", "VouchSans-Regular"):
        known = set(map(chr, Face(FONTS / f"{name}.ttf").font.getBestCmap()))
        assert {sign for sign in characters - known if sign.isalpha()} <= set("ĭʹ"), name


def test_a_face_cut_twice_is_the_same_and_its_ranges_leave_nothing_out():
    face = Face(FONTS / "VouchSans-Regular.ttf")
    assert face.cut("abc") == face.cut("cba") != face.cut("abd")
    ranges = [[int(end, 16) for end in span[2:].split("-")] for span in css_range(face.characters).split(",")]
    assert {chr(code) for span in ranges for code in range(span[0], span[-1] + 1)} == face.characters


def test_digits_are_of_one_width():
    for path in sorted(FONTS.glob("*.ttf")):
        font = TTFont(path)
        glyphs = font.getBestCmap()
        widths = [font["hmtx"][glyphs[ord(digit)]][0] for digit in "0123456789" if ord(digit) in glyphs]
        assert not widths or max(widths) - min(widths) <= 1, path.name  # thousandths of an em


def test_no_typeface_is_called_what_its_licence_reserves():
    for path in sorted(FONTS.glob("Vouch*.ttf")):
        names = TTFont(path)["name"]
        assert not any("Source" in str(names.getDebugName(number)) for number in (1, 3, 4, 6, 16)), path.name
        assert "Adobe" in names.getDebugName(0) or "Source" in names.getDebugName(0), "whose it is stays said"
    assert "SIL OPEN FONT LICENSE" in (FONTS / "LICENSE").read_text("utf-8")


# --------------------------------------------------------------------------------------------------------- the measure
LINES = """[...document.querySelectorAll("article p")].filter(p => p.closest("section") && !p.closest("table, figure, "
  + "aside, .bp-links, .bp-note, .bp-card, .admonition, li, .bp-cite, dd, .vouch-article")).flatMap(p => {
    const range = document.createRange(), walker = document.createTreeWalker(p, 4), lines = new Map();  // 4: texts
    for (let node; (node = walker.nextNode());) for (let k = 0; k < node.length; k++) {
      range.setStart(node, k); range.setEnd(node, k + 1);
      const box = range.getClientRects()[0];
      if (box) { const y = Math.round(box.bottom / 8); lines.set(y, (lines.get(y) || 0) + 1); }
    }
    return [...lines.values()].slice(0, -1);
  })"""


@pytest.mark.parametrize(
    "tab",
    [{"viewport": {"width": width, "height": 900}} for width in (1440, 1920)],
    indirect=True,
    ids=["1440", "1920"],
)
def test_a_line_of_text_has_about_seventy_characters(book, tab):
    tab.goto((book.html / "chapters" / "people.html").as_uri())
    tab.evaluate("document.fonts.ready")
    lines = [count for count in tab.evaluate(LINES) if count > 40]
    assert len(lines) > 40 and MEASURE[0] <= statistics.median(lines) <= MEASURE[1], statistics.median(lines)


def test_headings_lead_by_size_and_captions_can_be_read(book, tab):
    tab.goto((book.html / "chapters" / "coup.html").as_uri())
    sizes = tab.evaluate(
        """["h1", "h2", "p", "figcaption .caption-text"].map(where => document.querySelector("article " + where))
           .map(found => getComputedStyle(found)).map(style => [parseFloat(style.fontSize), +style.fontWeight])"""
    )
    (h1, _), (h2, bold), (text, _), (caption, weight) = sizes
    assert h1 > h2 == 26 and bold == 600 and 17 <= text <= 18 and caption == 14 and weight == 400


# -------------------------------------------------------------------------------------------- nothing moves or runs off
WATCH = """window.moved = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())
  if (!entry.hadRecentInput) window.moved += entry.value; }).observe({type: "layout-shift", buffered: true});"""


def moved_of(book, tab) -> dict[str, float]:
    """Cumulative layout shift of each page by its name, as far as it is more than it may be.

    The least of three looks: what moves of itself does so each time, and on a busy machine a frame may come late.
    """
    tab.context.add_init_script(WATCH)
    moved = {}
    for page in book.pages:
        for _ in range(3):
            tab.goto(page.as_uri())
            tab.evaluate("document.fonts.ready")
            tab.wait_for_timeout(200)
            moved[page.stem] = min(moved.get(page.stem, 1), round(tab.evaluate("window.moved"), 3))
            if moved[page.stem] <= SHIFT:
                break
    print("\nmost that moves:", max(moved.values()), max(moved, key=moved.get))
    return {name: shift for name, shift in moved.items() if shift > SHIFT}


@pytest.mark.parametrize(
    "tab",
    [
        pytest.param({"viewport": {"width": width, "height": 800}}, id=str(width), marks=marks)
        for width, marks in ((375, ()), *((width, pytest.mark.long) for width in (320, 768, 1200, 1440, 1920)))
    ],
    indirect=True,
)
def test_nothing_moves_while_a_page_loads(book, tab):
    assert moved_of(book, tab) == {}


@pytest.mark.long
@pytest.mark.parametrize("tab", [{"viewport": {"width": 412, "height": 800}}], indirect=True, ids=["412"])
def test_nothing_moves_when_the_files_with_typefaces_come_late(book, tab):
    """From the disk they are there at once; a telephone waits for them, and shows the text meanwhile."""

    def late(route):
        time.sleep(0.3)
        route.continue_()

    tab.route("**/*.woff2", late)
    assert moved_of(book, tab) == {}


def machine(folder: Path, name: str, files: list[Path]) -> Path:
    """A configuration of fontconfig with these fonts alone."""
    fonts = folder / name
    fonts.mkdir()
    for file in files:
        (fonts / file.name).write_bytes(file.read_bytes())
    config = folder / f"{name}.conf"
    config.write_text(
        f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>{fonts}</dir>'
        f"<cachedir>{folder / 'cache'}</cachedir></fontconfig>",
        "utf-8",
    )
    return config


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    """Three machines with other typefaces: a wide one, a book face, and a typewriter's."""
    folder = tmp_path_factory.mktemp("machines")
    here = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    sets = {"wide": "DejaVuSans*.ttf", "book": "STIXGeneral*.ttf", "typewriter": "cm*.ttf"}
    return [machine(folder, name, sorted(here.glob(pattern))) for name, pattern in sets.items()]


@pytest.mark.long
@pytest.mark.parametrize(
    "width", [320, *(pytest.param(width, marks=pytest.mark.long) for width in (375, 768, 1440, 1920))]
)
def test_pages_are_the_same_whatever_typefaces_a_machine_has(book, browser, machines, width):
    heights, off = {}, []
    for config in machines:
        given = {**os.environ, "FONTCONFIG_FILE": str(config)}
        chromium = browser.browser_type.launch(executable_path=browser_here(), args=FLAGS, env=given)
        with chromium:
            tab = chromium.new_page(viewport={"width": width, "height": 800})
            for page in book.pages:
                tab.goto(page.as_uri())
                tab.evaluate("document.fonts.ready")
                if (wide := tab.evaluate(WIDTH_NOW)) > 0:
                    off.append((config.stem, page.stem, wide))
                heights.setdefault(page.stem, []).append(tab.evaluate("document.querySelector('article').scrollHeight"))
    assert off == []
    assert {name: high for name, high in heights.items() if max(high) > 1.01 * min(high)} == {}


# -------------------------------------------------------------------------------------------------------------- code
def test_code_is_shown_by_one_switch_and_before_it_nowhere(book, tab):
    seen = 0
    for page in book.pages:
        assert not soup(page).select("details.hide"), page.name
        switches = soup(page).select(".bp-code-switch")
        assert len(switches) == bool(soup(page).select(".bp-code")), page.name
        seen += len(switches)
    assert seen >= 15
    tab.goto((book.html / "chapters" / "coup.html").as_uri())
    code = tab.locator(".bp-code")
    assert code.count() > 3 and tab.locator(".bp-code:visible").count() == 0
    switch = tab.get_by_role("button", name="Show code")
    switch.focus()
    tab.keyboard.press("Enter")
    assert switch.get_attribute("aria-pressed") == "true" and tab.locator(".bp-code:visible").count() == code.count()
    wide = tab.evaluate(
        "[...document.querySelectorAll('.bp-code pre')].filter(pre => pre.scrollWidth > pre.clientWidth).length"
    )
    assert wide == 0, "a line of code runs off"
    switch.click()
    assert tab.locator(".bp-code:visible").count() == 0


@pytest.mark.parametrize("tab", [{"java_script_enabled": False}], indirect=True)
def test_without_a_script_there_is_no_switch_and_a_link_still_shows_its_code(book, tab):
    page = next(page for page in book.pages if soup(page).select('.bp-links a[href^="#code-"]'))
    tab.goto(page.as_uri())
    assert tab.locator(".bp-code-switch:visible").count() == 0
    link = tab.locator('.bp-links a[href^="#code-"]').first
    code = tab.locator(link.get_attribute("href"))
    assert not code.is_visible()
    link.click()
    assert code.is_visible()
