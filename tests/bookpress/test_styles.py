"""One style sheet is made of many: what pages use stays as it was, and the rest is left out."""

from __future__ import annotations

import pytest
import tinycss2
from sphinx.errors import SphinxError

from bookpress.web.styles import named, rules

SHEET = """@charset "utf-8";
/*! of somebody; MIT */
/* a remark */
.here, .gone > .here { color: red; background: url("../a b.svg") }
#place .here:not(.gone)::before { content: "}" }
a.here:is(.gone, .here) { animation: turn 1s }
[data-gone] b { x: y }
.gone { color: blue }
table.here { color: green }
@media print { .gone { a: b } .here { c: d; } @supports (x: y) { .gone { e: f } } }
@media screen { .gone { a: b } }
@keyframes turn { from { left: 0 } }
@keyframes lost { from { left: 0 } }
@font-face { font-family: x; src: url(data:font/woff2;base64,AA==), url(more/x.woff2) }
"""
THERE = {"here", "place", "a", "b"}
OTHERS = {
    "_static/sub/other.css": ".here { background: url(c.svg) } .gone { a: b }",
    "_static/up.css": "@import 'sub/other.css' print;",
}


def kept(sheet: str, there: set[str], name: str = "_static/sub/some.css") -> str:
    return rules.text(rules.used(rules.parsed(sheet, name, OTHERS.__getitem__), there))


def test_only_rules_that_may_find_something_stay():
    text = kept(SHEET, THERE)
    assert text.splitlines() == [
        "/*! of somebody; MIT */",
        '.here{color: red; background: url("a b.svg")}',
        '#place .here:not(.gone)::before{content: "}"}',
        "a.here:is(.gone, .here){animation: turn 1s}",
        "[data-gone] b{x: y}",
        "@media print{.here{c: d;}}",
        "@keyframes turn { from { left: 0 } }",
        '@font-face { font-family: x; src: url("data:font/woff2;base64,AA=="), url("sub/more/x.woff2") }',
    ]
    assert kept(text, THERE, "_static/some.css") == text, "what was made can be read again, and loses nothing more"


def test_with_all_names_there_all_stays():
    names = THERE | {"gone", "table"}
    text = kept(SHEET, names)
    assert text.count(".gone") == 7 and ".gone > .here" in text and "table.here" in text and "lost" not in text
    assert not [rule for rule in tinycss2.parse_stylesheet(text) if rule.type == "error"]


def test_addresses_in_a_sheet_beside_the_others_stay_as_they_are():
    for address in ('"a.svg"', "\"data:image/svg+xml;x='y'\"", '"https://example.org/a"', '"#part"'):
        assert f"url({address})" in kept(f".here {{ background: url({address}) }}", THERE, "_static/some.css")
        moved = kept(f".here {{ background: url({address}) }}", THERE)
        assert ('"sub/a.svg"' if address == '"a.svg"' else address) in moved


def test_what_a_browser_leaves_out_is_left_out():
    """A fault in a sheet of an extension is nothing that a book can mend."""
    sheet = "@import;\n@import 'https://x.org/b.css';\na { b: c }\n} .here { d: e } }\n.a"
    assert kept(sheet, THERE).splitlines() == ["a{b: c}"]


def test_a_layer_is_not_imported_silently_without_it():
    with pytest.raises(SphinxError, match=r"some\.css, line 2: @import .*: let the page load it itself"):
        kept("a {}\n@import 'b.css' layer(x);", THERE)


def test_what_a_sheet_imports_stands_in_its_place():
    made = kept("@import url(other.css);\n@import '../up.css';\n.here { z: z }", THERE)
    own = '.here{background: url("sub/c.svg")}'
    assert made.splitlines() == [own, f"@media print{{{own}}}", ".here{ z: z}".replace("{ ", "{")]

    def absent(name):
        raise FileNotFoundError(name)

    with pytest.raises(SphinxError, match=r"some\.css, line 1: @import: _static/sub/gone\.css is not there"):
        list(rules.parsed("@import 'gone.css';", "_static/sub/some.css", absent))


def test_names_of_other_signs_and_elements_in_any_case_are_found():
    sheet = ".md\\:flex { a: b } .lg\\:grid { c: d } INPUT.x { e: f } linearGradient { g: h }"
    made = kept(sheet, {"md", "flex", "x", "input", "linearGradient"})
    assert made.splitlines() == [".md\\:flex{a: b}", "INPUT.x{e: f}", "linearGradient{g: h}"]


def test_names_are_looked_for_in_all_words_of_pages_and_scripts():
    wanted = frozenset({"p", "one", "two-three", "çа", "four_5", "six", "seven", "svg"})
    assert named.words(wanted, '<P class="one two-three" id="çа">four_5</p>') == [
        "P",
        "four_5",
        "one",
        "p",
        "two-three",
        "çа",
    ]
    assert named.words(wanted, 'box.classList.add("six"); new SVG()') == ["SVG", "six"]


def test_a_page_is_looked_through_once_and_again_when_it_is_another(tmp_path):
    """Its head bears checksums: that it is another is no reason to look through all of the page."""
    looked: list[str] = []

    def find(wanted: frozenset[str], text: str) -> list[str]:
        looked.append(text)
        return named.words(wanted, text)

    def asked(names: str, *pages: str) -> tuple[set[str], int]:
        looked.clear()
        return named.by_pages(pages, names.split(), find, tmp_path / "store.json"), len(looked) - 1

    first, second = "<head>a</head>b", "<head></head>c"
    assert asked("a b c d", first, second) == ({"a", "b", "c"}, 2)
    assert asked("a b c d", first, second) == ({"a", "b", "c"}, 0)
    assert asked("a b c d", "<head>d</head>b", second) == ({"b", "c", "d"}, 0)
    assert asked("a b c d", first, "<head></head>d") == ({"a", "b", "d"}, 1)
    assert asked("b e", first, "<head></head>d") == ({"b"}, 2), "other names are asked for"
    assert asked("b e") == (set(), 0)


def test_files_stay_whose_names_have_spaces_or_brackets(tmp_path):
    static = tmp_path / "_static"
    static.mkdir()
    for name in ("a logo (1).png", "two words.png", "nobody's one.png", "plain.png", "logo.png"):
        (static / name).write_bytes(b"x")
    (tmp_path / "page.html").write_text('<img src="_static/a%20logo%20%281%29.png"><img src="_static/plain.png?v=1">')
    (static / "sheet.css").write_text('p { background: url("two words.png") }')
    (tmp_path / "other.html").write_text('<link href="_static/sheet.css">')
    pages = [path.read_text("utf-8") for path in tmp_path.glob("*.html")]
    named.remove_unnamed(pages, static, tmp_path / "store.json")
    assert {path.name for path in static.iterdir()} == {"a logo (1).png", "two words.png", "plain.png", "sheet.css"}
