"""A fragment of HTML as Typst: paragraphs, lists, quotations, figures, tables, and what stands in a line."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag
from docutils import nodes

from bookpress.typst import markup, words
from bookpress.typst.html.colours import colour
from bookpress.typst.html.tables import read_table, styles
from bookpress.typst.markup import literal, name, target
from bookpress.typst.rules.tables import place_table
from bookpress.typst.writer import Writer

SILENT = {
    "script", "style", "template", "head", "title", "meta", "link", "base", "source", "track", "param", "col",
    "colgroup", "wbr", "select", "textarea", "datalist", "noscript",
}  # fmt: skip
_PLAYED = {"audio", "canvas", "embed", "iframe", "object", "video", "applet"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "thead", "tfoot",
    "tr", "td", "th", "ul",
}  # fmt: skip
INLINE = {
    **dict.fromkeys(("b", "strong"), "#strong["), **dict.fromkeys(("i", "em", "cite", "dfn", "var"), "#emph["),
    **dict.fromkeys(("s", "del", "strike"), "#strike["), **dict.fromkeys(("u", "ins"), "#underline["),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "#text(font: mono-fonts + body-fonts)["),
    "sub": "#sub[", "sup": "#super[", "mark": "#highlight[",
    "small": "#text(size: .85em)[", "big": "#text(size: 1.15em)[",
}  # fmt: skip
"""What opens an element in a line; a bracket closes it."""
_COLOUR = re.compile(r"(?:^|;)\s*color\s*:\s*([^;]+)")
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][\w-]*)(?P<rest>[^>]*)>\s*", re.DOTALL)


def fragment(writer: Writer, node: nodes.Element) -> str:
    """Write the HTML of a raw node that stands by itself."""
    soup = BeautifulSoup(node.astext(), "html.parser")
    return _Fragment(writer, node, soup).blocks(soup.children)


def one_tag(writer: Writer, node: nodes.Element) -> str:
    """Write the HTML of a raw node in a line of text: MyST leaves each tag of the line in a node of its own.

    An opening tag is written if the tag that closes it follows in the same line; what is between arrives either way.
    """
    match = _TAG.fullmatch(node.astext().strip())
    if match is None or match["name"].lower() in ("img", "br", "input", "hr"):
        soup = BeautifulSoup(node.astext(), "html.parser")
        return _Fragment(writer, node, soup).line(soup.children)
    if match["rest"].rstrip().endswith("/") or node not in _paired(node.parent):
        return ""
    if match["end"]:
        return "]"
    opened = BeautifulSoup(node.astext(), "html.parser").find(True)
    return _opening(opened) if isinstance(opened, Tag) else ""


def _paired(line: nodes.Element) -> list[nodes.Node]:
    """The tags of a line whose other half is there too, in order."""
    waiting: list[tuple[str, nodes.Node]] = []
    paired: list[nodes.Node] = []
    for child in line.children:
        match = _TAG.fullmatch(child.astext().strip()) if isinstance(child, nodes.raw) else None
        if match is None:
            continue
        tag = match["name"].lower()
        if not match["end"]:
            waiting.append((tag, child))
        elif any(tag == other for other, _ in waiting):
            while waiting:
                other, opened = waiting.pop()
                if other == tag:
                    paired += [opened, child]
                    break
    return paired


def _opening(tag: Tag) -> str:
    """What opens an element in a line, as far as it looks different from the text around it."""
    if tag.name == "a" and re.match(r"https?://|mailto:", str(tag.get("href", ""))):
        return f"#external-link({target(str(tag['href']))})["
    if letters := _letters(tag):
        return f'#text(fill: rgb("{letters}"))['
    return INLINE.get(tag.name, "#[")


def _letters(tag: Tag) -> str:
    """The colour that an element's own style gives its letters."""
    found = _COLOUR.search(str(tag.get("style", "")))
    return colour(found[1]) if found else ""


