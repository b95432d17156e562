"""What can be said where nobody voted, or where nobody published what was counted: bounds on turnout and on support.

What was not observed (townships without a vote, people who are on no roll, votes that were never published) is treated
by partial identification: first the interval that holds whatever the missing values are (Manski 1989, "Anatomy of the
Selection Problem", Journal of Human Resources 24(3)), then narrower ones, each under an assumption that is named
(Molinari 2019, "Econometrics with Partial Identification", cemmap CWP25/19).

All shares are fractions between 0 and 1.
"""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from vouch.methods.intervals import Interval, of_share


def worst_case(observed: float, share_observed: float) -> Interval:
    """Bounds of a mean of zeros and ones when only part of the population is observed (Manski 1989).

    observed: the mean where it is observed. share_observed: the part of the population that is. The rest may be all
    zeros or all ones, so the width is 1 - share_observed, whatever was observed.

    Raises ValueError for a share outside 0 to 1.

    >>> worst_case(observed=0.5, share_observed=0.75)
    Interval(low=0.375, high=0.625)
    """
    for share in (observed, share_observed):
        if not 0 <= share <= 1:
            raise ValueError(f"{share} is not a share between 0 and 1")
    low = observed * share_observed
    return of_share(low, min(low + (1 - share_observed), 1.0))


def rounded_ratio(numerator: float, denominator: float, step: float) -> Interval:
    """All ratios that two printed figures allow when each was rounded to `step`, down or to the nearest.

    A figure x printed to a step s stands for anything from x - s/2 (rounded up) to x + s (cut off, "more than x").

    >>> rounded_ratio(13, 24, step=1).outward(scale=100)
    Interval(low=50.0, high=60.0)
    """
    low = (numerator - step / 2) / (denominator + step)
    return of_share(low, min((numerator + step) / (denominator - step / 2), 1.0))


def turnout_over(denominators: pd.DataFrame, votes: float, roll: float) -> pd.DataFrame:
    """Turnout over every denominator on offer.

    denominators: name, value, is_electorate (whether it counts people with the right to vote, not all inhabitants),
    newcomers (how many on the roll may not belong to this electorate, such as those who came of age since it was
    counted; 0 where the whole roll lies within it), and any further columns, which are kept. votes: ballots cast.
    roll: voters on the roll of the townships that voted.

    Adds cast (votes / value: the ballots as a share of the denominator), and for electorates low, point, high: turnout
    had everyone of the denominator been able to vote. low takes all newcomers to have voted and nobody off the roll;
    high takes everybody off the roll to vote; point has those off it vote like those on it (missing at random). Without
    newcomers low and high are :func:`worst_case`, and low is `cast`.

    Raises ValueError for an electorate smaller than what of the roll must belong to it.
    """
    small = denominators["is_electorate"] & (denominators["value"] < roll - denominators["newcomers"])
    if small.any():
        raise ValueError(f"an electorate is smaller than the roll: {', '.join(denominators.loc[small, 'name'])}")
    frame = denominators.copy()
    frame["cast"] = votes / frame["value"]
    frame["low"] = (votes - frame["newcomers"]).clip(lower=0) / frame["value"]
    frame["point"] = votes / roll
    frame["high"] = ((votes + frame["value"] - roll + frame["newcomers"]) / frame["value"]).clip(upper=1)
    frame.loc[~frame["is_electorate"], ["low", "point", "high"]] = np.nan
    return frame


def aged_between(groups: pd.Series, low: float, high: float) -> float:
    """People from age `low` to below `high`, both in years, if ages are spread evenly within each group.

    groups: people by the first year of age of their group of five years, as 15 for 15 to 19.
    """
    overlap = [max(min(first + 5, high) - max(first, low), 0) / 5 for first in groups.index]
    return float((groups * overlap).sum())


