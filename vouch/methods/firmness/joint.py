"""Choices made together: a headline number under every combination of the choices that it rests on.

One choice at a time (:mod:`vouch.methods.firmness.sensitivity`) can hide what two do together. Where a number rests on
several choices that do not depend on each other, all their combinations are computed and shown as a specification
curve: the values in order of size, with the one that the text uses marked.

Simonsohn, Simmons and Nelson (2020), Specification curve analysis, Nature Human Behaviour 4; Steegen et al. (2016).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any

import pandas as pd

from vouch.evidence.case import COUP, COUP_ID, FIRST_POLLING_DAY, HOME, LAST_POLLING_DAY
from vouch.methods.election import base_rates, indices

_INDICES = {
    "v2x_polyarchy": "electoral", "v2x_libdem": "liberal", "v2x_partipdem": "participatory",
    "v2x_delibdem": "deliberative", "v2x_egaldem": "egalitarian",
}  # fmt: skip

Choices = Mapping[str, Mapping[str, Any]]
"""Name of a choice -> name of each of its options -> the option; the first option of each is the one the text uses."""


def specifications(number: str, unit: str, choices: Choices, value: Callable[..., float]) -> pd.DataFrame:
    """Every combination of the choices: number, unit, specification (options in words), value, used; smallest first.

    value takes one option of each choice, in the order of `choices`; a combination for which it is not a number (the
    data do not hold it) is left out.
    """
    rows = []
    for names in product(*choices.values()):
        options = [options[name] for options, name in zip(choices.values(), names, strict=True)]
        rows.append((number, unit, "; ".join(names), float(value(*options))))
    frame = pd.DataFrame(rows, columns=["number", "unit", "specification", "value"])
    frame["used"] = [place == 0 for place in range(len(frame))]
    return frame.dropna(subset="value").sort_values("value", ignore_index=True, kind="stable")


def numbers(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The specifications of every number that rests on several choices; tables: frames by name, as `sensitivity`."""
    frames: Iterable[pd.DataFrame] = (
        coups_followed(tables["postcoup_elections"]),
        index_lost({"v15": tables["vdem_v15"], "v16": tables["vdem_v16"]}),
        winner_s_seats(tables["seats"], tables["figures"]),
    )
    return pd.concat(frames, ignore_index=True)


def summary(specified: pd.DataFrame) -> pd.DataFrame:
    """One row per number: number, unit, specifications (count), used, lowest, highest, above (share of them over the
    one used, in per cent)."""
    rows = []
    for (number, unit), values in specified.groupby(["number", "unit"], sort=False):
        used = float(values.loc[values["used"], "value"].iloc[0])
        rows.append(
            {
                "number": number, "unit": unit, "specifications": len(values), "used": used,
                "lowest": values["value"].min(), "highest": values["value"].max(),
                "above": 100 * float((values["value"] > used).mean()),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def coups_followed(coups: pd.DataFrame) -> pd.DataFrame:
    """Per cent of coups that had led to a vote by the month at which Myanmar voted (cumulative incidence).

    Choices: definition of a coup, period, day on which Myanmar is held to have voted, and whether the coups too recent
    to be followed are left out or counted as without a vote.
    """
    spells = base_rates.spells(coups)
    spells = spells[spells["colpus_id"] != COUP_ID]
    periods = {period: base_rates.within(spells, period) for period in base_rates.PERIODS}
    since = {"since 1990": "1990–2021", "since 1950": "1950–2021"}
    chosen = {
        (period, name): frame
        for period in since.values()
        for name, frame in base_rates.definitions(periods[period]).items()
    }
    curves = {key: base_rates.cumulative_incidence(frame, draws=0) for key, frame in chosen.items()}
    others = coups[coups["colpus_id"] != COUP_ID]
    recent = {
        (period, name): int((frame["coup_date"] >= base_rates.ELECTIONS_UNTIL).sum())
        for period in since.values()
        for name, frame in base_rates.definitions(others[others["coup_date"].dt.year >= int(period[:4])]).items()
    }

    def share(definition: str, period: str, day: pd.Timestamp, followed_only: bool) -> float:
        percent = base_rates.at(curves[period, definition], base_rates.months_between(COUP, day))["voted"]
        n = len(chosen[period, definition])
        return percent if followed_only else percent * n / (n + recent[period, definition])

    definitions = {name.lower(): name for name in base_rates.definitions(spells)}
    choices: Choices = {
        "definition": definitions,
        "period": since,
        "day": {"to the first voting day": FIRST_POLLING_DAY, "to the last": LAST_POLLING_DAY},
        "recent": {"coups that can be followed": True, "all coups": False},
    }
    return specifications("Coups followed by a vote as soon as Myanmar's", "%", choices, share)


def index_lost(editions: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Per cent of a V-Dem index of democracy lost with the coup: index, edition, year before, year after."""
    lines = {
        (index, edition): indices.series(table[table["iso3"] == HOME], index, edition).set_index("year")["value"]
        for edition, table in editions.items()
        for index in _INDICES
        if index in table
    }

    def lost(index: str, edition: str, before: int, after: int) -> float:
        line = lines.get((index, edition))
        return float("nan") if line is None else 100 * (1 - line[after] / line[before])

    choices: Choices = {
        "index": {name: column for column, name in _INDICES.items()},
        "edition": {f"edition {edition[1:]}": edition for edition in editions},
        "before": {"from 2020": 2020, "from 2016": 2016},
        "after": {"to 2021": 2021, "to 2024": 2024},
    }
    return specifications("Democracy index lost", "%", choices, lost)


def winner_s_seats(seats: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Per cent of seats held by the winner: alone or with the appointed officers, of seats filled or of all seats."""
    stated = figures.set_index("figure_id")["value"]
    lower = seats.query("election == '2025-26' and chamber == 'Pyithu Hluttaw' and tally == 'final'").set_index("party")
    upper = seats.query("election == '2025-26' and chamber == 'Amyotha Hluttaw' and tally == 'final'").set_index(
        "party"
    )
    won = lower.loc["USDP", "seats"] + upper.loc["USDP", "seats"]
    officers = stated["seats-military-reserved-union-constitution-2008-1"]
    elected = lower.loc["USDP", "seats_filled"] + upper.loc["USDP", "seats_filled"]
    total = stated["seats-union-total-2025-26-1"]

    def share(with_officers: bool, counted: str) -> float:
        held = won + (officers if with_officers else 0)
        among = {"elected": elected, "filled": elected + officers, "all": total}[counted]
        return float("nan") if with_officers and counted == "elected" else 100 * held / among

    choices: Choices = {
        "who": {"the party": False, "with the officers": True},
        "of": {"of elected seats filled": "elected", "of seats filled": "filled", "of all seats": "all"},
    }
    return specifications("Seats of the winner", "%", choices, share)
