"""One headline number and its variants, as rows."""

from __future__ import annotations

Variants = list[tuple[str, float]]


def number(finding: str, label: str, unit: str, digits: int, varies: str, found: Variants) -> list[dict]:
    return [
        {
            "finding": finding, "label": label, "unit": unit, "digits": digits, "varies": varies,
            "variant": variant, "value": float(value), "used": place == 0,
        }
        for place, (variant, value) in enumerate(found)
    ]  # fmt: skip
