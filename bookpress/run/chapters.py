"""Which documents of a book have code to execute, read exactly as myst-nb reads them."""

from __future__ import annotations

import contextlib
import glob
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookpress.contents import source_text
from bookpress.kept import notebook_settings
from bookpress.run.settings import ExecutionFailed

if TYPE_CHECKING:
    from jupyter_cache.cache.main import JupyterCacheBase
    from nbformat import NotebookNode
    from sphinx.environment import BuildEnvironment


@dataclass
class Chapter:
    """A chapter with code, as Sphinx will read it.

    key: what jupyter-cache files it under (a hash of the cells). cost: seconds that its head expects, else 0. reads:
    files that its head names (`reads:`), relative to the book's folder; None where it names none.
    """

    docname: str
    path: Path
    name: str
    notebook: NotebookNode
    key: str
    timeout: int
    allow_errors: bool
    cost: float = 0.0
    reads: tuple[str, ...] | None = None

    @property
    def has_code(self) -> bool:
        return any(cell.cell_type == "code" and cell.source.strip() for cell in self.notebook.cells)


def read_chapters(env: BuildEnvironment, root: Path, cache: JupyterCacheBase) -> Iterator[Chapter]:
    """The documents of the book that myst-nb would execute, read exactly as myst-nb reads them."""
    from myst_nb.core.read import create_nb_reader

    for docname in sorted(env.found_docs):
        path = Path(env.doc2path(docname))
        config = notebook_settings(env)
        text = source_text(path)
        reader = create_nb_reader(str(path), env.__dict__["myst_config"], config, text)
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
        execution = notebook.metadata.get("execution", {})
        yield Chapter(
            docname=docname,
            path=path,
            name=path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path),
            notebook=notebook,
            key=cache.create_hashed_notebook(notebook)[1],
            timeout=execution.get("timeout", config.execution_timeout),
            allow_errors=execution.get("allow_errors", config.execution_allow_errors),
            cost=_cost(execution, path),
            reads=_reads(notebook.metadata.get("reads"), path, root),
        )


def _cost(execution: dict[str, Any], path: Path) -> float:
    cost = execution.get("cost", 0.0)
    if isinstance(cost, (int, float)) and cost >= 0:
        return float(cost)
    raise ExecutionFailed(f"{path.name}: `execution: cost` in its head is {cost!r}; it is a number of seconds")


def _reads(named: Any, path: Path, root: Path) -> tuple[str, ...] | None:
    """The files behind what a head names: paths or patterns, relative to the chapter's folder."""
    if named is None:
        return None
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        raise ExecutionFailed(f"{path.name}: `reads:` in its head is {named!r}; it is a list of files")
    found: set[str] = set()
    for one in named:
        where = str(path.parent / one)
        matching = [name for name in glob.glob(where, recursive=True) if Path(name).is_file()]  # noqa: PTH207 - `../`
        if not matching:
            raise ExecutionFailed(f"{path.name}: `reads:` in its head names {one!r}, and there is no such file")
        found |= {Path(os.path.relpath(name, root)).as_posix() for name in matching}
    return tuple(sorted(found))
