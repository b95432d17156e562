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

from vouch.evidence import case, data, sources
from vouch.figures import ties as charts
from vouch.methods.alliances import null_models, robustness, statements, ties
from vouch.paths import ROOT

CATEGORIES, HORIZON = data.load("categories"), case.horizon()


@pytest.fixture(scope="module")
def links() -> pd.DataFrame:
    return ties.edges(data.load("events"), data.load("actors"), CATEGORIES, HORIZON)


@pytest.fixture(scope="module")
def evidence(links: pd.DataFrame) -> statements.Evidence:
    totals = data.load("un_resolutions")
    totals = totals[totals["topic"] == "Myanmar"]
    votes = data.load("un_votes")
    members = data.load("memberships").query("organisation != 'IAEA'")
    return statements.Evidence(
        ties.since_coup(links), members, votes[votes["resolution"].isin(totals["resolution"])], totals
    )


@pytest.fixture(scope="module")
def tests(evidence: statements.Evidence) -> dict[str, null_models.NullTest | None]:
    return statements.tested(evidence, draws=199)


@pytest.fixture(scope="module")
def judged(evidence: statements.Evidence, tests: dict[str, null_models.NullTest | None]) -> pd.DataFrame:
    return robustness.verdicts(tests, robustness.repeats(evidence, sources.kinds(), draws=99))


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
    frame = ties.edges(rows, _ACTORS, CATEGORIES, HORIZON).set_index("event_id")
    assert frame.loc["ev-0", "sender"] == "BLR" and frame.loc["ev-0", "partner"] == "BLR"
    assert frame.loc["ev-1", "sender"] == ties.SEAT
    assert "ev-1" not in set(ties.since_coup(frame.reset_index())["event_id"])


def test_dates_known_to_the_month_or_year_are_bounded():
    rows = _events(("2024-02-01", "month", "visit", "RUS", "MMR"), ("2024-01-01", "year", "visit", "RUS", "MMR"))
    frame = ties.edges(rows, _ACTORS, CATEGORIES, HORIZON).set_index("event_id")
    assert frame.loc["ev-0", "latest"] == pd.Timestamp("2024-02-29")
    assert frame.loc["ev-1", "latest"] == pd.Timestamp("2024-12-31")
    assert (frame["earliest"] <= frame["when"]).all() and (frame["when"] <= frame["latest"]).all()


def test_an_unknown_actor_or_category_is_named():
    with pytest.raises(ValueError, match="unknown actor: XXX"):
        ties.edges(_events(("2024-02-01", "day", "visit", "XXX", "MMR")), _ACTORS, CATEGORIES, HORIZON)
    with pytest.raises(ValueError, match="unknown category: gossip"):
        ties.edges(_events(("2024-02-01", "day", "gossip", "RUS", "MMR")), _ACTORS, CATEGORIES, HORIZON)


def test_a_trip_is_one_episode():
    days = ["2025-03-03", "2025-03-04", "2025-03-11", "2025-03-19"]
    frame = ties.edges(_events(*((day, "day", "visit", "MMR", "RUS") for day in days)), _ACTORS, CATEGORIES, HORIZON)
    episodes = ties.episodes(frame)
    assert episodes["events"].tolist() == [3, 1]  # seven days join, eight divide
    assert episodes["when"].tolist() == [pd.Timestamp("2025-03-03"), pd.Timestamp("2025-03-19")]
    assert ties.episodes(frame.iloc[:0]).empty


def test_episodes_of_two_partners_do_not_join():
    rows = _events(("2025-03-06", "day", "visit", "MMR", "RUS"), ("2025-03-06", "day", "visit", "MMR", "BLR"))
    assert len(ties.episodes(ties.edges(rows, _ACTORS, CATEGORIES, HORIZON))) == 2


# --- Measures: known values ---


def test_precedence_is_mann_whitney():
    first, second = np.array([1, 4, 4, 9]), np.array([4, 5, 10])
    expected = stats.mannwhitneyu(second, first).statistic / 12
    assert null_models.precedence(first, second, 99, _rng()).observed == pytest.approx(expected)


@given(st.lists(st.integers(0, 50), min_size=3, max_size=15), st.lists(st.integers(0, 50), min_size=3, max_size=15))
@settings(max_examples=40, deadline=None)
def test_precedence_mirrors_and_stays_in_bounds(first, second):
    one = null_models.precedence(np.array(first), np.array(second), 49, _rng())
    other = null_models.precedence(np.array(second), np.array(first), 49, _rng())
    assert 0 <= one.observed <= 1
    assert one.observed + other.observed == pytest.approx(1)
    assert ((one.null >= -1e-9) & (one.null <= 1 + 1e-9)).all()
    assert 0 < one.p <= 1


def test_p_of_full_separation_is_near_the_exact_one():
    test = null_models.precedence(np.arange(5), np.arange(10, 15), 20_000, _rng())
    assert test.observed == 1
    assert test.p == pytest.approx(2 / comb(10, 5), rel=0.3)


def test_p_is_never_zero_and_never_above_one():
    assert null_models.NullTest(100.0, np.zeros(99), 5).p == pytest.approx(0.02)
    assert null_models.NullTest(0.0, np.zeros(99), 5).p == 1
    assert null_models.NullTest(0.0, np.zeros(99), 5).z == 0


def test_too_few_units_give_no_result():
    assert null_models.precedence(np.array([1, 2]), np.array([3, 4, 5]), 9, _rng()) is None


