"""Tables, with their notes."""

from __future__ import annotations

import re

from docutils import nodes

from bookpress.typst import words
from bookpress.typst.markup import boolean, inline, literal
from bookpress.typst.rules.figures import first_sentence, new_key
from bookpress.typst.rules.headings import plain
from bookpress.typst.tables import Cell, Table, in_parts, is_long, write_table
from bookpress.typst.writer import Writer, classes, first, names, writes

FIRST_ROWS = 8  # of a table that is not printed whole
LINKS = "bp-links"  # class of the line below a table of `bookpress.cells`


@writes("table")
def table(writer: Writer, node: nodes.Element) -> str:
    """Write a table; the class ``landscape`` turns its page."""
    group = next(iter(node.findall(nodes.tgroup)))
    specs = [child for child in group.children if isinstance(child, nodes.colspec)]
    title = first(node, nodes.title)
    given = "colwidths-given" in classes(node)
    model = Table(widths=[float(spec.get("colwidth", 1)) for spec in specs] if given else [])
    left = _left_out(writer, node)
    stubs = sum(1 for spec in specs if spec.get("stub"))
    labels = writer.new_labels(node)
    with writer.at(boxed=True, table=True, width=writer.place.width / max(len(specs), 1)):
        parts: list[tuple[type[nodes.Element], list[list[Cell]]]] = [
            (nodes.thead, model.head),
            (nodes.tbody, model.body),
        ]
        for kind, rows in parts:
            for number, row in enumerate(row for part in group.children if isinstance(part, kind) for row in part):
                if left and kind is nodes.tbody and number >= FIRST_ROWS:
                    break
                rows.append([_cell(writer, entry, k < stubs) for k, entry in enumerate(_elements(row))])
    if left:
        said = inline(words.more_rows(len(left), _data_file(node)))
        model.body.append([Cell(f"#emph[{said}]", "", columns=model.columns)])
    return place_table(
        writer,
        model,
        number=writer.number("table", node),
        caption=writer.content(title) if title is not None else "none",
        short=plain(title, short=True) if title is not None else "",
        labels=labels,
        turned="landscape" in classes(node),
        note=_following_note(writer, node),
    )


def _left_out(writer: Writer, table: nodes.Element) -> list[nodes.row]:
    """The rows of a very long table that its file has and paper has not (`typst_table_rows`)."""
    most = writer.config.typst_table_rows
    rows = [row for body in table.findall(nodes.tbody) for row in body.findall(nodes.row)]
    return rows[FIRST_ROWS:] if most and len(rows) > most and _data_file(table) else []


def _data_file(table: nodes.Element) -> str:
    """The file with the data of a table of `bookpress.cells`, from the line of links behind it."""
    holder = table.parent if isinstance(table.parent, nodes.container) else table
    around = [*table.parent.children, *holder.parent.children]
    links = (node for node in around if isinstance(node, nodes.container) and LINKS in classes(node))
    reference = next((ref for box in links for ref in box.findall(nodes.reference)), None)
    return re.sub(r"^(\.{0,2}/)+", "", reference.get("refuri", "")) if reference is not None else ""


def _elements(node: nodes.Node) -> list[nodes.Element]:
    return [child for child in node.children if isinstance(child, nodes.Element)]


def _following_note(writer: Writer, node: nodes.Element) -> nodes.Element | None:
    """The note right below a table, or below the container that holds nothing but the table."""
    holder = node
    if isinstance(node.parent, nodes.container) and len(node.parent.children) == 1:
        holder = node.parent
    following = holder.next_node(descend=False, siblings=True)
    if isinstance(following, nodes.container) and writer.config.typst_table_note_class in classes(following):
        return following
    return None


def _cell(writer: Writer, entry: nodes.Element, stub: bool) -> Cell:
    said = set(classes(entry)).union(*(classes(child) for child in entry.children))
    align = next((side for side in ("right", "center", "left") if f"text-{side}" in said), "")
    content = writer.anchors(entry) + writer.children(entry).strip()
    if stub and content:
        content = f"#strong[{content}]"
    return Cell(
        content=content,
        text=entry.astext().replace("\n", " "),
        columns=entry.get("morecols", 0) + 1,
        rows=entry.get("morerows", 0) + 1,
        align=align,
        stub=stub,
    )


def place_table(
    writer: Writer,
    model: Table,
    *,
    caption: str,
    short: str,
    number: str = "",
    labels: list[str] | None = None,
    turned: bool = False,
    note: nodes.Element | None = None,
) -> str:
    """Choose a table's layout and write it there, with its caption and the note that belongs to it."""
    labels = labels or []
    if not model.rows:
        return writer.anchor(labels)
    parts = in_parts(model, writer.page, writer.place.width, confined=writer.place.boxed, turned=turned)
    layout = parts[0][1]
    said = "none"
    if note is not None and caption != "none":
        with writer.at(boxed=True):
            said = writer.content(note)
        writer.notes_in_tables.append(note)
    body = "\n\n".join(write_table(part, own) for part, own in parts)
    if caption != "none":
        split = len(parts) > 1 or is_long(model, layout)
        floating = writer.config.typst_float_figures and not (writer.place.boxed or split or layout.turned)
        options = (
            f"kind: table, number: {literal(number)}, short: {literal(first_sentence(short))}, caption: {caption}, "
            f"split: {boolean(split)}, float: {boolean(floating)}, bleed: {layout.bleed:g}pt, "
            f"{'note' if split else 'legend'}: {said}, "
            f"key: {literal(new_key(writer))}, anchors: {names(labels)}"
        )
        body = f"#book-figure({options})[{body}]"
    else:
        body = writer.anchor(labels) + body
    return f"\n#flipped[{body}]\n\n" if layout.turned else f"\n{body}\n\n"
