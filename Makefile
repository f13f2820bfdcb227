# Each target sets up all it needs, on a fresh machine with Python 3.11 or newer and a registry.
#
#   make serve     open the map at http://127.0.0.1:8000/   (make serve ARGS="--demo --port 8001")
#   make test      all tests, those in a real browser too   (make test ARGS="tests/unit/model/test_crs.py")
#   make test-fast what takes less than half a second each: no browser, LibreOffice, wheel, sweeps
#   make lint      ruff and mypy
#   make bench     measurements; copy what they print into docs/benchmarks.md
#   make bundle    one zip for a PC without network: make bundle PLATFORM=win_amd64 PYTHON_VERSION=3.12
#   make clean     remove what was set up and built

PYTHON ?= python3
VENV ?= .venv
ARGS ?=
JOBS ?= 2
# What needs minutes of a registry is left to CI, which runs all: make test MARKS=
MARKS ?= not registry
PLATFORM ?= win_amd64
PYTHON_VERSION ?= 3.12

# The order of tests/conftest.py holds: the files that take longest come first.
PYTEST := -m pytest -rs -n $(JOBS) --dist loadfile --no-loadscope-reorder

BIN := $(VENV)/bin
# Made again whenever what is asked for, or at which version, has changed.
RUN := $(VENV)/.run
DEV := $(VENV)/.dev
# Left unset when playwright brings its own browser.
WITH_BROWSER := found="$$(sh scripts/browser.sh --path)"; \
  if [ -n "$$found" ]; then export GEOMAP_CHROMIUM="$$found"; fi;
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help serve test test-fast lint bench bundle browser clean

help:
	@sed -n 's/^#   //p' Makefile

serve: $(RUN)
	$(BIN)/geomap serve $(ARGS)

test: $(DEV) browser
	@$(WITH_BROWSER) $(BIN)/python $(PYTEST) -m "$(MARKS)" $(ARGS)

test-fast: $(DEV)
	@$(BIN)/python $(PYTEST) -m "not (slow or browser or office or wheel or registry)" $(ARGS)

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(DEV) browser
	sh scripts/bench_tools.sh $(BIN)/python
	@set -e; $(WITH_BROWSER) for script in $$(grep -l '__main__' bench/*.py); do \
	  echo "== $$script"; $(BIN)/python $$script $(ARGS); \
	done

bundle: $(DEV)
	$(BIN)/python scripts/bundle.py $(PLATFORM) --python $(PYTHON_VERSION)

browser: $(DEV)
	@sh scripts/browser.sh --install $(BIN)/python

$(RUN): pyproject.toml constraints.txt
	@$(PYTHON) scripts/require_python.py
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) -e .
	@touch $@

$(DEV): $(RUN)
	$(PIP) -e ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
