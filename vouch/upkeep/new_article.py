"""Take in a further article: keep it byte for byte, describe what is known of it (nothing yet), and say what is left.

    python -m vouch.upkeep.new_article FILE [--id S005]

Puts the text into `seeds/`, appends an entry to `seeds/seeds.yml` whose fields wait to be filled, lists the sentences
in a worksheet, writes the article's ledger page and lets `data/datapackage.json` know the new id. It claims nothing
about the article: claims, verdicts and evidence are rows that people write. Until they have, `make check-data` names
what is left to do (:func:`left_to_do`).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import re
import sys
from pathlib import Path

from vouch import text
from vouch.evidence import faults, seeds
from vouch.paths import ROOT, shown

_ID = re.compile(r"S\d{3}")

# Comments tell what belongs where; `null` is what check-data looks for.
_ENTRY = """  - id: {id}
    file: {file}
    sha256: {sha256}
    bytes: {bytes}
    label: null            # TO FILL: a few words and the year, for figures
    short: null            # TO FILL: "the article on ...", for running text
    language: null         # TO FILL: ISO 639-1
    byline: null           # TO FILL: as printed, or none
    publisher: null        # TO FILL: as printed, or not stated
    published:
      earliest: null       # TO FILL: first day on which it can have been written
      latest: null         # TO FILL: last such day
      confidence: null     # TO FILL: high, medium or low
      clues: null          # TO FILL: list of quote (verbatim, occurs once) and reads (what it says about the date)
    leftovers: null        # TO FILL: lines of the web page around it, such as a form of comments, verbatim; [] if none
    genre: null            # TO FILL
    origin:
      likely: null         # TO FILL: the report it retells, as far as can be shown
      source: null         # TO FILL: that report's key in references.bib, or none
      confidence: null     # TO FILL: high, medium or low
    retelling:
      gained: null         # TO FILL: what the text adds to its origin; [] if nothing
      lost: null           # TO FILL: what it drops; [] if nothing
    wording: null          # TO FILL: one-sided expressions, verbatim; [] if none
"""

_PAGE = """---
html_theme.sidebar_secondary.remove: true
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3 (ipykernel)
  language: python
  name: python3
mystnb:
  execution_mode: 'off'
---

# Ledger: {id}

Every checkable statement of the article, in the order of its text, with our verdict and the evidence for it. The
article is marked where a claim stands; the mark or its small number leads to the entry. Identifiers are
permanent. The whole ledger as data: {{book-file}}`claims.json`, {{book-file}}`claims.csv`.

## The article, with its claims marked

Reproduced for comment, word for word.

```{{container}} html-only epub
Line under the text: continuous for supported, dashed for supported with nuance,
wavy for imprecise, double for contradicted, dotted for outdated or unverifiable.
```

```{{vouch-article}} {id}
```

## Claims, verdicts and evidence

