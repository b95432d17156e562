"""How the ledger grows: time to load and validate generated ledgers of up to 10,000 claims, and to render one page.

    python benchmarks/ledger_scale.py [claims ...]

Reports, never gates. The generated articles repeat numbered sentences, so that every quotation is unique; each claim
has a verdict, two codings and three rows of evidence, as in the real ledger.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import yaml

from vouch.evidence import claims, sources
from vouch.methods.articles import verdicts
from vouch.paths import DATA


def write(folder: Path, count: int) -> tuple[Path, Path]:
    """A data package and a seed folder with a ledger of `count` claims."""
    tables, seeds = folder / "data", folder / "seeds"
    shutil.copytree(DATA, tables)
    seeds.mkdir()
    sentences = [f"Statement number {number} was made on day {number}." for number in range(count)]
    text = " ".join(sentences)
    (seeds / "generated.txt").write_text(text, "utf-8")
    raw = text.encode()
    entry = {"id": "S000", "file": "generated.txt", "sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}
    (seeds / "seeds.yml").write_text(yaml.safe_dump({"seeds": [entry]}), "utf-8")

    ids = [f"S000-{number:05}" for number in range(count)]
    starts, at = [], 0
    for sentence in sentences:
        starts.append(at)
        at += len(sentence) + 1
    rows = pd.read_csv(tables / "claims.csv", dtype=str, keep_default_na=False).iloc[[0] * count]
    rows = rows.assign(
        claim=ids, seed="S000", start=starts, end=[s + len(t) for s, t in zip(starts, sentences, strict=True)],
        quote=sentences, checkable="true",
    )  # fmt: skip
    rows.to_csv(tables / "claims.csv", index=False, lineterminator="\n")
    for name in ("verdicts", "first_coding", "second_coding"):
        frame = (
            pd.read_csv(tables / f"{name}.csv", dtype=str, keep_default_na=False).iloc[[0] * count].assign(claim=ids)
        )
        frame = frame.assign(verdict="supported", **({"origins": "3"} if name == "verdicts" else {}))
        frame.to_csv(tables / f"{name}.csv", index=False, lineterminator="\n")
    works = sorted(sources.bibliography_keys())[:3]
    evidence = pd.DataFrame(
        [(claim, work, f"origin {n}", "supports", "It says so.") for claim in ids for n, work in enumerate(works)],
        columns=["claim", "source", "origin", "direction", "point"],
    )
    evidence.to_csv(tables / "evidence.csv", index=False, lineterminator="\n")
    for name in ("nonfactual", "resolutions", "forecasts"):
        path = tables / f"{name}.csv"
        path.write_text(path.read_text("utf-8").split("\n")[0] + "\n", "utf-8")
    package = json.loads((tables / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        if resource["name"] in {"nonfactual", "resolutions", "forecasts"}:
            resource["rowCount"] = {"minimum": 0}
    (tables / "datapackage.json").write_text(json.dumps(package), "utf-8")
    return tables, seeds


def main(counts: list[int]) -> None:
    print(f"{'claims':>8} {'load and validate, s':>22} {'verdict counts, s':>18}")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            tables, seeds = write(Path(folder), count)
            start = time.perf_counter()
            claims.check(tables, seeds)
            checked = time.perf_counter() - start
            ledger = claims.ledger(tables)
            start = time.perf_counter()
            verdicts.verdict_counts(ledger)
            print(f"{count:>8,} {checked:>22.2f} {time.perf_counter() - start:>18.3f}")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1_000, 5_000, 10_000])
