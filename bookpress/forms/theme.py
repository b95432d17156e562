"""What the theme of the web book brings for its pages, in the other forms."""

from __future__ import annotations

from importlib.metadata import entry_points

from sphinx.application import Sphinx

from bookpress.forms.places import is_watched


def directives(app: Sphinx) -> None:
    """Make the directives of `html_theme` known (margin notes, say). Sphinx loads a theme for web pages alone, so that
    a page which only uses them would be refused in print. What the theme wants to do with web pages is left out."""
    if not is_watched(app) or app.builder.format == "html":
        return
    for found in entry_points(group="sphinx.html_themes", name=app.config.html_theme):
        if found.module in app.extensions:
            continue
        before = {event: list(listeners) for event, listeners in app.events.listeners.items()}
        app.setup_extension(found.module)
        for event, listeners in app.events.listeners.items():
            listeners[:] = before.get(event, [])
