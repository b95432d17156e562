"""What votes became in seats: parliaments by group, and two indices of a party system.

Where seats or votes of small parties are not known, indices are given as the interval of all values that the unknown
part allows.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from vouch.methods.election.scorecard import ELECTIONS
from vouch.methods.intervals import Interval, of_share
from vouch.text import keys

_THREE = ("Pyithu Hluttaw", "Amyotha Hluttaw", "State and Region Hluttaws")


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
    """Effective number of parties, 1 / sum of squared shares (Laakso & Taagepera 1979); weights are votes or seats.

    >>> effective_number([50, 50])
    2.0
    """
    values = np.asarray(weights, dtype=float)
    if (values < 0).any() or values.sum() <= 0:
        raise ValueError("votes or seats must not be negative and must not all be zero")
    shares = values / values.sum()
    return float(1 / np.sum(shares**2))


def effective_number_bounds(known: pd.Series | list[int], total: int) -> Interval:
    """Effective number of parties when `known` seats are attributed and the rest of `total` is not.

    Lowest when one party holds all the rest, highest when each of these seats is a party of its own.

    >>> effective_number_bounds([60, 20], total=100).outward(digits=2)
    Interval(low=2.27, high=2.49)
    """
    values = [int(value) for value in known]
    rest = total - sum(values)
    if rest < 0:
        raise ValueError(f"{sum(values)} seats are attributed, but there are only {total}")
    return Interval(effective_number([*values, rest]), effective_number(values + [1] * rest))


def gallagher(votes: pd.Series | np.ndarray | list[float], seats: pd.Series | np.ndarray | list[float]) -> float:
    """Least-squares disproportionality (Gallagher 1991), 0 to 100: root of half the sum of squared differences.

    votes and seats: counts or shares of the same parties in the same order; each is turned into per cent of its sum.

    >>> gallagher(votes=[60, 40], seats=[80, 20])
    20.0
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

    >>> votes, seats = pd.Series({"A": 60, "B": 25, "C": 15}), pd.Series({"A": 8})
    >>> gallagher_bounds(votes, seats, total=10).outward(digits=1)
    Interval(low=18.0, high=23.0)
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


def list_seats(won: int, plurality: int, lists: int) -> Interval:
    """Bounds of a party's share of the list seats, when only its seats in the whole chamber are known.

    won: its seats. plurality, lists: filled seats of each kind. It can have won no more plurality seats than there are,
    so that the rest of its seats are list seats; and no more list seats than it has seats.

    Raises ValueError for more seats than the chamber has.

    >>> list_seats(won=70, plurality=60, lists=20)
    Interval(low=0.5, high=1.0)
    """
    if not 0 <= won <= plurality + lists:
        raise ValueError(f"{won} of {plurality + lists} seats")
    return of_share(max(won - plurality, 0) / lists, min(won, lists) / lists)


def list_seats_at(won: int, plurality: int, lists: int, rate: float) -> float:
    """The share of the list seats that is left for a party if it won the plurality seats at a given rate.

    rate: its share of the plurality seats, as in a chamber that has no others. Raises ValueError where that is more, or
    less, than :func:`list_seats` allows.

    >>> list_seats_at(won=63, plurality=60, lists=20, rate=0.8)
    0.75
    """
    share = (won - rate * plurality) / lists
    bounds = list_seats(won, plurality, lists)
    if not bounds.low - 1e-9 <= share <= bounds.high + 1e-9:
        raise ValueError(f"a rate of {rate} leaves {share} of the list seats")
    return share


def votes_behind_lists(won: int, sizes: list[int], weights: list[float]) -> Interval:
    """Bounds of a party's share of the list votes of a state from its list seats there, under largest remainders.

    won: its list seats in all constituencies of the state. sizes: seats of each. weights: ballots of each, in any unit.
    By the quota of votes over seats (Hare) and largest remainders a party with s of S seats has more than (s - 1) / S
    and less than (s + 1) / S of the votes, however many lists there are: whole quotas are seats, and at most one more
    is won by the remainder. Where only the sum over constituencies is known, every split of it counts.

    Raises ValueError where the seats do not fit into the constituencies.
    """
    splits = [split for split in product(*(range(size + 1) for size in sizes)) if sum(split) == won]
    if not splits or len(weights) != len(sizes):
        raise ValueError(f"{won} seats do not fit into constituencies of {sizes}")
    parts = np.asarray(weights, dtype=float) / sum(weights)
    won_by, of = np.array(splits), np.array(sizes)
    low = np.clip((won_by - 1) / of, 0, 1) @ parts
    high = np.clip((won_by + 1) / of, 0, 1) @ parts
    return of_share(float(low.min()), min(float(high.max()), 1.0))


