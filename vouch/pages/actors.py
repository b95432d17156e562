"""The index of actors: where the chapters name a person, body or state of the table `actors`.

Each section gets one index entry for each actor that its text, tables or captions name, at the first mention. The
entries are Sphinx's own: HTML shows them on its page "Index", by section; the PDF as an index with pages. Pages about
the book, its sources or the articles' words are left out (setting ``vouch_index_omit``), and so is Myanmar, which
every page is about.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from vouch.evidence import data
from vouch.methods.articles.names import Form, forms, mentions
from vouch.paths import DATA

PASSIM = {"MMR", "WLD"}
"""Actors without an entry: the country itself, and the sum over all countries."""
# Keys of works, names of files and fields, formulas: no mention of anybody. A heading is one, of its whole section.
_NOT_TEXT = (addnodes.pending_xref, nodes.literal, nodes.literal_block, nodes.raw, nodes.math, nodes.math_block)
_NOT_SHOWN = {"bp-links", "html-only"}


@cache
def _forms() -> list[Form]:
    actors = data.load("actors")
    return forms(actors[~actors["actor_id"].isin(PASSIM)])


class IndexActors(SphinxTransform):
    """Puts index nodes before the first mention of an actor in each section; before Sphinx collects them (850)."""

    default_priority = 840

    def apply(self, **kwargs: Any) -> None:
        if self.env.docname in self.config.vouch_index_omit:
            return
        self.env.note_dependency(str(DATA / "actors.csv"))
        pairs: set[tuple[str, str]] = set()
        for text in list(self.document.findall(nodes.Text)):
            section = _section(text)
            if section is None:
                continue
            entries = []
            for start, form in mentions(text.astext(), _forms()):
                if (section["ids"][0], form.actor_id) not in pairs:
                    pairs.add((section["ids"][0], form.actor_id))
                    entries.append((start + len(form.text), _entry(form, section)))
            if isinstance(text.parent, nodes.title):
                section[1:1] = [entry for _, entry in entries]
            elif entries:
                text.parent.replace(text, _cut(text.astext(), entries))


def _section(text: nodes.Text) -> nodes.section | None:
    """The section that a text stands in; none if it is not for reading."""
    node: nodes.Node = text
    while node is not None and not isinstance(node, nodes.section):
        if isinstance(node, _NOT_TEXT) or (isinstance(node, nodes.Element) and _NOT_SHOWN & set(node["classes"])):
            return None
        node = node.parent
    return node


def _entry(form: Form, section: nodes.section) -> addnodes.index:
    """An index node: below the actor, on the screen, the section's heading with that of its chapter."""
    headings: list[str] = []
    node: nodes.Node = section
    while isinstance(node, nodes.section):
        title = next(iter(node.findall(nodes.title)))
        headings.insert(0, title.astext().replace(";", ","))
        node = node.parent
    target = section["ids"][0]
    entries = [("single", f"{form.heading}; {': '.join(headings[:1] + headings[1:][-1:])}", target, "", None)]
    entries += [("see", f"{short}; {form.heading}", target, "", None) for short in form.see]
    return addnodes.index(entries=entries, inline=True, flat=True)


def _cut(text: str, entries: list[tuple[int, addnodes.index]]) -> list[nodes.Node]:
    """The text with an index node at each place: behind the name, since what stands before it may end another page."""
    pieces: list[nodes.Node] = []
    end = 0
    for start, entry in entries:
        pieces += [nodes.Text(text[end:start])] if start > end else []
        pieces.append(entry)
        end = start
    return [*pieces, nodes.Text(text[end:])]


def forget(app: Sphinx, *_: object) -> list[str]:
    """The table is read anew before pages are, also where one process reads twice."""
    _forms.cache_clear()
    return []


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("vouch_index_omit", [], "env", [list])
    app.add_transform(IndexActors)
    app.connect("env-get-outdated", forget)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
