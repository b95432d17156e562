"""How sure the book is, as a mark: in the box "In short" of a chapter each bullet ends with it.

Chapters write it as words, `*(high confidence)*`, which paper, e-readers and running text keep.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_GRADE = re.compile(r"\((high|moderate|low) confidence\)")


def mark(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make a mark of the words, without their brackets."""
    if app.builder.name != "html":
        return
    for box in doctree.findall(nodes.admonition):
        for words in list(box.findall(nodes.emphasis)):
            if found := _GRADE.fullmatch(words.astext()):
                pill = nodes.inline("", f"{found[1]} confidence", classes=["confidence", f"confidence-{found[1]}"])
                words.replace_self(pill)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-resolved", mark)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
