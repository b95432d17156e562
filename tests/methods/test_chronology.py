"""Chronology: precision of dates, direction of visits, order of leaders, and trip counts that others printed."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.evidence import case, data
from vouch.methods.alliances import chronology

CATEGORIES = data.load("categories")
DAY = pd.Timestamp("2023-09-07")


def event(**known: object) -> dict[str, object]:
    plain = {
        "event_id": "ev-1",
        "date": DAY,
        "end_date": pd.NaT,
        "date_precision": "day",
        "category": "visit",
        "actor_a": "MMR",
        "actor_b": "RUS",
        "level": "minister",
        "direction": "RUS",
        "place": "Moscow",
        "title": "A visit",
        "detail": "",
        "source": "x",
    }
    return plain | known


def events(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([event(event_id=f"ev-{n}") | row for n, row in enumerate(rows)])


def test_an_imprecise_date_spans_its_month_or_year() -> None:
    known = events(
        {"date_precision": "month", "date": pd.Timestamp("2024-02-01")},
        {"date_precision": "year", "date": pd.Timestamp("2023-01-01")},
        {},
    )
    found = chronology.dyad(known, "RUS").set_index("date_precision")
    assert found.loc["month", "latest"] == pd.Timestamp("2024-02-29")
    assert found.loc["year", "latest"] == pd.Timestamp("2023-12-31")
    assert found.loc["day", "latest"] == DAY
    assert list(found["when"]) == ["2023", "7 September 2023", "February 2024"]


def test_a_third_party_does_not_make_a_dyad() -> None:
    known = events({"actor_b": "UNGA"}, {"actor_a": "RUS", "actor_b": "MMR"}, {"actor_a": "MMR", "actor_b": "MMR"})
    assert list(chronology.dyad(known, "RUS")["event_id"]) == ["ev-1"]


def test_no_event_is_dropped_unless_an_earlier_day_is_asked_for() -> None:
    later = events({"date": pd.Timestamp("2026-08-15")}, {})
    assert list(chronology.dyad(later, "RUS")["event_id"]) == ["ev-1", "ev-0"]
    assert list(chronology.dyad(later, "RUS", until=case.horizon())["event_id"]) == ["ev-1"]


def test_every_category_has_a_layer_in_the_network_and_in_a_partner_s_record() -> None:
    assert set(data.load("events")["category"]) <= set(CATEGORIES["category"])
    assert set(CATEGORIES.loc[CATEGORIES["chronology"].isna(), "category"]) == {"domestic"}
    assert CATEGORIES["layer"].notna().all()


def test_no_event_of_a_pair_is_left_out_of_its_layers() -> None:
    events = data.load("events")
    for partner in ("BLR", "RUS"):
        layered = chronology.by_layer(events, CATEGORIES, partner)
        assert layered["event_id"].tolist() == chronology.dyad(events, partner)["event_id"].tolist()
        assert layered["layer"].notna().all()


def test_every_level_of_the_table_has_a_rank() -> None:
    assert set(data.load("events")["level"].dropna()) <= set(chronology.RANKS)


def test_ranks_and_directions_add_up_to_all_visits() -> None:
    known = data.load("events")
    for partner in ("BLR", "RUS"):
        visits = chronology.visits(known, partner)
        table = chronology.visits_by_rank(visits, partner)
        assert table.iloc[-1][["from_myanmar", "to_myanmar"]].sum() == len(visits)
        assert (visits["guest"] != visits["host"]).all()


def test_trips_to_russia_agree_with_the_counts_that_were_printed() -> None:
    """Third in September 2022 (The Irrawaddy), fifth in May 2025 (US-ASEAN), four in 2025 (DMG)."""
    visits = chronology.visits(data.load("events"), "RUS")
    trips = visits[(visits["rank"] == 4) & (visits["host"] == "RUS")].reset_index(drop=True)
    order = {event: n for n, event in enumerate(trips["event_id"], 1)}
    assert order["ev-20220904-01"] == 3
    assert order["ev-20250509-02"] == 5
    assert (trips["date"].dt.year == 2025).sum() == 4


def test_lukashenko_is_the_second_leader_and_the_first_head_of_state_found() -> None:
    leaders = chronology.leaders_received(data.load("events")).set_index("actor_a")
    assert (leaders.loc["KHM", "order"], leaders.loc["KHM", "level"]) == (1, "head-of-government")
    assert (leaders.loc["BLR", "order"], leaders.loc["BLR", "order_in_level"]) == (2, 1)


def test_own_leaders_and_meetings_abroad_are_not_leaders_received() -> None:
    known = events(
        {"actor_a": "MMR", "actor_b": "BLR", "direction": "MMR", "level": "head-of-state"},
        {"actor_a": "BLR", "actor_b": "MMR", "direction": "RUS", "level": "head-of-state"},
        {"actor_a": "BLR", "actor_b": "MMR", "direction": "MMR", "level": "head-of-state", "category": "statement"},
    )
    assert chronology.leaders_received(known).empty


def test_the_channel_takes_election_titles_of_any_category() -> None:
    known = events(
        {"category": "visit", "title": "UEC chairman leads a study visit"},
        {"category": "statement", "title": "Leader congratulates on re-election"},
        {"category": "statement", "title": "Talks on devotion and voters' lists"},
        {"category": "observer-mission", "title": "Team arrives"},
    )
    assert list(chronology.election_channel(known, "RUS")["event_id"]) == ["ev-0", "ev-1", "ev-3"]


@given(
    st.dates(min_value=pd.Timestamp("2011-01-01").date(), max_value=pd.Timestamp("2026-05-31").date()),
    st.integers(0, 2000),
    st.sampled_from(["day", "month", "year"]),
    st.sampled_from(["day", "month", "year"]),
)
def test_a_gap_contains_the_true_number_of_days(start, days, first, second) -> None:
    """Whatever the precision, the days between the true dates lie in the gap of the recorded ones."""
    truth = [pd.Timestamp(start), pd.Timestamp(start) + pd.Timedelta(days=days)]
    recorded = []
    for date, precision in zip(truth, (first, second), strict=True):
        opens = {"day": date, "month": date.replace(day=1), "year": date.replace(month=1, day=1)}[precision]
        latest = chronology._last_day(opens, precision)
        recorded.append(pd.Series({"earliest": opens, "latest": latest}))
    gap = chronology.gap(*recorded)
    assert gap.least <= days <= gap.most
    assert first != "day" or second != "day" or gap.least == gap.most == days


@pytest.mark.parametrize(
    ("text", "words"),
    [("2021", "2021"), ("2023-05", "May 2023"), ("2022-09-16", "16 September 2022"), ("", None), (pd.NA, None)],
)
def test_partial_dates(text: object, words: str | None) -> None:
    assert chronology.partial_date(text) == words


def test_first_records_are_never_later_than_any_event_of_the_layer() -> None:
    layered = chronology.by_layer(data.load("events"), CATEGORIES, "RUS")
    first = chronology.first_records(layered).set_index("layer")["date"]
    assert (layered["date"] >= layered["layer"].map(first)).all()
    assert first.is_monotonic_increasing


def test_the_days_at_both_ends_are_read() -> None:
    first, last = case.COUP, case.horizon()
    known = events({"date": first}, {"date": last}, {"date": first - pd.Timedelta(days=1)}, {"date": DAY})
    assert set(chronology.visits(known, "RUS")["event_id"]) == {"ev-0", "ev-1", "ev-3"}
    assert set(chronology.visits(known, "RUS", since=DAY, until=DAY)["event_id"]) == {"ev-3"}
    received = known.assign(actor_a="RUS", actor_b="MMR", direction="MMR", level="head-of-state")
    assert list(chronology.leaders_received(received)["event_id"]) == ["ev-0", "ev-3", "ev-1"]
    assert list(chronology.leaders_received(received, since=DAY, until=DAY)["event_id"]) == ["ev-3"]
    named = known.assign(title="vote")
    assert set(chronology.election_channel(named, "RUS")["event_id"]) == {"ev-0", "ev-1", "ev-2", "ev-3"}
    assert set(chronology.election_channel(named, "RUS", until=DAY, since=DAY)["event_id"]) == {"ev-3"}


def test_guest_host_and_rank_of_visits() -> None:
    known = events(
        {"direction": "RUS", "level": "head-of-state", "date": pd.Timestamp("2024-01-01")},
        {"direction": "MMR", "level": "agency"},
        {"direction": "MMR", "level": "head-of-government"},
        {"direction": "MMR", "level": pd.NA},
        {"category": "statement"},
    )
    found = chronology.visits(known, "RUS").set_index("event_id")
    assert list(found.index) == ["ev-1", "ev-2", "ev-3", "ev-0"], "oldest first, then by id"
    assert found.loc["ev-0", ["guest", "host", "rank"]].tolist() == ["MMR", "RUS", 4]
    assert found.loc["ev-1", ["guest", "host", "rank"]].tolist() == ["RUS", "MMR", 1]
    table = chronology.visits_by_rank(found, "RUS")
    assert table.values.tolist() == [
        [4, "Leaders", 1, 1],
        [3, "Ministers", 0, 0],
        [2, "Deputies, officers", 0, 0],
        [1, "Officials, delegations", 0, 1],
        [0, "All", 1, 2],
    ]


def test_layers_and_their_first_records() -> None:
    known = events(
        {"category": "trade"}, {"category": "trade", "date": pd.Timestamp("2022-05-01"), "date_precision": "month"},
        {"category": "statement"}, {"category": "observer-mission", "level": "delegation"},
    )  # fmt: skip
    layered = chronology.by_layer(known, CATEGORIES, "RUS")
    assert layered[["event_id", "layer", "rank"]].values.tolist() == [
        ["ev-1", "Trade", 3], ["ev-0", "Trade", 3], ["ev-2", "Statements", 3], ["ev-3", "Elections", 1],
    ]  # fmt: skip
    first = chronology.first_records(layered.iloc[::-1])
    assert first[["layer", "when"]].values.tolist() == [
        ["Trade", "May 2022"], ["Statements", "7 September 2023"], ["Elections", "7 September 2023"],
    ]  # fmt: skip
    assert chronology.by_layer(known, CATEGORIES, "RUS", until=pd.Timestamp("2022-12-31"))["event_id"].tolist() == [
        "ev-1"
    ]


def test_leaders_are_numbered_within_their_office() -> None:
    came = {"actor_a": "KHM", "actor_b": "MMR", "direction": "MMR"}
    known = events(
        came | {"level": "head-of-government"},
        came | {"level": "head-of-state", "actor_a": "BLR"},
        came | {"level": "head-of-government", "actor_a": "LAO", "date": pd.Timestamp("2024-01-01")},
        came | {"level": "minister"},
    )
    found = chronology.leaders_received(known)
    assert found[["actor_a", "order", "order_in_level", "when"]].values.tolist() == [
        ["KHM", 1, 1, "7 September 2023"], ["BLR", 2, 1, "7 September 2023"], ["LAO", 3, 2, "1 January 2024"],
    ]  # fmt: skip


def test_words_that_only_contain_a_vote_open_no_channel() -> None:
    titles = [
        "Devoted friends",
        "Emphasis on trade",
        "A vote abroad",
        "Phase two opens",
        "uec seminar",
        "Election talks",
    ]
    known = events(*({"category": "statement", "title": title} for title in titles))
    known = pd.concat([known, events({"category": "election-cooperation"}).assign(event_id="ev-6")])
    found = chronology.election_channel(known, "RUS")
    assert found["event_id"].tolist() == ["ev-2", "ev-3", "ev-4", "ev-5", "ev-6"]
