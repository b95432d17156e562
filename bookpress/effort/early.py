"""What a book writes at its end though it needs no page for it: it can be done while pages are being written."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from bookpress.kept import kept

if TYPE_CHECKING:
    from sphinx.application import Sphinx

Handler = Callable[["Sphinx", "Exception | None"], None]
"""Of Sphinx's event `build-finished`."""
_DONE = "early"


def early(handler: Handler) -> Handler:
    """Mark a handler of `build-finished` that reads no page, leaves nothing but files, and changes none of which a page
    bears size or checksum: a build may call it among the pages, in a fork, and if all went well it is not called
    again."""

    @wraps(handler)
    def unless_done(app: Sphinx, failed: Exception | None) -> None:
        done = _done(app)
        if failed or unless_done not in done:
            handler(app, failed)
        done.discard(unless_done)

    vars(unless_done)[_DONE] = True
    return unless_done


def handlers(app: Sphinx) -> list[Handler]:
    """Those of the book that are so marked, in the order in which Sphinx would call them."""
    listeners = sorted(app.events.listeners["build-finished"], key=lambda listener: listener.priority)
    return [listener.handler for listener in listeners if getattr(listener.handler, _DONE, False)]


def note(app: Sphinx, handler: Handler) -> None:
    """Say that a handler was called, and that all went well."""
    _done(app).add(handler)


def _done(app: Sphinx) -> set[Handler]:
    return kept(app, _DONE, set)
