# Two commands do everything on a machine with Python 3.11 and make: `make demo` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
AWS_VENV := .venv-aws
AWS_READY := $(AWS_VENV)/.ready

# The tests start hundreds of processes; without bytecode each of them compiles the whole package.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test contract faults schedules mutants soak takeover check format docs walk lock clean

demo: $(READY)
	$(BIN)/python -m reconciler demo

test: $(READY)
	$(BIN)/python -m pytest -n 2

# The contract suite over every kind, without what `make test` leaves out.
contract: $(READY)
	$(BIN)/python -m pytest -n 2 tests/contract tests/resources -m ""

# The fault matrix: every call of a pass with every fault, every field, every action of IAM, bad input, secrets.
# `make faults SAMPLE=500 SEED=7` plays a random part of it, `make faults ROWS="A B"` two rows. What was played with the same
# code is in .faults/results.jsonl: a run that was broken off goes on from there. `make faults SHARD=2/4` plays a part, on another
# machine say; `make faults ALSO="one.jsonl two.jsonl"` puts the results of parts together.
RESULTS ?= .faults/results.jsonl
PLAY = $(BIN)/python tests/faults $(if $(SAMPLE),--sample $(SAMPLE) $(if $(SEED),--seed $(SEED)), \
	--results $(RESULTS) $(foreach file,$(ALSO),--also $(file)) $(if $(SHARD),--shard $(SHARD),--write docs/reliability.md))

faults: $(READY)
	$(PLAY) $(foreach row,$(ROWS),--row '$(row)')

# Its random rows: 10,000 schedules of several faults, 5,000 initial states.
schedules: $(READY)
	$(PLAY) --row E --row F

# A hundred defects put into the engine and the kinds, one at a time: the matrix has to find them.
mutants: $(READY)
	$(BIN)/python tests/faults/mutate.py

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The tables of docs/sandbox.md and docs/coverage.md; the tests fail while these are out of date.
docs: $(READY)
	$(BIN)/python -m pytest -n 2 tests/sandbox/connect --record-codes
	$(BIN)/python -m reconciler.sandbox.coverage docs/sandbox.md
	$(BIN)/python tests/contract/cloudformation_schemas.py docs/coverage.md

# docs/sandbox-walk.md, by the unmodified AWS CLI.
walk: $(READY) $(AWS_READY)
	AWS_CLI=$(AWS_VENV)/bin/aws $(BIN)/python tests/sandbox/aws_cli/walk.py docs/sandbox-walk.md

# The daemon at work while somebody changes what it watches, and months of it on a virtual clock; docs/operations.md.
# `make soak SECONDS=60 DAYS=7` is a short one; DAYS=0 leaves out the months.
SECONDS ?= 600
DAYS ?= 90
soak: $(READY) $(AWS_READY)
	AWS_CLI=$(AWS_VENV)/bin/aws $(BIN)/python -m benchmarks.soak --seconds $(SECONDS) --days $(DAYS) \
		--write docs/operations.md

# Two daemons and one lease: the one at work is killed, the other is paused and wakes up again.
takeover: $(READY)
	$(BIN)/python -m benchmarks.takeover

# The exact versions that every other target installs, and of these what production needs; run it to move to newer ones.
lock: $(READY)
	$(BIN)/pip install --quiet "pip-tools>=7.6,<8"
	$(BIN)/pip-compile --quiet --extra dev --strip-extras --no-emit-find-links --no-emit-index-url --no-header --unsafe-package connect-reconciler \
		--output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --extra daemon --constraint requirements.lock --strip-extras --no-annotate \
		--no-emit-find-links --no-emit-index-url --no-header --output-file deploy/requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) $(AWS_VENV) build dist .faults *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $(READY)

# The AWS CLI, unmodified, in an environment of its own.
$(AWS_READY): Makefile
	$(PYTHON) -m venv $(AWS_VENV)
	$(AWS_VENV)/bin/pip install --quiet --disable-pip-version-check awscli==1.46.3
	touch $(AWS_READY)
