# Who Vouches for the Vote? Everything runs from here; each target sets up what it needs.
PYTHON ?= python3
RUN := .venv/bin/python

.PHONY: help book html pdf epub lab test check-data refresh lint lock clean distclean env env-test env-lab
.PHONY: new-seed accept site release links audit image reproduce coverage mutation

help:
	@echo "make book        environment, chapters, HTML, PDF and EPUB   -> _build/html, _build/pdf, _build/epub"
	@echo "make html        the HTML book only"
	@echo "make pdf         the PDF only"
	@echo "make epub        the EPUB only, for telephones and e-readers"
	@echo "make lab         JupyterLab, the chapters open as notebooks"
	@echo "make test        everything the project promises, tested on the built book"
	@echo "make coverage    the same tests from a clean folder, with the branches of vouch/ that they take"
	@echo "make mutation    do the tests notice faults put into the methods? (hours)"
	@echo "make check-data  validate every table and both articles"
	@echo "make refresh     compare tables with their publishers' files (TABLES=\"gdp --write\" to choose and write)"
	@echo "make accept      accept changed findings, with the reason: WHY=\"...\"   -> findings.json, data/finding_changes.csv"
	@echo "make new-seed    take in a further article: FILE=article.txt [ID=S005]"
	@echo "make release     archive of this edition, PDF, EPUB and checksums   -> dist"
	@echo "make site        HTML, PDF and EPUB as one folder to publish   -> _build/site"
	@echo "make links       ask every cited address whether it answers (network; takes minutes)"
	@echo "make audit       known weaknesses of the pinned packages (network)"
	@echo "make reproduce   build the last commit twice, elsewhere, and compare every byte"
	@echo "make lint        ruff, and the types by mypy"
	@echo "make lock        pin the dependencies of pyproject.toml again, with hashes"
	@echo "make clean       remove what was built        make distclean: the environment too"

env:
	@$(PYTHON) scripts/environment.py base
env-test:
	@$(PYTHON) scripts/environment.py test
env-lab:
	@$(PYTHON) scripts/environment.py lab

book: env
	@$(RUN) -m vouch.book.build book
html: env
	@$(RUN) -m vouch.book.build html
pdf: env
	@$(RUN) -m vouch.book.build pdf
epub: env
	@$(RUN) -m vouch.book.build epub

# A configuration folder of its own: that chapters open as notebooks is this project's wish, not the user's setting.
lab: export JUPYTER_CONFIG_DIR := $(CURDIR)/.venv/etc/jupyter-lab
lab: env-lab
	@$(RUN) -m jupytext_config set-default-viewer myst >/dev/null
	@cd chapters && ../$(RUN) -m jupyterlab $(LAB)

test: env-test
	@$(RUN) -m pytest -n 2 --dist loadscope

# From a clean folder, because figures are drawn only while chapters run; their kernels then end by themselves, so that
# what was measured in them is saved.
coverage: export VOUCH_SHUTDOWN = graceful
coverage: clean env-test
	@$(RUN) -m pytest -n 2 --cov

# Puts one fault at a time into the methods and runs the tests that reach it. What stays undetected: `mutmut browse`.
mutation: env-test
	@.venv/bin/mutmut run --max-children 2

reproduce: env
	@$(RUN) scripts/reproduce.py

check-data: env
	@$(RUN) -m vouch.evidence.checks

# Exit code 1: changes are shown and not written. Asks the publishers' addresses, or local files given with --from.
refresh: env
	@$(RUN) -m vouch.upkeep.refresh $(TABLES)

lint: env-test
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check .
	@$(RUN) -m mypy

# Universal: one set of files for every Python and system that the pins allow.
LOCK = $(RUN) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: env
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) pyproject.toml --extra test -c requirements.txt -o requirements-test.txt
	$(LOCK) pyproject.toml --extra lab -c requirements.txt -o requirements-lab.txt

clean:
	rm -rf _build
distclean: clean
	rm -rf .venv mutants

new-seed: env
	@test -n "$(FILE)" || { echo "which article? make new-seed FILE=article.txt" >&2; exit 2; }
	@$(RUN) -m vouch.upkeep.new_article "$(FILE)" $(if $(ID),--id "$(ID)")

# Shows every finding that differs from the accepted ones; without WHY it only shows them and fails.
accept: export ACCEPTED_BECAUSE = $(WHY)
accept: html
	@$(RUN) -m vouch.book.changes --accept "$$ACCEPTED_BECAUSE"

# PDF and EPUB beside index.html, where the address in CITATION.cff promises them.
site: book
	@rm -rf _build/site && cp -R _build/html _build/site && cp _build/pdf/*.pdf _build/epub/*.epub _build/site/
	@echo "SITE  _build/site/index.html"

# EDITION: refused unless it is the version of CITATION.cff.
release: book
	@$(RUN) -m vouch.book.release $(if $(EDITION),--edition "$(EDITION)")

# After `html`, so that every chapter is executed and the check reads only.
links: html
	@.venv/bin/jupyter-book build . --builder custom --custom-builder linkcheck

# Runs beside the environment, not in it: what checks the packages must not change them.
# Strict: a package that could not be asked about is a failure, not a package without a weakness.
audit: env
	@set -e; for set in requirements-test requirements-lab; do \
	  $(RUN) -m uv tool run pip-audit==2.10.1 --strict --require-hashes --disable-pip -r $$set.txt; done

image:
	@docker build --tag who-vouches-for-the-vote .
