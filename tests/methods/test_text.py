"""Words for days and shares: the same in every language of whoever builds, and rounded as a reader would."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from vouch.text import MONTHS, day, formatted, in_words, keys, month, percent, period


def test_days_and_months_in_words():
    assert day(pd.Timestamp("2026-05-31")) == "31 May 2026"
    assert month(pd.Period("2023-02", freq="M")) == "February 2023"
    assert list(MONTHS) == [f"{dt.date(2025, number, 1):%B}" for number in range(1, 13)], "as in the C locale"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2025-11-28", "2025-11-30", "28 to 30 November 2025"),
        ("2025-11-30", "2025-12-02", "30 November 2025 to 2 December 2025"),
        ("2025-11-28", "2025-11-28", "28 November 2025"),
        ("2024-11-28", "2025-11-28", "28 November 2024 to 28 November 2025"),
    ],
)
def test_a_span_of_days_in_as_few_words_as_are_clear(first, last, words):
    assert period(pd.Timestamp(first), pd.Timestamp(last)) == words


def test_per_cent_is_rounded_half_up_and_has_a_space():
    assert percent(61.5) == "62%" and percent(0.4) == "0%"


@pytest.mark.parametrize(
    ("count", "words"), [(0, "none"), (1, "one"), (10.0, "ten"), (11, "11"), (2.5, "3"), ("many", "many")]
)
def test_counts_up_to_ten_are_words(count, words):
    assert in_words(count) == words


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_finite_is_never_printed(value):
    for words in (formatted, percent, in_words):
        with pytest.raises(ValueError, match="no number that can be printed"):
            words(value)


@pytest.mark.parametrize(
    ("cell", "parts"), [("a;b", ["a", "b"]), ("a", ["a"]), ("", []), (None, []), (pd.NA, []), (float("nan"), [])]
)
def test_the_parts_of_a_list(cell, parts):
    assert keys(cell) == parts
