"""What changed in the findings from one edition to the next, and whether every change is accounted for.

The table `finding_changes` holds the whole history: a row for each finding's first appearance, each change and its end,
with the reason. Replayed, it gives the findings that are accepted now (:func:`standing`), which have to be those of the
built book (:func:`differences`). An edition's changes are counted against the edition before it (:func:`between`), so
that what was corrected while an edition was in the making does not look like a change to its readers.

A *state* below is a frame of findings: index finding; columns text (as printed), value (unrounded number, or empty),
unit, as_of and claimant, all text.
"""

from __future__ import annotations

import pandas as pd

from vouch.findings import PARTS, described, same


def standing(changes: pd.DataFrame) -> pd.DataFrame:
    """The state after the changes (columns of `finding_changes`): the last row of each finding that has not ended."""
    last = changes.sort_values(["finding", "number"]).groupby("finding").tail(1).set_index("finding")
    last = last.rename(columns={"new": "text"})[list(PARTS)]
    return last[last["text"].notna()].astype(object).where(last.notna(), "").astype(str)


def differences(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """What differs between two states, one row per finding, sorted.

    Columns: finding; kind (`new`, `gone`, `changed`: another text, unit or claimant, `moved`: only another as-of date
    or another unrounded value under the same printed one); before_* and after_* for each of :data:`PARTS`, empty where
    the finding does not exist.
    """
    rows = []
    for finding in sorted(set(before.index) | set(after.index)):
        old, new = _parts(before, finding), _parts(after, finding)
        if old and new and all(same(name, old[name], new[name]) for name in PARTS):
            continue
        moved = bool(old and new) and all(old[name] == new[name] for name in ("text", "unit", "claimant"))
        kind = "new" if not old else "gone" if not new else "moved" if moved else "changed"
        row = {"finding": finding, "kind": kind}
        for side, state in (("before", old), ("after", new)):
            row |= {f"{side}_{name}": state.get(name, "") for name in PARTS}
        rows.append(row)
    columns = ["finding", "kind", *(f"{side}_{name}" for side in ("before", "after") for name in PARTS)]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def between(changes: pd.DataFrame, editions: pd.DataFrame) -> pd.DataFrame:
    """The changes of each edition against the one before it, in the order of the editions.

    Columns of :func:`differences`, with `edition` before them and `why` after: the reasons given in that edition, for
    what is new the first and for what is gone the last of them. The first edition has nothing but new findings.
    """
    found = []
    before = standing(changes.iloc[:0])
    passed: list[str] = []
    for edition in editions.sort_values("date")["edition"]:
        passed.append(edition)
        after = standing(changes[changes["edition"].isin(passed)])
        reasons = changes[changes["edition"] == edition].sort_values("number").groupby("finding")["why"].agg(list)
        net = differences(before, after)
        why = [
            given[0] if kind == "new" else given[-1] if kind == "gone" else "; ".join(dict.fromkeys(given))
            for kind, given in zip(net["kind"], reasons.reindex(net["finding"]), strict=True)
        ]
        net.insert(0, "edition", edition)
        found.append(net.assign(why=pd.Series(why, dtype="str")))
        before = after
    return pd.concat(found, ignore_index=True)


def in_words(net: pd.DataFrame) -> pd.DataFrame:
    """The result of :func:`between` as readers want it: edition, finding (MyST), before, after, why.

    A row for each finding that changed or is gone; findings that are new or moved for the same reason share a row.
    """
    rows = []
    for (edition, kind, why), group in net.groupby(["edition", "kind", "why"], sort=False):
        if kind in ("new", "moved"):
            count = f"{len(group):,} finding{'s' if len(group) > 1 else ''}"
            after = "new" if kind == "new" else "as printed; another as-of date or unrounded value"
            rows.append({"edition": edition, "finding": count, "before": pd.NA, "after": after, "why": why})
            continue
        for change in group.to_dict("records"):
            sides = {side: described(*(change[f"{side}_{name}"] for name in PARTS if name != "value"))
                     for side in ("before", "after")}  # fmt: skip
            named = {"edition": edition, "finding": f"`{change['finding']}`", "why": why}
            rows.append(named | sides | ({"after": "gone"} if kind == "gone" else {}))
    return pd.DataFrame(rows, columns=["edition", "finding", "before", "after", "why"])


def _parts(state: pd.DataFrame, finding: str) -> dict[str, str]:
    return {name: state.at[finding, name] for name in PARTS} if finding in state.index else {}
