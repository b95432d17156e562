"""The part of the explorer that needs its script: controls, empty drawings, and the data that they are drawn from.

It is not shown where no script runs, takes its room from the first moment, and comes into view when the script has
drawn.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

import pandas as pd

from vouch.pages.explorer.drawn import MARKED, SWITCHES, embedded
from vouch.text import day, month


def app(events: pd.DataFrame, names: dict[str, str]) -> Iterator[str]:
    """Pieces of HTML; `drawn.shown` in."""
    content = embedded(events, names)
    yield '<form class="explorer-app" aria-label="Filter the ties">'
    yield from _partners(events, names)
    yield f'<p class="explorer-summary" role="status" aria-live="polite">{len(events)} of {len(events)} events.</p>'
    yield '<div class="explorer-view">'
    yield from _timeline(events, content)
    yield '<div class="explorer-side"><div class="explorer-network"><h2 id="explorer-network">With whom</h2>'
    yield '<svg role="group" aria-labelledby="explorer-network" aria-describedby="explorer-keys"></svg>'
    yield '<p class="explorer-hint">Width of a line: number of events. Ties among others run outside.</p></div>'
    yield '<aside class="explorer-panel" aria-label="What stands behind it" tabindex="0"></aside></div></div></form>'
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    yield f'<script type="application/json" id="explorer-data">{text}</script>'


def _box(name: str, value: str, words: str, count: int, sign: str = "") -> str:
    return (
        f'<label><input type="checkbox" name="{name}" value="{escape(value)}" checked> {sign}'
        f'{escape(words)} <span class="explorer-n">{count}</span></label>'
    )


def _both(of: str, words: str) -> str:
    """Two buttons that choose everything or nothing of a group of switches."""
    shown = f'<span aria-hidden="true">{words[0].upper()}{words[1:]}</span>'
    return (
        f'<span class="explorer-both">{shown} '
        f'<button type="button" data-all="{of}" aria-label="All {words}">All</button> '
        f'<button type="button" data-none="{of}" aria-label="None of the {words}">None</button></span>'
    )


def _partners(events: pd.DataFrame, names: dict[str, str]) -> Iterator[str]:
    """A switch for each partner; those without a colour of their own are folded together."""
    counts = events["partner"].value_counts()
    sign = '<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" data-of="{}"></svg> '
    yield f'<fieldset class="explorer-partners"><legend>Partners</legend>{_both("partner", "partners")}'
    for actor in (actor for actor in MARKED if actor in counts):
        yield _box("partner", actor, names[actor], counts[actor], sign.format(actor))
    others = sorted((actor for actor in counts.index if actor not in MARKED), key=lambda actor: names[actor])
    rest = sum(counts[actor] for actor in others)
    yield f'<details class="explorer-others"><summary>{sign.format("other")}{len(others)} others '
    yield f'<span class="explorer-n">{rest}</span></summary><div>{_both("other", "other partners")}'
    for actor in others:
        yield _box("partner", actor, names[actor], counts[actor])
    yield '</div></details><button type="button" class="explorer-reset" disabled>Reset</button></fieldset>'


def _timeline(events: pd.DataFrame, content: dict[str, Any]) -> Iterator[str]:
    counts = events["layer"].value_counts()
    yield '<div class="explorer-lead"><h2 id="explorer-timeline">When</h2>'
    yield f'<fieldset class="explorer-layers"><legend>Kinds of tie</legend>{_both("layer", "kinds")}'
    for layer in SWITCHES:
        yield _box("layer", layer, layer, counts.get(layer, 0))
    yield '</fieldset><div class="explorer-timeline">'
    yield '<svg role="group" aria-labelledby="explorer-timeline" aria-describedby="explorer-keys"></svg>'
    yield '<p class="explorer-nothing" hidden>Nothing matches. <button type="button" class="explorer-reset">Reset'
    yield "</button></p></div>"
    yield from _range(content)
    yield '<p class="explorer-hint" id="explorer-keys">One mark an event; hollow where only the month or year is '
    yield "known. Before 2021 a step is a year, then a month. Draw a span on the timeline, or move its ends below it. "
    yield "By keyboard: arrows move, Enter pins, Escape releases.</p></div>"


def _range(content: dict[str, Any]) -> Iterator[str]:
    """The brush: two sliders on one strip, between them the span that is shown. Values are bounds between steps."""
    last = len(content["stops"])
    yield '<fieldset class="explorer-time"><legend>Span of time</legend><div class="explorer-brush">'
    yield '<svg aria-hidden="true"></svg><div class="explorer-window"></div>'
    for name, words, value in (("from", "First month shown", 0), ("to", "Last month shown", last)):
        yield f'<input type="range" name="{name}" min="0" max="{last}" step="1" value="{value}" aria-label="{words}">'
    first, end = content["stops"][0][0], content["stops"][-1][1]
    yield '</div><p class="explorer-span"></p><div class="explorer-periods">'
    yield f'<button type="button" data-from="{first}" data-to="{end}">All years</button>'
    for name, begin, stop in content["periods"]:
        yield f'<button type="button" data-from="{begin}" data-to="{stop}">{escape(name)}</button>'
    yield "</div></fieldset>"


def printed_day(row: Any) -> str:
    """The date of an event as exactly as it is known: `4 January 2025`, `July 2022`, `2023`."""
    if row.date_precision == "year":
        return f"{row.date.year}"
    if row.date_precision == "month":
        return month(row.date)
    if pd.isna(row.end_date) or row.end_date == row.date:
        return day(row.date)
    return f"{day(row.date)} to {day(row.end_date)}"
