"""Chapters to take away: each page offers its executed notebook and its source.

The notebook holds text, code and outputs of this very build; the source is the MyST text that Jupyter opens as a
notebook. Both run where what they need is: in a clone, or in the archive of an edition. Once a repository is named
(setting `run_repository`), each page also leads to where its chapter runs without anything installed.
"""

from __future__ import annotations

import hashlib
import json
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from sphinx.application import Sphinx

from bookpress.contents import file_name, source_text, up
from bookpress.effort.early import early
from bookpress.kept import notebook_settings
from bookpress.run.extension import execution
from bookpress.run.notebooks import NotExecuted, executed_notebook, record_path
from bookpress.run.settings import ExecutionFailed, settings
from bookpress.words import _

FOLDER = "notebooks"


def computes(app: Sphinx, docname: str) -> bool:
    """Whether a page is a chapter with code that was executed."""
    source = Path(app.env.doc2path(docname))
    return docname in execution(app).computing and source.is_relative_to(app.srcdir)


def elsewhere(repository: str, commit: str, docname: str, hub: str = "", ending: str = ".md") -> dict[str, str]:
    """Addresses at which a chapter opens as a running notebook, by who runs it; none without a repository.

    Binder takes GitHub's repositories by name and any other by its address, at the commit (else as it is now). hub:
    address of a JupyterHub that has nbgitpuller; it takes the repository as it is on that day.
    """
    if not repository:
        return {}
    name, opened = repository.rpartition("/")[2], f"lab/tree/{docname}{ending}"
    if repository.startswith("https://github.com/"):
        where = "gh/" + repository.removeprefix("https://github.com/")
    else:
        where = "git/" + quote(repository, safe="")
    places = {"Binder": f"https://mybinder.org/v2/{where}/{commit or 'HEAD'}?" + urlencode({"urlpath": opened})}
    if hub:
        pulled = urlencode({"repo": repository, "urlpath": f"lab/tree/{name}/{docname}{ending}"})
        places["JupyterHub"] = f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{pulled}"
    return places


def add_links(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Name both files at the end of a chapter."""
    if doctree is None or pagename not in app.env.found_docs or not _offered(app, pagename):
        return
    where = f"{up(pagename)}{FOLDER}/{file_name(app, pagename)}"
    ending = Path(app.env.doc2path(pagename)).suffix
    config = app.config
    places = elsewhere(config.run_repository, config.run_commit, pagename, config.run_jupyterhub, ending)
    context["body"] += (
        f'<p class="bp-takeaway">{_("Take this chapter along:")} '
        f'<a href="{where}.ipynb" download>{_("notebook with results")} (.ipynb)</a>'
        + (f' · <a href="{where}{ending}" download>{_("source")} ({ending})</a>' if _is_text(app, pagename) else "")
        + "".join(
            f' · <a href="{escape(address)}">{_("run it on %s") % escape(who)}</a>' for who, address in places.items()
        )
        + "</p>"
    )


def _offered(app: Sphinx, docname: str) -> bool:
    return not settings(app.config).stock and computes(app, docname)


def _is_text(app: Sphinx, docname: str) -> bool:
    """Whether the source is something else than the notebook itself."""
    return Path(app.env.doc2path(docname)).suffix != ".ipynb"


@early
def write(app: Sphinx, failed: Exception | None) -> None:
    """Put the notebooks and sources of this build into the finished HTML book; what is up to date stays."""
    if failed or app.builder.format != "html" or settings(app.config).stock:
        return
    folder, state = Path(app.outdir) / FOLDER, Path(app.doctreedir) / "downloads.json"
    root, cache = Path(app.srcdir), Path(notebook_settings(app.env).execution_cache_path)
    last_marks = json.loads(state.read_text("utf-8")) if state.exists() else {}
    marks: dict[str, str] = {}
    wanted: set[str] = set()
    for docname in sorted(app.env.found_docs):
        if not computes(app, docname):
            continue
        folder.mkdir(exist_ok=True)
        source = Path(app.env.doc2path(docname))
        called = file_name(app, docname)
        notebook, text = folder / f"{called}.ipynb", folder / f"{called}{source.suffix}"
        wanted |= {notebook.name, text.name}
        if docname in execution(app).run.failed:  # in the live view, where it keeps what it had
            continue
        mark = hashlib.sha256(source.read_bytes() + record_path(source, root, cache).read_bytes()).hexdigest()
        marks[docname] = mark
        if last_marks.get(docname) != mark or not (notebook.exists() and text.exists()):
            try:
                content = executed_notebook(source, root, cache)
            except NotExecuted as error:
                raise ExecutionFailed(f"{error} (it was saved while the book was being built)") from None
            if _is_text(app, docname):
                text.write_text(source_text(source), "utf-8", newline="\n")
            if content is None:
                raise NotExecuted(f"{docname}: a page with code, and no notebook could be made of it")
            notebook.write_bytes(content)
    for stale in folder.iterdir() if folder.is_dir() else ():
        if stale.name not in wanted:
            stale.unlink()
    state.write_text(json.dumps(marks, sort_keys=True), "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("run_repository", "", "html", [str])
    app.add_config_value("run_commit", "", "html", [str])
    app.add_config_value("run_jupyterhub", "", "html", [str])
    app.connect("html-page-context", add_links, priority=400)  # above the box on citing, which ends the page
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
