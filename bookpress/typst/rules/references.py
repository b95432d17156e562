"""References within the book, links out of it, notes and works cited."""

from __future__ import annotations

import re

from docutils import nodes

from bookpress.typst import words
from bookpress.typst.markup import address as address_text
from bookpress.typst.markup import code, literal, name, target
from bookpress.typst.writer import Writer, classes, first, writes

# A reference whose text is a label with a number ("Figure 3") takes a comma before its page, others take brackets.
_LABEL = re.compile(r"\w+\.?\s+[A-Z]?[\d.]+|[\d.]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
_PRINTED = re.compile(r"(https?|ftp)://")  # addresses that a reader can type in


@writes("reference", "number_reference")
def reference(writer: Writer, node: nodes.Element) -> str:
    """Write a reference to a place in the book, or a link."""
    address = node.get("refuri", "")
    if node.get("refid"):
        return _internal(writer, node, writer.place.doc, node["refid"])
    if address.startswith("%"):  # see `TypstBuilder.get_target_uri`
        doc, _, ident = address[1:].partition("#")
        return _internal(writer, node, doc, ident)
    return _external(writer, node, address)


def _internal(writer: Writer, node: nodes.Element, doc: str, ident: str) -> str:
    if doc in writer.config.typst_omit_documents or (doc, ident) in writer.left_out:
        return writer.children(node)
    label = f"{doc}:{ident}" if ident else doc
    writer.references.append((label, node))
    with writer.at(link=True):
        body = writer.children(node)
    out = f"#internal-link({name(label)}, [{body}])"
    place, text = writer.place, node.astext().strip()
    if (
        place.heading
        or place.link
        or place.table
        or not text
        or any(isinstance(child, nodes.image) for child in node.children)
        or isinstance(node.parent, nodes.superscript)  # a mark in the text, too small for a page of its own
        or (doc, ident) in writer.quiet_targets
    ):
        return out
    if "headerlink" in classes(node):
        return ""
    if _LABEL.fullmatch(text):
        return out + f"#page-ref({name(label)})"
    lead, close = (", ", "") if _in_brackets(node) else (" (", ")")
    number = _chapter_number(writer, doc, ident)
    if number and words.chapter(number) not in text:
        lead += f"{words.chapter(number)}, "
    return out + f"#page-ref({name(label)}, lead: {literal(lead)}, close: {literal(close)})"


def _in_brackets(node: nodes.Element) -> bool:
    """Say whether a bracket is open where a node stands in its paragraph."""
    depth = 0
    while isinstance(node.parent, nodes.TextElement):
        before = "".join(sibling.astext() for sibling in node.parent.children[: node.parent.index(node)])
        depth += before.count("(") - before.count(")")
        node = node.parent
    return depth > 0


def _chapter_number(writer: Writer, doc: str, ident: str) -> str:
    """The number of the chapter that a reference to a whole document points to, else nothing."""
    numbers = writer.env.toc_secnumbers.get(doc, {})
    number = numbers.get("") if not ident else numbers.get(f"#{ident}")
    # A document's first heading has the key "" in Sphinx; deeper ones have longer numbers.
    if ident and number is None and ident in _first_heading(writer, doc):
        number = numbers.get("")
    return str(number[0]) if number and len(number) == 1 else ""


def _first_heading(writer: Writer, doc: str) -> list[str]:
    """Ids of a document's first heading."""
    known = writer.first_headings
    if doc not in known:  # reading a doctree takes a hundred times longer than writing the reference
        known[doc] = []
        if doc in writer.env.tocs and next(iter(writer.env.tocs[doc].findall(nodes.reference)), None) is not None:
            section = next(iter(writer.env.get_doctree(doc).findall(nodes.section)), None)
            known[doc] = list(section["ids"]) if section is not None else []
    return known[doc]


# --------------------------------------------------------------------------------------------------------------- links
def _external(writer: Writer, node: nodes.Element, address: str) -> str:
    text, place = node.astext().strip(), writer.place
    if not address:
        return writer.children(node)
    if not _SCHEME.match(address):
        return _file(writer, node, address)
    if text == address:
        return _address(address)
    link = _link(writer, address, node)
    if (
        not text
        or text == address.removeprefix("mailto:")
        or writer.config.typst_external_links != "footnote"
        or not _PRINTED.match(address)
        or place.heading
        or place.link
        or place.entry
        or place.table
        or text.removesuffix("/") in address
        or any(isinstance(child, nodes.image) for child in node.children)
    ):
        return link
    if place.note:
        return link + f" ({_address(address)})"
    note = f"address:{place.doc}:{address}"
    if address in place.addresses:
        return link + f"#note-again({name(note)})"
    place.addresses.add(address)
    return link + f"#note({name(note)}, [{_address(address)}])"


def _address(address: str) -> str:
    return f"#address-link({target(address)}, [{address_text(address)}])"


def _link(writer: Writer, address: str, node: nodes.Element) -> str:
    with writer.at(link=True):
        return f"#external-link({target(address)}, [{writer.children(node)}])"


@writes("download_reference")
def download(writer: Writer, node: nodes.Element) -> str:
    """Write the name of a file that comes with the HTML edition; an address is printed as any other."""
    if node.get("refuri"):
        return _external(writer, node, node["refuri"])
    return _file(writer, node, node.get("reftarget", ""))


def _file(writer: Writer, node: nodes.Element, address: str) -> str:
    path = re.sub(r"^(\.{0,2}/)+", "", address.partition("#")[0])
    text = node.astext().strip()
    with writer.at(link=True):
        body = writer.children(node)
    return body if not path or text.endswith(path.rpartition("/")[2]) else f"{body} ({code(path)})"


# --------------------------------------------------------------------------------------------------- notes and sources
@writes("footnote_reference")
def footnote(writer: Writer, node: nodes.Element) -> str:
    """Write a note where it is first referred to, and its number where it is again."""
    doc, ident = node.get("docname", writer.place.doc), node.get("refid", "")
    note = writer.notes.get((doc, ident))
    if note is None:
        writer.warn("reference", f"footnote {ident!r} is missing", node)
        return ""
    label = f"note:{doc}:{ident}"
    if label in writer.printed_notes:
        return f"#note-again({name(label)})"
    writer.printed_notes.add(label)
    with writer.at(note=True, boxed=True):
        body = writer.children(note).strip()
    return f"#note({name(label)}, [{body}])"


@writes("citation")
def work(writer: Writer, node: nodes.Element) -> str:
    """Write a work of the bibliography, with its label where works are cited by it."""
    label = first(node, nodes.label)
    with writer.at(entry=True, boxed=True):
        body = "".join(writer.write(child) for child in node.children if child is not label).strip()
    # Only these styles cite by label; in the others the entry itself begins with what is cited.
    by_label = getattr(writer.config, "bibtex_reference_style", "label") in ("label", "super")
    number = label.astext() if by_label and label is not None else ""
    return f"\n#reference-entry(number: {literal(number)})[{writer.anchors(node)}{body}]\n\n"
