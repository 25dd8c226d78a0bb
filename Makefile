# Two commands: `make demo` shows it, `make test` proves it. Both set up what they need and can be run again.
SHELL := /usr/bin/env bash
FIRN_CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/firn
export FIRN_DEV_DIR ?= $(FIRN_CACHE)/dev
ifeq ($(CI),true)
# CI starts from a fresh clone; compiled dependencies may outlive it.
export CARGO_TARGET_DIR ?= $(FIRN_CACHE)/target
endif
FIRN := $(or $(CARGO_TARGET_DIR),target)/debug/firn

.PHONY: demo test check soak bench pii-bench fuzz

demo: ## a real agent session, recorded, replayed and verified
	@tests/provision.sh demo
	@echo "building firn (the first time takes some minutes)"
	@cargo build --workspace --locked --quiet
	@FIRN=$(FIRN) deploy/demo/run.sh

check: ## format, lints, licences
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	@deny="$(FIRN_DEV_DIR)/deny/bin"; if PATH="$$deny:$$PATH" command -v cargo-deny >/dev/null; \
	then PATH="$$deny:$$PATH" cargo deny --locked check bans licenses sources; \
	else echo "cargo-deny is not installed: skipping the licence check (tests/provision.sh test installs it)"; fi

test: ## everything: lints, unit tests, real Kafka, real S3, real drivers
	@tests/provision.sh test
	@$(MAKE) --no-print-directory check
	@tests/run.sh

soak: ## 200 sessions on real Kafka and S3 while recorders and gateways are killed
	@tests/provision.sh test
	cargo build --workspace --locked
	@FIRN=$(FIRN) python3 tests/soak/soak.py

bench: ## gateway overhead against a direct connection and a bare pass-through, in one run
	@tests/provision.sh test
	cargo build --workspace --locked --release --examples --bins
	@tests/bench/run.sh

pii-bench: ## detectors beside Microsoft Presidio on the same made-up cells, and speed on one core
	@access/tests/presidio/run.sh

fuzz: ## masks and analysis against arbitrary bytes, FUZZ_SECONDS each (600 unless said); needs cargo-fuzz
	@access/fuzz/run.sh
