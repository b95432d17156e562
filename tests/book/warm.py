"""What a process loads from which builds of the toy are forked: the command, and Sphinx with what comes with it."""

from __future__ import annotations

from pathlib import Path

from bookpress.build import command, sphinx_run

__all__ = ["command"]
sphinx_run.load(Path(__file__).resolve().parents[2])
