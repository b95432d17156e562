"""What stands in the way of the environment is said at once, in one line, with the command that removes it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests import bare_machine
from vouch.upkeep import environment


@pytest.fixture
def nothing_there(monkeypatch):
    """A machine with apt-get and no browser, no git, no module for virtual environments."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(environment.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(environment, "works", lambda python: False)
    monkeypatch.setattr(environment, "has", lambda module: False)


def test_an_ordinary_user_is_told_everything_in_one_line(nothing_there, monkeypatch, capsys):
    monkeypatch.setattr(environment.os, "geteuid", lambda: 1000)
    wanted = environment.missing("test", current=False)
    assert environment.system_packages(wanted) == 1
    output = capsys.readouterr().err
    venv = f"python3.{sys.version_info.minor}-venv"
    assert output.count("\n") == 1 and output.endswith(
        f"First: sudo apt-get install {venv} chromium-headless-shell git\n"
    )


def test_who_only_builds_needs_no_browser(nothing_there):
    assert list(environment.missing("base", current=False)) == [f"python3.{sys.version_info.minor}-venv"]
    assert environment.missing("base", current=True) == {}


def test_where_there_is_no_apt_it_is_not_named(nothing_there, monkeypatch, capsys):
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    assert environment.system_packages(environment.missing("test", current=True)) == 1
    output = capsys.readouterr().err
    assert "Chromium" in output and "git" in output and "apt" not in output


def test_a_held_lock_is_waited_for_and_other_failures_are_told(monkeypatch, capsys):
    answers = [(100, "E: Could not get lock /var/lib/dpkg/lock-frontend."), (100, "E: Unable to lock it"), (0, "")]

    def answer(command, **options):
        code, said = answers.pop(0)
        return subprocess.CompletedProcess(command, code, stdout="", stderr=said)

    monkeypatch.setattr(environment.subprocess, "run", answer)
    monkeypatch.setattr(environment.time, "sleep", lambda seconds: None)
    assert environment.apt_get("install", "chromium") == ""
    assert capsys.readouterr().err.count("waiting") == 1, "said once"
    answers.append((100, "E: Unable to locate package chromium"))
    assert "Unable to locate" in environment.apt_get("install", "chromium")


def test_another_browser_can_be_named(monkeypatch, tmp_path):
    program = tmp_path / "chrome"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(program))
    assert environment.browser() == str(program)


def test_what_a_person_has_told_pip_for_elsewhere_does_not_hold_here(monkeypatch, tmp_path):
    for name in environment.ELSEWHERE:
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    told = tmp_path / "told"
    code = f"import json, os; open({str(told)!r}, 'w').write(json.dumps(dict(os.environ)))"
    environment.run([sys.executable, "-c", code])
    given = json.loads(told.read_text())
    assert {name: given.get(name) for name in environment.ELSEWHERE if name in given} == {"PIP_USER": "0"}
    assert given["UV_DEFAULT_INDEX"] == "http://127.0.0.1:9/simple", "uv does not ask pip's index by itself"


def test_the_bare_machine_has_what_the_readme_lists_and_types_what_it_says():
    assert {"git", "make", "python3", "python3-venv"} == set(bare_machine.told_to_install())
    assert bare_machine.told_to_type() == ["make book", "make test"]


def test_only_settings_of_the_network_go_with_a_user_to_the_bare_machine(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_CERT", "/etc/ssl/certs/ca-certificates.crt")
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    given = bare_machine.environment(bare_machine.READER)
    assert given["https_proxy"] and given["PIP_CERT"] and "VIRTUAL_ENV" not in given
    assert given["PATH"] == bare_machine.PATH and given["CI"] == "true"


def test_without_the_right_to_mount_it_says_so(monkeypatch):
    monkeypatch.setattr(bare_machine.os, "geteuid", lambda: 1000)
    assert "root" in bare_machine.cannot()
