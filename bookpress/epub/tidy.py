"""XHTML out of the HTML that authors and other packages put into pages, which need not be XML.

A page that is sound stays as it is, to the byte. Any other is read by BeautifulSoup, mended by the rules below, and
written again: what an e-reader cannot do goes, what HTML5 gave up is renamed, tags that were left open are closed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree

from bs4 import BeautifulSoup
from bs4.element import PageElement, PreformattedString, Tag

XHTML = "{http://www.w3.org/1999/xhtml}"
Picture = Callable[[str], "str | None"]
"""The address of a picture in the package, for the one that a page gives; nothing for a picture that is not in it."""
Tell = Callable[[str], None]
"""Takes what was lost, in words."""

_BLOCKS = {
    "address", "article", "aside", "blockquote", "details", "dialog", "div", "dl", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "menu", "nav", "ol",
    "p", "pre", "section", "table", "ul",
}  # fmt: skip
_OTHERS = {
    "a", "abbr", "b", "bdi", "bdo", "br", "caption", "cite", "code", "col", "colgroup", "data", "dd", "del",
    "dfn", "dt", "em", "i", "img", "ins", "kbd", "label", "li", "mark", "math", "q", "rp", "rt", "ruby", "s",
    "samp", "small", "span", "strong", "sub", "summary", "sup", "svg", "tbody", "td", "tfoot", "th", "thead",
    "time", "tr", "u", "var", "wbr",
}  # fmt: skip
KNOWN = _BLOCKS - {"dialog", "fieldset", "form", "menu"} | _OTHERS
"""Elements that an e-reader shows."""
_RENAMED = {
    **dict.fromkeys(("acronym",), "abbr"), **dict.fromkeys(("tt",), "code"), **dict.fromkeys(("strike",), "s"),
    **dict.fromkeys(("center", "fieldset", "dialog", "optgroup", "legend"), "div"),
    **dict.fromkeys(("font", "big", "nobr", "blink", "marquee"), "span"), **dict.fromkeys(("dir", "menu"), "ul"),
}  # fmt: skip
_WITHOUT_WORDS = {
    "base", "basefont", "link", "meta", "script", "style", "template", "title", "input", "select", "textarea",
    "source", "track",
}  # fmt: skip
_PLAYED = {"applet", "audio", "canvas", "embed", "iframe", "object", "video"}
_FOREIGN = ("svg", "math")
_ANYWHERE = {"class", "dir", "hidden", "id", "lang", "role", "style", "tabindex", "title", "xml:lang", "epub:type"}
_ATTRIBUTES = {
    "a": {"href", "hreflang", "rel", "target", "type"}, "blockquote": {"cite"}, "col": {"span"}, "colgroup": {"span"},
    "data": {"value"}, "del": {"cite", "datetime"}, "details": {"open"},
    "img": {"alt", "height", "loading", "src", "width"},
    "ins": {"cite", "datetime"}, "li": {"value"}, "ol": {"reversed", "start", "type"}, "q": {"cite"},
    "td": {"colspan", "headers", "rowspan"}, "th": {"abbr", "colspan", "headers", "rowspan", "scope"},
    "time": {"datetime"},
}  # fmt: skip
_CLOSED_BY = {  # element -> those that end it when they begin, and those within which they do not
    "li": ({"li"}, {"ul", "ol"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "td": ({"td", "th", "tr"}, {"table"}),
    "th": ({"td", "th", "tr"}, {"table"}),
    "tr": ({"tr"}, {"table"}),
}
_WITHIN = {
    "figcaption": {"figure"},
    "summary": {"details"},
    "li": {"ul", "ol"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
}
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_IN_SVG = {
    name.lower(): name
    for name in (
        "attributeName", "baseFrequency", "clipPath", "clipPathUnits", "feBlend", "feColorMatrix",
        "feComposite", "feFlood", "feGaussianBlur", "feMerge", "feMergeNode", "feOffset", "filterUnits",
        "foreignObject", "gradientTransform", "gradientUnits", "linearGradient", "markerEnd", "markerHeight",
        "markerMid", "markerStart", "markerUnits", "markerWidth", "maskContentUnits", "maskUnits", "pathLength",
        "patternUnits", "patternContentUnits", "patternTransform", "preserveAspectRatio", "radialGradient",
        "refX", "refY", "spreadMethod", "startOffset", "stdDeviation", "textLength", "textPath", "viewBox",
    )
}  # fmt: skip
"""What HTML's parser writes in small letters, as SVG has it."""


