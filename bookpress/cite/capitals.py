"""Capitals in titles: those of English headlines, as Chicago prints them, and those that BibTeX must leave alone."""

from __future__ import annotations

import re

_SMALL = {
    "a", "an", "and", "as", "at", "but", "by", "down", "for", "from", "in", "into", "nor", "of", "on", "onto", "or",
    "over", "so", "the", "till", "to", "up", "via", "with", "yet",
}  # fmt: skip
"""Words that the Citation Style Language leaves small: what processors do that know Chicago."""
_ENDS = (":", "?", "!", "—")
_FIRST = re.compile(r"[^\W\d_]")
_OPENING = re.compile(r"[\"'`“‘«(\[]*")


def headline(title: str, language: str) -> str:
    """An English title with the capitals of a headline; that of a book in another language as it is.

    A word that has a capital already is left alone; the first and the last, and the first after a colon or a question,
    are never small.
    """
    if language.partition("-")[0] != "en":
        return title
    pieces = re.split(r"(\s+)", title)
    words = [number for number, piece in enumerate(pieces) if piece.strip()]
    begins = True
    for number in words:
        word = pieces[number]
        bare = re.sub(r"\W", "", word).lower()
        if word == word.lower() and (begins or number == words[-1] or bare not in _SMALL):
            pieces[number] = _FIRST.sub(lambda match: match[0].upper(), word, count=1)
        begins = word.endswith(_ENDS)
    return "".join(pieces)


def protected(title: str) -> str:
    """A title that is LaTeX already, each word that has a capital in braces, so that no style lowers it.

    A word with braces of its own is left as it is: whoever set them meant them.
    """
    return "".join(_braced(piece) for piece in re.split(r"(\s+)", title))


def _braced(word: str) -> str:
    if "{" in word or "}" in word or not any(sign.isupper() for sign in word):
        return word
    opening = _OPENING.match(word)
    start = opening.end() if opening else 0
    return f"{word[:start]}{{{word[start:]}}}"
