"""The articles are what they were, and offsets point where they say."""

from __future__ import annotations

import shutil

import pytest

from vouch.evidence import seeds
from vouch.paths import SEEDS


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(SEEDS, tmp_path / "seeds")
    return tmp_path / "seeds"


def test_both_articles_load():
    assert [seed.id for seed in seeds.load_all()][:2] == ["S000", "S004"]


@pytest.mark.parametrize("position", [0, 100, -1])
def test_one_changed_byte_is_refused(copy, position):
    path = copy / "000_49230f428f76a6ee.txt"
    raw = bytearray(path.read_bytes())
    raw[position] ^= 1
    path.write_bytes(raw)
    with pytest.raises(seeds.SeedError, match=r"000_49230f428f76a6ee\.txt: changed"):
        seeds.load("S000", copy)


def test_a_trailing_newline_is_a_change(copy):
    path = copy / "004_d5799c3cceb11833.txt"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(seeds.SeedError, match="3744 bytes where 3743"):
        seeds.check_all(copy)


def test_missing_and_stray_files_are_named(copy):
    (copy / "000_49230f428f76a6ee.txt").rename(copy / "other.txt")
    with pytest.raises(seeds.SeedError, match=r"000_49230f428f76a6ee\.txt: the seed is missing"):
        seeds.check_all(copy)
    shutil.copy(SEEDS / "000_49230f428f76a6ee.txt", copy)
    with pytest.raises(seeds.SeedError, match=r"other\.txt not described"):
        seeds.check_all(copy)


def test_unknown_seed():
    with pytest.raises(seeds.SeedError, match="no seed 'S999'"):
        seeds.load("S999")


@pytest.mark.parametrize("seed", seeds.load_all(), ids=lambda seed: seed.id)
def test_sentences_cover_every_printed_character_once(seed):
    covered = [0] * len(seed.text)
    for sentence in seeds.sentences(seed):
        assert seed.text[sentence.start : sentence.end] == sentence.text
        for index in range(sentence.start, sentence.end):
            covered[index] += 1
    for index, character in enumerate(seed.text):
        assert covered[index] <= 1
        assert covered[index] == 1 or character.isspace()


def test_sentences_split_where_a_reader_would():
    texts = [s.text for s in seeds.sentences(seeds.load("S000"))]
    assert "A Rare Diplomatic Engagement With an Isolated State" in texts
    assert texts[-1] == "Leave a Reply"
    assert any(t.endswith("in 2022.") for t in texts)


@pytest.mark.parametrize("seed", seeds.load_all(), ids=lambda seed: seed.id)
def test_clues_to_the_date_are_verbatim(seed):
    for clue in seed.about["published"]["clues"]:
        assert seed.text.count(clue["quote"]) == 1
