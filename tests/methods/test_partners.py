"""Partners beside Belarus and Russia: kinds of events in days, what a search recalls, and sanctions by sender."""

from __future__ import annotations

import pandas as pd
import pytest

from vouch.evidence import data
from vouch.figures.wider import partners as figures
from vouch.methods.alliances import equal_search
from vouch.methods.firmness import rivals, sensitivity
from vouch.methods.partners import sanctions

ROWS = pd.DataFrame(
    [
        ("CHN", "2022-01-01", "visit", "minister"),
        ("CHN", "2022-01-01", "visit", "head-of-state"),
        ("CHN", "2022-02-01", "visit", "agency"),
        ("CHN", "2022-02-01", "agreement", "agency"),
        ("CHN", "2022-02-02", "trade", "agency"),
        ("USA", "2022-02-03", "sanction", None),
    ],
    columns=["partner", "date", "category", "level"],
)


def test_days_by_kind_by_hand() -> None:
    """Two high visits of a day are one day; a lesser visit is another kind; texts hold agreements and trade."""
    found = equal_search.days_by_kind(ROWS).set_index(["partner", "kind"])["days"].to_dict()
    assert found == {
        ("CHN", "high visits"): 1,
        ("CHN", "other visits"): 1,
        ("CHN", "texts"): 2,
        ("USA", "sanctions"): 1,
    }
    with pytest.raises(ValueError, match="coronation"):
        equal_search.days_by_kind(ROWS.replace("trade", "coronation"))


def test_every_category_of_the_table_has_one_kind() -> None:
    held = [category for categories in equal_search.KINDS.values() for category in categories]
    assert len(held) == len(set(held))
    assert set(held) == set(data.load("categories")["category"]) - {"domestic"}


def test_what_a_search_found_again_by_hand() -> None:
    events = pd.DataFrame(
        {
            "event_id": ["ev-1", "ev-2", "ev-3", "ev-4"],
            "date": pd.to_datetime(["2020-01-01", "2022-01-01", "2022-02-01", "2022-03-01"]),
            "actor_a": ["RUS", "RUS", "MMR", "CHN"],
            "actor_b": ["MMR", "MMR", "RUS", "MMR"],
        }
    )
    found = pd.DataFrame({"partner": ["RUS", "CHN;RUS", "RUS"], "same_as": ["ev-2", "ev-4", None]})
    # ev-1 lies before the day, ev-4 is no event with Russia: one of two.
    assert equal_search.found_again(found, events, "RUS", pd.Timestamp("2021-02-01")) == (1, 2)
    assert equal_search.found_again(found, events, "CHN", pd.Timestamp("2021-02-01")) == (1, 1)


def test_sanctions_by_sender_by_hand() -> None:
    acts = pd.DataFrame(
        {
            "sender": ["USA", "USA", "USA", "EU", "EU", "USA", "JPN"],
            "act": ["listing", "listing", "delisting", "listing", "extension", "protection-ended", "suspension"],
            "date": pd.to_datetime(
                ["2021-01-01", "2022-01-01", "2025-01-01", "2021-02-01", "2026-01-01", "2026-02-01", "2021-03-01"]
            ),
        }
    )
    table = sanctions.by_sender(acts)
    assert table["sender"].tolist() == ["USA", "EU", "JPN"]
    first = table.iloc[0]
    # The end of a protection is no sanction: neither counted nor the last act.
    assert (first["listings"], first["removals"], first["others"]) == (2, 1, 0)
    assert first["last"] == pd.Timestamp("2025-01-01") and first["last_listing"] == pd.Timestamp("2022-01-01")
    assert table.iloc[2]["others"] == 1 and pd.isna(table.iloc[2]["last_listing"])


def test_no_act_of_a_sender_is_lost() -> None:
    acts = data.load("sanctions")
    table = sanctions.by_sender(acts)
    counted = table[["listings", "extensions", "removals", "others"]].sum().sum()
    assert counted == len(acts) - acts["act"].isin(sanctions.NOT_SANCTIONS).sum()


def test_both_claims_of_one_year_are_shown() -> None:
    tables = {name: data.load(name) for name in sensitivity.TABLES}
    shown = rivals.partners(tables, ("CHN", "THA")).set_index("measure")
    claimed = shown.loc["Latest yearly trade claimed, million dollars"]
    assert claimed["CHN"] == "9,000 or 26,000 (2022-23)" and claimed["THA"] == "none of a year"


def test_the_figure_shows_every_partner_and_its_title_the_first_column() -> None:
    rows = equal_search.found(data.load("partner_events"), data.load("events"), data.load("sanctions"))
    search = equal_search.compared(rows, data.load("partner_effort"))
    chart = figures.kinds(equal_search.days_by_kind(rows), search)
    cells = chart.frame.set_index("partner")
    assert cells.index.tolist() == search["partner"].tolist() and set(cells.index) == set(figures.NAMES)
    assert f"{cells.loc['RUS', 'high visits']} times with Russia" in chart.finding
    assert f"{cells.loc['BLR', 'high visits']} with Belarus" in chart.finding


def test_what_china_did_at_its_border_is_in_order_and_before_the_vote() -> None:
    acts = data.load("border_war")
    assert acts["date"].is_monotonic_increasing
    assert acts["date"].max() < pd.Timestamp("2025-12-28")


def test_the_order_of_the_rows_changes_nothing() -> None:
    acts = data.load("sanctions")
    pd.testing.assert_frame_equal(sanctions.by_sender(acts), sanctions.by_sender(acts.iloc[::-1]))
    pd.testing.assert_frame_equal(equal_search.days_by_kind(ROWS), equal_search.days_by_kind(ROWS.iloc[::-1]))
