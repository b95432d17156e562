"""How pages look before anything of them is there: one light style sheet, and the book's own typefaces.

Here: what becomes of the style sheets of theme, extensions and book when all pages are written, and which faces pages
are set in. Not here: the rules themselves (`bookpress/web/static`), and how faces are cut (`bookpress.fonts`).
"""