class _Fragment:
    """Writes one fragment."""

    def __init__(self, writer: Writer, node: nodes.Element, soup: BeautifulSoup) -> None:
        self.writer, self.node = writer, node
        self.styles = styles(soup)

    # ------------------------------------------------------------------------------------------------------- blocks
    def blocks(self, children: Iterable[PageElement]) -> str:
        """Write what stands below each other; text between blocks is a paragraph."""
        out: list[str] = []
        waiting: list[PageElement] = []

        def end_line() -> None:
            text = self.line(waiting).strip()
            waiting.clear()
            if text:
                out.append(f"\n{text}\n\n")

        for child in children:
            if isinstance(child, Tag) and self._is_block(child):
                end_line()
                out.append(self.block(child))
            else:
                waiting.append(child)
        end_line()
        return "".join(out)

    def _is_block(self, tag: Tag) -> bool:
        return tag.name in _BLOCKS or (tag.name not in SILENT and tag.find(list(_BLOCKS)) is not None)

    def block(self, tag: Tag) -> str:
        """Write an element that stands by itself."""
        rules: dict[str, Callable[[Tag], str]] = {
            "table": self._table, "ul": self._list, "ol": self._list, "menu": self._list, "pre": self._code,
            "details": self._details, "figure": self._figure, "dl": self._definitions,
        }  # fmt: skip
        if tag.name in rules:
            return rules[tag.name](tag)
        if tag.name == "hr":
            return "\n#separator\n\n"
        if re.fullmatch(r"h[1-6]", tag.name):
            return f"\n#rubric([{self.line(tag.children).strip()}])\n\n"
        inner = self.blocks(tag.children)
        if tag.name == "blockquote" and inner.strip():
            return f"\n#quotation([{inner.strip()}])\n\n"
        letters = _letters(tag)
        return f'\n#text(fill: rgb("{letters}"))[{inner.strip()}]\n\n' if letters and inner.strip() else inner

    def _table(self, tag: Tag) -> str:
        if tag.find("tr") is None:
            return self.blocks(tag.children)
        model, caption = read_table(tag, self.styles)
        said = f"[{markup.inline(caption)}]" if caption else "none"
        return place_table(self.writer, model, caption=said, short=caption)

    def _list(self, tag: Tag) -> str:
        items = [child for child in tag.find_all("li") if child.find_parent(["ul", "ol", "menu"]) is tag]
        with self.writer.boxed(20):
            written = ", ".join(f"[{self.blocks(item.children).strip()}]" for item in items)
        if not written:
            return self.blocks(child for child in tag.children if isinstance(child, Tag))
        start = str(tag.get("start", "1"))
        if tag.name != "ol":
            return f"\n#bullets(tight: true, {written})\n\n"
        start = start if start.isdecimal() else "1"
        return f'\n#numbered(numbering: "1.", start: {start}, tight: true, {written})\n\n'

    def _code(self, tag: Tag) -> str:
        return f"\n#code-block({literal(tag.get_text().strip(chr(10)))})\n\n"

    def _details(self, tag: Tag) -> str:
        summary = tag.find("summary", recursive=False)
        head = self.line(summary.children).strip() if isinstance(summary, Tag) else ""
        with self.writer.boxed(24):
            body = self.blocks(child for child in tag.children if child is not summary).strip()
        if not body:  # what it opens follows as Markdown
            return f"\n#rubric([{head}])\n\n" if head else ""
        return f"\n#plain-box(title: {f'[{head}]' if head else 'none'})[{body}]\n\n"

    def _figure(self, tag: Tag) -> str:
        caption = tag.find("figcaption")
        with self.writer.at(boxed=True):
            body = self.blocks(child for child in tag.children if child is not caption).strip()
            said = self.line(caption.children).strip() if isinstance(caption, Tag) else ""
        return f"\n#align(center)[{body}]\n" + (f"#align(center)[#emph[{said}]]\n\n" if said else "\n")

    def _definitions(self, tag: Tag) -> str:
        out = []
        for child in tag.find_all(["dt", "dd"]):
            inner = self.blocks(child.children).strip()
            out.append(f"\n#strong[{inner}]\n\n" if child.name == "dt" else f"\n#pad(left: 5mm)[{inner}]\n\n")
        return "".join(out)

    # --------------------------------------------------------------------------------------------------------- lines
    def line(self, children: Iterable[PageElement]) -> str:
        """Write what stands in a line."""
        return "".join(self._inline(child) for child in children)

    def _inline(self, child: PageElement) -> str:
        if isinstance(child, PreformattedString):
            return ""
        if isinstance(child, NavigableString):
            return markup.inline(self.writer.printable(re.sub(r"\s+", " ", str(child).replace("\xa0", " "))))
        if not isinstance(child, Tag) or child.name in SILENT:
            return ""
        if child.name == "br":
            return "#linebreak()"
        if child.name == "img":
            return self._picture(child)
        if child.name == "svg":
            return ""
        if child.name == "input":
            box = child.get("type") == "checkbox"
            return markup.inline("☑ " if "checked" in child.attrs else "☐ ") if box else ""
        if child.name in _PLAYED:
            return self._played(child)
        inner = self.line(child.children)
        opened = _opening(child)
        return f"{opened}{inner}]" if inner and opened != "#[" else inner

    def _played(self, tag: Tag) -> str:
        source = tag.find("source")
        address = str(tag.get("src") or tag.get("data") or (source.get("src") if isinstance(source, Tag) else "") or "")
        self.writer.warn("html", f"<{tag.name}> is not printed{f': {address[:100]}' if address else ''}", self.node)
        if re.match(r"https?://", address):
            return f"#external-link({target(address)}, [{markup.address(address)}])"
        return self.line(tag.children)

    def _picture(self, tag: Tag) -> str:
        given, said = str(tag.get("src", "")), " ".join(str(tag.get("alt") or "").split())
        file = self._file(given)
        if not file:
            message = f"image {given[:100]!r} is not readable here; its description is printed"
            self.writer.warn("image", message, self.node)
            return f"#lost-image[{markup.inline(said or given[:100])}]"
        width = re.fullmatch(r"(\d+)(px|%|)", str(tag.get("width", "")))
        size = ""
        if width:
            most = self.writer.page.text_width
            size = f"width: {width[1]}%, " if width[2] == "%" else f"width: {min(int(width[1]) * 0.75, most):g}pt, "
        return f"#box(image({name(f'/images/{file}')}, {size}alt: {literal(said or words.undescribed())}))"

    def _file(self, address: str) -> str:
        """The file of a picture in the project, for one that stands beside the source."""
        builder = self.writer.builder
        if re.match(r"[A-Za-z][\w+.-]*:|//", address):
            return str(builder.images.get(address, ""))
        folder = posixpath.dirname(self.writer.place.doc)
        inside = posixpath.normpath(posixpath.join(folder, unquote(address).split("?")[0]))
        if inside.startswith("../") or not (Path(builder.srcdir) / inside).is_file():
            return ""
        if inside not in builder.images:
            taken = set(builder.images.values())
            own = posixpath.basename(inside)
            builder.images[inside] = own if own not in taken else inside.replace("/", "-")
        return str(builder.images[inside])
