# Every command of the project. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
# What is compiled is kept, or every process of the tests would compile the project anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: list demo install test test-fast test-dags test-doors test-report test-analysts test-catalogue test-upkeep test-faults test-browser test-scheduler test-distributed test-long test-package check fix docs bench bench-large bench-england bench-others lock clean

list: ## list these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

SUPPORTED = $(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else \
    "This project needs Python 3.11, 3.12 or 3.13; %s is %d.%d. Run: make PYTHON=python3.12 ..." \
    % (sys.executable, *sys.version_info[:2]))'
# A lock is given twice, also as constraints (-c): for a name with extras, such as celery[redis], the
# pip of Python 3.11 else looks past the pin of the bare name.
PIP := -m pip --disable-pip-version-check

# The virtual environment, made anew when the lock or the project's metadata changes.
.venv/installed: requirements-dev.lock pyproject.toml setup.py
	@$(SUPPORTED)
	@echo "Installing into .venv (about a minute) ..."
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python $(PIP) install -qq --require-hashes -r requirements-dev.lock -c requirements-dev.lock
	@$(BIN)/python $(PIP) install -qq --no-deps --no-build-isolation --editable .
	@touch $@

# For a machine that runs nights: a folder for each release, so that a night under way keeps its
# own. The wheel is built from a copy, by the setuptools of the lock, in an environment of its own:
# a checkout's build/ could hold files that are gone. LOCK=requirements-celery.lock for Celery.
RELEASE = $(shell sed -n 's/^__version__ = "\(.*\)"/\1/p' etl/__init__.py)
PREFIX ?= /opt/csc-etl/$(RELEASE)
LOCK ?= requirements.lock

