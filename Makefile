# Few targets, each does its own set-up. Needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Importing pandas takes three times as long where bytecode is never written.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH

.DEFAULT_GOAL := help
.PHONY: help demo test lint lab lock docs bench clean

help:  ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.run  ## the main job on the sample incident, into cases/INC-2031
	@$(BIN)/inv demo

lab: $(VENV)/.run  ## open the newest case in JupyterLab
	@$(BIN)/inv lab

test: $(VENV)/.test  ## lint, types, and all tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@# The record's tests fork; a process that has started a Spark Connect server (gRPC) does not survive that.
	@$(BIN)/python -m pytest -n 2 --dist loadfile tests/ledger
	@$(BIN)/python -m pytest -n 2 --dist loadfile --ignore=tests/ledger

lint: $(VENV)/.test  ## lint and types alone
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

docs: $(VENV)/.test  ## make the generated tables of the README again
	@$(BIN)/cog -r README.md CONTRIBUTING.md

bench: $(VENV)/.test  ## measure everything, into benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks

lock: $(VENV)/.uv  ## resolve the dependencies again
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --all-extras pyproject.toml -o requirements-test.lock

clean:  ## remove what make made; cases stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build

$(VENV)/.uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is $$($(PYTHON) -V 2>&1); the kit needs Python 3.11 or newer."; \
	  echo "Say which to use: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv
	@touch $@

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/.uv
	@echo "Setting up $(VENV) ..."
	@test -e $(VENV)/.test || $(BIN)/uv pip install -q --require-hashes -r requirements.lock
	@$(BIN)/uv pip install -q --no-deps -e .
	@touch $@

$(VENV)/.test: requirements-test.lock pyproject.toml | $(VENV)/.uv
	@echo "Setting up $(VENV) with what the tests need ..."
	@$(BIN)/uv pip install -q --require-hashes -r requirements-test.lock
	@$(BIN)/uv pip install -q --no-deps -e .
	@touch $@
