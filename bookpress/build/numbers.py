"""Numbers of chapters, figures and tables where the book was there before: what need not be counted again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
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
    return {page for collector in _collectors(app) for page in collector.assign_section_numbers(app.env)}


def order(env: BuildEnvironment) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The number of each chapter, and what each page's contents name, both by document."""
    chapters = {name: found.get("") for name, found in env.toc_secnumbers.items()}
    return chapters, {name: list(named) for name, named in env.toctree_includes.items()}


def as_before(app: Sphinx, names: list[str], before: Numbered) -> bool:
    """Whether in these pages, read again, the same figures and tables stand in the same order. Where :func:`order`
    is the same too, all figures of the book then have their numbers: to count them anew takes a look at every page."""
    if app.config.numfig_secnum_depth > 1:  # the section counts too
        return False
    domain = app.env.get_domain("std")
    assert isinstance(domain, StandardDomain)
    for name in names:
        numbered: dict[str, list[str]] = {}
        for node in app.env.get_doctree(name).findall(nodes.Element):
            kind = domain.get_enumerable_node_type(node) if node["ids"] else None
            if kind and domain.get_numfig_title(node):
                numbered.setdefault(kind, []).append(node["ids"][0])
        if numbered != {kind: list(found) for kind, found in before.get(name, {}).items()}:
            return False
    return True


def spare_counting(app: Sphinx) -> None:
    """Let the figures of a build be counted only where a page that was read again, or another order, may have changed
    their numbers: it takes a look at every page of the book."""
    known: dict[str, Any] = {}

    def before(app: Sphinx, env: BuildEnvironment, names: list[str]) -> None:
        known.update(figures=dict(env.toc_fignumbers), order=order(env), names=names)

    def assign(count: Callable[[BuildEnvironment], list[str]], env: BuildEnvironment) -> list[str]:
        names = [name for name in known["names"] if name in env.found_docs]
        if order(env) != known["order"] or not as_before(app, names, known["figures"]):
            return count(env)
        _put_back(env, names, known["figures"])
        return []

    app.connect("env-before-read-docs", before, priority=900)  # when others have had their say of what is read
    for collector in _collectors(app):
        vars(collector)["assign_figure_numbers"] = partial(assign, collector.assign_figure_numbers)


def _put_back(env: BuildEnvironment, names: list[str], before: Numbered) -> None:
    """Give pages that were read again the numbers that they had."""
    env.toc_fignumbers.update({name: before[name] for name in names if name in before})


@contextlib.contextmanager
def kept(app: Sphinx, names: list[str], before: Numbered) -> Iterator[None]:
    """Within this, figures and tables are not counted; those of these pages, which were read again, are as before."""
    _put_back(app.env, names, before)
    collectors = _collectors(app)
    for collector in collectors:
        vars(collector)["assign_figure_numbers"] = lambda env: []
    try:
        yield
    finally:
        for collector in collectors:
            del vars(collector)["assign_figure_numbers"]


def _collectors(app: Sphinx) -> list[TocTreeCollector]:
    """What counts, of those that Sphinx calls: an extension may have put its own in the place of Sphinx's."""
    called = (getattr(one.handler, "__self__", None) for one in app.events.listeners["env-get-updated"])
    return [collector for collector in called if isinstance(collector, TocTreeCollector)]
