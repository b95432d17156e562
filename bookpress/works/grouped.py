"""The entries of a list of works in groups, each with links back to the pages that cite it."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from bookpress.contents import documents
from bookpress.words import _

_CITED = "works_cited"


def _citations(app: Sphinx) -> Any:
    """The domain of sphinxcontrib-bibtex, whose attributes Sphinx's `Domain` does not declare."""
    return app.env.get_domain("cite")


def cited_in(app: Sphinx) -> dict[str, list[tuple[str, str]]]:
    """For each key the pages that cite it, in the order of the book, and the anchor of its first citation there."""
    order = {docname: place for place, docname in enumerate(documents(app))}
    found: dict[str, dict[str, str]] = {}
    for citation in _citations(app).citation_refs:
        for target in citation.targets:
            found.setdefault(target.key, {}).setdefault(citation.docname, citation.citation_ref_id)
    return {
        key: sorted(pages.items(), key=lambda page: (order.get(page[0], len(order)), page[0]))
        for key, pages in sorted(found.items())
    }


def pages(app: Sphinx) -> set[str]:
    """The pages with a list of works."""
    return {key.docname for key in _citations(app).bibliographies}


def outdated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages with a list of works, where it is no longer the same pages that cite them."""
    titles = sorted((docname, title.astext()) for docname, title in env.titles.items())  # else as they were read
    now = repr((cited_in(app), titles))
    if env.__dict__.get(f"bookpress_{_CITED}") == now:
        return []
    env.__dict__[f"bookpress_{_CITED}"] = now
    return sorted(pages(app) & env.found_docs)


def group(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the entries of a page into groups, with back-links, under a line that leads to each group."""
    if app.builder.format != "html" or app.builder.name == "epub" or docname not in pages(app):
        return
    cited = _citations(app).citations
    known = {one.citation_id: one for one in cited if one.bibliography_key.docname == docname}
    entries = [node for node in doctree.findall(nodes.citation) if set(node["ids"]) & set(known)]
    if not entries:
        return
    back = cited_in(app)
    groups: dict[str, list[nodes.citation]] = {heading: [] for heading in [*app.config.works_groups, ""]}
    around, place = entries[0].parent, entries[0].parent.index(entries[0])
    for node in entries:
        citation = next(known[name] for name in node["ids"] if name in known)
        words = {word.strip() for word in citation.entry.fields.get("keywords", "").split(",")}
        headings = (heading for heading, wanted in app.config.works_groups.items() if words & set(wanted))
        groups[next(headings, "")].append(node)
        _add_back(app, node, docname, back.get(citation.key, []))
        node.parent.remove(node)
    there = {heading: found for heading, found in groups.items() if found}
    sections = [_section(heading, found) for heading, found in there.items()]
    around[place:place] = [_head(there), *sections] if app.config.works_groups else there.get("", [])


def _add_back(app: Sphinx, node: nodes.citation, docname: str, cited: list[tuple[str, str]]) -> None:
    """The pages that cite a work, at the end of its entry."""
    links: list[nodes.Node] = []
    for page, anchor in cited:
        if page == docname or page not in app.env.found_docs:
            continue
        address = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
        links += [nodes.Text(", "), nodes.reference("", app.env.titles[page].astext(), refuri=address, internal=True)]
    paragraph = next(iter(node.findall(nodes.paragraph)), None)
    if links and paragraph is not None:
        paragraph += nodes.Text(" ")
        lead = nodes.Text(_("Cited in") + " ")
        paragraph += nodes.inline("", "", lead, *links[1:], classes=["bp-cited"])


def _identifier(heading: str) -> str:
    return f"works-{nodes.make_id(heading)}"


def _section(heading: str, found: list[nodes.citation]) -> nodes.Element:
    box = nodes.container("", *found, classes=["bp-works"])
    if not heading:
        return box
    title = nodes.title("", f"{heading} ", nodes.inline("", str(len(found)), classes=["bp-count"]))
    return nodes.section("", title, box, ids=[_identifier(heading)], classes=["bp-works-group"])


def _head(there: dict[str, list[nodes.citation]]) -> nodes.container:
    """A line with the groups and their counts, and the filter, which a script shows."""
    links: list[nodes.Node] = []
    for heading, found in there.items():
        if heading:
            link = nodes.reference("", heading, refid=_identifier(heading), internal=True)
            links += [nodes.Text(" · "), link, nodes.Text(f" {len(found)}")]
    label = escape(_("Find a work"))
    field = (
        f'<form class="bp-works-filter" role="search" hidden><label>{label} '
        '<input type="search" name="word" autocomplete="off" spellcheck="false"></label> <output></output></form>'
    )
    return nodes.container(
        "", nodes.paragraph("", "", *links[1:]), nodes.raw("", field, format="html"), classes=["bp-works-head"]
    )


def add_files(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """The script and the styles, on the pages that have a list of works."""
    if app.builder.format == "html" and doctree is not None and pagename in pages(app):
        app.add_css_file("works.css", priority=805)
        app.add_js_file("works.js", priority=805, loading_method="defer")
