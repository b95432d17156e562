"""The ledger as the pages use it: one record per claim, read once in a build."""

from __future__ import annotations

from functools import cache
from typing import Any

from sphinx.application import Sphinx

from vouch.evidence import claims, data, sources


def page(claim_or_seed: str) -> str:
    """The document that holds the entries of an article."""
    return f"chapters/ledger-{claim_or_seed[:4].lower()}"


@cache
def ledger() -> dict[str, dict[str, Any]]:
    frame = claims.ledger()
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return {record["claim"]: record for record in records}


@cache
def evidence() -> dict[str, list[dict[str, Any]]]:
    frame = data.load("evidence")
    return {claim: rows.to_dict("records") for claim, rows in frame.groupby("claim", sort=False)}


@cache
def forecasts() -> dict[str, dict[str, Any]]:
    return {row["claim"]: row for row in data.load("forecasts").to_dict("records")}


def forget(app: Sphinx, *_: object) -> list[str]:
    """The tables are read anew before pages are, also where one process reads twice."""
    for memory in (ledger, evidence, forecasts, data.package, sources.bibliography_keys):
        memory.cache_clear()
    return []
