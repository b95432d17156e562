"""Outputs of cells that need a script: their static form, or a word."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes

from bookpress.forms.places import Watched
from bookpress.words import _

SCRIPT = re.compile(
    r"<script\b(?![^>]*\btype\s*=\s*[\"']?application/(?:ld\+)?json)[^>]*>.*?(?:</script\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
"""What is run; not data that a page's own script reads."""
_SEEN = re.compile(r"<(?:img|svg|table|math|hr)\b", re.IGNORECASE)
_SILENT = re.compile(r"<(style|head|title)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)
_SCRIPTED = {"application/vnd.jupyter.widget-view+json", "application/javascript"}


class StaticOutputs(Watched):
    """Outputs that need a script, in their static form."""

    default_priority = 3  # before myst-nb chooses one of an output's forms

    def apply_to_book(self) -> None:
        for bundle in list(self.document.findall(nodes.container)):
            if bundle.get("nb_element") == "mime_bundle" and any(_needs_script(form) for form in bundle.children):
                self._replace(bundle)

    def _replace(self, bundle: nodes.container) -> None:
        scripted: list[Any] = [child for child in bundle.children if _needs_script(child)]
        for form in scripted:
            rest = [shown for raw in form.findall(nodes.raw) if (shown := without_scripts(raw.astext())).strip()]
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
        kind == "text/html" and any(SCRIPT.search(r.astext()) for r in form.findall(nodes.raw))
    )


def without_scripts(html: str) -> str:
    return SCRIPT.sub("", html)


def _is_seen(html: str) -> bool:
    return bool(_SEEN.search(html) or _SILENT.sub("", html).strip())


_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CONTROL = re.compile(r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)|\[[0-?]*[ -/]*[@-~]|[@-_a-z0-9=>])?")
"""What tells a terminal something: the address of a link, where to write, a colour."""


class Terminals(Watched):
    """Printed text keeps its colours; what else it tells a terminal (clear the screen) is nothing to read."""

    default_priority = 8

    def apply_to_book(self) -> None:
        for block in self.document.findall(nodes.literal_block):
            text = block.astext()
            if block.get("language") == "myst-ansi" and "\x1b" in text:
                text = _CONTROL.sub(lambda match: match[0] if _COLOUR.fullmatch(match[0]) else "", text)
                block.children, block.rawsource = [nodes.Text(text)], text
