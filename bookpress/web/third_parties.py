"""Nothing from third parties, and the repair of an upstream fault that touches addresses.

* sphinx-thebe writes the address of a script host into every page even where it is switched off; its code is taken out.
* myst-parser 3.0.1 escapes link targets twice: a `&` in an address arrives as `&amp;amp;`.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_SCRIPT = re.compile(
    r"\s*<script type=\"text/x-thebe-config\">(?:(?!</script>).)*</script>\s*|<script>kernelName = '[^'<]*'</script>",
    re.DOTALL,
)
_FILE = re.compile(r"(?<![\w-])sphinx-thebe\.(?:js|css)\b|//unpkg\.com/thebe@|\bconst thebe_js_url\b")


def unescape_targets(app: Sphinx, doctree: nodes.document) -> None:
    """Undo the second escaping of link targets."""
    for reference in doctree.findall(nodes.reference):
        if "&amp;" in reference.get("refuri", ""):
            reference["refuri"] = unescape(reference["refuri"])


def drop_thebe_nodes(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Take out the scripts that sphinx-thebe puts into the text of every page, also where it is switched off."""
    for node in list(doctree.findall(nodes.raw)):
        if _SCRIPT.fullmatch(node.astext()):
            node.parent.remove(node)


def drop_thebe(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document) -> None:
    """Take sphinx-thebe's scripts, styles and inline constants out of a page: the book offers no live kernel."""
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context.get(kind, []) if not _FILE.search(_words(file))]


def _words(file: Any) -> str:
    return f"{file} {getattr(file, 'filename', '')} {getattr(file, 'attributes', '')}".lower()
