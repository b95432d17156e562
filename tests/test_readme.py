"""What the README tells a reader to type exists, and what is cheap is typed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

from tests.test_workflows import asked_of_make, makefile_targets
from vouch.pages import readme
from vouch.paths import ROOT

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```", README, re.S | re.M)
# A line of a console block, without prompt and comment.
LINES = [re.sub(r"^\$ ", "", line).split("  #")[0].split(" #")[0].strip() for b in BLOCKS for line in b.splitlines()]
COMMANDS = list(dict.fromkeys(line for line in LINES if line))
BIN = ROOT / ".venv" / "bin"


def test_there_are_commands():
    assert any(command.startswith("make book") for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_exists(command):
    words = command.split()
    if words[0] == "make":
        targets = re.sub(r'\w+="[^"]*"|\w+=\S+', "", command).split()
        assert asked_of_make(targets), command
        assert set(asked_of_make(targets)) <= makefile_targets(), command
    elif words[0].startswith(".venv/bin/"):
        # The tests run in the environment that make made, or in one like it.
        assert shutil.which(words[0].rpartition("/")[2], path=f"{BIN}:{sys.prefix}/bin"), command
    else:
        pytest.fail(f"neither make nor a program of the environment: {command}")
    for name in re.findall(r"\b(?:chapters|data|seeds)/[\w.-]+", command):
        assert (ROOT / name).exists(), command


def test_targets_named_in_tables_and_text_exist():
    text = README + (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = {word for line in re.findall(r"`make ([^`\n]+)`", text) for word in asked_of_make(["make", *line.split()])}
    assert "check-data" in named
    assert named - {"TABLES"} <= makefile_targets()


def test_make_help_and_check_data_run():
    output = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True)
    assert output.returncode == 0 and "make book" in output.stdout
    # The recipe of `make check-data`, in the environment that the tests run in.
    checked = subprocess.run([sys.executable, "-m", "vouch.evidence.checks"], cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    assert "all valid" in checked.stdout


def test_a_chapter_becomes_a_notebook_as_told(tmp_path):
    line = next(command for command in COMMANDS if "jupytext" in command)
    words = line.split()
    target = tmp_path / words[-1]
    command = [sys.executable, "-m", "jupytext", *words[1:-1], target]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    import nbformat

    notebook = nbformat.read(target, as_version=4)
    assert any(cell.cell_type == "code" for cell in notebook.cells)
    executed = next(command for command in COMMANDS if "execute" in command).split()
    assert "--inplace" in executed and executed[-1] == words[-1], "else its outputs are nowhere"


@pytest.mark.parametrize(
    ("caption", "shown"),
    [
        ("Coups since 1990 {cite:p}`colpus,reign`. The rest.", "Coups since 1990"),
        ("Seats {cite:t}`dvb-2026` by {term}`system`, and votes. The rest.", "Seats by system, and votes"),
    ],
)
def test_the_map_prints_no_keys_of_sources(caption, shown):
    assert readme.first_sentence(caption) == shown
