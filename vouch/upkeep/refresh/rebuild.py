"""The list of tables that can be rebuilt; rebuilding one, holding it to its description, and writing it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from vouch.evidence import data
from vouch.evidence.faults import DataError
from vouch.paths import BIBLIOGRAPHY, DATA
from vouch.upkeep.refresh.compare import as_text, as_written, difference, in_order, with_present_spelling
from vouch.upkeep.refresh.publications import PUBLICATIONS, published
from vouch.upkeep.refresh.tables import (
    conflicts,
    gdp,
    ucdp_adm1,
    ucdp_month,
    ucdp_year,
    un_ideal_points,
    un_votes,
    unhcr_asylum,
    unhcr_displacement,
    vdem_v15,
    vdem_v16,
    vdem_v16_world,
)
from vouch.upkeep.refresh.wanted import wanted_of


@dataclass(frozen=True)
class Fetcher:
    """How one table is rebuilt: `build(wanted, *frames)` takes the frames of the publications in `needs`, in order.

    `order` are the columns by which the written table is sorted; `kept` says what is carried over from the present
    table and why; `compare_only` (a reason) marks a table that is shown but never written.
    """

    table: str
    needs: tuple[str, ...]
    build: Callable[..., pd.DataFrame]
    order: tuple[str, ...]
    kept: str = ""
    compare_only: str = ""


@dataclass(frozen=True)
class Outcome:
    """A rebuilt table as text, the rows of the present one, the differences, and the files it came from."""

    fetcher: Fetcher
    rows_before: int
    text: pd.DataFrame
    changes: pd.DataFrame
    files: tuple[str, ...]


FETCHERS = {
    fetcher.table: fetcher
    for fetcher in (
        Fetcher(table="gdp", needs=("worldbank_gdp",), build=gdp, order=("iso3", "year")),
        Fetcher(table="unhcr_asylum", needs=("unhcr_origin",), build=unhcr_asylum, order=("iso3", "year")),
        Fetcher(
            table="unhcr_displacement",
            needs=("unhcr_origin", "unhcr_in_myanmar", "unhcr_idmc"),
            build=unhcr_displacement,
            order=("year",),
            kept="column new_flows: UNHCR publishes flows as a workbook, not by its API",
        ),
        Fetcher(table="ucdp_year", needs=("ucdp_ged",), build=ucdp_year, order=("year",)),
        Fetcher(table="ucdp_month", needs=("ucdp_ged",), build=ucdp_month, order=("month",)),
        Fetcher(table="ucdp_adm1", needs=("ucdp_ged",), build=ucdp_adm1, order=("state_region", "year")),
        Fetcher(
            table="conflicts",
            needs=("ucdp_prio_acd",),
            build=conflicts,
            order=("year", "conflict_id"),
            kept="column conflict_name: the Armed Conflict Dataset has no names",
        ),
        Fetcher(table="vdem_v15", needs=("vdem_cy", "ert"), build=vdem_v15, order=("iso3", "year")),
        Fetcher(
            table="vdem_v16",
            needs=("owid_polyarchy",),
            build=vdem_v16,
            order=("iso3", "year"),
            kept="rows _WLD and _WLD_POP, if V-Dem's own file is given in place of the chart's",
        ),
        Fetcher(table="vdem_v16_world", needs=("owid_polyarchy",), build=vdem_v16_world, order=("iso3", "year")),
        Fetcher(
            table="un_ideal_points",
            needs=("un_ideal_points",),
            build=un_ideal_points,
            order=("iso3", "year", "vote_set"),
        ),
        Fetcher(
            table="un_votes",
            needs=("un_ga_voting",),
            build=un_votes,
            order=("resolution", "iso3"),
            kept="texts of committees and of the Security Council, which the record of the plenary does not hold",
            compare_only="each row cites where it was read; a changed vote needs a changed source, by hand",
        ),
    )
}
"""Every table that can be rebuilt, by name. All other tables are compiled by hand from the sources they cite."""


def rebuild(
    fetcher: Fetcher,
    local: Mapping[str, Sequence[Path]],
    folder: Path = DATA,
    bibliography: Path = BIBLIOGRAPHY,
    fetched: dict[str, bytes] | None = None,
) -> Outcome:
    """Build one table again and compare it with the present one; writes nothing. `local`: files by publication."""
    want = wanted_of(fetcher.table, folder, bibliography)
    frames = [published(PUBLICATIONS[name], want, local.get(name, ()), fetched) for name in fetcher.needs]
    files = tuple(dict.fromkeys(file for frame in frames for file in frame.index.unique("file")))
    resource = data.described(fetcher.table, folder)
    fields = resource["schema"]["fields"]
    built = fetcher.build(want, *frames).reindex(columns=[field["name"] for field in fields])
    new = as_text(in_order(built, want.current, fetcher.order), fields)
    old = as_written(folder / resource["path"])
    key = resource["schema"]["primaryKey"]
    key = [key] if isinstance(key, str) else key
    kinds = {field["name"]: field["type"] for field in fields}
    new = with_present_spelling(old, new, key, kinds)
    return Outcome(fetcher, len(old), new, difference(old, new, key), files)


def check(outcomes: Sequence[Outcome], folder: Path = DATA, bibliography: Path = BIBLIOGRAPHY) -> None:
    """Hold the rebuilt tables, and those that refer to them, to their descriptions in a copy of the data package.

    Raises DataError; its rows are those of the rebuilt table.
    """
    rebuilt = {outcome.fetcher.table for outcome in outcomes}
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "data"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".*"))
        for outcome in outcomes:
            save(outcome.text, copy / data.described(outcome.fetcher.table, folder)["path"])
        faults = []
        for resource in data.package(folder)["resources"]:
            schema = resource["schema"]
            references = {key["reference"]["resource"] for key in schema.get("foreignKeys", [])}
            references |= {field["listOf"]["resource"] for field in schema["fields"] if "listOf" in field}
            if resource["name"] in rebuilt or references & rebuilt:
                try:
                    data.load(resource["name"], copy, bibliography)
                except DataError as error:
                    faults += [replace(fault, file=f"{resource['name']} as rebuilt") for fault in error.faults]
    if faults:
        raise DataError(faults)


def write(outcome: Outcome, folder: Path = DATA) -> None:
    """Put a rebuilt table in place of the present one: written beside it, then exchanged in one step."""
    path = folder / data.described(outcome.fetcher.table, folder)["path"]
    aside = path.with_name(f".{path.name}.part")
    try:
        save(outcome.text, aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def save(text: pd.DataFrame, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        text.to_csv(stream, index=False, lineterminator="\n")
        stream.flush()
        os.fsync(stream.fileno())
