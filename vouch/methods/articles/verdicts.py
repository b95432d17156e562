"""Verdicts on the claims of the articles, counted."""

from __future__ import annotations

import pandas as pd

from vouch.evidence.claims import VERDICTS


def verdict_counts(frame: pd.DataFrame) -> pd.DataFrame:
    """Claims by verdict and article: verdict, one column per seed, total. Verdicts nobody got are zero, not absent."""
    coded = frame.dropna(subset=["verdict"])
    counts = pd.crosstab(coded["verdict"], coded["seed"]).reindex(list(VERDICTS), fill_value=0)
    counts["total"] = counts.sum(axis=1)
    return counts.rename_axis(columns=None).reset_index()
