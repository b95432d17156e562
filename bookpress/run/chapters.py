"""Which documents of a book have code to execute, read exactly as myst-nb reads them."""

from __future__ import annotations

import binascii
import contextlib
import glob
import json
import math
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from bookpress.contents import Unreadable, source_text
from bookpress.effort.remembered import Remembered
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


class Reader:
    """Reads the documents of a book that myst-nb would execute, exactly as myst-nb reads them.

    For one set of settings. What is read again with the same text is what it was, since a live view reads at each save;
    so are its cells where an earlier build has read them. store: the file in which it leaves them.
    """

    def __init__(self, root: Path, cache: JupyterCacheBase, store: Path) -> None:
        self.root, self.cache = root, cache
        self._remembered = Remembered(store, __file__)
        self._read: dict[Path, tuple[str, Chapter | None]] = {}

    def chapters(self, env: BuildEnvironment) -> Iterator[Chapter]:
        """The chapters, in the order of their names. Raises Unreadable and ExecutionFailed."""
        for docname in sorted(env.found_docs):
            path = Path(env.doc2path(docname))
            text = source_text(path)
            known, chapter = self._read.get(path, ("", None))
            if text != known or not text:
                chapter = self._chapter(docname, path, text, env)
                self._read[path] = (text, chapter)
            elif chapter and chapter.reads is not None:  # patterns may match other files now
                chapter = replace(chapter, reads=_reads(chapter.notebook.metadata.get("reads"), path, self.root))
            if chapter:
                yield chapter
        self._remembered.write()

    def forget(self, docnames: Iterable[str]) -> None:
        """Read these anew: their cells have been filled with outputs."""
        names = set(docnames)
        for path, (_text, chapter) in list(self._read.items()):
            if chapter and chapter.docname in names:
                del self._read[path]

    def _chapter(self, docname: str, path: Path, text: str, env: BuildEnvironment) -> Chapter | None:
        """A document as a chapter; None if myst-nb would not execute it."""
        config = notebook_settings(env)
        if path.suffix == ".ipynb":
            check(path, text)
        notebook = self._notebook(path, text, env)
        if notebook is None:
            return None
        name = _named(path, self.root)
        kernelspec = _mapping(notebook.metadata, "kernelspec", "name: python3", name)
        if not isinstance(kernelspec.get("name", ""), str):
            raise _faulty(name, "kernelspec: name", kernelspec["name"], "a text")
        for pattern, alias in config.kernel_rgx_aliases.items():
            if "name" in kernelspec and re.fullmatch(pattern, kernelspec["name"]):
                kernelspec["name"] = alias
                break
        overrides = dict(_mapping(notebook.metadata, config.metadata_key, "execution_mode: 'off'", name))
        overrides.pop("output_folder", None)
        with contextlib.suppress(Exception):  # myst-nb warns of it when it reads the chapter
            config = config.copy(**overrides)
        if config.execution_mode != "cache" or any(path.match(pattern) for pattern in config.execution_excludepatterns):
            return None
        execution = _mapping(notebook.metadata, "execution", "timeout: 60", name)
        return Chapter(
            docname=docname,
            path=path,
            name=name,
            notebook=notebook,
            key=self.cache.create_hashed_notebook(notebook)[1],
            timeout=_seconds(execution, config.execution_timeout, name),
            allow_errors=_switch(execution, config.execution_allow_errors, name),
            cost=_cost(execution, name),
            reads=_reads(notebook.metadata.get("reads"), path, self.root),
        )

    def _notebook(self, path: Path, text: str, env: BuildEnvironment) -> NotebookNode | None:
        """The cells of a document; None for one that myst-nb does not read as a notebook."""
        from myst_nb.core.read import create_nb_reader
        from nbformat import from_dict

        config, markdown = notebook_settings(env), env.__dict__["myst_config"]
        try:
            reader = create_nb_reader(str(path), markdown, config, text)
            if reader is None:
                return None
            how = f"{path.suffix} {config.custom_formats} {sorted(markdown.enable_extensions)}\n"
            found = self._remembered.value(how + text, lambda: _plain(reader.read(text)))
        except Exception as error:
            why = " ".join(str(error).split())[:500]
            raise Unreadable(f"{path}: no notebook that can be read: {type(error).__name__}: {why}") from None
        notebook: NotebookNode = from_dict(found)
        return notebook


def _plain(notebook: NotebookNode) -> dict[str, Any]:
    """A notebook as JSON has it; a head may hold days, which JSON has not."""
    found: dict[str, Any] = json.loads(json.dumps(notebook, default=str))
    return found


