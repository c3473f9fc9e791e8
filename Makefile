# Two commands do everything on a machine with Python 3.11 and make: `make demo` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The demo needs less than the tests, and takes what is there.
DEMO_READY := $(or $(wildcard $(READY)),$(VENV)/.demo-ready)
AWS_VENV := .venv-aws
AWS_READY := $(AWS_VENV)/.ready
SCHEMATHESIS_VENV := .venv-schemathesis
SCHEMATHESIS_READY := $(SCHEMATHESIS_VENV)/.ready
DOCS_VENV := .venv-docs
DOCS_READY := $(DOCS_VENV)/.ready
MUTATION_VENV := .venv-mutation
MUTATION_READY := $(MUTATION_VENV)/.ready
LOCK_VENV := .venv-lock
STAFF := lambda_src/staff_integration
WHEEL_VENV := .venv-wheel
QUIET := --quiet --disable-pip-version-check
LOCKED := $(QUIET) --require-hashes --requirement
# Into the cache of `reconciler`, so that neither the demo nor a test fetches anything.
FUNCTIONS := connect_handler stamp_rally_api
FETCH_WHEELS := for each in $(FUNCTIONS); do $(BIN)/python -m reconciler.wheels lambda_src/$$each.lock 3.13 x86_64 || exit 1; done

# The tests start hundreds of processes; without bytecode each of them compiles the whole package.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test coverage contract faults schedules mutants mutation soak takeover check format docs openapi schemathesis staff-demo staff-package site wheel wheels walk lock clean

demo: $(DEMO_READY)
	@echo "Running the demo: stacks in the sandbox."
	@$(BIN)/python -m reconciler demo

# With COVER=1 most folders are measured for `make coverage`, and the contract suite of four kinds. The suite and the fault matrix play
# the same code again for every kind; measured as a whole they take more than twice their time (branches, C tracer).
UNMEASURED := tests/contract tests/faults
MEASURED := $(filter-out $(UNMEASURED) tests/example_package tests/packaging %.py %__pycache__,$(wildcard tests/*))
MEASURED_KINDS := lambda.function or cloudwatch or ec2 or apigateway or iam.policy
# A process that is done takes tests from the other one.
PYTEST := -m pytest -n 2 --dist worksteal
test: $(READY)
ifdef COVER
	rm -f .coverage .coverage.*
	$(BIN)/coverage run $(PYTEST) $(MEASURED)
	$(BIN)/coverage run $(PYTEST) tests/contract -k "$(MEASURED_KINDS)"
	$(BIN)/python $(PYTEST) tests/contract -k "not ($(MEASURED_KINDS))"
	$(BIN)/python $(PYTEST) tests/faults
else
	$(BIN)/python $(PYTEST)
endif

# In percent of lines and branches: the code without the sandbox, and all of it.
COVERED := 95
COVERED_WITH_SANDBOX := 90
# How much of the engine and of the sandbox the last `make test COVER=1` has reached, lines and branches, subprocesses included.
coverage: $(READY)
	@[ -z "$(wildcard .coverage.*)" ] || $(BIN)/coverage combine --quiet
	@[ -e .coverage ] || { echo "nothing is measured yet: run make test COVER=1"; exit 1; }
	$(BIN)/coverage report --skip-covered --omit '*/sandbox/*' --fail-under $(COVERED)
	$(BIN)/coverage report --skip-covered --fail-under $(COVERED_WITH_SANDBOX)

# The contract suite over every kind and the whole walks with the AWS CLI: with all that `make test` leaves out.
contract: $(READY)
	$(BIN)/python -m pytest -n 2 tests/contract tests/resources tests/sandbox/test_sandbox_walk.py tests/sandbox/test_lightsail_walk.py \
		tests/end_to_end/test_export_account_round_trip.py tests/end_to_end/test_platform_story.py \
		tests/end_to_end/test_rally_by_hand.py tests/end_to_end/test_staff_by_hand.py tests/end_to_end/test_channels.py \
		tests/faults/test_fields_come_back.py -m ""

# The fault matrix: every call of a pass with every fault, every field, every action of IAM, bad input, secrets.
# `make faults SAMPLE=500 SEED=7` plays a random part of it, `make faults ROWS="call_faults read_faults"` two rows. What was
# played with the same code is in .faults/results.jsonl: a run that was broken off goes on from there. `make faults SHARD=2/4`
# plays a part, on another machine say; `make faults ALSO="one.jsonl two.jsonl"` puts the results of parts together.
RESULTS ?= .faults/results.jsonl
PLAY = $(BIN)/python -m tests.faults $(if $(SAMPLE),--sample $(SAMPLE) $(if $(SEED),--seed $(SEED)), \
	--results $(RESULTS) $(foreach file,$(ALSO),--also $(file)) $(if $(SHARD),--shard $(SHARD),--write docs/reliability.md))

faults: $(READY)
	$(PLAY) $(foreach row,$(ROWS),--row $(row))

# Its random rows: 10,000 schedules of several faults, 5,000 initial states.
schedules: $(READY)
	$(PLAY) --row random_faults --row random_states

# Defects against each promise, put into the engine and the kinds one at a time: the matrix has to find them.
mutants: $(READY)
	$(BIN)/python -m tests.faults.mutate

# Small defects that a library makes in the engine: a random sample, each played by the tests that run its line. What was played
# is in .mutation: a run that was broken off goes on from there.
mutation: $(READY) $(MUTATION_READY)
	$(BIN)/python -m tests.mutation --generator $(MUTATION_VENV)/bin/python $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	for stack in $(dir $(wildcard desired_state/*/stack.yaml)) deploy/desired_state deploy/github/stack; do $(BIN)/python -m reconciler fmt --check $$stack || exit 1; done

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The tables of docs/sandbox.md and docs/coverage.md; the tests fail while these are out of date.
docs: $(READY)
	$(BIN)/python -m pytest -n 2 tests/sandbox/connect --record-codes
	$(BIN)/python -m reconciler.sandbox.coverage docs/sandbox.md
	$(BIN)/python -m reconciler.testing.cloudformation docs/coverage.md

