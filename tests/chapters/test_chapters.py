"""The chapters as notebooks and as prose."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest
import yaml

from vouch.evidence import data, seeds, sources
from vouch.figures.chart import Chart
from vouch.methods.firmness import sensitivity
from vouch.paths import CHAPTERS, ROOT
from vouch.text import formatted, in_words

ALL = sorted(CHAPTERS.glob("*.md"))
NOTEBOOKS = [path for path in ALL if "{code-cell}" in path.read_text("utf-8")]
DRAWN = [path for path in NOTEBOOKS if re.search(r"^from vouch\.figures", path.read_text("utf-8"), re.M)]
BIN = Path(sys.executable).parent


def test_chapters_that_compute_are_notebooks():
    assert len(NOTEBOOKS) >= 8


@pytest.mark.long
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_chapter_runs_on_its_own_from_the_root(path, tmp_path):
    notebook = tmp_path / f"{path.stem}.ipynb"
    jupytext.write(jupytext.read(path), notebook)
    command = [BIN / "jupyter", "execute", "--timeout=300", notebook]
    environment = {**os.environ, "PYTHONPATH": ""}
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert result.returncode == 0, result.stderr[-3000:]


def charts(path: Path) -> list[Chart]:
    """What the cells of a chapter show of figures."""
    found, names = [], {"__name__": "__main__"}
    for cell in (cell for cell in jupytext.read(path).cells if cell.cell_type == "code"):
        *statements, last = ast.parse(cell.source).body
        if not isinstance(last, ast.Expr):
            exec(cell.source, names)
            continue
        exec(compile(ast.Module(statements, []), path.name, "exec"), names)
        shown = eval(compile(ast.Expression(last.value), path.name, "eval"), names)
        found += [shown] if isinstance(shown, Chart) else []
    return found


@pytest.mark.long
@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.stem)
def test_figures_drawn_in_the_dark_are_those_of_the_light_in_the_colours_told(path, monkeypatch):
    """A build draws in the light alone and trusts the themes for the rest: here each figure is drawn in both."""
    monkeypatch.chdir(ROOT)
    figures = charts(path)
    assert figures
    for chart in figures:
        told = json.loads(chart._repr_mimebundle_()["text/markdown"].split("\n")[1])["dark"]
        assert told == chart.darkened() and len(told) > 1, chart.name


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_outputs_are_kept_in_git_and_cells_are_short(path):
    notebook = jupytext.read(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code and all(not cell.get("outputs") for cell in code)
    shown = [cell for cell in code if "remove-cell" not in cell.metadata.get("tags", [])]
    assert max(cell.source.count("\n") + 1 for cell in shown) <= 30


def prose(path: Path) -> list[tuple[int, str]]:
    """Numbered lines of running text: without cells, directives' options, roles, links, comments and quotations."""
    text = path.read_text("utf-8")

    def blank(match: re.Match[str]) -> str:
        """Only the line breaks, so that lines keep their numbers."""
        return "\n" * match[0].count("\n")

    text = re.sub(r"\A---\n.*?\n---\n", blank, text, flags=re.S)
    text = re.sub(
        r"^(`{3,})\{(?:code-cell|code-block|bibliography|gallery|(?:cite|vouch)-[\w-]+)\}.*?^\1\s*$",
        blank,
        text,
        flags=re.S | re.M,
    )
    text = re.sub(r"\{[\w:-]+\}`[^`]*`", " ", text)
    text = re.sub(r"`[^`]*`", " ", text)
    text = re.sub(r"“[^”]*”|\"[^\"\n]*(?:\n[^\"\n]+)?\"", blank, text)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    text = re.sub(r"\$[^$]*\$", " ", text)
    return list(enumerate(text.split("\n"), 1))


