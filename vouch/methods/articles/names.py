"""The names of persons, states and institutions, and where running text says them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pandas as pd

from vouch.text import keys

# Where persons have no family name (Burmese, Malay names) or put it first.
_FAMILY_NAME_NOT_LAST = {"MMR", "KHM", "CHN", "PRK", "MYS"}
_NAMES_OF_OTHER_THINGS = {"PDF"}  # the file format, wherever the book's own text has it
_TITLES = {"President", "Minister", "General", "Ambassador", "Secretary", "Rapporteur", "Envoy", "Mr", "Mrs", "Ms"}


@dataclass(frozen=True)
class Form:
    """One spelling of an actor (`text`), and how the actor stands in an index (`heading`; `see`: what refers there)."""

    actor_id: str
    text: str
    heading: str
    see: tuple[str, ...]
    family: bool  # a family name alone
    whole: bool  # a person's name without a family name: another word makes it another person's


def forms(actors: pd.DataFrame) -> list[Form]:
    """All spellings under which running text names the actors, longest first.

    actors: columns actor_id, name, type, iso3 (or missing), aliases (by semicolon, or missing). A person's family name
    counts as a spelling where it stands last; the short name of an international organisation is its actor_id. A
    spelling that two actors share names neither and is left out.
    """
    spelt = {actor.actor_id: _spellings(actor) for actor in actors.itertuples()}
    times = Counter(text for texts in spelt.values() for text in texts)
    found = []
    for actor in actors.itertuples():
        texts = [text for text in spelt[actor.actor_id] if times[text] == 1 and text not in _NAMES_OF_OTHER_THINGS]
        given, _, family = actor.name.rpartition(" ") if _has_family_name(actor) else ("", "", "")
        abbreviated = actor.type not in ("person", "state")
        short = [t for t in texts if abbreviated and t.isascii() and t.isupper() and t != actor.name]
        article, _, rest = actor.name.partition(" ") if actor.name.startswith("The ") else ("", "", actor.name)
        heading = f"{family}, {given}" if family else rest + (f", {article}" if article else "")
        heading += f" ({short[0]})" if short else ""
        whole = actor.type == "person" and not family
        found += [Form(actor.actor_id, text, heading, tuple(short), text == family, whole) for text in texts]
    return sorted(found, key=lambda form: (-len(form.text), form.text))


def _has_family_name(actor: Any) -> bool:
    return actor.type == "person" and actor.iso3 not in _FAMILY_NAME_NOT_LAST


def _spellings(actor: Any) -> list[str]:
    texts = [actor.name.removeprefix("The "), *keys(actor.aliases)]
    if actor.type == "igo" and "_" not in actor.actor_id:
        texts.append(actor.actor_id)
    if _has_family_name(actor):
        texts.append(actor.name.rpartition(" ")[2])
    return list(dict.fromkeys(texts))


def mentions(text: str, known: list[Form]) -> list[tuple[int, Form]]:
    """Where `text` names an actor: (start, spelling), in the order of the text, none inside a longer one."""
    taken: list[tuple[int, int]] = []
    found = []
    for form in known:
        if form.text not in text and "isation" not in form.text:
            continue
        for hit in re.finditer(_pattern(form.text), text):
            start, end = hit.span()
            if any(start < right and left < end for left, right in taken) or _somebody_else(text, start, end, form):
                continue
            taken.append((start, end))
            found.append((start, form))
    return sorted(found, key=lambda mention: mention[0])


def _somebody_else(text: str, start: int, end: int, form: Form) -> bool:
    """Whether a name is part of a longer one that is not in the table: Viktor L., or Ko Ko H."""
    if form.whole and re.match(r" [A-Z][a-z]+", text[end:]):
        return True
    before = re.search(r"([^\s.?!:“(])\s+([A-Z][a-z]+) $", text[:start]) if form.family else None
    return before is not None and before[2] not in _TITLES


def _pattern(name: str) -> str:
    """A whole word; an abbreviation also ends at a hyphen. -isation and -ization count as one spelling."""
    edge = r"[\w-]" if name.isupper() else r"\w"
    return rf"(?<!{edge}){re.escape(name).replace('isation', 'i[sz]ation')}(?!{edge})"
