# Few targets, each does its own set-up. Needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# uv where it could be had, else pip: asked when a recipe runs, because uv arrives in one.
# A lock holds all there is to install, so nothing is resolved again (pip would stumble over extras).
# Where uv can't, as behind a proxy whose certificate it does not know, pip tries once more with the system's.
INSTALL = sh -c 'test -x $(BIN)/uv && $(BIN)/uv pip install -q "$$@" || $(BIN)/python -m pip install -q "$$@"' install
# The certificates that this machine trusts, by the name that each version of uv has for it.
export UV_SYSTEM_CERTS := true
export UV_NATIVE_TLS := true
# Where the browser tests look, in their order.
HAS_CHROMIUM = test -x "$${CHROMIUM:-/usr/bin/chromium}" || $(BIN)/python -c 'import os, sys; \
  from playwright.sync_api import sync_playwright; driver = sync_playwright().start(); \
  own = os.path.exists(driver.chromium.executable_path); driver.stop(); sys.exit(not own)'
# What a large allocation took goes back whole: else the heap of a worker that runs thousands of tests is in holes,
# and larger than any memory.
test: export MALLOC_MMAP_THRESHOLD_ := 1048576
# Tests of the record, of a notebook's cells, and those that start a database as a user of its own.
FORKING = tests/ledger tests/widgets tests/connect tests/case/test_several_people.py tests/case/test_intake.py
# Importing pandas takes three times as long where bytecode is never written.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH

.DEFAULT_GOAL := help
.PHONY: help demo test lint lab lock docs spark bench mutate clean

help:  ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.run  ## the main job on the sample incident, into cases/INC-2031
	@$(BIN)/inv demo

lab: $(VENV)/.run  ## open the newest case in JupyterLab
	@$(BIN)/inv lab

test: $(VENV)/.test  ## lint, types, and all tests
	@$(HAS_CHROMIUM) || { \
	  echo "There is no Chromium here, and the browser tests look at the page and the notebook in a real one."; \
	  echo "Looked for: CHROMIUM in the environment, /usr/bin/chromium, Playwright's own."; \
	  echo "On Debian and Ubuntu: apt-get install chromium fonts-dejavu-core."; \
	  echo "Elsewhere: $(BIN)/playwright install chromium."; exit 1; } >&2
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@# These fork, which a process does not survive that has started a Spark Connect server (gRPC), and has no memory
	@# for that has run thousands of tests.
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(FORKING)
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(FORKING:%=--ignore=%)

lint: $(VENV)/.test  ## lint and types alone
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

spark: $(VENV)/.test  ## what runs on Spark, on a real server: make spark SPARK_SERVER=sc://host:15002
	@test -n "$(SPARK_SERVER)" || { echo "Say where the server is: make spark SPARK_SERVER=sc://host:15002"; exit 1; } >&2
	@SPARK_SERVER=$(SPARK_SERVER) $(BIN)/python -m pytest -m spark tests/contracts tests/views tests/analyses tests/events

docs: $(VENV)/.test  ## make the generated tables of the README again
	@$(BIN)/cog -r README.md CONTRIBUTING.md

bench: $(VENV)/.test  ## measure everything, into benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks

mutate: $(VENV)/.test  ## put small faults into the rooms of trust, and see whether their tests notice
	@$(BIN)/python -m benchmarks.mutation

lock: $(VENV)/.uv  ## resolve the dependencies again
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --all-extras pyproject.toml -o requirements-test.lock

clean:  ## remove what make made; cases stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build

$(VENV)/.uv:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "There is no $(PYTHON) here. The kit needs Python 3.11 or newer."; \
	  echo "Say which to use: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; } >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is $$($(PYTHON) -V 2>&1). The kit needs Python 3.11 or newer."; \
	  echo "Say which to use: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; } >&2
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "$(PYTHON) could not make $(VENV); what it said stands above."; \
	  echo "On Debian and Ubuntu the missing part is the package python3-venv."; exit 1; } >&2
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv || \
	  echo "uv could not be had; pip sets up instead, which takes longer."
	@touch $@

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/.uv
	@echo "Setting up $(VENV) ..."
	@test $(VENV)/.test -nt requirements-test.lock || $(INSTALL) --no-deps --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps -e .
	@touch $@

$(VENV)/.test: requirements-test.lock pyproject.toml | $(VENV)/.uv
	@echo "Setting up $(VENV) with what the tests need ..."
	@$(INSTALL) --no-deps --require-hashes -r requirements-test.lock
	@$(INSTALL) --no-deps -e .
	@touch $@
