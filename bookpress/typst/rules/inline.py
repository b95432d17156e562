"""What stands in a line of text."""

from __future__ import annotations

from docutils import nodes

from bookpress.typst import markup
from bookpress.typst.writer import Writer, classes, writes

_NO_CODE = {"std-numref", "std-ref", "std-doc", "download"}  # Sphinx writes these references as literals


@writes("emphasis", "title_reference", "literal_emphasis", "desc_addname")
def emphasis(writer: Writer, node: nodes.Element) -> str:
    """Write slanted text."""
    return f"#emph[{writer.children(node)}]"


@writes("strong", "literal_strong", "desc_name")
def strong(writer: Writer, node: nodes.Element) -> str:
    """Write bold text."""
    return f"#strong[{writer.children(node)}]"


@writes("superscript")
def superscript(writer: Writer, node: nodes.Element) -> str:
    """Write raised text."""
    return f"#super[{writer.children(node)}]"


@writes("subscript")
def subscript(writer: Writer, node: nodes.Element) -> str:
    """Write lowered text."""
    return f"#sub[{writer.children(node)}]"


@writes("inline", "PassthroughTextElement")  # the second is sphinx-design's wrapper of text
def inline(writer: Writer, node: nodes.Element) -> str:
    """Write a span; a class such as ``language-ru`` says which language it is in."""
    text = writer.anchors(node) + writer.children(node)
    spoken = next((name.split("-")[1] for name in classes(node) if name.startswith("language-")), "")
    return f'#text(lang: "{spoken}")[{text}]' if spoken else text


@writes("literal")
def literal(writer: Writer, node: nodes.Element) -> str:
    """Write code in the line."""
    if _NO_CODE.intersection(classes(node)):
        return writer.children(node)
    return markup.code(node.astext())


@writes("target")
def target(writer: Writer, node: nodes.Element) -> str:
    """Write a target; one before a block is kept on the block's page by going along with it."""
    if isinstance(node.parent, (nodes.document, nodes.section)) and not node.astext():
        return writer.anchors(node)
    return writer.anchors(node) + writer.children(node)


@writes("sd_line_break")
def line_break(_writer: Writer, _node: nodes.Element) -> str:
    """Write a line break of sphinx-design."""
    return "#linebreak()"


@writes("abbreviation")
def abbreviation(writer: Writer, node: nodes.Element) -> str:
    """Write an abbreviation with its meaning, which the web page shows when it is pointed at."""
    meaning = node.get("explanation", "")
    return writer.children(node) + (f" ({markup.inline(meaning)})" if meaning else "")
