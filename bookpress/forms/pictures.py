"""Pictures: that they are there, are what they are called, and are described."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from docutils import nodes
from sphinx.transforms import SphinxTransform

from bookpress.forms.places import Watched
from bookpress.forms.sound import fault_of, fault_of_data

_OUTPUTS = "jupyter_execute"
"""Folder into which myst-nb writes the pictures that cells show."""
_SCHEME = re.compile(r"[A-Za-z][\w+.-]+:|//")


class NamedAsAuthorsDo(SphinxTransform):
    """Find pictures whose file has spaces or letters beyond ASCII in its name, or whose address a query follows.

    Markdown writes such an address with percent signs, and Sphinx looks for a file that has them in its name.
    """

    default_priority = 500  # any time before Sphinx collects pictures

    def apply(self, **kwargs: Any) -> None:
        for image in self.document.findall(nodes.image):
            given = image["uri"]
            if _SCHEME.match(given) or self._is_there(given):
                continue
            for other in (unquote(given), unquote(re.split(r"[?#]", given)[0])):
                if other != given and self._is_there(other):
                    image["uri"] = other
                    break

    def _is_there(self, uri: str) -> bool:
        return Path(self.env.relfn2path(uri, self.env.docname)[1]).is_file()


class Pictures(Watched):
    """Pictures without alternative text, on the network, or in files that are none."""

    default_priority = 5  # before Sphinx fetches them

    def apply_to_book(self) -> None:
        for image in list(self.document.findall(nodes.image)):
            said, uri = " ".join(str(image.get("alt", "")).split()), image["uri"]
            named = isinstance(image.parent, nodes.reference) and image.parent.astext().strip()
            if not (said and said != uri) and not named:
                if _OUTPUTS in uri:
                    self.tell("image", image, "the picture that a cell shows has no text alternative")
                else:
                    self.tell("image", image, "image %r has no text alternative", uri[:100])
            if re.match(r"https?://|//", uri):
                self.tell(
                    "image", image, "image %r is on the network and not in the book: save it beside the page", uri
                )
                self._leave_words(image, said or uri)
            elif why := self._fault(image):
                if _OUTPUTS in uri:
                    self.tell("image", image, "the picture that a cell shows cannot be drawn: %s", why)
                else:
                    self.tell("image", image, "image %r cannot be drawn: %s", uri[:100], why)
                words = said if said != uri else posixpath.basename(uri)[:100]
                image.replace_self(_words(image, nodes.emphasis("", words)))

    def _fault(self, image: nodes.image) -> str:
        """What is wrong with a picture's file; nothing of one that is not there, which Sphinx has told."""
        if image["uri"].startswith("data:"):
            return fault_of_data(image["uri"])
        candidates: dict[str, str] = image.get("candidates", {})
        files = [file for kind, file in candidates.items() if kind != "?" and "://" not in file]
        drawn = [file for file in files if file.lower().endswith((".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"))]
        there = [path for file in drawn or files if (path := Path(self.app.srcdir) / file).exists()]
        return next(filter(None, map(fault_of, there)), "")

    def _leave_words(self, image: nodes.image, words: str) -> None:
        holder = image.parent
        left: nodes.Element = nodes.inline("", words)
        if not isinstance(holder, nodes.reference):
            image.replace_self(_words(image, nodes.reference("", words, refuri=image["uri"], internal=False)))
            return
        image.replace_self(left)
        if not isinstance(holder.parent, nodes.TextElement):  # words stand in a paragraph, a linked picture need not
            block = nodes.paragraph()
            holder.replace_self(block)
            block += holder


def _words(image: nodes.image, left: nodes.Element) -> nodes.Element:
    """What stands in a picture's place, in a paragraph where that is asked for."""
    return left if isinstance(image.parent, nodes.TextElement) else nodes.paragraph("", "", left)
