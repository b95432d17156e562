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


def test_what_was_decided_tells_the_time_before_the_coup_from_the_time_since():
    table = un_votes.decided(data.load("un_resolutions"), data.load("un_votes"), data.load("un_texts"))
    assert table["date"].is_monotonic_increasing
    assert set(table.loc[table["date"] < "2021-02-01", "period"]) == {"before the coup"}
    veto = table[table["result"] == "vetoed"].iloc[0]
    assert (veto["tally"], veto["RUS"], veto["CHN"]) == ("3–3–9", "no", "no")
    assert pd.isna(veto["BLR"])  # not a member of the Council
    since = table[table["period"] == "since the coup"]
    assert since.loc[since["result"] == "without a vote", "tally"].isna().all()
    alone = since[(since["BLR"] == "no")]
    assert list(alone["tally"]) == ["1–36–119"]
