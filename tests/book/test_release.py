"""An edition is packed whole, described, checkable, and the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import tarfile
from dataclasses import replace

import nbformat
import pytest

from bookpress import metadata, project
from bookpress.cite import deposit
from bookpress.release import archive as release
from vouch.evidence import data
from vouch.paths import ROOT

CHAPTER = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---
# A chapter

```{code-cell} python
:tags: [hide-input]
answer = 6 * 7
answer
```

After the cell.
"""
LEDGER = "- file: chapters/ledger-s000\n- file: chapters/ledger-s004\n"
KEY = "0123456789abcdef"


NAME = "who-vouches-for-the-vote"
BOOK = metadata.read_book(ROOT)
PACKED = f"{NAME}-{BOOK.version}"
# What the tests below spoil, read from the book: an edition changes all of it.
_OPEN = data.load("signpost_readings").query("edition == @BOOK.version and status == 'open'")["signpost"].iloc[0]
READING = f"{BOOK.version},{_OPEN},"
COUNTED = next(
    entry for entry in json.loads((ROOT / "data/findings.json").read_text("utf-8")) if entry["unit"] == "claims"
)


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A small book that nobody had to build: real data and metadata, one executed chapter, two pages."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    root = tmp_path / "book"
    for name in ("data", "seeds"):
        shutil.copytree(ROOT / name, root / name)
    for name in project.commands(ROOT)["release"]["files"]:
        shutil.copy(ROOT / name, root / name)
    (root / "chapters").mkdir()
    for page in ("ledger-s000", "ledger-s004"):
        shutil.copy(ROOT / "chapters" / f"{page}.md", root / "chapters")
    (root / "chapters" / "one.md").write_text(CHAPTER, "utf-8")
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: chapters/one\nchapters:\n{LEDGER}", "utf-8")
    (root / "bookpress").mkdir()
    (root / "bookpress" / "two.py").write_text("answer = 41\n")
    (root / "vouch" / "__pycache__").mkdir(parents=True)
    (root / "vouch" / "one.py").write_text("answer = 42\n")
    (root / "vouch" / "__pycache__" / "one.pyc").write_bytes(b"cache")
    build = root / "_build"
    (build / "html" / "chapters").mkdir(parents=True)
    (build / "html" / "index.html").write_text("<p>one</p>")
    (build / "html" / "chapters" / "one.html").write_text("<p>42</p>")
    shutil.copy(ROOT / "data" / "findings.json", build / "html")
    (build / "pdf").mkdir()
    (build / "epub").mkdir()
    for ending, content in (("pdf", b"%PDF-1.7 small"), ("epub", b"PK small")):
        (build / ending / f"{NAME}.{ending}").write_bytes(content)
        (build / "html" / f"{NAME}.{ending}").write_bytes(content)
    output = nbformat.v4.new_output("execute_result", {"text/plain": "42"}, execution_count=1)
    cell = nbformat.v4.new_code_cell("answer = 6 * 7\nanswer", outputs=[output], execution_count=1)
    executed = build / ".jupyter_cache" / "executed" / KEY / "base.ipynb"
    executed.parent.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), executed)
    record = build / ".jupyter_cache" / "bookpress" / "chapters" / "one.json"
    record.parent.mkdir(parents=True)
    record.write_text(json.dumps({"key": KEY}))
    return root


def unpacked(path):
    with tarfile.open(path) as archive:
        return archive.getmembers(), {
            member.name: archive.extractfile(member).read() for member in archive if member.isfile()
        }


def test_everything_is_in_it_under_one_folder(root):
    written = release.release(root)
    assert [path.name for path in written] == [
        f"{PACKED}.tar.gz", f"{PACKED}.pdf", f"{PACKED}.epub", "SHA256SUMS",
    ]  # fmt: skip
    _, files = unpacked(written[0])
    folder = f"{PACKED}/"
    assert all(name.startswith(folder) for name in files)
    names = {name.removeprefix(folder) for name in files}
    assert {
        "index.html", "book/html/index.html", "book/html/chapters/one.html", "book/html/who-vouches-for-the-vote.pdf",
        "book/html/who-vouches-for-the-vote.epub", "notebooks/one.ipynb", "chapters/one.md", "data/datapackage.json",
        "data/claims.csv", "seeds/seeds.yml", "data/references.bib", "requirements.txt", "LICENSE", "CITATION.cff",
        "vouch/one.py", "SHA256SUMS", "ro-crate-metadata.json", "datacite.json", "data/findings.json",
    } <= names  # fmt: skip
    assert not [name for name in names if "__pycache__" in name or "/." in name or name.startswith((".", "_build"))]
    start = files[f"{folder}index.html"].decode()
    assert folder + re.search(r'href="([^"]+)"', start)[1] in files, "the first page leads into the book"
    assert "://" not in start


