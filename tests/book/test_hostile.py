"""Text that tries to be code, in data, sources, an article and the title, comes out everywhere as text."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pypdfium2
import pytest
import rispy
import yaml
from bs4 import BeautifulSoup
from pybtex.database import parse_string

from bookpress.mathml import mathml
from tests.conftest import build
from vouch.paths import ROOT
from vouch.tables import as_myst

pytestmark = pytest.mark.long

HOSTILE = (
    '<script>window.ran=1</script> "><img src=x onerror="window.ran=2"> </script> ]]> &amp; &lt; {{7*7}} '
    '#eval("1") #import "x" $x^2$ $y `code` ] *e* _f_ [l](javascript:window.ran=3) '
    "{claim}`S000-01` @a % <!-- ~ \\input{x}"
)
COPIED = ("_config.yml", "CITATION.cff", "data", "docs", "seeds", "vouch", "bookpress")
PROBE = f"""---
file_format: mystnb
kernelspec: {{name: python3, display_name: Python 3}}
---
# A probe: {as_myst(HOSTILE)}

```{{code-cell}} python
import pandas as pd
from vouch.figures.chart import Chart
from vouch.findings import record
from vouch.tables import Column, Table, as_myst

TEXT = {HOSTILE!r}
frame = pd.DataFrame({{"what": [TEXT, '=HYPERLINK("x")'], "@n": [-5, 5]}})
record("probe.text", TEXT)
columns = {{"what": Column("What " + TEXT), "@n": Column("Number")}}
Table("tab-probe", frame, columns, "Caption " + as_myst(TEXT), note=as_myst(TEXT))
```

```{{code-cell}} python
def draw(figure, theme):
    axes = figure.subplots()
    axes.barh(frame["what"], frame["@n"], label=TEXT)
    axes.legend()

words = ("Title " + TEXT, "Subtitle " + TEXT, draw, frame, "Alternative " + TEXT, "Source " + TEXT)
Chart("fig-probe", *words).captioned("Caption of it " + as_myst(TEXT))
```

Printed: {{glue:text}}`probe.text`. Shown in {{numref}}`tab-probe` and {{numref}}`fig-probe`.
"""
CHAPTERS = {
    "probe": PROBE,
    "ledger-s000": "# Ledger\n\n{claim}`S000-01`\n\n```{vouch-ledger} S000\n```\n",
    "explorer": "# Ties\n\n```{vouch-explorer}\n```\n",
    "dictionary": "# Dictionary\n\n```{vouch-dictionary}\n```\n",
    "bibliography": "# Works\n\n```{bibliography}\n:all:\n```\n",
}


def put(folder: Path, table: str, where: tuple[str, str], **cells: str) -> None:
    """Write into the cells of the first row that has a value in a column."""
    path = folder / "data" / f"{table}.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    next(row for row in rows if row[where[0]] == where[1]).update(cells)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@dataclass(frozen=True)
class Built:
    html: Path
    pdf: Path


@pytest.fixture(scope="module")
def hostile(once) -> Built:
    """A small book of the real machinery over the real tables, with hostile text in every kind of field."""
    folder = once("hostile", make_hostile) / "book"
    return Built(folder / "_build" / "html", next((folder / "_build" / "pdf").glob("*.pdf")))


def make_hostile(around: Path) -> None:
    folder = around / "book"
    folder.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    (folder / "chapters").mkdir()
    article = around / "article.txt"
    article.write_text(
        f"A headline {HOSTILE}\n\n=HYPERLINK(1) is how a sentence begins. {HOSTILE} was said.\n", "utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "vouch.upkeep.new_article", article], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for name, text in CHAPTERS.items():
        (folder / "chapters" / f"{name}.md").write_text(text, "utf-8")
    names = [*CHAPTERS, "ledger-s005"]
    toc = "".join(f"  - file: chapters/{name}\n" for name in names[1:])
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: chapters/{names[0]}\nchapters:\n{toc}")

    put(folder, "claims", ("claim", "S000-01"), statement=HOSTILE)
    put(folder, "verdicts", ("claim", "S000-01"), reason=HOSTILE, would_change=HOSTILE)
    put(folder, "evidence", ("claim", "S000-01"), point=HOSTILE)
    put(folder, "countries", ("iso3", "CHN"), name=HOSTILE)
    put(folder, "events", ("event_id", "ev-199909-01"), title=HOSTILE, detail=HOSTILE)
    package = folder / "data" / "datapackage.json"
    described = json.loads(package.read_text("utf-8"))
    described["resources"][0] |= {"title": HOSTILE, "description": HOSTILE}
    package.write_text(json.dumps(described), "utf-8")
    works = folder / "data" / "references.bib"
    works.write_text(
        works.read_text("utf-8").replace(
            "title = {ASEAN summit begins", "title = {<script>window.ran=4</script> ]]> \\#eval begins", 1
        ).replace("author = {{News agencies}}", "author = {{<img src=x onerror=window.ran=5>}}", 1)
    )  # fmt: skip
    cff = yaml.safe_load((folder / "CITATION.cff").read_text("utf-8"))
    cff |= {
        "title": f"Toys: {HOSTILE}",
        "authors": [{"name": f"A\nER  - \nTY  - JOUR {HOSTILE}"}],
        "version": "1 },\nb",
    }
    (folder / "CITATION.cff").write_text(yaml.safe_dump(cff, allow_unicode=True), "utf-8")

    result = build(folder, "book")
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-4000:]


def bare(text: str) -> str:
    """Letter by letter, but for spaces, quotation marks and dashes, which the book sets its own way."""
    return re.sub(r"\s+", "", text).translate(str.maketrans(dict.fromkeys("“”„‘’–-\"'", "")))


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def test_no_page_runs_it_and_each_shows_it(hostile, browser):
    """Without the pages' policy, which would stop what was not escaped."""
    context = browser.new_context(bypass_csp=True)
    tab = context.new_page()
    for path in sorted(hostile.html.rglob("*.html")):
        tab.goto(path.as_uri())
        tab.wait_for_timeout(100)
        assert tab.evaluate("window.ran") is None, path.name
        assert tab.locator("img[src=x], a[href^=javascript], [onerror]").count() == 0, path.name
    counts = {"probe": 4, "ledger-s000": 4, "ledger-s005": 2, "explorer": 3, "dictionary": 2}
    for name, least in counts.items():
        tab.goto((hostile.html / "chapters" / f"{name}.html").as_uri())
        shown = bare(tab.evaluate("document.querySelector('article').textContent"))
        assert shown.count(bare(HOSTILE)) >= least, name
    tab.goto((hostile.html / "chapters" / "bibliography.html").as_uri())
    shown = bare(tab.evaluate("document.body.textContent"))
    assert bare("<script>window.ran=4</script> ]]> #eval begins") in shown
    assert bare("<img src=x onerror=window.ran=5>") in shown
    context.close()


