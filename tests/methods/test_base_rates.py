"""The base rates against published worked examples, identities, and totals that others printed."""

from __future__ import annotations

from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.duration.survfunc import CumIncidenceRight

from vouch.evidence import data
from vouch.methods.election import base_rates
from vouch.methods.election.base_rates import cumulative_incidence, spells
from vouch.methods.intervals import wilson


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def made(months: list[float], ended: list[str], iso3: list[str] | None = None) -> pd.DataFrame:
    return pd.DataFrame({"months": months, "ended": ended, "iso3": iso3 or [f"C{i}" for i in range(len(months))]})


def coups(*rows: tuple[str, str, str | None, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["iso3", "coup_date", "first_election", "next_successful_coup"])
    for column in frame.columns[1:]:
        frame[column] = pd.to_datetime(frame[column])
    frame["colpus_id"] = [f"c{i}" for i in frame.index]
    return frame.assign(coup_kind="CH", military=True, incumbent_won=pd.NA, leader_changed=pd.NA)


# Remission of leukaemia under 6-MP (Freireich et al. 1963), the standard worked example of the Kaplan-Meier estimator;
# the survival column is printed in many textbooks.
SIX_MP = [(6, 1), (6, 1), (6, 1), (6, 0), (7, 1), (9, 0), (10, 1), (10, 0), (11, 0), (13, 1), (16, 1), (17, 0), (19, 0),
          (20, 0), (22, 1), (23, 1), (25, 0), (32, 0), (32, 0), (34, 0), (35, 0)]  # fmt: skip
SIX_MP_SURVIVAL = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}


def test_without_second_coups_the_curve_has_the_textbook_values():
    curve = cumulative_incidence(made([float(t) for t, _ in SIX_MP], ["election" if e else "open" for _, e in SIX_MP]))
    at = curve.set_index("months")
    for time, survival in SIX_MP_SURVIVAL.items():
        assert at.loc[time, "voted"] == pytest.approx(100 * (1 - survival), abs=0.05)
    assert at.loc[6, "waiting"] == 21 and at.loc[23, "waiting"] == 6
    assert base_rates.median_months(curve)[0] == 23, "as printed with it"


@pytest.mark.parametrize("seed", range(4))
def test_the_curve_is_that_of_statsmodels(seed):
    rng = np.random.default_rng(seed)
    ended = rng.choice(["open", "election", "coup"], 80)
    frame = made(list(rng.integers(1, 30, 80).astype(float)), list(ended))
    status = frame["ended"].map({"open": 0, "election": 1, "coup": 2})
    other = CumIncidenceRight(frame["months"], status)
    curve = cumulative_incidence(frame, draws=20).set_index("months")
    for cause, column in enumerate(("voted", "coup")):
        assert np.allclose(curve.loc[other.times, column], 100 * other.cinc[cause])


def test_limits_are_rounded_outward():
    assert base_rates.outward(63.7, 136.4) == base_rates.outward(65.6, 137.7) == (60, 140), "whichever was drawn"
    assert base_rates.outward(60, 140) == (60, 140), "a limit on a step stays there"
    assert base_rates.outward(76.2, 94.1, 1) == (76, 95)
    assert base_rates.outward(0.383, 0.481, 0.01) == pytest.approx((0.38, 0.49))


def test_cumulative_incidence_by_hand():
    # Four spells: a quarter votes; of the three left one has a coup; one is lost from view; the last one votes.
    curve = cumulative_incidence(made([4.0, 1, 3, 2], ["election", "election", "open", "coup"]))
    assert curve["months"].tolist() == [0, 1, 2, 3, 4]
    assert curve["voted"].tolist() == pytest.approx([0, 25, 25, 25, 75])
    assert curve["coup"].tolist() == pytest.approx([0, 0, 25, 25, 25])
    assert curve["open"].tolist() == pytest.approx([100, 75, 50, 50, 0])
    assert curve["waiting"].tolist() == [4, 4, 3, 2, 1]
    assert base_rates.median_months(curve)[0] == 4, "a second coup is no vote: half had voted at the last month only"
    assert base_rates.at(curve, 3.9)["voted"] == pytest.approx(25), "a step holds until the next"
    with pytest.raises(ValueError, match="no spells"):
        cumulative_incidence(made([], []))


