"""The README's picture and its map: every figure and table with its chapter, function and data.

    python -m vouch.book.map          compare both with the built book (exit 1 where they differ)
    python -m vouch.book.map --write  bring them up to date

Read from the last build by `make html`: charts and tables from the executed notebooks, what a chapter read from its
execution record.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import nbformat

from vouch.paths import ROOT

BEGIN = "<!-- map: made by `python -m vouch.book.map`; a test keeps it true -->"
END = "<!-- end of map -->"
PICTURE, PICTURED = Path("docs/summary.svg"), "fig-summary-shares"
_CACHE = Path("_build/.jupyter_cache")
_FENCE = re.compile(r"^`{6}\{vouch-(chart|table)\}\n(.+)\n`{6}\s*$", re.DOTALL)


def entries(root: Path = ROOT) -> list[dict[str, str]]:
    """Every chart and table of the last build: kind, name, title, chapter, code; chapters in the order of the toc."""
    found = []
    for chapter in re.findall(r"(?:file|root): (chapters/[\w-]+)", (root / "_toc.yml").read_text("utf-8")):
        record = _record(chapter, root)
        if record is None:
            continue
        path = root / _CACHE / "executed" / record["key"] / "base.ipynb"
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                match = _FENCE.match(output.get("data", {}).get("text/markdown", ""))
                if match:
                    shown = json.loads(match[2])
                    title = shown.get("title") or first_sentence(shown["caption"])
                    found.append({"name": shown["name"], "title": title, "chapter": chapter, "code": shown["code"],
                                  "svg": shown.get("svg", {}).get("light", "")})  # fmt: skip
    return found


def tables_read(chapter: str, root: Path = ROOT) -> list[str]:
    """Names of the tables that a chapter opened when it was last run."""
    record = _record(chapter, root)
    return [Path(file).stem for file in record["files"] if re.fullmatch(r"data/\w+\.csv", file)] if record else []


def _record(chapter: str, root: Path) -> dict[str, Any] | None:
    path = root / _CACHE / "vouch" / f"{chapter}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def first_sentence(caption: str) -> str:
    """The beginning of a caption without MyST roles, up to its first full stop."""
    plain = re.sub(r"\{[\w:-]+\}`([^`]*)`", r"\1", caption)
    return re.split(r"(?<=\w\w)\. ", plain)[0].rstrip(".")


def rendered(root: Path = ROOT) -> str:
    """The map as Markdown."""
    lines = ["", "<details><summary>All figures and tables, chapter by chapter</summary>", ""]
    everything = entries(root)
    for chapter in dict.fromkeys(entry["chapter"] for entry in everything):
        tables = ", ".join(f"`{name}`" for name in tables_read(chapter, root))
        lines += [f"**[{chapter}.md]({chapter}.md)** reads {tables}", "", "| name | shows | made by |", "|---|---|---|"]
        for entry in everything:
            if entry["chapter"] == chapter:
                title = entry["title"].replace("|", "\\|")
                code = f"`{entry['code']}`" if entry["code"] else "in the chapter"
                lines.append(f"| `{entry['name']}` | {title} | {code} |")
        lines.append("")
    return "\n".join([*lines, "</details>", ""])


def picture(root: Path = ROOT) -> str:
    """The picture of the summary on a white ground, since a README may be read on a dark page."""
    svg = next((entry["svg"] for entry in entries(root) if entry["name"] == PICTURED), "")
    return re.sub(r"(<svg\b[^>]*>)", r'\1<rect width="100%" height="100%" fill="#ffffff"/>', svg, count=1)


def main(argv: list[str]) -> int:
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    new = f"{before}{BEGIN}\n{rendered()}{END}{after}"
    if argv == ["--write"]:
        readme.write_text(new, "utf-8")
        (ROOT / PICTURE).parent.mkdir(exist_ok=True)
        (ROOT / PICTURE).write_text(picture(), "utf-8")
        return 0
    if new != text or (ROOT / PICTURE).read_text("utf-8") != picture():
        print(
            "README.md: the map of figures is not that of the built book; run python -m vouch.book.map --write",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
