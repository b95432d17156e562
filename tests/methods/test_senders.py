"""Senders: where they stand among all states, who counts as having stayed away, and the curve of all choices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from vouch.evidence.data import load
from vouch.methods.election import observers, senders

ROLES = pd.DataFrame(
    [("AAA", "sent", "reported present"), ("BBB", "sent", "reported present"),
     ("CCC", "unclear", "named by one side only"), ("DDD", "stayed away", "declined"),
     ("EEE", "stayed away", "no reply found"),
     ("FFF", "stayed away", "member of ASEAN, which declined; named by nobody")],
    columns=["iso3", "role", "basis"],
)  # fmt: skip
VALUES = {
    "AAA": 0.1,
    "BBB": 0.5,
    "CCC": 0.2,
    "DDD": 0.4,
    "EEE": 0.6,
    "FFF": 0.9,
    "FRA": 0.8,
    "ZZZ": 0.3,
    "MMR": 0.0,
    "HKG": 0.7,
}
WORLD = pd.DataFrame(
    [(iso3, year, value) for iso3, value in VALUES.items() for year in (2024, 2025)],
    columns=["iso3", "year", "v2x_polyarchy"],
)


def test_standing_by_hand() -> None:
    found = senders.standing(ROLES, WORLD, 2025)
    # Eight states are left without the host and Hong Kong; A has none below it, B has A, C, D and Z, C has A.
    assert found[["iso3", "role", "below", "of"]].values.tolist() == [
        ["AAA", "sent", 0, 7], ["BBB", "sent", 4, 7], ["CCC", "unclear", 1, 7],
    ]  # fmt: skip
    assert found["percentile"].tolist() == pytest.approx([0, 400 / 7, 100 / 7])


def groups(rule: str, **choice) -> tuple[set[str], set[str]]:
    return tuple(set(group.index) for group in senders.groups(ROLES, senders.world_scores(WORLD, 2025), rule, **choice))


def test_silence_is_treated_alike_for_all_blocs() -> None:
    own, bloc, rest = senders.RULES
    assert groups(own) == ({"AAA", "BBB"}, {"DDD", "EEE"})
    assert groups(bloc) == ({"AAA", "BBB"}, {"DDD", "EEE", "FFF", "FRA"})
    assert groups(rest) == ({"AAA", "BBB"}, {"DDD", "EEE", "FFF", "FRA", "ZZZ"})
    assert groups(own, unclear={"CCC": "away"})[1] == {"CCC", "DDD", "EEE"}
    assert groups(rest, unclear={"CCC": "sent"}, late=frozenset({"BBB"})) == (
        {"AAA", "CCC"},
        {"DDD", "EEE", "FFF", "FRA", "ZZZ"},
    )
    assert groups(bloc, without=frozenset({"FFF"}))[1] == {"DDD", "EEE", "FRA"}
    with pytest.raises(ValueError, match="no rule 'any'"):
        senders.groups(ROLES, senders.world_scores(WORLD, 2025), "any")


def test_every_choice_is_made_once_and_counted_from_the_main_one() -> None:
    roles = pd.concat([ROLES, ROLES.iloc[[1]].assign(iso3="ZZZ")])
    found = senders.specifications(roles, WORLD, {"AAA", "BBB"}, {"FFF"})
    choices = ["year", "phases", "newest", "CCC", "away"]
    assert len(found) == 2 * 2 * 3 * (1 + 2 * 2) and not found.duplicated(choices).any()
    main = found[found["changed"] == 0]
    assert main[choices].values.tolist() == [[2025, "all", "in", "left out", senders.RULES[1]]]
    # A, B and Z send 0.1, 0.5, 0.3; D, E, F and France stay away with 0.4, 0.6, 0.9, 0.8.
    assert main["difference"].iloc[0] == pytest.approx(0.3 - 0.675)
    assert found["difference"].is_monotonic_increasing and found["changed"].max() == len(choices)
    named = senders.named(found)
    assert named[0] == ("blocs that declined count for all their members", pytest.approx(0.3 - 0.675))
    assert len({name for name, _ in named}) == len(named) == 8


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.floats(0, 1), min_size=3, max_size=9, unique=True),
    st.lists(st.floats(0, 1), min_size=3, max_size=9, unique=True),
)
def test_the_interval_is_that_of_welch(first, second) -> None:
    rows = {}
    for name, values in (("sent", first), ("away", second)):
        rows |= {f"n_{name}": [len(values)], f"mean_{name}": [np.mean(values)], f"var_{name}": [np.var(values, ddof=1)]}
    found = senders.with_interval(pd.DataFrame(rows)).iloc[0]
    expected = stats.ttest_ind(first, second, equal_var=False).confidence_interval(0.95)
    assert found[["low", "high"]].tolist() == pytest.approx([expected.low, expected.high], abs=1e-9)


def test_an_interval_covers_a_known_difference_as_often_as_it_says() -> None:
    # Two groups of eight and forty from populations 0.3 apart, two thousand times; 95 of 100 intervals hold it.
    chance = np.random.default_rng(20260531)
    sent, away = chance.normal(0.2, 0.15, (2000, 8)), chance.normal(0.5, 0.2, (2000, 40))
    rows = {}
    for name, values in (("sent", sent), ("away", away)):
        rows |= {
            f"n_{name}": values.shape[1],
            f"mean_{name}": values.mean(axis=1),
            f"var_{name}": values.var(axis=1, ddof=1),
        }
    found = senders.with_interval(pd.DataFrame(rows))
    covered = ((found["low"] < -0.3) & (found["high"] > -0.3)).mean()
    assert covered == pytest.approx(0.95, abs=0.015)


def test_the_world_of_the_table_is_the_world_of_its_publisher() -> None:
    table, other = load("vdem_v16_world"), load("vdem_v16")
    # Our World in Data prints the mean over all units; both tables are cut from one file.
    for year, published in (
        other[(other["iso3"] == "_WLD") & other["year"].isin([2024, 2025])].set_index("year")["v2x_polyarchy"].items()
    ):
        assert table.loc[table["year"] == year, "v2x_polyarchy"].mean() == pytest.approx(published, abs=0.0001)
    both = table.merge(other, on=["iso3", "year"])
    assert len(both) >= 2 * 16 and (both["v2x_polyarchy_x"] == both["v2x_polyarchy_y"]).all()
    ten = ["KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "TLS", "VNM"]
    region = other[(other["iso3"] == "_SEA") & (other["year"] == 2025)]["v2x_polyarchy"].iloc[0]
    assert table[(table["year"] == 2025) & table["iso3"].isin(ten)]["v2x_polyarchy"].mean() == pytest.approx(
        region, abs=0.0006
    )


def test_no_comparison_has_the_other_sign() -> None:
    came, members = load("observers"), load("memberships")
    found = senders.specifications(
        observers.roles(came, members), load("vdem_v16_world"), observers.first_phase(came), observers.newest(members)
    )
    assert (found["difference"] < 0).all() and (found["low"] < found["difference"]).all()
    assert len(senders.EUROPEAN_UNION) == 27
