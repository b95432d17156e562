"""How the book cites: author and date in the text, one list of works at the end.

Most sources are news items, of which one outlet has many a year; "(The Irrawaddy, 2025)" would point at dozens. A
citation therefore carries the day where the source has one, "(The Irrawaddy, 25 Nov 2025)", the year otherwise, and a
letter where two works would still read the same. The same label opens the entry in the list of works.

Registered with pybtex and sphinxcontrib-bibtex as the style `dated`. Formatted entries are kept with Sphinx's
environment: sphinxcontrib-bibtex formats every entry twice in every build, which takes longer than the rest of a build
in which nothing changed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pybtex.plugin
from docutils import nodes
from pybtex.backends.plaintext import Backend as PlainText
from pybtex.database import Entry
from pybtex.richtext import Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting import toplevel
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.formatting.unsrt import pages
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting.author_year_title import SortingStyle
from pybtex.style.template import field as entry_field
from pybtex.style.template import href, optional, sentence, tag, words
from pybtex.style.template import join as plain_join
from pybtex_docutils import Backend as Docutils
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinxcontrib.bibtex.citation_target import parse_citation_targets
from sphinxcontrib.bibtex.domain import BibtexDomain, Citation, _FilterVisitor, get_docnames
from sphinxcontrib.bibtex.plugin import register_plugin
from sphinxcontrib.bibtex.style.referencing import BracketStyle, GroupReferenceStyle, PersonStyle
from sphinxcontrib.bibtex.style.referencing.basic_author_year import (
    BasicAuthorYearParentheticalReferenceStyle,
    BasicAuthorYearTextualReferenceStyle,
)
from sphinxcontrib.bibtex.style.referencing.extra_year import ExtraYearReferenceStyle
from sphinxcontrib.bibtex.style.template import join, join2, node, post_text, pre_text, reference

from bookpress.effort.processors import cores, shared
from bookpress.kept import keep as keep_value
from bookpress.kept import kept
from bookpress.words import day_of

if TYPE_CHECKING:
    from sphinx.addnodes import pending_xref
    from sphinx.builders import Builder
    from sphinxcontrib.bibtex.directives import BibliographyKey

_kinds: dict[str, str] = {}
"""Kinds of works (BibTeX `keywords`) that a reader must see beside the entry, and how: the setting `cite_kinds`."""
_language = ["en"]
"""The language of the book that is being built."""

_SEPARATOR = " \u2063"  # invisible separator: between author and date inside a label


def author_of(label: str) -> str:
    """The author in a label of the style `dated`; nothing in any other label."""
    return label.rpartition(_SEPARATOR)[0]


def printed_date(entry: Entry) -> str:
    """`25 Nov 2025` for a work with a day, in the language of the book; else the year, else `n.d.`."""
    if entry.type == "misc" and len(entry.fields.get("date", "")) == 10:
        day = date.fromisoformat(entry.fields["date"])
        return day_of(day, "d MMM y", _language[0])
    return str(entry.fields.get("year") or "n.d.")


def printed_author(entry: Entry) -> str:
    """The last names as a citation prints them: one, two, or the first and `et al.`; the title where nobody signs."""
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = [" ".join(person.prelast_names + person.last_names).strip("{}") for person in people]
    if not names:
        return str(entry.fields.get("title", entry.key))
    if len(names) > 2:
        return f"{names[0]} et al."
    return " and ".join(names)


def letters(number: int) -> str:
    """`a` for 0, `z` for 25, then `aa`, `ab`, ..."""
    before, last = divmod(number, 26)
    return (letters(before - 1) if before else "") + chr(ord("a") + last)


class DatedLabels(BaseLabelStyle):
    """Author and date, with :func:`letters` where several works share both; unique, as Sphinx's citations demand."""

    def format_labels(self, sorted_entries: Iterable[Entry]) -> Iterator[str]:
        entries = list(sorted_entries)
        plain = [(printed_author(entry), printed_date(entry)) for entry in entries]
        works = Counter(plain)
        seen: dict[tuple[str, str], int] = {}
        for author, when in plain:
            letter = ""
            if works[author, when] > 1:
                number = seen.get((author, when), 0)
                seen[(author, when)] = number + 1
                letter = letters(number)
            yield f"{author}{_SEPARATOR}{when}{letter}"


