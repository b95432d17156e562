"""The PDF of anybody's book: `bookpress.typst` by itself under plain Sphinx, its settings, its hook and its words."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import matplotlib
import pikepdf
import pypdf
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont
from sphinx import locale
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from bookpress.typst.settings import Page, TypstError
from bookpress.typst.writer import source_name
from bookpress.words import LOCALE
from vouch.paths import ROOT

pytestmark = pytest.mark.long

FOREIGN = ROOT / ".venv" / "foreign"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10"/></svg>'


def project(folder: Path, conf: str = "", **pages: str) -> Path:
    """A Sphinx project that has nothing but the builder among its extensions, and what `conf` adds."""
    folder.mkdir(parents=True, exist_ok=True)
    head = 'extensions = ["bookpress.typst"]\ntypst_timestamp = 1700000000\nshow_warning_types = True\n'
    (folder / "conf.py").write_text(head + textwrap.dedent(conf), "utf-8")
    (folder / "box.svg").write_text(SVG, "utf-8")
    for name, text in pages.items():
        (folder / f"{name}.rst").write_text(textwrap.dedent(text), "utf-8")
    return folder


def build(source: Path, **settings: object) -> tuple[Path, str]:
    """Build the PDF; its path, and the warnings without colours."""
    warnings = io.StringIO()
    out = source / "_build"
    locale.translators.clear()  # a book before this one may have been in another language
    with patch_docutils(str(source)), docutils_namespace():
        app = Sphinx(
            str(source), str(source), str(out / "typst"), str(out / "doctrees"), "typst",
            confoverrides={"exclude_patterns": ["_build"], **settings}, status=None, warning=warnings,
        )  # fmt: skip
        app.build()
    return out / "typst" / app.config.typst_output, re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue())


def text_of(pdf: Path) -> str:
    """The text of all pages, line breaks and soft hyphens taken out."""
    pages = [page.extract_text().replace("\u00ad", "") for page in pypdf.PdfReader(pdf).pages]
    return re.sub(r"\s+", " ", " ".join(pages))


def standards(pdf: Path) -> set[str]:
    with pikepdf.open(pdf) as opened, opened.open_metadata() as metadata:
        return {name for name in ("pdfuaid:part", "pdfaid:part") if name in metadata}


# ---------------------------------------------------------------------------------------------------------- as it comes
def test_a_book_without_a_setting(tmp_path):
    index = "The only page\n=============\n\nWords.\n\n.. index:: Somebody\n\nMore words.\n"
    source = project(tmp_path, index=index)
    (source / "conf.py").write_text('extensions = ["bookpress.typst"]\n', "utf-8")
    pdf, warnings = build(source)
    assert warnings == ""
    assert pdf.name == "book.pdf" and standards(pdf) == {"pdfuaid:part", "pdfaid:part"}
    assert "not set" not in text_of(pdf)
    with pikepdf.open(pdf) as opened:
        assert str(opened.docinfo.Title) == "The only page"
        with opened.open_outline() as outline:
            assert outline.root[-1].title == "Index"


@pytest.mark.parametrize(
    ("settings", "title"),
    [
        ({"project": "The project"}, "The project"),
        ({"project": "The project", "html_title": "The web book"}, "The web book"),
        ({"project": "The project", "typst_title_page": {"title": "The printed book"}}, "The printed book"),
    ],
    ids=["project", "html_title", "typst_title_page"],
)
def test_the_title_is_the_nearest_that_an_author_gave(tmp_path, settings, title):
    pdf, _ = build(project(tmp_path, index="Page\n====\n\nWords.\n"), **settings)
    with pikepdf.open(pdf) as opened:
        assert str(opened.docinfo.Title) == title


def test_sphinx_build_prints_it(tmp_path):
    source = project(tmp_path, index="Page\n====\n\nWords.\n")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "typst", str(source), str(source / "_build")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert (source / "_build" / "book.pdf").read_bytes().startswith(b"%PDF")


def test_jupyter_book_prints_it(tmp_path):
    files = {
        "_config.yml": "title: A tiny book\nsphinx: {extra_extensions: [bookpress.typst]}\n",
        "_toc.yml": "format: jb-book\nroot: intro\nchapters: [file: one]\n",
        "intro.md": "# Intro\n\nTo {doc}`one` ✨.\n",
        "one.md": "# One\n\nWords.\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "--builder", "custom"]
    command += ["--custom-builder", "typst"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "intro.md:3: WARNING: no font has a glyph for ✨" in done.stderr
    pdf = tmp_path / "_build" / "typst" / "book.pdf"
    assert "To One (p. 4) [sparkles]." in text_of(pdf)
    with pikepdf.open(pdf) as opened:
        assert str(opened.docinfo.Title) == "A tiny book"


def test_the_code_of_notebooks_is_printed_unless_told_otherwise(tmp_path):
    conf = "extensions += ['myst_nb']\nnb_execution_mode = 'off'\n"
    cell = "---\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n# One\n\n```{code-cell}\nvisible = 1\n```\n"
    source = project(tmp_path, conf)
    (source / "index.md").write_text(cell, "utf-8")
    assert "visible = 1" in text_of(build(source)[0])
    assert "visible = 1" not in text_of(build(source, typst_show_code=False)[0])


def test_captioned_code_has_the_number_that_references_name(tmp_path):
    index = """
        Page
        ====

        See :numref:`hello`.

        .. code-block:: python
           :caption: How to greet
           :name: hello
           :lineno-start: 7
           :emphasize-lines: 2

           print("hello")
           print("goodbye")
        """
    pdf, warnings = build(project(tmp_path, "numfig = True\n", index=index))
    assert warnings == ""
    text = text_of(pdf)
    assert "See Listing 1" in text and "Listing 1 How to greet" in text
    assert re.search(r'7 ?print\("hello"\) 8 ?print\("goodbye"\)', text)
    assert "marked: (2, )" in (pdf.parent / "text" / "index.typ").read_text("utf-8")


def test_marks_and_targets_in_a_heading_stand_once(tmp_path):
    """Headings are repeated in the contents; what is in them is found on the page of the heading."""
    index = "Page\n====\n\nTo `the target`_.\n\n.. toctree::\n   :numbered:\n\n   two\n"
    two = (
        "Two with :index:`a mark` and _`the other`\n=========================================\n\nWords to `the other`_."
    )
    pdf, warnings = build(project(tmp_path, index=index.replace("To `the target`_.", "Words."), two=two))
    assert warnings == ""
    pages = [page.extract_text() for page in pypdf.PdfReader(pdf).pages]
    place = next(number for number, text in enumerate(pages, 1) if "Words to" in text)
    assert f"a mark, {place}" in re.sub(r"\s+", " ", pages[-1])


def test_an_image_that_cannot_be_read_leaves_its_description(tmp_path):
    index = "Page\n====\n\n.. figure:: missing.svg\n   :alt: A map of the coast\n\n   The coast.\n"
    pdf, warnings = build(project(tmp_path, index=index))
    assert "is not readable here" in warnings and "[typst.image]" in warnings
    assert "A map of the coast" in text_of(pdf) and "The coast." in text_of(pdf)
    assert standards(pdf)


# --------------------------------------------------------------------------------------------------------------- glyphs
STARS = "Page\n====\n\nA ✨ and :code:`🚀` 中文.\n\n.. code-block:: text\n\n   🚀\n"


@pytest.mark.parametrize("kept", [["a-2a", "ua-1"], []], ids=["standards", "none"])
def test_a_sign_without_a_glyph_is_named_in_print_and_in_a_warning(tmp_path, kept):
    pdf, warnings = build(project(tmp_path, index=STARS), typst_pdf_standards=kept)
    assert "A [sparkles] and [rocket] □□." in text_of(pdf)
    (line,) = [line for line in warnings.splitlines() if "[typst.glyph]" in line]
    assert re.search(r"index\.rst:\d+: WARNING: no font has a glyph for", line)
    assert "✨ ([sparkles], line" in line and "typst_font_paths" in line
    assert bool(standards(pdf)) is bool(kept)


@pytest.mark.parametrize("kept", [["a-2a", "ua-1"], []], ids=["standards", "none"])
def test_a_sign_without_a_glyph_is_an_error_on_request(tmp_path, kept):
    with pytest.raises(TypstError, match="no font has a glyph") as caught:
        build(project(tmp_path, index=STARS), typst_missing_glyphs="error", typst_pdf_standards=kept)
    assert re.search(r"index\.rst:\d+: '✨中文' in 'A ✨", str(caught.value)) or "index.rst" in str(caught.value)
    assert "typst_font_paths" in str(caught.value)


def test_a_sign_without_a_glyph_in_an_image_is_named(tmp_path):
    source = project(tmp_path, index="Page\n====\n\n.. image:: box.svg\n   :alt: A box\n")
    text = '<text x="1" y="9" font-size="9">&#x2728;</text></svg>'
    (source / "box.svg").write_text(SVG.replace("</svg>", text), "utf-8")
    _, warnings = build(source, typst_pdf_standards=[])
    assert "no font has a glyph for '✨' in image box.svg" in warnings
    pdf, warnings = build(source)
    assert "does not claim to keep a-2a, ua-1" in warnings and not standards(pdf)
    with pytest.raises(TypstError, match=r"in image box\.svg"):
        build(source, typst_missing_glyphs="error")


def test_a_font_or_a_substitute_mends_it(tmp_path):
    folder = tmp_path / "fonts"
    folder.mkdir()
    font = TTFont(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[ord("✨")] = table.cmap[ord("★")]
    font.save(folder / "stars.ttf")
    source = project(tmp_path / "book", index="Page\n====\n\nA ✨ and 中文.\n")
    pdf, warnings = build(source, typst_font_paths=["../fonts"], typst_substitutes={"中文": "Chinese"})
    assert warnings == ""
    assert "✨ and Chinese." in text_of(pdf)


def test_names_beyond_ascii_stay_apart_though_their_signs_have_no_glyph(tmp_path):
    index = "Page\n====\n\n.. toctree::\n\n   中\n   文\n\n`Out <https://example.org/中>`_\n"
    source = project(tmp_path, **{"index": index, "中": "One\n===\n\nTo :doc:`文`.\n", "文": "Two\n===\n\nEnd.\n"})
    pdf, warnings = build(source)
    assert "[typst.reference]" not in warnings
    links = [str(note.A.URI) for page in pikepdf.open(pdf).pages for note in page.get("/Annots", []) if "/A" in note]
    assert "https://example.org/%E4%B8%AD" in links


# ------------------------------------------------------------------------------------------------------------- the hook
HOOK = "extensions += ['tests.book.kitchen']\n"


def test_packages_bring_rules_for_their_nodes(tmp_path):
    """Rules of a class go for its subclasses, go before the builder's own, and may use the author's Typst source."""
    source = project(tmp_path, HOOK, index="Page\n====\n\nSome *slanted* text.\n\n.. kitchen::\n")
    (source / "served.typ").write_text(
        '#import "/template.typ": soft\n#let served(whom) = text(fill: soft)[Serves #whom]'
    )
    pdf, warnings = build(source, typst_preamble="served.typ")
    text = text_of(pdf)
    assert "Recipe: Boil water. Serves four # guests" in text
    assert "Boxed Quiet words." in text and "«slanted»" in text and "Kept words." in text
    assert warnings.count("WARNING") == 1 and "no rule for node <unknown>" in warnings and "[typst.node]" in warnings


def test_a_translator_of_an_author_s_own(tmp_path):
    conf = """
        from bookpress.typst.writer import Writer

        class Shouting(Writer):
            def visit_strong(self, node):
                self.body.append("#upper[")
            def depart_strong(self, node):
                self.body.append("]")

        def setup(app):
            app.set_translator("typst", Shouting)
        """
    assert "Some LOUD text" in text_of(build(project(tmp_path, conf, index="Page\n====\n\nSome **loud** text.\n"))[0])


def test_a_definition_of_an_author_takes_the_place_of_the_template_s(tmp_path):
    source = project(tmp_path, index="Page\n====\n\n.. rubric:: Minor\n\nWords.\n")
    (source / "looks.typ").write_text("#let rubric(body) = [Here begins #body]", "utf-8")
    assert "Here begins Minor" in text_of(build(source, typst_preamble="looks.typ")[0])


def test_a_kind_of_warning_can_be_silenced(tmp_path):
    source = project(tmp_path, HOOK, index=f"{STARS}\n.. kitchen::\n")
    (source / "served.typ").write_text("#let served(whom) = whom", "utf-8")
    _, warnings = build(source, suppress_warnings=["typst.glyph", "typst.node"], typst_preamble=["served.typ"])
    assert warnings == ""


# ------------------------------------------------------------------------------------------------------------- settings
def test_paper_and_margins_are_said_once(tmp_path):
    settings = {"typst_page_size": "a5", "typst_margins": {"inside": "20mm", "outside": "15mm"}}
    pdf, warnings = build(project(tmp_path, index="Page\n====\n\n" + "Many words. " * 200), **settings)
    assert warnings == ""
    box = pypdf.PdfReader(pdf).pages[-1].mediabox
    assert (round(box.width), round(box.height)) == (420, 595)


def test_what_follows_from_the_page():
    assert (Page().text_width, Page().turned_width, Page().bleed) == (391, 620, 34)
    letter = Page("8.5in", "11in", {"inside": "1in", "outside": "1in", "top": "1in", "bottom": "1in"})
    assert (letter.text_width, letter.text_height) == (468, 648)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"typst_page_size": "folio"}, "'folio' is none of a4"),
        ({"typst_page_size": ["10 miles", "1in"]}, "'10 miles' is no length"),
        ({"typst_margins": {"inside": "200mm"}}, "no room for text"),
        ({"typst_preamble": "gone.typ"}, "gone.typ is not there"),
    ],
    ids=["paper", "length", "margins", "preamble"],
)
def test_a_setting_that_cannot_be_is_refused(tmp_path, settings, message):
    with pytest.raises(TypstError, match=re.escape(message)):
        build(project(tmp_path, index="Page\n====\n\nWords.\n"), **settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"typst_title_page": {"titel": "x"}}, "typst_title_page has no key 'titel'"),
        ({"typst_margins": {"left": "2cm"}}, "typst_margins has no side 'left'"),
        ({"typst_fonts": {"serif": "x"}}, "typst_fonts has no kind 'serif'"),
        ({"typst_font_paths": ["gone"]}, "is no folder"),
    ],
    ids=["title page", "margins", "fonts", "font paths"],
)
def test_a_misspelt_setting_warns(tmp_path, settings, message):
    _, warnings = build(project(tmp_path, index="Page\n====\n\nWords.\n"), **settings)
    assert message in warnings and "[typst.settings]" in warnings


@pytest.mark.parametrize("facts", [{"Shelf": "QA 76", "Price": "free"}, [("Shelf", "QA 76"), ("Price", "free")]])
def test_the_title_page_prints_facts_in_their_order(tmp_path, facts):
    said = {"title": "T", "authors": "One", "facts": facts, "date": "May 2030", "imprint": "Printed at home."}
    text = text_of(build(project(tmp_path, index="Page\n====\n\nWords.\n"), typst_title_page=said)[0])
    assert re.search(r"Date May 2030 Shelf QA 76 Price free.*Printed at home\.", text)


def test_classes_are_left_out_and_notes_belong_to_tables_as_told(tmp_path):
    index = """
        Page
        ====

        .. container:: screen

           Gone words.

        .. table:: Called so

           == ==
           a  b
           == ==
           c  d
           == ==

        .. container:: remark

           What the rows mean.
        """
    settings = {"typst_omit_classes": ["screen"], "typst_table_note_class": "remark"}
    pdf, _ = build(project(tmp_path, index=index), **settings)
    source = (pdf.parent / "text" / "index.typ").read_text("utf-8")
    assert "Gone words" not in source and "legend: [#" in source


def test_the_date_is_that_of_the_last_commit(tmp_path, monkeypatch):
    """`SOURCE_DATE_EPOCH` goes before the setting; without both, the commit; without git, today."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    source = project(tmp_path, index="Page\n====\n\nWords.\n")
    dates = {}
    for name in ("environment", "setting", "today", "commit"):
        if name == "commit":
            git = ["git", "-C", str(source), "-c", "user.name=x", "-c", "user.email=x@example.org"]
            made = {"GIT_AUTHOR_DATE": "1500000000 +0000", "GIT_COMMITTER_DATE": "1500000000 +0000"}
            for command in (["init", "-q"], ["add", "index.rst"], ["commit", "-qm", "x"]):
                subprocess.run([*git, *command], check=True, env={"PATH": "/usr/bin:/bin", **made})
        with monkeypatch.context() as patched:
            if name == "environment":
                patched.setenv("SOURCE_DATE_EPOCH", "1600000000")
            given = 1700000000 if name in ("environment", "setting") else None
            pdf, _ = build(source, typst_timestamp=given)
        with pikepdf.open(pdf) as opened:
            dates[name] = str(opened.docinfo.CreationDate)[2:10]
    assert (dates["environment"], dates["setting"], dates["commit"]) == ("20200913", "20231114", "20170714")
    assert dates["today"] > "20251101"


