"""The box "Cite this chapter", the citation under each figure and table, and the directives of a page on citing."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from bookpress.cite.formats import FORMATS, STYLES, Pieces, Work, book_of, exact_edition, part
from bookpress.contents import documents, up
from bookpress.kept import kept
from bookpress.metadata import Chapter, book, chapter, forget_chapter
from bookpress.tables import grid
from bookpress.words import _


def gathered(env: BuildEnvironment) -> set[str]:
    """The pages with `cite-chapters`."""
    return kept(env, "cite_gathered", set[str])


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Of a page that is read again or gone."""
    gathered(env).discard(docname)
    forget_chapter(app, docname)


def take_over(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    """What a parallel reader found."""
    gathered(env).update(gathered(other) & docnames)


class BookCitation(nodes.General, nodes.Element):
    """The box that cites the whole book."""


class ChapterCitations(nodes.General, nodes.Element):
    """The place where the book lists how each chapter is cited."""


class CitePart(nodes.General, nodes.Element):
    """A disclosure with the citation of a figure, a table or whatever else has a name; attributes `kind` and `name`."""


def as_html(pieces: Pieces) -> str:
    return "".join(f"<em>{escape(text)}</em>" if italic else escape(text) for text, italic in pieces)


def box_html(work: Work, way: str, prefix: str) -> str:
    """Both styles, exact edition and files. way: that to the book's top folder; prefix: of the ids."""
    rows = []
    for name, (label, style) in STYLES.items():
        rows.append(f'<p class="cite-style" id="{prefix}-{name}-label">{label}</p>')
        rows.append(_copyable(as_html(style(work)), f"{prefix}-{name}", _("Copy the %s citation") % label))
    exactly = _("This edition exactly: %s.") % escape(exact_edition(book_of(work)))
    rows.append(f'<p class="cite-facts">{exactly}')
    if isinstance(work, Chapter):
        rows.append(" " + _("Permanent name of this chapter: %s.") % f"<code>{escape(work.id)}</code>")
    rows.append(f"</p>{_files_html(work, way)}")
    return "".join(rows)


def _copyable(text: str, ident: str, label: str) -> str:
    """The button appears with the script that serves it."""
    return (
        f'<div class="cite-entry"><p id="{ident}">{text}</p>'
        f'<button type="button" class="bp-copy" data-copy="{ident}" aria-label="{escape(label)}" hidden>'
        f"{_('Copy')}</button>"
        '<span class="bp-copied" role="status"></span></div>'
    )


def _files_html(work: Work, way: str) -> str:
    works: list[tuple[str, Work]] = [(_("This chapter"), work)] if isinstance(work, Chapter) else []
    lines = []
    for label, citable in [*works, (_("The whole book"), book_of(work))]:
        links = [
            f'<a href="{way}cite/{escape(citable.id)}.{ending}" download '
            f'aria-label="{_("%s as %s") % (label, name)}">{name}</a>'
            for ending, (name, _write) in FORMATS.items()
        ]
        lines.append(f'<p class="cite-files">{label}: {" · ".join(links)}</p>')
    if url := book_of(work).url:
        names = [f"{book_of(work).id}.{ending}" for ending in ("pdf", "epub")]
        offline = [f'<a href="{escape(url)}{name}">{name.rpartition(".")[2].upper()}</a>' for name in names]
        lines.append(f'<p class="cite-files">{_("The whole book in one file:")} {" · ".join(offline)}</p>')
    return "".join(lines)


def add_box(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """End a chapter's page with its box, a line that opens. Not as nodes: the box is not what the search should find.

    Under sphinx-book-theme it stands at the foot of the page, below the links to the neighbours; else below the text.
    """
    if doctree is None or pagename not in app.env.found_docs:
        return
    box = (
        '<aside class="bp-cite" aria-labelledby="cite-this-chapter"><details class="bp-folded">'
        f'<summary id="cite-this-chapter">{_("Cite this chapter")}</summary>'
        f"{box_html(chapter(app, pagename), up(pagename), 'cite-chapter')}</details></aside>"
    )
    if app.config.html_theme == "sphinx_book_theme":
        context["theme_extra_footer"] = box + (context.get("theme_extra_footer") or "")
    else:
        context["body"] += box


def visit_book_html(self: HTML5Translator, node: BookCitation) -> None:
    app = self.builder.app
    self.body.append(f'<div class="bp-cite">{box_html(book(app), up(self.builder.current_docname), "cite-book")}</div>')
    raise nodes.SkipNode


def _called(kind: str) -> str:
    """What a kind of thing is called in the language of the book; one that only this book has, as it calls it."""
    return {"figure": _("figure"), "table": _("table")}.get(kind, kind)


def visit_part_html(self: HTML5Translator, node: CitePart) -> None:
    pieces = part(node["kind"], node["name"], chapter(self.builder.app, self.builder.current_docname))
    ident, thing = f"cite-{node['name']}", _called(node["kind"])
    entry = _copyable(as_html(pieces), ident, _("Copy the citation of this %s") % thing)
    link = f'<p class="cite-link"><a href="#{node["name"]}">{_("Permanent link to this %s") % thing}</a></p>'
    label = f'<summary>{_("Cite")}<span class="cite-thing"> {_("this %s") % thing}</span></summary>'
    self.body.append(f'<details class="cite-part">{label}{entry}{link}</details>')
    raise nodes.SkipNode


def cite_part(app: Sphinx, kind: str, name: str) -> CitePart:
    """What stands under a figure or table that a cell shows."""
    return CitePart(kind=kind, name=name)


def add_parts(app: Sphinx, doctree: nodes.document) -> None:
    """Figures and tables that no cell made, but that have a permanent name, are cited like the others."""
    served = {node["name"] for node in doctree.findall(CitePart)}
    kinds: tuple[tuple[str, str, type[nodes.Element]], ...] = (
        ("figure", "fig-", nodes.figure),
        ("table", "tab-", nodes.table),
    )
    for kind, start, of in kinds:
        for node in list(doctree.findall(of)):
            for name in node["ids"]:
                if name.startswith(start) and name not in served:
                    part_of = nodes.container("", CitePart(kind=kind, name=name), classes=["html-only"])
                    node.parent.insert(node.parent.index(node) + 1, part_of)


class CiteBookDirective(SphinxDirective):
    """`cite-book`."""

    def run(self) -> list[nodes.Node]:
        return [BookCitation()]


class CiteChaptersDirective(SphinxDirective):
    """`cite-chapters`: a table of all chapters with permanent name and files; on paper, all citations."""

    def run(self) -> list[nodes.Node]:
        gathered(self.env).add(self.env.docname)
        return [ChapterCitations()]


class ChapterTable(SphinxPostTransform):
    """The table of all chapters: made when its page is written, since the titles are those of other pages."""

    default_priority = 8  # before links are resolved
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        for place in list(self.document.findall(ChapterCitations)):
            place.replace_self(nodes.container("", self.table(), classes=["html-only"]))

    def table(self) -> nodes.container:
        """A row for each chapter."""
        way, here = up(self.env.docname), self.env.docname
        rows: list[list[list[nodes.Node]]] = []
        for docname in documents(self.app):
            page = chapter(self.app, docname)
            link = addnodes.pending_xref(
                "", nodes.inline("", page.title), refdomain="std", reftype="doc", reftarget=f"/{docname}",
                refexplicit=True, refdoc=here, refwarn=True,
            )  # fmt: skip
            files: list[nodes.Node] = []
            for ending in FORMATS:
                address = f"{way}cite/{page.id}.{ending}"
                files += [nodes.reference("", f".{ending}", refuri=address, internal=True), nodes.Text(" ")]
            rows.append([[link], [nodes.literal("", page.id)], files])
        return grid([_("Chapter"), _("Permanent name"), _("Files")], rows)
