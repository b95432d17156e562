"""Names in running text: whole words, two spellings of one organisation, and false friends."""

from __future__ import annotations

import pytest

from vouch.evidence import data
from vouch.methods.articles import names


@pytest.fixture(scope="module")
def known():
    return names.forms(data.load("actors"))


def named(text, known):
    return [form.actor_id for _, form in names.mentions(text, known)]


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        ("President Lukashenko received Min Aung Hlaing.", ["P_LUK", "P_MAH"]),
        ("He left. Putin stayed, and so did Vladimir Putin.", ["P_PUT", "P_PUT"]),
        ("An observer of the UEC and one of ASEAN", ["I_UEC", "ASEAN"]),
        ("the Union Election Commission (UEC)", ["I_UEC", "I_UEC"]),
        ("United Russia sent a party delegation from Russia", ["I_UR", "RUS"]),
        ("the United Nations General Assembly", ["UNGA"]),
        ("Shanghai Cooperation Organization", ["SCO"]),
    ],
)
def test_actors_are_found_by_name_alias_and_family_name(text, actors, known):
    assert named(text, known) == actors


@pytest.mark.parametrize(
    "text",
    [
        "the visit of Viktor Lukashenko, his son",  # of the same family
        "Ko Ko Hlaing, minister",  # a Burmese name inside a longer one
        "the SAC-M, an advisory council",  # an abbreviation inside another
        "printed in the PDF",  # a file format, not the People's Defence Forces
        "the CEC announced",  # of Russia or of Belarus: cannot be told
        "Belarusian and Chinese officials",  # adjectives name nobody
        "Somalia and Nigeria",  # Mali inside Somalia
    ],
)
def test_false_friends_are_not_found(text, known):
    assert named(text, known) == []


def test_a_place_is_the_start_of_the_name(known):
    text = "In Minsk, Lukashenko waited."
    (found,) = names.mentions(text, known)
    assert text[found[0] :].startswith("Lukashenko")


def test_an_index_sorts_persons_by_family_name_and_refers_from_short_names(known):
    by_actor = {form.actor_id: form for form in known}
    assert by_actor["P_LUK"].heading == "Lukashenko, Alexander"
    assert by_actor["P_MAH"].heading == "Min Aung Hlaing"
    assert by_actor["P_XI"].heading == "Xi Jinping"
    assert by_actor["N_CARTER"].heading == "Carter Center, The"
    assert by_actor["I_UEC"].heading == "Union Election Commission (UEC)"
    assert by_actor["I_UEC"].see == ("UEC",)
    assert by_actor["I_CECRU"].see == ()
