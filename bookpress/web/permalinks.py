"""Names that stay: pages that lead on from old addresses, anchors for old ids, and the list of all names in use.

A file of aliases (setting `permalinks_file`) maps old names to new ones: `pages` (a page is written at the old
address), `anchors` (an empty anchor is put at the new place, in HTML and PDF), and further kinds that a book has
(`permalinks_kinds`), which whoever shows them serves.

    python -m bookpress.web.permalinks     add the names of the book in `_build/html` to its list
"""

from __future__ import annotations

import csv
import json
import posixpath
import re
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.util import logging

from bookpress import project
from bookpress.events import FRONT_SHOWN
from bookpress.kept import kept
from bookpress.web import csp
from bookpress.words import _

FILE = "aliases.yml"
"""The aliases of a book that names no other file."""
_MARK = "<!-- leads on -->"
_INSIDE = re.compile(r"<svg\b.*?</svg>|<li\b[^>]*>", re.DOTALL)
"""What has ids for the page's own use: parts of a drawing, and the sources below a table."""
LEADS_ON = 'location.replace(document.querySelector("a").href + location.hash);'
LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Aliases:
    """Old name -> new name, by kind; others: of the kinds that only this book has."""

    pages: dict[str, str] = field(default_factory=dict)
    anchors: dict[str, str] = field(default_factory=dict)
    others: dict[str, dict[str, str]] = field(default_factory=dict)


def read_aliases(path: Path, kinds: Iterable[str] = ()) -> Aliases:
    """From a file; no aliases where there is none.

    Raises ValueError for a kind that is neither known nor in kinds, and for a file in another form.
    """
    read = (project.read(path) if path.exists() else None) or {}
    if not isinstance(read, dict):
        raise ValueError(f"{path.name}: it holds no kinds of names, such as `pages: {{old: new}}`")
    allowed = {"pages", "anchors", *kinds}
    if unknown := sorted(set(map(str, read)) - allowed):
        raise ValueError(
            f"{path.name}: no kind of name is called {unknown[0]!r}; there are {', '.join(sorted(allowed))}"
        )
    aliases = {kind: {} if named is None else named for kind, named in read.items()}
    for kind, named in aliases.items():
        if not isinstance(named, dict) or not all(isinstance(part, str) for pair in named.items() for part in pair):
            raise ValueError(f"{path.name}: {kind}: {named!r} is no mapping of old names to new ones")
    return Aliases(aliases.pop("pages", {}), aliases.pop("anchors", {}), aliases)


def of_build(app: Sphinx) -> Aliases:
    """The aliases of the book that is being built."""

    def read() -> Aliases:
        return read_aliases(Path(app.srcdir) / app.config.permalinks_file, app.config.permalinks_kinds)

    return kept(app, "aliases", read)


def of_book(root: Path) -> Aliases:
    """The aliases of the book at root, without Sphinx."""
    settings = project.settings(root)
    return read_aliases(root / settings.get("permalinks_file", FILE), settings.get("permalinks_kinds", ()))


def names(html: Path, lists: dict[str, tuple[str, str]], documents: Iterable[str]) -> set[tuple[str, str]]:
    """All permanent names of a built book as (kind, name): chapters, figures, tables, and what is listed in files.

    documents: its pages. lists: kind -> file beside them (JSON, a list of objects) and the key that holds the name.
    """
    pairs: set[tuple[str, str]] = set()
    for page in (html / f"{docname}.html" for docname in documents):
        text = _INSIDE.sub("", page.read_text("utf-8"))
        pairs.add(("chapter", page.stem))
        pairs |= {("figure", name) for name in re.findall(r'id="(fig-[\w.-]+)"', text)}
        pairs |= {("table", name) for name in re.findall(r'id="(tab-[\w.-]+)"', text)}
    for kind, (file, key) in lists.items():
        pairs |= {(kind, row[key]) for row in json.loads((html / file).read_text("utf-8"))}
    return pairs


