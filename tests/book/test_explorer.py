"""The explorer of ties: the same events in timeline, network and table, each open to its sources."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from tests.conftest import soup, until
from vouch.evidence import case, data
from vouch.methods.alliances import ties
from vouch.pages import explorer
from vouch.pages.explorer import drawn, page
from vouch.paths import ROOT

ROWS = ".explorer-table tbody tr:not([hidden])"
DOTS = ".explorer-event:not(.explorer-gone)"
EDGES = ".explorer-edge:not(.explorer-gone)"


@cache
def links() -> pd.DataFrame:
    return ties.edges(data.load("events"), data.load("actors"), data.load("categories"), case.horizon())


@cache
def shown() -> pd.DataFrame:
    return drawn.shown(links())


@cache
def edge_counts() -> dict[tuple[str, str], int]:
    """Events by pair, Myanmar or its seat first; the bodies of the United Nations taken together."""
    counts: dict[tuple[str, str], int] = {}
    for event in links().query("layer != 'domestic'").itertuples():
        pair = [{"UNGA": "UN", "UNSC": "UN", "UNHRC": "UN"}.get(end, end) for end in (event.sender, event.receiver)]
        a, b = sorted(pair, key=lambda end: (end not in ("MMR", ties.SEAT), end))
        counts[a, b] = counts.get((a, b), 0) + 1
    return counts


@cache
def names() -> dict[str, str]:
    return drawn.actor_names(data.load("actors"), data.load("countries"))


# --- Without a browser ------------------------------------------------------------------------------------------------


def test_every_tie_is_shown_once_and_nothing_else():
    left_out = links().loc[links()["layer"] == "domestic", "event_id"]
    assert sorted([*shown()["event_id"], *left_out]) == sorted(data.load("events")["event_id"])
    assert shown().groupby(["a", "b"]).size().to_dict() == edge_counts()


def test_every_layer_of_a_tie_has_a_row():
    assert set(drawn.SWITCHES) == set(data.load("categories")["layer"]) - {"domestic"}


def test_steps_are_years_then_months_without_a_gap():
    steps = drawn.stops(pd.Timestamp("2019-05-01"), pd.Timestamp("2021-03-15"))
    assert steps == [
        (12 * 2019, 12 * 2019 + 11),
        (12 * 2020, 12 * 2020 + 11),
        *((12 * 2021 + m,) * 2 for m in range(3)),
    ]


def test_every_place_is_its_own_and_no_event_moves_it():
    named = dict.fromkeys(set(shown()["a"]) | set(shown()["b"]), "name")
    nodes = drawn.embedded(shown(), named)["nodes"]
    for actor, _, x, y in nodes:
        if actor != ties.SEAT:
            assert (x, y) == pytest.approx(drawn.position(actor), abs=1e-4), actor
    assert len({(x, y) for *_, x, y in nodes}) == len(nodes)


def test_a_date_is_printed_as_exactly_as_it_is_known():
    def row(day, precision, end=None):
        return pd.Series({"date": pd.Timestamp(day), "date_precision": precision, "end_date": pd.Timestamp(end)})

    assert page.printed_day(row("2025-01-04", "day")) == "4 January 2025"
    assert page.printed_day(row("2025-11-27", "day", "2025-11-28")) == "27 November 2025 to 28 November 2025"
    assert page.printed_day(row("2022-07-01", "month")) == "July 2022"
    assert page.printed_day(row("2023-01-01", "year")) == "2023"


# --- The page ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(book):
    return book.html / "chapters" / "explorer.html"


def opened(browser, url, width=1440, scheme="light", **more):
    """A tab that notes what it asked for, what it complained of and how much of it jumped."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
    tab = context.new_page()
    tab.asked, tab.complaints = [], []
    tab.on("request", lambda r: tab.asked.append(r.url))
    tab.on("console", lambda m: tab.complaints.append(m.text) if m.type == "error" else None)
    tab.on("pageerror", lambda e: tab.complaints.append(str(e)))
    tab.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(one => { moved += one.value; }))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    tab.goto(url)
    tab.wait_for_selector(".explorer-ready")
    return tab