class ByDay(SortingStyle):
    """Author, then day, then title; the key last, so that the order never depends on the order of the file."""

    def sorting_key(self, entry: Entry) -> tuple[str, str, str, str]:
        author, _, title = super().sorting_key(entry)
        return author.lower(), entry.fields.get("date") or entry.fields.get("year", ""), title, entry.key


_formatted: dict[str, FormattedEntry] = {}
"""Formatted entries by all that they are made from."""
_used: set[str] = set()
_MANY = 100
"""So many new entries take a tenth of a second to format."""


class ListOfWorks(PlainStyle):
    """The entry in the list of works: author (date), title, publisher, kind where it matters, address."""

    default_label_style = DatedLabels
    default_sorting_style = ByDay
    default_name_style = "lastfirst"  # the list is sorted so

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.format_labels = self._labelled

    def _labelled(self, sorted_entries: Iterable[Entry]) -> list[str]:
        """The labels of entries, which are about to be formatted; many new ones are by all processors."""
        entries = list(sorted_entries)
        given = list(zip(self.label_style.format_labels(entries), entries, strict=True))
        new = [pair for pair in given if _made_from(*pair) not in _formatted]
        if len(new) > _MANY:
            parts = [new[first :: cores()] for first in range(cores())]
            for part, made in zip(parts, shared(_format, [(part,) for part in parts]), strict=True):
                _formatted.update(zip((_made_from(*pair) for pair in part), made, strict=True))
        return [label for label, _entry in given]

    def format_entry(self, label: str, entry: Entry, bib_data: Any = None) -> FormattedEntry:
        key = _made_from(label, entry)
        if key not in _formatted:
            _formatted[key] = super().format_entry(label, entry, bib_data)
        _used.add(key)
        return _formatted[key]

    def format_title(self, e: Entry, which_field: str, as_sentence: bool = True) -> Any:
        """The title as published: the stock style would lower its capitals, and with them those of names."""
        title = entry_field(which_field)
        return sentence[title] if as_sentence else title

    def format_doi(self, e: Entry) -> Any:
        """The DOI as a link; older ones hold signs that an address may not, such as `<`."""
        address = plain_join["https://doi.org/", entry_field("doi", raw=True, apply_func=partial(quote, safe="/():;"))]
        return href(address)[plain_join["doi:", entry_field("doi", raw=True)]]

    def get_article_template(self, entry: Entry) -> Any:
        number = optional["(", entry_field("number"), ")"]
        where = optional[plain_join[entry_field("volume"), number, optional[":", pages]]]
        journal = sentence[tag("em")[entry_field("journal")], where]
        return toplevel[self.said_by("author"), _quoted(entry), journal, self.format_web_refs(entry)]

    def get_book_template(self, entry: Entry) -> Any:
        publisher = sentence[optional[entry_field("publisher")]]
        title = sentence[tag("em")[entry_field("title")], optional[entry_field("edition"), " edition"]]
        who = self.said_by("author" if "author" in entry.persons else "editor")
        return toplevel[who, title, publisher, self.format_web_refs(entry)]

    def get_incollection_template(self, entry: Entry) -> Any:
        chapter = optional["chapter ", entry_field("chapter")]
        place = sentence[tag("em")[entry_field("booktitle")], chapter, optional[pages]]
        parts = [self.said_by("author"), _quoted(entry), words["In", place]]
        publisher = sentence[optional[entry_field("publisher")], optional[entry_field("address")]]
        return toplevel[[*parts, publisher, self.format_web_refs(entry)]]

    get_inproceedings_template = get_incollection_template

    def get_techreport_template(self, entry: Entry) -> Any:
        series = words[entry.fields.get("type", "Technical Report"), optional[entry_field("number")]]
        note, place = sentence[optional[entry_field("note")]], sentence[series, tag("em")[entry_field("institution")]]
        return toplevel[self.said_by("author"), _quoted(entry), place, note, self.format_web_refs(entry)]

    def said_by(self, role: str) -> Any:
        """Who, and when."""
        return words[self.format_names(role, as_sentence=False), plain_join["(", entry_field("citedate"), ")."]]

    def get_misc_template(self, entry: Entry) -> Any:
        publisher = entry.fields.get("howpublished", "")
        kinds = [_kinds[word.strip()] for word in entry.fields.get("keywords", "").split(",") if word.strip() in _kinds]
        parts = [self.said_by("author"), _quoted(entry)]
        if publisher and publisher != printed_author(entry):
            parts.append(sentence[tag("em")[entry_field("howpublished")]])
        if kinds:
            parts.append(f"[{', '.join(kinds)}]")
        parts += [sentence[optional[entry_field("note")]], self.format_web_refs(entry)]
        return toplevel[parts]


