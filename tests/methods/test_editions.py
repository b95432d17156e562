"""Changes of findings from one edition to the next, on a history of two editions written by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from vouch.evidence import data, faults, finding_changes
from vouch.findings import PARTS
from vouch.methods.firmness import editions

EDITIONS = pd.DataFrame({"edition": ["2027.05", "2026.11"], "date": pd.to_datetime(["2027-05-03", "2026-11-21"])})
COLUMNS = ["finding", "number", "edition", "date", "old", "new", "value", "unit", "as_of", "claimant", "why"]


def history(*rows: str) -> pd.DataFrame:
    """Rows as text: finding number edition day old new value as_of why, `-` for empty."""
    read = []
    for row in rows:
        finding, number, edition, day, old, new, value, as_of, why = row.split()
        cells = [finding, int(number), edition, pd.Timestamp(day), old, new, value, "%", as_of, "-", why]
        if new == "-":
            cells[7] = "-"
        read.append([pd.NA if cell == "-" else cell for cell in cells])
    return pd.DataFrame(read, columns=COLUMNS)


TWO = history(
    "a.same 1 2026.11 2026-11-21 - 54 54.1 2026-05 first",
    "a.mended 1 2026.11 2026-11-21 - 10 10.2 2026-05 first",
    "a.mended 2 2026.11 2026-11-22 10 12 12.4 2026-05 slip",
    "a.changed 1 2026.11 2026-11-21 - 54 54.1 2026-05 first",
    "a.changed 2 2027.05 2027-04-01 54 55 54.6 2026-05 recount",
    "a.changed 3 2027.05 2027-04-02 55 56 56.0 2026-05 source",
    "a.back 1 2026.11 2026-11-21 - 7 7 2026-05 first",
    "a.back 2 2027.05 2027-04-01 7 8 8 2026-05 slip",
    "a.back 3 2027.05 2027-04-02 8 7 7 2026-05 undone",
    "a.dated 1 2026.11 2026-11-21 - 7 7 2026-05 first",
    "a.dated 2 2027.05 2027-04-01 7 7 7 2026-11 horizon",
    "b.gone 1 2026.11 2026-11-21 - 3 3 2026-05 first",
    "b.gone 2 2027.05 2027-04-01 3 - - - dropped",
    "b.new 1 2027.05 2027-04-01 - 1 1 2026-11 chapter",
    "b.passing 1 2027.05 2027-04-01 - 1 1 2026-11 chapter",
    "b.passing 2 2027.05 2027-04-02 1 - - - dropped",
)


def test_a_second_edition_is_compared_with_the_first_and_not_with_drafts_of_either():
    net = editions.between(TWO, EDITIONS)
    first, second = (net[net["edition"] == edition].set_index("finding") for edition in ("2026.11", "2027.05"))
    assert set(first["kind"]) == {"new"} and len(first) == 6, "the first edition changes nothing"
    assert first.at["a.mended", "after_text"] == "12"
    assert second["kind"].to_dict() == {"a.changed": "changed", "a.dated": "moved", "b.gone": "gone", "b.new": "new"}
    changed = second.loc["a.changed"]
    assert (changed["before_text"], changed["after_text"], changed["why"]) == ("54", "56", "recount; source")


def test_readers_see_each_change_and_the_number_of_what_is_new():
    shown = editions.in_words(editions.between(TWO, EDITIONS)).set_index("finding")
    assert shown.loc["`a.changed`", ["before", "after"]].tolist() == ["54 %, as of 2026-05", "56 %, as of 2026-05"]
    assert shown.loc["`b.gone`", "after"] == "gone"
    assert shown.loc["6 findings", "edition"] == "2026.11"
    assert shown.loc["1 finding"]["edition"].tolist() == ["2027.05", "2027.05"]  # one dated, one new


def test_the_state_after_all_changes():
    state = editions.standing(TWO)
    assert sorted(state.index) == ["a.back", "a.changed", "a.dated", "a.mended", "a.same", "b.new"]
    assert state.loc["a.changed", list(PARTS)].tolist() == ["56", "56.0", "%", "2026-05", ""]


@pytest.mark.parametrize(
    ("part", "value", "kind"),
    [
        ("text", "55", "changed"), ("unit", "states", "changed"), ("claimant", "UEC", "changed"),
        ("as_of", "2026-06", "moved"), ("value", "54.100001", "moved"), ("value", "54.10000000000002", None),
        ("value", "", "moved"),
    ],
)  # fmt: skip
def test_any_part_that_can_be_cited_counts_and_noise_does_not(part, value, kind):
    before = editions.standing(TWO)
    after = before.copy()
    after.loc["a.same", part] = value
    found = editions.differences(before, after)
    assert found["kind"].tolist() == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("row", "column", "told"),
    [
        ("a.same 2 2026.11 2026-11-22 53 55 55 2026-05 slip", "old", r"a\.same: .*that is '54' \(value '53'\)"),
        ("a.same 3 2026.11 2026-11-22 54 55 55 2026-05 slip", "number", "without gaps; this one is number 2"),
        ("a.same 2 2026.11 2026-11-20 54 55 55 2026-05 slip", "date", "older than the change before"),
        ("a.same 2 2026.11 2026-11-22 54 54 54.1 2026-05 slip", "new", "nothing differs"),
        ("a.same 2 2026.11 2026-11-22 54 - 54 - slip", "new", "ended has no value"),
        ("b.gone 3 2027.05 2027-04-02 3 4 4 2026-05 back", "old", "that is 'nothing'"),
        ("a.none 1 2026.11 2026-11-21 53 54 54 2026-05 first", "old", "that is 'nothing'"),
        ("a.none 1 2026.11 2026-11-21 - - - - first", "new", "neither before nor after"),
    ],
)  # fmt: skip
def test_entries_that_do_not_follow_from_those_before_are_named_with_their_row(row, column, told):
    assert finding_changes.faults(TWO, EDITIONS) == []
    (fault,) = finding_changes.faults(pd.concat([TWO, history(row)], ignore_index=True), EDITIONS)
    assert (fault.file, fault.row, fault.column) == ("data/finding_changes.csv", len(TWO) + 2, column)
    with pytest.raises(faults.DataError, match=told):
        raise faults.DataError([fault])


def test_a_finding_that_ended_may_come_back():
    again = pd.concat([TWO, history("b.gone 3 2027.05 2027-04-02 - 4 4 2026-05 back")], ignore_index=True)
    assert finding_changes.faults(again, EDITIONS) == []


def test_the_history_of_this_book_holds():
    assert finding_changes.check() == len(data.load("finding_changes"))
