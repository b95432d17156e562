"""A book without third parties: formulas as MathML, and repairs of two upstream faults that touch addresses.

* Formulas are converted at build time by latex2mathml, so no page loads MathJax.
* sphinx-thebe writes the address of a script host into every page even where it is switched off; its code is taken out.
* myst-parser 3.0.1 escapes link targets twice: a `&` in an address arrives as `&amp;amp;`.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from xml.etree.ElementTree import tostring

from docutils import nodes
from latex2mathml.converter import convert_to_element
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


def mathml(latex: str, display: str = "inline") -> str:
    """A formula as MathML. Not latex2mathml's own `convert`, which undoes the escaping of the text in a formula."""
    written = tostring(convert_to_element(latex, display=display), encoding="unicode")
    return re.sub(r"&amp;(#x[0-9A-F]+;)", r"&\1", written)  # signs stand in the element as references already


def _inline_math(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def _display_math(self: HTML5Translator, node: nodes.math_block) -> None:
    ids = f' id="{node["ids"][0]}"' if node.get("ids") else ""
    number = f'<span class="eqno">({node["number"]})</span>' if node.get("number") else ""
    self.body.append(f'<div class="math"{ids}>{number}{mathml(node.astext(), "block")}</div>')
    raise nodes.SkipNode


def unescape_targets(app: Sphinx, doctree: nodes.document) -> None:
    """Undo the second escaping of link targets."""
    for reference in doctree.findall(nodes.reference):
        if "&amp;" in reference.get("refuri", ""):
            reference["refuri"] = unescape(reference["refuri"])


def drop_thebe_nodes(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Take out the scripts that sphinx-thebe puts into the text of every page, also where it is switched off."""
    for node in list(doctree.findall(nodes.raw)):
        if "thebe" in node.astext() or node.astext().startswith("<script>kernelName"):
            node.parent.remove(node)


def drop_thebe(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document) -> None:
    """Take sphinx-thebe's scripts, styles and inline constants out of a page: the book offers no live kernel."""
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context.get(kind, []) if "thebe" not in _words(file)]


def _words(file: Any) -> str:
    return f"{file} {getattr(file, 'filename', '')} {getattr(file, 'attributes', '')}".lower()


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_html_math_renderer("mathml", (_inline_math, None), (_display_math, None))
    app.connect("doctree-read", unescape_targets)
    app.connect("doctree-resolved", drop_thebe_nodes, priority=900)
    app.connect("html-page-context", drop_thebe, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
