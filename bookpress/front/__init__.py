"""The front of the book: a landing page with its title and picture, its PDF and EPUB on every page, a card for sharing.

Here: what a reader meets first, and the ways from there into the book. Not here: title, edition and date
(`bookpress.metadata`), how the book is cited (`bookpress.cite`), and what the landing page says.

A Sphinx extension for HTML. In other builders its directives leave nothing.

Directives, for the first page of the book
------------------------------------------
``landing``
    Turns the page into a landing page: the book's title, subtitle, edition and date, then what the directive holds,
    then the page as it was, its own title one level lower. Option ``picture``: the name of a figure of the page, which
    then stands beside these words and not where its cell stands.
``landing-numbers``
    A list of numbers: of each item the first paragraph is large, the second says what it counts.
``landing-ways``
    A list of links, the first of which leads; the PDF and the EPUB of the book stand second and third where they exist.
``landing-parts``
    A list of the parts of the book, one item each, as a navigation of its own.

PDF and EPUB
------------
They lie beside the first page, at its address: `python -m bookpress.build book` puts them there and then uncovers the
links to them, with their sizes, at the foot of every page, in its sidebar and on the landing page. Where a build made
HTML only there is neither file nor link; so it is under `jupyter-book build`.

Settings
--------
``front_facts`` ({})
    Labels and texts for the line below the title, after edition and date.
``front_folded_parts`` ([])
    Parts of the book that are folded in the sidebar, unless the page is one of theirs (sphinx-book-theme).
``front_pages`` ({})
    Labels and documents of pages to which the head of the sidebar leads, beside PDF and EPUB (sphinx-book-theme).
``front_card`` ({})
    Picture for those who share the address of the book: `image`, a PNG of 1200 by 630 by its path in the HTML folder,
    and `alt`, what it shows. Named in the head of every page once the book has an address.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

_HERE = Path(__file__).parent
_AFTER_EXTENSIONS = 805  # after the styles of `bookpress.web`


def add_own_files(app: Sphinx, config: Config) -> None:
    """Templates and styles of this part; the book's own templates go before ours, ours before those of a theme."""
    own = [path for path in config.templates_path if not Path(path).is_absolute()]
    others = [path for path in config.templates_path if path not in own]
    if config.html_theme == "sphinx_book_theme":
        config.templates_path = [*own, str(_HERE / "templates"), *others]
    config.html_static_path = [*config.html_static_path, str(_HERE / "static")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx extension."""
    from bookpress.front import card, landing, sidebar, wholes
    from bookpress.words import add_catalogue

    add_catalogue(app)
    app.add_config_value("front_facts", {}, "html", [dict])
    app.add_config_value("front_folded_parts", [], "html", [list])
    app.add_config_value("front_pages", {}, "html", [dict])
    app.add_config_value("front_card", {}, "html", [dict])
    app.connect("config-inited", add_own_files)
    app.add_css_file("front.css", priority=_AFTER_EXTENSIONS)

    for name, directive in landing.DIRECTIVES.items():
        app.add_directive(name, directive)
    app.add_node(landing.Landing, html=(landing.visit, landing.depart))
    app.add_node(landing.Parts, html=(landing.visit_parts, landing.depart_parts))
    app.add_node(wholes.WholeItems, html=(wholes.visit_items, None))
    app.connect("doctree-resolved", landing.arrange, priority=850)

    app.connect("html-page-context", landing.name_page)
    app.connect("html-page-context", wholes.add_to_foot, priority=600)  # after those who write the foot anew
    app.connect("html-page-context", sidebar.add_navigation, priority=300)  # the theme tries its templates
    app.connect("html-page-context", card.add_head)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
