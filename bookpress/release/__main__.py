"""`python -m bookpress.release`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bookpress.metadata import FaultyCitation, commit
from bookpress.release.archive import ReleaseError, release


def main(argv: list[str] | None = None) -> int:
    """The command line, for the book in this folder: 0 when the edition was packed, 1 when it cannot be."""
    parser = argparse.ArgumentParser(prog="python -m bookpress.release", description="Pack this edition.")
    parser.add_argument("--edition", default="", help="the version it must be, for example a tag")
    parser.add_argument("--to", type=Path, help="folder to write into (default: dist)")
    arguments = parser.parse_args(argv)
    root = Path.cwd()
    try:
        written = release(root, to=arguments.to, edition=arguments.edition)
    except (ReleaseError, FaultyCitation) as error:
        print(error, file=sys.stderr)
        return 1
    for path in written:
        print(f"{path.stat().st_size:>12,} bytes  {path}")
    if not commit(root):
        print("not from a clean commit: nobody else can make the same archive", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