def is_sound(page: str, picture: Picture) -> bool:
    """Whether a page is XHTML that none of the rules would change."""
    try:
        root = ElementTree.fromstring(page)
    except ElementTree.ParseError:
        return False
    body = root.find(f"{XHTML}body")
    if body is None:
        return False
    ids: set[str] = set()
    for element in body.iter():
        name = str(element.tag)
        ident = element.get("id")
        if ident is not None and (ident in ids or not ident or re.search(r"\s", ident)):
            return False
        ids.add(ident or "")
        if name == f"{XHTML}img" and picture(element.get("src", "")) != element.get("src"):
            return False
        if not name.startswith(XHTML):
            continue
        local = name.removeprefix(XHTML)
        if local != "body" and (local not in KNOWN or any(not _allowed(local, a) for a in element.attrib)):
            return False
        within = {str(child.tag).removeprefix(XHTML) for child in element}
        if (local in ("p", "span") and within & _BLOCKS) or (local == "summary" and "p" in within):
            return False
        if local == "a" and element.find(f".//{XHTML}a") is not None:
            return False
    return True


def tidy(body: str, picture: Picture, tell: Tell) -> str:
    """The body of a page as XHTML. picture: see :data:`Picture`; tell: takes what was lost."""
    soup = BeautifulSoup(_NO_XML.sub("", body), "html.parser")
    for text in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        text.extract()  # comments, declarations, instructions to processors
    _elements(soup, tell)
    _nesting(soup)
    _pictures(soup, picture, tell)
    _attributes(soup)
    return soup.decode(formatter="minimal")


def on_paper(drawing: str) -> str:
    """An SVG on a white ground of its own: at night a reading system draws it on black, whatever a style sheet says."""
    box = re.search(r"<svg\b[^>]*\bviewBox=[\"']([^\"']+)[\"']", drawing)
    x, y, width, height = box[1].replace(",", " ").split() if box else ("0", "0", "100%", "100%")
    ground = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="#fff"/>'
    return re.sub(r"<svg\b[^>]*>", lambda tag: tag[0] if tag[0].endswith("/>") else tag[0] + ground, drawing, count=1)


def _elements(soup: BeautifulSoup, tell: Tell) -> None:
    for tag in soup.find_all(True):
        if tag.decomposed or tag.find_parent(_FOREIGN):
            continue
        if tag.name == "input" and tag.get("type") == "checkbox":  # of a list of tasks
            tag.replace_with("☑ " if "checked" in tag.attrs else "☐ ")
        elif tag.name in _WITHOUT_WORDS:
            tag.decompose()
        elif tag.name in _PLAYED:
            source = tag.find("source")
            address = str(
                tag.get("src") or tag.get("data") or (source.get("src") if isinstance(source, Tag) else "") or ""
            )
            tell(f"<{tag.name}> is not shown{f': {address[:100]}' if address else ''}")
            if re.match(r"https?://", address):
                link = soup.new_tag("a", href=address)
                link.string = address
                tag.replace_with(link)
            else:
                tag.decompose()
        elif tag.name in _RENAMED:
            tag.name = _RENAMED[tag.name]
        elif tag.name not in KNOWN:
            tag.unwrap()


