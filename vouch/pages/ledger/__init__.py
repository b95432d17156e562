"""The ledger in the book: claims marked in the articles, a page of verdicts, and a reference to a claim from anywhere.

Here: the nodes, roles and directives of claims, what the PDF and e-readers make of them, and the ledger for machines.
Not here: what is claimed and how it is judged (`vouch.evidence`, `vouch.methods.articles`).

* Role `claim`: ``{claim}`S000-05` `` gives a small button that opens a card with quotation, verdict and reason
  (keyboard, pointer and touch; without script a click opens it in the middle of the page), a note in the PDF, and a
  link to a note, which e-readers open in place, in the EPUB.
* Directive `vouch-article`: the text of an article, every claim marked in place and linked to its entry.
* Directive `vouch-ledger`: one entry per claim, filtered by verdict, kind and word. On a screen each passage of the
  article and the entries of its claims stand side by side (`sides`).
* Files `claims.json` and `claims.csv`, and schema.org `ClaimReview` in the ledger pages.

A claim's address is `ledger-s000.html#S000-05`. A claim that is not in the ledger is an error of the build.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from bookpress.web.search import FIRST, add_kind
from vouch.pages.ledger import exports, marks, records, sides
from vouch.pages.printed import ledger_entry


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx extension."""
    app.setup_extension("bookpress.web")
    app.setup_extension("vouch.pages.printed")
    add_kind(app, "claim", "claim", FIRST)
    app.add_node(marks.claim_reference, html=(marks.visit_claim_html, None), epub=(marks.visit_claim_epub, None))
    app.add_node(marks.claim_note, epub=(marks.visit_note_epub, None))
    app.add_node(ledger_entry, override=True, html=(sides.visit_entry, sides.depart_entry))
    app.add_role("claim", marks.ClaimRole())
    app.add_directive("vouch-article", marks.ArticleDirective)
    app.add_directive("vouch-ledger", marks.LedgerDirective)
    app.add_post_transform(marks.ClaimNotes)
    app.add_post_transform(marks.ClaimPopups)
    app.add_post_transform(sides.SideBySide)
    app.connect("env-get-outdated", records.forget)
    app.connect("html-page-context", exports.add_claim_review)
    app.connect("html-page-context", sides.add_script)
    app.connect("build-finished", exports.write_exports)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
