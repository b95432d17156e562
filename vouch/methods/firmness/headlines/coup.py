"""Headline numbers of the chapter coup."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from vouch.evidence.case import COUP, COUP_ID, FIRST_POLLING_DAY, LAST_POLLING_DAY
from vouch.methods.election import base_rates, indices
from vouch.methods.firmness.headlines.number import number


def coup_numbers(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    coups = tables["postcoup_elections"]
    spells = base_rates.spells(coups)
    spells = spells[spells["colpus_id"] != COUP_ID]
    since = base_rates.within(spells, "1990–2021")
    left_out = int((coups["coup_date"] >= base_rates.ELECTIONS_UNTIL).sum())
    months = base_rates.months_between(COUP, FIRST_POLLING_DAY)
    kinds = {name[0].lower() + name[1:]: chosen for name, chosen in base_rates.definitions(since).items()}
    curves = {name: base_rates.cumulative_incidence(chosen, draws=0) for name, chosen in kinds.items()}  # no limits
    shares = {name: base_rates.share_by(chosen, curves[name]) for name, chosen in kinds.items()}
    longer = base_rates.cumulative_incidence(spells, draws=0)
    share, everyone = shares["all successful coups"], base_rates.share_by(spells, longer)
    floor = share.percent * share.n / (share.n + left_out)
    medians = {name: base_rates.median_months(curve)[0] for name, curve in curves.items()}
    v15, v16 = indices.series(tables["vdem_v15"]), indices.series(tables["vdem_v16"], edition="v16")
    lost = [("electoral democracy, V-Dem v15", indices.break_at(v15, "MMR", 2021).lost)]
    lost.append(("electoral democracy, V-Dem v16", indices.break_at(v16, "MMR", 2021).lost))
    names = {"v2x_libdem": "liberal", "v2x_partipdem": "participatory", "v2x_delibdem": "deliberative",
             "v2x_egaldem": "egalitarian"}  # fmt: skip
    for column, name in names.items():
        broken = indices.break_at(indices.series(tables["vdem_v15"], column), "MMR", 2021)
        lost.append((f"{name} democracy, V-Dem v15", broken.lost))
    first = FIRST_POLLING_DAY
    calendar = (first.year - COUP.year) * 12 + first.month - COUP.month + (first.day - COUP.day) / 31
    old = "all coups since 1950"
    return [
        *number(
            "coup.months_to_vote", "Months from coup to vote", "months", 1, "definition",
            [("first voting day, days / 30.4375", months), ("calendar months", calendar),
             ("last voting day", base_rates.months_between(COUP, LAST_POLLING_DAY))],
        ),
        *number(
            "coup.share_60_1990", "Coups followed by a vote", "%", 0, "definition",
            [*((name, kind.percent) for name, kind in shares.items()), ("no vote after the coups left out", floor),
             (old, everyone.percent)],
        ),
        *number(
            "coup.median_1990", "Median wait for that vote", "months", 0, "definition",
            [*medians.items(), (old, base_rates.median_months(longer)[0])],
        ),
        *number("coup.index_lost", "Democracy index lost in 2021", "%", 0, "definition", lost),
    ]  # fmt: skip


def violence_numbers(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    deaths = tables["ucdp_year"].set_index("year").loc[2021]
    printed = tables["published_figures"].set_index("figure")["value"]
    year = tables["unhcr_displacement"].set_index("year").loc[2025]
    spoken = tables["figures"].set_index("figure_id")["value"]["internally-displaced-2025-26-1"]
    acled = printed["fatalities-mmr-2021-02-2022-01"]
    return [
        *number(
            "coup.ucdp_2021_best", "Deaths in the year of the coup", "deaths", 0, "claimant",
            [("UCDP, best", deaths["deaths_best"]), ("UCDP, low", deaths["deaths_low"]),
             ("UCDP, high", deaths["deaths_high"]), ("ACLED, February 2021 to January 2022", acled)],
        ),
        *number(
            "coup.idps_unhcr_2025", "Displaced inside the country", "million", 2, "claimant",
            [("UNHCR, end of 2025", year["idps_unhcr"] / 1e6), ("IDMC, end of 2025", year["idps_idmc"] / 1e6),
             ("UN, January 2026", spoken / 1e6)],
        ),
    ]  # fmt: skip
