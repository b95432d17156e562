"""Promised against delivered: the rule, its monotony in time, and the coding of the table."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.evidence import data
from vouch.methods.alliances import delivery

ORDER = {"no evidence found": 0, "announced only": 0, "partly": 1, "delivered": 2}


def frames(whole: str = "", part: str = "", form: str = "joint") -> tuple[pd.DataFrame, pd.DataFrame]:
    promises = pd.DataFrame(
        [
            {
                "promise_id": "rus-x",
                "partner": "RUS",
                "promise": "A thing",
                "form": form,
                "by": "both" if form == "joint" else "RUS",
                "event": "ev-0",
                "whole": whole,
                "part": part,
                "note": "n",
            }
        ]
    )
    events = pd.DataFrame(
        {
            "event_id": ["ev-0", "ev-1", "ev-2"],
            "date": pd.to_datetime(["2023-01-10", "2024-02-01", "2025-03-05"]),
            "date_precision": ["day", "month", "day"],
            "source": ["a", "a;b", "c"],
        }
    )
    return promises, events


@pytest.mark.parametrize(
    ("form", "whole", "part", "expected"),
    [
        ("joint", True, False, "delivered"),
        ("one-sided", True, True, "delivered"),
        ("joint", False, True, "partly"),
        ("joint", False, False, "announced only"),
        ("one-sided", False, False, "no evidence found"),
    ],
)
def test_the_rule(form: str, whole: bool, part: bool, expected: str) -> None:
    assert delivery.status(form, whole, part) == expected


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="rumoured"):
        delivery.status("rumoured", False, False)


def test_half_of_what_makes_the_whole_is_a_part() -> None:
    promises, events = frames(whole="ev-1;ev-2")
    half = delivery.promised_and_delivered(promises, events, "RUS", pd.Timestamp("2024-12-31")).iloc[0]
    assert (half["status"], half["evidence"]) == ("partly", "February 2024")
    full = delivery.promised_and_delivered(promises, events, "RUS", pd.Timestamp("2025-12-31")).iloc[0]
    assert (full["status"], full["days"], full["source"]) == ("delivered", 785, "a;b;c")


def test_evidence_cannot_precede_its_promise() -> None:
    promises, events = frames(whole="ev-1")
    promises.loc[0, "event"] = "ev-2"
    with pytest.raises(ValueError, match="rus-x: ev-1 precedes"):
        delivery.promised_and_delivered(promises, events, "RUS")


def test_an_unknown_event_is_refused() -> None:
    promises, events = frames(part="ev-9")
    with pytest.raises(KeyError):
        delivery.promised_and_delivered(promises, events, "RUS")


@given(
    st.sampled_from(["", "ev-1", "ev-2", "ev-1;ev-2"]),
    st.sampled_from(["", "ev-1", "ev-2"]),
    st.dates(pd.Timestamp("2023-01-10").date(), pd.Timestamp("2026-01-01").date()),
    st.integers(0, 900),
)
def test_reading_longer_never_takes_a_delivery_back(whole: str, part: str, until, more: int) -> None:
    promises, events = frames(whole, part)
    early, late = (
        delivery.promised_and_delivered(promises, events, "RUS", day).iloc[0]["status"]
        for day in (pd.Timestamp(until), pd.Timestamp(until) + pd.Timedelta(days=more))
    )
    assert ORDER[early] <= ORDER[late]


def test_the_table_of_promises_is_coded_throughout() -> None:
    promises, events = data.load("promises"), data.load("events")
    for partner in ("BLR", "RUS"):
        table = delivery.promised_and_delivered(promises, events, partner)
        assert len(table) == (promises["partner"] == partner).sum()
        assert set(table["status"]) <= set(delivery.STATUSES)
        assert (table.loc[table["status"] == "delivered", "days"] >= 0).all()
        assert table["source"].str.len().gt(0).all()


def test_a_row_says_when_and_by_what_a_promise_was_kept() -> None:
    promises, events = frames(whole="ev-2;ev-1", part="ev-1")
    row = delivery.promised_and_delivered(promises, events, "RUS").iloc[0]
    assert row[["promise_id", "promise", "form", "by", "note"]].tolist() == ["rus-x", "A thing", "joint", "both", "n"]
    assert (row["date"], row["when"]) == (pd.Timestamp("2023-01-10"), "10 January 2023")
    assert row["delivered_on"] == pd.Timestamp("2025-03-05"), "the last of the events that make the whole"
    assert row["evidence"] == "February 2024; February 2024; 5 March 2025"


def test_a_promise_counts_from_its_day_and_an_event_from_its_own() -> None:
    promises, events = frames(whole="ev-1", form="one-sided")
    promises = pd.concat([promises, promises.assign(promise_id="rus-a", event="ev-2", whole=None)])
    table = delivery.promised_and_delivered(promises, events, "RUS", pd.Timestamp("2023-01-10"))
    assert table["promise_id"].tolist() == ["rus-x"]
    assert table.loc[0, "status"] == "no evidence found" and table.loc[0, "source"] == "a"
    assert table.loc[0, ["delivered_on", "days", "evidence"]].isna().all()
    kept = delivery.promised_and_delivered(promises, events, "RUS", pd.Timestamp("2024-02-01"))
    assert kept.loc[0, ["status", "days"]].tolist() == ["delivered", 387]
    both = delivery.promised_and_delivered(promises, events, "RUS")
    assert both["promise_id"].tolist() == ["rus-x", "rus-a"], "oldest first, although the ids say otherwise"
    assert both["status"].tolist() == ["delivered", "no evidence found"]


def test_evidence_may_be_of_the_day_of_the_promise() -> None:
    promises, events = frames(whole="ev-0; ev-1")
    assert delivery.promised_and_delivered(promises, events, "RUS").loc[0, "status"] == "delivered"
    assert (
        delivery.promised_and_delivered(promises, events, "RUS", pd.Timestamp("2023-12-31")).loc[0, "status"]
        == "partly"
    )


def test_a_promise_is_by_both_sides_where_it_is_joint_and_by_one_of_the_two_where_it_is_not() -> None:
    promises = data.load("promises")
    assert (promises["by"].eq("both") == promises["form"].eq("joint")).all()
    alone = promises[promises["form"] == "one-sided"]
    assert all(row.by in {row.partner, "MMR"} for row in alone.itertuples())


def test_a_paper_the_deed_under_it_and_the_invitation_in_it_are_one_promise() -> None:
    """The memorandum of 2023, the cooperation under it and the observers invited in it stand in one row."""
    promises, events = data.load("promises"), data.load("events").set_index("event_id")
    for partner in ("BLR", "RUS"):
        named = promises[
            (promises["partner"] == partner) & promises["promise"].str.contains("election|observer", case=False)
        ]
        assert len(named) == 1
    made = events.loc[promises["event"], "title"].str.cat(sep="; ")
    assert not any(word in made.lower() for word in ("credentials", "accredit", "street"))
