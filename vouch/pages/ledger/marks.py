"""The articles with their claims marked, a page of verdicts, and a reference to a claim from anywhere."""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from itertools import pairwise
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.writers.html5 import HTML5Translator

from bookpress.cite.box import CitePart
from bookpress.kept import keep, kept
from bookpress.web.search import named
from vouch.evidence import seeds
from vouch.pages.ledger import records
from vouch.pages.ledger.sides import SYMBOLS, controls, slug, verdict_of
from vouch.pages.printed import article_heading, ledger_entry, ledger_evidence
from vouch.paths import BIBLIOGRAPHY, DATA, SEEDS
from vouch.text import day


class claim_reference(nodes.Inline, nodes.Element):
    """A reference to a claim; attribute `claim` holds its id."""

    def astext(self) -> str:
        return self["claim"]


class claim_note(nodes.General, nodes.Element):
    """What an e-reader shows of a claim; attributes `claim` and `back`, the id of the first reference to it."""


class ClaimRole(SphinxRole):
    """``{claim}`S000-05` ``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        if self.text not in records.ledger():
            message = self.inliner.reporter.error(f"no claim {self.text!r} in data/claims.csv", line=self.lineno)
            return [], [message]
        _depend(self.env)
        return [claim_reference(claim=self.text)], []


class _Directive(SphinxDirective):
    required_arguments = 1

    def seed(self) -> seeds.Seed:
        try:
            return seeds.load(self.arguments[0])
        except seeds.SeedError as error:
            raise self.error(str(error)) from None

    def myst(self, text: str) -> list[nodes.Node]:
        holder = nodes.Element()
        self.state.nested_parse(StringList([text], self.get_source_info()[0]), self.content_offset, holder)
        return list(holder.children[0].children)


class ArticleDirective(_Directive):
    """`vouch-article SEED`: the article, line by line, with its claims marked."""

    def run(self) -> list[nodes.Node]:
        _depend(self.env)
        seed = self.seed()
        spans = [record for record in records.ledger().values() if record["seed"] == seed.id]
        box = nodes.container(classes=["vouch-article"])
        start = 0
        for line in seed.text.split("\n"):
            if line.strip():
                box += self.line(line, start, spans, seed.about.get("leftovers") or ())
            start += len(line) + 1
        return [box]

    def line(self, line: str, offset: int, spans: list[dict[str, Any]], leftovers: Collection[str]) -> nodes.paragraph:
        """One line: cut where a span begins or ends, each piece marked by the narrowest claim that covers it."""
        end = offset + len(line)
        inside = [span for span in spans if span["start"] < end and span["end"] > offset]
        cuts = {offset, end}
        for span in inside:
            cuts |= {max(span["start"], offset), min(span["end"], end)}
        heading = not line.rstrip().endswith((".", "!", "?", "”"))
        paragraph = article_heading(classes=["article-heading"]) if heading else nodes.paragraph()
        if line in leftovers:
            paragraph = nodes.paragraph(classes=["article-leftover"])
        paragraph["claims"] = [span["claim"] for span in inside if span["start"] >= offset]
        places = sorted(cuts)
        for left, right in pairwise(places):
            text = nodes.Text(line[left - offset : right - offset])
            covering = [span for span in inside if span["start"] <= left and span["end"] >= right]
            if covering:
                narrowest = min(covering, key=lambda span: (span["end"] - span["start"], span["claim"]))
                classes = ["claim-mark", slug(verdict_of(narrowest))]
                paragraph += nodes.inline("", "", text, classes=classes, claim=narrowest["claim"])
            else:
                paragraph += text
            ending = sorted(span["claim"] for span in inside if span["end"] == right)
            for claim in ending:
                link = nodes.reference("", claim.partition("-")[2], refid=claim, internal=True)
                between = [nodes.Text(",")] if claim != ending[0] else []
                paragraph += nodes.superscript("", "", *between, link, classes=["claim-number"])
        return paragraph


class LedgerDirective(_Directive):
    """`vouch-ledger SEED`: filter and entries."""

    def run(self) -> list[nodes.Node]:
        _depend(self.env)
        seed = self.seed().id
        claimed = [record for record in records.ledger().values() if record["seed"] == seed]
        if not claimed:  # an article that was taken in and not yet read for claims
            return [nodes.paragraph("", "No claim has been entered yet.")]
        entries = nodes.container("", *(self.entry(record) for record in claimed), classes=["ledger"])
        strip = nodes.raw("", controls(claimed), format="html")
        return [nodes.container("", strip, classes=["html-only", "ledger-controls"]), entries]

    def entry(self, record: dict[str, Any]) -> nodes.container:
        verdict = verdict_of(record)
        classes = ["ledger-entry", slug(verdict), f"kind-{record['type']}"]
        named(self.env).note(record["claim"], record["claim"], "claim", record["claim"])
        entry = ledger_entry(ids=[record["claim"]], names=[record["claim"]], classes=classes)
        head = nodes.paragraph(classes=["ledger-head"])
        head += nodes.reference("", "", nodes.strong("", record["claim"]), refid=record["claim"], internal=True)
        head += nodes.Text(" · ")
        head += nodes.inline("", f"{SYMBOLS.get(verdict, '–')} {verdict}", classes=["verdict", slug(verdict)])
        confidence = f" · {record['confidence']} confidence" if record["confidence"] else ""
        head += nodes.Text(f"{confidence} · {record['type']} · {_asserter(record)}")
        entry += head
        entry += nodes.block_quote("", nodes.paragraph("", f"“{record['quote']}”"))
        entry += nodes.paragraph("", "", nodes.strong("", "Claim. "), nodes.Text(record["statement"]))
        if record["verdict"]:
            entry += nodes.paragraph("", "", nodes.strong("", "Verdict. "), nodes.Text(record["reason"]))
            entry += self.evidence(record)
            change = [nodes.strong("", "What would change it. "), nodes.Text(record["would_change"])]
            entry += nodes.paragraph("", "", *change)
        forecast = records.forecasts().get(record["claim"])
        if forecast:
            text = f"{forecast['outcome']}, as of {day(forecast['as_of'])}. {forecast['reason']}"
            entry += nodes.paragraph("", "", nodes.strong("", "What happened: "), nodes.Text(text))
        entry += nodes.container("", CitePart(kind="claim", name=record["claim"]), classes=["html-only"])
        return entry

    def evidence(self, record: dict[str, Any]) -> nodes.Node:
        rows = records.evidence().get(record["claim"], [])
        if not rows:
            return nodes.paragraph("", "No evidence was found either way.")
        holder = ledger_evidence(classes=["ledger-evidence"])
        newest = f", newest of {day(record['evidence_date'])}" if record["evidence_date"] is not None else ""
        counted = f" ({_independent(record['origins'])}{newest})."
        holder += nodes.paragraph("", "", nodes.strong("", "Evidence"), nodes.Text(counted))
        listed = nodes.bullet_list()
        for row in rows:
            cited = self.myst("{cite:t}`" + row["source"] + "`")
            retold = " (the report that the article retells, not counted)" if row["retold"] else ""
            statement = f"{retold}, {row['direction']}: {row['point']}"
            listed += nodes.list_item("", nodes.paragraph("", "", *cited, nodes.Text(statement)))
        holder += listed
        return holder


def _independent(origins: int) -> str:
    """The independent origins of a verdict in words; the report that the article retells is none (`claims`)."""
    return {0: "no independent origin", 1: "one independent origin only"}.get(origins, f"{origins} independent origins")


def _asserter(record: dict[str, Any]) -> str:
    if record["asserted_by"] == "article":
        return "asserted by the article"
    return f"asserted by {record['asserter'] or record['asserted_by']}"


def _depend(env: Any) -> None:
    for name in ("claims", "verdicts", "evidence", "forecasts"):
        env.note_dependency(str(DATA / f"{name}.csv"))
    for path in sorted(SEEDS.iterdir()):
        env.note_dependency(str(path))
    env.note_dependency(str(BIBLIOGRAPHY))


def visit_claim_html(self: HTML5Translator, node: claim_reference) -> None:
    """A button and its card. Only phrasing content, since it stands inside a paragraph."""
    record = records.ledger()[node["claim"]]
    verdict = verdict_of(record)
    count = kept(self, "cards", int) + 1
    keep(self, "cards", count)
    address = (
        self.builder.get_relative_uri(self.builder.current_docname, records.page(record["claim"]))
        + f"#{record['claim']}"
    )
    card = f"claim-card-{count}"
    reason = f'<span class="card-line">{escape(record["reason"])}</span>' if record["reason"] else ""
    witness = f"{_independent(record['origins'])} · " if record["verdict"] else ""
    self.body.append(
        f'<button type="button" class="bp-opens vouch-claim {slug(verdict)}" popovertarget="{card}" '
        f'aria-label="Claim {record["claim"]}: {verdict}">{SYMBOLS.get(verdict, "–")} {record["claim"]}</button>'
        f'<span popover id="{card}" class="bp-card vouch-card" role="dialog" aria-label="Claim {record["claim"]}">'
        f'<span class="card-line"><strong>{record["claim"]}</strong> · {verdict}</span>'
        f'<q class="card-line">{escape(record["quote"])}</q>{reason}'
        f'<span class="card-line">{witness}<a href="{escape(address)}">evidence in the ledger</a></span></span>'
    )
    raise nodes.SkipNode


class ClaimNotes(SphinxPostTransform):
    """On paper a reference to a claim is its id, linked to its entry, with a numbered note; in a table the id alone."""

    default_priority = 8
    formats = ("typst",)

    def run(self, **kwargs: Any) -> None:
        noted: dict[tuple[int, str], str] = {}  # a claim named again in its section gets the same note
        for number, node in enumerate(list(self.document.findall(claim_reference))):
            record = records.ledger()[node["claim"]]
            above = _parents(node)
            here = next((element["docname"] for element in above if "docname" in element), self.env.docname)
            address = self.app.builder.get_relative_uri(here, records.page(record["claim"])) + f"#{record['claim']}"
            shown: list[nodes.Node] = [nodes.reference("", record["claim"], refuri=address, internal=True)]
            if not any(isinstance(element, nodes.table) for element in above):
                section = next((id(element) for element in above if isinstance(element, nodes.section)), 0)
                name = noted.setdefault((section, node["claim"]), f"claim-note-{number}")
                if name == f"claim-note-{number}":
                    explanation = record["reason"] or record["statement"]
                    text = f"{record['claim']}, {verdict_of(record)}: “{record['quote']}” {explanation}"
                    self.document += nodes.footnote(
                        "", nodes.label("", ""), nodes.paragraph("", text), ids=[name], docname=here
                    )
                shown.append(nodes.footnote_reference("", "", refid=name, docname=here))
            node.replace_self(shown)


class ClaimPopups(SphinxPostTransform):
    """On an e-reader the claims that a chapter refers to stand after it, once each."""

    default_priority = 8
    formats = ("epub",)

    def run(self, **kwargs: Any) -> None:
        first: dict[str, claim_reference] = {}
        for node in self.document.findall(claim_reference):
            first.setdefault(node["claim"], node)
        for claim, node in first.items():
            node["ids"] = [f"to-{claim}"]
        if first:
            shown = [claim_note(claim=claim, back=f"to-{claim}") for claim in sorted(first)]
            self.document += nodes.container(
                "", nodes.rubric("", "Claims named in this chapter"), *shown, classes=["claim-notes"]
            )


def visit_claim_epub(self: HTML5Translator, node: claim_reference) -> None:
    claim, verdict = node["claim"], verdict_of(records.ledger()[node["claim"]])
    ident = "".join(f' id="{name}"' for name in node["ids"])
    self.body.append(
        f'<a class="claim"{ident} epub:type="noteref" role="doc-noteref" href="#note-{claim}" '
        f'aria-label="Claim {claim}: {verdict}">{SYMBOLS.get(verdict, "–")} {claim}</a>'
    )
    raise nodes.SkipNode


def visit_note_epub(self: HTML5Translator, node: claim_note) -> None:
    record = records.ledger()[node["claim"]]
    verdict = verdict_of(record)
    reason = f"<p>{escape(record['reason'])}</p>" if record["reason"] else ""
    address = (
        self.builder.get_relative_uri(self.builder.current_docname, records.page(node["claim"])) + f"#{node['claim']}"
    )
    self.body.append(
        f'<aside id="note-{node["claim"]}" epub:type="footnote" role="doc-footnote">'
        f"<p><strong>{node['claim']}</strong> · {SYMBOLS.get(verdict, '–')} {verdict}</p>"
        f"<p>“{escape(record['quote'])}”</p>{reason}"
        f'<p><a href="{escape(address)}">Evidence in the ledger</a> · '
        f'<a role="doc-backlink" href="#{node["back"]}">Back to the text</a></p></aside>'
    )
    raise nodes.SkipNode


def _parents(node: nodes.Node) -> list[nodes.Element]:
    parents = []
    while node.parent is not None:
        node = node.parent
        parents.append(node)
    return parents
