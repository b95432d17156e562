"""The ledger: what the two articles claim, word for word, and what became of each claim when it was checked.

Tables: `claims` (one row a claim, with the verbatim span), `verdicts` (one row a checkable claim), `evidence` (one row
a claim and source), `nonfactual` (sentences that claim nothing), `first_coding` and `second_coding` (two coders, the
second without sight of the first), `resolutions` (what was decided where they differed), `forecasts` (forward-looking
claims scored). Verdicts follow the rule in `VERDICTS`; independence of evidence is judged by origin, so that copies of
one wire story count once, and the report that an article retells counts for nothing (:func:`independent`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from vouch.evidence import data, provenance, seeds
from vouch.evidence.faults import DataError, Fault
from vouch.evidence.sources import bibliography_keys
from vouch.paths import BIBLIOGRAPHY, DATA, SEEDS, shown

VERDICTS = {
    "supported": "Independent evidence says the same, in substance and in detail.",
    "supported with nuance": "True in substance; a detail that matters needs a qualification.",
    "imprecise": "The wording says something other, or more, than the evidence bears out.",
    "contradicted": "Better evidence says otherwise.",
    "outdated": "True when written, no longer true at the evidence horizon.",
    "unverifiable": "No independent evidence was found either way.",
}
"""The verdicts, in order from best to worst founded, and the rule by which each is given."""


def ledger(folder: Path = DATA, bibliography: Path = BIBLIOGRAPHY) -> pd.DataFrame:
    """Every claim with its verdict: the columns of `claims` and of `verdicts`, in the order of the articles.

    Claims that cannot be checked (evaluations, rhetoric) have no verdict: those columns are missing there.
    """
    claims = data.load("claims", folder, bibliography)
    verdicts = data.load("verdicts", folder, bibliography)
    joined = claims.merge(verdicts, on="claim", how="left", validate="one_to_one")
    return joined.sort_values(["seed", "start", "claim"], ignore_index=True)


def check(folder: Path = DATA, articles: Path = SEEDS, bibliography: Path = BIBLIOGRAPHY) -> int:
    """Hold the ledger to its promises; the number of claims.

    Every quotation is `text[start:end]` of its article and occurs there once; every claim bears the id of its article;
    every checkable claim has exactly one verdict and every verdict has evidence; an origin is spelt in one way, since
    two would count as two; the number of independent origins is the number of distinct origins in the evidence that is
    :func:`independent`, and a verdict without any is unverifiable; a verdict on which both codings agreed is that
    verdict, unless it was decided anew, and one on which they differed is the resolved one; the report that an article
    retells is in the bibliography. Raises DataError with file, row and reason.
    """
    known = seeds.load_all(articles)
    texts = {seed.id: seed.text for seed in known}
    claims = data.load("claims", folder, bibliography)
    verdicts = data.load("verdicts", folder, bibliography)
    evidence = data.load("evidence", folder, bibliography)
    nonfactual = data.load("nonfactual", folder, bibliography)
    faults = [
        *_origin_faults(known, shown(articles / "seeds.yml"), bibliography),
        *_span_faults(claims, texts, shown(folder / "claims.csv")),
        *_span_faults(nonfactual, texts, shown(folder / "nonfactual.csv")),
        *_order_faults(claims, shown(folder / "claims.csv")),
        *_spelling_faults(evidence, shown(folder / "evidence.csv")),
        *_verdict_faults(claims, verdicts, evidence, shown(folder / "verdicts.csv")),
        *_coding_faults(verdicts, folder, bibliography),
    ]
    if faults:
        raise DataError(faults)
    return len(claims)


def independent(evidence: pd.DataFrame) -> pd.DataFrame:
    """The rows of `evidence` that are witnesses of their own.

    Left out are context, which only explains, and what was read in the report that the article retells (`retold`):
    where the article took its word from cannot confirm it.
    """
    return evidence[(evidence["direction"] != "context") & ~evidence["retold"].astype(bool)]


def sentence_coverage(seed: seeds.Seed, claims: pd.DataFrame, nonfactual: pd.DataFrame) -> pd.DataFrame:
    """Which sentences of an article the ledger covers: start, end, text, claims (ids joined by `;`), reason.

    A sentence is covered when at least one claim's span overlaps it; otherwise `reason` says why it claims nothing,
    and both are empty for a sentence that was overlooked.
    """
    of_seed = claims[claims["seed"] == seed.id].sort_values(["start", "claim"])
    spans = list(zip(of_seed["start"], of_seed["end"], of_seed["claim"], strict=True))
    of_seed = nonfactual[nonfactual["seed"] == seed.id]
    plain = list(zip(of_seed["start"], of_seed["end"], of_seed["reason"], strict=True))
    records = []
    for sentence in seeds.sentences(seed):
        inside, reasons = (
            [said for start, end, said in marked if start < sentence.end and end > sentence.start]
            for marked in (spans, plain)
        )
        records.append(
            {
                "start": sentence.start,
                "end": sentence.end,
                "text": sentence.text,
                "claims": ";".join(inside),
                "reason": "; ".join(reasons),
            }
        )
    return pd.DataFrame(records)


def _origin_faults(articles: list[seeds.Seed], file: str, bibliography: Path) -> Iterator[Fault]:
    keys = bibliography_keys(bibliography)
    for seed in articles:
        if (key := provenance.source(seed)) is not None and key not in keys:
            reason = "neither `none` nor in references.bib"
            yield Fault(file, reason, column=f"origin.source of {seed.id}", value=key)


def _span_faults(frame: pd.DataFrame, texts: dict[str, str], file: str) -> Iterator[Fault]:
    for row, (seed, start, end, quote) in enumerate(
        zip(frame["seed"], frame["start"], frame["end"], frame["quote"], strict=True), 2
    ):
        text = texts.get(seed)
        if text is None:
            yield Fault(file, "no such article in seeds.yml", row=row, column="seed", value=seed)
        elif text[start:end] != quote:
            yield Fault(file, f"not the text of {seed} from {start} to {end}", row=row, column="quote", value=quote)
        elif text.count(quote) != 1:
            yield Fault(file, f"occurs {text.count(quote)} times in {seed}", row=row, column="quote", value=quote)


def _order_faults(claims: pd.DataFrame, file: str) -> Iterator[Fault]:
    for row, (claim, seed) in enumerate(zip(claims["claim"], claims["seed"], strict=True), 2):
        if not claim.startswith(f"{seed}-"):
            yield Fault(file, f"does not belong to {seed}", row=row, column="claim", value=claim)


def _spelling_faults(evidence: pd.DataFrame, file: str) -> Iterator[Fault]:
    """Origins that differ from one further up only in capitals or spaces."""
    first: dict[str, str] = {}
    for row, origin in enumerate(evidence["origin"], 2):
        if isinstance(origin, str) and origin != (
            known := first.setdefault("".join(origin.casefold().split()), origin)
        ):
            yield Fault(file, f"elsewhere spelt {known!r}", row=row, column="origin", value=origin)


def _verdict_faults(claims: pd.DataFrame, verdicts: pd.DataFrame, evidence: pd.DataFrame, file: str) -> Iterator[Fault]:
    checkable = set(claims.loc[claims["checkable"], "claim"])
    coded = list(verdicts["claim"])
    for claim in sorted(checkable - set(coded)):
        yield Fault(file, "a checkable claim without a verdict", column="claim", value=claim)
    origins = independent(evidence).groupby("claim")["origin"].nunique()
    for row, (claim, verdict, counted) in enumerate(
        zip(coded, verdicts["verdict"], verdicts["origins"], strict=True), 2
    ):
        if claim not in checkable:
            yield Fault(
                file, "a verdict on a claim that is marked as not checkable", row=row, column="claim", value=claim
            )
        found = int(origins.get(claim, 0))
        if found == 0 and verdict != "unverifiable":
            yield Fault(file, "a verdict without independent evidence", row=row, column="claim", value=claim)
        if found != counted:
            yield Fault(
                file, f"the evidence has {found} distinct origins", row=row, column="origins", value=str(counted)
            )


def _coding_faults(verdicts: pd.DataFrame, folder: Path, bibliography: Path) -> Iterator[Fault]:
    file = shown(folder / "verdicts.csv")
    first = data.load("first_coding", folder, bibliography).set_index("claim")["verdict"]
    second = data.load("second_coding", folder, bibliography).set_index("claim")["verdict"]
    resolved = data.load("resolutions", folder, bibliography).set_index("claim")
    for row, (claim, verdict) in enumerate(zip(verdicts["claim"], verdicts["verdict"], strict=True), 2):
        if claim not in first or claim not in second:
            yield Fault(file, "not coded twice", row=row, column="claim", value=claim)
        elif claim not in resolved.index:
            if first[claim] != second[claim]:
                reason = "the codings differ and nothing in resolutions.csv decides"
                yield Fault(file, reason, row=row, column="claim", value=claim)
            elif verdict != first[claim]:
                reason = f"both codings say {first[claim]}, and nothing in resolutions.csv decides it anew"
                yield Fault(file, reason, row=row, column="verdict", value=verdict)
        elif (first[claim], second[claim], verdict) != tuple(resolved.loc[claim, ["first", "second", "final"]]):
            yield Fault(file, "differs from what resolutions.csv records", row=row, column="verdict", value=verdict)
