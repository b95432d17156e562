"""The articles are what they were, and offsets point where they say."""

from __future__ import annotations

import hashlib
import re
import shutil

import pytest

from vouch.evidence import checks, seeds
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


CONFIDENCE = "      confidence: high\n      clues:"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("    wording:\n      - junta\n", "    wording: one\n    x:\n      - junta\n", "wording is 'one', where"),
        ("earliest: 2025-11-28", 'earliest: "28 November"', "S000: published.earliest is '28 November', where a day"),
        ("earliest: 2025-11-28", "earliest: 2025-11-28 10:00:00", "S000: published.earliest is datetime"),
        ("earliest: 2025-11-28", "earliest: 2025-12-28", "earliest 2025-12-28 is later than published.latest 2025"),
        ("leftovers: [Leave a Reply]", "leftovers: Leave a Reply", "S000: leftovers is 'Leave a Reply', where a list"),
        ("leftovers: [Leave a Reply]", "leftovers: [Reply here]", "leftovers: 'Reply here' does not occur in the art"),
        ("leftovers: [Leave a Reply]", "leftovers: [null]", "S000: leftovers, 1, is None, where text is needed"),
        ("reads: They met on 13 September 2023.", "reads: null", "S004: published.clues, 1, reads is None, where text"),
        ("- Isolated State", "- Isolated state", "S000: wording: 'Isolated state' does not occur in the article"),
        ("has arrived in Myanmar for a", "had arrived in Myanmar for a", "occurs 0 times in the article"),
        ("language: en", "language: no", "S000: language is False, where text is needed"),
        (CONFIDENCE, CONFIDENCE.replace("high", "certain"), "published.confidence is 'certain', and may be high"),
        ("bytes: 4554", 'bytes: "4554"', "S000: bytes is '4554', where a whole number is needed"),
        ("bytes: 4554", "bytes: 4555", "4554 bytes where 4555 are recorded"),
        ("  - id: S004", "  - id: S000", "S000: described twice"),
        ("    genre: unsigned news", "    gender: unsigned news", "S000: gender is not understood; known are id, file"),
        ("    genre: unsigned news", "    generation: unsigned news", "S000: lacks genre"),
        ("    byline: none\n", "    byline: none\n    byline: A\n", "line 5: byline stands twice in one entry"),
        ("  - id: S000\n", "  - S001\n  - id: S000\n", "entry 1: the entry is 'S001', where fields are needed"),
    ],
)  # fmt: skip
def test_an_entry_is_held_to_what_it_may_say(copy, old, new, reason):
    path = copy / "seeds.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(seeds.SeedError, match=rf"(?s){re.escape(reason)}"):
        seeds.check_all(copy)


def test_an_article_in_another_encoding_is_refused_with_its_line(copy):
    raw = "One\nCafé\n".encode("latin-1")
    (copy / "000_49230f428f76a6ee.txt").write_bytes(raw)
    path = copy / "seeds.yml"
    text = path.read_text("utf-8").replace("bytes: 4554", f"bytes: {len(raw)}", 1)
    text = text.replace(
        hashlib.sha256((SEEDS / "000_49230f428f76a6ee.txt").read_bytes()).hexdigest(), hashlib.sha256(raw).hexdigest()
    )
    path.write_text(text, "utf-8")
    with pytest.raises(seeds.SeedError, match=r"000_49230f428f76a6ee\.txt, row 2: not UTF-8: byte 0xe9"):
        seeds.check_all(copy)


@pytest.mark.parametrize("text", ["seeds:\n", "seeds: []\n", "seeds: text\n", "", "- 1\n"])
def test_a_list_without_articles_is_refused(copy, text, capsys, monkeypatch):
    (copy / "seeds.yml").write_text(text, "utf-8")
    with pytest.raises(seeds.SeedError, match=r"seeds\.yml: (`seeds` lists no article|not readable)"):
        seeds.check_all(copy)
    monkeypatch.setattr(checks, "run", lambda folder: checks.CHECKS["articles"](folder, copy, folder))
    assert checks.main() == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


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
