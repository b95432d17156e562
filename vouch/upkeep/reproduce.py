"""Prove that the book is reproducible: build the last commit (or an unpacked archive) twice, in two folders, the second
time in the home of somebody who has set everything that can be set, and compare.

    .venv/bin/python vouch/upkeep/reproduce.py

Exit 0 when HTML, PDF, EPUB and `findings.json` are the same byte for byte, 1 with the first difference otherwise.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_DRAWING = "lines.marker: o\nlines.linewidth: 9\nsavefig.dpi: 30\nfont.size: 30\n"


def main() -> int:
    if (ROOT / ".git").exists() and not shutil.which("git"):
        print("git, which reads the last commit, is missing; on Debian: sudo apt-get install git", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        homes: list[dict[str, str]] = [{"TZ": "UTC"}, somebodys_home(Path(folder) / "home")]
        trees = [build(Path(folder) / f"build-{number}", home) for number, home in enumerate(homes, 1)]
        names = sorted(set(trees[0]) | set(trees[1]))
        for name in names:
            left, right = (tree.get(name) for tree in trees)
            if left != right:
                print(f"not the same: {name}: {difference(left, right)}", file=sys.stderr)
                return 1
        print(f"{len(names)} files, the same byte for byte")
    return 0


def build(folder: Path, home: dict[str, str]) -> dict[str, bytes]:
    """Build the last commit, or the archive that this is, in an environment; the published files by path."""
    copy(folder)
    environment = {**os.environ, **home, "PYTHONPATH": str(folder)}
    subprocess.run([sys.executable, "-m", "bookpress.build", "book"], cwd=folder, env=environment, check=True)
    published = folder / "_build"
    return {
        path.relative_to(published).as_posix(): path.read_bytes()
        for part in ("html", "pdf", "epub")
        for path in sorted((published / part).rglob("*"))
        if path.is_file()
    }


def somebodys_home(home: Path) -> dict[str, str]:
    """Make a home full of settings that no book may rest on; the environment that leads there."""
    files = {
        ".config/matplotlib/matplotlibrc": _DRAWING,
        "mpl/matplotlibrc": _DRAWING,
        ".ipython/profile_default/startup/00.py": "print(0)\nimport builtins\nbuiltins.print = lambda *_: None\n",
        ".ipython/profile_default/ipython_config.py": "c.InteractiveShell.ast_node_interactivity = 'all'\n",
        "start.py": "raise SystemExit('startup')\n",
        "site/sitecustomize.py": "import builtins\nbuiltins.sorted = lambda *_, **__: []\n",
        "jupyter/kernels/python3/kernel.json": json.dumps(
            {"argv": ["/bin/false", "{connection_file}"], "display_name": "x", "language": "python"}
        ),
    }
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, "utf-8")
    return {
        "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "MPLCONFIGDIR": str(home / "mpl"),
        "MATPLOTLIBRC": str(home / "mpl/matplotlibrc"), "IPYTHONDIR": str(home / ".ipython"),
        "JUPYTER_PATH": str(home / "jupyter"), "JUPYTER_PREFER_ENV_PATH": "0", "PYTHONSTARTUP": str(home / "start.py"),
        "PYTHONWARNINGS": "default", "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C", "LANG": "de_DE.UTF-8",
        "TZ": "Asia/Yangon", "MPLBACKEND": "pdf", "COLUMNS": "20", "NO_COLOR": "1",
    }  # fmt: skip


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