@pytest.fixture
def tab(browser, address, request):
    width, scheme = getattr(request, "param", (1440, "light"))
    page = opened(browser, address.as_uri(), width, scheme)
    yield page
    page.context.close()


def numbers(tab) -> dict[str, int]:
    """The count of events as each part of the page shows it."""
    edges = tab.eval_on_selector_all(EDGES, "all => all.map(e => Number(/(\\d+) events?$/.exec(e.ariaLabel)[1]))")
    count = "all => all.reduce((sum, e) => sum + Number(e.textContent), 0)"
    told = tab.locator(".explorer-told").inner_text()
    return {
        "rows": tab.locator(ROWS).count(),
        "told": int(told.split()[-1]) if "of" in told else 0,
        "kinds": tab.eval_on_selector_all(".explorer-layers label:has(:checked) .explorer-n", count),
        "partners": tab.eval_on_selector_all(".explorer-partners label:has(:checked) .explorer-n", count),
        "timeline": tab.locator(DOTS).count(),
        "network": sum(edges),
        "summary": int(re.match(r"\d+", tab.locator(".explorer-summary").inner_text())[0]),
    }


def answers(tab, kind, places) -> list[str]:
    """What of this kind answers when the mouse is moved to each of these places; the page notes it after each move."""
    tab.evaluate(
        """kind => { window.answered = []; addEventListener("mousemove", () => {
             answered.push(document.querySelector(`${kind}.explorer-own`)?.ariaLabel ?? ""); }); }""",
        kind,
    )
    for x, y in places:
        tab.mouse.move(x, y)
    found = tab.evaluate("answered")
    assert len(found) == len(places)
    return found


def slide(tab, name, step):
    tab.locator(f".explorer-brush [name={name}]").fill(str(step))


def stops(tab):
    return json.loads(tab.locator("#explorer-data").text_content())["stops"]


@pytest.mark.built
@pytest.mark.parametrize("tab", [(375, "light"), (375, "dark"), (1440, "dark")], indirect=True)
def test_it_opens_from_the_disk_without_request_error_sideways_scrolling_or_jump(tab):
    assert [url for url in tab.asked if not url.startswith(("file:", "data:"))] == []
    assert tab.complaints == []
    tab.wait_for_timeout(500)
    assert tab.evaluate("moved") <= 0.05
    tab.locator(".explorer-node[aria-label^='Belarus']").focus()
    assert tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    for svg in tab.locator(".explorer-view svg[role=group]").all():
        box = svg.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= tab.viewport_size["width"]
    outside = tab.eval_on_selector_all(
        ".explorer-network text, .explorer-timeline text",
        "all => all.filter(t => { const b = t.getBoundingClientRect(); return b.left < 0 || b.right > innerWidth; })"
        ".map(t => t.textContent)",
    )
    assert outside == []


@pytest.mark.built
def test_counts_at_the_start_are_those_of_the_data(tab):
    assert set(numbers(tab).values()) == {len(shown())}
    labels = tab.eval_on_selector_all(EDGES, "all => all.map(e => e.ariaLabel)")
    assert len(labels) == len(edge_counts())
    wanted = {f"{names()[a]} and {names()[b]}: {n} event{'s' * (n > 1)}" for (a, b), n in edge_counts().items()}
    assert set(labels) == wanted
    by_layer = shown()["layer"].value_counts()
    told = tab.locator(".explorer-layers .explorer-n").all_inner_texts()
    assert [int(n) for n in told] == [by_layer[x] for x in drawn.SWITCHES]


