# Everything a contributor or a new user runs. Each target is one line or one script.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

.PHONY: help demo demo-down build page test verify fix audit book sdk sim bench openapi openapi-check services-down

help: ## This list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

demo: ## One server and one agent on loopback with two real deployments; Ctrl-C takes all of it down
	@scripts/demo

demo-down: ## Takes a running or abandoned demo down
	@scripts/demo-down

build: ## Builds every crate
	@scripts/install-tools build
	cargo build --workspace --all-targets --all-features

page: ## Builds the web page into the server, which must be built again then (needs Node.js 20)
	@scripts/install-tools page
	npm run --prefix ui build
	find miaas-server/page -mindepth 1 ! -name .gitkeep -delete
	cp -r ui/dist/. miaas-server/page/

test: ## Runs every test, also those against a real Docker engine, and prints the count
	@scripts/test $(ARGS)

verify: ## Read-only gate: format, lints, layering, licences, docs, links, OpenAPI
	@scripts/install-tools verify
	cargo fmt --all --check
	cargo xtask tidy
	shellcheck .ci/run $$(find scripts -type f) packaging/install
	scripts/check-units
	cargo deny -L error --all-features check bans licenses sources
	scripts/check-advisories
	cargo clippy --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --all-features --no-deps
	@$(MAKE) openapi-check

fix: ## Formats, applies clippy's own fixes, writes docs/openapi.json
	cargo fmt --all
	cargo clippy --workspace --all-targets --all-features --fix --allow-dirty --allow-staged
	@$(MAKE) openapi

audit: ## Checks dependencies against the public advisory database (needs the network)
	@scripts/install-tools audit
	cargo deny --all-features check advisories

openapi: ## Writes docs/openapi.json from the code
	cargo run -q -p miaas-server --example openapi > docs/openapi.json.new
	mv docs/openapi.json.new docs/openapi.json

openapi-check: ## Fails when docs/openapi.json is not what the code says
	cargo run -q -p miaas-server --example openapi | diff -u docs/openapi.json - || { echo 'docs/openapi.json is stale: run make openapi'; exit 1; }

book: ## Builds the book into target/book/book and follows every link in it
	@scripts/book

sdk: ## Checks the crates as others take them: each feature alone, the packages, the public API against its lists
	cargo xtask features
	cargo xtask package
	cargo xtask api

sim: ## A longer run of the simulator: make sim SEEDS=100000 FIRST=500
	cargo xtask sim --seeds $(or $(SEEDS),10000) --first $(or $(FIRST),1000)

bench: ## Runs the benchmarks; figures are printed, not asserted
	@scripts/bench $(ARGS)

services-down: ## Stops the registry and the engine that the scripts started
	@scripts/stop-services
