"""The rules of style sheets: read, chosen by what they find, and written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from posixpath import dirname, join, normpath
from typing import Any

import tinycss2
from sphinx.errors import SphinxError

Rule = tuple[str, Any, Any]
"""`style`, list of selectors with the names that each wants, block; `group`, prelude, rules; `keyframes`, name, text;
or `other`, "", text."""
_WORD = re.compile(r"[\w-]+")
_GROUPS = {"media", "supports", "layer", "container"}
_LEFT_OUT = {"charset"}  # all is UTF-8


def parsed(sheet: str, name: str) -> Iterator[Rule]:
    """The rules of a sheet. name: where it lies below the pages; addresses in it are made those of `_static`.

    Raises SphinxError where the sheet cannot be read, or imports another one.
    """
    folder = dirname(normpath(name).removeprefix("_static").lstrip("/"))
    yield from _rules(tinycss2.parse_stylesheet(sheet, skip_whitespace=True), name, folder)


def _rules(nodes: Iterable[Any], name: str, folder: str) -> Iterator[Rule]:
    for node in nodes:
        if node.type == "comment":
            if node.value.startswith("!"):  # a licence
                yield "other", "", node.serialize()
        elif node.type == "qualified-rule":
            _move(node.content, folder)
            yield "style", _selectors(node.prelude), f"{{{tinycss2.serialize(node.content).strip()}}}"
        elif node.type == "at-rule":
            yield from _at_rule(node, name, folder)
        elif node.type == "error":
            raise SphinxError(f"{name}, line {node.source_line}: {node.message}")


def _at_rule(node: Any, name: str, folder: str) -> Iterator[Rule]:
    keyword, prelude = node.lower_at_keyword, tinycss2.serialize(node.prelude).strip()
    if keyword in _LEFT_OUT:
        return
    if keyword == "import":
        raise SphinxError(f"{name}, line {node.source_line}: @import; let the page load {prelude} itself")
    if keyword in _GROUPS and node.content is not None:
        inside = tinycss2.parse_rule_list(node.content, skip_whitespace=True)
        yield "group", f"@{node.at_keyword} {prelude}", list(_rules(inside, name, folder))
    else:
        _move(node.content or [], folder)
        kind = "keyframes" if keyword.endswith("keyframes") else "other"
        yield kind, prelude, node.serialize()


def _selectors(prelude: list[Any]) -> list[tuple[str, list[str]]]:
    """Each selector of a rule, and the names without which it finds nothing."""
    found: list[list[Any]] = [[]]
    for token in prelude:
        if token == ",":
            found.append([])
        else:
            found[-1].append(token)
    return [(tinycss2.serialize(tokens).strip(), sorted(_wanted(tokens))) for tokens in found]


def _wanted(tokens: list[Any]) -> set[str]:
    """Classes, identifiers and elements of a selector. What stands in brackets is not looked at: a script may set an
    attribute under another name, and what `:not()` and `:is()` hold is not wanted as a whole."""
    pairs = zip([None, *tokens], tokens, strict=False)
    names = {token.value for before, token in pairs if token.type == "ident" and before != ":"}
    return names | {token.value for token in tokens if token.type == "hash"}


def _move(tokens: Iterable[Any], folder: str) -> None:
    """Let relative addresses of a sheet in a folder lead to the same files from the one above."""
    if not folder:
        return
    for token in tokens:
        if token.type == "url" or token.type == "string":
            continue
        if token.type == "function" and token.lower_name == "url":
            for part in token.arguments:
                if part.type == "string":
                    part.representation = f'"{_from_above(part.value, folder)}"'
        elif hasattr(token, "content") or hasattr(token, "arguments"):
            _move(getattr(token, "content", None) or getattr(token, "arguments", None) or [], folder)
    for token in tokens:
        if token.type == "url":
            token.representation = f'url("{_from_above(token.value, folder)}")'


def _from_above(address: str, folder: str) -> str:
    if re.match(r"[a-z][a-z0-9+.-]*:|[/#]", address, re.IGNORECASE):
        return address.replace('"', "%22")
    return normpath(join(folder, address))


def used(rules: Iterable[Rule], there: set[str]) -> Iterator[Rule]:
    """The rules that may find something. there: all words of pages and scripts."""
    left = list(_used(rules, there))
    called = {word for rule in _flat(left) if rule[0] == "style" for word in _WORD.findall(rule[2])}
    yield from (rule for rule in left if rule[0] != "keyframes" or rule[1] in called)


def _used(rules: Iterable[Rule], there: set[str]) -> Iterator[Rule]:
    for kind, head, body in rules:
        if kind == "style":
            if selectors := [each for each in head if there.issuperset(each[1])]:
                yield kind, selectors, body
        elif kind == "group":
            if inside := list(_used(body, there)):
                yield kind, head, inside
        else:
            yield kind, head, body


def _flat(rules: Iterable[Rule]) -> Iterator[Rule]:
    for rule in rules:
        if rule[0] == "group":
            yield from _flat(rule[2])
        else:
            yield rule


def text(rules: Iterable[Rule]) -> str:
    """The rules as a style sheet, one a line."""
    return "".join(f"{line}\n" for line in _lines(rules))


def _lines(rules: Iterable[Rule]) -> Iterator[str]:
    for kind, head, body in rules:
        if kind == "style":
            yield ",".join(selector for selector, _names in head) + body
        elif kind == "group":
            yield f"{head}{{{''.join(_lines(body))}}}"
        else:
            yield body
