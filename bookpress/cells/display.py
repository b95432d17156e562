"""What charts and tables shown by notebook cells have in common on their way into the book, and the charts.

A cell shows a chart or table as `text/markdown`: a fence with one line of JSON (its keys: `bookpress.cells`). From it
come ordinary docutils nodes, so that every builder, cross-references and numbering treat them like any other figure:

* `figure` with a :class:`~bookpress.cells.drawing.drawing` for the web book and an image for every other, caption and
  links;
* `table`: see `bookpress.cells.tables`;
* a container of class `bp-links` (HTML only): the data as CSV, the code (the page of the function that made it, see
  `bookpress.cells.code`, or the cell above where a chapter made it itself), and what other parts add to it.

Pictures are written where MyST-NB keeps a notebook's outputs; CSV files go to `figures/` and `tables/` of the HTML
book under the permanent name of the figure or table.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from bookpress.cells.drawing import FILE, colours, drawing, inline
from bookpress.contents import up
from bookpress.effort.early import early
from bookpress.events import PART_SHOWN
from bookpress.kept import kept, notebook_settings
from bookpress.words import _

_OF_THE_CHAPTER = "__main__."


@dataclass(frozen=True)
class Shown:
    """A figure or table of a page. kind: `figures` or `tables`; code: the function that made it, `package.module.name`,
    or nothing where a chapter made it itself; finding: the title of a figure."""

    kind: str
    name: str
    csv: str
    code: str
    finding: str

    @property
    def path(self) -> str:
        """The CSV file, from the book's top folder."""
        return f"{self.kind}/{self.name}.csv"


def shown(env: BuildEnvironment) -> dict[str, list[Shown]]:
    """What each page shows, in its order; docname -> figures and tables."""
    return kept(env, "shown", dict[str, list[Shown]])


class Display(SphinxDirective):
    """What charts and tables have in common: the JSON body, MyST captions, files to write."""

    has_content = True

    def payload(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads("\n".join(self.content))
        return body

    def inline(self, text: str) -> list[nodes.Node]:
        """MyST text of one paragraph as inline nodes."""
        holder = nodes.Element()
        self.state.nested_parse(StringList(text.splitlines(), self.get_source_info()[0]), self.content_offset, holder)
        pieces: list[nodes.Node] = []
        for child in holder.children:
            if not isinstance(child, nodes.paragraph):
                raise self.error(
                    f"a caption or cell must be one paragraph of text, not {type(child).__name__}: {text!r}"
                )
            pieces += child.children
        if any(part.next_node(nodes.raw, include_self=True) for part in pieces):
            raise self.error(f"a caption or cell must not hold HTML: {text!r}")
        return pieces

    def label(self, node: nodes.Element, name: str) -> None:
        self.set_source_info(node)
        node["names"].append(name)
        self.state.document.note_explicit_target(node, node)

    def write(self, path: str, content: str) -> str:
        """Write a picture into the notebook output folder; its address as Sphinx's image collector takes it."""
        folder = Path(notebook_settings(self.env).output_folder)
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
        return "/" + Path(os.path.relpath(target, self.env.srcdir)).as_posix()

    def links(self, kind: str, payload: dict[str, Any]) -> nodes.container:
        name, code = payload["name"], payload["code"]
        code = "" if code.startswith(_OF_THE_CHAPTER) else code  # a function of the chapter stands in a cell of it
        part = Shown(kind, name, payload["csv"], code, payload.get("title", ""))
        shown(self.env).setdefault(self.env.docname, []).append(part)
        module, _dot, function = code.rpartition(".")
        source = f"{up(self.env.docname)}code/{module}.html#{function}" if code else f"#code-{name}"
        thing = "figure" if kind == "figures" else "table"
        more = [node for node in self.env.app.emit(PART_SHOWN, thing, name) if node is not None]
        line = nodes.paragraph()
        line += nodes.reference("", _("Data (CSV)"), refuri=up(self.env.docname) + part.path, internal=True)
        line += nodes.Text(" · ")
        line += nodes.reference("", _("Code"), refuri=source, reftitle=code or _("the cell above"), internal=True)
        line += [nodes.Text(" ·")] if more else []
        return nodes.container("", line, *more, classes=["bp-links"])


class ChartDirective(Display):
    """`bookpress-chart`: a figure in a form for each width, light and dark."""

    def run(self) -> list[nodes.Node]:
        chart = self.payload()
        name, alt = chart["name"], chart["alt"]
        figure = nodes.figure(classes=["bp-figure"], finding=chart.get("title", ""))
        forms = nodes.container(classes=["bp-forms"])  # a box of their own, whose width chooses the form
        figure += forms
        try:
            drawn = {form: inline(svg, name, form, alt) for form, svg in chart["forms"].items()}
        except (ValueError, ParseError) as error:
            raise self.error(f"figure {name}: {error}") from None
        held = drawing(forms=drawn)
        for theme in ("light", "dark"):
            held += self.picture(f"{name}-{theme}", chart["svg"][theme], alt, f"only-{theme}")
        forms += held
        forms += self.picture(name, chart["forms"]["wide"], alt, FILE)
        colours(self.env).setdefault(self.env.docname, {})[name] = chart["dark"]
        figure += nodes.caption("", "", *self.inline(chart["caption"]))
        self.label(figure, name)
        return [figure, self.links("figures", chart)]  # a sibling: Sphinx 7.4 writes a legend as a second figcaption

    def picture(self, name: str, svg: str, alt: str, use: str) -> nodes.image:
        """The picture as a file."""
        return nodes.image(uri=self.write(f"figures/{name}.svg", svg), alt=alt, classes=[use], loading="lazy")


def name_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Give the code of a cell that made a table itself an address."""
    for cell in doctree.findall(nodes.container):
        if "cell" not in cell["classes"]:
            continue
        code = next((part for part in cell.findall(nodes.container) if "cell_input" in part["classes"]), None)
        if code is not None:
            for link in cell.findall(nodes.reference):
                if link.get("refuri", "").startswith("#code-"):
                    code["ids"].append(link["refuri"][1:])


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget what a page showed that is read again or gone."""
    shown(env).pop(docname, None)
    colours(env).pop(docname, None)


def merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    """Take over what a parallel reader collected."""
    shown(env).update(shown(other))
    colours(env).update({docname: colours(other)[docname] for docname in docnames & set(colours(other))})


@early
def write_downloads(app: Sphinx, failed: Exception | None) -> None:
    """Write the CSV files of all figures and tables into the finished HTML book, and remove those no longer made."""
    if failed or app.builder.format != "html":
        return
    wanted = {part.path: part.csv for page in shown(app.env).values() for part in page}
    for folder in ("figures", "tables"):
        for stale in (Path(app.outdir) / folder).glob("*.csv"):
            if f"{folder}/{stale.name}" not in wanted:
                stale.unlink()
    for path, content in sorted(wanted.items()):
        target = Path(app.outdir) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