# ---------------------------------------------------------------------------------------------------------------- words
def test_the_book_speaks_its_language(tmp_path):
    index = """
        Buch
        ====

        .. toctree::
           :numbered:

           eins
           zwei
        """
    one = """
        Eins
        ====

        Siehe :doc:`zwei`.

        .. index:: see: Jemand; Niemand

        .. note:: Worte.

        .. figure:: box.svg
           :alt: Ein Kasten

           Ein Bild.

        .. table:: Eine Tafel

           == ==
           a  b
           == ==
           c  d
           == ==
        """
    source = project(tmp_path, index=index, eins=one, zwei="Zwei\n====\n\n.. index:: Niemand\n\nWorte.\n")
    pdf, warnings = build(source, language="de", numfig=True, typst_title_page={"date": "Mai 2030"})
    assert warnings == ""
    text = text_of(pdf)
    said = [
        "Inhalt",
        "Kapitel 1",
        "Kapitel 2, S.",
        "Abbildungsverzeichnis",
        "Tabellenverzeichnis",
        "Bemerkung",
        "Datum",
    ]
    said += ["Stichwortverzeichnis", "Jemand, siehe Niemand"]
    assert [words for words in said if words not in text] == []
    assert [words for words in ("Chapter", "Contents", "List of", "p. ", "see ", "Index") if words in text] == []
    assert "Contents" in text_of(build(source)[0]), "the next build in this process speaks its own language"


