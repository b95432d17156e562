"""Where the rooms of the house are, from wherever a chapter or a test is run."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
SEEDS = ROOT / "seeds"
CHAPTERS = ROOT / "chapters"
BIBLIOGRAPHY = DATA / "references.bib"
FONTS = ROOT / "vouch" / "fonts"
"""The typefaces of pages, charts and print; made by `vouch.upkeep.fonts`."""


def shown(path: Path) -> str:
    """A path as messages print it: relative to the repository where it lies inside, whole where it does not."""
    try:
        return path.resolve().relative_to(ROOT).as_posix()
    except ValueError:
        return str(path)
