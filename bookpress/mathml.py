"""Formulas as MathML, made at build time by latex2mathml: no page loads a script for them.

Not latex2mathml's own `convert`, which undoes the escaping of the text in a formula. What it cannot read stands as its
source, with a warning (type ``bookpress``, subtype ``maths``).
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from xml.etree.ElementTree import tostring

from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

LOGGER = logging.getLogger(__name__)
RENDERER = "mathml"


def mathml(latex: str, display: str = "inline") -> str:
    """A formula as MathML."""
    from latex2mathml.converter import convert_to_element

    written = tostring(convert_to_element(latex, display=display), encoding="unicode")
    written = re.sub(r' columnspacing="\s*"', "", written)  # which MathML does not allow
    return re.sub(r"&amp;(#x[0-9A-F]+;)", r"&\1", written)  # signs stand in the element as references already


def _shown(node: nodes.Element, display: str) -> str:
    try:
        return mathml(node.astext(), display)
    except Exception as error:  # latex2mathml has no class of its own for all that it cannot read
        message = "a formula stands as its source: %s"
        LOGGER.warning(message, error or type(error).__name__, location=node, type="bookpress", subtype="maths")
        return f'<code class="math">{escape(node.astext())}</code>'


def inline_math(self: HTML5Translator, node: nodes.math) -> None:
    """A formula in a line."""
    self.body.append(_shown(node, "inline"))
    raise nodes.SkipNode


def display_math(self: HTML5Translator, node: nodes.math_block) -> None:
    """A formula of its own, with the number that references give it."""
    ids = f' id="{node["ids"][0]}"' if node.get("ids") else ""
    number = f'<span class="eqno">({get_node_equation_number(self, node)})</span>' if node.get("number") else ""
    self.body.append(f'<div class="math"{ids}>{number}{_shown(node, "block")}</div>')
    raise nodes.SkipNode


def add_renderer(app: Sphinx) -> None:
    """Let Sphinx know it; every part that needs it calls this in its `setup`."""
    if RENDERER not in app.registry.html_inline_math_renderers:
        app.add_html_math_renderer(RENDERER, (inline_math, None), (display_math, None))
