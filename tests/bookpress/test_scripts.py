"""The pages' scripts on pages of their own, in a browser."""

from __future__ import annotations

import pytest

from vouch.paths import ROOT

WEB = "bookpress/web/static"
SCRIPTS = {
    "bookpress.js": (WEB, '<details class="bp-folded"><summary>F</summary><p id="{id}">x</p></details>'),
    "tables.js": (
        WEB,
        '<table data-more="More"><tbody><tr><td>a</td></tr></tbody>'
        '<tbody class="bp-rest"><tr id="{id}"><td>b</td></tr></tbody></table>',
    ),
    "works.js": (
        "bookpress/works/static",
        '<form class="bp-works-filter"><input name="word"><output></output></form><div class="bp-works">'
        '<details open class="bp-works-group"><summary><span class="bp-count"></span></summary>'
        '<div class="citation" id="{id}">Work</div></details></div>',
    ),
}
"""Folder of each, and what it shows when an address names it."""
FILTERED = """for (const input of document.querySelectorAll("input")) {
  input.value = "nothing";
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
dispatchEvent(new HashChangeEvent("hashchange"));"""


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("id", ["100%", "%", "50%25", "plain"])
def test_an_address_with_a_percent_sign_is_no_fault(browser, tmp_path, name, id):
    """What it names is shown; `#%` at the top of a script would end the script."""
    folder, body = SCRIPTS[name]
    source = (ROOT / folder / name).read_text("utf-8")
    place = {"50%25": "50%"}.get(id, id)
    page = tmp_path / "page.html"
    page.write_text(f"<!DOCTYPE html><title>x</title>{body.replace('{id}', place)}<script>{source}</script>", "utf-8")
    tab = browser.new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.goto(f"{page.as_uri()}#{id}")
    tab.evaluate(FILTERED)
    shown = tab.evaluate("id => document.getElementById(id).getClientRects().length > 0", place)
    tab.close()
    assert faults == [] and shown
