"""Democracy indices around a break, with their intervals, one edition at a time.

V-Dem estimates all years anew in each edition, so that a line may hold only one of them; :func:`series` refuses a
second. The interval is V-Dem's own: the 68% highest posterior density of its measurement model, about one standard
deviation to each side (Pemstein et al. 2022). A mean over countries has none, and none is invented for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

POLYARCHY = "v2x_polyarchy"

REGIMES = {0: "closed autocracy", 1: "electoral autocracy", 2: "electoral democracy", 3: "liberal democracy"}
"""Regimes of the World (Lührmann, Tannenberg & Lindberg 2018), as coded in `v2x_regime`."""


@dataclass(frozen=True)
class Break:
    """One country's index the year before and the year of a coup (0 to 1, with 68% intervals)."""

    iso3: str
    year: int
    before: float
    before_low: float
    before_high: float
    after: float
    after_low: float
    after_high: float

    @property
    def change(self) -> float:
        """After minus before."""
        return self.after - self.before

    @property
    def lost(self) -> float:
        """Per cent of the earlier value that is gone; negative for a gain."""
        return -100 * self.change / self.before

    @property
    def lost_least(self) -> float:
        """The smallest loss that the two intervals allow, per cent: from the low end before to the high end after."""
        return 100 * (1 - self.after_high / self.before_low)

    @property
    def lost_most(self) -> float:
        """The largest loss that the two intervals allow, per cent: from the high end before to the low end after."""
        return 100 * (1 - self.after_low / self.before_high)

    @property
    def clear(self) -> bool:
        """Whether the two intervals do not touch."""
        return self.after_high < self.before_low or self.before_high < self.after_low


def series(table: pd.DataFrame, index: str = POLYARCHY, edition: str = "v15") -> pd.DataFrame:
    """A V-Dem table in long form: iso3, year, value, low, high, edition; low and high missing where not published."""
    blank = pd.Series(np.nan, index=table.index)
    return pd.DataFrame(
        {
            "iso3": table["iso3"],
            "year": table["year"].astype(int),
            "value": table[index].astype(float),
            "low": table.get(f"{index}_codelow", blank).astype(float),
            "high": table.get(f"{index}_codehigh", blank).astype(float),
            "edition": edition,
        }
    )


def one_edition(frame: pd.DataFrame) -> pd.DataFrame:
    """The same frame; ValueError if it would join two editions of an index in one line."""
    mixed = frame.groupby("iso3")["edition"].nunique()
    if (mixed > 1).any():
        raise ValueError(f"two editions in the line of {', '.join(mixed.index[mixed > 1])}")
    return frame


def without(mean: pd.Series, member: pd.Series, n: pd.Series) -> pd.Series:
    """An unweighted mean over n countries with one of them taken out: (n * mean - member) / (n - 1)."""
    if (n <= 1).any():
        raise ValueError("nothing is left when the only member is taken out")
    return (n * mean - member) / (n - 1)


def region_without(table: pd.DataFrame, region: str, member: str, index: str = POLYARCHY) -> pd.DataFrame:
    """The mean of a region (an aggregate row with n_countries) without one member: iso3 `region_X_member`, year, value;
    low and high missing. edition as of :func:`series`."""
    whole = table[table["iso3"] == region].set_index("year")
    alone = table[table["iso3"] == member].set_index("year")
    value = without(whole[index], alone[index], whole["n_countries"].astype(float)).dropna()
    rows = pd.DataFrame({"iso3": f"{region}_X_{member}", "year": value.index, index: value.to_numpy()})
    return series(rows, index)


def break_at(frame: pd.DataFrame, iso3: str, year: int) -> Break:
    """The step from the year before to the year of a coup. KeyError where one of the two years is missing."""
    rows = one_edition(frame[frame["iso3"] == iso3]).set_index("year")
    before, after = rows.loc[year - 1], rows.loc[year]
    values = [float(row[column]) for row in (before, after) for column in ("value", "low", "high")]
    return Break(iso3, year, *values)


def aligned(frame: pd.DataFrame, coups: pd.DataFrame, before: int = 5, after: int = 6) -> pd.DataFrame:
    """The index around each coup: case (`THA 2006`), iso3, coup_year, year, offset (years
    since the coup), value, low, high.

    coups: iso3, coup_date. A coup of a country or year that the index does not hold is left out. A case ends with the
    year before the next coup of the list in that country.
    """
    frame = one_edition(frame).sort_values(["iso3", "year"])
    coups = coups[["iso3", "coup_date"]].sort_values(["iso3", "coup_date"], ignore_index=True)
    cases = pd.DataFrame(
        {
            "iso3": coups["iso3"],
            "coup_year": coups["coup_date"].dt.year.astype("int64"),
            "until": coups.groupby("iso3")["coup_date"].shift(-1).dt.year,
            "coup": coups.index,
        }
    )
    rows = cases.merge(frame, on="iso3")
    rows["offset"] = rows["year"] - rows["coup_year"]
    rows = rows[rows["offset"].between(-before, after) & ~(rows["year"] >= rows["until"])]
    rows = rows[rows["coup"].isin(rows.loc[rows["offset"] == -1, "coup"])].reset_index(drop=True)
    rows["case"] = rows["iso3"] + " " + rows["coup_year"].astype(str)
    return rows[["case", "iso3", "coup_year", "year", "offset", "value", "low", "high"]]


def yearly_steps(frame: pd.DataFrame) -> pd.DataFrame:
    """Change from one year to the next: iso3, year, step; smallest (largest fall) first."""
    ordered = one_edition(frame).sort_values(["iso3", "year"])
    step = ordered.groupby("iso3")["value"].diff()
    consecutive = ordered.groupby("iso3")["year"].diff().eq(1)
    return ordered.assign(step=step)[consecutive][["iso3", "year", "step"]].sort_values("step", ignore_index=True)
