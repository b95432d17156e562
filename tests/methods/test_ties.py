"""The web of ties: one count everywhere, exact distributions, and tests that say beforehand what they could show."""

from __future__ import annotations

import importlib.util
import time
from itertools import combinations, product
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from vouch.evidence import case, data, sources
from vouch.figures import ties as charts
from vouch.methods.alliances import chronology, robustness, statements, ties
from vouch.methods.firmness.headlines.ties import tie_numbers
from vouch.pages.explorer import drawn as explorer
from vouch.paths import ROOT

CATEGORIES, HORIZON = data.load("categories"), case.horizon()


@pytest.fixture(scope="module")
def links() -> pd.DataFrame:
    return ties.edges(data.load("events"), data.load("actors"), CATEGORIES, HORIZON)


@pytest.fixture(scope="module")
def since(links: pd.DataFrame) -> pd.DataFrame:
    return ties.since_coup(links)


def _events(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """Events from (date, precision, category, actor_a, actor_b)."""
    frame = pd.DataFrame(rows, columns=["date", "date_precision", "category", "actor_a", "actor_b"])
    frame["event_id"] = [f"ev-{number}" for number in range(len(frame))]
    return frame.assign(other_actors=None, level="minister", direction="both", title="t", source="work-a;work-b")


_ACTORS = pd.DataFrame(
    {
        "actor_id": ["MMR", "BLR", "RUS", "GBR", "SCO", "P_LUK", "UNGA"],
        "type": ["state", "state", "state", "state", "igo", "person", "igo"],
        "iso3": ["MMR", "BLR", "RUS", "GBR", None, "BLR", None],
    }
)


def _links(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    return ties.edges(_events(*rows), _ACTORS, CATEGORIES, HORIZON)


# --- One event, one layer, one count ---


def test_chronology_ties_and_explorer_count_the_same_events_of_every_pair(links):
    """For every country: the events of its chronology, the contacts of the web, and the lines of the explorer."""
    events = data.load("events")
    contacts, shown = ties.contacts(links), explorer.shown(links)
    partners = set(data.load("actors").query("type == 'state'")["actor_id"]) & set(links["partner"]) - {"MMR"}
    assert {"RUS", "BLR", "CHN", "IND"} <= partners
    for partner in sorted(partners):
        layered = chronology.by_layer(events, CATEGORIES, partner)
        assert layered["layer"].notna().all(), partner
        of_pair = set(contacts.loc[contacts["partner"] == partner, "event_id"])
        assert set(layered["event_id"]) == of_pair, partner
        drawn = shown[(shown["a"] == "MMR") & (shown["b"] == partner)]
        assert set(drawn["event_id"]) == of_pair, partner
        if partner in ties.PARTNERS:  # the list of the explorer has no other events under these two
            assert set(shown.loc[shown["partner"] == partner, "event_id"]) == of_pair


def test_since_the_coup_the_three_count_alike_too(links, since):
    events = data.load("events")
    frame = charts.layers(since, CATEGORIES).frame
    for partner in ties.PARTNERS:
        pair = chronology.dyad(events, partner)
        assert (frame["partner"] == partner).sum() == (pair["latest"] >= case.COUP).sum()
        listed = ties.since_coup(explorer.shown(links))
        assert (listed["partner"] == partner).sum() == (frame["partner"] == partner).sum()


def test_the_finer_layers_are_parts_of_the_coarse_ones():
    abroad = CATEGORIES[CATEGORIES["layer"] != "domestic"]
    assert abroad["chronology"].notna().all()
    assert (abroad.groupby("chronology")["layer"].nunique() == 1).all()


def test_what_others_decide_about_myanmar_is_no_contact(links, since):
    """The three roll calls that once counted as contacts with Russia or Belarus, and sanctions on a third party."""
    calls = ["ev-20210618-01", "ev-20210212-01", "ev-20221221-01"]
    assert not set(calls) & set(since["event_id"])
    assert set(links.set_index("event_id").loc[calls, "partner"]) == {"UNGA", "UNHRC", "UNSC"}
    frame = _links(
        ("2022-01-01", "day", "multilateral", "RUS", "UNGA"), ("2022-01-02", "day", "sanction", "GBR", "RUS"),
        ("2022-01-03", "day", "domestic", "MMR", "MMR"), ("2022-01-04", "day", "multilateral", "MMR", "UNGA"),
        ("2022-01-05", "day", "multilateral", "MMR", "SCO"), ("2022-01-06", "day", "visit", "P_LUK", "MMR"),
    )  # fmt: skip
    assert frame["partner"].tolist() == ["UNGA", "GBR", "MMR", "UNGA", "SCO", "BLR"]
    assert ties.contacts(frame)["event_id"].tolist() == ["ev-4", "ev-5"]


def test_contacts_count_from_the_day_of_the_coup():
    frame = _links(
        ("2021-01-31", "day", "visit", "RUS", "MMR"), ("2021-02-01", "day", "visit", "RUS", "MMR"),
        ("2021-01-01", "month", "visit", "RUS", "MMR"), ("2021-01-01", "year", "visit", "RUS", "MMR"),
    )  # fmt: skip
    assert sorted(ties.since_coup(frame)["event_id"]) == ["ev-1", "ev-3"]


def test_persons_stand_for_their_country_and_the_un_seat_for_itself():
    rows = _events(("2025-03-07", "day", "visit", "P_LUK", "MMR"), ("2022-03-02", "day", "multilateral", "MMR", "UNGA"))
    frame = ties.edges(rows, _ACTORS, CATEGORIES, HORIZON).set_index("event_id")
    assert frame.loc["ev-0", "sender"] == "BLR" and frame.loc["ev-0", "partner"] == "BLR"
    assert frame.loc["ev-1", "sender"] == ties.SEAT


def test_dates_known_to_the_month_or_year_are_bounded():
    rows = _events(("2024-02-01", "month", "visit", "RUS", "MMR"), ("2024-01-01", "year", "visit", "RUS", "MMR"))
    frame = ties.edges(rows, _ACTORS, CATEGORIES, HORIZON).set_index("event_id")
    assert frame.loc["ev-0", "latest"] == pd.Timestamp("2024-02-29")
    assert frame.loc["ev-1", "latest"] == pd.Timestamp("2024-12-31")
    assert (frame["earliest"] <= frame["when"]).all() and (frame["when"] <= frame["latest"]).all()


def test_an_unknown_actor_or_category_is_named():
    with pytest.raises(ValueError, match="unknown actor: XXX"):
        _links(("2024-02-01", "day", "visit", "XXX", "MMR"))
    with pytest.raises(ValueError, match="unknown category: gossip"):
        _links(("2024-02-01", "day", "gossip", "RUS", "MMR"))


# --- Episodes and journeys ---


def test_a_trip_is_one_episode():
    days = ["2025-03-03", "2025-03-04", "2025-03-11", "2025-03-19"]
    frame = _links(*((day, "day", "visit", "MMR", "RUS") for day in days))
    assert ties.numbered(frame)["episode"].tolist() == [0, 0, 0, 1], "seven days join, eight divide"
    assert ties.numbered(frame, gap=8)["episode"].nunique() == 1
    assert ties.numbered(frame.iloc[:0]).empty


def test_episodes_of_two_partners_do_not_join_and_undated_events_make_none():
    frame = _links(
        ("2025-03-06", "day", "visit", "MMR", "RUS"), ("2025-03-06", "day", "visit", "MMR", "BLR"),
        ("2025-03-08", "day", "arms", "MMR", "BLR"), ("2025-03-01", "month", "visit", "MMR", "BLR"),
    )  # fmt: skip
    counts = ties.by_partner(frame).set_index("partner")
    assert counts.loc["RUS"].tolist() == [1, 1] and counts.loc["BLR"].tolist() == [2, 1]
    assert ties.by_partner(frame.iloc[:0])["episodes"].tolist() == [0, 0]


@given(st.integers(1, 30))
@settings(max_examples=15, deadline=None)
def test_a_wider_gap_never_makes_more_episodes(gap):
    contacts = ties.since_coup(ties.edges(data.load("events"), data.load("actors"), CATEGORIES, HORIZON))
    narrow, wide = (ties.by_partner(contacts, days)["episodes"] for days in (gap, gap + 1))
    assert (wide <= narrow).all()


def test_trips_to_russia_match_the_counts_that_two_publishers_printed(since):
    """The Irrawaddy calls September 2022 his third trip since the coup, the US-ASEAN council May 2025 his fifth."""
    trips = ties.leader_trips(since, "RUS").query("outward")
    assert (trips["when"] < "2022-10-01").sum() == 3
    assert (trips["when"] < "2025-06-01").sum() == 5


def test_the_figure_of_journeys_counts_as_the_chronology_does(since):
    frame = charts.journeys(since).frame
    for partner in ties.PARTNERS:
        table = chronology.visits_by_rank(chronology.visits(data.load("events"), partner), partner).set_index("label")
        drawn = frame[frame["partner"] == partner]["outward"]
        assert [drawn.sum(), (~drawn).sum()] == table.loc["Leaders", ["from_myanmar", "to_myanmar"]].tolist()


def test_only_visits_of_leaders_are_journeys_of_leaders():
    frame = _links(
        ("2022-01-01", "day", "visit", "MMR", "RUS"), ("2022-02-01", "day", "visit", "RUS", "MMR"),
        ("2022-03-01", "day", "arms", "MMR", "RUS"), ("2022-04-01", "day", "visit", "MMR", "BLR"),
        ("2022-05-01", "day", "visit", "MMR", "RUS"),
    ).assign(rank=[4, 4, 4, 4, 3])  # fmt: skip
    found = ties.leader_trips(frame, "RUS")
    assert found[["event_id", "outward"]].values.tolist() == [["ev-0", True], ["ev-1", False]]


def test_a_journey_on_the_way_begins_within_days_of_another():
    def trips(*days: str) -> pd.DataFrame:
        return pd.DataFrame({"when": pd.to_datetime(list(days)), "outward": True})

    found = ties.on_the_way(trips("2025-03-06", "2025-06-01"), trips("2025-03-13", "2025-06-09"))
    assert found["when"].tolist() == [pd.Timestamp("2025-03-06")], "seven days are on the way, eight are not"
    back = trips("2025-03-13").assign(outward=False)
    assert ties.on_the_way(trips("2025-03-06"), back).empty, "a guest's journey is not on his way"


# --- Orders ---


def test_precedence_by_hand():
    """Two before one of two: of four pairs three have the second later; of six namings two are as far, on each side."""
    found = statements.precedence(np.array([1, 3]), np.array([2, 4]))
    assert found.share == 0.75
    assert found.p == pytest.approx(2 * 2 / 6)
    assert found.least == pytest.approx(2 / comb(4, 2))
    with pytest.raises(ValueError, match="nothing to compare"):
        statements.precedence(np.array([]), np.array([1]))


@given(st.lists(st.integers(0, 30), min_size=2, max_size=6), st.lists(st.integers(0, 30), min_size=2, max_size=6))
@settings(max_examples=40, deadline=None)
def test_the_exact_p_is_the_count_of_all_namings(first, second):
    """With equal dates and without: every way to choose which dates are the second's, by brute force."""
    pooled = stats.rankdata(first + second)
    size, observed = len(second), stats.rankdata(first + second)[len(first) :].sum()
    sums = np.array([pooled[list(chosen)].sum() for chosen in combinations(range(len(pooled)), size)])
    tails = [(sums >= observed - 1e-9).mean(), (sums <= observed + 1e-9).mean()]
    found = statements.precedence(np.array(first), np.array(second))
    assert found.p == pytest.approx(min(1, 2 * min(tails)))
    assert found.least <= found.p + 1e-12
    other = statements.precedence(np.array(second), np.array(first))
    assert (found.share + other.share, found.p) == (pytest.approx(1), pytest.approx(other.p))


@pytest.mark.long
def test_an_order_is_found_where_there_is_one_and_rarely_where_there_is_none():
    """Simulated dates: the size of the test is at most its level, its power near one for ten against four apart."""
    rng = np.random.default_rng(7)
    null = [statements.precedence(rng.random(10), rng.random(4)).p for _ in range(1500)]
    assert np.mean(np.array(null) <= 0.05) < 0.065
    apart = [statements.precedence(rng.random(10), rng.random(4) + 1).p for _ in range(50)]
    assert max(apart) == pytest.approx(2 / comb(14, 4))


def test_an_order_that_could_not_come_out_clear_is_no_test():
    """Three against two can reach no less than one fifth, and two are too few whatever their dates."""
    rows = [(f"2022-0{month}-01", "day", "arms", "BLR", "MMR") for month in (1, 3, 5)]
    rows += [(f"2023-0{month}-01", "day", "election-cooperation", "BLR", "MMR") for month in (1, 3)]
    rows += [(f"2022-0{month}-01", "day", "arms", "RUS", "MMR") for month in (1, 2, 3, 4, 5)]
    rows += [(f"2023-0{month}-01", "day", "election-cooperation", "RUS", "MMR") for month in (1, 2, 3)]
    rows += [("2023-09-01", "day", "observer-mission", "BLR", "MMR"), ("2020-01-01", "year", "arms", "RUS", "MMR")]
    found = statements.orders(_links(*rows)).set_index("order")
    assert found.loc["arms_blr", ["n_first", "n_second"]].tolist() == [3, 2], "a mission comes when people vote"
    assert found.loc["arms_blr", "least"] == pytest.approx(2 / comb(5, 2))
    assert not found.loc["arms_blr", "test"] and np.isnan(found.loc["arms_blr", "p"])
    assert found.loc["arms_rus", "test"] and found.loc["arms_rus", "share"] == 1
    assert found.loc["arms_rus", "p"] == pytest.approx(2 / comb(8, 3))
    assert found.loc["visits_rus", ["n_first", "least", "test"]].tolist() == [0, 1.0, False]
    assert found.loc["elections_partners", ["n_first", "n_second"]].tolist() == [3, 2]


def test_what_can_be_tested_does_not_hang_on_the_dates(since):
    """The decision to test is taken from the numbers of episodes: other dates for them, the same decision."""
    found = statements.orders(since)
    dated = since["precision"] == "day"
    moved = since.assign(when=since["when"].where(~dated, pd.Timestamp("2026-06-30") - (since["when"] - case.COUP)))
    assert statements.orders(moved)["test"].tolist() == found["test"].tolist()
    assert (found.loc[found["test"], "least"] <= statements.LEVEL).all()


def test_episodes_before_the_first_by_hand():
    frame = _links(
        ("2022-01-01", "day", "arms", "RUS", "MMR"), ("2022-01-05", "day", "arms", "RUS", "MMR"),
        ("2022-03-01", "day", "arms", "RUS", "MMR"), ("2022-06-01", "day", "election-cooperation", "RUS", "MMR"),
        ("2022-06-01", "day", "arms", "RUS", "MMR"), ("2022-01-01", "year", "arms", "RUS", "MMR"),
    )  # fmt: skip
    assert statements.before_the_first(frame, "RUS", "arms") == (2, 3)
    with pytest.raises(ValueError, match="no dated event of elections with BLR"):
        statements.before_the_first(frame, "BLR", "arms")


# --- Nearness ---


@given(st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=3), min_size=1, max_size=5), st.integers(0, 8))
@settings(max_examples=60, deadline=None)
def test_the_distribution_of_the_median_is_that_of_all_draws(possible, doubled):
    limit = doubled / 2
    medians = [np.median(drawn) for drawn in product(*possible)]
    found = statements.median_at_most([np.array(values) for values in possible], limit)
    assert found == pytest.approx(np.mean(np.array(medians) <= limit))


