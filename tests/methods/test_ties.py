"""The web of ties: counts agree everywhere, null models keep what they say they keep, tests know what they claim."""

from __future__ import annotations

import importlib.util
import time
from math import comb

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from vouch import data, sources, ties
from vouch.figures import ties as charts
from vouch.paths import ROOT


@pytest.fixture(scope="module")
def links() -> pd.DataFrame:
    return ties.edges(data.load("events"), data.load("actors"))


@pytest.fixture(scope="module")
def evidence(links: pd.DataFrame) -> ties.Evidence:
    totals = data.load("un_resolutions")
    totals = totals[totals["topic"] == "Myanmar"]
    votes = data.load("un_votes")
    members = data.load("memberships").query("organisation != 'IAEA'")
    return ties.Evidence(ties.since_coup(links), members, votes[votes["resolution"].isin(totals["resolution"])], totals)


@pytest.fixture(scope="module")
def tests(evidence: ties.Evidence) -> dict[str, ties.NullTest | None]:
    return ties.tested(evidence, draws=199)


@pytest.fixture(scope="module")
def judged(evidence: ties.Evidence, tests: dict[str, ties.NullTest | None]) -> pd.DataFrame:
    return ties.verdicts(tests, ties.robustness(evidence, sources.kinds(), draws=99))


def _rng() -> np.random.Generator:
    return np.random.default_rng(7)


