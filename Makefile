# make demo    train one model on every engine (ENGINES=jax,torch limits them)
# make test    run the tests;  PYTEST_ARGS="-k dense -n 0" narrows them
# make check   lint, format, types, and the floors of ARCHITECTURE.md
# make bench   ratios against native loops and the reference (BENCH_ARGS="--quick")
# make bench-layers   layers against the engine's own and the reference
# make bench-augmentation   layers for images against the reference
# make bench-ops      what op calls cost, and what fused kernels gain
# make clean   remove the virtual environment and what was built

PYTHON ?= python3
VENV ?= .venv
ENGINES ?= jax,torch,tensorflow
PYTEST_ARGS ?= -n 2 --dist worksteal
BENCH_ARGS ?=
DEMO_ARGS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
INPUTS := pyproject.toml constraints.txt tricorn/_version.py
comma := ,
DEMO_STAMP := $(VENV)/.demo-$(subst $(comma),-,$(ENGINES))

# One thread per engine while several test processes run, and no chatter from TensorFlow.
export TF_CPP_MIN_LOG_LEVEL := 3

.PHONY: demo test check bench bench-layers bench-augmentation bench-ops clean format
.DEFAULT_GOAL := demo

demo: $(DEMO_STAMP)
	$(BIN)/tricorn demo --engines $(ENGINES) $(DEMO_ARGS)

test: $(VENV)/.test
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/pyright

format: $(VENV)/.lint
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks.run $(BENCH_ARGS)

bench-layers: $(VENV)/.test
	$(BIN)/python -m benchmarks.layers $(BENCH_ARGS)

bench-augmentation: $(VENV)/.test
	$(BIN)/python -m benchmarks.augmentation $(BENCH_ARGS)

bench-ops: $(VENV)/.test
	$(BIN)/python -m benchmarks.op_calls
	$(BIN)/python -m benchmarks.kernels

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# A stamp per set of extras: the second run installs nothing.
$(DEMO_STAMP): $(INPUTS) | $(BIN)/python
	$(PIP) -e ".[demo,$(ENGINES)]"
	@touch $@

$(VENV)/.test $(VENV)/.lint: $(INPUTS) | $(BIN)/python
	$(PIP) -e ".[$(subst .,,$(notdir $@))]"
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .import_linter_cache tricorn-demo
