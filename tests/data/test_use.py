"""What the page on using the data tells to type, typed; and the tables in a reader that others wrote."""

from __future__ import annotations

import csv
import doctest
import json
import re
import shutil
import subprocess

import duckdb
import pytest

from vouch.paths import DATA, ROOT

PAGE = (ROOT / "chapters" / "use.md").read_text("utf-8")
RESOURCES = json.loads((DATA / "datapackage.json").read_text("utf-8"))["resources"]


def typed(language):
    """The blocks of the page in a language."""
    found = re.findall(rf"^```{{code-block}} {language}\n(.*?)^```$", PAGE, re.M | re.S)
    assert found
    return found


def test_what_is_typed_in_python_prints_what_stands_there(monkeypatch):
    monkeypatch.chdir(ROOT)
    test = doctest.DocTestParser().get_doctest("\n".join(typed("pycon")), {}, "use.md", "chapters/use.md", 0)
    assert len(test.examples) > 10
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    assert not said, "".join(said)


def test_the_query_finds_the_seats(monkeypatch):
    monkeypatch.chdir(ROOT)
    (query,) = typed("sql")
    assert duckdb.sql(query).fetchall() == [("USDP", 231, 263), ("SNDP", 7, 263)]


# Nothing of the project wants R: where somebody has it, what the page says to type is typed.
@pytest.mark.skipif(not shutil.which("Rscript"), reason="no R on this machine")
def test_r_finds_the_seats():
    (lines,) = typed("r")
    done = subprocess.run(["Rscript", "-e", lines], cwd=ROOT, check=True, capture_output=True, text=True)
    assert [line.split()[1:] for line in done.stdout.splitlines()[1:]] == [["USDP", "231", "263"], ["SNDP", "7", "263"]]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource["name"])
def test_a_reader_by_others_finds_every_row_and_the_declared_types(resource):
    path = DATA / resource["path"]
    types = {"integer": "BIGINT", "year": "BIGINT", "number": "DOUBLE", "date": "DATE", "boolean": "BOOLEAN"}
    columns = {field["name"]: types.get(field["type"], "VARCHAR") for field in resource["schema"]["fields"]}
    found = duckdb.read_csv(str(path), columns=columns)
    with path.open(encoding="utf-8", newline="") as stream:
        assert len(found.fetchall()) == sum(1 for _ in csv.reader(stream)) - 1
    guessed = duckdb.read_csv(str(path))
    assert guessed.columns == list(columns), "the names of the columns are found without being told"
