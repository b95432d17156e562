"""The page with the list of works: in groups with their counts, each work with the chapters that cite it, and a filter.

Here: what a reader of that page needs to find a work. Not here: how an entry is worded (`bookpress.cite.bibliography`),
and what is printed of it.

A Sphinx extension for HTML, on top of sphinxcontrib-bibtex; it touches only pages that have its directive
`bibliography`. Works keep their order within a group. The filter shows where scripts run, also from the disk.

Settings
--------
``works_groups`` ({})
    Headings, each with the keywords of the works below it; a work goes to the first that has one of its keywords. What
    no keyword places stands last, without a heading.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config


def add_own_files(app: Sphinx, config: Config) -> None:
    """The folder of this part's script and styles."""
    config.html_static_path = [*config.html_static_path, str(Path(__file__).parent / "static")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx extension."""
    from bookpress.words import add_catalogue
    from bookpress.works import grouped

    add_catalogue(app)
    app.setup_extension("sphinxcontrib.bibtex")
    app.add_config_value("works_groups", {}, "html", [dict])
    app.connect("config-inited", add_own_files)
    app.connect("env-updated", grouped.outdated, priority=900)  # when sphinxcontrib-bibtex knows who cites what
    app.connect("doctree-resolved", grouped.group)
    app.connect("html-page-context", grouped.add_files)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
