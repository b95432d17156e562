"""bookpress as a package of its own: its wheel, the example book built with it outside the repository, its README."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pikepdf
import pytest
from packaging.requirements import Requirement

from tests.bookpress.test_epub_elsewhere import faults
from vouch.paths import ROOT

pytestmark = pytest.mark.long

PACKAGE = ROOT / "bookpress"
DESCRIBED = tomllib.loads((PACKAGE / "pyproject.toml").read_text("utf-8"))
README = (PACKAGE / "README.md").read_text("utf-8")


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "bookpress"], cwd=ROOT, check=True, capture_output=True, text=True)
    return listed.stdout.split()


def test_every_room_is_in_the_package_and_every_part_has_an_extra():
    rooms = {".".join(path.parent.relative_to(ROOT).parts) for path in PACKAGE.rglob("__init__.py")}
    assert set(DESCRIBED["tool"]["setuptools"]["packages"]) == rooms
    assert {"run", "web", "front", "works", "cite", "typst", "epub", "live", "all"} == set(
        DESCRIBED["project"]["optional-dependencies"]
    )
    assert "vou" + "ch" not in str(DESCRIBED).lower()


def test_it_asks_for_what_the_report_has_pinned():
    """No version that the tests do not run with."""
    pins = dict(re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / "requirements.txt").read_text("utf-8"), re.M))
    project = DESCRIBED["project"]
    asked = [*project["dependencies"], *(name for extra in project["optional-dependencies"].values() for name in extra)]
    for requirement in map(Requirement, asked):
        if requirement.name != "bookpress":
            assert requirement.specifier.contains(pins[requirement.name], prereleases=True), requirement


@pytest.mark.parametrize("part", ["run", "web", "front", "works", "cite", "typst", "epub"])
def test_the_readme_names_every_setting(part):
    sources = "".join(path.read_text("utf-8") for path in (PACKAGE / part).rglob("*.py"))
    own = set(re.findall(r'add_config_value\("(\w+)"', sources))
    named = own - {"cite_metadata", "permalinks_aliases"}  # the builder's own notes
    assert named and not {name for name in named if f"`{name}`" not in README}
    table = README.partition(f"### `bookpress.{part}`")[2].partition("\n### ")[0].partition("\n## ")[0]
    first = "".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`(\w+)`", first)) <= own


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The wheel, made from the files that git knows, in a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in tracked():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "./bookpress"], cwd=folder, check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = {name for name in tracked() if not re.match(r"bookpress/(example/|[^/]+\.(md|toml)$|LICENSE)", name)}
    assert shipped == wanted
    target = folder / "target"
    subprocess.run([*pip, "install", "--no-deps", "--target", target, wheel], check=True)
    return target


def test_the_example_is_built_outside_the_repository(installed, tmp_path):
    """To HTML, PDF and EPUB, with the wheel alone."""
    book = tmp_path / "book"
    shutil.copytree(PACKAGE / "example", book, ignore=shutil.ignore_patterns("_build"))
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    where = [sys.executable, "-c", "import bookpress; print(bookpress.__file__)"]
    found = subprocess.run(where, cwd=book, env=environment, check=True, capture_output=True, text=True).stdout
    assert Path(found.strip()).is_relative_to(installed)
    jupyter_book = [str(Path(sys.executable).with_name("jupyter-book")), "build", "."]
    for builder in (
        [],
        ["--builder", "custom", "--custom-builder", "typst"],
        ["--builder", "custom", "--custom-builder", "epub"],
    ):
        done = subprocess.run([*jupyter_book, *builder], cwd=book, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        assert "WARNING" not in done.stderr, done.stderr
    page = (book / "_build" / "html" / "counting.html").read_text("utf-8")
    assert (
        "55 = 55" in page
        and "Cite this chapter" in page
        and "<math" in page
        and 'href="notebooks/counting.ipynb"' in page
    )
    with pikepdf.open(book / "_build" / "typst" / "book.pdf") as opened, opened.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1" and metadata["pdfaid:part"] == "2"
    assert faults(book / "_build" / "epub" / "a-small-book.epub") == []
