"""The EPUB: valid, whole, readable on a telephone without a network, and the same bytes every time."""

from __future__ import annotations

import io
import json
import re
import subprocess
import time
import uuid
import zipfile
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import pytest
import yaml
from PIL import Image

from bookpress.build import command as build
from tests.book import toybook
from tests.checkers import EPUBCHECK, JAVA
from vouch.pages.ledger import records, sides
from vouch.paths import ROOT

XHTML = "{http://www.w3.org/1999/xhtml}"
OPS = "{http://www.idpf.org/2007/ops}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"


# ------------------------------------------------------------------------------------------------------ the real book
@pytest.fixture(scope="module")
def package(book, tmp_path_factory) -> Path:
    """The EPUB, unpacked."""
    folder = tmp_path_factory.mktemp("epub")
    with zipfile.ZipFile(book.epub) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def checked(book) -> dict:
    """What EPUBCheck, the reference implementation of the EPUB standards, says of it."""
    command = [str(JAVA), "-jar", str(EPUBCHECK), "--json", "-", str(book.epub)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, timeout=300).stdout)


@pytest.fixture(scope="module")
def pages(package) -> dict[str, ElementTree.Element]:
    """All pages by path; parsing them proves that they are XML."""
    return {
        path.relative_to(package).as_posix(): ElementTree.parse(path).getroot()
        for path in sorted(package.rglob("*.xhtml"))
    }


def chapters() -> list[str]:
    return re.findall(r"(?:file|root): (chapters/[\w-]+)", (ROOT / "_toc.yml").read_text())


def text(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_epubcheck_finds_nothing_wrong(checked):
    assert [f"{m['ID']}: {m['message']}" for m in checked["messages"] if m["severity"] != "USAGE"] == []
    assert checked["publication"]["ePubVersion"].startswith("3.")


def test_it_says_what_citation_cff_says(checked):
    said, cff = checked["publication"], yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert said["title"] == cff["title"]
    assert said["creator"] == [author["name"] for author in cff["authors"]]
    assert said["date"] == f"{cff['date-released']}T00:00:00Z"
    assert said["language"] == "en"
    assert said["subject"] == cff["keywords"]
    assert said["rights"] and "CC BY 4.0" in str(said["rights"])
    scheme, _, name = said["identifier"].rpartition(":")
    assert scheme == "urn:uuid" and uuid.UUID(name).version == 5
    assert not said["isScripted"] and not said["hasAudio"] and not said["hasVideo"]


def test_readers_who_do_not_see_are_told_what_they_get(package):
    root = ElementTree.parse(package / "content.opf").getroot()
    told: dict[str, set[str]] = {}
    for meta in root.iter(f"{OPF}meta"):
        told.setdefault(meta.get("property"), set()).add(meta.text)
    assert told["schema:accessMode"] == {"textual", "visual"} and "textual" in told["schema:accessModeSufficient"]
    assert {"alternativeText", "MathML", "tableOfContents"} <= told["schema:accessibilityFeature"]
    assert told["schema:accessibilityHazard"] == {"none"} and told["schema:accessibilitySummary"]
    assert "dcterms:conformsTo" not in told, "nobody has certified that"


def test_order_of_reading_is_that_of_the_contents(package, pages):
    root = ElementTree.parse(package / "content.opf").getroot()
    files = {item.get("id"): item.get("href") for item in root.iter(f"{OPF}item")}
    spine = [files[item.get("idref")] for item in root.iter(f"{OPF}itemref")]
    wanted = [f"{name}.xhtml" for name in chapters()]
    assert spine == ["cover.xhtml", "title.xhtml", "nav.xhtml", *wanted]
    toc = next(nav for nav in pages["nav.xhtml"].iter(f"{XHTML}nav") if nav.get(f"{OPS}type") == "toc")
    linked = [link.get("href") for link in toc.iter(f"{XHTML}a")]
    assert [href for href in linked if "#" not in href] == wanted
    captions = [part["caption"] for part in yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]]
    assert [text(span) for span in toc.iter(f"{XHTML}span")][1:] == captions
    assert len(linked) > 3 * len(wanted), "sections are listed too"


