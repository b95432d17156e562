"""Sensitivity: what counts as firm, ranges against hand-made frames, and the headline numbers against the chapters."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.evidence import case, data, sources
from vouch.methods.alliances import delivery, ties
from vouch.methods.firmness import publishers, rivals, sensitivity

CHAPTERS = Path(__file__).parents[2] / "chapters"


def frame(values: list[float], finding: str = "coup.x") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "finding": finding, "label": "x", "unit": "", "digits": 0, "varies": "definition",
            "variant": [f"v{place}" for place in range(len(values))], "value": values,
            "used": [place == 0 for place in range(len(values))],
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def headline() -> pd.DataFrame:
    tables = {name: data.load(name) for name in sensitivity.TABLES}
    return sensitivity.variants(tables, sources.kinds())


def test_a_range_worked_by_hand() -> None:
    row = sensitivity.ranges(frame([10, 8, 12])).iloc[0]
    assert (row["lowest"], row["lowest_by"], row["highest"], row["highest_by"]) == (8, "v1", 12, "v2")
    assert (row["spread"], row["fold"], row["firmness"]) == (4, 1.25, "bends")


def test_a_negative_number_is_lowest_nearest_to_zero() -> None:
    row = sensitivity.ranges(frame([-0.2, -0.1, -0.4])).iloc[0]
    assert (row["lowest"], row["highest"], row["fold"]) == (-0.1, -0.4, 2)


@pytest.mark.parametrize("other", [0, -1])
def test_zero_and_the_other_sign_are_as_fragile_as_can_be(other: float) -> None:
    row = sensitivity.ranges(frame([3, other])).iloc[0]
    assert math.isinf(row["fold"]) and row["firmness"] == "fragile"


def test_one_value_is_not_solid() -> None:
    assert sensitivity.ranges(frame([5]))["firmness"].tolist() == ["one source"]


@given(st.lists(st.floats(0.01, 1000), min_size=2, max_size=6), st.floats(0.01, 100))
def test_the_class_does_not_depend_on_the_unit(values: list[float], scale: float) -> None:
    plain, scaled = (sensitivity.ranges(frame(own)).iloc[0] for own in (values, [scale * value for value in values]))
    assert scaled["fold"] == pytest.approx(plain["fold"])
    assert plain["lowest"] <= plain["used"] <= plain["highest"] and plain["fold"] >= 1


def test_every_number_has_one_used_value_and_is_in_its_chapter(headline: pd.DataFrame) -> None:
    assert (headline.groupby("finding")["used"].sum() == 1).all()
    assert headline["finding"].nunique() >= 20
    assert not headline.duplicated(["finding", "variant"]).any()
    for finding in headline["finding"].unique():
        text = (CHAPTERS / f"{sensitivity._chapter(finding)}.md").read_text(encoding="utf-8")
        assert re.search(rf"`{re.escape(finding)}`", text), f"{finding} is not printed in its chapter"


def test_known_ends(headline: pd.DataFrame) -> None:
    table = sensitivity.ranges(headline).set_index("finding")
    # The three counts of foreigners at the first phase, all official: 32, 139 and 162.
    heads = headline.loc[headline["finding"] == "fig-vouchers-head-counts", "value"]
    assert sorted(heads) == [32, 139, 162]
    # Rolls of 2020 as the commission of the time and the ministry gave them, against 24.22 million in 2025.
    roll = table.loc["voters.shrinkage_commission"]
    assert roll["highest"] == pytest.approx(100 * (1 - 24_220_000 / 38_271_447))
    assert roll["lowest"] == pytest.approx(100 * (1 - 24_220_000 / 32_211_188))
    # At least 108 - 73 and 379 - 255 of the winner's seats are list seats, of 84 and 321.
    assert table.loc["voters.list_share", "lowest"] == pytest.approx(100 * (35 + 124) / (84 + 321))
    assert table.loc["voters.townships_voted", ["lowest", "highest"]].tolist() == [263, 265]


def test_kinds_worked_by_hand() -> None:
    rows = pd.DataFrame({"group": "g", "source": ["a", "a;b", "c; b", None]})
    kinds = pd.DataFrame({"source": ["a", "b", "c"], "kind": ["news", "ngo", "news"], "publisher": "p"})
    found = publishers.by_kind(rows, kinds).set_index("kind")
    assert found.loc["news", ["rows", "share", "alone"]].tolist() == [3, 1, pytest.approx(1 / 3)]
    assert found.loc["ngo", ["share", "alone"]].tolist() == [pytest.approx(2 / 3), 0]
    assert found["single"].tolist() == [pytest.approx(1 / 3)] * 2


def test_an_unknown_source_is_named() -> None:
    rows = pd.DataFrame({"group": ["g"], "source": ["stranger"]})
    with pytest.raises(KeyError, match="stranger"):
        publishers.by_kind(rows, pd.DataFrame({"source": ["a"], "kind": ["news"], "publisher": ["p"]}))


def test_partners_measure_the_same_things() -> None:
    tables = {name: data.load(name) for name in sensitivity.TABLES}
    found = rivals.partners(tables).set_index("measure")
    assert found.loc["Vote in the General Assembly, June 2021", "BLR"] == "no"  # the only such vote, GA/12339
    assert found.loc["Arms traced 2021-22, million dollars, by place", ["CHN", "RUS"]].tolist() == ["267", "406"]
    assert set(found["depends"]) == {"no", "partly", "yes"}


def test_numbers_that_a_reader_can_work_out_again(headline: pd.DataFrame) -> None:
    """From counts and figures as their publishers printed them: dates, seats, rolls, index values, deaths, dollars."""
    values = headline.set_index(["finding", "variant"])["value"]
    votes, roll = 13_140_000, 24_220_000
    expected = {
        ("coup.months_to_vote", "first voting day, days / 30.4375"): 1791 / 30.4375,
        ("coup.months_to_vote", "calendar months"): 58 + 27 / 31,
        ("coup.months_to_vote", "last voting day"): 1819 / 30.4375,
        ("coup.index_lost", "electoral democracy, V-Dem v16"): 100 * (1 - 0.102 / 0.426),
        ("coup.ucdp_2021_best", "UCDP, best"): 1780,
        ("coup.ucdp_2021_best", "UCDP, low"): 1653,
        ("coup.ucdp_2021_best", "UCDP, high"): 6232,
        ("coup.ucdp_2021_best", "ACLED, February 2021 to January 2022"): 12_000,
        ("coup.idps_unhcr_2025", "UN, January 2026"): 3.6,
        ("voters.townships_voted", "MoeMaKa, with two dropped"): 265,
        # States 76 of 123 townships, regions and territory 187 of 207; without Chin 74 of 114.
        ("voters.gap", "all units, townships that voted"): 100 * (47 / 123 - 20 / 207),
        ("voters.gap", "before two were dropped"): 100 * (45 / 123 - 20 / 207),
        ("voters.gap", "without Chin"): 100 * (40 / 114 - 20 / 207),
        ("voters.gap", "without Yangon"): 100 * (47 / 123 - 20 / 162),
        ("voters.turnout_official", "UEC"): 54.22,
        ("voters.turnout_official", "spokesman, rounded"): 55,
        ("voters.turnout_official", "ballots over roll, lowest"): 100 * (votes - 5000) / (roll + 10_000),
        ("voters.turnout_official", "ballots over roll, highest"): 100 * (votes + 10_000) / (roll - 5000),
        ("voters.turnout_low", "roll of the commission of 2020"): 100 * votes / 38_271_447,
        ("voters.turnout_low", "roll of the ministry"): 100 * votes / 32_211_188,
        ("voters.turnout_low", "roll of the first results"): 100 * votes / 37_000_000,
        ("voters.shrinkage_commission", "against the roll of the first results"): 100 * (1 - roll / 37_000_000),
        ("voters.shrinkage_commission", "Associated Press"): 35,
        ("voters.seat_share_elected", "elected seats, both houses"): 100 * 339 / (586 - 166),
        ("voters.seat_share_elected", "available seats, Reuters"): 81,
        ("voters.seat_share_elected", "all sitting members"): 100 * 339 / 586,
        ("voters.seat_share_elected", "all seats, filled or not"): 100 * 339 / 664,
        ("voters.seat_share_elected", "elected seats, all chambers"): 100 * 739 / 1025,
        ("voters.seat_share_elected", "lower house"): 100 * 231 / 263,
        ("voters.list_share", "the same, upper house"): 100 * (108 - 73 * 231 / 263) / 84,
        ("voters.list_share", "the same, states and regions"): 100 * (379 - 255 * 231 / 263) / 321,
        ("voters.ballots_of_adults_low", "Adults by the UN, 2025"): 100 * votes / (37_269_225 + 0.4 * 4_374_134),
        ("voters.ballots_of_adults_low", "Adults by the census of 2024, ages of 2014"): 100
        * votes
        / (51_316_756 * 33_126_117 / 50_279_900),
        ("voters.bbc_military", "BBC World Service, 2024, land area"): 21,
        ("voters.bbc_military", "SAC-M, 2022, townships"): 100 * 72 / 330,
        ("russia.share_of_trade", "2024 over 2023-24"): 100 * 2000 / 28_800,
        ("russia.share_of_trade", "2023 over 2023-24"): 100 * 1430 / 28_800,
        ("russia.share_of_trade", "2023 over 2022-23"): 100 * 1430 / 32_600,
        ("russia.arms_traced", "all entities in Russia"): 406,
        ("russia.arms_traced", "state exporter only"): 227,
        ("standard.reserved_share", "of all seats"): 25,
        ("standard.reserved_share", "of the sitting members"): 100 * 166 / 586,
        ("standard.dissolved_seats", "NLD and SNLD"): 100 * (396 + 15) / 476,
        ("standard.dissolved_seats", "NLD only"): 100 * 396 / 476,
        ("vouchers.official_countries", "spokesman's list"): 8,
        ("vouchers.official_countries", "with the private association"): 9,
    }
    for key, value in expected.items():
        assert values[key] == pytest.approx(value), key


def test_variants_that_are_counts_of_a_table(headline: pd.DataFrame) -> None:
    values = headline.set_index(["finding", "variant"])["value"]
    verdicts = {"differences resolved": "verdicts", "first coder": "first_coding", "second coder": "second_coding"}
    for finding in ("supported", "contradicted"):
        for variant, table in verdicts.items():
            assert values[f"verdicts.{finding}", variant] == (data.load(table)["verdict"] == finding).sum()
    # Counted by hand from the tables: who praised, who refused, and what other readings make of it.
    counted = {
        ("vouchers.states_praised", "differences resolved"): 4,
        ("vouchers.states_praised", "words before the first voting day left out"): 3,
        ("vouchers.states_rejected", "differences resolved"): 5,
        ("vouchers.states_rejected", "a narrower reading of refusal"): 0,
        ("vouchers.states_rejected", "a wider reading of refusal"): 8,
        ("vouchers.states_congratulated", "differences resolved"): 1,
        ("vouchers.states_congratulated", "what only the host or a digest relays left out"): 0,
        ("vouchers.states_congratulated", "a wider reading of recognition"): 3,
        ("vouchers.favourable", "a wider reading of recognition"): 5,
    }
    for key, number in counted.items():
        assert values[key] == number, key
    for chapter, partner in (("russia", "RUS"), ("belarus", "BLR")):
        fate = delivery.promised_and_delivered(data.load("promises"), data.load("events"), partner)
        whole, part = (int((fate["status"] == status).sum()) for status in ("delivered", "partly"))
        assert values[f"{chapter}.delivered", "delivered as a whole"] == whole > 0
        assert values[f"{chapter}.delivered", "delivered at least in part"] == whole + part
        joint = fate[(fate["form"] == "joint") & (fate["status"] == "delivered")]
        assert values[f"{chapter}.delivered", "delivered, joint promises only"] == len(joint)


def test_what_a_variant_stands_for(headline: pd.DataFrame) -> None:
    assert set(headline["varies"]) <= {"claimant", "definition", "coder", "sources", "method"}
    assert (headline.groupby("finding")[["label", "unit", "digits", "varies"]].nunique() == 1).all(axis=None)
    used = headline[headline["used"]]
    assert used.index.equals(headline.drop_duplicates("finding").index), "the first is the one the text uses"
    assert used["label"].is_unique
    for row in used.itertuples():
        assert (row.label[0].isupper() and row.label[1:2].islower()) or row.label.startswith(("2020", "USDP"))
    for family in ("without state media", "two sources or more"):
        for finding, everything in (("belarus.visits", "all events"), ("russia.leader_visits_out", "all events")):
            own = headline[headline["finding"] == finding].set_index("variant")["value"]
            assert own[family] <= own[everything]


def test_a_row_of_the_ranges_by_hand() -> None:
    rows = pd.concat(
        [
            frame([2, 1, 4], "coup.x").assign(label="X", unit="kg", digits=1),
            frame([1, 1], "fig-ties-y").assign(label="y"),
        ]
    )
    table = sensitivity.ranges(rows)
    assert table["finding"].tolist() == ["fig-ties-y", "coup.x"], "firmest first"
    assert table.drop(columns="finding").iloc[1].to_dict() == {
        "label": "X", "chapter": "coup", "unit": "kg", "digits": 1, "varies": "definition", "variants": 3,
        "used": 2, "used_by": "v0", "lowest": 1, "lowest_by": "v1", "highest": 4, "highest_by": "v2", "spread": 3,
        "low_ratio": 0.5, "high_ratio": 2, "fold": 2, "firmness": "fragile",
    }  # fmt: skip
    assert table.loc[0, ["chapter", "firmness", "fold", "spread"]].tolist() == ["ties", "solid", 1, 0]
    found = sensitivity.in_words(table)
    assert found.iloc[1].tolist() == ["X, kg", 3, "2.0 (v0)", "1.0 (v1)", "4.0 (v2)", "fragile", "nothing"]
    assert sensitivity.in_words(table.assign(label="Many KG"))["number"].tolist() == ["Many KG", "Many KG"]


def test_of_one_class_the_steadier_comes_first() -> None:
    rows = [frame(values, f"a.{name}").assign(label=name) for name, values in
            {"z": [10, 20], "y": [10, 12], "x": [10, 40], "w": [5], "v": [10, 20]}.items()]  # fmt: skip
    assert sensitivity.ranges(pd.concat(rows))["label"].tolist() == ["y", "v", "z", "x", "w"]


@pytest.mark.parametrize(
    ("count", "fold", "expected"),
    [(1, 1, "one source"), (2, 1.05, "solid"), (2, 1.051, "bends"), (3, 1.25, "bends"), (2, 1.251, "fragile")],
)
def test_where_one_class_ends(count: int, fold: float, expected: str) -> None:
    assert sensitivity.firmness(count, fold) == expected


def test_groups_and_kinds_keep_their_order() -> None:
    rows = pd.DataFrame({"group": ["b", "a", "b"], "source": ["x;", "y;x", "x"]})
    kinds = pd.DataFrame({"source": ["x", "y"], "kind": ["news", "academic"], "publisher": "p"})
    assert publishers.by_kind(rows, kinds).values.tolist() == [
        ["b", "news", 2, 1, 1, 1], ["a", "academic", 1, 1, 0, 0], ["a", "news", 1, 1, 0, 0],
    ]  # fmt: skip


def test_partners_side_by_side() -> None:
    """Arms: A/HRC/53/CRP.2. Votes: GA/12339 and SC/15159. Trade: as claimed by the partners."""
    tables = {name: data.load(name) for name in sensitivity.TABLES}
    found = rivals.partners(tables).set_index("measure")
    assert found["depends"].tolist() == ["no"] * 3 + ["partly"] * 5 + ["yes"]
    assert found.loc["Arms traced 2021-22, million dollars, by place", "BLR"] == "not among the five"
    assert found.loc["Vote in the Security Council, December 2022"].tolist() == [
        "abstain",
        "abstain",
        "not a member",
        "no",
    ]
    assert found.loc["Latest yearly trade claimed, million dollars", ["RUS", "BLR"]].tolist() == [
        "2,000 (2024)",
        "35 (2024)",
    ]
    assert found.loc["Leaders' visits since the coup", ["RUS", "BLR"]].tolist() == [
        "7 there, 0 here",
        "2 there, 1 here",
    ]
    assert found.loc["Visits of ministers and leaders, equal search"].tolist() == ["8", "10", "5", "partly"]
    links = ties.edges(tables["events"], tables["actors"], tables["categories"], case.horizon())
    contacts = ties.since_coup(links)["partner"].value_counts()
    for partner in ("RUS", "BLR", "CHN"):
        assert found.loc["Events in this book since the coup", partner] == str(contacts[partner]), "no vote of others"
    assert found.loc["State bodies as observers, phases"].tolist() == ["1", "1", "1", "partly"]
    nobody = rivals.partners(tables | {"observers": tables["observers"].head(0)}, ("BLR",)).set_index("measure")
    assert nobody.loc["State bodies as observers, phases"].tolist() == ["none", "partly"]


def test_the_winner_s_list_seats_follow_the_table_of_seats() -> None:
    tables = {name: data.load(name) for name in sensitivity.TABLES}
    seats = tables["seats"].copy()
    upper = (seats["election"] == "2025-26") & (seats["chamber"] == "Amyotha Hluttaw") & (seats["tally"] == "final")
    seats.loc[upper & (seats["party"] == "USDP"), "seats"] -= 8
    changed = sensitivity.variants({**tables, "seats": seats}, sources.kinds()).set_index(["finding", "variant"])[
        "value"
    ]
    assert changed["voters.list_share", "every plurality seat won"] == pytest.approx(100 * (27 + 124) / 405)


def test_a_number_that_the_answer_needs_and_nothing_varies_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {name: data.load(name) for name in sensitivity.TABLES}
    monkeypatch.setitem(sensitivity.NEEDED, "belarus.absent", "Belarus")
    with pytest.raises(ValueError, match=r"the answer needs .* and nothing varies it"):
        sensitivity.variants(tables, sources.kinds())


def test_no_table_is_asked_for_that_nothing_needs() -> None:
    read: set[str] = set()

    class Noting(dict):
        def __getitem__(self, name: str) -> pd.DataFrame:
            read.add(name)
            return super().__getitem__(name)

    tables = Noting({name: data.load(name) for name in sensitivity.TABLES})
    sensitivity.variants(tables, sources.kinds())
    rivals.partners(tables)
    assert set(sensitivity.TABLES) == read
