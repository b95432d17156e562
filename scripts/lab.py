"""JupyterLab over the chapters: a double click opens a chapter as a notebook.

    .venv/bin/python scripts/lab.py [options of `jupyter lab`]

Its settings are kept in `.venv`: what this book wants of JupyterLab is no wish of its user for other work.
"""

from __future__ import annotations

import json
import os
import sys
import webbrowser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = Path(sys.prefix) / "etc" / "jupyter-lab"
WANTED = {
    # Chapters are Markdown by their ending; "myst" would be .myst and .mystnb only.
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Jupytext Notebook"}},
    # No question about news, and no address asked for them.
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}


def main(options: list[str]) -> int:
    overrides = SETTINGS / "labconfig" / "default_setting_overrides.json"
    overrides.parent.mkdir(parents=True, exist_ok=True)
    overrides.write_text(json.dumps(WANTED, indent=2) + "\n", "utf-8")
    words = [sys.executable, "-m", "jupyterlab", "--LabApp.default_url=/lab/tree/summary.md"]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and "--allow-root" not in options:
        say("running as root: whoever has the address below may do in this system what root may")
        words.append("--allow-root")
    if not any(option.startswith("--no-browser") for option in options) and not has_browser():
        say("no browser here: open the address below in one; from another computer, `ssh -L 8888:localhost:8888` first")
        words.append("--no-browser")
    say("chapters are on the left; Ctrl-C ends the laboratory")
    os.chdir(ROOT / "chapters")
    os.environ["JUPYTER_CONFIG_DIR"] = str(SETTINGS)
    sys.stdout.flush()
    os.execv(words[0], [*words, *options])


def has_browser() -> bool:
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def say(text: str) -> None:
    print(f"lab: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
