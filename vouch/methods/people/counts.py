"""Counts of people killed or held, each claimant by itself: totals since the coup, and their pace between two days.

Claimants count different things over different periods. Nothing here adds, averages or subtracts across claimants; a
pace is the difference of two totals of one claimant, divided by the months between them.
"""

from __future__ import annotations

import re

import pandas as pd

from vouch.evidence.case import COUP
from vouch.methods.election.base_rates import months_between
from vouch.text import MONTHS, day

AAPP = "Assistance Association for Political Prisoners"
KINDS = ("killed", "arrested", "detained")
"""What AAPP counts: totals of people killed and arrested since the coup, and people in detention on a day."""


def of_aapp(published: pd.DataFrame, prisoners: pd.DataFrame, kind: str) -> pd.DataFrame:
    """AAPP's counts of one kind, oldest first. Columns: date, value, qualifier, source.

    They stand in two tables: `published_figures`, where a figure is called `kind-mmr-day`, and `prisoners`. Raises
    ValueError for a kind that is not in :data:`KINDS` and for a day with two different values.
    """
    if kind not in KINDS:
        raise ValueError(f"AAPP has no count called {kind!r}")
    named = published[published["figure"].str.startswith(f"{kind}-mmr-") & published["claimant"].eq(AAPP)]
    first = pd.DataFrame(
        {
            "date": pd.to_datetime(named["period"]), "value": named["value"].astype(int),
            "qualifier": named["qualifier"], "source": named["source"],
        }
    )  # fmt: skip
    rows = prisoners[prisoners["kind"].eq(kind) & prisoners["claimant"].eq(AAPP)]
    second = rows[["date", "value", "qualifier", "source"]].astype({"value": int})
    found = pd.concat([first, second], ignore_index=True).drop_duplicates(["date", "value"])
    twice = found[found["date"].duplicated(keep=False)]
    if len(twice):
        raise ValueError(f"{kind}: two counts for {day(twice['date'].iloc[0])}")
    return found.sort_values("date", ignore_index=True)


def paces(counts: pd.DataFrame, since: pd.Timestamp = COUP) -> pd.DataFrame:
    """Mean growth a month of a total between its days, the first span from zero on the day of the coup.

    counts: as of :func:`of_aapp`. Columns: start, end, months, added, per_month. A total counts what was verified by a
    day, so that a span can hold older cases that were verified late. Raises ValueError for a total that falls.
    """
    ends = counts.sort_values("date", ignore_index=True)
    before = ends["value"].shift(fill_value=0)
    if (ends["value"] < before).any():
        raise ValueError("a total since the coup cannot fall")
    starts = ends["date"].shift()
    starts.iloc[0] = since
    months = [months_between(start, end) for start, end in zip(starts, ends["date"], strict=True)]
    spans = pd.DataFrame({"start": starts, "end": ends["date"], "months": months, "added": ends["value"] - before})
    return spans.assign(per_month=spans["added"] / spans["months"])


def over_periods(published: pd.DataFrame, claimant: str, unit: str = "deaths") -> pd.DataFrame:
    """Figures of one claimant for whole months or years, with their mean a month, in the order of their starts.

    published: `published_figures`, whose period is `2024` or `Feb 2021-Jan 2025`. Columns: figure, start, end, months,
    value, qualifier, per_month, source. Periods may overlap and are never joined. Raises ValueError for a period of
    another form.
    """
    rows = published[published["claimant"].eq(claimant) & published["unit"].eq(unit)]
    found = []
    for row in rows.itertuples():
        start, end = _ends(str(row.period))
        months = (end - start).n + 1
        found.append(
            {
                "figure": row.figure, "start": start.start_time.normalize(), "end": end.end_time.normalize(),
                "months": months, "value": int(row.value), "qualifier": row.qualifier,
                "per_month": row.value / months, "source": row.source,
            }
        )  # fmt: skip
    return pd.DataFrame(found).sort_values(["start", "end", "figure"], ignore_index=True)


def _ends(period: str) -> tuple[pd.Period, pd.Period]:
    """First and last month of `2024` or `Feb 2021-Jan 2025`."""
    short = {name[:3]: number for number, name in enumerate(MONTHS, 1)}
    if re.fullmatch(r"[0-9]{4}", period):
        ends = [(int(period), 1), (int(period), 12)]
    elif found := re.fullmatch(rf"({'|'.join(short)}) ([0-9]{{4}})-({'|'.join(short)}) ([0-9]{{4}})", period):
        ends = [(int(found[2]), short[found[1]]), (int(found[4]), short[found[3]])]
    else:
        ends = []
    if not ends or ends[0] > ends[1]:
        raise ValueError(f"{period!r} is no period of whole months: 2024, or Feb 2021-Jan 2025")
    start, end = (pd.Period(f"{year:04d}-{month:02d}", "M") for year, month in ends)
    return start, end


def amnesties(prisoners: pd.DataFrame) -> pd.DataFrame:
    """Amnesties that the authorities announced, oldest first, with the political prisoners that monitors found in them.

    Columns: date, what, announced, qualifier, political (missing where nobody counted), counted_by, source. An amnesty
    and a count of political prisoners belong together when they bear the same date.
    """
    rows = prisoners[prisoners["kind"].eq("amnesty")].rename(columns={"value": "announced"})
    seen = prisoners[prisoners["kind"].eq("amnesty-political")].rename(
        columns={"value": "political", "claimant": "counted_by"}
    )
    found = rows.merge(seen[["date", "political", "counted_by"]], on="date", how="left", validate="one_to_one")
    columns = ["date", "what", "announced", "qualifier", "political", "counted_by", "source"]
    return found[columns].sort_values("date", ignore_index=True)
