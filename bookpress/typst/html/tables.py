"""Tables that reach Sphinx as HTML: what pandas writes for a DataFrame or a Styler."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from bookpress.typst.html.colours import colour
from bookpress.typst.markup import inline, target
from bookpress.typst.tables import Cell, Table

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def read_html_table(source: str) -> tuple[Table, str]:
    """Read the first table of an HTML fragment, with the cell colours of its style sheet; see `read_table`."""
    soup = BeautifulSoup(source, "html.parser")
    element = soup.find("table")
    return read_table(element, styles(soup)) if isinstance(element, Tag) else (Table(), "")


def read_table(element: Tag, rules: dict[str, dict[str, str]]) -> tuple[Table, str]:
    """Read a table with its spans, alignments and cell colours; rules: declarations by element id, from `styles`.

    Returns the table and the text of its caption. Rows that pandas leaves short in the header are filled up.
    """
    table = Table()
    for row in element.find_all("tr"):
        if row.find_parent("table") is not element:
            continue
        head = row.find_parent("thead") is not None
        cells = [_cell(cell, rules) for cell in row.find_all(["td", "th"], recursive=False)]
        (table.head if head else table.body).append(cells)
    for cells in table.head:
        cells += [Cell("", "")] * (table.columns - sum(cell.columns for cell in cells))
    caption = element.find("caption")
    return table, caption.get_text(" ", strip=True) if caption else ""


def styles(soup: BeautifulSoup) -> dict[str, dict[str, str]]:
    """Collect declarations by element id from the fragment's style sheets."""
    found: dict[str, dict[str, str]] = {}
    for sheet in soup.find_all("style"):
        for selectors, body in _RULE.findall(sheet.get_text()):
            for selector in selectors.split(","):
                found.setdefault(selector.strip().lstrip("#"), {}).update(_declarations(body))
    return found


def _declarations(text: str) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in text.split(";") if ":" in part)
    return {name.strip(): value.strip() for name, value in pairs}


def _cell(element: Tag, rules: dict[str, dict[str, str]]) -> Cell:
    style = rules.get(_attribute(element, "id"), {}) | _declarations(_attribute(element, "style"))
    text = element.get_text(" ", strip=True).replace("\xa0", " ")
    content = _content(element)
    if element.name == "th" and element.find_parent("thead") is None and content:
        content = f"#strong[{content}]"
    letters = colour(style.get("color", ""))
    if letters and content:
        content = f'#text(fill: rgb("{letters}"))[{content}]'
    if style.get("font-weight") == "bold" and content:
        content = f"#strong[{content}]"
    fill = colour(style.get("background-color", ""))
    align = style.get("text-align", "")
    return Cell(
        content=content,
        text=text,
        columns=_span(element, "colspan"),
        rows=_span(element, "rowspan"),
        align=align if align in ("left", "right", "center") else "",
        fill=fill,
        stub=element.name == "th" and element.find_parent("thead") is None,
    )


def _attribute(element: Tag, name: str) -> str:
    return str(element.get(name) or "")


def _span(element: Tag, name: str) -> int:
    value = _attribute(element, name)
    return max(int(value), 1) if value.isdecimal() else 1


def _content(element: Tag) -> str:
    """Return a cell's text with its line breaks, emphasis and links."""
    out = []
    for child in element.children:
        if isinstance(child, NavigableString):
            out.append(inline(str(child).replace("\xa0", " ")))
        elif not isinstance(child, Tag):
            continue
        elif child.name == "br":
            out.append("#linebreak()")
        elif child.name in ("b", "strong"):
            out.append(f"#strong[{_content(child)}]")
        elif child.name in ("i", "em"):
            out.append(f"#emph[{_content(child)}]")
        elif child.name == "a" and re.match(r"https?://", _attribute(child, "href")):
            out.append(f"#external-link({target(_attribute(child, 'href'))}, [{_content(child)}])")
        else:
            out.append(_content(child))
    return "".join(out).strip()
