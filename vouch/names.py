"""Persons and institutions that an article names, beside what the sources say they are."""

from __future__ import annotations

import re

import pandas as pd

_KINDS = ("person", "electoral-body", "party", "igo", "armed-forces", "resistance", "company")
_AROUND = 7  # words kept on either side of a name


def named_in(text: str, actors: pd.DataFrame) -> pd.DataFrame:
    """Actors whose name or alias stands in `text`, in the order of their first mention.

    Columns: actor_id, name, type, start and end (character span of the first mention), passage (that mention with a
    few words around it, a verbatim span of `text` that does not cross a line), quotation (the passage in quotation
    marks, with an ellipsis where it is cut), role and source (from the table `actors`). States are left out: both
    articles are about them.
    """
    rows = []
    for actor in actors[actors["type"].isin(_KINDS)].itertuples():
        aliases = actor.aliases.split(";") if isinstance(actor.aliases, str) else []
        found = [mention for name in (actor.name, *aliases) for mention in [_mention(text, name)] if mention]
        if not found:
            continue
        start, end = min(found)
        passage = _around(text, start, end)
        rows.append(
            {
                "actor_id": actor.actor_id,
                "name": actor.name,
                "type": actor.type,
                "start": start,
                "end": end,
                "passage": passage,
                "quotation": _quoted(text, passage),
                "role": actor.role,
                "source": actor.source,
            }
        )
    columns = ["actor_id", "name", "type", "start", "end", "passage", "quotation", "role", "source"]
    return pd.DataFrame(rows, columns=columns).sort_values("start", ignore_index=True)


def _mention(text: str, name: str) -> tuple[int, int] | None:
    """The first whole-word mention of a name; -isation and -ization count as one spelling."""
    pattern = re.escape(name.strip()).replace("isation", "i[sz]ation")
    hit = re.search(rf"(?<!\w){pattern}(?!\w)", text)
    return hit.span() if hit else None


def _around(text: str, start: int, end: int) -> str:
    """The span with up to seven words on either side, inside its line."""
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    before = list(re.finditer(r"\S+", text[line_start:start]))
    after = list(re.finditer(r"\S+", text[end:line_end]))
    first = line_start + before[-_AROUND].start() if len(before) >= _AROUND else line_start
    last = end + after[_AROUND - 1].end() if len(after) >= _AROUND else line_end
    return text[first:last].strip()


def _quoted(text: str, passage: str) -> str:
    """The passage in quotation marks; three dots stand where its sentence goes on before or after it."""
    start = text.index(passage)
    before, after = text[:start].rstrip(" "), text[start + len(passage) :]
    opens = not before or before[-1] in "\n.!?"
    closes = not after.strip() or passage[-1] in ".!?"
    return f"“{'' if opens else '… '}{passage}{'' if closes else ' …'}”"
