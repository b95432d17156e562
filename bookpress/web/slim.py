"""Light pages: what the theme loads and does not need is left out.

* Icons are drawn by `static/icons.css`. FontAwesome, 1.5 MB of script and 0.7 MB of fonts for a dozen icons, is taken
  out of the theme's style sheet too; so is Bootstrap's script, used for tooltips only (browsers show titles).
* A page loads scripts of an extension only where something on it needs them, and none before the text. Of styles it
  loads one sheet (`bookpress.web.styles.sheet`).

Files that nothing names any more do not go out with the book.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html._assets import _JavaScript

from bookpress.web.accessible import accessible
from bookpress.web.theme import THEME

# File name of an extension (or a piece of its inline script) and the classes one of which must be on the page.
_NEEDED_FOR = {
    "togglebutton": {"toggle", "dropdown"},
    "toggleHint": {"toggle", "dropdown"},
    "toggleOpenOnPrint": {"toggle", "dropdown"},
    "design-tabs": {"sd-tab-set"},
    "copybutton": {"highlight"},
    "clipboard": {"highlight"},
    "DOCUMENTATION_OPTIONS.pagename": {"version-switcher"},
}
_LAST = ("scripts/pydata-sphinx-theme.js",)

_VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>\n?')
"""docutils says it on the pages that it makes; Sphinx's layout has said it on all."""

_CLASSES = re.compile(r'\bclass="([^"]*)"')
_ICON_LIBRARY = re.compile(
    r"/\*!\s*\* Font Awesome.*\.fa-[\w-]+:before\{content:\"\\[0-9a-f]+\"\}",
    re.DOTALL,  # from its first to its last rule
)
_MAP = re.compile(r"\n?(?://# |/\*# )sourceMappingURL=\S+?\.map(?:\s*\*/)?\s*$")


def lighten(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document) -> None:
    """Choose a page's scripts, defer them, and name its tables."""
    if app.builder.format != "html" or app.config.html_theme != THEME:
        return
    body = context.get("body") or ""
    classes = {name for value in _CLASSES.findall(body) for name in value.split()}
    scripts = [_deferred(file) for file in context.get("script_files", []) if _needed(file, classes)]
    context["script_files"] = scripts + [_JavaScript(f"_static/{name}", priority=900, defer="defer") for name in _LAST]
    context["metatags"] = _VIEWPORT.sub("", context.get("metatags") or "")
    if body:
        context["body"] = accessible(body)


def _needed(file: Any, classes: set[str]) -> bool:
    text = f"{getattr(file, 'filename', None) or ''} {(getattr(file, 'attributes', None) or {}).get('body', '')}"
    return all(name not in text or wanted & classes for name, wanted in _NEEDED_FOR.items())


def _deferred(file: Any) -> Any:
    if not getattr(file, "filename", None) or {"async", "defer"} & set(file.attributes):
        return file
    return _JavaScript(file.filename, priority=file.priority, **{**file.attributes, "defer": "defer"})


def without_icon_library(css: str) -> str:
    """The theme's style sheet without FontAwesome's rules, and with them its fonts."""
    return _ICON_LIBRARY.sub("", css)


def slimmed(path: Path, text: str) -> str:
    """A script or a style sheet as :func:`slim_files` leaves it. path: where it lies."""
    if path.match("styles/pydata-sphinx-theme.css"):
        text = without_icon_library(text)
    return _MAP.sub("\n", text)


def slim_files(app: Sphinx, failed: Exception | None) -> None:
    """Take the icon library out of the theme's style sheet, and out of all files the addresses of their sources."""
    if failed or app.builder.format != "html" or app.config.html_theme != THEME:
        return
    site = Path(app.outdir)
    static = site / "_static"
    for path in (*static.rglob("*.js"), *static.rglob("*.css")):
        text = path.read_text("utf-8")
        if (slim := slimmed(path, text)) != text:
            path.write_text(slim, "utf-8")
