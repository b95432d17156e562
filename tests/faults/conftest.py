"""What tests of faults share: a copy of the checkout that may be spoilt."""

from __future__ import annotations

import shutil

import pytest

from vouch.paths import ROOT

COPIED = ["_config.yml", "pyproject.toml", "chapters", "data", "seeds", "vouch", "bookpress", "CITATION.cff"]
TOC = "format: jb-book\nroot: chapters/reproduce\nchapters:\n  - file: chapters/probe\n"
PROBE = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---
# A probe

```{code-cell} python
from vouch.evidence import data

rows = len(data.load("townships"))
```
"""


@pytest.fixture
def checkout(tmp_path):
    """A copy of the checkout with one small chapter, and a book that was published before."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, tmp_path / name)
    (tmp_path / "_toc.yml").write_text(TOC)
    (tmp_path / "chapters" / "probe.md").write_text(PROBE)
    (tmp_path / "chapters" / "aliases.yml").write_text("")  # of pages that this small book does not have
    (tmp_path / "_build" / "html").mkdir(parents=True)
    (tmp_path / "_build" / "html" / "index.html").write_text("the last good book")
    return tmp_path