def test_the_explorer_and_the_search_write_it_as_text(hostile, browser):
    context = browser.new_context(bypass_csp=True)
    tab = context.new_page()
    tab.goto((hostile.html / "chapters" / "explorer.html").as_uri())
    tab.locator(".explorer-event[aria-label*=onerror]").first.focus()
    tab.keyboard.press("Enter")
    assert bare(HOSTILE) in bare(tab.locator(".explorer-panel").inner_text())
    index = json.loads(re.search(r"setIndex\((.*)\)", (hostile.html / "searchindex.js").read_text("utf-8"), re.S)[1])
    section = next(title for title in index["alltitles"] if bare(HOSTILE) in bare(title))
    tab.goto((hostile.html / "search.html").as_uri() + f"?q={quote(section, safe='')}")
    tab.wait_for_selector("#search-results li a", timeout=15_000)
    tab.wait_for_timeout(500)
    found = [bare(text) for text in tab.locator("#search-results li a").all_inner_texts()]
    assert any(text.endswith(bare(section)) for text in found)
    assert tab.locator("#search-results :is(img, script)").count() == 0
    assert tab.evaluate("window.ran") is None
    context.close()


def test_machines_read_it_back_letter_by_letter(hostile):
    data = [json.loads(s.string) for s in soup(hostile.html / "chapters/ledger-s000.html").select("script[type*=ld]")]
    assert f'"reviewBody": {json.dumps(HOSTILE)}' in json.dumps(data)
    assert (
        next(c for c in json.loads((hostile.html / "claims.json").read_text()) if c["claim"] == "S000-01")["reason"]
        == HOSTILE
    )
    rows = list(csv.reader(io.StringIO((hostile.html / "tables" / "tab-probe.csv").read_text("utf-8"))))
    assert rows == [["what", "'@n"], [HOSTILE, "-5"], ['\'=HYPERLINK("x")', "5"]]
    for drawing in (hostile.html / "_images").glob("fig-probe*.svg"):
        root = ElementTree.fromstring(drawing.read_bytes())
        assert not [e for e in root.iter() if e.tag.rpartition("}")[2] in {"script", "image", "a", "foreignObject"}]
    author = f"A ER - TY - JOUR {HOSTILE}"
    for name in ("probe", "toys"):
        (work,) = rispy.loads((hostile.html / "cite" / f"{name}.ris").read_text("utf-8"))
        assert work["authors"] == [f"{author},"] and HOSTILE in work["title"]
        (item,) = json.loads((hostile.html / "cite" / f"{name}.json").read_text("utf-8"))
        assert item["author"] == [{"literal": author}] and HOSTILE in item["title"]
        ((key, entry),) = parse_string(
            (hostile.html / "cite" / f"{name}.bib").read_text("utf-8"), "bibtex"
        ).entries.items()
        assert item["id"] == key == work["id"] and len(entry.persons["author"]) == 1
        assert r"\textbackslash{}input" in entry.fields["title"] and r"\%" in entry.fields["title"]


def test_paper_prints_it(hostile):
    pdf = pypdfium2.PdfDocument(hostile.pdf)
    text = bare("".join(page.get_textpage().get_text_range() for page in pdf))
    assert text.count(bare(HOSTILE)) >= 8


def test_text_within_a_formula_stays_text():
    written = mathml(r"\text{<img src=x onerror=alert(1)>} & x < y")
    assert [e.tag.rpartition("}")[2] for e in ElementTree.fromstring(written).iter() if e.tag.endswith("img")] == []
    assert "<img" in "".join(ElementTree.fromstring(written).itertext()).replace("\xa0", " ")
