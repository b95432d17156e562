"""Sensitivity: what counts as firm, ranges against hand-made frames, and the headline numbers against the chapters."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch import data, sensitivity, sources

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
    # Nothing is known without assumptions: the widest bounds are the whole range.
    assert table.loc["voters.support_width", "highest"] == pytest.approx(100)
    assert table.loc["voters.townships_voted", ["lowest", "highest"]].tolist() == [263, 265]


def test_kinds_worked_by_hand() -> None:
    rows = pd.DataFrame({"group": "g", "source": ["a", "a;b", "c; b", None]})
    kinds = pd.DataFrame({"source": ["a", "b", "c"], "kind": ["news", "ngo", "news"], "publisher": "p"})
    told = sensitivity.by_kind(rows, kinds).set_index("kind")
    assert told.loc["news", ["rows", "share", "alone"]].tolist() == [3, 1, pytest.approx(1 / 3)]
    assert told.loc["ngo", ["share", "alone"]].tolist() == [pytest.approx(2 / 3), 0]
    assert told["single"].tolist() == [pytest.approx(1 / 3)] * 2


def test_an_unknown_source_is_named() -> None:
    rows = pd.DataFrame({"group": ["g"], "source": ["stranger"]})
    with pytest.raises(KeyError, match="stranger"):
        sensitivity.by_kind(rows, pd.DataFrame({"source": ["a"], "kind": ["news"], "publisher": ["p"]}))


def test_the_expected_score() -> None:
    assert sensitivity.expected_score(pd.Series([0.5, 0.5])) == 0.25
    assert sensitivity.expected_score(pd.Series([0.0, 1.0])) == 0
    with pytest.raises(ValueError, match="between 0 and 1"):
        sensitivity.expected_score(pd.Series([1.2]))


def test_signposts_look_ahead() -> None:
    signposts = data.load("signposts")
    assert 5 <= len(signposts) <= 8
    assert (signposts["deadline"] > signposts["written"]).all()
    assert signposts["probability"].between(0.01, 0.99).all()  # nothing about the future is certain


def test_partners_measure_the_same_things() -> None:
    tables = {name: data.load(name) for name in sensitivity.TABLES}
    told = sensitivity.partners(tables).set_index("measure")
    assert told.loc["Vote in the General Assembly, June 2021", "BLR"] == "no"  # the only such vote, GA/12339
    assert told.loc["Arms traced 2021-22, million dollars, by place", ["CHN", "RUS"]].tolist() == ["267", "406"]
    assert set(told["depends"]) == {"no", "partly", "yes"}
