# What a reader does with this package. `make` alone lists the targets.

SWIFT  ?= swift
PREFIX ?= /usr/local
OUTPUT ?= runs
SEED   ?= 0
SUITE  ?= trixie
# Further options of `nin train`, `swift test` and `nin-bench`.
TRAIN_OPTIONS ?=
TEST_OPTIONS  ?=
BENCH_OPTIONS ?=
# Thousands of tiny loops: threads that spin between them would slow down whatever else the machine does, and be slowed.
SWEEP   = OMP_WAIT_POLICY=passive .build/release/nin-conformance --seed $(SEED)

.DEFAULT_GOAL := help
.PHONY: help deps build run install uninstall test sanitize sanitize-threads test-onednn test-in-chroot fuzz conformance kills check-memory train bench docs check-docs format lint clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install the system packages that are missing (Debian and Ubuntu: apt; macOS: brew).
	@Scripts/install-dependencies

build: deps ## Build everything in release mode.
	$(SWIFT) build -c release

run: deps ## Train NiN in under ten minutes with the quick recipe, then classify some test images.
	$(SWIFT) build -c release --product nin
	.build/release/nin train --recipe quick --output "$(OUTPUT)/quick" $(TRAIN_OPTIONS)
	.build/release/nin predict --checkpoint "$(OUTPUT)/quick/checkpoint.safetensors" \
	  --index 0 --index 1 --index 2 --index 3 --index 4

install: deps ## Build nin and nin-bench and install them with man pages and completions below PREFIX, by default /usr/local.
	$(SWIFT) build -c release --product nin
	$(SWIFT) build -c release --product nin-bench
	$(SWIFT) build -c release --product generate-manual
	DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" Scripts/install

uninstall: ## Remove the files that make install installed below PREFIX.
	DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" Scripts/install --remove

test: deps ## Run the whole suite, in release mode (the reference is 50 times slower in debug), and the examples.
	$(SWIFT) test -c release $(TEST_OPTIONS)
	Scripts/run-examples

sanitize: deps ## Run the suite under AddressSanitizer, with the C parts also under UndefinedBehaviorSanitizer.
	TEST_OPTIONS="$(TEST_OPTIONS)" Scripts/sanitize

sanitize-threads: deps ## Run the tests of lanes under ThreadSanitizer, which also has to find a planted race.
	Scripts/sanitize-threads

test-onednn: deps ## Run the suite and the conformance checks of dnnl with another oneDNN: ONEDNN=PREFIX.
	TEST_OPTIONS="$(TEST_OPTIONS)" SEED="$(SEED)" Scripts/test-onednn "$(ONEDNN)"

test-in-chroot: ## Run the suite in a debootstrap of another system, as root: SUITE=trixie for Debian 13, noble for Ubuntu 24.04.
	TEST_OPTIONS="$(TEST_OPTIONS)" Scripts/test-in-chroot "$(SUITE)"

fuzz: deps ## Fuzz the file readers with up to a million inputs each; FUZZ_RUNS=n, FUZZ_TARGETS="npy onnx", FUZZ_SEED=n.
	Scripts/fuzz

conformance: deps ## Check all backends on thousands of shapes, oneDNN with each instruction set; SEED=n for others.
	$(SWIFT) build -c release --product nin-conformance
	$(SWEEP) --backend reference --backend openblas --backend blis
	@for set in AVX2 AVX512_CORE AVX512_CORE_BF16 AVX512_CORE_AMX; do \
	  echo "DNNL_MAX_CPU_ISA=$$set $(SWEEP) --backend dnnl"; \
	  DNNL_MAX_CPU_ISA=$$set $(SWEEP) --backend dnnl || exit; \
	done

kills: deps ## Kill training runs repeatedly, resume them, and compare the results.
	NIN_KILLS=20 $(SWIFT) test -c release --filter KillTests $(TEST_OPTIONS)

check-memory: deps ## Compare the predicted memory of training with the measured peak for four networks; ten minutes.
	$(SWIFT) build -c release --product nin
	Scripts/measure-memory

train: deps ## Train with the book's recipe: 224×224, batch 128, SGD 0.05, 10 epochs; hours. Ctrl-C is safe.
	$(SWIFT) build -c release --product nin
	.build/release/nin train --recipe book --output "$(OUTPUT)/book" --resume $(TRAIN_OPTIONS)

bench: deps ## Time training steps and prediction.
	$(SWIFT) run -c release nin-bench $(BENCH_OPTIONS)

docs: deps ## Write the documentation of all modules and the book to .build/docs, and print how to read it.
	Scripts/build-documentation

check-docs: deps ## Run the commands and the Swift examples of README.md and Docs, long ones with smaller sizes.
	Scripts/check-documentation

format: ## Format all Swift files.
	$(SWIFT) format format --in-place --parallel --recursive Package.swift Sources Tests Benchmarks Examples Fuzz

lint: ## Check the format of all Swift files, and the words of comments, messages and pages.
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests Benchmarks Examples Fuzz
	@Scripts/check-words

clean: ## Remove the build.
	rm -rf .build