def _named(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _faulty(name: str, field: str, value: Any, wanted: str) -> ExecutionFailed:
    return ExecutionFailed(f"{name}: `{field}` in its head is {value!r}; it is {wanted}")


def _mapping(metadata: Any, field: str, example: str, name: str) -> Any:
    """A field of a chapter's head that has fields of its own; empty where it is not there."""
    value = metadata.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _faulty(name, field, value, f"a mapping, such as `{field}: {{{example}}}`")
    return value


def _seconds(execution: dict[str, Any], default: int, name: str) -> int:
    """The longest that a cell may run; -1 for as long as it takes."""
    timeout = execution.get("timeout", default)
    if isinstance(timeout, int) and not isinstance(timeout, bool) and timeout >= -1:
        return timeout
    raise _faulty(name, "execution: timeout", timeout, "a whole number of seconds, or -1 for no limit")


def _switch(execution: dict[str, Any], default: bool, name: str) -> bool:
    allowed = execution.get("allow_errors", default)
    if isinstance(allowed, bool):
        return allowed
    raise _faulty(name, "execution: allow_errors", allowed, "true or false")


def _cost(execution: dict[str, Any], name: str) -> float:
    cost = execution.get("cost", 0.0)
    if isinstance(cost, (int, float)) and not isinstance(cost, bool) and 0 <= cost < math.inf:
        return float(cost)
    raise _faulty(name, "execution: cost", cost, "a number of seconds")


def _reads(named: Any, path: Path, root: Path) -> tuple[str, ...] | None:
    """The files behind what a head names: paths or patterns, relative to the chapter's folder."""
    if named is None:
        return None
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        raise _faulty(_named(path, root), "reads", named, "a list of files")
    found: set[str] = set()
    for one in named:
        where = str(path.parent / one)
        matching = [name for name in glob.glob(where, recursive=True) if Path(name).is_file()]  # noqa: PTH207 - `../`
        if not matching:
            name = _named(path, root)
            raise ExecutionFailed(f"{name}: `reads:` in its head names {one!r}, and there is no such file")
        found |= {Path(os.path.relpath(name, root)).as_posix() for name in matching}
    return tuple(sorted(found))


_KINDS = ("code", "markdown", "raw")
_ATTACHED = re.compile(r"attachment:([^)\s\"'<>]+)")


def check(path: Path, text: str) -> None:
    """Raise Unreadable for a file that is no Jupyter notebook as they are written today; text: what is in it."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Unreadable(f"{path}:{getattr(error, 'lineno', 1)}: no Jupyter notebook, which is JSON: {error}") from None
    if not isinstance(found, dict) or not isinstance(found.get("nbformat"), int):
        raise Unreadable(f"{path}:1: no Jupyter notebook: it names no format (`nbformat`)")
    if found["nbformat"] != 4:
        raise Unreadable(f"{path}:1: a notebook of format {found['nbformat']}, not 4: open it in Jupyter and save it")
    if not isinstance(found.get("metadata"), dict) or not isinstance(found.get("cells"), list):
        raise Unreadable(f"{path}:1: no Jupyter notebook: it has no list of cells, or no `metadata`")
    for number, cell in enumerate(found["cells"], 1):
        kind = cell.get("cell_type") if isinstance(cell, dict) else cell
        if kind not in _KINDS:
            raise Unreadable(f"{path}: cell {number}: of the kind {kind!r}, and not one of {', '.join(_KINDS)}")
        if not isinstance(cell.get("source"), (str, list)) or not isinstance(cell.get("outputs", []), list):
            raise Unreadable(f"{path}: cell {number}: without its text (`source`), or with outputs that are no list")
        for output in cell.get("outputs", []):
            if why := _fault_of_output(output):
                raise Unreadable(f"{path}: cell {number}: a stored output {why}: run the notebook and save it")


_OUTPUTS = ("execute_result", "display_data", "stream", "error")
_WRITTEN_AS_TEXT = ("image/png", "image/jpeg", "image/gif", "application/pdf")
"""Kinds of data that a notebook holds as base64."""


def _fault_of_output(output: Any) -> str:
    """What of a stored output myst-nb could not read; empty for a sound one."""
    kind = output.get("output_type") if isinstance(output, dict) else output
    if kind not in _OUTPUTS:
        return f"is of the kind {kind!r}, and not one of {', '.join(_OUTPUTS)}"
    shown = output.get("data", {})
    if not isinstance(shown, dict) or (kind in _OUTPUTS[:2] and "data" not in output):
        return "has no `data`"
    for form in set(_WRITTEN_AS_TEXT) & set(shown):
        try:
            binascii.a2b_base64("".join(shown[form]))
        except (TypeError, ValueError) as error:
            return f"is no {form} in base64 ({error})"
    return ""


def with_attachments(text: str) -> str:
    """The text of a notebook whose pictures, pasted into cells, stand in the addresses that name them."""
    if "attachment:" not in text:
        return text
    notebook = json.loads(text)
    for cell in notebook.get("cells", ()):
        given = cell.get("attachments") or {}
        pasted = {quote(name): next(iter(forms.items())) for name, forms in given.items() if forms}

        def address(match: re.Match[str], pasted: dict[str, Any] = pasted) -> str:
            kind, data = pasted.get(quote(unquote(match[1])), ("", ""))
            return f"data:{kind};base64,{''.join(''.join(data).split())}" if kind else match[0]

        if pasted:
            source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            cell["source"] = _ATTACHED.sub(address, source)
    return json.dumps(notebook)
