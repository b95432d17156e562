"""Who vouched? Observers by sender and kind, how democratic the senders are, and who reacted how and when.

Comparisons are between small, complete groups of named states, not samples. The permutation test asks one question
only: if the labels "sent" and "stayed away" had been given to these states at random, how often would the groups differ
at least as much? It says nothing of other states.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from math import comb

import numpy as np
import pandas as pd
from scipy import stats

from vouch.evidence.case import POLLING_DAYS

STATE_BODIES = frozenset({"government", "election-commission", "parliament"})
"""Kinds of sender that act for a state. Resident embassies, parties, unions and private persons do not."""

STANCES = ("condemned", "declined-to-recognise", "conditional", "neutral", "engaged", "endorsed", "recognised")
"""Stances from the most negative to the most positive; the coding rule stands in the descriptor of `reactions`."""

TARGETS = ("announcement", "phase1", "phase2", "phase3", "result", "new-government")
"""Stages of the process in their order."""

CRITICAL = frozenset({"condemned", "declined-to-recognise"})
FAVOURABLE = frozenset({"endorsed", "recognised"})

WORDS = ("praised", "welcomed", "neutral-or-conditional", "concern", "condemned-or-rejected", "no-consensus",
         "no-statement-found")  # fmt: skip
"""Levels of a statement on the vote, from praise to rejection, then those that take no side; the rules stand in the
descriptor of `statements_first_coding`."""

DEEDS = ("congratulated-or-recognised", "received-or-visited-head", "ministers", "officials-only",
         "downgraded-sanctioned-or-refused", "nothing-found")  # fmt: skip
"""Levels of an act towards those who won; the rules stand in the descriptor of `acts_first_coding`."""


@dataclass(frozen=True)
class Comparison:
    """Scores of the states that sent observers against those that stayed away.

    Means and medians of an index of 0 to 1; difference is the mean of `sent` minus that of `away`. p: two-sided exact
    permutation test of the difference in means (twice the smaller tail), p_median of the difference in medians;
    arrangements: number of ways to deal the labels; smallest_p: the smallest p that groups of this size can give.
    """

    n_sent: int
    n_away: int
    mean_sent: float
    mean_away: float
    median_sent: float
    median_away: float
    difference: float
    p: float
    p_median: float
    arrangements: int
    smallest_p: float


def by_kind(observers: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Senders reported present, by election and kind of sender: election, type, senders, who.

    names: ISO code -> name. Counts over several senders, foreign media and unnamed embassies are left out; a country
    counts once per election and kind.
    """
    came = observers[(observers["status"] == "attended") & ~observers["type"].isin(["aggregate", "media"])]
    came = came[(came["type"] != "embassy") | came["iso3"].notna()]
    grouped = came.assign(unit=came["iso3"].map(names).fillna(came["sender"])).groupby(["election", "type"])["unit"]
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


def scored(states: pd.DataFrame, scores: pd.DataFrame, year: int) -> pd.DataFrame:
    """The states with their score of one year (column v2x_polyarchy); those that have none are left out."""
    of_year = scores[scores["year"] == year][["iso3", "v2x_polyarchy"]]
    return states.merge(of_year, on="iso3", how="inner", validate="one_to_one")


def compare(sent: pd.Series | list[float], away: pd.Series | list[float]) -> Comparison:
    """Two groups of scores compared by all arrangements of the labels (exact permutation test; Fisher 1935).

    Raises ValueError when a group has fewer than two states or there are too many arrangements to go through.
    """
    first, second = np.asarray(sent, dtype=float), np.asarray(away, dtype=float)
    if min(len(first), len(second)) < 2:
        raise ValueError("both groups need at least two states")
    arrangements = comb(len(first) + len(second), len(first))
    if arrangements > 200_000:
        raise ValueError(f"{arrangements} arrangements are too many to go through")
    return Comparison(
        n_sent=len(first),
        n_away=len(second),
        mean_sent=float(first.mean()),
        mean_away=float(second.mean()),
        median_sent=float(np.median(first)),
        median_away=float(np.median(second)),
        difference=float(first.mean() - second.mean()),
        p=_permutation_p(first, second, np.mean),
        p_median=_permutation_p(first, second, np.median),
        arrangements=arrangements,
        smallest_p=min(1.0, 2 / arrangements),
    )


def _permutation_p(first: np.ndarray, second: np.ndarray, centre: Callable[..., np.ndarray]) -> float:
    result = stats.permutation_test(
        (first, second),
        lambda x, y, axis: centre(x, axis=axis) - centre(y, axis=axis),
        vectorized=True,
        n_resamples=np.inf,  # all arrangements: exact, without a seed
        alternative="two-sided",
    )
    return float(result.pvalue)


