"""Arms: units against orders, classes of evidence, and the Special Rapporteur's printed total."""

from __future__ import annotations

import pandas as pd
import pytest

from vouch.evidence import data
from vouch.methods.alliances import arms


def test_six_aircraft_arrived_in_three_pairs() -> None:
    """Printed in January 2025: the last of six Su-30SME entered service in December 2024."""
    pairs = arms.units_delivered(data.load("arms"), "su30-ordered")
    assert list(pairs["year"]) == [2022, 2023, 2024]
    assert list(pairs["total"]) == [2, 4, 6]
    assert list(pairs["outstanding"]) == [4, 2, 0]


def test_the_five_places_give_the_printed_billion_again() -> None:
    """A/HRC/53/CRP.2: at least 1 billion dollars, of which Russia 406, China 267, Singapore 254, India 51,
    Thailand 28."""
    table = data.load("arms")
    parts = table.loc[table["part_of"] == "un-wld", "value"]
    assert parts.sum() == 1006
    total = table.set_index("arms_id").loc["un-wld", "value"]
    assert total <= parts.sum() < total * 1.01
    assert table.set_index("arms_id").loc["un-rus-rosoboronexport", "value"] < 406


def test_every_row_has_a_class_and_dollars_are_never_volumes() -> None:
    table = data.load("arms")
    for supplier in table["supplier"].unique():
        shown = arms.arms_evidence(table, supplier)
        assert len(shown) == (table["supplier"] == supplier).sum()
        assert set(shown["evidence"]) <= set(arms.EVIDENCE)
        assert shown["rank"].is_monotonic_increasing
        assert not shown.loc[shown["evidence"] == "estimate", "unit"].eq("USD million").any()


def test_reports_from_belarus_are_not_taken_for_deliveries() -> None:
    shown = arms.arms_evidence(data.load("arms"), "BLR").set_index("arms_id")["evidence"]
    assert shown["dynasty-2022"] == "sanctions finding"
    assert shown["jfm-leak-2025"] == "leaked papers"
    assert shown["rada-2021"] == "press or sighting"


def test_amounts_and_periods_in_words() -> None:
    row = {
        "arms_id": "x",
        "supplier": "BLR",
        "measure": "report",
        "item": "flight",
        "claimant": "press",
        "note": "",
        "source": "s",
    }
    table = pd.DataFrame(
        [
            row | {"value": 1.0, "unit": "flights", "period_start": "2021-02", "period_end": "2021-02"},
            row | {"value": 14.7, "unit": "USD million", "period_start": pd.NA, "period_end": "2022-10"},
            row | {"value": float("nan"), "unit": pd.NA, "period_start": "2010", "period_end": "2019"},
        ]
    )
    shown = arms.arms_evidence(table, "BLR").set_index("period")["amount"]
    assert shown["February 2021"] == "1 flight"
    assert shown["by October 2022"] == "14.7 USD million"
    assert pd.isna(shown["2010 to 2019"])


@pytest.mark.parametrize(
    ("measure", "claimant", "evidence", "rank"),
    [
        ("delivered", "US Treasury", "in service", 1),  # what was delivered is so whoever says it
        ("value", "UN Special Rapporteur", "trade records", 2),
        ("transactions", "UN Special Rapporteur", "trade records", 2),
        ("suppliers", "UN Special Rapporteur", "trade records", 2),
        ("ordered", "press", "contract", 3),
        ("contract", "press", "contract", 3),
        ("report", "US Treasury", "sanctions finding", 4),
        ("report", "documents leaked to an advocacy group", "leaked papers", 5),
        ("report", "press", "press or sighting", 6),
        ("volume", "SIPRI", "estimate", 7),
    ],
)
def test_each_class_of_evidence(measure: str, claimant: str, evidence: str, rank: int) -> None:
    row = {"arms_id": "x", "supplier": "RUS", "measure": measure, "item": "i", "claimant": claimant, "note": "n"}
    row |= {"value": 2.0, "unit": "units", "period_start": "2021", "period_end": "2021", "source": "s"}
    shown = arms.arms_evidence(pd.DataFrame([row, row | {"supplier": "BLR"}]), "RUS")
    assert shown[["evidence", "rank", "amount", "period"]].values.tolist() == [[evidence, rank, "2 units", "2021"]]


def test_what_is_not_of_the_order_is_not_counted() -> None:
    part = {"part_of": "o", "measure": "delivered", "value": 2.0, "period_end": "2023-05", "source": "s"}
    rows = [{"arms_id": "o", "measure": "ordered", "value": 6.0, "period_end": "2018"}, part | {"arms_id": "p"}]
    rows += [part | {"arms_id": "q", "part_of": "r"}, part | {"arms_id": "v", "measure": "volume"}]
    rows += [part | {"arms_id": "w", "value": 1.0, "period_end": "2022"}]
    found = arms.units_delivered(pd.DataFrame(rows), "o")
    assert found.values.tolist() == [[2022, 1, 1, 5, "s"], [2023, 2, 3, 3, "s"]]
