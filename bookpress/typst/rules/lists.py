"""Lists of all kinds."""

from __future__ import annotations

from docutils import nodes

from bookpress.typst.markup import boolean, literal
from bookpress.typst.writer import Writer, writes

_SIGNS = {"loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}
_SHORT = 160  # characters of an item that stands close to the next


def _items(writer: Writer, node: nodes.Element) -> str:
    with writer.boxed(20):
        return ", ".join(
            f"[{writer.anchors(child)}{writer.children(child).strip()}]"
            for child in node.children
            if isinstance(child, nodes.list_item)
        )


def _is_tight(node: nodes.Element) -> bool:
    """Items of one short paragraph each, apart from lists below them, stand close together."""
    for item in node.children:
        lists = (nodes.bullet_list, nodes.enumerated_list)
        blocks = [child for child in item.children if not isinstance(child, lists)]
        if len(blocks) > 1 or len(item.astext()) > _SHORT:
            return False
    return True


@writes("bullet_list")
def bullet_list(writer: Writer, node: nodes.Element) -> str:
    """Write a list with bullets; what sphinxcontrib-bibtex makes a list of works is none."""
    if any(isinstance(child, nodes.citation) for child in node.children):
        return writer.children(node)
    tight = f"tight: {boolean(_is_tight(node))}"
    return f"\n{writer.anchors(node)}#bullets({tight}, {_items(writer, node)})\n\n"


@writes("enumerated_list")
def enumerated_list(writer: Writer, node: nodes.Element) -> str:
    """Write a numbered list."""
    sign = _SIGNS.get(node.get("enumtype"), "1")
    pattern = literal(f"{node.get('prefix', '')}{sign}{node.get('suffix') or '.'}")
    options = f"numbering: {pattern}, start: {node.get('start', 1)}, tight: {boolean(_is_tight(node))}"
    return f"\n{writer.anchors(node)}#numbered({options}, {_items(writer, node)})\n\n"


@writes("definition_list")
def definition_list(writer: Writer, node: nodes.Element) -> str:
    """Write terms with what they mean."""
    pairs = []
    with writer.boxed(15):
        for item in (child for child in node.children if isinstance(child, nodes.Element)):
            terms, kinds, body = [], "", ""
            for part in (child for child in item.children if isinstance(child, nodes.Element)):
                if isinstance(part, nodes.term):
                    terms.append(writer.anchors(part) + writer.children(part))
                elif isinstance(part, nodes.classifier):
                    kinds += f" #emph[({writer.children(part)})]"
                elif isinstance(part, nodes.definition):
                    body += writer.children(part)
            term = "#linebreak()".join(terms) + kinds
            pairs.append(f"([{writer.anchors(item)}{term}], [{body.strip()}])")
    return f"\n#definition-list({', '.join(pairs)})\n\n"


@writes("field_list")
def field_list(writer: Writer, node: nodes.Element) -> str:
    """Write names with their values."""
    with writer.boxed(15):
        pairs = [f"({writer.content(name)}, {writer.content(value)})" for name, value in _pairs(node)]
    return f"\n#fields({', '.join(pairs)})\n\n"


@writes("option_list")
def option_list(writer: Writer, node: nodes.Element) -> str:
    """Write options of a command with what they do."""
    with writer.boxed(15):
        pairs = [f"([#raw({literal(option.astext())})], {writer.content(does)})" for option, does in _pairs(node)]
    return f"\n#definition-list({', '.join(pairs)})\n\n"


def _pairs(node: nodes.Element) -> list[tuple[nodes.Element, nodes.Element]]:
    items = [[part for part in item.children if isinstance(part, nodes.Element)] for item in node.children]
    return [(item[0], item[1]) for item in items]
