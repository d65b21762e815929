# `make` lists the targets. Everything installed lands in .venv/ and node_modules/, everything kept in var/.
PYTHON ?= python3
RUN := .venv/bin/python
NO_DATABASE := DATABASE_URL=postgres://nobody@localhost/none
DEPLOYED := $(NO_DATABASE) AFTERWORD_ENV=production SECRET_KEY=$$($(RUN) -c 'import secrets; print(secrets.token_urlsafe(50))') \
	ALLOWED_HOSTS=status.example.com PUBLIC_BASE_URL=https://status.example.com EMAIL_URL=smtp://localhost TRUSTED_PROXIES=1

.DEFAULT_GOAL := help
.PHONY: help setup demo run test coverage faults bench check fmt migrations clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.installed node_modules/.installed ## install everything (the other targets do it when needed)

demo: setup ## start everything with demo content; PORT=9000 asks for a port
	@exec $(RUN) -m config.demo

run: setup ## start a web server that reloads when a file changes
	@$(RUN) manage.py migrate --verbosity 1
	@DEBUG=yes exec $(RUN) manage.py runserver $(or $(PORT),8000)

test: $(if $(T)$(K),setup,check) ## all that CI runs; T=path and K=expression run some of the tests
	@$(RUN) -m pytest $(T) $(if $(K),-k "$(K)") $(if $(T)$(K),,--numprocesses auto --maxprocesses 4 --dist worksteal)

coverage: setup ## the tests again, saying which lines and branches they reach
	@$(RUN) -m pytest --cov --cov-report=term

faults: setup ## kill writers and databases at random steps, RUNS=3000 times; SEED=1 repeats what was seen
	@$(RUN) -m tests.faults.runner --runs $(or $(RUNS),3000) $(if $(SEED),--seed $(SEED))

bench: setup ## measure it beside nginx and beside itself; QUICK=1 only sees that all of it works, FULL=1 writes 100,000 incidents, ONLY=reading,memory
	@$(RUN) -m bench

check: setup ## linters, types, import rule, migrations, deployment settings
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	.venv/bin/lint-imports --no-logo
	@# The linter only: its formatter breaks block tags and inline elements where readers and browsers notice.
	.venv/bin/djlint templates --lint --quiet
	$(NO_DATABASE) $(RUN) -m mypy
	$(DEPLOYED) $(RUN) -W error manage.py check --deploy --fail-level WARNING
	$(RUN) manage.py makemigrations --check --dry-run --settings tests.settings
	@# All of these come before the first release: they widen a column, drop what no released version wrote, and add columns,
	@# indexes and links to tables that are small or have just been made.
	$(RUN) manage.py lintmigrations --include-apps accounts incidents jobs outbox --ignore-initial-migrations --warnings-as-errors --no-cache --quiet ok ignore --ignore-name 0004_before_it_goes_out 0006_drop_row_versions 0010_public_reader 0012_event_by_cause 0014_incidents_are_found_by_words 0015_promises_are_kept 0016_board_finds_promises 0019_incidents_are_found_by_time 0020_figures_read_indexes 0021_events_are_found_by_change 0022_windows_know_whether_they_count 0023_found_incidents_are_in_order 0024_events_know_their_first_publication --settings tests.settings

fmt: setup ## format the Python code and repair what the linter can
	$(RUN) -m ruff check --fix
	$(RUN) -m ruff format

migrations: setup ## write the migrations that the models ask for
	$(RUN) manage.py makemigrations --settings tests.settings

clean: ## remove all that can be made again; what people wrote in var/ stays
	rm -rf .venv node_modules var/static .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Debian's python3 comes without ensurepip unless python3-venv is installed; the system's pip can fill in for it.
.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"Afterword needs Python 3.11 or newer, but $(PYTHON) is " + sys.version.split()[0] + ": make setup PYTHON=python3.12")'
	@echo "Making .venv/"
	@rm -rf .venv
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 \
		|| { $(PYTHON) -m venv --clear --without-pip .venv && $(PYTHON) -m pip --python .venv/bin/python install --quiet pip; } 2>/dev/null \
		|| $(PYTHON) -m virtualenv --clear --quiet .venv 2>/dev/null \
		|| { rm -rf .venv; echo "No virtual environment can be made: install python3-venv (Debian, Ubuntu) or virtualenv." >&2; exit 1; }

.venv/.installed: requirements.txt requirements-dev.txt | .venv/bin/pip
	@echo "Installing the Python packages of requirements-dev.txt"
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

node_modules/.installed: package.json package-lock.json | .venv/.installed
	@command -v npm >/dev/null || { echo "Installing Node from PyPI, because npm is not on the PATH"; \
		$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.txt; }
	@echo "Installing the browser packages of package-lock.json"
	@PATH="$$PATH:$(CURDIR)/.venv/bin" npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@
