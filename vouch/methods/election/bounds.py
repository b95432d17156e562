"""What can be said where nobody voted, or where nobody published what was counted: bounds on turnout and on support.

What was not observed (townships without a vote, people who are on no roll, votes that were never published) is treated
by partial identification: first the interval that holds whatever the missing values are (Manski 1989, "Anatomy of the
Selection Problem", Journal of Human Resources 24(3)), then narrower ones, each under an assumption that is named
(Molinari 2019, "Econometrics with Partial Identification", cemmap CWP25/19).

All shares are fractions between 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vouch.methods.intervals import Interval, of_share


@dataclass(frozen=True)
class Contest:
    """What was announced about the lower house, where each township elects one member.

    townships: all of them. voted: those with a vote. won: seats of the party. uncontested_won and uncontested_lost:
    seats with one candidate, of the party and of others. candidates: at least as many as stood in the contested seats
    that the party won (a total over all chambers will do).
    """

    townships: int
    voted: int
    won: int
    uncontested_won: int
    uncontested_lost: int
    candidates: int

    @property
    def contested_won(self) -> int:
        return self.won - self.uncontested_won

    @property
    def contested_lost(self) -> int:
        return self.voted - self.won - self.uncontested_lost


def worst_case(observed: float, share_observed: float) -> Interval:
    """Bounds of a mean of zeros and ones when only part of the population is observed (Manski 1989).

    observed: the mean where it is observed. share_observed: the part of the population that is. The rest may be all
    zeros or all ones, so the width is 1 - share_observed, whatever was observed.

    Raises ValueError for a share outside 0 to 1.
    """
    for share in (observed, share_observed):
        if not 0 <= share <= 1:
            raise ValueError(f"{share} is not a share between 0 and 1")
    low = observed * share_observed
    return of_share(low, min(low + (1 - share_observed), 1.0))


def rounded_ratio(numerator: float, denominator: float, step: float) -> Interval:
    """All ratios that two printed figures allow when each was rounded to `step`, down or to the nearest.

    A figure x printed to a step s stands for anything from x - s/2 (rounded up) to x + s (cut off, "more than x").
    """
    low = (numerator - step / 2) / (denominator + step)
    return of_share(low, min((numerator + step) / (denominator - step / 2), 1.0))


def turnout_over(denominators: pd.DataFrame, votes: float, roll: float) -> pd.DataFrame:
    """Turnout over every denominator on offer.

    denominators: name, value, is_electorate (whether it counts people with the right to vote, not all inhabitants),
    and any further columns, which are kept. votes: ballots cast. roll: voters on the roll of the townships that voted.

    Adds cast (votes / value: the share that did vote, with those who could not counted as not voting), and for
    electorates low, point, high: turnout had everyone of the denominator been able to vote. low is `cast` again; high
    has all who are missing from the roll vote; point has them vote like those on it (missing at random).

    Raises ValueError for an electorate smaller than the roll.
    """
    small = denominators["is_electorate"] & (denominators["value"] < roll)
    if small.any():
        raise ValueError(f"an electorate is smaller than the roll: {', '.join(denominators.loc[small, 'name'])}")
    frame = denominators.copy()
    frame["cast"] = votes / frame["value"]
    bounds = [
        worst_case(votes / roll, roll / value) if electorate else None
        for value, electorate in zip(frame["value"], frame["is_electorate"], strict=True)
    ]
    frame["low"] = [bound.low if bound else np.nan for bound in bounds]
    frame["point"] = [votes / roll if bound else np.nan for bound in bounds]
    frame["high"] = [bound.high if bound else np.nan for bound in bounds]
    return frame


def ballots_for_majority(electorate: float, votes: float) -> float:
    """Share of the ballots that a party needs to have the votes of half an electorate; above 1 it cannot."""
    return electorate / 2 / votes


def contest(townships: pd.DataFrame, stated: pd.Series) -> Contest:
    """The :class:`Contest` for the lower house as the tables have it, with the winner of 2025-26 as the party.

    townships: townships_total, voted; one row per unit. stated: value of the table `figures` by figure_id.

    Raises ValueError where the uncontested seats of the party and of others are not those stated in all.
    """
    uncontested_won = int(stated["uncontested-seats-usdp-pyithu-2025-26-2"])
    uncontested_lost = int(stated["uncontested-seats-other-pyithu-2025-26-1"])
    if uncontested_won + uncontested_lost != (total := int(stated["uncontested-seats-pyithu-2025-26-2"])):
        raise ValueError(f"{uncontested_won} and {uncontested_lost} uncontested seats are not the {total} stated")
    return Contest(
        townships=int(townships["townships_total"].sum()),
        voted=int(townships["voted"].sum()),
        won=int(stated["usdp-seats-pyithu-2025-26-1"]),
        uncontested_won=uncontested_won,
        uncontested_lost=uncontested_lost,
        candidates=int(stated["candidates-2025-26-1"]),
    )


def support(contest: Contest) -> pd.DataFrame:
    """Bounds of a party's support, averaged over all townships, under ever stronger assumptions.

    The unknown is the mean over all townships, each counting once, of the share of the vote that the party has or,
    where there was no contested vote, would have had. Columns: assumption (short name), low, high, width.

    * "none": nothing is known.
    * "winners": the announced winners did win. A winner among k candidates has more than 1/k, and the sum of 1/k over
      n seats is at least n squared divided by the candidates of these seats (Jensen's inequality); one who lost has at
      most 1/2.
    * "not higher": also, on average no more support where there was no vote (a monotone selection in the sense of
      Manski & Pepper 2000, Econometrica 68(4)).
    * "majorities": also, each contested seat was won with more than half of the votes. Nobody published this.
    * "same": also, townships without a vote would have voted like the others (missing at random).

    Raises ValueError where the counts contradict each other.
    """
    c = contest
    if min(c.contested_won, c.contested_lost, c.townships - c.voted) < 0 or c.candidates < max(c.contested_won, 1):
        raise ValueError(f"the counts contradict each other: {c}")
    plurality = c.contested_won**2 / c.candidates / c.voted
    majority = max(plurality, c.contested_won / 2 / c.voted)
    high = (c.won + c.uncontested_lost + c.contested_lost / 2) / c.voted
    covered = c.voted / c.townships
    ladder = {
        "none": of_share(0.0, 1.0),
        "winners": of_share(plurality * covered, high * covered + (1 - covered)),
        "not higher": of_share(plurality * covered, high),
        "majorities": of_share(majority * covered, high),
        "same": of_share(majority, high),
    }
    rows = [(name, bounds.low, bounds.high, bounds.width) for name, bounds in ladder.items()]
    return pd.DataFrame(rows, columns=["assumption", "low", "high", "width"])