install: ## install what runs nights, no developers' tools, into PREFIX=/opt/csc-etl/<release>
	@$(SUPPORTED)
	@test ! -e "$(PREFIX)" || { echo "$(PREFIX) is there already, and a night may be running in it." \
	    "Give another folder: make install PREFIX=..." >&2; exit 1; }
	@echo "Installing into $(PREFIX) (about a minute) ..."
	@set -eu; umask 022; building=$$(mktemp -d); half="$(PREFIX)"; \
	trap 'rm -rf "$$building" $${half:+"$$half"}' EXIT; \
	cp -R etl sql expectations pyproject.toml setup.py README.md "$$building"; \
	sed -n '/^setuptools==/,/[^\\]$$/p' requirements-dev.lock > "$$building/builder.lock"; \
	$(PYTHON) -m venv "$$building/builder"; \
	"$$building/builder/bin/python" $(PIP) install -qq --require-hashes -r "$$building/builder.lock"; \
	"$$building/builder/bin/python" $(PIP) wheel -qq --no-deps --no-build-isolation \
	    --wheel-dir="$$building" "$$building"; \
	$(PYTHON) -m venv "$(PREFIX)"; \
	"$(PREFIX)/bin/python" $(PIP) install -qq --require-hashes -r $(LOCK) -c $(LOCK); \
	"$(PREFIX)/bin/python" $(PIP) install -qq --no-deps "$$building"/csc_etl-*.whl; \
	mkdir "$(PREFIX)/dags"; cp dags/*.py "$(PREFIX)/dags"; cp -R docs "$(PREFIX)"; \
	"$(PREFIX)/bin/python" -m compileall -q "$(PREFIX)/dags"; half=
	@echo "$$("$(PREFIX)/bin/csc-etl" --version) is $(PREFIX)/bin/csc-etl, its DAGs are in" \
	    "$(PREFIX)/dags. Next: $(PREFIX)/docs/deploy/README.md."

demo: .venv/installed ## load four nights of an invented council into warehouse.duckdb
	@$(BIN)/python -m etl.demo.nights

# What `make test` leaves to targets of their own. `make test LEFT=` runs all of these with the rest,
# as .ci/run does: what they share is then made once.
LEFT = analysts catalogue upkeep report doors

# Files of tests go to as many processes as there are cores, each whole to one, and those that look
# at the same nights to the same.
test: .venv/installed ## run every test but those of the targets named test-...
	$(BIN)/python -m pytest -n auto --dist loadfile \
	    -m "not planted and not long and not package and not dags and not browser and not scheduler \
	    and not distributed $(LEFT:%=and not %)"

test-dags: .venv/installed ## run the DAGs by Airflow within the tests, and a mail server beside it
	$(BIN)/python -m pytest -m "dags and not long"

test-doors: .venv/installed ## load nights through every door: files, returns, databases, SFTP, object stores
	$(BIN)/python -m pytest -n auto --dist loadfile -m "doors and not long"

test-report: .venv/installed ## make the monthly report and the work lists of many a council
	$(BIN)/python -m pytest -n auto --dist loadfile -m "report and not long"

test-analysts: .venv/installed ## ask what analysts ask, as each of them may, and export it
	$(BIN)/python -m pytest -n auto --dist loadfile -m "analysts and not long"

test-catalogue: .venv/installed ## load a night for each of many faults, causes and orders of nights
	$(BIN)/python -m pytest -n auto --dist loadfile -m "catalogue and not doors and not long"

test-upkeep: .venv/installed ## load again, take back, backfill, erase, purge, kill, fill up
	$(BIN)/python -m pytest -n auto --dist loadfile -m "upkeep and not long"

test-faults: .venv/installed ## plant faults in copies of the project: the specifications must notice
	$(BIN)/python -m pytest -n auto -m planted

test-browser: .venv/installed ## open the report in the machine's Chromium: three widths, keys, paper
	$(BIN)/python -m pytest -m browser

test-scheduler: .venv/installed ## run a night by a real Airflow: scheduler, triggerer, REST API, mail
	$(BIN)/python -m pytest -m scheduler

test-distributed: .venv/installed ## spread a night over Celery's workers and kill some (needs redis-server)
	$(BIN)/python -m pytest -m distributed -s

test-long: .venv/installed ## run the tests that take minutes: nights in any order, fifty kills, restoring a backup
	$(BIN)/python -m pytest -n auto --dist loadfile -m long

test-package: .venv/installed ## install the built wheel elsewhere and load two nights there
	$(BIN)/python -m pytest -m package

test-fast: .venv/installed ## run the tests that take seconds
	$(BIN)/python -m pytest -m "not slow and not analysts and not catalogue and not upkeep and not planted and not long \
	    and not dags and not doors and not browser and not scheduler and not distributed"

check: .venv/installed ## lint, types, the import contract, and that the docs are current
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m etl.reference_docs --check
	@cd tests && ../$(BIN)/python -m spec.page --check

fix: .venv/installed ## format, and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/installed ## write docs/reference/, docs/extract.md and, if every specification passes, docs/timescales/
	$(BIN)/python -m etl.reference_docs
	$(BIN)/python -m pytest -q tests/spec -m "not slow"
	@cd tests && ../$(BIN)/python -m spec.page

# Each keeps its figures in docs/performance.json and makes docs/performance.md of all that are kept.
# They fail where a goal is missed, once all is measured.
bench: .venv/installed ## measure nights, reports and doors beside the floor: docs/performance.md
	@cd tests && ../$(BIN)/python -m bench small golden postgresql large reports doors visits

bench-large: .venv/installed ## measure the night of a million children: half an hour and 4 GiB
	@cd tests && ../$(BIN)/python -m bench million

bench-england: .venv/installed ## measure nights among 150 authorities, and what ten nights leave: hours
	@cd tests && ../$(BIN)/python -m bench england

# In an environment of their own: none of it is ever beside the project.
build/bench-others/installed: tests/bench/others.txt
	@$(PYTHON) -m venv --clear build/bench-others
	@build/bench-others/bin/python $(PIP) install -qq -r tests/bench/others.txt
	@touch $@

bench-others: .venv/installed ## measure dlt, dbt snapshot and pandas on the same files (installs them)
	@if $(MAKE) -s build/bench-others/installed; then cd tests && ../$(BIN)/python -m bench others; \
	else echo "Skipped: what tests/bench/others.txt names cannot be installed here. It comes from a" \
	    "package registry." >&2; fi

# What a machine that runs nights needs; the same and what Celery needs; the same and the developers'
# tools. Later ones keep the pins of the first. A pin names no extras: pip takes none in constraints.
LOCKED := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-annotate --no-header --strip-extras

lock: ## write the requirements*.lock anew from pyproject.toml (needs uv)
	$(LOCKED) -o requirements.lock pyproject.toml
	$(LOCKED) -c requirements.lock --extra celery -o requirements-celery.lock pyproject.toml
	$(LOCKED) -c requirements.lock --extra celery --group pyproject.toml:dev \
	    -o requirements-dev.lock pyproject.toml

clean: ## remove what the demo and the tests made
	rm -rf demo reports/900 warehouse.duckdb warehouse.duckdb.* warehouse.restricted.duckdb
