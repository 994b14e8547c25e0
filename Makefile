# Python 3.11 or newer and make are all that is needed. Each target says what it does: `make help`.
PYTHON ?= python3
UV_VERSION := $(shell sed -n '/^name = "uv"$$/{n;s/version = "\(.*\)"/\1/p;}' uv.lock)
BIN := .venv/bin
STAMP := .venv/.installed
PLACE ?= dm
# `AS` is make's own name for the assembler, so a plain default would not take.
ifeq ($(origin AS),default)
AS := applicant
endif
WORKERS ?= 2

.PHONY: help venv try run test check bench prove-delivery eval docs
.DEFAULT_GOAL := help

help: ## List what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

venv: $(STAMP) ## Build the environment from the lock

$(STAMP): uv.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv sync --quiet --frozen --python $(BIN)/python
	touch $@

try: $(STAMP) ## Try the bot in the browser, without a token (PLACE=channel, AS=mentor)
	@$(BIN)/matchmentor try --place $(PLACE) --as $(AS)

run: $(STAMP) ## Run the bot on every platform whose tokens are set
	@$(BIN)/matchmentor run

test: $(STAMP) ## Run every test, on SQLite and on a real PostgreSQL
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -rs

check: $(STAMP) ## Check style, types, import directions and content
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/matchmentor content lint

bench: $(STAMP) ## Measure speed against the bare libraries
	$(BIN)/python -m bench --write docs/benchmarks.md

prove-delivery: $(STAMP) ## Prove that nudges are never lost and never twice: some 12 minutes
	$(BIN)/python -m bench.delivery --write docs/delivery.md

eval: $(STAMP) ## Score the search on labelled questions
	$(BIN)/python -m content.evaluate

docs: $(STAMP) ## Bring generated files up to date: the editors' schemas
	$(BIN)/python -m content.json_schema
