"""The findings in the pages: collected from the executed chapters, found by the search, listed with names to cite.

* `findings.json` beside the pages holds every finding of the build; two chapters that record one with different values
  end it.
* The first time a chapter shows a finding of its own, the place gets an address, to which the search leads.
* Each chapter that records findings ends with a list of them, folded away. A row is the permanent address of a number,
  `voters.html#voters.turnout_official`, also where the number is printed in another chapter. Old names lead to the row
  of the new one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.ext.glue.roles import PasteTextRole
from sphinx.application import Sphinx
from sphinx.errors import SphinxError

from bookpress.cite.box import as_html
from bookpress.cite.formats import part
from bookpress.contents import up
from bookpress.effort.early import early
from bookpress.events import EXECUTED
from bookpress.metadata import chapter
from bookpress.run.execute import tell
from bookpress.run.extension import execution
from bookpress.run.settings import settings
from bookpress.web.permalinks import of_build
from bookpress.web.search import add_kind, named
from vouch.findings import ACCEPTED, MIME

_COLLECTED = "vouch_findings"
_NAME = "[name]"
"""Stands for the name in the citation that is shown once for all; the script puts in that of a row."""


class FindingConflict(SphinxError):
    """Two chapters record one finding with different values."""

    category = "Findings disagree"


def collect_findings(notebooks: Iterable[tuple[str, Path]]) -> list[dict[str, Any]]:
    """The findings in executed notebooks, given as (docname, file), sorted by id.

    Raises FindingConflict if an id has several values: a reader could not tell which one the book stands for.
    """
    by_id: dict[str, dict[str, Any]] = {}
    conflicts = []
    for docname, path in notebooks:
        content = path.read_bytes()  # of notebooks with large outputs, most of which have no finding
        if MIME.encode() not in content:
            continue
        for finding in _findings_in(json.loads(content)):
            finding = {**finding, "chapter": finding.get("chapter", docname)}
            first = by_id.setdefault(finding["id"], finding)
            if first["value"] != finding["value"]:
                conflicts.append(
                    f"{finding['id']}: {first['value']!r} in {first['chapter']}, "
                    f"{finding['value']!r} in {finding['chapter']}"
                )
    if conflicts:
        raise FindingConflict("\n".join(conflicts))
    return [by_id[id] for id in sorted(by_id)]


def _findings_in(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            for mime, content in output.get("data", {}).items():
                if mime.endswith(MIME):  # glued without display, it carries a prefix
                    yield json.loads(content) if isinstance(content, str) else content


def collect(app: Sphinx, notebooks: dict[str, Path]) -> None:
    """Take the findings out of the chapters that have just run; under the stock executor, once all are there."""
    app.__dict__[_COLLECTED] = [] if settings(app.config).stock else collect_findings(notebooks.items())


def findings(app: Sphinx) -> list[dict[str, Any]]:
    """The findings of this build, sorted by id, each with the `chapter` that records it."""
    return app.__dict__.get(_COLLECTED, [])


@early
def write(app: Sphinx, failed: Exception | None) -> None:
    """Write `findings.json` into the finished HTML book; what is up to date stays."""
    if failed or app.builder.format != "html":
        return
    entries = findings(app)
    if settings(app.config).stock:
        there = execution(app).notebooks.items()
        entries = collect_findings((docname, path) for docname, path in there if path.exists())
    text = json.dumps(entries, ensure_ascii=False, indent=2) + "\n"
    target = Path(app.outdir) / "findings.json"
    if not target.exists() or target.read_text("utf-8") != text:
        target.write_text(text, "utf-8")
    tell_of_lost(Path(app.srcdir) / "data" / ACCEPTED.name, {entry["id"] for entry in entries})


def tell_of_lost(accepted: Path, recorded: set[str]) -> None:
    """Name the accepted findings that this build records no more; a writer may mean it, and has to know."""
    if not accepted.is_file():
        return
    lost = sorted({entry["id"] for entry in json.loads(accepted.read_text("utf-8"))} - recorded)
    if lost:
        tell(f"findings: {len(lost)} of the accepted are no longer recorded: {', '.join(lost)}")


class FoundNumber(PasteTextRole):
    """MyST-NB's `glue:text`; the first time a chapter shows a finding of its own, the place gets an address."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        shown, messages = super().run()
        glued = self.document["nb_renderer"].renderer.nb_client.glue_data if "nb_renderer" in self.document else {}
        record = glued.get(self.text, {}).get("data", {}).get(MIME)
        if record and shown and isinstance(shown[0], nodes.inline):
            env = self.document.settings.env
            anchor = nodes.make_id(f"number-{record['id']}")
            unit = f" {record['unit']}" if record["unit"] else ""
            if named(env).note(record["id"], f"{record['id']}: {record['text']}{unit}", "finding", anchor):
                shown[0]["ids"].append(anchor)
        return shown, messages


def listed(found: list[dict[str, Any]], pattern: str, old: dict[str, list[str]], way: str = "") -> str:
    """HTML of the list. pattern: citation with `[name]`; old: earlier names by present name; way: to the top folder."""
    rows = []
    for finding in found:
        name = escape(finding["id"])
        anchors = "".join(f'<span id="{escape(earlier)}"></span>' for earlier in old.get(finding["id"], []))
        rows.append(
            f'<tr id="{name}"><th scope="row">{anchors}<a href="#{name}">{name}</a></th>'
            f"<td>{escape(finding['text'])}</td><td>{escape(finding['unit'])}</td>"
            '<td><button type="button" class="bp-copy" data-copy="cite-number" '
            f'data-name="{name}" aria-label="Cite {name}: copy the citation" hidden>Cite</button>'
            '<span class="bp-copied" role="status"></span></td>'
            f"<td>{escape(finding['as_of'])}</td><td>{escape(finding['claimant'])}</td></tr>"
        )
    return (
        '<details class="bp-folded vouch-numbers"><summary>'
        f"Numbers of this chapter, with names to cite them by ({len(rows)})</summary>"
        "<p>Each is computed when the book is built; unrounded values and notes stand in "
        f'<a href="{way}findings.json">findings.json</a>. A number is cited by its name:</p>'
        f'<p id="cite-number">{pattern}</p>'
        '<div class="pst-scrollable-table-container"><table class="grid table"><caption>Numbers by name</caption>'
        '<thead><tr><th scope="col">Name</th><th scope="col">As printed</th><th scope="col">Unit</th>'
        '<th scope="col">Citation</th><th scope="col">As of</th><th scope="col">Who says so</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div></details>"
    )


def add_list(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """End a chapter with its numbers. Not as nodes: the search should find the sentences."""
    numbers = [finding for finding in findings(app) if finding["chapter"] == pagename]
    if doctree is None or not numbers:
        return
    old: dict[str, list[str]] = {}
    for earlier, name in sorted(of_build(app).others.get("findings", {}).items()):
        old.setdefault(name, []).append(earlier)
    pattern = as_html(part("number", _NAME, chapter(app, pagename)))
    context["body"] += listed(numbers, pattern, old, up(pagename))


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("bookpress.run")
    app.setup_extension("bookpress.web")
    add_kind(app, "finding", "number")
    app.add_role_to_domain("glue", "text", FoundNumber(), override=True)
    app.connect(EXECUTED, collect)
    app.connect("build-finished", write)
    app.connect("html-page-context", add_list, priority=450)  # after the notebook's links, before the box on citing
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
