"""Which documents of a book have code to execute, read exactly as myst-nb reads them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookpress.run.settings import ExecutionFailed

if TYPE_CHECKING:
    from jupyter_cache.cache.main import JupyterCacheBase
    from nbformat import NotebookNode
    from sphinx.environment import BuildEnvironment


@dataclass
class Chapter:
    """A chapter with code, as Sphinx will read it.

    key: what jupyter-cache files it under (a hash of the cells). cost: seconds that its head expects, else 0.
    """

    docname: str
    path: Path
    name: str
    notebook: NotebookNode
    key: str
    timeout: int
    allow_errors: bool
    cost: float = 0.0

    @property
    def has_code(self) -> bool:
        return any(cell.cell_type == "code" and cell.source.strip() for cell in self.notebook.cells)


def read_chapters(env: BuildEnvironment, root: Path, cache: JupyterCacheBase) -> Iterator[Chapter]:
    """The documents of the book that myst-nb would execute, read exactly as myst-nb reads them."""
    from myst_nb.core.read import create_nb_reader

    for docname in sorted(env.found_docs):
        path = Path(env.doc2path(docname))
        config = env.mystnb_config
        text = path.read_text("utf-8")
        reader = create_nb_reader(str(path), env.myst_config, config, text)
        if reader is None:
            continue
        notebook = reader.read(text)
        kernelspec = notebook.metadata.get("kernelspec", {})
        for pattern, alias in config.kernel_rgx_aliases.items():
            if "name" in kernelspec and re.fullmatch(pattern, kernelspec["name"]):
                kernelspec["name"] = alias
                break
        overrides = dict(notebook.metadata.get(config.metadata_key, {}))
        overrides.pop("output_folder", None)
        with contextlib.suppress(Exception):  # myst-nb warns of it when it reads the chapter
            config = config.copy(**overrides)
        if config.execution_mode != "cache" or any(path.match(pattern) for pattern in config.execution_excludepatterns):
            continue
        own = notebook.metadata.get("execution", {})
        yield Chapter(
            docname=docname,
            path=path,
            name=path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path),
            notebook=notebook,
            key=cache.create_hashed_notebook(notebook)[1],
            timeout=own.get("timeout", config.execution_timeout),
            allow_errors=own.get("allow_errors", config.execution_allow_errors),
            cost=_cost(own, path),
        )


def _cost(own: dict[str, Any], path: Path) -> float:
    cost = own.get("cost", 0.0)
    if isinstance(cost, (int, float)) and cost >= 0:
        return float(cost)
    raise ExecutionFailed(f"{path.name}: `execution: cost` in its head is {cost!r}; it is a number of seconds")
