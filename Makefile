# Every target works on a machine with Python 3.11 or newer and make; lint, audit and vendor need npm, too.
PYTHON ?= python3
PORT ?= 8000
PY := .venv/bin/python
# Written by npm when it has installed what package-lock.json says.
NPM_TOOLS := node_modules/.package-lock.json
TEST_DIR := $(or $(LOCAL_DIR),.local/test)

export PORT
# A shell may have a HOST of its own, which is no wish: only the one given to make counts.
ifneq ($(origin HOST),command line)
unexport HOST
endif
export PYTHONUNBUFFERED := 1

.PHONY: help demo test lint bench simulate budgets messages vendor backup restore lock audit rehearse promises venv clean oracle

help:
	@echo "make demo [PORT=8000]   the portal with sample data, until Ctrl-C; HOST=0.0.0.0 shows it to others"
	@echo "make test               all tests, on real PostgreSQL and Valkey"
	@echo "make lint               ruff for Python, djlint and djade for templates, Biome for styles and scripts"
	@echo "make budgets            how the code reads, in figures"
	@echo "make bench [ONLY=name]  the figures of docs/benchmarks.md"
	@echo "make simulate [WORLD=name SEEDS=300 WRITE=1]   what the loop makes of worlds whose answers are known"
	@echo "make messages           bring the Chinese catalogues up to date and list what lacks"
	@echo "make backup FILE=x.tar  database and media into one file;  make restore FILE=x.tar [ERASED=list] [WITHDRAWN=list]"
	@echo "make promises           which test proves which promise, and what has none"
	@echo "make rehearse           every command of the image and the compose file, executed"
	@echo "make oracle             tables of tests/oracle anew, by other people's statistics (asks PyPI)"
	@echo "make audit              known weaknesses of the packages (asks PyPI and npm)"
	@echo "make vendor | lock | clean"

venv:
	@$(PYTHON) ops/bootstrap.py

demo: venv
	@exec $(PY) -m ops.supervisor

test: venv
	@LOCAL_DIR="$(TEST_DIR)" LOCAL_FSYNC=off $(PY) -m ops.local start
	@LOCAL_DIR="$(TEST_DIR)" $(PY) -m ops.tests $(ARGS); code=$$?; \
		LOCAL_DIR="$(TEST_DIR)" $(PY) -m ops.local stop; exit $$code

lint: venv $(NPM_TOOLS)
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m djlint --lint --quiet templates
	@find templates -name "*.html" | xargs .venv/bin/djade --target-version 5.2 --check
	@node_modules/.bin/biome check --error-on-warnings

$(NPM_TOOLS): package-lock.json
	@command -v npm >/dev/null || { echo "make lint needs npm: Biome checks styles and scripts." >&2; exit 1; }
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

budgets: venv
	@$(PY) -m ops.budgets $(ARGS)

bench: venv
	@$(PY) -m ops.local run $(PY) -m tests.bench $(ONLY)

simulate: venv
	@$(PY) -m ops.local run $(PY) manage.py simulate_loop --seeds $(or $(SEEDS),300) $(if $(WORLD),--world $(WORLD)) $(if $(WRITE),--write)

promises: venv
	@$(PY) -m ops.promises $(ARGS)

audit: venv
	@$(PYTHON) -m venv .local/audit && .local/audit/bin/pip install -q pip-audit
	@.local/audit/bin/pip-audit --require-hashes --disable-pip -r requirements.txt
	@.local/audit/bin/pip-audit --require-hashes --disable-pip -r requirements-dev.txt
	@mkdir -p .local/audit/npm && cp package.json .local/audit/npm/
	@cd .local/audit/npm && npm install --silent --package-lock-only --ignore-scripts && npm audit

oracle:
	@$(PYTHON) -m venv .local/oracle && .local/oracle/bin/pip install -q -r requirements-oracle.txt
	@.local/oracle/bin/python tests/oracle/compute.py

rehearse: venv
	@$(PY) -m ops.rehearsal

messages: venv
	@$(PY) -m ops.messages update
	@$(PY) -m ops.messages compile
	@$(PY) -m ops.messages missing

vendor: venv
	@$(PY) -m ops.vendor

backup: venv
	@$(PY) -m ops.backup save "$(FILE)"

restore: venv
	@$(PY) -m ops.backup restore "$(FILE)" "$(ERASED)" "$(WITHDRAWN)"

lock: venv
	@$(PY) -m piptools compile -q --generate-hashes --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header -o requirements.txt requirements.in
	@$(PY) -m piptools compile -q --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header -o requirements-dev.txt requirements-dev.in

clean:
	@if [ -x $(PY) ]; then $(PY) -m ops.local stop; LOCAL_DIR="$(TEST_DIR)" $(PY) -m ops.local stop; fi
	rm -rf .venv .local node_modules staticfiles .pytest_cache .ruff_cache .hypothesis htmlcov .coverage