@pytest.mark.built
def test_kinds_partners_and_span_change_all_parts_alike(tab):
    frame = shown()
    tab.locator(".explorer-layers [value=visits]").uncheck()
    left = frame[frame["layer"] != "visits"]
    assert set(numbers(tab).values()) == {len(left)}
    tab.locator(".explorer-partners [value=RUS]").uncheck()
    left = left[left["partner"] != "RUS"]
    assert set(numbers(tab).values()) == {len(left)}

    first = stops(tab).index([12 * 2025, 12 * 2025])
    slide(tab, "from", first)
    recent = left[left["when"] >= "2025-01-01"]
    assert set(numbers(tab).values()) == {len(recent)}
    last = stops(tab).index([12 * 2025 + 5, 12 * 2025 + 5])
    slide(tab, "to", last + 1)
    half = recent[recent["when"] < "2025-07-01"]
    assert set(numbers(tab).values()) == {len(half)}
    assert sorted(e.get_attribute("id") for e in tab.locator(ROWS).all()) == sorted(half["event_id"])
    assert tab.locator(".explorer-span").inner_text() == "January 2025 to June 2025"

    slide(tab, "from", last + 4)  # beyond the end: the end gives way
    assert int(tab.locator("[name=to]").input_value()) == last + 5
    tab.locator(".explorer-partners > .explorer-reset").click()
    assert set(numbers(tab).values()) == {len(frame)}


@pytest.mark.built
def test_all_none_and_the_way_back_from_nothing(tab):
    tab.get_by_role("button", name="None of the kinds").click()
    assert set(numbers(tab).values()) == {0}
    nothing = tab.locator(".explorer-nothing")
    assert nothing.is_visible() and nothing.inner_text() == "Nothing matches. Reset"
    assert "Nothing matches" in tab.locator(".explorer-summary").inner_text()
    assert tab.locator(".explorer-told").inner_text() == "Nothing matches."
    tab.locator(".explorer-layers [value=arms]").check()
    assert tab.locator(DOTS).count() == (shown()["layer"] == "arms").sum()
    tab.get_by_role("button", name="All kinds").click()
    tab.get_by_role("button", name="None of the partners").click()
    assert nothing.is_visible()
    nothing.get_by_role("button", name="Reset").click()
    assert not nothing.is_visible()
    assert set(numbers(tab).values()) == {len(shown())}
    tab.locator(".explorer-others > summary").click()
    tab.get_by_role("button", name="None of the other partners").click()
    assert tab.locator(DOTS).count() == shown()["partner"].isin(drawn.MARKED).sum()


@pytest.mark.built
def test_every_event_lies_in_one_period(tab):
    total = 0
    for button in tab.locator(".explorer-periods button").all()[1:]:
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        assert len(set(numbers(tab).values())) == 1
        total += numbers(tab)["rows"]
    # The step of January 2021 belongs to the first period; every event lies in one period.
    assert total == len(shown())


@pytest.mark.built
@pytest.mark.parametrize("tab", [(1440, "light"), (375, "light")], indirect=True, ids=["desk", "phone"])
def test_each_line_answers_along_its_length(tab):
    """Of 19 places along the middle of each line, at least 15 are its own, dots of actors among the others."""
    tab.locator(".explorer-network").scroll_into_view_if_needed()
    tab.evaluate("document.querySelector('.explorer-network').scrollIntoView({block: 'center', behavior: 'instant'})")
    lines = tab.eval_on_selector_all(
        EDGES,
        """all => all.map(edge => {
             const line = edge.querySelector('.explorer-line'), long = line.getTotalLength();
             const {left, top} = line.ownerSVGElement.getBoundingClientRect();
             return [edge.ariaLabel, Array.from({length: 19}, (_, k) => {
               const {x, y} = line.getPointAtLength(long * (k + 1) / 20);
               return [left + x, top + y]; })]; })""",
    )
    assert len(lines) == len(edge_counts())
    found = answers(tab, ".explorer-edge", [place for _, places in lines for place in places])
    owned = {label: found[19 * number : 19 * number + 19].count(label) for number, (label, _) in enumerate(lines)}
    assert {label: n for label, n in owned.items() if n < 15} == {}