def _partners(belarus: list[pd.Timestamp], russia: list[pd.Timestamp]) -> pd.DataFrame:
    rows = [(f"{day:%Y-%m-%d}", "day", "visit", code, "MMR") for code, days in (("BLR", belarus), ("RUS", russia))
            for day in days]  # fmt: skip
    return _links(*rows)


def test_common_journeys_are_near_and_turns_are_far():
    russia = list(pd.date_range("2023-01-15", "2023-12-20", freq="60D"))
    together = statements.nearness(_partners([day + pd.Timedelta(days=1) for day in russia], russia))
    assert together.days == 1 and together.expected > 10 and together.chance < 0.01
    apart = statements.nearness(_partners([day + pd.Timedelta(days=30) for day in russia[:5]], russia))
    assert apart.days == 30 and apart.expected < 20 and apart.chance < 0.05
    assert statements.nearness(_partners(russia[:2], russia)) is None


@pytest.mark.parametrize("episodes", [pytest.param(6, marks=pytest.mark.long), 7])
def test_nearness_is_rarely_found_where_dates_are_drawn_at_random(episodes):
    rng = np.random.default_rng(episodes)
    year = pd.date_range("2023-01-01", "2023-12-31")
    russia = [year[0], *pd.date_range("2023-02-01", "2023-11-30", freq="33D"), year[-1]]
    chances = []
    for _ in range(120):
        found = statements.nearness(_partners(list(year[rng.integers(0, len(year), episodes)]), russia), gap=0)
        if found is not None and found.episodes == episodes:  # two on one day are one episode
            chances.append(found.chance)
    assert len(chances) > 90
    assert np.mean(np.array(chances) <= 0.05) < 0.1
    assert np.mean(np.array(chances) <= 0.5) == pytest.approx(0.5, abs=0.15)


