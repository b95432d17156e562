"""The numbers of a chapter by their permanent names: what a sentence prints, and how to cite it.

Each chapter that records findings ends with a list of them, folded away. A row is the permanent address of a number,
`voters.html#voters.turnout_official`, also where the number is printed in another chapter. Old names of `aliases.yml`
lead to the row of the new one.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from vouch.book.citation import as_html, chapter
from vouch.book.citation_formats import part
from vouch.book.execution import findings
from vouch.book.permanence import read_aliases

_NAME = "[name]"
"""Stands for the name in the citation that is shown once for all; the script puts in that of a row."""


def listed(found: list[dict[str, Any]], pattern: str, old: dict[str, list[str]], up: str = "") -> str:
    """HTML of the list. pattern: citation with `[name]`; old: earlier names by present name; up: to the top folder."""
    rows = []
    for finding in found:
        name = escape(finding["id"])
        anchors = "".join(f'<span id="{escape(earlier)}"></span>' for earlier in old.get(finding["id"], []))
        value = " ".join(filter(None, (finding["text"], finding["unit"])))
        rows.append(
            f'<tr id="{name}"><th scope="row">{anchors}<a href="#{name}">{name}</a></th>'
            f'<td>{escape(value)}</td><td><button type="button" class="vouch-copy" data-copy="cite-number" '
            f'data-name="{name}" aria-label="Cite {name}: copy the citation" hidden>Cite</button>'
            '<span class="vouch-copied" role="status"></span></td>'
            f"<td>{escape(finding['as_of'])}</td><td>{escape(finding['claimant'])}</td></tr>"
        )
    return (
        '<details class="vouch-numbers"><summary>'
        f"Numbers of this chapter, with names to cite them by ({len(rows)})</summary>"
        "<p>Each is computed when the book is built; unrounded values and notes stand in "
        f'<a href="{up}findings.json">findings.json</a>. A number is cited by its name:</p>'
        f'<p id="cite-number">{pattern}</p>'
        '<div class="pst-scrollable-table-container"><table class="table"><caption>Numbers by name</caption>'
        '<thead><tr><th scope="col">Name</th><th scope="col">As printed</th>'
        '<th scope="col">Citation</th><th scope="col">As of</th><th scope="col">Who says so</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div></details>"
    )


def add_list(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """End a chapter with its numbers. Not as nodes: the search should find the sentences."""
    found = [finding for finding in findings(app) if finding["chapter"] == pagename]
    if doctree is None or not found:
        return
    old: dict[str, list[str]] = {}
    for earlier, name in sorted(read_aliases(Path(app.srcdir)).findings.items()):
        old.setdefault(name, []).append(earlier)
    pattern = as_html(part("number", _NAME, chapter(app, pagename)))
    context["body"] += listed(found, pattern, old, "../" * pagename.count("/"))


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", add_list, priority=450)  # after the notebook's links, before the box on citing
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
