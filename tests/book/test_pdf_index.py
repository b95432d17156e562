"""The index of the printed book: every page it gives names the actor."""

from __future__ import annotations

import re

import pytest

from tests.book.test_pdf_pages import Printed, bare, flat
from vouch.evidence import data
from vouch.methods.articles.names import forms
from vouch.pages.actors import PASSIM

pytestmark = pytest.mark.built


@pytest.fixture(scope="module")
def printed(book):
    return Printed(book.pdf)


def named_on(printed, page, name):
    """Whether a name stands on a page, or ends there: its last words begin a line of it, the others end one before."""
    if bare(name) in bare(flat(printed.texts[page - 1])):
        return True
    words = name.split()
    before, here = ([bare(line) for line in printed.texts[number - 1].splitlines()] for number in (page - 1, page))
    return any(
        any(line.endswith(bare(" ".join(words[:at]))) for line in before)
        and any(line.startswith(bare(" ".join(words[at:]))) for line in here)
        for at in range(1, len(words))
    )


def test_the_index_leads_to_pages_that_name_the_actor(printed):
    actors = data.load("actors")
    spellings = {}
    for form in forms(actors[~actors["actor_id"].isin(PASSIM)]):
        spellings.setdefault(form.heading, set()).add(form.text)
    index = flat(" ".join(printed.texts[page - 1] for page in printed.span("Index of actors")))
    entries = 0
    for heading, texts in spellings.items():
        shown = re.escape(heading).replace(r"\ ", r"\s*")
        entry = re.search(rf"(?<!see ){shown}((?:, \d+(?:[–-]\d+)?)+)", index)
        if not entry:
            continue
        entries += 1
        for first, last in re.findall(r"(\d+)(?:[–-](\d+))?", entry[1]):
            for page in range(int(first), int(last or first) + 1):
                assert any(named_on(printed, page, spelling) for spelling in texts), f"{heading}, page {page}"
    assert entries >= 60
