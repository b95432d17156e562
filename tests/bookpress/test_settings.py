"""What an author sets: taken as it is meant, or refused in one line that names the place."""

from __future__ import annotations

import datetime
import os
import site
from importlib import metadata

import pytest

from bookpress import project
from bookpress.build import parallel
from bookpress.build.workfolder import libraries
from bookpress.effort.processors import cores
from bookpress.metadata import Author, FaultyCitation, read_book
from bookpress.run.kernels import forking
from bookpress.run.settings import PRELOAD, ExecutionFailed, Settings, chosen
from bookpress.web.permalinks import Aliases, read_aliases

LISTS = ("ignore", "environment", "preload")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_in_the_environment_has_commas(monkeypatch, name):
    """As letters, they would be the beginnings of nearly all files, and an outdated output would pass for current."""
    monkeypatch.setenv(f"BOOKPRESS_{name.upper()}", "pages/, lib/x.py,")
    assert getattr(chosen({name: ["other"]}), name) == ("pages/", "lib/x.py")


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("value", ["pages/", 3, {"pages/": 1}, [3], ["pages/", ""]])
def test_text_is_no_list_in_the_configuration(name, value):
    with pytest.raises(ExecutionFailed, match=f"^run_{name} is .*; it is a list of texts"):
        chosen({name: value})
    assert getattr(chosen({name: ["pages/"]}), name) == ("pages/",)
    assert getattr(chosen({name: None}), name) == (PRELOAD if name == "preload" else ())


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"workers": "two"}, "run_workers is 'two'; it is a number of chapters, 0 or more"),
        ({"workers": -1}, "run_workers is '-1'"),
        ({"workers": True}, "run_workers is 'True'"),
        ({"workers": 1.5}, "run_workers is '1.5'"),
        ({"kernels": "thread"}, "run_kernels is 'thread'; it can be 'fork' or 'spawn'"),
        ({"failures": False}, "run_failures is False; it can be 'refuse' or 'show'"),
        ({"unobserved": ["rerun"]}, "run_unobserved is"),
    ],
)
def test_a_wrong_value_is_told_by_the_name_that_it_stands_under(values, told):
    with pytest.raises(ExecutionFailed) as caught:
        chosen(values)
    assert str(caught.value).startswith(told)
    assert chosen({"workers": 0}).workers == 0 and chosen({"workers": 3}).workers == 3


def test_processors_are_those_that_the_process_may_use(monkeypatch):
    """A container or `taskset` gives fewer than the machine has."""
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {3, 5, 7}, raising=False)
    assert (cores(), Settings().at_a_time, forking(3), forking(4)) == (3, 6, False, os.name == "posix")
    monkeypatch.setattr(parallel.sys, "platform", "linux")
    assert parallel.processes() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    assert cores() == 64


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("sphinx: {extra_extensions: [a], local_extensions: {b: .}, config: {extensions: [c]}}", {"a", "b", "c"}),
        ("sphinx:\n  extra_extensions:\n  # - a\n", set()),
        ("sphinx: [a]", set()),
        ("- a", set()),
        ("", set()),
    ],
)
def test_extensions_are_those_that_the_configuration_names(tmp_path, text, named):
    (tmp_path / "_config.yml").write_text(text)
    assert project.extensions(tmp_path) == named


def test_libraries_are_found_wherever_python_looks_for_them(tmp_path, monkeypatch):
    """In folders of a system's, of a user's and of an environment's own; a book is built anew when one is another."""
    before = libraries()
    assert f"pytest-{metadata.version('pytest')}.dist-info" in before.splitlines()
    (tmp_path / "zzz-1.0.dist-info").mkdir()
    monkeypatch.setattr(site, "getsitepackages", lambda: [str(tmp_path)])
    assert "zzz-1.0.dist-info" in libraries().splitlines()


CITATION = {
    "title": "'Book: a study'",
    "authors": "[{given-names: Jane, family-names: Doe}, {name: A House}]",
    "version": '"2026.10"',
    "date-released": "2026-10-31",
}


