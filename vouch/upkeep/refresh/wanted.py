"""What a table that exists asks of a publication: countries, years and release, so that they are typed once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from vouch.evidence import data
from vouch.paths import BIBLIOGRAPHY, DATA

MYANMAR = "MMR"

MYANMAR_GW = "775"
"""Myanmar in the list of states of Gleditsch and Ward, which UCDP uses."""


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


def ucdp_release(last: int) -> str:
    """Number of UCDP's yearly release whose data run to the end of the year `last`: 2024 -> '25.1'."""
    return f"{(last + 1) % 100}.1"


def wanted_of(table: str, folder: Path = DATA, bibliography: Path = BIBLIOGRAPHY) -> Wanted:
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
