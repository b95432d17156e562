"""The axis of the narrative: it says what the timeline says, and no two labels stand on each other."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.evidence import case, data
from vouch.figures import coup

LEAST = 0.05


@pytest.fixture(scope="module")
def timeline() -> pd.DataFrame:
    return data.load("timeline")


def test_a_label_may_hold_no_number_that_its_row_lacks(timeline):
    shown = coup.milestones(timeline)
    assert len(shown) == len(coup.MILESTONES) and shown["date"].is_monotonic_increasing
    told = timeline["timeline_id"].eq("tl-20260403-2")
    changed = timeline.assign(event=timeline["event"].mask(told, "Parliament elects a president with 430 of 584 votes"))
    with pytest.raises(ValueError, match=r"^tl-20260403-2: the timeline does not say 429$"):
        coup.milestones(changed)
    with pytest.raises(KeyError, match="tl-20260403-2"):
        coup.milestones(timeline[~told])


def test_the_title_is_not_drawn_where_it_would_be_untrue(timeline):
    assert coup.story_axis(timeline, case.horizon()).finding.startswith("The emergency ended before the vote")
    ending = timeline["event"].str.startswith("Emergency ends")
    with pytest.raises(KeyError, match="end of the emergency"):
        coup.story_axis(timeline[~ending], case.horizon())
    later = timeline.assign(date=timeline["date"].mask(ending, pd.Timestamp("2026-02-01")))
    with pytest.raises(ValueError, match="it did not"):
        coup.story_axis(later, case.horizon())


def test_labels_are_moved_apart_by_hand():
    assert coup._spaced([0.1, 0.5, 0.9], LEAST) == pytest.approx([0.1, 0.5, 0.9]), "room enough"
    assert coup._spaced([0.5, 0.5], 0.1) == pytest.approx([0.45, 0.55]), "each gives way by as much"
    assert coup._spaced([0.99, 0.99], 0.1) == pytest.approx([0.9, 1.0]), "not past the end"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=15))
def test_labels_keep_their_order_and_their_distance(places):
    moved = coup._spaced(sorted(places), LEAST)
    assert all(later - earlier >= LEAST - 1e-9 for earlier, later in pairwise(moved))
    assert moved[-1] <= 1 + 1e-9
