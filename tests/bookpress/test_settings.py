"""What an author sets: taken as it is meant, or refused in one line that names the place."""

from __future__ import annotations

import pytest

from bookpress.run.settings import PRELOAD, ExecutionFailed, chosen

LISTS = ("ignore", "environment", "preload")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_in_the_environment_has_commas(monkeypatch, name):
    """As letters, they would be the beginnings of nearly all files, and an outdated output would pass for current."""
    monkeypatch.setenv(f"BOOKPRESS_{name.upper()}", "pages/, lib/x.py,")
    assert getattr(chosen({name: ["other"]}), name) == ("pages/", "lib/x.py")


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("value", ["pages/", 3, {"pages/": 1}, [3], ["pages/", ""]])
def test_text_is_no_list_in_the_configuration(name, value):
    with pytest.raises(ExecutionFailed, match=f"^run_{name} is .*; it is a list of texts"):
        chosen({name: value})
    assert getattr(chosen({name: ["pages/"]}), name) == ("pages/",)
    assert getattr(chosen({name: None}), name) == (PRELOAD if name == "preload" else ())


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"workers": "two"}, "run_workers is 'two'; it is a number of chapters, 0 or more"),
        ({"workers": -1}, "run_workers is '-1'"),
        ({"workers": True}, "run_workers is 'True'"),
        ({"workers": 1.5}, "run_workers is '1.5'"),
        ({"kernels": "thread"}, "run_kernels is 'thread'; it can be 'fork' or 'spawn'"),
        ({"failures": False}, "run_failures is False; it can be 'refuse' or 'show'"),
        ({"unobserved": ["rerun"]}, "run_unobserved is"),
    ],
)
def test_a_wrong_value_is_told_by_the_name_that_it_stands_under(values, told):
    with pytest.raises(ExecutionFailed) as caught:
        chosen(values)
    assert str(caught.value).startswith(told)
    assert chosen({"workers": 0}).workers == 0 and chosen({"workers": 3}).workers == 3
