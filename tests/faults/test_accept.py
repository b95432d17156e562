"""A reason or a finding that the table of changes may not hold is refused, and nothing is written."""

from __future__ import annotations

import json

import pytest

from vouch.evidence.faults import DataError
from vouch.pages import changes
from vouch.paths import ROOT

WRITTEN = ("data/finding_changes.csv", "data/findings.json")


def built(checkout, **differs: str) -> None:
    """A built book in which one finding is no longer the accepted one."""
    found = json.loads((ROOT / "data" / "findings.json").read_text("utf-8"))
    found[0] |= {"text": f"{found[0]['text']}?"} | differs
    (checkout / changes.BUILT).write_text(json.dumps(found), "utf-8")


def state(checkout) -> list[bytes]:
    return [(checkout / name).read_bytes() for name in WRITTEN]


@pytest.mark.parametrize(
    "why",
    [
        "- the publisher revised it",
        *(pytest.param(why, marks=pytest.mark.long) for why in ("=the publisher revised it", "It was revised;=so")),
    ],
)
def test_a_reason_that_a_spreadsheet_would_run_is_refused_before_anything_is_written(checkout, capsys, why):
    built(checkout)
    before = state(checkout)
    assert changes.main(["--accept", why], checkout) == 2
    said = capsys.readouterr().err
    assert "data/finding_changes.csv, as it would be, column why: a spreadsheet would run this" in said
    assert repr(why) in said
    assert state(checkout) == before
    assert changes.main(["--accept", "The publisher revised it."], checkout) == 0
    assert changes.unaccepted(checkout) == []


@pytest.mark.parametrize(("part", "column"), [("text", "new"), ("claimant", "claimant")])
def test_so_is_a_finding_that_begins_like_a_formula(checkout, part, column):
    built(checkout, **{part: "-1"})
    before = state(checkout)
    with pytest.raises(DataError, match=f"as it would be, column {column}: a spreadsheet would run this"):
        changes.accept("The publisher revised it.", checkout)
    assert state(checkout) == before


def test_a_faulty_list_of_findings_is_named_and_the_table_stays(checkout):
    built(checkout)
    (checkout / WRITTEN[1]).write_text("[{}]", "utf-8")
    before = state(checkout)
    with pytest.raises(ValueError, match=r"data/findings\.json, entry 1: not a whole finding"):
        changes.accept("The publisher revised it.", checkout)
    assert state(checkout) == before
