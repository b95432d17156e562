"""The writer: walks the doctree of the whole book, asks the rule of each node, and keeps what rules share.

A rule is a function that returns the Typst source of a node; the modules of `bookpress.typst.rules` declare theirs with
`writes`. Other packages bring rules as to every Sphinx builder::

    app.add_node(recipe, typst=(visit_recipe, depart_recipe))

``visit_recipe(self, node)`` gets this writer as `self` and appends Typst source to ``self.body``; then the children of
the node are written, then ``depart_recipe(self, node)`` (or none) is called. ``raise nodes.SkipNode`` in the first
leaves out both, and lets a rule write the children itself: `children`, `content`, `box` and `anchors` help. Text must
go through `bookpress.typst.markup`, whose functions keep it from being read as markup.

The rule of a class goes for its subclasses too. What another package brings goes before what stands here, for the same
class; ``app.set_translator("typst", …)`` takes a subclass of `Writer`, with methods ``visit_…`` of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.builders import Builder
from sphinx.util import logging
from sphinx.util.docutils import SphinxTranslator

from bookpress.forms import RTL
from bookpress.typst.markup import array, ascii_name, inline, literal, name
from bookpress.typst.settings import Page

log = logging.getLogger(__name__)

Rule = Callable[["Writer", Any], str]
RULES: dict[str, Rule] = {}
"""Rules by the name of the node's class."""
_R = TypeVar("_R", bound=Rule)


def writes(*names: str) -> Callable[[_R], _R]:
    """Declare the rule for nodes of classes with these names."""

    def declare(rule: _R) -> _R:
        RULES.update(dict.fromkeys(names, rule))
        return rule

    return declare