@pytest.mark.parametrize("seed", range(3))
def test_the_interval_of_a_share_covers_a_known_share(seed):
    """With constant hazards of a vote and of another coup the share that has voted by t is known."""
    rng = np.random.default_rng(seed)
    vote, coup, t, covered, rounds = 1 / 40, 1 / 60, 60.0, 0, 60
    true = 100 * vote / (vote + coup) * (1 - np.exp(-(vote + coup) * t))
    for _ in range(rounds):
        months = rng.exponential(1 / (vote + coup), 80)
        ended = np.where(rng.random(80) < vote / (vote + coup), "election", "coup")
        frame = made(list(months), list(ended), [f"C{i}" for i in range(80)])
        share = base_rates.share_by(frame, cumulative_incidence(frame, draws=400), t)
        covered += share.low <= true <= share.high
    assert covered >= stats.binom.ppf(0.001, rounds, 0.95) - 1, f"{covered} of {rounds} intervals hold the true share"


ENDINGS = st.lists(
    st.tuples(st.integers(1, 200), st.sampled_from(["election", "coup", "open"])), min_size=1, max_size=40
)


@given(ENDINGS)
@settings(max_examples=60, deadline=None)
def test_endings_that_compete_add_up(cases):
    frame = made([float(months) for months, _ in cases], [ended for _, ended in cases])
    curve = cumulative_incidence(frame, draws=200)
    assert np.allclose(curve[["voted", "coup", "open"]].sum(axis=1), 100)
    for column in ("voted", "coup"):
        assert (curve[column].diff().dropna() >= -1e-9).all()
    # Coups taken for censored can only raise the share: that is the world without second coups.
    alone = cumulative_incidence(frame.assign(ended=frame["ended"].replace("coup", "open")), draws=200)
    assert (alone["voted"].to_numpy() >= curve["voted"].to_numpy() - 1e-9).all()


@given(ENDINGS)
@settings(max_examples=40, deadline=None)
def test_without_second_coups_the_curve_is_one_minus_survival(cases):
    frame = made([float(months) for months, _ in cases], ["open" if e == "coup" else e for _, e in cases])
    done = frame["ended"].eq("election")
    survival = stats.ecdf(stats.CensoredData(uncensored=frame["months"][done], right=frame["months"][~done])).sf
    curve = cumulative_incidence(frame, draws=20).set_index("months")
    assert np.allclose(curve.loc[survival.quantiles, "voted"], 100 * (1 - survival.probabilities))


def test_a_share_with_nothing_censored_is_the_plain_share():
    frame = made([3.0, 10, 20, 70, 5], ["election", "election", "coup", "election", "coup"])
    curve = cumulative_incidence(frame)
    share = base_rates.share_by(frame, curve, 60)
    assert (share.hits, share.n, share.percent) == (2, 5, pytest.approx(40.0))
    assert share.low <= share.percent <= share.high
    assert (share.uncoded, np.isnan(share.lowest), np.isnan(share.highest)) == (0, True, True)
    assert base_rates.share_by(frame, curve, 10).percent == pytest.approx(40.0), "the last month counts"
    before = base_rates.share_by(frame, curve, 2)
    assert (before.hits, before.percent, before.low, before.high) == (0, 0, 0, 0), "nobody had voted yet"
    assert base_rates.share_by(frame, curve) == share, "five years unless told otherwise"
    assert cumulative_incidence(frame).equals(curve), "the same draws in every run"


def test_the_interval_of_a_share_is_about_countries():
    cases = made([10.0] * 6, ["election"] * 3 + ["coup"] * 3, ["AAA", "AAA", "AAA", "BBB", "BBB", "BBB"])
    share = base_rates.share_by(cases, cumulative_incidence(cases))
    assert (share.percent, share.low, share.high) == pytest.approx((50, 0, 100)), "either country may be drawn twice"
    alike = cases.assign(iso3="AAA")
    one = base_rates.share_by(alike, cumulative_incidence(alike))
    assert (one.low, one.high) == pytest.approx((50, 50)), "one country has nothing to be drawn from"
    many = cases.assign(iso3=list("ABCDEF"))
    sums = np.array([comb(6, k) / 2**6 for k in range(7)])  # draws of six from six halves: binomial
    low, high = (100 / 6 * int(np.searchsorted(np.cumsum(sums), q)) for q in (0.025, 0.975))
    drawn = base_rates.share_by(many, cumulative_incidence(many, draws=4000))
    assert (drawn.low, drawn.high) == pytest.approx((low, high))


def test_months_are_days_over_30_4375():
    assert base_rates.months_between(day("2021-02-01"), day("2025-12-28")) == pytest.approx(1791 / 30.4375)
    with pytest.raises(ValueError, match="before"):
        base_rates.months_between(day("2021-02-01"), day("2021-01-31"))


