"""Headline numbers of the chapter verdicts."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from vouch.methods import coding
from vouch.methods.articles import verdicts
from vouch.methods.firmness.headlines.number import number


def verdict_numbers(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    final, first, second = tables["verdicts"], tables["first_coding"], tables["second_coding"]
    codings = {"differences resolved": final, "first coder": first, "second coder": second}
    found = []
    for key, label in (("supported", "Claims supported"), ("contradicted", "Claims contradicted")):
        counts = [(name, (coded["verdict"] == key).sum()) for name, coded in codings.items()]
        found += number(f"verdicts.{key}", label, "claims", 0, "coder", counts)
    halves = [coding.halves(coded, verdicts.HOLDS) for coded in (first, second)]
    six, two = coding.agreement(first, second), coding.agreement(*halves)
    kappa = [("six verdicts", six.kappa), ("holds or not", two.kappa)]
    kappa += [("six verdicts, Gwet's AC1", six.ac1), ("six verdicts, Krippendorff's alpha", six.alpha)]
    kappa += [("holds or not, Gwet's AC1", two.ac1), ("holds or not, Krippendorff's alpha", two.alpha)]
    for seed in sorted({claim.partition("-")[0] for claim in first["claim"]}):
        parts = [coded[coded["claim"].str.startswith(seed)] for coded in (first, second)]
        kappa.append((f"six verdicts, {seed} only", coding.agreement(*parts).kappa))
    return [*found, *number("verdicts.kappa", "Agreement of the coders (kappa)", "", 2, "definition", kappa)]
