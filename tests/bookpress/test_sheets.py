"""One style sheet of several: as browsers read them, and nothing is lost."""

from __future__ import annotations

import pytest

from bookpress.sheets import joined, plain


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".a, .b > p { color: red }", ".a, .b > p{color: red}"),
        (r".sm\:wide{x:y}", r".sm\:wide{x:y}"),
        ("@media print{.a{x:y}}", "@media print{.a{x:y}}"),
        ("@font-face{src:url(a.woff2)}p{x:y}", "@font-face{src:url(a.woff2)}\np{x:y}"),
        ('@charset "utf-8";p{x:y}', "p{x:y}"),
        ("/* .a{ */ p::before{content:'}; .never{'}", 'p::before{content:"}; .never{"}'),
        ("p{background:url(data:image/png;base64,a}b)}", "p{background:url(data:image/png;base64,a}b)}"),
        ("p{a:b} @media print{.a{color:red", "p{a:b}\n@media print{.a{color:red}}"),
    ],
)
def test_rules_are_kept_as_they_are(css, kept):
    assert plain(css) == kept


def test_addresses_lead_to_the_same_files_from_another_folder():
    css = 'p{a:url(../x.png);b:url("y/z.png");c:url(data:d);e:url(#f)}'
    assert joined([("_static/styles", css)], "_static") == (
        'p{a:url("x.png");b:url("styles/y/z.png");c:url(data:d);e:url(#f)}\n'
    )


def test_what_a_sheet_begins_with_stands_first():
    sheets = [("_static", "p{a:b}\nq{\nc:d\n}"), ("_static/more", '@import "own.css";@import url(o.css);i{e:f}')]
    assert joined(sheets, "_static").split("\n") == [
        '@import "more/own.css";', '@import url("more/o.css");', "p{a:b}", "q{c:d}", "i{e:f}", "",
    ]  # fmt: skip
