"""The figures of the built book as their readers see them: in both themes, in grey, on a telephone, by ear."""

from __future__ import annotations

import base64
import gzip
import io
import itertools
import re
from difflib import SequenceMatcher
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image
from scipy import ndimage

from bookpress.cells.drawing import inline, rules
from tests.book.drawn import gallery, soup, texts
from vouch.figures.chart import Chart
from vouch.figures.style import DARK, LIGHT, THEMES, narrow
from vouch.paths import FONTS, ROOT

pytestmark = pytest.mark.built

SCALE = 1.25
"""Of the pictures that are compared: small signs have edges enough to be missed when they are not there."""
LOST = 8
"""Pixels of an edge, in a square of 25, that one theme may show and the other not. Measured: 0, in two figures 4."""
LEGIBLE = 11.0
"""CSS pixels: the smallest letters on a screen 375 px wide."""
APART = 12.0
"""Steps of lightness (CIE L*, 0 to 100) between two greys that can be told apart side by side."""


FACES = "".join(
    f'@font-face{{font-family:"Vouch Sans";font-weight:{weight};src:url(data:font/ttf;base64,{data})}}'
    for weight, style in ((400, "Regular"), (600, "SemiBold"))
    for data in [base64.b64encode((FONTS / f"VouchSans-{style}.ttf").read_bytes()).decode()]
)


@pytest.fixture(scope="module")
def tab(browser):
    context = browser.new_context(viewport={"width": 700, "height": 900}, device_scale_factor=SCALE)
    yield context.new_page()
    context.close()


def test_every_figure_has_a_form_for_a_telephone_and_one_for_a_column_with_the_same_words(figures):
    for figure in figures:
        assert set(figure.forms) == {"narrow", "wide"}, figure.name
        for svg in figure.forms.values():
            root = ElementTree.fromstring(svg)
            assert root.get("role") == "img" and root.get("aria-label") == figure.alt
            assert not [
                element.tag for element in root.iter() if element.get("style") or element.tag in ("style", "image")
            ]
            title = texts(svg)
            assert any(len(text) > 20 for text in title), figure.name
    named = [name for figure in figures for svg in figure.forms.values() for name in re.findall(r'\bid="([^"]+)"', svg)]
    assert len(named) == len(set(named)), "names are unique in the whole book"


def test_a_picture_that_would_run_or_load_something_is_refused():
    start = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
    for held in (
        "<script>1</script>", '<g onclick="f()"/>', '<image xlink:href="https://elsewhere.example/x.png"/>',
        '<use xlink:href="https://elsewhere.example/x.svg#a"/>', '<foreignObject/>', '<a xlink:href="#a"/>',
    ):  # fmt: skip
        with pytest.raises(ValueError, match="must not hold"):
            inline(f"{start}{held}</svg>", "fig-test", "wide", "Nothing.")
    kept = inline(f'{start}<style>*{{}}</style><g><g style="fill: #123456"/></g></svg>', "fig-test", "wide", "Nothing.")
    assert kept.endswith('stroke-linecap="butt"><g fill="#123456"/></svg>')


# -------------------------------------------------------------------------------------------- both themes, one picture
def laid(tab, svg: str, ground: str, width: int = 520) -> None:
    """The SVG in a page of its own, with its typeface."""
    style = f"{FACES}svg{{display:block;width:{width}px;height:auto}}text{{white-space:pre}}"
    tab.set_content(f'<style>{style}</style><body style="margin:0;background:{ground}">{svg}')
    tab.evaluate("document.fonts.ready")


def picture(tab, svg: str, ground: str) -> np.ndarray:
    """The SVG as Chromium paints it, as lightness, 0 to 255."""
    laid(tab, svg, ground)
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


def series(root: ElementTree.Element):
    """The marks in the axes of a picture, each after what holds it."""
    for axes in (group for group in root.iter("g") if group.get("data-part") == "axes"):
        for mark in axes:
            if mark.get("data-part") in {"line2d", "FillBetweenPolyCollection", "PathCollection"}:
                yield axes, mark