def test_p_values_are_uniform_when_nothing_is_there():
    rng = _rng()
    values = [null_models.precedence(rng.random(12), rng.random(12), 99, rng).p for _ in range(400)]
    assert np.mean(np.array(values) <= 0.05) < 0.09
    assert 0.4 < np.mean(np.array(values) <= 0.5) < 0.6


def test_proximity_sees_common_trips_and_turns():
    others = np.arange(18_300, 19_000, 60)
    years = np.full(10, 2020)
    together = null_models.proximity(others[:6] + 1, others, years[:6], (18_262, 18_627), 499, _rng())
    apart = null_models.proximity(others[:5] + 30, others, years[:5], (18_262, 18_627), 499, _rng())
    assert together.observed == 1 and together.p < 0.02 and together.z < 0
    assert apart.observed == 30 and apart.p < 0.05 and apart.z > 0


def test_proximity_redraws_within_the_calendar_year_and_the_span():
    assert null_models._new_year(np.array([1970, 1971, 2025])).tolist() == [0, 365, 20_089]


def test_alternation_is_chi_squared_and_tells_standing_in_from_busy_together():
    turns = np.repeat(np.arange(12), 6)
    one_each = np.repeat(np.arange(12) % 2 == 1, 6)
    stand_in = null_models.alternation(turns, one_each, 199, _rng())
    assert stand_in.observed == pytest.approx(stats.chi2_contingency(pd.crosstab(turns, one_each)).statistic)
    assert stand_in.z > 2 and stand_in.p <= 0.02
    both = null_models.alternation(turns, np.arange(72) % 2 == 1, 199, _rng())
    assert both.observed == 0 and both.z < -2


def test_a_season_in_which_more_was_found_does_not_link_two_partners():
    rng = _rng()
    busy = np.repeat(np.arange(12), np.where(np.arange(12) == 5, 40, 4))
    assert null_models.alternation(busy, rng.random(len(busy)) < 0.4, 999, rng).p > 0.05


# --- Null models keep what they promise ---


@given(st.integers(2, 9), st.integers(2, 9), st.integers(0, 2**20))
@settings(max_examples=30, deadline=None)
def test_curveball_keeps_rows_and_columns(height, width, seed):
    matrix = np.random.default_rng(seed).random((height, width)) < 0.4
    for drawn in null_models.curveball(matrix, 4, _rng()):
        assert drawn.shape == matrix.shape
        assert (drawn.sum(axis=0) == matrix.sum(axis=0)).all()
        assert (drawn.sum(axis=1) == matrix.sum(axis=1)).all()


def test_curveball_reaches_all_matrices_equally_often():
    """The 3 x 3 matrices with all margins 1 are the six permutations: each should come up a sixth of the time."""
    drawn = [tuple(np.argmax(found, axis=1)) for found in null_models.curveball(np.eye(3, dtype=bool), 3000, _rng())]
    counts = pd.Series(drawn).value_counts()
    assert len(counts) == 6
    assert stats.chisquare(counts).pvalue > 1e-3


def test_rewiring_keeps_degrees_and_makes_no_loops(links):
    pairs = links[links["sender"] != links["receiver"]]
    found = null_models.rewired(pairs, _rng())
    for end in ("sender", "receiver"):
        assert found[end].value_counts().to_dict() == pairs[end].value_counts().to_dict()
    assert (found["sender"] != found["receiver"]).all()


def test_rewiring_moves_edges_where_it_can():
    ring = pd.DataFrame({"sender": list("abcdefgh"), "receiver": list("bcdefgha")})
    assert (null_models.rewired(ring, _rng())["receiver"] != ring["receiver"]).any()


def test_a_star_cannot_show_that_its_centre_is_central(links):
    """The share of edges at Myanmar is the same in every rewired network: the collection fixed it, not the world."""
    pairs = links[links["sender"] != links["receiver"]]
    observed = null_models.touching(pairs, "MMR")
    assert {
        null_models.touching(null_models.rewired(pairs, np.random.default_rng(seed)), "MMR") for seed in range(5)
    } == {observed}


def test_shared_counts_common_organisations():
    memberships = pd.DataFrame(
        {"iso3": ["A", "A", "B", "B", "C"], "organisation": ["x", "y", "x", "y", "z"], "status": ["member"] * 5}
    )
    assert null_models.shared(ties.incidence(memberships), [("A", "B")], 50, _rng()).observed == 2
    assert null_models.shared(ties.incidence(memberships), [("A", "D")], 50, _rng()) is None


def test_votes_alike_uses_the_published_totals():
    cast = ["no", "no", "no", "no", "no", "abstain"]
    votes = pd.DataFrame({"resolution": list("abcabc"), "iso3": ["BLR"] * 3 + ["RUS"] * 3, "vote": cast})
    totals = pd.DataFrame({"resolution": list("abc"), "yes": 100, "no": 0, "abstain": 0})
    test = null_models.voted_alike(votes, totals, ("BLR", "RUS"), 200, _rng())
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
    one, other = (statements.tested(evidence, draws=99) for _ in range(2))
    for name, test in one.items():
        if test is not None:
            assert test.observed == other[name].observed
            assert (test.null == other[name].null).all()


def test_runs_only_take_away(evidence):
    kinds = sources.kinds()
    whole = set(evidence.links["event_id"])
    seen = set()
    for family, name, basis, changed in robustness.runs(evidence, kinds):
        assert set(changed.links["event_id"]) <= whole, name
        assert len(changed.votes) <= len(evidence.votes)
        seen.add(family)
        if basis == "all":
            assert changed is evidence
    assert seen == {"all", "kind", "precision", "support", "source", "publisher", "organisation", "text"}


