"""Code, and what containers hold: code of notebook cells, and cards, grids, drop-downs and tabs of sphinx-design."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes

from bookpress.typst.markup import array, literal
from bookpress.typst.writer import Writer, classes, first, writes

_LANGUAGES = {"ipython3": "python", "ipython": "python", "python3": "python", "console": "bash", "sh": "bash"}
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")
"""What colours text on a terminal."""
_HIGHLIGHTED = {"python", "bash", "json", "yaml", "toml", "html", "sql", "r", "bibtex"}


@writes("literal_block", "doctest_block")
def block(writer: Writer, node: nodes.Element) -> str:
    """Write a block of code in the colours of its language, with numbers of lines and marked lines as asked for."""
    given = node.get("language", "")
    language = _LANGUAGES.get(given, given)
    lang = literal(language) if language in _HIGHLIGHTED else "none"
    asked: dict[str, Any] = node.get("highlight_args", {})
    options = f"lang: {lang}, "
    if node.get("linenos"):
        options += f"start: {asked.get('linenostart', 1)}, "
    if asked.get("hl_lines"):
        options += f"marked: {array([str(line) for line in asked['hl_lines']])}, "
    return f"\n{writer.anchors(node)}#code-block({options}{literal(_ANSI.sub('', node.astext().rstrip()))})\n\n"


def captioned(writer: Writer, node: nodes.Element) -> str:
    """Write code with its caption and the number that references name."""
    caption = first(node, nodes.caption)
    number = writer.number("code-block", node)
    head = ""
    if caption is not None:
        label = f"#{literal(number)};#h(.55em)" if number else ""
        head = f"\n#rubric([{label}{writer.children(caption).strip()}])\n"
    code = "".join(writer.write(child) for child in node.children if child is not caption)
    return writer.anchors(node) + head + code


def is_hidden(writer: Writer, node: nodes.Element) -> bool:
    """Say whether a node is the code of a notebook cell that is not to be printed."""
    return node.get("nb_element") == "cell_code_source" and not writer.config.typst_show_code


_LITTLE = 260  # characters in a card that may stand beside another
_HEAVY = (nodes.image, nodes.table, nodes.literal_block, nodes.figure)


def component(writer: Writer, node: nodes.Element) -> str | None:
    """Return the Typst source of a container that is a component of sphinx-design; none if it is another."""
    kind, names = node.get("design_component", ""), classes(node)
    if kind in ("card", "dropdown") or "sd-card" in names:
        return _box(writer, node)
    if kind in ("card-title", "card-header"):
        return f"\n{writer.anchors(node)}#card-title({writer.content(node)})\n\n"
    if kind == "tab-item":
        return _tab(writer, node)
    if kind == "grid-row" or "sd-row" in names:
        return _row(writer, node)
    return None


def _box(writer: Writer, node: nodes.Element) -> str:
    title, children = "none", list(node.children)
    if children and isinstance(children[0], nodes.rubric):
        head = children[0]
        children = children[1:]
        title = f"[{writer.anchors(head)}{writer.children(head).strip()}]"
    with writer.boxed(24):
        body = "".join(writer.write(child) for child in children if not _is_empty_link(child)).strip()
    return f"\n{writer.anchors(node)}#plain-box(title: {title})[{body}]\n\n"


def _is_empty_link(node: nodes.Node) -> bool:
    """Say whether a node is a card's stretched link, which has no text of its own on paper."""
    return "sd-stretched-link" in str(classes(node)) and not node.astext()


def _tab(writer: Writer, node: nodes.Element) -> str:
    label, *rest = node.children
    title = writer.content(label) if isinstance(label, nodes.Element) else "none"
    with writer.boxed(14):
        body = "".join(writer.write(child) for child in rest).strip()
    return f"\n{writer.anchors(node)}#tab-item({title})[{body}]\n\n"


def _row(writer: Writer, node: nodes.Element) -> str:
    """Cards with little text stand side by side, others below each other."""
    cards = [child for child in node.children if isinstance(child, nodes.Element)]
    light = all(
        len(card.astext()) < _LITTLE and not any(card.findall(lambda part: isinstance(part, _HEAVY))) for card in cards
    )
    if not light or len(cards) < 2 or writer.place.boxed:
        return writer.children(node)
    columns = 3 if len(cards) % 3 == 0 else 2
    with writer.boxed(writer.place.width * (1 - 1 / columns)):
        items = ", ".join(f"[{writer.write(card).strip()}]" for card in cards)
    return f"\n#card-row({columns}, {items})\n\n"
