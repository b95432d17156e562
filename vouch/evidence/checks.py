"""All that is checked of the evidence before anything is computed from it: `python -m vouch.evidence.checks`.

One list, :data:`CHECKS`, serves the command, the build that refuses to begin, and its memory of what was found valid.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pandas as pd

from vouch.evidence import case, claims, data, finding_changes, seeds, signpost_readings, sources
from vouch.evidence.faults import DataError
from vouch.evidence.sources import bibliography_keys
from vouch.paths import BIBLIOGRAPHY, DATA, ROOT, SEEDS
from vouch.text import keys

Check = Callable[[Path, Path, Path], int]
"""Folder of tables, folder of articles, bibliography -> how much was looked at; raises DataError or SeedError."""

CHECKS: dict[str, Check] = {
    "tables": lambda folder, articles, bibliography: len(data.check_all(folder, bibliography)),
    "works": lambda folder, articles, bibliography: sources.check(bibliography),
    "articles": lambda folder, articles, bibliography: seeds.check_all(articles),
    "claims": claims.check,
    "changes of findings": lambda folder, articles, bibliography: finding_changes.check(folder, bibliography),
    "readings of signposts": lambda folder, articles, bibliography: signpost_readings.check(folder, bibliography),
    "columns of days, months and years": case.check,
}
"""What is checked, in this order: each check rests on those before it."""

FIELDS = ("label", "short", "language", "byline", "publisher", "published.earliest", "published.latest",
           "published.confidence", "published.clues", "genre", "origin.likely", "origin.source", "origin.confidence",
           "retelling.gained", "retelling.lost", "wording")  # fmt: skip
"""What an entry of `seeds.yml` says of its article, as dotted names."""

_MAY_STAY_EMPTY = {"retelling.gained", "retelling.lost", "wording"}  # `[]` says that one looked and found none


def run(
    names: Collection[str] | None = None,
    folder: Path = DATA,
    articles: Path = SEEDS,
    bibliography: Path = BIBLIOGRAPHY,
) -> dict[str, int]:
    """Hold the evidence to those of :data:`CHECKS` that are named, in their order, or to all; how much each of them
    looked at, by its name.

    Raises DataError or SeedError with the faults of the first check that finds any.
    """
    wanted = {name: check for name, check in CHECKS.items() if names is None or name in names}
    return {name: check(folder, articles, bibliography) for name, check in wanted.items()}


def looked_at() -> dict[str, list[Path]]:
    """Every file on which the result of :func:`run` rests, by the name of the check: the evidence, and the code."""
    code = [*sorted(Path(__file__).parent.glob("*.py")), *sorted((ROOT / "vouch").glob("*.py"))]
    evidence = [path for folder in (DATA, SEEDS) for path in sorted(folder.rglob("*")) if path.is_file()]
    return {name: [BIBLIOGRAPHY, *code, *([] if name == "works" else evidence)] for name in CHECKS}


def source_summary(folder: Path = DATA) -> pd.DataFrame:
    """One row per table: rows, columns, sources (distinct works cited), single_source_rows, oldest and newest date.

    Dates are the smallest and largest value of any date or year column, as text; empty where a table has none.
    """
    records = []
    for name in data.tables(folder):
        frame = data.load(name, folder)
        fields = data.described(name, folder)["schema"]["fields"]
        cited = [field["name"] for field in fields if field.get("rdfType") == data.SOURCE_TYPE]
        works = [_keys(row) for row in frame[cited].itertuples(index=False, name=None)] if cited else []
        dated = [frame[f["name"]].dropna() for f in fields if f["type"] in {"date", "year", "yearmonth"}]
        moments = sorted(str(value)[:10] for series in dated if len(series) for value in (series.min(), series.max()))
        records.append(
            {
                "table": name,
                "rows": len(frame),
                "columns": len(fields),
                "sources": len(set().union(*works)) if works else 0,
                "single_source_rows": sum(len(row) == 1 for row in works),
                "oldest": moments[0] if moments else "",
                "newest": moments[-1] if moments else "",
            }
        )
    return pd.DataFrame(records)


def row_sources(table: str, folder: Path = DATA) -> list[set[str]]:
    """The keys of all works that each row of a table cites, in the order of its rows; empty where it cites none."""
    cells, fields = data.cells(table, folder), data.described(table, folder)["schema"]["fields"]
    cited = [cells[field["name"]] for field in fields if field.get("rdfType") == data.SOURCE_TYPE]
    return [*map(_keys, zip(*cited, strict=True))] if cited else [set() for _row in next(iter(cells.values()))]


def by_class(folder: Path = DATA, bibliography: Path = BIBLIOGRAPHY) -> pd.DataFrame:
    """One row per class of sources: class, rule, works, rows (of all tables that cite at least one), alone (that cite
    nothing of another class)."""
    of = sources.classes(bibliography).set_index("source")["class"]
    cited = [
        {of[key] for key in works if key in of} for name in data.tables(folder) for works in row_sources(name, folder)
    ]
    records = [
        {
            "class": name,
            "rule": rule,
            "works": int((of == name).sum()),
            "rows": sum(name in found for found in cited),
            "alone": sum(found == {name} for found in cited),
        }
        for name, rule in sources.CLASSES.items()
    ]
    return pd.DataFrame(records)


def _keys(cells: tuple[Any, ...]) -> set[str]:
    return {key for cell in cells for key in keys(cell)}


def left_to_do(root: Path = ROOT) -> list[str]:
    """What the book still lacks of any article, in plain words, one line each; empty when every article is finished.

    What is wrong, as opposed to not done, is the affair of :data:`CHECKS`.
    """
    folder = root / "data"
    ledger, plain = (data.load(name, folder, folder / "references.bib") for name in ("claims", "nonfactual"))
    scored = set(data.load("forecasts", folder, folder / "references.bib")["claim"])
    toc = (root / "_toc.yml").read_text("utf-8")
    lines = []
    for seed in seeds.load_all(root / "seeds"):
        if empty := unfilled(seed):
            lines.append(f"{seed.id}: seeds/seeds.yml does not say yet: {', '.join(empty)}")
        sentences = claims.sentence_coverage(seed, ledger, plain)
        open_ = sentences[(sentences["claims"] == "") & (sentences["reason"] == "")]
        if len(open_):
            first = open_.iloc[0]
            begins = first["text"] if len(first["text"]) <= 50 else first["text"][:50].rsplit(" ", 1)[0] + " …"
            lines.append(
                f"{seed.id}: {len(open_)} of {len(sentences)} sentences are neither in data/claims.csv nor in "
                f"data/nonfactual.csv; the first, characters {first['start']} to {first['end']}: “{begins}”"
            )
        expected = ledger[(ledger["seed"] == seed.id) & ledger["forward_looking"]]
        if unscored := sorted(set(expected["claim"]) - scored):
            lines.append(f"{seed.id}: data/forecasts.csv does not say what came of {', '.join(unscored)}")
        page = f"chapters/ledger-{seed.id.lower()}"
        if not (root / f"{page}.md").exists():
            lines.append(f"{seed.id}: the page {page}.md is missing")
        if not re.search(rf"\b{page}\s*$", toc, re.M):
            lines.append(f"{seed.id}: _toc.yml does not list {page}")
    return lines


def unfilled(seed: seeds.Seed) -> list[str]:
    """The fields of the article's entry in `seeds.yml` that wait to be filled, as dotted names."""
    found = []
    for name in FIELDS:
        value: Any = seed.about
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if value is None or value == "" or (value == [] and name not in _MAY_STAY_EMPTY):
            found.append(name)
    return found


def main(folder: Path = DATA) -> int:
    """The command: check everything, print rows and sources of each table and what is left to do.

    Exit code 0 when all is valid, 2 when anything is not.
    """
    try:
        counts = run(folder=folder)
        left = left_to_do()
    except (DataError, seeds.SeedError) as error:
        print(error, file=sys.stderr)
        return 2
    summary = source_summary(folder)
    print(summary.to_string(index=False))
    print(
        f"{summary['rows'].sum():,} rows, {len(bibliography_keys())} works, "
        f"{summary['single_source_rows'].sum():,} rows on one source"
    )
    print(by_class(folder).drop(columns="rule").to_string(index=False))
    if "rechecks" in data.tables(folder):
        outcomes = data.load("rechecks", folder)["outcome"].value_counts()
        print("read again: " + ", ".join(f"{count} {name}" for name, count in outcomes.items()))
    print(", ".join(f"{count} {name}" for name, count in counts.items()) + ": all valid")
    if left:
        print("\nNot wrong, but not finished:")
        print(*left, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