def test_an_event_stays_while_one_source_is_believed():
    frame = ties.edges(_events(("2024-02-01", "day", "visit", "RUS", "MMR")), _ACTORS, CATEGORIES, HORIZON)
    assert len(robustness.without_sources(frame, {"work-a"})) == 1
    assert robustness.without_sources(frame, {"work-a", "work-b"}).empty
    assert len(robustness.with_several_sources(frame)) == 1


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


def test_kinds_are_read_once(monkeypatch):
    sources.kinds()
    monkeypatch.setattr("pybtex.database.parse_file", lambda *_: pytest.fail("read again"))
    frame = sources.kinds()
    assert list(frame.columns) == ["source", "kind", "publisher", "date", "language", "annotation"]
    assert frame["source"].is_unique
    assert set(frame["kind"]) <= {*sources.KINDS, ""}
    assert set(frame["source"]) == sources.bibliography_keys()


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
    shown = statements.statement_table(tests, judged)
    assert len(shown) == len(statements.STATEMENTS)
    assert (shown["survives"] == "not computed").sum() == sum(test is None for test in tests.values())


def test_an_added_event_moves_no_node_of_the_drawing(links):
    before = {name: charts.position(name) for name in (*links["sender"], *links["receiver"], "XXX")}
    more = pd.concat([links, links.head(1).assign(receiver="XXX", event_id="ev-new")])
    assert charts.network(more).frame["events"].sum() == charts.network(links).frame["events"].sum() + 1
    assert before == {name: charts.position(name) for name in before}


def test_time_grows_with_the_number_of_edges_and_not_with_its_square():
    spec = importlib.util.spec_from_file_location("ties_scale", ROOT / "benchmarks" / "ties_scale.py")
    scale = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scale)
    taken = []
    for size in (10_000, 100_000):
        start = time.process_time()
        links = ties.edges(*scale.synthetic(size), CATEGORIES, HORIZON)
        network = ties.graph(links)
        assert isinstance(network, nx.MultiDiGraph) and network.number_of_edges() == size
        assert ties.edge_list(network)["events"].sum() == size
        taken.append(time.process_time() - start)
    assert taken[1] < 40 * taken[0], "ten times the edges; a hundred times the work would be their square"


# --- By hand ---


def test_an_edge_keeps_what_is_known_of_its_event():
    rows = _events(
        ("2024-02-01", "month", "arms", "RUS", "MMR"), ("2024-01-31", "day", "visit", "MMR", "P_LUK"),
        ("2026-01-01", "year", "statement", "MMR", "SCO"), ("2026-06-02", "month", "visit", "RUS", "BLR"),
    ).assign(direction=["MMR", "both", "MMR", "MMR"], other_actors=["BLR;SCO", None, None, None])  # fmt: skip
    frame = ties.edges(rows, _ACTORS, CATEGORIES, HORIZON)
    day = pd.Timestamp
    expected = ["event_id", "sender", "receiver", "partner", "layer", "category", "level", "rank", "mutual", "third"]
    assert frame[expected].values.tolist() == [
        ["ev-1", "MMR", "BLR", "BLR", "visits", "visit", "minister", 3, True, ""],
        ["ev-0", "RUS", "MMR", "RUS", "arms", "arms", "minister", 3, False, "BLR;SCO"],
        ["ev-2", "MMR", "SCO", "SCO", "diplomacy", "statement", "minister", 3, False, ""],
        ["ev-3", "RUS", "BLR", "RUS", "visits", "visit", "minister", 3, False, ""],
    ], "in order of time, persons for their country"
    assert frame[["earliest", "latest", "when", "precision"]].values.tolist() == [
        [day("2024-01-31"), day("2024-01-31"), day("2024-01-31"), "day"],
        [day("2024-02-01"), day("2024-02-29"), day("2024-02-15"), "month"],
        [day("2026-01-01"), HORIZON, day("2026-03-17"), "year"],  # nothing lies after the evidence horizon
        [day("2026-06-02"), day("2026-06-02"), day("2026-06-02"), "month"],  # unless the event itself does
    ]
    assert frame["title"].eq("t").all() and frame["source"].eq("work-a;work-b").all()


@pytest.mark.parametrize("body", ["UNGA", "UNSC", "UNHRC"])
def test_the_seat_votes_in_all_three_bodies_and_only_as_sender(body):
    actors = pd.concat([_ACTORS, pd.DataFrame([{"actor_id": body, "type": "igo", "iso3": None}])])
    rows = _events(
        ("2022-03-02", "day", "multilateral", "MMR", body), ("2022-03-02", "day", "multilateral", body, "MMR")
    )
    assert ties.edges(rows, actors, CATEGORIES, HORIZON)["sender"].tolist() == [ties.SEAT, body]


def test_all_that_is_unknown_is_named():
    rows = _events(("2024-02-01", "day", "visit", "QMB", "MMR"), ("2024-02-01", "day", "visit", "QMA", "MMR"))
    with pytest.raises(ValueError, match=r"^unknown actor: QMA, QMB$"):
        ties.edges(rows, _ACTORS, CATEGORIES, HORIZON)
    known = _events(("2024-02-01", "day", "visit", "RUS", "MMR"))
    with pytest.raises(ValueError, match=r"^unknown actor: QQQ$"):
        ties.edges(known.assign(actor_b="QQQ"), _ACTORS, CATEGORIES, HORIZON)
    with pytest.raises(ValueError, match=r"^unknown level: king$"):
        ties.edges(known.assign(level="king"), _ACTORS, CATEGORIES, HORIZON)


