"""Blocks of code, those of notebook cells among them."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from bookpress.typst.markup import array, literal
from bookpress.typst.writer import Writer, first, writes

_LANGUAGES = {"ipython3": "python", "ipython": "python", "python3": "python", "console": "bash", "sh": "bash"}
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
    return f"\n{writer.anchors(node)}#code-block({options}{literal(node.astext().rstrip())})\n\n"


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
