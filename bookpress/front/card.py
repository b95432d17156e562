"""The card that others show who share the address of a page: Open Graph's image and its kin."""

from __future__ import annotations

from html import escape
from typing import Any

from sphinx.application import Sphinx

from bookpress.metadata import book

SIZE = (1200, 630)
"""Pixels: what Open Graph's readers cut to."""


def card_tags(address: str, alt: str) -> str:
    """The elements that name the picture at an address, and what it shows."""
    width, height = SIZE
    pairs = [
        ("property", "og:image", address),
        ("property", "og:image:type", "image/png"),
        ("property", "og:image:width", str(width)),
        ("property", "og:image:height", str(height)),
        ("property", "og:image:alt", alt),
        ("name", "twitter:card", "summary_large_image"),
        ("name", "twitter:image", address),
        ("name", "twitter:image:alt", alt),
    ]
    return "\n".join(f'<meta {kind}="{name}" content="{escape(text)}" />' for kind, name, text in pairs if text)


def add_head(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Name the picture in the head of a page; it has an address only where the book has one."""
    given, address = app.config.front_card, book(app).url
    if doctree is not None and given.get("image") and address:
        tags = card_tags(f"{address}{given['image']}", given.get("alt", ""))
        context["metatags"] = f"{context.get('metatags', '')}\n{tags}\n"
