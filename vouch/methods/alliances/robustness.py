"""Whether a statement about the web of ties stands up with sources, kinds of sources or precision taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from vouch.methods.alliances.null_models import NullTest
from vouch.methods.alliances.statements import SEED, STATEMENTS, Evidence

RUN_DRAWS = 499


def without_sources(links: pd.DataFrame, dropped: set[str]) -> pd.DataFrame:
    """The edges that still have a source when the sources in `dropped` are not believed."""
    return links[[bool(keys - dropped) for keys in _source_sets(links)]].reset_index(drop=True)


def with_several_sources(links: pd.DataFrame, fewest: int = 2) -> pd.DataFrame:
    """The edges that rest on at least `fewest` sources."""
    return links[[len(keys) >= fewest for keys in _source_sets(links)]].reset_index(drop=True)


def _source_sets(links: pd.DataFrame) -> list[set[str]]:
    return [{key.strip() for key in text.split(";") if key.strip()} for text in links["source"].fillna("")]


def runs(evidence: Evidence, kinds: pd.DataFrame) -> Iterator[tuple[str, str, str, Evidence]]:
    """The robustness runs: family, name of the run, basis that it changes, and the changed evidence.

    evidence.links holds the ties since the coup (:func:`since_coup`). kinds: source, kind, publisher.
    Families: `all` (nothing taken away), `kind` (kinds of sources), `precision` (dates), `support` (several sources),
    `source` and `publisher` (one left out at a time; only those on which an event rests alone), `organisation` and
    `text`.
    """
    links = evidence.links
    of_kind = kinds.groupby("kind")["source"].agg(set)
    media = of_kind.get("state-media", set())
    official = media | of_kind.get("government", set())
    everything = set().union(*_source_sets(links)) if len(links) else set()

    def with_links(frame: pd.DataFrame) -> Evidence:
        return Evidence(frame, evidence.members, evidence.votes, evidence.totals)

    yield "all", "everything", "all", evidence
    yield "kind", "without state media", "events", with_links(without_sources(links, media))
    yield "kind", "without state media and governments", "events", with_links(without_sources(links, official))
    yield "kind", "state media alone", "events", with_links(without_sources(links, everything - media))
    yield "precision", "only days known to the day", "events", with_links(links[links["precision"] == "day"])
    missions = links["category"] == "observer-mission"
    yield "precision", "without observer missions", "events", with_links(links[~missions])
    yield "support", "two or more sources", "events", with_links(with_several_sources(links))
    alone = sorted({next(iter(keys)) for keys in _source_sets(links) if len(keys) == 1})
    for source in alone:
        yield "source", source, "events", with_links(without_sources(links, {source}))
    publisher = kinds.set_index("source")["publisher"]
    of_publisher = publisher[publisher.index.isin(everything)].reset_index().groupby("publisher")["source"].agg(set)
    for name, sources in of_publisher.items():
        if len(sources) > 1:  # a publisher with one work is already a run of the family `source`
            yield "publisher", name, "events", with_links(without_sources(links, sources))
    for name in sorted(evidence.members["organisation"].unique()):
        rest = evidence.members[evidence.members["organisation"] != name]
        yield "organisation", name, "memberships", Evidence(links, rest, evidence.votes, evidence.totals)
    for name in evidence.totals["resolution"]:
        rest = evidence.votes[evidence.votes["resolution"] != name]
        yield "text", name, "votes", Evidence(links, evidence.members, rest, evidence.totals)


def repeats(evidence: Evidence, kinds: pd.DataFrame, draws: int = RUN_DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Every statement in every run that touches it: id, family, run, observed, null_mean, z, p, n.

    observed and the rest are missing where a run leaves too little to compute the statement.
    """
    rows = []
    done: dict[tuple, NullTest | None] = {}
    used = ["event_id", "partner", "sender", "layer", "category", "rank", "precision", "when", "source"]
    evidence = replace(evidence, links=evidence.links[used])
    for family, name, basis, changed in runs(evidence, kinds):
        for statement in STATEMENTS:
            if basis not in ("all", statement.basis):
                continue
            # A run that takes away nothing the statement looks at gives the same numbers: do not compute them again.
            seen = statement.looked_at(changed.links)
            key = (statement.id, basis, name) if basis not in ("all", "events") else (statement.id, *seen["event_id"])
            if key not in done:
                done[key] = statement.measured(replace(changed, links=seen), draws, seed)
            test = done[key]
            values = (np.nan, np.nan, np.nan, np.nan, 0)
            if test is not None:
                values = (test.observed, test.mean, test.z, test.p, test.n)
            rows.append((statement.id, family, name, *values))
    columns = ["id", "family", "run", "observed", "null_mean", "z", "p", "n"]
    return pd.DataFrame(rows, columns=columns)


def verdicts(tests: dict[str, NullTest | None], repeats: pd.DataFrame, level: float = 0.05) -> pd.DataFrame:
    """One row per statement: id, topic, statement, statistic, null, observed, null_mean, p, p_adjusted, z, n, lowest,
    highest, z_lowest, z_highest, computable, run_count, weakest_p, flipped, survives.

    lowest and highest are the smallest and largest observed value over the runs. p_adjusted holds the share of false
    discoveries over all statements together (Benjamini & Hochberg 1995). survives:
    `yes` - adjusted p at most `level` on all evidence, and p at most `level`, computable and on the same side in every
    run;
    `direction only` - p at most `level` on all evidence and no run on the other side, but not all of the above;
    `no` - not distinguishable from the null on all evidence, or on the other side in a run.
    """
    rows = []
    for statement in STATEMENTS:
        test, results = tests[statement.id], repeats[repeats["id"] == statement.id]
        if test is None:
            continue
        done = results.dropna(subset=["observed"])
        side = np.sign(test.observed - test.mean)
        rows.append(
            {
                "id": statement.id,
                "topic": statement.topic,
                "statement": statement.above if side >= 0 else statement.below,
                "statistic": statement.statistic,
                "null": statement.null,
                "observed": test.observed,
                "null_mean": test.mean,
                "p": test.p,
                "z": test.z,
                "n": test.n,
                "lowest": done["observed"].min(),
                "highest": done["observed"].max(),
                "z_lowest": done["z"].min(),
                "z_highest": done["z"].max(),
                "computable": len(done),
                "run_count": len(results),
                "flipped": bool((np.sign(done["observed"] - done["null_mean"]) == -side).any()),
                "weakest_p": done["p"].max(),
            }
        )
    frame = pd.DataFrame(rows)
    frame["p_adjusted"] = stats.false_discovery_control(frame["p"], method="bh")
    whole = (frame["weakest_p"] <= level) & (frame["computable"] == frame["run_count"])
    frame["survives"] = "direction only"
    frame.loc[(frame["p_adjusted"] <= level) & whole, "survives"] = "yes"
    frame.loc[(frame["p"] > level) | frame["flipped"], "survives"] = "no"
    return frame
