"""Arms transfers by supplier: what is reported, on what evidence, and how much of an order has arrived.

A supplier is the place of the selling entity, which is not always its state. Dollars, SIPRI volumes (TIV) and units of
equipment are three measures that are never put on one axis.
"""

from __future__ import annotations

import pandas as pd

from vouch.methods.alliances.chronology import partial_date
from vouch.text import formatted

EVIDENCE = {
    "in service": "delivery reported, seen or shown at a ceremony",
    "trade records": "customs data or purchases and shipments traced one by one",
    "contract": "contract or order announced by a party to it",
    "sanctions finding": "finding of a government that imposed sanctions",
    "leaked papers": "documents published by an advocacy group",
    "press or sighting": "press report or sighting without papers",
    "estimate": "research estimate of volume, not money",
}
"""Classes of evidence for an arms transfer, in the order they are shown, with what each means."""


def units_delivered(arms: pd.DataFrame, order: str) -> pd.DataFrame:
    """Deliveries that belong to the order `order` (an arms_id), with running total and what is left of the order.

    Columns: year, delivered, total, outstanding (units), source.
    """
    ordered = arms.set_index("arms_id").loc[order, "value"]
    parts = arms[(arms["part_of"] == order) & (arms["measure"] == "delivered")].copy()
    parts["year"] = parts["period_end"].astype(str).str[:4].astype(int)
    parts = parts.sort_values("year", ignore_index=True)
    parts["delivered"] = parts["value"].astype(int)
    parts["total"] = parts["delivered"].cumsum()
    parts["outstanding"] = int(ordered) - parts["total"]
    return parts[["year", "delivered", "total", "outstanding", "source"]]


def arms_evidence(arms: pd.DataFrame, supplier: str) -> pd.DataFrame:
    """What is reported of arms from one supplier, with the class of evidence (see EVIDENCE), strongest first.

    The class follows from measure and claimant of the table `arms`: deliveries are in service; values from customs
    data or the UN Special Rapporteur are trade records; orders and contracts are contracts; the reports of a
    sanctioning treasury, of leaked documents and of the press are what they say; a volume is an estimate.
    Columns: arms_id, item, period, measure, value, unit, amount (value and unit in words), claimant,
    evidence, rank (1 strongest), note, source.
    """
    rows = arms[arms["supplier"] == supplier].copy()
    rows["evidence"] = [_evidence(row.measure, row.claimant) for row in rows.itertuples()]
    order = list(EVIDENCE)
    rows["rank"] = [order.index(name) + 1 for name in rows["evidence"]]
    start, end = rows["period_start"].astype("str"), rows["period_end"].astype("str")
    rows["period"] = [_period(a, b) for a, b in zip(start, end, strict=True)]
    rows["amount"] = [_amount(row.value, row.unit) for row in rows.itertuples()]
    columns = ["arms_id", "item", "period", "measure", "value", "unit", "amount", "claimant", "evidence", "rank"]
    return rows.sort_values(["rank", "period", "arms_id"], ignore_index=True)[[*columns, "note", "source"]]


def _evidence(measure: str, claimant: str) -> str:
    if measure == "delivered":
        return "in service"
    if measure in {"value", "transactions", "suppliers"}:
        return "trade records"
    if measure in {"ordered", "contract"}:
        return "contract"
    if measure == "volume":
        return "estimate"
    if "Treasury" in claimant:
        return "sanctions finding"
    return "leaked papers" if "leaked" in claimant else "press or sighting"


def _amount(value: float, unit: object) -> str | None:
    if pd.isna(value):
        return None
    words = str(unit).removesuffix("s") if value == 1 else str(unit)
    return f"{formatted(float(value), 0 if float(value).is_integer() else 1)} {words}"


def _period(start: object, end: object) -> str:
    first, last = partial_date(start), partial_date(end)
    if first is None:
        return f"by {last}"
    return str(last) if first == last else f"{first} to {last}"
