"""Formulas as Typst's own maths, from the MathML of `bookpress.mathml`.

Every character goes to Typst as a numeric escape or in a string literal, so a formula can't inject markup either.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from bookpress.mathml import UnreadableFormula
from bookpress.typst.markup import literal

_ACCENTS = {
    "^": "hat", "ˆ": "hat", "˜": "tilde", "~": "tilde", "¯": "overline", "‾": "overline", "―": "overline",
    "→": "arrow", "⃗": "arrow", "˙": "dot", "¨": "dot.double", "…": "dot.triple", "ˇ": "caron", "˘": "breve",
    "´": "acute", "`": "grave", "˚": "circle", "_": "underline", "←": "arrow.l", "↔": "arrow.l.r",
    "\u0305": "overline", "\u0302": "hat", "⏞": "overbrace", "⏟": "underbrace", "⎴": "overbracket",
    "⎵": "underbracket", "⏠": "overshell", "⏡": "undershell",
}  # fmt: skip
_BRACES = {"overbrace", "underbrace", "overbracket", "underbracket", "overshell", "undershell"}
_VARIANTS = {
    "normal": "upright", "bold": "bold", "italic": "italic", "double-struck": "bb", "script": "cal", "fraktur": "frak",
    "sans-serif": "sans", "monospace": "mono", "bold-italic": "bold",
}  # fmt: skip
_STROKES = {
    "updiagonalstrike": "",
    "downdiagonalstrike": "inverted: #true, ",
    "updiagonalstrike downdiagonalstrike": "cross: #true, ",
    "horizontalstrike": "angle: #90deg, ",
}
_ARROWS = set("←→↔⇐⇒⇔↦↩↪↼↽⇀⇁⇌⇋=↞↠⟵⟶⟷⟸⟹⟺")
_OPENING, _CLOSING = set("([{⟨⌈⌊⟦"), set(")]}⟩⌉⌋⟧")  # stretch unless told not to, says MathML's operator dictionary
_LARGE = set("∑∏∐⋃⋂⨁⨂")
_BARS = set("|‖∥")
_UNSEEN = {"", "\u2061", "\u2062", "\u2063", "\u2064"}
_LIMITS = {"max", "min", "sup", "inf", "lim", "argmax", "argmin", "arg max", "arg min"}


def to_typst(root: ElementTree.Element) -> str:
    """Translate a formula's MathML to the inside of a Typst equation. Raises `UnreadableFormula`."""
    return _write(root)


def _tag(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]


def _text(node: ElementTree.Element) -> str:
    return (node.text or "").strip()


def _escape(char: str) -> str:
    return f"\\u{{{ord(char):x}}} "


def _argument(node: ElementTree.Element) -> str:
    return _write(node).strip() or '""'


def _style(node: ElementTree.Element, name: str) -> str:
    """What an element's style says of one property."""
    found = re.search(rf"(?:^|;)\s*{name}\s*:\s*([^;]+)", node.get("style", ""))
    return found[1].strip() if found else ""


def _classes(node: ElementTree.Element) -> list[str]:
    return node.get("class", "").split()


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
        elif side == "infix" and depth and char:
            out.append(f"mid({_escape(char)})")
        else:
            out.append(_write(node))
    return _joined(out) + ")" * depth


def _joined(written: list[str]) -> str:
    """Siblings with a space between; none beside words, where Typst would print it."""
    parts = [part for part in written if part]
    pairs = zip(parts, [*parts[1:], " "], strict=bool(parts))
    return "".join(part + ("" if part[-1] == '"' or after[0] in '" ' else " ") for part, after in pairs)


def _fence(node: ElementTree.Element) -> str:
    """`prefix`, `infix` or `postfix` for a fence that stretches (\\left, \\middle, \\right, matrices), else empty."""
    if _tag(node) != "mo" or node.get("stretchy", "true") != "true":
        return ""
    if node.get("form") == "infix" and node.get("stretchy"):
        return "infix"
    if node.get("fence") == "true" and node.get("form"):
        return node.get("form", "")
    return "prefix" if _text(node) in _OPENING else "postfix" if _text(node) in _CLOSING else ""


