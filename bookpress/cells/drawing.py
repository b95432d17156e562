"""A picture that stands in the page itself: SVG with its text as text, in the page's own font, for each width and
theme.

A page's Content Security Policy allows no style in it, and names must not meet those of another picture. So what
matplotlib and others write is rewritten: styles become attributes, names get the figure's before them and go where
nothing uses them, and what runs or loads something is an error. Attributes yield to any rule of a style sheet: a file
of rules, one for each colour, makes the dark form of the same drawing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.writers.html5 import HTML5Translator

from bookpress.epub.tidy import on_paper
from bookpress.kept import keep, kept

STYLE = "drawings.css"
FILE = "bp-file"
"""Class of the image that every builder but `html` takes."""
_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
_REFUSED = {"script", "foreignObject", "image", "a", "animate", "set", "iframe"}
_NAMED = re.compile(r"url\(#([^)]+)\)")
_NUMBERED = re.compile(r"(.*?)_\d+")
_FONT = re.compile(r"(?:(italic|oblique) )?(?:(\d+|bold) )?([\d.]+)px (.+)")
_INHERITED = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
"""What matplotlib says of all elements in a style sheet of its own."""


class drawing(nodes.General, nodes.Element):
    """A figure's forms. `forms`: form -> SVG text; `alt`: what it shows. Its images are the picture as files, for a
    page that shows it small."""


def inline(svg: str, name: str, form: str, alt: str) -> str:
    """SVG text as an element of an HTML page. Raises ValueError where it would run or load something."""
    root = ElementTree.fromstring(svg)
    used = {found for element in root.iter() for found in _names(element)}
    short = {old: f"{name}-{form}-{number}" for number, old in enumerate(sorted(used))}
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}style", f"{_SVG}metadata") or (child.tag == f"{_SVG}defs" and not _kept(child)):
                parent.remove(child)
    for element in root.iter():
        _rewrite(element, short)
    _lift_colours(root)
    _unwrap(root)
    view = root.attrib.get("viewBox") or "0 0 {width} {height}".format(**root.attrib)
    given = {"class": f"bp-form bp-{form}", "viewBox": view, "role": "img", "aria-label": alt, **_INHERITED}
    family = _common_family(root)
    root.attrib.clear()
    root.attrib.update(given | ({"font-family": family} if family else {}))
    text = ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)
    return re.sub(r">\s+<", "><", text.replace(" />", "/>"))


def _kept(defs: ElementTree.Element) -> bool:
    return any(child.tag != f"{_SVG}style" for child in defs)


def _names(element: ElementTree.Element) -> Iterable[str]:
    for key, value in element.attrib.items():
        if key in ("href", f"{_LINK}href"):
            yield value.removeprefix("#")
        yield from _NAMED.findall(value)


def _rewrite(element: ElementTree.Element, short: Mapping[str, str]) -> None:
    element.tag = element.tag.removeprefix(_SVG)
    if element.tag in _REFUSED or "}" in element.tag:
        raise ValueError(f"a picture in a page must not hold <{element.tag}>")
    found: dict[str, str] = {}
    for key, value in element.attrib.items():
        key = key.removeprefix(_LINK)
        if key.startswith("on") or (key == "href" and not value.startswith("#")):
            raise ValueError(f"a picture in a page must not hold {key}={value!r}")
        if key == "style":
            found |= _attributes(value)
        elif key == "id" and value not in short:
            found["data-part"] = (_NUMBERED.fullmatch(value) or [value, value])[1]
        elif "}" not in key:
            found[key] = value
    for key, value in found.items():
        if key == "id":
            found[key] = short[value]
        elif key == "href":
            found[key] = f"#{short[value[1:]]}"
        elif "url(" in value:
            found[key] = _NAMED.sub(lambda name: f"url(#{short[name[1]]})", value)
    element.attrib.clear()
    element.attrib.update(found)


def _attributes(style: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in style.split(";"))):
        key, value = (piece.strip() for piece in part.split(":", 1))
        if key == "font":
            font = _FONT.fullmatch(value)
            if font is None:
                raise ValueError(f"a font that is not understood in a picture: {value}")
            said = zip(("font-style", "font-weight", "font-size", "font-family"), font.groups(), strict=True)
            found |= {name: text for name, text in said if text}
        else:
            found[key] = value
    return found


def _lift_colours(root: ElementTree.Element) -> None:
    """Leave the colours of a sign to the places where it is used. A rule for the dark theme finds these; the sign
    itself stands there in a tree of its own, whose elements no rule finds by the page around them."""
    uses: dict[str, list[ElementTree.Element]] = {}
    for use in root.iter("use"):
        uses.setdefault(use.get("href", "")[1:], []).append(use)
    for sign in [element for element in root.iter() if element.get("id") in uses]:
        for part in ("fill", "stroke"):
            if all(part in use.attrib for use in uses[sign.attrib["id"]]) and sign.get(part) != "none":
                sign.attrib.pop(part, None)


def _unwrap(element: ElementTree.Element) -> None:
    """Take out groups that say nothing."""
    for child in list(element):
        _unwrap(child)
        if child.tag == "g" and not child.attrib:
            place = list(element).index(child)
            element.remove(child)
            for offset, inner in enumerate(child):
                element.insert(place + offset, inner)


def _common_family(root: ElementTree.Element) -> str:
    """The family of all its text, taken from the elements."""
    texts = [element for element in root.iter() if "font-family" in element.attrib]
    families = {element.attrib["font-family"] for element in texts}
    if len(families) != 1:
        return ""
    for element in texts:
        del element.attrib["font-family"]
    return families.pop()


def colours(env: BuildEnvironment) -> dict[str, dict[str, dict[str, str]]]:
    """docname -> figure -> colour -> its colour in the dark."""
    return kept(env, "drawn colours", dict[str, dict[str, dict[str, str]]])


def rules(dark: Mapping[str, Mapping[str, Mapping[str, str]]]) -> str:
    """The style sheet: what each colour of a drawing is in the dark theme. A figure that wants another is named."""
    common: dict[str, str] = {}
    lines: dict[tuple[str, str], list[str]] = {}
    for figures in (dark[docname] for docname in sorted(dark)):
        for name, pairs in figures.items():
            for light, other in sorted(pairs.items()):
                if light == other:
                    continue
                scope = "" if common.setdefault(light, other) == other else f"#{name} "
                lines[scope, light] = [_rule(scope, part, light, other) for part in ("fill", "stroke")]
    return "".join(f"{line}\n" for pair in lines.values() for line in pair)


def _rule(scope: str, what: str, light: str, other: str) -> str:
    return f'html[data-theme="dark"] {scope}.bp-form [{what}="{light}"]{{{what}:{other}}}'


def outdated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages with figures, if the style sheet has changed: their links to it have its checksum."""
    text = rules(colours(env))
    before = kept(env, "drawn", str)
    keep(env, "drawn", text)
    return sorted(set(colours(env)) & env.found_docs) if before != text else []