def test_every_figure_and_table_of_the_pages_is_in_it(book, package):
    """With the same words for whoever does not see the picture; in the gallery the finding beside it is its words."""
    for name in chapters():
        site, epub = (book.html / f"{name}.html").read_text("utf-8"), (package / f"{name}.xhtml").read_text("utf-8")
        shown, said = [], []
        for html in (site, epub):
            drawings = set(re.findall(r'<svg\b[^>]* aria-label="([^"]+)"', html))
            said.append({"<img>": set(re.findall(r'<img alt="([^"]+)"', html)), "<svg>": drawings})
            outside = re.sub(r"<svg\b.*?</svg>", "", html, flags=re.DOTALL)  # a drawing's parts are named by its form
            named = set(re.findall(r'id="((?:fig|tab)-[\w-]+)"', outside))
            shown.append({one for one in named if not one.endswith("-caption")})
        assert shown[0] == shown[1] and said[0] == said[1], name


def test_every_picture_has_words_and_is_there(package, pages):
    seen = set()
    for name, page in pages.items():
        cards = {image: text(link) for link in page.iter(f"{XHTML}a") for image in link.iter(f"{XHTML}img")}
        for image in page.iter(f"{XHTML}img"):
            said = image.get("alt", "") or cards.get(image, "")
            assert len(said) > 40, f"{name}: {image.get('src')}"
            assert "-dark" not in image.get("src")
            assert (package / Path(name).parent / image.get("src")).is_file()
            seen.add(Path(image.get("src")).name)
    assert len(seen) > 30
    assert {path.name for path in (package / "_images").iterdir()} == seen - {"cover.png"}, "none that no page shows"


def test_no_page_is_a_stub(pages):
    """What the web book has on a page is here too, in whatever form: more than where to look."""
    for name, page in pages.items():
        assert len(text(page)) > 700 or name in ("cover.xhtml", "title.xhtml"), name
    gallery = pages["chapters/gallery.xhtml"]
    figures = {
        element.get("id")
        for page in pages.values()
        for element in page.iter(f"{XHTML}figure")
        if element.get("id", "").startswith("fig-")
    }
    hrefs = [link.get("href") for link in gallery.iter(f"{XHTML}a")]
    assert {href.partition("#")[2] for href in hrefs if "#fig-" in href} == figures


def test_charts_bring_their_ground_so_that_they_can_be_read_at_night(package, pages, browser):
    """A reading system may paint the page black and throw the style sheet away."""
    page = browser.new_page(viewport={"width": 400, "height": 800}, color_scheme="dark")
    drawings = sorted((package / "_images").glob("*.svg"))
    roots = [(drawing.name, ElementTree.parse(drawing).getroot()) for drawing in drawings]
    inside = [(name, root) for name, shown in pages.items() for root in shown.iter("{http://www.w3.org/2000/svg}svg")]
    assert len(drawings) > 30 and len(inside) > 30
    for name, root in roots + inside:
        ground = root[0]
        assert ground.tag.endswith("}rect") and ground.get("fill") == "#fff", name
        x, y, width, height = map(float, root.get("viewBox").split())
        assert [float(ground.get(side)) for side in ("x", "y", "width", "height")] == [x, y, width, height]
    page.set_content(
        "<body style='margin:0;background:#000'><img style='display:block;width:400px;background:none!important'>"
    )
    source = drawings[0].read_text("utf-8")
    page.evaluate("source => { document.images[0].src = 'data:image/svg+xml,' + encodeURIComponent(source) }", source)
    page.wait_for_function("document.images[0].complete && document.images[0].naturalWidth > 0")
    shot = Image.open(io.BytesIO(page.screenshot())).convert("L")
    assert shot.getpixel((3, 3)) > 240, "the corner of the chart is paper"
    page.close()


