"""Headline numbers of the chapter standard."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from vouch.methods.firmness.headlines.number import number


def standard_numbers(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    stated = tables["figures"].set_index("figure_id")["value"]
    total = stated["seats-union-total-2025-26-1"]
    reserved = stated["seats-military-reserved-union-constitution-2008-1"]
    union = tables["seats"].query("election == '2020' and chamber == 'Union Parliament'").set_index("party")
    nld, snld, filled = union.loc["NLD", "seats"], union.loc["SNLD", "seats"], union.loc["NLD", "seats_filled"]
    return [
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