def _made_from(label: str, entry: Entry) -> str:
    """All that an entry is formatted from; the date of its label is put into it."""
    entry.fields["citedate"] = label.rpartition(_SEPARATOR)[2]
    return repr((label, entry.key, entry.type, list(entry.fields.items()), list(entry.persons.items())))


def _format(given: list[tuple[str, Entry]]) -> list[FormattedEntry]:
    """In a fork."""
    style = ListOfWorks()
    return [style.format_entry(label, entry) for label, entry in given]


def _quoted(entry: Entry) -> Any:
    return sentence[plain_join["“", _in_its_language(entry), "”"]]


def _in_its_language(entry: Entry) -> Any:
    """The title, marked with the work's language, to be pronounced right; what is in brackets is our own English."""
    title, language = entry_field("title"), entry.fields.get("language", "en")
    if language == "en" or entry.fields["title"].startswith("["):
        return title
    return tag(f"language-{language}")[title]


class _Tags(dict[str, Any]):
    """pybtex-docutils' nodes by name of tag; a tag `language-xx` is a class of which docutils makes `lang`."""

    def __contains__(self, name: object) -> bool:
        return str(name).startswith("language-") or super().__contains__(name)

    def __missing__(self, name: str) -> Any:
        return partial(nodes.inline, classes=[name])


@node
def when(children: list[Any], data: dict[str, Any]) -> Text:
    """The date of a citation, with its letter: the second half of the label."""
    return Text(data["formatted_entry"].label.rpartition(_SEPARATOR)[2])


@dataclass
class InBrackets(BasicAuthorYearParentheticalReferenceStyle):
    """`(The Irrawaddy, 25 Nov 2025)`."""

    def inner(self, role_name: str) -> Any:
        who = self.person.author_or_editor_or_title(full="s" in role_name)
        cited = reference[join(sep=self.author_year_sep)[who, when]]
        return join2(sep1=self.pre_text_sep, sep2=self.post_text_sep)[pre_text, cited, post_text]


@dataclass
class InText(BasicAuthorYearTextualReferenceStyle):
    """`The Irrawaddy (25 Nov 2025)`."""

    def inner(self, role_name: str) -> Any:
        who = self.person.author_or_editor_or_title(full="s" in role_name)
        date_part = join2(sep1=self.pre_text_sep, sep2=self.post_text_sep)[pre_text, reference[when], post_text]
        return join(sep=self.text_reference_sep)[who, join[self.bracket.left, date_part, self.bracket.right]]


def _round() -> BracketStyle:
    return BracketStyle(left="(", right=")", sep="; ", sep2="; ", last_sep="; ")


@dataclass
class AuthorDate(GroupReferenceStyle):
    """`cite:t`, `cite:p` and `cite:year`, in round brackets."""

    bracket: BracketStyle = field(default_factory=_round)
    person: PersonStyle = field(default_factory=PersonStyle)

    def __post_init__(self) -> None:
        self.styles += [
            InBrackets(bracket=self.bracket, person=self.person),
            InText(bracket=self.bracket, person=self.person),
            ExtraYearReferenceStyle(bracket=self.bracket),
        ]
        super().__post_init__()


