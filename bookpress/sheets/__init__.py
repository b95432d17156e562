"""Style sheets as text: one made of several, without the rules of which nothing on any page has need.

Here: which names a rule speaks of, where its pictures are. Not here: which sheets a page has (`bookpress.web.slim`).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import tinycss2

_CONDITIONS = ("media", "supports", "layer", "container")
_ADDRESS = re.compile(r"""(url\(\s*["']?|@import\s+["'])(?![a-z]+:|/|#|["']|url)([^"')]+)""")
_GIVEN = re.compile(r'\b(?:class|id)="([^"]*)"')
_WORD = re.compile(r"[\w-]+")


class Names:
    """Classes and ids that pages have or that a script may give them. every: take all for names of a page."""

    def __init__(self, every: bool = False) -> None:
        self._every = every
        self._given: set[str] = set()
        self._begun: tuple[str, ...] = ()

    def of_page(self, html: str) -> None:
        self._given.update(name for value in _GIVEN.findall(html) for name in value.split())

    def of_script(self, text: str) -> None:
        """Any word of it may be a name, and one with a dash at its end the beginning of many."""
        words = set(_WORD.findall(text))
        self._given |= words
        self._begun = tuple({*self._begun, *(word for word in words if len(word) > 2 and word.endswith("-"))})

    def __contains__(self, name: str) -> bool:
        return self._every or name in self._given or name.startswith(self._begun)


def _selectors(prelude: list[Any]) -> Iterator[list[Any]]:
    one: list[Any] = []
    for token in prelude:
        if token == ",":
            yield one
            one = []
        elif token.type != "comment":
            one.append(token)
    yield one


def needed(selector: list[Any], names: Names) -> bool:
    """Whether something on a page may be meant: all classes and ids that it must have are there.

    What stands in brackets (`:not(…)`, `[class*=…]`) need not be there by any one name.
    """
    classes = [after.value for sign, after in pairwise(selector) if sign == "." and after.type == "ident"]
    return all(name in names for name in [*classes, *(token.value for token in selector if token.type == "hash")])


def _text(tokens: Iterable[Any]) -> str:
    return str(tinycss2.serialize([token for token in tokens if token.type != "comment"])).strip()


def pruned(css: str | list[Any], names: Names) -> str:
    """The sheet, read as browsers read it, without comments and selectors that mean nothing on any page."""
    kept = []
    for rule in tinycss2.parse_rule_list(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule":
            if meant := [_text(one) for one in _selectors(rule.prelude) if needed(one, names)]:
                kept.append(f"{','.join(meant)}{{{_text(rule.content)}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword != "charset":
            head = f"@{rule.at_keyword} {_text(rule.prelude)}".rstrip()
            if rule.content is None:
                kept.append(f"{head};")
            elif rule.lower_at_keyword not in _CONDITIONS:
                kept.append(f"{head}{{{_text(rule.content)}}}")
            elif inside := pruned(rule.content, names):
                kept.append(f"{head}{{{inside}}}")
    return "\n".join(kept)


def moved(css: str, folder: str, target: str) -> str:
    """The sheet of a folder as it reads in another: its relative addresses lead to the same files."""
    way = posixpath.relpath(folder or ".", target or ".")
    return _ADDRESS.sub(lambda found: found[1] + posixpath.normpath(f"{way}/{found[2].strip()}"), css)


def joined(sheets: Iterable[tuple[str, str]], names: Names, target: str) -> str:
    """One sheet of several, in their order. sheets: folder and text of each; target: folder of the one."""
    lines = [line for folder, text in sheets for line in pruned(moved(text, folder, target), names).split("\n") if line]
    lines.sort(key=lambda line: not line.startswith("@import"))  # these can stand only first
    return "\n".join(['@charset "utf-8";', *lines]) + "\n"
