"""Paragraphs, quotations, formulas, raw text, descriptions of code, and what has no form of its own."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx import addnodes

from bookpress.mathml import UnreadableFormula, formula, unread
from bookpress.typst.html.blocks import fragment, one_tag
from bookpress.typst.markup import literal
from bookpress.typst.maths import to_typst
from bookpress.typst.writer import Writer, classes, first, writes

ONE_LINE = 85  # characters that fill a line of ordinary text
_ICON = re.compile(r"\s*(<svg|<span class=\"(fa|sd-material)|<i class)", re.I)


@writes(
    *("document", "line", "glossary", "tgroup", "list_item", "centered", "compact_paragraph", "generated", "legend"),
    *("hlist", "hlistcol", "production", "desc_content", "acks", "productionlist", "only", "sd_badge", "problematic"),
    *("versionmodified", "pending_xref"),
)
def transparent(writer: Writer, node: nodes.Element) -> str:
    """Write what stands in a node that has no form of its own."""
    return writer.children(node)


@writes(
    *("comment", "substitution_definition", "meta", "footnote", "colspec", "label", "toctree", "tabular_col_spec"),
    *("pending", "system_message", "highlightlang", "HideCodeCellNode", "HiddenCellNode", "caption", "docinfo"),
    *("ThebeButtonNode", "SkinnyTocNode", "decoration"),
)
def nothing(_writer: Writer, _node: nodes.Element) -> str:
    """Write nothing: these nodes are no text, or are written by those around them."""
    return ""


@writes("paragraph")
def paragraph(writer: Writer, node: nodes.Element) -> str:
    """Write a paragraph; a line or less between a heading and what it introduces stays with both."""
    siblings = node.parent.children
    opens = isinstance(siblings[0], nodes.title) and node.parent.index(node) == 1 < len(siblings) - 1
    if opens and len(node.astext()) < ONE_LINE:
        return f"\n{writer.anchors(node)}#opening-line({writer.content(node)})\n\n"
    return "\n" + writer.anchors(node) + writer.children(node) + "\n\n"


@writes("block_quote")
def block_quote(writer: Writer, node: nodes.Element) -> str:
    """Write a quotation and whom it is of."""
    source = first(node, nodes.attribution)
    with writer.boxed(14):
        body = "".join(writer.write(child) for child in node.children if child is not source)
        credit = f"attribution: {writer.content(source)}, " if source is not None else ""
    return f"\n#quotation({credit}[{body.strip()}])\n\n"


@writes("line_block")
def line_block(writer: Writer, node: nodes.Element) -> str:
    """Write lines that are kept as they are."""
    items = []
    for child in node.children:
        text = writer.children(child) if isinstance(child, nodes.line) else writer.write(child)
        items.append(f"[{text}]")
    return f"\n#lines({', '.join(items)})\n\n"


@writes("transition")
def transition(_writer: Writer, node: nodes.Element) -> str:
    """Write a rule between paragraphs, but not MyST's above the notes at the end of a web page."""
    return "" if "footnotes" in classes(node) else "\n#separator\n\n"


@writes("raw")
def raw(writer: Writer, node: nodes.Element) -> str:
    """Pass Typst source through; of HTML, print what it says."""
    source, formats = node.astext(), node.get("format", "").split()
    if "typst" in formats:
        return str(source)
    if "html" not in formats or _ICON.match(source):
        return ""
    if isinstance(node.parent, nodes.TextElement):
        return one_tag(writer, node)
    return fragment(writer, node)


# ------------------------------------------------------------------------------------------------------------ formulas
def _formula(writer: Writer, node: nodes.Element) -> tuple[str, str] | None:
    """A formula in Typst, and the number that its author gave it; nothing, after a warning, if it cannot be read."""
    try:
        made = formula(node, writer.config)
        return (to_typst(made.tree) if made.mathml else ""), made.tag
    except UnreadableFormula as error:
        unread(node, error)
        return None


@writes("math")
def inline_formula(writer: Writer, node: nodes.Element) -> str:
    """Write a formula in the line."""
    made, source = _formula(writer, node), literal(node.astext())
    if made is None:
        return f"#raw({source})"
    return f"#math.equation(alt: {source}, ${made[0]}$)" if made[0] else ""


@writes("math_block")
def displayed_formula(writer: Writer, node: nodes.Element) -> str:
    """Write a formula that stands by itself, with its number."""
    made, source = _formula(writer, node), literal(node.astext())
    if made is None:
        return f"\n{writer.anchors(node)}#code-block({source})\n\n"
    written, tag = made
    if not written:
        return writer.anchors(node)
    number = f"({_equation_number(writer, node)})" if node.get("number") else tag
    return f"\n{writer.anchors(node)}#display-math(number: {literal(number)}, alt: {source}, ${written}$)\n\n"


def _equation_number(writer: Writer, node: nodes.Element) -> str:
    """The number that references print too: with ``math_numfig`` it counts within the chapter."""
    numbers = writer.env.toc_fignumbers.get(writer.place.doc, {}).get("displaymath", {})
    if writer.config.math_numfig and writer.config.numfig and node.get("ids"):
        return ".".join(map(str, numbers.get(node["ids"][0], [node["number"]])))
    return str(node["number"])


# ------------------------------------------------------------------------------------------------ descriptions of code
@writes("desc")
def description(writer: Writer, node: nodes.Element) -> str:
    """Write the signatures of a function or class, and what is said of it."""
    signatures = [child for child in node.children if isinstance(child, addnodes.desc_signature)]
    rest = [child for child in node.children if not isinstance(child, addnodes.desc_signature)]
    names = "".join(
        f"#block(sticky: true, below: .6em)[{writer.anchors(signature)}#raw({literal(signature.astext())})]"
        for signature in signatures
    )
    with writer.boxed(15):
        body = "".join(writer.write(child) for child in rest).strip()
    return f"\n{names}\n#pad(left: 5mm)[{body}]\n\n"