def _nesting(soup: BeautifulSoup) -> None:
    for tag in soup.find_all(list(_CLOSED_BY)):
        closes, bounds = _CLOSED_BY[tag.name][0], _CLOSED_BY[tag.name][1]
        for inner in tag.find_all(list(closes)):
            above = inner.find_parent([tag.name, *bounds])
            if above is tag and inner.parent is not None:
                _after(tag, inner)
                break
    for tag in soup.find_all(list(_WITHIN)):
        if tag.parent is None or tag.parent.name not in _WITHIN[tag.name]:
            tag.name = "div"
    for listed in soup.find_all(["ul", "ol"]):
        for child in list(listed.children):
            if isinstance(child, Tag) and child.name != "li":
                child.wrap(soup.new_tag("li"))
    for summary in soup.find_all("summary"):
        for paragraph in summary.find_all(_BLOCKS):
            paragraph.name = "span"
    for details in soup.find_all("details"):
        first = details.find("summary", recursive=False)
        if isinstance(first, Tag):
            details.insert(0, first.extract())
    for tag in soup.find_all(["p", "span"]):
        if tag.find(_BLOCKS):
            tag.name = "div"
            while tag.parent is not None and tag.parent.name in ("span", "p"):
                tag = tag.parent
                tag.name = "div"
    for link in soup.find_all("a"):
        if link.find_parent("a"):
            link.unwrap()


def _after(tag: Tag, inner: Tag) -> None:
    """What a left-out end tag has swallowed stands behind the element: `<li>one<li>two`."""
    moved: list[PageElement] = [inner, *inner.next_siblings]
    for node in reversed(moved):
        tag.insert_after(node.extract())


def _pictures(soup: BeautifulSoup, picture: Picture, tell: Tell) -> None:
    for tag in soup.find_all("img"):
        given, said = str(tag.get("src", "")), str(tag.get("alt") or "")
        address = picture(given)
        if address:
            tag["src"], tag["alt"] = address, said
            continue
        tell(
            f"no picture {given[:100]!r}; {'its description stands in its place' if said else 'it has no description'}"
        )
        if re.match(r"https?://", given) and not tag.find_parent("a"):
            words: Tag = soup.new_tag("a", href=given)
            words.string = said or given
        else:
            words = soup.new_tag("span")
            words.string = said
        tag.replace_with(words)


def _attributes(soup: BeautifulSoup) -> None:
    ids: set[str] = set()
    for tag in soup.find_all(True):
        foreign = tag if tag.name in _FOREIGN else tag.find_parent(_FOREIGN)
        if tag.name == "a" and tag.get("name") and not tag.get("id"):
            tag["id"] = tag["name"]
        ident = "".join(str(tag.get("id", "")).split())
        if "id" in tag.attrs and (not ident or ident in ids):
            del tag["id"]
        elif ident:
            tag["id"] = ident
            ids.add(ident)
        width = str(tag.get("width", ""))
        if tag.name == "img" and width and not width.isdecimal():
            tag["style"] = f"width: {width}; {tag.get('style', '')}".strip("; ")
        for name in list(tag.attrs):
            if (
                (foreign is None and (not _allowed(tag.name, name) or _not_a_number(name, tag[name])))
                or (not re.fullmatch(r"(xml:|xlink:|epub:|xmlns:?)?[A-Za-z_][\w.-]*", name) and name != "xmlns")
                or name.startswith("on")
            ):
                del tag[name]
            elif foreign is not None and foreign.name == "svg" and name in _IN_SVG:
                tag[_IN_SVG[name]] = tag.attrs.pop(name)
        if foreign is not None and foreign.name == "svg":
            tag.name = _IN_SVG.get(tag.name, tag.name)
            if tag is foreign:
                tag["xmlns"] = "http://www.w3.org/2000/svg"
                tag["xmlns:xlink"] = "http://www.w3.org/1999/xlink"
        elif tag is foreign:
            tag["xmlns"] = "http://www.w3.org/1998/Math/MathML"


def _allowed(tag: str, name: str) -> bool:
    """Whether an element may have an attribute; ElementTree writes the namespace of one before it."""
    if name.startswith("{"):
        return name.rpartition("}")[2] in ("type", "lang")  # epub:type, xml:lang
    return name in _ANYWHERE or name.startswith(("aria-", "data-")) or name in _ATTRIBUTES.get(tag, set())


def _not_a_number(name: str, value: object) -> bool:
    return name in ("width", "height", "colspan", "rowspan", "span", "start", "value") and not str(value).isdecimal()