# A date, a year, a span of years and an election's name are names, not results.
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_NAMES = re.compile(
    rf"\b\d{{1,2}}(?:\s*(?:to|and|–)\s*\d{{1,2}})?\s+{_MONTH}(?:\s+\d{{4}})?|{_MONTH}\s+\d{{4}}"
    r"|\b(?:19|20)\d{2}(?:[–-](?:\d{2}|\d{4}))?s?\b|\b[SA]/(?:RES|HRC)/[\w/]+|\bES-\d+/\d+|\bS00[04](?:-\d+)?"
)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_numbers_in_prose_are_computed(path):
    """A typed numeral needs a reason in typed_numerals.yml; a reason that is no longer used has to go."""
    reasons = yaml.safe_load((Path(__file__).parent / "typed_numerals.yml").read_text("utf-8")).get(path.stem) or {}
    typed, used = [], set()
    for number, line in prose(path):
        rest = line
        for allowed in reasons:
            if allowed in rest:
                used.add(allowed)
                rest = rest.replace(allowed, " ")
        rest = _NAMES.sub(" ", rest)
        typed += [
            f"{path.name}:{number}: {found[0]!r} in {line.strip()[:90]!r}"
            for found in re.finditer(r"[\w.,/-]*\d[\w.,/%-]*", rest)
        ]
    assert typed == []
    assert set(reasons) - used == set(), "reasons that nothing needs"


def quotations(path: Path) -> list[str]:
    """Quoted passages of at least four words in running text."""
    text = path.read_text("utf-8")
    text = re.sub(r"^(`{3,})\{(?:code-cell|code-block)\}.*?^\1\s*$", "", text, flags=re.S | re.M)
    text = re.sub(r"\{[\w:-]+\}`[^`]*`", " ", text)
    found = re.findall(r"“([^”]*)”", text) + re.findall(r"\"([^\"]*)\"", text)
    return [" ".join(quote.split()) for quote in found if len(quote.split()) >= 4]


def flat(text: str) -> str:
    return " ".join(text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"').split())


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_quotations_are_verbatim_from_an_article(path):
    """Only the two articles are quoted; a comma or full stop that closes our own sentence may stand inside."""
    articles = [flat(seed.text) for seed in seeds.load_all()]
    foreign = [quote for quote in quotations(path) if not any(flat(quote).rstrip(".,") in text for text in articles)]
    allowed = yaml.safe_load((Path(__file__).parent / "quotations.yml").read_text("utf-8")) or {}
    assert [quote for quote in foreign if quote not in (allowed.get(path.stem) or {})] == []


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_labels_belong_to_whoever_used_them(path):
    """Outside quotations the book says military government, military authorities, election."""
    for number, line in prose(path):
        assert not re.search(r"\b(junta|sham)\b", line, re.I), f"{path.name}:{number}: {line.strip()}"


def test_the_numbers_whose_firmness_is_judged_are_those_that_the_chapters_print(book):
    """What the sensitivity table starts from, value and rounding, and what the sentence says, come from two places."""
    printed = {one["id"]: one for one in json.loads((book.html / "findings.json").read_text("utf-8"))}
    tables = {name: data.load(name) for name in sensitivity.TABLES}
    judged = sensitivity.variants(tables, sources.kinds()).query("used").set_index("finding")
    missing = set(judged.index) - set(printed)
    assert all(name.startswith("fig-") for name in missing), missing
    for row in judged.drop(index=missing).itertuples():
        number = formatted(row.value, row.digits)
        words = {number, in_words(row.value), *(["once"] if row.value == 1 else [])}
        assert printed[row.Index]["text"] in words, row.Index
        assert row.value == pytest.approx(printed[row.Index]["value"]), row.Index
        assert row.unit in printed[row.Index]["unit"] or not printed[row.Index]["unit"], row.Index


@pytest.mark.parametrize("path", sorted(CHAPTERS.glob("*.md")), ids=lambda path: path.stem)
def test_every_page_says_what_it_holds(path):
    """For search engines and reference managers, which show it without the page."""
    front = yaml.safe_load(path.read_text("utf-8").split("---\n")[1])
    assert 50 <= len(front["description"]) <= 250
    assert not re.search(r"\d", front["description"]), "a number would go stale unseen"
