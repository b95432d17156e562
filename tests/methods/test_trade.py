"""Trade in scale: units, years of GDP, and claims that must not be turned into a share."""

from __future__ import annotations

import pandas as pd
import pytest

from vouch.evidence import data
from vouch.methods.alliances import trade

GDP = pd.DataFrame(
    {"iso3": ["MMR", "MMR", "RUS"], "year": [2022, 2023, 2023], "gdp_usd": [50_000_000_000, 65_000_000_000, 2e12]}
)


def claim(**known: object) -> dict[str, object]:
    plain = {
        "trade_id": "t",
        "reporter": "RUS",
        "partner": "MMR",
        "period": "2024",
        "period_start": "2024",
        "period_end": "2024",
        "flow": "turnover",
        "scope": "all",
        "value_usd_m": 2000.0,
        "derived": False,
        "bound": "approximate",
        "claimant": "someone",
        "note": "",
        "source": "s",
    }
    return plain | known


def test_two_billion_in_a_world_of_two_trillion_is_a_tenth_of_a_per_cent() -> None:
    row = trade.in_scale(pd.DataFrame([claim()]), GDP).iloc[0]
    assert row["percent_partner"] == pytest.approx(0.1)
    assert row["percent_myanmar"] == pytest.approx(100 * 2e9 / 65e9)
    assert (row["gdp_year_myanmar"], row["gdp_year_partner"]) == (2023, 2023)


def test_the_gdp_of_the_year_itself_is_preferred() -> None:
    fiscal = claim(reporter="MMR", partner="RUS", period="2022-23", period_start="2022-04", period_end="2023-03")
    gdp = pd.concat([GDP, pd.DataFrame({"iso3": ["RUS"], "year": [2022], "gdp_usd": [1e12]})])
    row = trade.in_scale(pd.DataFrame([fiscal]), gdp).iloc[0]
    assert (row["partner"], row["gdp_year_myanmar"], row["gdp_year_partner"]) == ("RUS", 2022, 2022)


@pytest.mark.parametrize(
    "known",
    [
        {"scope": "border"},
        {"partner": "WLD", "reporter": "MMR"},
        {"flow": "exports"},
        {"period_start": "2017-04", "period_end": "2017-10"},
    ],
)
def test_parts_of_trade_or_of_a_year_are_not_divided_by_a_year(known: dict[str, object]) -> None:
    both = pd.DataFrame([claim(), claim(**known, trade_id="left-out")])
    assert list(trade.in_scale(both, GDP)["trade_id"]) == ["t"]


def test_no_gdp_before_the_claim_is_an_error() -> None:
    with pytest.raises(ValueError, match="no GDP of MMR up to 2010"):
        trade.in_scale(pd.DataFrame([claim(period_start="2010", period_end="2010")]), GDP)


def test_two_claimants_of_one_year_stay_two_rows() -> None:
    both = pd.DataFrame([claim(), claim(trade_id="u", claimant="another", value_usd_m=1.0)])
    assert sorted(trade.in_scale(both, GDP)["claimant"]) == ["another", "someone"]


def test_exports_and_imports_add_up_to_the_printed_turnover() -> None:
    """BelTA, 7 March 2025: turnover 34.6 and exports 22.7 million dollars in 2024."""
    claims = data.load("trade").query("reporter == 'BLR' and period_start == '2024'")
    printed = claims.set_index("flow")["value_usd_m"]
    assert printed["exports"] + printed["imports"] == pytest.approx(printed["turnover"])
    assert (printed["turnover"], printed["exports"]) == (34.6, 22.7)


def test_the_implied_total_of_2023_is_the_quotient_of_what_was_said() -> None:
    """Putin, 4 March 2025: about 2 billion in 2024, up about 40 per cent."""
    rows = trade.in_scale(data.load("trade"), data.load("gdp")).set_index(["partner", "period"])["turnover_usd_m"]
    assert rows["RUS", "2024"] / rows["RUS", "2023"] == pytest.approx(1.4, abs=0.005)


def test_a_claim_keeps_what_was_said_of_it() -> None:
    expected = {"bound": "at least", "derived": True, "note": "n", "claimant": "c", "source": "k", "period": "2023"}
    row = trade.in_scale(pd.DataFrame([claim(**expected, period_start="2023", period_end="2023")]), GDP).iloc[0]
    assert row[list(expected)].to_dict() == expected
    assert row[["trade_id", "partner", "year", "turnover_usd_m"]].tolist() == ["t", "RUS", 2023, 2000]


def test_twelve_months_are_a_year_and_thirteen_are_not() -> None:
    spans = {
        "a": ("2023-04", "2024-03"),
        "b": ("2023-04", "2024-04"),
        "c": ("2023", "2024"),
        "d": ("2023-12", "2024-11"),
    }
    rows = [claim(trade_id=name, period_start=start, period_end=end) for name, (start, end) in spans.items()]
    assert list(trade.in_scale(pd.DataFrame(rows), GDP)["trade_id"]) == ["a", "d"]
