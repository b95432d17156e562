"""Signposts read for two editions, worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from vouch.evidence import data, signpost_readings
from vouch.methods.firmness import signposts

DAYS = {"edition": ["2026.11", "2027.05", "2028.03"], "date": ["2026-11-21", "2027-05-03", "2028-03-01"],
        "horizon": ["2026-05-31", "2027-03-31", "2028-01-31"]}  # fmt: skip
EDITIONS = pd.DataFrame(DAYS).astype({"date": "datetime64[ns]", "horizon": "datetime64[ns]"})
POSTS = pd.DataFrame(
    {
        "signpost": ["visit", "seat", "late"],
        "expectation": ["They visit.", "They are seated.", "Written for the second edition."],
        "deadline": pd.to_datetime(["2027-12-31", "2027-01-31", "2027-12-31"]),
        "written": pd.to_datetime(["2026-11-21", "2026-11-21", "2027-05-01"]),
        "probability": [0.2, 0.4, 0.5],
        "reason": ["", "", ""],
        "source": ["", "", ""],
    }
)


def readings(*rows: str) -> pd.DataFrame:
    """Rows as text: edition signpost status observed source, `-` for empty."""
    read = [[None if cell == "-" else cell for cell in row.split()] for row in rows]
    frame = pd.DataFrame(read, columns=["edition", "signpost", "status", "observed", "source"])
    return frame.assign(observed=pd.to_datetime(frame["observed"]), reason="read")


BASELINE = ["2026.11 visit open - -", "2026.11 seat open - -"]
SECOND = ["2027.05 visit yes 2027-02-01 a-2027", "2027.05 seat no 2027-01-31 b-2027", "2027.05 late open - -"]


def test_the_first_edition_is_a_baseline():
    only = EDITIONS[EDITIONS["edition"] == "2026.11"]
    posts = POSTS[POSTS["signpost"] != "late"]
    assert signpost_readings.faults(posts, readings(*BASELINE), only) == []
    found = signposts.read_twice(posts, readings(*BASELINE), only)
    assert found["before"].isna().all() and found["score"].isna().all()
    assert found["change"].tolist() == ["first reading", "first reading"]
    (row,) = signposts.scores(posts, readings(*BASELINE), only).to_dict("records")
    assert (row["signposts"], row["open"], row["yes"], row["no"]) == (2, 2, 0, 0)
    assert pd.isna(row["score"]) and pd.isna(row["expected"]), "nothing is scored that is not decided"


def test_a_second_edition_is_scored_against_what_was_said_in_advance():
    two = EDITIONS[EDITIONS["edition"] != "2028.03"]
    read = readings(*BASELINE, *SECOND)
    assert signpost_readings.faults(POSTS, read, two) == []
    found = signposts.read_twice(POSTS, read, two).set_index("signpost")
    assert found["change"].to_dict() == {"visit": "decided", "seat": "decided", "late": "first reading"}
    assert found.loc["visit", "score"] == pytest.approx(0.64)  # (0.2 - 1)^2
    assert found.loc["seat", "score"] == pytest.approx(0.16)  # (0.4 - 0)^2
    assert pd.isna(found.loc["late", "score"])
    first, second = signposts.scores(POSTS, read, two).to_dict("records")
    assert pd.isna(first["score"])
    assert second["score"] == pytest.approx(0.40)
    assert second["expected"] == pytest.approx((0.2 * 0.8 + 0.4 * 0.6) / 2)


def test_a_reading_may_be_corrected_and_is_then_marked():
    third = ["2028.03 visit no 2027-12-31 c-2028", "2028.03 seat no 2027-01-31 b-2027", "2028.03 late unclear - c-2028"]
    read = readings(*BASELINE, *SECOND, *third)
    assert signpost_readings.faults(POSTS, read, EDITIONS) == []
    found = signposts.read_twice(POSTS, read, EDITIONS).set_index("signpost")
    assert found["change"].to_dict() == {"visit": "read anew", "seat": "unchanged", "late": "read anew"}


@pytest.mark.parametrize(
    ("place", "row", "column", "told"),
    [
        (4, "2027.05 seat open - -", "status", "deadline, 2027-01-31, lies before the horizon"),
        (3, "2027.05 visit unclear - a-2027", "status", "until the deadline, 2027-12-31, it is open"),
        (3, "2027.05 visit yes - a-2027", "observed", "has a day"),
        (3, "2027.05 visit yes 2027-02-01 -", "source", "has a source"),
        (3, "2027.05 visit yes 2027-04-01 a-2027", "observed", "later than the horizon"),
        (4, "2027.05 seat yes 2027-02-01 a-2027", "observed", "later than the deadline"),
        (3, "2027.05 visit open 2027-02-01 a-2027", "observed", "has no day"),
    ],
)
def test_readings_that_cannot_be_are_named_with_their_row(place, row, column, told):
    rows = [*BASELINE, *SECOND]
    rows[place - 1] = row
    (fault,) = signpost_readings.faults(POSTS, readings(*rows), EDITIONS[EDITIONS["edition"] != "2028.03"])
    assert (fault.file, fault.row, fault.column) == ("data/signpost_readings.csv", place + 1, column)
    assert told in str(fault)


def test_a_signpost_that_an_edition_forgets_is_named():
    (fault,) = signpost_readings.faults(
        POSTS, readings(*BASELINE, *SECOND[1:]), EDITIONS[EDITIONS["edition"] != "2028.03"]
    )
    assert "edition 2027.05 has no reading of it (value 'visit')" in str(fault)


def test_the_expected_score():
    assert signposts.expected_score(pd.Series([0.5, 0.5])) == 0.25
    assert signposts.expected_score(pd.Series([0.0, 1.0])) == 0
    with pytest.raises(ValueError, match="between 0 and 1"):
        signposts.expected_score(pd.Series([1.2]))


@pytest.mark.parametrize("probability", [-0.1, 1.1])
def test_no_probability_lies_beyond_certainty(probability: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        signposts.expected_score(pd.Series([0.5, probability]))


def test_signposts_look_ahead_and_all_are_read():
    posts = data.load("signposts")
    assert 5 <= len(posts) <= 8
    assert (posts["deadline"] > posts["written"]).all()
    assert posts["probability"].between(0.01, 0.99).all()  # nothing about the future is certain
    assert signpost_readings.check() == len(data.load("signpost_readings"))