@pytest.mark.parametrize(
    "name", ["fig-coup-indices", "fig-voters-coverage", "fig-vouchers-scores", "fig-coup-after-coups"]
)
def test_the_comparison_misses_no_series_that_one_theme_lacks(figures, tab, name):
    """Take the lines and marks of a real figure away one by one, in the dark form only."""
    figure = next(figure for figure in figures if figure.name == name)
    light = edges(picture(tab, figure.svg("light"), LIGHT.page))
    svg, missed = figure.svg("dark"), 0
    dark = edges(picture(tab, svg, DARK.page))
    marks = list(series(ElementTree.fromstring(svg)))
    assert len(marks) > 3
    for number in range(0, len(marks), max(1, len(marks) // 8)):
        root = ElementTree.fromstring(svg)
        axes, mark = list(series(root))[number]
        axes.remove(mark)
        without = edges(picture(tab, ElementTree.tostring(root, encoding="unicode"), DARK.page))
        if lost(dark, without) <= LOST:
            continue  # it lies beneath another mark: no reader misses it
        assert lost(light, without) > LOST, ElementTree.tostring(mark)[:300]
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
    drawn = [inline(chart.svg(theme), "fig-test", "wide", "Lines.") for theme in THEMES]
    assert lost(*(edges(picture(tab, svg, theme.page)) for svg, theme in zip(drawn, THEMES, strict=True))) > LOST
    with pytest.raises(ValueError, match="differ in more than their colours"):
        chart.darkened()


def test_a_colour_that_would_be_two_in_the_dark_is_found():
    import pandas as pd

    def draw(figure, theme):
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color="#123456" if theme is LIGHT else "#aaaaaa")
        axes.plot([0, 1], [1, 0], color="#123456" if theme is LIGHT else "#bbbbbb")

    chart = Chart("fig-test", "A finding", "Units", draw, pd.DataFrame({"x": [0]}), "Two lines.", "Data: none.")
    with pytest.raises(ValueError, match="#123456"):
        chart._repr_mimebundle_()


def test_a_sign_that_is_drawn_many_times_has_the_colour_of_the_dark_theme(tab):
    """Crosses on dark tiles were white on pale ones: the rule does not reach into what is used."""
    import pandas as pd

    def draw(figure, theme):
        figure.subplots().plot([0, 1, 2], [0, 1, 0], "s", color=theme.text, markersize=40, mew=6, ls="none")

    chart = Chart("fig-test", "A finding", "Units", draw, pd.DataFrame({"x": [0]}), "Three squares.", "Data: none.")
    svg = inline(chart.svg(), "fig-test", "wide", "Three squares.")
    laid(tab, f"<style>{rules({'page': {'fig-test': {LIGHT.text: DARK.text}}})}</style>{svg}", DARK.page)
    tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    seen = np.asarray(Image.open(io.BytesIO(tab.locator("svg").screenshot())).convert("RGB"))
    right, wrong = (
        int(np.all(np.abs(seen - np.array(to_rgb(theme.text)) * 255) < 8, axis=2).sum()) for theme in (DARK, LIGHT)
    )
    assert right > 3 * 1000 and wrong < right / 20  # where two colours meet, some points are of neither


def painted(page, selector: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(page.locator(selector).screenshot())).convert("RGB"), float)


