"""Documents, parts, sections and their headings."""

from __future__ import annotations

import re

from docutils import nodes

from bookpress.typst.markup import boolean, literal
from bookpress.typst.writer import Writer, include, names, writes

MOST_LISTED = 15  # of a chapter with more sections (a data dictionary), the contents list none; all are bookmarked
_REFERENCE = "\ufffc"  # stands for a reference while a caption is shortened


@writes("start_of_file")
def document(writer: Writer, node: nodes.Element) -> str:
    """Write a document below this one: it gets its own file, one level down (below the root: a chapter)."""
    name = node["docname"]
    top = 2 if writer.place.in_part else 1
    base = top if writer.place.doc == writer.root else writer.place.base + 1
    writer.write_document(node, name, base)
    return f"\n{include(name)}\n"


@writes("compound")
def compound(writer: Writer, node: nodes.Element) -> str:
    """Write a compound; a toctree with a caption is a part of the book."""
    if "toctree-wrapper" not in node.get("classes", []) or writer.place.doc != writer.root:
        return writer.children(node)
    title = node.get("caption", "")
    opening = ""
    if title:
        page = bool(writer.builder.config.typst_part_pages)
        opening = f"\n#part({literal(title)}, page: {boolean(page)})\n"
        writer.below_part = not page
    with writer.at(in_part=bool(title)):
        return opening + writer.children(node)


@writes("section")
def section(writer: Writer, node: nodes.Element) -> str:
    """Write a section one level further down."""
    with writer.at(depth=writer.place.depth + 1):
        return writer.children(node)


@writes("title")
def title(writer: Writer, node: nodes.Element) -> str:
    """Write the heading of a section; titles of tables, boxes and topics are written by these."""
    parent = node.parent
    if not isinstance(parent, nodes.section):
        return ""
    place = writer.place
    numbers = writer.env.toc_secnumbers.get(place.doc, {})
    number = next((numbers[f"#{ident}"] for ident in parent["ids"] if f"#{ident}" in numbers), None)
    if number is None and place.depth == 1:
        number = numbers.get("")
    shown = ".".join(map(str, number)) if number else ""
    labels = writer.take_pending() + writer.new_labels(parent)
    with writer.at(heading=True):
        body = writer.content(node)
    labels += writer.take_pending()
    level = place.base + place.depth - 1
    common = f"level: {level}, number: {literal(shown)}, anchors: {names(labels)}"
    in_part = place.in_part and place.doc != writer.root
    if place.depth == 1 and place.base <= (2 if in_part else 1):
        place.addresses.clear()
        opens, writer.below_part = boolean(not writer.below_part), False
        return f"\n#chapter({common}, plain: {literal(plain(node))}, opens: {opens}, {body})\n\n"
    depth = level - (2 if in_part else 1)
    siblings = sum(isinstance(child, nodes.section) for child in parent.parent.children)
    listed = boolean(siblings <= MOST_LISTED)
    return f"\n#section({common}, depth: {max(depth, 1)}, listed: {listed}, {body})\n\n"


@writes("subtitle")
def subtitle(writer: Writer, node: nodes.Element) -> str:
    """Write what stands below a title and belongs to it."""
    return f"\n{writer.anchors(node)}#opening-line(emph({writer.content(node)}))\n\n"


@writes("rubric")
def rubric(writer: Writer, node: nodes.Element) -> str:
    """Write a heading that is in no contents."""
    return f"\n{writer.anchors(node)}#rubric({writer.content(node)})\n\n"


def plain(node: nodes.Element, *, short: bool = False) -> str:
    """Return a node's text without notes; `short`: for a list, also without brackets that hold references."""
    copy = node.deepcopy()
    for note in list(copy.findall(nodes.footnote_reference)):
        note.parent.remove(note)
    if short:
        for reference in list(copy.findall(nodes.reference)):
            reference.parent.replace(reference, nodes.Text(_REFERENCE))
    text = copy.astext()
    text = re.sub(rf"\s*\([^()]*{_REFERENCE}[^()]*\)", "", text).replace(_REFERENCE, "")
    return re.sub(r"\s+", " ", text).strip()