def test_checksums_are_those_of_the_files(root, tmp_path):
    written = release.release(root)
    with tarfile.open(written[0]) as archive:
        archive.extractall(tmp_path / "out")  # our own archive; Debian's 3.11.2 knows no filter yet
    inside = next((tmp_path / "out").iterdir())
    listed = (inside / "SHA256SUMS").read_text("utf-8").splitlines()
    assert len(listed) == sum(path.is_file() for path in inside.rglob("*")) - 1
    for folder in (inside, root / "dist"):
        checked = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True)
        assert checked.returncode == 0, checked.stdout
    assert hashlib.sha256(written[0].read_bytes()).hexdigest() in written[-1].read_text("utf-8")


@pytest.mark.long
def test_the_same_files_give_the_same_bytes(root, tmp_path, monkeypatch):
    first = release.release(root)[0].read_bytes()
    other = tmp_path / "elsewhere"
    shutil.copytree(root, other, copy_function=shutil.copyfile)  # other times, modes and order of names
    assert release.release(other)[0].read_bytes() == first
    members, _ = unpacked(io_path(tmp_path, first))
    assert [member.name for member in members] == sorted(member.name for member in members)
    assert {(member.uid, member.gid, member.uname, member.gname) for member in members} == {(0, 0, "", "")}
    assert {member.mode for member in members} <= {0o644, 0o755}
    assert {member.mtime for member in members} == {1796083200}, "the day of the edition"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    members, _ = unpacked(release.release(root)[0])
    assert {member.mtime for member in members} == {1000000000}


def io_path(folder, content):
    path = folder / "archive.tar.gz"
    path.write_bytes(content)
    return path


def test_notebooks_have_text_and_outputs(root):
    written = release.notebooks(root)
    assert list(written) == ["one"], "the ledger's pages have no code"
    notebook = nbformat.read(io.StringIO(written["one"].decode()), as_version=4)
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", "code", "markdown"]
    assert notebook.cells[1].outputs[0].data["text/plain"] == "42"
    assert notebook.cells[2].source == "After the cell."
    assert release.notebooks(root) == written, "no random ids"


def test_the_crate_describes_what_is_there(root):
    files = release.contents(root)
    crate = json.loads(files["ro-crate-metadata.json"])
    assert crate["@context"] == "https://w3id.org/ro/crate/1.1/context"
    entities = {entity["@id"]: entity for entity in crate["@graph"]}
    assert len(entities) == len(crate["@graph"]), "ids are unique"
    assert entities["ro-crate-metadata.json"]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    described = entities["./"]
    # What RO-Crate 1.1 demands of the root.
    assert all(described[needed] for needed in ("name", "description", "datePublished", "license"))
    for part in described["hasPart"]:
        entity = entities[part["@id"]]
        if entity["@type"] == "File":
            assert entity["contentSize"] == str(len(files[part["@id"]]))
        else:
            assert any(name.startswith(part["@id"]) for name in files)
    package = json.loads((root / "data" / "datapackage.json").read_text("utf-8"))
    assert {f"data/{resource['path']}" for resource in package["resources"]} <= set(entities)

    def references(value):
        if isinstance(value, dict):
            yield from [value["@id"]] if set(value) == {"@id"} else [r for v in value.values() for r in references(v)]
        elif isinstance(value, list):
            yield from (reference for item in value for reference in references(item))

    named = set(references(crate["@graph"]))
    assert named <= {*entities, "https://w3id.org/ro/crate/1.1"}, "nothing is named that is not described"
    assert "url" not in described and "identifier" not in described, "no address and no DOI is known yet"


# DataCite Metadata Schema 4.5: the properties it demands, and the terms it knows for those that are used here.
DEMANDED = {"schemaVersion", "creators", "titles", "publisher", "publicationYear", "types"}
TERMS = {
    "resourceTypeGeneral": {"Book"}, "nameType": {"Organizational", "Personal"}, "dateType": {"Issued"},
    "descriptionType": {"Abstract"}, "relatedIdentifierType": {"DOI", "URL"},
    "relationType": {"IsDerivedFrom", "IsVariantFormOf"},
}  # fmt: skip


