"""The ledger for machines: `claims.json`, `claims.csv`, and schema.org `ClaimReview` in the ledger pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
from sphinx.application import Sphinx

from bookpress.cite.head import by_schema, script
from bookpress.effort.early import early
from bookpress.metadata import Chapter, chapter
from vouch.evidence import claims
from vouch.pages.ledger import records


def export() -> list[dict[str, Any]]:
    """The whole ledger as plain records: claim, verdict, evidence and forecast together, for `claims.json`."""
    exported = []
    for claim, record in records.ledger().items():
        full = {key: _plain(value) for key, value in record.items()}
        full["evidence"] = [
            {key: _plain(v) for key, v in row.items() if key != "claim"} for row in records.evidence().get(claim, [])
        ]
        forecast = records.forecasts().get(claim)
        full["forecast"] = {key: _plain(v) for key, v in forecast.items() if key != "claim"} if forecast else None
        exported.append(full)
    return exported


def _plain(value: Any) -> Any:
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    return value.item() if hasattr(value, "item") else value


def claim_review(seed: str, ledger_page: Chapter) -> list[dict[str, Any]]:
    """schema.org `ClaimReview` of every verdict on an article; no address or date that is not known is filled in.

    ledger_page: the page that holds the entries; without an address of the book a review's own is relative to it. A
    verdict that places a claim nowhere between false and true (`outdated`, `unverifiable`) has a name and no number.
    """
    values = dict(zip(("supported", "supported with nuance", "imprecise", "contradicted"), (5, 4, 2, 1), strict=True))
    reviews = []
    for claim, record in records.ledger().items():
        verdict = record["verdict"]
        if record["seed"] != seed or not verdict:
            continue
        rating = {"@type": "Rating", "alternateName": verdict}
        if verdict in values:
            rating |= {"ratingValue": values[verdict], "bestRating": 5, "worstRating": 1}
        reviews.append(
            {
                "@context": "https://schema.org",
                "@type": "ClaimReview",
                "identifier": claim,
                "url": f"{ledger_page.url}#{claim}",
                "claimReviewed": record["statement"],
                "reviewBody": record["reason"],
                "datePublished": ledger_page.book.date.isoformat(),
                "author": [by_schema(author) for author in ledger_page.authors],
                "itemReviewed": {"@type": "Claim", "text": record["quote"], "inLanguage": "en"},
                "reviewRating": rating,
            }
        )
    return reviews


def add_claim_review(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Put the reviews into the ledger pages as JSON-LD."""
    for seed in dict.fromkeys(record["seed"] for record in records.ledger().values()):
        if pagename == records.page(seed):
            reviews = claim_review(seed, chapter(app, pagename))
            context["metatags"] = context.get("metatags", "") + script(reviews)


@early
def write_exports(app: Sphinx, failed: Exception | None) -> None:
    """Write `claims.json` and `claims.csv` into the finished HTML book."""
    if failed or app.builder.format != "html":
        return
    text = json.dumps(export(), ensure_ascii=False, indent=1, sort_keys=True)
    (Path(app.outdir) / "claims.json").write_text(text + "\n", "utf-8")
    claims.ledger().to_csv(Path(app.outdir) / "claims.csv", index=False, lineterminator="\n", date_format="%Y-%m-%d")
