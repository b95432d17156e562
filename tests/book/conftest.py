"""What several tests of the built book look at."""

from __future__ import annotations

import pytest

from tests.book.drawn import Shown, shown_in


@pytest.fixture(scope="module")
def figures(book) -> list[Shown]:
    return shown_in(book)