def listed(path: Path) -> set[tuple[str, str]]:
    """The names that were ever given, as (kind, name)."""
    lines = path.read_text("utf-8").splitlines()
    pairs = (line.partition(" ") for line in lines if line and not line.startswith("#"))
    return {(kind, name) for kind, _, name in pairs}


def list_file(root: Path) -> Path:
    """Where the list of a book's names stands: `permanent-names` of `[tool.bookpress]`."""
    return root / str(project.commands(root)["permanent-names"])


def listed_in(root: Path) -> set[tuple[str, str]]:
    """:func:`listed` of the book at root."""
    path = list_file(root)
    return listed(path) if path.exists() else set()


def names_of(root: Path) -> set[tuple[str, str]]:
    """:func:`names` of the book built at root; its lists are `named-in` of `[tool.bookpress]`."""
    lists = project.commands(root).get("named-in", {})
    files = {kind: (file, key) for kind, (file, key) in lists.items()}
    return names(root / "_build" / "html", files, project.sources(root))


def ended_of(root: Path) -> set[tuple[str, str]]:
    """Names whose end is on record, as (kind, name), by `ended-in` of `[tool.bookpress]`: kind -> [CSV file, column of
    the name, column of its value]. A name has ended where its last row has no value. What cannot be replaced by a
    successor is not led on to something else; whoever cited it finds in that record what became of it.
    """
    ended: set[tuple[str, str]] = set()
    for kind, (file, name, value) in project.commands(root).get("ended-in", {}).items():
        with (root / file).open(encoding="utf-8", newline="") as rows:
            last = {row[name]: row[value] for row in csv.DictReader(rows)}
        ended |= {(kind, one) for one, content in last.items() if not content}
    return ended


def vanished(
    given: set[tuple[str, str]],
    present: set[tuple[str, str]],
    aliases: Aliases,
    ended: Set[tuple[str, str]] = frozenset(),
) -> list[str]:
    """Names that are neither in the book, nor ended on record, nor an alias of one in the book; as `kind name`."""
    pages = {old.rpartition("/")[2]: new.rpartition("/")[2] for old, new in aliases.pages.items()}
    renamed = {"chapter": pages, **{kind.removesuffix("s"): named for kind, named in aliases.others.items()}}
    lost = []
    for kind, name in sorted(given - present - ended):
        if (kind, renamed.get(kind, aliases.anchors).get(name, "")) not in present:
            lost.append(f"{kind} {name}")
    return lost


def _warn(app: Sphinx, what: str, place: nodes.Element | None = None) -> None:
    name = app.config.permalinks_file
    LOGGER.warning("%s: %s", name, what, location=place, type="bookpress", subtype="permalinks")


def _served(env: BuildEnvironment) -> dict[str, list[str]]:
    """Old anchors that stand in each page, by document."""
    return kept(env, "aliased_anchors", dict[str, list[str]])


def add_anchors(app: Sphinx, doctree: nodes.document) -> None:
    """Put an empty anchor for each old id before what has the new one."""
    present: dict[str, nodes.Element] = {}
    for element in doctree.findall(nodes.Element):
        present |= dict.fromkeys(element.get("ids", []), element)
    served = _served(app.env)
    served[app.env.docname] = []
    for old, new in of_build(app).anchors.items():
        node = present.get(new)
        if node is None:
            continue
        if old in present:
            LOGGER.warning(
                "%s: anchor %r is still in use",
                app.config.permalinks_file,
                old,
                location=node,
                type="bookpress",
                subtype="permalinks",
            )
            continue
        target = nodes.target("", "", ids=[old])
        if isinstance(node, nodes.section):
            node.insert(1, target)  # below the title, which must come first
        else:
            node.parent.insert(node.parent.index(node), target)
        served[app.env.docname].append(old)


def forget_anchors(app: Sphinx, env: Any, docname: str) -> None:
    """A page is read again or gone."""
    _served(env).pop(docname, None)


def merge_anchors(app: Sphinx, env: Any, docnames: set[str], other: Any) -> None:
    """Take over what a parallel reader found."""
    _served(env).update(_served(other))