@pytest.mark.long
def test_the_switch_changes_the_drawing_s_colours_and_nothing_else(book, browser, figures):
    """What a reader sees is compared with the drawing painted by itself in the colours of each theme, on its ground."""
    still = {"color_scheme": "light", "reduced_motion": "reduce"}
    context = browser.new_context(viewport={"width": 1200, "height": 900}, **still)
    reader, painter = context.new_page(), context.new_page()
    reader.goto((book.html / "chapters" / "coup.html").as_uri())
    seen = set()
    for _ in range(3):  # light, dark, and as the system
        reader.locator(".bd-header-article .theme-switch-button").click()
        theme = DARK if reader.evaluate("document.documentElement.dataset.theme") == "dark" else LIGHT
        seen.add(theme.name)
        for figure in [figure for figure in figures if figure.page.stem == "coup"][:3]:
            drawn = reader.locator(f"#{figure.name} svg:visible")
            assert drawn.count() == 1
            now, width = painted(reader, f"#{figure.name} svg.bp-wide"), drawn.bounding_box()["width"]
            off = {}
            for one in THEMES:
                laid(painter, figure.svg(one.name), one.page, width)
                alone = painted(painter, "svg")
                high, wide = (min(a, b) for a, b in zip(now.shape[:2], alone.shape[:2], strict=True))
                off[one.name] = float(np.abs(now[:high, :wide] - alone[:high, :wide]).mean())
            other = (LIGHT if theme is DARK else DARK).name
            assert off[theme.name] < 8 < 100 < off[other], (figure.name, off)
    context.close()
    assert seen == {"light", "dark"}


# ------------------------------------------------------------------------------------------------ colours, and without
def colours(svg: str) -> set[str]:
    return set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', svg))


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
    house |= {theme.pale(step / 100) for step in range(101)} | set(theme.verdicts.values())
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
        for line in ElementTree.fromstring(figure.svg(theme.name)).iter("text"):
            text, colour = "".join(line.itertext()), line.get("fill", "#000000")
            owner = {"Myanmar": "MMR", "Belarus": "BLR", "Russia": "RUS", "China": "CHN", "India": "IND"}.get(text)
            if owner and colour not in neutral:
                assert colour == theme.colour(owner), (figure.name, text)
                found += 1
    assert found >= 5


MARKS = re.compile(r"line2d|patch|PathCollection|PatchCollection|FillBetween\w+|LineCollection")


def looks(svg: str) -> dict[str, set[tuple[str, ...]]]:
    """Colour of the marks in the axes -> its other properties: sign, dash, hatch, thickness, filled or not."""
    found: dict[str, set[tuple[str, ...]]] = {}
    root = ElementTree.fromstring(svg)
    shapes = {path.get("id"): re.sub(r"[\d.-]+", "", path.get("d", "")) for path in root.iter("path") if path.get("id")}
    for axes in (group for group in root.iter("g") if group.get("data-part") == "axes"):
        for mark in (part for part in axes if MARKS.fullmatch(part.get("data-part", ""))):
            signs = {shapes.get(use.get("href", "")[1:], "") for use in mark.iter("use")}
            for element in mark.iter():
                paint = {part: element.get(part, "") for part in ("fill", "stroke")}
                for part, colour in paint.items():
                    if colour.startswith("#"):
                        fill = "url" if paint["fill"].startswith("url") else paint["fill"]
                        more = (mark.get("data-part"), part, element.get("stroke-dasharray", ""), fill, *sorted(signs))
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
BOXES = """() => [...document.querySelectorAll('svg')].filter(svg => svg.getBoundingClientRect().width).flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter(line => line.textContent.trim()).map(line => {
    const size = parseFloat(line.getAttribute("font-size")), box = line.getBBox(), screen = line.getScreenCTM();
    const base = box.y + 0.94 * size, low = /[gjpqyQ,;()/|]/.test(line.textContent) ? 0.2 : 0.01;  // ink, not the line
    const corners = [[box.x, base - 0.68 * size], [box.x + box.width, base + low * size]].flatMap(([x, y]) => [
      [x, base - 0.68 * size], [x, base + low * size]]).map(([x, y]) => new DOMPoint(x, y).matrixTransform(screen));
    const xs = corners.map(corner => corner.x - frame.left), ys = corners.map(corner => corner.y - frame.top);
    return {text: line.textContent.trim(), size: size * Math.hypot(screen.a, screen.b), wide: frame.width,
      high: frame.height, figure: svg.closest("figure")?.id, left: Math.min(...xs), right: Math.max(...xs),
      top: Math.min(...ys), bottom: Math.max(...ys)};
  });
})"""


