"""Rounding and refusal of findings."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch import findings
from vouch.findings import Finding, finding
from vouch.text import formatted


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
        ("a word", 1, "a word"),
        (np.float64(0.125), 2, "0.13"),
    ],
)
def test_rounding(value, digits, text):
    assert formatted(value, digits) == text


@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_rounding_is_never_off_by_more_than_half_a_unit(value, digits):
    shown = Decimal(formatted(value, digits).replace(",", "").replace("−", "-"))
    assert abs(shown - Decimal(repr(value))) <= Decimal("0.5").scaleb(-digits)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, True, float("-inf"), np.nan, [1], pd.NA, pd.NaT])
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
    assert finding("a.b", datetime.date(2025, 12, 8)).text == "2025-12-08"


def test_what_is_said_of_a_finding_stays_with_it():
    said = {"unit": "%", "as_of": "2026-05-31", "claimant": "UEC", "note": "n"}
    assert finding("a.b_1.c", 1234.5, digits=1, **said) == Finding("a.b_1.c", 1234.5, "1,234.5", *said.values())
    assert finding("a.b", 2.5) == Finding("a.b", 2.5, "3", "", "", "", "")
    assert finding("a.b", 2.5, text="two and a half").text == "two and a half"
    assert formatted(2.5) == "3"


def test_a_recorded_finding_is_glued_under_its_id(monkeypatch):
    """The form that MyST-NB's `glue` gives its outputs; the text is a Python literal, because MyST-NB evaluates it."""
    shown = []
    monkeypatch.setattr("IPython.get_ipython", lambda: object())
    monkeypatch.setattr("IPython.display.display", lambda *given, **options: shown.append((*given, options)))
    findings.record("a.b", 2931, unit="days")
    ((bundle, options),) = shown
    prefix = "application/papermill.record/"
    assert bundle == {
        prefix + "text/plain": "'2,931'",
        prefix + findings.MIME: {
            "id": "a.b", "value": 2931, "text": "2,931", "unit": "days", "as_of": "", "claimant": "", "note": "",
        },
    }  # fmt: skip
    assert options == {"raw": True, "metadata": {"scrapbook": {"name": "a.b", "mime_prefix": prefix}}}


def test_outside_a_notebook_nothing_is_stored_and_nonsense_still_stops(monkeypatch):
    monkeypatch.setattr("IPython.display.display", lambda *given, **options: pytest.fail("nobody would read it"))
    findings.record("a.b", 1)
    with pytest.raises(ValueError, match=r"a\.b"):
        findings.record("a.b", float("nan"))
