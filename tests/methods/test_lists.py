"""From list seats to list votes: worked by hand, and on simulated elections whose votes are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.methods.election import parties


def shared_out(votes: list[int], seats: int) -> list[int]:
    """Seats by the quota of votes over seats and largest remainders, as textbooks give it."""
    quota = sum(votes) / seats
    whole = [int(cast // quota) for cast in votes]
    rest = sorted(range(len(votes)), key=lambda party: votes[party] / quota - whole[party], reverse=True)
    for party in rest[: seats - sum(whole)]:
        whole[party] += 1
    return whole


def test_the_textbook_shares_out_as_in_the_textbook():
    # Quota 20,000 of 100,000 votes and five seats: 2 whole, 1, 1, and the last to the remainder of 15,000.
    assert shared_out([47_000, 22_000, 15_000, 16_000], 5) == [2, 1, 1, 1]
    assert shared_out([60, 30, 10], 10) == [6, 3, 1]


def test_one_constituency_by_hand():
    # Four of six seats: more than three quotas of six, less than five.
    found = parties.votes_behind_lists(4, [6], [1])
    assert (found.low, found.high) == pytest.approx((3 / 6, 5 / 6))
    assert (parties.votes_behind_lists(0, [6], [1]).low, parties.votes_behind_lists(6, [6], [1]).high) == (0, 1)


def test_two_constituencies_by_hand():
    # One of two seats in two constituencies of one seat each, the second with three times the ballots. Won in the
    # first: more than none, less than all of it, and up to all of the second, since one seat says no more than that.
    found = parties.votes_behind_lists(1, [1, 1], [1, 3])
    assert (found.low, found.high) == pytest.approx((0, 1))
    # Five of 4 + 2 seats: 4 + 1 leave 3/4 to 1 of the first and 0 to 1 of the second; 3 + 2 leave 2/4 to 1 and
    # 1/2 to 1.
    found = parties.votes_behind_lists(5, [4, 2], [1, 1])
    assert (found.low, found.high) == pytest.approx(((3 / 4 + 0) / 2, 1))
    with pytest.raises(ValueError, match="do not fit"):
        parties.votes_behind_lists(7, [4, 2], [1, 1])
    with pytest.raises(ValueError, match="do not fit"):
        parties.votes_behind_lists(3, [4, 2], [1])


@given(
    st.lists(
        st.tuples(st.integers(1, 8), st.lists(st.integers(0, 10_000), min_size=2, max_size=7).filter(sum)),
        min_size=1,
        max_size=3,
    )
)
def test_the_votes_of_a_simulated_election_lie_within_what_its_seats_allow(places):
    sizes, votes = [size for size, _ in places], [cast for _, cast in places]
    won = sum(shared_out(cast, size)[0] for size, cast in places)
    found = parties.votes_behind_lists(won, sizes, [sum(cast) for cast in votes])
    true = sum(cast[0] for cast in votes) / sum(sum(cast) for cast in votes)
    assert found.low - 1e-9 <= true <= found.high + 1e-9


def test_list_seats_by_hand():
    # Eight of ten plurality and four list seats: with all ten of the first, none of the last; at most all four.
    assert (parties.list_seats(8, 10, 4).low, parties.list_seats(8, 10, 4).high) == (0, 1)
    # Twelve: at least two of the four.
    assert parties.list_seats(12, 10, 4).low == pytest.approx(0.5)
    assert parties.list_seats(1, 10, 4).high == pytest.approx(0.25)
    assert parties.list_seats_at(11, 10, 4, 0.9) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="15 of 14 seats"):
        parties.list_seats(15, 10, 4)
    with pytest.raises(ValueError, match="leaves"):
        parties.list_seats_at(12, 10, 4, 0.5)


@given(st.integers(0, 60), st.integers(1, 60), st.data())
def test_whatever_it_won_of_each_kind_is_within_the_bounds(plurality, lists, data):
    first, second = data.draw(st.integers(0, plurality)), data.draw(st.integers(0, lists))
    found = parties.list_seats(first + second, plurality, lists)
    assert found.low - 1e-12 <= second / lists <= found.high + 1e-12


def test_a_simulated_country_gives_its_list_share_back():
    """Where a party wins plurality seats at one rate everywhere, its totals leave its true share of the lists."""
    rng = np.random.default_rng(4)
    shares = rng.dirichlet([6, 2, 1, 1], size=60)
    first = int((shares.argmax(axis=1) == 0).sum())
    lists = sum(shared_out([int(1e6 * share) for share in one], 6)[0] for one in shares)
    chambers = pd.DataFrame(
        [("Lower house", 60, 0, 60, first), ("Upper house", 60, 360, 420, first + lists)],
        columns=["chamber", "plurality", "lists", "filled", "won"],
    )
    kinds = parties.by_kind(chambers).set_index("kind")
    assert kinds.loc["All list seats", "point"] == pytest.approx(lists / 360)
    assert kinds.loc["All list seats", "point"] == pytest.approx(shares[:, 0].mean(), abs=0.02)
    assert kinds.loc["Lower house, plurality seats", "point"] > kinds.loc["All list seats", "point"] + 0.2


def test_reported_lists_by_hand():
    known = pd.DataFrame(
        [("a", "U", "proportional", "USDP", 2), ("a", "U", "proportional", "X", 1), ("a", "U", "plurality", "USDP", 5),
         ("b", "U", "proportional", "X", 1)],
        columns=["state_region", "chamber", "system", "party", "seats"],
    )  # fmt: skip
    places = pd.DataFrame(
        [("a", "U", 2, "A1;A2"), ("a", "U", 1, "A3"), ("b", "U", 3, "B1")],
        columns=["state_region", "chamber", "seats", "pcodes"],
    )
    found = parties.reported_lists(known, places, pd.Series({"A1": 30, "A2": 10, "A3": 10}))
    assert found[["state_region", "filled", "won"]].values.tolist() == [["a", 3, 2]]
    # Both seats of the first, with 40 of 50 ballots: 1/2 to 1 there and 0 to 1 of the rest; or one of each, which
    # leaves 0 to 1 of either.
    assert found.loc[0, ["low", "high"]].tolist() == pytest.approx([0, 1])
