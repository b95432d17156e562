"""Formulas as MathML, made at build time by Temml: no page loads a script for them.

Here: LaTeX read once for all three forms of the book, macros, what a formula may hold. Not here: MathML as Typst, which
is `bookpress.typst.maths`.

Temml (`temml/`, from the npm registry, unchanged) runs in QuickJS, a JavaScript interpreter that comes as a wheel; no
Node is needed. Macros come from ``mathjax3_config`` (``tex: {macros: {RR: '\\mathbb{R}'}}``), and from definitions in
formulas of the same page, which hold from there to its end. A formula that cannot be read stands as its source in
HTML, PDF and EPUB alike, with a warning (type ``bookpress``, subtype ``maths``).
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from bookpress.mathml.convert import Formula, UnreadableFormula, read
from bookpress.mathml.macros import MACROS, CollectMacros, configured
from bookpress.mathml.money import tell_money

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.writers.html5 import HTML5Translator

__all__ = ["RENDERER", "STYLES", "Formula", "UnreadableFormula", "add_renderer", "formula", "mathml", "read", "unread"]

LOGGER = logging.getLogger(__name__)
RENDERER = "mathml"
STYLES = Path(__file__).with_name("formulas.css")
"""Rules for what browsers and e-readers do not do by themselves: columns of equations, strokes, boxes."""


def mathml(latex: str, display: str = "inline") -> str:
    """A formula as MathML. display: `inline` or `block`. Raises `UnreadableFormula`."""
    return read(latex, block=display == "block").mathml


def formula(node: nodes.Element, config: Config) -> Formula:
    """The formula of a node, with the macros that hold there. Raises `UnreadableFormula`."""
    macros = configured(config) | node.get(MACROS, {})
    return read(node.astext(), block=isinstance(node, nodes.math_block), macros=macros)


def unread(node: nodes.Element, error: UnreadableFormula) -> None:
    """Tell of a formula that stands as its source."""
    message = "a formula stands as its source: %s"
    LOGGER.warning(message, error, location=node, type="bookpress", subtype="maths")


def _shown(self: HTML5Translator, node: nodes.Element) -> tuple[str, str]:
    """HTML of a formula, and the number that its author gave it."""
    try:
        made = formula(node, self.builder.config)
    except UnreadableFormula as error:
        unread(node, error)
        return f'<code class="math">{escape(node.astext())}</code>', ""
    return made.mathml, made.tag


def inline_math(self: HTML5Translator, node: nodes.math) -> None:
    """A formula in a line."""
    self.body.append(_shown(self, node)[0])
    raise nodes.SkipNode


def display_math(self: HTML5Translator, node: nodes.math_block) -> None:
    """A formula of its own, with the number that references give it."""
    ids = f' id="{node["ids"][0]}"' if node.get("ids") else ""
    shown, tag = _shown(self, node)
    if node.get("number"):
        tag = f"({get_node_equation_number(self, node)})"
    number = f'<span class="eqno">{escape(tag)}</span>' if tag else ""
    if shown or ids:
        self.body.append(f'<div class="math"{ids}>{number}{shown}</div>\n')
    raise nodes.SkipNode


def add_renderer(app: Sphinx) -> None:
    """Let Sphinx know it; every part that needs it calls this in its `setup`."""
    tell_money()
    if RENDERER not in app.registry.html_inline_math_renderers:
        app.add_html_math_renderer(RENDERER, (inline_math, None), (display_math, None))
    if CollectMacros not in app.registry.transforms:
        app.add_transform(CollectMacros)