def overlap(one: dict, other: dict) -> bool:
    wide = min(one["right"], other["right"]) - max(one["left"], other["left"])
    high = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return wide > 0.5 and high > 0.5


@pytest.mark.parametrize("width", [375, *(pytest.param(width, marks=pytest.mark.long) for width in (768, 1200))])
def test_every_word_of_a_figure_is_large_enough_whole_and_by_itself(book, browser, figures, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    reader, faults, seen = context.new_page(), [], set()
    for page in sorted({figure.page for figure in figures}):
        reader.goto(page.as_uri())
        reader.evaluate("document.fonts.ready")
        boxes = [box for box in reader.evaluate(BOXES) if box["figure"]]
        for name, group in itertools.groupby(boxes, key=lambda box: box["figure"]):
            seen.add(name)
            faults += [f"{name}: {fault}" for fault in misplaced(list(group))]
    context.close()
    assert faults == [] and seen == {figure.name for figure in figures}


def misplaced(boxes: list[dict]) -> list[str]:
    """What cannot be read of the words of one drawing."""
    faults = []
    for box in boxes:
        if box["size"] < LEGIBLE - 0.01:
            faults.append(f"{box['text']!r} is {box['size']:.1f} px")
        if box["left"] < -0.5 or box["top"] < 0 or box["right"] > box["wide"] + 0.5 or box["bottom"] > box["high"]:
            faults.append(f"{box['text']!r} is cut")
    return faults + [f"{a['text']!r} on {b['text']!r}" for a, b in itertools.combinations(boxes, 2) if overlap(a, b)]


def test_the_measure_of_words_finds_small_cut_and_overlapping_ones(tab):
    import pandas as pd

    def draw(figure, theme):
        axes = figure.subplots()
        axes.text(0.5, 0.5, "one", size=12)
        axes.text(0.5, 0.5, "two", size=5)
        figure.text(0.99, 0.5, "three is cut")
        axes.text(0.2, 0.2, "telephone" if narrow(figure) else "column")

    chart = Chart("fig-test", "A finding", "Units", draw, pd.DataFrame({"x": [0]}), "Words.", "Data: none.")
    svg = inline(chart.svg(width=chart.widths["narrow"]), "fig-test", "narrow", "Words.")
    laid(tab, svg, "#ffffff", 375)
    boxes = tab.evaluate(BOXES)
    faults = misplaced(boxes)
    assert "'one' on 'two'" in faults and "'three is cut' is cut" in faults and "telephone" in texts(svg)
    assert [fault for fault in faults if "px" in fault] == ["'two' is 7.2 px"]


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
        assert [picture.name for picture in pictures] == [f"{figure.name}-{theme.name}.svg" for theme in THEMES]
        for picture in pictures:  # beside a page a picture has no typeface of the book: its letters are shapes
            drawn = picture.read_text("utf-8")
            assert "<text" not in drawn and drawn.count("<use") > 100
        assert all(image["loading"] == "lazy" and image["alt"] == "" for image in card.find_all("img"))


def test_the_pictures_of_the_gallery_are_light_and_leave_out_what_stands_beside_them(book, figures):
    """The finding is the text of the card; in the picture it was too small to read, and made it a third heavier."""
    page = book.html / "chapters" / "gallery.html"
    weight = 0
    for image in soup(page).select(".bp-gallery img.only-light"):
        drawn = (page.parent / image["src"]).resolve().read_bytes()
        (figure,) = [figure for figure in figures if f"{figure.name}-light.svg" == Path(image["src"]).name]
        view = re.search(r'viewBox="0 0 [\d.]+ ([\d.]+)"', figure.svg("light", "narrow"))
        assert float(re.search(rb'viewBox="0 [\d.]+ [\d.]+ ([\d.]+)"', drawn)[1]) < float(view[1]) - 36, figure.name
        weight += len(gzip.compress(drawn))
    assert weight < 400_000


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
