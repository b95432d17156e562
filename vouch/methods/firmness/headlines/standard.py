"""Headline numbers of the chapter standard."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from vouch.methods.election import scorecard
from vouch.methods.firmness.headlines.number import number


def standard_numbers(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    first, second = tables["assessment"], tables["assessment_second"]
    again = first[["assessment_id", "criterion_id", "election"]].merge(second, on="assessment_id")
    shared = set(first.loc[first["election"] == "2010", "criterion_id"])
    codings = {"first coding": first, "second coding": again}
    common = {
        name: scorecard.counts(rows[rows["criterion_id"].isin(shared)]).set_index("election")
        for name, rows in codings.items()
    }
    stated = tables["figures"].set_index("figure_id")["value"]
    total = stated["seats-union-total-2025-26-1"]
    reserved = stated["seats-military-reserved-union-constitution-2008-1"]
    union = tables["seats"].query("election == '2020' and chamber == 'Union Parliament'").set_index("party")
    nld, snld, filled = union.loc["NLD", "seats"], union.loc["SNLD", "seats"], union.loc["NLD", "seats_filled"]
    return [
        *number(
            "standard.fails_common", "Criteria failed in 2025-26", "criteria", 0, "coder",
            [(name, rows.loc["2025-26", "fails"]) for name, rows in common.items()],
        ),
        *number(
            "standard.met_2015", "Criteria met in 2015", "criteria", 0, "coder",
            [(coder, scorecard.counts(rows).set_index("election").loc["2015", "meets"])
             for coder, rows in codings.items()],
        ),
        *number(
            "standard.reserved_share", "Seats nobody votes on", "%", 0, "definition",
            [("of all seats", 100 * reserved / total),
             ("of the sitting members", 100 * reserved / stated["seats-union-sitting-2025-26-1"])],
        ),
        *number(
            "standard.dissolved_seats", "2020 seats of dissolved parties", "%", 1, "definition",
            [("NLD and SNLD", 100 * (nld + snld) / filled), ("NLD only", 100 * nld / filled)],
        ),
    ]  # fmt: skip