def test_a_spell_ends_with_whatever_came_first():
    frame = spells(
        coups(
            ("AAA", "2000-01-01", "2001-01-01", "2003-01-01"),
            ("BBB", "2000-01-01", "2003-01-01", "2001-01-01"),
            ("CCC", "2000-01-01", None, None),
            ("DDD", "2019-04-11", None, "2021-10-25"),  # second coup after the last day observed
            ("EEE", "2021-09-05", None, None),  # nothing could be seen: left out
            ("_YAR", "1974-06-13", None, None),  # the state ends in 1990
        )
    )
    assert list(frame["ended"]) == ["election", "coup", "open", "open", "open"]
    assert list(frame["iso3"]) == ["AAA", "BBB", "CCC", "DDD", "_YAR"]
    assert frame.loc[[0, 1], "end_date"].tolist() == [day("2001-01-01")] * 2
    assert frame.loc[0, "months"] == pytest.approx(366 / 30.4375)
    assert frame.loc[2, "end_date"] == base_rates.ELECTIONS_UNTIL
    assert frame.loc[3, "end_date"] == base_rates.ELECTIONS_UNTIL
    assert frame.loc[4, "end_date"] == day("1990-05-21")


def test_a_day_decides():
    first = coups(
        ("AAA", "2000-01-01", "2001-01-01", "2001-01-01"),  # voted on the day of the next coup
        ("BBB", "2021-02-27", "2021-02-28", None),  # on the last day observed
        ("CCC", "2021-02-01", "2021-03-01", None),  # the day after
        ("DDD", "2021-02-28", None, None),  # a coup on the last day: nothing after it could be seen
        ("_DDR", "1990-10-02", None, None),  # on the last day of its state
    )
    frame = spells(first)
    assert frame["ended"].tolist() == ["election", "election", "open", "open"]
    assert frame["end_date"].tolist()[1:] == [day("2021-02-28")] * 3
    assert spells(first, day("2001-01-01"))["iso3"].tolist() == ["AAA", "_DDR"]
    assert base_rates.months_between(day("2021-02-01"), day("2021-02-01")) == 0


@pytest.mark.parametrize(("election", "second"), [("1999-01-01", None), (None, "1999-12-31")])
def test_what_is_dated_before_its_coup_stops(election, second):
    with pytest.raises(ValueError, match=r"dated before it: c0, c2$"):
        spells(coups(("AAA", "2000-01-01", election, second), ("BBB", "2000-01-01", None, "2001-01-01"),
                     ("CCC", "2000-01-01", election, second)))  # fmt: skip


def test_standing_counts_those_still_waiting():
    frame = made([10.0, 58, 60, 70, 80], ["election", "open", "election", "election", "open"])
    curve = cumulative_incidence(frame)
    place = base_rates.standing(frame, curve, 59)
    assert (place.months, place.waiting, place.elections, place.as_late) == (59, 3, 3, 2)
    assert place.voted == pytest.approx(20.0)
    assert place.low <= 20 <= place.high
    same = base_rates.standing(frame, curve, 60)
    assert (same.waiting, same.as_late) == (2, 2), "an election in that month is no longer waited for, and as late"
    assert same.voted == pytest.approx(100 * (1 - 4 / 5 * 2 / 3))


def test_uncoded_elections_widen_the_bounds():
    frame = made([1.0] * 5, ["election"] * 4 + ["coup"])
    frame["incumbent_won"] = pd.array([True, False, None, None, True], dtype="boolean")
    share = base_rates.won_by_incumbent(frame)
    assert (share.hits, share.n, share.uncoded) == (1, 2, 2)
    assert (share.lowest, share.highest) == (25.0, 75.0)
    plain = wilson(1, 2)
    assert (share.percent, share.low, share.high) == (50, 100 * plain.low, 100 * plain.high)
    other = frame.assign(leader_changed=frame["incumbent_won"].eq(False))
    assert base_rates.won_by_incumbent(other, "leader_changed").percent == 50


def test_events_are_matched_once_and_nearest_first():
    starts = [("AAA", "2000-01-01"), ("AAA", "2000-01-10"), ("BBB", "2000-01-01")]
    ours = coups(*((iso3, start, None, None) for iso3, start in starts))
    theirs = pd.DataFrame(
        {
            "coup_id": ["x", "y"], "iso3": ["AAA", "BBB"], "outcome": ["successful", "failed"],
            "date": [day("2000-01-09"), day("2000-01-01")],
        }
    )  # fmt: skip
    found = base_rates.matched(ours, theirs).set_index("colpus_id")["coup_id"]
    assert found["c1"] == "x" and pd.isna(found["c0"]) and pd.isna(found["c2"])
    second = theirs.assign(outcome="successful", iso3="AAA", date=[day("2000-01-09"), day("1999-12-01")])
    found = base_rates.matched(ours, second).set_index("colpus_id")
    assert found.loc["c1", ["coup_id", "gap"]].tolist() == ["x", 1]
    assert found.loc["c0", ["coup_id", "gap"]].tolist() == ["y", 31], "31 days are still a match"
    assert pd.isna(base_rates.matched(ours, second, days=30).set_index("colpus_id").loc["c0", "gap"])


