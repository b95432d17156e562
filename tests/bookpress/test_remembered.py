"""What a build works out once and the next one takes over."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from bookpress.effort.remembered import Remembered


@pytest.fixture
def maker(tmp_path: Path) -> Path:
    path = tmp_path / "maker.py"
    path.write_text("first")
    return path


def lengths(path: Path, maker: Path, *texts: str) -> list[str]:
    """Ask for the length of each text; the texts of which it had to be worked out."""
    remembered, made = Remembered(path, str(maker)), []

    def length(text: str) -> int:
        made.append(text)
        return len(text)

    assert [remembered.value(text, lambda text=text: length(text)) for text in texts] == [len(text) for text in texts]
    remembered.write()
    return made


def test_nothing_is_worked_out_twice(tmp_path, maker):
    store = tmp_path / "store.json"
    assert lengths(store, maker, "a", "bc", "a") == ["a", "bc"]
    assert lengths(store, maker, "bc", "def") == ["def"]


def test_what_is_no_longer_asked_for_is_forgotten(tmp_path, maker):
    store = tmp_path / "store.json"
    lengths(store, maker, "a", "bc")
    lengths(store, maker, "a")
    assert len(json.loads(store.read_text())) == 1
    assert lengths(store, maker, "a", "bc") == ["bc"]


def test_another_maker_makes_it_anew(tmp_path, maker):
    store = tmp_path / "store.json"
    lengths(store, maker, "a")
    maker.write_text("second")
    assert lengths(store, maker, "a") == ["a"]


@pytest.mark.parametrize("content", ["", "{", "[1]", "7", "\udc80"])
def test_a_file_that_cannot_be_read_is_made_anew(tmp_path, maker, content):
    store = tmp_path / "store.json"
    store.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert lengths(store, maker, "a") == ["a"] and lengths(store, maker, "a") == []


def test_text_that_is_no_unicode_is_a_text_too(tmp_path, maker):
    assert lengths(tmp_path / "store.json", maker, "\udc80") == ["\udc80"]


def noted(text: str, folder: Path) -> int:
    with (folder / "made").open("a") as stream:
        stream.write(f"{text}\n")
    return len(text)


def test_many_texts_at_once_give_what_each_gives(tmp_path, maker):
    """In forks, and in their order; what is known, or stands there twice, is made once."""
    store, texts = tmp_path / "store.json", ["a", "bc", "def", "a", "ghij", "klmno", "pqrstu", "vwxyz01"]
    for new in (sorted(set(texts)), ["another"], []):
        (tmp_path / "made").write_text("")
        remembered = Remembered(store, str(maker))
        asked = [*texts, *new] if new == ["another"] else texts + (["another"] if not new else [])
        assert remembered.values(asked, partial(noted, folder=tmp_path)) == [len(text) for text in asked]
        remembered.write()
        assert sorted((tmp_path / "made").read_text().split()) == new
