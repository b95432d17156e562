"""Admonitions, topics, sidebars and containers."""

from __future__ import annotations

from docutils import nodes
from sphinx.locale import admonitionlabels, get_translation

from bookpress.typst import words
from bookpress.typst.markup import inline, literal
from bookpress.typst.rules import containers
from bookpress.typst.writer import Writer, classes, first, writes


@writes("Admonition", "admonition")
def admonition(writer: Writer, node: nodes.Element) -> str:
    """Write an admonition, or a numbered box of another package that is one, such as a theorem or an exercise."""
    heading = _numbered(writer, node)
    if heading:
        return _with_heading(writer, node, heading)
    kind = node.tagname
    if kind not in admonitionlabels:  # one with a title of its own, or one of another package
        kind = next((name for name in classes(node) if not name.startswith("admonition")), "note")
    return writer.box("admonition", node, literal(words.admonition(kind)), f"kind: {literal(kind)}, ")


def _numbered(writer: Writer, node: nodes.Element) -> str:
    """The name and number of a box that is counted, or of its kind without one; of others, nothing."""
    kind = writer.env.get_domain("std").get_enumerable_node_type(node) or ""
    if node.get("realtype"):  # sphinx-proof: what is counted as a theorem may be called a lemma
        called = str(get_translation("proof")(node["realtype"].title()))
        numbers = writer.env.toc_fignumbers.get(writer.place.doc, {}).get(kind, {})
        number = next((numbers[ident] for ident in node["ids"] if ident in numbers), ())
        return f"{called} {'.'.join(map(str, number))}".strip()
    return writer.number(kind, node) if kind else ""


def _with_heading(writer: Writer, node: nodes.Element, heading: str) -> str:
    after = first(node, nodes.title)
    rest = writer.children(after).strip() if after is not None else ""
    with writer.boxed(24):
        body = "".join(writer.write(child) for child in node.children if child is not after).strip()
    gap = "#h(.35em)" if rest and after is not None and not after.astext().startswith(" ") else ""
    title = f"[{inline(heading)}{gap}{rest}]"
    return f"\n{writer.anchors(node)}#admonition(kind: {literal(node.tagname)}, title: {title})[{body}]\n\n"


@writes("proof_node")
def proof(writer: Writer, node: nodes.Element) -> str:
    """Write a proof of sphinx-proof, whose text itself begins with "Proof."."""
    with writer.boxed(24):
        body = "".join(writer.children(box) for box in node.children if isinstance(box, nodes.Element)).strip()
    return f'\n{writer.anchors(node)}#admonition(kind: "proof")[{body}]\n\n'


@writes("topic")
def topic(writer: Writer, node: nodes.Element) -> str:
    """Write a topic as a box; a page's own contents are for the screen."""
    return "" if "contents" in classes(node) else writer.box("plain-box", node)


@writes("sidebar")
def sidebar(writer: Writer, node: nodes.Element) -> str:
    """Write a sidebar."""
    return writer.box("side-note", node)


def _works(node: nodes.Element) -> int:
    """How many works a list of works holds; of any other container, none."""
    inside = (nodes.citation, nodes.container)
    if not node.children or not all(isinstance(child, inside) for child in node.children):
        return 0
    holders = [child for child in node.children if isinstance(child, nodes.container)]
    if not all(holder.children and all(isinstance(c, nodes.citation) for c in holder.children) for holder in holders):
        return 0
    return len(list(node.findall(nodes.citation)))


@writes("container")
def container(writer: Writer, node: nodes.Element) -> str:
    """Write a container as its class says."""
    if containers.is_hidden(writer, node):
        return ""
    component = containers.component(writer, node)
    if component is not None:
        return component
    names = classes(node)
    if works := _works(node):
        return f"\n{writer.anchors(node)}#reference-list({works})[{writer.children(node)}]\n\n"
    if writer.config.typst_table_note_class in names:
        return "" if node in writer.notes_in_tables else f"\n#table-note({writer.content(node)})\n\n"
    if "toggle" in names or "margin" in names:
        return writer.box("side-note" if "margin" in names else "plain-box", node)
    if "literal-block-wrapper" in names:
        return containers.captioned(writer, node)
    return writer.anchors(node) + writer.children(node)
