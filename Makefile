# Two commands: `make demo` shows it, `make test` proves it. Both set up what they need and can be run again.
SHELL := /usr/bin/env bash
FIRN_CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/firn
export FIRN_DEV_DIR ?= $(FIRN_CACHE)/dev
ifeq ($(CI),true)
# CI starts from a fresh clone; compiled dependencies may outlive it.
export CARGO_TARGET_DIR ?= $(FIRN_CACHE)/target
endif
FIRN := $(or $(CARGO_TARGET_DIR),target)/debug/firn

.PHONY: demo console shots test check soak bench history-bench backtest-bench replay-bench commits-bench pii-bench oracle fuzz dist export-torture export-bench

demo: ## a real agent session, recorded, replayed and verified
	@tests/provision.sh demo
	@$(MAKE) --no-print-directory console || echo "going on without the console: the terminal shows the same"
	@echo "building firn (the first time takes some minutes)"
	@cargo build --workspace --locked --quiet
	@FIRN=$(FIRN) deploy/demo/run.sh

console: console/built/index.html ## the page for people, built into the next binary; needs Node 20.19 or later

# Not `npm ci`, which refuses the lock where a registry lacks a package that is optional and for Windows.
console/node_modules/.made: console/package-lock.json
	@command -v npm >/dev/null || { echo "npm is not installed: the console needs Node 20.19 or later"; exit 1; }
	@echo "fetching what the console is built with"
	@cd console && npm install --no-save --silent --no-audit --no-fund && touch node_modules/.made

console/built/index.html: console/node_modules/.made console/index.html console/vite.config.ts $(shell find console/src console/public -type f 2>/dev/null)
	@cd console && npm run --silent build -- --logLevel warn && touch built/index.html

shots: console ## a picture of each page, both themes and widths, in SHOTS (target/shots unless said)
	@tests/provision.sh test
	@shots="$(abspath $(or $(SHOTS),$(or $(CARGO_TARGET_DIR),target)/shots))"; mkdir -p "$$shots" && FIRN_SHOTS="$$shots" \
	  cargo test --workspace --locked --test it -- people::people_find_replay --nocapture && echo "$$shots"

check: console ## format, lints, licences
	cd console && npm run --silent check && npm run --silent api -- --check && npm test --silent && npm run --silent size
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	@deny="$(FIRN_DEV_DIR)/deny/bin"; if PATH="$$deny:$$PATH" command -v cargo-deny >/dev/null; \
	then PATH="$$deny:$$PATH" cargo deny --locked check bans licenses sources; \
	else echo "cargo-deny is not installed: skipping the licence check (tests/provision.sh test installs it)"; fi

test: ## everything: lints, unit tests, real Kafka, real S3, real drivers
	@tests/provision.sh test
	@$(MAKE) --no-print-directory check
	@tests/run.sh

soak: ## sessions on real Kafka and S3 with compaction, retention and two query nodes while all are killed and paused; ROUNDS=20 unless said
	@tests/provision.sh test
	cargo build --workspace --locked --bins --example tell
	@FIRN=$(FIRN) python3 tests/soak/soak.py --rounds $${ROUNDS:-20}

export-torture: RELEASE := $(or $(CARGO_TARGET_DIR),target)/release
export-torture: ## a million events through real receivers while the exporter is killed and receivers restart; EVENTS=20000 KILLS=5 takes minutes
	@tests/provision.sh test
	cargo build --workspace --locked --release --bins --examples
	@FIRN=$(RELEASE)/firn FIRN_TELL=$(RELEASE)/examples/tell tests/export/run.sh torture --events $${EVENTS:-1000000} --exporter-kills $${KILLS:-50}

export-bench: ## what exporting costs beside an OpenTelemetry Collector, and what ten sinks hold, in one run; EVENTS=200000 unless said, DEAD_MINUTES=60 for a sink that is dead for an hour; needs Go
	@tests/provision.sh test
	cargo build --workspace --locked --release --bins --examples
	@tests/export/run.sh bench --events $${EVENTS:-200000} --dead-minutes $${DEAD_MINUTES:-0}

bench: ## gateway overhead against a direct connection and a bare pass-through, in one run
	@tests/provision.sh test
	cargo build --workspace --locked --release --examples --bins
	@tests/bench/run.sh

history-bench: ## what questions about recorded history cost alone and with 8 auditors at once, what the record takes on disk, what recording costs, and how soon what was acknowledged is seen, beside DuckDB in one run; STATEMENTS=20000 unless said
	@tests/provision.sh test
	cargo build --workspace --locked --release --examples
	@tests/bench/questions/run.sh --statements $${STATEMENTS:-20000}

backtest-bench: ## what a backtest costs, under the same policy and under one with a rule more; STATEMENTS=1000000 unless said
	cargo build --workspace --locked --release --examples --bins
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && target=$${CARGO_TARGET_DIR:-target}/release && \
	"$$target/examples/backtest" --statements $${STATEMENTS:-1000000} --folder "$$folder" --firn "$$target/firn"

replay-bench: ## a long session in a real browser: first moment, seeks, rows of a large result, memory; STATEMENTS=10000 ROWS=1000000 unless said
	@tests/provision.sh test
	@$(MAKE) --no-print-directory console
	@FIRN_STATEMENTS=$${STATEMENTS:-10000} FIRN_ROWS=$${ROWS:-1000000} \
	  cargo test --workspace --locked --release --test it -- replay::a_long_session --nocapture

commits-bench: ## what a commit costs after 20,000 small ones, with sealing and compaction at work, and the bytes of it and what questions take beside large commits'; COMMITS=20000 unless said
	cargo build --workspace --locked --release --examples
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	  $(or $(CARGO_TARGET_DIR),target)/release/examples/commits --folder "$$folder" --commits $${COMMITS:-20000}

pii-bench: ## detectors on an exam they had not seen, beside Microsoft Presidio, and speed on one core
	@access/tests/presidio/run.sh

dist: ## what is shipped: stripped release binary, symbols beside it, man pages, completions, unit, in dist/
	@deploy/dist.sh

oracle: ## whatever is let through is the same when sensitive values are renamed, and 97 % of everyday statements are: 10 seeds of 10,000
	@tests/oracle/run.sh --self-test
	@failed=0; for seed in $${SEEDS:-1 2 3 4 5 6 7 8 9 10}; do tests/oracle/run.sh --seed $$seed --share 0.97 || failed=1; done; exit $$failed

fuzz: ## masks and analysis against arbitrary bytes, FUZZ_SECONDS each (600 unless said); needs cargo-fuzz
	@access/fuzz/run.sh
