"""Rebuild the tables that come from machine-readable publications, and show what would change.

    python -m vouch.refresh [TABLE ...] [--from NAME=PATH ...] [--diff PATH] [--write] [--list]

Each table of :data:`FETCHERS` is built again from its publisher's own file or interface: which countries and years it
holds is read from the present table and from `data/datapackage.json`, never typed a second time. The result is laid
beside the present table; added, removed and changed rows are listed with old and new value. Nothing is written
without `--write`, and nothing at all if one of the rebuilt tables does not hold to its description.

`--from NAME=PATH` reads a local file in place of an address; NAME is a publication (see `--list`) or a table with a
single publication; repeat it for an answer that came in several pages. A zip archive is read as it was downloaded.

To take in a new release: raise `maximum` of the table's year (or month) in `datapackage.json`, and the release in
the title of its source, then run this. A file of any other release is refused, because most publishers revise all
years with each release and two releases must never share a table.

Exit codes: 0 no change (or all changes written); 1 changes shown and not written; 2 a publisher's file, a local path
or a rebuilt table is not as described; 3 a publisher could not be reached. Where several apply, the highest is given.

Addresses are those of the publishers. Where they are documented:

* World Bank: Indicators API, "API Basic Call Structures",
  https://datahelpdesk.worldbank.org/knowledgebase/articles/898581-api-basic-call-structure
* UNHCR: Refugee Data Finder API, https://www.unhcr.org/refugee-statistics/insights/explainers/forcibly-displaced-api.html
* UCDP: files linked from https://ucdp.uu.se/downloads/; the number of a release is the year it came out, and it runs to
  the year before. (Its interface, https://ucdp.uu.se/apidocs/, needs a token since February 2026 and is not used.)
* Our World in Data: Chart API, https://docs.owid.io/projects/etl/api/chart-api/
* Harvard Dataverse: https://guides.dataverse.org/en/latest/api/native-api.html (versions of a dataset) and
  https://guides.dataverse.org/en/latest/api/dataaccess.html (files)
* Episodes of Regime Transformation: `inst/` of https://github.com/vdeminstitute/ERT (its README)
* V-Dem and the UN Digital Library hand out files by a form or under dated names: download by hand, then `--from`.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pandas as pd

from vouch.evidence import data
from vouch.evidence.faults import DataError, Fault
from vouch.paths import BIBLIOGRAPHY, DATA, shown

SAME, CHANGED, INVALID, UNREACHABLE = 0, 1, 2, 3
"""Exit codes."""

MYANMAR = "MMR"
MYANMAR_GW = "775"
"""Myanmar in the list of states of Gleditsch and Ward, which UCDP uses."""

_TIMEOUT = 120
_MOST_SHOWN = 12
_WHOLE = re.compile(r"-?\d+(\.0+)?")
_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})([ T]00:00:00(\.0+)?)?")
_MISSING = {"", "NA", "-"}
"""What publishers write for a missing cell: nothing (or JSON's null), R's NA, UNHCR's dash."""


class Unreachable(Exception):
    """A publisher's address did not answer, or answered with an error."""


@dataclass(frozen=True)
class Wanted:
    """What the present table asks of a publication: it fixes countries and years, so that they are typed once.

    `current` is the typed table, `first` and `last` its years as described (`minimum` and `maximum` of year or month),
    `countries` the codes of countries in it, `south_east_asia` the codes of that region in the table `countries`,
    `edition` the release named in brackets in the title of its first source ("July 2025", "Version 15").
    """

    table: str
    current: pd.DataFrame
    first: int
    last: int
    countries: tuple[str, ...]
    south_east_asia: frozenset[str]
    edition: str = ""

    @property
    def years(self) -> range:
        return range(self.first, self.last + 1)


@dataclass(frozen=True)
class Publication:
    """A file or answer of a publisher.

    `address` may hold {first}, {last}, {countries} (joined by ;) and {release} (UCDP's number of the release that runs
    to the table's last year); it is empty where the publisher hands out the file by hand only, from `page`.
    `release` says how the version is recognised. `read` makes a frame of text cells from the bytes; its index is
    (file, row), so that any later complaint can name them. `pages` gives the number of pages that an answer is part of,
    `locate` finds the file's address in a listing.
    """

    name: str
    publisher: str
    page: str
    licence: str
    release: str
    read: Callable[[bytes, str], pd.DataFrame]
    address: str = ""
    pages: Callable[[bytes, str], int] | None = None
    locate: Callable[[bytes, str, Wanted], str] | None = None


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


# ---------------------------------------------------------------- reading what publishers send


def read_delimited(
    raw: bytes, file: str, columns: Sequence[str], member: str = r"\.(csv|tab)$", tidy: Callable[[str], str] = str.strip
) -> pd.DataFrame:
    """The named columns of a CSV or tab-separated file (or of the only such member of a zip archive), as text.

    `tidy` is applied to the names in the header before they are compared. The index is (file, row), the header being
    row 1. Raises DataError for a file that is not UTF-8, lacks a column, is ragged or holds no row.
    """
    lines, file = _lines(raw, file, member)
    csv.field_size_limit(2**24)  # some columns of source notes are longer than the default allows
    text = _decoded(lines, file)
    try:
        head = next(text)
    except StopIteration:
        raise _bad(file, "the file is empty", row=1) from None
    delimiter = "\t" if head.count("\t") > head.count(",") else ","
    header = [tidy(name) for name in next(csv.reader([head], delimiter=delimiter))]
    missing = [name for name in columns if name not in header]
    if missing:
        has = ", ".join(header[:12]) + (" ..." if len(header) > 12 else "")
        raise _bad(file, f"the publisher's file has no such column; it has {has}", row=1, column=missing[0])
    places = [header.index(name) for name in columns]
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    rows, cells = [], []
    try:
        for record in reader:
            if len(record) != len(header):
                reason = f"{len(record)} cells where the header has {len(header)}"
                raise _bad(file, reason, row=reader.line_num + 1)
            rows.append(reader.line_num + 1)
            cells.append([record[place].strip() for place in places])
    except csv.Error as error:
        raise _bad(file, f"not readable as CSV: {error}", row=reader.line_num + 1) from None
    return _located(cells, columns, file, rows)


def read_world_bank(raw: bytes, file: str) -> pd.DataFrame:
    """Columns countryiso3code, date, value of an answer of the Indicators API: `[{page, pages, ...}, [{...}, ...]]`."""
    answer = _json(raw, file)
    if isinstance(answer, list) and answer and isinstance(answer[0], dict) and "message" in answer[0]:
        raise _bad(file, f"the World Bank answers with an error: {answer[0]['message']}")
    if not (isinstance(answer, list) and len(answer) == 2 and isinstance(answer[1], list)):
        raise _bad(file, "not an answer of the Indicators API: a list of two parts is expected")
    return _items(answer[1], ("countryiso3code", "date", "value"), file)


def world_bank_pages(raw: bytes, file: str) -> int:
    """Number of pages of the answer that this one belongs to."""
    answer = _json(raw, file)
    head = answer[0] if isinstance(answer, list) and answer and isinstance(answer[0], dict) else {}
    return int(head.get("pages", 1))


def read_unhcr(*columns: str) -> Callable[[bytes, str], pd.DataFrame]:
    """A reader of the given columns of an answer of UNHCR's API: `{page, maxPages, items: [{...}, ...]}`."""

    def read(raw: bytes, file: str) -> pd.DataFrame:
        answer = _json(raw, file)
        if not (isinstance(answer, dict) and isinstance(answer.get("items"), list)):
            raise _bad(file, "not an answer of UNHCR's population API: no list of items", column="items")
        return _items(answer["items"], ("year", *columns), file)

    return read


def unhcr_pages(raw: bytes, file: str) -> int:
    """Number of pages of the answer that this one belongs to."""
    answer = _json(raw, file)
    return int(answer.get("maxPages", 1)) if isinstance(answer, dict) else 1


def read_ged(raw: bytes, file: str) -> pd.DataFrame:
    """The columns of UCDP's Georeferenced Event Dataset that the tables use."""
    columns = (
        "year", "type_of_violence", "dyad_new_id", "side_a", "adm_1", "country_id", "date_start",
        "deaths_civilians", "best", "high", "low",
    )  # fmt: skip
    return read_delimited(raw, file, columns, member=r"(?i)gedevent.*\.csv$")


def read_acd(raw: bytes, file: str) -> pd.DataFrame:
    """The columns of the UCDP/PRIO Armed Conflict Dataset that the table uses."""
    columns = (
        "conflict_id", "gwno_a", "incompatibility", "year", "intensity_level", "start_date", "start_date2", "ep_end",
        "version",
    )  # fmt: skip
    return read_delimited(raw, file, columns)


def read_vdem(raw: bytes, file: str) -> pd.DataFrame:
    """The columns of V-Dem's Country-Year dataset (Core or Full+Others) that the tables use."""
    columns = ("country_text_id", "year", *_VDEM_INDICES)
    return read_delimited(raw, file, columns, member=r"(?i)v-dem-cy.*\.csv$")


def read_ert(raw: bytes, file: str) -> pd.DataFrame:
    """The columns of the Episodes of Regime Transformation that the table uses."""
    return read_delimited(raw, file, ("country_text_id", "year", *_ERT_COLUMNS))


def read_polyarchy(raw: bytes, file: str) -> pd.DataFrame:
    """Columns iso3, year, v2x_polyarchy of Our World in Data's chart, or of V-Dem's own country-year file.

    The chart's world rows are named _WLD and _WLD_POP, as in the table; V-Dem's own file has none.
    """
    lines, _ = _lines(raw, file, r"\.csv$")
    header = next(iter(_decoded(lines, file)), "")
    if "country_text_id" in header:
        frame = read_delimited(raw, file, ("country_text_id", "year", "v2x_polyarchy"), member=r"(?i)v-dem-cy.*\.csv$")
        return frame.rename(columns={"country_text_id": "iso3"})

    def tidy(name: str) -> str:
        name = name.strip().lower()
        return "v2x_polyarchy" if name.startswith("electoral democracy index") else name

    frame = read_delimited(raw, file, ("entity", "code", "year", "v2x_polyarchy"), tidy=tidy)
    frame["iso3"] = frame["code"].replace({"OWID_WRL": "_WLD"})
    frame.loc[frame["entity"] == "World (population-weighted)", "iso3"] = "_WLD_POP"
    return frame[["iso3", "year", "v2x_polyarchy"]]


def read_ideal_points(raw: bytes, file: str) -> pd.DataFrame:
    """Ideal points by country and calendar year; editions differ in case and write Q5%FP or q5fp."""
    columns = ["iso3c", "year"] + [f"{name}{votes}" for votes in ("fp", "all") for name in _IDEAL_POINT]
    return read_delimited(raw, file, columns, tidy=lambda name: name.strip().lower().replace("%", ""))


def read_un_votes(raw: bytes, file: str) -> pd.DataFrame:
    """Votes of member states in the General Assembly, from the UN Digital Library's dataset."""
    return read_delimited(raw, file, ("ms_code", "ms_vote", "resolution"))


def locate_ideal_points(raw: bytes, file: str, wanted: Wanted) -> str:
    """Address of the file of the wanted edition ("July 2025") in the list of all versions of the dataset.

    Raises DataError where no version holds such a file.
    """
    answer = _json(raw, file)
    try:
        listed = [(entry["label"], entry["dataFile"]["id"]) for version in answer["data"] for entry in version["files"]]
    except (KeyError, TypeError):
        raise _bad(file, "not a list of the versions of a dataset", column="files") from None
    edition = re.sub(r"\W", "", wanted.edition).lower()
    for label, number in listed:
        name = label.lower()
        if name.startswith("idealpoint") and edition in name and name.endswith((".tab", ".csv")):
            return f"https://dataverse.harvard.edu/api/access/datafile/{number}"
    labels = ", ".join(sorted({label for label, _ in listed if label.lower().startswith("idealpoint")}))
    raise _bad(
        file, f"no file of ideal points of this edition; there are: {labels}", column="label", value=wanted.edition
    )


def _lines(raw: bytes, file: str, member: str) -> tuple[Iterable[bytes], str]:
    if not raw.startswith(b"PK\x03\x04"):
        return io.BytesIO(raw), file
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        names = [name for name in archive.namelist() if re.search(member, name) and not name.startswith("__MACOSX")]
        if len(names) != 1:
            raise _bad(file, f"one data file is expected in the archive; it holds {archive.namelist()}")
        return io.BytesIO(archive.read(names[0])), f"{file}/{names[0]}"
    except zipfile.BadZipFile as error:
        raise _bad(file, f"not a readable zip archive: {error}") from None


def _decoded(lines: Iterable[bytes], file: str) -> Iterator[str]:
    for row, line in enumerate(lines, 1):
        try:
            yield line.decode("utf-8-sig" if row == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise _bad(file, f"not UTF-8: byte 0x{line[error.start]:02x}", row=row) from None


def _json(raw: bytes, file: str) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        row = getattr(error, "lineno", 0)
        raise _bad(file, f"not readable as JSON: {error}", row=row) from None


def _items(items: Sequence[Any], columns: Sequence[str], file: str) -> pd.DataFrame:
    cells = []
    for row, item in enumerate(items, 1):
        for name in columns:
            if not isinstance(item, dict) or name not in item:
                raise _bad(file, "the publisher's answer has no such field in this item", row=row, column=name)
        cells.append(["" if item[name] is None else str(item[name]).strip() for name in columns])
    return _located(cells, columns, file, range(1, len(cells) + 1))


def _located(cells: list[list[str]], columns: Sequence[str], file: str, rows: Iterable[int]) -> pd.DataFrame:
    if not cells:
        raise _bad(file, "the file holds no rows")
    index = pd.MultiIndex.from_arrays([[file] * len(cells), list(rows)], names=["file", "row"])
    return pd.DataFrame(cells, columns=list(columns), index=index, dtype="str")


def _bad(file: str, reason: str, *, row: int = 0, column: str = "", value: str = "") -> DataError:
    return DataError([Fault(file, reason, row=row, column=column, value=value)])


# ---------------------------------------------------------------- cells of publishers as values


def _column(frame: pd.DataFrame, name: str, kind: str) -> pd.Series:
    """A text column as Int64, float64 or datetime64; DataError with file, row and column of each cell that is none."""
    pattern, convert, dtype, article = {
        "whole": (_WHOLE, lambda match: int(float(match[0])), "Int64", "a whole number"),
        "number": (_NUMBER, lambda match: float(match[0]), "float64", "a number"),
        "date": (_DATE, lambda match: pd.Timestamp(match[1]), "datetime64[s]", "a date"),
    }[kind]
    values, faults = [], []
    for (file, row), text in frame[name].items():
        value, match = None, pattern.fullmatch(text)
        if text not in _MISSING:
            try:
                value = convert(match)
            except (TypeError, ValueError):  # no match at all, or a date such as 2020-02-30
                faults.append(Fault(file, f"not {article}", row=row, column=name, value=text))
        values.append(value)
    if faults:
        raise DataError(faults)
    return pd.Series(values, index=frame.index, dtype=dtype)


def _coded(frame: pd.DataFrame, name: str, codes: Mapping[str, Any]) -> pd.Series:
    """A text column translated by a list of codes; DataError names the first cell that is not in the list."""
    known = frame[name].isin(list(codes))
    if not known.all():
        (file, row), text = next(iter(frame.loc[~known, name].items()))
        raise _bad(file, f"not one of the publisher's codes {', '.join(codes)}", row=row, column=name, value=text)
    return frame[name].map(codes)


def _in_years(frame: pd.DataFrame, wanted: Wanted, name: str = "year") -> pd.DataFrame:
    """The rows of the wanted years, with the column as a whole number."""
    years = _column(frame, name, "whole")
    return frame.assign(**{name: years})[years.between(wanted.first, wanted.last).fillna(False)]


def _of_release(frame: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    """The frame, if it ends in the table's last year: otherwise it is another release, and DataError says so."""
    years = _column(frame, "year", "whole")
    if years.max() != wanted.last:
        file, row = years.idxmax()
        reason = (
            f"the file runs to {years.max()}, the table {wanted.table} to {wanted.last}: another release. "
            "To move to it, change `maximum` in data/datapackage.json"
        )
        raise _bad(file, reason, row=row, column="year", value=str(years.max()))
    return frame


# ---------------------------------------------------------------- the tables, each a function of frames


def gdp(wanted: Wanted, answer: pd.DataFrame) -> pd.DataFrame:
    """iso3, year, gdp_usd (current US dollars, rounded to whole dollars); years without a value have no row."""
    rows = _in_years(answer[answer["countryiso3code"].isin(wanted.countries)], wanted, "date")
    values = _column(rows, "value", "number")
    table = pd.DataFrame({"iso3": rows["countryiso3code"], "year": rows["date"], "gdp_usd": values}).dropna()
    return table.assign(gdp_usd=table["gdp_usd"].round().astype("Int64"))


def unhcr_asylum(wanted: Wanted, origin: pd.DataFrame) -> pd.DataFrame:
    """iso3 (country of asylum), year, refugees, asylum_seekers from Myanmar (persons at the end of the year)."""
    rows = origin[(origin["coo_iso"] == MYANMAR) & origin["coa_iso"].isin(wanted.countries)]
    rows = _in_years(rows, wanted)
    counts = {name: _column(rows, name, "whole") for name in ("refugees", "asylum_seekers")}
    return pd.DataFrame({"iso3": rows["coa_iso"], "year": rows["year"], **counts})


def unhcr_displacement(
    wanted: Wanted, origin: pd.DataFrame, in_myanmar: pd.DataFrame, idmc: pd.DataFrame
) -> pd.DataFrame:
    """One row per year: people displaced from and within Myanmar (persons); a year without any figure stays empty.

    `origin` are people from Myanmar by country of asylum, `in_myanmar` people in Myanmar by country of origin, `idmc`
    the count of the Internal Displacement Monitoring Centre, which UNHCR's API passes on. New flows are not in the API
    and are carried over.
    """
    abroad = _in_years(origin[origin["coo_iso"] == MYANMAR], wanted)
    at_home = abroad[abroad["coa_iso"] == MYANMAR]
    present = _in_years(in_myanmar[in_myanmar["coa_iso"] == MYANMAR], wanted)
    counted = _in_years(idmc[idmc["coo_iso"] == MYANMAR], wanted)

    def by_year(rows: pd.DataFrame, name: str) -> pd.Series:
        return _column(rows, name, "whole").groupby(rows["year"]).sum(min_count=1)

    table = pd.DataFrame(
        {
            "refugees": by_year(abroad, "refugees"),
            "asylum_seekers": by_year(abroad, "asylum_seekers"),
            "idps_unhcr": by_year(at_home, "idps"),
            "idps_idmc": by_year(counted, "total"),
            "returned_refugees": by_year(abroad, "returned_refugees"),
            "returned_idps": by_year(at_home, "returned_idps"),
            "stateless_in_myanmar": by_year(present, "stateless"),
        },
        index=pd.Index(wanted.years, name="year", dtype="Int64"),
    )
    table["new_flows"] = wanted.current.set_index("year")["new_flows"].reindex(table.index)
    return table.reset_index()


def _events(wanted: Wanted, ged: pd.DataFrame) -> pd.DataFrame:
    """Events in Myanmar in the wanted years, typed; columns as below, deaths as best, low, high and civilians."""
    ged = _of_release(ged, wanted)
    rows = _in_years(ged[ged["country_id"] == MYANMAR_GW], wanted)
    kinds = {"1": "state_based", "2": "non_state", "3": "one_sided"}
    return pd.DataFrame(
        {
            "year": rows["year"],
            "month": _column(rows, "date_start", "date").dt.to_period("M"),
            "kind": _coded(rows, "type_of_violence", kinds),
            "dyad": rows["dyad_new_id"],
            "by_government": rows["side_a"].str.startswith("Government of Myanmar"),
            "state": rows["adm_1"].map(_state),
            "best": _column(rows, "best", "whole"),
            "low": _column(rows, "low", "whole"),
            "high": _column(rows, "high", "whole"),
            "civilians": _column(rows, "deaths_civilians", "whole"),
        }
    )


def _state(name: str) -> str:
    """UCDP's name of a first-level division as the table has it: 'Kachin state' -> 'Kachin'."""
    if not name:
        return "not located"
    return re.sub(r"(?i) (state|region|union territory)$", "", name).replace("Naypyidaw", "Naypyitaw")


def ucdp_year(wanted: Wanted, ged: pd.DataFrame) -> pd.DataFrame:
    """One row per year: events, deaths (best, low, high, civilians, by type of violence), active state-based dyads."""
    events = _events(wanted, ged)
    one_sided = events[events["kind"] == "one_sided"]
    table = {
        "events": events.groupby("year").size(),
        "deaths_best": events.groupby("year")["best"].sum(),
        "deaths_low": events.groupby("year")["low"].sum(),
        "deaths_high": events.groupby("year")["high"].sum(),
        "deaths_civilians": events.groupby("year")["civilians"].sum(),
        **_deaths_by_kind(events, "year"),
        "deaths_one_sided_government": one_sided[one_sided["by_government"]].groupby("year")["best"].sum(),
        "dyads_active": events[events["kind"] == "state_based"].groupby("year")["dyad"].nunique(),
    }
    index = pd.Index(wanted.years, name="year", dtype="Int64")
    return _counts(table, index)


def ucdp_month(wanted: Wanted, ged: pd.DataFrame) -> pd.DataFrame:
    """One row per month of the start of events: events and deaths (best estimate), in all and by type; 0 where none."""
    events = _events(wanted, ged)
    grouped = events.groupby("month")
    table = {"events": grouped.size(), "deaths_best": grouped["best"].sum(), **_deaths_by_kind(events, "month")}
    return _counts(table, pd.period_range(f"{wanted.first}-01", f"{wanted.last}-12", freq="M", name="month"))


def ucdp_adm1(wanted: Wanted, ged: pd.DataFrame) -> pd.DataFrame:
    """One row per state or region and year with at least one event: events, deaths (best), of these one-sided."""
    events = _events(wanted, ged).rename(columns={"state": "state_region"})
    grouped = events.groupby(["state_region", "year"])
    one_sided = events[events["kind"] == "one_sided"].groupby(["state_region", "year"])["best"].sum()
    table = {"events": grouped.size(), "deaths_best": grouped["best"].sum(), "deaths_one_sided": one_sided}
    return _counts(table, grouped.size().index)


def _deaths_by_kind(events: pd.DataFrame, by: str) -> dict[str, pd.Series]:
    return {
        f"deaths_{kind}": events[events["kind"] == kind].groupby(by)["best"].sum()
        for kind in ("state_based", "non_state", "one_sided")
    }


def _counts(columns: Mapping[str, pd.Series], index: pd.Index) -> pd.DataFrame:
    counted = {name: values.reindex(index).fillna(0).astype("Int64") for name, values in columns.items()}
    return pd.DataFrame(counted, index=index).reset_index()


def conflicts(wanted: Wanted, acd: pd.DataFrame) -> pd.DataFrame:
    """One row per conflict of the Government of Myanmar and year with 25 or more battle-related deaths.

    Names are carried over by conflict id: the Armed Conflict Dataset has none.
    """
    release = ucdp_release(wanted.last)
    other = acd[acd["version"] != release]
    if len(other):
        (file, row), text = next(iter(other["version"].items()))
        raise _bad(
            file,
            f"the table {wanted.table} ends in {wanted.last}: release {release}",
            row=row,
            column="version",
            value=text,
        )
    of_myanmar = acd["gwno_a"].str.split(r"\s*,\s*", regex=True).map(lambda states: MYANMAR_GW in states)
    rows = _in_years(acd[of_myanmar], wanted)
    known = wanted.current.dropna(subset="conflict_name").drop_duplicates("conflict_id")
    numbers = _column(rows, "conflict_id", "whole")
    return pd.DataFrame(
        {
            "conflict_id": numbers,
            "year": rows["year"],
            "conflict_name": numbers.map(known.set_index("conflict_id")["conflict_name"]),
            "incompatibility": _coded(rows, "incompatibility", {"1": "territory", "2": "government"}),
            "intensity_level": _column(rows, "intensity_level", "whole"),
            "start_date": _column(rows, "start_date", "date"),
            "episode_start_date": _column(rows, "start_date2", "date"),
            "episode_end": _coded(rows, "ep_end", {"0": False, "1": True}),
        }
    )


_VDEM_INDICES = (
    "v2x_polyarchy", "v2x_polyarchy_codelow", "v2x_polyarchy_codehigh", "v2x_libdem", "v2x_libdem_codelow",
    "v2x_libdem_codehigh", "v2x_partipdem", "v2x_delibdem", "v2x_egaldem",
)  # fmt: skip
_ERT_COLUMNS = (
    "v2x_regime", "dem_ep", "dem_ep_start_year", "dem_ep_end_year", "dem_ep_outcome", "aut_ep", "aut_ep_start_year",
    "aut_ep_end_year", "aut_ep_outcome",
)  # fmt: skip
_IDEAL_POINT = ("idealpoint", "q5", "q95", "nvotes")


def vdem_v15(wanted: Wanted, vdem: pd.DataFrame, ert: pd.DataFrame) -> pd.DataFrame:
    """Indices with bounds, regime class and episodes by country and year; unweighted means as _SEA and _WLD.

    A mean covers all countries scored in the year (`n_countries` of them); it has no bounds, regime or episode.
    """
    _named_release(vdem, wanted)
    rows = _in_years(_of_release(vdem, wanted), wanted).rename(columns={"country_text_id": "iso3"})
    for name in _VDEM_INDICES:
        rows[name] = _column(rows, name, "number")
    rows = rows[rows["v2x_polyarchy"].notna()]
    episodes = _of_release(ert, wanted)
    episodes = _in_years(episodes[episodes["country_text_id"].isin(wanted.countries)], wanted)
    for name in _ERT_COLUMNS:
        episodes[name] = _column(episodes, name, "whole")
        if name.endswith("_year"):  # releases write NA or 0 for no episode
            episodes[name] = episodes[name].mask(episodes[name] == 0)
    for name in ("dem_ep", "aut_ep"):
        episodes[name] = episodes[name].astype("boolean")
    episodes = episodes.rename(columns={"country_text_id": "iso3"})
    table = rows[rows["iso3"].isin(wanted.countries)].merge(episodes, on=["iso3", "year"], how="left")
    means = {
        "_SEA": _mean(rows[rows["iso3"].isin(wanted.south_east_asia)], ["v2x_polyarchy", "v2x_libdem"]),
        "_WLD": _mean(rows, ["v2x_polyarchy", "v2x_libdem"]),
    }
    return pd.concat([table, *(mean.assign(iso3=code) for code, mean in means.items())], ignore_index=True)


def vdem_v16(wanted: Wanted, polyarchy: pd.DataFrame) -> pd.DataFrame:
    """iso3, year, v2x_polyarchy, n_countries; with unweighted means of South-East Asia, with and without Myanmar.

    The two world means are those of Our World in Data. From V-Dem's own file they can't be had and are carried over.
    """
    _named_release(polyarchy, wanted)
    rows = _in_years(_of_release(polyarchy, wanted), wanted)
    rows["v2x_polyarchy"] = _column(rows, "v2x_polyarchy", "number").round(4)
    rows = rows[rows["v2x_polyarchy"].notna()]
    region = rows[rows["iso3"].isin(wanted.south_east_asia)]
    world = rows[rows["iso3"].isin({"_WLD", "_WLD_POP"})]
    if world.empty:
        world = wanted.current[wanted.current["iso3"].isin({"_WLD", "_WLD_POP"})]
    parts = [
        rows[rows["iso3"].isin(wanted.countries)],
        _mean(region, ["v2x_polyarchy"]).assign(iso3="_SEA"),
        _mean(region[region["iso3"] != MYANMAR], ["v2x_polyarchy"]).assign(iso3="_SEA_X_MMR"),
        world,
    ]
    return pd.concat(parts, ignore_index=True)


def _mean(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Unweighted mean by year of each column (4 digits), with the number of rows that have the first of them."""
    grouped = rows.groupby("year")
    table = grouped[columns].mean().round(4)
    table["n_countries"] = grouped[columns[0]].count().astype("Int64")
    return table.reset_index()


def _named_release(frame: pd.DataFrame, wanted: Wanted) -> None:
    """DataError where V-Dem's file calls itself (V-Dem-CY-Core-v15.csv) another version than the table's source."""
    file = frame.index[0][0]
    named = re.search(r"(?i)v-dem-cy.*?[-_]v(\d+)", file)
    version = re.search(r"\d+", wanted.edition)
    if named and version and named[1] != version[0]:
        raise _bad(file, f"the file is version {named[1]}, the table {wanted.table} is {wanted.edition}")


def un_ideal_points(wanted: Wanted, points: pd.DataFrame) -> pd.DataFrame:
    """iso3, year, vote_set ("final passage" or "all"), ideal point with its 5 and 95 percent quantiles, n_votes."""
    rows = _in_years(points[points["iso3c"].isin(wanted.countries)], wanted)
    sets = []
    for votes, name in (("fp", "final passage"), ("all", "all")):
        numbers = {f"{part}{votes}": _column(rows, f"{part}{votes}", "number").round(4) for part in _IDEAL_POINT[:3]}
        table = pd.DataFrame({"iso3": rows["iso3c"], "year": rows["year"], "vote_set": name, **numbers})
        table["n_votes"] = _column(rows, f"nvotes{votes}", "whole")
        table = table.rename(
            columns={
                f"idealpoint{votes}": "ideal_point",
                f"q5{votes}": "ideal_point_q05",
                f"q95{votes}": "ideal_point_q95",
            }
        )
        sets.append(table.dropna(subset="ideal_point"))
    return pd.concat(sets, ignore_index=True)


def un_votes(wanted: Wanted, votes: pd.DataFrame) -> pd.DataFrame:
    """The present table with the vote of the UN's own record, for resolutions and states that the record has.

    Texts of the Third Committee and the Security Council are not in the record of the plenary and stay as they are.
    """
    table = wanted.current.copy()
    rows = votes[votes["resolution"].isin(set(table["resolution"])) & votes["ms_code"].isin(wanted.countries)]
    cast = _coded(rows, "ms_vote", {"Y": "yes", "N": "no", "A": "abstain", "X": "absent", "": "absent"})
    recorded = dict(zip(zip(rows["resolution"], rows["ms_code"], strict=True), cast, strict=True))
    pairs = zip(table["resolution"], table["iso3"], table["vote"], strict=True)
    table["vote"] = [recorded.get((resolution, state), vote) for resolution, state, vote in pairs]
    return table


# ---------------------------------------------------------------- the lists of publications and fetchers

_UNHCR = "https://api.unhcr.org/population/v1/"
_UNHCR_YEARS = "yearFrom={first}&yearTo={last}&cf_type=ISO&limit=10000"
_UNHCR_PAGE = "https://www.unhcr.org/refugee-statistics/"
_BY = "CC BY 4.0"
_BY_REVISED = "no release number: figures are revised in place; the years asked for are those of the table"

PUBLICATIONS = {
    publication.name: publication
    for publication in (
        Publication(
            "worldbank_gdp", "World Bank", "https://data.worldbank.org/indicator/NY.GDP.MKTP.CD", _BY,
            "no release number (`lastupdated` in the answer); revised in place", read_world_bank,
            "https://api.worldbank.org/v2/country/{countries}/indicator/NY.GDP.MKTP.CD"
            "?format=json&date={first}:{last}&per_page=20000",
            pages=world_bank_pages,
        ),
        Publication(
            "unhcr_origin", "UNHCR", _UNHCR_PAGE, _BY, _BY_REVISED,
            read_unhcr(
                "coo_iso", "coa_iso", "refugees", "asylum_seekers", "returned_refugees", "idps", "returned_idps"
            ),
            f"{_UNHCR}population/?coo={MYANMAR}&coa_all=true&{_UNHCR_YEARS}", pages=unhcr_pages,
        ),
        Publication(
            "unhcr_in_myanmar", "UNHCR", _UNHCR_PAGE, _BY, _BY_REVISED,
            read_unhcr("coa_iso", "stateless"),
            f"{_UNHCR}population/?coa={MYANMAR}&coo_all=true&{_UNHCR_YEARS}", pages=unhcr_pages,
        ),
        Publication(
            "unhcr_idmc", "Internal Displacement Monitoring Centre, passed on by UNHCR", _UNHCR_PAGE, _BY, _BY_REVISED,
            read_unhcr("coo_iso", "total"),
            f"{_UNHCR}idmc/?coo={MYANMAR}&coa_all=true&{_UNHCR_YEARS}", pages=unhcr_pages,
        ),
        Publication(
            "ucdp_ged", "UCDP", "https://ucdp.uu.se/downloads/", _BY,
            "number in the address; the last year in the file must be the table's", read_ged,
            "https://ucdp.uu.se/downloads/ged/ged{release}-csv.zip",
        ),
        Publication(
            "ucdp_prio_acd", "UCDP and PRIO", "https://ucdp.uu.se/downloads/", _BY,
            "column `version` in the file", read_acd,
            "https://ucdp.uu.se/downloads/ucdpprio/ucdp-prio-acd-{release}-csv.zip",
        ),
        Publication(
            "vdem_cy", "V-Dem Institute", "https://v-dem.net/data/the-v-dem-dataset/", "CC BY-SA 4.0 (assumed)",
            "version in the file name; the last year in the file must be the table's", read_vdem,
        ),
        Publication(
            "ert", "V-Dem Institute", "https://github.com/vdeminstitute/ERT", "CC BY-SA 4.0 (assumed)",
            "commit in the address (ERT 15); the last year in the file must be the table's", read_ert,
            # Not the branch: it moves on with each release, and only this state is version 15.
            "https://raw.githubusercontent.com/vdeminstitute/ERT/fa95b8bb8d55735019ee10e7cd0f6fa638cc55ef/inst/ert.csv",
        ),
        Publication(
            "owid_polyarchy", "V-Dem Institute, by Our World in Data",
            "https://ourworldindata.org/grapher/electoral-democracy-index", "CC BY-SA 4.0 (assumed)",
            "the last year in the file must be the table's", read_polyarchy,
            "https://ourworldindata.org/grapher/electoral-democracy-index.csv",
        ),
        Publication(
            "un_ideal_points", "Erik Voeten, Harvard Dataverse", "https://doi.org/10.7910/DVN/LEJUQZ", "CC0 1.0",
            "edition (month and year) in the file name", read_ideal_points,
            "https://dataverse.harvard.edu/api/datasets/:persistentId/versions?persistentId=doi:10.7910/DVN/LEJUQZ",
            locate=locate_ideal_points,
        ),
        Publication(
            "un_ga_voting", "UN Dag Hammarskjöld Library", "https://digitallibrary.un.org/record/4060887",
            "terms of the UN Digital Library", "date in the file name", read_un_votes,
        ),
    )
}  # fmt: skip
"""Every publication that is read, by name."""

FETCHERS = {
    fetcher.table: fetcher
    for fetcher in (
        Fetcher("gdp", ("worldbank_gdp",), gdp, ("iso3", "year")),
        Fetcher("unhcr_asylum", ("unhcr_origin",), unhcr_asylum, ("iso3", "year")),
        Fetcher(
            "unhcr_displacement",
            ("unhcr_origin", "unhcr_in_myanmar", "unhcr_idmc"),
            unhcr_displacement,
            ("year",),
            kept="column new_flows: UNHCR publishes flows as a workbook, not by its API",
        ),
        Fetcher("ucdp_year", ("ucdp_ged",), ucdp_year, ("year",)),
        Fetcher("ucdp_month", ("ucdp_ged",), ucdp_month, ("month",)),
        Fetcher("ucdp_adm1", ("ucdp_ged",), ucdp_adm1, ("state_region", "year")),
        Fetcher(
            "conflicts",
            ("ucdp_prio_acd",),
            conflicts,
            ("year", "conflict_id"),
            kept="column conflict_name: the Armed Conflict Dataset has no names",
        ),
        Fetcher("vdem_v15", ("vdem_cy", "ert"), vdem_v15, ("iso3", "year")),
        Fetcher(
            "vdem_v16",
            ("owid_polyarchy",),
            vdem_v16,
            ("iso3", "year"),
            kept="rows _WLD and _WLD_POP, if V-Dem's own file is given in place of the chart's",
        ),
        Fetcher("un_ideal_points", ("un_ideal_points",), un_ideal_points, ("iso3", "year", "vote_set")),
        Fetcher(
            "un_votes",
            ("un_ga_voting",),
            un_votes,
            ("resolution", "iso3"),
            kept="texts of committees and of the Security Council, which the record of the plenary does not hold",
            compare_only="each row cites where it was read; a changed vote needs a changed source, by hand",
        ),
    )
}
"""Every table that can be rebuilt, by name. All other tables are compiled by hand from the sources they cite."""


def ucdp_release(last: int) -> str:
    """Number of UCDP's yearly release whose data run to the end of the year `last`: 2024 -> '25.1'."""
    return f"{(last + 1) % 100}.1"


# ---------------------------------------------------------------- asking, rebuilding, comparing, writing


def wanted(table: str, folder: Path = DATA, bibliography: Path = BIBLIOGRAPHY) -> Wanted:
    """What the present table and its description ask for. Raises DataError if the present table is not valid."""
    current = data.load(table, folder, bibliography)
    places = data.load("countries", folder, bibliography)
    resource = data.described(table, folder)
    limits = [f.get("constraints", {}) for f in resource["schema"]["fields"] if f["name"] in {"year", "month"}]
    limit = limits[0] if limits else {}
    codes = current["iso3"] if "iso3" in current else pd.Series(dtype="str")
    named = re.search(r"\(([^()]+)\)$", resource["sources"][0]["title"])
    return Wanted(
        table=table,
        current=current,
        first=int(limit.get("minimum", "0")[:4]),
        last=int(limit.get("maximum", "9999")[:4]),
        countries=tuple(code for code in dict.fromkeys(codes) if not code.startswith("_")),
        south_east_asia=frozenset(places.loc[places["region"] == "South-East Asia", "iso3"]),
        edition=named[1] if named else "",
    )


def address(publication: Publication, want: Wanted) -> str:
    """The address to ask for what the table wants; empty where a publication is handed out by hand only."""
    return publication.address.format(
        first=want.first,
        last=want.last,
        countries=";".join(want.countries),
        release=ucdp_release(want.last).replace(".", ""),
    )


def download(url: str) -> bytes:
    """The bytes behind an address. Raises Unreachable."""
    try:
        with urlopen(Request(url, headers={"User-Agent": "vouch.refresh"}), timeout=_TIMEOUT) as answer:
            return answer.read()
    except (URLError, HTTPException, OSError) as error:  # HTTPError is a URLError, a time-out an OSError
        raise Unreachable(f"{url}: {getattr(error, 'reason', None) or error}") from None


def published(
    publication: Publication, want: Wanted, local: Sequence[Path], fetched: dict[str, bytes] | None = None
) -> pd.DataFrame:
    """What a publication says, as text cells: from local files where given, else from its address.

    `fetched` remembers downloads by address, so that three tables of one file cost one download. Raises DataError for
    what can't be read, Unreachable for what can't be had.
    """
    fetched = {} if fetched is None else fetched

    def get(url: str) -> bytes:
        if url not in fetched:
            fetched[url] = download(url)
        return fetched[url]

    if local:
        answers = [(shown(path), _local(path)) for path in local]
        if publication.pages:
            pages = max(publication.pages(raw, file) for file, raw in answers)
            if pages != len(answers):
                raise _bad(answers[0][0], f"the answer has {pages} pages; {len(answers)} given")
    else:
        url = address(publication, want)
        if not url:
            how = f"download it from {publication.page} and give it with --from {publication.name}=PATH"
            raise _bad(publication.name, f"{publication.publisher} hands this file out by hand only: {how}")
        if publication.locate:
            url = publication.locate(get(url), url, want)
        answers = [(url, get(url))]
        for page in range(2, 1 + (publication.pages(answers[0][1], url) if publication.pages else 1)):
            answers.append((f"{url}&page={page}", get(f"{url}&page={page}")))
    return pd.concat([publication.read(raw, file) for file, raw in answers])


def _local(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _bad(shown(path), f"can't be read: {error.strerror}") from None


def rebuild(
    fetcher: Fetcher,
    local: Mapping[str, Sequence[Path]],
    folder: Path = DATA,
    bibliography: Path = BIBLIOGRAPHY,
    fetched: dict[str, bytes] | None = None,
) -> Outcome:
    """Build one table again and compare it with the present one; writes nothing. `local`: files by publication."""
    want = wanted(fetcher.table, folder, bibliography)
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


def as_written(path: Path) -> pd.DataFrame:
    """A table of `data/` with its cells as they are written, as text."""
    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")


def in_order(frame: pd.DataFrame, current: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The rows sorted by columns: text as it first appears in the present table (new last), the rest by value."""
    ranks = {name: {value: rank for rank, value in enumerate(dict.fromkeys(current[name]))} for name in by}

    def place(position: int) -> tuple[Any, ...]:
        values = [frame[name].iloc[position] for name in by]
        return tuple(
            (ranks[name].get(value, len(ranks[name])), value) if isinstance(value, str) else (0, value)
            for name, value in zip(by, values, strict=True)
        )

    return frame.iloc[sorted(range(len(frame)), key=place)].reset_index(drop=True)


def as_text(frame: pd.DataFrame, fields: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The cells as `data/` writes them: ISO dates, true and false, no trailing zeros, empty for missing."""
    return pd.DataFrame(
        {field["name"]: [_cell(value, field["type"]) for value in frame[field["name"]]] for field in fields},
        dtype="str",
    )


def _cell(value: Any, kind: str) -> str:
    if pd.isna(value):
        return ""
    if kind in {"integer", "year"}:
        return str(int(value))
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "date":
        return pd.Timestamp(value).strftime("%Y-%m-%d")
    return repr(float(value)) if kind == "number" else str(value)


def with_present_spelling(
    old: pd.DataFrame, new: pd.DataFrame, key: Sequence[str], kinds: Mapping[str, str]
) -> pd.DataFrame:
    """`new`, with the cells of `old` where a number is the same number (0 and 0.0), so that only values count."""
    new = new.copy()
    before = {tuple(row[list(key)]): row for _, row in old.iterrows()}
    rows = [before.get(tuple(row[list(key)])) for _, row in new.iterrows()]
    for name in (name for name, kind in kinds.items() if kind == "number"):
        new[name] = [
            row[name] if row is not None and row[name] and text and float(row[name]) == float(text) else text
            for row, text in zip(rows, new[name], strict=True)
        ]
    return new


def difference(old: pd.DataFrame, new: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """One line per cell that differs: columns change (added, removed, changed), the key, column, old, new.

    Both frames hold text. A row that is added or removed has a line for each of its cells that is not empty.
    """
    names = [name for name in old.columns if name not in key]
    rows = {
        side: {tuple(record[: len(key)]): record[len(key) :] for record in frame[[*key, *names]].to_numpy().tolist()}
        for side, frame in (("old", old), ("new", new))
    }
    empty = [""] * len(names)
    records = []
    for keys in dict.fromkeys([*rows["new"], *rows["old"]]):
        change = "added" if keys not in rows["old"] else "removed" if keys not in rows["new"] else "changed"
        before, after = rows["old"].get(keys, empty), rows["new"].get(keys, empty)
        cells = zip(names, before, after, strict=True)
        records += [(change, *keys, name, was, now) for name, was, now in cells if was != now]
    return pd.DataFrame(records, columns=["change", *key, "column", "old", "new"], dtype="str")


def check(outcomes: Sequence[Outcome], folder: Path = DATA, bibliography: Path = BIBLIOGRAPHY) -> None:
    """Hold the rebuilt tables, and those that refer to them, to their descriptions in a copy of the data package.

    Raises DataError; its rows are those of the rebuilt table.
    """
    rebuilt = {outcome.fetcher.table for outcome in outcomes}
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "data"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".*"))
        for outcome in outcomes:
            _save(outcome.text, copy / data.described(outcome.fetcher.table, folder)["path"])
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
        _save(outcome.text, aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _save(text: pd.DataFrame, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        text.to_csv(stream, index=False, lineterminator="\n")
        stream.flush()
        os.fsync(stream.fileno())


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
            raise _bad("--from", f"NAME=PATH is expected, not {entry!r}", value=entry)
        if name not in PUBLICATIONS:
            if name not in FETCHERS:
                known = ", ".join([*FETCHERS, *PUBLICATIONS])
                raise _bad("--from", f"no table or publication {name!r}; there are: {known}", value=name)
            needs = FETCHERS[name].needs
            if len(needs) > 1:
                raise _bad("--from", f"{name} needs {', '.join(needs)}: name the publication", value=name)
            name = needs[0]
        files.setdefault(name, []).append(Path(path))
    return files


def main(arguments: Sequence[str] | None = None, folder: Path = DATA, bibliography: Path = BIBLIOGRAPHY) -> int:
    """`python -m vouch.refresh`; gives the exit code (see the module)."""
    parser = argparse.ArgumentParser(
        prog="python -m vouch.refresh",
        description="Rebuild tables from their publishers' own files and show what would change.",
        epilog="Exit codes: 0 no change or all written, 1 changes shown, 2 bad input or validation, 3 network.",
    )
    parser.add_argument("tables", nargs="*", metavar="TABLE", help="tables to rebuild (all that need no file by hand)")
    parser.add_argument("--from", dest="given", action="append", default=[], metavar="NAME=PATH", help="a local file")
    parser.add_argument("--diff", type=Path, metavar="PATH", help="write every differing value to this CSV file")
    parser.add_argument("--write", action="store_true", help="write the rebuilt tables, if all of them are valid")
    parser.add_argument("--list", action="store_true", help="tables, publishers, licences and addresses")
    options = parser.parse_args(arguments)
    if options.list:
        for row in listing().to_dict("records"):
            print(f"{row['table']} <- {row['publication']}: {row['publisher']}; {row['licence']}")
            print(f"    {row['address']}\n    release: {row['release']}")
        return SAME
    try:
        local = _local_files(options.given)
    except DataError as error:
        print(error, file=sys.stderr)
        return INVALID
    unknown = [table for table in options.tables if table not in FETCHERS]
    if unknown:
        print(f"{', '.join(unknown)}: can't be rebuilt; these can: {', '.join(FETCHERS)}", file=sys.stderr)
        return INVALID

    outcomes, worst, fetched = [], SAME, {}
    for table in options.tables or FETCHERS:
        fetcher = FETCHERS[table]
        by_hand = [name for name in fetcher.needs if not PUBLICATIONS[name].address and name not in local]
        if by_hand and not options.tables:
            print(f"{table}: skipped, needs --from {by_hand[0]}=PATH (from {PUBLICATIONS[by_hand[0]].page})")
            continue
        try:
            outcomes.append(rebuild(fetcher, local, folder, bibliography, fetched))
        except DataError as error:
            print(error, file=sys.stderr)
            worst = max(worst, INVALID)
        except Unreachable as error:
            print(f"{table}: can't be reached: {error}", file=sys.stderr)
            worst = max(worst, UNREACHABLE)
            continue
        else:
            print(summary(outcomes[-1]))
    if options.diff:
        try:
            _save_diff([outcome.changes.assign(table=outcome.fetcher.table) for outcome in outcomes], options.diff)
        except OSError as error:
            print(f"{options.diff}: can't be written: {error.strerror}", file=sys.stderr)
            worst = max(worst, INVALID)
    changed = [outcome for outcome in outcomes if len(outcome.changes)]
    try:
        check(changed, folder, bibliography)
    except DataError as error:
        print(error, file=sys.stderr)
        worst = max(worst, INVALID)
    writable = [outcome for outcome in changed if not outcome.fetcher.compare_only]
    if options.write and worst == SAME:
        for outcome in writable:
            try:
                write(outcome, folder)
            except OSError as error:
                print(f"{outcome.fetcher.table}: can't be written: {error.strerror}", file=sys.stderr)
                return INVALID
            print(f"{outcome.fetcher.table}: written")
        for outcome in changed:
            if outcome.fetcher.compare_only:
                print(f"{outcome.fetcher.table}: never written: {outcome.fetcher.compare_only}")
        changed = [outcome for outcome in changed if outcome.fetcher.compare_only]
    elif options.write:
        print("nothing was written", file=sys.stderr)
    return max(worst, CHANGED if changed else SAME)


def _save_diff(parts: Sequence[pd.DataFrame], path: Path) -> None:
    """All differences as one CSV: table, change, key (parts joined by ;), column, old, new."""
    names = ["table", "change", "key", "column", "old", "new"]
    lines = [pd.DataFrame(columns=names)]
    for part in parts:
        key = [name for name in part.columns if name not in names]
        lines.append(part.assign(key=part[key].agg(";".join, axis=1) if len(part) else "")[names])
    _save(pd.concat(lines, ignore_index=True), path)


if __name__ == "__main__":
    sys.exit(main())
