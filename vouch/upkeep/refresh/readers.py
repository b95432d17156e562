"""Reading what publishers send: bytes in, frames of text cells out, each with its file and row."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from vouch.evidence.faults import DataError, Fault
from vouch.upkeep.refresh.wanted import Wanted


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
        raise bad(file, "the file is empty", row=1) from None
    delimiter = "\t" if head.count("\t") > head.count(",") else ","
    header = [tidy(name) for name in next(csv.reader([head], delimiter=delimiter))]
    missing = [name for name in columns if name not in header]
    if missing:
        has = ", ".join(header[:12]) + (" ..." if len(header) > 12 else "")
        raise bad(file, f"the publisher's file has no such column; it has {has}", row=1, column=missing[0])
    places = [header.index(name) for name in columns]
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    rows, cells = [], []
    try:
        for record in reader:
            if len(record) != len(header):
                reason = f"{len(record)} cells where the header has {len(header)}"
                raise bad(file, reason, row=reader.line_num + 1)
            rows.append(reader.line_num + 1)
            cells.append([record[place].strip() for place in places])
    except csv.Error as error:
        raise bad(file, f"not readable as CSV: {error}", row=reader.line_num + 1) from None
    return _located(cells, columns, file, rows)


def read_world_bank(raw: bytes, file: str) -> pd.DataFrame:
    """Columns countryiso3code, date, value of an answer of the Indicators API: `[{page, pages, ...}, [{...}, ...]]`."""
    answer = _json(raw, file)
    if isinstance(answer, list) and answer and isinstance(answer[0], dict) and "message" in answer[0]:
        raise bad(file, f"the World Bank answers with an error: {answer[0]['message']}")
    if not (isinstance(answer, list) and len(answer) == 2 and isinstance(answer[1], list)):
        raise bad(file, "not an answer of the Indicators API: a list of two parts is expected")
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
            raise bad(file, "not an answer of UNHCR's population API: no list of items", column="items")
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
    columns = ("country_text_id", "year", *VDEM_INDICES)
    return read_delimited(raw, file, columns, member=r"(?i)v-dem-cy.*\.csv$")


def read_ert(raw: bytes, file: str) -> pd.DataFrame:
    """The columns of the Episodes of Regime Transformation that the table uses."""
    return read_delimited(raw, file, ("country_text_id", "year", *ERT_COLUMNS))


_UNCODED = {
    "World (population-weighted)": "_WLD_POP",
    "Kosovo": "XKX",
    "Palestine/Gaza": "PSG",
    "Palestine/West Bank": "PSE",
    "Somaliland": "SML",
    "Zanzibar": "ZZB",
}
"""Entities of Our World in Data's chart without a code of ISO, and V-Dem's code for them, or the table's."""


def read_polyarchy(raw: bytes, file: str) -> pd.DataFrame:
    """Columns iso3, year, v2x_polyarchy of Our World in Data's chart, or of V-Dem's own country-year file.

    The chart's world rows are named _WLD and _WLD_POP, as in the table; V-Dem's own file has none. Units
    without a code of ISO have V-Dem's.
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
    frame["iso3"] = frame["entity"].map(_UNCODED).fillna(frame["code"].replace({"OWID_WRL": "_WLD"}))
    return frame[["iso3", "year", "v2x_polyarchy"]]


def read_ideal_points(raw: bytes, file: str) -> pd.DataFrame:
    """Ideal points by country and calendar year; editions differ in case and write Q5%FP or q5fp."""
    columns = ["iso3c", "year"] + [f"{name}{votes}" for votes in ("fp", "all") for name in IDEAL_POINT]
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
        raise bad(file, "not a list of the versions of a dataset", column="files") from None
    edition = re.sub(r"\W", "", wanted.edition).lower()
    for label, number in listed:
        name = label.lower()
        if name.startswith("idealpoint") and edition in name and name.endswith((".tab", ".csv")):
            return f"https://dataverse.harvard.edu/api/access/datafile/{number}"
    labels = ", ".join(sorted({label for label, _ in listed if label.lower().startswith("idealpoint")}))
    raise bad(
        file, f"no file of ideal points of this edition; there are: {labels}", column="label", value=wanted.edition
    )


def _lines(raw: bytes, file: str, member: str) -> tuple[Iterable[bytes], str]:
    if not raw.startswith(b"PK\x03\x04"):
        return io.BytesIO(raw), file
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        names = [name for name in archive.namelist() if re.search(member, name) and not name.startswith("__MACOSX")]
        if len(names) != 1:
            raise bad(file, f"one data file is expected in the archive; it holds {archive.namelist()}")
        return io.BytesIO(archive.read(names[0])), f"{file}/{names[0]}"
    except zipfile.BadZipFile as error:
        raise bad(file, f"not a readable zip archive: {error}") from None


def _decoded(lines: Iterable[bytes], file: str) -> Iterator[str]:
    for row, line in enumerate(lines, 1):
        try:
            yield line.decode("utf-8-sig" if row == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise bad(file, f"not UTF-8: byte 0x{line[error.start]:02x}", row=row) from None


def _json(raw: bytes, file: str) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        row = getattr(error, "lineno", 0)
        raise bad(file, f"not readable as JSON: {error}", row=row) from None


def _items(items: Sequence[Any], columns: Sequence[str], file: str) -> pd.DataFrame:
    cells = []
    for row, item in enumerate(items, 1):
        for name in columns:
            if not isinstance(item, dict) or name not in item:
                raise bad(file, "the publisher's answer has no such field in this item", row=row, column=name)
        cells.append(["" if item[name] is None else str(item[name]).strip() for name in columns])
    return _located(cells, columns, file, range(1, len(cells) + 1))


def _located(cells: list[list[str]], columns: Sequence[str], file: str, rows: Iterable[int]) -> pd.DataFrame:
    if not cells:
        raise bad(file, "the file holds no rows")
    index = pd.MultiIndex.from_arrays([[file] * len(cells), list(rows)], names=["file", "row"])
    return pd.DataFrame(cells, columns=list(columns), index=index, dtype="str")


def bad(file: str, reason: str, *, row: int = 0, column: str = "", value: str = "") -> DataError:
    return DataError([Fault(file, reason, row=row, column=column, value=value)])


VDEM_INDICES = (
    "v2x_polyarchy", "v2x_polyarchy_codelow", "v2x_polyarchy_codehigh", "v2x_libdem", "v2x_libdem_codelow",
    "v2x_libdem_codehigh", "v2x_partipdem", "v2x_delibdem", "v2x_egaldem",
)  # fmt: skip

ERT_COLUMNS = (
    "v2x_regime", "dem_ep", "dem_ep_start_year", "dem_ep_end_year", "dem_ep_outcome", "aut_ep", "aut_ep_start_year",
    "aut_ep_end_year", "aut_ep_outcome",
)  # fmt: skip

IDEAL_POINT = ("idealpoint", "q5", "q95", "nvotes")
