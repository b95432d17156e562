"""The examples in the docstrings of the methods: each is typed and must print what it says."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil

import pytest

from vouch import methods

OF_USE_ELSEWHERE = {
    "intervals": ["Interval.outward", "rounded_down", "rounded_up", "of_share", "wilson", "newcombe"],
    "coding": ["agreement"],
    "election.bounds": ["worst_case", "rounded_ratio"],
    "election.parties": [
        "effective_number", "effective_number_bounds", "gallagher", "gallagher_bounds", "list_seats", "list_seats_at",
    ],
    "election.base_rates": ["cumulative_incidence"],
}  # fmt: skip
"""Functions that want nothing of this report's tables; all others are shown on their tables in the chapters."""


def modules():
    return [one.name for one in pkgutil.walk_packages(methods.__path__, "vouch.methods.") if not one.ispkg]


@pytest.mark.parametrize("name", modules())
def test_the_examples_of_a_module_hold(name):
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", OF_USE_ELSEWHERE)
def test_what_others_can_use_has_an_example(name):
    module = importlib.import_module(f"vouch.methods.{name}")
    for path in OF_USE_ELSEWHERE[name]:
        found = module
        for part in path.split("."):
            found = getattr(found, part)
        assert ">>> " in inspect.getdoc(found), path
