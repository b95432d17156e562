"""Chapters to take away: each page offers its executed notebook and its source.

The notebook holds text, code and outputs of this very build; the source is the MyST text that Jupyter opens as a
notebook. Both run where the package and the data are: in a clone, or in the archive that `make release` packs.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from vouch.book.execution import stock
from vouch.book.release import notebooks

FOLDER = "notebooks"


def computes(app: Sphinx, docname: str) -> bool:
    """Whether a page is a chapter with code."""
    return "{code-cell}" in Path(app.env.doc2path(docname)).read_text("utf-8")


def add_links(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Name both files at the end of a chapter."""
    if doctree is None or pagename not in app.env.found_docs or stock() or not computes(app, pagename):
        return
    where = "../" * pagename.count("/") + f"{FOLDER}/{Path(pagename).name}"
    context["body"] += (
        '<p class="vouch-takeaway">Take this chapter along: '
        f'<a href="{where}.ipynb" download>notebook with results (.ipynb)</a> · '
        f'<a href="{where}.md" download>source (.md)</a></p>'
    )


def write(app: Sphinx, failed: Exception | None) -> None:
    """Put the notebooks and sources of this build into the finished HTML book."""
    if failed or app.builder.format != "html" or stock():
        return
    folder = Path(app.outdir) / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shown = {Path(name).name: app.env.doc2path(name) for name in app.env.found_docs if computes(app, name)}
    for name, content in notebooks(Path(app.srcdir)).items():
        if name in shown:
            (folder / f"{name}.ipynb").write_bytes(content)
            shutil.copyfile(shown[name], folder / f"{name}.md")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", add_links, priority=400)  # above the box on citing, which ends the page
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
