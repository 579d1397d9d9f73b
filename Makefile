# The door for people: 'make' lists what there is. Settings are given as NAME=VALUE:
#   LIBTORCH=DIR      another LibTorch than the project's .venv      TORCH_INDEX=URL  where pip gets PyTorch
#   PREFIX=DIR        libraries in a folder of your own (then no packages are installed; docs/install.md)
#   BUILD=build       build folder                                   BUILD_TYPE=Release
#   JOBS=N            processes at a time                            WERROR=ON|OFF     are warnings errors (GCC 12: yes)
#   DESTDIR=, INSTALL_PREFIX=/usr/local for install
SHELL := /bin/bash
BUILD ?= build
BUILD_TYPE ?= Release
JOBS ?= $(shell nproc)
LIBTORCH ?=
PREFIX ?=
INSTALL_PREFIX ?= /usr/local
export LIBTORCH TORCH_INDEX
# Build tools that pip brought (scripts/setup.sh --user) come last.
export PATH := $(PATH):$(CURDIR)/.venv/bin

PROGRAMS := $(BUILD)/bin
CONFIGURE = cmake -S . -B $(BUILD) -G Ninja -DCMAKE_BUILD_TYPE=$(BUILD_TYPE) $(if $(WERROR),-DSER_WERROR=$(WERROR)) \
  -DLIBTORCH=$(LIBTORCH) -DCMAKE_PREFIX_PATH=$(PREFIX) -DCMAKE_INSTALL_PREFIX=$(INSTALL_PREFIX)
SAY = @printf '== %s\n'

.DEFAULT_GOAL := help
.PHONY: help deps configure build compile demo test lint format bench docs install clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

deps: ## install what is missing: Debian packages, LibTorch in .venv (says what and how large)
	$(SAY) 'dependencies'
	@scripts/setup.sh $(if $(PREFIX),--no-packages)

# Libraries found once are kept by CMake, so other settings start from an empty cache.
configure:
	@mkdir -p $(BUILD)
	@settings='$(PREFIX) $(LIBTORCH)'; \
	if [ "$$(cat $(BUILD)/.settings 2>/dev/null)" != "$$settings" ]; then rm -f $(BUILD)/CMakeCache.txt; fi; \
	echo "$$settings" > $(BUILD)/.settings
	$(SAY) 'configure $(BUILD) ($(BUILD_TYPE))'
	@$(CONFIGURE)

build: configure ## build programs and tests into build/ (needs 'make deps' once)
	$(SAY) 'build with $(JOBS) jobs; the programs land in $(PROGRAMS)'
	@cmake --build $(BUILD) -j $(JOBS)

compile: deps
	@$(MAKE) --no-print-directory build

demo: compile ## install what is missing, build, run the whole way on two small synthetic corpora
	$(SAY) 'demo: recipes/mini, self- and cross-corpus, into $(BUILD)/demo'
	@SER_BIN=$(abspath $(PROGRAMS)) recipes/mini/run.sh --out $(abspath $(BUILD))/demo --nj $(JOBS)

test: compile ## install what is missing, build, run all tests (unit, cli, recipe)
	$(SAY) 'tests'
	@ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS) $(if $(LABEL),-L $(LABEL))

lint: ## formatting, shell scripts, order of dependence; changes nothing
	@scripts/lint.sh

format: ## format all C++ files in place
	$(SAY) 'clang-format'
	@git ls-files -z -- '*.cpp' '*.h' | xargs -0 clang-format -i

bench: build ## measure start-up and speed of feature extraction
	$(SAY) 'measurements on $(JOBS) processors'
	@tests/bench/run.sh $(PROGRAMS)

docs: build ## generate docs/options.md from the programs
	$(SAY) 'docs/options.md'
	@scripts/make_option_reference.sh $(PROGRAMS) > $(BUILD)/options.md && mv $(BUILD)/options.md docs/options.md

install: build ## install under INSTALL_PREFIX (DESTDIR is put before it)
	$(SAY) 'install into $(DESTDIR)$(INSTALL_PREFIX)'
	@DESTDIR=$(DESTDIR) cmake --install $(BUILD) > $(BUILD)/install.log && tail -n 1 $(BUILD)/install.log

clean: ## remove the build folder (.venv stays)
	$(SAY) 'remove $(BUILD)'
	@rm -rf $(BUILD)
