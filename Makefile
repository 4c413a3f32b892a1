# Two commands need no other: `make links` runs the main job on data/, `make test` runs all tests. Each sets up what it needs.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help links test lint docs notebooks clean

help:
	@echo "make links      related links for data/ into related-links.json"
	@echo "make test       style, types, layers, spelling and all tests"
	@echo "make lint       style, types, layers and spelling alone"
	@echo "make docs       the documentation as a site in build/docs"
	@echo "make notebooks  run the notebooks and save them with their outputs"
	@echo "make clean      remove what these made"

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.11" >&2; exit 2; }
	@echo "Setting up .venv (a few minutes the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@# Compiling torch and others takes more than a minute, or half of it where it is shared among processes.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt --editable '.[dev]'
	@$(BIN)/python -m compileall -qq -j 0 .venv >/dev/null 2>&1 || true
	@touch $@

links: $(READY)
	@echo "Proposing related links for data/"
	@$(BIN)/recommender links data -o related-links.json

test: $(READY) lint
	@echo "Running the tests"
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder
	@echo "All tests ran; the lines above say what was skipped and why."

lint: $(READY)
	@echo "Checking style, types, layers and spelling"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@if grep -q '^\[tool.importlinter\]' pyproject.toml || test -f .importlinter; then $(BIN)/lint-imports --no-cache; fi
	@$(BIN)/codespell

docs: $(READY)
	@echo "Building the documentation in build/docs"
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

notebooks: $(READY)
	@echo "Running the notebooks and saving them with their outputs"
	@$(BIN)/python notebooks/save.py

clean:
	rm -rf .venv build dist related-links.json .pytest_cache .mypy_cache .ruff_cache .hypothesis