@pytest.mark.built
def test_lines_that_do_not_end_in_myanmar_run_outside(tab):
    """Beyond the ring at their middle, so that none lies on those to Myanmar."""
    far = tab.evaluate(
        """() => {
             const centre = document.querySelector(".explorer-node[aria-label^='Myanmar:'] circle");
             const [x0, y0] = ["cx", "cy"].map(name => Number(centre.getAttribute(name)));
             const away = (x, y) => Math.hypot(x - x0, y - y0);
             const ring = Math.max(...[...document.querySelectorAll(".explorer-dot")].map(dot =>
               away(dot.getAttribute("cx"), dot.getAttribute("cy"))));
             return [...document.querySelectorAll(".explorer-edge")].map(edge => {
               const line = edge.querySelector(".explorer-line");
               const {x, y} = line.getPointAtLength(line.getTotalLength() / 2);
               return [edge.ariaLabel, away(x, y) / ring]; }); }"""
    )
    outside = {label for label, part in far if part > 1.1}
    apart = {(a, b) for a, b in edge_counts() if not {a, b} & {"MMR", ties.SEAT}}
    heads = tuple(f"{names()[a]} and {names()[b]}:" for a, b in apart)
    assert apart and outside == {label for label, _ in far if label.startswith(heads)}


@pytest.mark.built
@pytest.mark.parametrize("tab", [(1440, "light"), (375, "light")], indirect=True, ids=["desk", "phone"])
def test_each_event_answers_where_it_is_drawn(tab):
    tab.evaluate("document.querySelector('.explorer-timeline').scrollIntoView({block: 'start', behavior: 'instant'})")
    tab.evaluate("scrollBy({top: -80, behavior: 'instant'})")
    marks = tab.eval_on_selector_all(
        DOTS,
        "all => all.map(e => { const b = e.querySelector('.explorer-mark').getBoundingClientRect();"
        " return [e.ariaLabel, b.left + b.width / 2, b.top + b.height / 2]; })",
    )
    labels, places = [label for label, *_ in marks[::3]], [place for _, *place in marks[::3]]
    assert answers(tab, ".explorer-event", places) == labels


@pytest.mark.built
def test_a_span_is_drawn_on_the_timeline_moved_by_its_window_and_set_by_keyboard(tab):
    tab.evaluate("document.querySelector('.explorer-lead').scrollIntoView({behavior: 'instant'})")
    tab.evaluate("scrollBy({top: -80, behavior: 'instant'})")
    strip = tab.locator(".explorer-brush").bounding_box()
    n = len(stops(tab))

    def x(bound):
        return strip["x"] + strip["width"] * bound / n

    def value():
        return [int(tab.locator(f".explorer-brush [name={end}]").input_value()) for end in ("from", "to")]

    row = tab.locator(".explorer-timeline > svg").bounding_box()
    tab.mouse.move(x(50), row["y"] + 8)
    tab.mouse.down()
    tab.mouse.move(x(55), row["y"] + 8)
    tab.mouse.move(x(60), row["y"] + 8)
    tab.mouse.up()
    assert value() == [50, 60]
    middle = strip["y"] + strip["height"] / 2
    tab.mouse.move(x(55), middle)
    tab.mouse.down()
    tab.mouse.move(x(60), middle)
    tab.mouse.move(x(65), middle)
    tab.mouse.up()
    assert value() == [60, 70]
    tab.mouse.move(x(70), middle)  # the end itself
    tab.mouse.down()
    tab.mouse.move(x(75), middle, steps=4)
    tab.mouse.up()
    assert value()[0] == 60 and abs(value()[1] - 75) <= 1
    tab.locator(".explorer-brush [name=from]").focus()
    tab.keyboard.press("ArrowRight")
    assert value()[0] == 61
    said = tab.locator(".explorer-brush [name=from]").get_attribute("aria-valuetext")
    assert tab.locator(".explorer-span").inner_text().startswith(said)
    in_view = tab.eval_on_selector_all(DOTS, "all => all.length")
    assert numbers(tab)["rows"] == in_view < len(shown())


@pytest.mark.built
def test_nothing_moves_when_the_filter_changes(tab):
    read = "all => Object.fromEntries(all.map(e => [e.ariaLabel, e.querySelector('path').getAttribute('d')]))"
    before = tab.eval_on_selector_all(".explorer-event", read)
    tab.locator(".explorer-layers [value=arms]").uncheck()
    tab.get_by_role("button", name="2025 to May 2026").click()
    assert tab.eval_on_selector_all(".explorer-event", read) == before


