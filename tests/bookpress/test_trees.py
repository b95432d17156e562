"""Nodes are found as docutils finds them, in the same order, also while whoever asks changes the tree."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest
from docutils import nodes
from sphinx.util.nodes import NodeMatcher

from bookpress.effort import trees

KINDS = (nodes.section, nodes.paragraph, nodes.emphasis, nodes.bullet_list)
ASKED: dict[str, Callable[[], Any]] = {
    "all": lambda: None,
    "a class": lambda: nodes.emphasis,
    "a class of many": lambda: nodes.Element,
    "text": lambda: nodes.Text,
    "a function": lambda: lambda node: isinstance(node, (nodes.emphasis, nodes.Text)),
    "Sphinx's matcher": lambda: NodeMatcher(nodes.paragraph, name="p3"),
}


def tree(chance: random.Random, size: int = 40) -> nodes.Element:
    root = nodes.section(name="root")
    there: list[nodes.Element] = [root]
    for number in range(size):
        parent = chance.choice(there)
        if chance.random() < 0.3:
            parent += nodes.Text(f"t{number}")
        else:
            parent += (made := chance.choice(KINDS)(name=f"p{number % 7}", number=number))
            there.append(made)
    return root


def change(chance: random.Random, node: nodes.Node, new: Iterator[int]) -> None:
    """What transforms do to what they have found."""
    parent: Any = node.parent
    what = chance.randrange(8)
    fresh = nodes.paragraph("", "new", nodes.emphasis("", "inner"), name="p3", number=1000 + next(new))
    if what == 0 and isinstance(node, nodes.Element):
        node += fresh
    elif what == 1 and isinstance(node, nodes.Element):
        node.clear()
    elif parent is None or node not in parent.children:
        return
    elif what == 2:
        parent.remove(node)
    elif what == 3:
        parent.replace(node, fresh)
    elif what == 4:
        parent.insert(parent.index(node), fresh)
    elif what == 5:
        parent.insert(parent.index(node) + 1, fresh)
    elif what == 6:
        parent.children = [fresh, *parent.children]
        parent.setup_child(fresh)


def said(node: nodes.Node) -> str:
    return node.astext() if isinstance(node, nodes.Text) else f"{node.tagname} {node.get('number')}"


def found(seed: int, asked: str, changing: bool) -> list[str]:
    chance = random.Random(seed)
    root, new, names = tree(chance), iter(range(10**6)), []
    for node in islice(root.findall(ASKED[asked]()), 200):  # what is put behind each found node is found for ever
        names.append(said(node))
        if changing and chance.random() < 0.5:
            change(chance, node, new)
    return [*names, root.pformat()]


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("changing", [False, True])
def test_the_same_nodes_in_the_same_order(asked, changing):
    seeds = range(150)
    stock = [found(seed, asked, changing) for seed in seeds]
    with trees.searched_quickly():
        assert nodes.Node.findall is trees.findall
        quick = [found(seed, asked, changing) for seed in seeds]
    assert quick == stock and sum(map(len, stock)) > 300
    assert nodes.Node.findall is not trees.findall


@pytest.mark.parametrize("how", [{"include_self": False}, {"descend": False}, {"siblings": True}, {"ascend": True}])
def test_what_else_can_be_asked_for(how):
    def asked(seed: int) -> list[list[str]]:
        root = tree(random.Random(seed))
        return [[said(one) for one in node.findall(nodes.emphasis, **how)] for node in [*root.findall()]]

    stock = [asked(seed) for seed in range(20)]
    with trees.searched_quickly():
        assert [asked(seed) for seed in range(20)] == stock
