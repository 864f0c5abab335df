# One command each; `make demo` and `make test` are the two a newcomer needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MEMBERS := sdk core $(sort $(wildcard plugins/*))
STAMP := $(VENV)/.installed
export UV_NO_PROGRESS=1

.PHONY: demo run test check format bench promises docs lock assets clean

demo: $(STAMP)
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
