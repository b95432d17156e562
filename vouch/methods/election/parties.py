"""What votes became in seats: parliaments by group, and two indices of a party system.

Where seats or votes of small parties are not known, indices are given as the interval of all values that the unknown
part allows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from vouch.methods.election.scorecard import ELECTIONS
from vouch.methods.intervals import Interval


def parliament(seats: pd.DataFrame, total: int, reserved: int) -> pd.DataFrame:
    """Both houses of the Union Parliament by election: election, group, seats. The groups add up to `total`.

    Groups: military (reserved seats), USDP, NLD, others (elected), unfilled. Seats are those of the final tally in the
    two houses; `reserved` is counted in full at every election, as the constitution of 2008 provides.
    """
    houses = seats[seats["chamber"].isin(["Pyithu Hluttaw", "Amyotha Hluttaw"]) & (seats["tally"] == "final")]
    records = []
    for election in ELECTIONS:
        rows = houses[houses["election"] == election]
        filled = int(rows.drop_duplicates("chamber")["seats_filled"].sum())
        won = rows.groupby("party")["seats"].sum()
        usdp, nld = int(won.get("USDP", 0)), int(won.get("NLD", 0))
        parts = {
            "military": reserved,
            "USDP": usdp,
            "NLD": nld,
            "others": filled - usdp - nld,
            "unfilled": total - reserved - filled,
        }
        if min(parts.values()) < 0:
            raise ValueError(f"the seats of {election} do not fit into {total}: {parts}")
        records += [{"election": election, "group": group, "seats": count} for group, count in parts.items()]
    return pd.DataFrame(records)


def effective_number(weights: pd.Series | np.ndarray | list[float]) -> float:
    """Effective number of parties, 1 / sum of squared shares (Laakso & Taagepera 1979); weights are votes or seats."""
    values = np.asarray(weights, dtype=float)
    if (values < 0).any() or values.sum() <= 0:
        raise ValueError("votes or seats must not be negative and must not all be zero")
    shares = values / values.sum()
    return float(1 / np.sum(shares**2))


def effective_number_bounds(known: pd.Series | list[int], total: int) -> Interval:
    """Effective number of parties when `known` seats are attributed and the rest of `total` is not.

    Lowest when one party holds all the rest, highest when each of these seats is a party of its own.
    """
    values = [int(value) for value in known]
    rest = total - sum(values)
    if rest < 0:
        raise ValueError(f"{sum(values)} seats are attributed, but there are only {total}")
    return Interval(effective_number([*values, rest]), effective_number(values + [1] * rest))


def gallagher(votes: pd.Series | np.ndarray | list[float], seats: pd.Series | np.ndarray | list[float]) -> float:
    """Least-squares disproportionality (Gallagher 1991), 0 to 100: root of half the sum of squared differences.

    votes and seats: counts or shares of the same parties in the same order; each is turned into per cent of its sum.
    """
    cast, won = np.asarray(votes, dtype=float), np.asarray(seats, dtype=float)
    if cast.shape != won.shape:
        raise ValueError("votes and seats must name the same parties")
    gap = 100 * cast / cast.sum() - 100 * won / won.sum()
    return float(np.sqrt(np.sum(gap**2) / 2))


def gallagher_bounds(votes: pd.Series, seats: pd.Series, total: int) -> Interval:
    """Least-squares disproportionality when the seats of some parties are not known.

    votes: per party. seats: per party, the known ones only; the rest of `total` belongs to the other parties of `votes`
    in an unknown way. The index is convex in the seats, so it is highest when one party has all of them; it is lowest
    when each seat goes to the party that is then furthest below its share of the vote.
    """
    unknown = [party for party in votes.index if party not in seats.index]
    rest = total - int(seats.sum())
    if rest < 0 or (rest and not unknown):
        raise ValueError("the known seats do not leave a rest for the other parties")
    won = seats.reindex(votes.index).fillna(0).astype(float)
    highest = []
    for party in unknown or [votes.index[0]]:
        trial = won.copy()
        trial[party] += rest
        highest.append(gallagher(votes, trial))
    share = votes / votes.sum() * total
    for _ in range(rest):
        short = (share - won)[unknown]
        won[short.idxmax()] += 1
    return Interval(gallagher(votes, won), max(highest))


def party_system(seats: pd.DataFrame, chamber: str = "Pyithu Hluttaw") -> pd.DataFrame:
    """One chamber by election: election, filled, attributed, largest, largest_seats, largest_share, low, high.

    low and high bound the effective number of parties in seats; military appointees are not counted.
    """
    rows = seats[(seats["chamber"] == chamber) & (seats["tally"] == "final") & (seats["party"] != "MIL")]
    records = []
    for election in ELECTIONS:
        won = rows[rows["election"] == election]
        filled = int(won["seats_filled"].iloc[0])
        top = won.loc[won["seats"].idxmax()]
        bounds = effective_number_bounds(won["seats"], filled)
        records.append(
            {
                "election": election,
                "filled": filled,
                "attributed": int(won["seats"].sum()),
                "largest": top["party"],
                "largest_seats": int(top["seats"]),
                "largest_share": float(top["seats"] / filled),
                "low": bounds.low,
                "high": bounds.high,
            }
        )
    return pd.DataFrame(records)
