"""Headline numbers of the chapter vouchers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from vouch.methods.election import observers
from vouch.methods.firmness.headlines.number import number


def voucher_numbers(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    came, members, acts = tables["observers"], tables["memberships"], tables["reactions"]
    scores = pd.concat([tables["vdem_v16"], tables["vdem_v16_more"]], ignore_index=True)
    roles = observers.roles(came, members)
    opening = came[(came["election"] == "2025-26") & (came["phase"] == "1") & (came["status"] == "attended")]
    bloc = members[members["organisation"] == "ASEAN"].set_index("iso3")["start_date"]
    states, earlier = (observers.scored(roles, scores, year) for year in (2025, 2024))
    compared = observers.sensitivity(
        states, earlier, set(opening["iso3"].dropna()), set(bloc.index), set(bloc[bloc >= "2025"].index)
    )
    countries, associations = observers.official_list(came)
    bodies = opening[opening["type"].isin(observers.STATE_BODIES)]["iso3"].nunique()
    heads = observers.head_counts(came)
    heads = heads[heads["election"] == "2025-26"]
    actor = observers.by_actor(acts)
    high, low = actor["high"], actor["low"]
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
            [(row.variant, row.difference) for row in compared.itertuples()],
        ),
        *number(
            "vouchers.favourable", "Actors that praised or recognised", "actors", 0, "definition",
            [("praised or recognised", high.isin(observers.FAVOURABLE).sum()),
             ("recognised only", (high == "recognised").sum()),
             ("or engaged without criticism", (high.isin({*observers.FAVOURABLE, "engaged"}) & low.isin(
                 {*observers.FAVOURABLE, "engaged", "neutral"})).sum())],
        ),
        *number(
            "vouchers.critical", "Actors that condemned or refused", "actors", 0, "definition",
            [("condemned or not recognised", low.isin(observers.CRITICAL).sum()),
             ("condemned only", (low == "condemned").sum()),
             ("or set conditions", low.isin({*observers.CRITICAL, "conditional"}).sum())],
        ),
    ]  # fmt: skip