def _write(node: ElementTree.Element) -> str:
    tag, kids = _tag(node), list(node)
    if tag in _RULES:
        return _coloured(node, _RULES[tag](node, kids))
    raise UnreadableFormula(f"no rule for MathML element {tag}")


def _coloured(node: ElementTree.Element, written: str) -> str:
    colour = _style(node, "color") or node.get("mathcolor", "")
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour) or not written.strip():
        return written
    return f'#text(fill: rgb("{colour}"), ${written}$)'


def _row(node: ElementTree.Element, kids: list[ElementTree.Element]) -> str:
    if "tml-cancel" in _classes(node):  # a stroke that browsers draw by a style sheet
        return ""
    if shift := _style(node, "margin-left"):
        return _space_of(shift) + _group(kids)
    inner = _sized(node, _group(kids))
    if _style(node, "border") or "tml-fbox" in _classes(node):
        return _box(inner, "stroke: .5pt, ")
    ground = node.get("mathbackground", "")
    return _box(inner, f'fill: rgb("{ground}"), ') if re.fullmatch(r"#[0-9A-Fa-f]{6}", ground) else inner


def _box(inner: str, options: str) -> str:
    return f"#box({options}inset: (x: 3pt), outset: (y: 3pt), $display({inner})$)"


def _sized(node: ElementTree.Element, inner: str) -> str:
    """In the style that the element asks for: displayed, in the line, as a script."""
    level, display = node.get("scriptlevel", ""), node.get("displaystyle", "")
    name = {"1": "script", "2": "sscript", "3": "sscript"}.get(level, "")
    name = name or {"true": "display", "false": "inline"}.get(display, "")
    return f"{name}({inner})" if name and inner.strip() else inner


def _padded(node: ElementTree.Element, kids: list[ElementTree.Element]) -> str:
    inner = _group(kids)
    if node.get("height") == "0px" and inner.strip():  # `\smash`, `\hphantom`
        return f"#box(height: 0pt, ${inner}$)"
    if node.get("width", "").startswith("0") and inner.strip():  # `\vphantom`
        return f"#box(width: 0pt, ${inner}$)"
    return inner


def _operator(node: ElementTree.Element, kids: list[ElementTree.Element]) -> str:
    text = _text(node)
    if text in _UNSEEN:
        return ""
    if node.get("minsize") and len(text) == 1:
        return f"lr(size: #{_em(node.get('minsize', '')):g}em, {_escape(text)})"
    written = _escape(text) if len(text) == 1 else f"op({literal(text)})"
    kind = "normal" if node.get("rspace") == node.get("lspace") == "0em" else ""
    if text in _BARS:
        kind = {"prefix": "opening", "postfix": "closing"}.get(node.get("form", ""), "normal")
        kind = "relation" if node.get("lspace", "0em") != "0em" else kind
    return f'class("{kind}", {written})' if kind else written


def _identifier(node: ElementTree.Element, kids: list[ElementTree.Element]) -> str:
    text = _text(node)
    variant = _VARIANTS.get(node.get("mathvariant", ""))
    if (len(text) > 1 and text.isascii()) or " " in text or "\u2009" in text:
        return f"op({literal(text)}, limits: #{'true' if text.replace(chr(0x2009), ' ') in _LIMITS else 'false'})"
    written = " ".join(map(_escape, text)) or '""'
    return f"{variant}({written})" if variant else written


def _words(node: ElementTree.Element, kids: list[ElementTree.Element]) -> str:
    written = literal((node.text or "").replace("\xa0", " "))
    return f"bold({written})" if "bold" in (_style(node, "font-weight"), node.get("mathvariant", "")) else written


