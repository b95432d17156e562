"""The figures of the built book as their readers see them: in both themes, in grey, on a telephone, by ear."""

from __future__ import annotations

import io
import itertools
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup
from matplotlib.colors import to_rgb
from PIL import Image
from scipy import ndimage

from vouch.figures.chart import Chart
from vouch.figures.style import DARK, LIGHT, THEMES, WIDTH
from vouch.paths import ROOT

pytestmark = pytest.mark.built

SCALE = 1.25
"""Of the pictures that are compared: small signs have edges enough to be missed when they are not there."""
LOST = 8
"""Pixels of an edge, in a square of 25, that one theme may show and the other not. Measured: 0, in two figures 4."""
LEGIBLE = 8.0
"""CSS pixels: the smallest letters on a screen 375 px wide."""
APART = 12.0
"""Steps of lightness (CIE L*, 0 to 100) between two greys that can be told apart side by side."""


@dataclass(frozen=True)
class Shown:
    """A figure as a page has it."""

    name: str
    page: Path
    light: Path
    dark: Path
    alt: str
    caption: str

    def svg(self, theme: str) -> str:
        return (self.light if theme == "light" else self.dark).read_text("utf-8")


@cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def figures(book) -> list[Shown]:
    found = []
    for page in book.pages:
        for figure in soup(page).select("figure.bp-figure"):
            light, dark = ((page.parent / image["src"]).resolve() for image in figure.find_all("img"))
            caption = figure.select_one(".caption-text").get_text().strip()
            found.append(Shown(figure["id"], page, light, dark, figure.img["alt"], caption))
    assert len(found) >= 30
    return found


@pytest.fixture(scope="module")
def tab(browser):
    context = browser.new_context(viewport={"width": 600, "height": 900}, device_scale_factor=SCALE)
    yield context.new_page()
    context.close()


def texts(svg: str) -> list[str]:
    """What stands in a picture, in the order drawn (letters are shapes; matplotlib notes each text as a comment)."""
    parts = svg.split('<g id="text_')[1:]
    return [" ".join(" ".join(re.findall(r"<!--(.*?)-->", part, re.DOTALL)).split()) for part in parts]


# -------------------------------------------------------------------------------------------- both themes, one picture
def picture(tab, svg: str, ground: str) -> np.ndarray:
    """The SVG as Chromium paints it, as lightness, 0 to 255."""
    svg = svg[svg.index("<svg") :]
    tab.set_content(f'<body style="margin:0;background:{ground}">{svg}')
    return np.asarray(Image.open(io.BytesIO(tab.locator("svg").screenshot())).convert("L"), float)


def edges(lightness: np.ndarray) -> np.ndarray:
    """Where lightness changes, whatever its sign: the same for dark on light and light on dark."""
    return np.hypot(ndimage.sobel(lightness, 0), ndimage.sobel(lightness, 1)) > 24


def lost(one: np.ndarray, other: np.ndarray) -> float:
    """The most edge pixels, in any square of 25 pixels, of one picture that have none of the other within 2 pixels."""
    near = np.ones((5, 5), bool)
    worst = 0.0
    for here, there in ((one, other), (other, one)):
        alone = here & ~ndimage.binary_dilation(there, near)
        worst = max(worst, float(ndimage.uniform_filter(alone.astype(float), 25).max()) * 625)
    return round(worst, 1)


def test_light_and_dark_show_the_same_picture_and_words(figures, tab):
    differ = {}
    for figure in figures:
        light, dark = figure.svg("light"), figure.svg("dark")
        assert texts(light) == texts(dark) and len(texts(light)) > 3, figure.name
        found = lost(edges(picture(tab, light, LIGHT.page)), edges(picture(tab, dark, DARK.page)))
        if found > LOST:
            differ[figure.name] = found
    assert differ == {}


