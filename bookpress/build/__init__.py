"""Builds a book whole or not at all: `python -m bookpress.build html|pdf|epub|book` in the book's folder.

Here: the command, what it may use again of the last build, reading pages in parallel, publishing in one step. Not here:
what a page looks like.

Checks the inputs, runs Sphinx with the configuration that `jupyter-book build .` would use, with warnings as errors,
and publishes the result in one step: whoever looks into `_build/html` sees the last good book or the new one, never
half of each, also when a build fails, is interrupted or is killed. Work happens in `_build/.work`, which makes the next
build short; the last good state is kept in its folder `aside`, from which a build after a failed one goes on. It may be
deleted at any time.

Settings, in `pyproject.toml` under `[tool.bookpress]`: ``checks`` (modules that are asked before anything is
executed: :func:`bookpress.build.command.preflight`), ``watch`` (folders of the book's own Sphinx extensions, whose
change makes all pages anew).

Exit codes: 0 built; 1 the book has an error or a warning; 2 the inputs are faulty, or wrong usage; 3 the surroundings
are not fit (Python, a missing package, a folder that cannot be written, a full disk); 4 another build is running; 130
interrupted; 143 terminated.
"""