def test_metadata_for_a_deposit_come_from_the_same_source(root):
    """Structure only: the schema itself is in no package of the test environment."""
    found = json.loads(release.contents(root)["datacite.json"])
    assert set(found) >= DEMANDED and found["schemaVersion"] == "http://datacite.org/schema/kernel-4"
    assert not {"doi", "identifiers", "prefix", "url"} & set(found), "no DOI and no address is known yet"
    assert found["publisher"] == {"name": "(:tba)"}, "the archive that takes it names itself"
    book = metadata.read_book(root)
    assert [one["title"] for one in found["titles"]] == [book.title]
    assert [one["name"] for one in found["creators"]] == [author.name for author in book.authors]
    assert (found["version"], found["publicationYear"]) == (book.version, str(book.date.year))
    assert [one["rightsIdentifier"] for one in found["rightsList"]] == list(book.licences)

    def terms(value):
        if isinstance(value, list):
            return [pair for item in value for pair in terms(item)]
        if isinstance(value, dict):
            return [pair for name, item in value.items() for pair in [(name, item), *terms(item)]]
        return []

    assert all(value in TERMS[name] for name, value in terms(found) if name in TERMS)
    dois = {one["relatedIdentifier"] for one in found["relatedIdentifiers"] if one["relatedIdentifierType"] == "DOI"}
    text = (root / "data" / "references.bib").read_text("utf-8")
    assert dois and all(f"{{{doi}}}" in text for doi in dois)


def test_an_address_and_a_doi_are_in_the_deposit_once_they_are_known():
    known = replace(metadata.read_book(ROOT), url="https://example.org/b/", doi="10.1234/b", publisher="Press")
    found = deposit.datacite(known, ROOT)
    assert (found["doi"], found["publisher"]["name"]) == ("10.1234/b", "Press")
    assert found["relatedIdentifiers"][-1]["relatedIdentifier"] == "https://example.org/b/"
    assert deposit.zenodo(known, ROOT)["related_identifiers"][-1]["identifier"] == "https://example.org/b/"
    person = replace(known, authors=(metadata.Author("Zoë d’Été", "d’Été", "Zoë"),))
    assert deposit.zenodo(person, ROOT)["creators"] == [{"name": "d’Été, Zoë"}]
    assert deposit.datacite(person, ROOT)["creators"][0]["nameType"] == "Personal"


def test_zenodo_is_told_what_citation_cff_says():
    """Zenodo takes `.zenodo.json` before CITATION.cff: the two must not disagree."""
    written = (ROOT / deposit.ZENODO).read_text("utf-8")
    assert written == deposit.as_json(deposit.zenodo(metadata.read_book(ROOT), ROOT)), (
        "run python -m bookpress.cite.deposit"
    )
    assert "doi" not in json.loads(written) and "communities" not in json.loads(written)


@pytest.mark.long
@pytest.mark.built
def test_a_chapter_of_the_unpacked_archive_gives_the_same_results_again(book, tmp_path, monkeypatch):
    from nbclient import NotebookClient

    files = release.contents(ROOT)
    archive = tmp_path / "archive.tar.gz"
    archive.write_bytes(release.pack(files, "edition", 0))
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path)  # our own archive; Debian's 3.11.2 knows no filter yet
    folder = tmp_path / "edition"
    monkeypatch.setenv("PYTHONPATH", str(folder))  # in place of the environment that `make env` would make there
    notebook = nbformat.read(folder / "notebooks" / "standard.ipynb", as_version=4)
    found = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    where = nbformat.v4.new_code_cell("import vouch.paths; print(vouch.paths.ROOT)")
    again = nbformat.v4.new_notebook(cells=[*nbformat.from_dict(notebook).cells, where], metadata=notebook.metadata)
    for cell in again.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    NotebookClient(again, timeout=120, resources={"metadata": {"path": str(folder / "notebooks")}}).execute()
    *ran, last = [cell.outputs for cell in again.cells if cell.cell_type == "code"]
    assert last[0].text.strip() == str(folder), "not the package of the archive"
    shown = [[output.get("data") for output in outputs] for outputs in found]
    assert any(any(cell) for cell in shown)
    assert [[output.get("data") for output in outputs] for outputs in ran] == shown