def chambers(seats: pd.DataFrame, stated: pd.Series) -> pd.DataFrame:
    """Seats of 2025-26 by chamber and system: chamber, plurality, lists, filled, won (those of the USDP).

    seats: the table `seats`. stated: value of the table `figures` by figure_id. Seats for ethnic affairs, which are
    plurality seats, are left over from all chambers together.
    """
    final = seats[(seats["election"] == "2025-26") & (seats["party"] == "USDP") & (seats["tally"] == "final")]
    of = final.set_index("chamber")[["seats", "seats_filled"]].astype(int)
    rows = []
    for label, chamber, metric in (
        ("Lower house", "Pyithu Hluttaw", "pyithu"),
        ("Upper house", "Amyotha Hluttaw", "amyotha"),
        ("States and regions", "State and Region Hluttaws", "region"),
    ):
        plurality, (won, filled) = int(stated[f"constituencies-{metric}-fptp-2025-26-1"]), of.loc[chamber]
        rows.append((label, plurality, int(filled) - plurality, int(filled), int(won)))
    won, filled = (of.loc["All levels with ethnic-affairs ministers"] - of.loc[list(_THREE)].sum()).astype(int)
    rows.append(("Ethnic affairs", int(filled), 0, int(filled), int(won)))
    return pd.DataFrame(rows, columns=["chamber", "plurality", "lists", "filled", "won"])


def by_kind(chambers: pd.DataFrame) -> pd.DataFrame:
    """The winner's share of plurality and of list seats: kind, filled, low, point, high.

    chambers: result of :func:`chambers`. Where a chamber has seats of both kinds, low and high are :func:`list_seats`
    and point is :func:`list_seats_at` the rate of the lower house, which has plurality seats only.
    """
    of = chambers.set_index("chamber")
    lower = of.loc["Lower house"]
    rate = float(lower["won"] / lower["filled"])
    rows = [("Lower house, plurality seats", int(lower["filled"]), rate, rate, rate)]
    both = of[of["lists"] > 0].copy()
    both.loc["All"] = both.sum()
    for label, one in both.iterrows():
        won, plurality, lists = (int(one[name]) for name in ("won", "plurality", "lists"))
        bounds, kind = list_seats(won, plurality, lists), f"{label}{'' if label == 'All' else ','} list seats"
        rows.append((kind, lists, bounds.low, list_seats_at(won, plurality, lists, rate), bounds.high))
    return pd.DataFrame(rows, columns=["kind", "filled", "low", "point", "high"])


def reported_lists(known: pd.DataFrame, constituencies: pd.DataFrame, ballots: pd.Series) -> pd.DataFrame:
    """What the winner's list seats say of its list votes where they are reported: one row per state and chamber.

    known: the table `seats_by_system`. constituencies: the table `proportional_constituencies`. ballots: ballots by
    pcode of a township, where known; a state with one constituency needs none. Returns state_region, chamber, filled,
    won, low, high: :func:`votes_behind_lists`. States are left out where the seats of the winner are not reported.
    """
    lists = known[known["system"] == "proportional"]
    rows = []
    for (state, chamber), group in lists.groupby(["state_region", "chamber"], sort=False):
        won = group.loc[group["party"] == "USDP", "seats"]
        if won.empty:
            continue
        places = constituencies[(constituencies["state_region"] == state) & (constituencies["chamber"] == chamber)]
        cast = [float(ballots.reindex(keys(cell)).sum()) for cell in places["pcodes"]]
        sizes = [int(size) for size in places["seats"]]
        bounds = votes_behind_lists(int(won.iloc[0]), sizes, cast if len(cast) > 1 else [1.0])
        rows.append((state, chamber, sum(sizes), int(won.iloc[0]), bounds.low, bounds.high))
    return pd.DataFrame(rows, columns=["state_region", "chamber", "filled", "won", "low", "high"])


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
