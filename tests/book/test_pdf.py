"""The printed book, judged by its structure."""

from __future__ import annotations

import re

import pikepdf
import pypdfium2
import pytest

from tests.conftest import pdf_text
from vouch.paths import ROOT

pytestmark = pytest.mark.built


@pytest.fixture(scope="module")
def pdf(book):
    with pikepdf.open(book.pdf) as opened:
        yield opened


def titles():
    """Title of every chapter in the table of contents, from its first heading."""
    names = re.findall(r"(?:file|root): (chapters/[\w-]+)", (ROOT / "_toc.yml").read_text())
    names.remove("chapters/explorer")  # needs a screen
    return [re.search(r"^# (.+)$", (ROOT / f"{name}.md").read_text("utf-8"), re.M)[1] for name in names]


def plain(text):
    return re.sub(r"\W+", " ", text).strip().casefold()


def test_qpdf_finds_nothing_wrong(pdf):
    assert pdf.check_pdf_syntax() == []


def test_it_can_be_fetched_over_a_poor_connection(book):
    assert book.pdf.stat().st_size < 3_500_000


def test_every_chapter_is_bookmarked_in_order(pdf):
    found = []

    def walk(items):
        for item in items:
            found.append(plain(item.title))
            walk(item.children)

    with pdf.open_outline() as outline:
        walk(outline.root)
    place = -1  # a part may have the name of a chapter in it, so each is looked for behind the one before
    for name in titles():
        rest = range(place + 1, len(found))
        place = next((i for i in rest if re.fullmatch(rf"(\d+ )?{re.escape(plain(name))}", found[i])), None)
        assert place is not None, name


def test_it_is_tagged_has_a_language_and_a_title(pdf):
    assert "/StructTreeRoot" in pdf.Root
    assert str(pdf.Root.Lang).startswith("en")
    with pdf.open_metadata() as metadata:
        assert "Who Vouches for the Vote?" in metadata["dc:title"]
        assert metadata["pdfuaid:part"] == "1"


def test_every_font_is_embedded(pdf):
    """Walk every object: a font descriptor without a font file would be replaced by whatever the reader has."""
    descriptors = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"]
    assert len(descriptors) >= 3
    loose = [str(d.FontName) for d in descriptors if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(d.keys())]
    assert loose == []


def structure(node, found):
    if isinstance(node, pikepdf.Array):
        for item in node:
            structure(item, found)
    elif isinstance(node, pikepdf.Dictionary):
        if node.get("/S") is not None:
            found.append(node)
        if "/K" in node:
            structure(node.K, found)
    return found


def test_every_picture_has_alternative_text(pdf):
    elements = structure(pdf.Root.StructTreeRoot.K, [])
    figures = [element for element in elements if element.S == "/Figure"]
    assert len(figures) >= 15
    assert all(len(str(element.get("/Alt", ""))) > 20 for element in figures)


def test_pictures_are_vectors(pdf):
    """A chart that came out as pixels would blur in print."""
    streams = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]
    assert sum(thing.get("/Subtype") == "/Form" for thing in streams) >= 15, "the charts, which may hold pictures"
    pictures = [thing for thing in streams if thing.get("/Subtype") == "/Image"]
    assert [thing.objgen for thing in pictures if thing.get("/Width", 0) * thing.get("/Height", 0) >= 64 * 64] == []


def test_nothing_runs_off_the_page(book):
    """Every printed object lies inside the paper, with room to cut; the ground of the cover alone reaches its edges."""
    document = pypdfium2.PdfDocument(book.pdf)
    outside = []
    for number in range(len(document)):
        page = document[number]
        width, height = page.get_size()
        for thing in page.get_objects(max_depth=1):
            left, bottom, right, top = thing.get_bounds()
            if right - left > width * 1.5 or top - bottom > height * 1.5:
                continue  # clipping groups report the size of what they clip
            if left < 15 or bottom < 15 or right > width - 15 or top > height - 15:
                outside.append((number + 1, round(left), round(bottom), round(right), round(top)))
    width, height = document[0].get_size()
    assert outside == [(1, 0, 0, round(width), round(height))]


def test_both_articles_chapters_and_works_are_printed(book):
    text = pdf_text(book.pdf)
    flat = plain(text)
    for name in titles():
        assert plain(name) in flat, name
    assert "S000-05" in text and "S004-13" in text


def test_no_link_of_the_pdf_is_dead(pdf):
    """Internal destinations exist; addresses have a scheme."""
    for number, page in enumerate(pdf.pages, 1):
        for note in page.get("/Annots", []):
            action = note.get("/A")
            if action is not None and action.get("/S") == "/URI":
                assert str(action.URI).startswith(("http://", "https://")), f"page {number}: {action.URI}"