def write_style(app: Sphinx, env: BuildEnvironment) -> None:
    """Write the style sheet into the folder of static files, before the pages."""
    if app.builder.name != "html":
        return
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    (static / STYLE).write_text(rules(colours(env)), "utf-8")


def visit(self: HTML5Translator, node: drawing) -> None:
    """The forms, side by side; the style sheet shows the one that fits."""
    self.body += [svg + "\n" for svg in node["forms"].values()]
    raise nodes.SkipNode


def visit_reader(self: HTML5Translator, node: drawing) -> None:
    """In an e-book the form for telephones alone, as XHTML has it, on a ground of its own."""
    forms = node["forms"]
    svg = on_paper(re.sub(r' data-part="[^"]*"', "", forms.get("narrow", forms["wide"])))
    self.body.append(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + "\n")
    raise nodes.SkipNode


def choose(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """The drawing for the web book and the e-book, the file for every other."""
    gone = _is_file if app.builder.name in ("html", "epub") else drawing
    for node in list(doctree.findall(gone)):
        node.parent.remove(node)


def _is_file(node: nodes.Node) -> bool:
    return isinstance(node, nodes.image) and FILE in node["classes"]


def skip(self: nodes.NodeVisitor, node: drawing) -> None:
    """Every other builder has the picture as a file."""
    raise nodes.SkipNode