def test_yearly_lists_and_their_correlation_by_hand():
    years = [1949, 1950, 1959, 1960]
    rows = [("colpus", "_WLD", "successful", year, n) for year, n in zip(years, (9, 1, 2, 5), strict=True)]
    rows += [("cline", "_WLD", "successful", year, n) for year, n in zip(years, (8, 4, 6, 3), strict=True)]
    rows += [
        ("cline", "_WLD", "successful", 1961, 1),
        ("cline", "_WLD", "failed", 1950, 7),
        ("cline", "MMR", "successful", 1950, 1),
    ]
    counts = pd.DataFrame(rows, columns=["dataset", "iso3", "outcome", "year", "coups"])
    yearly = base_rates.two_lists(counts)
    assert yearly.values.tolist() == [[1949, 9, 8], [1950, 1, 4], [1959, 2, 6], [1960, 5, 3]]
    assert base_rates.rank_correlation(yearly) == pytest.approx(
        1 - 6 * (0 + 1 + 1 + 4) / (4 * 15)
    )  # no ties: Spearman 1904


def test_definitions_and_periods_by_hand():
    frame = coups(
        ("AAA", "1989-12-31", None, None), ("AAA", "1990-01-01", None, None), ("BBB", "1950-01-01", None, None)
    ).assign(coup_kind=["CH", "SH", "CH"], military=[True, False, True])  # fmt: skip
    kinds = {name: own["colpus_id"].tolist() for name, own in base_rates.definitions(frame).items()}
    assert kinds == {
        "All successful coups": ["c0", "c1", "c2"], "Military coups": ["c0", "c2"], "Regime change": ["c0", "c2"],
        "Leader reshuffle": ["c1"], "One per country": ["c2", "c0"],
    }  # fmt: skip
    periods = {period: base_rates.within(frame, period)["colpus_id"].tolist() for period in base_rates.PERIODS}
    assert periods == {"1950–1989": ["c0", "c2"], "1990–2021": ["c1"], "1950–2021": ["c0", "c1", "c2"]}


# --- the tables of the book -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return data.load("postcoup_elections")


@pytest.fixture(scope="module")
def followed(table) -> pd.DataFrame:
    return spells(table)


def test_the_cline_list_has_as_many_events_as_its_publisher_printed():
    # The Cline Center prints 1,000 events for version 2.1.3 and that it added 19 to version 2.1.2.
    counts = data.load("coups_per_year")
    ours = counts[(counts["dataset"] == "cline") & (counts["iso3"] == "_WLD")]
    assert ours["coups"].sum() == 1000 - 19


def test_each_successful_coup_of_the_yearly_list_has_its_row(table):
    counts = base_rates.two_lists(data.load("coups_per_year"))
    yearly = counts[counts["year"] >= 1950].set_index("year")["colpus"]
    ours = table["coup_date"].dt.year.value_counts().reindex(yearly.index, fill_value=0)
    assert (ours == yearly).all()


def test_months_agree_with_the_column_of_the_table(table, followed):
    both = followed[followed["ended"] == "election"].merge(table[["colpus_id", "months_to_election"]], on="colpus_id")
    assert (both["months"] - both["months_to_election"]).abs().max() < 0.1


def test_the_codings_of_the_table_agree_with_the_spells(table, followed):
    both = followed.merge(table[["colpus_id", "coup_before_election", "first_election"]], on="colpus_id")
    seen = both[both["first_election"].notna()]
    assert (seen["ended"].eq("election") == ~seen["coup_before_election"].astype(bool)).all()


def test_base_rates_hold_their_bounds(followed):
    rates = base_rates.base_rates(followed)
    assert ((rates["voted_low"] <= rates["voted"]) & (rates["voted"] <= rates["voted_high"])).all()
    parts = rates.set_index(["definition", "period"])["coups"]
    for period in base_rates.PERIODS:
        kinds = parts["Regime change", period] + parts["Leader reshuffle", period]
        assert parts["All successful coups", period] == kinds
    row = rates.set_index(["definition", "period"]).loc[("Military coups", "1990–2021")]
    chosen = base_rates.definitions(base_rates.within(followed, "1990–2021"))["Military coups"]
    curve = cumulative_incidence(chosen)
    voted = base_rates.share_by(chosen, curve)
    assert row[["voted", "voted_low", "voted_high"]].tolist() == [voted.percent, voted.low, voted.high]
    assert row[["median", "median_low", "median_high"]].tolist() == list(base_rates.median_months(curve))
    assert row[["coups", "countries"]].tolist() == [len(chosen), chosen["iso3"].nunique()]
    assert (row["median_low"] <= row["median"]) and (row["median"] <= row["median_high"])
