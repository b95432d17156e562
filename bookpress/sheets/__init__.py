"""Style sheets as text: one made of several, without the rules of which nothing on any page has need.

Here: which names a rule speaks of, where its pictures are. Not here: which sheets a page has (`bookpress.web.slim`).
Sheets are read by tinycss2, as browsers read them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Any

import tinycss2

_CONDITIONS = {"media", "supports", "layer", "container"}
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|/|#", re.IGNORECASE)
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


def needed(selector: Iterable[Any], names: Names) -> bool:
    """Whether something on a page may be meant: all classes and ids that it must have are there.

    selector: tokens. What stands in brackets or in the arguments of a pseudo-class need not be there.
    """
    dot = False
    for token in selector:
        if (token.type == "hash" or (dot and token.type == "ident")) and token.value not in names:
            return False
        dot = token.type == "literal" and token.value == "."
    return True


def pruned(css: str, names: Names) -> str:
    """The sheet, a rule on a line, without comments and without selectors that mean nothing on any page."""
    return "\n".join(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), names))


def _rules(found: Iterable[Any], names: Names) -> Iterator[str]:
    for rule in found:
        if rule.type == "error":  # what browsers pass over
            continue
        head = tinycss2.serialize(_without_comments(rule.prelude)).strip()
        if rule.type == "qualified-rule":
            meant = [one for one in _selectors(rule.prelude) if needed(one, names)]
            if meant:
                heads = ",".join(tinycss2.serialize(one).strip() for one in meant)
                yield f"{heads}{{{tinycss2.serialize(_without_comments(rule.content)).strip()}}}"
        elif rule.content is None:
            if rule.lower_at_keyword != "charset":
                yield f"@{rule.at_keyword} {head};"
        elif rule.lower_at_keyword in _CONDITIONS:
            inside = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if kept := "\n".join(_rules(inside, names)):
                yield f"@{rule.at_keyword} {head}{{{kept}}}"
        else:
            body = tinycss2.serialize(_without_comments(rule.content)).strip()
            yield f"{f'@{rule.at_keyword} {head}'.rstrip()}{{{body}}}"


def _without_comments(tokens: Iterable[Any]) -> list[Any]:
    return [token for token in tokens if token.type != "comment"]


def _selectors(prelude: Iterable[Any]) -> Iterator[list[Any]]:
    one: list[Any] = []
    for token in _without_comments(prelude):
        if token.type == "literal" and token.value == ",":
            yield one
            one = []
        else:
            one.append(token)
    yield one


def moved(css: str, folder: str, target: str) -> str:
    """The sheet of a folder as it reads in another: its relative addresses lead to the same files."""
    way = posixpath.relpath(folder or ".", target or ".")
    tokens = tinycss2.parse_component_value_list(css, skip_comments=True)
    _move(tokens, way)
    return str(tinycss2.serialize(tokens))


def _move(tokens: list[Any], way: str) -> None:
    imported = False
    for token in tokens:
        if token.type == "url" or (token.type == "string" and imported):
            _lead(token, way)
        elif token.type == "function" and token.lower_name == "url":
            for argument in token.arguments:
                if argument.type == "string":
                    _lead(argument, way)
        elif token.type == "function":
            _move(token.arguments, way)
        elif token.type in ("{} block", "[] block", "() block"):
            _move(token.content, way)
        if token.type != "whitespace":
            imported = token.type == "at-keyword" and token.lower_value == "import"


def _lead(token: Any, way: str) -> None:
    if not _ELSEWHERE.match(token.value):
        token.value = posixpath.normpath(f"{way}/{token.value.strip()}")
        token.representation = f'url("{token.value}")' if token.type == "url" else f'"{token.value}"'


def joined(sheets: Iterable[tuple[str, str]], names: Names, target: str) -> str:
    """One sheet of several, in their order. sheets: folder and text of each; target: folder of the one."""
    lines = [line for folder, text in sheets for line in pruned(moved(text, folder, target), names).split("\n") if line]
    imports_first = sorted(lines, key=lambda line: not line.startswith("@import"))  # they can stand nowhere else
    return "\n".join(imports_first) + "\n"
