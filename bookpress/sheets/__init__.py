"""Style sheets as text: one made of several.

Here: what is a rule, where its pictures are; tinycss2 reads sheets as browsers read them. Not here: which sheets a page
has (`bookpress.web.slim`).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Any

import tinycss2

_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|/|#", re.IGNORECASE)


def plain(css: str) -> str:
    """The sheet, a rule on a line, without comments."""
    return "\n".join(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))


def _rules(found: Iterable[Any]) -> Iterator[str]:
    for rule in found:
        if rule.type == "error":  # what browsers pass over
            continue
        head = tinycss2.serialize(_without_comments(rule.prelude)).strip()
        body = "" if rule.content is None else tinycss2.serialize(_without_comments(rule.content)).strip()
        if rule.type == "qualified-rule":
            yield f"{head}{{{body}}}"
        elif rule.content is None:
            if rule.lower_at_keyword != "charset":
                yield f"@{rule.at_keyword} {head};"
        else:
            yield f"{f'@{rule.at_keyword} {head}'.rstrip()}{{{body}}}"


def _without_comments(tokens: Iterable[Any]) -> list[Any]:
    return [token for token in tokens if token.type != "comment"]


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


def joined(sheets: Iterable[tuple[str, str]], target: str) -> str:
    """One sheet of several, in their order. sheets: folder and text of each; target: folder of the one."""
    lines = [line for folder, text in sheets for line in plain(moved(text, folder, target)).split("\n") if line]
    imports_first = sorted(lines, key=lambda line: not line.startswith("@import"))  # they can stand nowhere else
    return "\n".join(imports_first) + "\n"