@dataclass
class IndexTerm:
    """An index entry: the labels of its places, what it refers the reader to, and the terms below it."""

    labels: list[str] = field(default_factory=list)
    see: str = ""
    below: dict[str, IndexTerm] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where the node being written stands, as far as it changes what may be printed there."""

    doc: str
    width: float
    base: int = 1  # level of the document's first heading
    depth: int = 0  # sections around the node, within its document
    in_part: bool = False
    boxed: bool = False  # in a list, box, table or caption: no floats, no bleed, no turned page
    table: bool = False
    heading: bool = False  # its text is repeated in the contents: nothing in it may have a label
    link: bool = False  # no page number or note inside a link's text
    note: bool = False
    entry: bool = False  # in the bibliography
    addresses: set[str] = field(default_factory=set)  # those that a note of the chapter gives already


class Writer(SphinxTranslator):
    """Writes nodes as Typst source. `sources` holds the text of each document afterwards, in reading order."""

    def __init__(self, document: nodes.document, builder: Builder) -> None:
        super().__init__(document, builder)
        self.env = builder.env
        self.root: str = builder.config.root_doc
        self.page = Page.configured(builder.config)
        self.place = Place(self.root, self.page.text_width)
        self.body: list[str] = []  # what rules of other packages append to
        self.sources: dict[str, str] = {}
        self.index: dict[str, IndexTerm] = {}
        self.labels: dict[str, str] = {}  # label -> document that holds it
        self.references: list[tuple[str, nodes.Element]] = []
        self.below_part = False  # a part has been named, and its first chapter stands below it on the same page
        self.has_figures = False  # numbered ones, which the list of figures names
        self.counts = {"index": 0, "figure": 0, "image": 0, "lost image": 0}
        self.notes = {
            (note.get("docname", self.root), ident): note
            for note in document.findall(nodes.footnote)
            for ident in note["ids"]
        }
        self.printed_notes: set[str] = set()
        self.notes_in_tables: list[nodes.Element] = []  # printed with their table already
        self.quiet_targets = _quiet_targets(document, self.root)
        self.first_headings: dict[str, list[str]] = {}  # document -> ids of its first heading
        self._pending: list[str] = []  # labels of documents and headings that wait for the next heading
        self._unknown: set[str] = set()
        self._left_out = frozenset(builder.config.typst_omit_classes)
        self.left_out = _targets_within(document, self.root, self._left_out)

    # ------------------------------------------------------------------------------------------------ the whole book
    def write_book(self) -> None:
        """Write the whole tree, starting with the root document."""
        self.write_document(cast(nodes.Element, self.document), self.root, 1)
        for label, node in self.references:
            if label not in self.labels:
                self.warn("reference", f"the target {label!r} of a reference is not printed", node)
                self.sources[self.root] += f"\n#anchor({name(label)})\n"
                self.labels[label] = self.root

    def write_document(self, node: nodes.Element, doc: str, base: int) -> None:
        """Write a document into a source of its own; `base` is the level of its first heading."""
        self.sources[doc] = ""  # takes its place in reading order before the documents below it
        with self._standing(Place(doc, self.page.text_width, base, in_part=self.place.in_part)):
            self._pending.append(doc)
            self.labels[doc] = doc
            _below_heading(node)
            body = self.children(node)
            if doc in self.config.typst_small_documents:
                body = f"#show: small-print\n{body}"
            self.sources[doc] = body + anchor(self.take_pending())

    # ------------------------------------------------------------------------------------------------------ dispatch
    def write(self, node: nodes.Node) -> str:
        """Return the Typst source of one node."""
        if isinstance(node, nodes.Text):
            return inline(self.printable(node.astext()))
        element = cast(nodes.Element, node)
        if self._left_out.intersection(element.get("classes", ())):
            return ""
        for cls in type(element).__mro__:
            visit = getattr(self, f"visit_{cls.__name__}", None)
            if visit is not None:
                return self._visited(visit, getattr(self, f"depart_{cls.__name__}", None), element)
            if cls.__name__ in RULES:
                return RULES[cls.__name__](self, element)
        if element.tagname not in self._unknown:
            self._unknown.add(element.tagname)
            self.warn("node", f"no rule for node <{element.tagname}>; its text is printed", element)
        return self.children(element)

    def _visited(
        self, visit: Callable[[Any], object], depart: Callable[[Any], object] | None, node: nodes.Element
    ) -> str:
        """Write a node by functions of another package, as `nodes.Node.walkabout` calls them."""
        outer, self.body = self.body, []
        try:
            try:
                visit(node)
            except nodes.SkipNode:
                return "".join(self.body)
            except nodes.SkipDeparture:
                depart = None
            except nodes.SkipChildren:
                pass
            else:
                self.body.append(self.children(node))
            if depart is not None:
                depart(node)
            return "".join(self.body)
        finally:
            self.body = outer

    def printable(self, text: str) -> str:
        """Return text with what the configuration substitutes in it."""
        for without_font, substitute in self.config.typst_substitutes.items():
            text = text.replace(without_font, substitute)
        return text

    def children(self, node: nodes.Element) -> str:
        """Return the Typst source of a node's children."""
        written: list[str] = []
        with suppress(nodes.SkipSiblings):
            written.extend(self.write(child) for child in node.children)
        text = "".join(written)
        return f"#text(dir: rtl)[{text}]" if text and RTL in node.get("classes", ()) else text

    def content(self, node: nodes.Element) -> str:
        """Return a node's children as one argument of a function: in square brackets."""
        return "[" + self.children(node).strip() + "]"

    @contextmanager
    def _standing(self, place: Place) -> Iterator[None]:
        saved, self.place = self.place, place
        try:
            yield
        finally:
            self.place = saved

    @contextmanager
    def at(self, **changes: Any) -> Iterator[None]:
        """Write what stands in this context at a place with these changes."""
        with self._standing(replace(self.place, **changes)):
            yield

    @contextmanager
    def boxed(self, points: float) -> Iterator[None]:
        """Write within a box that is narrower by so many points."""
        with self.at(boxed=True, width=max(self.place.width - points, 90.0)):
            yield

    def box(self, function: str, node: nodes.Element, title: str = "none", options: str = "") -> str:
        """Return the call of a function of the template for a node, with its own title child if it has one."""
        if (child := first(node, nodes.title)) is not None:
            title = self.content(child)
        with self.boxed(24):
            body = self.children(node).strip()
        return f"\n{self.anchors(node)}#{function}({options}title: {title})[{body}]\n\n"

    def warn(self, subtype: str, message: str, node: nodes.Node | None = None) -> None:
        """Warn in the way that ``suppress_warnings: [typst.SUBTYPE]`` silences."""
        log.warning(message, location=node, type="typst", subtype=subtype)

    # --------------------------------------------------------------------------------------------- labels and anchors
    def label(self, ident: str) -> str:
        """Return the label of an id in the document being written, or of the document itself."""
        return f"{self.place.doc}:{ident}" if ident else self.place.doc

    def new_labels(self, node: nodes.Element) -> list[str]:
        """Return labels of a node's ids that have not been given yet (a label may stand only once)."""
        labels = []
        for ident in node["ids"]:
            label = self.label(ident)
            if label not in self.labels:
                self.labels[label] = self.place.doc
                labels.append(label)
        return labels

    def anchors(self, node: nodes.Element) -> str:
        """Return anchors for a node's ids; those in a heading stand after it, for headings are printed repeatedly."""
        return self.anchor(self.new_labels(node))

    def anchor(self, labels: list[str]) -> str:
        """Return anchors with these labels, or keep them until the heading around has ended."""
        if self.place.heading:
            self._pending += labels
            return ""
        return anchor(labels)

    def take_pending(self) -> list[str]:
        """Return labels that wait for a heading, and forget them."""
        taken, self._pending = self._pending, []
        return taken

    # ---------------------------------------------------------------------------------------------------- numbers, text
    def number(self, kind: str, node: nodes.Element) -> str:
        """Return the number of a figure, table or whatever is counted, in the words of ``numfig_format``."""
        numbers = self.env.toc_fignumbers.get(self.place.doc, {}).get(kind, {})
        for ident in node["ids"]:
            if numbers.get(ident):
                return str(self.config.numfig_format.get(kind, "%s") % ".".join(map(str, numbers[ident])))
        return ""