def git(root, *words):
    subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)


def test_in_a_checkout_the_archive_holds_what_git_keeps(root):
    """A draft that git would take is told; what it ignores is left out."""
    (root / ".gitignore").write_text("*~\n_build/\n__pycache__/\n")
    git(root, "init", "--quiet")
    git(root, "add", ".")
    packed = set(release.contents(root))
    (root / "data" / "claims.csv~").write_text("older\n")
    assert set(release.contents(root)) == packed and "data/claims.csv" in packed
    (root / "docs").mkdir()
    for draft in ("chapters/draft.md", "data/own notes.txt"):
        (root / draft).write_text("not yet\n")
    with pytest.raises(release.ReleaseError, match=r"git does not keep chapters/draft\.md: commit, ignore or remove"):
        release.contents(root)
    (root / "chapters" / "draft.md").unlink()
    with pytest.raises(release.ReleaseError, match=r"git does not keep data/own notes\.txt:"):
        release.contents(root)


def test_notebooks_are_those_of_the_table_of_contents(root):
    """Wherever they stand, and none that is no page of the book."""
    (root / "deep").mkdir()
    (root / "chapters" / "one.md").rename(root / "deep" / "one.md")
    (root / "chapters" / "draft.md").write_text(CHAPTER, "utf-8")
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: deep/one\nchapters:\n{LEDGER}- glob: other/*\n")
    (root / "other").mkdir()
    shutil.copy(root / "chapters" / "ledger-s000.md", root / "other" / "two.md")
    records = root / "_build" / ".jupyter_cache" / "bookpress"
    (records / "chapters").rename(records / "deep")
    assert list(release.notebooks(root)) == ["one"]
    described = {
        entity["@id"]: entity for entity in json.loads(release.contents(root)["ro-crate-metadata.json"])["@graph"]
    }
    assert "notebooks/one.ipynb" in described and "chapters/draft.md" not in described
    assert list(project.sources(root))[-1] == "other/two"
    (root / "deep" / "one.md").unlink()
    with pytest.raises(release.ReleaseError, match=r"_toc\.yml: there is no page 'deep/one'"):
        release.notebooks(root)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda root: (root / "_build/html/index.html").unlink(), "index.html is missing: `make book` first"),
        (lambda root: shutil.rmtree(root / "_build/.jupyter_cache"), "one.md: never executed"),
        (lambda root: (root / "chapters/one.md").write_text(CHAPTER.replace("6", "7")), "cells changed since"),
        (lambda root: (root / "chapters/ledger-s004.md").unlink(), "unfinished articles"),
        (
            lambda root: recount(root / "_build/html/findings.json"),
            rf"{COUNTED['id']}: {COUNTED['text']} claims.* -> 999",
        ),
        (lambda root: recount(root / "data" / "findings.json"), "without an entry"),
        (lambda root: (root / "data" / "findings.json").unlink(), "findings.json: No such file"),
        (lambda root: rewrite(root / "data/signpost_readings.csv", f"{READING}open", f"{READING}yes"), _OPEN),
        (
            lambda root: rewrite(
                root / "data/editions.csv", f"{BOOK.version},{BOOK.date}", f"{BOOK.version},2099-12-31"
            ),
            f"does not end with edition {BOOK.version}",
        ),
        (lambda root: (root / "CHANGELOG.md").write_text("# Changelog\n"), "CHANGELOG.md says nothing of edition"),
        (lambda root: (root / "CHANGELOG.md").write_text(f"## {BOOK.version}0\n"), "says nothing of edition"),
    ],
)
def test_what_is_not_finished_is_not_packed(root, spoil, reason):
    spoil(root)
    with pytest.raises(release.ReleaseError, match=reason):
        release.release(root)
    assert not (root / "dist").exists()


def recount(path):
    """Another number in the first finding that counts claims."""
    entries = json.loads(path.read_text("utf-8"))
    next(entry for entry in entries if entry["id"] == COUNTED["id"])["text"] = "999"
    path.write_text(json.dumps(entries), "utf-8")


def rewrite(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_tag_that_is_not_the_edition_is_refused(root):
    with pytest.raises(release.ReleaseError, match=rf"says edition {re.escape(BOOK.version)}, not 1999\.1"):
        release.release(root, edition="1999.1")
