"""What the years meant for people: counts of one claimant, their pace, and what an amnesty freed, worked by hand."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from vouch.evidence import data
from vouch.figures.wider import people as figures
from vouch.methods.people import counts

PUBLISHED = pd.DataFrame(
    {
        "figure": ["killed-mmr-2021-03-03", "fatalities-a", "fatalities-b", "killed-mmr-2021-04-02"],
        "period": ["2021-03-03", "Nov 2021-Jan 2022", "2024", "2021-04-02"],
        "value": [30.0, 90.0, 1200.0, 60.0],
        "unit": ["persons", "deaths", "deaths", "persons"],
        "qualifier": ["exact", "about", "almost", "exact"],
        "claimant": [counts.AAPP, "ACLED", "ACLED", "somebody else"],
        "source": ["a", "b", "c", "d"],
    }
)


def prisoners(**changed: object) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "date": pd.to_datetime(["2021-04-02", "2021-04-17", "2021-04-17", "2021-05-01"]),
            "kind": ["killed", "amnesty", "amnesty-political", "amnesty"],
            "what": ["k", "New Year", "of them", "May"],
            "value": pd.array([45, 1000, 7, 50], dtype="Int64"),
            "qualifier": ["exact", "more than", "at least", "exact"],
            "claimant": [counts.AAPP, "the authorities", "a network", "the authorities"],
            "source": ["e", "f", "g", "h"],
        }
    )
    return frame.assign(**changed)


def test_both_tables_and_one_claimant() -> None:
    found = counts.of_aapp(PUBLISHED, prisoners(), "killed")
    assert found["value"].tolist() == [30, 45] and found["source"].tolist() == ["a", "e"]
    with pytest.raises(ValueError, match="wounded"):
        counts.of_aapp(PUBLISHED, prisoners(), "wounded")


def test_two_counts_of_one_day_are_refused_and_the_same_one_twice_is_not() -> None:
    same = prisoners(date=pd.to_datetime(["2021-03-03"] * 4))
    with pytest.raises(ValueError, match=": two counts for 3 March 2021"):
        counts.of_aapp(PUBLISHED, same, "killed")
    again = prisoners(date=pd.to_datetime(["2021-03-03"] * 4), value=pd.array([30, 1, 1, 1], dtype="Int64"))
    assert len(counts.of_aapp(PUBLISHED, again, "killed")) == 1


def test_a_pace_by_hand() -> None:
    """30 in the 30 days from 1 February, then 15 in the next 30: 30.4 and 15.2 in a month of 30.4375 days."""
    spans = counts.paces(counts.of_aapp(PUBLISHED, prisoners(), "killed"))
    assert spans["added"].tolist() == [30, 15]
    assert spans["per_month"].tolist() == pytest.approx([30.4375, 15.21875])
    falling = pd.DataFrame({"date": pd.to_datetime(["2021-03-01", "2021-04-01"]), "value": [5, 4]})
    with pytest.raises(ValueError, match="cannot fall"):
        counts.paces(falling)


def test_paces_add_up_to_the_last_total() -> None:
    killed = counts.of_aapp(data.load("published_figures"), data.load("prisoners"), "killed")
    spans = counts.paces(killed)
    assert spans["added"].sum() == killed["value"].iloc[-1]
    assert (spans["start"].iloc[1:].to_numpy() == spans["end"].iloc[:-1].to_numpy()).all()


def test_months_of_a_period_by_hand() -> None:
    """November to January is three months, over the turn of a year; a year is twelve."""
    spans = counts.over_periods(PUBLISHED, "ACLED").set_index("figure")
    assert spans["months"].tolist() == [3, 12] and spans["per_month"].tolist() == [30, 100]
    assert [f"{end:%Y-%m-%d}" for end in spans["end"]] == ["2022-01-31", "2024-12-31"]


@pytest.mark.parametrize(
    "period", ["2024-05", "2024-05-01", "24", "May 2024", "Jan 2025-Feb 2021", "Feb 2021-2025", "1-2", "၂၀၂၄", ""]
)
def test_a_period_that_is_not_of_whole_months_is_refused(period: str) -> None:
    with pytest.raises(ValueError, match="no period of whole months"):
        counts.over_periods(PUBLISHED.assign(period=period), "ACLED")


def test_a_month_is_no_period_of_the_table_either() -> None:
    field = data.described("published_figures")["schema"]["fields"]
    pattern = next(one["constraints"]["pattern"] for one in field if one["name"] == "period")
    assert re.fullmatch(pattern, "2024-05") is None and re.fullmatch(pattern, "2024-05-01")


def test_political_prisoners_stand_beside_the_amnesty_of_their_day() -> None:
    found = counts.amnesties(prisoners())
    assert found["announced"].tolist() == [1000, 50]
    assert found["political"].iloc[0] == 7 and pd.isna(found["political"].iloc[1])


def test_no_more_political_prisoners_than_people_freed() -> None:
    found = counts.amnesties(data.load("prisoners")).dropna(subset=["political"])
    assert len(found) and (found["political"] <= found["announced"]).all()


def test_the_figure_of_violence_joins_no_two_claimants() -> None:
    published, held = data.load("published_figures"), data.load("prisoners")
    chart = figures.violence(
        data.load("ucdp_month"),
        counts.over_periods(published, "ACLED"),
        counts.paces(counts.of_aapp(published, held, "killed")),
        data.load("violence"),
    )
    by = chart.frame.groupby("panel")["claimant"].nunique()
    assert by.eq(1).all()
    air = chart.frame[chart.frame["panel"] == "air"].set_index("claimant")
    assert air.loc["UN", "per_month"] == pytest.approx(170 / 55 * 30.4375)  # 1 December to 24 January
    assert "170 civilians" in chart.finding and chart.frame["start"].min() == pd.Timestamp("2021-02-01")


def test_the_table_of_deaths_never_mixes_spans() -> None:
    table = figures.death_table(data.load("ucdp_year"), data.load("published_figures"))
    assert table.frame["claimant"].tolist() == ["UCDP", "ACLED", "ACLED", "AAPP"]
    assert table.frame["period"].iloc[-1] == "1 February 2021 to 17 September 2025"
    with pytest.raises(KeyError):
        figures.death_table(data.load("ucdp_year"), data.load("published_figures").head(1))


def test_shares_of_a_survey_never_exceed_a_hundred() -> None:
    """Answers to one question exclude each other."""
    asked = data.load("opinion")
    assert asked.groupby(["survey", "subject"])["percent"].sum().le(100).all()
    assert asked.groupby("survey")[["asked_by", "from", "to", "where_asked"]].nunique().eq(1).all().all()


@pytest.mark.parametrize(
    "method",
    [
        lambda published, held: counts.of_aapp(published, held, "detained"),
        lambda published, held: counts.paces(counts.of_aapp(published, held, "killed")),
        lambda published, _: counts.over_periods(published, "ACLED"),
        lambda _, held: counts.amnesties(held),
    ],
)
def test_the_order_of_the_rows_changes_nothing(method) -> None:
    tables = data.load("published_figures"), data.load("prisoners")
    once, again = method(*tables), method(*(table.iloc[::-1] for table in tables))
    pd.testing.assert_frame_equal(once, again)
    assert list(once.index) == list(range(len(once)))
