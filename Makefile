# Every target has a help line: `make` alone lists them. CI calls the same ones.

SHELL := /bin/bash
GO    ?= go
TOOL  := $(GO) tool -modfile=tools/go.mod
TAGS  := faults,journey

# The seconds that each Fuzz test gets in `make fuzz`, and the packages of `make bench`.
FUZZ_SECONDS ?= 30
BENCH        ?= .
PKG          ?= ./...
# SHORT=1 makes race, journey and faults take minutes less: what CI runs.
short := $(if $(SHORT),-short)

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/\1\t\2/' | expand -t 12

.PHONY: run
run: ## start Orrery with the sample at http://127.0.0.1:8080
	$(GO) run ./cmd/orrery serve --sample

.PHONY: test
test: ## the tests that need nothing but Go
	$(GO) test ./...

.PHONY: lint
lint: ## format, vet, staticcheck, unreachable code, modules, generated code
	@tools/lint

# Packages that know no goroutines by their contract, so that no race can be in them.
ALONE := simulate|keyset|identity|house|catalogue|tie|ways|authentic|repulsion|partner|purpose|conversation|history

.PHONY: race
race: ## the tests under the race detector (needs gcc; SHORT=1)
	CGO_ENABLED=1 $(GO) test -race $(short) $$($(GO) list $(PKG) | grep -vE '/internal/($(ALONE))$$')

.PHONY: fuzz
fuzz: ## every Fuzz test for FUZZ_SECONDS each (30)
	@tools/fuzz $(FUZZ_SECONDS)

.PHONY: bench
bench: ## the benchmarks (BENCH=pattern PKG=packages); compare two outputs with tools/go.mod's benchstat
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem $(PKG)

.PHONY: journey
journey: ## a person's first hour, scripted, against git's own counts (needs git)
	$(GO) test -tags journey -count=1 -timeout 20m -v $(short) ./internal/journey

.PHONY: e2e
e2e: ## every screen and journey in a browser; pictures in e2e/screens (needs chromium and npm)
	cd e2e && $(GO) test -count=1 -timeout 30m

.PHONY: faults
faults: ## kill -9, power cuts, full disk, failing fsync, flipped bits (needs root on Linux; SHORT=1)
	$(GO) test -tags faults -count=1 -timeout 60m -v $(short) ./internal/faults