@pytest.mark.parametrize(
    "name", ["fig-coup-indices", "fig-belarus-trade", "fig-vouchers-scores", "fig-coup-after-coups"]
)
def test_the_comparison_misses_no_series_that_one_theme_lacks(figures, tab, name):
    """Take the lines and marks of a real figure away one by one, in the dark form only."""
    figure = next(figure for figure in figures if figure.name == name)
    light = edges(picture(tab, figure.svg("light"), LIGHT.page))
    svg, missed = figure.svg("dark"), 0
    dark = edges(picture(tab, svg, DARK.page))
    marks = re.findall(
        r'^   <g id="(?:line2d|FillBetweenPolyCollection|PathCollection)_\d+">.*?^   </g>\n', svg, re.S | re.M
    )
    assert len(marks) > 3
    for mark in marks[:: max(1, len(marks) // 8)]:
        without = edges(picture(tab, svg.replace(mark, ""), DARK.page))
        if lost(dark, without) <= LOST:
            continue  # it lies beneath another mark: no reader misses it
        assert lost(light, without) > LOST, mark[:300]
        missed += 1
    assert missed >= 3


def test_a_chart_that_forgets_a_theme_is_found(tab):
    import pandas as pd

    def draw(figure, theme):
        axes = figure.subplots()
        axes.plot([0, 1, 2], [1, 2, 1.5], color=theme.accent)
        if theme is LIGHT:
            axes.plot([0, 1, 2], [2, 1, 1.2], "o", color=theme.text)

    frame = pd.DataFrame({"x": [0]})
    chart = Chart("fig-test", "A finding", "Units", draw, frame, "Lines of two series.", "Data: none.")
    pictures = [edges(picture(tab, chart.svg(theme), theme.page)) for theme in THEMES]
    assert lost(*pictures) > LOST


def painted(page, selector: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(page.locator(selector).screenshot())).convert("RGB"), float)


def test_the_switch_shows_one_form_and_hides_the_other(book, browser, figures):
    """What a reader sees is compared with both files, each painted by itself on the ground of its theme."""
    still = {"color_scheme": "light", "reduced_motion": "reduce"}
    context = browser.new_context(viewport={"width": 1200, "height": 900}, **still)
    reader, painter = context.new_page(), context.new_page()
    reader.goto((book.html / "chapters" / "coup.html").as_uri())
    reader.evaluate("document.querySelectorAll('img').forEach(image => { image.loading = 'eager'; })")
    seen = set()
    for _ in range(3):  # light, dark, and as the system
        reader.locator(".bd-header-article .theme-switch-button").click()
        theme = DARK if reader.evaluate("document.documentElement.dataset.theme") == "dark" else LIGHT
        seen.add(theme.name)
        for figure in [figure for figure in figures if figure.page.stem == "coup"][:3]:
            images = reader.locator(f"#{figure.name} img")
            shown = [images.nth(k) for k in range(2) if images.nth(k).is_visible()]
            assert [image.get_attribute("src").endswith(f"-{theme.name}.svg") for image in shown] == [True]
            reader.wait_for_function("image => image.complete && image.naturalWidth", arg=shown[0].element_handle())
            now = painted(reader, f"#{figure.name} img.only-{theme.name}")
            off = {}
            for one in THEMES:
                svg = figure.svg(one.name)
                size = f"svg{{width:{shown[0].bounding_box()['width']}px;height:auto}}"
                painter.set_content(
                    f'<style>{size}</style><body style="margin:0;background:{one.page}">{svg[svg.index("<svg") :]}'
                )
                alone = painted(painter, "svg")
                high, wide = (min(a, b) for a, b in zip(now.shape[:2], alone.shape[:2], strict=True))
                off[one.name] = float(np.abs(now[:high, :wide] - alone[:high, :wide]).mean())
            other = (LIGHT if theme is DARK else DARK).name
            assert off[theme.name] < 8 < 100 < off[other], (figure.name, off)
    context.close()
    assert seen == {"light", "dark"}


# ------------------------------------------------------------------------------------------------ colours, and without
def colours(svg: str) -> set[str]:
    return set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", svg))


def lightness(colour: str) -> float:
    """CIE L* of an sRGB colour."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    shine = float(np.dot(linear, (0.2126, 0.7152, 0.0722)))
    return 116 * np.cbrt(shine) - 16 if shine > 0.008856 else 903.3 * shine


NAMED = {
    "BLR": ("Belarus", "BLR"),
    "RUS": ("Russia", "RUS", "Rosoboronexport"),
    "CHN": ("China", "CHN"),
    "IND": ("India", "IND"),
}
"""What a figure calls the owner of a colour."""


def owners(theme) -> dict[str, str]:
    return {theme.actors[actor]: actor for actor in NAMED}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_figure_has_no_colour_but_the_house_s_and_an_actor_s_only_where_it_is_named(figures, theme):
    house = {theme.page, theme.text, theme.faint, theme.grid, theme.fill, theme.accent, "#000000"}
    house |= {theme.pale(step / 100) for step in range(101)}
    for figure in figures:
        svg = figure.svg(theme.name)
        found = " ".join([*texts(svg), figure.alt])
        for colour in sorted(colours(svg) - house):
            owner = owners(theme).get(colour)
            assert owner, f"{figure.name}: {colour} is nobody's"
            assert any(name in found for name in NAMED[owner]), f"{figure.name}: {owner}'s colour without {owner}"


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_name_in_colour_has_the_colour_of_its_actor(figures, theme):
    """Direct labels: an actor's name is written in its colour or in none."""
    found = 0
    neutral = {theme.text, theme.faint, theme.page}
    for figure in figures:
        for text, colour in re.findall(r"<!-- ([\w-]+) -->\s*<g style=\"fill: (#[0-9a-f]{6})", figure.svg(theme.name)):
            owner = {"Myanmar": "MMR", "Belarus": "BLR", "Russia": "RUS", "China": "CHN", "India": "IND"}.get(text)
            if owner and colour not in neutral:
                assert colour == theme.colour(owner), (figure.name, text)
                found += 1
    assert found >= 5


MARK = re.compile(
    r'^   <g id="(line2d|patch|PathCollection|PatchCollection|FillBetween\w+|LineCollection)_\d+">(.*?)^   </g>',
    re.S | re.M,
)


def looks(svg: str) -> dict[str, set[tuple[str, ...]]]:
    """Colour of the marks in the axes -> its other properties: sign, dash, hatch, thickness, filled or not."""
    found: dict[str, set[tuple[str, ...]]] = {}
    shapes = {name: re.sub(r"[\d.-]+", "", path) for name, path in re.findall(r'<path id="(\w+)" d="([^"]*)"', svg)}
    for kind, drawn in MARK.findall(svg):
        signs = {shapes.get(name, "") for name in re.findall(r'href="#(\w+)"', drawn)}
        for style in re.findall(r'style="([^"]*)"', drawn):
            paint = dict(re.findall(r"(fill|stroke): (#[0-9a-f]{6}|none|url)", style))
            dash = re.search(r"stroke-dasharray: ([^;\"]*)", style)
            for part, colour in paint.items():
                if colour.startswith("#"):
                    more = (kind, part, dash[1] if dash else "", paint.get("fill", ""), *sorted(signs))
                    found.setdefault(colour, set()).add(more)
    return found


def test_what_looks_alike_in_grey_is_told_apart_otherwise(figures):
    """By sign, dash or hatch; the colour of an actor may also repeat what a label beside it says."""
    alike = []
    for figure in figures:
        said = " ".join(texts(figure.svg("light")))
        labelled = {actor for actor, names in NAMED.items() if any(name in said for name in names)}
        for theme in THEMES:
            found = {
                c: kinds for c, kinds in looks(figure.svg(theme.name)).items() if c not in {theme.page, theme.grid}
            }
            for one, other in itertools.combinations(sorted(found), 2):
                named = {owners(theme).get(one), owners(theme).get(other)} & labelled
                if not named and abs(lightness(one) - lightness(other)) < APART and found[one] & found[other]:
                    alike.append((figure.name, theme.name, one, other))
    assert alike == []


# ------------------------------------------------------------------------------------------------------ legible, whole
BOXES = """() => [...document.querySelectorAll('g[id^="text_"]')].map(group => {
  const letters = [...group.querySelectorAll("use")].map(use => use.getBoundingClientRect()).filter(box => box.width);
  const size = group.innerHTML.match(/scale\\(([\\d.]+)/);
  return letters.length ? {
    text: [...group.childNodes].filter(node => node.nodeType === 8).map(node => node.data.trim()).join(" "),
    size: 100 * size[1], left: Math.min(...letters.map(box => box.left)), top: Math.min(...letters.map(box => box.top)),
    right: Math.max(...letters.map(box => box.right)), bottom: Math.max(...letters.map(box => box.bottom))} : null;
}).filter(Boolean)"""


def overlap(one: dict, other: dict) -> bool:
    wide = min(one["right"], other["right"]) - max(one["left"], other["left"])
    high = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return wide > 0.5 and high > 0.5


def test_on_a_telephone_every_word_is_large_enough_whole_and_by_itself(book, browser, figures):
    context = browser.new_context(viewport={"width": 375, "height": 800})
    reader, painter = context.new_page(), context.new_page()
    widths = {}
    for page in {figure.page for figure in figures}:
        reader.goto(page.as_uri())
        widths |= dict(
            reader.evaluate(
                "[...document.querySelectorAll('figure.bp-figure')].map(figure => [figure.id, "
                "Math.max(...[...figure.querySelectorAll('img')].map(image => image.getBoundingClientRect().width))])"
            )
        )
    faults = []
    for figure in figures:
        svg = figure.svg("light")
        style = f"<style>svg{{width:{widths[figure.name]}px;height:auto}}</style>"
        painter.set_content(f'{style}<body style="margin:0">{svg[svg.index("<svg") :]}')
        frame = painter.locator("svg").bounding_box()
        boxes = painter.evaluate(BOXES)
        assert len(boxes) == len(texts(svg)), figure.name
        for box in boxes:
            pixels = box["size"] * widths[figure.name] / (WIDTH * 72)
            if pixels < LEGIBLE:
                faults.append(f"{figure.name}: {box['text']!r} is {pixels:.1f} px")
            if box["left"] < 0 or box["top"] < 0 or box["right"] > frame["width"] or box["bottom"] > frame["height"]:
                faults.append(f"{figure.name}: {box['text']!r} is cut")
        pairs = itertools.combinations(boxes, 2)
        faults += [f"{figure.name}: {a['text']!r} on {b['text']!r}" for a, b in pairs if overlap(a, b)]
    context.close()
    assert faults == []


def test_the_measure_of_words_finds_small_cut_and_overlapping_ones(tab):
    import pandas as pd

    def draw(figure, theme):
        axes = figure.subplots()
        axes.text(0.5, 0.5, "one", size=12)
        axes.text(0.5, 0.5, "two", size=5)
        figure.text(0.99, 0.5, "three is cut")

    chart = Chart("fig-test", "A finding", "Units", draw, pd.DataFrame({"x": [0]}), "Words.", "Data: none.")
    svg = chart.svg()
    tab.set_content(f'<body style="margin:0">{svg[svg.index("<svg") :]}')
    boxes = {box["text"]: box for box in tab.evaluate(BOXES)}
    assert overlap(boxes["one"], boxes["two"]) and not overlap(boxes["one"], boxes["A finding"])
    assert boxes["two"]["size"] == 5
    assert boxes["three is cut"]["right"] > tab.locator("svg").bounding_box()["width"]


# ----------------------------------------------------------------------------------------------- words for the picture
KIND = re.compile(
    r"\b(plots?|bars?|charts?|lines?|curves?|timeline|grids?|map|matrix|tables?|panels|drawings|distributions|ranges)\b",
    re.I,
)


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{4,}", text.lower()))


def test_alternative_text_gives_kind_variables_and_finding_and_repeats_nothing(figures, book):
    findings = gallery(book)
    for figure in figures:
        beginning, finding = " ".join(figure.alt.split()[:8]), findings[figure.name][1]
        assert KIND.search(beginning), f"{figure.name} does not begin with its kind: {beginning}"
        inside = [text for text in texts(figure.svg("light")) if text != finding]
        assert len(words(figure.alt) & words(" ".join(inside))) >= 3, f"{figure.name} names no variables"
        assert re.search(r"\d", figure.alt), f"{figure.name} gives no value"
        for other in (figure.caption, finding):
            same = SequenceMatcher(None, figure.alt.lower(), other.lower()).ratio()
            assert same < 0.7, f"{figure.name}: alternative text and {other!r}"


# --------------------------------------------------------------------------------------------------- under each figure
def test_one_line_under_each_figure_and_table_leads_to_data_code_and_citation(book):
    count = 0
    for page in book.pages:
        for line in soup(page).select(".bp-links"):
            data, code = line.select(":scope > p a")
            assert [data.get_text(), code.get_text(), line.summary.contents[0]] == ["Data (CSV)", "Code", "Cite"]
            assert (page.parent / data["href"]).resolve().is_file()
            address, _, anchor = code["href"].partition("#")
            target = soup((page.parent / address).resolve() if address else page).find(id=anchor)
            assert target, f"{page.name}: {code['href']}"
            name = Path(data["href"]).stem
            if address:
                assert target.get_text().lstrip().startswith(("def ", "@")) and f"def {anchor}(" in target.get_text()
                module = ROOT / (Path(address).stem.replace(".", "/") + ".py")
                assert target.get_text().strip() in module.read_text("utf-8"), "the code shown is not the code"
            else:
                assert anchor == f"code-{name}" and name in target.get_text()
            count += 1
    assert count >= 60


@pytest.mark.parametrize("width", [375, 1200])
def test_the_line_is_one_line_and_opens_what_it_names(book, browser, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto((book.html / "chapters" / "articles.html").as_uri())
    for line in page.locator(".bp-links").all():
        tops = [part.bounding_box() for part in line.locator("a:visible, summary").all()]
        middles = [box["y"] + box["height"] / 2 for box in tops]
        assert len(middles) == 3 and max(middles) - min(middles) < 6, middles
    line = page.locator('.bp-links:has(a[href^="#code-"])').first
    code = page.locator(line.locator('a[href^="#code-"]').get_attribute("href"))
    assert not code.is_visible()
    line.get_by_text("Code").click()
    assert code.is_visible()
    line.locator("summary").click()
    assert line.locator(".cite-entry").is_visible() and line.get_by_text("Permanent link").is_visible()
    context.close()


def test_pages_of_code_open_from_the_disk_and_ask_nobody(book, browser):
    pages = sorted((book.html / "code").glob("*.html"))
    assert len(pages) >= 9
    context = browser.new_context(viewport={"width": 375, "height": 800})
    tab, asked = context.new_page(), []
    tab.on("request", lambda request: asked.append(request.url))
    for page in pages:
        tab.goto(page.as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.name
        for link in soup(page).select("article a[href*='chapters/']"):
            address, _, anchor = link["href"].partition("#")
            assert soup((page.parent / address).resolve()).find(id=anchor), link["href"]
    context.close()
    assert asked and all(url.startswith("file:") for url in asked)


# ------------------------------------------------------------------------------------------------------------- gallery
def gallery(book) -> dict[str, tuple[Path, str]]:
    """Name -> page that the gallery leads to, and finding."""
    page = book.html / "chapters" / "gallery.html"
    found = {}
    for card in soup(page).select("a.figure-card"):
        address, _, name = card["href"].partition("#")
        found[name] = ((page.parent / address).resolve(), card.select_one(".figure-finding").get_text())
    return found


def test_the_gallery_shows_every_figure_of_the_book_with_its_title(book, figures):
    shown = gallery(book)
    assert set(shown) == {figure.name for figure in figures}
    for figure in figures:
        page, finding = shown[figure.name]
        assert page == figure.page.resolve()
        assert " ".join(finding.split()) in texts(figure.svg("light")), figure.name


def test_the_gallery_numbers_and_pictures_are_those_of_the_chapters(book, figures):
    page = book.html / "chapters" / "gallery.html"
    for figure in figures:
        (card,) = soup(page).select(f'a.figure-card[href$="#{figure.name}"]')
        number = soup(figure.page).find(id=figure.name).select_one(".caption-number").get_text().strip()
        assert card.select_one(".figure-number").get_text().strip() == number
        pictures = [(page.parent / image["src"]).resolve() for image in card.find_all("img")]
        assert pictures == [figure.light, figure.dark]
        assert all(image["loading"] == "lazy" and image["alt"] == "" for image in card.find_all("img"))


def test_one_grid_holds_all_figures_and_a_choice_leaves_those_of_a_chapter(book, browser):
    """Without a script; in columns that are wide enough to read."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=False)
    tab = context.new_page()
    tab.goto((book.html / "chapters" / "gallery.html").as_uri())
    cards = tab.locator(".bp-gallery > ul > li")
    every = cards.count()
    places = [card.bounding_box() for card in cards.all()]
    assert len({round(place["x"]) for place in places}) >= 3 and min(place["width"] for place in places) >= 300
    by_chapter: dict[str, int] = {}
    for link in tab.locator("a.figure-card").all():
        chapter = link.get_attribute("href").partition("#")[0]
        by_chapter[chapter] = by_chapter.get(chapter, 0) + 1
    for picture in soup(book.html / "chapters" / "gallery.html").select(".bp-gallery img"):
        assert int(picture["width"]) > 0 and int(picture["height"]) > 0, "its place is kept while it loads"
    buttons = tab.locator(".bp-choice input")
    assert buttons.count() == len(by_chapter) + 1
    for place, (chapter, count) in enumerate(by_chapter.items(), 1):
        buttons.nth(place).check(force=True)
        shown = tab.locator(".bp-gallery > ul > li:visible")
        assert shown.count() == count
        links = shown.locator("a.figure-card").all()
        assert {link.get_attribute("href").partition("#")[0] for link in links} == {chapter}
    buttons.first.focus()
    tab.keyboard.press("Space")
    assert tab.locator(".bp-gallery > ul > li:visible").count() == every
    context.close()
