"""Rounding and refusal of findings."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.findings import finding, formatted


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.125, 2, "0.13"),  # half away from zero, as on paper; float formatting would give 0.12
        (2.675, 2, "2.68"),  # and this one 2.67
        (54.25, 1, "54.3"),
        (-0.04, 1, "0.0"),
        (-1.5, 0, "−2"),
        (24_220_000, -4, "24,220,000"),
        (13_141_592, -3, "13,142,000"),
        (1e6, 0, "1,000,000"),
        (12, 1, "12.0"),
    ],
)
def test_rounding(value, digits, text):
    assert formatted(value, digits) == text


@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_rounding_is_never_off_by_more_than_half_a_unit(value, digits):
    shown = Decimal(formatted(value, digits).replace(",", "").replace("−", "-"))
    assert abs(shown - Decimal(repr(value))) <= Decimal("0.5").scaleb(-digits)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, True, np.nan, [1], pd.NA])
def test_what_no_sentence_can_print_is_refused(value):
    with pytest.raises(ValueError, match=r"a\.b"):
        finding("a.b", value)


@pytest.mark.parametrize("name", ["ab", "A.b", "a.", "a b.c", ".b", ""])
def test_ids_have_a_chapter(name):
    with pytest.raises(ValueError, match="chapter"):
        finding(name, 1)


def test_numpy_and_dates():
    assert finding("a.b", np.int64(3)).value == 3
    assert finding("a.b", np.float64(3.14159), digits=2).text == "3.14"
    assert finding("a.b", pd.Timestamp("2025-12-28")).value == "2025-12-28"
