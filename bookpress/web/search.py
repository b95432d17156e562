"""What the search finds: named things at their place, and numbers in the text.

* Figures, tables and whatever else a book gives names to are objects of the domain `book` (:func:`add_kind`): the
  search leads to the very place, and `objects.inv`, the inventory of the book, lists them for other Sphinx projects.
* Sphinx splits text at every character that is neither letter nor digit, and its search passes over what is only
  digits; `A4-05`, `8,665` and `2025-26` would be lost. Here they are words, whatever dash they are written with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.search.en import SearchEnglish
from sphinx.util.index_entries import split_index_msg

from bookpress.words import _

FIRST, AFTER_PAGES = 1, 2
"""Where a kind stands among the results: Sphinx's classes."""


class Named(Domain):
    """Things with a name and a place; `data` holds name -> (shown name, kind, document, anchor)."""

    name = "book"
    label = "Named things"
    initial_data = {"objects": {}}  # noqa: RUF012 - Sphinx's Domain declares it, and copies it for every environment
    data_version = 1

    def note(self, name: str, shown: str, kind: str, anchor: str) -> bool:
        """Enter an object of the document that is being read; False if the name stands there already."""
        if name in self.data["objects"]:
            return False
        self.data["objects"][name] = (shown, kind, self.env.docname, anchor)
        return True

    def clear_doc(self, docname: str) -> None:
        for name in [name for name, entry in self.data["objects"].items() if entry[2] == docname]:
            del self.data["objects"][name]

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        self.data["objects"] |= {name: e for name, e in otherdata["objects"].items() if e[2] in docnames}

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        for name, (shown, kind, docname, anchor) in self.data["objects"].items():
            yield name, shown, kind, docname, anchor, self.object_types[kind].attrs["searchprio"]

    def get_type_name(self, type: ObjType, primary: bool = False) -> str:
        """The kind alone, without the name of the domain, which says nothing to a reader."""
        return type.lname

    def resolve_any_xref(self, *args: Any) -> list[Any]:
        return []


def named(env: BuildEnvironment) -> Named:
    """The domain, typed."""
    domain = env.get_domain(Named.name)
    assert isinstance(domain, Named)
    return domain


def add_kind(app: Sphinx, kind: str, shown: str, priority: int = AFTER_PAGES) -> None:
    """Let things of a kind be found by name. shown: what the search calls it; priority: :data:`FIRST` or later."""
    app.registry.domain_object_types.setdefault(Named.name, {})[kind] = ObjType(shown, searchprio=priority)


def add_kinds(app: Sphinx) -> None:
    """Let figures and tables be found by what they show."""
    add_kind(app, "figure", _("figure"))
    add_kind(app, "table", _("table"))


def note_parts(app: Sphinx, doctree: nodes.document) -> None:
    """Enter the figures and tables of a page that have a name, by their finding or the caption's first sentence."""
    domain = named(app.env)
    parts: list[nodes.Element] = [*doctree.findall(nodes.figure), *doctree.findall(nodes.table)]
    for part in parts:
        said = next((child for child in part if isinstance(child, (nodes.caption, nodes.title))), None)
        if part["names"] and said is not None:
            shown = part.get("finding") or re.split(r"(?<=\w\w)\. ", _without_citations(said))[0]
            domain.note(part["names"][0], shown.strip().rstrip("."), part.tagname, part["ids"][0])


def _without_citations(words: nodes.Element) -> str:
    """Text of a caption; citations have only their keys until the book is written."""
    copy = words.deepcopy()
    for key in [ref for ref in copy.findall(addnodes.pending_xref) if ref.get("refdomain") == "cite"]:
        key.parent.remove(key)
    return copy.astext()


_DASHES = re.compile("[‐‑‒–—−]")
_WORD = re.compile(r"\w+(?:[.,-]\w+)*")
_IN_BROWSER = r"""
var splitQuery = (query) => (query.replace(/[‐‑‒–—−]/g, "-").match(/[\p{L}\p{N}_]+(?:[.,-][\p{L}\p{N}_]+)*/gu) || [])
  .flatMap((word) => /\p{N}/u.test(word) ? [word] : word.split(/[.,-]/));
"""


class EnglishWithNumbers(SearchEnglish):
    """English words; what holds a digit is also kept whole: `A4-05`, `8,665`, `58.8`, `2025-26`."""

    js_splitter_code = _IN_BROWSER

    def init(self, options: dict[str, str]) -> None:
        """Called by Sphinx for each build."""
        super().init(options)
        self._stems: dict[str, str] = {}

    def stem(self, word: str) -> str:
        """The stem of a word. Sphinx remembers those of one page, and most words are on many."""
        if word not in self._stems:
            self._stems[word] = super().stem(word)
        return self._stems[word]

    def split(self, input: str) -> list[str]:
        """Words of a text: all parts, and after them the whole where a digit is in it."""
        words = []
        for word in _WORD.findall(_DASHES.sub("-", input)):
            parts = re.split("[.,-]", word)
            words += parts
            if len(parts) > 1 and re.search(r"\d", word):
                words.append(word)
        return words


def complete_index(app: Sphinx) -> list[Any]:
    """Give the search what a clean build would: the index entries of all pages, and no word that none has any more.

    Sphinx keeps only the entries of the pages that this build wrote, as what it loads of the last build's search lacks
    them, and it keeps a word whose last page has lost it.
    """
    indexer = getattr(app.builder, "indexer", None)
    if indexer is not None:
        of_pages = app.env.domaindata["index"]["entries"]
        indexer._index_entries.clear()
        indexer._index_entries |= {name: _searched(of_pages.get(name, [])) for name in sorted(indexer._titles)}
        for words in (indexer._mapping, indexer._title_mapping):
            for word in [word for word, pages in words.items() if not pages]:
                del words[word]
    return []


def _searched(entries: list[tuple[str, str, str, str, str | None]]) -> list[tuple[str, str, str]]:
    """Index entries in the form in which Sphinx's search keeps them: each word or phrase, its place, whether main."""
    phrases = set()
    for kind, value, target, main, _key in entries:
        parts = split_index_msg(kind, value)
        phrases |= {(part, target, main) for part in (parts[:1] if kind in {"see", "seealso"} else parts)}
    return sorted(phrases)
