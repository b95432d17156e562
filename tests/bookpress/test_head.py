"""What a chapter is called, read from its first lines alone where they suffice."""

from __future__ import annotations

from datetime import date

import pytest

from bookpress import metadata

BOOK = metadata.Book("B", (metadata.Author("A"),), "1", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# One\n\n# Two\n", "One"),
        ("---\n# a comment\nauthors: [X]\n---\n\n# One\n", "One"),
        ("```python\n# no heading\n```\n\n# One\n", "One"),
        ("Words.\n\nOne\n===\n\n# Two\n", "One"),
        ("#hashtag\n\n# One\n", "One"),
        ("# A [book][b]\n\nWords.\n\n[b]: https://example.org\n", "A book"),
        ("# A [book][b]\n\n# Two\n\n[b]: https://example.org\n", "A book"),
        ("A [book][b]\n===\n\n# Two\n\n[b]: https://example.org\n", "A book"),
        ("# A list [draft]\n\n# Two\n", "A list [draft]"),
        ("<!--\n# hidden\n-->\n\n# One\n", "One"),
        ("# One", "One"),
    ],
)
def test_the_title_is_the_first_heading(tmp_path, text, title):
    (tmp_path / "c.md").write_text(text)
    assert metadata.read_chapter(tmp_path, "c", BOOK).title == title


def test_a_text_without_a_heading_is_refused(tmp_path):
    (tmp_path / "c.md").write_text("---\n# only a comment\n---\n\nWords.\n")
    with pytest.raises(ValueError, match=r"c\.md has no heading"):
        metadata.read_chapter(tmp_path, "c", BOOK)
