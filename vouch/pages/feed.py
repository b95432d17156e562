"""Which edition a page is of, and how to hear of the next: a line at the foot of every page, and an Atom feed.

The line comes from `CITATION.cff` (version) and `vouch_horizon` (evidence horizon), as on the title page of the PDF.

The feed, `changes.atom` beside the first page, is Atom 1.0 (RFC 4287): an entry for each edition, and one for each
chapter of which findings changed or ended in it, from the tables `editions` and `finding_changes`. Times are the days
of the editions, so that a commit always gives the same feed. Ids are UUIDs made from permanent names: no address is
known yet, and one that comes, or moves, must not make every entry look new to its readers.
"""

from __future__ import annotations

import uuid
from datetime import date
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
from sphinx.application import Sphinx

from bookpress.contents import up
from bookpress.effort.early import early
from bookpress.effort.remembered import Remembered
from bookpress.metadata import Book, book
from vouch.evidence import data
from vouch.methods.firmness import editions
from vouch.paths import DATA
from vouch.text import day

FEED = "changes.atom"
PAGE = "chapters/changes"
_ATOM = "http://www.w3.org/2005/Atom"


def feed(whole: Book, published: pd.DataFrame, changes: pd.DataFrame) -> str:
    """The feed as XML, newest edition first.

    published: the table `editions`. changes: those between editions, as `editions.between` gives them. Addresses are
    absolute where the book has one, else relative to the feed.
    """
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": whole.language})
    newest = published.sort_values("date", ascending=False)
    _add(root, "id", _permanent(whole.id))
    _add(root, "title", whole.main_title)
    _add(root, "subtitle", "Editions, and the findings that changed in them")
    _add(root, "updated", _moment(newest["date"].iloc[0]))
    for author in whole.authors:
        _add(_add(root, "author"), "name", author.name)
    _add(root, "link", rel="self", type="application/atom+xml", href=f"{whole.url}{FEED}")
    _add(root, "link", rel="alternate", type="text/html", href=f"{whole.url}{PAGE}.html")
    for edition in newest.to_dict("records"):
        horizon = f"Evidence to {day(edition['horizon'])}."
        html = f"<p>{escape(edition['summary'])}</p><p>{horizon}</p>"
        _entry(root, whole, edition, "", f"Edition {edition['edition']}", html)
        net = changes[(changes["edition"] == edition["edition"]) & changes["kind"].isin(["changed", "gone"])]
        for chapter, group in net.groupby(net["finding"].str.replace(r"\..*", "", regex=True)):
            count = f"{len(group)} finding{'s' if len(group) > 1 else ''} changed"
            items = [
                f"<li><code>{row.finding.strip('`')}</code>: {escape(f'{row.before} → {row.after}. {row.why}')}</li>"
                for row in editions.in_words(group).itertuples()
            ]
            title = f"Edition {edition['edition']}, {chapter}: {count}"
            _entry(root, whole, edition, f"/{chapter}", title, f"<ul>{''.join(items)}</ul>")
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _entry(root: ElementTree.Element, whole: Book, edition: dict[str, Any], part: str, title: str, html: str) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", _permanent(f"{whole.id}/{edition['edition']}{part}"))
    _add(entry, "title", title)
    _add(entry, "updated", _moment(edition["date"]))
    _add(entry, "link", rel="alternate", type="text/html", href=f"{whole.url}{PAGE}.html")
    _add(entry, "content", html, type="html")


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name, attributes)
    element.text = text or None
    return element


def _permanent(name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, name).urn


def _moment(day: date) -> str:
    return f"{day:%Y-%m-%d}T00:00:00Z"


def add_to_page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Edition and horizon at the foot of the page, the feed in its head."""
    if app.builder.format != "html" or PAGE not in app.env.found_docs:
        return
    way = up(pagename)
    line = f"Edition {book(app).version} · evidence to {app.config.vouch_horizon}"
    context["theme_extra_footer"] = f'<p class="vouch-edition"><a href="{way}{PAGE}.html">{escape(line)}</a></p>'
    title = escape(f"{book(app).main_title} Editions and changes")
    context["metatags"] = (
        context.get("metatags", "")
        + f'\n<link rel="alternate" type="application/atom+xml" title="{title}" href="{way}{FEED}">'
    )


@early
def write_feed(app: Sphinx, failed: Exception | None) -> None:
    """Write the feed into the finished HTML book."""
    if failed or app.builder.format != "html" or PAGE not in app.env.found_docs:
        return

    def make() -> str:
        published = data.load("editions")
        return feed(book(app), published, editions.between(data.load("finding_changes"), published))

    tables = "".join((DATA / f"{name}.csv").read_text("utf-8") for name in ("editions", "finding_changes"))
    remembered = Remembered(Path(app.doctreedir) / "feed.json", __file__, editions.__file__)
    (Path(app.outdir) / FEED).write_text(remembered.value(f"{book(app)}{tables}", make), "utf-8")
    remembered.write()


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("vouch_horizon", "", "html", [str])
    app.connect("html-page-context", add_to_page)
    app.connect("build-finished", write_feed)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
