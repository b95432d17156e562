"""How democratic are the states that sent observers: among all scored states, and against those that stayed away.

The first needs no test and no guess at who was invited: every scored state is in the comparison. The second depends on
what counts as having stayed away, so that it is made under every defensible combination of choices at once (Simonsohn,
Simmons & Nelson 2020, Nature Human Behaviour 4: 1208-1214).
"""

from __future__ import annotations

from functools import cache
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
    sent, away = _members(_by_role(roles), frozenset(scores.index), rule, late | without, unclear or {})
    own_scores, others = (scores[scores.index.isin(group)].sort_index() for group in (sent, away))
    return own_scores, others


def _by_role(roles: pd.DataFrame) -> dict[str, frozenset[str]]:
    """The states of each role, and under `own answer` those that stayed away by an answer, or silence, of their own."""
    away, for_bloc = roles["role"] == "stayed away", roles["basis"].str.contains("ASEAN")
    found = {role: frozenset(roles.loc[roles["role"] == role, "iso3"]) for role in ("sent", "unclear", "stayed away")}
    return found | {"own answer": frozenset(roles.loc[away & ~for_bloc, "iso3"])}


def _members(
    by_role: dict[str, frozenset[str]],
    scored: frozenset[str],
    rule: str,
    dropped: frozenset[str],
    unclear: dict[str, str],
) -> tuple[frozenset[str], frozenset[str]]:
    """Who sent observers and who stayed away, as :func:`groups` has it, but for `dropped`.

    by_role: as of :func:`_by_role`; scored: all states that have a score.
    """
    if rule not in RULES:
        raise ValueError(f"no rule {rule!r}")
    sent, open_ = by_role["sent"], by_role["unclear"]
    candidates = dict(zip(RULES, (by_role["own answer"], by_role["stayed away"] | EUROPEAN_UNION, scored), strict=True))
    away = candidates[rule] - sent - open_
    sent, away = (
        (group | {state for state in open_ if unclear.get(state) == choice}) - dropped
        for group, choice in ((sent, "sent"), (away, "away"))
    )
    return sent & scored, away & scored


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
    by_role = _by_role(roles)
    late, open_ = by_role["sent"] - first_phase, sorted(by_role["unclear"])
    handed = list(product(("left out", "sent", "away"), repeat=len(open_)))
    scores = {year: world_scores(world, year).sort_index() for year in years}
    scored = {year: frozenset(own.index) for year, own in scores.items()}

    @cache  # many combinations make the same group
    def described(year: int, group: frozenset[str]) -> tuple[int, float, float]:
        own = scores[year][scores[year].index.isin(group)]
        return len(own), own.mean(), own.var()

    records, main = [], (years[0], "all", "in", *("left out",) * len(open_), RULES[1])
    for year, phases, joined, given, rule in product(years, ("all", "first"), ("in", "out"), handed, RULES):
        if rule == RULES[0] and joined == "out":
            continue
        dropped = (late if phases == "first" else frozenset()) | (newest if joined == "out" else frozenset())
        unclear = dict(zip(open_, given, strict=True))
        record = {"year": year, "phases": phases, "newest": joined, **unclear, "away": rule}
        choice = tuple(record.values())
        for name, group in zip(("sent", "away"), _members(by_role, scored[year], rule, dropped, unclear), strict=True):
            record |= dict(zip((f"n_{name}", f"mean_{name}", f"var_{name}"), described(year, group), strict=True))
        records.append(record | {"changed": sum(one != other for one, other in zip(choice, main, strict=True))})
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
