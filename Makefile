# One entry for everything; `make` alone lists the targets.

# Debian's own Python where it is whole: built with profiles, it runs all of this a tenth faster than one that was compiled without.
PYTHON ?= $(or $(shell /usr/bin/python3.11 -c 'import ensurepip; print("/usr/bin/python3.11")' 2>/dev/null),python3.11)
VENV := .venv
BIN := $(VENV)/bin
CARBON := $(BIN)/carbon-pipeline
HOME_DIR ?= .carbon
PYTEST_ARGS ?= -n auto --maxprocesses 4
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
CHROMIUM := $(firstword $(wildcard /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome))
FONT := $(firstword $(wildcard /usr/share/fonts/truetype/wqy/wqy-microhei.ttc))
ATOMIC := $(firstword $(wildcard /usr/lib/*/libatomic.so.1 /usr/lib*/libatomic.so.1))

# A folder of packages that pip is told of, where there is no network, is uv's too.
ifdef PIP_FIND_LINKS
export UV_FIND_LINKS := $(PIP_FIND_LINKS)
endif
ifdef PIP_NO_INDEX
export UV_NO_INDEX := 1
endif

# pip installs any lock here by itself; uv, when it can be had, does the same in a tenth of the time.
define install_lock
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes --compile-bytecode -r $(1) \
	|| $(BIN)/python -m pip install -q --require-hashes -r $(1)
endef

.DEFAULT_GOAL := help
.PHONY: help install demo serve test check lint types imports bench lock clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.runtime ## install the project into .venv from the lock

demo: $(VENV)/.runtime ## a district of 300 enterprises, everything run, and what to look at
	$(CARBON) demo --home $(HOME_DIR)

serve: $(VENV)/.runtime ## the operator's Dagster UI with sensors and schedules, on loopback
	$(CARBON) serve --home $(HOME_DIR)

test: $(VENV)/.dev $(VENV)/.browser ## every test; installs what they need, the browser included
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: lint types imports test ## exactly what CI runs: style, types, import rules, tests

lint: $(VENV)/.dev ## style: every rule of ruff, and the formatter
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.dev ## strict types
	$(BIN)/mypy

imports: $(VENV)/.dev ## which floor may import which
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/.dev ## measure against the bare limit and the peers
	$(CARBON) bench

lock: $(VENV)/.uv ## resolve the lock files anew
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header --no-annotate \
		--group build pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header --no-annotate \
		--group dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean: ## remove the environment and everything that tools left behind
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Debian keeps what makes an environment in a package of its own.
$(BIN)/python:
	$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(SUDO) apt-get update -q && $(SUDO) apt-get install -q -y --no-install-recommends python3.11-venv; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.uv: requirements-uv.txt | $(BIN)/python
	-$(BIN)/python -m pip install -q --require-hashes -r requirements-uv.txt
	@touch $@

$(VENV)/.runtime: requirements.txt pyproject.toml $(VENV)/.uv
	$(call install_lock,requirements.txt)
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q assets carbon_pipeline sensors
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	$(call install_lock,requirements-dev.txt)
	@touch $@

# Debian's Chromium, a font in which Chinese can be read, and a library that what drives the browser takes for granted.
$(VENV)/.browser: | $(BIN)/python
	$(if $(and $(CHROMIUM),$(FONT),$(ATOMIC)),,$(SUDO) apt-get update -q && $(SUDO) apt-get install -q -y --no-install-recommends chromium fonts-wqy-microhei libatomic1)
	@touch $@