def test_the_cover_has_the_picture(package):
    """Light tiles on the dark ground: not only the title."""
    shot = Image.open(package / "cover.png").convert("L")
    lower = shot.crop((0, shot.height // 3, shot.width, shot.height * 9 // 10))
    light = sum(value > 170 for value in lower.get_flattened_data()) / (lower.width * lower.height)
    assert light > 0.08 and shot.getpixel((5, 5)) < 90


def test_nothing_is_fetched_or_run(package, pages):
    for name, page in pages.items():
        for element in page.iter():
            assert element.tag != f"{XHTML}script" and not [a for a in element.attrib if a.startswith("on")], name
            for attribute in ("src", "data", "poster"):
                assert "://" not in element.get(attribute, ""), name
        assert [link.get("href") for link in page.iter(f"{XHTML}link")] == ["../" * name.count("/") + "style.css"]
    style = (package / "style.css").read_text("utf-8")
    called = re.findall(r"url\(\s*[\"']?([^\"')]*)", style)
    assert "@import" not in style and len(called) == style.count("@font-face")
    assert all((package / name).resolve().is_relative_to(package.resolve()) for name in called)
    files = {str(path.relative_to(package)) for path in package.rglob("*") if path.is_file()}
    assert {name for name in files if name.endswith(".woff2")} == set(called), "typefaces of the book, each called"
    endings = {PurePosixPath(name).suffix for name in files - set(called)}
    assert endings <= {"", ".css", ".opf", ".png", ".svg", ".xhtml", ".xml"}, "none of the theme's"


def test_no_file_is_promised_that_only_the_site_has(pages):
    """A link leads out, or into the package: none to a CSV file, a notebook or a file for reference managers."""
    for name, page in pages.items():
        for link in page.iter(f"{XHTML}a"):
            href = link.get("href", "")
            inside = re.fullmatch(r"([\w./-]+\.xhtml)?(#.+)?", href)
            assert inside or href.startswith(("https://", "http://")), (name, href)
        assert not list(page.iter(f"{XHTML}button")) and not list(page.iter(f"{XHTML}form"))


def test_a_claim_opens_a_note_with_its_verdict_and_the_way_to_the_evidence(pages):
    seen = 0
    for name, page in pages.items():
        notes = {note.get("id"): note for note in page.iter(f"{XHTML}aside") if note.get(f"{OPS}type") == "footnote"}
        for link in page.iter(f"{XHTML}a"):
            if link.get(f"{OPS}type") != "noteref":
                continue
            sign, claim = text(link).split()
            note = notes[link.get("href").removeprefix("#")]
            verdict = sides.verdict_of(records.ledger()[claim])
            assert sign == sides.SYMBOLS.get(verdict, "–") and text(note).startswith(f"{claim} · {sign} {verdict}")
            evidence, back = note.iter(f"{XHTML}a")
            target, _, anchor = evidence.get("href").partition("#")
            assert page.find(f".//*[@id='{back.get('href').removeprefix('#')}']") is not None
            assert pages[f"chapters/{target}"].find(f".//*[@id='{anchor}']") is not None and anchor == claim, name
            seen += 1
    assert seen > 10


def test_verdicts_are_words_and_signs_not_colours(package, pages):
    for seed in ("s000", "s004"):
        spans = pages[f"chapters/ledger-{seed}.xhtml"].iter(f"{XHTML}span")
        badges = [span for span in spans if "verdict" in span.get("class", "").split()]
        assert len(badges) > 50
        for badge in badges:
            sign, _, word = text(badge).partition(" ")
            assert sides.SYMBOLS.get(word, "–") == sign
    styles = re.findall(r"\.claim-mark\.verdict-[^{]+\{([^}]+)\}", (package / "style.css").read_text("utf-8"))
    assert len(set(styles)) == len(styles) >= 4 and all("color" not in style for style in styles)


def test_header_cells_say_what_they_head(pages):
    heads = [cell for page in pages.values() for cell in page.iter(f"{XHTML}th")]
    assert len(heads) > 100 and {cell.get("scope") for cell in heads} == {"col", "row", "rowgroup"}
    stacked = [t for page in pages.values() for t in page.iter(f"{XHTML}table") if "stacked" in t.get("class", "")]
    assert len(stacked) > 10
    for table in stacked:
        names = [text(cell) for cell in table.find(f"{XHTML}thead").iter(f"{XHTML}th")]
        for row in table.iterfind(f"{XHTML}tbody/{XHTML}tr"):
            roles = {cell.get("role") for cell in row}
            if "bp-group" in row.get("class", ""):
                assert len(row) == 1 and roles == {"rowheader"}
                continue
            assert [cell.get("data-label") for cell in row] == names and roles <= {"cell", "rowheader"}
    numbers = next(
        t for page in pages.values() for t in page.iter(f"{XHTML}table") if t.get("id") == "tab-coup-base-rates"
    )
    assert "stacked" not in numbers.get("class", "")  # numbers are compared, not read one by one


_STICKING_OUT = """() => {
  const wide = e => { for (; e; e = e.parentElement) if (e.classList.contains('table-box')) return true; return false };
  return [...document.body.querySelectorAll('*')]
    .filter(e => !e.ownerSVGElement || e.localName === 'text')
    .filter(e => !wide(e) && e.getBoundingClientRect().right > innerWidth + 1)
    .map(e => `${e.tagName} ${e.id} ${e.textContent.slice(0, 40)}`)
}"""
_COLOURED = """() => {
  document.documentElement.style.cssText = 'color: rgb(221, 221, 221); background: rgb(17, 17, 17)';
  document.querySelectorAll('a').forEach(a => a.style.color = 'rgb(138, 180, 248)');
  return [...document.body.querySelectorAll('*')].filter(e => {
    const s = getComputedStyle(e);
    if (e.localName === 'img' || e.localName === 'svg') return s.backgroundColor !== 'rgb(255, 255, 255)';
    return !['rgb(221, 221, 221)', 'rgb(138, 180, 248)'].includes(s.color) || s.backgroundColor !== 'rgba(0, 0, 0, 0)';
  }).map(e => `${e.tagName} ${e.className}`)
}"""


def test_on_a_telephone_by_day_and_by_night(package, pages, browser):
    """Nothing is wider than 375 pixels but tables, which scroll in their box; all text takes the reader's colours."""
    context = browser.new_context(viewport={"width": 375, "height": 740}, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    scrolled = 0
    for name in pages:
        page.goto((package / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, name
        assert page.evaluate(_STICKING_OUT) == [], name
        boxes = page.locator(".table-box")
        for box in boxes.all():
            over = box.evaluate("b => b.scrollWidth - b.clientWidth")
            if over > 0:
                scrolled += 1
                assert box.get_attribute("tabindex") == "0" and not box.locator("table.stacked").count()
                assert box.evaluate("b => { b.scrollLeft = 9999; return b.scrollLeft }") >= over - 1, name
        assert page.evaluate(_COLOURED) == [], name
    context.close()
    assert 0 < scrolled < 20
    assert all(url.startswith("file:") for url in asked)


def test_it_is_light(book):
    assert book.epub.stat().st_size < 8_000_000


# ------------------------------------------------------------------------------------- a book that can be built often
CFF = """\
cff-version: 1.2.0
message: "Cite."
title: 'Toys & "Games": a <b>study</b>'
authors: [{family-names: Né, given-names: Ugo}, {name: "Toy & Co"}]
version: "1.0"
date-released: 2030-01-09
"""


@pytest.fixture(scope="module")
def toy(tmp_path_factory) -> Path:
    table = "| a | b |\n|---|--:|\n| x | 1 |\n"
    folder = toybook.write(
        tmp_path_factory.mktemp("toy"),
        {
            "one": toybook.chapter("One & only", "import matplotlib.pyplot as plt\nplt.plot([1]);", after="[](#here)"),
            "two": toybook.chapter("Two", "2", after=f"{table}\n(here)=\n## Here\n\n$a < b$\n"),
        },
    )
    with (folder / "_config.yml").open("a") as stream:
        stream.write("    bookpress.web: .\n    bookpress.cite: .\n    bookpress.epub: .\n")
    toybook.edit(folder / "_config.yml", "config: {", "config: {html_math_renderer: mathml, ")
    (folder / "CITATION.cff").write_text(CFF)
    return folder


@pytest.fixture
def made(toy):
    """Build one kind of the toy; the bytes of its EPUB."""

    def run(target: str = "epub") -> bytes:
        build.build_book(toy, target)
        return (toy / "_build" / "epub" / "toys-games.epub").read_bytes()

    return run


def forget(toy: Path) -> None:
    for path in (toy / "_build" / ".work" / "epub").glob("*.epub"):
        path.unlink()


@pytest.mark.long
def test_two_packagings_are_the_same_bytes(toy, made, monkeypatch):
    first = made()
    for zone in ("Asia/Yangon", "UTC"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        forget(toy)
        assert made() == first
    monkeypatch.undo()
    time.tzset()
    with zipfile.ZipFile(toy / "_build" / "epub" / "toys-games.epub") as archive:
        entries = archive.infolist()
    assert (entries[0].filename, entries[0].compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert {entry.date_time for entry in entries} == {(2030, 1, 9, 0, 0, 0)}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1893456000")
    forget(toy)
    assert made() != first
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    forget(toy)
    assert made() == first


@pytest.mark.long
def test_foreign_signs_are_escaped_and_authors_told_apart(toy, made):
    made()
    with zipfile.ZipFile(toy / "_build" / "epub" / "toys-games.epub") as archive:
        root = ElementTree.fromstring(archive.read("content.opf"))
        nav = ElementTree.fromstring(archive.read("nav.xhtml"))
    assert root.find(f".//{DC}title").text == 'Toys & "Games": a <b>study</b>'
    assert [creator.text for creator in root.iter(f"{DC}creator")] == ["Ugo Né", "Toy & Co"]
    assert [m.text for m in root.iter(f"{OPF}meta") if m.get("property") == "file-as"] == ["Né, Ugo"]
    assert "One & only" in text(nav)
    assert root.find(f".//{DC}publisher") is None and "doi" not in ElementTree.tostring(root, "unicode")
    formulas = [item.get("href") for item in root.iter(f"{OPF}item") if item.get("properties") == "mathml"]
    assert formulas == ["chapters/two.xhtml"]


@pytest.mark.long
def test_what_another_builder_read_reaches_the_epub(toy, made):
    """The environment is shared: after `make html` there is nothing left to read, and the EPUB is old all the same."""
    before = made()
    toybook.edit(toy / "chapters/two.md", "Words.", "Other words.")
    build.build_book(toy, "html")
    assert b"Other" not in before
    made()
    with zipfile.ZipFile(toy / "_build" / "epub" / "toys-games.epub") as archive:
        assert b"Other words." in archive.read("chapters/two.xhtml")
    toybook.edit(toy / "chapters/two.md", "Other words.", "Words.")
    assert made() == before


@pytest.mark.long
def test_a_picture_that_no_page_shows_any_more_is_left_behind(toy, made):
    before = made()
    toybook.edit(toy / "chapters/one.md", "[1]", "[1, 2]")
    made()
    with zipfile.ZipFile(toy / "_build" / "epub" / "toys-games.epub") as archive:
        assert len([name for name in archive.namelist() if name.startswith("_images/")]) == 1
    toybook.edit(toy / "chapters/one.md", "[1, 2]", "[1]")
    assert made() == before


@pytest.mark.long
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [("(#here)", "(#nowhere)", "nowhere"), ("plt.plot([1]);", "1 / 0", "ZeroDivisionError")],
)
def test_a_failed_build_leaves_the_last_good_epub(toy, made, old, new, told, capfd):
    before = made()
    toybook.edit(toy / "chapters/one.md", old, new)
    with pytest.raises(build.BuildError) as fault:
        made()
    assert told in f"{fault.value}{capfd.readouterr().err}"
    assert (toy / "_build" / "epub" / "toys-games.epub").read_bytes() == before
    assert [path.name for path in (toy / "_build" / "epub").iterdir()] == ["toys-games.epub"]
    toybook.edit(toy / "chapters/one.md", new, old)
    assert made() == before


def test_a_faulty_time_is_refused(toy, made, monkeypatch):
    before = made()
    forget(toy)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(build.BuildError, match="yesterday"):
        made()
    assert (toy / "_build" / "epub" / "toys-games.epub").read_bytes() == before