def _events(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """Events from (date, precision, category, actor_a, actor_b)."""
    frame = pd.DataFrame(rows, columns=["date", "date_precision", "category", "actor_a", "actor_b"])
    frame["event_id"] = [f"ev-{number}" for number in range(len(frame))]
    return frame.assign(other_actors=None, level="minister", direction="both", title="t", source="work-a;work-b")


_ACTORS = pd.DataFrame(
    {
        "actor_id": ["MMR", "BLR", "RUS", "SCO", "P_LUK", "UNGA"],
        "type": ["state", "state", "state", "igo", "person", "igo"],
        "iso3": ["MMR", "BLR", "RUS", None, "BLR", None],
    }
)


# --- The network ---


def test_every_event_is_one_edge_in_table_graph_and_data(links):
    events = data.load("events")
    network = ties.graph(links)
    listed = ties.edge_list(network)
    assert len(events) == len(links) == network.number_of_edges() == listed["events"].sum()
    opened = [event for cell in listed["event_ids"] for event in cell.split(";")]
    assert sorted(opened) == sorted(events["event_id"])
    assert (listed["event_ids"].str.count(";") + 1 == listed["events"]).all()
    for row in listed.itertuples():
        assert row.events <= network.number_of_edges(row.a, row.b) + network.number_of_edges(row.b, row.a)


def test_counts_of_one_pair_agree_with_a_plain_count_in_the_data(links):
    events = data.load("events")
    pair = events[["actor_a", "actor_b"]].apply(set, axis=1) == {"MMR", "RUS"}
    visits = int((pair & (events["category"] == "visit")).sum())
    listed = ties.edge_list(ties.graph(links)).set_index(["a", "b", "layer"])
    assert listed.loc[("MMR", "RUS", "visits"), "events"] == visits
    outward = int((pair & (events["category"] == "visit") & (events["actor_a"] == "MMR")).sum())
    assert listed.loc[("MMR", "RUS", "visits"), "outward"] == outward


def test_persons_stand_for_their_country_and_the_un_seat_for_itself():
    rows = _events(("2025-03-07", "day", "visit", "P_LUK", "MMR"), ("2022-03-02", "day", "multilateral", "MMR", "UNGA"))
    frame = ties.edges(rows, _ACTORS).set_index("event_id")
    assert frame.loc["ev-0", "sender"] == "BLR" and frame.loc["ev-0", "partner"] == "BLR"
    assert frame.loc["ev-1", "sender"] == ties.SEAT
    assert "ev-1" not in set(ties.since_coup(frame.reset_index())["event_id"])


def test_dates_known_to_the_month_or_year_are_bounded():
    rows = _events(("2024-02-01", "month", "visit", "RUS", "MMR"), ("2024-01-01", "year", "visit", "RUS", "MMR"))
    frame = ties.edges(rows, _ACTORS).set_index("event_id")
    assert frame.loc["ev-0", "latest"] == pd.Timestamp("2024-02-29")
    assert frame.loc["ev-1", "latest"] == pd.Timestamp("2024-12-31")
    assert (frame["earliest"] <= frame["when"]).all() and (frame["when"] <= frame["latest"]).all()


def test_an_unknown_actor_or_category_is_named():
    with pytest.raises(ValueError, match="unknown actor: XXX"):
        ties.edges(_events(("2024-02-01", "day", "visit", "XXX", "MMR")), _ACTORS)
    with pytest.raises(ValueError, match="unknown category: gossip"):
        ties.edges(_events(("2024-02-01", "day", "gossip", "RUS", "MMR")), _ACTORS)


def test_a_trip_is_one_episode():
    days = ["2025-03-03", "2025-03-04", "2025-03-11", "2025-03-19"]
    frame = ties.edges(_events(*((day, "day", "visit", "MMR", "RUS") for day in days)), _ACTORS)
    held = ties.episodes(frame)
    assert held["events"].tolist() == [3, 1]  # seven days join, eight divide
    assert held["when"].tolist() == [pd.Timestamp("2025-03-03"), pd.Timestamp("2025-03-19")]
    assert ties.episodes(frame.iloc[:0]).empty


def test_episodes_of_two_partners_do_not_join():
    rows = _events(("2025-03-06", "day", "visit", "MMR", "RUS"), ("2025-03-06", "day", "visit", "MMR", "BLR"))
    assert len(ties.episodes(ties.edges(rows, _ACTORS))) == 2


# --- Measures: known values ---


def test_precedence_is_mann_whitney():
    first, second = np.array([1, 4, 4, 9]), np.array([4, 5, 10])
    expected = stats.mannwhitneyu(second, first).statistic / 12
    assert ties.precedence(first, second, 99, _rng()).observed == pytest.approx(expected)


@given(st.lists(st.integers(0, 50), min_size=3, max_size=15), st.lists(st.integers(0, 50), min_size=3, max_size=15))
@settings(max_examples=40, deadline=None)
def test_precedence_mirrors_and_stays_in_bounds(first, second):
    one = ties.precedence(np.array(first), np.array(second), 49, _rng())
    other = ties.precedence(np.array(second), np.array(first), 49, _rng())
    assert 0 <= one.observed <= 1
    assert one.observed + other.observed == pytest.approx(1)
    assert ((one.null >= -1e-9) & (one.null <= 1 + 1e-9)).all()
    assert 0 < one.p <= 1


def test_p_of_full_separation_is_near_the_exact_one():
    test = ties.precedence(np.arange(5), np.arange(10, 15), 20_000, _rng())
    assert test.observed == 1
    assert test.p == pytest.approx(2 / comb(10, 5), rel=0.3)


def test_p_is_never_zero_and_never_above_one():
    assert ties.NullTest(100.0, np.zeros(99), 5).p == pytest.approx(0.02)
    assert ties.NullTest(0.0, np.zeros(99), 5).p == 1
    assert ties.NullTest(0.0, np.zeros(99), 5).z == 0


def test_too_few_units_give_no_result():
    assert ties.precedence(np.array([1, 2]), np.array([3, 4, 5]), 9, _rng()) is None


def test_p_values_are_uniform_when_nothing_is_there():
    rng = _rng()
    values = [ties.precedence(rng.random(12), rng.random(12), 99, rng).p for _ in range(400)]
    assert np.mean(np.array(values) <= 0.05) < 0.09
    assert 0.4 < np.mean(np.array(values) <= 0.5) < 0.6


def test_proximity_sees_common_trips_and_turns():
    others = np.arange(18_300, 19_000, 60)
    years = np.full(10, 2020)
    together = ties.proximity(others[:6] + 1, others, years[:6], (18_262, 18_627), 499, _rng())
    apart = ties.proximity(others[:5] + 30, others, years[:5], (18_262, 18_627), 499, _rng())
    assert together.observed == 1 and together.p < 0.02 and together.z < 0
    assert apart.observed == 30 and apart.p < 0.05 and apart.z > 0


def test_proximity_redraws_within_the_calendar_year_and_the_span():
    assert ties._new_year(np.array([1970, 1971, 2025])).tolist() == [0, 365, 20_089]


def test_alternation_is_chi_squared_and_tells_standing_in_from_busy_together():
    turns = np.repeat(np.arange(12), 6)
    one_each = np.repeat(np.arange(12) % 2 == 1, 6)
    stand_in = ties.alternation(turns, one_each, 199, _rng())
    assert stand_in.observed == pytest.approx(stats.chi2_contingency(pd.crosstab(turns, one_each)).statistic)
    assert stand_in.z > 2 and stand_in.p <= 0.02
    both = ties.alternation(turns, np.arange(72) % 2 == 1, 199, _rng())
    assert both.observed == 0 and both.z < -2


def test_a_season_in_which_more_was_found_does_not_link_two_partners():
    rng = _rng()
    busy = np.repeat(np.arange(12), np.where(np.arange(12) == 5, 40, 4))
    assert ties.alternation(busy, rng.random(len(busy)) < 0.4, 999, rng).p > 0.05


# --- Null models keep what they promise ---


@given(st.integers(2, 9), st.integers(2, 9), st.integers(0, 2**20))
@settings(max_examples=30, deadline=None)
def test_curveball_keeps_rows_and_columns(height, width, seed):
    matrix = np.random.default_rng(seed).random((height, width)) < 0.4
    for drawn in ties.curveball(matrix, 4, _rng()):
        assert drawn.shape == matrix.shape
        assert (drawn.sum(axis=0) == matrix.sum(axis=0)).all()
        assert (drawn.sum(axis=1) == matrix.sum(axis=1)).all()


def test_curveball_reaches_all_matrices_equally_often():
    """The 3 x 3 matrices with all margins 1 are the six permutations: each should come up a sixth of the time."""
    drawn = [tuple(np.argmax(found, axis=1)) for found in ties.curveball(np.eye(3, dtype=bool), 3000, _rng())]
    counts = pd.Series(drawn).value_counts()
    assert len(counts) == 6
    assert stats.chisquare(counts).pvalue > 1e-3


def test_rewiring_keeps_degrees_and_makes_no_loops(links):
    pairs = links[links["sender"] != links["receiver"]]
    found = ties.rewired(pairs, _rng())
    for end in ("sender", "receiver"):
        assert found[end].value_counts().to_dict() == pairs[end].value_counts().to_dict()
    assert (found["sender"] != found["receiver"]).all()


def test_rewiring_moves_edges_where_it_can():
    ring = pd.DataFrame({"sender": list("abcdefgh"), "receiver": list("bcdefgha")})
    assert (ties.rewired(ring, _rng())["receiver"] != ring["receiver"]).any()


def test_a_star_cannot_show_that_its_centre_is_central(links):
    """The share of edges at Myanmar is the same in every rewired network: the collection fixed it, not the world."""
    pairs = links[links["sender"] != links["receiver"]]
    observed = ties.touching(pairs, "MMR")
    assert {ties.touching(ties.rewired(pairs, np.random.default_rng(seed)), "MMR") for seed in range(5)} == {observed}


def test_shared_counts_common_organisations():
    held = pd.DataFrame(
        {"iso3": ["A", "A", "B", "B", "C"], "organisation": ["x", "y", "x", "y", "z"], "status": ["member"] * 5}
    )
    assert ties.shared(ties.incidence(held), [("A", "B")], 50, _rng()).observed == 2
    assert ties.shared(ties.incidence(held), [("A", "D")], 50, _rng()) is None


def test_votes_alike_uses_the_published_totals():
    cast = ["no", "no", "no", "no", "no", "abstain"]
    votes = pd.DataFrame({"resolution": list("abcabc"), "iso3": ["BLR"] * 3 + ["RUS"] * 3, "vote": cast})
    totals = pd.DataFrame({"resolution": list("abc"), "yes": 100, "no": 0, "abstain": 0})
    test = ties.voted_alike(votes, totals, ("BLR", "RUS"), 200, _rng())
    assert test.observed == 2 and test.n == 3
    assert test.mean == 3, "where all states vote alike two random ones always agree"


# --- Statements and robustness ---


def test_belarus_stood_alone_once(evidence):
    """UN release GA/12339, 18 June 2021: 119 to 1 (Belarus), 36 abstentions. Nowhere else do the two differ."""
    wide = evidence.votes.pivot(index="resolution", columns="iso3", values="vote")[["BLR", "RUS"]].dropna()
    assert wide[wide["BLR"] != wide["RUS"]].index.tolist() == ["A/RES/75/287"]
    totals = evidence.totals.set_index("resolution").loc["A/RES/75/287"]
    assert (totals["yes"], totals["no"], totals["abstain"]) == (119, 1, 36)


def test_results_repeat_exactly(evidence):
    one, other = (ties.tested(evidence, draws=99) for _ in range(2))
    for name, test in one.items():
        if test is not None:
            assert test.observed == other[name].observed
            assert (test.null == other[name].null).all()


def test_runs_only_take_away(evidence):
    kinds = sources.kinds()
    whole = set(evidence.links["event_id"])
    seen = set()
    for family, name, basis, changed in ties.runs(evidence, kinds):
        assert set(changed.links["event_id"]) <= whole, name
        assert len(changed.votes) <= len(evidence.votes)
        seen.add(family)
        if basis == "all":
            assert changed is evidence
    assert seen == {"all", "kind", "precision", "support", "source", "publisher", "organisation", "text"}


def test_an_event_stays_while_one_source_is_believed():
    frame = ties.edges(_events(("2024-02-01", "day", "visit", "RUS", "MMR")), _ACTORS)
    assert len(ties.without_sources(frame, {"work-a"})) == 1
    assert ties.without_sources(frame, {"work-a", "work-b"}).empty
    assert len(ties.with_several_sources(frame)) == 1


def test_verdicts_follow_their_rule(judged):
    assert set(judged["survives"]) <= {"yes", "direction only", "no"}
    assert (judged["lowest"] <= judged["observed"] + 1e-9).all()
    assert (judged["highest"] >= judged["observed"] - 1e-9).all()
    assert (judged["p_adjusted"] >= judged["p"] - 1e-12).all()
    assert (judged.loc[judged["p"] > 0.05, "survives"] == "no").all()
    assert not judged.loc[judged["survives"] != "no", "flipped"].any()
    steady = judged[judged["survives"] == "yes"]
    assert (steady["weakest_p"] <= 0.05).all()


def test_every_source_of_an_event_has_a_kind(links):
    known = sources.kinds().set_index("source")["kind"]
    used = {key for cell in links["source"] for key in cell.split(";")}
    assert used <= set(known.index)
    assert (known[sorted(used)] != "").all()


def test_kinds_are_fast_after_the_first_time():
    sources.kinds()
    start = time.perf_counter()
    frame = sources.kinds()
    assert time.perf_counter() - start < 0.05
    assert list(frame.columns) == ["source", "kind", "publisher", "date", "language"]
    assert frame["source"].is_unique
    assert set(frame["kind"]) <= {*sources.KINDS, ""}
    assert set(frame["source"]) == data.bibliography_keys()


def test_a_missing_bibliography_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"none\.bib"):
        sources.kinds(tmp_path / "none.bib")


