"""Files for reference managers, beside the pages."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

from bookpress.cite.formats import FORMATS, Work
from bookpress.contents import documents
from bookpress.effort.early import early
from bookpress.metadata import book, chapter


@early
def write_files(app: Sphinx, failed: Exception | None) -> None:
    """Write the files for reference managers into the finished HTML book; remove those of chapters that are gone."""
    if failed or app.builder.format != "html":
        return
    folder = Path(app.outdir) / "cite"
    folder.mkdir(exist_ok=True)
    wanted = {}
    works: list[Work] = [book(app), *(chapter(app, name) for name in documents(app))]
    for work in works:
        for ending, (_, function) in FORMATS.items():
            name = f"{work.id}.{ending}"
            if name in wanted:
                raise ValueError(f"two works would be written to cite/{name}: chapters need different file names")
            wanted[name] = function(work)
    for stale in folder.iterdir():
        if stale.name not in wanted:
            stale.unlink()
    for name, text in wanted.items():
        (folder / name).write_bytes(text.encode())
