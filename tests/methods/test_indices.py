"""The indices: one edition to a line, aggregates that add up, breaks and alignment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from vouch import data, indices


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
    with pytest.raises(ValueError, match="nothing is left"):
        indices.without(mean, member, pd.Series([1.0]))


def test_the_region_without_myanmar_agrees_with_the_one_computed_from_the_countries():
    # Edition 16 holds both the mean over the region and the mean without Myanmar, made from the same countries.
    v16 = data.load("vdem_v16")
    name = next(code for code in v16["iso3"].unique() if code.lower() == "_sea_x_mmr")
    ours = indices.region_without(v16, "_SEA", "MMR").set_index("year")["value"]
    theirs = v16[v16["iso3"] == name].set_index("year")["v2x_polyarchy"]
    assert np.allclose(ours, theirs.reindex(ours.index), atol=6e-4)  # both are rounded


def test_the_break_of_2021(lines):
    broken = indices.break_at(lines, "MMR", 2021)
    assert broken.clear and broken.change < 0
    assert broken.lost == pytest.approx(100 * (broken.before - broken.after) / broken.before)
    with pytest.raises(KeyError):
        indices.break_at(lines, "MMR", 1900)


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


def test_steps_skip_gaps():
    frame = pd.DataFrame({"iso3": "AAA", "year": [2000, 2001, 2003], "value": [0.5, 0.2, 0.1], "edition": "x"})
    steps = indices.yearly_steps(frame)
    assert list(steps["year"]) == [2001] and steps["step"].iloc[0] == pytest.approx(-0.3)


def test_regime_classes_are_known(v15):
    assert set(v15["v2x_regime"].dropna()) <= set(indices.REGIMES)
