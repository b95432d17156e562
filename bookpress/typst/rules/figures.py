"""Figures and images."""

from __future__ import annotations

import re

from docutils import nodes

from bookpress.typst import words
from bookpress.typst.markup import boolean, inline, literal, name
from bookpress.typst.rules.headings import plain
from bookpress.typst.writer import Writer, first, names, writes

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"“‘'(]?[A-ZÀ-ÞА-Я])")
_SIZE = re.compile(r"([\d.]+)\s*(px|%|pt|cm|mm|in|em|)")


def new_key(writer: Writer) -> str:
    """Return a key by which the list of figures finds the page of a floating figure."""
    writer.counts["figure"] += 1
    return f"f{writer.counts['figure']}"


def first_sentence(caption: str) -> str:
    """Return what the lists of figures and tables print of a caption."""
    return _SENTENCE.split(caption, maxsplit=1)[0].removesuffix(".")


@writes("figure")
def figure(writer: Writer, node: nodes.Element) -> str:
    """Write a figure with caption and legend; it may float."""
    caption, legend = first(node, nodes.caption), first(node, nodes.legend)
    labels = writer.new_labels(node)
    before = dict(writer.counts)
    floating = writer.config.typst_float_figures and not writer.place.boxed
    with writer.at(boxed=True):
        body = "".join(writer.write(child) for child in node.children if child not in (caption, legend)).strip()
        said = "none"
        if caption is not None:
            said = f"[{writer.anchors(caption)}{writer.children(caption).strip()}]"
        under = writer.content(legend) if legend is not None else "none"
    images = list(node.findall(nodes.image))
    has_image = bool(images)
    lost = writer.counts["lost image"] > before["lost image"]
    if has_image and not lost and writer.counts["image"] == before["image"]:
        return writer.anchor(labels)  # the dark twin of a figure
    number = writer.number("figure", node)
    writer.has_figures |= has_image and bool(number)
    options = [
        f"kind: {'image' if has_image else 'table'}",
        f"number: {literal(number)}",
        f"short: {literal(first_sentence(plain(caption, short=True)) if caption is not None else '')}",
        f"caption: {said}",
        f"legend: {under}",
        f"float: {boolean(floating and has_image)}",
        f"key: {literal(new_key(writer))}",
        f"anchors: {names(labels)}",
    ]
    if not has_image:
        options.append("split: true")
    if lost:
        options.append(f"alt: {literal(images[0].get('alt') or words.undescribed())}")
    return f"\n#book-figure({', '.join(options)})[{body}]\n\n"


@writes("image")
def image(writer: Writer, node: nodes.Element) -> str:
    """Write an image with its text alternative."""
    file = writer.builder.images.get(node["uri"])
    if not file:
        writer.warn("image", f"image {node['uri']!r} is not readable here; its description is printed", node)
        writer.counts["lost image"] += 1
        return f"#lost-image[{inline(node.get('alt') or node['uri'])}]"
    writer.counts["image"] += 1
    alt = re.sub(r"\s+", " ", node.get("alt", "")).strip()
    if not alt or alt == node["uri"]:
        caption = first(node.parent, nodes.caption)  # `bookpress.forms` has told
        alt = (caption.astext() if caption is not None else "") or words.undescribed()
    options = [name(f"/images/{file}"), *_dimensions(writer, node), f"alt: {literal(alt)}"]
    call = f"image({', '.join(options)})"
    anchors = writer.anchors(node)
    if isinstance(node.parent, nodes.TextElement) and len(node.parent.children) > 1:
        return f"{anchors}#box({call})"
    if isinstance(node.parent, nodes.figure):
        return f"{anchors}#{call}"
    align = {"left": "left", "right": "right"}.get(node.get("align", ""), "center")
    return f"{anchors}#align({align}, {call})"


def _dimensions(writer: Writer, node: nodes.Element) -> list[str]:
    """Width and height in Typst's units; pixels are 1/96 inch, and nothing is larger than the text."""
    most = {"width": writer.page.text_width, "height": 0.9 * writer.page.text_height}
    sizes = []
    for side, limit in most.items():
        match = _SIZE.fullmatch(str(node.get(side, "")))
        if not match:
            continue
        value, unit = float(match[1]), match[2]
        if unit in ("px", ""):
            value, unit = value * 0.75, "pt"
        if unit == "pt":
            value = min(value, limit)
        sizes.append(f"{side}: {value:g}{unit}")
    return sizes