def _space(node: ElementTree.Element, kids: list[ElementTree.Element]) -> str:
    if node.get("mathbackground"):
        return f"#box(width: {_em(node.get('width', '')):g}em, height: {_em(node.get('height', '')):g}em, fill: black)"
    return _space_of(node.get("width", ""))


def _space_of(width: str) -> str:
    return f"#h({_em(width):g}em)" if _em(width) else ""


def _em(length: str) -> float:
    """A length in em; points are taken for letters of ten."""
    found = re.fullmatch(r"(-?[\d.]+)(em|pt|px|ex|)", length.strip())
    if not found:
        return 0.0
    return float(found[1]) * {"em": 1.0, "ex": 0.43, "": 1.0}.get(found[2], 0.1)


def _fraction(node: ElementTree.Element, kids: list[ElementTree.Element]) -> str:
    if node.get("linethickness", "") in ("0", "0px", "0pt"):
        return f"mat(delim: #none, {_argument(kids[0])}; {_argument(kids[1])})"
    return f"frac({_argument(kids[0])}, {_argument(kids[1])})"


def _root(node: ElementTree.Element, kids: list[ElementTree.Element]) -> str:
    if _tag(node) == "mroot":
        return f"root({_argument(kids[1])}, {_argument(kids[0])})"
    inner = _group(kids) or '""'
    return f"sqrt({inner})"


def _hidden(node: ElementTree.Element, kids: list[ElementTree.Element]) -> str:
    inner = _group(kids)
    return f"#hide(${inner}$)" if inner.strip() else ""


def _enclosed(node: ElementTree.Element, kids: list[ElementTree.Element]) -> str:
    notation, inner = node.get("notation", ""), _group(kids).strip() or '""'
    if notation in ("top", "bottom"):
        return f"{'overline' if notation == 'top' else 'underline'}({inner})"
    return _box(inner, "stroke: .5pt, ") if notation == "box" else f"cancel({_STROKES[notation]}{inner})"


def _attached(node: ElementTree.Element, kids: list[ElementTree.Element]) -> str:
    tag = _tag(node)
    if accent := _accent(tag, kids):
        return accent
    base = _argument(kids[0])
    if tag.startswith(("munder", "mover")):
        if _tag(kids[0]) == "mo" and _text(kids[0]) in _ARROWS and kids[0].get("stretchy") == "true":
            base = f"limits(stretch({base}))"
        elif _text(kids[0]) not in _LARGE:
            base = f"limits({base})"  # sums and products know by themselves: limits in display, scripts in text
    below = {"msub": 1, "munder": 1, "msubsup": 1, "munderover": 1}.get(tag)
    above = {"msup": 1, "mover": 1, "msubsup": 2, "munderover": 2}.get(tag)
    parts = [base]
    if len(kids) == 2 and _tag(kids[1]) == "mspace":  # gives an arrow its length
        return base
    if below:
        parts.append(f"b: {_argument(kids[below])}")
    if above and len(kids) > above:
        parts.append(f"t: {_argument(kids[above])}")
    return f"attach({', '.join(parts)})"


def _accent(tag: str, kids: list[ElementTree.Element]) -> str:
    """A letter with an accent, or what has a brace above or below, with the words at it."""
    if tag not in ("munder", "mover") or len(kids) < 2:
        return ""
    inside = list(kids[0])
    if _tag(kids[0]) == tag and len(inside) == 2 and _ACCENTS.get(_text(inside[1])) in _BRACES:
        return f"{_ACCENTS[_text(inside[1])]}({_argument(inside[0])}, {_argument(kids[1])})"
    if _tag(kids[1]) != "mo" or _text(kids[1]) not in _ACCENTS:
        return ""
    name, base = _ACCENTS[_text(kids[1])], _argument(kids[0])
    if tag == "munder" and name == "overline":
        name = "underline"
    if name in _BRACES | {"overline", "underline"}:
        return f"{name}({base})"
    return f"accent({base}, {name})" if tag == "mover" else ""


