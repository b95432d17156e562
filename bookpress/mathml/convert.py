r"""One formula: LaTeX as authors write it for MathJax, made fit for Temml, and Temml's MathML made fit for all readers.

What MathJax and Sphinx do beside LaTeX is done here: rows of a formula without an environment are aligned at their
``&``, numbers of environments are left to Sphinx, ``\label`` is dropped and ``\tag`` becomes the formula's number.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from bookpress.mathml.macros import taken_out

_TEMML = Path(__file__).with_name("temml") / "temml.min.js"
# A string that JavaScript has put together comes over only if `JSON.stringify` has written it anew.
_CALL = """(latex, block, macros) => {
  try {
    const options = { displayMode: block, throwOnError: true, xml: true, macros: JSON.parse(macros) };
    return JSON.stringify([temml.renderToString(latex, options), ""]);
  } catch (error) {
    return JSON.stringify(["", String(error.message)]);
  }
}"""
_MEMORY = 256 * 2**20
_NAMESPACE = "http://www.w3.org/1998/Math/MathML"
TOKENS = {"mi", "mn", "mo", "mtext", "ms"}
LAYOUT = {
    "math", "menclose", "mfrac", "mmultiscripts", "mover", "mpadded", "mphantom", "mprescripts", "mroot", "mrow",
    "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtr", "munder", "munderover", "none",
}  # fmt: skip
NOTATIONS = {"top", "bottom", "box", "updiagonalstrike", "downdiagonalstrike", "horizontalstrike"}
_DRAWN = {"actuarial", "longdiv-arc", "phasor-angle", "textcircle", "tml-cancelto"}
"""Classes of what Temml leaves to a style sheet to draw, and neither print nor an e-reader has."""
_COMMON = {
    "mbox": r"\text{#1}", "mathbbm": r"\mathbb{#1}", "mathds": r"\mathbb{#1}", "hdots": r"\ldots",
    "overset": r"\stackrel{#1}{#2}",  # Temml 0.13.5 makes an exponent of it beside a letter
    "overunderset": r"\overset{#1}{\underset{#2}{#3}}",
    "intertext": r"\text{#1}\\",
}  # fmt: skip
"""Macros of packages that MathJax or authors' preambles have and Temml has not."""
_STARRED = re.compile(r"\\(begin|end)\{(align|gather|multline|alignat)\}")
_DISPLAYED = re.compile(r"\\(begin|end)\{(align|alignat|gather|multline|split)\*?\}")
_INSIDE = {"align": "aligned", "alignat": "alignedat", "gather": "gathered", "multline": "gathered", "split": "aligned"}
"""What stands in a line in the place of what stands by itself."""
_TOKEN = re.compile(r"\\begin\{[^{}]*\}|\\end\{[^{}]*\}|\\\\|\\.|[{}&]", re.DOTALL)
_LABEL = re.compile(r"\\label\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])")
_TAG = re.compile(r"\\tag(?P<star>\*?)\s*\{(?P<text>(?:[^{}]|\{[^{}]*\})*)\}")


class UnreadableFormula(ValueError):
    """The formula is no LaTeX, or holds what cannot be shown in all forms of the book."""


@dataclass(frozen=True)
class Formula:
    """A formula that was read. mathml: empty if it only defines macros; tag: the number that its author gave it."""

    mathml: str
    tag: str = ""

    @property
    def tree(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.mathml)


def read(latex: str, *, block: bool = False, macros: dict[str, str] | None = None) -> Formula:
    """Read a formula. macros: name without backslash -> replacement. Raises `UnreadableFormula`."""
    return _read(latex, block, tuple(sorted((macros or {}).items())))


@lru_cache(maxsize=4096)
def _read(latex: str, block: bool, macros: tuple[tuple[str, str], ...]) -> Formula:
    body, own = taken_out(latex)
    if own and not body.strip():
        return Formula("")
    known = {f"\\{name}": replacement for name, replacement in (_COMMON | dict(macros) | own).items()}
    body, tag = _tagged(_LABEL.sub("", body)) if block else (_LABEL.sub("", body), "")
    written, fault = json.loads(_converter()(_rows(_environments(body, block)), block, json.dumps(known)))
    if fault:
        raise UnreadableFormula(f"{_plain(fault)} in {' '.join(latex.split())[:200]!r}")
    root = ElementTree.fromstring(written)
    _settle(root, latex)
    ElementTree.register_namespace("", _NAMESPACE)
    return Formula(ElementTree.tostring(root, encoding="unicode"), tag)


_local = threading.local()


def _converter() -> Any:
    """Temml, ready to be called; an interpreter belongs to one thread."""
    if not hasattr(_local, "call"):
        import quickjs

        interpreter = quickjs.Context()
        interpreter.set_memory_limit(_MEMORY)
        interpreter.eval(_TEMML.read_text("utf-8"))
        _local.call = interpreter.eval(_CALL)
    return _local.call


