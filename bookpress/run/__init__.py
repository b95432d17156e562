"""Runs the outdated chapters in parallel, before Sphinx reads them, and offers each as an executed notebook.

Here: what a chapter is, what its outputs rest on, kernels, failures. Not here: what outputs look like on a page.

A Sphinx extension. myst-nb takes its outputs from the same cache as ever (``execute_notebooks: cache``); this part sees
to it that they are current. What a chapter reads is observed while it runs and kept in a record beside the cache: it
runs again when its cells, a file or folder that it read, a module of the book or a library is another.

Settings
--------
``run_workers`` (0), ``run_kernels`` (""), ``run_shutdown`` ("immediate"), ``run_executor`` ("parallel"),
``run_preload``,
``run_ignore`` ([]), ``run_environment`` ([]), ``run_unobserved`` ("refuse"),
``run_failures`` ("refuse")
    See :class:`bookpress.run.settings.Settings`. For one build the environment goes before them: ``BOOKPRESS_WORKERS``
    and so on; lists have commas there.
``run_repository``, ``run_commit`` ("")
    Where the book's source is kept in git, and the commit the book is built from: pages then lead to Binder.
``run_jupyterhub`` ("")
    Address of a JupyterHub with nbgitpuller, to which pages then lead as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx extension."""
    from bookpress.events import EXECUTED
    from bookpress.kept import keep
    from bookpress.run import downloads
    from bookpress.run.extension import Execution
    from bookpress.run.records import FORMAT
    from bookpress.words import add_catalogue

    app.setup_extension("myst_nb")
    add_catalogue(app)
    app.add_config_value("run_workers", 0, "", [int])
    app.add_config_value("run_kernels", "", "", [str])
    app.add_config_value("run_shutdown", "immediate", "", [str])
    app.add_config_value("run_executor", "parallel", "", [str])
    app.add_config_value("run_preload", [], "", [list, tuple])
    app.add_config_value("run_ignore", [], "", [list, tuple])
    app.add_config_value("run_environment", [], "", [list, tuple])
    app.add_config_value("run_unobserved", "refuse", "", [str])
    app.add_config_value("run_failures", "refuse", "", [str])
    app.add_event(EXECUTED)
    keep(app, "execution", Execution(app))
    downloads.setup(app)
    return {"version": str(FORMAT), "env_version": FORMAT, "parallel_read_safe": True, "parallel_write_safe": True}