def test_the_catalogues_hold_every_word():
    extracted = extract_from_dir(LOCALE.parent, [("**.py", "python")], keywords={"_": None})
    found = {message for _, _, message, _, _ in extracted}
    with (LOCALE / "bookpress.pot").open("rb") as stream:
        assert {message.id for message in read_po(stream) if message.id} == found
    for folder in sorted(path.parent for path in LOCALE.glob("*/LC_MESSAGES/bookpress.po")):
        with (folder / "bookpress.po").open("rb") as text, (folder / "bookpress.mo").open("rb") as compiled:
            written = {message.id: message.string for message in read_po(text) if message.id}
            assert written == {message.id: message.string for message in read_mo(compiled) if message.id}
        assert written.keys() == found and all(written.values())


# ------------------------------------------------------------------------------------------------------------- the wall
def test_it_knows_nothing_of_this_report():
    for path in sorted(Path(LOCALE.parent).rglob("*")):
        if path.is_file() and path.suffix in (".py", ".typ", ".po", ".pot"):
            assert not re.search(r"myanmar|vouch|belarus|ledger|township", path.read_text("utf-8"), re.I), path


# --------------------------------------------------------------------------------------------- other people's packages
@contextlib.contextmanager
def beside(*projects: str):
    """The packages of unpacked source distributions, importable for a while."""
    folders = [next(FOREIGN.glob(f"{name}-*")) for name in projects]
    before = list(sys.path)
    sys.path[:0] = map(str, folders)
    try:
        yield folders
    finally:
        sys.path[:] = before


