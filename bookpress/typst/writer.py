"""From the assembled doctree of the book to Typst source, one file for each document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.index_entries import split_index_msg

from bookpress.typst.html_tables import read_html_table
from bookpress.typst.markup import address as address_text
from bookpress.typst.markup import array, boolean, code, inline, literal
from bookpress.typst.maths import UnsupportedFormula, to_typst
from bookpress.typst.tables import TEXT_WIDTH, Cell, Layout, Table, choose_layout, is_long, write_table

if TYPE_CHECKING:
    from bookpress.typst.builder import TypstBuilder

log = logging.getLogger(__name__)

# Nodes with one of these classes are for the screen only. myst-nb turns a cell's tag into a class "tag_...".
LEFT_OUT = {"only-dark", "vouch-links", "html-only", "tag_html-only"}
ONE_LINE = 85  # characters that fill a line of ordinary text
MOST_LISTED = 15  # of a chapter with more sections (a data dictionary), the contents list none; all are bookmarked

# A reference whose text is a label with a number ("Figure 3") takes a comma before its page, others take brackets.
_LABEL = re.compile(r"\w+\.?\s+[A-Z]?[\d.]+|[\d.]+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"“‘'(]?[A-ZÀ-ÞА-Я])")
_REFERENCE = "\ufffc"  # stands for a reference while a caption is shortened
_ICON = re.compile(r"\s*(<svg|<span class=\"(fa|sd-material)|<i class)", re.I)
_LANGUAGES = {"ipython3": "python", "ipython": "python", "python3": "python", "console": "bash", "sh": "bash"}
_HIGHLIGHTED = {"python", "bash", "json", "yaml", "toml", "html", "sql", "r", "bibtex"}


@dataclass
class IndexTerm:
    """An index entry: the labels of its places, what it refers the reader to, and the terms below it."""

    labels: list[str] = field(default_factory=list)
    see: str = ""
    below: dict[str, IndexTerm] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """What surrounds the node being written, as far as it changes what may be printed there."""

    width: float = TEXT_WIDTH
    boxed: bool = False  # in a list, box, table or caption: no floats, no bleed, no turned page
    table: bool = False
    heading: bool = False
    note: bool = False
    entry: bool = False  # in the bibliography


class BookWriter:
    """Writes nodes as Typst source. `sources` holds the text of each document afterwards, in reading order.

    A method named after a node's class writes it; a node without one is reported, and its children are written.
    """

    def __init__(self, builder: TypstBuilder, tree: nodes.document, root: str) -> None:
        self.builder, self.config, self.env = builder, builder.config, builder.env
        self.root = root
        self.sources: dict[str, str] = {}
        self.index: dict[str, IndexTerm] = {}
        self.labels: dict[str, str] = {}  # label -> document that holds it
        self.references: list[tuple[str, nodes.Element]] = []
        self._doc, self._base, self._depth = root, 1, 0
        self._place = Place()
        self._unknown: set[str] = set()
        self._notes = {
            (note.get("docname", root), name): note for note in tree.findall(nodes.footnote) for name in note["ids"]
        }
        self._printed_notes: set[str] = set()
        self._notes_in_tables: list[nodes.Element] = []  # printed with their table already
        self._addresses: set[str] = set()
        self._quiet_targets = self._find_quiet_targets(tree)
        self._chapters: dict[str, str] = {}
        self._titles: dict[str, list[str]] = {}  # document -> ids of its first heading
        self._pending: list[str] = []
        self._index_marks = self._figures = self._images = 0
        self.has_figures = False  # numbered ones, which the list of figures names

    # ------------------------------------------------------------------------------------------------ the whole book
    def write(self, tree: nodes.document) -> None:
        """Write the whole tree, starting with the root document."""
        self._write_document(tree, self.root, 1)
        for label, node in self.references:
            if label not in self.labels:
                log.warning("typst: the target %r of a reference is not printed", label, location=node)
                self.sources[self.root] += f"\n#anchor({literal(label)})\n"
                self.labels[label] = self.root

    def _write_document(self, node: nodes.Element, name: str, base: int) -> None:
        saved = self._doc, self._base, self._depth, self._place, self._addresses
        self._doc, self._base, self._depth, self._place, self._addresses = name, base, 0, Place(), set()
        self.sources[name] = ""  # takes its place in reading order before the documents below it
        self._pending.append(self._label(""))
        self.labels[name] = name
        body = self._children(node)
        self.sources[name] = body + self._anchors_call(self._take_pending())
        self._doc, self._base, self._depth, self._place, self._addresses = saved

    def start_of_file(self, node: nodes.Element) -> str:
        """A document below this one: it gets its own file, one level down (below the root: a chapter)."""
        name = node["docname"]
        top = 2 if self._in_part else 1
        base = top if self._doc == self.root else self._base + 1
        self._write_document(node, name, base)
        return f"\n#include {literal(source_name(name))}\n"

    _in_part = False

    def compound(self, node: nodes.Element) -> str:
        """A toctree with a caption is a part of the book."""
        if "toctree-wrapper" not in node.get("classes", []) or self._doc != self.root:
            return self._children(node)
        title = node.get("caption", "")
        saved, self._in_part = self._in_part, bool(title)
        head = f"\n#part({literal(title)})\n" if self._in_part else ""
        body = self._children(node)
        self._in_part = saved
        return head + body

    # ------------------------------------------------------------------------------------------------------ dispatch
    def __call__(self, node: nodes.Node) -> str:
        """Return the Typst source of one node."""
        if isinstance(node, nodes.Text):
            return inline(self._printable(node.astext()))
        if LEFT_OUT.intersection(node.get("classes", ())):
            return ""
        for cls in type(node).__mro__:
            method: Callable[[nodes.Node], str] | None = _RULES.get(cls.__name__)
            if method is not None:
                return method(self, node)
        if node.tagname not in self._unknown:
            self._unknown.add(node.tagname)
            log.warning("typst: no rule for node <%s>", node.tagname, location=node)
        return self._children(node)

    def _printable(self, text: str) -> str:
        for without_font, substitute in self.config.typst_substitutes.items():
            text = text.replace(without_font, substitute)
        return text

    def _children(self, node: nodes.Element) -> str:
        return "".join(self(child) for child in node.children)

    def _content(self, node: nodes.Element) -> str:
        return "[" + self._children(node).strip() + "]"

    def _skip(self, _node: nodes.Element) -> str:
        return ""

    @contextmanager
    def _at(self, **changes: object) -> Iterator[None]:
        saved = self._place
        self._place = Place(**{**vars(saved), **changes})
        yield
        self._place = saved

    # --------------------------------------------------------------------------------------------- labels and anchors
    def _label(self, ident: str) -> str:
        return f"{self._doc}:{ident}" if ident else self._doc

    def _new_labels(self, node: nodes.Element) -> list[str]:
        """Labels of a node's ids that have not been given yet (a label may stand only once)."""
        labels = []
        for ident in node.get("ids", []):
            label = self._label(ident)
            if label not in self.labels:
                self.labels[label] = self._doc
                labels.append(label)
        return labels

    def _take_pending(self) -> list[str]:
        taken, self._pending = self._pending, []
        return taken

    @staticmethod
    def _anchors_call(labels: list[str]) -> str:
        return f"#anchor({', '.join(literal(label) for label in labels)})" if labels else ""

    def _anchors(self, node: nodes.Element) -> str:
        return self._anchors_call(self._new_labels(node))

    def _find_quiet_targets(self, tree: nodes.document) -> set[tuple[str, str]]:
        """Targets whose references take no page number: glossary terms, bibliography entries, formulas, footnotes."""
        quiet: set[tuple[str, str]] = set()
        kinds = (nodes.term, nodes.citation, nodes.math_block, nodes.footnote, nodes.footnote_reference)

        def walk(node: nodes.Element, doc: str) -> None:
            for child in node.children:
                if isinstance(child, nodes.Element):
                    inner = child["docname"] if isinstance(child, addnodes.start_of_file) else doc
                    if isinstance(child, kinds):
                        quiet.update((inner, ident) for ident in child.get("ids", []))
                    walk(child, inner)

        walk(tree, self.root)
        return quiet

    # ------------------------------------------------------------------------------------------------------ headings
    def section(self, node: nodes.Element) -> str:
        self._depth += 1
        out = self._children(node)
        self._depth -= 1
        return out

    def title(self, node: nodes.Element) -> str:
        parent = node.parent
        if not isinstance(parent, nodes.section):
            return ""  # of tables, boxes and topics: written by these
        numbers = self.env.toc_secnumbers.get(self._doc, {})
        number = next((numbers[f"#{i}"] for i in parent["ids"] if f"#{i}" in numbers), None)
        if number is None and self._depth == 1:
            number = numbers.get("")
        shown = ".".join(map(str, number)) if number else ""
        labels = self._take_pending() + self._new_labels(parent)
        with self._at(heading=True):
            body = self._content(node)
        level = self._base + self._depth - 1
        anchors = array([literal(label) for label in labels])
        common = f"level: {level}, number: {literal(shown)}, anchors: {anchors}"
        top = self._depth == 1 and self._base <= (2 if self._chapter_in_part() else 1)
        if top:
            if shown:
                self._chapters[self._doc] = shown
            self._addresses = set()
            return f"\n#chapter({common}, plain: {literal(self._plain(node))}, {body})\n\n"
        depth = level - (2 if self._chapter_in_part() else 1)
        siblings = sum(isinstance(child, nodes.section) for child in parent.parent.children)
        listed = boolean(siblings <= MOST_LISTED)
        return f"\n#section({common}, depth: {max(depth, 1)}, listed: {listed}, {body})\n\n"

    def _chapter_in_part(self) -> bool:
        return self._in_part and self._doc != self.root

    def rubric(self, node: nodes.Element) -> str:
        return f"\n{self._anchors(node)}#rubric({self._content(node)})\n\n"

    @staticmethod
    def _plain(node: nodes.Element, short: bool = False) -> str:
        """A node's text without notes; `short`: for a list, also without brackets that hold references."""
        copy = node.deepcopy()
        for child in list(copy.findall(nodes.footnote_reference)):
            child.parent.remove(child)
        if short:
            for child in list(copy.findall(nodes.reference)):
                child.replace_self(nodes.Text(_REFERENCE))
        text = copy.astext()
        text = re.sub(rf"\s*\([^()]*{_REFERENCE}[^()]*\)", "", text).replace(_REFERENCE, "")
        return re.sub(r"\s+", " ", text).strip()

    # ---------------------------------------------------------------------------------------------- paragraphs, inline
    def paragraph(self, node: nodes.Element) -> str:
        if "article-heading" in node.get("classes", ()):  # of an article that the book reproduces
            return self.rubric(node)
        siblings = node.parent.children
        opens = isinstance(siblings[0], nodes.title) and node.parent.index(node) == 1 < len(siblings) - 1
        if opens and len(node.astext()) < ONE_LINE:
            return f"\n{self._anchors(node)}#opening-line({self._content(node)})\n\n"
        return "\n" + self._anchors(node) + self._children(node) + "\n\n"

    def _wrapped(function: str) -> Callable[[BookWriter, nodes.Element], str]:
        def rule(self: BookWriter, node: nodes.Element) -> str:
            return f"#{function}[{self._children(node)}]"

        return rule

    emphasis = title_reference = literal_emphasis = desc_addname = _wrapped("emph")
    strong = literal_strong = desc_name = _wrapped("strong")
    superscript, subscript = _wrapped("super"), _wrapped("sub")

    def inline(self, node: nodes.Element) -> str:
        text = self._anchors(node) + self._children(node)
        spoken = next((name.split("-")[1] for name in node.get("classes", ()) if name.startswith("language-")), "")
        return f'#text(lang: "{spoken}")[{text}]' if spoken else text

    def literal(self, node: nodes.Element) -> str:
        if {"std-numref", "std-ref", "std-doc", "download"}.intersection(node.get("classes", ())):
            return self._children(node)
        return code(node.astext())

    def target(self, node: nodes.Element) -> str:
        if isinstance(node.parent, (nodes.document, nodes.section)) and not node.astext():
            # Stands before a block: kept on the block's page by going along with the next heading or paragraph.
            return self._anchors(node)
        return self._anchors(node) + self._children(node)

    def sd_line_break(self, _node: nodes.Element) -> str:
        return "#linebreak()"

    def abbreviation(self, node: nodes.Element) -> str:
        """With its meaning, which the web page shows when it is pointed at."""
        meaning = node.get("explanation", "")
        return self._children(node) + (f" ({inline(meaning)})" if meaning else "")

    def problematic(self, node: nodes.Element) -> str:
        return self._children(node)

    def block_quote(self, node: nodes.Element) -> str:
        source = next((c for c in node.children if isinstance(c, nodes.attribution)), None)
        with self._boxed(14):
            body = "".join(self(c) for c in node.children if c is not source)
            credit = f"attribution: {self._content(source)}, " if source is not None else ""
        return f"\n#quotation({credit}[{body.strip()}])\n\n"

    def line_block(self, node: nodes.Element) -> str:
        items = []
        for child in node.children:
            items.append(f"[{self._children(child)}]" if isinstance(child, nodes.line) else f"[{self(child)}]")
        return f"\n#lines({', '.join(items)})\n\n"

    def literal_block(self, node: nodes.Element) -> str:
        language = _LANGUAGES.get(node.get("language", ""), node.get("language", ""))
        lang = literal(language) if language in _HIGHLIGHTED else "none"
        return f"\n{self._anchors(node)}#code-block(lang: {lang}, {literal(node.astext().rstrip())})\n\n"

    doctest_block = literal_block

    def transition(self, node: nodes.Element) -> str:
        if "footnotes" in node.get("classes", ()):  # MyST's rule above the notes at the end of a web page
            return ""
        return "\n#separator\n\n"

    def raw(self, node: nodes.Element) -> str:
        source, formats = node.astext(), node.get("format", "").split()
        if "typst" in formats:
            return source
        if "html" not in formats:
            return ""
        if "<table" in source:
            return self._html_table(source)
        text = source.strip().lower()
        if text in ("<br>", "<br/>", "<br />"):
            return "#linebreak()"
        if not text or text.startswith(("<script", "<!--", "<style", "</")) or _ICON.match(source):
            return ""
        log.warning("typst: raw HTML is not printed: %.80r", source, location=node)
        return ""

    # ---------------------------------------------------------------------------------------------------- references
    def reference(self, node: nodes.Element) -> str:
        address = node.get("refuri", "")
        if node.get("refid"):
            return self._internal(node, self._doc, node["refid"])
        if address.startswith("%"):
            doc, _, ident = address[1:].partition("#")
            return self._internal(node, doc, ident)
        return self._external(node, address)

    def _internal(self, node: nodes.Element, doc: str, ident: str) -> str:
        label = f"{doc}:{ident}" if ident else doc
        self.references.append((label, node))
        with self._at(heading=True):  # no page number or note inside the link's text
            body = self._children(node)
        out = f"#internal-link({literal(label)}, [{body}])"
        place = self._place
        text = node.astext().strip()
        block = any(isinstance(child, nodes.image) for child in node.children)
        raised = isinstance(node.parent, nodes.superscript)  # a mark in the text, too small for a page of its own
        if place.heading or place.table or block or raised or not text or (doc, ident) in self._quiet_targets:
            return out
        if "headerlink" in node.get("classes", ()):
            return ""
        if _LABEL.fullmatch(text):
            return out + f"#page-ref({literal(label)})"
        lead, close = (", ", "") if _in_brackets(node) else (" (", ")")
        number = self._chapter_number(doc, ident)
        if number and f"Chapter {number}" not in text:
            lead += f"Chapter {number}, "
        return out + f"#page-ref({literal(label)}, lead: {literal(lead)}, close: {literal(close)})"

    def _chapter_number(self, doc: str, ident: str) -> str:
        """The number of the chapter that a reference to a whole document points to, else nothing."""
        numbers = self.env.toc_secnumbers.get(doc, {})
        number = numbers.get("") if not ident else numbers.get(f"#{ident}")
        # A document's first heading has the key "" in Sphinx; deeper ones have longer numbers.
        if ident and number is None:
            toc = self.env.tocs.get(doc)
            first = next(iter(toc.findall(nodes.reference)), None) if toc is not None else None
            if first is not None and ident in self._first_ids(doc):
                number = numbers.get("")
        return str(number[0]) if number and len(number) == 1 else ""

    def _first_ids(self, doc: str) -> list[str]:
        if doc not in self._titles:  # reading a doctree takes a hundred times longer than writing the reference
            section = next(iter(self.env.get_doctree(doc).findall(nodes.section)), None)
            self._titles[doc] = section["ids"] if section is not None else []
        return self._titles[doc]

    def _external(self, node: nodes.Element, address: str) -> str:
        text = node.astext().strip()
        if not address:
            return self._children(node)
        if not re.match(r"[a-z][a-z0-9+.-]*:", address, re.I):  # a file of the HTML edition
            return self._file(node, address)
        if not text or text == address or text == address.removeprefix("mailto:"):
            return (
                f"#address-link({literal(address)}, [{address_text(address)}])"
                if text == address
                else self._link(address, node)
            )
        link = self._link(address, node)
        place = self._place
        if (
            self.config.typst_external_links != "footnote"
            or not re.match(r"(https?|ftp)://", address)
            or place.heading
            or place.entry
            or place.table
            or text.removesuffix("/") in address
            or any(isinstance(child, nodes.image) for child in node.children)
        ):
            return link
        if place.note:
            return link + f" (#address-link({literal(address)}, [{address_text(address)}]))"
        name = f"address:{self._doc}:{address}"
        if address in self._addresses:
            return link + f"#note-again({literal(name)})"
        self._addresses.add(address)
        return link + f"#note({literal(name)}, [#address-link({literal(address)}, [{address_text(address)}])])"

    def _link(self, address: str, node: nodes.Element) -> str:
        with self._at(heading=True):
            return f"#external-link({literal(address)}, [{self._children(node)}])"

    def download_reference(self, node: nodes.Element) -> str:
        """A file that comes with the HTML edition: its name is printed; an address is printed as any other."""
        if node.get("refuri"):
            return self._external(node, node["refuri"])
        return self._file(node, node.get("reftarget", ""))

    def _file(self, node: nodes.Element, address: str) -> str:
        path = re.sub(r"^(\.{0,2}/)+", "", address.partition("#")[0])
        text = node.astext().strip()
        with self._at(heading=True):
            body = self._children(node)
        return body if not path or text.endswith(path.rpartition("/")[2]) else f"{body} ({code(path)})"

    def pending_xref(self, node: nodes.Element) -> str:
        return self._children(node)

    def footnote_reference(self, node: nodes.Element) -> str:
        doc, ident = node.get("docname", self._doc), node.get("refid", "")
        note = self._notes.get((doc, ident))
        if note is None:
            log.warning("typst: footnote %r is missing", ident, location=node)
            return ""
        name = f"note:{doc}:{ident}"
        if name in self._printed_notes:
            return f"#note-again({literal(name)})"
        self._printed_notes.add(name)
        with self._at(note=True, boxed=True):
            body = "".join(self(child) for child in note.children).strip()
        return f"#note({literal(name)}, [{body}])"

    def citation(self, node: nodes.Element) -> str:
        label = next((c.astext() for c in node.children if isinstance(c, nodes.label)), "")
        with self._at(entry=True, boxed=True):
            body = "".join(self(c) for c in node.children if not isinstance(c, nodes.label)).strip()
        # Only these styles cite by label; in the others the entry itself begins with what is cited.
        number = label if getattr(self.config, "bibtex_reference_style", "label") in ("label", "super") else ""
        return f"\n#reference-entry(number: {literal(number)})[{self._anchors(node)}{body}]\n\n"

    # --------------------------------------------------------------------------------------------------------- lists
    @contextmanager
    def _boxed(self, points: float) -> Iterator[None]:
        with self._at(boxed=True, width=max(self._place.width - points, 90.0)):
            yield

    def _items(self, node: nodes.Element) -> str:
        with self._boxed(20):
            return ", ".join(
                f"[{self._anchors(c)}{self._children(c).strip()}]"
                for c in node.children
                if isinstance(c, nodes.list_item)
            )

    @staticmethod
    def _is_tight(node: nodes.Element) -> bool:
        """Items of one short paragraph each, apart from lists below them, stand close together."""
        for item in node.children:
            blocks = [c for c in item.children if not isinstance(c, (nodes.bullet_list, nodes.enumerated_list))]
            if len(blocks) > 1 or len(item.astext()) > 160:
                return False
        return True

    def bullet_list(self, node: nodes.Element) -> str:
        if any(isinstance(child, nodes.citation) for child in node.children):
            return "".join(self(child) for child in node.children)
        tight = f"tight: {boolean(self._is_tight(node))}"
        return f"\n{self._anchors(node)}#bullets({tight}, {self._items(node)})\n\n"

    def enumerated_list(self, node: nodes.Element) -> str:
        sign = {"loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}.get(
            node.get("enumtype"), "1"
        )
        pattern = literal(f"{node.get('prefix', '')}{sign}{node.get('suffix') or '.'}")
        tight = f"tight: {boolean(self._is_tight(node))}"
        start = node.get("start", 1)
        return (
            f"\n{self._anchors(node)}#numbered(numbering: {pattern}, start: {start}, {tight}, {self._items(node)})\n\n"
        )

    def definition_list(self, node: nodes.Element) -> str:
        pairs = []
        with self._boxed(15):
            for item in node.children:
                terms = [self._anchors(t) + self._children(t) for t in item.children if isinstance(t, nodes.term)]
                kinds = [f" #emph[({self._children(c)})]" for c in item.children if isinstance(c, nodes.classifier)]
                body = "".join(self._children(d) for d in item.children if isinstance(d, nodes.definition))
                term = "#linebreak()".join(terms) + "".join(kinds)
                pairs.append(f"([{self._anchors(item)}{term}], [{body.strip()}])")
        return f"\n#definition-list({', '.join(pairs)})\n\n"

    def field_list(self, node: nodes.Element) -> str:
        with self._boxed(15):
            pairs = [f"({self._content(f[0])}, {self._content(f[1])})" for f in node.children]
        return f"\n#fields({', '.join(pairs)})\n\n"

    def option_list(self, node: nodes.Element) -> str:
        with self._boxed(15):
            pairs = [f"([#raw({literal(item[0].astext())})], {self._content(item[1])})" for item in node.children]
        return f"\n#definition-list({', '.join(pairs)})\n\n"

    # --------------------------------------------------------------------------------------------------------- boxes
    def _box(self, function: str, node: nodes.Element, title: str = "none", options: str = "") -> str:
        own = next((c for c in node.children if isinstance(c, nodes.title)), None)
        if own is not None:
            title = self._content(own)
        with self._boxed(24):
            body = self._children(node).strip()
        return f"\n{self._anchors(node)}#{function}({options}title: {title})[{body}]\n\n"

    def admonition(self, node: nodes.Element) -> str:
        kind = node.tagname
        if kind == "admonition":
            kind = next((c for c in node.get("classes", []) if not c.startswith("admonition")), "note")
        title = {"seealso": "See also"}.get(kind, kind.capitalize())
        return self._box("admonition", node, literal(title), f"kind: {literal(kind)}, ")

    def topic(self, node: nodes.Element) -> str:
        classes = node.get("classes", [])
        if "contents" in classes:
            return ""
        return self._box("citation-note" if "vouch-cite-chapter" in classes else "plain-box", node)

    def sidebar(self, node: nodes.Element) -> str:
        return self._box("side-note", node)

    def versionmodified(self, node: nodes.Element) -> str:
        return self._children(node)

    def container(self, node: nodes.Element) -> str:
        classes, component = node.get("classes", []), node.get("design_component", "")
        if node.get("nb_element") == "cell_code_source" and not self.config.typst_show_code:
            return ""
        if component in ("card", "dropdown") or "sd-card" in classes:
            return self._design_box(node)
        if component in ("card-title", "card-header"):
            return f"\n{self._anchors(node)}#card-title({self._content(node)})\n\n"
        if component == "tab-item":
            return self._tab(node)
        if component == "grid-row" or "sd-row" in classes:
            return self._card_row(node)
        if "vouch-note" in classes:
            return "" if node in self._notes_in_tables else f"\n#table-note({self._content(node)})\n\n"
        if "ledger-entry" in classes:
            return self._claim_entry(node)
        if "ledger-evidence" in classes:
            lead, *rest = node.children
            return f"\n#lead-in({self._content(lead)})\n" + "".join(self(child) for child in rest)
        if "toggle" in classes or "margin" in classes:
            return self._box("side-note" if "margin" in classes else "plain-box", node)
        if "literal-block-wrapper" in classes:
            return self._captioned_code(node)
        return self._anchors(node) + self._children(node)

    def _claim_entry(self, node: nodes.Element) -> str:
        """An entry of the ledger: its head and the quotation stay with what follows."""
        anchors = array([literal(label) for label in self._new_labels(node)])
        head, quotation, *rest = node.children
        quote = "".join(self._children(paragraph) for paragraph in quotation.children)
        with self._boxed(0):
            body = "".join(self(child) for child in rest).strip()
        return f"\n#claim-entry({self._content(head)}, [{quote}], anchors: {anchors})[{body}]\n\n"

    def _design_box(self, node: nodes.Element) -> str:
        title = "none"
        kids = list(node.children)
        if kids and isinstance(kids[0], nodes.rubric):
            head = kids.pop(0)
            title = f"[{self._anchors(head)}{self._children(head).strip()}]"
        with self._boxed(24):
            body = "".join(self(child) for child in kids if not self._empty_link(child)).strip()
        return f"\n{self._anchors(node)}#plain-box(title: {title})[{body}]\n\n"

    @staticmethod
    def _empty_link(node: nodes.Node) -> bool:
        """A card's stretched link has no text of its own on paper."""
        return isinstance(node, nodes.Element) and "sd-stretched-link" in str(node.get("classes")) and not node.astext()

    def _tab(self, node: nodes.Element) -> str:
        label, *rest = node.children
        title = self._content(label)
        with self._boxed(14):
            body = "".join(self(child) for child in rest).strip()
        return f"\n{self._anchors(node)}#tab-item({title})[{body}]\n\n"

    def _card_row(self, node: nodes.Element) -> str:
        """Cards with little text stand side by side, others below each other."""
        cards = [c for c in node.children if isinstance(c, nodes.Element)]
        heavy = (nodes.image, nodes.table, nodes.literal_block, nodes.figure)
        small = all(len(c.astext()) < 260 and not any(c.findall(lambda n: isinstance(n, heavy))) for c in cards)
        if not small or len(cards) < 2 or self._place.boxed:
            return self._children(node)
        columns = 3 if len(cards) % 3 == 0 else 2
        with self._boxed(self._place.width * (1 - 1 / columns)):
            items = ", ".join(f"[{self(card).strip()}]" for card in cards)
        return f"\n#card-row({columns}, {items})\n\n"

    def _captioned_code(self, node: nodes.Element) -> str:
        caption = next((c for c in node.children if isinstance(c, nodes.caption)), None)
        head = f"\n#rubric({self._content(caption)})\n" if caption is not None else ""
        return self._anchors(node) + head + "".join(self(c) for c in node.children if c is not caption)

    # ------------------------------------------------------------------------------------------------ figures, images
    def _number(self, kind: str, node: nodes.Element) -> str:
        numbers = self.env.toc_fignumbers.get(self._doc, {}).get(kind, {})
        for ident in node.get("ids", []):
            if numbers.get(ident):
                return self.config.numfig_format[kind] % ".".join(map(str, numbers[ident]))
        return ""

    def _new_key(self) -> str:
        """A key by which the list of figures finds the page of a floating figure."""
        self._figures += 1
        return f"f{self._figures}"

    def _short(self, caption: str) -> str:
        """The first sentence of a caption, for the lists of figures and tables."""
        first = _SENTENCE.split(caption, maxsplit=1)[0]
        return first.removesuffix(".")

    def figure(self, node: nodes.Element) -> str:
        caption = next((c for c in node.children if isinstance(c, nodes.caption)), None)
        legend = next((c for c in node.children if isinstance(c, nodes.legend)), None)
        anchors = [*self._new_labels(node)]
        images = self._images
        floating = self.config.typst_float_figures and not self._place.boxed
        with self._at(boxed=True):
            body = "".join(self(c) for c in node.children if c not in (caption, legend)).strip()
            words = f"[{self._anchors(caption)}{self._children(caption).strip()}]" if caption is not None else "none"
            under = self._content(legend) if legend is not None else "none"
        has_image = next(iter(node.findall(nodes.image)), None) is not None
        if has_image and self._images == images:
            return self._anchors_call(anchors)  # the dark twin of a figure
        self.has_figures |= has_image and bool(self._number("figure", node))
        options = [
            f"kind: {'image' if has_image else 'table'}",
            f"number: {literal(self._number('figure', node))}",
            f"short: {literal(self._short(self._plain(caption, short=True)) if caption is not None else '')}",
            f"caption: {words}",
            f"legend: {under}",
            f"float: {boolean(floating and has_image)}",
            f"key: {literal(self._new_key())}",
            f"anchors: {array([literal(a) for a in anchors])}",
        ]
        if not has_image:
            options.append("split: true")
        return f"\n#book-figure({', '.join(options)})[{body}]\n\n"

    def image(self, node: nodes.Element) -> str:
        self._images += 1
        name = self.builder.images.get(node["uri"])
        if not name:
            log.warning("typst: image %r is not readable here", node["uri"], location=node)
            return ""
        alt = re.sub(r"\s+", " ", node.get("alt", "")).strip()
        if not alt or alt == node["uri"]:
            caption = next((c.astext() for c in node.parent.children if isinstance(c, nodes.caption)), "")
            log.warning("typst: image %r has no text alternative", node["uri"], location=node)
            alt = caption or "Image without a description"
        options = [literal(f"/images/{name}"), *self._dimensions(node), f"alt: {literal(alt)}"]
        image = f"#image({', '.join(options)})"
        anchors = self._anchors(node)
        if isinstance(node.parent, nodes.TextElement) and len(node.parent.children) > 1:
            return f"{anchors}#box({image[1:]})"
        align = {"left": "left", "right": "right"}.get(node.get("align", ""), "center")
        return (
            f"{anchors}#align({align}, {image[1:]})" if not isinstance(node.parent, nodes.figure) else anchors + image
        )

    @staticmethod
    def _dimensions(node: nodes.Element) -> list[str]:
        """Width and height in Typst's units; pixels are 1/96 inch, and nothing is wider than the text."""
        out = []
        for side in ("width", "height"):
            match = re.fullmatch(r"([\d.]+)\s*(px|%|pt|cm|mm|in|em|)", str(node.get(side, "")))
            if not match:
                continue
            value, unit = float(match[1]), match[2]
            if unit in ("px", ""):
                value, unit = value * 0.75, "pt"
            if unit == "pt":
                value = min(value, TEXT_WIDTH if side == "width" else 600)
            out.append(f"{side}: {value:g}{unit}")
        return out

    # -------------------------------------------------------------------------------------------------------- tables
    def table(self, node: nodes.Element) -> str:
        group = next(iter(node.findall(nodes.tgroup)))
        specs = [c for c in group.children if isinstance(c, nodes.colspec)]
        title = next((c for c in node.children if isinstance(c, nodes.title)), None)
        given = "colwidths-given" in node.get("classes", [])
        model = Table(widths=[float(s.get("colwidth", 1)) for s in specs] if given else [])
        stubs = sum(1 for s in specs if s.get("stub"))
        anchors = self._new_labels(node)
        place = self._place
        with self._at(boxed=True, table=True, width=place.width / max(len(specs), 1)):
            for part, rows in ((nodes.thead, model.head), (nodes.tbody, model.body)):
                for section in (c for c in group.children if isinstance(c, part)):
                    rows += [
                        [self._entry(e, k < stubs) for k, e in enumerate(row.children)] for row in section.children
                    ]
        caption = self._content(title) if title is not None else "none"
        number = self._number("table", node)
        turned = "landscape" in node.get("classes", [])
        short = self._plain(title, short=True) if title is not None else ""
        note = self._following_note(node)
        return self._placed_table(model, number, caption, short, anchors, turned, note)

    @staticmethod
    def _following_note(table: nodes.Element) -> nodes.Element | None:
        """The note right below a table, or below the container that holds nothing but the table."""
        holder = table
        if isinstance(table.parent, nodes.container) and len(table.parent.children) == 1:
            holder = table.parent
        following = holder.next_node(descend=False, siblings=True)
        is_note = isinstance(following, nodes.container) and "vouch-note" in following.get("classes", ())
        return following if is_note else None

    def _entry(self, entry: nodes.Element, stub: bool) -> Cell:
        classes = set(entry.get("classes", ()))
        for child in entry.children:
            if isinstance(child, nodes.Element):
                classes |= set(child.get("classes", ()))
        align = next((a for a in ("right", "center", "left") if f"text-{a}" in classes), "")
        content = self._anchors(entry) + self._children(entry).strip()
        if stub and content:
            content = f"#strong[{content}]"
        return Cell(
            content=content,
            text=entry.astext().replace("\n", " "),
            columns=entry.get("morecols", 0) + 1,
            rows=entry.get("morerows", 0) + 1,
            align=align,
        )

    def _html_table(self, source: str) -> str:
        model, caption = read_html_table(source)
        return self._placed_table(model, "", f"[{inline(caption)}]" if caption else "none", caption, [])

    def _placed_table(
        self,
        model: Table,
        number: str,
        caption: str,
        short: str,
        anchors: list[str],
        turned: bool = False,
        note: nodes.Element | None = None,
    ) -> str:
        if not model.rows:
            return self._anchors_call(anchors)
        layout: Layout = choose_layout(model, self._place.width, confined=self._place.boxed, turned=turned)
        said = "none"
        if note is not None and caption != "none":
            with self._at(boxed=True):
                said = self._content(note)
            self._notes_in_tables.append(note)
        body = write_table(model, layout)
        if caption != "none":
            split = is_long(model, layout)
            floating = self.config.typst_float_figures and not (self._place.boxed or split or layout.turned)
            options = (
                f"kind: table, number: {literal(number)}, short: {literal(self._short(short))}, caption: {caption}, "
                f"split: {boolean(split)}, float: {boolean(floating)}, bleed: {layout.bleed:g}pt, "
                f"{'note' if split else 'legend'}: {said}, "
                f"key: {literal(self._new_key())}, anchors: {array([literal(a) for a in anchors])}"
            )
            body = f"#book-figure({options})[{body}]"
        else:
            body = self._anchors_call(anchors) + body
        return f"\n#flipped[{body}]\n\n" if layout.turned else f"\n{body}\n\n"

    # --------------------------------------------------------------------------------------------------------- maths
    def _formula(self, node: nodes.Element, block: bool) -> str:
        try:
            return to_typst(node.astext(), block=block)
        except UnsupportedFormula as error:
            log.warning("typst: formula %r is printed as its source: %s", node.astext(), error, location=node)
            return ""

    def math(self, node: nodes.Element) -> str:
        formula, source = self._formula(node, False), literal(node.astext())
        return f"#math.equation(alt: {source}, ${formula}$)" if formula else f"#raw({source})"

    def math_block(self, node: nodes.Element) -> str:
        formula, source = self._formula(node, True), literal(node.astext())
        if not formula:
            return f"\n{self._anchors(node)}#code-block({source})\n\n"
        number = f"({self._equation_number(node)})" if node.get("number") else ""
        return f"\n{self._anchors(node)}#display-math(number: {literal(number)}, alt: {source}, ${formula}$)\n\n"

    def _equation_number(self, node: nodes.Element) -> str:
        """The number that references print too: with ``math_numfig`` it counts within the chapter."""
        numbers = self.env.toc_fignumbers.get(self._doc, {}).get("displaymath", {})
        if self.config.math_numfig and self.config.numfig and node.get("ids"):
            return ".".join(map(str, numbers.get(node["ids"][0], [node["number"]])))
        return str(node["number"])

    # --------------------------------------------------------------------------------------------------------- index
    def index_node(self, node: nodes.Element) -> str:
        """Index entries, but for those that the glossary and API descriptions make by themselves."""
        parent = node.parent
        while parent is not None:
            if isinstance(parent, (addnodes.glossary, addnodes.desc)):
                return ""
            parent = parent.parent
        if any(isinstance(sibling, addnodes.desc) for sibling in node.parent.children):
            return ""
        self._index_marks += 1
        label = f"index:{self._index_marks}"
        used = False
        for kind, value, _target, _main, _key in node.get("entries", []):
            if node.get("flat") and kind == "single":  # its subentries are sections: on paper pages say it
                value = value.partition(";")[0]
            used |= self._index_entry(kind, value, label)
        return f"#anchor({literal(label)})" if used else ""

    def _index_entry(self, kind: str, value: str, label: str) -> bool:
        parts = [part.strip() for part in split_index_msg(kind, value)]
        if kind in ("see", "seealso"):
            self.index.setdefault(parts[0], IndexTerm()).see = parts[1]
            return False
        if kind == "pair":
            paths = [parts, parts[::-1]]
        elif kind == "triple":
            paths = [[parts[0], f"{parts[1]} {parts[2]}"], [parts[1], f"{parts[2]}, {parts[0]}"],
                     [parts[2], f"{parts[0]} {parts[1]}"]]  # fmt: skip
        else:
            paths = [parts]
        for path in paths:
            term = self.index.setdefault(path[0], IndexTerm())
            if len(path) > 1 and path[1]:
                term = term.below.setdefault(path[1], IndexTerm())
            term.labels.append(label)
        return True

    # ------------------------------------------------------------------------------------------- API descriptions
    def desc(self, node: nodes.Element) -> str:
        head = [c for c in node.children if isinstance(c, addnodes.desc_signature)]
        rest = [c for c in node.children if not isinstance(c, addnodes.desc_signature)]
        names = "".join(
            f"#block(sticky: true, below: .6em)[{self._anchors(c)}#raw({literal(c.astext())})]" for c in head
        )
        with self._boxed(15):
            body = "".join(self(child) for child in rest).strip()
        return f"\n{names}\n#pad(left: 5mm)[{body}]\n\n"


