"""The ledger on a screen: each passage of the article beside the entries of its claims, each entry folded to a line.

The document has the article first, then the entries, as the PDF and e-readers show them. For HTML alone the two are
woven together here: a row for each passage, its entries in the second column or, on a narrow page, below it. What a
claim covers is a link to its entry. A strip with the number of claims of each verdict is the filter, which
`static/ledger.js` serves.
"""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from vouch.evidence import claims
from vouch.pages.ledger import records
from vouch.pages.printed import ledger_entry

SYMBOLS = {
    "supported": "●",
    "supported with nuance": "◐",
    "imprecise": "◔",
    "contradicted": "✕",
    "outdated": "◷",
    "unverifiable": "?",
}
"""One sign per verdict, so that no verdict is told by colour alone."""
NOT_CHECKABLE = "not checkable"
LEFT_OVER = "A trace of a web page’s form for comments, it seems. The article is reproduced as it was found."


def verdict_of(record: dict[str, Any]) -> str:
    return record["verdict"] or NOT_CHECKABLE


def slug(verdict: str) -> str:
    return "verdict-" + verdict.replace(" ", "-")


class SideBySide(SphinxPostTransform):
    """Weave article and entries into rows; a page with only one of the two keeps it as it is."""

    default_priority = 8
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        boxes = [[box for box in self.document.findall(nodes.container) if _is(box, name)] for name in _PARTS]
        for article, ledger, strip in zip(*boxes, strict=False):
            entries = {entry["ids"][0]: entry for entry in ledger.findall(ledger_entry)}
            rows = [_row(passage, entries) for passage in article.children if isinstance(passage, nodes.paragraph)]
            emptied = ledger.parent
            for part in (strip, ledger):
                part.parent.remove(part)
            whole = nodes.container("", strip, *rows, classes=["ledger-sides"])
            article.parent.replace(article, whole)  # `replace_self` would hand on its classes
            if isinstance(emptied, nodes.section) and len(emptied) == 1:  # nothing but its title is left
                whole["ids"] += emptied["ids"]
                emptied.parent.remove(emptied)


_PARTS = ("vouch-article", "ledger", "ledger-controls")


def _is(node: nodes.Node, name: str) -> bool:
    return isinstance(node, nodes.container) and name in node["classes"]


def _row(passage: nodes.paragraph, entries: dict[str, nodes.Element]) -> nodes.container:
    """A passage, its marks made links, and the entries of the claims that begin in it."""
    for mark in [inline for inline in passage.findall(nodes.inline) if "claim" in inline]:
        link = nodes.reference("", "", refid=mark["claim"], internal=True, classes=mark["classes"])
        link += mark.children
        mark.replace_self(link)
    for number in list(passage.findall(nodes.superscript)):
        _join(number)
    here: list[str] = passage.get("claims", [])
    beside = [entries[claim] for claim in here if claim in entries]
    told = [nodes.paragraph("", LEFT_OVER)] if "article-leftover" in passage["classes"] else []
    return nodes.container(
        "",
        nodes.container("", passage, classes=["vouch-article"]),
        nodes.container("", *beside, *told, classes=["ledger-beside"]),
        classes=["ledger-row"],
    )


def _join(number: nodes.superscript) -> None:
    """The number of a claim goes into the passage before it where that leads to the same: one target instead of two."""
    line: Any = number.parent
    links: list[nodes.reference] = list(number.findall(nodes.reference))
    claim = links[0]["refid"]
    at = line.index(number) - 1
    while isinstance(line[at], nodes.superscript):
        at -= 1
    before: Any = line[at]
    if isinstance(before, nodes.reference) and before["refid"] == claim:
        before += nodes.superscript("", nodes.Text(_signed(claim)), classes=["claim-number"])
        line.remove(number)
    else:
        number.children = [nodes.Text(" "), *links]


def _signed(claim: str) -> str:
    """The number of a claim, with the sign of its verdict where that is not plain support."""
    verdict = verdict_of(records.ledger()[claim])
    number = claim.partition("-")[2]
    return number if verdict == "supported" else f"{number} {SYMBOLS.get(verdict, '–')}"


def visit_entry(self: HTML5Translator, node: ledger_entry) -> None:
    """A disclosure: the number, the verdict and the statement on its line, all else in it."""
    claim = node["ids"][0]
    record = records.ledger()[claim]
    verdict = verdict_of(record)
    self.body.append(
        f'<details id="{claim}" class="bp-folded {" ".join(node["classes"])}"><summary>'
        f'<span class="ledger-number"><span class="ledger-seed">{claim[:-2]}</span>{claim[-2:]}</span> '
        f'<span class="verdict {slug(verdict)}">{SYMBOLS.get(verdict, "–")} {verdict}</span> '
        f'<span class="ledger-short">{escape(record["statement"])}</span></summary>'
    )


def depart_entry(self: HTML5Translator, node: ledger_entry) -> None:
    self.body.append("</details>")


def controls(claimed: list[dict[str, Any]]) -> str:
    """The strip of verdicts and the two finer filters; without script they are not shown, and every entry is."""
    verdicts = [*claims.VERDICTS, NOT_CHECKABLE]
    counted = {verdict: sum(verdict_of(record) == verdict for record in claimed) for verdict in verdicts}
    strip = "".join(_switch(verdict, count) for verdict, count in counted.items() if count)
    kinds = sorted({record["type"] for record in claimed})
    by_kind = "".join(f'<option value="{kind}">{kind}</option>' for kind in kinds)
    return (
        '<form class="ledger-filter" aria-label="Filter the claims"><div class="ledger-finer">'
        f'<label>Kind <select name="kind"><option value="">all</option>{by_kind}</select></label>'
        '<label>Word <input name="word" type="search" autocomplete="off"></label>'
        '<button type="button" class="ledger-all">Open all</button></div>'
        f'<fieldset class="ledger-strip"><legend>Verdicts</legend>{strip}'
        f'<output aria-live="polite">{len(claimed)} of {len(claimed)} claims</output>'
        '<button type="button" class="ledger-reset" disabled>Reset</button></fieldset></form>'
    )


def _switch(verdict: str, count: int) -> str:
    """A verdict of the strip: sign, word, and how many claims have it."""
    word = f'<span class="ledger-word">{verdict.removeprefix("supported ")}</span>'
    return (
        f'<label class="{slug(verdict)}" title="{verdict}">'
        f'<input type="checkbox" name="verdict" value="{verdict.replace(" ", "-")}" aria-label="{verdict}: {count}"> '
        f"{SYMBOLS.get(verdict, '–')} {word} <b>{count}</b></label>"
    )


def add_script(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Load what serves the strip on pages that have one."""
    if doctree is not None and any(_is(node, "ledger-controls") for node in doctree.findall(nodes.container)):
        app.add_js_file("ledger.js", loading_method="defer")
        app.add_css_file("ledger.css")
