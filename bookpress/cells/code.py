"""The code behind figures and tables: one highlighted page per module, `code/<module>.html#<function>`.

Every page shows a module as it was when the book was built and names what its functions made. The line under a figure
or table leads there (`bookpress.cells.display`), so that the code can be read without a network, a clone or Python.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from bookpress.cells.display import Shown, shown

FOLDER = "code"


def functions(source: str) -> dict[str, tuple[int, int]]:
    """First and last line (from 1) of every function of a module, decorators included."""
    found = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return {
        node.name: (min([node.lineno, *(one.lineno for one in node.decorator_list)]), node.end_lineno or node.lineno)
        for node in found
    }


def made_by(app: Sphinx) -> dict[str, dict[str, list[tuple[str, Shown]]]]:
    """Module -> function -> figures and tables that it made, each with the page that shows it."""
    made: dict[str, dict[str, list[tuple[str, Shown]]]] = {}
    for docname, page in sorted(shown(app.env).items()):
        for one in page:
            module, _, function = one.code.rpartition(".")
            if module:
                made.setdefault(module, {}).setdefault(function, []).append((docname, one))
    return made


def body(app: Sphinx, module: str, made: dict[str, list[tuple[str, Shown]]]) -> str:
    """HTML of a module's page. Raises ValueError for a function that the module does not have."""
    source = Path(importlib.util.find_spec(module).origin).read_text("utf-8")
    places = functions(source)
    absent = sorted(set(made) - set(places))
    if absent:
        raise ValueError(f"{module} has no function {', '.join(absent)}, which a chart or table names as its code")
    lines = app.builder.highlighter.highlight_block(source, "python").split("\n")
    start, first = lines[0].split("<pre>", 1)
    lines[0] = first.removeprefix("<span></span>")
    for name, (begin, end) in places.items():
        lines[begin - 1] = f'<span class="bp-function" id="{name}">{lines[begin - 1]}'
        lines[end - 1] += "</span>"
    listed = "".join(
        f'<li><a href="#{function}"><code>{function}</code></a> made '
        + ", ".join(f'<a href="../{docname}.html#{one.name}">{escape(one.name)}</a>' for docname, one in sorted(
            results, key=lambda result: result[1].name))
        + "</li>"
        for function, results in sorted(made.items(), key=lambda entry: places[entry[0]])
    )  # fmt: skip
    return f"<h1>Code: {escape(module)}</h1>\n<ul>{listed}</ul>\n{start}<pre><span></span>" + "\n".join(lines)


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """One page for each module that made something."""
    for module, made in sorted(made_by(app).items()):
        yield f"{FOLDER}/{module}", {"title": f"Code: {module}", "body": body(app, module, made)}, "page.html"


def remove_stale(app: Sphinx, failed: Exception | None) -> None:
    """Remove pages of modules that no longer make anything."""
    if failed or app.builder.format != "html":
        return
    wanted = {f"{module}.html" for module in made_by(app)}
    for path in (Path(app.outdir) / FOLDER).glob("*.html"):
        if path.name not in wanted:
            path.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-collect-pages", pages)
    app.connect("build-finished", remove_stale)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
