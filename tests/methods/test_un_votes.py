"""Votes on Myanmar: printed tallies, and what may not be read as the vote of the military authorities."""

from __future__ import annotations

import pandas as pd

from vouch.evidence import data
from vouch.methods.alliances import un_votes


def test_the_security_council_vote_adds_up_state_by_state() -> None:
    """United Nations press release SC/15159: 12 in favour, none against, 3 abstaining."""
    assert un_votes.tally(data.load("un_votes"), "S/RES/2669") == {"yes": 12, "abstain": 3, "no": 0}


def test_belarus_alone_voted_against_in_june_2021() -> None:
    """A/RES/75/287: 119 in favour, 1 against, 36 abstaining."""
    texts = un_votes.on_myanmar(data.load("un_resolutions"), data.load("un_votes"), ["BLR", "RUS"])
    row = texts.set_index("resolution").loc["A/RES/75/287"]
    assert (row["yes"], row["no"], row["abstain"], row["cast"]) == (119, 1, 36, 156)
    assert (row["BLR"], row["RUS"]) == ("no", "abstain")
    assert un_votes.tally(data.load("un_votes"), "A/RES/75/287")["no"] == 1


def test_the_states_listed_never_exceed_the_printed_tally() -> None:
    votes, texts = data.load("un_votes"), data.load("un_resolutions").set_index("resolution")
    for resolution, row in texts.iterrows():
        counted = un_votes.tally(votes, resolution)
        assert all(counted[vote] <= row[vote] for vote in un_votes.VOTES), resolution


def test_the_seat_of_myanmar_changed_hands_in_february_2021() -> None:
    votes = data.load("un_votes").merge(data.load("un_resolutions")[["resolution", "date"]], on="resolution")
    ousted = votes["iso3"].eq("MMR") & (votes["date"] >= "2021-02-01")
    assert ousted.any() and (votes["seat_held_by"].eq("ousted-government") == ousted).all()


def test_only_texts_about_myanmar_and_only_votes_cast() -> None:
    texts = un_votes.on_myanmar(data.load("un_resolutions"), data.load("un_votes"), ["BLR"])
    assert not texts["resolution"].str.contains("ES-11|68/262").any()
    assert (texts["cast"] == texts["yes"] + texts["no"] + texts["abstain"]).all()
    assert texts["share_no"].between(0, 1).all()
    assert pd.isna(texts.set_index("resolution").loc["S/RES/2669", "BLR"])  # not a member of the Council


def test_changes_keep_only_states_read_on_both_texts() -> None:
    votes = pd.DataFrame(
        {
            "resolution": ["a", "a", "a", "b", "b"],
            "iso3": ["BLR", "RUS", "CHN", "BLR", "RUS"],
            "vote": ["no", "no", "no", "no", "abstain"],
        }
    )
    changed = un_votes.changes(votes, "a", "b").set_index("iso3")["after"]
    assert changed.to_dict() == {"BLR": "no", "RUS": "abstain"}


def test_votes_beside_the_published_tally_by_hand() -> None:
    texts = pd.DataFrame(
        {
            "resolution": ["b", "a", "c"], "date": pd.to_datetime(["2021-01-01", "2020-01-01", "2019-01-01"]),
            "topic": ["Myanmar", "Myanmar", "Ukraine"], "body": "GA", "title": "t", "source": "s",
            "yes": [6, 1, 0], "abstain": [1, 1, 0], "no": [3, 2, 0],
        }
    )  # fmt: skip
    votes = pd.DataFrame(
        {"resolution": ["a", "b", "b", "b"], "iso3": ["X", "X", "Y", "Z"], "vote": ["no", "yes", "no", "no"]}
    )
    found = un_votes.on_myanmar(texts, votes, ["Y", "X"])
    assert found["resolution"].tolist() == ["a", "b"]
    assert found["X"].tolist() == ["no", "yes"] and pd.isna(found.loc[0, "Y"]) and found.loc[1, "Y"] == "no"
    assert found[["cast", "share_no"]].values.tolist() == [[4, 0.5], [10, 0.3]]
    assert un_votes.tally(votes, "b") == {"yes": 1, "abstain": 0, "no": 2}
    assert un_votes.changes(votes, "a", "b").values.tolist() == [["X", "no", "yes"]]
    assert un_votes.changes(votes, "b", "a").empty
    assert un_votes.changes(votes, "b", "a", vote="yes").values.tolist() == [["X", "yes", "no"]]


