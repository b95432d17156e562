"""Accessible pages: what the theme leaves unsaid is said.

* Boxes in which tables scroll can be reached by keyboard and say what they are, also without scripts.
* Roles that WAI-ARIA 1.2 gave up are replaced; what opens a hidden cell is valid HTML, and says what it opens.
"""

from __future__ import annotations

import re
from html import escape, unescape

_SCROLLED_TABLE = re.compile(
    r'<div class="pst-scrollable-table-container">(?=<table[^>]*>\s*(?:<caption>(?P<caption>.*?)</caption>)?)',
    re.DOTALL,
)
_CELL_SUMMARY = re.compile(
    r'<summary aria-label="Toggle hidden content">\s*<p class="(collapsed) admonition-title">([^<]*)</p>\s*'
    r'<p class="(expanded) admonition-title">([^<]*)</p>\s*</summary>'
)
_HEADING = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.DOTALL)


def accessible(body: str) -> str:
    """HTML of a page with named boxes around tables, no faulty roles and summaries."""
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')  # the list around them has the role of a list
    # MyST-NB: a summary holds no paragraphs, and a label other than the words on the screen would hide them.
    body = _CELL_SUMMARY.sub(r'<summary><span class="\1">\2</span><span class="\3">\4</span></summary>', body)
    return _SCROLLED_TABLE.sub(_named_box, body)


def _named_box(match: re.Match[str]) -> str:
    """A table with a caption is a landmark under that name; one without is a group under the heading before it."""
    caption = match["caption"]
    if caption:
        role, name = "region", _text(re.sub(r'<a class="headerlink".*?</a>', "", caption))
    else:
        headings = _HEADING.findall(match.string, 0, match.start())
        role, name = "group", f"Table: {_text(headings[-1]).removesuffix('#')}" if headings else "Table"
    return f'<div class="pst-scrollable-table-container" tabindex="0" role="{role}" aria-label="{escape(name)}">'


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())