def groups(states: pd.DataFrame) -> Comparison:
    """:func:`compare` on a frame with the columns role and v2x_polyarchy; unclear states are left out."""
    return compare(
        states.loc[states["role"] == "sent", "v2x_polyarchy"],
        states.loc[states["role"] == "stayed away", "v2x_polyarchy"],
    )


def sensitivity(
    states: pd.DataFrame,
    earlier: pd.DataFrame,
    first_phase: set[str],
    asean: set[str],
    newcomers: frozenset[str] | set[str] = frozenset(),
) -> pd.DataFrame:
    """The comparison under other choices: variant, n_sent, n_away, difference, p, median_difference.

    states: scored states (iso3, role, basis, v2x_polyarchy). earlier: the same with scores of the year before.
    first_phase: senders of the first phase (later senders are left out of that row). asean: members. newcomers: those
    of them that had just joined, left out of a row of their own (no row without newcomers). The unclear
    states are dealt to both groups in all ways; two rows show the ways with the smallest and the largest difference.
    """
    late = (states["role"] == "sent") & ~states["iso3"].isin(first_phase)
    by_bloc = (states["role"] == "stayed away") & states["basis"].str.contains("ASEAN")
    rows = [
        ("all states with a score", groups(states)),
        ("scores of the year before", groups(earlier)),
        ("senders of the first phase only", groups(states[~late])),
        ("members of ASEAN only", groups(states[states["iso3"].isin(asean)])),
        ("only refusals and silence of the state itself", groups(states[~by_bloc])),
    ]
    if newcomers:
        rows.append(("without the newest member of ASEAN", groups(states[~states["iso3"].isin(newcomers)])))
    unclear = states.index[states["role"] == "unclear"]
    dealt = []
    for choice in product(["sent", "stayed away"], repeat=len(unclear)):
        trial = states.copy()
        trial.loc[unclear, "role"] = list(choice)
        dealt.append(groups(trial))
    dealt.sort(key=lambda result: abs(result.difference))
    rows.append(("unclear states dealt for the smallest gap", dealt[0]))
    rows.append(("unclear states dealt for the largest gap", dealt[-1]))
    return pd.DataFrame(
        [
            {
                "variant": name,
                "n_sent": result.n_sent,
                "n_away": result.n_away,
                "difference": result.difference,
                "median_difference": result.median_sent - result.median_away,
                "p": result.p,
            }
            for name, result in rows
        ]
    )


def spoke(audit: pd.DataFrame) -> pd.DataFrame:
    """The audit with `label` (mission and phase or year) and `days_after`, from first polling day to first statement.

    The polling day is that of the mission's phase. Negative: it spoke before anyone had voted. Missing: no statement
    was read, or no phase.
    """
    day = pd.to_datetime(audit["phase"].map(POLLING_DAYS))
    phase = "phase " + audit["phase"]
    label = audit["mission"] + " (" + phase.fillna(audit["election"]) + ")"
    return audit.assign(label=label, days_after=(audit["spoke"] - day).dt.days.astype("Int64"))


def audit_counts(audit: pd.DataFrame) -> pd.DataFrame:
    """For each criterion of the audit, missions by answer: criterion, elections, yes, no, unknown, missions."""
    criteria = ["organisation", "before_polling", "sample", "fault_named"]
    recent = audit["election"] == "2025-26"
    records = []
    for criterion in criteria:
        for name, rows in (("2015 and 2020", audit[~recent]), ("2025-26", audit[recent])):
            found = rows[criterion].value_counts()
            counted = {answer: int(found.get(answer, 0)) for answer in ("yes", "no", "unknown")}
            records.append({"criterion": criterion, "elections": name, **counted, "missions": len(rows)})
    return pd.DataFrame(records)


def by_actor(reactions: pd.DataFrame) -> pd.DataFrame:
    """What each actor did: actor_id, acts, stages, low and high (most negative and most positive stance), place.

    place is the mean position of the actor's acts in `STANCES`, for ordering only. Sorted from critics to supporters.
    """
    position = {stance: number for number, stance in enumerate(STANCES)}
    rows = reactions.assign(position=reactions["stance"].map(position))
    frame = rows.groupby("actor_id").agg(
        acts=("position", "size"),
        stages=("target", "nunique"),
        low=("position", "min"),
        high=("position", "max"),
        place=("position", "mean"),
    )
    for column in ("low", "high"):
        frame[column] = frame[column].map(dict(enumerate(STANCES)))
    return frame.reset_index().sort_values(["place", "actor_id"], ignore_index=True)


def by_stage(reactions: pd.DataFrame) -> pd.DataFrame:
    """Acts by stage of the process and stance: target, one column per stance, total. Stages in their order."""
    table = pd.crosstab(reactions["target"], reactions["stance"])
    table = table.reindex(index=list(TARGETS), columns=list(STANCES), fill_value=0)
    table["total"] = table.sum(axis=1)
    return table.rename_axis(columns=None).reset_index()


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
