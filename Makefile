# Each target sets up what it needs in .venv; nothing else on the machine is touched.
PYTHON ?= python3
STORE ?= .kg
PART ?= development
RELEASES ?= releases
KG = .venv/bin/kg
export KG_STORE = $(STORE)

.PHONY: run test bench quality build release wheel clean

run: .venv/ready
	$(KG) build && $(KG) check && $(KG) answers && $(KG) serve

test: .venv/ready
	.venv/bin/ruff check && .venv/bin/ruff format --check && .venv/bin/mypy && .venv/bin/pytest -n auto --dist loadgroup

bench: .venv/ready
	for what in load questions validate lookup extract build export serve; do .venv/bin/python -m tests.benchmarks.bench_$$what || exit 1; done

quality: .venv/ready
	.venv/bin/python -m tests.gold.quality --part $(PART)

build: .venv/ready
	$(KG) build

release: .venv/ready
	test -e $(STORE)/CURRENT || $(KG) build
	$(KG) release $(RELEASES)

wheel: .venv/ready
	.venv/bin/python -m build --wheel

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --upgrade pip
	.venv/bin/python -m pip install --quiet --editable '.[dev]'
	touch $@

clean:
	rm -rf .venv $(STORE) dist build
