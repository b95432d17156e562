"""The code behind figures and tables: one highlighted page per module, `code/<module>.html#<function>`.

Every page shows a module as it was when the book was built and names what its functions made. The line under a figure
or table leads there (`bookpress.cells.display`), so that the code can be read without a network, a clone or Python.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from bookpress.cells.display import Shown, shown
from bookpress.contents import said_elsewhere
from bookpress.effort.early import early
from bookpress.effort.remembered import Remembered
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


def body(module: str, made: dict[str, list[tuple[str, Shown]]], coloured: Callable[[str], str]) -> str:
    """HTML of a module's page. coloured: what a source gives. Raises ValueError for a function that the module does not
    have."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ValueError(f"there is no module {module}, which a chart or table names as its code")
    source = Path(spec.origin).read_text("utf-8")
    places = functions(source)
    absent = sorted(set(made) - set(places))
    if absent:
        raise ValueError(f"{module} has no function {', '.join(absent)}, which a chart or table names as its code")
    lines = coloured(source).split("\n")
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


@early
def write(app: Sphinx, failed: Exception | None) -> None:
    """Write one page for each module that made something, and remove those of modules that no longer do. What the last
    build has written the same is not written again, and what it had coloured not coloured: it takes half a second."""
    if failed or app.builder.format != "html":
        return
    builder: Any = app.builder
    known, around = Remembered(Path(app.doctreedir) / _STORE, __file__), _around(app)

    def coloured(source: str) -> str:
        return str(known.value(source, lambda: builder.highlighter.highlight_block(source, "python")))

    wanted: set[Path] = set()
    for module, made in sorted(made_by(app).items()):
        name, shown = f"{FOLDER}/{module}", body(module, made, coloured)
        page = Path(app.outdir) / f"{name}.html"
        wanted.add(page)
        if not (known.has(f"{name}\n{around}\n{shown}") and page.is_file()):
            builder.handle_page(name, {"title": f"{_('Code')}: {module}", "body": shown}, "page.html")
        known.value(f"{name}\n{around}\n{shown}", lambda: True)
    for page in (Path(app.outdir) / FOLDER).glob("*.html"):
        if page not in wanted:
            page.unlink()
    known.write()


def _around(app: Sphinx) -> str:
    """What stands on a page of code beside the code: the settings of the book, and what it says of its pages."""
    builder: Any = app.builder
    settings = builder.build_info
    said = sorted((str(key), str(value)) for key, value in said_elsewhere(app).items())
    return f"{settings.config_hash} {settings.tags_hash} {builder.templates.newest_template_mtime()} {said}"


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("build-finished", write, priority=400)  # before what looks at all pages
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
