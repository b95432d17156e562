"""One style sheet of several: what no page has need of is left out, and nothing else."""

from __future__ import annotations

import pytest

from bookpress.sheets import Names, joined, pruned


@pytest.fixture
def names():
    found = Names()
    found.of_page('<body class="bd-page dark"><p id="first" class="a sm:wide">text of .never</p>')
    found.of_script('node.classList.add("shown"); node.className = `step-${number}`')
    return found


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".a{color:red}", ".a{color:red}"),
        (".never{color:red}", ""),
        (".a, .never, p > .b { color: red }", ".a{color: red}"),
        ("#first.a{x:y}#second{x:y}", "#first.a{x:y}"),
        (".shown{x:y}.step-3{x:y}.steps{x:y}", ".shown{x:y}\n.step-3{x:y}"),
        (r".sm\:wide{x:y}.lg\:wide{x:y}", r".sm\:wide{x:y}"),
        (".a:not(.never):is(.b,.c:not(:has(.d))){x:y}", ".a:not(.never):is(.b,.c:not(:has(.d))){x:y}"),
        ('[class*="never"] p{x:y}', '[class*="never"] p{x:y}'),
        ("@media (width>1px){.never{x:y}}", ""),
        ("@media print{.never{x:y}.a{x:y}}", "@media print{.a{x:y}}"),
        (
            "@font-face{src:url(a.woff2)}@keyframes k{from{x:y}}",
            "@font-face{src:url(a.woff2)}\n@keyframes k{from{x:y}}",
        ),
        ('@charset "utf-8";p{x:y}', "p{x:y}"),
        ("/* .a{ */ p::before{content:'}; .never{'}", 'p::before{content:"}; .never{"}'),
        ("p{background:url(data:image/png;base64,a}b)}", "p{background:url(data:image/png;base64,a}b)}"),
    ],
)
def test_rules_that_mean_something_on_a_page_are_kept_as_they_are(names, css, kept):
    assert pruned(css, names) == kept


def test_addresses_lead_to_the_same_files_from_another_folder(names):
    css = 'p{a:url(../x.png);b:url("y/z.png");c:url(data:d);e:url(#f)}'
    assert joined([("_static/styles", css)], names, "_static") == (
        'p{a:url("x.png");b:url("styles/y/z.png");c:url(data:d);e:url(#f)}\n'
    )


def test_what_a_sheet_begins_with_stands_first(names):
    sheets = [("_static", "p{a:b}\nq{\nc:d\n}"), ("_static/more", '@import "own.css";@import url(o.css);i{e:f}')]
    assert joined(sheets, names, "_static").split("\n") == [
        '@import "more/own.css";', '@import url("more/o.css");', "p{a:b}", "q{c:d}", "i{e:f}", "",
    ]  # fmt: skip


def test_a_rule_that_does_not_end_goes_on_to_the_end_as_in_browsers(names):
    assert pruned("p{a:b} @media print{.a{color:red", names) == "p{a:b}\n@media print{.a{color:red}}"
