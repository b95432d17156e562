"""Numbers of chapters, figures and tables while a book is being written."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector

Numbered = dict[str, dict[str, dict[str, Any]]]
"""By document and kind: identifier -> number."""


def count_anew(app: Sphinx) -> None:
    """Let chapters be counted from one at each reading: the collector of sphinx-external-toc is made for one, and goes
    on from the last number where it is asked again."""
    app.connect("env-get-updated", _from_one, priority=100)  # before it counts


def _from_one(app: Sphinx, env: BuildEnvironment) -> list[str]:
    for listener in app.events.listeners["env-get-updated"]:
        collector = getattr(listener.handler, "__self__", None)
        if type(collector).__module__.startswith("sphinx_external_toc"):
            for name, value in vars(collector).items():
                if name.endswith("_count") and isinstance(value, int):
                    setattr(collector, name, 0)
    return []


def sections(app: Sphinx) -> set[str]:
    """Number the chapters and their sections; the pages that have other numbers now."""
    _from_one(app, app.env)
    changed: set[str] = set()
    for listener in app.events.listeners["env-get-updated"]:
        collector = getattr(listener.handler, "__self__", None)
        if isinstance(collector, TocTreeCollector):
            changed |= set(collector.assign_section_numbers(app.env))
    return changed


def as_before(app: Sphinx, names: list[str], before: Numbered) -> bool:
    """Whether in these pages, read again, the same figures and tables stand. If so they keep their numbers until all
    are counted: that takes a look at every page of the book."""
    domain = app.env.get_domain("std")
    assert isinstance(domain, StandardDomain)
    for name in names:
        numbered: dict[str, set[str]] = {}
        for node in app.env.get_doctree(name).findall(nodes.Element):
            kind = domain.get_enumerable_node_type(node) if node["ids"] else None
            if kind and domain.get_numfig_title(node):
                numbered.setdefault(kind, set()).add(node["ids"][0])
        if numbered != {kind: set(found) for kind, found in before.get(name, {}).items()}:
            return False
    app.env.toc_fignumbers.update({name: before[name] for name in names if name in before})
    return True
