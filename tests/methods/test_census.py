"""Census of words and acts: the list is whole, a state has one place in each variable, other codings move counts."""

from __future__ import annotations

import pandas as pd
import pytest

from vouch.evidence.data import load
from vouch.methods.election import census


def frame(columns: str, *rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def small() -> dict[str, pd.DataFrame]:
    """Three states and a party: A praises and hopes, B refuses and receives, C is silent; the party praises."""
    levels = [("s1", "praised"), ("s2", "neutral-or-conditional"), ("s3", "condemned-or-rejected"),
              ("s4", "no-statement-found"), ("s5", "praised")]  # fmt: skip
    deeds = [
        ("a1", "congratulated-or-recognised"),
        ("a2", "nothing-found"),
        ("a3", "ministers"),
        ("a4", "nothing-found"),
    ]
    return {
        "states_asked": frame("asked_id name kind", ("A", "Aland", "state"), ("B", "Bland", "state"),
                              ("C", "Cland", "state"), ("P", "Party", "party")),
        "statements": frame("statement_id asked_id", ("s1", "A"), ("s2", "A"), ("s3", "B"), ("s4", "C"), ("s5", "P")),
        "acts": frame("act_id asked_id", ("a1", "A"), ("a2", "A"), ("a3", "B"), ("a4", "C")),
        "statements_first_coding": frame("statement_id level", *levels),
        "statements_second_coding": frame("statement_id level", *levels[:1], ("s2", "welcomed"), *levels[2:]),
        "acts_first_coding": frame("act_id level", *deeds),
        "acts_second_coding": frame("act_id level", *deeds),
        "census_resolutions": frame("table id first second decided",
                                    ("statements", "s2", "neutral-or-conditional", "welcomed", "welcomed")),
        "census_alternatives": frame("variant table id level", ("early words left out", "statements", "s1", "left-out"),
                                     ("a wider reading", "acts", "a3", "congratulated-or-recognised")),
    }  # fmt: skip


def test_each_state_has_one_place_in_words_and_one_in_acts() -> None:
    tables = small()
    placed = census.places(tables, *census.levels(tables)["differences resolved"])
    assert placed.values.tolist() == [
        ["A", "Aland", "praised", "congratulated-or-recognised"],
        ["B", "Bland", "condemned-or-rejected", "ministers"],
        ["C", "Cland", "no-statement-found", "nothing-found"],
    ]
    assert census.counts(placed) == {
        "praised": 1, "rejected": 1, "silent": 1, "congratulated": 1, "dealt": 2, "favourable": 1,
    }  # fmt: skip
    assert census.cells(placed)[["word", "deed", "states", "named"]].values.tolist() == [
        ["praised", "congratulated-or-recognised", 1, "Aland"],
        ["condemned-or-rejected", "ministers", 1, "Bland"],
        ["no-statement-found", "nothing-found", 1, "Cland"],
    ]


def test_other_codings_move_the_counts_that_they_touch() -> None:
    varied = census.variants(small()).set_index("variant")
    assert varied.loc["early words left out", ["praised", "favourable"]].tolist() == [0, 1]
    assert varied.loc["a wider reading", ["congratulated", "favourable", "rejected"]].tolist() == [2, 2, 1]
    assert varied.loc["differences resolved"].tolist() == varied.loc["first coding"].tolist()
    ends = census.ranges(varied.reset_index(), {"praised": "Praised", "dealt": "Met"}).values.tolist()
    assert ends == [["Praised", 1, 0, "early words left out", 1, ""], ["Met", 2, 2, "", 2, ""]]


def test_an_alternative_that_changes_nothing_is_none() -> None:
    tables = small()
    tables["census_alternatives"].loc[0, "level"] = "praised"
    with pytest.raises(ValueError, match="s1 has that level already"):
        census.levels(tables)


def test_a_state_that_praises_and_rejects_is_named() -> None:
    tables = small()
    tables["statements"].loc[2, "asked_id"] = "A"
    with pytest.raises(ValueError, match="A praised and rejected"):
        census.places(tables, *census.levels(tables)["differences resolved"])


def test_a_state_left_out_of_the_list_is_named() -> None:
    asked, came, members = load("states_asked"), load("observers"), load("memberships")
    whole = census.universe(asked, came, members).set_index("class")
    assert not whole["missing"].any() and whole.loc["Others, each with its reason", "states"] == 2
    assert whole["states"].tolist() == [10, 5, 5, 11, 7, 3, 2]
    gone = census.universe(asked[asked["asked_id"] != "KAZ"], came, members).set_index("class")["missing"]
    assert gone[gone != ""].to_dict() == {"Senders of observers, unclear ones among them": "KAZ"}


def test_alternatives_name_rows_and_count_no_body_as_a_state() -> None:
    tables = {name: load(name) for name in census.TABLES}
    known = {*tables["statements"]["statement_id"], *tables["acts"]["act_id"]}
    assert set(tables["census_alternatives"]["id"]) <= known
    placed = census.places(tables, *census.levels(tables)["differences resolved"])
    assert len(placed) == 30 and not set(placed["asked_id"]) & {"ASEAN", "EU", "BLR-BR", "UN-SG"}
    varied = census.variants(tables).set_index("variant")
    assert varied["rejected"].agg(["min", "max"]).tolist() == [0, 8]
    assert varied["congratulated"].agg(["min", "max"]).tolist() == [0, 3]