@pytest.mark.built
def test_a_choice_is_in_the_address_and_comes_back_from_it(tab, browser, address):
    tab.locator(".explorer-layers [value=visits]").uncheck()
    for other in ("CHN", "IND"):
        tab.locator(f".explorer-partners [value={other}]").uncheck()
    tab.get_by_role("button", name="2025 to May 2026").click()
    tab.locator(DOTS).first.focus()
    tab.keyboard.press("Enter")
    hash_ = tab.evaluate("location.hash")
    assert re.search(r"#kinds=agreements,.*&partners=.*RUS.*&from=2025-01&to=2026-05&look=ev-\d{8}-\d\d$", hash_)
    assert "visits" not in hash_ and "CHN" not in hash_
    was, title = numbers(tab), tab.locator(".explorer-panel h3").inner_text()
    again = opened(browser, address.as_uri() + hash_)
    assert numbers(again) == was
    assert again.locator(".explorer-panel h3").inner_text() == title
    assert again.evaluate("location.hash") == hash_
    again.keyboard.press("Escape")
    again.locator(".explorer-partners > .explorer-reset").click()
    assert again.evaluate("location.hash") == ""
    again.evaluate("location.hash = '#partners=BLR&look=MMR~BLR'")
    until(again, "document.querySelector('.explorer-edge.explorer-own')")
    assert numbers(again)["rows"] == (shown()["partner"] == "BLR").sum()
    again.evaluate("location.hash = '#kinds=nonsense&from=1066-10&to=banana&look=nobody'")
    until(again, "document.querySelector('.explorer-told').textContent === 'Nothing matches.'")
    assert again.complaints == []
    again.context.close()


@pytest.mark.built
def test_the_table_is_sorted_and_paged(tab):
    visible = tab.locator(f"{ROWS}:visible")
    day = shown().sort_values(["when", "event_id"])["event_id"]
    assert visible.count() == 20
    assert tab.locator(ROWS).first.get_attribute("id") == day.iloc[-1]
    tab.get_by_role("button", name="Next", exact=True).click()
    assert tab.locator(".explorer-told").inner_text() == f"21 to 40 of {len(shown())}"
    assert visible.count() == 20 and tab.get_by_role("button", name="Previous", exact=True).is_enabled()
    tab.get_by_role("button", name="Date", exact=True).click()
    assert tab.locator(".explorer-table th").first.get_attribute("aria-sort") == "ascending"
    assert visible.first.get_attribute("id") == day.iloc[0]
    tab.get_by_role("button", name="Partner", exact=True).click()
    partners = tab.eval_on_selector_all(ROWS, "all => all.map(row => row.cells[1].textContent.trim())")
    assert partners == sorted(partners, key=str.casefold) and len(set(partners)) > 10
    tab.get_by_role("button", name=f"Show all {len(shown())}").click()
    assert visible.count() == len(shown())
    tab.emulate_media(media="print")
    assert visible.count() == len(shown())


@pytest.mark.built
def test_on_paper_all_rows_of_the_choice_are_there(tab):
    tab.locator(".explorer-partners [value=RUS]").uncheck()
    tab.emulate_media(media="print")
    assert tab.locator(f"{ROWS}:visible").count() == (shown()["partner"] != "RUS").sum()


@pytest.mark.built
def test_every_edge_opens_to_its_events_and_every_event_to_its_sources(tab, book):
    bibliography = soup(book.html / "chapters/bibliography.html")
    works = {element["id"] for element in bibliography.select("div.citation[id]")}
    opened = tab.evaluate(
        """() => [...document.querySelectorAll(".explorer-edge")].map(edge => {
            edge.focus();
            const items = [...document.querySelectorAll(".explorer-panel li")];
            return [edge.ariaLabel, items.map(li => [li.dataset.event,
                [...li.querySelectorAll("a[href*='bibliography.html#']")].map(a => a.getAttribute("href"))])];
        })"""
    )
    seen = []
    for label, items in opened:
        assert len(items) == int(re.search(r"(\d+) events?$", label)[1]), label
        for event, hrefs in items:
            seen.append(event)
            assert hrefs and {href.partition("#")[2] for href in hrefs} <= works, event
            keys = data.load("events").set_index("event_id").loc[event, "source"].split(";")
            assert len(hrefs) == len(keys), event
    assert sorted(seen) == sorted(shown()["event_id"])


