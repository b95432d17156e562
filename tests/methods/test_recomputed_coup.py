"""Headline findings of the chapters on the coup and its story, recomputed from the CSV files alone.

Nothing here imports a method or a figure of the house: what is right is worked out again in a few plain lines, and held
to the values that the book accepted last.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

import pytest

from tests.methods.recomputed import rows
from vouch import findings
from vouch.text import formatted, in_words

DAYS_PER_MONTH = 365.25 / 12
LAST = datetime.date(2021, 2, 28)
ENDED_STATES = {"_DDR": datetime.date(1990, 10, 2), "_YAR": datetime.date(1990, 5, 21)}
MYANMAR_2021 = datetime.date(2021, 2, 1)
FIRST_VOTE = datetime.date(2025, 12, 28)


def date(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def months(start: datetime.date, end: datetime.date) -> float:
    return (end - start).days / DAYS_PER_MONTH


def waits(first: int, last: int) -> list[tuple[float, str, dict[str, str]]]:
    """Months, ending and row of each coup of these years that was followed up, without Myanmar's of 2021."""
    found = []
    for row in rows("postcoup_elections"):
        coup = date(row["coup_date"])
        if not (coup and first <= coup.year <= last and coup < LAST) or (row["iso3"], coup) == ("MMR", MYANMAR_2021):
            continue
        end = ENDED_STATES.get(row["iso3"], LAST)
        end = end if end > coup else LAST
        vote, again = date(row["first_election"]), date(row["next_successful_coup"])
        vote = vote if vote and vote <= end else None
        again = again if again and again <= end else None
        if vote and (not again or vote <= again):
            found.append((months(coup, vote), "vote", row))
        else:
            found.append((months(coup, again or end), "coup" if again else "open", row))
    return sorted(found, key=lambda spell: spell[0])


def incidence(spells: list[tuple[float, str, dict[str, str]]]) -> Iterator[tuple[float, float]]:
    """Aalen and Johansen's share that voted, in per cent, after each month at which something ended."""
    still, voted = 1.0, 0.0
    for time in sorted({spell[0] for spell in spells}):
        waiting = sum(spell[0] >= time for spell in spells)
        votes = sum(spell[:2] == (time, "vote") for spell in spells)
        second = sum(spell[:2] == (time, "coup") for spell in spells)
        voted += still * votes / waiting
        still *= 1 - (votes + second) / waiting
        yield time, 100 * voted


def voted_by(spells: list[tuple[float, str, dict[str, str]]], month: float) -> float:
    return [share for time, share in incidence(spells) if time <= month][-1]


def half(spells: list[tuple[float, str, dict[str, str]]]) -> float:
    return next(time for time, share in incidence(spells) if share >= 50)


RECENT, OLD = waits(1990, 2021), waits(1950, 1989)
WAIT = months(MYANMAR_2021, FIRST_VOTE)


def vdem(year: int) -> float:
    return next(float(r["v2x_polyarchy"]) for r in rows("vdem_v15") if (r["iso3"], r["year"]) == ("MMR", str(year)))


def cell(table: str, key: str, name: str, column: str = "value") -> float:
    return next(float(row[column]) for row in rows(table) if row[key] == name)


def conflicts(year: int) -> list[dict[str, str]]:
    return [row for row in rows("conflicts") if row["year"] == str(year)]


def final(chamber: str, party: str, column: str) -> int:
    keys = ("2025-26", "final", chamber, party)
    return sum(int(r[column]) for r in rows("seats") if (r["election"], r["tally"], r["chamber"], r["party"]) == keys)


UNION = ("Pyithu Hluttaw", "Amyotha Hluttaw")

RECOMPUTED: dict[str, tuple[Callable[[], float], str]] = {
    "coup.days_to_vote": (lambda: (FIRST_VOTE - MYANMAR_2021).days, "1,791"),
    "coup.months_to_vote": (lambda: WAIT, "58.8"),
    "coup.n_1990": (lambda: len(RECENT), "60"),
    "coup.voted_by_then_1990": (lambda: voted_by(RECENT, WAIT), "84"),
    "coup.voted_by_then_1950": (lambda: voted_by(OLD, WAIT), "42"),
    "coup.share_60_1990": (lambda: voted_by(RECENT, 60), "86"),
    "coup.median_1990": (lambda: half(RECENT), "16"),
    "coup.median_1950": (lambda: half(OLD), "95"),
    "coup.ended_in_coup_1950": (lambda: sum(spell[1] == "coup" for spell in OLD), "79"),
    "coup.as_late": (lambda: sum(spell[1] == "vote" and spell[0] >= WAIT for spell in RECENT), "seven"),
    "coup.leader_changed_1990_hits": (
        lambda: sum(spell[1] == "vote" and spell[2]["leader_changed"] == "true" for spell in RECENT), "25",
    ),
    "coup.leader_changed_1990_n": (
        lambda: sum(spell[1] == "vote" and spell[2]["leader_changed"] != "" for spell in RECENT), "42",
    ),
    "coup.index_before": (lambda: vdem(2020), "0.43"),
    "coup.index_after": (lambda: vdem(2021), "0.11"),
    "coup.index_lost": (lambda: 100 * (1 - vdem(2021) / vdem(2020)), "75"),
    "coup.ucdp_2021_best": (lambda: cell("ucdp_year", "year", "2021", "deaths_best"), "1,780"),
    "story.conflicts_2020": (lambda: len(conflicts(2020)), "one"),
    "story.conflicts_2024": (lambda: len(conflicts(2024)), "six"),
    "story.conflicts_old": (lambda: sum(row["start_date"] < "1960" for row in conflicts(2024)), "five"),
    "story.martial_townships": (
        lambda: sum(bool(r["township"]) and r["from"] == "2025-07-31" for r in rows("martial_law")), "63",
    ),
    "story.not_held": (lambda: sum(int(row["not_held"]) for row in rows("townships")), "67"),
    "story.usdp_seats": (lambda: sum(final(house, "USDP", "seats") for house in UNION), "339"),
    "story.elected_seats": (lambda: sum(final(house, "USDP", "seats_filled") for house in UNION), "420"),
    "story.emergency_to_vote": (lambda: (FIRST_VOTE - datetime.date(2025, 7, 31)).days, "150"),
}  # fmt: skip


ACCEPTED = {finding.id: finding for finding in findings.read()}


@pytest.mark.parametrize("finding", RECOMPUTED)
def test_a_headline_comes_out_again_from_the_tables_alone(finding):
    compute, text = RECOMPUTED[finding]
    value = compute()
    digits = len(text.partition(".")[2])
    assert text in (formatted(value, digits), in_words(value))
    if finding in ACCEPTED:  # a finding of a page that is new in this edition is accepted with it
        assert ACCEPTED[finding].value == pytest.approx(value)
