"""A package as others write them: nodes of its own, with rules for the PDF."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from bookpress.typst.markup import inline, literal


class recipe(nodes.General, nodes.Element):
    """Has rules."""


class soup(recipe):
    """Has the rules of its class."""


class silent(nodes.General, nodes.Element):
    """Has a rule that writes its children itself."""


class unknown(nodes.General, nodes.Element):
    """Has none."""


def visit_recipe(self, node):
    self.body.append(f"#strong[{inline('Recipe: ')}]")


def depart_recipe(self, node):
    self.body.append(f"#served({literal(node['for'])})")


def visit_silent(self, node):
    self.body.append(self.box("plain-box", node, title="[Boxed]"))
    raise nodes.SkipNode


def visit_emphasis(self, node):
    self.body.append("«")


def depart_emphasis(self, node):
    self.body.append("»")


class Kitchen(SphinxDirective):
    """`kitchen`: one of each."""

    def run(self):
        return [
            soup("", nodes.paragraph("", "Boil water."), **{"for": "four # guests"}),
            silent("", nodes.paragraph("", "Quiet words.")),
            unknown("", nodes.paragraph("", "Kept words.")),
        ]


def setup(app):
    app.add_node(recipe, typst=(visit_recipe, depart_recipe))
    app.add_node(silent, typst=(visit_silent, None))
    app.add_node(nodes.emphasis, override=True, typst=(visit_emphasis, depart_emphasis))
    app.add_node(unknown)
    app.add_directive("kitchen", Kitchen)
    return {"parallel_read_safe": True}
