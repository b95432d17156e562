"""The list of works in print: what one author wrote stands below the name, and an address is a link behind the title.

In the order of a list by author and date a newspaper would be named a hundred times. In the PDF each name is said once,
as is the kind of work if all of its works share one; the addresses, which nobody types in, take no room.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from bookpress.cite.bibliography import author_of


class WorksOf(nodes.container):
    """Works of one author, in a list of works; attributes `author`, `kind` (of all of them, or nothing)."""


class PrintedWorks(SphinxPostTransform):
    """Group the works of one author, and put their addresses behind their titles."""

    default_priority = 6  # when sphinxcontrib-bibtex has made the entries
    formats = ("typst",)

    def run(self, **kwargs: Any) -> None:
        first = {id(node.parent): node.parent for node in self.document.findall(nodes.citation)}
        for listed in first.values():
            works = [child for child in listed.children if isinstance(child, nodes.citation)]
            if len(works) != len(listed.children):
                continue
            for work in works:
                _link_title(_entry(work))
            listed.children = []
            for author, group in groupby(works, lambda work: author_of(_label(work))):
                listed.extend(_of_one(author, list(group)))


def _label(work: nodes.citation) -> str:
    label = work.next_node(nodes.label)
    return label.astext() if label is not None else ""


def _entry(work: nodes.citation) -> nodes.paragraph:
    paragraph = work.next_node(nodes.paragraph)
    assert paragraph is not None
    return paragraph


def _of_one(author: str, works: list[nodes.citation]) -> list[nodes.Element]:
    """The works as they are, or below the name that each of them begins with."""
    texts = [_entry(work).astext() for work in works]
    if not author or len(works) < 2 or not all(text.startswith(f"{author} (") for text in texts):
        return [*works]
    for work in works:
        _drop(_entry(work), len(author) + 1)
    kinds = {_kind(_entry(work)) for work in works}
    kind = kinds.pop() if len(kinds) == 1 else ""
    for work in works if kind else ():
        entry = _entry(work)
        place = next(k for k, child in enumerate(entry) if child.astext() == kind)
        del entry[place - 1 : place + 1]  # with the space before it
    return [WorksOf("", *works, author=author, kind=kind.strip("[]"))]


def _kind(entry: nodes.paragraph) -> str:
    texts = (child.astext() for child in entry if isinstance(child, nodes.Text))
    return next((text for text in texts if text.startswith("[") and text.endswith("]")), "")


def _drop(entry: nodes.paragraph, length: int) -> None:
    """Take so many characters off the beginning."""
    while length > 0:
        text = entry[0].astext()
        if len(text) <= length:
            del entry[0]
        else:
            entry[0] = nodes.Text(text[length:])
        length -= len(text)


def _link_title(entry: nodes.paragraph) -> None:
    """Let the title be the link to the address that ends an entry, instead of the address."""
    link = next((node for node in entry if isinstance(node, nodes.reference) and _is_bare(node)), None)
    begin = next((k for k, node in enumerate(entry) if node.astext().startswith("“")), None)
    if link is None or begin is None:
        return
    end = next((k for k in range(begin, len(entry)) if "”" in entry[k].astext()), None)
    place = entry.index(link)
    if end is None or place < end or entry[place - 1].astext().strip() != "URL:":
        return
    del entry[place - 1 : place + 1]
    if place - 1 < len(entry) and entry[place - 1].astext().startswith((".", ",")):
        rest = entry[place - 1].astext()[1:].lstrip()
        entry[place - 1] = nodes.Text(rest)
    title = nodes.reference("", "", *entry[begin : end + 1], refuri=link["refuri"])
    del entry[begin : end + 1]
    entry.insert(begin, title)


def _is_bare(link: nodes.reference) -> bool:
    return bool(link.get("refuri")) and link.astext() == link["refuri"]


def print_works(self: Any, node: WorksOf) -> None:
    """In the PDF of `bookpress.typst`."""
    from bookpress.typst.markup import inline

    kind = f", kind: [{inline(node['kind'])}]" if node["kind"] else ""
    self.body.append(f"\n#reference-group([{inline(node['author'])}]{kind})[{self.children(node)}]\n\n")
    raise nodes.SkipNode
