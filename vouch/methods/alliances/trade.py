"""Trade between Myanmar and a partner in the scale of both economies, claimant by claimant.

Two claimants are never averaged, and a claim is never completed with another: each row of the table `trade` stays a
row. GDP is at official exchange rates (World Bank), which for Myanmar are soft since 2022.
"""

from __future__ import annotations

import pandas as pd

HOME = "MMR"


def in_scale(trade: pd.DataFrame, gdp: pd.DataFrame) -> pd.DataFrame:
    """Trade in per cent of each economy's GDP, one row per claim about all goods with one partner country.

    Columns: trade_id, partner (the country that is not Myanmar), period, year, turnover_usd_m (exports and imports
    together, million current US dollars), bound, derived, claimant, percent_myanmar, percent_partner (of
    GDP), gdp_year_myanmar, gdp_year_partner, note, source.

    A claim is set against the GDP of its first year, or of the last year there is where GDP ends earlier; the GDP
    year stands beside the result. Claims on border trade, on parts of a year and on all partners together are left
    out, since a ratio of them to a year's GDP would mislead.
    """
    whole = (trade["flow"] == "turnover") & (trade["scope"] == "all") & ~trade["partner"].eq("WLD")
    rows = []
    for claim in trade[whole].itertuples():
        if not _is_a_year(str(claim.period_start), str(claim.period_end)):
            continue
        partner = claim.partner if claim.reporter == HOME else claim.reporter
        year = int(str(claim.period_start)[:4])
        gdp_myanmar, year_myanmar = _gdp(gdp, HOME, year)
        gdp_partner, year_partner = _gdp(gdp, partner, year)
        rows.append(
            {
                "trade_id": claim.trade_id,
                "partner": partner,
                "period": claim.period,
                "year": year,
                "turnover_usd_m": claim.value_usd_m,
                "bound": claim.bound,
                "derived": bool(claim.derived),
                "claimant": claim.claimant,
                "percent_myanmar": 1e8 * claim.value_usd_m / gdp_myanmar,
                "percent_partner": 1e8 * claim.value_usd_m / gdp_partner,
                "gdp_year_myanmar": year_myanmar,
                "gdp_year_partner": year_partner,
                "note": claim.note,
                "source": claim.source,
            }
        )
    return pd.DataFrame(rows).sort_values(["partner", "year", "trade_id"], ignore_index=True)


def _gdp(gdp: pd.DataFrame, country: str, year: int) -> tuple[float, int]:
    """GDP in dollars of the year, or of the last earlier year there is, with the year used."""
    years = gdp[(gdp["iso3"] == country) & (gdp["year"] <= year)].sort_values("year")
    if years.empty:
        raise ValueError(f"no GDP of {country} up to {year}")
    last = years.iloc[-1]
    return float(last["gdp_usd"]), int(last["year"])


def _is_a_year(start: str, end: str) -> bool:
    """True for a calendar year (2024 to 2024) and for twelve months (2024-04 to 2025-03)."""
    if len(start) == 4:
        return start == end
    return (pd.Period(end, "M") - pd.Period(start, "M")).n == 11
