"""What a book says of itself in its EPUB: title page, cover, rights, accessibility."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sphinx.config import Config

from bookpress.epub import words
from bookpress.epub.package import Page
from bookpress.epub.tidy import tidy
from bookpress.mathml import STYLES
from bookpress.metadata import Book, is_given

COVER_SOURCE = Path(__file__).with_name("templates") / "cover.typ"


def facts(whole: Book, config: Config) -> list[tuple[str, str]]:
    """Labels and texts of the title page: edition and day, what the configuration says, the DOI.

    Where the EPUB has no facts of its own (`epub_title_facts`), those of the printed title page stand there.
    """
    given = config.epub_title_facts
    if given is None:
        given = config.typst_title_page.get("facts", {}) if "typst_title_page" in config else {}
    pairs = given.items() if isinstance(given, Mapping) else given
    said = {words.edition(): whole.version, words.day(): words.long_date(whole.date, whole.language)}
    said |= {str(label): str(text) for label, text in pairs}
    return [(label, text) for label, text in [*said.items(), ("DOI", whole.doi)] if text]


def note(config: Config) -> str:
    """The paragraph below the facts (`epub_title_note`), as XHTML."""
    return tidy(config.epub_title_note, lambda address: None, lambda lost: None)


def description(whole: Book, config: Config) -> str:
    """What the book is about: its metadata, else Sphinx's `epub_description`."""
    return whole.description or (config.epub_description if is_given(config, "epub_description") else "")


def publisher(whole: Book, config: Config) -> str:
    """Who publishes it: its metadata, else Sphinx's `epub_publisher`."""
    return whole.publisher or (config.epub_publisher if is_given(config, "epub_publisher") else "")


def rights(whole: Book, config: Config) -> str:
    """What others may do with it: `epub_rights`, else its licences by name, else the copyright that an author gave."""
    if config.epub_rights or whole.licences:
        return config.epub_rights or ", ".join(whole.licences)
    given = next((str(config[name]) for name in ("epub_copyright", "copyright") if is_given(config, name)), "")
    return "" if given.isdecimal() else given  # a year alone says nothing


def accessibility(pages: Iterable[Page], config: Config) -> dict[str, list[str]]:
    """schema.org properties after EPUB Accessibility 1.1, as far as they are true of these pages.

    Conformance is not claimed: that takes an evaluator's name.
    """
    pages = list(pages)
    features = ["ARIA", "displayTransformability", "MathML", "readingOrder", "structuralNavigation", "tableOfContents"]
    features += ["alternativeText"] if all(page.all_described for page in pages) else []
    return {
        "accessMode": ["textual", "visual"],
        "accessModeSufficient": ["textual,visual", "textual"],
        "accessibilityFeature": sorted(features, key=str.lower),
        "accessibilityHazard": ["none"],
        "accessibilitySummary": [config.epub_accessibility_summary or words.accessibility()],
    }


def picture(folder: Path, config: Config) -> Path | None:
    """The picture on the cover (`epub_cover_picture`, else `typst_cover`); nothing if the book names none.

    Raises OSError for one that is not there.
    """
    given = config.epub_cover_picture or (config.typst_cover if "typst_cover" in config else "")
    return (folder / given).resolve(strict=True) if given else None


def cover(whole: Book, picture: Path | None = None) -> bytes | None:
    """A picture, not SVG: few shelves of reading systems draw SVG. Nothing where the compiler is not installed."""
    try:
        import typst
    except ImportError:
        return None
    said: dict[str, Any] = {
        "title": whole.main_title,
        "subtitle": whole.subtitle,
        "authors": ", ".join(author.name for author in whole.authors),
        "edition": words.edition_of(whole.version) if whole.version else "",
        "language": whole.language.partition("-")[0],
    }
    if picture is not None:
        said["picture"] = str(picture)
    made = typst.compile(
        str(COVER_SOURCE), root=COVER_SOURCE.anchor, format="png", ppi=216, ignore_system_fonts=True,
        sys_inputs={"book": json.dumps(said)},
    )  # fmt: skip
    return made if isinstance(made, bytes) else None


def styles(folder: Path, config: Config) -> str:
    """The style sheet: this builder's, that of formulas, then the book's own (`epub_extra_styles`).

    Raises OSError for one that is not there.
    """
    first = COVER_SOURCE.with_name("style.css")
    given = config.epub_extra_styles
    files = [first, STYLES, *(folder / name for name in ([given] if isinstance(given, str) else given))]
    return "\n".join(path.read_text("utf-8") for path in files)


def cover_description(whole: Book) -> str:
    """The text of the cover's picture."""
    said = [whole.title, ", ".join(author.name for author in whole.authors)]
    said += [words.edition_of(whole.version)] if whole.version else []
    return f"{words.cover()}: " + ". ".join(filter(None, said)) + "."


def title_of(docname: str) -> str:
    """What a page is called that has neither a heading nor a title in the contents: as its file."""
    return docname.rpartition("/")[2].replace("-", " ").replace("_", " ").strip().capitalize() or docname
