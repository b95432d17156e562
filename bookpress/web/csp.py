"""What a page may load and run: a Content Security Policy in the head of every page, which the book itself obeys.

Text of others stands on these pages. It is escaped wherever it is written; should that fail once, the browser still
runs nothing and loads nothing that is not a file of the book. In detail:

* Scripts and styles are files. One script sets light or dark before anything is painted: as a file it would hold up
  every page. The policy names its hash, and those of the style sheets that outputs bring along (a table's
  colours). `style` attributes become classes of one more such sheet; there are no `on...` attributes.
* `file:` stands beside `'self'` because to Firefox a page on the disk has no origin that `'self'` could match. On a
  page from a server it allows nothing: browsers let no such page load a file.
* Only the search asks for other pages, for the lines that it shows of them.
* What is not named falls back to `default-src`: no frame, object, worker or media.

With it goes a referrer policy: whoever follows a link to a source does not say where from.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape, unescape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from bookpress.contents import address_parts
from bookpress.web.theme import THEME

LOGGER = logging.getLogger(__name__)
EARLY = (
    '{const root=document.documentElement.dataset;root.mode=localStorage.getItem("mode")||"auto";root.theme='
    'root.mode!=="auto"?root.mode:matchMedia("(prefers-color-scheme: dark)").matches?"dark":"light"}'
)
"""What the theme does first of all, in `templates/layout.html`; it leaves `auto` to a script that runs later."""


def head(*inline: str, search: bool = False, styles: Sequence[str] = ()) -> str:
    """The meta elements; they belong before everything that loads or runs.

    inline: the text of every inline script of the page. search: whether the page may ask for other pages. styles: the
    text of every inline style sheet.
    """
    same_origin = "'self' file:"
    rules = {
        "default-src": "'none'",
        "script-src": " ".join([same_origin, *(f"'sha256-{_hash(script)}'" for script in inline)]),
        "style-src": " ".join([same_origin, *(f"'sha256-{_hash(sheet)}'" for sheet in styles)]),
        "img-src": f"{same_origin} data:",  # data: the theme's style sheets draw with it
        "font-src": f"{same_origin} data:",  # data: those of the style sheet
        "connect-src": same_origin if search else "",
        "form-action": same_origin,
        "base-uri": "'none'",
    }
    policy = "; ".join(f"{name} {sources}" for name, sources in rules.items() if sources)
    return (
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy, quote=False)}">\n'
        '<meta name="referrer" content="no-referrer">\n'
    )


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SHEET = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z][\w:-]*(?:\s+[^\s=>\"'/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*\s*/?>")
_STYLE = re.compile(r"\sstyle\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def _hash(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()


def add_head(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Put the policy before all other metadata of a page."""
    if app.builder.format == "html" and app.config.html_theme == THEME:
        context["early_script"] = EARLY
        body, own = with_classes(_CONTROL.sub("", context.get("body") or ""))
        sheets = [*dict.fromkeys([*_SHEET.findall(body), *([own] if own else [])])]
        if body:
            context["body"] = body
        policy = head(EARLY, search=pagename == "search", styles=sheets)
        last = f"<style>{own}</style>\n" if own else ""
        context["metatags"] = f"\n{policy}{context.get('metatags', '')}{last}"


def with_classes(body: str) -> tuple[str, str]:
    """HTML with classes instead of `style` attributes, and the style sheet that gives them their meaning."""
    rules: dict[str, str] = {}

    def settle(match: re.Match[str]) -> str:
        style = _STYLE.search(match[0])
        if style is None:
            return match[0]
        said = unescape(style[1] or style[2] or "").strip()
        tag = match[0][: style.start()] + match[0][style.end() :]
        declared = [part.strip() for part in re.split(r";(?![^(]*\))", said) if ":" in part]
        if not declared or re.search(r"[{}<]", said):
            return tag
        name = f"bp-s-{sha256(said.encode()).hexdigest()[:8]}"
        rules[name] = "; ".join(part if "!important" in part else f"{part} !important" for part in declared)
        if re.search(r'\sclass="', tag):
            return re.sub(r'(\sclass=")', rf"\g<1>{name} ", tag, count=1)
        return re.sub(r"^(<[\w:-]+)", rf'\g<1> class="{name}"', tag)

    body = _TAG.sub(settle, body)
    return body, "".join(f".{name} {{ {said} }}\n" for name, said in rules.items())


def check_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """A link that a browser would run (`javascript:`) or that leads nowhere on another's machine is an error."""
    for reference in doctree.findall(nodes.reference):
        address = reference.get("refuri", "")
        parts = address_parts(address)
        if parts is None:
            message = "a link to %r: no address"
        elif parts.scheme.lower() not in {"", "http", "https", "mailto"}:
            message = "a link to %r: only http, https and mailto are links"
        else:
            continue
        LOGGER.warning(message, address, location=reference, type="bookpress", subtype="link")
