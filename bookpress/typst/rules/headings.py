"""Documents, parts, sections and their headings."""

from __future__ import annotations

import re

from docutils import nodes

from bookpress.typst.markup import boolean, literal
from bookpress.typst.rules.room import notes_below, room_below
from bookpress.typst.writer import Writer, first, include, names, writes

MOST_LISTED = 15  # of a chapter with more sections (a data dictionary), the contents list none; all are bookmarked
_REFERENCE = "\ufffc"  # stands for a reference while a caption is shortened


@writes("start_of_file")
def document(writer: Writer, node: nodes.Element) -> str:
    """Write a document below this one: it gets its own file, one level down (below the root: a chapter)."""
    name = node["docname"]
    if name in writer.builder.config.typst_omit_documents:
        return ""
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
        given = writer.builder.config.typst_part_pages
        page = title in given if isinstance(given, (list, tuple)) else bool(given)
        opening = f"\n#part({literal(title)}, page: {boolean(page)})\n"
        writer.below_part = not page
    with writer.at(in_part=bool(title)):
        return opening + writer.children(node)


@writes("section")
def section(writer: Writer, node: nodes.Element) -> str:
    """Write a section one level further down."""
    title = first(node, nodes.title)
    flushed = title is not None and plain(title) in writer.config.typst_settled_before
    with writer.at(depth=writer.place.depth + 1):
        head = "\n#place.flush()\n" if flushed else ""
        if title is None or not notes_below(writer, title):
            return head + writer.children(node)
        kept, rest = node.children[:2], node.children[2:]
        if writer.place.depth == 1:
            return head + _chapter_with_text(writer, kept) + "".join(writer.write(child) for child in rest)
        depth = writer.place.base + writer.place.depth - 1 - (2 if writer.place.in_part else 1)
        whole = "".join(writer.write(child) for child in kept).strip()
        head += f"\n#heading-and-text(depth: {max(depth, 1)})[{whole}]\n\n"
        return head + "".join(writer.write(child) for child in rest)


def _chapter_with_text(writer: Writer, kept: list[nodes.Node]) -> str:
    """The heading of a chapter and the paragraph below it, as one where it may not open a page."""
    heading, text = (writer.write(child) for child in kept)
    if ", opens: auto, " not in heading:
        return heading + text
    return f"{heading.rstrip()}[{text.strip()}]\n\n"


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
        opens, writer.below_part = _opens(writer), False
        return f"\n#chapter({common}, plain: {literal(plain(node))}, opens: {opens}, {body})\n\n"
    depth = level - (2 if in_part else 1)
    siblings = sum(isinstance(child, nodes.section) for child in parent.parent.children)
    listed = boolean(siblings <= MOST_LISTED)
    options = f"depth: {max(depth, 1)}, listed: {listed}, room: {room_below(writer, node):g}pt"
    return f"\n#section({common}, {options}, {body})\n\n"


def _opens(writer: Writer) -> str:
    """Whether a chapter opens a page: one right below the name of its part does not; see the template for `auto`."""
    if writer.below_part:
        return "false"
    return "true" if writer.config.typst_chapter_pages or writer.place.doc == writer.root else "auto"


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