```{{vouch-ledger}} {id}
```
"""


def add(source: Path, seed: str | None = None, root: Path = ROOT) -> list[Path]:
    """Take the article in the file source into the checkout at root, as `seed` or under the next free id.

    Returns the files written. Raises SeedError, before anything is written, when the text is not UTF-8, holds line
    ends other than LF or is empty, when it is in the book already, or when the id is malformed or taken.
    """
    folder = root / "seeds"
    known = seeds.load_all(folder)
    raw = _readable(source)
    digest = hashlib.sha256(raw).hexdigest()
    for other in known:
        if other.about["sha256"] == digest:
            raise seeds.SeedError(f"{source}: is in the book already, as {other.id}")
    seed = seed or f"S{max((int(other.id[1:]) for other in known), default=-1) + 1:03d}"
    if not _ID.fullmatch(seed):
        raise seeds.SeedError(f"{seed!r} is no id of an article: it is S and three digits")
    if seed in {other.id for other in known}:
        raise seeds.SeedError(f"{seed} is taken; ids are permanent")
    # As the first two: the id's number, and sixteen hexadecimal digits that tell texts apart.
    text = folder / f"{seed[1:]}_{digest[:16]}.txt"
    page = root / "chapters" / f"ledger-{seed.lower()}.md"
    sheet = folder / f"{seed}.sentences.csv"
    for path in (text, page, sheet):
        if path.exists():
            raise seeds.SeedError(f"{shown(path)}: is there already")
    descriptor = root / "data" / "datapackage.json"
    described = _with_seed(descriptor.read_text("utf-8"), seed)

    text.write_bytes(raw)
    entries = (folder / "seeds.yml").read_text("utf-8")
    entry = _ENTRY.format(id=seed, file=text.name, sha256=digest, bytes=len(raw))
    (folder / "seeds.yml").write_text(entries.rstrip("\n") + "\n" + entry, "utf-8")
    sheet.write_text(worksheet(seeds.load(seed, folder)), "utf-8")
    page.write_text(_PAGE.format(id=seed), "utf-8")
    descriptor.write_text(described, "utf-8")
    return [text, folder / "seeds.yml", sheet, page, descriptor]


def worksheet(seed: seeds.Seed) -> str:
    """The sentences of an article as CSV: seed, start, end, quote, occurs.

    The first four columns are those of `claims.csv` and `nonfactual.csv`: a row becomes one or several claims, narrowed
    to what each claims, or a sentence that claims nothing. occurs counts the quotation in the text: a span that goes
    into the ledger must occur once. A working paper: no page reads it, and it may be deleted when the coding is done.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["seed", "start", "end", "quote", "occurs"])
    for sentence in seeds.sentences(seed):
        occurs = seed.text.count(sentence.text)
        writer.writerow([seed.id, sentence.start, sentence.end, text.defused(sentence.text), occurs])
    return stream.getvalue()


def _readable(source: Path) -> bytes:
    try:
        raw = source.read_bytes()
        text = raw.decode("utf-8")
    except OSError as error:
        raise seeds.SeedError(f"{source}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise seeds.SeedError(
            f"{source}, line {line}: not UTF-8; an article is kept as it came, so convert it first"
        ) from None
    if not text.strip():
        raise seeds.SeedError(f"{source}: is empty")
    if "\r" in text or text.startswith("\ufeff"):
        # Git may rewrite line ends and editors drop byte order marks: offsets would then point elsewhere.
        raise seeds.SeedError(f"{source}: has CR line ends or a byte order mark; save it as UTF-8 with LF first")
    return raw


def _with_seed(descriptor: str, seed: str) -> str:
    """The descriptor with the id among the allowed values of every column `seed`; otherwise as it was."""
    package = json.loads(descriptor)
    for resource in package["resources"]:
        for field in resource["schema"]["fields"]:
            allowed = field.get("constraints", {}).get("enum")
            if field["name"] == "seed" and allowed and seed not in allowed:
                field["constraints"]["enum"] = sorted([*allowed, seed])
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def main(argv: list[str] | None = None) -> int:
    """The command line: 0 when the article was taken in, 2 when it cannot be."""
    parser = argparse.ArgumentParser(
        prog="python -m vouch.upkeep.new_article", description="Take in a further article."
    )
    parser.add_argument("file", type=Path, help="the article as UTF-8 text")
    parser.add_argument("--id", help="S and three digits; default: the next after the highest")
    arguments = parser.parse_args(argv)
    try:
        written = add(arguments.file, arguments.id)
    except (seeds.SeedError, faults.DataError) as error:
        print(error, file=sys.stderr)
        return 2
    page = written[3].stem
    for path in written:
        print(f"written  {shown(path)}")
    print(f"""
By hand, in this order; `make check-data` says what is left:
1. seeds/seeds.yml: fill every field marked TO FILL. What cannot be known is said ("not stated"), not guessed.
2. data/claims.csv and data/nonfactual.csv: every sentence of {shown(written[2])}, cut into claims or with a reason.
3. data/first_coding.csv, data/second_coding.csv, data/resolutions.csv, data/verdicts.csv, data/evidence.csv,
   data/forecasts.csv; sources in references.bib. A checkable claim stops the build until it has its verdict.
4. _toc.yml, below the other ledgers, with a title as theirs:      - file: chapters/{page}
5. Chapters that name the articles one by one: articles, verdicts, limits, summary. Titles and coverage of the tables
   in data/datapackage.json that speak of two articles.""")
    return 0


if __name__ == "__main__":
    sys.exit(main())