class WorksDomain(BibtexDomain):
    """The domain `cite`. The package's own goes through all citations for every work, and through all works for every
    citation; with a thousand of each that is most of a reading in which a sentence changed. Here each finds its own."""

    _placed: Mapping[str, list[tuple[int, Citation]]] = MappingProxyType({})
    """By key: the works that are listed, with their places in `citations`."""
    _made_of: object = None

    def env_updated(self) -> Iterable[str]:
        """Make the lists of works, and an index of what stands in them; in a process that stays, if others are cited
        than before."""
        cited = sorted((one.docname, one.citation_ref_id, [of.key for of in one.targets]) for one in self.citation_refs)
        made_of = (cited, self.bibdata, list(self.bibliographies.items()), list(get_docnames(self.env)))
        if made_of == self._made_of:
            return []
        self._made_of = made_of
        updated = super().env_updated()
        placed: dict[str, list[tuple[int, Citation]]] = defaultdict(list)
        for place, citation in enumerate(self.citations):
            placed[citation.key].append((place, citation))
        self._placed = placed
        return updated

    def get_filtered_entries(self, bibliography_key: BibliographyKey) -> Iterable[tuple[str, Entry]]:
        """The works that a list takes in: those that pass its filter, and those that it names."""
        cited: dict[str, set[str]] = defaultdict(set)
        for reference_ in self.citation_refs:
            for target in reference_.targets:
                cited[target.key].add(reference_.docname)
        listing = self.bibliographies[bibliography_key]
        found: list[tuple[str, Entry]] = []
        for entry in self.get_entries(listing.bibfiles):
            key = listing.keyprefix + entry.key
            asked = _FilterVisitor(entry, bibliography_key.docname, cited.get(key, set()))
            try:
                passes = asked.visit(listing.filter_)
            except ValueError:  # of which the package tells, with the line
                return super().get_filtered_entries(bibliography_key)
            if passes or entry.key in listing.keys:
                found.append((key, entry))
        return found

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.Element:
        """The citation, made with nothing in sight but the works that it names, in their order."""
        every = self.data["citations"]
        keys = {one.key for one in parse_citation_targets(target)}
        placed = sorted((entry for key in keys for entry in self._placed.get(key, ())), key=itemgetter(0))
        self.data["citations"] = [citation for _place, citation in placed]
        try:
            return super().resolve_xref(env, fromdocname, builder, typ, target, node, contnode)
        finally:
            self.data["citations"] = every


def take_domain(app: Sphinx, config: Config) -> None:
    """Where the book cites with sphinxcontrib-bibtex, let it be by this domain."""
    if "sphinxcontrib.bibtex" in app.extensions:
        app.add_domain(WorksDomain, override=True)


def remember(app: Sphinx) -> None:
    """Take up the entries that earlier builds formatted. They go with the environment when this module changes."""
    _kinds.clear()
    _kinds.update(app.config.cite_kinds)
    _language[0] = app.config.language or "en"
    _used.clear()
    _formatted.clear()
    _formatted.update(kept(app.env, "formatted_entries", dict[str, FormattedEntry]))


def keep(app: Sphinx, env: BuildEnvironment) -> None:
    """Put the entries that this build needed into the environment, which Sphinx is about to save."""
    keep_value(env, "formatted_entries", {key: _formatted[key] for key in sorted(_used)})


def setup(app: Sphinx) -> dict[str, Any]:
    pybtex.plugin.register_plugin("pybtex.style.formatting", "dated", ListOfWorks, force=True)
    # For each citation sphinxcontrib-bibtex asks for this one, and pybtex would go through the entry points of all
    # installed packages every time; what is registered here is found first.
    pybtex.plugin.register_plugin("pybtex.backends", "plaintext", PlainText, force=True)
    Docutils.tags = _Tags(Docutils.tags)
    register_plugin("sphinxcontrib.bibtex.style.referencing", "dated", AuthorDate, force=True)
    app.connect("config-inited", take_domain)
    app.connect("builder-inited", remember)
    app.connect("env-updated", keep, priority=900)  # after sphinxcontrib-bibtex
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
