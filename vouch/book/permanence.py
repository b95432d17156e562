"""Names that stay: pages that lead on from old addresses, anchors for old ids, and the list of all names in use.

`aliases.yml` beside the configuration maps old names to new ones: `pages` (a page is written at the old address),
`anchors` (an empty anchor is put at the new place, in HTML and PDF) and `findings`.

    python -m vouch.book.permanence     add the names of the book in `_build/html` to `tests/book/permanent_ids.txt`
"""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from vouch.book import csp
from vouch.paths import ROOT

LIST = ROOT / "tests" / "book" / "permanent_ids.txt"
_MARK = "<!-- leads on -->"
LEADS_ON = 'location.replace(document.querySelector("a").href + location.hash);'
_ANCHORS = "vouch_aliased_anchors"
LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Aliases:
    """Old name -> new name."""

    pages: dict[str, str] = field(default_factory=dict)
    anchors: dict[str, str] = field(default_factory=dict)
    findings: dict[str, str] = field(default_factory=dict)


def read_aliases(root: Path = ROOT) -> Aliases:
    """From `root/aliases.yml`; no aliases where there is no such file. Raises TypeError for an unknown kind."""
    path = root / "aliases.yml"
    if not path.exists():
        return Aliases()
    return Aliases(**{kind: named or {} for kind, named in (yaml.safe_load(path.read_text("utf-8")) or {}).items()})


def names(html: Path) -> set[tuple[str, str]]:
    """All permanent names of a built book as (kind, name): chapters, figures, tables, claims and findings."""
    found: set[tuple[str, str]] = set()
    for page in sorted((html / "chapters").glob("*.html")):
        text = page.read_text("utf-8")
        if _MARK in text:
            continue
        found.add(("chapter", page.stem))
        found |= {("figure", name) for name in re.findall(r'id="(fig-[\w.-]+)"', text)}
        found |= {("table", name) for name in re.findall(r'id="(tab-[\w.-]+)"', text)}
    claims = json.loads((html / "claims.json").read_text("utf-8"))
    findings = json.loads((html / "findings.json").read_text("utf-8"))
    return found | {("claim", row["claim"]) for row in claims} | {("finding", row["id"]) for row in findings}


def listed(path: Path = LIST) -> set[tuple[str, str]]:
    """The names that were ever given, as (kind, name)."""
    lines = path.read_text("utf-8").splitlines()
    return {tuple(line.split(" ", 1)) for line in lines if line and not line.startswith("#")}


def vanished(given: set[tuple[str, str]], present: set[tuple[str, str]], aliases: Aliases) -> list[str]:
    """Names that are neither in the book nor an alias of one that is; sorted, as `kind name`."""
    pages = {old.rpartition("/")[2]: new.rpartition("/")[2] for old, new in aliases.pages.items()}
    renamed = {"chapter": pages, "finding": aliases.findings}
    lost = []
    for kind, name in sorted(given - present):
        if (kind, renamed.get(kind, aliases.anchors).get(name, "")) not in present:
            lost.append(f"{kind} {name}")
    return lost


def add_anchors(app: Sphinx, doctree: nodes.document) -> None:
    """Put an empty anchor for each old id before what has the new one."""
    present = {name: node for node in doctree.findall(nodes.Element) for name in node.get("ids", [])}
    served = app.env.__dict__.setdefault(_ANCHORS, {})
    served[app.env.docname] = []
    for old, new in read_aliases(Path(app.srcdir)).anchors.items():
        node = present.get(new)
        if node is None:
            continue
        if old in present:
            LOGGER.warning("aliases.yml: anchor %r is still in use", old, location=node)
            continue
        target = nodes.target("", "", ids=[old])
        if isinstance(node, nodes.section):
            node.insert(1, target)  # below the title, which must come first
        else:
            node.parent.insert(node.parent.index(node), target)
        served[app.env.docname].append(old)


def forget_anchors(app: Sphinx, env: Any, docname: str) -> None:
    """A page is read again or gone."""
    env.__dict__.setdefault(_ANCHORS, {}).pop(docname, None)