def test_the_gap_is_varied_and_the_week_is_among_them(since):
    table = statements.by_gap(since)
    assert tuple(table["gap"]) == statements.GAPS and ties.EPISODE_GAP in statements.GAPS
    assert table["episodes"].is_monotonic_decreasing and table["others"].is_monotonic_decreasing
    week = statements.nearness(since)
    assert table.set_index("gap").loc[ties.EPISODE_GAP, "chance"] == pytest.approx(100 * week.chance)
    with pytest.raises(ValueError, match="a gap of 999 days leaves too few episodes"):
        statements.by_gap(since, (999,))


def test_the_number_in_limits_is_that_of_the_chapter(since):
    tables = {name: data.load(name) for name in ("events", "actors", "categories", "editions")}
    rows = pd.DataFrame(tie_numbers(tables, sources.kinds())).set_index("variant")
    used = rows.loc[rows["used"], "value"]
    assert used.tolist() == [statements.nearness(since).days]
    assert {f"episodes {gap} days apart" for gap in (3, 14)} <= set(rows.index)


# --- Sources ---


def test_an_event_stays_while_one_source_is_believed():
    frame = _links(("2024-02-01", "day", "visit", "RUS", "MMR"))
    assert len(robustness.without_sources(frame, {"work-a"})) == 1
    assert robustness.without_sources(frame, {"work-a", "work-b"}).empty
    assert len(robustness.with_several_sources(frame)) == 1


