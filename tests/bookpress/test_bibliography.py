"""The works of a book: found by an index, listed and cited as sphinxcontrib-bibtex lists and cites them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pybtex.database import Entry, Person

from bookpress.cite.bibliography import DatedLabels, letters
from vouch.paths import ROOT

pytestmark = pytest.mark.long

CONF = """\
extensions = ["myst_parser", "sphinxcontrib.bibtex", "bookpress.cite"]
project, root_doc, language = "Works", "first", "en"
bibtex_bibfiles = ["works.bib"]
bibtex_default_style = bibtex_reference_style = "dated"
suppress_warnings = ["toc.not_included"]  # pages without contents: the question is another
"""
OWN_DOMAIN = """
def setup(app):
    from sphinxcontrib.bibtex.domain import BibtexDomain

    app.connect("config-inited", lambda app, config: app.add_domain(BibtexDomain, override=True), priority=900)
"""
WORKS = "".join(
    f"@misc{{{key}, author = {{{{{author}}}}}, title = {{On {key}}}, year = {{{year}}}, keywords = {{{kind}}}}}\n"
    for key, author, year, kind in [
        ("one", "The Paper", 2021, "news"),
        ("two", "The Paper", 2021, "news"),
        ("three", "An Agency", 2025, "law"),
        ("four", "Nobody Cited", 2020, "law"),
        ("five", "A Ministry", 2024, "law"),
    ]
)
FIRST = """\
# First

Cited out of order {cite:p}`two,five,one`, in the text {cite:t}`three`, twice {cite:p}`two`, and one that is not there
{cite:p}`missing`.

```{bibliography}
```
"""
SECOND = """\
# Second

```{bibliography}
:filter: keywords % "law" and not cited
:list: bullet
```

```{bibliography}
:filter: docname in docnames
:keyprefix: own-
:labelprefix: Own
```

Of its own list {cite:p}`own-four`, of the other {cite:p}`three`.

```{bibliography}
:filter: not a filter
:list: bullet

four
```
"""


def build(folder: Path, conf: str, works: str = WORKS) -> tuple[dict[str, bytes], str]:
    """Pages, and what Sphinx complained of."""
    folder.mkdir()
    (folder / "conf.py").write_text(conf)
    (folder / "works.bib").write_text(works)
    (folder / "second.md").write_text(SECOND)
    (folder / "first.md").write_text(FIRST)
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-d", "trees", ".", "out"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder)
    assert result.returncode == 0, result.stderr
    pages = {path.name: path.read_bytes() for path in (folder / "out").glob("*.html")}
    return pages, result.stderr.replace(str(folder), "")


def test_lists_and_citations_are_those_of_the_packages_own_domain(tmp_path: Path) -> None:
    ours, said = build(tmp_path / "ours", CONF)
    theirs, said_there = build(tmp_path / "theirs", CONF + OWN_DOMAIN)
    assert {"first.html", "second.html"} < set(ours) and ours == theirs
    assert said == said_there and 'could not find bibtex key "missing"' in said and "syntax error in :filter:" in said
    page = ours["first.html"].decode()
    assert page.index("A Ministry, 2024") < page.index("The Paper, 2021a") < page.index("The Paper, 2021b")
    assert ours["second.html"].count(b"Nobody Cited") >= 3


def test_works_of_one_author_and_day_go_on_after_z() -> None:
    entries = [Entry("misc", {"year": "2021"}, {"author": [Person("{The Paper}")]}) for _ in range(60)]
    labels = [label.partition("2021")[2] for label in DatedLabels().format_labels(entries)]
    assert [labels[place] for place in (0, 25, 26, 27, 51, 52, 59)] == ["a", "z", "aa", "ab", "az", "ba", "bh"]
    assert letters(26 * 27) == "aaa" and len(set(labels)) == 60


def test_the_month_of_a_work_is_named_in_the_language_of_the_book(tmp_path: Path) -> None:
    """By CLDR, so not in that of whoever builds."""
    monday = "@misc{one, author = {{The Paper}}, title = {T}, date = {2025-03-10}, year = {2025}}\n"
    for language, day in (("en", "10 Mar 2025"), ("de", "10 März 2025"), ("fr", "10 mars 2025"), ("xx", "10 Mar 2025")):
        pages, _ = build(tmp_path / language, CONF.replace('"en"', repr(language)), monday)
        text = " ".join(re.sub(r"<[^>]+>", "", pages["first.html"].decode()).split())
        assert f"The Paper, {day}" in text


def test_a_sentence_elsewhere_leaves_the_list_of_works_as_it_is(tmp_path: Path) -> None:
    """The page that is read again is the last that was read, and comes last in all that Sphinx keeps."""
    (tmp_path / "conf.py").write_text(CONF.replace('"bookpress.cite"', '"bookpress.cite", "bookpress.works"'))
    (tmp_path / "works.bib").write_text(WORKS)
    for name in ("first", "second", "third"):
        (tmp_path / f"{name}.md").write_text(f"# The {name}\n\nCited {{cite:p}}`one,three`.\n")
    (tmp_path / "list.md").write_text("# List\n\n```{bibliography}\n```\n")

    def written() -> list[str]:
        """What Sphinx writes of the four; the first page always."""
        command = [sys.executable, "-m", "sphinx", "-v", "--color", "-b", "html", "-d", "trees", ".", "out"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        result = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=True)
        return re.findall(r"writing output\.\.\..*?\x1b\[32m(\w+)", result.stdout)

    assert written() == ["first", "list", "second", "third"]
    with (tmp_path / "second.md").open("a") as page:
        page.write("\nA sentence more.\n")
    assert written() == ["first", "second"]
    with (tmp_path / "second.md").open("a") as page:
        page.write("\nAnd another work {cite:p}`five`.\n")
    assert written() == ["first", "list", "second"]
    assert "A Ministry" in (tmp_path / "out" / "list.html").read_text()