def test_theorems_proofs_and_exercises_have_their_names_and_numbers(tmp_path):
    index = """
        Page
        ====

        By :prf:ref:`main` and :ref:`first`.

        .. prf:theorem:: Main
           :label: main

           It holds.

        .. prf:lemma::
           :label: small
           :nonumber:

           Small words.

        .. prf:proof::

           Shown.

        .. exercise:: Try
           :label: first

           Do it.

        .. solution:: first
           :label: done

           Done.
        """
    with beside("sphinx_proof", "sphinx_exercise"):
        conf = "extensions += ['sphinx_proof', 'sphinx_exercise']\n"
        pdf, warnings = build(project(tmp_path, conf, index=index))
    text = text_of(pdf)
    assert "no rule" not in warnings
    assert "Theorem 1 (Main) It holds." in text and "Lemma Small words." in text
    assert text.count("Proof") == 1 and "_node" not in text
    assert "Exercise 1 (Try) Do it." in text and "Solution to Exercise 1 (Try)" in text


DOCUMENTATION = {
    "sphinx_book_theme": ("docs", ["myst_nb", "sphinx_design"], 60),
    "sphinx_exercise": ("docs/source", ["myst_nb", "sphinx_design", "sphinx_exercise"], 20),
    "sphinxcontrib_bibtex": ("doc", ["sphinxcontrib.bibtex"], 20),
}


