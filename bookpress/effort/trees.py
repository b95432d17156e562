"""The nodes of a document, found as docutils finds them, without a generator for each of them.

Some hundred transforms and handlers look through every page, most for what it does not hold: in docutils' way, which
goes down by recursion, that was two fifths of what it takes to resolve a page.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from docutils import nodes

_stock = nodes.Node.findall


@contextlib.contextmanager
def searched_quickly() -> Iterator[None]:
    """Within this, `findall` of every node is that of this module."""
    names: Any = nodes.Node
    before, names.findall = names.findall, findall
    try:
        yield
    finally:
        names.findall = before


def findall(
    self: nodes.Node,
    condition: Any = None,
    include_self: bool = True,
    descend: bool = True,
    siblings: bool = False,
    ascend: bool = False,
) -> Iterator[nodes.Node]:
    """What :meth:`docutils.nodes.Node.findall` gives for the same arguments, one after the other; also where whoever
    asks changes the tree meanwhile."""
    if not (include_self and descend) or siblings or ascend:
        return _stock(self, condition, include_self, descend, siblings, ascend)
    if condition is None:
        return _of_class(self, nodes.Node)
    return _of_class(self, condition) if isinstance(condition, type) else _for_which(self, condition)


def _of_class(root: nodes.Node, wanted: type) -> Iterator[nodes.Node]:
    if isinstance(root, wanted):
        yield root
    around: list[Iterator[nodes.Node]] = []
    here = iter(root.children)
    while True:
        for node in here:
            if isinstance(node, wanted):
                yield node
            if node.children:
                around.append(here)
                here = iter(node.children)
                break
        else:
            if not around:
                return
            here = around.pop()


def _for_which(root: Any, condition: Callable[[nodes.Node], bool]) -> Iterator[nodes.Node]:
    """Goes through the children by their places, as docutils does here: another list of them is noticed."""
    if condition(root):
        yield root
    if not root.children:
        return
    around: list[Iterator[Any]] = []
    here: Iterator[Any] = iter(root)
    while True:
        for node in here:
            if condition(node):
                yield node
            if node.children:
                around.append(here)
                here = iter(node)
                break
        else:
            if not around:
                return
            here = around.pop()
