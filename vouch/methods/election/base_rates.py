"""How often, how soon and with what result coups were followed by elections: the base rate before the case.

A *spell* starts on the day of a successful coup and ends with the first later national election, with another
successful coup, or, still open, with the end of what the election list observed. Three questions are asked of the
spells:

* what share of coups was followed by an election before the next coup? Two endings compete, so the share is the
  cumulative incidence (Aalen & Johansen 1978), with a bootstrap over countries (Field & Welsh 2007);
* how long did it take until half had voted? The first month at which the same curve reaches 50 per cent. (Kaplan &
  Meier (1958), with second coups censored, would answer another question: what had been, had none come between.)
* did the vote change the leader? A plain share with the interval of Wilson (1927), and the bounds that the uncoded
  elections leave open.

The curve is own code, since the bootstrap weighs the spells ten thousand times over and no kept library takes a matrix
of weights; statsmodels' `CumIncidenceRight` draws the same curve once, and a test holds ours to it.

Months are days divided by 30.4375 (a twelfth of 365.25 days).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats

from vouch.methods.intervals import wilson

DAYS_PER_MONTH = 365.25 / 12

ELECTIONS_UNTIL = pd.Timestamp("2021-02-28")
"""Last day covered by the election list joined to the coups (REIGN, edition of March 2021)."""

STATE_ENDS = {"_DDR": pd.Timestamp("1990-10-02"), "_YAR": pd.Timestamp("1990-05-21")}
"""Last day of states that ended by unification with a spell still open; nobody could vote there afterwards."""

PERIODS = {"1950–1989": (1950, 1989), "1990–2021": (1990, 2021), "1950–2021": (1950, 2021)}
"""Years of the coup, both included."""

_WITHIN = 60.0

_DRAWS, _SEED = 10_000, 20210201
"""So many draws that another seed moves a limit by about a tenth of a percentage point; a fixed seed, so that two runs
print the same interval."""


@dataclass(frozen=True)
class Share:
    """`hits` of `n` as a percentage with its interval; lowest and highest are the bounds if all the `uncoded` cases
    had gone one way or the other (Manski 1989)."""

    hits: int
    n: int
    percent: float
    low: float
    high: float
    uncoded: int = 0
    lowest: float = float("nan")
    highest: float = float("nan")


@dataclass(frozen=True)
class Standing:
    """Where one waiting time stands among the spells: percent that had voted by then (with interval), how many spells
    were still waiting, and how many of the observed elections came as late or later."""

    months: float
    voted: float
    low: float
    high: float
    waiting: int
    elections: int
    as_late: int


def months_between(start: pd.Timestamp, end: pd.Timestamp) -> float:
    """Days from start to end in months of 30.4375 days. ValueError where end is before start."""
    if end < start:
        raise ValueError(f"{end:%Y-%m-%d} is before {start:%Y-%m-%d}")
    return (end - start).days / DAYS_PER_MONTH


def spells(coups: pd.DataFrame, until: pd.Timestamp = ELECTIONS_UNTIL) -> pd.DataFrame:
    """One row per successful coup that the election list could follow.

    coups: the table `postcoup_elections` (colpus_id, iso3, coup_date, coup_kind, military, first_election,
    next_successful_coup, incumbent_won, leader_changed). Returns colpus_id, iso3, coup_date, coup_kind, military,
    incumbent_won, leader_changed, ended (`election`, `coup` or `open`), end_date, months.

    Coups on or after `until` are left out: no election after them could have been seen. An election on the day of the
    next coup counts as an election. Raises ValueError where an election or a next coup precedes its coup.
    """
    followed = coups[coups["coup_date"] < until].copy()
    last = followed["iso3"].map(STATE_ENDS).astype("datetime64[ns]").fillna(until)
    last = last.where(last > followed["coup_date"], until)
    election = followed["first_election"].where(followed["first_election"] <= last)
    second = followed["next_successful_coup"].where(followed["next_successful_coup"] <= last)
    for dates in (followed["first_election"], followed["next_successful_coup"]):
        wrong = followed.loc[dates < followed["coup_date"], "colpus_id"]
        if len(wrong):
            raise ValueError(f"something that follows a coup is dated before it: {', '.join(wrong)}")
    voted = election.notna() & (second.isna() | (election <= second))
    followed["ended"] = np.select([voted, second.notna()], ["election", "coup"], "open")
    followed["end_date"] = election.where(voted, second.fillna(last))
    followed["months"] = (followed["end_date"] - followed["coup_date"]).dt.days / DAYS_PER_MONTH
    columns = ["colpus_id", "iso3", "coup_date", "coup_kind", "military", "incumbent_won", "leader_changed"]
    return followed[[*columns, "ended", "end_date", "months"]].reset_index(drop=True)


def within(frame: pd.DataFrame, period: str) -> pd.DataFrame:
    """The spells whose coup falls into a period of :data:`PERIODS`."""
    first, last = PERIODS[period]
    return frame[frame["coup_date"].dt.year.between(first, last)]


def median_months(curve: pd.DataFrame) -> tuple[float, float, float]:
    """The month at which half had voted and its interval (Brookmeyer & Crowley 1982): the first times at which the
    curve, its upper and its lower limit reach 50 per cent; NaN where one never does.

    curve: months, voted, low, high, as of :func:`cumulative_incidence`.
    """
    middle, soonest, latest = (float(curve.loc[curve[side] >= 50, "months"].min()) for side in ("voted", "high", "low"))
    return middle, soonest, latest


def outward(low: float, high: float, step: float = 10) -> tuple[float, float]:
    """The limits of an interval, each moved away from it to the next multiple of `step`.

    For limits that sit on the steps of a curve and so jump from one draw of the bootstrap to the next: rounded outward
    they hold whichever is drawn.
    """
    return step * np.floor(low / step), step * np.ceil(high / step)


def standing(frame: pd.DataFrame, curve: pd.DataFrame, months: float) -> Standing:
    """Where a waiting time of `months` stands among the spells; curve: their :func:`cumulative_incidence`."""
    row = at(curve, months)
    elections = frame.loc[frame["ended"].eq("election"), "months"]
    return Standing(
        months=months,
        voted=float(row["voted"]),
        low=float(row["low"]),
        high=float(row["high"]),
        waiting=int((frame["months"] > months).sum()),
        elections=len(elections),
        as_late=int((elections >= months).sum()),
    )


def at(curve: pd.DataFrame, months: float) -> pd.Series:
    """The row of a curve (a step function) that holds at `months`."""
    return curve[curve["months"] <= months].iloc[-1]


def cumulative_incidence(frame: pd.DataFrame, draws: int = _DRAWS, seed: int = _SEED) -> pd.DataFrame:
    """Aalen-Johansen estimate: percent of coups that had ended in an election, in another coup, or in neither.

    frame: spells. Returns months, voted, low, high, coup, open (percent; voted, coup and open add to 100 at every time)
    and waiting (spells at risk just before that time); the first row is month 0. low and high are the 95% limits of
    `voted`, a percentile bootstrap that draws whole countries, because coups of one country are not independent (Field
    & Welsh 2007); they are missing without draws, for whoever needs the curve alone. ValueError without spells.

    >>> ended = ["coup", "election", "open"]
    >>> frame = pd.DataFrame({"iso3": ["A", "B", "C"], "months": [6.0, 12.0, 24.0], "ended": ended})
    >>> cumulative_incidence(frame, draws=100)[["months", "voted", "coup", "waiting"]].round(1)
       months  voted  coup  waiting
    0     0.0    0.0   0.0        3
    1     6.0    0.0  33.3        3
    2    12.0   33.3  33.3        2
    3    24.0   33.3  33.3        1
    """
    if frame.empty:
        raise ValueError("no spells")
    times, before = np.unique(np.sort(frame["months"]), return_index=True)
    shares = _incidence(frame, np.ones((len(frame), 1)))
    voted, coup = (100 * shares[cause][:, 0] for cause in ("election", "coup"))
    low, high = _limits(frame, draws, seed) if draws else np.full((2, len(times)), np.nan)
    table = pd.DataFrame(
        {
            "months": times,
            "voted": voted,
            "low": low,
            "high": high,
            "coup": coup,
            "open": 100 - voted - coup,
            "waiting": len(frame) - before,
        }
    )
    nobody = {"months": 0.0, "voted": 0.0, "low": 0.0, "high": 0.0, "coup": 0.0, "open": 100.0, "waiting": len(frame)}
    return pd.concat([pd.DataFrame([nobody]), table], ignore_index=True)


def share_by(frame: pd.DataFrame, curve: pd.DataFrame, months: float = _WITHIN) -> Share:
    """Percent of coups followed by an election within `months` and before another coup, with a 95% interval.

    curve: the :func:`cumulative_incidence` of the same spells, whose point and limits these are; hits and n are the
    elections seen by then and all spells.
    """
    row = at(curve, months)
    hits = int((frame["ended"].eq("election") & (frame["months"] <= months)).sum())
    return Share(hits, len(frame), float(row["voted"]), float(row["low"]), float(row["high"]))


def _limits(frame: pd.DataFrame, draws: int, seed: int) -> np.ndarray:
    """95% limits of the per cent that had voted: low and high in rows, the distinct times of the spells in columns.

    From one election to the next the curve of every draw is flat, so that limits are worked out at elections alone.
    """
    shares = _incidence(frame, _country_weights(frame["iso3"], draws, seed))["election"]
    some = frame["ended"].eq("election").groupby(frame["months"]).any().to_numpy()
    limits = np.zeros((2, 1 + some.sum()))  # before the first election nobody has voted in any draw
    if some.any():
        limits[:, 1:] = np.percentile(100 * shares[some], [2.5, 97.5], axis=1)
    return limits[:, np.cumsum(some)]


def _country_weights(countries: pd.Series, draws: int, seed: int) -> np.ndarray:
    """How often each spell enters each draw (spells x draws): countries drawn with replacement, all their coups
    together."""
    codes, names = pd.factorize(countries, sort=True)  # the order of the rows must not change the draws
    return _times_drawn(len(names), draws, seed)[codes]


@lru_cache(maxsize=16)
def _times_drawn(countries: int, draws: int, seed: int) -> np.ndarray:
    """How often each country is in each draw (countries x draws).

    Kept, since the draws depend on nothing but these three numbers, and a chapter asks for many curves of as many
    countries. Small whole numbers, which take a quarter of the memory.
    """
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(countries, np.full(countries, 1 / countries), size=draws)
    return np.ascontiguousarray(drawn.T, dtype=np.int16)


def _incidence(frame: pd.DataFrame, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Weighted Aalen-Johansen: by cause, the share of spells that had ended so by each distinct time (times x draws).

    weights: how often each spell is in each draw (spells x draws). All draws take the step to the next time together,
    as vectors short enough to stay near the processor.
    """
    ended, at_time = frame["ended"].to_numpy(), frame.groupby("months").indices
    waiting, still = weights.sum(axis=0), np.ones(weights.shape[1])
    so_far = {cause: np.zeros_like(still) for cause in ("election", "coup")}
    shares: dict[str, list[np.ndarray]] = {cause: [] for cause in so_far}
    for time in sorted(at_time):
        then, stays = at_time[time], np.ones_like(still)
        for cause, share in so_far.items():
            if (so := ended[then] == cause).any():
                count = weights[then[so]].sum(axis=0)
                hazard = np.divide(count, waiting, out=np.zeros_like(still), where=waiting > 0)
                so_far[cause] = share + still * hazard
                stays -= hazard
            shares[cause].append(so_far[cause])
        still, waiting = still * stays, waiting - weights[then].sum(axis=0)
    return {cause: np.array(rows) for cause, rows in shares.items()}


