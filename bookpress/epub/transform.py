"""What a page of the web book loses on its way to an e-reader."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.config import Config
from sphinx.transforms.post_transforms import SphinxPostTransform

from bookpress.metadata import book

KEPT = "epub"
"""Class that takes something of the web book along: what is too long for paper, or needs a screen but no script."""


class OnTheReader(SphinxPostTransform):
    """Take out what only the web book shows, and say where the data of a figure or table are."""

    default_priority = 5  # before references are resolved and images collected
    formats = ("epub",)

    def run(self, **kwargs: Any) -> None:
        config = self.config
        for node in list(self.document.findall(lambda node: _left_out(node, config))):
            node.parent.remove(node)
        for box in [node for node in self.document.findall(nodes.container) if "bp-links" in node["classes"]]:
            line = next(iter(box.children), None)
            first = line.children[0] if isinstance(line, nodes.paragraph) and line.children else None
            if not isinstance(line, nodes.paragraph) or not isinstance(first, nodes.reference):
                continue
            path = re.sub(r"^(\.\./)+", "", first["refuri"])
            url = book(self.app).url
            name = nodes.literal("", path)
            data: nodes.Node = nodes.reference("", "", name, refuri=url + path) if url else name
            code = [nodes.Text(" · Code: "), *line.findall(nodes.literal)] if line.next_node(nodes.literal) else []
            box.children = []
            box += nodes.paragraph("", "", nodes.Text("Data: "), data, *code)
        for cell in list(self.document.findall(lambda node: _element(node) == "cell_code")):
            if not cell.children:
                cell.parent.remove(cell)


def _classes(node: nodes.Node) -> list[str]:
    return node.get("classes", []) if isinstance(node, nodes.Element) else []


def _element(node: nodes.Node) -> str:
    return node.get("nb_element", "") if isinstance(node, nodes.Element) else ""


def _left_out(node: nodes.Node, config: Config) -> bool:
    classes = _classes(node)
    if set(config.epub_omit_classes).intersection(classes) and KEPT not in classes:
        return True
    return not config.epub_show_code and _element(node) == "cell_code_source"
