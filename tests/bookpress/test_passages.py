"""The text of sections that the search shows: what is read on a page, and nothing that stands beside it."""

from __future__ import annotations

import pytest

from bookpress.web.passages import passages

pytestmark = pytest.mark.long

PAGE = """<html><body><nav><section id="menu"><h2>Menu</h2>home</section></nav><article>
<section id="one"><h1>One<a class="headerlink" href="#one">#</a></h1>
<p>Two <em>words</em>, a <a href="#">term<span popover class="bp-card">What it means.</span></a>
and 5&nbsp;&lt;&nbsp;6.</p>
<div class="cell"><div class="cell_input"><div class="highlight"><pre>import os</pre></div></div><p>Shown</p></div>
<svg><text>drawn</text></svg><script>run()</script><button>Copy</button><p hidden>hidden</p><br>
<section id="two"><h2>Two</h2><table><tr><td>a</td><td>b</td></tr></table></section>
<p>After.</p></section></article><p>Foot</p></body></html>"""


def test_each_section_has_its_own_words_without_code_cards_and_signs_of_the_page():
    assert passages(PAGE) == [
        ("one", "One", "Two words, a term and 5 < 6. Shown After."),
        ("two", "Two", "a b"),
    ]


def test_markup_that_is_not_closed_loses_no_later_section():
    page = '<article><section id="a"><h1>A</h1><p>first<ul><li>item</section><section id="b"><h2>B</h2>second</article>'
    assert [(anchor, text.strip()) for anchor, _title, text in passages(page)] == [("a", "first item"), ("b", "second")]


def test_a_page_without_an_article_has_nothing_to_find():
    assert passages("<p>only</p>") == [] and passages("") == []
