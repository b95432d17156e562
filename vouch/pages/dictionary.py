"""The data dictionary: pages made from `data/datapackage.json`, the only description of the tables.

`vouch-tables` lists all tables; `vouch-dictionary` shows each with its columns. Every table is offered as CSV, the
whole as the data package it is. The role `book-file` links to files that the build writes.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx_design.shared import create_component

from bookpress.contents import up
from bookpress.effort.early import early
from bookpress.tables import Cell, grid
from vouch.evidence import data
from vouch.paths import DATA

_HEAD = ["Column", "Type, unit", "Meaning", "Constraints"]


class _Described(SphinxDirective):
    def resources(self) -> list[dict[str, Any]]:
        self.env.note_dependency(str(DATA / "datapackage.json"))
        return sorted(data.package()["resources"], key=lambda resource: resource["name"])


class TablesDirective(_Described):
    """`vouch-tables`: name, what one row is, rows, licence."""

    def run(self) -> list[nodes.Node]:
        rows: list[list[Cell]] = []
        for resource in self.resources():
            path = DATA / resource["path"]
            self.env.note_dependency(str(path))
            link = nodes.reference("", resource["name"], refid=f"table-{resource['name']}")
            licences = ", ".join(licence["name"] for licence in resource["licenses"])
            count = f"{path.read_text('utf-8').count(chr(10)) - 1:,}"
            rows.append([[link], [nodes.Text(resource["title"])], [nodes.Text(count)], [nodes.Text(licences)]])
        box = grid(["Table", "What it holds", "Rows", "Licence"], rows, {2}, "Tables of the data package")
        table = next(iter(box.findall(nodes.table)))
        table["names"].append("tab-data-tables")
        self.set_source_info(table)
        self.state.document.note_explicit_target(table, table)
        return [box]


class DictionaryDirective(_Described):
    """`vouch-dictionary`: one section per table with description, coverage, sources, licence and columns."""

    def run(self) -> list[nodes.Node]:
        return [self.section(resource) for resource in self.resources()]

    def section(self, resource: dict[str, Any]) -> nodes.section:
        name = resource["name"]
        section = nodes.section(ids=[f"table-{name}"], names=[f"table-{name}"], classes=["html-only", "epub"])
        section += nodes.title("", resource["title"])
        section += nodes.paragraph("", resource["description"])
        facts = nodes.field_list()
        licences = "; ".join(licence.get("title") or licence["name"] for licence in resource["licenses"])
        sources = "; ".join(source["title"] for source in resource.get("sources", []))
        for label, text in (("Coverage", resource.get("coverage", "")), ("Sources", sources), ("Licence", licences)):
            if text:
                facts += nodes.field("", nodes.field_name("", label), nodes.field_body("", nodes.paragraph("", text)))
        section += facts
        link = nodes.reference(
            "", f"{name}.csv", refuri=f"{up(self.env.docname)}data/{resource['path']}", internal=True
        )
        section += nodes.paragraph("", "", link, classes=["html-only"])
        rows: list[list[Cell]] = [
            [
                [nodes.literal("", row.name)],
                [nodes.Text(row.type + (f", {row.unit}" if row.unit else ""))],
                [nodes.Text(row.description)],
                [nodes.Text(row.constraints)],
            ]
            for row in data.describe(name).itertuples(index=False)
        ]
        section += nodes.container(
            "", _folded(f"{len(rows)} columns", grid(_HEAD, rows)), classes=["html-only", "vouch-columns"]
        )
        return section


def _folded(title: str, content: nodes.Node) -> nodes.container:
    """Content that one opens, as sphinx-design's dropdown: all columns of all tables at once are the heaviest page."""
    box = create_component(
        "dropdown",
        type="dropdown",
        opened=False,
        has_title=True,
        icon=None,
        chevron=None,
        container_classes=["sd-mb-3"],
        title_classes=[],
        body_classes=[],
    )
    box += [nodes.rubric(title, title), content]
    return box


class BookFile(SphinxRole):
    """``{book-file}`claims.json` ``: a link to a file that the build writes beside the pages; on paper its name."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        address = up(self.env.docname) + self.text
        link = nodes.reference(
            "", "", nodes.literal("", self.text), refuri=address, internal=True, classes=["html-only"]
        )
        return [link, nodes.literal("", self.text, classes=["pdf-only"])], []


@early
def copy_package(app: Sphinx, failed: Exception | None) -> None:
    """Put the data package into the finished HTML book."""
    if failed or app.builder.format != "html":
        return
    target = Path(app.outdir) / "data"
    target.mkdir(exist_ok=True)
    wanted = {path.name for path in DATA.iterdir() if path.suffix == ".csv" or path.name == "datapackage.json"}
    for stale in target.iterdir():
        if stale.name not in wanted:
            stale.unlink()
    for name in sorted(wanted):
        shutil.copyfile(DATA / name, target / name)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_role("book-file", BookFile())
    app.add_directive("vouch-tables", TablesDirective)
    app.add_directive("vouch-dictionary", DictionaryDirective)
    app.connect("build-finished", copy_package)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
