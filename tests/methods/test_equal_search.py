"""Partners compared by the same search: counts worked by hand, and the effort that makes them comparable."""

from __future__ import annotations

import pandas as pd

from vouch.evidence import data
from vouch.methods.alliances import equal_search

ROWS = {
    "pe-1": ("RUS", "2022-01-01", "visit", "RUS", "minister", "MMR", None, None),
    "pe-2": ("CHN;THA", "2022-01-01", "visit", "MMR", "head-of-state", "CHN", None, None),
    "pe-3": ("THA", "2022-01-02", "visit", "THA", "deputy-minister", "MMR", None, None),
    "pe-4": ("CHN", None, None, None, None, None, "ev-1", None),
    "pe-5": ("USA", None, None, None, None, None, None, "san-1"),
    "pe-6": ("RUS", "2022-01-01", "statement", "RUS", "head-of-state", "MMR", None, None),
}
COLUMNS = ["partner", "date", "category", "actor_a", "level", "direction", "same_as", "same_as_sanction"]


def partner_events() -> pd.DataFrame:
    frame = pd.DataFrame.from_dict(ROWS, orient="index", columns=COLUMNS).rename_axis("event_id").reset_index()
    return frame.assign(date=pd.to_datetime(frame["date"]))


def compared() -> pd.DataFrame:
    events = pd.DataFrame(
        {"event_id": ["ev-1"], "date": pd.to_datetime(["2022-03-03"]), "category": ["visit"], "actor_a": ["CHN"],
         "level": ["minister"], "direction": ["MMR"]}
    )  # fmt: skip
    sanctions = pd.DataFrame({"sanction_id": ["san-1"], "date": pd.to_datetime(["2022-04-04"])})
    effort = pd.DataFrame(
        {
            "partner": ["RUS", "CHN", "THA", "USA", "LAO", "RUS"],
            "queries": [1, 2, 2, 2, 2, 1],
            "events_new": [2, 1, 2, None, None, None],
        }
    )
    return equal_search.compared(equal_search.found(partner_events(), events, sanctions), effort)


def test_visits_days_and_what_was_known_by_hand() -> None:
    table = compared().set_index("partner")
    assert table.loc["CHN"].to_dict() == {
        "queries": 2, "events": 2, "known": 1, "days": 2, "visits": 2, "to_myanmar": 1, "from_myanmar": 1,
    }  # fmt: skip
    # A deputy minister's trip is no visit at minister's rank, and a joint one counts for both hosts.
    assert table.loc["THA", ["visits", "from_myanmar", "days"]].tolist() == [1, 1, 2]
    # Words of a leader are no visit; two events of one day are one day.
    assert table.loc["RUS", ["queries", "events", "days", "visits"]].tolist() == [2, 2, 1, 1]
    assert table.loc["USA", ["events", "known", "visits"]].tolist() == [1, 1, 0]
    assert table.loc["RUS", "known"] == 0
    assert table.loc["LAO", ["queries", "events", "visits"]].tolist() == [2, 0, 0]


def test_every_partner_was_searched_for_alike() -> None:
    effort = data.load("partner_effort")
    assert effort.groupby("partner")["queries"].sum().unique().tolist() == [13]
    rows = equal_search.found(data.load("partner_events"), data.load("events"), data.load("sanctions"))
    assert rows["date"].notna().all() and rows["category"].notna().all()
    assert rows.groupby("partner").size().to_dict() == (
        effort.groupby("partner")["events_found"].sum().astype(int).to_dict()
    )
