"""What not every form of the book can show, told and replaced alike in HTML, PDF and EPUB.

* A picture without alternative text is told, with its line. One on the network is told, and its words stay as a link:
  no build asks anybody, and no page loads what is not the book's.
* An output that needs a script (a widget, an interactive chart) stands in the static form that came with it, a picture
  or text, and a line says so. One that has none is told. Scripts, frames and films in raw HTML are told too.
* Equations that Markdown has taken for text are told.

Warnings have the type ``bookpress`` and the subtypes ``image``, ``output``, ``html`` and ``maths``.
"""

from __future__ import annotations

import posixpath
import re
from functools import partial
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from bookpress.contents import up
from bookpress.kept import kept
from bookpress.words import _

LOGGER = logging.getLogger(__name__)
_SCRIPT = re.compile(
    r"<script\b(?![^>]*\btype\s*=\s*[\"']?application/(?:ld\+)?json)[^>]*>.*?(?:</script\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
"""What is run; not data that a page's own script reads."""
_PLAYED = re.compile(
    r"<(?P<tag>iframe|video|audio|object|embed)\b(?P<rest>[^>]*)>(?:(?P<inside>.*?)</(?P=tag)\s*>)?",
    re.DOTALL | re.IGNORECASE,
)
_SOURCE = re.compile(r"\b(?:src|data)\s*=\s*[\"']?([^\"'\s>]+)")
_SEEN = re.compile(r"<(?:img|svg|table|math|hr)\b", re.IGNORECASE)
_SILENT = re.compile(r"<(style|head|title)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)
_SCRIPTED = {"application/vnd.jupyter.widget-view+json", "application/javascript"}
_IMAGE = re.compile(r"<img\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\s([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_OWN = ("thebe", "kernelName")
"""What sphinx-thebe puts into every page; it is taken out elsewhere."""
_EQUATION = re.compile(
    r"\s*\\begin\{(?:align|aligned|alignat|equation|eqnarray|gather|gathered|multline|split|flalign|[pbvBV]?matrix)\*?\}"
)


def watch(app: Sphinx, builder: str) -> None:
    """Tell and replace in what a builder (by its name, or `html` for all that write HTML) makes."""
    kept(app, "watched", set[str]).add(builder)
    registered = app.registry.post_transforms
    for transform in (StaticOutputs, RawHtml, Pictures, LooseEquations):
        if transform not in registered:
            app.add_post_transform(transform)


def place(node: nodes.Node) -> str:
    """File and line of a node: its own, of what it stands in, or of what stands before it there."""
    at: nodes.Node | None = node
    source = ""
    while at is not None and not isinstance(at, nodes.document):
        source = source or getattr(at, "source", None) or ""
        before = at.parent.children[: at.parent.index(at)] if at.parent is not None else []
        for candidate in (at, *reversed(before)):
            lines = [line for part in candidate.findall() if (line := getattr(part, "line", None))]
            if lines:
                source = source or getattr(candidate, "source", None) or ""
                return f"{source}:{lines[0] if candidate is at else _line_below(source, max(lines), node)}"
        at = at.parent
    return source


def _line_below(source: str, line: int, node: nodes.Node) -> int:
    """The line, from one before a node on, that names its picture; the one before, if none does."""
    uri = node.get("uri", "") if isinstance(node, nodes.image) else ""
    if uri and Path(source).is_file():
        lines = Path(source).read_text("utf-8", errors="replace").splitlines()
        for number, text in enumerate(lines[line - 1 :], line):
            if posixpath.basename(uri) in text and number > line:
                return number
    return line


class _Watched(SphinxPostTransform):
    """A transform for the builders that are watched."""

    def run(self, **kwargs: Any) -> None:
        watched = kept(self.app, "watched", set[str])
        if self.app.builder.name in watched or (self.app.builder.format == "html" and "html" in watched):
            self.apply_to_book()

    def apply_to_book(self) -> None:
        raise NotImplementedError

    def tell(self, subtype: str, node: nodes.Node, message: str, *said: object) -> None:
        LOGGER.warning(message, *said, location=place(node) or None, type="bookpress", subtype=subtype)


class StaticOutputs(_Watched):
    """Outputs that need a script, in their static form."""

    default_priority = 3  # before myst-nb chooses one of an output's forms

    def apply_to_book(self) -> None:
        for bundle in list(self.document.findall(nodes.container)):
            if bundle.get("nb_element") == "mime_bundle" and any(_needs_script(form) for form in bundle.children):
                self._replace(bundle)

    def _replace(self, bundle: nodes.container) -> None:
        scripted: list[Any] = [child for child in bundle.children if _needs_script(child)]
        for form in scripted:
            rest = [shown for raw in form.findall(nodes.raw) if (shown := _without_scripts(raw.astext())).strip()]
            if form.get("mime_type") == "text/html" and any(map(_is_seen, rest)):
                form.children = [nodes.raw("", shown, format="html") for shown in rest]
            else:
                bundle.remove(form)
        word = nodes.paragraph(
            "", "", nodes.emphasis("", _("Interactive in the notebook only.")), classes=["bp-static"]
        )
        if bundle.children:
            bundle.parent.insert(bundle.parent.index(bundle) + 1, word)
            return
        self.tell(
            "output", bundle,
            "an output that needs a script and came without a static form: let the cell show a picture or a table too",
        )  # fmt: skip
        bundle.replace_self(word)


def _needs_script(form: Any) -> bool:
    kind = form.get("mime_type", "")
    return kind in _SCRIPTED or (
        kind == "text/html" and any(_SCRIPT.search(r.astext()) for r in form.findall(nodes.raw))
    )


def _without_scripts(html: str) -> str:
    return _SCRIPT.sub("", html)


def _is_seen(html: str) -> bool:
    return bool(_SEEN.search(html) or _SILENT.sub("", html).strip())


class RawHtml(_Watched):
    """Pictures in raw HTML; and scripts, frames and films, which no page of the book runs or loads."""

    default_priority = 4

    def apply_to_book(self) -> None:
        for raw in list(self.document.findall(nodes.raw)):
            html = raw.astext()
            if "html" not in raw.get("format", "").split() or any(own in html for own in _OWN):
                continue
            shown = _IMAGE.sub(partial(self._image, raw), html)
            if shown != html:
                html = shown
                raw.children, raw.rawsource = [nodes.Text(html)], html
            played = [match["tag"].lower() for match in _PLAYED.finditer(html)]
            lost = sorted({*played, *(["script"] if _SCRIPT.search(html) else [])})
            if not lost:
                continue
            self.tell("html", raw, "<%s> in raw HTML: no form of the book runs or loads it", ">, <".join(lost))
            shown = _PLAYED.sub(_link, _without_scripts(html))
            if shown.strip():
                raw.replace_self(nodes.raw(raw.rawsource, shown, format="html"))
            else:
                raw.parent.remove(raw)

    def _image(self, raw: nodes.raw, match: re.Match[str]) -> str:
        """A picture that raw HTML names: described, in the book, and taken along for the web book."""
        tag = match[0]
        said = {name.lower(): first or second or bare for name, first, second, bare in _ATTRIBUTE.findall(tag)}
        given, words = unescape(said.get("src", "")), said.get("alt", "").strip()
        if not words:
            self.tell("image", raw, "image %r has no text alternative", given[:100])
        if re.match(r"https?://|//", given):
            self.tell("image", raw, "image %r is on the network and not in the book: save it beside the page", given)
            return f'<a href="{escape(given)}">{words or escape(given)}</a>'
        if re.match(r"[A-Za-z][\w+.-]*:", given):
            return tag
        docname, images = self.env.docname, self.app.builder.images
        folder = "" if given.startswith("/") else posixpath.dirname(docname)
        inside = posixpath.normpath(posixpath.join(folder, unquote(given).split("?")[0].lstrip("/")))
        if inside.startswith("../") or not (Path(self.app.srcdir) / inside).is_file():
            self.tell("image", raw, "image %r is not there", given)
            return f"<span>{words}</span>"
        if self.app.builder.format != "html":
            return tag
        if inside not in images:
            taken, own = set(images.values()), posixpath.basename(inside)
            images[inside] = own if own not in taken else inside.replace("/", "-")
        address = f"{up(docname)}{self.app.builder.__dict__.get('imagedir', '_images')}/{quote(images[inside])}"
        return re.sub(r"(\ssrc\s*=\s*)(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", rf'\g<1>"{address}"', tag, count=1)


def _link(match: re.Match[str]) -> str:
    """What stands in the place of a frame or film: its address, as far as that is one for everybody, and its words."""
    address = _SOURCE.search(match["rest"]) or _SOURCE.search(match["inside"] or "")
    words = match["inside"] or ""
    if address and address[1].startswith(("https://", "http://")):
        return f'<p><a href="{address[1]}">{address[1]}</a></p>{words}'
    return words


class Pictures(_Watched):
    """Pictures without alternative text, and pictures on the network."""

    default_priority = 5  # before Sphinx fetches them

    def apply_to_book(self) -> None:
        for image in list(self.document.findall(nodes.image)):
            said, uri = " ".join(str(image.get("alt", "")).split()), image["uri"]
            named = isinstance(image.parent, nodes.reference) and image.parent.astext().strip()
            if not (said and said != uri) and not named:
                self.tell("image", image, "image %r has no text alternative", uri[:100])
            if re.match(r"https?://|//", uri):
                self.tell(
                    "image", image, "image %r is on the network and not in the book: save it beside the page", uri
                )
                self._leave_words(image, said or uri)

    def _leave_words(self, image: nodes.image, words: str) -> None:
        holder = image.parent
        left: nodes.Element = nodes.inline("", words)
        if not isinstance(holder, nodes.reference):
            left = nodes.reference("", words, refuri=image["uri"], internal=False)
            image.replace_self(left if isinstance(holder, nodes.TextElement) else nodes.paragraph("", "", left))
            return
        image.replace_self(left)
        if not isinstance(holder.parent, nodes.TextElement):  # words stand in a paragraph, a linked picture need not
            block = nodes.paragraph()
            holder.replace_self(block)
            block += holder


class LooseEquations(_Watched):
    """Equations that stand in the text because no extension of Markdown reads them."""

    default_priority = 6

    def apply_to_book(self) -> None:
        for paragraph in self.document.findall(nodes.paragraph):
            begins = paragraph.children[0] if paragraph.children else None
            if isinstance(begins, nodes.Text) and _EQUATION.match(begins.astext()):
                message = "an equation is printed as text: put it between $$, or name amsmath in myst_enable_extensions"
                self.tell("maths", paragraph, message)