def _scripts(node: ElementTree.Element, kids: list[ElementTree.Element]) -> str:
    """Scripts on both sides of a letter."""
    at = next((index for index, kid in enumerate(kids) if _tag(kid) == "mprescripts"), len(kids))
    sides = [*zip(("b", "t"), kids[1:at], strict=False), *zip(("bl", "tl"), kids[at + 1 :], strict=False)]
    written = [f"{side}: {_argument(kid)}" for side, kid in sides if _write(kid).strip()]
    return f"attach({', '.join([_argument(kids[0]), *written])})"


# -------------------------------------------------------------------------------------------------------------- tables
def _table(node: ElementTree.Element, rows: list[ElementTree.Element]) -> str:
    """Rows of equations at their signs, matrices, arrays with rules."""
    cells = [list(row) for row in rows]
    columns = max(map(len, cells), default=0)
    jot = "tml-jot" in _classes(node)
    sides = [next((row[k].get("columnalign", "") for row in cells if k < len(row)), "") for k in range(columns)]
    paired = jot and columns > 1 and all(side == ("left" if k % 2 else "right") for k, side in enumerate(sides))
    lines = []
    for row in cells:
        written = [_cell(node, cell, side, paired) for cell, side in zip(row, sides, strict=False)]
        written += [""] * (columns - len(written))
        if paired:
            written = [" & ".join(part or '""' for part in written[k : k + 2]) for k in range(0, columns, 2)]
        lines.append(", ".join(part or '""' for part in written))
    gap = next((_em(_style(row[2], "padding-left")) for row in cells if len(row) > 2), 0.0) if paired else None
    options = [f"row-gap: #{0.6 if jot else 0.2 if 'tml-small' in _classes(node) else 0.35}em"]
    options += [f"column-gap: #{gap:g}em"] if gap is not None else []
    options += _rules(cells, columns)
    return f"mat(delim: #none, {', '.join(options)}, {'; '.join(lines)})"


def _cell(table: ElementTree.Element, cell: ElementTree.Element, side: str, paired: bool) -> str:
    written = _group(list(cell)).strip()
    if written and table.get("displaystyle") == "true":
        written = f"display({written})"
    if not paired and side:
        written = f"& {written}" if side == "left" else f"{written} &"
    return written


def _rules(cells: list[list[ElementTree.Element]], columns: int) -> list[str]:
    """Lines between rows and columns, and around."""
    across = {0} if cells and all(_style(cell, "border-top") for cell in cells[0]) else set()
    across |= {at for at, row in enumerate(cells, 1) if row and all(_style(cell, "border-bottom") for cell in row)}
    first = cells[0] if cells else []
    down = {0} if first and _style(first[0], "border-left") else set()
    down |= {at for at, cell in enumerate(first, 1) if _style(cell, "border-right")}
    said = [f"{name}: ({', '.join(map(str, sorted(at)))},)" for name, at in (("hline", across), ("vline", down)) if at]
    return [f"augment: #({', '.join(said)}, stroke: .5pt)"] if said else []


def _number(node: ElementTree.Element, kids: list[ElementTree.Element]) -> str:
    text = _text(node)
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return text
    return _escape(text) if len(text) == 1 else literal(text)


def _nothing(node: ElementTree.Element, kids: list[ElementTree.Element]) -> str:
    return ""


_RULES = {
    **dict.fromkeys(("math", "mrow", "mstyle", "semantics"), _row),
    **dict.fromkeys(("mtext", "ms"), _words),
    **dict.fromkeys(("msqrt", "mroot"), _root),
    **dict.fromkeys(("msub", "msup", "msubsup", "munder", "mover", "munderover"), _attached),
    **dict.fromkeys(("none", "mprescripts"), _nothing),
    "mpadded": _padded, "mi": _identifier, "mn": _number, "mo": _operator, "mspace": _space, "mfrac": _fraction,
    "mphantom": _hidden, "menclose": _enclosed, "mmultiscripts": _scripts, "mtable": _table,
}  # fmt: skip
