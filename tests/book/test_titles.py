"""The title of a figure states a finding with its numbers: whoever looks for them in the picture must find them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pandas as pd
import pytest

from bookpress.cells.drawing import inline
from tests.book.drawn import gallery
from vouch.figures.chart import Chart

WORDS = dict(
    zip(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        map(str, range(2, 13)),
        strict=True,
    )
)
"""`one` is left out: in `one year`, `one government` it counts nothing."""
TOKEN = re.compile(r"\d+(?:[,.–-]\d+)*|[A-Za-z]+")


def numbers(text: str) -> set[str]:
    """Numbers and years of a text, as figures: `In all 540 ways`, `Seven of eight`."""
    tokens = [part for token in TOKEN.findall(text) for part in (token, *re.split("[–-]", token))]
    found = {WORDS.get(token.lower(), token) for token in tokens}
    return {token for token in found if token[0].isdigit()}


def in_the_axes(svg: str) -> set[str]:
    """Numbers that are written in the picture itself: not in its title, subtitle or line of sources."""
    groups = [group for group in ElementTree.fromstring(svg).iter("g") if group.get("data-part") == "axes"]
    return {number for group in groups for line in group.iter("text") for number in numbers("".join(line.itertext()))}


def missing(finding: str, svg: str) -> set[str]:
    return {number for number in numbers(finding) if "-" not in number} - in_the_axes(svg)


@pytest.mark.built
def test_the_numbers_of_each_title_are_drawn_in_every_form_of_its_figure(book, figures):
    titles = gallery(book)
    lost = {
        (figure.name, form): found
        for figure in figures
        for form, svg in figure.forms.items()
        if (found := missing(titles[figure.name][1], svg))
    }
    assert lost == {}
    assert sum(bool(numbers(titles[figure.name][1])) for figure in figures) >= 25


@pytest.mark.parametrize(
    ("finding", "lost"),
    [("Seven of 12 fell by 1,234 in 2025-26", set()), ("Eight of 12 fell", {"8"}), ("They fell by 1,235", {"1,235"})],
)
def test_a_number_that_stands_in_the_title_alone_is_found(finding, lost):
    def draw(figure, theme):
        axes = figure.subplots()
        axes.text(0.1, 0.5, "7 fell")
        axes.text(0.5, 0.5, "of 12, by 1,234")
        axes.set_xticks([0.1], ["2025-26"])

    chart = Chart(
        "fig-test", finding, "8 and 1,235 below", draw, pd.DataFrame({"x": [0]}), "Words.", "Data: 8 and 1,235."
    )
    assert missing(finding, inline(chart.svg(), "fig-test", "wide", "Words.")) == lost