def _in_brackets(node: nodes.Element) -> bool:
    """Say whether a bracket is open where a node stands in its paragraph."""
    depth = 0
    while isinstance(node.parent, nodes.TextElement):
        before = "".join(sibling.astext() for sibling in node.parent.children[: node.parent.index(node)])
        depth += before.count("(") - before.count(")")
        node = node.parent
    return depth > 0


def source_name(docname: str) -> str:
    """Return the path of a document's Typst file in the project."""
    return f"/text/{docname.replace('/', '--')}.typ"


_TRANSPARENT = [
    *("document", "line", "glossary", "tgroup", "list_item", "centered", "compact_paragraph", "generated", "legend"),
    *("hlist", "hlistcol", "production", "desc_content", "acks", "productionlist", "only", "sd_badge"),
]
_NOT_PRINTED = [
    *("comment", "substitution_definition", "meta", "footnote", "colspec", "label", "toctree", "tabular_col_spec"),
    *("pending", "system_message", "highlightlang", "HideCodeCellNode", "HiddenCellNode", "caption", "docinfo"),
    *("ThebeButtonNode", "SkinnyTocNode", "decoration"),
]
_RULES: dict[str, Callable[[BookWriter, nodes.Element], str]] = {
    name: rule
    for name, rule in vars(BookWriter).items()
    if not name.startswith("_") and callable(rule) and name not in ("write", "index_node")
}
_RULES |= dict.fromkeys(_TRANSPARENT, BookWriter._children) | dict.fromkeys(_NOT_PRINTED, BookWriter._skip)
_RULES |= {
    "Admonition": BookWriter.admonition,
    "index": BookWriter.index_node,
    "PassthroughTextElement": BookWriter.inline,  # sphinx-design's wrapper of text
    "number_reference": BookWriter.reference,
}
