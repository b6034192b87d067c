# make run   - clean the five seed pages into out/
# make test  - run all tests
# make test-engines - the tests of engines (Spark, Ray and others), after installing them: about 1.5 GB
# make lint  - style, types, direction of imports
# The environment is made once, in .venv; PYTHON chooses the interpreter (3.11 or newer).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test test-engines lint clean

run: $(VENV)/.installed
	$(BIN)/cleaner run seeds -o out --overwrite

test: $(VENV)/.installed-dev
	$(BIN)/pytest -n 2

test-engines: $(VENV)/.installed-engines
	$(BIN)/pytest -m engines

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy --strict cleaner
	$(BIN)/lint-imports

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@ $(VENV)/.installed

$(VENV)/.installed-engines: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev,arrow,spark,ray,datatrove,datasets,dask,polars,duckdb]' dagster
	touch $@ $(VENV)/.installed $(VENV)/.installed-dev

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cleaner needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
