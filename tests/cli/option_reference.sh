#!/usr/bin/env bash
# docs/options.md is what the programs say. Usage: option_reference.sh BIN_DIR
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
if diff -u "$source/docs/options.md" <("$source/scripts/make_option_reference.sh" "$1"); then
  echo 'docs/options.md is up to date'
else
  echo "docs/options.md differs from the programs (-: page, +: programs); 'make docs' mends it" >&2
  exit 1
fi
