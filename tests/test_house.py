"""The house: who may import whom, and facts that stand in more than one file."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import networkx as nx
import pytest
import yaml

from vouch.evidence import case
from vouch.paths import CHAPTERS, DATA, ROOT
from vouch.text import day

PACKAGE = sorted((ROOT / "vouch").rglob("*.py"))
PRESS = sorted(path for path in (ROOT / "bookpress").rglob("*.py") if not {"_build", ".made"} & set(path.parts))
FLOORS = (
    {"text", "paths"},
    {"findings", "fences"},
    {"evidence"},
    {"methods"},
    {"tables", "figures"},
    {"upkeep"},
    {"pages"},
)
"""The house from the ground up: a module imports from its own floor or from those below, never from above."""
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}
SPHINX = {"sphinx", "docutils", "myst_nb", "myst_parser", "jupyter_book", "bookpress"}
LONG: dict[str, str] = {}
"""Files of more than 500 lines, each with the reason."""
CODE = {".py", ".js", ".css", ".typ", ".jinja", ".html"}


def imported(source: str) -> set[str]:
    """Modules that a program imports anywhere in it, with the names it takes from each, dotted."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {dotted(path): path for path in [*PACKAGE, *PRESS]}
USES = {
    module: {name for name in imported(path.read_text("utf-8")) if name in MODULES and "." in name}
    for module, path in MODULES.items()
}
"""Module -> modules of the house that it imports. `from room import module` counts the module, not the room."""
for _used in USES.values():
    _used -= {name for name in _used if any(other.startswith(f"{name}.") for other in _used)}


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


@pytest.mark.parametrize("module", sorted(dotted(path) for path in PACKAGE if dotted(path) != "vouch"))
def test_imports_run_in_one_direction(module):
    assert room(module) in FLOOR, "a new room needs a floor"
    own = {name for name in USES[module] if name.startswith("vouch.")}
    above = {name for name in own if FLOOR[room(name)] > FLOOR[room(module)]}
    assert not above, f"{module} reaches up to {', '.join(sorted(above))}"


def test_no_imports_run_in_a_circle():
    """Of both packages together; imports within functions, and those for types only, count too."""
    house = nx.DiGraph((module, name) for module, names in USES.items() for name in names)
    assert list(nx.simple_cycles(house)) == []


def reaches_over(source: str) -> bool:
    """Whether a program of bookpress would import the report."""
    return any(name.split(".")[0] == "vouch" for name in imported(source))


@pytest.mark.parametrize(
    "line", ["import vouch", "from vouch.text import day", "def f():\n    import vouch.paths as p"]
)
def test_the_wall_would_notice(line):
    assert reaches_over(line)


@pytest.mark.parametrize("path", PRESS, ids=dotted)
def test_the_press_never_imports_the_report(path):
    assert not reaches_over(path.read_text("utf-8"))


def test_the_press_has_no_word_of_this_report():
    """Neither in a file nor in its name: what it needs to know comes by a setting or a hook."""
    word = re.compile(rb"myanmar|vouch|belarus|ledger|township", re.I)
    files = [path for path in tracked("bookpress") if path.is_file()]
    assert len(files) > 80
    assert [path.name for path in files if word.search(path.relative_to(ROOT).as_posix().encode())] == []
    assert [path.name for path in files if word.search(path.read_bytes())] == []


@pytest.mark.parametrize("path", PRESS, ids=dotted)
def test_every_warning_of_the_press_can_be_told_and_silenced(path):
    """It has a type and a subtype, for `suppress_warnings`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "warning":
            given = {keyword.arg for keyword in node.keywords}
            assert given >= {"type", "subtype"} or None in given, f"{dotted(path)}, line {node.lineno}"


def tracked(folder: str) -> list[Path]:
    """Files that git knows or would take."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", folder]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name]


@pytest.mark.parametrize("path", [path for path in PACKAGE if room(dotted(path)) != "pages"], ids=dotted)
def test_only_pages_know_sphinx(path):
    tops = {name.split(".")[0] for name in imported(path.read_text("utf-8"))}
    assert not tops & SPHINX
    if room(dotted(path)) == "methods":
        assert "matplotlib" not in tops, "a method never plots"


METHODS = [path for path in PACKAGE if room(dotted(path)) == "methods"]