def won_by_incumbent(frame: pd.DataFrame, column: str = "incumbent_won") -> Share:
    """Share of first elections (before another coup) with a true `column`, over those for which it is coded.

    column: incumbent_won, or leader_changed. The bounds count every uncoded election as false, then as true.
    """
    outcome = frame.loc[frame["ended"].eq("election"), column]
    coded = outcome.dropna()
    hits, missing = int(coded.sum()), len(outcome) - len(coded)
    interval = wilson(hits, len(coded))
    return Share(
        hits=hits,
        n=len(coded),
        percent=100 * hits / len(coded),
        low=100 * interval.low,
        high=100 * interval.high,
        uncoded=missing,
        lowest=100 * hits / len(outcome),
        highest=100 * (hits + missing) / len(outcome),
    )


def definitions(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The spells under each definition of a coup that the list can tell apart.

    `One per country` keeps the first coup of each country, so that no country counts more than once and none is chosen
    by what came after: the last coup of a country is by construction one that no other coup followed.
    """
    first = frame.sort_values("coup_date").groupby("iso3").head(1)
    return {
        "All successful coups": frame,
        "Military coups": frame[frame["military"].astype(bool)],
        "Regime change": frame[frame["coup_kind"] == "CH"],
        "Leader reshuffle": frame[frame["coup_kind"] == "SH"],
        "One per country": first,
    }


def base_rates(frame: pd.DataFrame, months: float = _WITHIN) -> pd.DataFrame:
    """The base rates by definition of a coup and period.

    Returns definition, period, coups, countries; voted, voted_low, voted_high (percent within `months`, no coup first);
    median, median_low, median_high (months until half had voted, NaN where fewer ever did).
    """
    rows = []
    for period in PERIODS:
        for definition, chosen in definitions(within(frame, period)).items():
            curve = cumulative_incidence(chosen)
            voted, (middle, soonest, latest) = share_by(chosen, curve, months), median_months(curve)
            rows.append(
                {
                    "definition": definition, "period": period,
                    "coups": len(chosen), "countries": chosen["iso3"].nunique(),
                    "voted": voted.percent, "voted_low": voted.low, "voted_high": voted.high,
                    "median": middle, "median_low": soonest, "median_high": latest,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def two_lists(counts: pd.DataFrame) -> pd.DataFrame:
    """Successful coups in the world per year in both lists.

    counts: the table `coups_per_year` (dataset, iso3, outcome, year, coups). Returns year, colpus, cline for the years
    that both lists cover.
    """
    chosen = counts[counts["iso3"].eq("_WLD") & counts["outcome"].eq("successful")]
    wide = chosen.pivot(index="year", columns="dataset", values="coups").dropna()
    return wide.astype(int).reset_index().rename_axis(columns=None)[["year", "colpus", "cline"]]


def rank_correlation(yearly: pd.DataFrame) -> float:
    """Spearman correlation of the two yearly counts."""
    return float(stats.spearmanr(yearly["colpus"], yearly["cline"]).statistic)


def matched(ours: pd.DataFrame, theirs: pd.DataFrame, days: int = 31) -> pd.DataFrame:
    """Each coup of one list with the nearest successful coup of the other in the same country, at most `days` apart.

    ours: colpus_id, iso3, coup_date. theirs: coup_id, iso3, date, outcome. Each event is used once, nearest pairs
    first. Returns colpus_id, iso3, coup_date, coup_id, gap (days; both missing where there is no match).
    """
    pairs = ours[["colpus_id", "iso3", "coup_date"]].merge(
        theirs.loc[theirs["outcome"] == "successful", ["coup_id", "iso3", "date"]], on="iso3"
    )
    pairs["gap"] = (pairs["date"] - pairs["coup_date"]).dt.days.abs()
    pairs = pairs[pairs["gap"] <= days].sort_values(["gap", "coup_date", "coup_id"])
    ours_used, theirs_used, pairs_used = set(), set(), []
    for pair in pairs.itertuples():
        if pair.colpus_id not in ours_used and pair.coup_id not in theirs_used:
            ours_used.add(pair.colpus_id)
            theirs_used.add(pair.coup_id)
            pairs_used.append(pair.Index)
    found = pairs.loc[pairs_used, ["colpus_id", "coup_id", "gap"]]
    return ours[["colpus_id", "iso3", "coup_date"]].merge(found, on="colpus_id", how="left")
