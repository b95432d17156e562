"""The drawing of the house in DESIGN.md, made from what the modules import: `python -m vouch.upkeep.house [--write]`.

Without `--write` it compares: exit code 1 where the drawing is not what the imports say.
"""

from __future__ import annotations

import ast
import sys
import textwrap
from pathlib import Path

from vouch.paths import ROOT

BEGIN = "<!-- house: made by `python -m vouch.upkeep.house --write`; a test keeps it true -->"
END = "<!-- end of house -->"
PACKAGES = ("bookpress", "vouch")
_WIDTH = 96


def rooms(root: Path = ROOT) -> dict[str, list[Path]]:
    """Every room (a package, as a dotted name) with its modules; a package's single modules are rooms of their own."""
    found: dict[str, list[Path]] = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            inner = path.relative_to(root).with_suffix("").parts
            name = ".".join(inner[:2]) if len(inner) > 2 or path.name != "__init__.py" else package
            found.setdefault(name, []).append(path)
    return found


def uses(paths: list[Path], known: set[str]) -> set[str]:
    """The rooms that modules import, their own included."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {".".join(name.split(".")[:2]) for name in names if name.split(".")[0] in PACKAGES}
    return found & known


def floors(root: Path = ROOT) -> list[list[tuple[str, set[str]]]]:
    """Rooms with what each imports, in floors: a room stands above every room that it uses."""
    found = rooms(root)
    below = {name: uses(paths, set(found)) - {name} for name, paths in found.items()}
    placed: list[list[tuple[str, set[str]]]] = []
    done: set[str] = set()
    while len(done) < len(below):
        floor = sorted(name for name in below if name not in done and below[name] <= done)
        if not floor:
            raise ValueError(f"a circle of imports among {', '.join(sorted(set(below) - done))}")
        placed.append([(name, below[name]) for name in floor])
        done |= set(floor)
    return placed


def drawing(root: Path = ROOT) -> str:
    """The house as text, the top floor first: room, what it is, what it imports."""
    lines = []
    for floor in reversed(floors(root)):
        for name, below in floor:
            lines += [name, *_wrapped("  ", _says(name, root))]
            lines += _wrapped("  imports ", ", ".join(sorted(below))) if below else []
        lines.append("-" * _WIDTH)
    return "\n".join(lines[:-1])


def _says(name: str, root: Path) -> str:
    """The first line of a room's docstring."""
    place = root.joinpath(*name.split("."))
    source = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    return (ast.get_docstring(ast.parse(source.read_text("utf-8"))) or "").split("\n\n")[0].replace("\n", " ")


def _wrapped(start: str, text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=start, subsequent_indent=" " * len(start))


def main(arguments: list[str], path: Path = ROOT / "DESIGN.md") -> int:
    """0 where DESIGN.md shows the house as it is, or was written."""
    text = path.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    new = f"{before}{BEGIN}\n\n```text\n{drawing()}\n```\n\n{END}{rest.partition(END)[2]}"
    if "--write" in arguments:
        path.write_text(new, "utf-8")
    elif new != text:
        message = "the drawing is not as the imports are; run .venv/bin/python -m vouch.upkeep.house --write"
        print(f"DESIGN.md: {message}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
