"""Shows the book while it is written: `python -m bookpress.live` in the book's folder.

A process that stays: it watches the book's files, runs and writes again only what a change touches, and tells the
browser, which loads the page anew. A fault is shown in the page, with file and line, and goes when it is mended.

Here: what changed, what follows from it, and a server for one writer on this machine. Not here: how a chapter runs and
what a page looks like; the published book is made by `bookpress.build`, and its policy knows nothing of this.
"""
