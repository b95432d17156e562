"""Promised against delivered: what became of an agreement by the evidence horizon.

The coding of `promises` links each promise to the dated events that show it carried out. The status follows from the
links by the rule in :func:`status`; nobody assigns it by hand. "Announced only" says that no later step was found in
what was read, not that there was none.
"""

from __future__ import annotations

import pandas as pd

from vouch.methods.alliances.chronology import when
from vouch.text import keys

STATUSES = ("delivered", "partly", "announced only", "no evidence found")


def status(form: str, whole: bool, part: bool) -> str:
    """The status of one promise.

    delivered: a later event shows the promised thing done as a whole. partly: a later event shows a part of it, or a
    further formal step. Otherwise announced only, where both sides signed or announced it (form `joint`), and no
    evidence found, where one side asked for it or offered it (form `one-sided`).
    """
    if form not in {"joint", "one-sided"}:
        raise ValueError(f"form of a promise is joint or one-sided, not {form!r}")
    if whole:
        return "delivered"
    if part:
        return "partly"
    return "announced only" if form == "joint" else "no evidence found"


def promised_and_delivered(
    promises: pd.DataFrame, events: pd.DataFrame, partner: str, until: pd.Timestamp | None = None
) -> pd.DataFrame:
    """The promises of one partner with their status, oldest first; with `until`, as they stood on that day.

    `promises` has the columns promise_id, partner, promise, form, by (who promised), event (the promise in the event
    table), whole and part (event ids joined by `;`), note. Whole delivery may need several events, and counts from the
    last of them. The list is this book's choice: its length and the parts of it are counts, never rates.

    Columns: promise_id, date, when, promise, form, by, status, delivered_on, days (from promise to delivery, between
    the first possible days), evidence (dates in words, missing if none was found), note, source (keys of the promise
    and its evidence).

    Raises KeyError for an event id that is not in `events`, ValueError for evidence that precedes its promise.
    """
    known = events.set_index("event_id")
    rows = []
    for promise in promises[promises["partner"] == partner].itertuples():
        made = known.loc[promise.event]
        if until is not None and made["date"] > until:
            continue
        whole, part = keys(promise.whole), keys(promise.part)
        for event in (*whole, *part):
            if known.loc[event, "date"] < made["date"]:
                raise ValueError(f"promise {promise.promise_id}: {event} precedes the promise")
        seen = [event for event in (*whole, *part) if until is None or known.loc[event, "date"] <= until]
        complete = bool(whole) and all(event in seen for event in whole)
        found = status(promise.form, complete, bool(seen))
        done = max(known.loc[event, "date"] for event in whole) if complete else pd.NaT
        seen.sort(key=lambda event: known.loc[event, "date"])
        dated = [when(known.loc[event, "date"], known.loc[event, "date_precision"]) for event in seen]
        works = dict.fromkeys(key for event in (promise.event, *seen) for key in keys(known.loc[event, "source"]))
        rows.append(
            {
                "promise_id": promise.promise_id,
                "date": made["date"],
                "when": when(made["date"], made["date_precision"]),
                "promise": promise.promise,
                "form": promise.form,
                "by": promise.by,
                "status": found,
                "delivered_on": done,
                "days": pd.NA if done is pd.NaT else (done - made["date"]).days,
                "evidence": "; ".join(dated) or pd.NA,
                "note": promise.note,
                "source": ";".join(works),
            }
        )
    table = pd.DataFrame(rows).sort_values(["date", "promise_id"], ignore_index=True)
    return table.astype({"days": "Int64"})