def test_yearly_shares_add_up(evidence):
    frame = ties.yearly_shares(evidence.links, ["RUS", "BLR", "CHN"])
    assert frame.groupby("year")["share"].sum().round(9).isin([0, 1]).all()


def test_trips_to_russia_match_the_counts_that_two_publishers_printed(links):
    """The Irrawaddy calls September 2022 his third trip since the coup, the US-ASEAN council May 2025 his fifth."""
    trips = ties.leader_trips(ties.since_coup(links), "RUS").query("outward")
    assert (trips["when"] < "2022-10-01").sum() == 3
    assert (trips["when"] < "2025-06-01").sum() == 5


def test_the_statement_table_lists_every_statement(tests, judged):
    shown = ties.statement_table(tests, judged)
    assert len(shown) == len(ties.STATEMENTS)
    assert (shown["survives"] == "not computed").sum() == sum(test is None for test in tests.values())


def test_an_added_event_moves_no_node_of_the_drawing(links):
    before = {name: charts.position(name) for name in (*links["sender"], *links["receiver"], "XXX")}
    more = pd.concat([links, links.head(1).assign(receiver="XXX", event_id="ev-new")])
    assert charts.network(more).frame["events"].sum() == charts.network(links).frame["events"].sum() + 1
    assert before == {name: charts.position(name) for name in before}


def test_a_hundred_thousand_edges_take_seconds():
    spec = importlib.util.spec_from_file_location("ties_scale", ROOT / "benchmarks" / "ties_scale.py")
    scale = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scale)
    start = time.perf_counter()
    links = ties.edges(*scale.synthetic(100_000))
    network = ties.graph(links)
    assert isinstance(network, nx.MultiDiGraph) and network.number_of_edges() == 100_000
    assert ties.edge_list(network)["events"].sum() == 100_000
    assert time.perf_counter() - start < 20
