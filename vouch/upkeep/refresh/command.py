"""The command line of `python -m vouch.upkeep.refresh`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from vouch.evidence.faults import DataError
from vouch.paths import BIBLIOGRAPHY, DATA
from vouch.upkeep.refresh.publications import PUBLICATIONS, Unreachable
from vouch.upkeep.refresh.readers import bad
from vouch.upkeep.refresh.rebuild import FETCHERS, Fetcher, Outcome, check, rebuild, save, write

SAME, CHANGED, INVALID, UNREACHABLE = 0, 1, 2, 3
"""Exit codes."""

_MOST_SHOWN = 12


def summary(outcome: Outcome) -> str:
    """What a reader needs to judge the changes of one table: files, counts, the first of the differing values."""
    changes = outcome.changes
    key = [name for name in changes.columns if name not in {"change", "column", "old", "new"}]
    counts = changes.drop_duplicates(["change", *key])["change"].value_counts()
    numbers = ", ".join(f"{counts.get(change, 0)} {change}" for change in ("added", "removed", "changed"))
    lines = [f"{outcome.fetcher.table}: {outcome.rows_before} rows now, {len(outcome.text)} rebuilt; {numbers}"]
    lines += [f"  from {file}" for file in outcome.files]
    if outcome.fetcher.kept:
        lines.append(f"  kept: {outcome.fetcher.kept}")
    for change in changes.head(_MOST_SHOWN).to_dict("records"):
        place = " ".join(change[name] for name in key)
        old, new = change["old"] or "empty", change["new"] or "empty"
        lines.append(f"  {change['change']:8} {place}  {change['column']}: {old} -> {new}")
    if len(changes) > _MOST_SHOWN:
        lines.append(f"  ... and {len(changes) - _MOST_SHOWN} more values (all of them: --diff PATH)")
    return "\n".join(lines)


def listing() -> pd.DataFrame:
    """What can be rebuilt: table, publication, publisher, licence, release (how recognised), address or page."""
    return pd.DataFrame(
        [
            {
                "table": fetcher.table,
                "publication": name,
                "publisher": PUBLICATIONS[name].publisher,
                "licence": PUBLICATIONS[name].licence,
                "release": PUBLICATIONS[name].release,
                "address": PUBLICATIONS[name].address or f"by hand, from {PUBLICATIONS[name].page}",
            }
            for fetcher in FETCHERS.values()
            for name in fetcher.needs
        ]
    )


def _local_files(given: Sequence[str]) -> dict[str, list[Path]]:
    """`--from NAME=PATH` as paths by publication; NAME may be a table with a single publication."""
    files: dict[str, list[Path]] = {}
    for entry in given:
        name, equals, path = entry.partition("=")
        if not equals or not path:
            raise bad("--from", f"NAME=PATH is expected, not {entry!r}", value=entry)
        if name not in PUBLICATIONS:
            if name not in FETCHERS:
                known = ", ".join([*FETCHERS, *PUBLICATIONS])
                raise bad("--from", f"no table or publication {name!r}; there are: {known}", value=name)
            needs = FETCHERS[name].needs
            if len(needs) > 1:
                raise bad("--from", f"{name} needs {', '.join(needs)}: name the publication", value=name)
            name = needs[0]
        files.setdefault(name, []).append(Path(path))
    return files


def main(arguments: Sequence[str] | None = None, folder: Path = DATA, bibliography: Path = BIBLIOGRAPHY) -> int:
    """`python -m vouch.upkeep.refresh`; gives the exit code (see the package)."""
    options = _parser().parse_args(arguments)
    if options.list:
        for row in listing().to_dict("records"):
            print(f"{row['table']} <- {row['publication']}: {row['publisher']}; {row['licence']}")
            print(f"    {row['address']}\n    release: {row['release']}")
        return SAME
    try:
        local = _local_files(options.given)
        fetchers = _chosen(options.tables, local)
    except DataError as error:
        print(error, file=sys.stderr)
        return INVALID
    outcomes, worst = _rebuilt(fetchers, local, folder, bibliography)
    changed = [outcome for outcome in outcomes if len(outcome.changes)]
    try:
        if options.diff and outcomes:  # nothing rebuilt is not "no difference": an earlier file stays as it was
            _save_diff([outcome.changes.assign(table=outcome.fetcher.table) for outcome in outcomes], options.diff)
        check(changed, folder, bibliography)
    except (DataError, OSError) as error:
        print(error if isinstance(error, DataError) else _unwritten(str(options.diff), error), file=sys.stderr)
        worst = max(worst, INVALID)
    if not options.write:
        return max(worst, CHANGED if changed else SAME)
    if worst > SAME:
        print("nothing was written", file=sys.stderr)
        return worst
    return _written(changed, folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vouch.upkeep.refresh",
        description="Rebuild tables from their publishers' own files and show what would change.",
        epilog="Exit codes: 0 no change or all written, 1 changes shown, 2 bad input or validation, 3 network.",
    )
    parser.add_argument("tables", nargs="*", metavar="TABLE", help="tables to rebuild (all that need no file by hand)")
    parser.add_argument("--from", dest="given", action="append", default=[], metavar="NAME=PATH", help="a local file")
    parser.add_argument("--diff", type=Path, metavar="PATH", help="write every differing value to this CSV file")
    parser.add_argument("--write", action="store_true", help="write the rebuilt tables, if all of them are valid")
    parser.add_argument("--list", action="store_true", help="tables, publishers, licences and addresses")
    return parser


def _chosen(tables: Sequence[str], local: Mapping[str, Sequence[Path]]) -> list[Fetcher]:
    """The tables that were asked for; where none was, all that need no file which is handed out by hand only."""
    if unknown := [table for table in tables if table not in FETCHERS]:
        raise bad(", ".join(unknown), f"cannot be rebuilt; these can: {', '.join(FETCHERS)}")
    if tables:
        return [FETCHERS[table] for table in tables]
    fetchers = []
    for fetcher in FETCHERS.values():
        by_hand = [name for name in fetcher.needs if not PUBLICATIONS[name].address and name not in local]
        if by_hand:
            page = PUBLICATIONS[by_hand[0]].page
            print(f"{fetcher.table}: skipped, needs --from {by_hand[0]}=PATH (from {page})")
        else:
            fetchers.append(fetcher)
    return fetchers


def _rebuilt(
    fetchers: Sequence[Fetcher], local: Mapping[str, Sequence[Path]], folder: Path, bibliography: Path
) -> tuple[list[Outcome], int]:
    """What could be rebuilt, each told as soon as it is there, and the exit code of the worst that could not."""
    outcomes: list[Outcome] = []
    worst = SAME
    fetched: dict[str, bytes] = {}
    for fetcher in fetchers:
        try:
            outcomes.append(rebuild(fetcher, local, folder, bibliography, fetched))
        except DataError as error:
            print(error, file=sys.stderr)
            worst = max(worst, INVALID)
        except Unreachable as error:
            print(f"{fetcher.table}: cannot be reached: {error}", file=sys.stderr)
            worst = max(worst, UNREACHABLE)
        else:
            print(summary(outcomes[-1]))
    return outcomes, worst


def _written(changed: Sequence[Outcome], folder: Path) -> int:
    """Write what may be written and say what may not; the exit code."""
    code = SAME
    for outcome in changed:
        table = outcome.fetcher.table
        if outcome.fetcher.compare_only:
            print(f"{table}: never written: {outcome.fetcher.compare_only}")
            code = CHANGED
            continue
        try:
            write(outcome, folder)
        except OSError as error:
            print(_unwritten(table, error), file=sys.stderr)
            return INVALID
        print(f"{table}: written")
    return code


def _unwritten(what: str, error: OSError) -> str:
    return f"{what}: cannot be written: {error.strerror}"


def _save_diff(parts: Sequence[pd.DataFrame], path: Path) -> None:
    """All differences as one CSV: table, change, key (parts joined by ;), column, old, new."""
    names = ["table", "change", "key", "column", "old", "new"]
    lines = [pd.DataFrame(columns=names)]
    for part in parts:
        key = [name for name in part.columns if name not in names]
        lines.append(part.assign(key=part[key].agg(";".join, axis=1) if len(part) else "")[names])
    save(pd.concat(lines, ignore_index=True), path)
