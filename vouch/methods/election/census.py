"""Words and acts of the states asked: whether the list is whole, where each state stands, and how firm the counts are.

Words and acts are two variables. A state has one place in each: of several statements the most pronounced, of several
acts the highest.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from vouch.methods.election.observers import DEEDS, WORDS, decided, roles

NEIGHBOURS = frozenset({"BGD", "CHN", "IND", "LAO", "THA"})
PERMANENT = frozenset({"CHN", "FRA", "GBR", "RUS", "USA"})
SEVEN = frozenset({"CAN", "DEU", "FRA", "GBR", "ITA", "JPN", "USA"})
DONORS = frozenset({"AUS", "KOR", "NZL"})

PRONOUNCED = ("condemned-or-rejected", "praised", "concern", "welcomed", "neutral-or-conditional", "no-statement-found")
"""Levels of words from the most pronounced to none. No state both praised and rejected; :func:`places` would say so."""

TABLES = ("statements", "acts", "states_asked", "statements_first_coding", "statements_second_coding",
          "acts_first_coding", "acts_second_coding", "census_resolutions", "census_alternatives")  # fmt: skip
"""The tables that the census rests on."""


def universe(asked: pd.DataFrame, came: pd.DataFrame, memberships: pd.DataFrame) -> pd.DataFrame:
    """Whether every class of states that had to be asked is asked whole: class, states, missing (names by code).

    asked: table states_asked. came: table observers. Senders are those whose role is sent or unclear. The last row
    counts states that belong to no class and were named beforehand for another reason.
    """
    states = set(asked.loc[asked["kind"] == "state", "iso3"])
    role = roles(came, memberships)
    members = memberships[(memberships["organisation"] == "ASEAN") & (memberships["status"] == "member")]["iso3"]
    classes = {
        "Members of ASEAN": set(members) - {"MMR"},
        "Neighbours": NEIGHBOURS,
        "Permanent members of the Security Council": PERMANENT,
        "Senders of observers, unclear ones among them": set(role.loc[role["role"].isin(["sent", "unclear"]), "iso3"]),
        "Group of Seven": SEVEN,
        "Australia, New Zealand, South Korea": DONORS,
    }
    records = [
        {"class": name, "states": len(group), "missing": ", ".join(sorted(set(group) - states))}
        for name, group in classes.items()
    ]
    others = states - set().union(*classes.values())
    records.append({"class": "Others, each with its reason", "states": len(others), "missing": ""})
    return pd.DataFrame(records)


def levels(tables: Mapping[str, pd.DataFrame]) -> dict[str, tuple[pd.Series, pd.Series]]:
    """The levels of statements and of acts under each defensible coding, the one used first; rows left out are absent.

    tables: the frames of :data:`TABLES` by name. Raises ValueError where an alternative names the level that counts
    already, and so is none.
    """
    used: list[pd.Series] = []
    coded: dict[str, list[pd.Series]] = {"first coding": [], "second coding": []}
    for table in ("statements", "acts"):
        first, second = (tables[f"{table}_{which}_coding"] for which in ("first", "second"))
        used.append(decided(table, first, second, tables["census_resolutions"]))
        for name, frame in zip(coded, (first, second), strict=True):
            coded[name].append(frame.set_index(frame.columns[0])["level"])
    found = {"differences resolved": (used[0], used[1]), **{name: (a, b) for name, (a, b) in coded.items()}}
    for variant, rows in tables["census_alternatives"].groupby("variant", sort=False):
        pair = []
        for table, base in zip(("statements", "acts"), used, strict=True):
            other = rows[rows["table"] == table].set_index("id")["level"]
            if (same := base.reindex(other.index) == other).any():
                raise ValueError(f"{variant}: {', '.join(other.index[same])} has that level already")
            changed = base.where(~base.index.isin(other.index), other.reindex(base.index))
            pair.append(changed[changed != "left-out"])
        found[str(variant)] = (pair[0], pair[1])
    return found


def places(tables: Mapping[str, pd.DataFrame], words: pd.Series, deeds: pd.Series) -> pd.DataFrame:
    """One row for each state asked: asked_id, name, word, deed.

    words, deeds: level of each statement and act by id, as of :func:`levels`. word: the most pronounced level of its
    statements; deed: the highest level of its acts in either period. Raises ValueError for a state that praised and
    rejected.
    """
    asked = tables["states_asked"]
    states = asked[asked["kind"] == "state"]
    columns = {}
    for name, table, level, order in (("word", "statements", words, PRONOUNCED), ("deed", "acts", deeds, DEEDS)):
        frame = tables[table]
        known = frame.assign(level=frame.iloc[:, 0].map(level)).dropna(subset="level")
        said = known.groupby("asked_id")["level"].agg(set)
        both = [state for state, own in said.items() if {"praised", "condemned-or-rejected"} <= own]
        if both:
            raise ValueError(f"{', '.join(both)} praised and rejected")
        columns[name] = [
            next((one for one in order if one in said.get(state, set())), order[-1]) for state in states["asked_id"]
        ]
    return states[["asked_id", "name"]].assign(**columns).reset_index(drop=True)


def counts(placed: pd.DataFrame) -> dict[str, int]:
    """How many states praised, rejected, said nothing that was found, congratulated, met the winners at the level of
    ministers or above, or praised or congratulated (favourable); placed as of :func:`places`."""
    word, deed = placed["word"], placed["deed"]
    congratulated = deed == "congratulated-or-recognised"
    return {
        "praised": int((word == "praised").sum()),
        "rejected": int((word == "condemned-or-rejected").sum()),
        "silent": int((word == "no-statement-found").sum()),
        "congratulated": int(congratulated.sum()),
        "dealt": int(deed.isin(DEEDS[:3]).sum()),
        "favourable": int(((word == "praised") | congratulated).sum()),
    }


def variants(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The counts under each defensible coding: variant, and a column for each count of :func:`counts`."""
    return pd.DataFrame([{"variant": name, **counts(places(tables, *pair))} for name, pair in levels(tables).items()])


def ranges(varied: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """The counts as the text uses them with their ends: label, used, lowest, lowest_by, highest, highest_by.

    varied: result of :func:`variants`, whose first row is used. labels: count -> words, in the order shown. Where no
    variant goes below or above the number used, the end has no name.
    """
    records = []
    for name, label in labels.items():
        values = varied.set_index("variant")[name]
        used = values.iloc[0]
        by = {
            end: ", ".join(values.index[values == values.agg(end)]) if values.agg(end) != used else ""
            for end in ("min", "max")
        }
        records.append(
            {"label": label, "used": int(used), "lowest": int(values.min()), "lowest_by": by["min"],
             "highest": int(values.max()), "highest_by": by["max"]}
        )  # fmt: skip
    return pd.DataFrame(records)


def cells(placed: pd.DataFrame) -> pd.DataFrame:
    """The states by word and act: word, deed, states (number), named; no empty cells, levels in their order."""
    grouped = placed.groupby(["word", "deed"])["name"].agg(list).reset_index()
    grouped = grouped.assign(
        states=grouped["name"].map(len), named=grouped["name"].map(lambda names: ", ".join(sorted(names)))
    )
    order = grouped.assign(row=grouped["word"].map(WORDS.index), column=grouped["deed"].map(DEEDS.index))
    return order.sort_values(["row", "column"], ignore_index=True)[["word", "deed", "states", "named"]]