# The staff application between its two simulators, on the loopback.
staff-demo: $(READY)
	@$(BIN)/python -m tests.staff_integration.demo

# The release of the staff application for its server, in dist/; it says the SHA-256 by which the stack names it.
staff-package: $(READY)
	@PYTHONPATH=deploy/staff-integration $(BIN)/python -m staff_package build

# The OpenAPI document of the stamp rally, from the routes of its function; a test fails while the file is out of date.
openapi: $(READY)
	PYTHONPATH=lambda_src/stamp_rally_api $(BIN)/python -m stamp_rally_api.openapi desired_state/stamp_rally/api/openapi.json

# An OpenAPI client that knows nothing but the document: 2,000 requests to the API of the stamp rally in the sandbox, and 2,000 to that
# of the staff application, with the token of each role.
REQUESTS ?= 2000
schemathesis: $(READY) $(SCHEMATHESIS_READY)
	$(BIN)/python -m benchmarks.rally_client --client $(SCHEMATHESIS_VENV)/bin/st --requests $(REQUESTS) $(if $(SEED),--seed $(SEED))
	$(BIN)/python -m benchmarks.staff_client --client $(SCHEMATHESIS_VENV)/bin/st --requests $(REQUESTS) $(if $(SEED),--seed $(SEED))

# docs/sandbox-walk.md, by the unmodified AWS CLI.
walk: $(READY) $(AWS_READY)
	AWS_CLI=$(AWS_VENV)/bin/aws $(BIN)/python -m tests.sandbox.aws_cli.walk docs/sandbox-walk.md

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

# The site of docs/ in the folder site; a broken link or a page that nothing lists ends it.
site: $(DOCS_READY)
	NO_MKDOCS_2_WARNING=1 $(DOCS_VENV)/bin/mkdocs build --strict --quiet

