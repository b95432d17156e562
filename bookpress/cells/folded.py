"""The code of the chapters: out of the way of who reads, one switch away for who checks.

Each cell whose code is folded (tag `hide-input`) would have a line of its own to open it, also where it only imports
or computes. In the web book its code is hidden instead: the switch at the head of a page shows all of it, in its
place, and the link "Code" under a figure or table shows that of its cell. The notebook of the chapter has it as it
is.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from bookpress.words import _

CODE = "bp-code"
"""Class of code that the switch shows."""


def has_switch(app: Sphinx) -> bool:
    """Whether pages get the switch: it stands in a template of `bookpress.web`, made for one theme."""
    return "bookpress.web" in app.extensions and app.config.html_theme == "sphinx_book_theme"


def add_switch(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """What the switch is called, on a page that needs it."""
    if has_switch(app) and CODE in (context.get("body") or ""):
        context["code_switch"] = _("Show code")


class HideCode(SphinxPostTransform):
    """Hide the code of folded cells, before myst-nb gives each its own line."""

    default_priority = 198  # myst-nb: 199
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        if not has_switch(self.app):
            return
        for cell in self.document.findall(nodes.container):
            if cell.get("nb_element") != "cell_code" or cell.get("hide_mode") != "input" or not cell.children:
                continue
            source = cell.children[0]
            if isinstance(source, nodes.Element) and source.get("nb_element") == "cell_code_source":
                del cell["hide_mode"]
                source["classes"].append(CODE)
