"""Macros of formulas: those of the configuration, and those that a page defines in a formula for the ones after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.config import Config
from sphinx.transforms import SphinxTransform

MACROS = "macros"
"""Attribute of a formula's node: name -> replacement of the macros that the page has defined before it."""
_DEFINES = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand|def|gdef|DeclareMathOperator)(?P<star>\*?)\s*"
    r"(?:\{\s*\\(?P<braced>[A-Za-z]+)\s*\}|\\(?P<bare>[A-Za-z]+))\s*(?:\[\d\]|(?:#\d)+)?\s*(?=\{)"
)
_OPTIONAL = re.compile(r"\\(?:re|provide)?newcommand\*?\s*\{?\s*\\[A-Za-z]+\s*\}?\s*\[\d\]\s*\[")


def configured(config: Config) -> dict[str, str]:
    """The macros of ``mathjax3_config`` (or of ``mathjax2_config``): name without backslash -> replacement."""
    tex = _mapping(_mapping(config.values.get("mathjax3_config") and config.mathjax3_config), "tex")
    older = _mapping(_mapping(config.values.get("mathjax2_config") and config.mathjax2_config), "TeX")
    given = _mapping(older, "Macros") | _mapping(tex, "macros")
    return {name: str(body[0] if isinstance(body, (list, tuple)) else body) for name, body in given.items()}


def _mapping(value: Any, key: str = "") -> dict[str, Any]:
    found = value.get(key) if key and isinstance(value, dict) else value
    return dict(found) if isinstance(found, dict) else {}


def taken_out(latex: str) -> tuple[str, dict[str, str]]:
    r"""A formula without its definitions, and these; ``\DeclareMathOperator`` is one too.

    A definition with an optional argument stays where it is, for the converter to judge.
    """
    found: dict[str, str] = {}
    rest, at = "", 0
    for match in _definitions(latex):
        end = _closing(latex, match.end())
        if match.start() < at or end < 0:
            continue
        body = latex[match.end() + 1 : end]
        if "DeclareMathOperator" in match[0]:
            body = rf"\operatorname{match['star']}{{{body}}}"
        found[match["braced"] or match["bare"]] = body
        rest, at = rest + latex[at : match.start()], end + 1
    return rest + latex[at:], found


def _definitions(latex: str) -> Iterator[re.Match[str]]:
    return (match for match in _DEFINES.finditer(latex) if not _OPTIONAL.match(latex, match.start()))


def _closing(text: str, opening: int) -> int:
    """Where the brace is closed that opens there; -1 if it never is."""
    depth, at = 0, opening
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == "{":
            depth += 1
        elif text[at] == "}":
            depth -= 1
            if not depth:
                return at
        at += 1
    return -1


class CollectMacros(SphinxTransform):
    """Give each formula the macros that formulas before it on the page have defined."""

    default_priority = 850

    def apply(self, **kwargs: Any) -> None:
        known: dict[str, str] = {}
        for node in self.document.findall(nodes.TextElement):
            if not isinstance(node, (nodes.math, nodes.math_block)):
                continue
            if known:
                node[MACROS] = dict(known)
            known |= taken_out(node.astext())[1]
