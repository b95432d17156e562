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
from bookpress.contents import said_elsewhere
from bookpress.effort.remembered import Remembered
from bookpress.kept import kept
from bookpress.words import _

FOLDER = "code"
_STORE = "highlighted.json"


def functions(source: str) -> dict[str, tuple[int, int]]:
    """First and last line (from 1) of every function of a module, decorators included."""
    definitions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return {
        node.name: (
            min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]),
            node.end_lineno or node.lineno,
        )
        for node in definitions
    }


def made_by(app: Sphinx) -> dict[str, dict[str, list[tuple[str, Shown]]]]:
    """Module -> function -> figures and tables that it made, each with the page that shows it."""
    made: dict[str, dict[str, list[tuple[str, Shown]]]] = {}
    for docname, page in sorted(shown(app.env).items()):
        for part in page:
            module, _, function = part.code.rpartition(".")
            if module:
                made.setdefault(module, {}).setdefault(function, []).append((docname, part))
    return made


def body(app: Sphinx, module: str, made: dict[str, list[tuple[str, Shown]]]) -> str:
    """HTML of a module's page. Raises ValueError for a function that the module does not have."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ValueError(f"there is no module {module}, which a chart or table names as its code")
    source = Path(spec.origin).read_text("utf-8")
    places = functions(source)
    absent = sorted(set(made) - set(places))
    if absent:
        raise ValueError(f"{module} has no function {', '.join(absent)}, which a chart or table names as its code")
    lines = _highlighted(app, source).split("\n")
    start, first = lines[0].split("<pre>", 1)
    lines[0] = first.removeprefix("<span></span>")
    for name, (begin, end) in places.items():
        lines[begin - 1] = f'<span class="bp-function" id="{name}">{lines[begin - 1]}'
        lines[end - 1] += "</span>"
    listed = "".join(
        f'<li><a href="#{function}"><code>{function}</code></a> {_("made")} '
        + ", ".join(f'<a href="../{docname}.html#{part.name}">{escape(part.name)}</a>' for docname, part in sorted(
            results, key=lambda result: result[1].name))
        + "</li>"
        for function, results in sorted(made.items(), key=lambda entry: places[entry[0]])
    )  # fmt: skip
    return f"<h1>{_('Code')}: {escape(module)}</h1>\n<ul>{listed}</ul>\n{start}<pre><span></span>" + "\n".join(lines)


def _highlighted(app: Sphinx, source: str) -> str:
    """HTML of a module's source. What the last build had coloured is not coloured again: it takes half a second."""
    builder: Any = app.builder  # only pages of an HTML builder are asked for
    return str(_known(app).value(source, lambda: builder.highlighter.highlight_block(source, "python")))


def _known(app: Sphinx) -> Remembered:
    return kept(app, "highlighted", lambda: Remembered(Path(app.doctreedir) / _STORE, __file__))


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """One page for each module that made something; not where the last build has written the same."""
    around = _around(app)
    for module, made in sorted(made_by(app).items()):
        name, shown = f"{FOLDER}/{module}", body(app, module, made)
        written = Path(app.outdir) / f"{name}.html"
        if not (_known(app).has(f"{name}\n{around}\n{shown}") and written.is_file()):
            yield name, {"title": f"{_('Code')}: {module}", "body": shown}, "page.html"
        _known(app).value(f"{name}\n{around}\n{shown}", lambda: True)


def _around(app: Sphinx) -> str:
    """What stands on a page of code beside the code: the settings of the book, and what it says of its pages."""
    builder: Any = app.builder
    settings = builder.build_info
    said = sorted((str(key), str(value)) for key, value in said_elsewhere(app).items())
    return f"{settings.config_hash} {settings.tags_hash} {builder.templates.newest_template_mtime()} {said}"


def remove_stale(app: Sphinx, failed: Exception | None) -> None:
    """Remove pages of modules that no longer make anything, and keep what was coloured for the next build."""
    if failed or app.builder.format != "html":
        return
    wanted = {f"{module}.html" for module in made_by(app)}
    for path in (Path(app.outdir) / FOLDER).glob("*.html"):
        if path.name not in wanted:
            path.unlink()
    _known(app).write()


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-collect-pages", pages)
    app.connect("build-finished", remove_stale)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
