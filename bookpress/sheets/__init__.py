"""Style sheets as text: one made of several, without the rules of which nothing on any page has need.

Here: what is a rule, which names it speaks of, where its pictures are. Not here: which sheets a page has
(`bookpress.web.slim`).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"""\\.|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[()\[\]{};,]|[^\\"'()\[\]{};,]+""", re.DOTALL)
"""Strings whole: what looks like a bracket in one is none."""
_CONDITIONS = ("@media", "@supports", "@layer", "@container")
_ASIDE = re.compile(r"\[[^\[\]]*\]|:[\w-]+\([^()]*\)")
"""Parts of a selector of which no one name alone has to be there, innermost first."""
_NAME = re.compile(r"[.#](-?[_a-zA-Z](?:[\w-]|\\.)*)")
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


def rules(css: str) -> Iterator[tuple[str, str | None]]:
    """What stands before the braces of each rule and what in them; None for a line without, such as `@charset`.

    As browsers read it: a rule that does not end goes to the end of the sheet.
    """
    head: list[str] = []
    body: list[str] = []
    depth = inner = 0
    for token in _TOKEN.findall(_COMMENT.sub("", css)):
        inner += (token in "([") - (token in ")]")
        if token == "}" and not inner:
            depth -= 1
            if depth == 0:
                yield "".join(head).strip(), "".join(body).strip()
                head, body = [], []
                continue
        if depth:
            body.append(token)
        elif token == ";" and not inner:
            yield "".join(head).strip(), None
            head = []
        elif token != "{":
            head.append(token)
        if token == "{" and not inner:
            depth += 1
    if depth:
        yield "".join(head).strip(), "".join(body).strip() + "}" * (depth - 1)


def _selectors(head: str) -> Iterator[str]:
    one: list[str] = []
    inner = 0
    for token in _TOKEN.findall(head):
        inner += (token in "([") - (token in ")]")
        if token == "," and not inner:
            yield "".join(one).strip()
            one = []
        else:
            one.append(token)
    yield "".join(one).strip()


def needed(selector: str, names: Names) -> bool:
    """Whether something on a page may be meant: all classes and ids that it must have are there."""
    while (plain := _ASIDE.sub("", selector)) != selector:
        selector = plain
    return all(re.sub(r"\\(.)", r"\1", name) in names for name in _NAME.findall(plain))


def pruned(css: str, names: Names) -> str:
    """The sheet without comments, and without selectors that mean nothing on any page."""
    kept = []
    for head, body in rules(css):
        if body is None:
            kept += [] if head.startswith("@charset") else [f"{head};"]
        elif head.startswith(_CONDITIONS):
            if inside := pruned(body, names):
                kept.append(f"{head}{{{inside}}}")
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}")
        elif meant := [selector for selector in _selectors(head) if needed(selector, names)]:
            kept.append(f"{','.join(meant)}{{{body}}}")
    return "\n".join(kept)


def moved(css: str, folder: str, target: str) -> str:
    """The sheet of a folder as it reads in another: its relative addresses lead to the same files."""
    way = posixpath.relpath(folder or ".", target or ".")
    return _ADDRESS.sub(lambda found: found[1] + posixpath.normpath(f"{way}/{found[2].strip()}"), css)


def joined(sheets: Iterable[tuple[str, str]], names: Names, target: str) -> str:
    """One sheet of several, in their order. sheets: folder and text of each; target: folder of the one."""
    lines = [line for folder, text in sheets for line in pruned(moved(text, folder, target), names).split("\n") if line]
    return (
        "\n".join(sorted(lines, key=lambda line: not line.startswith("@import"))) + "\n"
    )  # these can stand only first
