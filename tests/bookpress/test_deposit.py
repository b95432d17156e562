"""What an archive with DOIs is told: from what is known, or in a line what is not."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bookpress.cite import deposit
from bookpress.cite.deposit import DepositError, three_letters
from bookpress.metadata import Author, Book

BOOK = Book("Book", (Author("Jane Doe", "Doe", "Jane"),), "1", date(2026, 12, 1), ("CC-BY-4.0",))


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("en", "eng"), ("de", "deu"), ("fr", "fra"), ("zh_CN", "zho"), ("pt-BR", "por"), ("ar", "ara"), ("my", "mya"),
        ("fa", "fas"), ("sr@latin", "srp"), ("cs", "ces"), ("uk_UA", "ukr"), ("nl", "nld"), ("yue", "yue"),
    ],
)  # fmt: skip
def test_a_language_has_its_code_in_three_letters(language, code):
    """ISO 639-3 has the letters of the language's own name (`deu`), not the bibliographic ones (`ger`)."""
    assert three_letters(language) == code


def test_every_language_of_two_letters_has_one_code():
    from babel.core import get_global

    two = {other for name, other in get_global("language_aliases").items() if len(name) == 3 and len(other) == 2}
    assert len(two) > 150
    codes = {language: three_letters(language) for language in two}
    assert len(set(codes.values())) == len(codes)


def test_what_an_archive_asks_for_and_nobody_knows_is_told(tmp_path: Path):
    with pytest.raises(DepositError, match=r"^the language 'xx' of the book has no name of three letters"):
        three_letters("xx")
    with pytest.raises(DepositError, match=r"^CITATION\.cff: license is missing"):
        deposit.zenodo(Book("Book", (Author("A"),), "1", BOOK.date), tmp_path)
    package = {"resources": [{"name": "rows", "sources": [{"key": "doe2020"}]}]}
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text(json.dumps(package))
    (tmp_path / "_config.yml").write_text("bibtex_bibfiles: [works.bib]\n")
    (tmp_path / "works.bib").write_text("@misc{doe2021, title = {T}, doi = {10.1234/x}}\n")
    with pytest.raises(DepositError, match=r"^data/datapackage\.json: the source 'doe2020' of 'rows' is in no bibliog"):
        deposit.datacite(BOOK, tmp_path)
    (tmp_path / "works.bib").write_text("@misc{doe2020, title = {T}, doi = {10.1234/x}}\n")
    assert deposit.sources(tmp_path) == [("DOI", "10.1234/x")]


def test_a_deposit_that_cannot_be_described_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    head = "title: Book\nauthors: [{name: A}]\nversion: '1'\ndate-released: 2026-12-01\n"
    Path("CITATION.cff").write_text(head)
    assert deposit.main() == 1 and capsys.readouterr().err.startswith("CITATION.cff: license is missing")
    assert not Path(deposit.ZENODO).exists()
    Path("CITATION.cff").write_text(head + "license: MIT\n")
    assert deposit.main() == 0 and json.loads(Path(deposit.ZENODO).read_text())["license"] == "mit"
