"""Makes pages light, accessible, offline and safe; their addresses stay, and the search finds names and numbers.

Here: what a page loads and may run, tables on every screen, formulas, terms that explain themselves, search, permanent
names. Not here: what a page says.

A Sphinx extension for HTML. Templates, slimming and the Content Security Policy are made for sphinx-book-theme and do
nothing under another theme; the rest works under any.

Settings
--------
``web_glossary`` ("")
    Document with the glossary: pages with terms are read again when it changes.
``web_tables_long`` (15), ``web_tables_first`` (8)
    A table of more rows than the former shows about as many as the latter, and a button for all; 0: always all.
``web_fonts`` ({})
    The book's typefaces, by role; see `bookpress.web.styles.fonts`.
``web_styles_whole`` (False)
    The style sheet of the pages keeps the rules that none of them uses; see `bookpress.web.styles.sheet`.
``permalinks_file`` ("aliases.yml"), ``permalinks_kinds`` ([])
    Old names of the book, and the kinds of names that it has beside pages and anchors; see `bookpress.web.permalinks`.

For the command, in `pyproject.toml` under `[tool.bookpress]`: ``permanent-names``, the file that lists all names ever
given, ``named-in``: kind -> [JSON file beside the pages, key] of names that are neither chapters, figures nor
tables, and ``ended-in``: kind -> [CSV file, column of the name, column of its value] of names whose end is on record.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemBytecodeCache

from bookpress.contents import said_elsewhere
from bookpress.kept import keep, kept

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

_HERE = Path(__file__).parent
_AFTER_EXTENSIONS = 800  # where Sphinx puts the files that a configuration names


def add_own_files(app: Sphinx, config: Config) -> None:
    """Templates, styles and scripts of this part; formulas as MathML unless the book says otherwise.

    The book's own templates go before ours, and ours before those that a theme has added, whose paths are absolute.
    """
    from bookpress.forms import watch
    from bookpress.mathml import STYLES
    from bookpress.web.theme import THEME

    if config.html_theme == THEME:
        book_templates = [path for path in config.templates_path if not Path(path).is_absolute()]
        others = [path for path in config.templates_path if path not in book_templates]
        config.templates_path = [*book_templates, str(_HERE / "templates"), *others]
        watch(app, "html")  # the policy of its pages lets nothing else through
    config.html_static_path = [*config.html_static_path, str(_HERE / "static"), str(STYLES)]
    if config.html_math_renderer is None:
        config.html_math_renderer = "mathml"


def keep_templates(app: Sphinx) -> None:
    """Let Jinja keep what it makes of the theme's templates: compiling them takes a third of a second."""
    bridge = getattr(app.builder, "templates", None)  # builders of no pages have none
    if environment := getattr(bridge, "environment", None):
        folder = Path(app.doctreedir) / "templates"
        folder.mkdir(parents=True, exist_ok=True)
        environment.bytecode_cache = FileSystemBytecodeCache(str(folder))


def outdated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """All pages, where what pages say of each other is not what it was in the last build.

    Sphinx writes again what was read again, and what has a table of contents in its text. The contents beside every
    text, and references to a heading or a number elsewhere, would stay as they were.
    """
    if app.builder.format != "html":
        return []
    now = said_elsewhere(app)
    name = f"said_{app.builder.name}"
    before = kept(env, name, lambda: now)
    keep(env, name, now)
    gone = object()  # what is new was not referred to by any page that stays as it is
    if all(now.get(key, gone) == said for key, said in before.items()):
        return []
    return sorted(env.found_docs & set(env.all_docs))


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx extension."""
    from bookpress.events import FRONT_SHOWN
    from bookpress.mathml import STYLES, add_renderer
    from bookpress.web import csp, passages, permalinks, search, slim, tables, terms, third_parties
    from bookpress.web.styles import fonts, sheet
    from bookpress.words import add_catalogue

    add_catalogue(app)
    app.add_config_value("web_glossary", "", "env", [str])
    app.add_config_value("web_fonts", {}, "html", [dict])
    app.add_config_value("web_styles_whole", False, "html", [bool])
    app.add_config_value("permalinks_file", permalinks.FILE, "env", [str])
    app.add_config_value("permalinks_kinds", [], "env", [list])
    app.add_config_value("permalinks_aliases", "", "env")
    app.connect("config-inited", add_own_files)
    for name in ("icons.css", "type.css", "bookpress.css", "tables.css", STYLES.name):
        app.add_css_file(name, priority=_AFTER_EXTENSIONS)
    for name in ("bookpress.js", "tables.js"):
        app.add_js_file(name, priority=_AFTER_EXTENSIONS, loading_method="defer")
    tables.setup(app)

    add_renderer(app)
    app.connect("doctree-read", third_parties.unescape_targets)
    app.connect("doctree-resolved", third_parties.drop_thebe_nodes, priority=900)
    app.connect("html-page-context", third_parties.drop_thebe, priority=900)

    app.connect("builder-inited", keep_templates)
    app.connect("builder-inited", fonts.add_style)
    app.connect("env-get-updated", outdated, priority=900)  # after Sphinx has numbered anew
    app.connect("html-page-context", slim.lighten, priority=950)
    app.connect("html-page-context", sheet.link, priority=960)
    app.connect("build-finished", slim.slim_files)
    app.connect("build-finished", fonts.write_files, priority=900)  # when all pages are there
    app.connect("build-finished", sheet.read, priority=905)
    app.connect("build-finished", sheet.write, priority=910)

    app.add_domain(search.Named)
    app.add_search_language(search.EnglishWithNumbers)
    app.connect("html-collect-pages", search.complete_index)  # after all pages, before the search is written
    app.connect("doctree-read", search.note_parts, priority=700)
    app.connect("build-finished", passages.write)
    search.add_kinds(app)

    app.add_node(terms.term_link, html=(terms.visit, terms.depart))
    app.add_post_transform(terms.DefineTerms)
    app.connect("env-get-outdated", terms.forget)
    app.connect("doctree-read", terms.depend)

    app.connect("doctree-resolved", csp.check_links)
    app.connect("html-page-context", csp.add_head, priority=990)  # after all that adds to the head

    app.add_event(FRONT_SHOWN)
    app.connect("config-inited", permalinks.note_aliases)
    app.connect("doctree-read", permalinks.add_anchors, priority=600)  # when everything has its own
    app.connect("env-purge-doc", permalinks.forget_anchors)
    app.connect("env-merge-info", permalinks.merge_anchors)
    app.connect("env-check-consistency", permalinks.check_anchors)
    app.connect("build-finished", permalinks.write_redirects)
    app.connect("build-finished", permalinks.write_front)
    return {"version": "1", "env_version": 3, "parallel_read_safe": True, "parallel_write_safe": True}
