"""The indices: one edition to a line, aggregates that add up, breaks and alignment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from vouch.evidence import data
from vouch.methods.election import indices


@pytest.fixture(scope="module")
def v15() -> pd.DataFrame:
    return data.load("vdem_v15")


@pytest.fixture(scope="module")
def lines(v15) -> pd.DataFrame:
    return indices.series(v15)


def test_two_editions_never_share_a_line(lines):
    later = indices.series(data.load("vdem_v16"), edition="v16")
    assert later["low"].isna().all()
    with pytest.raises(ValueError, match="two editions"):
        indices.one_edition(pd.concat([lines, later[later["year"] == 2025]]))
    with pytest.raises(ValueError, match="MMR"):
        indices.break_at(pd.concat([lines, later[later["year"] == 2025]]), "MMR", 2025)


def test_intervals_hold_their_estimates(lines):
    known = lines.dropna(subset=["low"])
    assert len(known) and ((known["low"] <= known["value"]) & (known["value"] <= known["high"])).all()
    assert lines["value"].between(0, 1).all()
    assert lines.loc[lines["iso3"].str.startswith("_"), "low"].isna().all()


def test_a_mean_without_a_member():
    mean, member, n = pd.Series([0.4]), pd.Series([0.1]), pd.Series([4.0])
    assert indices.without(mean, member, n).iloc[0] == pytest.approx((4 * 0.4 - 0.1) / 3)
    with pytest.raises(ValueError, match=r"^nothing is left"):
        indices.without(mean, member, pd.Series([1.0]))
    assert indices.without(mean, member, pd.Series([2.0])).iloc[0] == pytest.approx(0.7), "one of two is left"


def test_the_region_without_myanmar_agrees_with_the_one_computed_from_the_countries():
    # Edition 16 holds both the mean over the region and the mean without Myanmar, made from the same countries.
    v16 = data.load("vdem_v16")
    name = next(code for code in v16["iso3"].unique() if code.lower() == "_sea_x_mmr")
    ours = indices.region_without(v16, "_SEA", "MMR").set_index("year")["value"]
    theirs = v16[v16["iso3"] == name].set_index("year")["v2x_polyarchy"]
    assert np.allclose(ours, theirs.reindex(ours.index), atol=6e-4)  # both are rounded


def test_a_region_without_a_member_by_hand():
    rows = [
        ("_R", 2000, 0.4, 0.5, 4),
        ("_R", 2001, 0.4, 0.5, 4),
        ("MMR", 2000, 0.1, 0.2, None),
        ("X", 2000, 1, 1, None),
    ]
    frame = pd.DataFrame(rows, columns=["iso3", "year", "v2x_polyarchy", "v2x_libdem", "n_countries"])
    assert indices.region_without(frame, "_R", "MMR")[["iso3", "year", "value"]].values.tolist() == [
        ["_R_X_MMR", 2000, pytest.approx(0.5)]
    ], "the year that only the region has is left out"
    other = indices.region_without(frame, "_R", "MMR", "v2x_libdem")
    assert other["value"].tolist() == [pytest.approx(0.6)] and other["low"].isna().all()


def test_a_line_keeps_values_intervals_and_edition():
    frame = pd.DataFrame(
        {"iso3": ["A"], "year": ["2000"], "x": ["0.5"], "x_codelow": ["0.4"], "x_codehigh": ["0.6"], "y": [0.1]}
    )
    assert indices.series(frame, "x", "v9").values.tolist() == [["A", 2000, 0.5, 0.4, 0.6, "v9"]]
    bare = indices.series(frame, "y").iloc[0]
    assert bare["value"] == 0.1 and bare[["low", "high"]].isna().all() and bare["edition"] == "v15"


def test_a_mix_of_editions_names_the_countries():
    frame = pd.DataFrame({"iso3": ["A", "A", "B", "C", "C"], "edition": ["v1", "v2", "v1", "v1", "v2"]})
    with pytest.raises(ValueError, match=r"^two editions in the line of A, C$"):
        indices.one_edition(frame)
    with pytest.raises(ValueError, match="line of A, C"):
        indices.aligned(frame.assign(year=2000), pd.DataFrame())
    with pytest.raises(ValueError, match="line of A, C"):
        indices.yearly_steps(frame.assign(year=2000, value=1.0))
    assert indices.one_edition(frame.iloc[[0, 2, 3]]) is not None


def test_the_break_of_2021(lines):
    broken = indices.break_at(lines, "MMR", 2021)
    assert broken.clear and broken.change < 0
    assert broken.lost == pytest.approx(100 * (broken.before - broken.after) / broken.before)
    with pytest.raises(KeyError):
        indices.break_at(lines, "MMR", 1900)


def test_a_break_by_hand():
    frame = pd.DataFrame({"iso3": "A", "year": [1999, 2000, 2001], "edition": "x", "value": [0.9, 0.5, 0.2],
                          "low": [0.8, 0.4, 0.1], "high": [1, 0.6, 0.3]})  # fmt: skip
    broken = indices.break_at(frame, "A", 2001)
    assert broken == indices.Break("A", 2001, 0.5, 0.4, 0.6, 0.2, 0.1, 0.3)
    assert broken.change == pytest.approx(-0.3) and broken.lost == pytest.approx(60) and broken.clear
    # From 0.4 down to 0.3 a quarter is gone, from 0.6 down to 0.1 five sixths.
    assert (broken.lost_least, broken.lost_most) == (pytest.approx(25), pytest.approx(500 / 6))
    assert indices.Break("A", 2001, 0.2, 0.1, 0.3, 0.5, 0.4, 0.6).clear, "a rise can be clear as well"
    assert not indices.Break("A", 2001, 0.2, 0.1, 0.3, 0.5, 0.3, 0.6).clear, "intervals that touch are not"


def test_touching_intervals_are_no_clear_break():
    assert not indices.Break("AAA", 2000, 0.5, 0.4, 0.6, 0.45, 0.42, 0.48).clear


def test_a_case_is_centred_on_its_coup_and_ends_before_the_next():
    frame = pd.DataFrame({"iso3": "AAA", "year": range(1990, 2011), "value": 0.5, "low": 0.4, "high": 0.6})
    days = pd.to_datetime(["2000-05-01", "2003-05-01", "2000-01-01"])
    coups = pd.DataFrame({"iso3": ["AAA", "AAA", "BBB"], "coup_date": days})
    cases = indices.aligned(frame.assign(edition="x"), coups, before=2, after=6)
    assert set(cases["case"]) == {"AAA 2000", "AAA 2003"}
    first = cases[cases["case"] == "AAA 2000"]
    assert list(first["offset"]) == [-2, -1, 0, 1, 2]
    assert (first["year"] - first["offset"] == 2000).all()
    assert (first["coup_year"] == 2000).all() and first["value"].eq(0.5).all() and first["iso3"].eq("AAA").all()
    second = cases[cases["case"] == "AAA 2003"]
    assert list(second["offset"]) == list(range(-2, 7))
    long = indices.aligned(frame.assign(edition="x"), coups.iloc[[1]])
    assert list(long["offset"]) == list(range(-5, 7)), "five years before and six after unless told otherwise"


def test_a_coup_in_the_first_year_of_an_index_has_no_before():
    frame = pd.DataFrame({"iso3": "A", "year": [2000, 2001], "value": 0.5, "low": 0.4, "high": 0.6, "edition": "x"})
    coups = pd.DataFrame({"iso3": "A", "coup_date": pd.to_datetime(["2000-05-01"])})
    assert indices.aligned(frame, coups).empty
    assert "offset" in indices.aligned(frame, coups).columns
    late = coups.assign(coup_date=pd.Timestamp("2002-01-01"))
    assert list(indices.aligned(frame, late)["offset"]) == [-2, -1], "a coup after the last year still shows its before"


def test_steps_skip_gaps():
    frame = pd.DataFrame({"iso3": "AAA", "year": [2000, 2001, 2003], "value": [0.5, 0.2, 0.1], "edition": "x"})
    steps = indices.yearly_steps(frame)
    assert list(steps["year"]) == [2001] and steps["step"].iloc[0] == pytest.approx(-0.3)
    other = pd.DataFrame({"iso3": "BBB", "year": [2001, 2000], "value": [0.1, 0.9], "edition": "x"})
    steps = indices.yearly_steps(pd.concat([frame, other]))
    assert steps[["iso3", "year"]].values.tolist() == [["BBB", 2001], ["AAA", 2001]], "the largest fall first"


def test_regime_classes_are_known(v15):
    assert set(v15["v2x_regime"].dropna()) <= set(indices.REGIMES)
