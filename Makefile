# Two commands do everything: `make demo` and `make test`. Both set up their own environment first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# What Python has compiled is kept, also where the surroundings say otherwise: a demo begins the bot some sixty times.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: tables sbom demo rehearsal test test-all clients lint setup bench clean

demo: $(READY)
	$(BIN)/python -m sandbox.play.demo

rehearsal: $(READY)
	$(BIN)/python -m sandbox.play.rehearsal

test: $(READY)
	$(BIN)/python -m pytest -q -n auto -m "not slow"

test-all: $(READY)
	$(BIN)/python -m pytest -q -n auto

# Other people's clients, which `make test-all` tries against the sandbox where they are installed.
clients:
	$(PYTHON) -m venv .venv-clients
	.venv-clients/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-clients.txt
	cd tests/clients/javascript && npm ci

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The tables of the pages that are made of the code; `make test` says when they are behind it.
tables: $(READY)
	$(BIN)/python docs/make_tables.py

# What the bot is made of, for a council's register of software (CycloneDX).
sbom: $(READY)
	$(BIN)/python docs/licences.py sbom.json

bench: $(READY)
	missed=0; for script in benchmarks/*.py; do $(BIN)/python $$script || missed=1; done; exit $$missed

setup: $(READY)

$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

clean:
	rm -rf $(VENV) .venv-clients tests/clients/javascript/node_modules demo rehearsal region var .pytest_cache .mypy_cache .ruff_cache
