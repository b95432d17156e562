"""Headline numbers of the chapter ties."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from vouch.methods.alliances import robustness, statements, ties
from vouch.methods.firmness.headlines.number import number


def tie_numbers(tables: Mapping[str, pd.DataFrame], kinds: pd.DataFrame) -> list[dict]:
    horizon = tables["editions"].sort_values("date")["horizon"].iloc[-1]
    links = ties.edges(tables["events"], tables["actors"], tables["categories"], horizon)
    totals = tables["un_resolutions"].query("topic == 'Myanmar'")
    votes = tables["un_votes"]
    votes = votes[votes["resolution"].isin(totals["resolution"])]
    members = tables["memberships"].query("organisation != 'IAEA'")
    evidence = statements.Evidence(ties.since_coup(links), members, votes, totals)
    runs = robustness.repeats(evidence, kinds, draws=2)  # two draws: only the observed values are of interest here
    found = []
    for finding, statement, label, unit, digits, factor in (
        ("ties.near_days", "nearest_contact", "Belarus near Russia in time", "days", 1, 1),
        ("ties.rank_russia", "russia_rank", "Myanmar's guest ranks higher", "%", 0, 100),
    ):
        results = runs[runs["id"] == statement].dropna(subset=["observed"])
        broad = results[results["family"].isin(["all", "kind", "precision", "support"])]
        single = results[results["family"].isin(["source", "publisher"])]
        values = [(row.run, factor * row.observed) for row in broad.itertuples()]
        values += [("one source or publisher less, lowest", factor * single["observed"].min())]
        values += [("one source or publisher less, highest", factor * single["observed"].max())]
        found += number(finding, label, unit, digits, "sources", values)
    return found
