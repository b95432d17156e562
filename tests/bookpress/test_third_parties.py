"""What of others is taken out of a page, and that nothing else is."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import sphinx_thebe
from docutils import nodes

from bookpress.web import third_parties
from tests.bookpress import books

CONF = """
extensions = ['myst_parser', 'bookpress.web']
html_theme = 'basic'
html_js_files = ['mathebeispiele.js']
show_warning_types = True
"""
SELECTORS = {"selector": "s", "selector_input": "i", "selector_output": "o", "always_load": True}
PAGE = """# Page

<p>Drei Mathebeispiele, und kernelName</p>

[sound](https://example.org/a)

```{eval-rst}
`Broken <http://[example>`_
```
"""


def test_only_what_sphinx_thebe_writes_is_taken_out_of_a_page():
    """As the installed release writes it; `thebe` stands in other words too."""
    document = nodes.document(None, None)
    own = ["<p>Mathebeispiele</p>", "<script>kernelName = 1; draw()</script>", "<b>thebe</b>"]
    document += [nodes.raw(text=text, format="html") for text in own]
    app = SimpleNamespace(
        config={"thebe_config": {"repository_url": "https://github.com/a/b"}},
        env=SimpleNamespace(metadata={"page": {"kernelspec": {"name": "ir"}}}),
    )
    sphinx_thebe.update_thebe_context(app, document, "page")
    assert len(document.children) == len(own) + 2
    third_parties.drop_thebe_nodes(app, document, "page")
    assert [node.astext() for node in document.children] == own


def test_only_the_files_of_sphinx_thebe_are_taken_out_of_a_head():
    given: list[str] = []

    class Config(dict[str, object]):
        thebe_config = SELECTORS

    app = SimpleNamespace(
        config=Config(thebe_config=SELECTORS),
        add_js_file=lambda file=None, body="", filename="", **_attributes: given.append(file or filename or body),
    )
    sphinx_thebe.init_thebe_core(app, None, None)
    context = {
        "script_files": [*given, "_static/mathebeispiele.js"],
        "css_files": ["_static/sphinx-thebe.css?v=1", "a"],
    }
    assert len(given) == 3
    third_parties.drop_thebe(app, "page", "page.html", context, None)
    assert context == {"script_files": ["_static/mathebeispiele.js"], "css_files": ["a"]}


def test_what_is_no_address_is_told_with_its_place(tmp_path: Path):
    source = books.write(tmp_path, conf_py=CONF, index_md=PAGE)
    out, warnings = books.build(source)
    assert "index.md:8: WARNING: a link to 'http://[example': no address [bookpress.link]" in warnings
    assert warnings.count("WARNING") == 1
    html = (out / "index.html").read_text("utf-8")
    assert "Drei Mathebeispiele" in html and "mathebeispiele.js" in html and "https://example.org/a" in html
