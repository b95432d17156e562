"""How firm are the book's numbers? Each headline number under every admissible source or definition.

A variant is admissible when a reader could have chosen it in good faith: another claimant for the same quantity,
another definition that the field uses or that the chapter names, another coder, or the same count with part of the
sources or units taken away. Misprints, superseded counts and figures for another day are not variants. Nothing is
averaged.

Every variant is computed by the method of the chapter that prints the number; this module only chooses and compares.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from vouch.methods.election.census import TABLES as CENSUS
from vouch.methods.firmness.headlines.alliances import alliance_numbers
from vouch.methods.firmness.headlines.coup import coup_numbers, violence_numbers
from vouch.methods.firmness.headlines.standard import standard_numbers
from vouch.methods.firmness.headlines.ties import tie_numbers
from vouch.methods.firmness.headlines.verdicts import verdict_numbers
from vouch.methods.firmness.headlines.voters import support_numbers, turnout_numbers
from vouch.methods.firmness.headlines.vouchers import voucher_numbers
from vouch.text import formatted

SOLID, BENDS = 1.05, 1.25
"""Largest factor between the number used and any variant for the classes `solid` and `bends`; beyond is `fragile`."""

CLASSES = ("solid", "bends", "fragile", "one source")

_VOTE, _STATES, _RUSSIA, _BELARUS = "the vote", "other states", "Russia", "Belarus"
NEEDED = {
    "coup.months_to_vote": _VOTE,
    "coup.index_lost": _VOTE,
    "voters.townships_voted": _VOTE,
    "voters.gap": _VOTE,
    "voters.turnout_low": _VOTE,
    "voters.shrinkage_commission": _VOTE,
    "voters.seat_share_elected": _VOTE,
    "standard.reserved_share": _VOTE,
    "standard.dissolved_seats": _VOTE,
    "vouchers.states_praised": _STATES,
    "vouchers.states_rejected": _STATES,
    "russia.arms_traced": _RUSSIA,
    "russia.leader_visits_out": _RUSSIA,
    "belarus.leader_visits_in": _BELARUS,
}
"""Headline numbers without which a sentence of the answer would not stand, and which part of the answer that is."""


def ranges(frame: pd.DataFrame) -> pd.DataFrame:
    """The range of every headline number, firmest first; frame as of :func:`variants`.

    Returns finding, label, chapter, unit, digits, varies, variants (count), used, used_by, lowest, lowest_by, highest,
    highest_by, spread (highest minus lowest), low_ratio and high_ratio (lowest and highest over the number used), fold
    (the largest factor between the number used and any variant, at least 1; infinite where a variant is zero or has
    the other sign) and firmness (one of :data:`CLASSES`).
    """
    rows = []
    for finding, values in frame.groupby("finding", sort=False):
        used = values.loc[values["used"]].iloc[0]
        low, high = values.loc[values["value"].abs().idxmin()], values.loc[values["value"].abs().idxmax()]
        if used["value"] >= 0:
            low, high = values.loc[values["value"].idxmin()], values.loc[values["value"].idxmax()]
        ratios = values["value"] / used["value"]
        fold = float("inf") if (ratios <= 0).any() else float(max(ratios.max(), 1 / ratios.min()))
        rows.append(
            {
                "finding": finding,
                "label": used["label"],
                "chapter": _chapter(finding),
                "unit": used["unit"],
                "digits": used["digits"],
                "varies": used["varies"],
                "variants": len(values),
                "used": used["value"],
                "used_by": used["variant"],
                "lowest": low["value"],
                "lowest_by": low["variant"],
                "highest": high["value"],
                "highest_by": high["variant"],
                "spread": values["value"].max() - values["value"].min(),
                "low_ratio": float(ratios.min()),
                "high_ratio": float(ratios.max()),
                "fold": fold,
                "firmness": firmness(len(values), fold),
            }
        )
    table = pd.DataFrame(rows)
    order = table["firmness"].map(CLASSES.index)
    return table.assign(_order=order).sort_values(["_order", "fold", "label"], ignore_index=True).drop(columns="_order")


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """The ranges as the book prints them: number (label and unit), variants, text, low, high (each a value and, in
    brackets, who says so or what is counted), firmness and needed (part of the answer, or "nothing"); table as of
    :func:`ranges`."""
    rows = [
        {
            "number": row.label if row.unit.lower() in row.label.lower() else f"{row.label}, {row.unit}",
            "variants": row.variants,
            "text": f"{formatted(row.used, row.digits)} ({row.used_by})",
            "low": f"{formatted(row.lowest, row.digits)} ({row.lowest_by})",
            "high": f"{formatted(row.highest, row.digits)} ({row.highest_by})",
            "firmness": row.firmness,
            "needed": NEEDED.get(row.finding, "nothing"),
        }
        for row in table.itertuples()
    ]
    return pd.DataFrame(rows)


def firmness(count: int, fold: float) -> str:
    """The class of a number: `one source` where there is nothing to compare it with, else by the largest factor."""
    if count == 1:
        return "one source"
    return "solid" if fold <= SOLID else "bends" if fold <= BENDS else "fragile"


def _chapter(finding: str) -> str:
    return finding.removeprefix("fig-").split("." if "." in finding else "-")[0]


TABLES = (
    "postcoup_elections", "vdem_v15", "vdem_v16", "vdem_v16_world", "ucdp_year", "published_figures",
    "unhcr_displacement", "figures", "townships", "territory", "events", "actors", "promises",
    "trade", "arms", "gdp", "seats", "observers", "memberships", "un_votes", "categories", "editions", "verdicts",
    "first_coding", "second_coding", "partner_events", "partner_effort", "sanctions", *CENSUS,
)  # fmt: skip
"""The tables that :func:`variants` and :func:`vouch.methods.firmness.rivals.partners` need."""


def variants(tables: Mapping[str, pd.DataFrame], kinds: pd.DataFrame) -> pd.DataFrame:
    """One row per headline number and variant; the first variant of each number is the one that the text uses.

    tables: the frames of :data:`TABLES` by name. kinds: source, kind, publisher (:func:`vouch.evidence.sources.kinds`).
    Returns finding (id of the finding, or name of the figure where the number is only drawn), label, unit, digits,
    varies (what differs between the variants: claimant, definition, coder, sources or method), variant (who says so or
    what is counted), value, used.

    Raises KeyError where a table or a row that a variant rests on is missing, ValueError where a number that the
    answer needs (:data:`NEEDED`) is not among those that are varied.
    """
    rows = [
        *coup_numbers(tables),
        *violence_numbers(tables),
        *turnout_numbers(tables),
        *support_numbers(tables),
        *alliance_numbers(tables, kinds),
        *standard_numbers(tables),
        *voucher_numbers(tables),
        *tie_numbers(tables, kinds),
        *verdict_numbers(tables),
    ]
    frame = pd.DataFrame(rows)
    if missing := sorted(NEEDED.keys() - set(frame["finding"])):
        raise ValueError(f"the answer needs {', '.join(missing)}, and nothing varies it")
    return frame