def anchor(labels: list[str]) -> str:
    """Return the call that puts anchors with these labels."""
    return f"#anchor({', '.join(name(label) for label in labels)})" if labels else ""


def names(labels: list[str]) -> str:
    """Return labels as a Typst array."""
    return array([name(label) for label in labels])


_N = TypeVar("_N", bound=nodes.Element)


def first(node: nodes.Element, kind: type[_N]) -> _N | None:
    """Return the first child of a kind."""
    return next((child for child in node.children if isinstance(child, kind)), None)


def classes(node: nodes.Node) -> list[str]:
    """Return the classes of a node; a text has none."""
    return list(node.get("classes", ())) if isinstance(node, nodes.Element) else []


def source_name(docname: str) -> str:
    """Return the path of a document's Typst file in the project."""
    return f"/text/{ascii_name(docname.replace('/', '--'))}.typ"


def include(docname: str) -> str:
    """Return the call that prints a document."""
    return f"#include {literal(source_name(docname))}"


_NO_WORDS = (nodes.Invisible, nodes.target, nodes.Titular, addnodes.index, addnodes.toctree, nodes.raw)


def _below_heading(node: nodes.Element) -> None:
    """Words before a document's first heading stand below it: before it they would belong to the chapter before."""
    section = first(node, nodes.section)
    if section is None or not isinstance(section.next_node(), nodes.title):
        return
    ahead = node.children[: node.index(section)]
    if any(not isinstance(child, _NO_WORDS) and child.astext().strip() for child in ahead):
        for child in ahead:
            node.remove(child)
        section.children[1:1] = ahead
        for child in ahead:
            child.parent = section


def _targets_within(document: nodes.document, root: str, left_out: frozenset[str]) -> set[tuple[str, str]]:
    """Targets in what is not printed: what refers to them keeps its words."""
    found: set[tuple[str, str]] = set()

    def walk(node: nodes.Element, doc: str, out: bool) -> None:
        for child in node.children:
            if isinstance(child, nodes.Element):
                inner = child["docname"] if isinstance(child, addnodes.start_of_file) else doc
                without = out or bool(left_out.intersection(child.get("classes", ())))
                if without:
                    found.update((inner, ident) for ident in child["ids"])
                walk(child, inner, without)

    walk(document, root, False)
    return found


def _quiet_targets(document: nodes.document, root: str) -> set[tuple[str, str]]:
    """Targets whose references take no page number: glossary terms, bibliography entries, formulas, footnotes."""
    quiet: set[tuple[str, str]] = set()
    kinds = (nodes.term, nodes.citation, nodes.math_block, nodes.footnote, nodes.footnote_reference)

    def walk(node: nodes.Element, doc: str) -> None:
        for child in node.children:
            if isinstance(child, nodes.Element):
                inner = child["docname"] if isinstance(child, addnodes.start_of_file) else doc
                if isinstance(child, kinds):
                    quiet.update((inner, ident) for ident in child["ids"])
                walk(child, inner)

    walk(document, root)
    return quiet
