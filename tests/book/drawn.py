"""The figures of the built book as its pages hold them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests.conftest import soup


@dataclass(frozen=True)
class Shown:
    """A figure as a page has it. forms: form -> the drawing in the page; dark: colour -> its colour in the dark."""

    name: str
    page: Path
    forms: dict[str, str]
    dark: dict[str, str]
    alt: str
    caption: str

    def svg(self, theme: str, form: str = "wide") -> str:
        drawn = self.forms[form]
        if theme == "light":
            return drawn
        return re.sub(r'(?<==")#[0-9a-f]{6}(?=")', lambda colour: self.dark.get(colour[0], colour[0]), drawn)


DRAWING = re.compile(r'<svg class="bp-form bp-(\w+)".*?</svg>', re.S)
RULE = re.compile(r'html\[data-theme="dark"\] \.bp-form \[(fill|stroke)="(#\w+)"\]\{\1:(#\w+)\}')


def shown_in(book) -> list[Shown]:
    """All figures of a built book, in the order of its pages."""
    sheet = (book.html / "_static" / "book.css").read_text("utf-8").splitlines()
    rules = [RULE.fullmatch(line).groups() for line in sheet if ".bp-form [" in line]
    dark = {light: other for _, light, other in rules}
    assert {(what, *pair) for pair in dark.items() for what in ("fill", "stroke")} == set(rules)
    found = []
    for page in book.pages:
        drawn = page.read_text("utf-8")
        for figure in soup(page).select("figure.bp-figure"):
            own = drawn[drawn.index(f'id="{figure["id"]}"') :].split("</figure>")[0]
            forms = {match[1]: match[0] for match in DRAWING.finditer(own)}
            caption = figure.select_one(".caption-text").get_text().strip()
            found.append(Shown(figure["id"], page, forms, dark, figure.svg["aria-label"], caption))
    assert len(found) >= 30
    return found


def texts(svg: str) -> list[str]:
    """What stands in a picture, in the order drawn; the lines of one text together."""
    groups = [group for group in ElementTree.fromstring(svg).iter("g") if group.get("data-part") == "text"]
    return [" ".join(" ".join("".join(line.itertext()) for line in group.iter("text")).split()) for group in groups]


def gallery(book) -> dict[str, tuple[Path, str]]:
    """Name -> page that the gallery leads to, and finding."""
    page = book.html / "chapters" / "gallery.html"
    found = {}
    for card in soup(page).select("a.figure-card"):
        address, _, name = card["href"].partition("#")
        found[name] = ((page.parent / address).resolve(), card.select_one(".figure-finding").get_text())
    return found
