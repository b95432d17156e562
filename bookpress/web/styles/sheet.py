"""One style sheet for all pages, and in it only the rules that the book uses.

Theme and extensions bring half a megabyte of rules in over a dozen sheets, and a page is not painted before the last of
them is there. What every page loads is one sheet here; a rule whose classes, identifiers and elements are on no page
and in no script is left out. What only some pages load (:func:`app.add_css_file` for a page) stays apart and follows.

Setting ``web_styles_whole`` (False): keep all rules, for a page that may use one of them a moment later.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html._assets import _CascadingStyleSheet

from bookpress import project
from bookpress.effort.early import early
from bookpress.web.slim import slimmed
from bookpress.web.styles import named
from bookpress.web.styles.fonts import mark_edition, pages_of
from bookpress.web.styles.rules import Rule, parsed, text, used, wanted
from bookpress.web.theme import THEME

SHEET = "book.css"
_FIRST = ("_static/basic.css", "_static/styles/pydata-sphinx-theme.css")  # which the theme's template loads itself
_USUAL = {"rel", "type", "title"}
_STORE, _FILES, _WORDS = "styles.json", "files-named.json", "words-named.json"


def link(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document) -> None:
    """Let a page load the sheet, which is there when all pages are, and then only what it has of its own."""
    if app.builder.format != "html" or app.config.html_theme != THEME:
        return
    sheets = set(_names(app))
    own = [file for file in context.get("css_files", []) if getattr(file, "filename", None) not in sheets]
    context["css_files"] = [_CascadingStyleSheet(f"_static/{SHEET}", priority=0), *own]


def _names(app: Sphinx) -> list[str]:
    """The sheets that all pages load, in their order; not one from elsewhere, or for a medium."""
    builder: Any = app.builder  # while a page is made, it holds that page's own too
    files = sorted(getattr(builder, "_orig_css_files", builder._css_files), key=lambda file: file.priority)
    shared = [str(file.filename) for file in files if not set(file.attributes) - _USUAL]
    ours = [name for name in shared if "://" not in name and not name.endswith("/sphinx-thebe.css")]
    return [*_FIRST, *(name for name in ours if name not in _FIRST)]


def write(app: Sphinx, failed: Exception | None) -> None:
    """Write the sheet when all pages are there, and remove the sheets that it stands for with all else that no page
    names any more."""
    if failed or app.builder.format != "html" or app.config.html_theme != THEME:
        return
    site = Path(app.outdir)
    static, pages = site / "_static", pages_of(site)
    rules = _rules(app)
    shown = [*map(project.page, pages)]
    (static / SHEET).write_text(text(rules), "utf-8")  # by which files that only a rule names stay
    named.remove_unnamed(shown, static, Path(app.doctreedir) / _FILES)
    if not app.config.web_styles_whole:
        names = wanted(rules)
        there = named.by_pages(shown, names, named.words, Path(app.doctreedir) / _WORDS)
        for script in static.rglob("*.js"):
            there |= {*named.words(names, script.read_text("utf-8"))}
        rules = list(used(rules, there))
        (static / SHEET).write_text(text(rules), "utf-8")
    mark_edition(pages, SHEET, (static / SHEET).read_bytes())


@early
def read(app: Sphinx, failed: Exception | None) -> None:
    """Read the rules of all sheets, for which no page is needed, and keep them for :func:`write`; only where none are
    kept, since to read them takes half a second, and to look whether they are still the same :func:`write` must do
    anyway."""
    if failed or app.builder.format != "html" or app.config.html_theme != THEME:
        return
    if not (Path(app.doctreedir) / _STORE).exists():
        _rules(app)


def _rules(app: Sphinx) -> list[Rule]:
    """The rules of all sheets, in order; each read once and kept.

    Sphinx copies the sheets below the pages only where a page is written anew; else they are as they were.
    """
    site, names, store = Path(app.outdir), _names(app), Path(app.doctreedir) / _STORE
    try:
        kept = json.loads(store.read_text("utf-8"))
    except (OSError, ValueError):
        kept = {}
    if not kept or (site / _FIRST[0]).exists():
        now = {name: _read(site, name, kept.get(name)) for name in names if (site / name).exists()}
        if now != kept:
            store.write_text(json.dumps(now), "utf-8")
        kept = now
    return [rule for name in names if name in kept for rule in kept[name]["rules"]]


def _read(site: Path, name: str, before: dict[str, Any] | None) -> dict[str, Any]:
    """The rules of one sheet, with the checksum of its text. before: the same of the last build."""
    content = slimmed(site / name, (site / name).read_text("utf-8"))  # whether it lies there so yet or not
    checksum = sha256(content.encode()).hexdigest()
    if before and before["checksum"] == checksum and "@import" not in content:  # what is imported may be another
        return before
    rules = list(parsed(content, name, lambda other: (site / other).read_text("utf-8")))
    return {"checksum": checksum, "rules": rules}