@pytest.mark.parametrize("path", METHODS, ids=dotted)
def test_methods_read_no_files(path):
    """They are handed frames. Of the evidence they take facts and types (`COUP`, `VERDICTS`), never what loads it."""
    source = path.read_text("utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("vouch.evidence"):
            assert node.module != "vouch.evidence", "a module of the evidence could load something"
            assert [alias.name for alias in node.names if not alias.name[0].isupper()] == []
    assert not imported(source) & {"pathlib", "pathlib.Path", "io", "os", "urllib", "vouch.paths"}
    assert not re.search(r"\bopen\(|\.read_\w+\(|\.to_csv\(", source)


def test_methods_read_no_files_when_they_are_imported_either():
    code = (
        "import sys; seen = []; from vouch.paths import DATA, SEEDS\n"
        "sys.addaudithook(lambda event, given: event == 'open' and seen.append(str(given[0])))\n"
        f"import {', '.join(dotted(path) for path in METHODS)}\n"
        "assert not [name for name in seen if name.startswith((str(DATA), str(SEEDS)))], seen"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


ROOMS = sorted({path.parent for path in [*PACKAGE, *PRESS]} - {ROOT / "vouch"})


@pytest.mark.parametrize("folder", ROOMS, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_a_room_is_small_and_says_what_lives_in_it(folder):
    assert len([path for path in tracked(str(folder)) if path.parent == folder and path.is_file()]) <= 12
    says = " ".join((ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or "").split())
    assert "Here: " in says and "Not here: " in says


def test_no_function_is_long():
    def length(node: ast.FunctionDef) -> int:
        return (node.end_lineno or 0) - min([node.lineno, *(part.lineno for part in node.decorator_list)]) + 1

    long = [
        f"{dotted(path)}.{node.name}"
        for path in PACKAGE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and length(node) > 50
    ]
    assert long == []


def test_no_file_is_long_without_a_reason():
    long = {
        path.relative_to(ROOT).as_posix()
        for path in [*PACKAGE, *tracked("bookpress"), *tracked("vouch/pages")]
        if path.is_file() and path.suffix in CODE and len(path.read_text("utf-8").splitlines()) > 500
    }
    assert long == set(LONG)


def test_no_name_of_a_month_follows_the_locale_of_whoever_builds():
    """Neither strftime's nor a format string's; Sphinx's own dates follow the language of the book."""
    named = [
        f"{dotted(path)}, line {node.lineno}"
        for path in [*PACKAGE, *PRESS]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"%-?[BbAa]\b", node.value)
    ]
    assert [place for place in named if not place.startswith("bookpress.front.landing,")] == []


def test_lists_of_the_tables_are_split_in_one_place():
    """`vouch.text.keys`, and `vouch.evidence.schema`, which refuses what it would pass over."""
    texts = {dotted(path): path.read_text("utf-8") for path in PACKAGE}
    split = {name for name, text in texts.items() if re.search(r"""split\(["'];["']""", text)}
    assert split == {"vouch.text", "vouch.evidence.schema"}


def code_of(chapter: Path) -> str:
    """The code of its cells, without their options and magics."""
    cells = re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```", chapter.read_text("utf-8"), re.S | re.M)
    return "\n".join(line for cell in cells for line in cell.split("\n") if not re.match(r"\s*[:%!]", line))


def test_the_days_of_the_case_are_typed_in_one_place():
    days = {f"{day:%Y-%m-%d}" for day in (case.COUP, *case.POLLING_DAYS.values(), case.horizon())}
    code = [path for path in PACKAGE if path.name != "case.py"]
    assert [path.name for path in code if any(day in path.read_text("utf-8") for day in days)] == []


@pytest.mark.parametrize("path", sorted(CHAPTERS.glob("*.md")), ids=lambda path: path.stem)
def test_chapters_type_a_day_of_the_case_only_where_somebody_spoke_on_it(path):
    """A statement made on a polling day keeps its day, whatever the case says."""
    days = {f"{day:%Y-%m-%d}" for day in (case.COUP, *case.POLLING_DAYS.values(), case.horizon())}
    code = ast.parse(code_of(path))
    calls = [part for part in ast.walk(code) if isinstance(part, ast.Call)]
    spoken = [call for call in calls if "claimant" in {keyword.arg for keyword in call.keywords}]
    kept = {id(part) for call in spoken for part in ast.walk(call)}
    typed = [part for part in ast.walk(code) if isinstance(part, ast.Constant) and part.value in days]
    assert [ast.unparse(part) for part in typed if id(part) not in kept] == []


@pytest.mark.parametrize("path", sorted(CHAPTERS.glob("*.md")), ids=lambda path: path.stem)
def test_chapters_never_import_the_book_layer_and_never_write(path):
    code = code_of(path)
    assert not {name for name in imported(code) if name.startswith(("bookpress", "vouch.pages", "vouch.upkeep"))}
    assert not re.search(r"\.to_csv\(|\.write_text\(|open\([^)]*[\"']w|savefig\(", code)


def test_the_page_on_methods_names_modules_that_exist():
    page = (CHAPTERS / "methods.md").read_text("utf-8")
    named = re.findall(r"^  - `([a-z_.]+)`$", page, re.M)
    assert len(named) > 10
    assert [name for name in named if f"vouch.methods.{name}" not in MODULES] == []


def test_edition_and_horizon_agree_everywhere():
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    version = cff["version"]
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"] == version
    assert json.loads((DATA / "datapackage.json").read_text("utf-8"))["version"] == version
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]["config"]
    assert version in (ROOT / "README.md").read_text("utf-8")
    for text in ((ROOT / "README.md").read_text("utf-8"), config["vouch_horizon"]):
        assert day(case.horizon()) in text
    for path in CHAPTERS.glob("*.md"):
        named = re.findall(r"vidence horizon[^.]{0,40}?(\d{1,2} [A-Z]\w+ 20\d\d)", path.read_text("utf-8"))
        assert set(named) <= {day(case.horizon())}, path.name


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


def test_the_drawing_of_the_house_is_as_the_imports_are(capsys):
    from vouch.upkeep import house

    assert house.main([]) == 0, capsys.readouterr().err


def test_a_circle_of_imports_has_no_drawing(tmp_path):
    from vouch.upkeep import house

    for name, imports in (("one", "two"), ("two", "one")):
        (tmp_path / "vouch" / name).mkdir(parents=True)
        (tmp_path / "vouch" / name / "__init__.py").write_text(f'"""Room {name}."""\nfrom vouch import {imports}\n')
    with pytest.raises(ValueError, match=r"a circle of imports among vouch\.one, vouch\.two"):
        house.floors(tmp_path)
