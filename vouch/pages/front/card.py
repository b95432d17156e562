"""The card of the book: the tile map as a picture for those who share its address, once it has one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from bookpress.metadata import book
from vouch.evidence import data

IMAGE = "card.png"


def name(app: Sphinx, config: Config) -> None:
    """Tell `bookpress.front` where the card is, and what it shows."""
    if "front_card" in config and book(app).url:
        from vouch.figures.front import summary  # not above: a build without a card does without a second of imports
        from vouch.methods.election import coverage

        chart = summary.where_nobody_voted(coverage.tiles(data.load("townships")))
        config.front_card = {"image": IMAGE, "alt": f"{book(app).main_title} {chart.finding}. {chart.alt}"}


def write(app: Sphinx, failed: Exception | None) -> None:
    """Put the card beside the first page."""
    if failed or app.builder.format != "html" or app.config.front_card.get("image") != IMAGE:
        return
    from vouch.figures.front import summary
    from vouch.methods.election import coverage

    whole = book(app)
    tiles = coverage.tiles(data.load("townships"))
    picture = summary.card(tiles, whole.main_title, f"Edition {whole.version}")
    (Path(app.outdir) / IMAGE).write_bytes(picture)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", name)
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
