"""The README's picture, badges and map: every figure and table with its chapter, function and data.

    python -m vouch.pages.readme          compare them with the built book (exit 1 where they differ)
    python -m vouch.pages.readme --write  bring them up to date

Read from the last build by `make html`: charts and tables from the executed notebooks, what a chapter read from its
execution record.
"""

from __future__ import annotations

import html
import json
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import yaml

from bookpress import metadata
from bookpress.project import CACHE
from bookpress.run.notebooks import record_path
from vouch.evidence import claims, data
from vouch.figures.front.cover import tile_map
from vouch.methods.election import coverage
from vouch.paths import ROOT

BEGIN = "<!-- map: made by `python -m vouch.pages.readme`; a test keeps it true -->"
END = "<!-- end of map -->"
PICTURE, PICTURED = Path("docs/summary.svg"), "fig-summary-map"
COVER = Path("docs/cover.svg")
BADGES = Path("docs/badges")
_FENCE = re.compile(r"^`{6}\{bookpress-(chart|table)\}\n(.+)\n`{6}\s*$", re.DOTALL)


def entries(root: Path = ROOT) -> list[dict[str, str]]:
    """Every chart and table of the last build: kind, name, title, chapter, code; chapters in the order of the toc."""
    parts = []
    for chapter in re.findall(r"(?:file|root): (chapters/[\w-]+)", (root / "_toc.yml").read_text("utf-8")):
        record = _record(chapter, root)
        if record is None:
            continue
        path = root / CACHE / "executed" / record["key"] / "base.ipynb"
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                match = _FENCE.match(output.get("data", {}).get("text/markdown", ""))
                if match:
                    shown = json.loads(match[2])
                    title = shown.get("title") or first_sentence(shown["caption"])
                    parts.append({"name": shown["name"], "title": title, "chapter": chapter, "code": shown["code"],
                                  "svg": shown.get("svg", {}).get("light", "")})  # fmt: skip
    return parts


def tables_read(chapter: str, root: Path = ROOT) -> list[str]:
    """Names of the tables that a chapter opened when it was last run."""
    record = _record(chapter, root)
    return [Path(file).stem for file in record["files"] if re.fullmatch(r"data/\w+\.csv", file)] if record else []


def _record(chapter: str, root: Path) -> dict[str, Any] | None:
    path = record_path(root / f"{chapter}.md", root)
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def first_sentence(caption: str) -> str:
    """The beginning of a caption without citations and MyST roles, up to its first full stop."""
    plain = re.sub(r"\s*\{cite:\w+\}`[^`]*`", "", caption)
    plain = re.sub(r"\{[\w:-]+\}`([^`]*)`", r"\1", plain)
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
    return re.sub(
        r'(<svg\b[^>]*viewBox="(\S+) (\S+) [^>]*>)',
        r'\1<rect x="\2" y="\3" width="100%" height="100%" fill="#ffffff"/>',
        svg,
        count=1,
    )


def cover() -> str:
    """The picture on the cover of PDF and EPUB."""
    return tile_map(coverage.tiles(data.load("townships")))


def badges(root: Path = ROOT) -> dict[str, str]:
    """The README's badges as SVG by file name; what they say is read from the book, and no service draws them."""
    book = metadata.read_book(root)
    config = yaml.safe_load((root / "_config.yml").read_text("utf-8"))["sphinx"]["config"]
    ledger = claims.ledger()
    says = {
        "edition": book.version,
        "evidence to": config["vouch_horizon"],
        "claims tested": str(int(ledger["checkable"].sum())),
        "figures": str(sum(entry["name"].startswith("fig-") for entry in entries(root))),
        "licences": " · ".join(book.licences),
    }
    return {f"{label.replace(' ', '-')}.svg": _badge(label, text) for label, text in says.items()}


def _badge(label: str, text: str) -> str:
    """Two fields side by side; textLength keeps the words inside whatever font the reader has."""
    left, right = (round(5.8 * len(words)) for words in (label, text))
    fields = (
        f'<rect width="{left + 10}" height="20" fill="#3d4451"/>'
        f'<rect x="{left + 10}" width="{right + 12}" height="20" fill="#0b5f8a"/>'
    )
    words = "".join(
        f'<text x="{x}" y="14" textLength="{width}">{html.escape(part)}</text>'
        for x, width, part in ((5, left, label), (left + 16, right, text))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right + 22}" height="20" role="img">'
        f"<title>{html.escape(label)}: {html.escape(text)}</title>{fields}"
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">{words}</g></svg>\n'
    )


def files(root: Path = ROOT) -> dict[Path, str]:
    """What stands beside the README: the picture, that of the book's cover, and the badges."""
    return {PICTURE: picture(root), COVER: cover(), **{BADGES / name: svg for name, svg in badges(root).items()}}


def _with_badges(text: str, beside: dict[Path, str]) -> str:
    """The README with the words of each badge as its alternative text."""

    def said(match: re.Match[str]) -> str:
        title = re.search("<title>(.+)</title>", beside.get(Path(match["path"]), ""))
        return f"![{html.unescape(title[1])}]({match['path']})" if title else match[0]

    return re.sub(rf"!\[[^\]]*\]\((?P<path>{BADGES}/[\w-]+\.svg)\)", said, text)


def _says(path: Path, content: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == content


def main(argv: list[str]) -> int:
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    beside = files()
    new = _with_badges(f"{before}{BEGIN}\n{rendered()}{END}{after}", beside)
    if argv == ["--write"]:
        readme.write_text(new, "utf-8")
        for path, content in beside.items():
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(content, "utf-8")
        return 0
    stale = [path for path, content in beside.items() if not _says(ROOT / path, content)]
    if new != text or stale:
        what = ", ".join(map(str, stale)) or "README.md"
        print(f"{what}: not as in the built book; run .venv/bin/python -m vouch.pages.readme --write", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