def _network() -> pd.DataFrame:
    rows = _events(
        ("2024-01-05", "day", "visit", "RUS", "MMR"), ("2024-01-03", "day", "visit", "MMR", "RUS"),
        ("2024-01-04", "day", "arms", "RUS", "MMR"), ("2024-01-04", "day", "visit", "RUS", "BLR"),
        ("2024-01-04", "day", "multilateral", "MMR", "UNGA"), ("2024-01-06", "day", "domestic", "MMR", "MMR"),
    )  # fmt: skip
    return ties.edges(rows, _ACTORS, CATEGORIES, HORIZON)


def test_the_network_and_its_edges_opened():
    network = ties.graph(_network())
    edge = network.edges["RUS", "MMR", "ev-0"]
    assert edge == {
        "partner": "RUS", "layer": "visits", "category": "visit", "rank": 3, "mutual": True, "third": "",
        "when": pd.Timestamp("2024-01-05"), "precision": "day", "source": "work-a;work-b",
    }  # fmt: skip
    listed = ties.edge_list(network)
    assert listed[["a", "b", "layer", "events", "outward", "event_ids"]].values.tolist() == [
        ["MMR", "RUS", "visits", 2, 1, "ev-1;ev-0"],
        ["BLR", "RUS", "visits", 1, 0, "ev-3"],
        ["MMR", "MMR", "domestic", 1, 1, "ev-5"],
        ["MMR", "RUS", "arms", 1, 0, "ev-2"],
        ["MMR-UN", "UNGA", "organisations", 1, 1, "ev-4"],
    ]
    assert listed.loc[0, ["first", "last"]].tolist() == [pd.Timestamp("2024-01-03"), pd.Timestamp("2024-01-05")]


def test_partners_and_the_others():
    kept = ties.partner_layers(_network(), ["BLR"])
    assert kept[["event_id", "group"]].values.tolist() == [
        ["ev-1", "others"], ["ev-2", "others"], ["ev-3", "others"], ["ev-0", "others"],
    ]  # fmt: skip
    assert set(ties.partner_layers(_network(), ["RUS"])["group"]) == {"RUS"}


def test_ties_count_from_the_day_of_the_coup():
    rows = _events(
        ("2021-01-31", "day", "visit", "RUS", "MMR"), ("2021-02-01", "day", "visit", "RUS", "MMR"),
        ("2021-01-01", "year", "visit", "RUS", "MMR"), ("2022-01-01", "day", "domestic", "MMR", "MMR"),
    )  # fmt: skip
    kept = ties.since_coup(ties.edges(rows, _ACTORS, CATEGORIES, HORIZON))
    assert set(kept["event_id"]) == {"ev-1", "ev-2"}, "what may have been after the coup stays"
    assert list(kept.index) == [0, 1]


def test_episodes_are_counted_within_each_partner():
    rows = [("2025-03-01", "MMR", "RUS"), ("2025-03-02", "MMR", "BLR"), ("2025-03-08", "RUS", "MMR"),
            ("2025-03-20", "MMR", "BLR"), ("2025-03-02", "MMR", "SCO")]  # fmt: skip
    frame = ties.edges(_events(*((day, "day", "visit", a, b) for day, a, b in rows)), _ACTORS, CATEGORIES, HORIZON)
    episodes = ties.episodes(frame)
    assert episodes[["partner", "episode", "events", "event_ids"]].values.tolist() == [
        ["RUS", 0, 2, "ev-0;ev-2"], ["BLR", 0, 1, "ev-1"], ["SCO", 0, 1, "ev-4"], ["BLR", 1, 1, "ev-3"],
    ]  # fmt: skip
    assert episodes["when"].tolist() == [pd.Timestamp(f"2025-03-{day}") for day in ("01", "02", "02", "20")]
    assert len(ties.episodes(frame, gap=6)) == 5 and len(ties.episodes(frame, gap=18)) == 3
    assert list(ties.episodes(frame.iloc[:0]).columns) == list(episodes.columns)
    assert ties.numbered(frame).groupby("partner")["episode"].min().eq(0).all()


def test_only_full_links_to_organisations_count():
    memberships = pd.DataFrame({"iso3": list("AABC"), "organisation": list("xyxy"),
                         "status": ["member", "party-in-force", "observer", "member"]})  # fmt: skip
    matrix = ties.incidence(memberships)
    assert matrix.to_numpy().tolist() == [[True, True], [False, True]] and list(matrix.index) == ["A", "C"]


# --- Null tests by hand ---


def test_p_counts_draws_as_extreme_as_the_observed():
    null = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9])
    assert null_models.NullTest(9.0, null, 3).p == pytest.approx(2 * 2 / 10)
    assert null_models.NullTest(10.0, null, 3).p == pytest.approx(2 * 1 / 10)
    assert null_models.NullTest(1.0, null, 3).p == pytest.approx(2 * 2 / 10)
    assert null_models.NullTest(5.0, null, 3).p == 1
    assert (
        null_models.NullTest(9.0, null, 3).z == pytest.approx((9 - 5) / np.std(null))
        and null_models.NullTest(9, null, 3).mean == 5
    )


def test_the_order_of_two_groups_by_hand():
    # Of the nine pairs the later one is drawn from `second` in six and a half.
    test = null_models.precedence(np.array([1, 5, 3]), np.array([2, 5, 9]), 500, _rng())
    assert test.observed == pytest.approx(6.5 / 9) and test.n == 3 and len(test.null) == 500
    assert test.mean == pytest.approx(0.5, abs=0.03)
    assert set(np.round(test.null * 18)) <= set(range(19)), "halves of ninths"
    assert null_models.precedence(np.arange(4), np.arange(3), 9, _rng()).n == 3
    assert null_models.precedence(np.arange(3), np.arange(2), 9, _rng()) is None


