# Two commands do all: `make demo` shows it at work, `make test` proves it.
BIN := .venv/bin
SAMPLE := samples/practices
# The manual's theme would announce its successor at every build.
export NO_MKDOCS_2_WARNING := 1
# Hundreds of processes import the same modules: each is compiled once, whatever this shell says of that.
unexport PYTHONDONTWRITEBYTECODE

# A file of tests stays with one process, which builds once what its tests share.
BY_FILE := --dist loadfile --no-loadscope-reorder
# Most of the portal's tests wait for a server and a browser, so that more of them run than there are cores.
AT_ONCE := -n $(shell expr 2 '*' $$(nproc)) $(BY_FILE)
# These cover the core whole, and share little that would be built twice. The others run without watching it,
# which would take them half as long again.
CORE := tests/pure tests/data tests/reading tests/planning

# What the tests see of pages on one database, for those on the other: a page that is the same is looked at once.
LOOKS := $(CURDIR)/.pytest_cache/looks

# After the scores the demonstration shows the portal, until Ctrl-C; `make demo STAY=no` ends at once.
STAY := yes

.PHONY: all demo test check bench docs serve screenshots clean
all: .venv/ready

.venv/ready: scripts/setup pyproject.toml package-lock.json $(wildcard requirements/*.txt)
	@scripts/setup

.venv/tests-ready: .venv/ready scripts/setup-tests requirements/browser.txt requirements/s3.txt
	@scripts/setup-tests

.venv/spark-ready: .venv/ready scripts/setup-spark requirements/spark.txt
	@scripts/setup-spark

demo: .venv/ready                  ## an explained score of four invented practices, then the portal
	$(BIN)/mips-ia score $(SAMPLE)
	$(BIN)/mips-ia explain $(SAMPLE) --tin 000000024
	$(BIN)/mips-ia explain $(SAMPLE) --tin 000000009
	$(BIN)/mips-ia explain $(SAMPLE) --tin 000000030
	$(BIN)/mips-ia explain $(SAMPLE) --tin 000000001
	$(BIN)/mips-ia requirements --size 9
ifeq ($(STAY),yes)
	$(BIN)/mips-ia serve --demo
endif

test: check .venv/spark-ready .venv/tests-ready  ## everything: style, types, tests, coverage of the core, the manual
	$(BIN)/pytest -n auto --dist worksteal --cov --cov-report= $(CORE)
	$(BIN)/coverage report --include='src/mips_ia/*.py,src/mips_ia/reading/*' --fail-under=100
	rm -rf $(LOOKS)
	MIPS_IA_LOOKS=$(LOOKS) $(BIN)/pytest $(AT_ONCE) $(addprefix --ignore=,$(CORE))
	MIPS_IA_LOOKS=$(LOOKS) MIPS_IA_TEST_DATABASE=postgres $(BIN)/pytest $(AT_ONCE) tests/portal
	$(BIN)/mkdocs build --strict --quiet

check: .venv/ready                 ## style and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready .venv-bench/ready   ## ratios, taken in one run
	$(BIN)/python benchmarks/bench.py

.venv-bench/ready: requirements/bench.txt
	$(BIN)/python -m venv .venv-bench
	.venv-bench/bin/python -m pip install -q --no-deps --require-hashes -r requirements/bench.txt
	touch $@

docs: .venv/ready                  ## the manual, as a folder of pages: site/
	$(BIN)/mkdocs build --strict

screenshots: .venv/tests-ready     ## pictures of the portal's pages, some of which the manual shows
	$(BIN)/python scripts/screenshots

serve: .venv/ready                 ## the manual, on this machine only: port 8000
	$(BIN)/mkdocs serve --dev-addr 127.0.0.1:8000

clean:                             ## whatever was built
	rm -rf .venv .venv-bench node_modules site .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
