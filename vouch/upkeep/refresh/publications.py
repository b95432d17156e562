"""The list of publications, and how one is had: from its address, or from a local file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pandas as pd

from vouch.paths import shown
from vouch.upkeep.refresh.readers import (
    bad,
    locate_ideal_points,
    read_acd,
    read_ert,
    read_ged,
    read_ideal_points,
    read_polyarchy,
    read_un_votes,
    read_unhcr,
    read_vdem,
    read_world_bank,
    unhcr_pages,
    world_bank_pages,
)
from vouch.upkeep.refresh.wanted import MYANMAR, Wanted, ucdp_release

_TIMEOUT = 120


class Unreachable(Exception):
    """A publisher's address did not answer, or answered with an error."""


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


_UNHCR = "https://api.unhcr.org/population/v1/"
_UNHCR_YEARS = "yearFrom={first}&yearTo={last}&cf_type=ISO&limit=10000"
_UNHCR_PAGE = "https://www.unhcr.org/refugee-statistics/"
_BY = "CC BY 4.0"
_BY_REVISED = "no release number: figures are revised in place; the years asked for are those of the table"

PUBLICATIONS = {
    publication.name: publication
    for publication in (
        Publication(
            name="worldbank_gdp",
            publisher="World Bank",
            page="https://data.worldbank.org/indicator/NY.GDP.MKTP.CD",
            licence=_BY,
            release="no release number (`lastupdated` in the answer); revised in place",
            read=read_world_bank,
            address="https://api.worldbank.org/v2/country/{countries}/indicator/NY.GDP.MKTP.CD"
            "?format=json&date={first}:{last}&per_page=20000",
            pages=world_bank_pages,
        ),
        Publication(
            name="unhcr_origin",
            publisher="UNHCR",
            page=_UNHCR_PAGE,
            licence=_BY,
            release=_BY_REVISED,
            read=read_unhcr(
                "coo_iso", "coa_iso", "refugees", "asylum_seekers", "returned_refugees", "idps", "returned_idps"
            ),
            address=f"{_UNHCR}population/?coo={MYANMAR}&coa_all=true&{_UNHCR_YEARS}",
            pages=unhcr_pages,
        ),
        Publication(
            name="unhcr_in_myanmar",
            publisher="UNHCR",
            page=_UNHCR_PAGE,
            licence=_BY,
            release=_BY_REVISED,
            read=read_unhcr("coa_iso", "stateless"),
            address=f"{_UNHCR}population/?coa={MYANMAR}&coo_all=true&{_UNHCR_YEARS}",
            pages=unhcr_pages,
        ),
        Publication(
            name="unhcr_idmc",
            publisher="Internal Displacement Monitoring Centre, passed on by UNHCR",
            page=_UNHCR_PAGE,
            licence=_BY,
            release=_BY_REVISED,
            read=read_unhcr("coo_iso", "total"),
            address=f"{_UNHCR}idmc/?coo={MYANMAR}&coa_all=true&{_UNHCR_YEARS}",
            pages=unhcr_pages,
        ),
        Publication(
            name="ucdp_ged",
            publisher="UCDP",
            page="https://ucdp.uu.se/downloads/",
            licence=_BY,
            release="number in the address; the last year in the file must be the table's",
            read=read_ged,
            address="https://ucdp.uu.se/downloads/ged/ged{release}-csv.zip",
        ),
        Publication(
            name="ucdp_prio_acd",
            publisher="UCDP and PRIO",
            page="https://ucdp.uu.se/downloads/",
            licence=_BY,
            release="column `version` in the file",
            read=read_acd,
            address="https://ucdp.uu.se/downloads/ucdpprio/ucdp-prio-acd-{release}-csv.zip",
        ),
        Publication(
            name="vdem_cy",
            publisher="V-Dem Institute",
            page="https://v-dem.net/data/the-v-dem-dataset/",
            licence="CC BY-SA 4.0 (assumed)",
            release="version in the file name; the last year in the file must be the table's",
            read=read_vdem,
        ),
        Publication(
            name="ert",
            publisher="V-Dem Institute",
            page="https://github.com/vdeminstitute/ERT",
            licence="CC BY-SA 4.0 (assumed)",
            release="commit in the address (ERT 15); the last year in the file must be the table's",
            read=read_ert,
            # Not the branch: it moves on with each release, and only this state is version 15.
            address="https://raw.githubusercontent.com/vdeminstitute/ERT/fa95b8bb8d55735019ee10e7cd0f6fa638cc55ef/inst/ert.csv",
        ),
        Publication(
            name="owid_polyarchy",
            publisher="V-Dem Institute, by Our World in Data",
            page="https://ourworldindata.org/grapher/electoral-democracy-index",
            licence="CC BY-SA 4.0 (assumed)",
            release="the last year in the file must be the table's",
            read=read_polyarchy,
            address="https://ourworldindata.org/grapher/electoral-democracy-index.csv",
        ),
        Publication(
            name="un_ideal_points",
            publisher="Erik Voeten, Harvard Dataverse",
            page="https://doi.org/10.7910/DVN/LEJUQZ",
            licence="CC0 1.0",
            release="edition (month and year) in the file name",
            read=read_ideal_points,
            address="https://dataverse.harvard.edu/api/datasets/:persistentId/versions?persistentId=doi:10.7910/DVN/LEJUQZ",
            locate=locate_ideal_points,
        ),
        Publication(
            name="un_ga_voting",
            publisher="UN Dag Hammarskjöld Library",
            page="https://digitallibrary.un.org/record/4060887",
            licence="terms of the UN Digital Library",
            release="date in the file name",
            read=read_un_votes,
        ),
    )
}
"""Every publication that is read, by name."""


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
        with urlopen(Request(url, headers={"User-Agent": "vouch.upkeep.refresh"}), timeout=_TIMEOUT) as answer:
            return answer.read()
    except (URLError, HTTPException, OSError) as error:  # HTTPError is a URLError, a time-out an OSError
        raise Unreachable(f"{url}: {getattr(error, 'reason', None) or error}") from None


def published(
    publication: Publication, want: Wanted, local: Sequence[Path], fetched: dict[str, bytes] | None = None
) -> pd.DataFrame:
    """What a publication says, as text cells: from local files where given, else from its address.

    `fetched` remembers downloads by address, so that three tables of one file cost one download. Raises DataError for
    what cannot be read, Unreachable for what cannot be had.
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
                raise bad(answers[0][0], f"the answer has {pages} pages; {len(answers)} given")
    else:
        url = address(publication, want)
        if not url:
            how = f"download it from {publication.page} and give it with --from {publication.name}=PATH"
            raise bad(publication.name, f"{publication.publisher} hands this file out by hand only: {how}")
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
        raise bad(shown(path), f"cannot be read: {error.strerror}") from None