@pytest.mark.built
def test_a_partner_opens_by_pointer_and_its_links_can_be_reached(tab):
    tab.locator(".explorer-node[aria-label^='Belarus'] circle").hover()
    panel = tab.locator(".explorer-panel")
    assert panel.locator("h3").inner_text() == "Belarus"
    panel.locator("a").first.hover()
    tab.wait_for_timeout(800)
    assert panel.locator("h3").inner_text() == "Belarus"
    tab.locator("h1").hover()
    tab.wait_for_timeout(800)
    assert panel.locator("h3").inner_text() == "Events by partner"
    panel.get_by_role("button", name="Russia").click()
    assert panel.locator("li").count() >= (shown()["partner"] == "RUS").sum()


@pytest.mark.built
def test_the_keyboard_reaches_everything(tab):
    panel, focused = tab.locator(".explorer-panel h3"), "document.activeElement.ariaLabel"
    tab.locator(".explorer-layers [value=sanctions]").focus()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.classList.contains('explorer-event')")
    first = tab.evaluate(focused)
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate(focused) != first
    tab.keyboard.press("ArrowDown")
    assert ", agreements, " in tab.evaluate(focused)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.name") == "from"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.name") == "to"

    tab.locator(".explorer-periods button").last.focus()
    tab.keyboard.press("Tab")
    assert tab.evaluate(focused).startswith("Myanmar: ")
    reached = set()
    for _ in range(len(edge_counts()) + 40):
        reached.add(tab.evaluate(focused))
        tab.keyboard.press("ArrowDown")
    assert reached == set(tab.eval_on_selector_all(f"{EDGES}, .explorer-node", "all => all.map(e => e.ariaLabel)"))
    tab.keyboard.press("Home")
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate(focused).startswith("Kazakhstan: ") and panel.inner_text() == "Kazakhstan"
    tab.keyboard.press("Enter")
    tab.keyboard.press("ArrowRight")
    assert panel.inner_text() == "Kazakhstan", "a pin outlasts the focus"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className").startswith("explorer-panel")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "explorer-release"
    tab.keyboard.press("Tab")
    assert "bibliography.html#" in tab.evaluate("document.activeElement.href")
    tab.keyboard.press("Escape")
    assert panel.inner_text() == "Events by partner"
    assert tab.evaluate(focused).startswith("Kazakhstan: "), "the focus goes back"
    assert tab.locator(".explorer-view svg [tabindex='0']").count() == 2, "one stop in each drawing"


@pytest.mark.built
def test_what_changes_is_said(tab):
    for place in (".explorer-summary", ".explorer-told"):
        assert tab.locator(place).get_attribute("aria-live") == "polite"
    before = tab.locator(".explorer-summary").inner_text()
    tab.locator(".explorer-layers [value=visits]").uncheck()
    assert tab.locator(".explorer-summary").inner_text() != before


@pytest.mark.built
def test_a_thumb_can_use_it(browser, address):
    tab = opened(browser, address.as_uri(), 375, has_touch=True, is_mobile=True)
    small = tab.eval_on_selector_all(
        ".explorer-app :is(button, label, summary), .explorer-pages button, .explorer-table button",
        "all => all.filter(e => e.checkVisibility() && e.getClientRects().length)"
        ".map(e => [e.textContent, e.getBoundingClientRect().width, e.getBoundingClientRect().height])"
        ".filter(([, wide, high]) => wide < 24 || high < 28)",
    )
    assert small == []
    tab.evaluate("document.querySelector('.explorer-timeline').scrollIntoView({behavior: 'instant'})")
    tab.evaluate("scrollBy({top: -80, behavior: 'instant'})")
    dot = tab.locator(DOTS).first
    label, box = dot.get_attribute("aria-label"), dot.locator(".explorer-mark").bounding_box()
    tab.touchscreen.tap(box["x"] + box["width"] / 2 - 9, box["y"] + box["height"] / 2 + 7)
    panel = tab.locator(".explorer-panel")
    assert panel.evaluate("panel => getComputedStyle(panel).position") == "fixed"
    sheet = panel.bounding_box()
    assert sheet["y"] + sheet["height"] == pytest.approx(900, abs=1) and sheet["height"] <= 0.5 * 900
    own = tab.locator(".explorer-event.explorer-own")
    assert own.get_attribute("aria-label").split(",")[1] == label.split(",")[1], "the nearest mark of the row"
    was = own.get_attribute("aria-label")
    panel.get_by_role("button", name="Later").tap()
    assert own.get_attribute("aria-label") != was
    panel.get_by_role("button", name="Release").tap()
    assert panel.evaluate("panel => getComputedStyle(panel).position") != "fixed"
    tab.context.close()


