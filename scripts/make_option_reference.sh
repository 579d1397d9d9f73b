#!/usr/bin/env bash
# Prints docs/options.md: every program with its verbs and options, from the tables that the programs themselves use.
# Usage: scripts/make_option_reference.sh BIN_DIR > docs/options.md
set -euo pipefail
bin=${1:?usage: $0 BIN_DIR}

cat <<'PAGE'
# Options

Made by `make docs` from the programs; do not edit. The tests fail when this page and the programs differ.

An option is given as a flag (`--logmel.num-mels 64`) or in a YAML file named by `--config` (`logmel: {num_mels: 64}`: dashes are
underscores, what stands before a dot is a section). Defaults are overruled by presets (`--set`), these by config files in their order,
these by flags. `--no-` before the name of a bool, or `=false` after it, switches it off. A name without dashes is given by its place.

Every verb also has `--config FILE`, `--dump-config` (prints the resolved options as YAML), `--threads N` (0: what the scheduler
or cgroup allots), `--quiet`, `--verbose` and `--help`. `--version` stands after the program's name.

PAGE
for program in ser-extract ser-train ser-eval; do "$bin/$program" --reference; done
