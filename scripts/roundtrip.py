"""Does a chapter survive the way to a notebook and back, as it goes in JupyterLab? Cells are compared, not blank lines.

python scripts/roundtrip.py chapters/coup.md ...
"""

from __future__ import annotations

import sys

import jupytext


def cells(notebook) -> list[tuple[str, str, list[str]]]:
    return [(cell.cell_type, cell.source.strip(), cell.metadata.get("tags", [])) for cell in notebook.cells]


def main(names: list[str]) -> int:
    """0 when all chapters come back as they were; 1, with the names of those that do not, otherwise."""
    changed = []
    for name in names:
        chapter = jupytext.read(name, fmt="md:myst")
        stored = jupytext.writes(chapter, fmt="ipynb")
        back = jupytext.writes(jupytext.reads(stored, fmt="ipynb"), fmt="md:myst")
        if cells(jupytext.reads(back, fmt="md:myst")) != cells(chapter):
            changed.append(name)
    for name in changed:
        print(f"{name}: differs after the way to a notebook and back", file=sys.stderr)
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
