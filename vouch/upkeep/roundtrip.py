"""Is a chapter written as JupyterLab saves it? Then opening, running and saving it there changes nothing in the file.

    python vouch/upkeep/roundtrip.py chapters/coup.md ...            names those that are not
    python vouch/upkeep/roundtrip.py --write chapters/coup.md ...    and writes them so

Needs jupytext and nothing else of the book.
"""

from __future__ import annotations

import sys
from pathlib import Path

import jupytext
from jupytext.config import load_jupytext_config

# What JupyterLab puts into a notebook that runs in the kernel of ipykernel, whatever stood there before.
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python", "pygments_lexer": "ipython3"}


def saved(path: Path) -> str:
    """The file's text as JupyterLab saves it, after the way to a notebook and back."""
    settings = load_jupytext_config(str(path.resolve()))
    chapter = jupytext.reads(path.read_text("utf-8"), fmt="md:myst", config=settings)
    chapter.metadata |= {"kernelspec": KERNEL, "language_info": LANGUAGE}
    stored = jupytext.reads(jupytext.writes(chapter, fmt="ipynb"), fmt="ipynb")
    return jupytext.writes(stored, fmt="md:myst", config=settings)


def contents(text: str) -> tuple[dict, list[tuple[str, str, dict]]]:
    """The head but for what JupyterLab decides, and the cells."""
    notebook = jupytext.reads(text, fmt="md:myst")
    head = {key: value for key, value in notebook.metadata.items() if key not in ("jupyter", "jupytext", "kernelspec")}
    return head, [(cell.cell_type, cell.source.strip(), dict(cell.metadata)) for cell in notebook.cells]


def lost(before: str, after: str) -> str:
    """In words what the way takes from a chapter or changes in it; empty if head and cells come back whole."""
    (head, cells), (head_after, cells_after) = contents(before), contents(after)
    if missing := sorted(key for key, value in head.items() if head_after.get(key) != value):
        return f"its head loses {', '.join(missing)} on the way to a notebook and back"
    return "its cells differ after the way to a notebook and back" if cells != cells_after else ""


def respelled(before: str, after: str) -> str:
    """The line in which texts of the same contents part."""
    lines = zip(before.splitlines(), after.splitlines(), strict=False)
    line = next((at for at, (old, new) in enumerate(lines, 1) if old != new), 0)
    return (
        f"line {line} is not as JupyterLab writes it; `.venv/bin/python vouch/upkeep/roundtrip.py --write` writes it so"
    )


def main(arguments: list[str]) -> int:
    """0 when all chapters come back as they were; 1, with the names of those that do not, otherwise."""
    write = "--write" in arguments
    code = 0
    names = [name for name in arguments if name != "--write"]
    if not names or (absent := [name for name in names if not Path(name).is_file()]):
        print(f"no such file: {', '.join(absent)}" if names else __doc__, file=sys.stderr)
        return 2
    for path in map(Path, names):
        before, after = path.read_text("utf-8"), saved(path)
        if before == after:
            continue
        loss = lost(before, after)
        if write and not loss:
            path.write_text(after, "utf-8")
        else:
            print(f"{path}: {loss or respelled(before, after)}", file=sys.stderr)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