def merge_anchors(app: Sphinx, env: Any, docnames: set[str], other: Any) -> None:
    """Take over what a parallel reader found."""
    env.__dict__.setdefault(_ANCHORS, {}).update(other.__dict__.get(_ANCHORS, {}))


def check_anchors(app: Sphinx, env: Any) -> None:
    """An alias that leads nowhere is an error of the build."""
    served = {old for found in env.__dict__.get(_ANCHORS, {}).values() for old in found}
    for old, new in read_aliases(Path(app.srcdir)).anchors.items():
        if old not in served:
            LOGGER.warning("aliases.yml: anchor %r leads to %r, which is nowhere", old, new)


def write_redirects(app: Sphinx, failed: Exception | None) -> None:
    """Write a page at each old address, and remove those whose alias is gone."""
    if failed or app.builder.format != "html":
        return
    out = Path(app.outdir)
    aliases = read_aliases(Path(app.srcdir)).pages
    for path in out.glob("*/*.html"):
        if path.relative_to(out).with_suffix("").as_posix() not in aliases and _MARK in path.read_text("utf-8")[:200]:
            path.unlink()
    for old, new in sorted(aliases.items()):
        if old in app.env.found_docs or new not in app.env.found_docs:
            LOGGER.warning("aliases.yml: page %r leads to %r: the first must be gone, the second there", old, new)
            continue
        path = out / f"{old}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(redirect(old, new, app.env.titles[new].astext(), app.config.html_baseurl), "utf-8")


def write_front(app: Sphinx, failed: Exception | None) -> None:
    """Write the page that the book opens with, in the place of the bare one of sphinx-external-toc."""
    if not failed and app.builder.format == "html" and "index" not in app.env.found_docs:
        page = front_page(app.config.root_doc, app.config.html_title, app.config.html_baseurl)
        (Path(app.outdir) / "index.html").write_text(page, "utf-8")


def redirect(
    old: str, new: str, title: str, base: str = "", heading: str = "This page has moved", lead: str = "It is now"
) -> str:
    """A page that leads from one document to another and keeps the place within it (`#fig-...`)."""
    address = escape(posixpath.relpath(f"{new}.html", posixpath.dirname(old) or "."))
    canonical = f'<link rel="canonical" href="{escape(posixpath.join(base, new))}.html">\n' if base else ""
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{_MARK}\n<meta charset="utf-8">\n{csp.head(LEADS_ON)}'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f'{canonical}<meta http-equiv="refresh" content="1; url={address}">\n</head>\n'
        f'<body>\n<h1>{escape(heading)}</h1>\n<p>{lead} <a href="{address}">{escape(title)}</a>.</p>\n'
        f"<script>{LEADS_ON}</script>\n</body>\n</html>\n"
    )


def front_page(new: str, book: str, base: str = "") -> str:
    """The page that a folder opens with; it leads to the first page of the book."""
    return redirect("index", new, book, base, heading=book, lead="Open")


def note_aliases(app: Sphinx, config: Any) -> None:
    """A changed alias makes Sphinx read every page again."""
    config.vouch_aliases = repr(read_aliases(Path(app.srcdir)))


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("vouch_aliases", "", "env")
    app.connect("config-inited", note_aliases)
    app.connect("doctree-read", add_anchors)
    app.connect("env-purge-doc", forget_anchors)
    app.connect("env-merge-info", merge_anchors)
    app.connect("env-check-consistency", check_anchors)
    app.connect("build-finished", write_redirects)
    app.connect("build-finished", write_front)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}


def main() -> None:
    """Add the names of the built book to the list."""
    head = "# Names that never change once given (vouch/book/permanence.py adds to them).\n"
    given = listed() if LIST.exists() else set()
    known = sorted(given | names(ROOT / "_build" / "html"))
    LIST.write_text(head + "".join(f"{kind} {name}\n" for kind, name in known), "utf-8")
    print(f"{len(known)} names, {len(known) - len(given)} of them new")


if __name__ == "__main__":
    main()
