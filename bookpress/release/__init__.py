"""Packs an edition: everything a reader or a later researcher needs, in one archive that is the same on every machine.

Here: the archive, its checksums and its description (RO-Crate). Not here: what must be true before a book goes out.

    python -m bookpress.release [--edition 2026.11] [--to dist]

Wants a finished book. Writes `<title>-<version>.tar.gz`, PDF and EPUB beside it and `SHA256SUMS` of all. In the
archive: the book as HTML (opens from the disk, without a network), PDF and EPUB, the executed notebooks with the
chapters they come from, and what the book names: `[tool.bookpress.release]` of its `pyproject.toml` has ``files``,
``folders``, ``checks`` (modules with a function `faults(root)`, which returns what stands against a release) and
``described`` (what a file, a folder `name/` or the files of a folder `name/*` are). Of a folder in a checkout the
archive takes what git keeps, and is refused while something there is neither kept nor ignored.
`ro-crate-metadata.json` describes the archive, `datacite.json` is for whoever deposits it, `SHA256SUMS` checks it.

The bytes depend on the files alone: sorted names, no owner, two modes, and one time for everything, SOURCE_DATE_EPOCH
or else the day of the edition in CITATION.cff.
"""
