"""Who vouched? Observers by sender and kind, and the level of what states said of the vote and did towards its winners.

How democratic the senders are is worked out in `senders`; what the words and acts of all states asked add up to, and
how far the counts depend on the coding, in `census`.
"""

from __future__ import annotations

import pandas as pd

from vouch.evidence.case import POLLING_DAYS

STATE_BODIES = frozenset({"government", "election-commission", "parliament"})
"""Kinds of sender that act for a state. Resident embassies, parties, unions and private persons do not."""

WORDS = ("praised", "welcomed", "neutral-or-conditional", "concern", "condemned-or-rejected", "no-consensus",
         "no-statement-found")  # fmt: skip
"""Levels of a statement on the vote, from praise to rejection, then those that take no side; the rules stand in the
descriptor of `statements_first_coding`."""

DEEDS = ("congratulated-or-recognised", "received-or-visited-head", "ministers", "officials-only",
         "downgraded-sanctioned-or-refused", "nothing-found")  # fmt: skip
"""Levels of an act towards those who won; the rules stand in the descriptor of `acts_first_coding`."""


def by_kind(observers: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Senders reported present, by election and kind of sender: election, type, senders, who.

    names: ISO code -> name. Counts over several senders, foreign media and unnamed embassies are left out; a country
    counts once per election and kind.
    """
    came = observers[(observers["status"] == "attended") & ~observers["type"].isin(["aggregate", "media"])]
    came = came[(came["type"] != "embassy") | came["iso3"].notna()]
    units = came["iso3"].map(names).astype("str").fillna(came["sender"])  # text also where no row names a state
    grouped = came.assign(unit=units).groupby(["election", "type"])["unit"]
    return pd.DataFrame(
        {"senders": grouped.nunique(), "who": grouped.apply(lambda units: ", ".join(sorted(set(units))))}
    ).reset_index()


def head_counts(observers: pd.DataFrame) -> pd.DataFrame:
    """Head counts as stated, never added up: election, label, value, stated, kind (visitors or with diplomats).

    One row a mission or official total of foreign visitors; journalists, domestic observers and refusals are left
    out. The totals of 2025-26 are official and of the first phase.
    """
    labels = {
        "obs-45": "2015: mission of the European Union",
        "obs-46": "2015: ANFREL",
        "obs-48": "2020: Carter Center, on polling day",
        "obs-01": "2025-26, phase 1: spokesman, visitors only",
        "obs-02": "2025-26, phase 1: information unit, with diplomats",
        "obs-03": "2025-26, phase 1: mission in Geneva, with diplomats",
    }
    rows = observers.set_index("observer_id").loc[list(labels)]
    words = rows["head_count_qualifier"].map({"exact": "", "about": "about ", "at-least": "at least "})
    return pd.DataFrame(
        {
            "election": rows["election"],
            "label": labels.values(),
            "value": rows["head_count"].astype(int),
            "stated": words + rows["head_count"].astype(str),
            "kind": ["with diplomats" if key in ("obs-02", "obs-03") else "visitors" for key in labels],
        }
    ).reset_index(drop=True)


def official_list(observers: pd.DataFrame, phase: str = "1") -> tuple[int, int]:
    """Countries and private associations among the visitors of a phase, counted as the host counts them.

    The host counts private visitors from India as a country and the Japan-Myanmar Association as an association.
    """
    came = observers[
        (observers["election"] == "2025-26")
        & (observers["phase"] == phase)
        & (observers["status"] == "attended")
        & ~observers["type"].isin(["aggregate", "media", "embassy"])
    ]
    associations = came["sender"].str.contains("Association")
    return int(came.loc[~associations, "iso3"].dropna().nunique()), int(associations.sum())


def first_phase(observers: pd.DataFrame) -> set[str]:
    """Codes of the countries whose observers attended the first phase of 2025-26."""
    opening = observers[
        (observers["election"] == "2025-26") & (observers["phase"] == "1") & (observers["status"] == "attended")
    ]
    return set(opening["iso3"].dropna())


def newest(memberships: pd.DataFrame, since: str = "2025") -> set[str]:
    """Codes of the members that ASEAN has admitted since a day (ISO, compared as text)."""
    bloc = memberships[(memberships["organisation"] == "ASEAN") & (memberships["status"] == "member")]
    return set(bloc.loc[bloc["start_date"] >= since, "iso3"])


def roles(observers: pd.DataFrame, memberships: pd.DataFrame) -> pd.DataFrame:
    """What each state did in 2025-26: iso3, role (sent, unclear, stayed away), basis, observer_ids.

    sent: a body of the state was reported present. unclear: only named by one side, or announced. stayed away: the
    government declined or no reply was found, or the state is a member of ASEAN, which turned the invitation down, and
    nobody names it as a sender. Myanmar itself is left out. The first that applies, in this order, counts.
    """
    rows = observers[(observers["election"] == "2025-26") & observers["iso3"].notna()]
    rows = rows[rows["type"].isin(STATE_BODIES)].sort_values("observer_id")
    asean = memberships[(memberships["organisation"] == "ASEAN") & (memberships["status"] == "member")]["iso3"]
    records = []
    for iso3 in sorted({*rows["iso3"], *asean} - {"MMR"}):
        of_state = rows[rows["iso3"] == iso3]
        came, open_ = (
            of_state[of_state["status"] == "attended"],
            of_state[of_state["status"].isin(["unconfirmed", "announced"])],
        )
        refused = of_state[of_state["status"].isin(["declined", "no-reply-found"])]
        role, found, basis = "stayed away", of_state.head(0), "member of ASEAN, which declined; named by nobody"
        if len(came):
            role, found, basis = "sent", came, "reported present"
        elif len(open_):
            role, found, basis = "unclear", open_, "named by one side only"
        elif len(refused):
            declined = (refused["status"] == "declined").any()
            role, found, basis = "stayed away", refused, "declined" if declined else "no reply found"
        records.append({"iso3": iso3, "role": role, "basis": basis, "observer_ids": ";".join(found["observer_id"])})
    return pd.DataFrame(records)


def spoke(audit: pd.DataFrame) -> pd.DataFrame:
    """The audit with `label` (mission and phase or year) and `days_after`, from first polling day to first statement.

    The polling day is that of the mission's phase. Negative: it spoke before anyone had voted. Missing: no statement
    was read, or no phase.
    """
    day = pd.to_datetime(audit["phase"].map(POLLING_DAYS))
    phase = "phase " + audit["phase"]
    label = audit["mission"] + " (" + phase.fillna(audit["election"]) + ")"
    return audit.assign(label=label, days_after=(audit["spoke"] - day).dt.days.astype("Int64"))


def decided(table: str, first: pd.DataFrame, second: pd.DataFrame, resolutions: pd.DataFrame) -> pd.Series:
    """The level that counts of each statement or act, by its id: where two codings agree theirs, else the one decided.

    table: "statements" or "acts". first and second: id, level. resolutions: table, id, first, second, decided.

    Raises ValueError where the codings are not of the same rows, a difference is not decided, or a decision names other
    levels than the codings gave.
    """
    key = first.columns[0]
    one, two = first.set_index(key)["level"], second.set_index(key)["level"]
    if set(one.index) != set(two.index):
        raise ValueError(f"{table}: the two codings are not of the same rows")
    chosen = resolutions[resolutions["table"] == table].set_index("id")
    differ = one.index[one != two.reindex(one.index)]
    if set(differ) != set(chosen.index):
        raise ValueError(f"{table}: differences {sorted(differ)}, decisions {sorted(chosen.index)}")
    for row in chosen.itertuples():
        if (row.first, row.second) != (one[row.Index], two[row.Index]):
            raise ValueError(f"{table}: the decision on {row.Index} does not name the levels of the codings")
    return one.where(~one.index.isin(differ), chosen["decided"].reindex(one.index))


def by_level(rows: pd.DataFrame, levels: pd.Series, asked: pd.DataFrame, order: tuple[str, ...]) -> pd.DataFrame:
    """Statements or acts by level: level, rows, states (number), named (states), others (bodies and parties).

    rows: id in the first column, asked_id. levels: as of :func:`decided`. asked: asked_id, name, kind. A state that
    said two things stands under both. Levels in the given order, without those that no row has.
    """
    frame = rows.assign(level=rows.iloc[:, 0].map(levels)).merge(asked[["asked_id", "name", "kind"]], on="asked_id")
    records = []
    for level in order:
        found = frame[frame["level"] == level]
        if found.empty:
            continue
        states = sorted(set(found.loc[found["kind"] == "state", "name"]))
        others = sorted(set(found.loc[found["kind"] != "state", "name"]))
        records.append(
            {"level": level, "rows": len(found), "states": len(states), "named": ", ".join(states),
             "others": ", ".join(others)}
        )  # fmt: skip
    return pd.DataFrame(records)


def favourable_states(words: pd.DataFrame, deeds: pd.DataFrame) -> set[str]:
    """States whose words praised the vote or that congratulated its winner; frames as of :func:`by_level`."""
    praised = words.loc[words["level"] == "praised", "named"]
    congratulated = deeds.loc[deeds["level"] == "congratulated-or-recognised", "named"]
    return {name for cell in [*praised, *congratulated] for name in cell.split(", ") if name}
