"""Formulas: LaTeX to MathML (latex2mathml), and MathML to Typst's own maths.

Every character goes to Typst as a numeric escape or in a string literal, so a formula can't inject markup either.
What this does not know raises `UnsupportedFormula`; the writer warns and prints the source.
"""

from __future__ import annotations

from xml.etree import ElementTree

import latex2mathml.converter

from bookpress.typst.markup import literal

_ACCENTS = {
    "^": "hat", "ˆ": "hat", "˜": "tilde", "~": "tilde", "¯": "overline", "‾": "overline", "―": "overline",
    "→": "arrow", "⃗": "arrow", "˙": "dot", "¨": "dot.double", "ˇ": "caron", "˘": "breve", "_": "underline",
    "\u0305": "overline", "\u0302": "hat", "⏞": "overbrace", "⏟": "underbrace",
}  # fmt: skip
_VARIANTS = {
    "normal": "upright", "bold": "bold", "italic": "italic", "double-struck": "bb", "script": "cal", "fraktur": "frak",
    "sans-serif": "sans", "monospace": "mono", "bold-italic": "bold",
}  # fmt: skip
_OPENING, _CLOSING = set("([{⟨⌈⌊"), set(")]}⟩⌉⌋")  # stretch unless told not to, says MathML's operator dictionary
_LARGE = set("∑∏∐⋃⋂⨁⨂")
_LIMITS = {"max", "min", "sup", "inf", "lim", "argmax", "argmin", "arg max", "arg min"}


class UnsupportedFormula(ValueError):
    """The formula holds something that this translation doesn't know."""


def to_typst(latex: str, *, block: bool = False) -> str:
    """Translate a LaTeX formula to the inside of a Typst equation.

    Raises `UnsupportedFormula` if it cannot be parsed or holds an element without a rule.
    """
    try:
        root = ElementTree.fromstring(latex2mathml.converter.convert(latex, display="block" if block else "inline"))
    except Exception as error:  # the converter raises many kinds, some of them bare
        raise UnsupportedFormula(f"{type(error).__name__}: {error}") from error
    return _write(root)


def _tag(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]


def _text(node: ElementTree.Element) -> str:
    return (node.text or "").strip()


def _escape(char: str) -> str:
    return f"\\u{{{ord(char):x}}} "


def _argument(node: ElementTree.Element) -> str:
    return _write(node).strip() or '""'


def _group(nodes: list[ElementTree.Element]) -> str:
    """Write siblings; a fence that is to stretch grows with what it encloses."""
    out, depth = [], 0
    for node in nodes:
        side = _fence(node)
        char = _text(node)
        if side == "prefix":
            out.append("lr(" + (_escape(char) if char else ""))
            depth += 1
        elif side == "postfix" and depth:
            out.append((_escape(char) if char else "") + ")")
            depth -= 1
        else:
            out.append(_write(node))
    return " ".join(out) + ")" * depth


def _fence(node: ElementTree.Element) -> str:
    """`prefix` or `postfix` for a fence that stretches (\\left, \\right, the brackets of a matrix), else empty."""
    if _tag(node) != "mo" or node.get("stretchy", "true") != "true":
        return ""
    if node.get("fence") == "true":
        return node.get("form", "")
    return "prefix" if _text(node) in _OPENING else "postfix" if _text(node) in _CLOSING else ""


def _write(node: ElementTree.Element) -> str:
    tag, kids = _tag(node), list(node)
    if tag in ("math", "mrow", "mstyle", "mpadded", "semantics"):
        return _group(kids)
    if tag == "mi":
        return _identifier(node)
    if tag == "mn":
        return literal(_text(node))
    if tag == "mo":
        text = _text(node)
        return "" if text in ("", "\u2061", "\u2062") else _escape(text) if len(text) == 1 else f"op({literal(text)})"
    if tag in ("mtext", "ms"):
        return literal(node.text or "")
    if tag == "mspace":
        return _space(node.get("width", ""))
    if tag == "mfrac":
        if node.get("linethickness", "") in ("0", "0px", "0pt"):
            return f"mat(delim: #none, {_argument(kids[0])}; {_argument(kids[1])})"
        return f"frac({_argument(kids[0])}, {_argument(kids[1])})"
    if tag == "msqrt":
        inner = _group(kids) or '""'
        return f"sqrt({inner})"
    if tag == "mroot":
        return f"root({_argument(kids[1])}, {_argument(kids[0])})"
    if tag in ("msub", "msup", "msubsup", "munder", "mover", "munderover"):
        return _attached(tag, kids)
    if tag == "mtable":
        rows = [", ".join(_group(list(cell)) or '""' for cell in row) for row in kids]
        return f"mat(delim: #none, {'; '.join(rows)})"
    raise UnsupportedFormula(f"no rule for MathML element {tag}")


def _identifier(node: ElementTree.Element) -> str:
    text = _text(node)
    variant = _VARIANTS.get(node.get("mathvariant", ""))
    if len(text) != 1:
        return f"op({literal(text)}, limits: #{'true' if text in _LIMITS else 'false'})" if text else '""'
    return f"{variant}({_escape(text)})" if variant else _escape(text)


def _space(width: str) -> str:
    try:
        return f"#h({float(width.removesuffix('em')):g}em)"
    except ValueError:
        return "#h(.3em)"


def _attached(tag: str, kids: list[ElementTree.Element]) -> str:
    if tag in ("munder", "mover") and _tag(kids[1]) == "mo" and _text(kids[1]) in _ACCENTS:
        name = _ACCENTS[_text(kids[1])]
        return f"{'underline' if tag == 'munder' and name == 'overline' else name}({_argument(kids[0])})"
    base = _argument(kids[0])
    if tag.startswith(("munder", "mover")) and _text(kids[0]) not in _LARGE:
        base = f"limits({base})"  # sums and products know by themselves: limits in display, scripts in text
    below = {"msub": 1, "munder": 1, "msubsup": 1, "munderover": 1}.get(tag)
    above = {"msup": 1, "mover": 1, "msubsup": 2, "munderover": 2}.get(tag)
    parts = [base]
    if below:
        parts.append(f"b: {_argument(kids[below])}")
    if above:
        parts.append(f"t: {_argument(kids[above])}")
    return f"attach({', '.join(parts)})"
