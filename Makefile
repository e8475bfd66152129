# Two commands matter: `make run` and `make test`. Each works from a bare clone.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000
BIND ?= 127.0.0.1

.PHONY: run bench visibility serving eval faults test check lint types layers browser-tools nginx clean
.DEFAULT_GOAL := help

help:
	@echo "make run    set up if needed, load the samples into an empty archive, serve on $(BIND):$(PORT)"
	@echo "make test   lint, types, layers and all tests"
	@echo "make faults the index under faults, the long form (half an hour)"
	@echo "make check  lint, types and layers only"
	@echo "make eval   how well search ranks, on ../shared (some minutes)"
	@echo "make bench  measure against other engines (bench/)"
	@echo "make visibility  how soon what is published is found (bench/)"
	@echo "make serving     what clients that hold the server cost others, without and with nginx (bench/)"

$(VENV)/.runtime: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.development: requirements.txt requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.runtime

run: export ARCHIVE_PUBLIC ?= 1
run: $(VENV)/.runtime
	$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	$(BIN)/python manage.py migrate --noinput --verbosity 0
	$(BIN)/python manage.py create_first_admin
	$(BIN)/python manage.py load_samples
	$(BIN)/python manage.py update_index || echo "索引未能更新，原因见上；阅读、上传和审核不受影响。"
	@echo "正在启动：http://$(BIND):$(PORT)/"
	BIND=$(BIND) PORT=$(PORT) $(BIN)/gunicorn --config archive/gunicorn.py archive.wsgi

# Builds, queries and the site over HTTP, beside stock haystack, SQLite FTS5 and tantivy: hours, of an idle machine.
# BENCH takes other options: make bench BENCH="--sizes 10000 --only served" (python -m bench.run --help).
BENCH ?= --sizes 1000 10000 50000
bench: $(VENV)/.runtime
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	$(BIN)/python -W ignore -m bench.run $(BENCH)

# How soon a publish is found by every worker at 10,000 articles, also during bulk work; some ten minutes of an idle machine.
visibility: $(VENV)/.runtime
	$(BIN)/python -W ignore -m bench.visibility

# What others wait while clients hold the server; some half hour of an idle machine. With wrk and nginx, where installed.
# SERVING takes other options: make serving SERVING="--setups 64k0 --rounds 1".
SERVING ?=
serving: $(VENV)/.runtime
	$(BIN)/python -W ignore -m bench.serving $(SERVING)

browser-tools:
	@.ci/browser-tools

nginx:
	@.ci/nginx $(VENV)/nginx

check: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	if [ -x $(BIN)/hadolint ]; then $(BIN)/hadolint Dockerfile; else echo "hadolint: not to be had on this machine"; fi

test: check browser-tools nginx
	$(BIN)/python manage.py makemigrations --check --dry-run --verbosity 0
	$(BIN)/python -m pytest -n 2

# ARCHIVE_FAULTS_SEED gives other faults than the last time.
faults: $(VENV)/.development
	ARCHIVE_FAULTS=long $(BIN)/python -m pytest -n 0 -o faulthandler_timeout=7200 tests/faults

eval: $(VENV)/.development
	$(BIN)/python -m bench.eval

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