def check_anchors(app: Sphinx, env: Any) -> None:
    """An alias that leads nowhere is an error of the build."""
    served = {old for anchors in _served(env).values() for old in anchors}
    for old, new in of_build(app).anchors.items():
        if old not in served:
            LOGGER.warning(
                "%s: anchor %r leads to %r, which is nowhere",
                app.config.permalinks_file,
                old,
                new,
                type="bookpress",
                subtype="permalinks",
            )


def write_redirects(app: Sphinx, failed: Exception | None) -> None:
    """Write a page at each old address, and remove those whose alias is gone."""
    if failed or app.builder.format != "html":
        return
    out, base, language = Path(app.outdir), app.config.html_baseurl, _language(app)
    aliases = of_build(app).pages
    for path in list(out.rglob("*.html")):
        name = path.relative_to(out).with_suffix("").as_posix()
        if name not in {"index", *aliases} and name not in app.env.found_docs and _leads_on(path):
            path.unlink()
    for old, new in sorted(aliases.items()):
        if old in app.env.found_docs or new not in app.env.found_docs:
            _warn(app, f"page {old!r} leads to {new!r}: the first must be gone, the second there")
            continue
        path = out / f"{old}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(redirect(old, new, app.env.titles[new].astext(), base, language=language), "utf-8")


def _language(app: Sphinx) -> str:
    return (app.config.language or "en").replace("_", "-")


def _leads_on(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as page:
        return _MARK in page.read(200)


def write_front(app: Sphinx, failed: Exception | None) -> None:
    """Write the page that the book opens with, in the place of the bare one of sphinx-external-toc."""
    if not failed and app.builder.format == "html" and "index" not in app.env.found_docs:
        described = "\n".join(text for text in app.emit(FRONT_SHOWN) if text)
        config = app.config
        page = front_page(config.root_doc, config.html_title, config.html_baseurl, described, language=_language(app))
        (Path(app.outdir) / "index.html").write_text(page, "utf-8")


def redirect(
    old: str,
    new: str,
    title: str,
    base: str = "",
    heading: str = "",
    lead: str = "",
    described: str = "",
    language: str = "en",
) -> str:
    """A page that leads from one document to another and keeps the place within it (`#fig-...`).

    described: what else its head says. language: of its words, as the book's.
    """
    heading, lead = heading or _("This page has moved"), lead or _("It is now")
    address = escape(posixpath.relpath(f"{new}.html", posixpath.dirname(old) or "."))
    canonical = f'<link rel="canonical" href="{escape(posixpath.join(base, new))}.html">\n' if base else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n{_MARK}\n<meta charset="utf-8">\n{csp.head(LEADS_ON)}'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f'{canonical}{described}<meta http-equiv="refresh" content="1; url={address}">\n</head>\n'
        f'<body>\n<h1>{escape(heading)}</h1>\n<p>{lead} <a href="{address}">{escape(title)}</a>.</p>\n'
        f"<script>{LEADS_ON}</script>\n</body>\n</html>\n"
    )


def front_page(new: str, book: str, base: str = "", described: str = "", language: str = "en") -> str:
    """The page that a folder opens with; it leads to the first page of the book. described, language: as for
    :func:`redirect`."""
    return redirect("index", new, book, base, book, _("Open"), described, language)


def note_aliases(app: Sphinx, config: Any) -> None:
    """A changed alias makes Sphinx read every page again."""
    try:
        config.permalinks_aliases = repr(of_build(app))
    except ValueError as error:
        raise ConfigError(str(error)) from None


def main() -> None:
    """Add the names of the built book in this folder to its list."""
    root = Path.cwd()
    path, given, present = list_file(root), listed_in(root), names_of(root)
    head = "# Names that never change once given (`python -m bookpress.web.permalinks` adds to them).\n"
    pairs = sorted(given | present)
    path.write_text(head + "".join(f"{kind} {name}\n" for kind, name in pairs), "utf-8")
    print(f"{len(pairs)} names, {len(pairs) - len(given)} of them new")


if __name__ == "__main__":
    main()
