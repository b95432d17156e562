"""How democratic are the states that sent observers: among all scored states, and against those that stayed away.

The first needs no test and no guess at who was invited: every scored state is in the comparison. The second depends on
what counts as having stayed away, so that it is made under every defensible combination of choices at once (Simonsohn,
Simmons & Nelson 2020, Nature Human Behaviour 4: 1208-1214).
"""

from __future__ import annotations

from itertools import product

import pandas as pd
from scipy import stats

EUROPEAN_UNION = frozenset(
    {"AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HRV", "HUN", "IRL", "ITA",
     "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "SWE"}
)  # fmt: skip
"""The 27 members (Eurostat, glossary). Like ASEAN, the Union declined as a body."""

NOT_STATES = frozenset({"HKG", "PSE", "PSG", "SML", "ZZB"})
"""Scored units that are parts of a state or send no observers of their own."""

RULES = ("own answer only", "own answer or that of ASEAN or the EU", "every other scored state")
"""What counts as having stayed away; silence is treated alike for all blocs."""


def standing(roles: pd.DataFrame, world: pd.DataFrame, year: int, host: str = "MMR") -> pd.DataFrame:
    """Where senders and unclear cases stand among all scored states: iso3, role, score, below, of, percentile.

    roles: result of observers.roles. world: iso3, year, v2x_polyarchy of every scored unit. below: scored states with a
    lower score; of: scored states but the host and but the state itself; percentile: 100 * below / of. Sorted by score
    within sent, unclear.
    """
    scores = world_scores(world, year, host)
    rows = roles[roles["role"].isin(["sent", "unclear"]) & roles["iso3"].isin(scores.index)]
    frame = pd.DataFrame({"iso3": rows["iso3"], "role": rows["role"], "score": rows["iso3"].map(scores)})
    frame["below"] = [int((scores < score).sum()) for score in frame["score"]]
    frame["of"] = len(scores) - 1
    frame["percentile"] = 100 * frame["below"] / frame["of"]
    return frame.sort_values(["role", "score"], ignore_index=True)


def world_scores(world: pd.DataFrame, year: int, host: str = "MMR") -> pd.Series:
    """The score of each scored state but the host in one year, by iso3."""
    rows = world[(world["year"] == year) & ~world["iso3"].isin({*NOT_STATES, host})]
    return rows.set_index("iso3")["v2x_polyarchy"]


def groups(
    roles: pd.DataFrame,
    scores: pd.Series,
    rule: str = RULES[1],
    late: frozenset[str] = frozenset(),
    without: frozenset[str] = frozenset(),
    unclear: dict[str, str] | None = None,
) -> tuple[pd.Series, pd.Series]:
    """Scores of the states that sent observers and of those that stayed away, each by iso3.

    scores: of all states, as of :func:`world_scores`. rule: one of :data:`RULES`. late, without: states left out of
    both groups. unclear: iso3 -> "sent", "away" or "left out" for the states whose role is unclear (left out where none
    is given). Raises ValueError for another rule.
    """
    if rule not in RULES:
        raise ValueError(f"no rule {rule!r}")
    by_role = {role: set(rows["iso3"]) for role, rows in roles.groupby("role")}
    sent, open_, stayed = (by_role.get(role, set()) for role in ("sent", "unclear", "stayed away"))
    given = {state: (unclear or {}).get(state, "left out") for state in open_}
    own = set(roles.loc[(roles["role"] == "stayed away") & ~roles["basis"].str.contains("ASEAN"), "iso3"])
    away = (
        {
            RULES[0]: own,
            RULES[1]: stayed | EUROPEAN_UNION,
            RULES[2]: set(scores.index),
        }[rule]
        - sent
        - open_
    )
    sent = sent | {state for state, choice in given.items() if choice == "sent"}
    away = away | {state for state, choice in given.items() if choice == "away"}
    dropped = late | without
    own_scores, others = (scores[scores.index.isin(group - dropped)].sort_index() for group in (sent, away))
    return own_scores, others


def with_interval(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with difference (mean of the senders minus mean of the others) and its 95% interval, low and high.

    rows: n, mean and var (of the values, with n - 1) of either group, as n_sent, mean_sent, ... Welch 1947 (Biometrika
    34: 28-35), for all rows at once: `scipy.stats.ttest_ind` takes four seconds for as many calls. The states are no
    sample; the interval says how much a difference between groups this small hangs on each of them.
    """
    first, second = (rows[f"var_{group}"] / rows[f"n_{group}"] for group in ("sent", "away"))
    freedom = (first + second) ** 2 / (first**2 / (rows["n_sent"] - 1) + second**2 / (rows["n_away"] - 1))
    half = stats.t.ppf(0.975, freedom) * (first + second) ** 0.5
    gap = rows["mean_sent"] - rows["mean_away"]
    return rows.assign(difference=gap, low=gap - half, high=gap + half)


def specifications(
    roles: pd.DataFrame,
    world: pd.DataFrame,
    first_phase: set[str],
    newest: set[str],
    years: tuple[int, ...] = (2025, 2024),
) -> pd.DataFrame:
    """The difference under every combination of choices, lowest first.

    first_phase: senders of the first phase; newest: members that ASEAN had just admitted. Returns year, phases (all,
    first), newest (in, out), one column for each unclear state (sent, away, left out), away (one of :data:`RULES`),
    n_sent, n_away, mean_sent, mean_away, difference, low, high (:func:`with_interval`) and changed (choices other than
    the main one, which comes first in each list). Combinations that cannot differ, as with or without a state that is
    in neither group, stand once.
    """
    late = frozenset(set(roles.loc[roles["role"] == "sent", "iso3"]) - first_phase)
    open_ = sorted(roles.loc[roles["role"] == "unclear", "iso3"])
    handed = list(product(("left out", "sent", "away"), repeat=len(open_)))
    scores = {year: world_scores(world, year) for year in years}
    records, main = [], (years[0], "all", "in", ("left out",) * len(open_), RULES[1])
    for choice in product(years, ("all", "first"), ("in", "out"), handed, RULES):
        year, phases, joined, given, rule = choice
        if rule == RULES[0] and joined == "out":
            continue
        sent, away = groups(
            roles,
            scores[year],
            rule,
            late=late if phases == "first" else frozenset(),
            without=frozenset(newest) if joined == "out" else frozenset(),
            unclear=dict(zip(open_, given, strict=True)),
        )
        changed = sum(
            one != other for one, other in zip((*choice[:3], *given, rule), (*main[:3], *main[3], main[4]), strict=True)
        )
        record = {
            "year": year,
            "phases": phases,
            "newest": joined,
            **dict(zip(open_, given, strict=True)),
            "away": rule,
        }
        for group, own in (("sent", sent), ("away", away)):
            record |= {f"n_{group}": len(own), f"mean_{group}": own.mean(), f"var_{group}": own.var()}
        records.append(record | {"changed": changed})
    frame = with_interval(pd.DataFrame(records)).drop(columns=["var_sent", "var_away"])
    return frame.sort_values(["difference", "low"], ignore_index=True)


def named(specified: pd.DataFrame) -> list[tuple[str, float]]:
    """The main combination and those that differ from it in one choice, each with the name of the choice."""
    rows = specified[specified["changed"] <= 1].sort_values("changed", kind="stable")
    columns = list(rows.columns)
    open_ = columns[columns.index("newest") + 1 : columns.index("away")]
    found = []
    for row in rows.to_dict("records"):
        words = [
            *([f"scores of {row['year']}"] if row["year"] != rows.iloc[0]["year"] else []),
            *(["senders of the first phase only"] if row["phases"] == "first" else []),
            *(["without the newest member of ASEAN"] if row["newest"] == "out" else []),
            *(f"{state} {row[state]}" for state in open_ if row[state] != "left out"),
            *([row["away"]] if row["away"] != RULES[1] else []),
        ]
        found.append((", ".join(words) or "blocs that declined count for all their members", row["difference"]))
    return found
