"""What every chart and table must hold to, whatever it draws."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from vouch.fences import spreadsheet_safe
from vouch.figures.chart import Chart
from vouch.figures.style import DARK, LIGHT, THEMES
from vouch.tables import QUALIFIED, Column, Table


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_text_and_marks_stand_out_from_the_page(theme):
    for colour in (theme.text, theme.faint, theme.accent, *theme.actors.values()):
        assert contrast(colour, theme.page) >= 4.5, colour


def test_both_themes_know_the_same_actors():
    assert set(LIGHT.actors) == set(DARK.actors)
    assert LIGHT.colour("nobody") == LIGHT.faint


def chart(**changes):
    frame = pd.DataFrame({"who": ["Myanmar", "=1+1"], "value": [1.0, 2.0]})

    def draw(figure, theme):
        figure.subplots().bar(frame["who"], frame["value"], color=theme.accent)

    given = {
        "name": "fig-test", "finding": "One is less than two", "subtitle": "Units", "draw": draw, "frame": frame,
        "alt": "Bars of one and two.", "source": "Data: none.",
    }  # fmt: skip
    return Chart(**{**given, **changes})


def test_the_same_frame_gives_the_same_bytes():
    assert chart().svg(LIGHT) == chart().svg(LIGHT)
    assert chart().svg(LIGHT) != chart().svg(DARK)


def test_the_picture_is_well_formed_and_undated():
    svg = chart().svg()
    ET.fromstring(svg)
    assert "dc:date" not in svg


def test_apostrophes_are_those_of_the_text_around():
    def draw(figure, theme):
        figure.subplots().set_xlabel("Its neighbours' own", color=theme.text)

    svg = chart(finding="Myanmar's index", draw=draw).svg()
    assert "Myanmar’s index" in svg and "neighbours’ own" in svg


def test_titles_stay_inside_the_picture():
    """The longest title that wraps must neither run off the right edge nor into the axes."""
    long = "A finding that needs many words before it has said what it wants to say " * 2
    figure = chart(finding=long.strip(), subtitle=long.strip(), source=long.strip()).figure()
    width, height = figure.canvas.get_width_height()
    boxes = [text.get_window_extent() for text in figure.texts]
    axes = figure.axes[0].get_window_extent()
    for box in boxes:
        assert box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height
        assert not box.overlaps(axes)


def boxes(svg):
    """Left, top, width and height of what is filled or drawn along a path in the axes of a picture."""
    paths = re.findall(r'<path d="M([^"z]*)z?"[^>]*clip-path', svg)
    points = [np.array([float(n) for n in re.findall(r"-?[\d.]+", path)]).reshape(-1, 2) for path in paths]
    return [np.array([*all_.min(0), *np.ptp(all_, axis=0)]) for all_ in points]


@pytest.mark.parametrize("aspect", ["auto", "equal"])
def test_the_small_picture_has_the_axes_of_the_telephone_and_no_words_around_them(aspect):
    def draw(figure, theme):
        axes = figure.subplots()
        axes.bar(["One", "Two"], [1, 2], color=theme.accent)
        axes.set_aspect(aspect)

    one = chart(draw=draw)
    small, whole = one.small(), one.svg(outlined=True, width=3.6)
    assert len(small) < len(whole) and small == one.small()
    bare, around = boxes(small), boxes(whole)
    assert len(bare) == len(around) >= 2
    assert np.allclose(bare, around, atol=0.03)
    views = [re.search(r'viewBox="0 ([\d.]+) [\d.]+ ([\d.]+)"', svg) for svg in (small, whole)]
    (above, height), (none, whole_height) = ([float(number) for number in view.groups()] for view in views)
    assert above > 20 and not none, "as high as title and subtitle"
    assert height < whole_height - 36 and re.search(r' height="([\d.]+)pt"', small)[1] == f"{height:g}"
    axes = np.array(bare)
    assert axes[:, 1].min() >= above and (axes[:, 1] + axes[:, 3]).max() <= above + height


def test_colours_of_the_themes_are_told_as_they_are_drawn():
    def draw(figure, theme):
        axes = figure.subplots()
        for place, colour in enumerate((*theme.actors.values(), *theme.verdicts.values(), theme.fill, theme.page)):
            axes.bar(place, 1, color=colour)
        for place in range(0, 101, 7):
            axes.bar(place, 2, color=theme.pale(place / 100))

    one = chart(draw=draw)
    told = json.loads(one._repr_mimebundle_()["text/markdown"].split("\n")[1])["dark"]
    assert told == one.darkened() and len(told) > 20


def test_a_colour_of_no_theme_is_seen_by_drawing():
    def draw(figure, theme):
        figure.subplots().bar(["One"], [1], color="#123456" if theme is LIGHT else "#abcdef")

    body = chart(draw=draw)._repr_mimebundle_()["text/markdown"].split("\n")[1]
    assert json.loads(body)["dark"]["#123456"] == "#abcdef"


def test_apostrophes_of_ticks_are_curled_too():
    def draw(figure, theme):
        figure.subplots().bar(["Leader's visits"], [1], color=theme.accent)

    assert "Leader’s visits" in chart(draw=draw).svg()


@pytest.mark.parametrize("part", ["finding", "subtitle", "alt", "source"])
def test_a_chart_without_words_is_refused(part):
    with pytest.raises(ValueError, match=part):
        chart(**{part: " "})


def test_a_caption_says_something_new():
    with pytest.raises(ValueError, match="repeats"):
        chart().captioned("Bars of one and two.")


def test_what_a_spreadsheet_would_run_is_defused():
    frame = pd.DataFrame({"text": ["=HYPERLINK(1)", "+1", "-1", "@x", "plain", None], "number": [-1, 1, 2, 3, 4, 5]})
    safe = spreadsheet_safe(frame)
    assert list(safe["text"][:4]) == ["'=HYPERLINK(1)", "'+1", "'-1", "'@x"]
    assert list(safe["number"]) == [-1, 1, 2, 3, 4, 5]
    assert safe["text"][4] == "plain" and pd.isna(safe["text"][5])
    assert list(spreadsheet_safe(frame.rename(columns={"text": "=1+1"}))) == ["'=1+1", "number"]


def test_a_chart_travels_whole():
    bundle = chart().captioned("A caption.")._repr_mimebundle_()
    body = json.loads(bundle["text/markdown"].split("\n")[1])
    assert body["alt"] == bundle["text/plain"] == "Bars of one and two."
    assert body["csv"].startswith("who,value\n") and "'=1+1" in body["csv"]
    assert set(body["svg"]) == {"light", "dark"}
    assert body["code"].endswith("chart")


def table(frame, columns):
    return Table("tab-test", frame, columns, "A caption")


def test_cells_are_rounded_once_and_missing_is_a_dash():
    frame = pd.DataFrame(
        {
            "a": [1234.567, None],
            "b": pd.array([2020, None], "Int64"),
            "c": pd.to_datetime(["2025-12-28", None]),
            "d": ["x", None],
        }
    )
    shown = table(
        frame, {"a": Column("A", digits=1), "b": Column("B", plain_number=True), "c": Column("C"), "d": Column("D")}
    )
    assert shown.cells() == [["1,234.6", "2020", "28 December 2025", "x"], ["–"] * 4]


def test_citations_in_cells():
    frame = pd.DataFrame({"source": ["one; two", "", None]})
    assert table(frame, {"source": Column("Source", cite=True)}).cells() == [["{cite:alp}`one,two`"], ["–"], ["–"]]


def test_months_truth_and_words_in_cells():
    frame = pd.DataFrame(
        {
            "month": pd.PeriodIndex(["2025-12", None], freq="M"),
            "held": pd.array([True, False], "boolean"),
            "plain": np.array([False, True]),
            "mixed": ["5 %", 7],
            "moment": [pd.Timestamp("2026-01-05"), pd.NaT],
        }
    )
    shown = table(frame, {name: Column(name) for name in frame})
    assert shown.cells() == [
        ["December 2025", "yes", "no", "5 %", "5 January 2026"],
        ["–", "no", "yes", "7", "–"],
    ]


def test_codes_and_days_of_the_data_are_shown_in_words_and_kept_in_the_csv():
    columns = ["2026-01-26", "2024-03", "2025-26", "at-least", "7 (2026-05-31)"]
    shown = Table("tab-test", pd.DataFrame({"a": columns}), {"a": Column("A", words=QUALIFIED)}, "A caption")
    assert [row[0] for row in shown.cells()] == [
        "26 January 2026",
        "March 2024",
        "2025–26",
        "at least",
        "7 (31 May 2026)",
    ]
    assert shown.frame["a"].tolist() == columns and "2026-01-26\n2024-03\n" in shown.csv()


def test_keys_that_hold_a_day_stay_as_they_are():
    text = "{cite:p}`moemaka-2026-09-14-ambassador`"
    frame = pd.DataFrame({"a": [text, "2026-09-14"]})
    assert table(frame, {"a": Column("A")}).cells() == [[text], ["14 September 2026"]]
    assert table(frame, {"a": Column("A", myst=True)}).cells()[1] == ["2026-09-14"]


def test_a_column_to_group_by_is_one_of_the_table():
    frame = pd.DataFrame({"a": ["x"], "b": [1]})
    grouped = Table("tab-test", frame, {"b": Column("B"), "a": Column("A")}, "A caption", groups="a")
    assert '"groups": 1' in grouped._repr_mimebundle_()["text/markdown"]
    with pytest.raises(ValueError, match="shows no column 'c'"):
        Table("tab-test", frame, {"a": Column("A")}, "A caption", groups="c")


def test_a_number_with_its_interval_stands_among_numbers():
    frame = pd.DataFrame({"a": ["52 (45 to 58)", "0.5 (−0.1 to –)"], "b": ["5 (of 7)", "x"]})
    body = table(frame, {"a": Column("A"), "b": Column("B")})._repr_mimebundle_()["text/markdown"].split("\n")[1]
    assert json.loads(body)["numeric"] == [True, False]


def test_a_table_travels_whole():
    frame = pd.DataFrame(
        {"who": ["<i>", "=b"], "share": [0.125, 2], "unseen": [1, 2], "key": [3, 4], "held": [True, False]}
    )
    columns = {
        "who": Column("Who", myst=True), "share": Column("Share", unit="%", digits=1),
        "key": Column("Source", cite=True), "held": Column("Held"),
    }  # fmt: skip
    whole = Table("tab-test", frame.astype({"key": str}), columns, "A caption", note="A note", code="vouch.f")
    bundle = whole.captioned("Another")._repr_mimebundle_()
    opened, body, *_ = bundle["text/markdown"].split("\n")
    assert opened.endswith("{bookpress-table}")
    assert json.loads(body) == {
        "name": "tab-test",
        "caption": "Another",
        "note": "A note",
        "head": ["Who", "Share (%)", "Source", "Held"],
        "numeric": [False, True, False, False],
        "myst": [True, False, True, False],
        "notes": [False, False, True, False],
        "groups": None,
        "rows": [["<i>", "0.1", "{cite:alp}`3`", "yes"], ["=b", "2.0", "{cite:alp}`4`", "no"]],
        "csv": "who,share,key,held\n<i>,0.125,3,True\n'=b,2.0,4,False\n",
        "code": "vouch.f",
    }
    page = bundle["text/html"]
    assert "&lt;i&gt;" in page and "&amp;lt;" not in page and "border" not in page
    assert page.count("<tr") == 3 and page.count("<th") == 1 + 4, "one row of headings, and no column of row numbers"
    assert bundle["text/plain"].split()[:3] == ["Who", "Share", "(%)"]
    assert bundle["text/plain"].splitlines()[1].split()[0] == "<i>"


def test_markup_in_data_is_escaped_for_jupyter():
    frame = pd.DataFrame({"a": ["<script>alert(1)</script>"]})
    assert "<script>" not in table(frame, {"a": Column("A")})._repr_mimebundle_()["text/html"]


def test_a_table_that_cannot_be_shown_is_refused():
    frame = pd.DataFrame({"a": [1]})
    with pytest.raises(ValueError, match=r"tab-test: the frame has no column b, c$"):
        table(frame, {"b": Column("B"), "a": Column("A"), "c": Column("C")})
    with pytest.raises(ValueError, match="'test' does not start with tab-"):
        Table("test", frame, {"a": Column("A")}, "A caption")
    with pytest.raises(ValueError, match="tab-test has no caption"):
        Table("tab-test", frame, {"a": Column("A")}, " ")
