.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= auto
COMPILE := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-find-links --no-header

.PHONY: help demo test check format bench screenshots lock clean

help:  ## list what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.run: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found; name one with: make PYTHON=/path/to/python3" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.run  ## the cockpit on a simulated platform, nothing else needed
	$(BIN)/cockpit demo

test: $(VENV)/.dev  ## all tests; COCKPIT_TEST_KUBECONFIG=file adds a real API server
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

check: $(VENV)/.dev  ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev  ## let ruff rewrite what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev  ## the budgets, measured; ARGS="--json" or ARGS="--kubeconfig FILE"
	$(BIN)/python -m tests.bench $(ARGS)

screenshots: $(VENV)/.dev  ## the pictures in docs/, made from the demo
	$(BIN)/python docs/screenshots.py

lock: $(VENV)/.dev  ## renew the pinned and hashed dependency files
	$(BIN)/python -m pip install --quiet uv
	printf 'hatchling>=1.33\neditables>=0.5\n' | $(BIN)/uv pip compile $(COMPILE) pyproject.toml - -o requirements.lock
	$(BIN)/uv pip compile $(COMPILE) --group dev -c requirements.lock -o requirements-dev.lock

clean:  ## remove the environment and what tools left behind
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
