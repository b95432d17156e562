"""Prove that the book is reproducible: build the last commit (or an unpacked archive) twice, in two folders and two
time zones, and compare.

    .venv/bin/python vouch/upkeep/reproduce.py

Exit 0 when HTML, PDF, EPUB and `findings.json` are the same byte for byte, 1 with the first difference otherwise.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ZONES = ("UTC", "Asia/Yangon")


def main() -> int:
    if (ROOT / ".git").exists() and not shutil.which("git"):
        print("git, which reads the last commit, is missing; on Debian: sudo apt-get install git", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        trees = [build(Path(folder) / f"build-{number}", zone) for number, zone in enumerate(ZONES, 1)]
        names = sorted(set(trees[0]) | set(trees[1]))
        for name in names:
            left, right = (tree.get(name) for tree in trees)
            if left != right:
                print(f"not the same: {name}: {difference(left, right)}", file=sys.stderr)
                return 1
        print(f"{len(names)} files, the same byte for byte")
    return 0


def build(folder: Path, zone: str) -> dict[str, bytes]:
    """Build the last commit, or the archive that this is; the published files by path."""
    copy(folder)
    environment = {**os.environ, "TZ": zone, "PYTHONPATH": str(folder)}
    subprocess.run([sys.executable, "-m", "bookpress.build", "book"], cwd=folder, env=environment, check=True)
    published = folder / "_build"
    return {
        path.relative_to(published).as_posix(): path.read_bytes()
        for part in ("html", "pdf", "epub")
        for path in sorted((published / part).rglob("*"))
        if path.is_file()
    }


def copy(folder: Path) -> None:
    """The last commit as git has it; of an unpacked archive, which has no history, its files."""
    if (ROOT / ".git").exists():
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
        return
    made = {".venv", "_build", "dist", "book", "notebooks"}
    shutil.copytree(ROOT, folder, ignore=lambda where, names: made & set(names) if Path(where) == ROOT else [])


def difference(left: bytes | None, right: bytes | None) -> str:
    """Where two files part, in words."""
    if left is None or right is None:
        return "only one build has it"
    at = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    line = left[:at].count(b"\n") + 1
    return f"byte {at}, line {line}: {left[at : at + 40]!r} against {right[at : at + 40]!r}"


if __name__ == "__main__":
    sys.exit(main())
