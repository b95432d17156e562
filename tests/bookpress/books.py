"""Small books of somebody else's: pages of three kinds, no CITATION.cff, no tables of data, one part of bookpress."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import nbformat
from sphinx import locale
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from vouch.paths import ROOT

PARTS = ("run", "cells", "web", "front", "cite", "epub")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10"/></svg>'
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000015c4890000000d49444154789c63606060600000000500015a6f4a"
    "8d0000000049454e44ae426082"
)
FRAME = """\
<div>
<style scoped>
    .dataframe tbody tr th { vertical-align: top; }
</style>
<table border="1" class="dataframe">
  <thead>
    <tr style="text-align: right;"><th></th><th>a</th></tr>
  </thead>
  <tbody>
    <tr><th>0</th><td>1</td></tr>
  </tbody>
</table>
<p>1 rows × 1 columns</p>
</div>"""
"""A DataFrame as pandas shows it."""
INDEX = """\
Someone's book
==============

See :doc:`old`, :ref:`search` and a term.

.. toctree::
   :caption: Part

   old
"""
OLD = """\
.. index:: age

Old page
========

.. _fig-box:

.. figure:: box.svg
   :alt: A box

   The box.

.. table:: Rows
   :name: tab-rows

   == ==
   a  b
   == ==
   c  d
   == ==

.. math:: a < b
   :label: less

.. glossary::

   Term
      What is meant.

.. raw:: html

   <p>Raw<br>text<img src="box.svg" alt="A box"> <!-- a -- remark -->

By :eq:`less`; a :term:`Term`.
"""
TEXT = """\
---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---
# Text

Words <b>of *HTML*</b>, $x^2$ and {ref}`fig-box`.

```{code-cell} python
visible = 6 * 7
print(visible)
```
"""
NO_HEADING = "Only words, and no heading.\n"


def notebook() -> str:
    """An executed notebook that shows a DataFrame."""
    shown = nbformat.v4.new_output(
        "execute_result", {"text/html": FRAME, "text/plain": "   a\n0  1"}, execution_count=1
    )
    cells = [
        nbformat.v4.new_markdown_cell("# Notebook\n\nWords."),
        nbformat.v4.new_code_cell("hidden = 'nothing is executed'", outputs=[shown], execution_count=1),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps(nbformat.v4.new_notebook(cells=cells, metadata=kernel))


def write(folder: Path, **pages: str) -> Path:
    """The pages, by name with ending (`old_rst`), and a picture."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "box.svg").write_text(SVG, "utf-8")
    for name, text in pages.items():
        stem, _, ending = name.rpartition("_")
        (folder / f"{stem}.{ending}").write_text(text, "utf-8")
    return folder


def plain(folder: Path, conf: str) -> Path:
    """A Sphinx project of reStructuredText alone."""
    return write(folder, conf_py=textwrap.dedent(conf), index_rst=INDEX, old_rst=OLD)


def mixed(folder: Path, conf: str) -> Path:
    """A Sphinx project of reStructuredText, MyST text notebooks and Jupyter notebooks."""
    index = INDEX.replace("   old\n", "   old\n   text\n   notebook\n   folder/bare\n")
    conf = textwrap.dedent(conf) + "myst_enable_extensions = ['dollarmath']\n"
    conf += "suppress_warnings = ['bookpress.heading']\n"  # one page has none, to see that it is a page all the same
    write(folder, conf_py=conf, index_rst=index, old_rst=OLD, text_md=TEXT, notebook_ipynb=notebook())
    write(folder / "folder", bare_md=NO_HEADING)
    return folder


def jupyter_book(folder: Path, part: str, theme: str = "") -> Path:
    """A book as Jupyter Book knows it, with one part among its extensions."""
    config = "title: Someone's book\nauthor: Someone\nexecute: {execute_notebooks: cache}\n"
    config += f"sphinx:\n  extra_extensions: [bookpress.{part}]\n"
    config += f"  config: {{html_theme: {theme}}}\n" if theme else ""
    toc = "format: jb-book\nroot: intro\nchapters:\n- file: text\n- file: notebook\n- file: old\n"
    write(folder, **{"_config_yml": config, "_toc_yml": toc, "intro_md": "# Intro\n\nTo {doc}`text`.\n"})
    return write(folder, text_md=TEXT, notebook_ipynb=notebook(), old_rst=OLD)


def build(
    source: Path,
    builder: str = "html",
    *,
    conf: Path | None = None,
    out: Path | None = None,
    ask_nobody: bool = False,
    **settings: object,
) -> tuple[Path, str]:
    """Build with Sphinx in this process; the output folder, and the warnings without colours.

    conf: folder of the configuration, if it is not beside the pages. ask_nobody: leave pictures on the network there.
    """
    warnings = io.StringIO()
    conf, out = conf or source, out or source / "_build"
    own = {"exclude_patterns": ["_build"]} if conf == source else {}
    locale.translators.clear()  # a book before this one may have been in another language
    with patch_docutils(str(conf)), docutils_namespace():
        app = Sphinx(
            str(source), str(conf), str(out / builder), str(out / "doctrees"), builder,
            confoverrides={**own, **settings}, status=None, warning=warnings,
        )  # fmt: skip
        if ask_nobody:
            app.builder.supported_remote_images = True
        app.build()
    return out / builder, re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue())


def command(source: Path, *words: str, path: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run `jupyter-book ...`, or else `python -m ...`, in the book's folder; path: where bookpress is found."""
    environment = {**os.environ, "PYTHONPATH": str(path)}
    start = [sys.executable, "-m", *words]
    if words[0] == "jupyter-book":
        start = [str(Path(sys.executable).with_name(words[0])), *words[1:]]
    return subprocess.run(start, cwd=source, capture_output=True, text=True, env=environment, timeout=600)


def tracebacks(text: str) -> list[str]:
    """Those in what a command printed, without those of kernels: Jupyter's own may leave one as it ends."""
    found = re.findall(r"^Traceback .*\n(?:[ \t].*\n|\n)*.*", text, re.MULTILINE)
    kernels = re.compile(r"/site-packages/(?:ipykernel|zmq|tornado)/|\bzmq/backend/|/asyncio/")
    return [one for one in found if not all(map(kernels.search, re.findall(r"^ +File .*", one, re.MULTILINE)))]