# The wheel in dist/: it holds all files of the package and nothing else, and the demo runs from it, in an empty environment.
wheel:
	rm -rf dist build $(WHEEL_VENV)
	$(PYTHON) -m venv $(WHEEL_VENV)
	$(WHEEL_VENV)/bin/pip wheel $(QUIET) --no-deps --wheel-dir dist .
	$(WHEEL_VENV)/bin/python tests/packaging/wheel.py dist/*.whl
	$(WHEEL_VENV)/bin/pip install --no-compile $(LOCKED) requirements-demo.lock
	$(WHEEL_VENV)/bin/pip install $(QUIET) --no-deps dist/*.whl
	$(WHEEL_VENV)/bin/pip check --disable-pip-version-check
	cd "$$(mktemp -d)" && "$(CURDIR)/$(WHEEL_VENV)/bin/reconciler" demo

# The packages of the layers of functions; setting up fetches them too.
wheels: $(READY)
	$(FETCH_WHEELS)

# The exact versions that every other target installs, with the hashes of their files; run it to move to newer ones.
# All of them first, with those of the staff application; then what the demo, production, the site and `make mutation` need of these.
COMPILE = $(LOCK_VENV)/bin/pip-compile --quiet --generate-hashes --strip-extras --no-header --no-emit-find-links --no-emit-index-url \
	--unsafe-package connect-reconciler
lock:
	$(PYTHON) -m venv $(LOCK_VENV)
	$(LOCK_VENV)/bin/pip install $(QUIET) pip-tools==7.6.2
	$(COMPILE) --extra dev --output-file requirements.lock pyproject.toml $(STAFF)/pyproject.toml
	$(COMPILE) --extra sandbox --constraint requirements.lock --output-file requirements-demo.lock pyproject.toml
	$(COMPILE) --extra docs --constraint requirements.lock --output-file requirements-docs.lock pyproject.toml
	$(COMPILE) --extra mutation --constraint requirements.lock --output-file requirements-mutation.lock pyproject.toml
	echo aws-lambda-powertools | $(COMPILE) --constraint requirements.lock --no-annotate --output-file lambda_src/connect_handler.lock -
	printf "aws-lambda-powertools\npydantic\n" | $(COMPILE) --constraint requirements.lock --no-annotate \
		--output-file lambda_src/stamp_rally_api.lock -
	$(COMPILE) --constraint requirements.lock --no-annotate --output-file $(STAFF)/requirements.lock $(STAFF)/pyproject.toml
	$(COMPILE) --extra daemon --constraint requirements.lock --no-annotate --output-file deploy/requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) $(AWS_VENV) $(SCHEMATHESIS_VENV) $(DOCS_VENV) $(MUTATION_VENV) $(LOCK_VENV) $(WHEEL_VENV) build dist site .faults .mutation \
		*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*

$(READY): requirements.lock pyproject.toml
	@echo "Creating the environment $(VENV) for tests and checks"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing the packages of requirements.lock into $(VENV)"
	@$(BIN)/pip install $(LOCKED) requirements.lock
	@echo "Installing reconciler and the staff application themselves, editable"
	@$(BIN)/pip install $(QUIET) --no-deps --editable . --editable $(STAFF)
	@echo "Fetching the packages of the layers of functions"
	@$(FETCH_WHEELS)
	@touch $(READY)

# Without bytecode of what the demo never imports, which takes as long as the rest; it runs from this folder.
$(VENV)/.demo-ready: requirements-demo.lock
	@echo "1/2 Creating the environment $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv $(VENV)
	@echo "2/2 Installing the packages of requirements-demo.lock into $(VENV); this takes half a minute"
	@$(BIN)/pip install --no-compile $(LOCKED) requirements-demo.lock
	@$(FETCH_WHEELS)
	@touch $@

$(DOCS_READY): requirements-docs.lock
	$(PYTHON) -m venv $(DOCS_VENV)
	$(DOCS_VENV)/bin/pip install $(LOCKED) requirements-docs.lock
	touch $(DOCS_READY)

$(MUTATION_READY): requirements-mutation.lock
	$(PYTHON) -m venv $(MUTATION_VENV)
	$(MUTATION_VENV)/bin/pip install $(LOCKED) requirements-mutation.lock
	touch $(MUTATION_READY)

# The AWS CLI, unmodified, in an environment of its own.
$(AWS_READY): Makefile
	$(PYTHON) -m venv $(AWS_VENV)
	$(AWS_VENV)/bin/pip install $(QUIET) awscli==1.46.3
	touch $(AWS_READY)

# Schemathesis, in an environment of its own: it brings packages that nothing else needs.
$(SCHEMATHESIS_READY): Makefile
	$(PYTHON) -m venv $(SCHEMATHESIS_VENV)
	$(SCHEMATHESIS_VENV)/bin/pip install $(QUIET) schemathesis==4.32.5
	touch $(SCHEMATHESIS_READY)
