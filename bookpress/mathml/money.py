"""Dollars in the text that are money: ``between $3 and $4`` is no formula.

myst-parser has two settings for it, which also refuse ``$ x $`` and ``3$\\times$4``. Here its rule is asked only of
what can be a formula; no formula begins with an amount and ends before the next one, or goes on in words.
"""

from __future__ import annotations

import re
from typing import Any

_CLOSING = re.compile(r"(?<!\\)(?:\\\\)*\$")
_AMOUNT = re.compile(r"[-–+]?\d[\d.,]*")
_WORDS = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}[,;.]?\s+(?:\w+\s+)*?[A-Za-z]{2,}")


def is_money(text: str, at: int) -> bool:
    """Whether the dollar sign at a place in the text is one of money."""
    amount = _AMOUNT.match(text, at + 1)
    closing = _CLOSING.search(text, at + 1)
    if not amount or not closing:
        return False
    inside, after = text[at + 1 : closing.end() - 1], text[closing.end() : closing.end() + 1]
    if after.isdigit() or (inside[-1:].isspace() and not inside[:1].isspace()):
        return True
    return "\\" not in inside and bool(_WORDS.search(inside))


def tell_money() -> None:
    """Let myst-parser, if it is there, ask before it takes a dollar sign for the beginning of a formula."""
    try:
        from myst_parser.parsers import mdit
    except ImportError:
        return
    plugin = mdit.dollarmath_plugin
    if plugin.__module__ == __name__:  # an earlier application of this process has told it
        return

    def knowing(md: Any, **options: Any) -> None:
        plugin(md, **options)
        rules = {rule.name: rule for rule in md.inline.ruler.__rules__}
        formula = rules["math_inline"].fn

        def rule(state: Any, silent: bool) -> bool:
            if state.src[state.pos] == "$" and is_money(state.src, state.pos):
                return False
            return bool(formula(state, silent))

        md.inline.ruler.at("math_inline", rule)

    mdit.dollarmath_plugin = knowing