def cited(folder, **changed: str | None):
    """The book of a CITATION.cff with these fields, given as they are written; None: without the field."""
    fields = CITATION | {name.replace("_", "-"): value for name, value in changed.items()}
    lines = ["cff-version: 1.2.0", *(f"{name}: {value}" for name, value in fields.items() if value is not None)]
    (folder / "CITATION.cff").write_text("\n".join(lines) + "\n", "utf-8")
    return read_book(folder)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"version": "2026.10"}, "4: version is read as 2026.1: write it in quotes, '2026.10'"),
        ({"version": "0x10"}, "4: version is read as 16"),
        ({"version": "[1, 2]"}, "4: version has [1, 2] where a text stands"),
        ({"version": None}, "1: version is missing"),
        ({"title": None}, "1: title is missing"),
        ({"title": ""}, "2: title is missing"),
        ({"title": "{a: b}"}, "2: title has {'a': 'b'} where"),
        ({"authors": "Jane Doe"}, "3: authors is 'Jane Doe'; it is a list"),
        ({"authors": "[]"}, "3: authors is missing"),
        ({"authors": "[{given: Jane}]"}, "3: authors has {'given': 'Jane'}; an author has `name`"),
        ({"authors": "[[Jane]]"}, "3: authors has ['Jane'] where"),
        ({"date_released": None}, "1: date-released is missing"),
        ({"date_released": "October"}, "5: date-released is 'October'; it is a day"),
        ({"keywords": "elections"}, "6: keywords is 'elections'; it is a list"),
        ({"keywords": "[no]"}, "6: keywords is read as False: write it in quotes, 'no'"),
        ({"license": "{name: MIT}"}, "6: license is {'name': 'MIT'}; it is text or a list"),
        ({"url": "[a]"}, "6: url has ['a'] where"),
        ({"preferred_citation": "Doe"}, "6: preferred-citation is 'Doe'"),
        ({"preferred_citation": "{publisher: House}"}, "6: preferred-citation has the publisher 'House'"),
        ({"abstract": "[a"}, "7: not YAML"),
    ],
)
def test_what_a_citation_file_does_not_say_is_told_with_its_line(tmp_path, changed, told):
    with pytest.raises(FaultyCitation) as caught:
        cited(tmp_path, **changed)
    assert str(caught.value).startswith(f"CITATION.cff:{told}") and "\n" not in str(caught.value)


def test_a_citation_file_is_taken_as_it_is_written(tmp_path):
    book = cited(tmp_path, license="MIT", keywords="[elections, 2021]", preferred_citation="{publisher: {name: P}}")
    assert book.version == "2026.10" and book.date == datetime.date(2026, 10, 31)
    assert book.authors == (Author("Jane Doe", "Doe", "Jane"), Author("A House"))
    assert (book.licences, book.keywords, book.publisher) == (("MIT",), ("elections", "2021"), "P")
    assert cited(tmp_path, version="3", authors="[Jane Doe]").version == "3"
    assert cited(tmp_path, version="2026-10-31", date_released="'2026-10-31'").version == "2026-10-31"
    (tmp_path / "_config.yml").write_text("sphinx: {config: {language: de}}\n")
    assert read_book(tmp_path).language == "de"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[a, b]", ": it holds no kinds of names"),
        ("pages", ": it holds no kinds of names"),
        ("pages: [old]", ": pages: ['old'] is no mapping of old names to new ones"),
        ("pages: {2021: new}", ": pages: {2021: 'new'} is no mapping"),
        ("findings: {a: [b]}", ": findings: {'a': ['b']} is no mapping"),
        ("pages: {old: new", ":1: not YAML"),
        ("pages:\n  old: one\n  old: two", ":3: not YAML: 'old' stands on line 2 already"),
        ("1: {}", ": no kind of name is called '1'; there are anchors, findings, pages"),
    ],
)
def test_a_file_of_old_names_is_taken_as_it_is_meant_or_told(tmp_path, text, told):
    path = tmp_path / "aliases.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError) as caught:
        read_aliases(path, ["findings"])
    assert str(caught.value).startswith(f"aliases.yml{told}") and "\n" not in str(caught.value)
    path.write_text("pages: {old: new}\nfindings:\n", "utf-8")
    assert read_aliases(path, ["findings"]) == Aliases({"old": "new"}, {}, {"findings": {}})
