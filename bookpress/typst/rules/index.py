"""Index entries, and the index made of them."""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes
from sphinx.util.index_entries import split_index_msg

from bookpress.typst import words
from bookpress.typst.markup import inline, literal, sort_key
from bookpress.typst.writer import IndexTerm, Writer, names, writes


@writes("index")
def mark(writer: Writer, node: nodes.Element) -> str:
    """Note index entries, but for those that the glossary and API descriptions make by themselves."""
    parent: nodes.Element | None = node.parent
    while parent is not None:
        if isinstance(parent, (addnodes.glossary, addnodes.desc)):
            return ""
        parent = parent.parent
    if any(isinstance(sibling, addnodes.desc) for sibling in node.parent.children):
        return ""
    writer.counts["index"] += 1
    label = f"index:{writer.counts['index']}"
    used = False
    for kind, value, _target, _main, _key in node["entries"]:
        if node.get("flat") and kind == "single":  # its subentries are sections: on paper pages say it
            value = value.partition(";")[0]
        used |= _note(writer, kind, value, label)
    return writer.anchor([label]) if used else ""


def _note(writer: Writer, kind: str, value: str, label: str) -> bool:
    parts = [part.strip() for part in split_index_msg(kind, value)]
    if kind in ("see", "seealso"):
        writer.index.setdefault(parts[0], IndexTerm()).see = parts[1]
        return False
    if kind == "pair":
        paths = [parts, parts[::-1]]
    elif kind == "triple":
        one, two, three = parts
        paths = [[one, f"{two} {three}"], [two, f"{three}, {one}"], [three, f"{one} {two}"]]
    else:
        paths = [parts]
    for path in paths:
        term = writer.index.setdefault(path[0], IndexTerm())
        if len(path) > 1 and path[1]:
            term = term.below.setdefault(path[1], IndexTerm())
        term.labels.append(label)
    return True


def write_index(writer: Writer) -> str:
    """Return the index of the book, by first letter; nothing if the book has no entries."""
    if not writer.index:
        return ""
    lines, letter = [], ""
    for term in sorted(writer.index, key=sort_key):
        initial = sort_key(term)[0][:1].upper()
        if initial != letter:
            letter = initial
            lines.append(f"#index-letter({literal(letter)})")
        lines.append(_line(term, writer.index[term]))
        below = writer.index[term].below
        lines += [_line(sub, below[sub], sub=True) for sub in sorted(below, key=sort_key)]
    title, note = writer.config.typst_index_title or words.index(), writer.config.typst_index_note
    under = f", note: [{inline(note)}]" if note else ""
    return f"#book-index({literal(title)}, [\n" + "\n\n".join(lines) + f"\n]{under})"


def _line(text: str, term: IndexTerm, *, sub: bool = False) -> str:
    options = ", sub: true" if sub else ""
    if term.see:
        options += f", see: {literal(term.see)}"
    return f"#index-entry({literal(text)}, {names(term.labels)}{options})"
