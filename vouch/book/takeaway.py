"""Chapters to take away: each page offers its executed notebook and its source.

The notebook holds text, code and outputs of this very build; the source is the MyST text that Jupyter opens as a
notebook. Both run where the package and the data are: in a clone, or in the archive that `make release` packs. Once
`CITATION.cff` names a repository, each page also leads to where its chapter runs without anything installed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from sphinx.application import Sphinx

from vouch.book.citation import book
from vouch.book.execution import stock
from vouch.book.metadata import Book

FOLDER = "notebooks"
CACHE = Path("_build/.jupyter_cache")


def computes(app: Sphinx, docname: str) -> bool:
    """Whether a page is a chapter with code."""
    return "{code-cell}" in Path(app.env.doc2path(docname)).read_text("utf-8")


def elsewhere(whole: Book, docname: str, hub: str = "") -> dict[str, str]:
    """Addresses at which a chapter opens as a running notebook, by who runs it; none without a repository.

    Binder takes GitHub's repositories by name and any other by its address, at the commit the book was built from. hub:
    address of a JupyterHub that has nbgitpuller; it takes the repository as it is on that day.
    """
    if not whole.repository:
        return {}
    name, opened = whole.repository.rpartition("/")[2], f"lab/tree/{docname}.md"
    if whole.repository.startswith("https://github.com/"):
        where = "gh/" + whole.repository.removeprefix("https://github.com/")
    else:
        where = "git/" + quote(whole.repository, safe="")
    found = {"Binder": f"https://mybinder.org/v2/{where}/{whole.commit or 'HEAD'}?" + urlencode({"urlpath": opened})}
    if hub:
        pulled = urlencode({"repo": whole.repository, "urlpath": f"lab/tree/{name}/{docname}.md"})
        found["JupyterHub"] = f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{pulled}"
    return found


def add_links(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Name both files at the end of a chapter."""
    if doctree is None or pagename not in app.env.found_docs or stock() or not computes(app, pagename):
        return
    where = "../" * pagename.count("/") + f"{FOLDER}/{Path(pagename).name}"
    context["body"] += (
        '<p class="vouch-takeaway">Take this chapter along: '
        f'<a href="{where}.ipynb" download>notebook with results (.ipynb)</a> · '
        f'<a href="{where}.md" download>source (.md)</a>'
        + "".join(
            f' · <a href="{escape(address)}">run it on {escape(who)}</a>'
            for who, address in elsewhere(book(app), pagename, app.config.vouch_jupyterhub).items()
        )
        + "</p>"
    )


def write(app: Sphinx, failed: Exception | None) -> None:
    """Put the notebooks and sources of this build into the finished HTML book; what is up to date stays."""
    if failed or app.builder.format != "html" or stock():
        return
    folder, state = Path(app.outdir) / FOLDER, Path(app.doctreedir) / "takeaway.json"
    folder.mkdir(exist_ok=True)
    known = json.loads(state.read_text("utf-8")) if state.exists() else {}
    marks = {}
    for docname in sorted(app.env.found_docs):
        if not computes(app, docname):
            continue
        source = Path(app.env.doc2path(docname))
        notebook, text = folder / f"{source.stem}.ipynb", folder / source.name
        record = Path(app.srcdir) / CACHE / "vouch" / f"{docname}.json"
        mark = hashlib.sha256(source.read_bytes() + record.read_bytes()).hexdigest()
        marks[docname] = mark
        if known.get(docname) != mark or not (notebook.exists() and text.exists()):
            from vouch.book.release import executed_notebook  # jupytext and more: only when there is something to write

            notebook.write_bytes(executed_notebook(source, Path(app.srcdir)) or b"")
            shutil.copyfile(source, text)
    wanted = {f"{Path(docname).name}{ending}" for docname in marks for ending in (".ipynb", ".md")}
    for stale in folder.iterdir():
        if stale.name not in wanted:
            stale.unlink()
    state.write_text(json.dumps(marks, sort_keys=True), "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("vouch_jupyterhub", "", "html", [str])
    app.connect("html-page-context", add_links, priority=400)  # above the box on citing, which ends the page
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
