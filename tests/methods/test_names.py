"""Names in the articles: verbatim passages, whole words, and two spellings of one organisation."""

from __future__ import annotations

import pandas as pd
import pytest

from vouch import data, names, seeds

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
