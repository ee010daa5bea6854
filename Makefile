# Everything a person types. `make run` and `make test` install what they need.
HEARD = .venv/bin/heard
PYTEST = .venv/bin/pytest

.PHONY: run test bench bench-nlu chaos load talk-eval train lint pictures setup

run: setup
	@exec $(HEARD) up --demo

test:
	@scripts/setup --test
	@.venv/bin/ruff check .
	@.venv/bin/python scripts/licences.py >/dev/null
	@bot/.venv/bin/python scripts/licences.py >/dev/null
	@bot/.venv/bin/python -m pytest bot/tests
	@$(PYTEST) tests/browser tests/chaos tests/conversations
	@$(PYTEST) --numprocesses auto --dist loadfile tests/integration tests/migrations tests/unit

bench: setup
	@.venv/bin/python -m benchmarks
	@.venv/bin/python -m benchmarks.inbox

chaos: setup
	@.venv/bin/python -m benchmarks.chaos $(OPTIONS)

load: setup
	@.venv/bin/python -m benchmarks.load $(OPTIONS)

bench-nlu: setup
	@.venv/bin/python -m benchmarks.nlu $(FILE)

train: setup
	@$(HEARD) train

lint: setup
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .

setup:
	@scripts/setup

talk-eval: setup
	@.venv/bin/python -m benchmarks.talk_eval $(FILE)

pictures: setup
	@.venv/bin/python -m scripts.pictures

catalogue: setup
	@.venv/bin/python -m heard.catalogue