DECIDED = un_votes.decided(data.load("un_resolutions"), data.load("un_votes"), data.load("un_texts"))


def test_what_was_decided_tells_the_time_before_the_coup_from_the_time_since():
    assert DECIDED["date"].is_monotonic_increasing
    early = DECIDED["date"] < "2021-02-01"
    assert set(DECIDED.loc[early, "period"]) == {"before the coup"}
    assert set(DECIDED.loc[~early, "period"]) == {"since the coup"}
    veto = DECIDED[DECIDED["result"] == "vetoed"].iloc[0]
    assert (veto["no"], veto["abstain"], veto["yes"], veto["RUS"], veto["CHN"]) == (3, 3, 9, "no", "no")
    assert pd.isna(veto["BLR"])  # not a member of the Council
    assert DECIDED.loc[DECIDED["result"] == "without a vote", ["no", "abstain", "yes"]].isna().all(axis=None)
    alone = DECIDED[(DECIDED["period"] == "since the coup") & (DECIDED["BLR"] == "no")]
    assert alone[["no", "abstain", "yes"]].values.tolist() == [[1, 36, 119]]


def test_a_roll_call_before_the_coup_is_told_once_and_a_text_without_one_is_told():
    early = DECIDED[DECIDED["period"] == "before the coup"]
    assert not early["date"].duplicated().any()
    quiet = early[early["result"] == "without a vote"]
    assert quiet["date"].dt.year.tolist() == [2012, 2013, 2015]  # Reuters; GA/SHC/4091; GA/SHC/4156
    assert (quiet[["BLR", "RUS", "CHN"]] == "joined").all(axis=None)
    assert set(early.loc[early["date"] >= "2017-01-01", "government"]) == {"NLD in government"}
    assert set(early.loc[early["date"] < "2016-01-01", "government"]) == {"before the NLD"}


def decisions(*rows: tuple[str, str, str, object, str]) -> pd.DataFrame:
    """Date, title, body, number against (None: no vote) and the vote of Belarus."""
    frame = pd.DataFrame(rows, columns=["date", "title", "body", "no", "BLR"])
    late = frame["date"] >= "2021-02-01"
    return frame.assign(
        when=frame["date"], date=pd.to_datetime(frame["date"]), no=frame["no"].astype("Int64"),
        RUS=frame["BLR"], CHN=None, period=late.map({True: "since the coup", False: "before the coup"}), source="a;b",
        government=late.map({True: "since the coup", False: "NLD in government"}),
        result=frame["no"].isna().map({True: "without a vote", False: "adopted by vote"}),
    )  # fmt: skip


def test_yearly_copies_of_one_text_are_one_text() -> None:
    committee = "General Assembly, Third Committee"
    found = un_votes.series(
        decisions(
            ("2017-12-01", "A", "General Assembly", 10, "no"),
            ("2018-12-01", "A", committee, 8, "no"),
            ("2019-12-01", "A", "General Assembly", 9, "no"),
            ("2019-12-02", "B", "General Assembly", 9, "no"),
        )
    )
    assert found["texts"].tolist() == [3, 1]
    assert found["when"].tolist() == ["2017 to 2019", "2019-12-02"]
    assert found["against"].tolist() == ["8 to 10", "9"]
    assert found["source"].tolist() == ["a;b", "a;b"]


def test_copies_part_at_the_coup_and_where_a_vote_or_its_absence_differs() -> None:
    found = un_votes.series(
        decisions(
            ("2019-12-01", "A", "General Assembly", 9, "no"),
            ("2020-12-01", "A", "General Assembly", None, "joined"),
            ("2021-01-31", "A", "General Assembly", 5, "yes"),
            ("2021-02-01", "A", "General Assembly", 5, "yes"),
            ("2023-02-01", "A", "General Assembly", 7, "yes"),
        )
    )
    assert found["texts"].tolist() == [1, 1, 1, 2]
    assert found["period"].tolist() == ["before the coup"] * 3 + ["since the coup"]
    assert pd.isna(found.loc[1, "against"]) and found.loc[3, "when"] == "2021, 2023"


def test_no_copy_is_lost_or_told_twice() -> None:
    found = un_votes.series(DECIDED)
    assert found["texts"].sum() == len(DECIDED)
    assert set(found["title"]) == set(DECIDED["title"])
    yearly = found[found["title"].str.startswith("Situation of human rights")]
    assert yearly.groupby("period")["texts"].sum().to_dict() == {"before the coup": 12, "since the coup": 5}
