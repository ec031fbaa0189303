# make run | serve | test | lint | bench | clean
#   PORT=8501               where the app listens
#   PROCESSES=2             how many processes `make serve` runs behind nginx
#   PYTHON=/path/to/python  which Python makes the environment (3.11, 3.12 or 3.13)
#   PYTEST_ARGS="-k map"    which tests, and how

PORT ?= 8501
PROCESSES ?= 2
PYTHON ?=
PYTEST_ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Not empty where another Python is asked for than the one that the environment was made with.
WHICH := -c 'import sys; print(sys.base_prefix, sys.version)'
OTHER := $(if $(PYTHON),$(shell [ ! -e $(BIN)/python ] || \
	[ "$$("$(PYTHON)" $(WHICH) 2>&1)" = "$$($(BIN)/python $(WHICH) 2>&1)" ] || echo other))
ANEW := $(if $(OTHER),anew)

.PHONY: run serve test lint bench clean anew

run: $(VENV)/installed
	@$(BIN)/python tools/port_is_free.py "$(PORT)"
	@$(BIN)/streamlit run app.py --server.port "$(PORT)"

serve: $(VENV)/installed-server
	@exec deploy/serve "$(PROCESSES)" "$(PORT)"

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# On an idle machine; half an hour. The tables go into benchmarks/README.md.
bench: $(VENV)/installed-dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A Python that has since gone leaves a broken link: then everything is made again.
anew:

$(BIN)/python: $(ANEW)
	@python="$$(sh tools/find_python "$(PYTHON)")" || exit 1; \
	rm -rf $(VENV); \
	echo "Making a virtual environment in $(VENV) with $$python"; \
	"$$python" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# One stamp for each list of packages: installing happens when the list has changed.
$(VENV)/installed: requirements.txt $(ANEW) | $(BIN)/python
	@echo "Installing the packages of requirements.txt (2.5 GB, some minutes the first time)"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/installed-server: deploy/requirements.txt $(VENV)/installed
	@echo "Installing the packages of deploy/requirements.txt"
	@$(PIP) -r deploy/requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed-server
	@echo "Installing the packages of requirements-dev.txt"
	@$(PIP) -r requirements-dev.txt
	@touch $@