def test_distance_to_the_nearest_by_hand():
    days, others = np.array([18_270, 18_300, 18_400]), np.array([18_410, 18_275, 18_290])
    found = null_models.proximity(days, others, np.full(3, 2020), (18_262, 18_627), 300, _rng())
    assert (found.observed, found.n, len(found.null)) == (10, 3, 300)
    assert null_models._nearest(np.array([0, 5, 7, 30]), np.array([4, 10])).tolist() == [4, 1, 3, 20]
    # Within a span of one day all that is redrawn falls on it.
    fixed = null_models.proximity(days, others, np.full(3, 2020), (18_280, 18_280), 20, _rng())
    assert set(fixed.null) == {5}
    # Within a year of its own: the 366 days of 2020, none of the neighbours.
    edge = null_models.proximity(days, np.array([0, 18_262, 18_627]), np.full(3, 2020), (0, 99_999), 400, _rng())
    assert edge.null.max() <= 183
    lone = null_models.proximity(days, np.full(3, 18_262 - 1000), np.full(3, 2020), (0, 99_999), 4000, _rng())
    assert lone.null.min() >= 1000 and lone.null.max() <= 1365
    assert null_models.proximity(days[:2], others, np.full(2, 2020), (0, 99_999), 9, _rng()) is None
    assert null_models.proximity(days, others[:2], np.full(3, 2020), (0, 99_999), 9, _rng()) is None


def test_sharing_of_periods_by_hand():
    # Two periods, four episodes each; the second partner has three of the first and one of the second period.
    periods, second = np.array([7, 7, 7, 7, 9, 9, 9, 9]), np.array([1, 1, 1, 0, 1, 0, 0, 0], dtype=bool)
    found = null_models.alternation(periods, second, 200, _rng())
    assert found.observed == pytest.approx(2.0) and (found.n, len(found.null)) == (4, 200)
    assert {round(value, 6) for value in found.null} <= {0, 2, 8}
    assert null_models.alternation(np.arange(5), np.array([1, 1, 0, 0, 0], dtype=bool), 9, _rng()) is None
    assert null_models.alternation(np.arange(6), np.array([1, 1, 1, 0, 0, 0], dtype=bool), 9, _rng()).n == 3


def test_shared_organisations_of_several_pairs_are_added():
    matrix = pd.DataFrame([[1, 1, 0, 1], [1, 1, 0, 0], [0, 1, 1, 0]], index=list("ABC")).astype(bool)
    found = null_models.shared(matrix, [("A", "B"), ("A", "C")], 60, _rng())
    assert (found.observed, found.n, len(found.null)) == (3, 4, 60)
    assert null_models.shared(matrix, [("A", "B"), ("D", "C")], 60, _rng()) is None
    full = pd.DataFrame(True, index=matrix.index, columns=matrix.columns)
    assert set(null_models.shared(full, [("A", "B")], 20, _rng()).null) == {4}, (
        "where all are members nothing can be redrawn"
    )


def test_votes_alike_by_hand():
    cast = ["no", "no", "yes", "abstain"], ["no", "abstain", "yes", "absent"]
    votes = pd.DataFrame({"resolution": list("abcd") * 2, "iso3": ["X"] * 4 + ["Y"] * 4, "vote": [*cast[0], *cast[1]]})
    totals = pd.DataFrame(
        {"resolution": list("dcba"), "yes": [1, 1, 2, 9], "no": [1, 1, 2, 0], "abstain": [0, 0, 0, 0]}
    )
    found = null_models.voted_alike(votes, totals, ("X", "Y"), 4000, _rng())
    assert (found.observed, found.n, len(found.null)) == (2, 3, 4000)
    # Two of nine that agree always do; two of two that differ never; two of two and two in a third of the cases.
    assert found.mean == pytest.approx(1 + 1 / 3 + 0, abs=0.03)
    assert null_models.voted_alike(votes, totals, ("X", "Z"), 9, _rng()) is None
    assert null_models.voted_alike(votes[votes["resolution"] != "a"], totals, ("X", "Y"), 9, _rng()) is None


def test_curveball_of_one_row_and_of_tall_matrices():
    one = np.array([[True, False, True]])
    assert [drawn.tolist() for drawn in null_models.curveball(one, 2, _rng())] == [one.tolist()] * 2
    assert [drawn.tolist() for drawn in null_models.curveball(one.T, 2, _rng())] == [one.T.tolist()] * 2
    tall = np.eye(3, dtype=bool)[:, :2]
    shapes = {tuple(map(tuple, drawn)) for drawn in null_models.curveball(tall, 200, _rng())}
    assert len(shapes) == 2, "two countries with one link each; the third keeps none"


def test_rewiring_mixes_well():
    ring = pd.DataFrame({"sender": list("abcd"), "receiver": list("bcda")})
    seen = {tuple(null_models.rewired(ring, np.random.default_rng(seed))["receiver"]) for seed in range(200)}
    assert len(seen) == 9, "all nine ways in which nobody meets himself"
    odd = pd.DataFrame({"sender": list("abc"), "receiver": list("bca"), "event_id": [1, 2, 3]})
    assert null_models.rewired(odd, _rng())["event_id"].tolist() == [1, 2, 3]
    assert null_models.touching(odd, "a") == pytest.approx(2 / 3)


