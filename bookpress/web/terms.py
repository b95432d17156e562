"""Terms of the glossary explain themselves where they stand.

``{term}`SAC` `` is Sphinx's own role and stays a link to the glossary. In HTML a card with the definition stands beside
it, shown by `static/bookpress.js` on hover, keyboard focus and first touch; without script the link is left. A page
whose terms are defined anew is read anew.
"""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from bookpress.kept import keep, kept


class term_link(nodes.Inline, nodes.Element):
    """A resolved reference to a term. `refuri`, and the text of its `definition`."""


class DefineTerms(SphinxPostTransform):
    """Give references to terms their definition, once they are resolved."""

    default_priority = 20  # Sphinx resolves references at 10
    builders = ("html",)

    def run(self, **kwargs: Any) -> None:
        places = {label: docname for docname, label in self.env.domaindata["std"]["terms"].values()}
        for inner in [node for node in self.document.findall(nodes.inline) if _is_term(node)]:
            link = inner.parent
            address = link.get("refuri") or f"#{link['refid']}"  # the latter where the glossary is on this page
            name = address.partition("#")[2]
            if name in places:
                definition = self.definition(places[name], name)
                link.replace_self(term_link("", *inner.children, refuri=address, definition=definition))

    def definition(self, docname: str, label: str) -> str:
        doctree = _doctree(self.env, docname)
        term = next(term for term in doctree.findall(nodes.term) if label in term["ids"])
        return "\n".join(definition.astext() for definition in term.parent.findall(nodes.definition))


@cache
def _doctree(env: BuildEnvironment, docname: str) -> nodes.document:
    return env.get_doctree(docname)


def _is_term(node: nodes.inline) -> bool:
    return "std-term" in node["classes"] and isinstance(node.parent, nodes.reference)


def visit(self: HTML5Translator, node: term_link) -> None:
    number = kept(self, "terms", int) + 1
    keep(self, "terms", number)
    card = f"term-card-{number}"
    self.body.append(f'<a class="bp-term" href="{escape(node["refuri"])}" aria-describedby="{card}">')
    text = escape(" ".join(node["definition"].split()))
    self.context.append(f'</a><span popover id="{card}" class="bp-card" role="tooltip">{text}</span>')


def depart(self: HTML5Translator, node: term_link) -> None:
    self.body.append(self.context.pop())


def depend(app: Sphinx, doctree: nodes.document) -> None:
    """A page with terms is to be read again when the glossary changes."""
    glossary = app.config.web_glossary
    if glossary and any(ref["reftype"] == "term" for ref in doctree.findall(addnodes.pending_xref)):
        app.env.note_dependency(app.env.doc2path(glossary))


def forget(app: Sphinx, *_: object) -> list[str]:
    """The glossary may change between two readings of one process."""
    _doctree.cache_clear()
    return []
