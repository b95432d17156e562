"""Drawings in a page: what each of their colours is in the dark."""

from __future__ import annotations

from bookpress.cells.drawing import rules


def test_every_colour_of_every_drawing_has_a_rule_in_the_dark():
    """Also one that another becomes, and one whose name is the beginning of another's."""
    drawn = {
        "a": {"fig-a": {"#000000": "#ffffff", "#eeeeee": "#111111"}},
        "b": {"fig-b": {"#000": "#fff", "#111111": "#dddddd", "#000000": "#ffffff", "red": "red"}},
        "c": {"fig-c": {"#000": "#ccc"}},
    }
    lines = rules(drawn).splitlines()
    assert len(lines) == len(set(lines)) == 2 * 5
    for scope, light, dark in [
        ("", "#000000", "#ffffff"), ("", "#eeeeee", "#111111"), ("", "#000", "#fff"), ("", "#111111", "#dddddd"),
        ("#fig-c ", "#000", "#ccc"),
    ]:  # fmt: skip
        for part in ("fill", "stroke"):
            assert f'html[data-theme="dark"] {scope}.bp-form [{part}="{light}"]{{{part}:{dark}}}' in lines