def test_large_draws_come_in_chunks():
    assert (
        list(null_models._chunks(7, 3)) == [3, 3, 1]
        and list(null_models._chunks(6, 3)) == [3, 3]
        and list(null_models._chunks(0, 3)) == []
    )
    drawn = np.concatenate(list(null_models._permutations(np.array([1, 2, 3]), 600, _rng())))
    assert drawn.shape == (600, 3) and (np.sort(drawn, axis=1) == [1, 2, 3]).all()
    assert len({tuple(row) for row in drawn.tolist()}) == 6
    pairs = list(null_models._row_pairs(3, 900, _rng()))
    assert set(pairs) == {(a, b) for a in range(3) for b in range(3) if a != b} and len(pairs) == 900


# --- Statements by hand ---


def _visits(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Edges from (date, category, sender, receiver)."""
    return ties.edges(
        _events(*((date, "day", category, a, b) for date, category, a, b in rows)), _ACTORS, CATEGORIES, HORIZON
    )


def _measured(name: str, links: pd.DataFrame) -> null_models.NullTest | None:
    empty = pd.DataFrame()
    statement = next(statement for statement in statements.STATEMENTS if statement.id == name)
    return statement.test(statements.Evidence(links, empty, empty, empty), 99, 1)


def test_statements_on_order_look_at_episodes():
    months = range(1, 7)
    early = [(f"2022-0{month}-01", "arms", "RUS", "MMR") for month in months]
    late = [(f"2023-0{month}-01", "election-cooperation", "RUS", "MMR") for month in months]
    again = [(f"2023-0{month}-03", "election-cooperation", "RUS", "MMR") for month in months]
    found = _measured("russia_arms_first", _visits(*early, *late, *again))
    assert (found.observed, found.n) == (1, 6), "two events of one trip are one"
    assert found.p <= 0.02
    swapped = _visits(
        *((date, "arms" if kind != "arms" else "election-cooperation", a, b) for date, kind, a, b in [*early, *late])
    )
    assert _measured("russia_arms_first", swapped).observed == 0
    assert _measured("belarus_arms_first", _visits(*early, *late)) is None
    other = [(date, kind, "BLR", b) for date, kind, _, b in late]
    assert _measured("belarus_after_russia", _visits(*early, *other)).observed == 1
    assert _measured("belarus_after_russia", _visits(*early, *other)).n == 6


def test_statements_on_nearness_and_quarters():
    russia = [(f"2022-{month:02}-10", "visit", "RUS", "MMR") for month in range(1, 13)]
    belarus = [(f"2022-{month:02}-13", "visit", "BLR", "MMR") for month in (2, 5, 8, 11)]
    near = _measured("nearest_contact", _visits(*russia, *belarus))
    assert (near.observed, near.n) == (3, 4)
    imprecise = ties.edges(
        _events(*((date, "day", "visit", a, b) for date, _, a, b in russia),
                *((date, "month", "visit", a, b) for date, _, a, b in belarus)),
        _ACTORS, CATEGORIES, HORIZON)  # fmt: skip
    assert _measured("nearest_contact", imprecise) is None, "days that are not known are not near to anything"
    together = _measured("same_quarters", _visits(*russia, *belarus))
    assert together.observed == pytest.approx(0) and together.n == 4
    apart = [(f"2023-{month:02}-13", "visit", "BLR", "MMR") for month in (2, 5, 8, 11)]
    # Five quarters of Russia alone or of Belarus alone: chi-squared is the number of episodes.
    assert _measured("same_quarters", _visits(*russia, *apart)).observed == pytest.approx(16)
    assert _measured("same_quarters", _visits(("2022-01-01", "visit", "SCO", "MMR"))) is None


def test_the_statement_on_rank_compares_guests():
    out = [(f"2022-0{month}-01", "visit", "MMR", "RUS") for month in (1, 2, 3)]
    back = [(f"2023-0{month}-01", "visit", "RUS", "MMR") for month in (1, 2, 3, 4)]
    links = _visits(*out, *back)
    links["rank"] = [4, 4, 3, 3, 3, 1, 1]
    assert _measured("russia_rank", links).observed == pytest.approx((4 + 4 + 2 + 0.5 * 2) / 12)
    assert _measured("russia_rank", links.assign(layer="arms")) is None


def test_what_is_known_to_the_year_says_nothing_about_order():
    links = _visits(("2022-01-01", "visit", "RUS", "MMR"), ("2022-01-01", "arms", "BLR", "MMR"))
    order = next(statement for statement in statements.STATEMENTS if statement.id == "russia_elections_first")
    rank = next(statement for statement in statements.STATEMENTS if statement.id == "russia_rank")
    both = next(statement for statement in statements.STATEMENTS if statement.id == "belarus_after_russia")
    assert len(both.looked_at(links)) == 2 and both.looked_at(links.assign(precision="year")).empty
    assert rank.looked_at(links)["partner"].tolist() == ["RUS"] and order.looked_at(links).empty


def test_statements_do_not_share_random_numbers():
    links = _visits(*((f"202{year}-0{month}-01", "visit", partner, "MMR") for year in (2, 3) for month in (1, 4, 8)
                      for partner in ("RUS", "BLR")))  # fmt: skip
    one, again = _measured("belarus_after_russia", links), _measured("belarus_after_russia", links)
    assert (one.null == again.null).all()
    statement = next(statement for statement in statements.STATEMENTS if statement.id == "belarus_after_russia")
    evidence = statements.Evidence(links, links, links, links)
    assert (statement.test(evidence, 99, 2).null != one.null).any()


def test_runs_take_away_what_their_name_says():
    links = _visits(
        ("2022-01-01", "visit", "RUS", "MMR"), ("2022-01-02", "observer-mission", "RUS", "MMR"),
        ("2022-01-03", "visit", "BLR", "MMR"), ("2022-01-04", "visit", "BLR", "MMR"),
    )  # fmt: skip
    links["source"] = ["m", "g; a", "a2;a", "a"]
    links["precision"] = ["day", "day", "month", "day"]
    rows = [("m", "state-media", "M"), ("g", "government", "G"), *((key, "news", "A") for key in ("a", "a2", "x"))]
    kinds = pd.DataFrame(rows, columns=["source", "kind", "publisher"])
    members = pd.DataFrame({"organisation": ["O", "N", "O"], "iso3": ["RUS", "RUS", "BLR"], "status": "member"})
    votes = pd.DataFrame({"resolution": ["r", "s"], "iso3": "RUS", "vote": "no"})
    evidence = statements.Evidence(links, members, votes, pd.DataFrame({"resolution": ["r", "s"]}))
    found = {(family, name): (basis, changed) for family, name, basis, changed in robustness.runs(evidence, kinds)}
    left = {key: ";".join(changed.links["event_id"]) for key, (_, changed) in found.items()}
    assert left == {
        ("all", "everything"): "ev-0;ev-1;ev-2;ev-3",
        ("kind", "without state media"): "ev-1;ev-2;ev-3",
        ("kind", "without state media and governments"): "ev-1;ev-2;ev-3",
        ("kind", "state media alone"): "ev-0",
        ("precision", "only days known to the day"): "ev-0;ev-1;ev-3",
        ("precision", "without observer missions"): "ev-0;ev-2;ev-3",
        ("support", "two or more sources"): "ev-1;ev-2",
        ("source", "a"): "ev-0;ev-1;ev-2",
        ("source", "m"): "ev-1;ev-2;ev-3",
        ("publisher", "A"): "ev-0;ev-1",
        ("organisation", "N"): "ev-0;ev-1;ev-2;ev-3",
        ("organisation", "O"): "ev-0;ev-1;ev-2;ev-3",
        ("text", "r"): "ev-0;ev-1;ev-2;ev-3",
        ("text", "s"): "ev-0;ev-1;ev-2;ev-3",
    }
    bases = {family: basis for (family, _), (basis, _) in found.items()}
    assert bases == {"all": "all", "kind": "events", "precision": "events", "support": "events", "source": "events",
                     "publisher": "events", "organisation": "memberships", "text": "votes"}  # fmt: skip
    assert set(found["organisation", "O"][1].members["organisation"]) == {"N"}
    assert set(found["text", "r"][1].votes["resolution"]) == {"s"}
    for _, changed in found.values():
        assert changed.totals is evidence.totals


def test_robustness_repeats_each_statement_where_it_is_touched(evidence, tests):
    kinds = sources.kinds()
    few = statements.Evidence(evidence.links.iloc[::4], evidence.members, evidence.votes, evidence.totals)
    table = robustness.repeats(few, kinds, draws=9)
    assert list(table.columns) == ["id", "family", "run", "observed", "null_mean", "z", "p", "n"]
    assert set(table["id"]) == {statement.id for statement in statements.STATEMENTS}
    basis = {statement.id: statement.basis for statement in statements.STATEMENTS}
    touched = {"organisation": "memberships", "text": "votes"}
    for row in table[table["family"] != "all"].itertuples():
        assert basis[row.id] == touched.get(row.family, "events")
    whole = table[table["family"] == "all"].set_index("id")
    for name, test in statements.tested(few, draws=9).items():
        found = whole.loc[name, ["observed", "null_mean", "z", "p", "n"]].tolist()
        if test is None:
            assert np.isnan(found[:4]).all() and found[4] == 0
        else:
            assert found == pytest.approx([test.observed, test.mean, test.z, test.p, test.n])
    votes = table[(table["id"] == "votes_alike") & (table["family"] == "text")]
    assert votes["n"].isin([whole.loc["votes_alike", "n"] - 1, whole.loc["votes_alike", "n"]]).all()
    assert votes["n"].min() < whole.loc["votes_alike", "n"], "one text less"


def _judged(p: float, *runs: tuple[float, float, float]) -> pd.Series:
    """The verdict on one statement with the p-value `p` on all evidence and runs of (observed, null mean, p)."""
    null = np.concatenate([np.full(round(500 * p) - 1, 9.0), np.full(999 - round(500 * p) + 1, 1.0)])
    first, *rest = statements.STATEMENTS
    tests = {first.id: null_models.NullTest(5.0, null, 3), **{statement.id: None for statement in rest}}
    rows = [(first.id, "f", f"r{n}", *run[:2], run[0] - run[1], run[2], 3) for n, run in enumerate(runs)]
    columns = ["id", "family", "run", "observed", "null_mean", "z", "p", "n"]
    found = robustness.verdicts(tests, pd.DataFrame(rows, columns=columns))
    assert len(found) == 1
    return found.iloc[0]


def test_the_rule_of_survival():
    judged = _judged(0.02, (5, 1, 0.02), (4, 1, 0.05))
    assert judged["survives"] == "yes" and judged["statement"] == statements.STATEMENTS[0].above
    expected = ["lowest", "highest", "z_lowest", "z_highest", "computable", "run_count", "weakest_p", "flipped", "n"]
    assert judged[expected].tolist() == [4, 5, 3, 4, 2, 2, 0.05, False, 3]
    assert judged[["observed", "p"]].tolist() == [5, pytest.approx(0.02)] and judged["p_adjusted"] == pytest.approx(
        0.02
    )
    assert _judged(0.02, (5, 1, 0.02), (4, 1, 0.06))["survives"] == "direction only", "one run is too weak"
    assert _judged(0.02, (5, 1, 0.02), (np.nan, np.nan, np.nan))["survives"] == "direction only", (
        "one cannot be computed"
    )
    assert _judged(0.02, (5, 1, 0.02), (1, 4, 0.02))["survives"] == "no", "one lies on the other side"
    assert _judged(0.06, (5, 1, 0.02))["survives"] == "no"


def test_false_discoveries_are_held_down_over_all_statements():
    """Benjamini & Hochberg: of 13 p-values the k-th smallest counts 13 / k fold."""
    ids = [statement.id for statement in statements.STATEMENTS]
    null = {p: np.concatenate([np.full(p - 1, 9.0), np.full(1000 - p, 1.0)]) for p in (10, 20, 400)}
    tests = {name: null_models.NullTest(5.0, null[{0: 10, 1: 20}.get(place, 400)], 3) for place, name in enumerate(ids)}
    runs = [(name, "f", "r", 5.0, 1.0, 1.0, 0.01, 3) for name in ids]
    columns = ["id", "family", "run", "observed", "null_mean", "z", "p", "n"]
    found = robustness.verdicts(tests, pd.DataFrame(runs, columns=columns))
    assert found["p"].tolist()[:3] == pytest.approx([0.02, 0.04, 0.8])
    assert found["p_adjusted"].tolist()[:3] == pytest.approx([0.02 * len(ids), 0.04 * len(ids) / 2, 0.8])
    assert found["survives"].tolist()[:3] == ["direction only", "direction only", "no"]
    assert robustness.verdicts(tests, pd.DataFrame(runs, columns=columns), level=0.9)["survives"].iloc[0] == "yes"


def test_what_lies_below_its_null_is_worded_so():
    first, *rest = statements.STATEMENTS
    tests = {
        first.id: null_models.NullTest(0.0, np.linspace(1, 2, 99), 3),
        **{statement.id: None for statement in rest},
    }
    rows = pd.DataFrame([(first.id, "f", "r", 0.0, 1.5, -2.0, 0.02, 3)],
                        columns=["id", "family", "run", "observed", "null_mean", "z", "p", "n"])  # fmt: skip
    judged = robustness.verdicts(tests, rows)
    assert judged.loc[0, "statement"] == first.below and judged.loc[0, "survives"] == "yes"
    assert robustness.verdicts(tests, rows.assign(observed=2.0))["survives"].tolist() == ["no"]
    shown = statements.statement_table(tests, judged)
    assert shown.iloc[0].tolist() == [
        first.below,
        first.statistic,
        "0.00 (0.00 to 0.00)",
        "1.50",
        "0.020 (0.020)",
        "yes",
    ]
    assert shown.loc[1, ["statement", "statistic"]].tolist() == [rest[0].topic, rest[0].statistic]
    assert shown.loc[1, ["observed", "null_mean", "p"]].isna().all() and shown.loc[1, "survives"] == "not computed"


@pytest.mark.parametrize(
    ("observed", "lowest", "highest", "printed", "mean"),
    [
        (7, 6, 9, "7 (6 to 9)", "6.2"),
        (7.5, 6, 9, "7.5 (6.0 to 9.0)", "6.2"),
        (0.5, 0.25, 1, "0.50 (0.25 to 1.00)", "6.24"),
    ],
)
def test_digits_of_a_statement(observed, lowest, highest, printed, mean):
    statement = next(statement for statement in statements.STATEMENTS if statement.id == "nearest_contact")
    values = {"observed": observed, "lowest": lowest, "highest": highest, "null_mean": 6.24, "p": 0.5}
    judged = pd.DataFrame([{"id": statement.id, "statement": "s", "p_adjusted": 1.0, "survives": "no"} | values])
    tests = {one.id: None for one in statements.STATEMENTS} | {statement.id: null_models.NullTest(1.0, np.ones(9), 3)}
    row = statements.statement_table(tests, judged).set_index("statement").loc["s"]
    assert (row["observed"], row["null_mean"], row["p"]) == (printed, mean, "0.500 (1.000)")


def test_shares_of_a_year_by_hand():
    links = _visits(
        ("2022-01-01", "visit", "RUS", "MMR"), ("2022-03-01", "visit", "RUS", "MMR"),
        ("2022-06-01", "visit", "BLR", "MMR"), ("2024-01-01", "visit", "BLR", "MMR"),
        ("2023-01-01", "visit", "MMR", "SCO"),
    )  # fmt: skip
    found = ties.yearly_shares(links, ["RUS", "BLR", "CHN"])
    assert found.fillna(-1).values.tolist() == [
        [2022, "RUS", 2, 3, 2 / 3], [2023, "RUS", 0, 0, -1], [2024, "RUS", 0, 1, 0],
        [2022, "BLR", 1, 3, 1 / 3], [2023, "BLR", 0, 0, -1], [2024, "BLR", 1, 1, 1],
        [2022, "CHN", 0, 3, 0], [2023, "CHN", 0, 0, -1], [2024, "CHN", 0, 1, 0],
    ]  # fmt: skip


def test_trips_of_leaders_by_hand():
    rows = [("2022-01-01", "visit", "MMR", "RUS"), ("2022-02-01", "visit", "RUS", "MMR"),
            ("2022-03-01", "arms", "MMR", "RUS"), ("2022-04-01", "visit", "MMR", "BLR"),
            ("2022-05-01", "visit", "MMR", "RUS")]  # fmt: skip
    links = _visits(*rows)
    links["rank"] = [4, 4, 4, 4, 3]
    found = ties.leader_trips(links, "RUS")
    assert found[["event_id", "title", "outward"]].values.tolist() == [["ev-0", "t", True], ["ev-1", "t", False]]
