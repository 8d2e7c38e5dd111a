# The commands of the contract. Everything is installed into .venv and node_modules.
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/bash
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: setup setup-tests run test test-slow check audit bench

setup:
	@.ci/setup

setup-tests:
	@.ci/setup tests

run: setup
	@tta init
	@tta demo --if-empty
	@tta serve --port $(PORT)

test: setup-tests
	@.ci/test -m "not slow" -n 2

test-slow: setup-tests
	@.ci/test -m slow || [ $$? = 5 ]

check: setup-tests
	ruff check .
	ruff format --check ttaplatform tests static
	mypy
	lint-imports --no-cache
	djlint templates --lint --quiet

audit: setup-tests
	pip-audit --strict --skip-editable

bench: setup-tests
	python -m tests.bench
