"""The house: who may import whom, and facts that stand in more than one file."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from vouch.paths import CHAPTERS, DATA, ROOT

LOADERS = {"data", "seeds", "paths", "sources", "findings", "tables"}
PACKAGE = sorted((ROOT / "vouch").rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Modules of the package that a file imports, as dotted names without the leading `vouch.`"""
    return imported(path.read_text("utf-8"))


def imported(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("vouch")}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "vouch":
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return {name.removeprefix("vouch").removeprefix(".") for name in found} - {""}


def room(path: Path) -> str:
    parts = path.relative_to(ROOT / "vouch").parts
    return parts[0] if len(parts) > 1 else "methods"


@pytest.mark.parametrize("path", PACKAGE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_in_one_direction(path):
    used = imports(path)
    if room(path) != "book":
        assert not {name for name in used if name.split(".")[0] == "book"}, "only the book layer may know the book"
    if room(path) == "methods" and path.stem not in {"tables"}:
        assert not {name for name in used if name.split(".")[0] == "figures"}, "a method never plots"
        assert not {"matplotlib", "pyplot"} & set(re.findall(r"^(?:import|from) (\w+)", path.read_text("utf-8"), re.M))


@pytest.mark.parametrize("path", sorted(CHAPTERS.glob("*.md")), ids=lambda path: path.stem)
def test_chapters_never_import_the_book_layer_and_never_write(path):
    cells = re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```", path.read_text("utf-8"), re.S | re.M)
    code = "\n".join(line for cell in cells for line in cell.split("\n") if not re.match(r"\s*[:%!]", line))
    assert not {name for name in imported(code) if name.split(".")[0] == "book"}
    assert not re.search(r"\.to_csv\(|\.write_text\(|open\([^)]*[\"']w|savefig\(", code)


def test_edition_and_horizon_agree_everywhere():
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    version = cff["version"]
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"] == version
    assert json.loads((DATA / "datapackage.json").read_text("utf-8"))["version"] == version
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]["config"]
    assert version in (ROOT / "README.md").read_text("utf-8")
    for text in ((ROOT / "README.md").read_text("utf-8"), config["vouch_title_page"]["horizon"]):
        assert "31 May 2026" in text


def test_every_described_source_of_data_is_used():
    """A work in the bibliography is a source of a row, cited in a chapter, or cited by a method or figure."""
    from vouch.evidence.sources import bibliography_keys

    text = "".join(path.read_text("utf-8") for path in [*CHAPTERS.glob("*.md"), *DATA.glob("*.csv"), *PACKAGE])
    text += (DATA / "datapackage.json").read_text("utf-8") + (ROOT / "seeds" / "seeds.yml").read_text("utf-8")
    words = set(re.findall(r"[a-z0-9][\w-]+", text))
    assert sorted(bibliography_keys() - words) == []


def test_the_project_names_no_folder_of_a_machine():
    """What stands in git must not depend on where it was written."""
    pattern = r"(^|[[:space:]\"'`=(])/(home|root|work|tmp)/[[:alnum:]]"
    command = ["git", "grep", "-nIE", pattern, "--", ".", ":!tests/test_house.py"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout == ""


def test_no_secret_is_in_the_repository():
    """Private keys and the tokens of common services, by the marks that their makers give them."""
    secret = re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY|gh[pousr]_\w{36}|github_pat_\w{22}|AKIA[0-9A-Z]{16}|xox[abprs]-\w{10}|"
        r"pypi-AgE\w{20}|npm_\w{36}|://[^/\s:@]+:[^/\s:@]+@"
    )
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True).stdout.split("\0")
    files = [ROOT / name for name in listed if name and (ROOT / name).is_file()]
    assert len(files) > 100
    assert [path.name for path in files if secret.search(path.read_text("utf-8", errors="replace"))] == []