@pytest.mark.parametrize("name", DOCUMENTATION)
def test_the_documentation_of_other_projects_becomes_a_tagged_pdf(tmp_path, name):
    """As it comes, but for extensions that are not here: what is missing is said, and every page's words arrive."""
    place, extensions, pages = DOCUMENTATION[name]
    with beside(name) as (folder,):
        source = folder / place
        works = sorted(str(path) for path in source.rglob("*.bib"))
        conf = tmp_path / "conf"
        conf.mkdir()
        (conf / "conf.py").write_text(
            f"project = {name!r}\nextensions = {['bookpress.typst', *extensions]!r}\n"
            "exclude_patterns = ['_build', 'api*', '**/api*']\nnb_execution_mode = 'off'\n"
            "myst_enable_extensions = ['amsmath', 'attrs_inline', 'colon_fence', 'deflist', 'dollarmath',"
            " 'html_image', 'linkify', 'substitution', 'tasklist']\n"
            f"bibtex_bibfiles = {works!r}\n"
            "show_warning_types = True\n",
            "utf-8",
        )
        warnings = io.StringIO()
        with patch_docutils(str(conf)), docutils_namespace():
            app = Sphinx(
                str(source), str(conf), str(tmp_path / "out"), str(tmp_path / "doctrees"), "typst",
                status=None, warning=warnings,
            )  # fmt: skip
            app.builder.supported_remote_images = True  # so that Sphinx asks nobody for them
            app.build()
    pdf = tmp_path / "out" / "book.pdf"
    assert standards(pdf) == {"pdfuaid:part", "pdfaid:part"}
    assert len(pypdf.PdfReader(pdf).pages) >= pages
    assert not re.search(r"\[typst\.(compiler|settings)\]", warnings.getvalue())
    printed = set(re.findall(r"\w+", text_of(pdf).replace("- ", "")))
    for docname in (name for name in app.env.titles if (pdf.parent / source_name(name).lstrip("/")).exists()):
        title = re.findall(r"[A-Za-z]{4,}", app.env.titles[docname].astext())
        assert [word for word in title if word not in printed] == [], docname
