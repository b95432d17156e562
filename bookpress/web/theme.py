"""The theme that this part knows more of."""

THEME = "sphinx_book_theme"
"""The theme whose pages are made light and get a policy."""
