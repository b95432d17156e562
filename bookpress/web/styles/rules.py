"""The rules of style sheets: read, chosen by what they find, and written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from posixpath import dirname, join, normpath
from typing import Any

import tinycss2
from sphinx.errors import SphinxError

Rule = tuple[str, Any, Any]
"""`style`, list of selectors with the names that each wants, block; `group`, prelude, rules; `keyframes`, name, text;
or `other`, "", text."""
_WORD = re.compile(r"[\w-]+")
_SEPARATORS = bytes(sign if sign >= 0x80 or chr(sign).isalnum() or chr(sign) in "_-" else 0x20 for sign in range(256))
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|[/#]", re.IGNORECASE)
"""An address that does not begin at the sheet."""
_GROUPS = {"media", "supports", "layer", "container"}
_LEFT_OUT = {"charset"}  # all is UTF-8


def parsed(sheet: str, name: str, read: Callable[[str], str]) -> Iterator[Rule]:
    """The rules of a sheet, and in their place those of sheets that it imports. name: where it lies below the pages;
    addresses in it are made those of `_static`. read: gives the text of another sheet by such a name.

    What a browser would not understand, or not fetch, is left out as it leaves it out. Raises SphinxError for a sheet
    that is imported and not there, or into a layer.
    """
    folder = dirname(normpath(name).removeprefix("_static").lstrip("/"))
    for node in tinycss2.parse_stylesheet(sheet, skip_whitespace=True):
        if node.type == "at-rule" and node.lower_at_keyword == "import":
            yield from _imported(node, name, read)
        else:
            yield from _rules([node], name, folder)


def _imported(node: Any, name: str, read: Callable[[str], str]) -> Iterator[Rule]:
    place = f"{name}, line {node.source_line}: @import"
    parts = [part for part in node.prelude if part.type not in ("whitespace", "comment")]
    if not parts:
        return
    first, condition = parts[0], tinycss2.serialize(parts[1:]).strip()
    inside = first.arguments if first.type == "function" else [first]
    address = next((part.value for part in inside if part.type in ("string", "url")), "")
    if not address or _ELSEWHERE.match(address):  # which the policy of the pages would refuse
        return
    if re.match("layer|supports", condition):
        raise SphinxError(f"{place} {tinycss2.serialize(node.prelude).strip()}: let the page load it itself")
    other = normpath(join(dirname(name), address))
    try:
        rules = list(parsed(read(other), other, read))
    except OSError:
        raise SphinxError(f"{place}: {other} is not there") from None
    yield from [("group", f"@media {condition}", rules)] if condition else rules


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


def _at_rule(node: Any, name: str, folder: str) -> Iterator[Rule]:
    keyword, prelude = node.lower_at_keyword, tinycss2.serialize(node.prelude).strip()
    if keyword in _LEFT_OUT:
        return
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
    if any(token.type == "error" for token in prelude):  # a bracket too many: the rule finds nothing
        return []
    return [(tinycss2.serialize(tokens).strip(), sorted(_wanted(tokens))) for tokens in found]


def _wanted(tokens: list[Any]) -> set[str]:
    """Classes, identifiers and elements of a selector. What stands in brackets is not looked at: a script may set an
    attribute under another name, and what `:not()` and `:is()` hold is not wanted as a whole."""
    pairs = zip([None, *tokens], tokens, strict=False)
    names = {
        token.value if before == "." else token.lower_value  # elements in any case
        for before, token in pairs
        if token.type == "ident" and before != ":"
    }
    names |= {token.value for token in tokens if token.type == "hash"}
    return {part.decode() for name in names for part in split(name.encode())}


def split(content: bytes) -> list[bytes]:
    """The words of a text, as names are looked for in them: of a class `md:flex` both parts."""
    return content.translate(_SEPARATORS).split()


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
    if _ELSEWHERE.match(address):
        return address.replace('"', "%22")
    return normpath(join(folder, address))


def wanted(rules: Iterable[Rule]) -> frozenset[str]:
    """All names that selectors want."""
    return frozenset(name for rule in _flat(rules) if rule[0] == "style" for each in rule[1] for name in each[1])


def used(rules: Iterable[Rule], there: set[str]) -> Iterator[Rule]:
    """The rules that may find something. there: words of pages and scripts, at least those that are :func:`wanted`."""
    left = list(_used(rules, there | {word.lower() for word in there}))
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
            if head:
                yield ",".join(selector for selector, _names in head) + body
        elif kind == "group":
            yield f"{head}{{{''.join(_lines(body))}}}"
        else:
            yield body
