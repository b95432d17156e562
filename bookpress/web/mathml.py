"""Formulas as MathML, made at build time by latex2mathml: no page loads a script for them.

Not latex2mathml's own `convert`, which undoes the escaping of the text in a formula.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import tostring

from docutils import nodes
from latex2mathml.converter import convert_to_element
from sphinx.writers.html5 import HTML5Translator


def mathml(latex: str, display: str = "inline") -> str:
    """A formula as MathML."""
    written = tostring(convert_to_element(latex, display=display), encoding="unicode")
    return re.sub(r"&amp;(#x[0-9A-F]+;)", r"&\1", written)  # signs stand in the element as references already


def inline_math(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def display_math(self: HTML5Translator, node: nodes.math_block) -> None:
    ids = f' id="{node["ids"][0]}"' if node.get("ids") else ""
    number = f'<span class="eqno">({node["number"]})</span>' if node.get("number") else ""
    self.body.append(f'<div class="math"{ids}>{number}{mathml(node.astext(), "block")}</div>')
    raise nodes.SkipNode
