# `make` on its own lists what there is; every target prepares what it needs first.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test check bench chaos format lock clean

help:  ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/ready  ## Try the tool beside a pretend LMS at http://lms.localhost:8000
	$(BIN)/ltitool demo

test: $(VENV)/ready-to-test  ## Run every check: style, types, architecture, pages, behaviour
	tests/services.sh
	$(MAKE) --no-print-directory check
	$(BIN)/pytest -n auto --cov --quiet

check: $(VENV)/ready-to-test  ## Run only the checks that need no database and no browser
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet ltitool

bench: $(VENV)/ready-to-test  ## Measure launches and scores beside bare PyLTI1p3, a class of 3,000, a busy talk
	tests/services.sh
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.scores
	$(BIN)/python -m tests.bench.classes
	$(BIN)/python -m tests.bench.talk

chaos: $(VENV)/ready-to-test  ## Let everything fail for 20 minutes; every grade must arrive
	tests/services.sh
	$(BIN)/python -m tests.chaos

format: $(VENV)/ready-to-test  ## Put the code into the house style
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

lock: $(VENV)/ready-to-test  ## Choose the newest versions and write both lock files again
	$(PIP) uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --upgrade --python-version 3.11 pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --upgrade --python-version 3.11 --extra dev --constraint requirements.lock pyproject.toml --output-file tests/requirements.lock

clean:  ## Forget everything that can be made again
	rm -rf $(VENV) .demo .*_cache .import_linter_cache .coverage* .hypothesis dist build

# A lock is whole, so nothing is left to resolve; pip's resolver would look past it at extras such as coverage[toml].
# hatchling is in the test lock only; an editable install needs it, so pip fetches it as it is pinned there.
$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV) || { echo "Python 3.11 or newer with its venv module is needed: apt-get install python3-venv"; exit 1; }
	$(PIP) --require-hashes --no-deps --requirement requirements.lock
	$(PIP) --no-deps --editable .
	touch $@

$(VENV)/ready-to-test: tests/requirements.lock $(VENV)/ready
	$(PIP) --require-hashes --no-deps --requirement tests/requirements.lock
	$(PIP:install=check)
	touch $@
