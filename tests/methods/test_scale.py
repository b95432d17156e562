"""The scale of verdicts: what a reader must be able to tell apart in both themes, in grey and with fewer cones."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from tests.methods.test_charts import contrast
from vouch.evidence.claims import VERDICTS
from vouch.figures.scale import GRADES, LOOKS, edge, ground, ink, paint
from vouch.figures.style import DARK, LIGHT, THEMES
from vouch.methods.election.scorecard import DIRECTIONS
from vouch.paths import ROOT

SIGHTS = {
    "all colours": np.eye(3),
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
}
"""What of linear sRGB is seen (Machado, Oliveira & Fernandes 2009, severity 1)."""
XYZ = [[0.4339, 0.3762, 0.1899], [0.2127, 0.7152, 0.0722], [0.0178, 0.1095, 0.8730]]
"""Of linear sRGB, over the white point D65."""


def lab(colour: str, sight: str = "all colours") -> np.ndarray:
    """CIE L*a*b* of a colour as somebody sees it."""
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.array(XYZ) @ np.clip(np.array(SIGHTS[sight]) @ linear, 0, 1)
    x, y, z = np.where(seen > 0.008856, np.cbrt(seen), (903.3 * seen + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one: str, other: str, sight: str = "all colours") -> float:
    """Distance of two colours (CIE 1976); 2.3 is the least that is noticed side by side."""
    return float(np.linalg.norm(lab(one, sight) - lab(other, sight)))


def test_every_verdict_of_the_book_has_a_place_on_the_scale_or_none():
    assert set(LOOKS) == {*VERDICTS, *DIRECTIONS, "not checkable"}
    assert {look.grade for look in LOOKS.values()} == {*GRADES, ""}
    for theme in THEMES:
        assert tuple(theme.verdicts) == GRADES


def test_dark_shows_what_fails_as_strongly_as_light_does():
    """On the old card the strongest tile of one theme was the palest of the other."""
    strength = {theme.name: [contrast(theme.verdicts[grade], theme.page) for grade in GRADES] for theme in THEMES}
    for order in strength.values():
        assert order == sorted(order, reverse=True)
    for light, dark in zip(strength["light"], strength["dark"], strict=True):
        assert abs(light - dark) < 0.1 * light


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_in_grey_the_grades_keep_their_order_at_steps_that_are_seen(theme):
    greys = [lab(theme.verdicts[grade])[0] for grade in GRADES]
    steps = np.diff(greys) if theme is LIGHT else -np.diff(greys)
    assert steps.min() > 7 and steps[0] > 20, "between what fails and what holds above all"


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_no_two_grades_look_alike_to_readers_with_fewer_cones(theme, sight):
    for one, other in itertools.combinations(GRADES, 2):
        assert apart(theme.verdicts[one], theme.verdicts[other], sight) > 11, (one, other)
    ends = theme.verdicts["fails"], theme.verdicts["holds"]
    assert apart(*ends, sight) > 25


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_no_end_of_the_scale_is_taken_for_an_actor(theme):
    for actor, colour in theme.actors.items():
        for grade in ("fails", "holds"):
            assert apart(theme.verdicts[grade], colour) > 24, (actor, grade)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_signs_can_be_read_on_their_tiles_and_every_tile_shows_on_the_page(theme):
    for verdict in LOOKS:
        assert contrast(ink(verdict, theme), ground(verdict, theme)) >= 4.5, verdict
        assert contrast(edge(verdict, theme), theme.page) >= 3, verdict


def test_verdicts_of_one_grade_are_told_apart_by_sign():
    for words in (list(VERDICTS), DIRECTIONS):
        looks = [(LOOKS[word].grade, LOOKS[word].sign) for word in words]
        assert len(set(looks)) == len(looks)
        assert all(LOOKS[word].sign or LOOKS[word].grade == "holds" for word in words)
    assert paint("unknown", LIGHT)["linestyle"] != paint("partly", LIGHT)["linestyle"]


def test_the_ledger_has_the_ends_of_the_same_scale():
    sheet = (ROOT / "vouch" / "pages" / "static" / "ledger.css").read_text("utf-8")
    for theme in (LIGHT, DARK):
        part = sheet.partition(f'html[data-theme="{theme.name}"] {{')[2].partition("}")[0]
        said = dict(re.findall(r"--([\w-]+): (#\w+);", part))
        assert said["verdict-good"] == theme.verdicts["holds"] and said["verdict-bad"] == theme.verdicts["fails"]
        for tint, end in {"tint-good": "verdict-good", "tint-bad": "verdict-bad", "tint-open": "verdict-open"}.items():
            assert contrast(theme.text, said[tint]) >= 7 and contrast(said[end], said[tint]) >= 3, tint
