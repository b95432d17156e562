"""The share of rows that changed when they were read again, by hand and in the tables."""

from __future__ import annotations

import pandas as pd
import pytest

from vouch.evidence import data
from vouch.methods import coding
from vouch.methods.firmness import rechecks
from vouch.methods.intervals import wilson


def test_share_changed_by_hand():
    rows = [("a", "1", "stands"), ("a", "2", "changed"), ("a", "3", "withdrawn"), ("a", "4", "added"),
            ("b", "1", "added"),
            ("c", "1", "changed")]  # fmt: skip
    frame = rechecks.share_changed(pd.DataFrame(rows, columns=["table", "row_id", "outcome"])).set_index("table")
    assert frame.loc["a", ["read", "stands", "changed", "withdrawn", "added"]].tolist() == [3, 1, 1, 1, 1]
    assert frame.loc["a", "share"] == pytest.approx(2 / 3)
    assert (frame.loc["a", "low"], frame.loc["a", "high"]) == pytest.approx((wilson(2, 3).low, wilson(2, 3).high))
    assert frame.loc["b", "read"] == 0 and frame.loc["b", ["share", "low", "high"]].isna().all()
    assert frame.loc["c", "read"] == 1 and pd.isna(frame.loc["c", "share"]), "nobody noted what stands"
    assert frame.index[-1] == "these tables" and frame.loc["these tables", "read"] == 3


def test_share_changed_refuses_what_it_cannot_count():
    twice = pd.DataFrame({"table": ["a", "a"], "row_id": ["1", "1"], "outcome": ["stands", "changed"]})
    with pytest.raises(ValueError, match="listed twice"):
        rechecks.share_changed(twice)
    with pytest.raises(ValueError, match="unknown outcomes"):
        rechecks.share_changed(twice.iloc[:1].assign(outcome="perhaps"))


def test_a_row_whose_source_could_not_be_seen_counts_nowhere():
    rows = pd.DataFrame({"table": ["a"] * 3, "row_id": list("xyz"), "outcome": ["stands", "changed", "not found"]})
    found = rechecks.share_changed(rows).set_index("table").loc["a"]
    assert (found["read"], found["share"]) == (2, 0.5)


def test_draw_gives_every_row_the_same_chance():
    tables = {"b": pd.DataFrame(index=["1", "2", "3"]), "a": pd.DataFrame(index=["x"])}
    found = rechecks.draw(tables, 3, seed=1)
    assert len(found) == 3 and not found.duplicated().any()
    turned = {"a": tables["a"], "b": tables["b"].iloc[::-1]}
    pd.testing.assert_frame_equal(found, rechecks.draw(turned, 3, seed=1))
    drawn = pd.concat(rechecks.draw(tables, 1, seed=seed) for seed in range(400))
    assert drawn.value_counts().between(70, 130).all() and len(drawn.value_counts()) == 4
    with pytest.raises(ValueError, match="from 4 rows"):
        rechecks.draw(tables, 5, seed=1)


def test_share_standing_by_hand():
    outcomes = ["stands"] * 3 + ["changed", "withdrawn", "not found"]
    sample = pd.DataFrame({"table": "a", "row_id": list("uvwxyz"), "outcome": outcomes})
    found = rechecks.share_standing(sample)
    assert (found.drawn, found.stands, found.changed, found.not_found) == (6, 3, 2, 1)
    assert found.share == pytest.approx(3 / 5) and found.interval == wilson(3, 5)
    with pytest.raises(ValueError, match="listed twice"):
        rechecks.share_standing(pd.concat([sample, sample]))
    with pytest.raises(ValueError, match="unknown outcomes"):
        rechecks.share_standing(sample.assign(outcome="added"))


def test_the_random_draws_are_apart_from_what_was_read_before():
    found = data.load("rechecks")
    drawn = found[found["draw"] > 0].groupby("draw")
    assert [len(rows) for _, rows in drawn] == [60] * len(rechecks.SEEDS)
    assert all(rechecks.share_standing(rows).drawn == 60 for _, rows in drawn)


def test_at_least_97_of_100_rows_of_the_last_draw_stand():
    found = data.load("rechecks")
    last = found[found["draw"] == len(rechecks.SEEDS)]
    assert rechecks.share_standing(last).share >= 0.97


def test_samples_leave_out_only_tables_that_are_there():
    tables = set(data.tables())
    assert tables >= rechecks.FROM_FILES | rechecks.RECORDS and not rechecks.FROM_FILES & rechecks.RECORDS
    assert set(rechecks.frame(tables)) == tables - rechecks.FROM_FILES - rechecks.RECORDS


def test_effort_counts_every_query_once():
    searches = data.load("searches")
    for column in ("language", "corpus", "partner"):
        found = rechecks.effort(searches, column)
        assert found["queries"].sum() == len(searches) and found["useful"].le(found["results"]).all()


def test_a_row_that_was_read_again_is_there_unless_it_was_withdrawn():
    found = data.load("rechecks")
    for table, rows in found[found["outcome"] != "withdrawn"].groupby("table"):
        key = data.described(table)["schema"]["primaryKey"]
        frame = data.load(table)
        assert set(rows["row_id"]) <= set(rechecks.row_ids(frame, key)), table


def test_decisions_by_hand():
    order = ["good", "fair", "bad"]

    def frame(verdicts):
        return pd.DataFrame({"claim": list("abcd"), "verdict": verdicts})

    first, second = frame(["good", "bad", "fair", "good"]), frame(["good", "fair", "good", "bad"])
    found = coding.decisions(first, second, frame(["good", "bad", "good", "fair"]), order)
    assert found == coding.Decisions(differ=3, to_first=1, to_second=1, first_harsher=2, second_harsher=1)
    with pytest.raises(ValueError, match="without a place"):
        coding.decisions(first, second, first, order[:2])
