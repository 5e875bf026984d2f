# Two commands do the work of a first day: `make run` and `make test`. The rest is for people who change the code.

PYTHON ?= python3.11
PORT ?= 8000
ESSAIM_HOME ?= $(CURDIR)/var
export ESSAIM_HOME PORT

BIN := .venv/bin
NPM := $(shell command -v npm 2>/dev/null)
# A machine whose only Python 3.11 is called python3 is served too.
PY := $(shell command -v $(PYTHON) 2>/dev/null || command -v python3)

.PHONY: help setup setup-dev run demo-data test test-all check format bench clean

help:
	@echo "make run                 set up, build the demonstration of the Lille metropolis, serve it"
	@echo "make run DATA=folder     the same on real official files"
	@echo "make test                set up and run the tests"
	@echo "make check               lint, types, import rules, migrations, translations"
	@echo "make bench               timings beside the named peers (see docs/performance.md)"

# --- installation -----------------------------------------------------------------------------------------

.venv/ready-run: requirements/run.lock pyproject.toml package-lock.json scripts/messages.py $(wildcard essaim/*/locale/en/LC_MESSAGES/django.po)
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Essaim needs Python 3.11 or newer: install it, or name it with PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PY) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(MAKE) --no-print-directory node_modules/ready
	@$(BIN)/python scripts/messages.py compile
	@touch $@

.venv/ready-dev: .venv/ready-run requirements/dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

# Third-party JavaScript and fonts. Where Node is absent, the wheel that carries it lends its npm.
node_modules/ready: package-lock.json
ifeq ($(NPM),)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.lock
	@$(BIN)/npm ci --silent
else
	@npm ci --silent
endif
	@touch $@

setup: .venv/ready-run

setup-dev: .venv/ready-dev

# --- the product ------------------------------------------------------------------------------------------

# With DATA=folder, the folder's official files; otherwise a fictitious register of the Lille metropolis.
run: setup
ifdef DATA
	@$(BIN)/essaim observatory build --from "$(DATA)" --store "$(ESSAIM_HOME)/store"
	@$(BIN)/essaim organisations import --from "$(ESSAIM_HOME)/store" --format register --apply
else
	@$(MAKE) --no-print-directory demo-data
endif
	@$(BIN)/essaim serve --port $(PORT)

demo-data: setup
	@test -f "$(ESSAIM_HOME)/store/current" || { \
	  $(BIN)/essaim observatory simulate --to "$(ESSAIM_HOME)/demonstration" && \
	  $(BIN)/essaim observatory build --from "$(ESSAIM_HOME)/demonstration" --store "$(ESSAIM_HOME)/store" && \
	  $(BIN)/essaim organisations import --from "$(ESSAIM_HOME)/store" --format register --apply && \
	  $(BIN)/essaim organisations demonstrate --apply && \
	  $(BIN)/essaim procurement demonstrate --apply; }

# --- the tests --------------------------------------------------------------------------------------------

# One worker more than there are cores: browser journeys wait, but not enough for two workers a core.
WORKERS ?= $(shell echo $$(( $$(nproc) + 1 )))

test: setup-dev
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(BIN)/essaim manage makemigrations --check --dry-run

format: setup-dev
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

bench: setup-dev
	@$(BIN)/python bench/run.py $(ARGS)

clean:
	rm -rf .venv node_modules var
