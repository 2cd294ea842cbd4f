# Everything that is done to this project. `make run` and `make test` set up what they need in .venv and nothing else.

PYTHON ?= python3
VENV ?= .venv
# Tests side by side: one more than there are processors, since tests of pages and rooms wait; of memory for eight at most.
JOBS ?= $(shell $(PYTHON) -c 'import os; print(min((os.cpu_count() or 1) + 1, 8))')
SCENARIO ?= scenarios/after-2022.yaml
ARGS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
# fewest: one version of a library for every Python. Equal bits are promised on the same NumPy only, and its type stubs
# differ from version to version.
UV_COMPILE := $(BIN)/uv pip compile pyproject.toml -q --universal --fork-strategy fewest --python-version 3.11 \
  --generate-hashes --no-emit-index-url --no-header --group build

.DEFAULT_GOAL := help
.PHONY: help run test lint format type imports unit messages wheel-test docs pictures bench lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.ready-run  ## set up and run scenarios/after-2022.yaml (SCENARIO=..., ARGS="--seed 7")
	$(BIN)/multivector run $(SCENARIO) $(ARGS)

# Types are checked while the tests run: one process would leave the other processors idle.
test: lint imports  ## set up and check everything: style, types, imports, tests, the wheel
	@$(MAKE) --no-print-directory -j2 type unit

lint: $(VENV)/.ready-dev  ## style (ruff check, ruff format --check)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.ready-dev  ## put the style right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

type: $(VENV)/.ready-dev  ## types (mypy --strict)
	$(BIN)/mypy

imports: $(VENV)/.ready-dev  ## import contracts (import-linter)
	$(BIN)/lint-imports

unit: $(VENV)/.ready-dev  ## all tests with the examples in the docstrings, and the wheel
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

messages: $(VENV)/.ready-dev  ## bring the catalogues of messages up to the code; what is missing is listed
	$(BIN)/python tests/messages.py --update

wheel-test: $(VENV)/.ready-dev  ## only: a wheel builds, and its installed copy runs from another folder
	$(BIN)/pytest tests/test_wheel.py

docs: $(VENV)/.ready-dev  ## the documentation as pages: docs/_build/html/index.html
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html

pictures: $(VENV)/.ready-dev  ## the pictures of README and gallery, made anew (pages by chromium, where there is one)
	$(BIN)/python docs/pictures.py

bench: $(VENV)/.ready-dev  ## what the claims about speed rest on
	$(BIN)/python benchmarks/bench_trade.py
	$(BIN)/python benchmarks/bench_gegravity.py $(if $(GEGRAVITY_PYTHON),--gegravity-python $(GEGRAVITY_PYTHON))
	$(BIN)/python benchmarks/bench_start.py
	$(BIN)/python benchmarks/bench_lookahead.py
	$(BIN)/python benchmarks/bench_ensemble.py
	$(BIN)/python benchmarks/bench_mesa.py
	$(BIN)/python benchmarks/bench_pairing.py
	$(BIN)/python benchmarks/bench_workers.py
	$(BIN)/python benchmarks/bench_sensitivity.py
	$(BIN)/python benchmarks/bench_report.py
	$(BIN)/python benchmarks/bench_class.py
	$(BIN)/python benchmarks/bench_class_staff.py

lock: $(VENV)/.ready-dev  ## resolve the dependencies anew (hashes, no addresses; needs the network)
	$(UV_COMPILE) $(UPGRADE) -o requirements.lock
	$(UV_COMPILE) $(UPGRADE) --group dev -c requirements.lock -o requirements-dev.lock

clean:  ## remove the environment and what tools leave behind; results stay
	rm -rf $(VENV) dist build docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks

# The stamps make a second `make` start at once; a changed lock or pyproject.toml sets up again.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "multivector needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1)." >&2; \
	  echo "If a newer one is installed, name it: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.ready-run: $(VENV)/.made requirements.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.made requirements-dev.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements-dev.lock
	$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@ $(VENV)/.ready-run
