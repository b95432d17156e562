"""Names in the articles: verbatim passages, whole words, and two spellings of one organisation."""

from __future__ import annotations

import pandas as pd
import pytest

from vouch.evidence import data, seeds
from vouch.methods.articles import names

ACTORS = pd.DataFrame(
    [
        {"actor_id": "P", "name": "Ko Ko", "type": "person", "aliases": "U Ko Ko", "role": "r", "source": "s"},
        {"actor_id": "O", "name": "Some Organisation", "type": "igo", "aliases": pd.NA, "role": "r", "source": "s"},
        {"actor_id": "S", "name": "Myanmar", "type": "state", "aliases": pd.NA, "role": "r", "source": "s"},
    ]
)


def test_whole_words_in_either_spelling_and_no_states() -> None:
    found = names.named_in("Koko Ko of Myanmar met the Some Organization.\nU Ko Ko left.", ACTORS)
    assert list(found["actor_id"]) == ["O", "P"]
    assert found.loc[1, "quotation"] == "“U Ko Ko left.”"


def test_a_cut_passage_says_so() -> None:
    text = "one two three four five six seven eight nine Ko Ko ten eleven twelve a b c d e f"
    found = names.named_in(text, ACTORS).loc[0]
    assert found["passage"] == "three four five six seven eight nine Ko Ko ten eleven twelve a b c d"
    assert found["quotation"] == f"“… {found['passage']} …”"


@pytest.mark.parametrize(("seed", "someone"), [("S000", "Maxim Ryzhenkov"), ("S004", "Thein Soe")])
def test_passages_are_verbatim_spans_of_the_article(seed: str, someone: str) -> None:
    text = seeds.load(seed).text
    found = names.named_in(text, data.load("actors"))
    assert someone in set(found["name"])
    for row in found.itertuples():
        assert row.passage in text
        assert text[row.start : row.end] in row.passage


def test_nobody_found_is_an_empty_table() -> None:
    assert names.named_in("nothing", ACTORS).empty


def test_all_that_is_told_of_a_name() -> None:
    text = "First line.\nThen U Ko Ko of it came; Ko Ko left.\nMore"
    found = names.named_in(text, ACTORS).loc[0]
    assert found.tolist() == [
        *("P", "Ko Ko", "person", 17, 24),
        *("Then U Ko Ko of it came; Ko Ko left.", "“Then U Ko Ko of it came; Ko Ko left.”", "r", "s"),
    ]  # fmt: skip
    assert text[17:24] == "U Ko Ko", "the alias stands first"


@pytest.mark.parametrize("kind", names._KINDS)
def test_every_kind_but_states_is_looked_for(kind: str) -> None:
    actor = {"actor_id": "A", "name": "Abc", "type": kind, "aliases": " Xyz ;Def", "role": "r", "source": "s"}
    assert len(names.named_in("of Xyz.", pd.DataFrame([actor]))) == 1
    assert names.named_in("of xyz, Abcd and Xyzs", pd.DataFrame([actor])).empty


@pytest.mark.parametrize(
    ("text", "quotation"),
    [
        ("Ko Ko", "“Ko Ko”"),
        ("He said. a b c d e f g Ko Ko h i j k l m n. Then", "“a b c d e f g Ko Ko h i j k l m n.”"),
        ("a b c d e f g h Ko Ko", "“… b c d e f g h Ko Ko”"),
        ("Ko Ko a b c d e f g h", "“Ko Ko a b c d e f g …”"),
        ("a b c d e f g Ko Ko h i j k l m n", "“a b c d e f g Ko Ko h i j k l m n”"),
        ("Why? b c d e f g h Ko Ko", "“b c d e f g h Ko Ko”"),
        ("No! b c d e f g h Ko Ko", "“b c d e f g h Ko Ko”"),
        ("Ko Ko a b c d e f g! Next", "“Ko Ko a b c d e f g!”"),
        ("line\nKo Ko (a)\nline", "“Ko Ko (a) …”"),
        ("line\n\na Ko Ko?\n", "“a Ko Ko?”"),
    ],
)
def test_dots_stand_only_where_a_sentence_was_cut(text: str, quotation: str) -> None:
    assert names.named_in(text, ACTORS).loc[0, "quotation"] == quotation


# -------------------------------------------------------------------------------------------------- mentions in a text
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
