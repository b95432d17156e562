"""Headline numbers of the chapter vouchers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from vouch.methods.election import census, observers, senders
from vouch.methods.firmness.headlines.number import number

COUNTS = {
    "vouchers.states_praised": ("States that praised the vote", "praised"),
    "vouchers.states_rejected": ("States that condemned or rejected", "rejected"),
    "vouchers.states_congratulated": ("States that congratulated", "congratulated"),
    "vouchers.favourable": ("States that praised or congratulated", "favourable"),
}
"""Finding -> its words, and the count of census.counts that it is."""


def voucher_numbers(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    came, members = tables["observers"], tables["memberships"]
    roles = observers.roles(came, members)
    first_phase, newest = observers.first_phase(came), observers.newest(members)
    compared = senders.specifications(roles, tables["vdem_v16_world"], first_phase, newest)
    countries, associations = observers.official_list(came)
    opening = came[(came["election"] == "2025-26") & (came["phase"] == "1") & (came["status"] == "attended")]
    bodies = opening[opening["type"].isin(observers.STATE_BODIES)]["iso3"].nunique()
    heads = observers.head_counts(came)
    heads = heads[heads["election"] == "2025-26"]
    coded = census.variants(tables)
    return [
        *number(
            "vouchers.official_countries", "Countries with observers, phase 1", "countries", 0, "definition",
            [("spokesman's list", countries), ("with the private association", countries + associations),
             ("bodies of states only", bodies)],
        ),
        *number(
            "fig-vouchers-head-counts", "Foreign observers, phase 1", "persons", 0, "claimant",
            [(row.label.removeprefix("2025-26, phase 1: "), row.value) for row in heads.itertuples()],
        ),
        *number(
            "vouchers.difference", "Democracy gap of the senders", "index points", 2, "definition",
            senders.named(compared),
        ),
        *(
            row
            for finding, (label, count) in COUNTS.items()
            for row in number(
                finding, label, "states", 0, "coder",
                list(zip(coded["variant"], coded[count], strict=True)),
            )
        ),
    ]  # fmt: skip
