"""A chapter as an executed notebook: its text, its code and the outputs of the last execution, put together."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from bookpress.contents import source_text
from bookpress.project import CACHE
from bookpress.run.records import FOLDER


class NotExecuted(Exception):
    """A chapter has no current outputs; the message names it."""


def executed_notebook(path: Path, root: Path, cache: Path = CACHE) -> bytes | None:
    """A chapter as an executed notebook: its text, its code, the outputs of the last execution; None without code.

    path: MyST text notebook or `.ipynb` below root, the book's folder. cache: folder of the executed chapters, relative
    to root or absolute; it holds code cells only, so the two are put together, cell by cell. Raises NotExecuted for a
    chapter that was never executed, or not as it stands.
    """
    nbformat = _nbformat()
    notebook = _read(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not code:
        return None
    where = path.relative_to(root).as_posix()
    try:
        key = json.loads(record_path(path, root, cache).read_text("utf-8"))["key"]
        executed = nbformat.read(root / cache / "executed" / key / "base.ipynb", as_version=4)
    except (OSError, KeyError, ValueError):
        raise NotExecuted(f"{where}: never executed: build the book first") from None
    ran = [cell for cell in executed.cells if cell.cell_type == "code"]
    if [cell.source.strip() for cell in ran] != [cell.source.strip() for cell in code]:
        raise NotExecuted(f"{where}: its cells changed since it was executed: build the book first")
    for cell, done in zip(code, ran, strict=True):
        cell.outputs, cell.execution_count = done.outputs, done.execution_count
    for number, cell in enumerate(notebook.cells):  # random in every reading, and in the file
        cell.id = f"cell-{number}"
    for part in ("kernelspec", "language_info"):
        if part in executed.metadata:
            notebook.metadata[part] = executed.metadata[part]
    kernel = notebook.metadata.setdefault("kernelspec", nbformat.from_dict({"name": "python3"}))
    kernel.setdefault("display_name", kernel["name"])
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return f"{nbformat.writes(notebook)}\n".encode()


def _nbformat() -> Any:
    """Imported late; it has no types."""
    import nbformat

    return nbformat


def _read(path: Path) -> Any:
    if path.suffix == ".ipynb":
        return _nbformat().reads(source_text(path), as_version=4)
    import jupytext

    # Without `fmt`, jupytext reads a page that has `:::` and no front matter as Pandoc Markdown.
    return jupytext.reads(_with_whole_kernelspec(source_text(path)), fmt="md:myst")


def _with_whole_kernelspec(text: str) -> str:
    """The text of a chapter whose head names its kernel for people too: nbformat demands it, myst-nb does not."""
    match = re.match(r"---\n(.*?\n)---\n", text, re.DOTALL)
    head = yaml.safe_load(match[1]) if match else None
    kernel = head.get("kernelspec") if isinstance(head, dict) else None
    if not match or not kernel or "display_name" in kernel:
        return text
    kernel["display_name"] = kernel["name"]
    return f"---\n{yaml.safe_dump(head, sort_keys=False)}---\n{text[match.end() :]}"


def record_path(path: Path, root: Path, cache: Path = CACHE) -> Path:
    """Where the execution of a chapter is recorded (see `bookpress.run.records`)."""
    return root / cache / FOLDER / path.relative_to(root).with_suffix(".json")
