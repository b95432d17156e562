"""What a heading needs below it, so that it never stands alone at the foot of a page.

The compiler keeps a heading with the line after it, but not with the notes in that line: where they find no room, the
line goes to the next page and leaves the heading behind. Such a heading and its paragraph are one block.
"""

from __future__ import annotations

from docutils import nodes

from bookpress.typst.markup import width
from bookpress.typst.writer import Writer

TWO_LINES = 33.0  # points
OTHER = 60.0  # below a heading that no paragraph follows
TEXT_SIZE = 11.0
LINES = 4.2  # lines whose notes matter
MOST_LINES = 10  # of a paragraph that may move to the next page with its heading


def room_below(writer: Writer, title: nodes.Element) -> float:
    """Return what must be free below a heading, in points: nothing where notes come first, for they take room too."""
    after = _after(title)
    if after is None or _first_notes(writer, after):
        return 0.0
    return TWO_LINES if isinstance(after, nodes.paragraph) else OTHER


def notes_below(writer: Writer, title: nodes.Element) -> bool:
    """Say whether below a heading stands a paragraph that is not too long and has notes in its first lines."""
    paragraph = _after(title)
    most = MOST_LINES * writer.page.text_width / TEXT_SIZE  # em
    if not isinstance(paragraph, nodes.paragraph) or width(paragraph.astext()) > most:
        return False
    return _first_notes(writer, paragraph)


def _first_notes(writer: Writer, element: nodes.Node) -> bool:
    line = writer.page.text_width / TEXT_SIZE  # em
    before = 0.0
    for node in element.findall():
        if isinstance(node, nodes.Text):
            before += width(node.astext())
        elif before > LINES * line:
            return False
        elif _has_note(writer, node):
            return True
    return False


def _after(title: nodes.Element) -> nodes.Node | None:
    return title.next_node(descend=False, siblings=True)


def _has_note(writer: Writer, node: nodes.Node) -> bool:
    if isinstance(node, nodes.footnote_reference):
        return True
    if isinstance(node, nodes.reference) and writer.config.typst_external_links == "footnote":
        address = str(node.get("refuri", ""))
        return "://" in address and node.astext().strip() not in address
    return False
