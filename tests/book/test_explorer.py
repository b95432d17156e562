"""The explorer of ties: the same events in network, timeline and list, each open to its sources."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from vouch.evidence import case, data
from vouch.methods.alliances import ties
from vouch.pages import explorer
from vouch.paths import ROOT

SHOWN = "#all-events li[id]:not([hidden])"
DOTS = ".explorer-event:not(.explorer-gone)"
EDGES = ".explorer-edge:not(.explorer-gone)"


@cache
def links() -> pd.DataFrame:
    return ties.edges(data.load("events"), data.load("actors"), data.load("categories"), case.horizon())


@cache
def shown() -> pd.DataFrame:
    return explorer.shown(links())


@cache
def edge_counts() -> dict[tuple[str, str, str], int]:
    """Events by pair and layer, Myanmar or its seat first; the bodies of the United Nations taken together."""
    counts: dict[tuple[str, str, str], int] = {}
    for event in links().query("layer != 'domestic'").itertuples():
        pair = [{"UNGA": "UN", "UNSC": "UN", "UNHRC": "UN"}.get(end, end) for end in (event.sender, event.receiver)]
        a, b = sorted(pair, key=lambda end: (end not in ("MMR", ties.SEAT), end))
        counts[a, b, event.layer] = counts.get((a, b, event.layer), 0) + 1
    return counts


# --- Without a browser ------------------------------------------------------------------------------------------------


def test_every_tie_is_shown_once_and_nothing_else():
    left_out = links().loc[links()["layer"] == "domestic", "event_id"]
    assert sorted([*shown()["event_id"], *left_out]) == sorted(data.load("events")["event_id"])
    assert shown().groupby(["a", "b", "layer"]).size().to_dict() == edge_counts()


def test_every_layer_of_a_tie_has_a_switch_and_a_dash_of_its_own():
    assert set(explorer.SWITCHES) == set(data.load("categories")["layer"]) - {"domestic"}
    assert len(set(explorer.DASHES.values())) == len(explorer.SWITCHES)


def test_steps_are_years_then_months_without_a_gap():
    steps = explorer.stops(pd.Timestamp("2019-05-01"), pd.Timestamp("2021-03-15"))
    assert steps == [
        (12 * 2019, 12 * 2019 + 11),
        (12 * 2020, 12 * 2020 + 11),
        *((12 * 2021 + m,) * 2 for m in range(3)),
    ]


def test_every_place_is_its_own_and_no_event_moves_it():
    names = dict.fromkeys(set(shown()["a"]) | set(shown()["b"]), "name")
    nodes = explorer.embedded(shown(), names)["nodes"]
    for actor, _, _, x, y in nodes:
        if actor != ties.SEAT:
            assert (x, y) == pytest.approx(explorer.position(actor), abs=1e-4), actor
    assert len({(x, y) for *_, x, y in nodes}) == len(nodes)


def test_a_date_is_printed_as_exactly_as_it_is_known():
    def row(day, precision, end=None):
        return pd.Series({"date": pd.Timestamp(day), "date_precision": precision, "end_date": pd.Timestamp(end)})

    assert explorer.printed_day(row("2025-01-04", "day")) == "4 January 2025"
    assert explorer.printed_day(row("2025-11-27", "day", "2025-11-28")) == "27 November 2025 to 28 November 2025"
    assert explorer.printed_day(row("2022-07-01", "month")) == "July 2022"
    assert explorer.printed_day(row("2023-01-01", "year")) == "2023"


# --- The page ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(book):
    return book.html / "chapters" / "explorer.html"


@pytest.fixture
def tab(browser, address, request):
    """The page, opened from the disk, with what it asked for and what it complained of."""
    width, scheme = getattr(request, "param", (1280, "light"))
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.asked, page.complaints = [], []
    page.on("request", lambda r: page.asked.append(r.url))
    page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: page.complaints.append(str(e)))
    page.goto(address.as_uri())
    page.wait_for_selector(DOTS)
    yield page
    context.close()


def numbers(tab) -> dict[str, int]:
    """The count of events as each part of the page shows it."""
    edges = tab.eval_on_selector_all(EDGES, "all => all.map(e => Number(/(\\d+) events?$/.exec(e.ariaLabel)[1]))")
    partners = "all => all.filter(e => !e.closest('[hidden]')).map(e => parseInt(e.textContent))"
    return {
        "list": tab.locator(SHOWN).count(),
        "headings": sum(tab.eval_on_selector_all(".explorer-partner .explorer-count", partners)),
        "timeline": tab.locator(DOTS).count(),
        "network": sum(edges),
        "summary": int(re.match(r"\d+", tab.locator(".explorer-summary").inner_text())[0]),
    }


def slide(tab, name, step):
    tab.locator(f".explorer-range [name={name}]").fill(str(step))


@pytest.mark.built
@pytest.mark.parametrize("tab", [(375, "light"), (375, "dark"), (1280, "dark")], indirect=True)
def test_it_opens_from_the_disk_without_request_error_or_sideways_scrolling(tab):
    assert [url for url in tab.asked if not url.startswith(("file:", "data:"))] == []
    assert tab.complaints == []
    tab.locator(".explorer-node[aria-label^='Belarus']").click()
    assert tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    for svg in tab.locator(".explorer-view svg[role=group]").all():
        box = svg.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= tab.viewport_size["width"]


@pytest.mark.built
def test_counts_at_the_start_are_those_of_the_data(tab):
    assert set(numbers(tab).values()) == {len(shown())}
    labels = tab.eval_on_selector_all(EDGES, "all => all.map(e => e.ariaLabel)")
    assert len(labels) == len(edge_counts())
    names = explorer.actor_names(data.load("actors"), data.load("countries"))
    wanted = {
        f"{names[a]} and {names[b]}, {layer}: {n} event{'s' * (n > 1)}" for (a, b, layer), n in edge_counts().items()
    }
    assert set(labels) == wanted
    by_layer = shown()["layer"].value_counts()
    assert [int(n) for n in tab.locator(".explorer-n").all_inner_texts()] == [by_layer[x] for x in explorer.SWITCHES]


@pytest.mark.built
def test_a_switch_and_the_slider_change_all_parts_alike(tab):
    frame = shown()
    tab.locator(".explorer-layers [value=visits]").uncheck()
    left = frame[frame["layer"] != "visits"]
    assert set(numbers(tab).values()) == {len(left)}
    assert tab.locator(f"{EDGES}[aria-label*=', visits:']").count() == 0

    content = json.loads(tab.locator("#explorer-data").text_content())
    first = content["stops"].index([12 * 2025, 12 * 2025])
    slide(tab, "from", first)
    recent = left[left["when"] >= "2025-01-01"]
    assert set(numbers(tab).values()) == {len(recent)}
    last = content["stops"].index([12 * 2025 + 5, 12 * 2025 + 5])
    slide(tab, "to", last)
    half = recent[recent["when"] < "2025-07-01"]
    assert set(numbers(tab).values()) == {len(half)}
    assert sorted(e.get_attribute("id") for e in tab.locator(SHOWN).all()) == sorted(half["event_id"])
    russia = tab.locator("#partner-rus")
    assert russia.locator(".explorer-count").inner_text() == f"{(half['partner'] == 'RUS').sum()} events"
    assert tab.locator("#partner-rus li:not([hidden])").count() == (half["partner"] == "RUS").sum()

    slide(tab, "from", last + 3)  # beyond the end: the end gives way
    assert int(tab.locator("[name=to]").input_value()) == last + 3
    tab.get_by_role("button", name="All", exact=True).click()
    tab.locator(".explorer-layers [value=visits]").check()
    assert set(numbers(tab).values()) == {len(frame)}


@pytest.mark.built
def test_every_event_lies_in_one_period(tab):
    total = 0
    for button in tab.locator(".explorer-periods button").all()[1:]:
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        assert len(set(numbers(tab).values())) == 1
        total += numbers(tab)["list"]
    # The step of January 2021 belongs to the first period; every event lies in one period.
    assert total == len(shown())


@pytest.mark.built
def test_nothing_moves_when_the_filter_changes(tab):
    read = "all => Object.fromEntries(all.map(e => [e.ariaLabel, e.querySelector('path, circle').getAttribute('d')]))"
    before = tab.eval_on_selector_all(".explorer-event", read)
    tab.locator(".explorer-layers [value=arms]").uncheck()
    tab.get_by_role("button", name="2025 to May 2026").click()
    assert tab.eval_on_selector_all(".explorer-event", read) == before


@pytest.mark.built
def test_every_edge_opens_to_its_events_and_every_event_to_its_sources(tab, book):
    bibliography = BeautifulSoup((book.html / "chapters/bibliography.html").read_text("utf-8"), "html.parser")
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
    node = tab.locator(".explorer-node[aria-label^='Belarus']")
    node.hover()
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
    tab.locator(".explorer-range [name=to]").focus()
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
    tab.keyboard.press("Escape")
    assert panel.inner_text() == "Events by partner"

    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.classList.contains('explorer-event')")
    first = tab.evaluate(focused)
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate(focused) != first
    tab.keyboard.press("ArrowDown")
    assert ", agreements, " in tab.evaluate(focused)
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className").startswith("explorer-panel")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    assert "bibliography.html#" in tab.evaluate("document.activeElement.href")
    tab.keyboard.press("Escape")
    assert panel.inner_text() == "Events by partner"
    assert tab.locator(".explorer-view svg [tabindex='0']").count() == 2, "one stop in each drawing"


@pytest.mark.built
def test_a_link_to_an_event_reaches_it_through_any_filter(tab, address):
    tab.get_by_role("button", name="1999 to January 2021").click()
    event = shown().iloc[-1]["event_id"]
    assert not tab.locator(f"#{event}").is_visible()
    tab.evaluate(f"location.hash = '#{event}'")
    tab.wait_for_function(f"!document.getElementById('{event}').hidden")
    assert tab.locator(f"#{event}").is_visible()


@pytest.mark.built
def test_a_width_that_changes_keeps_the_focus_and_raises_nothing(tab):
    tab.locator(".explorer-event").nth(5).focus()
    focused = tab.evaluate("document.activeElement.ariaLabel")
    tab.set_viewport_size({"width": 700, "height": 900})
    tab.wait_for_function("document.querySelector('.explorer-network > svg').viewBox.baseVal.width < 700")
    assert tab.evaluate("document.activeElement.ariaLabel") == focused
    assert tab.complaints == []


@pytest.mark.built
def test_without_script_the_whole_list_is_there(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address.as_uri())
    listed = [item.get_attribute("id") for item in page.locator("#all-events li[id]").all() if item.is_visible()]
    assert sorted(listed) == sorted(shown()["event_id"])
    assert not page.locator(".explorer-app").is_visible()
    context.close()


@pytest.mark.built
def test_it_is_light_and_loaded_nowhere_else(book, address):
    scripts = [f"explorer/{name}.js" for name in explorer.SCRIPTS]
    files = [address, *(ROOT / "vouch/pages/static" / name for name in (*scripts, "explorer.css"))]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 120_000
    loads = re.compile(r"<script[^>]+/(explorer/\w+\.js)")
    assert [page.name for page in book.pages if loads.search(page.read_text("utf-8"))] == ["explorer.html"]
    assert loads.findall(address.read_text("utf-8")) == scripts
    page = BeautifulSoup(address.read_text("utf-8"), "html.parser")
    assert all(script.has_attr("defer") for script in page.find_all("script", src=re.compile("explorer/")))
    assert "<" not in page.find(id="explorer-data").string


def test_every_script_is_loaded():
    assert sorted(path.stem for path in (ROOT / "vouch/pages/static/explorer").glob("*")) == sorted(explorer.SCRIPTS)