def test_every_source_of_an_event_has_a_kind(links):
    known = sources.kinds().set_index("source")["kind"]
    used = {key for cell in links["source"] for key in cell.split(";")}
    assert used <= set(known.index)
    assert (known[sorted(used)] != "").all()


def test_kinds_are_read_once(monkeypatch):
    sources.kinds()
    monkeypatch.setattr("pybtex.database.parse_file", lambda *_: pytest.fail("read again"))
    frame = sources.kinds()
    assert list(frame.columns) == ["source", "title", "kind", "publisher", "date", "language", "annotation"]
    assert frame["source"].is_unique
    assert set(frame["kind"]) <= {*sources.KINDS, ""}
    assert set(frame["source"]) == sources.bibliography_keys()


def test_a_missing_bibliography_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"none\.bib"):
        sources.kinds(tmp_path / "none.bib")


def test_time_grows_with_the_number_of_edges_and_not_with_its_square():
    spec = importlib.util.spec_from_file_location("ties_scale", ROOT / "benchmarks" / "ties_scale.py")
    scale = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scale)
    taken = []
    for size in (10_000, 100_000):
        start = time.process_time()
        links = ties.edges(*scale.synthetic(size), CATEGORIES, HORIZON)
        assert ties.by_partner(ties.contacts(links), partners=tuple(set(links["partner"])))["events"].sum() > 0.7 * size
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


def test_the_graph_has_every_contact_once(since: pd.DataFrame):
    """A star of one edge a partner: its events add up to the contacts, and no partner has more episodes than events."""
    web = ties.graph(since)
    counted = {partner: count for _, partner, count in web.edges(ties.CENTRE, data=True)}
    assert set(counted) == set(since["partner"]) and web.degree(ties.CENTRE) == len(counted)
    assert sum(count["events"] for count in counted.values()) == len(since)
    assert all(1 <= count["episodes"] <= count["events"] for count in counted.values())
    by = ties.by_partner(since).set_index("partner")["episodes"]
    assert {code: counted[code]["episodes"] for code in ties.PARTNERS} == by.to_dict()


def test_the_graph_of_two_partners_by_hand():
    frame = pd.DataFrame(
        {
            "partner": ["RUS", "RUS", "RUS", "CHN"],
            "when": pd.to_datetime(["2022-01-01", "2022-01-05", "2022-03-01", "2023-07-01"]),
            "precision": ["day", "day", "day", "year"],
        }
    )
    web = ties.graph(frame)
    assert web.edges["MMR", "RUS"] == {"events": 3, "episodes": 2}
    assert web.edges["MMR", "CHN"] == {"events": 1, "episodes": 1}, "known by its year alone"