@pytest.mark.built
def test_a_link_to_an_event_reaches_it_through_any_filter(tab):
    tab.get_by_role("button", name="1999 to January 2021").click()
    event = shown().iloc[100]["event_id"]
    assert not tab.locator(f"#{event}").is_visible()
    tab.evaluate(f"location.hash = '#{event}'")
    until(tab, f"document.getElementById('{event}').checkVisibility()")
    assert tab.locator(f"#{event}").is_visible()
    assert tab.locator(".explorer-event.explorer-own").count() == 1


@pytest.mark.built
def test_a_width_that_changes_keeps_the_focus_and_raises_nothing(tab):
    tab.locator(".explorer-event").nth(5).focus()
    focused = tab.evaluate("document.activeElement.ariaLabel")
    tab.set_viewport_size({"width": 700, "height": 900})
    until(tab, "document.querySelector('.explorer-timeline > svg').viewBox.baseVal.width < 700")
    assert tab.evaluate("document.activeElement.ariaLabel") == focused
    assert tab.complaints == []


@pytest.mark.built
@pytest.mark.parametrize("drawn", range(5))
def test_a_telephone_that_is_turned_while_it_starts_shows_all_of_it(browser, address, drawn):
    """It draws in steps, between which a reader may do what readers do; here they wait until they are called."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.add_init_script("window.steps = []; window.later = setTimeout; window.setTimeout = step => steps.push(step);")
    tab.goto(address.as_uri())
    for _ in range(drawn):
        tab.evaluate("steps.shift()?.()")
    tab.set_viewport_size({"width": 320, "height": 900})
    tab.evaluate("while (steps.length) steps.shift()(); window.setTimeout = later")
    tab.wait_for_selector(".explorer-ready")
    until(tab, "document.documentElement.scrollWidth <= innerWidth")
    assert tab.evaluate("document.querySelector('.explorer-brush').clientWidth") < 300
    context.close()


@pytest.mark.built
@pytest.mark.parametrize("width", [375, 1440])
def test_without_script_the_whole_table_is_there(browser, address, width):
    context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(address.as_uri())
    rows = page.locator(".explorer-table tbody tr[id]")
    assert sorted(row.get_attribute("id") for row in rows.all() if row.is_visible()) == sorted(shown()["event_id"])
    assert not page.locator(".explorer-app").is_visible()
    context.close()


@pytest.mark.built
def test_it_is_light_and_loaded_nowhere_else(book, address):
    scripts = [f"explorer/{name}.js" for name in explorer.SCRIPTS]
    parts = [*scripts, *(f"{name}.css" for name in explorer.STYLES)]
    files = [address, *(ROOT / "vouch/pages/static" / name for name in parts)]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 120_000
    loads = re.compile(r"<script[^>]+/(explorer/\w+\.js)")
    assert [page.name for page in book.pages if loads.search(page.read_text("utf-8"))] == ["explorer.html"]
    assert loads.findall(address.read_text("utf-8")) == scripts
    page = BeautifulSoup(address.read_text("utf-8"), "html.parser")
    assert all(script.has_attr("defer") for script in page.find_all("script", src=re.compile("explorer/")))
    assert "<" not in page.find(id="explorer-data").string


def test_every_script_is_loaded():
    assert sorted(path.stem for path in (ROOT / "vouch/pages/static/explorer").glob("*")) == sorted(explorer.SCRIPTS)
