"""The guard of the findings: no number of the book changes without an entry that says why.

    python -m vouch.pages.changes                  show what differs between the built book and what was accepted
    python -m vouch.pages.changes --accept "why"   write the entries with this reason, and accept the findings
    ... --only coup.wait coup.share               these alone: each cause has its own reason

Compared are the findings of the last build (`_build/html/findings.json`) and the history in
`data/finding_changes.csv`; what was accepted last stands in `findings.json`. Exit codes: 0 nothing differs, or it was
accepted; 1 something differs; 2 a file is missing or faulty, or there is no reason.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import io
import json
import shutil
import sys
import tempfile
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pandas as pd

from bookpress import metadata, project
from vouch import findings
from vouch.evidence import data, finding_changes
from vouch.evidence.faults import DataError
from vouch.methods.firmness import editions
from vouch.paths import ROOT

BUILT = Path("_build/html/findings.json")
_TABLE = Path("data/finding_changes.csv")
_ENOUGH = 10
"""Shortest reason, in characters; the same in datapackage.json."""


def state(found: list[findings.Finding]) -> pd.DataFrame:
    """Findings as a state (see `vouch.methods.firmness.editions`)."""
    rows = [
        {"finding": finding.id, **{part: str(getattr(finding, part)) for part in findings.PARTS}}
        | ({"value": ""} if isinstance(finding.value, str) else {})
        for finding in found
    ]
    return pd.DataFrame(rows, columns=["finding", *findings.PARTS], dtype="str").set_index("finding")


def pending(root: Path = ROOT) -> pd.DataFrame:
    """What the built book has otherwise than the history: :func:`vouch.methods.firmness.editions.differences`.

    Raises DataError where the history contradicts itself, ValueError where a list of findings cannot be read.
    """
    finding_changes.check(root / "data", root / "data" / "references.bib")
    return editions.differences(editions.standing(_history(root)), state(findings.read(root / BUILT)))


def unaccepted(root: Path = ROOT) -> list[str]:
    """Why the findings of the built book are not the accepted ones, a line each; empty where they are.

    Also where `findings.json` was edited by hand, or only a note or chapter differs. Raises as :func:`pending` does.
    """
    messages = [f"{line}: not accepted" for line in lines(pending(root))]
    accepted = findings.read(root / "data" / findings.ACCEPTED.name)
    if not messages:
        by_hand = editions.differences(editions.standing(_history(root)), state(accepted))
        messages = [f"{line}: changed in findings.json without an entry in {_TABLE}" for line in lines(by_hand)]
    if not messages and _surroundings(root / "data" / findings.ACCEPTED.name) != _surroundings(root / BUILT):
        differing = _surroundings(root / "data" / findings.ACCEPTED.name) ^ _surroundings(root / BUILT)
        messages = [
            f"{id}: note or chapter is not that of findings.json" for id in sorted({id for id, _, _ in differing})
        ]
    return messages


def accept(why: str, root: Path = ROOT, day: datetime.date | None = None, only: Collection[str] = ()) -> pd.DataFrame:
    """Append an entry with this reason for each difference, and make `findings.json` that of the built book.

    day: the date of the entries (default: today). only: names of findings, so that each cause has its own reason;
    `findings.json` then follows with the last of them. Returns the differences. Raises ValueError for no reason, for a
    name that does not differ, an edition that `data/editions.csv` does not know, or an entry that the table may not
    hold, and as :func:`pending` does; then nothing is written.
    """
    net = pending(root)
    if same := sorted(set(only) - set(net["finding"])):
        raise ValueError(f"{', '.join(same)}: no such finding differs from what was accepted")
    left = len(net)
    if only:
        net = net[net["finding"].isin(set(only))]
    left -= len(net)
    if len(net) and len(why.strip()) < _ENOUGH:
        raise ValueError('why did they change? give a reason in words: make accept WHY="..."')
    edition = metadata.read_book(root).version
    if edition not in set(data.load("editions", root / "data", root / "data" / "references.bib")["edition"]):
        raise ValueError(f"data/editions.csv has no row for the edition {edition} of CITATION.cff")
    findings.read(root / "data" / findings.ACCEPTED.name)
    text = _with_entries(root, net, why, edition, (day or datetime.datetime.now(datetime.UTC).date()).isoformat())
    follows = _holds(root, text)  # not where the last digits of another machine are all that differs
    if len(net):
        project.replace(root / _TABLE, text)
    if not left and follows:
        project.replace(root / "data" / findings.ACCEPTED.name, (root / BUILT).read_text("utf-8"))
    return net


def lines(net: pd.DataFrame) -> list[str]:
    """Differences as text: id, what was printed, what is printed; unrounded values where the printed ones agree."""
    texts = []
    for change in net.to_dict("records"):
        sides = [
            findings.described(*(change[f"{side}_{part}"] for part in findings.PARTS if part != "value"))
            for side in ("before", "after")
        ]
        if sides[0] == sides[1]:
            sides = [f"{sides[0]}, unrounded {change[f'{side}_value']}" for side in ("before", "after")]
        texts.append(f"{change['finding']}: {sides[0] or '(nothing)'} -> {sides[1] or '(nothing)'}")
    return texts


def _with_entries(root: Path, net: pd.DataFrame, why: str, edition: str, today: str) -> str:
    """The table of changes as CSV, with an entry for each difference; ValueError for a day before its last."""
    with (root / _TABLE).open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        rows, columns = list(reader), list(reader.fieldnames or [])
    if today < (last := max((row["date"] for row in rows), default="")):
        raise ValueError(f"today is {today}, but the last entry is of {last}: is the clock right?")
    counts = pd.Series([row["finding"] for row in rows], dtype="str").value_counts()
    for change in net.to_dict("records"):
        entry = {"finding": change["finding"], "number": counts.get(change["finding"], 0) + 1, "edition": edition}
        entry |= {"date": today, "why": " ".join(why.split())}
        entry |= {"old": change["before_text"], "new": change["after_text"]}
        rows.append(entry | {part: change[f"after_{part}"] for part in findings.PARTS if part != "text"})
    rows.sort(key=lambda row: (row["finding"], int(row["number"])))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _holds(root: Path, text: str) -> bool:
    """Whether `findings.json` differs from the book, once the table of changes reads so; tried in a copy.

    Raises DataError with the entries that the table may not hold.
    """
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary)
        shutil.copytree(root / "data", copy / "data", ignore=shutil.ignore_patterns(".*"))
        (copy / BUILT.parent).mkdir(parents=True)
        shutil.copy(root / BUILT, copy / BUILT)
        project.replace(copy / _TABLE, text)
        try:
            return bool(unaccepted(copy))
        except DataError as error:
            file = f"{_TABLE}, as it would be"
            raise DataError([replace(fault, file=file, row=0) for fault in error.faults]) from None


def _history(root: Path) -> pd.DataFrame:
    return data.load("finding_changes", root / "data", root / "data" / "references.bib")


def _surroundings(path: Path) -> set[tuple[str, str, str]]:
    return {(entry["id"], entry["note"], entry["chapter"]) for entry in json.loads(path.read_text("utf-8"))}


def main(argv: list[str] | None = None, root: Path = ROOT) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m vouch.pages.changes", description="Changed findings of the book.")
    parser.add_argument("--accept", metavar="WHY", help="accept them; the reason in words")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="FINDING", help="accept these, for this reason, no others"
    )
    arguments = parser.parse_args(argv)
    try:
        messages = unaccepted(root)
        print("\n".join(messages) or "all findings are the accepted ones")
        if arguments.accept is None or not messages:
            return 1 if messages else 0
        net = accept(arguments.accept, root, only=arguments.only)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(net)} changes accepted in {_TABLE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