def _plain(fault: str) -> str:
    """Temml's words in one line: it marks the place with strokes under the letters."""
    words = " ".join(fault.replace("\u0332", "").split())
    return re.sub(r" at (position \d+|end of input):.*", r" at \1", words)


# -------------------------------------------------------------------------------------------------------------- before
def _rows(latex: str) -> str:
    r"""Rows outside every environment in one: ``a &= b \\ c &= d``. Blank lines part equations, as Sphinx has it."""
    parts = [part for part in re.split(r"\n\s*\n", latex) if part.strip()]
    text = latex if len(parts) < 2 else r" \\ ".join(f"{{{part}}}" if "&" not in part else part for part in parts)
    signs = _outside(text)
    if "&" in signs:
        return rf"\begin{{aligned}}{text}\end{{aligned}}"
    return rf"\begin{{gathered}}{text}\end{{gathered}}" if "\\\\" in signs else text


def _outside(latex: str) -> set[str]:
    r"""Which of ``&`` and ``\\`` stand outside all environments and braces."""
    depth, found = 0, set()
    for match in _TOKEN.finditer(latex):
        sign = match[0]
        if sign == "{" or sign.startswith("\\begin"):
            depth += 1
        elif sign == "}" or sign.startswith("\\end"):
            depth -= 1
        elif depth == 0 and sign in ("&", "\\\\"):
            found.add(sign)
    return found


def _environments(latex: str, block: bool) -> str:
    """Environments without numbers of their own, and those that Temml knows under another name."""
    latex = re.sub(r"(\\begin\{(?:aligned|gathered|alignedat|split)\})\s*\[[tbc]\]", r"\1", latex)
    latex = latex.replace("{eqnarray*}", "{eqnarray}")
    latex = latex.replace(r"\begin{eqnarray}", r"\begin{array}{rcl}").replace(r"\end{eqnarray}", r"\end{array}")
    latex = re.sub(r"\{flalign\*?\}", "{align*}", latex)
    latex = re.sub(r"\\(?:begin|end)\{(?:equation|displaymath|math|subequations)\*?\}", "", latex)
    if block:
        return _STARRED.sub(r"\\\1{\2*}", latex)
    return _DISPLAYED.sub(lambda match: rf"\{match[1]}{{{_INSIDE[match[2]]}}}", latex)


def _tagged(latex: str) -> tuple[str, str]:
    r"""A formula without its ``\tag``, and this. Of several each stays in its row."""
    tags = [match["text"] if match["star"] else f"({match['text']})" for match in _TAG.finditer(latex)]
    if len(tags) < 2:
        return _TAG.sub("", latex), "".join(tags)
    waiting = iter(tags)
    return _TAG.sub(lambda _: rf"\qquad\text{{{next(waiting)}}}", latex), ""


# --------------------------------------------------------------------------------------------------------------- after
def _settle(root: ElementTree.Element, latex: str) -> None:
    """Leave out what is for Temml's own pages, say what readers of older MathML need, refuse what has no form here."""
    for name in ("style", "class"):
        root.attrib.pop(name, None)
    for element in root.iter():
        tag, names = element.tag.rpartition("}")[2], element.get("class", "").split()
        strange = {tag} - TOKENS - LAYOUT | set(element.get("notation", "").split()) - NOTATIONS
        strange |= _DRAWN.intersection(names)
        if tag == "a":
            raise UnreadableFormula(
                f"a reference or link has no form within a formula ({' '.join(latex.split())[:200]!r}): "
                "it stands in the text, as {eq}`label`"
            )
        if strange:
            raise UnreadableFormula(f"{strange.pop()} has no form in print in {' '.join(latex.split())[:200]!r}")
        if tag in TOKENS and len(element):
            _flatten(element)
        if tag == "mrow" and {"displaystyle", "scriptlevel"}.intersection(
            element.keys()
        ):  # which only `mstyle` may have
            element.tag = f"{{{_NAMESPACE}}}mstyle"
        for side in ("left", "right"):
            if tag == "mtd" and f"tml-{side}" in names:
                element.set("columnalign", side)


def _flatten(token: ElementTree.Element) -> None:
    """The words of a token that holds elements, which MathML does not allow: an operator made of letters."""
    words = ""
    for part in token.iter():
        if part.tag.endswith("mspace"):
            words += "\u2009" if part.get("width") else ""
        words += (part.text or "") if part is not token else ""
    for child in list(token):
        token.remove(child)
    token.tag = f"{{{_NAMESPACE}}}mi"
    token.attrib.clear()
    token.text = words
