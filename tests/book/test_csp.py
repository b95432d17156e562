"""What a page may load and run: the policy is on every page, the book obeys it, and it stops what is not the book's."""

from __future__ import annotations

import functools
import http.server
import re
import threading

import pytest

from bookpress.web import csp, permalinks
from tests.conftest import Host, soup, until

pytestmark = pytest.mark.built

POLICY = 'meta[http-equiv="Content-Security-Policy"]'
HEARD = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  violations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample} line ${event.lineNumber}`));
"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def served(book):
    """The book's address on a server of this machine."""
    handler = functools.partial(_Quiet, directory=book.html)
    with Host(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(params=[pytest.param("server", marks=pytest.mark.long), "disk"])
def base(request, book):
    return request.getfixturevalue("served") if request.param == "server" else book.html.as_uri() + "/"


@pytest.fixture
def tab(browser):
    """A tab in which every page notes what the policy stopped."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.add_init_script(HEARD)
    yield page
    context.close()


def all_pages(book):
    return sorted(path.relative_to(book.html).as_posix() for path in book.html.rglob("*.html"))


def test_the_policy_stands_before_all_that_loads_or_runs_and_allows_nothing_inline(book):
    pages = all_pages(book)
    assert {"index.html", "search.html", "genindex.html", "chapters/explorer.html"} < set(pages)
    for name in pages:
        page = soup(book.html / name)
        (policy,) = page.head.select(POLICY)
        assert not policy.find_previous(["script", "link", "style", "img"]), name
        rules = dict(rule.split(" ", 1) for rule in policy["content"].split("; "))
        assert rules["default-src"] == rules["base-uri"] == "'none'", name
        assert "unsafe" not in policy["content"] and "http" not in policy["content"] and "*" not in policy["content"]
        assert ("connect-src" in rules) == (name == "search.html"), name
        assert page.head.find("meta", attrs={"name": "referrer"})["content"] == "no-referrer"
        text = (book.html / name).read_text("utf-8")
        assert not page.select("style, [style], [onclick]") and not re.search(r"<[^>]+\son\w+=", text), name
        inline = [
            script.string for script in page.find_all("script") if not script.get("src") and not script.get("type")
        ]
        assert set(inline) <= {csp.EARLY, permalinks.LEADS_ON}, name


def test_no_file_of_the_book_reports_on_its_reader_or_loads_from_elsewhere(book):
    styles, scripts, drawings = (sorted(book.html.rglob(f"*.{ending}")) for ending in ("css", "js", "svg"))
    assert len(styles) > 4 and len(scripts) > 15 and len(drawings) > 30
    for style in styles:
        text = style.read_text("utf-8")
        assert "@import" not in text, style.name
        assert {a.partition(":")[0] for a in re.findall(r"url\(['\"]?(\w+:|//)", text)} <= {"data"}, style.name
    for script in scripts:
        found = re.findall(
            r"sendBeacon|document\.cookie|XMLHttpRequest|WebSocket|EventSource", script.read_text("utf-8")
        )
        assert found == [], script.name
    for drawing in drawings:
        text = drawing.read_text("utf-8")
        assert set(re.findall(r'href="(.)', text)) <= {"#"} and "url(h" not in text, drawing.name


def test_the_book_obeys_its_policy(book, base, tab):
    complaints = []
    tab.on("console", lambda m: complaints.append((tab.url, m.text)) if "Content Security Policy" in m.text else None)
    tab.on("pageerror", lambda error: complaints.append((tab.url, str(error))))
    for name in all_pages(book):
        tab.goto(base + name)
        if name == "index.html":
            tab.wait_for_url("**/summary.html")
        tab.evaluate(  # pictures load late, details when they are opened
            """document.querySelectorAll("details").forEach(one => { one.open = true; });
               Promise.all([...document.images].map(image => {
                 image.loading = "eager"; return image.decode().catch(() => null); }))"""
        )
        assert tab.evaluate("violations") == [], name
    assert complaints == []


def test_everything_that_runs_still_works_under_it(base, tab):
    tab.goto(f"{base}chapters/articles.html")
    before = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    for _ in range(3):
        tab.locator(".bd-header-article .theme-switch-button").click()
        changed = tab.evaluate("getComputedStyle(document.body).backgroundColor") != before
        if changed:
            break
    assert changed
    claim = tab.locator(".vouch-claim").first
    claim.hover()
    tab.locator(f"#{claim.get_attribute('popovertarget')}").wait_for(state="visible")
    tab.locator("aside.bp-cite summary").click()
    tab.locator(".bp-cite .bp-copy").first.click()
    tab.locator(".bp-cite .bp-copied", has_text="Copied").first.wait_for()
    tab.locator(".btn-fullscreen-button").click()
    until(tab, "document.fullscreenElement !== null")
    assert tab.evaluate("violations") == []

    tab.goto(f"{base}chapters/explorer.html")
    tab.wait_for_selector(".explorer-event:not(.explorer-gone)")
    own = "getComputedStyle(document.querySelector('.vouch-explorer')).getPropertyValue('--actor-RUS')"
    assert re.fullmatch("#[0-9a-f]{6}", tab.evaluate(own).strip())
    tab.locator(".explorer-periods button").last.click()
    assert tab.evaluate("violations") == []

    tab.goto(f"{base}chapters/coup.html")
    tab.keyboard.press("Control+k")
    tab.keyboard.type("Lukashenko")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#search-results li a", timeout=15_000)
    assert tab.evaluate("document.activeElement.closest('form.bd-search') !== null")
    if base.startswith("http"):
        tab.wait_for_selector("#search-results li p.context")
    assert tab.evaluate("violations") == []


HOSTILE = """<script>window.ran = ["script"]</script><script src="data:text/javascript,window.ran=['data']"></script>
<script src="https://elsewhere.example/x.js"></script><img src="x" onerror="window.ran = ['attribute']">
<img src="https://elsewhere.example/pixel.gif"><style>#hostile { color: rgb(1, 2, 3) !important }</style><base href="https://elsewhere.example/">
<p style="color: red">x</p><iframe srcdoc="<script>parent.ran = ['frame']</script>"></iframe>
<a id="hostile" href="javascript:window.ran = ['link']">x</a>"""


@pytest.mark.parametrize("armed", [True, False], ids=["with the policy", "without it"])
def test_it_stops_what_escaping_failed_to_stop(served, tab, armed):
    """Without the policy the same page runs the script: the test would see it."""
    asked = []

    def hostile(route):
        text = route.fetch().text().replace("<article", HOSTILE + "<article", 1)
        assert HOSTILE in text
        if not armed:
            text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
        route.fulfill(body=text, content_type="text/html; charset=utf-8")

    def elsewhere(route):
        asked.append(route.request.url)
        route.abort()

    tab.route("**/glossary.html", hostile)
    tab.route("https://elsewhere.example/**", elsewhere)
    tab.goto(f"{served}chapters/glossary.html")
    tab.locator("#hostile").evaluate("link => link.click()")
    tab.wait_for_timeout(300)
    ran, stopped = tab.evaluate("window.ran"), " ".join(tab.evaluate("violations"))
    assert (ran is None) == armed
    assert bool(asked) != armed
    assert (tab.evaluate("getComputedStyle(document.querySelector('#hostile')).color") == "rgb(1, 2, 3)") != armed
    for rule in ("script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr", "img-src", "base-uri"):
        assert (rule in stopped) == armed, stopped


def test_a_page_that_moved_leads_on_and_keeps_the_place(tab, tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "new.html").write_text("<!DOCTYPE html><title>New</title>")
    (tmp_path / "chapters" / "old.html").write_text(permalinks.redirect("chapters/old", "chapters/new", "New"))
    tab.goto((tmp_path / "chapters" / "old.html").as_uri() + "#fig-place")
    tab.wait_for_url(
        "**/chapters/new.html#fig-place", timeout=900
    )  # without its script it would go, and lose the place