def adults(stated: pd.Series) -> pd.DataFrame:
    """How many adults (18 and over) lived in Myanmar around the vote: one row per estimate, name, value, source.

    stated: value of the table `figures` by figure_id. No ages of the 2024 census could be read, so its total takes the
    share of adults of the 2014 census, or the one of the United Nations for 2025. Estimates are never averaged: lowest
    and highest are the range.
    """
    total, counted = (
        stated["census-population-total-census-2024-1"],
        stated["census-population-enumerated-census-2014-1"],
    )
    share_2014 = stated["census-population-18-over-census-2014-1"] / counted
    eldest = stated["population-15-19-un-2025-26-1"]
    united_nations = stated["population-20-over-un-2025-26-1"] + aged_between(pd.Series({15: eldest}), 18, 20)
    share_2025 = united_nations / stated["population-un-2025-26-1"]
    rows = [
        ("Adults by the census of 2024, ages of 2014", total * share_2014,
         "xinhua-2024-12-31-census;mimu-2017-census-townships"),
        ("Adults by the census of 2024, ages by the UN", total * share_2025, "xinhua-2024-12-31-census;un-wpp-2024"),
        ("Adults by the UN, 2025", united_nations, "un-wpp-2024"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["name", "value", "source"])


DENOMINATORS = {
    "eligible-voters-2025-26-3": "Roll of 2025, where people voted",
    "eligible-voters-2020-1": "Roll of 2020, by its commission",
    "eligible-voters-2020-3": "Roll of 2020, first results",
    "eligible-voters-2020-2": "Roll of 2020, by the ministry",
    "census-population-total-census-2024-1": "All inhabitants, census of 2024",
}
"""The denominators that somebody named, by figure_id, and what the book calls them."""


def denominators(figures: pd.DataFrame, last_day: datetime.date) -> pd.DataFrame:
    """Every denominator on offer for the ballots of 2025-26, for :func:`turnout_over`: rolls, adults, inhabitants.

    figures: the table. last_day: of voting. Returns figure_id (empty for adults), name, label (the same), value, as_of,
    claimant, source, is_electorate, adults (whether the row is an estimate of :func:`adults`), newcomers
    (:func:`came_of_age` for the rolls of 2020). A count of adults holds everybody on the roll.
    """
    indexed = figures.set_index("figure_id")
    stated = indexed["value"]
    named = indexed.loc[list(DENOMINATORS), ["value", "as_of", "claimant", "election", "source"]].reset_index()
    grown = adults(stated).assign(figure_id="", election="", as_of="2024-09-30")
    grown["claimant"] = ["Department of Population"] * 2 + ["United Nations"]
    grown.loc[grown.index[-1], "as_of"] = "2025-07-01"
    frame = pd.concat([named.assign(name=list(DENOMINATORS.values())), grown], ignore_index=True)
    frame["adults"] = frame["figure_id"] == ""
    frame["is_electorate"] = frame["figure_id"] != "census-population-total-census-2024-1"
    frame["newcomers"] = np.where(frame["election"] == "2020", came_of_age(stated, last_day), 0.0)
    order = [0, *frame.index[frame["adults"]][::-1], *range(1, len(DENOMINATORS))]
    frame = frame.loc[order].drop(columns="election").reset_index(drop=True)
    return frame.assign(label=frame["name"])


def accounted(adults: pd.DataFrame, votes: float, roll: float, without: Interval) -> pd.DataFrame:
    """What became of all adults on the voting days: one row per part, with its lowest and highest number and share.

    adults: result of :func:`adults`. votes, roll: ballots cast and people on the roll of the townships that voted.
    without: bounds of the share of adults whose township had no vote. Returns part, low, high (people), low_share,
    high_share (of all adults). The ends of different rows belong to different estimates and do not add up.

    Raises ValueError where the roll has more people than adults lived where there was a vote.
    """
    totals = [float(adults["value"].min()), float(adults["value"].max())]
    parts: dict[str, list[tuple[float, float]]] = {}
    for total in totals:
        for share in (without.low, without.high):
            off = total * (1 - share) - roll
            if off < 0:
                raise ValueError("the roll has more people than adults lived where there was a vote")
            people = {
                "Cast a ballot": votes,
                "On the roll, cast none": roll - votes,
                "On no roll, in a township with a vote": off,
                "In a township without a vote": total * share,
            }
            for part, count in people.items():
                parts.setdefault(part, []).append((count, count / total))
    rows = [
        (part, *(pick(end[place] for end in ends) for place in (0, 1) for pick in (min, max)))
        for part, ends in parts.items()
    ]
    return pd.DataFrame(rows, columns=["part", "low", "high", "low_share", "high_share"])


def came_of_age(stated: pd.Series, until: datetime.date) -> float:
    """People who turned 18 between the vote of 8 November 2020 and the day `until`, counted in the middle of 2025.

    For the last voting day of 2025-26: on 1 July 2025 they were from 17.4 to 22.6 years old. stated as in
    :func:`adults`.
    """
    groups = pd.Series({15: stated["population-15-19-un-2025-26-1"], 20: stated["population-20-24-un-2025-26-1"]})
    middle = pd.Timestamp("2025-07-01")
    days = pd.Timestamp(until), pd.Timestamp("2020-11-08")
    youngest, oldest = (18 + (middle - day).days / 365.25 for day in days)
    return aged_between(groups, youngest, oldest)


def ballots_for_majority(electorate: float, votes: float) -> float:
    """Share of the ballots that a party needs to have the votes of half an electorate; above 1 it cannot."""
    return electorate / 2 / votes
